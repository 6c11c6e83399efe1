#!/usr/bin/env python3
"""Holds the SQL of the source to the dialect of docs/sql.md, by regular expressions.

    tools/sql_lint.py [--root DIR]        every struct stmt in src/**/*.c and every migration
    tools/sql_lint.py --registered PROGRAM      what "PROGRAM --print" prints, "name<TAB>text" a line
    tools/sql_lint.py --self-test         shows that each rule can fail, and lets good SQL pass

One finding a line, "path:line: rule: what"; exit 1 when there are findings. What a rule cannot see,
because a statement is put together at run time, the prepare test on the engines sees.
"""
import re
import subprocess
import sys
from pathlib import Path

# Words and calls that one of the engines does not know, or knows differently.
WORDS = re.compile(r'''\b(?:autoincrement|serial|bigserial|identity|nextval|current_timestamp|
  current_date|interval|ilike|glob|regexp|string_agg|group_concat|ifnull|iif|instr|greatest|least|json|
  jsonb|lateral|merge|using|array|rowid|last_insert_rowid|sqlite_\w+|pragma|attach|vacuum|typeof|strftime|
  julianday|strpos|percentile_cont|rollup|cube|randomblob|collate|similar|or\s+replace|
  or\s+ignore|on\s+constraint|distinct\s+on|fetch\s+first|for\s+update|deferred\s+transaction|
  create\s+trigger|create\s+view|is\s+distinct)\b
  |\breturning\s+\*
  |\b(?:now|random|any|total|printf|format|position|date|datetime|round|json_\w+)\s*\(''', re.I | re.X)
RESERVED = set('user order group at level date comment size rank window value index table column '
               'select from where limit offset values check default key primary references end '
               'case when then else left right full join on using union all any some desc asc '
               'between timestamp time day month year number type'.split())
# Words of Oracle or MySQL that our tables may carry all the same: the common engines take them.
TAKEN = {'day', 'month', 'year', 'number', 'type', 'time', 'value', 'level', 'rank', 'size', 'comment'}
NAME = re.compile(r'[a-z][a-z0-9_]{0,40}\Z')
CONSTANT = re.compile(r"(?:-?\d+|'(?:[^']|'')*'|NULL)\Z", re.I)


def without_text(sql):
    """The statement with its string constants emptied."""
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


def closing(sql, at):
    """Position after the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(sql)):
        depth += {'(': 1, ')': -1}.get(sql[i], 0)
        if depth == 0:
            return i + 1
    return len(sql)


def split_top(text):
    """Splits at commas that stand in no bracket."""
    out, depth, begin = [], 0, 0
    for i, ch in enumerate(text):
        depth += {'(': 1, ')': -1}.get(ch, 0)
        if ch == ',' and depth == 0:
            out.append(text[begin:i].strip())
            begin = i + 1
    return out + [text[begin:].strip()]


class Schema:
    """What the migrations say: tables with their columns, and which may be NULL."""

    def __init__(self):
        self.tables = {}  # name -> {'tenant': bool, 'nullable': set, 'columns': list}
        self.indexes = set()

    def add(self, sql):
        m = re.match(r'CREATE TABLE\s+(\w+)\s*\(', sql, re.I)
        if m:
            body = sql[m.end():closing(sql, m.end() - 1) - 1]
            columns, nullable = [], set()
            for part in split_top(body):
                word = part.split()[0].upper() if part.split() else ''
                if word in ('PRIMARY', 'FOREIGN', 'UNIQUE', 'CHECK', 'CONSTRAINT'):
                    continue
                columns.append(part.split()[0])
                if not re.search(r'\bNOT NULL\b', part, re.I):
                    nullable.add(part.split()[0])
            self.tables[m.group(1)] = {'tenant': columns[:1] == ['district_id'], 'nullable': nullable,
                                       'columns': columns}
        m = re.match(r'ALTER TABLE\s+(\w+)\s+ADD COLUMN\s+(\w+)(.*)', sql, re.I | re.S)
        if m and m.group(1) in self.tables:
            self.tables[m.group(1)]['columns'].append(m.group(2))
            if not re.search(r'\bNOT NULL\b', m.group(3), re.I):
                self.tables[m.group(1)]['nullable'].add(m.group(2))


# --- statements ---

def rule_words(sql, schema):
    for m in WORDS.finditer(without_text(sql)):
        yield f'"{m.group(0)}" is not in the dialect'


def rule_quotes(sql, schema):
    if '"' in without_text(sql):
        yield 'double quotes'


def rule_parameters(sql, schema):
    plain = without_text(sql)
    if '?' in plain or re.search(r'[:@]\w', plain):
        yield 'a parameter that is not $n'
    seen = {int(n) for n in re.findall(r'\$(\d+)', plain)}
    if seen and seen != set(range(1, max(seen) + 1)):
        yield f'parameters are {sorted(seen)}, not $1 to $n without a gap'
    if re.search(r'\$\d+\s+IS\s+(NOT\s+)?NULL', plain, re.I):
        yield 'a bare parameter with IS NULL has no type: CAST($n AS ...)'


def tables_of(sql, schema):
    """Tenant tables the statement reads or writes, once for each place."""
    names = re.findall(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)', without_text(sql), re.I)
    return [n for n in names if schema.tables.get(n, {}).get('tenant')]


def rule_tenant(sql, schema):
    tables = tables_of(sql, schema)
    have = len(re.findall(r'\bdistrict_id\b', sql))
    if have < len(tables):
        yield f'{len(tables)} tenant tables ({", ".join(tables)}) and {have} times district_id'


def rule_alias(sql, schema):
    plain = without_text(sql)
    for m in re.finditer(r'\b(?:FROM|JOIN)\s*\(\s*(?:SELECT|VALUES|WITH)\b', plain, re.I):
        end = closing(plain, plain.index('(', m.start()))
        if not re.match(r'\s+AS\s+\w+', plain[end:], re.I):
            yield 'a sub-select without AS and a name'


def rule_nulls(sql, schema):
    plain = without_text(sql)
    names = re.findall(r'\b(?:FROM|JOIN)\s+(\w+)', plain, re.I)
    nullable = set().union(*(schema.tables.get(n, {}).get('nullable', set()) for n in names))
    for m in re.finditer(r'\bORDER\s+BY\s+', plain, re.I):
        rest = re.split(r'\bLIMIT\b|\bOFFSET\b|\bROWS\b', plain[m.end():], flags=re.I)[0]
        depth = 0
        for i, ch in enumerate(rest):
            depth += {'(': 1, ')': -1}.get(ch, 0)
            if depth < 0:
                rest = rest[:i]
                break
        for key in split_top(rest):
            k = re.match(r'(?:\w+\.)?(\w+)\s*(?:ASC|DESC)?\s*\Z', key, re.I)
            if k and k.group(1) in nullable:
                yield f'ORDER BY {key} may meet NULL: say NULLS FIRST or NULLS LAST'


def rule_like(sql, schema):
    plain = without_text(sql)
    if len(re.findall(r'\bLIKE\b', plain, re.I)) > len(re.findall(r'\bESCAPE\b', plain, re.I)):
        yield 'LIKE without ESCAPE'


def rule_sums(sql, schema):
    plain = without_text(sql)
    for m in re.finditer(r'\b(sum|avg)\s*\(', plain, re.I):
        if not re.search(r'\bCAST\s*\(\s*(?:coalesce\s*\(\s*)?\Z', plain[:m.start()], re.I) and \
                not re.search(r'\bavg\s*\(\s*CAST\Z', plain[:m.end() + 4], re.I):
            yield f'{m.group(1)}() has another type elsewhere: CAST(sum(x) AS BIGINT)'
    for m in re.finditer(r'\b(max|min)\s*\(', plain, re.I):
        if len(split_top(plain[m.end():closing(plain, m.end() - 1) - 1])) > 1:
            yield f'{m.group(1)}() of several values'


def rule_insert(sql, schema):
    plain = without_text(sql)
    if re.match(r'\s*INSERT\b', plain, re.I):
        if not re.match(r'\s*INSERT\s+INTO\s+\w+\s*\(', plain, re.I):
            yield 'INSERT without its columns'
        if re.search(r'\bSELECT\b', plain, re.I) and re.search(r'\bON\s+CONFLICT\b', plain, re.I) and \
                not re.search(r'\bWHERE\b.*\bON\s+CONFLICT\b', plain, re.I | re.S):
            yield 'INSERT ... SELECT ... ON CONFLICT needs WHERE 1=1'
        if re.search(r'\bDEFAULT\b', plain, re.I):
            yield 'DEFAULT in VALUES'
    m = re.search(r'\bDO\s+UPDATE\s+SET\b(.*?)(\bWHERE\b|\bRETURNING\b|\Z)', plain, re.I | re.S)
    if m and re.search(r'\bdistrict_id\s*=', m.group(1)):
        yield 'the key is set in DO UPDATE'


def rule_limit(sql, schema):
    plain = without_text(sql)
    while re.search(r'\([^()]*\)', plain):
        plain = re.sub(r'\([^()]*\)', '', plain)
    if re.match(r'\s*(UPDATE|DELETE)\b', plain, re.I) and re.search(r'\bLIMIT\b', plain, re.I):
        yield 'LIMIT on UPDATE or DELETE'


STATEMENT_RULES = [rule_words, rule_quotes, rule_parameters, rule_tenant, rule_alias, rule_nulls,
                   rule_like, rule_sums, rule_insert, rule_limit]


# --- migrations ---

ALLOWED = re.compile(r'''CREATE\s+TABLE\s|CREATE\s+(UNIQUE\s+)?INDEX\s|DROP\s+TABLE\s+IF\s+EXISTS\s|
  ALTER\s+TABLE\s+\w+\s+(ADD\s+COLUMN|RENAME\s+COLUMN|DROP\s+COLUMN|RENAME\s+TO)\s|
  INSERT\s+INTO\s|UPDATE\s|DELETE\s+FROM\s''', re.I | re.X)


def bad_name(name):
    return not NAME.match(name) or name in RESERVED - TAKEN


def mrule_kind(sql, schema):
    if not ALLOWED.match(sql):
        yield 'this kind of statement is not the same on all engines'


def mrule_table(sql, schema):
    m = re.match(r'CREATE TABLE\s+(IF NOT EXISTS\s+)?(\w+)\s*\(', sql, re.I)
    if not m:
        return
    if m.group(1):
        yield 'IF NOT EXISTS hides a mistake'
    if bad_name(m.group(2)):
        yield f'the name {m.group(2)}'
    if not re.search(r'\)\s*@END\Z', sql):
        yield 'a table that does not end in ) @END'
    parts = split_top(sql[m.end():closing(sql, m.end() - 1) - 1])
    tenant = parts[0].split()[:1] == ['district_id']
    columns = {}
    key = None
    for part in parts:
        words = part.split()
        head = words[0].upper()
        if head == 'PRIMARY':
            key = re.search(r'\(([^)]*)\)', part).group(1)
        elif head == 'UNIQUE':
            if tenant and not re.match(r'UNIQUE\s*\(\s*district_id\b', part, re.I):
                yield 'a unique key that does not begin with district_id'
        elif head == 'FOREIGN':
            yield from foreign(part, tenant, schema)
        elif head not in ('CHECK', 'CONSTRAINT'):
            columns[words[0]] = part
            yield from column(part)
            if re.search(r'\bPRIMARY\s+KEY\b', part, re.I):
                key = words[0]
    if key is None:
        yield 'a table without primary key'
        return
    names = [k.strip() for k in key.split(',')]
    if tenant and names[0] != 'district_id':
        yield 'a primary key that does not begin with district_id'
    if not tenant and 'district_id' in columns:
        yield 'district_id is not the first column'
    for k in names:
        if not re.search(r'\bNOT NULL\b', columns.get(k, ''), re.I):
            yield f'the key column {k} is not NOT NULL'


def column(part):
    words = part.split()
    if bad_name(words[0]):
        yield f'the name {words[0]}'
    if len(words) < 2 or words[1] not in ('@I64', '@F64', '@TXT', '@BIN'):
        yield f'the type of {words[0]}'
    m = re.search(r"\bDEFAULT\s+('(?:[^']|'')*'|\S+)", part, re.I)
    if m and not CONSTANT.match(m.group(1).rstrip(',')):
        yield f'the default of {words[0]} is no constant'


def foreign(part, tenant, schema):
    m = re.match(r'FOREIGN\s+KEY\s*\(([^)]*)\)\s*REFERENCES\s+(\w+)\s*\(([^)]*)\)', part, re.I)
    if not m:
        yield 'a foreign key without its columns'
        return
    to_tenant = schema.tables.get(m.group(2), {}).get('tenant')
    if to_tenant and not m.group(1).strip().startswith('district_id'):
        yield f'a foreign key to {m.group(2)} that does not begin with district_id'
    if re.search(r'ON\s+DELETE\s+SET', part, re.I):
        yield 'ON DELETE SET NULL'


def mrule_index(sql, schema):
    m = re.match(r'CREATE\s+(?:UNIQUE\s+)?INDEX\s+(\w+)\s+ON\s+(\w+)\s*\(\s*(\w+)', sql, re.I)
    if not m:
        return
    if bad_name(m.group(1)):
        yield f'the name {m.group(1)}'
    if m.group(1) in schema.indexes:
        yield f'the index {m.group(1)} exists already'
    schema.indexes.add(m.group(1))
    if schema.tables.get(m.group(2), {}).get('tenant') and m.group(3) != 'district_id':
        yield f'the index {m.group(1)} does not begin with district_id'


def mrule_column(sql, schema):
    m = re.match(r'ALTER TABLE\s+\w+\s+ADD COLUMN\s+(IF NOT EXISTS\s+)?(.*)\Z', sql, re.I | re.S)
    if not m:
        return
    if m.group(1):
        yield 'ADD COLUMN IF NOT EXISTS'
    yield from column(m.group(2))
    if re.search(r'\bNOT NULL\b', m.group(2), re.I) and not re.search(r'\bDEFAULT\b', m.group(2), re.I):
        yield 'NOT NULL without a default'


def mrule_words(sql, schema):
    yield from rule_words(re.sub(r'@\w+', '', sql), schema)
    yield from rule_quotes(sql, schema)


MIGRATION_RULES = [mrule_kind, mrule_table, mrule_index, mrule_column, mrule_words]


# --- reading ---

def sql_statements(text):
    """(line, statement) of a migration; comments go, brackets and strings keep their semicolons."""
    clean = re.sub(r"--[^\n]*|('(?:[^']|'')*')", lambda m: m.group(1) or '', text)
    begin = 0
    for i, ch in enumerate(clean + ';'):
        if ch == ';' and clean[:i].count("'") % 2 == 0:
            part = clean[begin:i]
            if part.strip():
                lead = len(part) - len(part.lstrip())
                yield clean.count('\n', 0, begin + lead) + 1, part.strip()
            begin = i + 1


def unescape(literal):
    return literal.replace('\\n', '\n').replace('\\"', '"').replace('\\\\', '\\')


TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([A-Za-z_]\w*)|(,)|(\})|//[^\n]*|/\*.*?\*/|\s+', re.S)


def c_statements(text, macros):
    """(line, name, sql) of each struct stmt initialiser; macros stand for their string."""
    starts = [m.end() for m in re.finditer(r'\bstruct\s+stmt\b\s*(?:\w+\s*=\s*|\)\s*)\{', text)]
    for m in re.finditer(r'\bstruct\s+stmt\s+\w+\[\w*\]\s*=\s*\{(.*?)\}\s*;', text, re.S):
        starts += [m.start(1) + k.end() for k in re.finditer(r'\{', m.group(1))]
    for start in starts:
        parts, i = [[]], start
        while i < len(text):
            t = TOKEN.match(text, i)
            if not t:
                break
            i = t.end()
            if t.group(1) is not None:
                parts[-1].append(unescape(t.group(1)))
            elif t.group(2):
                parts[-1].append(macros.get(t.group(2), ' '))
            elif t.group(3):
                parts.append([])
            elif t.group(4):
                break
        if len(parts) >= 2 and parts[1]:
            yield text.count('\n', 0, start) + 1, ''.join(parts[0]), ''.join(parts[1])


def read_macros(texts):
    """Object-like macros that are string constants, of all files."""
    raw = {}
    for text in texts:
        joined = text.replace('\\\n', ' ')
        for m in re.finditer(r'^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(.*?"[^\n]*)$', joined, re.M):
            raw[m.group(1)] = m.group(2)
    macros = {}
    for _ in range(4):  # a macro may name another
        for name, body in raw.items():
            macros[name] = ''.join(unescape(t.group(1)) if t.group(1) is not None else macros.get(t.group(2), '')
                                   for t in TOKEN.finditer(body) if t.group(1) is not None or t.group(2))
    return macros


def lint_migration(path, text, schema):
    for line, sql in sql_statements(text):
        for rule in MIGRATION_RULES:
            for what in rule(sql, schema):
                yield f'{path}:{line}: {rule.__name__[6:]}: {what}'
        schema.add(sql)


def lint_statement(where, sql, schema):
    for rule in STATEMENT_RULES:
        for what in rule(sql, schema):
            yield f'{where}: {rule.__name__[5:]}: {what}'


def lint(root):
    schema, count, findings = Schema(), 0, []
    for path in sorted((root / 'src/store/migrations').glob('*.sql')):
        findings += lint_migration(path.relative_to(root), path.read_text('utf-8'), schema)
    sources = {p: p.read_text('utf-8') for p in sorted((root / 'src').rglob('*.[ch]'))}
    macros = read_macros(sources.values())
    for path, text in sources.items():
        # What is written for one engine alone is in that engine's files.
        if path.suffix != '.c' or path.name.startswith(('sqlite', 'postgres')):
            continue
        for line, name, sql in c_statements(text, macros):
            count += 1
            findings += lint_statement(f'{path.relative_to(root)}:{line}: {name}', sql, schema)
    return findings, count, len(schema.tables)


def lint_registered(root, program):
    """The statements as the program registers them, those made from field tables included."""
    schema, findings = Schema(), []
    for path in sorted((root / 'src/store/migrations').glob('*.sql')):
        for _, sql in sql_statements(path.read_text('utf-8')):
            schema.add(sql)
    out = subprocess.run([program, '--print'], check=True, stdout=subprocess.PIPE).stdout.decode('utf-8')
    lines = [line.partition('\t') for line in out.splitlines()]
    for name, _, sql in lines:
        findings += lint_statement(name, sql, schema)
    return findings, len(lines), len(schema.tables)


# --- the self-test ---

BASE = '''CREATE TABLE district(district_id @I64 NOT NULL PRIMARY KEY, title @TXT NOT NULL) @END;
CREATE TABLE item(district_id @I64 NOT NULL, id @I64 NOT NULL, due @I64, PRIMARY KEY(district_id, id)) @END;'''

GOOD_STATEMENTS = [
    'SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.id > $2 ORDER BY i.due NULLS LAST, i.id LIMIT $3',
    "SELECT id FROM item WHERE district_id = $1 AND title LIKE $2 ESCAPE '\\'",
    "INSERT INTO item(district_id, id) VALUES($1, $2) ON CONFLICT(district_id, id) DO NOTHING",
    "SELECT CAST(coalesce(sum(due), 0) AS BIGINT), max(due) FROM item WHERE district_id = $1",
    "SELECT n.id FROM (SELECT id FROM item WHERE district_id = $1) AS n ORDER BY n.id",
    "SELECT 'json random() ?' FROM item WHERE district_id = $1",
    "UPDATE item SET due = $2 WHERE district_id = $1 AND id IN (SELECT id FROM item WHERE district_id = $1 LIMIT 1)",
]
BAD_STATEMENTS = [
    ('words', 'SELECT ifnull(due, 0) FROM item WHERE district_id = $1'),
    ('words', 'SELECT now() FROM item WHERE district_id = $1'),
    ('words', 'INSERT OR REPLACE INTO item(district_id, id) VALUES($1, $2)'),
    ('words', 'INSERT INTO item(district_id, id) VALUES($1, $2) RETURNING *'),
    ('words', 'DELETE FROM item USING district WHERE district_id = $1'),
    ('words', 'SELECT id FROM item WHERE district_id = ANY ($1)'),
    ('words', 'SELECT json_extract(due, 1) FROM item WHERE district_id = $1'),
    ('words', 'SELECT id FROM item WHERE district_id = $1 FOR UPDATE'),
    ('words', 'SELECT name FROM sqlite_schema'),
    ('quotes', 'SELECT "open" FROM item WHERE district_id = $1'),
    ('parameters', 'SELECT id FROM item WHERE district_id = ?'),
    ('parameters', 'SELECT id FROM item WHERE district_id = :d'),
    ('parameters', 'SELECT id FROM item WHERE district_id = $1 AND id = $3'),
    ('parameters', 'SELECT id FROM item WHERE district_id = $1 AND ($2 IS NULL OR id = $2)'),
    ('tenant', 'SELECT id FROM item WHERE id = $1'),
    ('tenant', 'SELECT a.id FROM item AS a JOIN item AS b ON b.id = a.id WHERE b.id = $1 AND a.district_id = $2'),
    ('tenant', 'UPDATE item SET due = $1'),
    ('alias', 'SELECT id FROM (SELECT id FROM item WHERE district_id = $1)'),
    ('nulls', 'SELECT id FROM item WHERE district_id = $1 ORDER BY due, id'),
    ('nulls', 'SELECT id FROM item WHERE district_id = $1 ORDER BY due DESC LIMIT 5'),
    ('like', 'SELECT id FROM item WHERE district_id = $1 AND title LIKE $2'),
    ('sums', 'SELECT sum(due) FROM item WHERE district_id = $1'),
    ('sums', 'SELECT max(due, 1) FROM item WHERE district_id = $1'),
    ('insert', 'INSERT INTO item VALUES($1, $2, $3)'),
    ('insert', 'INSERT INTO item(district_id, id) SELECT district_id, 1 FROM district ON CONFLICT(district_id, id) '
               'DO NOTHING'),
    ('insert', 'INSERT INTO item(district_id, id) VALUES($1, $2) ON CONFLICT(district_id, id) '
               'DO UPDATE SET district_id = $1'),
    ('limit', 'DELETE FROM item WHERE district_id = $1 LIMIT 5'),
]
GOOD_MIGRATIONS = [
    "CREATE TABLE t(district_id @I64 NOT NULL, id @I64 NOT NULL, note @TXT NOT NULL DEFAULT '', "
    "PRIMARY KEY (district_id, id), FOREIGN KEY (district_id, id) REFERENCES item(district_id, id)) @END;",
    "CREATE UNIQUE INDEX t_ux ON item(district_id, due) WHERE due IS NOT NULL; -- comment; with a semicolon",
    "ALTER TABLE item ADD COLUMN note @TXT NOT NULL DEFAULT 'a;b';",
]
BAD_MIGRATIONS = [
    ('kind', 'CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1'),
    ('kind', 'ALTER TABLE item ALTER COLUMN due TYPE BIGINT'),
    ('kind', 'CREATE VIEW v AS SELECT 1'),
    ('kind', 'PRAGMA user_version=1'),
    ('table', 'CREATE TABLE t(x @I64 NOT NULL PRIMARY KEY)'),
    ('table', 'CREATE TABLE t(x INTEGER NOT NULL PRIMARY KEY) @END'),
    ('table', 'CREATE TABLE t(x @I64 NOT NULL) @END'),
    ('table', 'CREATE TABLE t(district_id @I64 NOT NULL, id @I64 NOT NULL, PRIMARY KEY(id)) @END'),
    ('table', 'CREATE TABLE t(district_id @I64 NOT NULL, id @I64, PRIMARY KEY(district_id, id)) @END'),
    ('table', 'CREATE TABLE t(id @I64 NOT NULL PRIMARY KEY, district_id @I64 NOT NULL) @END'),
    ('table', 'CREATE TABLE Mixed(x @I64 NOT NULL PRIMARY KEY) @END'),
    ('table', 'CREATE TABLE order(x @I64 NOT NULL PRIMARY KEY) @END'),
    ('table', 'CREATE TABLE t%s(x @I64 NOT NULL PRIMARY KEY) @END' % ('x' * 41)),
    ('table', 'CREATE TABLE IF NOT EXISTS t(x @I64 NOT NULL PRIMARY KEY) @END'),
    ('table', 'CREATE TABLE t(district_id @I64 NOT NULL, id @I64 NOT NULL, c @TXT NOT NULL, UNIQUE (c), '
              'PRIMARY KEY(district_id, id)) @END'),
    ('table', 'CREATE TABLE t(district_id @I64 NOT NULL, id @I64 NOT NULL, PRIMARY KEY(district_id, id), '
              'FOREIGN KEY (id) REFERENCES item(id)) @END'),
    ('table', 'CREATE TABLE t(district_id @I64 NOT NULL, id @I64 NOT NULL, PRIMARY KEY(district_id, id), '
              'FOREIGN KEY (district_id, id) REFERENCES item(district_id, id) ON DELETE SET NULL) @END'),
    ('table', 'CREATE TABLE t(x @I64 NOT NULL PRIMARY KEY, at_us @I64 NOT NULL DEFAULT CURRENT_TIME) @END'),
    ('index', 'CREATE INDEX item_due_ix ON item(due)'),
    ('index', 'CREATE INDEX a_ix ON item(district_id, due); CREATE INDEX a_ix ON item(district_id, id)'),
    ('column', 'ALTER TABLE item ADD COLUMN IF NOT EXISTS note @TXT'),
    ('column', 'ALTER TABLE item ADD COLUMN note @TXT NOT NULL'),
    ('column', 'ALTER TABLE item ADD COLUMN note VARCHAR(3)'),
    ('words', 'UPDATE item SET due = random()'),
    ('words', 'UPDATE item SET due = "x"'),
]
C_SAMPLE = '''
#define COLUMNS "id, \\
  due"
static const struct stmt A = {"a.read", "SELECT " COLUMNS // a comment, with "text"
                              " FROM item WHERE district_id = $1"};
static const struct stmt B[] = {{"b.one", "SELECT 1"},
                                {"b.bad", "SELECT now()"}};
    call(&(struct stmt){"c.bad", "SELECT id FROM item"});
'''


def schema_of_base():
    schema = Schema()
    for _, sql in sql_statements(BASE):
        schema.add(sql)
    return schema


def self_test():
    wrong = []
    for sql in GOOD_STATEMENTS:
        wrong += [f'good, but: {f}' for f in lint_statement(sql, sql, schema_of_base())]
    for text in [BASE] + GOOD_MIGRATIONS:
        schema = Schema() if text is BASE else schema_of_base()
        wrong += [f'good, but: {f}' for f in lint_migration('sample', text, schema)]
    for rule, sql in BAD_STATEMENTS:
        if not any(f': {rule}: ' in f for f in lint_statement('sample', sql, schema_of_base())):
            wrong.append(f'rule {rule} lets pass: {sql}')
    for rule, text in BAD_MIGRATIONS:
        if not any(f': {rule}: ' in f for f in lint_migration('sample', text, schema_of_base())):
            wrong.append(f'migration rule {rule} lets pass: {text}')
    found = {name: sql for _, name, sql in c_statements(C_SAMPLE, read_macros([C_SAMPLE]))}
    if re.sub(r'\s+', ' ', found.get('a.read', '')) != 'SELECT id, due FROM item WHERE district_id = $1':
        wrong.append(f'reads the C sample as {found}')
    for name, rule in (('c.bad', 'tenant'), ('b.bad', 'words')):
        if not any(rule in f for f in lint_statement('c', found.get(name, ''), schema_of_base())):
            wrong.append(f'does not see the statement {name}, made in place or in a list')
    tried = {r for r, _ in BAD_STATEMENTS}, {r for r, _ in BAD_MIGRATIONS}
    names = {r.__name__[5:] for r in STATEMENT_RULES}, {r.__name__[6:] for r in MIGRATION_RULES}
    wrong += [f'no sample for rule {r}' for r in (names[0] - tried[0]) | (names[1] - tried[1])]
    return wrong, len(GOOD_STATEMENTS) + len(BAD_STATEMENTS) + len(GOOD_MIGRATIONS) + len(BAD_MIGRATIONS)


def main(argv):
    if '--self-test' in argv:
        wrong, n = self_test()
        print('\n'.join(wrong) if wrong else f'{n} samples judged as they should be')
        return 1 if wrong else 0
    root = Path(argv[argv.index('--root') + 1]) if '--root' in argv else Path(__file__).resolve().parent.parent
    if '--registered' in argv:
        findings, statements, tables = lint_registered(root, argv[argv.index('--registered') + 1])
    else:
        findings, statements, tables = lint(root)
    print('\n'.join(findings) if findings else f'{statements} statements, {tables} tables: clean')
    if statements == 0 or tables == 0:
        print('nothing was found to look at')
        return 1
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
