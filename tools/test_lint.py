#!/usr/bin/env python3
"""Shows that each rule of lint.py can fail: a small clean tree passes, and each planted fault is found
at its line. TAP on standard output."""
import io
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

import lint

CLEAN = {
    'src/base/messages.def': '{"base.bad", "坏了：{0}", "Bad: {0}"},\n{"say.one", "一", "one"},\n',
    'src/base/a.h': '#pragma once\n',
    'src/base/log.c': 'void f(void) { clock_gettime(0, 0); } // strcpy(a, b) in a comment\n',
    'src/engine/e.c': '#include "base/a.h"\n#include "engine/e.h"\nvoid g(struct x *p) { p->time(1); }\n',
    'src/ledger/l.c': '#include "store/db.h"\n'
                      'static const struct stmt ONE = {"one", "SELECT 1 WHERE a LIKE \'50%\'"};\n'
                      'static const struct stmt *const LIST[] = {&ONE};\n'
                      'void r(void) { statements_register(LIST, 1); say("say."); }\n'
                      'bool h(struct ctx *c) { return fail(c, ERR_INVALID, "base.bad", STR("),")); }\n',
}

# rule, file, text that replaces it, line of the finding, word in the finding
FAULTS = [
    ('arrows', 'src/base/b.c', '\n#include "store/db.h"\n', 2, 'base may not know store'),
    ('arrows', 'src/engine/e.c', '#include "ledger/x.h"\n', 1, 'engine may not know ledger'),
    ('arrows', 'src/server/s.c', '#include "cli/x.h"\n', 1, 'server may not know cli'),
    ('banned', 'src/base/b.c', 'int x;\nvoid f(void) { strcpy(a, b); }\n', 2, 'strcpy'),
    ('banned', 'src/base/b.c', 'int n = atoi (s);\n', 1, 'atoi'),
    ('clock', 'src/ledger/l.c', '\n\nlong t = time(NULL);\n', 3, 'time'),
    ('layout', 'src/base/b.c', 'int a;\n// ' + 'x' * 130 + '\n', 2, 'columns'),
    ('layout', 'src/base/b.c', '\tint a;\n', 1, 'tab'),
    ('layout', 'src/base/b.c', 'int a; \n', 1, 'blanks'),
    ('layout', 'src/base/b.c', '// TODO later\n', 1, 'unfinished'),
    ('layout', 'src/base/b.c', 'int a;\n' * 801, 1, 'lines'),
    ('headers', 'src/base/a.h', '#ifndef A\n#define A\n#endif\n', 1, 'pragma'),
    ('sql', 'src/ledger/m.c', 'void f(void)\n{\n    s = str_printf(a, "SELECT %s FROM t", x);\n}\n', 3, 'printf'),
    ('statements', 'src/ledger/m.c', 'int a;\nstatic const struct stmt TWO = {"two", "x"};\n', 2, 'TWO'),
    ('statements', 'src/ledger/m.c', 'static const struct stmt ONE = {"one", "again"};\n', 1, 'ONE'),
    ('statements', 'src/ledger/m.c', 'static const struct stmt T = {"t", "x"};\n'
     'const struct stmt *const ORPHANS[] = {&T};\n', 2, 'ORPHANS'),
    ('messages', 'src/ledger/m.c', 'bool f(void)\n{\n    return fail(c, code(1, 2),\n  "base.none");\n}\n', 3,
     'base.none'),
    ('messages', 'src/ledger/m.c', 'bool f(void) { return fail(c, E, x ? "base.bad" : "base.other"); }\n', 1,
     'base.other'),
    ('messages', 'src/ledger/messages.def', '{"base.idle", "闲", "idle"},\n', 1, 'nobody tells'),
    ('messages', 'src/ledger/messages.def', '{"base.bad", "坏", "bad"},\n', 1, 'twice'),
    ('messages', 'src/base/messages.def', '{"base.bad", "坏{0}", "bad"},\n{"say.one", "一", "one"},\n', 1,
     'says less'),
    ('messages', 'src/base/messages.def', '{"base.bad", "", "bad"},\n{"say.one", "一", "one"},\n', 1, 'lacks'),
    ('metrics', 'src/base/b.c', 'int f(int a)\n{\n' + '    a++;\n' * 100 + '    return a;\n}\n', 1, 'f has'),
    ('metrics', 'src/base/b.c', 'int g(int a)\n{\n' + '    if (a) a++;\n' * 26 + '    return a;\n}\n', 1, 'g has'),
]


def findings(files, rules):
    with tempfile.TemporaryDirectory() as root, redirect_stdout(io.StringIO()) as out:
        for path, text in files.items():
            p = Path(root) / path
            p.parent.mkdir(parents=True, exist_ok=True)
            p.write_text(text, 'utf-8')
        code = lint.main(['--root', root, *rules])
    return code, out.getvalue()


def main():
    results = []
    code, out = findings(CLEAN, [])
    results.append(('a clean tree passes', code == 0 and not out, out))
    for rule, path, text, line, word in FAULTS:
        code, out = findings({**CLEAN, path: text}, [rule])
        hit = [f for f in out.splitlines() if f.startswith(f'{path}:{line}:') and word in f]
        results.append((f'{rule} finds: {word}', code == 1 and len(hit) == 1, out))
    tested = {fault[0] for fault in FAULTS}
    for rule in lint.RULES:
        results.append((f'{rule} is tested', rule in tested, ''))
    print(f'1..{len(results)}')
    for n, (name, good, out) in enumerate(results, 1):
        print(f'{"ok" if good else "not ok"} {n} - {name}')
        if not good:
            print('\n'.join('# ' + line for line in (out or 'no finding').splitlines()))
    return 0 if all(good for _, good, _ in results) else 1


if __name__ == '__main__':
    sys.exit(main())
