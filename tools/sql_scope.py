"""Reads a statement of docs/sql.md's dialect far enough to know, for each table in it, to which district
it is tied, and whether it can return rows without bound. tools/sql_lint.py asks.

A statement becomes a tree: words, and lists for what stands in brackets. Each SELECT is a scope with its
sources (tables, sub-selects, common table expressions) and the conditions that hold of all its rows: those
joined by AND at the top of WHERE and ON. A source is tied when its district_id equals $1, or that of a tied
source, also of a scope around it.
"""
import re

WORD = re.compile(r"\s*('(?:[^']|'')*'|\$\d+|[A-Za-z_][\w.]*|\d+(?:\.\d+)?|\|\||<=|>=|<>|!=|[()*,=<>+\-/%;])")
CLAUSES = ['SELECT', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'RETURNING']
SETS = ('UNION', 'EXCEPT', 'INTERSECT')
AGGREGATES = {'count', 'sum', 'min', 'max', 'avg'}
# What may be called; more would differ between engines (R31).
FUNCTIONS = AGGREGATES | {'coalesce', 'nullif', 'substr', 'length', 'replace', 'trim', 'upper', 'lower', 'abs',
                          'cast', 'row_number', 'rank', 'dense_rank', 'lag', 'lead'}
# Words before a bracket that are no call.
BEFORE = set('''select from where and or not in exists values over filter as on when then else case having by
  between set join union all except intersect distinct returning do update conflict with is like escape limit
  partition order group nothing recursive offset'''.split())


class Odd(Exception):
    """The statement is not of a form the dialect has."""


def tree(sql):
    stack, at = [[]], 0
    while at < len(sql.rstrip()):
        m = WORD.match(sql, at)
        if not m:
            raise Odd(f'cannot read {sql[at:at + 20]!r}')
        at, word = m.end(), m.group(1)
        if word == '(':
            stack.append([])
        elif word == ')':
            if len(stack) == 1:
                raise Odd('a bracket too many')
            inner = stack.pop()
            stack[-1].append(inner)
        else:
            stack[-1].append(word)
    if len(stack) != 1:
        raise Odd('a bracket is not closed')
    return untyped(stack[0])


def untyped(tokens):
    """CAST($1 AS BIGINT) says the type of $1 and nothing more."""
    out = []
    for t in tokens:
        if isinstance(t, list):
            t = untyped(t)
            if out and up(out[-1]) == 'CAST' and len(t) == 3 and isinstance(t[0], str) and t[0].startswith('$'):
                out[-1] = t[0]
                continue
        out.append(t)
    return out


def up(token):
    return token.upper() if isinstance(token, str) else ''


def split(tokens, *words):
    """Cuts at words of the top; returns the parts."""
    parts = [[]]
    for t in tokens:
        if up(t) in words:
            parts.append([])
        else:
            parts[-1].append(t)
    return parts


def is_query(tokens):
    return isinstance(tokens, list) and bool(tokens) and up(tokens[0]) in ('SELECT', 'WITH')


def flat(tokens):
    for t in tokens:
        if isinstance(t, list):
            yield '('
            yield from flat(t)
            yield ')'
        else:
            yield t


def text(tokens):
    return ' '.join(flat(tokens)).lower()


class Source:
    def __init__(self, name, alias, table, outer):
        self.name, self.alias, self.table, self.outer = name, alias, table, outer


class Scope:
    """One SELECT (or the body of an UPDATE or DELETE): its clauses, sources, conditions."""

    def __init__(self):
        self.clauses, self.sources, self.conditions, self.tied = {}, [], [], set()


class Reader:
    def __init__(self, schema):
        self.schema = schema
        self.untied = []   # tenant tables that are not tied to $1
        self.tables = set()
        self.scopes = []   # the outermost ones, in order
        self.loose = []    # what else is wrong, told in words

    # --- sources ---

    def table(self, name):
        return self.schema.tables.get(name)

    def tenant(self, name):
        return bool(self.table(name) and self.table(name)['tenant'])

    def sources(self, tokens, scope, ctes):
        """FROM: sources joined by comma and JOIN; their ON conditions go to the scope."""
        i, outer = 0, False
        while i < len(tokens):
            word = up(tokens[i])
            if word in (',', 'JOIN', 'INNER', 'CROSS', 'OUTER'):
                i += 1
                continue
            if word in ('LEFT', 'RIGHT', 'FULL'):
                outer = True
                i += 1
                continue
            if word == 'ON':
                end = i + 1
                while end < len(tokens) and up(tokens[end]) not in (',', 'JOIN', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS'):
                    end += 1
                self.add_conditions(tokens[i + 1:end], scope, 'ON')
                i = end
                continue
            item, alias = tokens[i], None
            i += 1
            if i < len(tokens) and up(tokens[i]) == 'AS':
                alias, i = tokens[i + 1], i + 2
            elif i < len(tokens) and isinstance(tokens[i], str) and re.match(r'[a-z_]\w*\Z', tokens[i], re.I) and \
                    up(tokens[i]) not in ('ON', 'JOIN', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS'):
                alias, i = tokens[i], i + 1
            if isinstance(alias, list):
                alias = None
            if isinstance(item, list):
                scope.sources.append(Source(None, alias, None, outer))
            else:
                table = None if item in ctes else item
                scope.sources.append(Source(item, alias or item, table, outer))
                if table:
                    self.tables.add(table)
            outer = False

    def add_conditions(self, tokens, scope, where):
        if len(split(tokens, "OR")) > 1:
            if any("district_id" in t for t in tokens if isinstance(t, str)):
                self.loose.append(f"OR stands beside the key in {where}: put it in brackets")
            return
        scope.conditions += split(tokens, 'AND')

    # --- ties ---

    def tie(self, scope, env):
        """Which aliases are tied; env: those of the scopes around."""
        tied, pairs = set(), []
        own = {s.alias for s in scope.sources}

        def side(token):
            if token == '$1':
                return '$1'
            if isinstance(token, str) and token.endswith('district_id'):
                head = token[:-len('district_id')].rstrip('.')
                if head:
                    return head
                real = [s.alias for s in scope.sources if s.table and self.table(s.table) and
                        'district_id' in self.table(s.table)['columns']]
                if len(real) == 1:
                    return real[0]
                if len(real) > 1:
                    self.loose.append('district_id without the name of its table')
            return None

        for c in scope.conditions:
            if len(c) == 3 and c[1] == '=':
                a, b = side(c[0]), side(c[2])
                if a and b:
                    pairs.append((a, b))
        known = {'$1'} | (env - own)
        while True:
            more = {x for a, b in pairs for x, y in ((a, b), (b, a)) if (y in known or y in tied) and x not in tied
                    and x != '$1'}
            if not more:
                break
            tied |= more
        scope.tied = tied & own
        for s in scope.sources:
            if s.table and self.tenant(s.table) and s.alias not in tied:
                self.untied.append(s.table)
        return (env - own) | scope.tied

    # --- queries ---

    def inner(self, tokens, env, ctes):
        for t in tokens:
            if is_query(t):
                self.query(t, env, ctes)
            elif isinstance(t, list):
                self.inner(t, env, ctes)

    def query(self, tokens, env=frozenset(), ctes=frozenset(), top=False):
        ctes = set(ctes)
        if up(tokens[0]) == 'WITH':
            i = 1 + (up(tokens[1]) == 'RECURSIVE')
            while True:
                name = tokens[i]
                ctes.add(name)
                i += 1
                while not (up(tokens[i]) == 'AS' and isinstance(tokens[i + 1], list)):
                    i += 1
                body = tokens[i + 1]
                if not is_query(body):
                    self.loose.append('a common table expression that is no SELECT')
                else:
                    self.query(body, set(), ctes)
                i += 2
                if i < len(tokens) and tokens[i] == ',':
                    i += 1
                    continue
                break
            tokens = tokens[i:]
        arms = [a[1:] if up(a[0]) == 'ALL' else a for a in split(tokens, *SETS) if a]
        for n, arm in enumerate(arms):
            if is_query(arm):
                self.select(arm, set(env), ctes, top, n == len(arms) - 1)
            else:
                self.inner(arm, env, ctes)

    def select(self, tokens, env, ctes, top, last):
        scope, name = Scope(), None
        for t in tokens:
            if up(t) in CLAUSES:
                name = up(t)
                scope.clauses[name] = []
            elif name:
                scope.clauses[name].append(t)
        if not last and 'LIMIT' in scope.clauses:
            self.loose.append('LIMIT in an arm of a UNION without a sub-select')
        self.sources(scope.clauses.get('FROM', []), scope, ctes)
        self.add_conditions(scope.clauses.get('WHERE', []), scope, 'WHERE')
        here = self.tie(scope, env)
        # A sub-select of FROM does not see its neighbours.
        self.inner([t for t in scope.clauses.get('FROM', []) if is_query(t)], env, ctes)
        self.inner([t for t in scope.clauses.get('FROM', []) if not is_query(t)], here, ctes)
        for clause, part in scope.clauses.items():
            if clause != 'FROM':
                self.inner(part, here, ctes)
        if top:
            self.scopes.append(scope)

    def change(self, tokens, table, alias, tail, froms=()):
        """UPDATE and DELETE: one table, perhaps a FROM, a WHERE."""
        scope = Scope()
        self.tables.add(table)
        scope.sources.append(Source(table, alias, table, False))
        self.sources(list(froms), scope, set())
        self.add_conditions(tail, scope, 'WHERE')
        here = self.tie(scope, set())
        self.inner(tokens, here, set())

    def insert(self, tokens):
        table, columns = tokens[2], [t for t in tokens[3] if t != ','] if isinstance(tokens[3], list) else []
        self.tables.add(table)
        if self.tenant(table) and (not columns or columns[0] != 'district_id'):
            self.loose.append('INSERT whose first column is not district_id')
        rest, ends = tokens[4:], len(tokens[4:])
        for i, t in enumerate(rest):
            if up(t) in ('ON', 'RETURNING') and (up(t) != 'ON' or up(rest[i + 1]) == 'CONFLICT'):
                ends = i
                break
        body, tail = rest[:ends], rest[ends:]
        self.inner(tail, set(), set())
        if up(body[0]) == 'VALUES':
            for row in body[1:]:
                if isinstance(row, list):
                    if self.tenant(table) and row[0] != '$1':
                        self.loose.append(f'inserts a row of {table} whose district is not $1')
                    self.inner(row, set(), set())
                    if any(is_query(t) for t in row):
                        self.loose.append('a sub-select inside VALUES')
        else:
            before = len(self.scopes)
            self.query(body, top=True)
            for s in self.scopes[before:]:
                first = s.clauses['SELECT'][0]
                ok = first == '$1' or (isinstance(first, str) and first.endswith('district_id') and s.tied)
                if self.tenant(table) and not ok:
                    self.loose.append(f'inserts rows of {table} whose district is not $1')
            del self.scopes[before:]


def read(sql, schema):
    """A Reader of the whole statement; raises Odd."""
    tokens, r = tree(sql), Reader(schema)
    verb = up(tokens[0])
    if verb in ('SELECT', 'WITH'):
        r.query(tokens, top=True)
    elif verb == 'INSERT':
        r.insert(tokens)
    elif verb == 'UPDATE':
        alias = tokens[3] if up(tokens[2]) == 'AS' else tokens[1]
        parts = {}
        name = None
        for t in tokens[2:]:
            if up(t) in ('SET', 'FROM', 'WHERE', 'RETURNING'):
                name = up(t)
                parts[name] = []
            elif name:
                parts[name].append(t)
        r.change(tokens, tokens[1], alias, parts.get('WHERE', []), parts.get('FROM', []))
    elif verb == 'DELETE':
        alias = tokens[4] if len(tokens) > 4 and up(tokens[3]) == 'AS' else tokens[2]
        at = next((i for i, t in enumerate(tokens) if up(t) == 'WHERE'), len(tokens))
        end = next((i for i, t in enumerate(tokens) if up(t) == 'RETURNING'), len(tokens))
        r.change(tokens, tokens[2], alias, tokens[at + 1:end])
    else:
        raise Odd(f'a statement that begins with {verb}')
    return r


# --- bounds ---

def is_aggregate(tokens):
    return any(up(t).lower() in AGGREGATES and i + 1 < len(tokens) and isinstance(tokens[i + 1], list) and
               not (i + 2 < len(tokens) and up(tokens[i + 2]) == 'OVER')
               for i, t in enumerate(tokens)) or any(isinstance(t, list) and not is_query(t) and is_aggregate(t)
                                                     for t in tokens)


def items(tokens):
    return [p for p in split(tokens, ',') if p]


def fixed_columns(scope, source):
    """Columns of a source that a condition holds equal to something, or to one of a list."""
    fixed = set()
    for c in scope.conditions:
        listed = len(c) == 3 and up(c[1]) == 'IN' and isinstance(c[2], list) and not is_query(c[2])
        if listed or (len(c) == 3 and c[1] == '='):
            for x in (c[0], c[2]):
                if not isinstance(x, str):
                    continue
                head, _, column = x.rpartition('.')
                if head == source.alias or (not head and len(scope.sources) == 1):
                    fixed.add(column)
    return fixed


def one_row(scope, schema):
    """Does a key of every source stand in the conditions?"""
    for s in scope.sources:
        table = schema.tables.get(s.table or '')
        if not table or not any(set(key) <= fixed_columns(scope, s) for key in table['keys']):
            return False
    return True


def bounded(reader, schema):
    for scope in reader.scopes:
        select = scope.clauses['SELECT']
        last = reader.scopes[-1].clauses
        if 'LIMIT' in last or not scope.sources or one_row(scope, schema):
            continue
        if 'GROUP' not in scope.clauses and is_aggregate(select):
            continue
        return False
    return True
