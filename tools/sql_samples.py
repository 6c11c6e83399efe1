"""What tools/sql_lint.py --self-test judges: statements that must pass and, by rule, those that must not."""

BASE = '''CREATE TABLE district(district_id @I64 NOT NULL PRIMARY KEY, title @TXT NOT NULL) @END;
CREATE TABLE item(district_id @I64 NOT NULL, id @I64 NOT NULL, due @I64, PRIMARY KEY(district_id, id)) @END;'''

GOOD_STATEMENTS = [
    "SELECT a.id FROM item AS a JOIN item AS b ON b.district_id = a.district_id AND b.id = a.due WHERE "
    "a.district_id = CAST($1 AS BIGINT) AND a.due IN ($2, $3) LIMIT 5",
    "SELECT n.id FROM item AS n LEFT JOIN district AS d ON d.district_id = n.district_id WHERE n.district_id = $1 AND "
    "EXISTS (SELECT 1 FROM item AS x WHERE x.district_id = n.district_id AND (x.id = n.id OR x.due IS NULL)) LIMIT 9",
    "WITH RECURSIVE r(id, lvl) AS (SELECT id, 0 FROM item WHERE district_id = $1 AND id = $2 UNION ALL "
    "SELECT t.id, r.lvl + 1 FROM item AS t JOIN r ON t.due = r.id WHERE t.district_id = $1 AND r.lvl < 20) "
    "SELECT id, lvl FROM r LIMIT 100",
    "SELECT due, count(*) FILTER (WHERE id > $2) FROM item WHERE district_id = $1 GROUP BY due ORDER BY due NULLS LAST LIMIT 9",
    "INSERT INTO item(district_id, id, due) SELECT i.district_id, $2, i.due FROM item AS i WHERE i.district_id = $1 AND i.id = $3",
    "INSERT INTO item(district_id, id, due) VALUES($1, $2, $3) ON CONFLICT(district_id, id) DO UPDATE SET "
    "due = item.due + excluded.due",
    "DELETE FROM item WHERE district_id = $1 AND id = $2 RETURNING id, due",
    'SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.id > $2 ORDER BY i.due NULLS LAST, i.id LIMIT $3',
    "SELECT id FROM item WHERE district_id = $1 AND title LIKE $2 ESCAPE '\\' LIMIT 9",
    "INSERT INTO item(district_id, id) VALUES($1, $2) ON CONFLICT(district_id, id) DO NOTHING",
    "SELECT CAST(coalesce(sum(due), 0) AS BIGINT), max(due) FROM item WHERE district_id = $1",
    "SELECT n.id FROM (SELECT id FROM item WHERE district_id = $1) AS n ORDER BY n.id LIMIT 9",
    "SELECT 'json random() ?' FROM item WHERE district_id = $1 LIMIT 1",
    "UPDATE item SET due = $2 WHERE district_id = $1 AND id IN (SELECT id FROM item WHERE district_id = $1 LIMIT 1)",
]
BAD_STATEMENTS = [
    # Each needs its own key, in its own scope, and no OR beside it.
    ('tenant', 'SELECT a.id FROM item AS a, item AS b WHERE a.district_id = $1 AND b.id = a.id LIMIT 1'),
    ('tenant', 'SELECT a.id FROM item AS a JOIN item AS b ON b.id = a.id WHERE a.district_id = $1 AND a.district_id = $1 LIMIT 1'),
    ('tenant', 'SELECT id FROM item WHERE district_id = $1 AND id IN (SELECT due FROM item WHERE id = $2) LIMIT 1'),
    ('tenant', 'SELECT id FROM item WHERE district_id = $1 OR id = $2 LIMIT 1'),
    ('tenant', 'SELECT id FROM item WHERE (district_id = $1 OR id = $2) LIMIT 1'),
    ('tenant', 'SELECT id FROM item WHERE district_id = $1 UNION SELECT id FROM item WHERE id = $2 LIMIT 1'),
    ('tenant', 'SELECT id FROM item WHERE district_id > $1 LIMIT 1'),
    ('tenant', 'WITH r AS (SELECT id FROM item) SELECT i.id FROM item AS i JOIN r ON r.id = i.id WHERE i.district_id = $1 LIMIT 1'),
    ('tenant', 'INSERT INTO item(id, district_id) VALUES($1, $2)'),
    ('tenant', 'INSERT INTO item(district_id, id) VALUES($2, $1)'),
    ('tenant', 'INSERT INTO item(district_id, id) VALUES($1, (SELECT max(id) FROM item WHERE district_id = $1))'),
    ('tenant', 'INSERT INTO item(district_id, id) SELECT $2, i.id FROM item AS i WHERE i.district_id = $1'),
    ('tenant', 'DELETE FROM item WHERE id = $1'),
    ('bound', 'SELECT id FROM item WHERE district_id = $1 ORDER BY id'),
    ('bound', 'SELECT due, count(*) FROM item WHERE district_id = $1 GROUP BY due'),
    ('bound', 'SELECT a.id FROM item AS a JOIN item AS b ON b.district_id = a.district_id WHERE a.district_id = $1 AND a.id = $2'),
    ('functions', 'SELECT instr(due, $2) FROM item WHERE district_id = $1 LIMIT 1'),
    ('functions', 'SELECT id FROM item WHERE district_id = $1 AND md5(due) = $2 LIMIT 1'),
    ('group', 'SELECT due, id, count(*) FROM item WHERE district_id = $1 GROUP BY due LIMIT 9'),
    ('returning', 'DELETE FROM item WHERE district_id = $1 RETURNING id + 1'),
    ('set', 'UPDATE item SET id = $2 WHERE district_id = $1 AND due = $3'),
    ('set', 'INSERT INTO item(district_id, id, due) VALUES($1, $2, $3) ON CONFLICT(district_id, id) DO UPDATE SET due = due + 1'),
    ('set', 'INSERT INTO item(district_id, id, due) VALUES($1, $2, $3) ON CONFLICT(district_id, id) DO UPDATE SET due = '
            '(SELECT max(x.due) FROM item AS x WHERE x.district_id = $1)'),
    ('is', 'SELECT id FROM item WHERE district_id = $1 AND due IS 10 LIMIT 1'),
    ('lists', 'SELECT id FROM item WHERE district_id = $1 AND id IN (%s) LIMIT 1' % ', '.join(f'${n}' for n in range(2, 259))),
    ('bare', 'SELECT $2, id FROM item WHERE district_id = $1 LIMIT 1'),
    ('bare', 'SELECT id FROM item WHERE district_id = $1 AND id = coalesce($2, due) LIMIT 1'),
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
LOCKS_TOO_MUCH = [
    'SELECT a.id FROM item AS a JOIN item AS b ON b.district_id = a.district_id AND b.id = a.id WHERE a.district_id = $1',
    'SELECT count(*) FROM item WHERE district_id = $1',
    'SELECT DISTINCT due FROM item WHERE district_id = $1',
    'SELECT id FROM item WHERE id = $1',
    'SELECT id FROM item WHERE district_id = $1 AND id IN (SELECT due FROM item WHERE district_id = $1)',
    'SELECT id FROM item WHERE district_id = $1 UNION SELECT due FROM item WHERE district_id = $1',
]
# (name, statement, rule): "tenant" must be told of it, any other rule must not.
NAMED = [
    ('district.page', 'SELECT district_id FROM district WHERE district_id > $1 ORDER BY district_id LIMIT 5', 'bound'),
    ('district.page', 'SELECT id FROM item WHERE district_id > $1 LIMIT 5', 'tenant'),
    ('district.page', 'SELECT id FROM district WHERE district_id = $1', 'tenant'),
    ('item.next_district', 'SELECT district_id FROM item WHERE district_id > $1 ORDER BY district_id LIMIT 1', 'bound'),
    ('item.next_district', 'SELECT id FROM item WHERE district_id > $1 ORDER BY district_id LIMIT 1', 'tenant'),
    ('item.other', 'SELECT district_id FROM item WHERE district_id > $1 ORDER BY district_id LIMIT 1', 'tenant'),
    ('item.of_item', 'SELECT id FROM item WHERE district_id = $1 ORDER BY id', 'bound'),
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
