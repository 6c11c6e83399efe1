-- How far a copy of another store into this one has come (src/store/copy.h); no row when none is under way.
CREATE TABLE copy_progress(
  id @I64 NOT NULL PRIMARY KEY, -- 1
  source @TXT NOT NULL, -- 来源, what is copied: the journal's positions, hashed
  phase @I64 NOT NULL, -- 阶段, 0 reference tables, 1 tenant tables
  district @I64 NOT NULL, -- 地区
  ordinal @I64 NOT NULL, -- 表序, the table in the order of the schema
  pages @I64 NOT NULL, -- 已提交页数
  row_count @I64 NOT NULL) @END; -- 已复制行数
