#!/usr/bin/env python3
"""Holds the SQL of the source to the dialect of docs/sql.md, by regular expressions.

    tools/sql_lint.py [--root DIR]        every struct stmt in src/**/*.c and every migration
    tools/sql_lint.py --registered PROGRAM      what "PROGRAM --print" prints, "name<TAB>lock<TAB>text" a line
    tools/sql_lint.py --log FILE          what a run with BIHUAN_SQL_LOG=FILE really prepared, same form
    tools/sql_lint.py --self-test         shows that each rule can fail, and lets good SQL pass

One finding a line, "path:line: rule: what"; exit 1 when there are findings. Statements put together at
run time (lists with filters, updates of the columns that moved) are seen in the log of a test run:
tests/store/prepared.py makes one and gives it to this program.
"""
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import sql_scope  # noqa: E402
from sql_samples import (BAD_MIGRATIONS, BAD_STATEMENTS, BASE, C_SAMPLE, GOOD_MIGRATIONS, GOOD_STATEMENTS,  # noqa: E402
                         LOCKS_TOO_MUCH, NAMED)

# The statements that may cross districts, all of them, with the tables they may read (R22, R46): who
# there is, and the roll-ups of the named report. A name that is here and needs it no more is a finding.
ACROSS = {
    'district.coded': {'district'},
    'district.first_two': {'district'},
    'district.page': {'district'},
    'pack.last_district': {'district'},
    'timer.districts': {'district'},
    'hook.districts': {'district', 'webhook'},
    'report.districts': {'district', 'rollup_head'},
    'report.district_counts': {'rollup_count'},
}
# Of the tools that move or copy a whole store (schema.h): which districts a table has, whether it is empty.
CARE = re.compile(r'SELECT (?:district_id FROM (\w+) WHERE district_id > \$1 ORDER BY district_id|1 FROM (\w+)) LIMIT 1\Z')
# Statements without LIMIT that return few rows all the same, and why (R43).
BOUNDED = {
    r'\w+\.of_item|clock\.running|report\.periods|pack\.part_at': 'what belongs to one item',
    r'\w+\.(all|of_account|of_session)|import\.lines|(rollup|burden)\.registers|items\.lines|import\.people':
        'what a district or an account is set up with: units, people, rules, roles, sessions',
    r'item\.(led|assisted|answered)_open|item_unit\.open_of_unit|(person|account)\.of_unit|reorg\.accounts_of_person':
        'what one unit or person has when it ends: a command that moves it has to see all of it',
    r'person_handover\.of_person|follow\.\w+': 'what one unit or person is set up with, or what waits for it',
    r'register_field\.of_register|loop\.states_of_register': 'the fields of one register, a row for each state of the loop',
    r'calendar_day\.of_year': 'days of one year',
    r'change_request\.pending|objection\.all_pending': 'what waits for a decision; a changed calendar moves all of it',
    r'import\.rows': 'rows of one document, whose size is limited when it comes in',
    r'origin\.records': 'the first and the last record of an item',
    r'rollup\.count|report\.district_counts|burden\.(reporters|items)':
        'a row a register, unit or district of the page, and state',
    r'session\.news_alive': 'sessions opened since the last look',
    r'store\.version_list': 'a row a migration',
    r'search\.(parts|reports|notes|aliases)': 'what belongs to one item or unit, read when a text of it goes',
    r'search\.all_terms': 'bihuan check goes through all terms once',
}
# The same for those that are put together at run time.
BOUNDED_MADE = {
    r'items\.counts|cockpit\.groups': 'a row a state, line, lead unit and leader',
    r'search\.texts': 'the texts of at most 64 objects that are compared with the words',
    r'items\.values': 'the values of the items of one page',
    r'roundtrip\.values': 'the values of the items of one list of ids, which has SQLTEXT_LIST at most',
    r'prop_filter\.\w+': 'a test\'s own: the items of its small store',
}
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
        self.tables = {}  # name -> {'tenant': bool, 'nullable': set, 'columns': list, 'keys': list of lists}
        self.indexes = set()

    def add(self, sql):
        m = re.match(r'CREATE TABLE\s+(\w+)\s*\(', sql, re.I)
        if m:
            body = sql[m.end():closing(sql, m.end() - 1) - 1]
            columns, nullable, keys = [], set(), []
            for part in split_top(body):
                word = part.split()[0].upper() if part.split() else ''
                if word in ('PRIMARY', 'UNIQUE'):
                    keys.append(re.findall(r'\w+', part[part.index('('):]))
                if word in ('PRIMARY', 'FOREIGN', 'UNIQUE', 'CHECK', 'CONSTRAINT'):
                    continue
                if re.search(r'\bPRIMARY\s+KEY\b', part, re.I):
                    keys.append([part.split()[0]])
                columns.append(part.split()[0])
                if not re.search(r'\bNOT NULL\b', part, re.I):
                    nullable.add(part.split()[0])
            self.tables[m.group(1)] = {'tenant': columns[:1] == ['district_id'], 'nullable': nullable,
                                       'columns': columns, 'keys': keys}
        m = re.match(r'CREATE UNIQUE INDEX\s+\w+\s+ON\s+(\w+)\s*\(([^)]*)\)', sql, re.I)
        if m and m.group(1) in self.tables:
            self.tables[m.group(1)]['keys'].append([k.strip() for k in m.group(2).split(',')])
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


# What only one engine is asked, in its own words (sqlite*.c, postgres*.c).
ENGINE_OWN = {'store.has_table', 'store.indexes', 'store.index_columns', 'store.known_facts', 'store.forget_facts',
              'store.learn_fact'}


class Text(str):
    """A statement's text with its name and whether it locks what it reads."""
    name, lock, built = '', False, False


def rule_tenant(sql, schema):
    """Every tenant table is tied to $1, in its own scope; what crosses districts stands in ACROSS."""
    try:
        reader = sql_scope.read(sql, schema)
    except (sql_scope.Odd, IndexError, KeyError) as e:
        yield f'not a statement of the dialect: {e!r}'
        return
    yield from reader.loose
    name = getattr(sql, 'name', '')
    care = CARE.match(sql)
    if name in ACROSS:
        if not reader.untied:
            yield f'{name} needs no place among those that cross districts'
        for table in sorted(reader.tables - ACROSS[name]):
            yield f'{name} crosses districts and reads {table}'
    elif reader.untied and not (care and name.endswith(('.next_district', '.any_row'))):
        yield f'{", ".join(sorted(set(reader.untied)))} without district_id = $1 or that of a table that has it'


def rule_bound(sql, schema):
    """What may return rows without bound (R43)."""
    try:
        reader = sql_scope.read(sql, schema)
    except (sql_scope.Odd, IndexError, KeyError):
        return  # rule_tenant has told it
    if reader.scopes and not sql_scope.bounded(reader, schema) and \
            not any(re.fullmatch(b, getattr(sql, 'name', '')) for b in {**BOUNDED, **BOUNDED_MADE}):
        yield 'no LIMIT, no whole key, no aggregate, and not among the bounded ones'


def rule_lock(sql, schema):
    """FOR UPDATE is added to it: one table, one district, plain rows (R34, hook H4)."""
    if not getattr(sql, 'lock', False):
        return
    tokens = sql_scope.tree(sql)
    reader = sql_scope.read(sql, schema)
    scope = reader.scopes[0] if len(reader.scopes) == 1 else None
    if not scope or len(scope.sources) != 1 or not scope.sources[0].table or reader.untied or \
            any(sql_scope.is_query(t) for t in tokens):
        yield 'a lock takes rows of one table of one district'
    elif {'GROUP', 'HAVING'} & set(scope.clauses) or sql_scope.is_aggregate(scope.clauses['SELECT']) or \
            'DISTINCT' in map(sql_scope.up, scope.clauses['SELECT']):
        yield 'a lock takes plain rows'


def calls_of(tokens):
    for i, t in enumerate(tokens):
        if not isinstance(t, list):
            continue
        before = tokens[i - 1] if i else ''
        if isinstance(before, str) and re.match(r'[A-Za-z_]\w*\Z', before) and before.lower() not in sql_scope.BEFORE:
            named = sql_scope.up(tokens[i - 2]) if i > 1 else ''
            if named not in ('INTO', 'AS', 'RECURSIVE') and not (named == ',' and sql_scope.up(tokens[0]) == 'WITH'):
                yield before
        yield from calls_of(t)


def rule_functions(sql, schema):
    try:
        tokens = sql_scope.tree(sql)
    except sql_scope.Odd:
        return
    for name in calls_of(tokens):
        if name.lower() not in sql_scope.FUNCTIONS:
            yield f'{name}() is no function of the dialect'


def rule_group(sql, schema):
    """Under GROUP BY a column is grouped by or aggregated (R33)."""
    try:
        scopes = sql_scope.read(sql, schema).scopes
    except (sql_scope.Odd, IndexError, KeyError):
        return
    for scope in scopes:
        if 'GROUP' not in scope.clauses:
            continue
        by = {sql_scope.text(i) for i in sql_scope.items(scope.clauses['GROUP'][1:])}
        for item in sql_scope.items(scope.clauses['SELECT']):
            plain = sql_scope.text(item[:-2] if len(item) > 2 and sql_scope.up(item[-2]) == 'AS' else item)
            if plain not in by and not sql_scope.is_aggregate(item) and not re.match(r"[\d$']", plain):
                yield f'{plain} is neither grouped by nor aggregated'


def rule_returning(sql, schema):
    m = re.search(r'\bRETURNING\b(.*)', without_text(sql), re.I | re.S)
    for item in split_top(m.group(1)) if m else []:
        if not re.match(r'(\w+\.)?\w+\Z', item):
            yield f'RETURNING {item} is no plain column'


def rule_set(sql, schema):
    """No key column is set (R6, R23); DO UPDATE names its own columns by their table and asks nothing."""
    plain = without_text(sql)
    m = re.match(r'\s*(?:UPDATE|INSERT\s+INTO)\s+(\w+)', plain, re.I)
    table = schema.tables.get(m.group(1)) if m else None
    m = re.search(r'\bSET\b(.*?)(?:\bWHERE\b|\bFROM\b|\bRETURNING\b|\Z)', plain, re.I | re.S)
    if not table or not m:
        return
    upsert = bool(re.search(r'\bDO\s+UPDATE\s+SET\b', plain, re.I))
    for part in split_top(m.group(1)):
        column, _, value = part.partition('=')
        if column.strip() in table['keys'][0]:
            yield f'the key column {column.strip()} is set'
        if upsert and re.search(r'\bSELECT\b', value, re.I):
            yield 'a sub-select in DO UPDATE SET'
        for word in re.findall(r'(?<![\w.$])([a-z_]\w*)\b(?!\s*[.(])', value) if upsert else []:
            if word in table['columns']:
                yield f'{word} in DO UPDATE SET needs the name of its table'


def rule_is(sql, schema):
    for m in re.finditer(r'\bIS\s+(?!NULL\b|NOT\s+NULL\b|NOT\s+DISTINCT\b)(\S+)', without_text(sql), re.I):
        yield f'IS {m.group(1)}: say = or IS NOT DISTINCT FROM'


def rule_lists(sql, schema):
    """Lists of parameters made at run time have few lengths (R35)."""
    for m in re.finditer(r'\bIN\s*\(\s*(\$\d+(?:\s*,\s*\$\d+)*)\s*\)', without_text(sql), re.I):
        n = m.group(1).count('$')
        if n > 256 or (getattr(sql, 'built', False) and n not in (1, 4, 16, 64, 256)):
            yield f'a list of {n} parameters: pad it to 1, 4, 16, 64 or 256'


def rule_bare(sql, schema):
    """A parameter that nothing gives a type (R21)."""
    plain = without_text(sql)
    for m in re.finditer(r'(?:\bSELECT\s+|\bCOALESCE\s*\(\s*|\bVALUES\s*\(\s*)(\$\d+)(?=\s*(?:,|\bAS\b|\bFROM\b|\)|\Z))',
                         plain, re.I):
        if not re.match(r'\s*INSERT\b', plain, re.I):
            yield f'{m.group(1)} has no type here: CAST({m.group(1)} AS ...)'


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
    # A name that stands for one table only is asked in that table.
    named = re.findall(r'\b(?:FROM|JOIN)\s+(\w+)\s+AS\s+(\w+)', plain, re.I)
    of = {alias: table for table, alias in named if sum(a == alias for _, a in named) == 1}
    for m in re.finditer(r'\bORDER\s+BY\s+', plain, re.I):
        rest = re.split(r'\bLIMIT\b|\bOFFSET\b|\bROWS\b', plain[m.end():], flags=re.I)[0]
        depth = 0
        for i, ch in enumerate(rest):
            depth += {'(': 1, ')': -1}.get(ch, 0)
            if depth < 0:
                rest = rest[:i]
                break
        for key in split_top(rest):
            k = re.match(r'(?:(\w+)\.)?(\w+)\s*(?:ASC|DESC)?\s*\Z', key, re.I)
            here = schema.tables.get(of[k.group(1)], {}).get('nullable', set()) if k and k.group(1) in of else nullable
            if k and k.group(2) in here:
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


STATEMENT_RULES = [rule_words, rule_quotes, rule_parameters, rule_tenant, rule_bound, rule_lock, rule_functions,
                   rule_group, rule_returning, rule_set, rule_is, rule_lists, rule_bare, rule_alias, rule_nulls,
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
        # Where the text is put together at run time there is nothing to read here; the log of a run has it.
        if len(parts) >= 2 and ''.join(parts[1]).strip():
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


def lint_statement(where, sql, schema, name='', lock=False, built=False):
    sql = Text(sql)
    sql.name, sql.lock, sql.built = name, lock, built
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
            findings += lint_statement(f'{path.relative_to(root)}:{line}: {name}', sql, schema, name)
    return findings, count, len(schema.tables)


def shipped_schema(root):
    schema = Schema()
    for path in sorted((root / 'src/store/migrations').glob('*.sql')):
        for _, sql in sql_statements(path.read_text('utf-8')):
            schema.add(sql)
    schema.add('CREATE TABLE schema_version(version @I64 NOT NULL PRIMARY KEY, name @TXT NOT NULL, hash @TXT NOT NULL)')
    return schema


def lint_lines(root, lines, built):
    """Statements as the program has them, those made from field tables and at run time included."""
    schema, findings, seen = shipped_schema(root), [], set()
    for line in lines:
        name, lock, sql = line.split('\t', 2)
        # What an engine asks for itself, in its own words, is its own business.
        if (name, sql) in seen or name in ENGINE_OWN or name.startswith('test.'):
            continue
        seen.add((name, sql))
        findings += lint_statement(name, sql, schema, name, lock == 'lock', built)
    names = {name for name, _ in seen}
    findings += [f'{b}: excuses a statement that there is not' for b in (BOUNDED_MADE if built else BOUNDED)
                 if not any(re.fullmatch(b, name) for name in names)]
    if not built:
        findings += [f'{name}: is on a list of this program and in no registry'
                     for name in sorted(set(ACROSS) - names)]
    return findings, len(seen), len(schema.tables)


def lint_registered(root, program):
    out = subprocess.run([program, '--print'], check=True, stdout=subprocess.PIPE).stdout.decode('utf-8')
    return lint_lines(root, out.splitlines(), False)


def lint_log(root, path):
    return lint_lines(root, Path(path).read_text('utf-8').splitlines(), True)


# --- the self-test ---

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
    for sql in LOCKS_TOO_MUCH:
        if not any(': lock: ' in f for f in lint_statement('sample', sql, schema_of_base(), lock=True)):
            wrong.append(f'rule lock lets pass: {sql}')
    for name, sql, rule in NAMED:
        if any(f': {rule}: ' in f for f in lint_statement('sample', sql, schema_of_base(), name)) != (rule == 'tenant'):
            wrong.append(f'the name {name} is judged wrongly: {sql}')
    if not any(': lists: ' in f for f in lint_statement('s', 'SELECT id FROM item WHERE district_id = $1 AND id IN ($2, $3) LIMIT 1',
                                                        schema_of_base(), built=True)):
        wrong.append('a list of two parameters made at run time passes')
    tried = {r for r, _ in BAD_STATEMENTS} | {'lock'}, {r for r, _ in BAD_MIGRATIONS}
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
    elif '--log' in argv:
        findings, statements, tables = lint_log(root, argv[argv.index('--log') + 1])
    else:
        findings, statements, tables = lint(root)
    print('\n'.join(findings) if findings else f'{statements} statements, {tables} tables: clean')
    if statements == 0 or tables == 0:
        print('nothing was found to look at')
        return 1
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
