-- Roll-ups: what a district's items come to, for reports over districts (src/ledger/rollup).

-- 汇总: one row a district
CREATE TABLE rollup_head(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  as_of_at @I64 NOT NULL, -- 统计时间
  as_of_day @I64 NOT NULL, -- 统计日
  covered_seq @I64 NOT NULL, -- 截至日志序号
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX rollup_head_ux ON rollup_head(district_id);

-- 汇总数: one row a register and state that has items
CREATE TABLE rollup_count(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  register_code @TXT NOT NULL, -- 台账
  state @TXT NOT NULL, -- 状态
  items @I64 NOT NULL, -- 事项数
  overdue @I64 NOT NULL, -- 已逾期
  due_soon @I64 NOT NULL, -- 七日内到期
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX rollup_count_ux ON rollup_count(district_id, register_code, state);
-- What the daily sweep of sessions looks for.
CREATE INDEX login_session_seen_ix ON login_session(district_id, seen_at);
