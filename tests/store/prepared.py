#!/usr/bin/env python3
"""The statements that are put together at run time, held to the dialect like the others.

    prepared.py PROGRAM [ARGUMENT...] [-- PROGRAM ...]

Runs test programs with BIHUAN_SQL_LOG, which notes every text that really reaches the engine, and gives
the log to tools/sql_lint.py. That there is something to judge is checked too: the makers of statements
(lists, filters, updates of the columns that moved, timers, copies) must each have left one.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# A text of each maker: name, what only it writes.
MADE = {
    'an update of the columns that moved': (r'item', r'UPDATE item SET \w+ = \$3.* AND version = \$\d+'),
    'a page of a list': (r'items\.\w+', r'SELECT .* LIMIT \$\d+'),
    'a list of ids, padded': (r'.*', r'IN \(\$2(, \$\d+){3}\)'),
    'a visibility': (r'items.*', r'UNION SELECT a\.item_id FROM item_unit'),
    'a filter with LIKE': (r'.*', r"LIKE \$\d+ ESCAPE '\\'"),
    'my day': (r'my_day.*', r'SELECT'),
}


def split(words):
    out = [[]]
    for w in words:
        if w == '--':
            out.append([])
        else:
            out[-1].append(w)
    return [c for c in out if c]


def main(words):
    n, failed = 0, 0

    def ok(good, name, why=''):
        nonlocal n, failed
        n += 1
        failed += not good
        print(f"{'ok' if good else 'not ok'} {n} - {name}", flush=True)
        for line in why.splitlines()[:60] if not good else []:
            print(f'# {line}', flush=True)

    with tempfile.TemporaryDirectory(prefix='bihuan-sql-') as folder:
        log = Path(folder) / 'log'
        for command in split(words):
            how = [sys.executable, *command] if command[0].endswith('.py') else command
            done = subprocess.run(how, env={**os.environ, 'BIHUAN_SQL_LOG': str(log)}, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            ok(done.returncode == 0, f'{Path(command[-1]).name} passes while it is watched',
               done.stdout.decode('utf-8', 'replace')[-3000:])
        lines = [line.split('\t', 2) for line in log.read_text('utf-8').splitlines()]
        for what, (name, text) in MADE.items():
            ok(any(re.fullmatch(name, m) and re.search(text, sql) for m, _, sql in lines), f'there is {what}',
               '\n'.join(sorted({m for m, _, _ in lines})))
        lint = subprocess.run([sys.executable, ROOT / 'tools/sql_lint.py', '--log', log], capture_output=True, text=True,
                              check=False)
        ok(lint.returncode == 0, f'lint of what was run: {lint.stdout.splitlines()[-1] if lint.stdout else ""}'[:120],
           lint.stdout + lint.stderr)
        # The lint would say so: the same log with one bad line more.
        with log.open('a', encoding='utf-8') as f:
            f.write('items.page\t\tSELECT i.id FROM item AS i WHERE i.id = $1 LIMIT 5\n')
        bad = subprocess.run([sys.executable, ROOT / 'tools/sql_lint.py', '--log', log], capture_output=True, check=False)
        ok(bad.returncode == 1 and b'tenant' in bad.stdout, 'a statement without its district would be found')
    print(f'1..{n}', flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
