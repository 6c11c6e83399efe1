#!/usr/bin/env python3
"""Checks of the source that a compiler does not make. One rule, one function; each finding is one
line "path:line: what". Exit 1 when there are findings. tools/test_lint.py shows that each can fail.

    tools/lint.py [--root DIR] [RULE...]
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

WIDTH = 120  # clang-format breaks at 100; comments and text it leaves alone get some air
FILE_LINES = 800
FUNCTION_LINES, FUNCTION_COMPLEXITY = 100, 25

# DESIGN's house: each folder may include itself, base and those listed.
ARROWS = {
    'base': [],
    'engine': [],
    'store': [],
    'exchange': ['engine'],
    'ledger': ['engine', 'store', 'exchange'],
    'server': ['ledger', 'engine', 'store', 'exchange'],
    'cli': ['server', 'ledger', 'engine', 'store', 'exchange'],
}

BANNED = {
    'strcpy': 'str_dup', 'strcat': 'buf_add', 'strncpy': 'str_dup', 'strncat': 'buf_add',
    'sprintf': 'buf_printf', 'vsprintf': 'buf_printf', 'gets': 'fgets', 'strtok': 'str_cut',
    'strtok_r': 'str_cut', 'localtime': 'date.h', 'localtime_r': 'date.h', 'gmtime': 'date.h',
    'ctime': 'date.h', 'asctime': 'date.h', 'mktime': 'date.h', 'atoi': 'str_int', 'atol': 'str_int',
    'atoll': 'str_int', 'atof': 'dec_parse', 'rand': 'random.h', 'srand': 'random.h',
    'random': 'random.h', 'drand48': 'random.h', 'system': 'nothing', 'popen': 'nothing',
    'alloca': 'arena_alloc', 'tmpnam': 'mkstemp', 'mktemp': 'mkstemp', 'setjmp': 'nothing',
    'longjmp': 'nothing',
}
CLOCK = re.compile(r'(?<![\w.>])(time|clock_gettime|gettimeofday|clock|timespec_get)\s*\(')
# The log stamps its lines, server and command line say what "now" is; the other two only bound a wait.
CLOCK_FILES = re.compile(r'^src/(base/log\.c|server/|cli/|store/wait\.c|ledger/org/password\.c)')
# Statements made at start from constant field tables and registered; settings of one engine.
SQL_MAKERS = ('src/ledger/entity.c', 'src/ledger/record.c', 'src/store/sqlite.c')
# What only one engine can prepare is not in the registry that is prepared on all.
ENGINE_FILES = re.compile(r'^src/store/(sqlite|postgres)')
SQL = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|PRAGMA)\b[^"]*%[a-z.*]', re.I)


class Tree:
    """The files of the project, read once."""

    def __init__(self, root):
        self.root = Path(root)
        self.text = {}
        for folder in ('src', 'tests', 'tools', 'bench'):
            for p in sorted((self.root / folder).rglob('*')):
                if p.suffix in ('.c', '.h', '.def') and p.is_file():
                    self.text[p.relative_to(self.root).as_posix()] = p.read_text('utf-8', 'replace')

    def files(self, prefix='', suffixes=('.c', '.h')):
        return [(p, t) for p, t in self.text.items() if p.startswith(prefix) and p.endswith(suffixes)]


def line_of(text, position):
    return text.count('\n', 0, position) + 1


def blanked(text, strings=True):
    """The text with comments (and strings) turned into blanks, so that positions stay."""
    def blank(m):
        keep = m.group(0)[0] in '"\'' and not strings
        return m.group(0) if keep else re.sub(r'[^\n]', ' ', m.group(0))
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)


def arrows(tree):
    for path, text in tree.files('src/'):
        folder = path.split('/')[1]
        allowed = ARROWS.get(folder, []) + [folder, 'base']
        for m in re.finditer(r'^[ \t]*#\s*include\s+"([^"]+)"', text, re.M):
            target = m.group(1).split('/')[0]
            if target in ARROWS and target not in allowed:
                yield f'{path}:{line_of(text, m.start())}: {folder} may not know {target} ({m.group(1)})'


def banned(tree):
    for path, text in tree.files('src/'):
        for m in re.finditer(r'(?<![\w.>])(\w+)\s*\(', blanked(text)):
            if m.group(1) in BANNED:
                yield (f'{path}:{line_of(text, m.start())}: {m.group(1)} is banned, '
                       f'use {BANNED[m.group(1)]}')


def clock(tree):
    """"Now" is an argument: only the log, the server and the command line read the clock."""
    for path, text in tree.files('src/'):
        if not CLOCK_FILES.match(path):
            for m in CLOCK.finditer(blanked(text)):
                yield f'{path}:{line_of(text, m.start())}: reads the clock ({m.group(1)})'


def layout(tree):
    for path, text in tree.files(suffixes=('.c', '.h')):
        for n, line in enumerate(text.split('\n'), 1):
            if len(line) > WIDTH and not re.match(r'\s*X\(', line):  # a row of a field table
                yield f'{path}:{n}: {len(line)} columns, at most {WIDTH}'
            if '\t' in line:
                yield f'{path}:{n}: a tab'
            if line != line.rstrip():
                yield f'{path}:{n}: blanks at the end'
            if re.search(r'\b(TODO|FIXME|XXX)\b', line):
                yield f'{path}:{n}: unfinished ({line.strip()[:60]})'
        if text.count('\n') > FILE_LINES:
            yield f'{path}:1: {text.count(chr(10))} lines, at most {FILE_LINES}'


def headers(tree):
    for path, text in tree.files('src/', ('.h',)):
        if not text.startswith('#pragma once\n'):
            yield f'{path}:1: does not begin with #pragma once'


def sql(tree):
    """SQL is constant text with $1; values never come in by printf."""
    for path, text in tree.files('src/'):
        if path in SQL_MAKERS:
            continue
        code = blanked(text, strings=False)
        for m in SQL.finditer(code):
            if re.search(r'printf\s*\([^;]*$', code[max(0, m.start() - 200):m.start()]):
                yield f'{path}:{line_of(text, m.start())}: SQL built with printf'


def statements(tree):
    """Every statement constant stands in a list (a static one in a list of its own file), and every
    list is used by somebody who registers it."""
    codes = {p: blanked(t) for p, t in tree.files('src/')}
    everything = '\n'.join(codes.values())
    a_list = re.compile(r'const\s+struct\s+stmt\s*\*\s*const\s+(\w+)\s*\[\w*\]\s*=\s*\{([^}]*)\}')
    listed = {p: ' '.join(m.group(2) for m in a_list.finditer(c)) for p, c in codes.items()}
    for path, code in codes.items():
        for m in a_list.finditer(code):
            uses = len(re.findall(r'\b%s\b' % m.group(1), everything))
            declared = len(re.findall(r'extern[^;]*\b%s\b' % m.group(1), everything))
            if uses - declared < 2:
                yield f'{path}:{line_of(code, m.start())}: the list {m.group(1)} is never registered'
        if ENGINE_FILES.match(path):
            continue
        for m in re.finditer(r'(static\s+)?const\s+struct\s+stmt\s+(\w+)\s*=', code):
            where = [listed[path]] if m.group(1) else listed.values()
            if not any(re.search(r'&%s\b' % m.group(2), body) for body in where):
                yield f'{path}:{line_of(code, m.start())}: the statement {m.group(2)} is in no list'


def arguments(code, start):
    """The arguments of the call whose bracket opens at start, as text; strings may hold brackets."""
    depth, begin, out, i = 0, start + 1, [], start
    plain = blanked(code)
    while i < len(plain):
        ch = plain[i]
        depth += (ch in '([{') - (ch in ')]}')
        if (ch == ',' and depth == 1) or depth == 0:
            out.append(code[begin:i])
            begin = i + 1
            if depth == 0:
                return out
        i += 1
    return out


def messages(tree):
    """Ids and sentences agree: each id that is told has both languages, each sentence has a user."""
    defined, codes = {}, {}
    for path, text in tree.files('src/', ('.def',)):
        if not path.endswith('messages.def'):
            continue
        for m in re.finditer(r'^\{"([^"]+)",\s*"((?:\\.|[^"\\])*)",\s*"((?:\\.|[^"\\])*)"\}', text, re.M):
            where = f'{path}:{line_of(text, m.start())}'
            if m.group(1) in defined:
                yield f'{where}: {m.group(1)} is defined twice'
            defined[m.group(1)] = where
            # A title may be one argument in Chinese and another in English, so the number counts.
            holes = [len(set(re.findall(r'\{\d\}', m.group(k)))) for k in (2, 3)]
            if holes[0] != holes[1]:
                yield f'{where}: {m.group(1)} says less in one of its languages'
            if not m.group(2) or not m.group(3):
                yield f'{where}: {m.group(1)} lacks a language'
    for path, text in tree.files('src/'):
        codes[path] = blanked(text, strings=False)
    for path, code in codes.items():
        for m in re.finditer(r'\b(?:fail(?:_field|_at|_with)?|message_text)\s*\(', code):
            args = arguments(code, m.end() - 1)
            if len(args) < 3:
                continue
            for name in re.findall(r'"([a-z_]+\.[a-z_.0-9]+)"', args[2]):
                if name not in defined:
                    yield f'{path}:{line_of(code, m.start())}: no messages.def has {name}'
    # An id may be put together from its beginning ("expr.say.") and a word of a table.
    used = set(re.findall(r'"([a-z_]+\.[a-z_.0-9]*)"', '\n'.join(codes.values())))
    for name, where in defined.items():
        if name not in used and name[:name.rindex('.') + 1] not in used:
            yield f'{where}: nobody tells {name}'


def metrics(tree):
    """Long and tangled functions, by pmccabe."""
    if not shutil.which('pmccabe'):
        yield 'pmccabe:1: is not installed (tools/deps.sh check)'
        return
    files = [str(tree.root / p) for p, _ in tree.files('src/', ('.c',))]
    out = subprocess.run(['pmccabe', *files], capture_output=True, text=True).stdout if files else ''
    for line in out.splitlines():
        modified, _, _, first, length, where, name = line.split(None, 6)
        path = Path(where.split('(')[0]).relative_to(tree.root)
        if int(length) > FUNCTION_LINES or int(modified) > FUNCTION_COMPLEXITY:
            yield f'{path}:{first}: {name} has {length} lines, complexity {modified}'


RULES = {f.__name__: f for f in
         (arrows, banned, clock, layout, headers, sql, statements, messages, metrics)}


def main(argv):
    root = Path(__file__).resolve().parent.parent
    if argv[:1] == ['--root']:
        root, argv = Path(argv[1]), argv[2:]
    tree, found = Tree(root), 0
    for name in argv or RULES:
        for finding in RULES[name](tree):
            print(f'{finding} [{name}]')
            found += 1
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
