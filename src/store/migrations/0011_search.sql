-- What search looks things up by (src/ledger/search): derived from the records, made again by `bihuan rebuild`.

-- 检索项: one row for each term of a record's texts
CREATE TABLE search_term(
  district_id @I64 NOT NULL, -- 地区
  term @I64 NOT NULL, -- 两字、拼音或编号，压成一个数
  kind @I64 NOT NULL, -- 对象类别
  place @I64 NOT NULL, -- 在哪里：编号、名称、内容……
  object_id @I64 NOT NULL, -- 对象
  PRIMARY KEY(district_id, term, kind, place, object_id)) @END;

-- 检索状态: one row a district; without it nothing was indexed yet
CREATE TABLE search_state(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  version @I64 NOT NULL, -- 按哪一版规则
  source @I64 NOT NULL, -- 正在编入的来源
  after_id @I64 NOT NULL, -- 编到哪个标识
  PRIMARY KEY(district_id, id)) @END;
