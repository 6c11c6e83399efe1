-- Who acts for whom, on which days, in what; and which commands were done so.

-- 代行授权
CREATE TABLE delegation(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  from_person_id @I64 NOT NULL, -- 缺勤人
  from_account_id @I64 NOT NULL, -- 缺勤人账号
  to_person_id @I64 NOT NULL, -- 代行人
  first_day @I64 NOT NULL, -- 起
  last_day @I64 NOT NULL, -- 止：过后自行终止
  scope @TXT NOT NULL, -- 范围
  role @TXT, -- 角色
  reason @TXT NOT NULL, -- 缘由
  granted_by @I64 NOT NULL, -- 授权账号
  granted_at @I64 NOT NULL, -- 授权时间
  ended_by @I64, -- 提前终止账号
  ended_at @I64, -- 提前终止时间
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 代行事项
CREATE TABLE delegation_item(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  delegation_id @I64 NOT NULL, -- 代行授权
  item_id @I64 NOT NULL, -- 事项
  PRIMARY KEY(district_id, id)) @END;

-- 代行记录：与所行操作在同一条日志中
CREATE TABLE delegation_act(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  delegation_id @I64 NOT NULL, -- 代行授权
  for_person_id @I64 NOT NULL, -- 代何人
  seq @I64 NOT NULL, -- 日志序号
  acted_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

CREATE INDEX delegation_to_ix ON delegation(district_id, to_person_id, last_day);
CREATE INDEX delegation_from_ix ON delegation(district_id, from_person_id, last_day);
CREATE INDEX delegation_item_ix ON delegation_item(district_id, delegation_id, item_id);
