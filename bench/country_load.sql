-- Fills the districts :lo to :hi of the simulated country, from country_district(district_id, items,
-- units). Run by country.py; every value comes from a hash of district, number and a name, so a district
-- is the same in every database. The journal has one record an item (that of its draft), linked but not
-- hashed by the ledger's rule: readers and writers take it as it is, `bihuan journal verify` would not.
\set base 450000000000000000
\set now 1688090400000000
\set day 86400000000

CREATE FUNCTION pg_temp.pick(d BIGINT, n BIGINT, what TEXT, many BIGINT) RETURNS BIGINT LANGUAGE SQL IMMUTABLE AS
$$ SELECT (hashtextextended(what, d * 1000003 + n) & 9223372036854775807) % many $$;
CREATE FUNCTION pg_temp.civil(of_day BIGINT) RETURNS BIGINT LANGUAGE SQL IMMUTABLE AS
$$ SELECT to_char(DATE '1970-01-01' + of_day::INTEGER, 'YYYYMMDD')::BIGINT $$;
CREATE TEMP VIEW d AS SELECT district_id AS d, items, units FROM country_district WHERE district_id BETWEEN :lo AND :hi;

BEGIN;
INSERT INTO district SELECT d, d, 'D' || lpad(d::TEXT, 4, '0'), '第' || d || '区', NULL, 480, 'country', '1', 2023, NULL, 1 FROM d;

-- Units: a government, its supervision office, departments; behind the first thirty, offices below them.
INSERT INTO unit SELECT d, :base + u, 'U' || lpad(u::TEXT, 3, '0'), '第' || u || '单位', NULL,
    CASE WHEN u = 0 THEN 'government' WHEN u = 1 OR u > 30 THEN 'office' ELSE 'department' END,
    CASE WHEN u = 0 THEN NULL WHEN u <= 30 THEN :base ELSE :base + 2 + (u % 28) END,
    u, lpad(u::TEXT, 3, '0'), 0, CASE WHEN u = 1 THEN 1 ELSE 0 END, 'example', 1
  FROM d CROSS JOIN generate_series(0, 299) AS u WHERE u < units;
INSERT INTO unit_alias SELECT d, :base + 500 + u, :base + u, '单位' || u, '单位' || u
  FROM d CROSS JOIN generate_series(0, 299) AS u WHERE u < units;
INSERT INTO person SELECT d, :base + 1000 + 20 * u + n, 'U' || lpad(u::TEXT, 3, '0') || '-' || n, '单位' || u || '人员' || n,
    NULL, :base + u, n, 1, 'example', 1
  FROM d CROSS JOIN generate_series(0, 299) AS u CROSS JOIN generate_series(1, 16) AS n WHERE u < units;
INSERT INTO account SELECT d, :base + 10000 + u, 'u' || lpad(u::TEXT, 3, '0'), :base + 1000 + 20 * u + 1, :base + u, 0, 0, 0,
    NULL, NULL, 1
  FROM d CROSS JOIN generate_series(0, 299) AS u WHERE u < units;
INSERT INTO role_grant SELECT d, :base + 11000 + u, :base + 10000 + u,
    CASE WHEN u = 0 THEN 'leader' WHEN u = 1 THEN 'supervisor' ELSE 'unit' END
  FROM d CROSS JOIN generate_series(0, 299) AS u WHERE u < units;

-- What a district's pack declares.
INSERT INTO register_def SELECT d, :base + 12000 + r, 'R' || r, '台账' || r, NULL, '{year}-{line}-{seq2}', r, 0, NULL, 5, 1
  FROM d CROSS JOIN generate_series(1, 15) AS r;
INSERT INTO work_line SELECT d, :base + 12100 + l, 'L' || lpad(l::TEXT, 2, '0'), '工作线' || l, l, 'example', 1
  FROM d CROSS JOIN generate_series(1, 8) AS l;
INSERT INTO calendar_day SELECT d, :base + 12200 + n, y * 10000 + m * 100 + n % 3 + 1, 'off', NULL, NULL
  FROM d CROSS JOIN (SELECT y, m, (y - 2022) * 36 + m * 3 + k AS n FROM generate_series(2022, 2024) AS y
    CROSS JOIN generate_series(1, 12, 2) AS m CROSS JOIN generate_series(0, 2) AS k) AS days;
INSERT INTO calendar_stop SELECT d, :base + 12450, 20230701, 20230703, '停工', 'example' FROM d;
INSERT INTO week_pattern SELECT d, :base + 12500 + w, w, '09:00-12:00,13:00-18:00', 'example'
  FROM d CROSS JOIN generate_series(1, 5) AS w;
INSERT INTO clock_rule SELECT d, :base + 12600 + n, kind, amount, of_unit, roll, '1', 'example'
  FROM d CROSS JOIN (VALUES (1, 'issue', 5, 'working_day', 'none'), (2, 'reissue', 5, 'working_day', 'none'),
    (3, 'accept', 2, 'working_day', 'none'), (4, 'report', 5, 'month_day', 'next'), (5, 'decide', 3, 'working_day', 'none'),
    (6, 'verify', 5, 'working_day', 'none'), (7, 'rework', 10, 'working_day', 'none'), (8, 'review', 30, 'day', 'next'),
    (9, 'object', 30, 'day', 'next')) AS r(n, kind, amount, of_unit, roll);
INSERT INTO light_rule SELECT d, :base + 12700 + n, light, below, '1', 'example'
  FROM d CROSS JOIN (VALUES (1, 'red', 0), (2, 'yellow', 4), (3, 'green', 36600)) AS r(n, light, below);
INSERT INTO word_rule SELECT d, :base + 12800 + n, kind, word, 'example'
  FROM d CROSS JOIN (VALUES (1, 'secrecy', '机密★'), (2, 'quota', '税收任务')) AS r(n, kind, word);

-- Items: ten years, nine of them archived, the last alive; due days rise with the number.
CREATE TEMP TABLE made ON COMMIT DROP AS
  SELECT d, n, :base + 1000000 + n * 1000 AS id, units, n > items - items / 10 AS live,
    CASE WHEN n <= items - items / 10 THEN 'archived'
      ELSE (ARRAY['drafted', 'approved', 'issued', 'accepted', 'accepted', 'accepted', 'reported', 'closed'])
        [1 + pg_temp.pick(d, n, 'state', 8)] END AS state,
    (ARRAY['推进', '完成', '加快', '落实', '启动', '保障'])[1 + pg_temp.pick(d, n, 'verb', 6)] ||
    (ARRAY['老旧小区改造', '重大项目开工', '营商环境优化', '养老服务设施', '学位供给', '河道治理', '安全生产整治', '税源企业走访'])
      [1 + pg_temp.pick(d, n, 'noun', 8)] || '第' || n || '项' AS title,
    2 + pg_temp.pick(d, n, 'lead', units - 2) AS lead, 'B-' || lpad(n::TEXT, 6, '0') AS code,
    CASE WHEN pg_temp.pick(d, n, 'due', 20) = 0 THEN 99991231 ELSE pg_temp.civil(16071 + n * 3650 / items) END AS due,
    CASE WHEN pg_temp.pick(d, n, 'told', 3) = 0 AND n > items - items / 10 THEN NULL
      ELSE :now - (1 + pg_temp.pick(d, n, 'ago', 120)) * :day END AS told,
    :now + (pg_temp.pick(d, n, 'clock', 81) - 20) * :day AS clock_due
  FROM d CROSS JOIN LATERAL generate_series(1, items) AS n;
INSERT INTO item SELECT d, id, code, lower(code), :base + 12000 + 1 + pg_temp.pick(d, n, 'register', 15),
    :base + 12100 + 1 + pg_temp.pick(d, n, 'line', 8), NULL, title, title,
    title || '。各责任单位按职责分工，细化措施，明确时限，确保按期完成，并于每月底前报送进展。', '完成' || title, state, :base + lead,
    :base + 1000 + 20 * lead + 1, :base + 1000 + 20 * lead + 2, NULL, NULL, due, 'finish', due, 'month', 5, NULL, NULL, NULL,
    1, NULL, NULL, 'internal', 'example', NULL, NULL, NULL, 'meeting', '常务会', '区长', 20230103, '按期完成', 1,
    CASE WHEN live THEN pg_temp.pick(d, n, 'progress', 101) ELSE 100 END, told,
    CASE WHEN live THEN 'report' END, CASE WHEN live THEN clock_due ELSE 253402300799999999 END,
    CASE WHEN live THEN clock_due - 30 * :day END, 0, 0, NULL, NULL, :now - 400 * :day, 5 FROM made;
INSERT INTO item_part SELECT d, id + 1, id, 'standard', 1, '完成' || title, NULL, NULL, NULL, NULL, 1 FROM made;
INSERT INTO item_unit SELECT d, id + 2, id, :base + 2 + (lead - 1) % (units - 2), 0, NULL FROM made WHERE n % 2 = 0;
INSERT INTO baseline SELECT d, id + 3, id, 1, due, '{"due":"' || due || '","standard":"完成' || title || '","parts":[]}', NULL, NULL,
    :now - 390 * :day FROM made WHERE state NOT IN ('drafted', 'approved', 'issued');
INSERT INTO report SELECT d, id + 10 + k, id, '2023-0' || k, 'progress', 30 * k, NULL,
    '本月完成方案修改，征求了八个部门的意见，下一步提交常务会审议。', NULL, '下一步提交常务会审议', :base + 10000 + lead, :now - (120 - 30 * k) * :day
  FROM made CROSS JOIN generate_series(1, 2) AS k WHERE state IN ('accepted', 'reported', 'closed', 'archived');
INSERT INTO clock_run SELECT d, id + 20 + k, id, CASE k WHEN 1 THEN 'accept' ELSE 'report' END, clock_due - (40 - 10 * k) * :day,
    clock_due - (30 - 10 * k) * :day, CASE WHEN k = 2 AND live THEN NULL ELSE clock_due - (32 - 10 * k) * :day END, 1, '1', '1', 1
  FROM made CROSS JOIN generate_series(1, 2) AS k;
INSERT INTO note SELECT d, id + 30, id, 'urge', '请于本周内报送进展', :base + 10001, :now - 3 * :day FROM made WHERE live AND n % 5 = 0;
INSERT INTO change_request SELECT d, id + 31, id, 'due', '调整时限', '前期手续未完成', 20240630, NULL, 'pending', :base + 10000 + lead,
    :now - :day, :now + 3 * :day, NULL, NULL, NULL, 1 FROM made WHERE state = 'accepted' AND n % 25 = 0;
INSERT INTO verdict SELECT d, id + 32, id, 'pass', '属实', NULL, :base + 10001, :base + 1, :now - 2 * :day FROM made
  WHERE state IN ('closed', 'archived');
INSERT INTO objection SELECT d, id + 33, id, id + 32, '结论依据不足', 'pending', :base + 10000 + lead, :now - :day, :now + 29 * :day, NULL,
    NULL, NULL, 1 FROM made WHERE state = 'closed' AND n % 10 = 0;
INSERT INTO evidence SELECT d, id + 34, id, id + 11, md5(d || '=' || n) || md5(d || '+' || n), '佐证.pdf', 'application/pdf', 100000, NULL,
    'internal', :base + 10000 + lead, :now - 5 * :day FROM made WHERE state = 'accepted' AND n % 2 = 0;
INSERT INTO waiver SELECT d, id + 35, id, id - 1000, '子事项另行办理', :base + 10000, :now - :day FROM made WHERE live AND n % 50 = 0;

-- The journal: sizes as of a command that changes an item, a clock and a report.
INSERT INTO journal SELECT d, n, :now - 400 * :day + n, :base + 10001, 0, id, id + 31, 'u001', 'item.draft',
    '{"register":"R1","title":"' || title || '","lead":"U' || lead || '","due":"2023-12-31","cycle":"month","cycle_day":5}', 'item',
    '[{"e":"item","id":' || id || ',"op":"insert","f":{' ||
      (SELECT string_agg('"column_' || k || '":[null,"' || md5(d || '-' || n || '-' || k) || '"]', ',') FROM generate_series(1, 16) AS k)
      || '}}]',
    '{"seq":"' || n || '","item":"' || id || '","code":"' || code || '","version":1}', NULL, '',
    CASE n WHEN 1 THEN repeat('0', 64) ELSE md5(d || '/' || n - 1) || md5(d || '#' || n - 1) END, md5(d || '/' || n) || md5(d || '#' || n)
  FROM made;
INSERT INTO journal_object SELECT d, id, n FROM made;
INSERT INTO journal_head SELECT d, items, md5(d || '/' || items) || md5(d || '#' || items), :base + 1000000 + items * 1000 + 31, 0 FROM d;

-- What the timer rollup.refresh keeps.
INSERT INTO rollup_head SELECT d, :base + 900000, :now, 20230630, items FROM d;
INSERT INTO rollup_count SELECT d, :base + 900000 + row_number() OVER (PARTITION BY d ORDER BY register, state), register, state,
    count(*), count(*) FILTER (WHERE live AND due < 20230630), count(*) FILTER (WHERE live AND due BETWEEN 20230630 AND 20230707)
  FROM (SELECT d, state, live, due, 'R' || (1 + pg_temp.pick(d, n, 'register', 15)) AS register FROM made) AS m GROUP BY d, register, state;
COMMIT;
