-- Units in time: when a unit is there, what it was before, who took over from whom.
ALTER TABLE unit ADD COLUMN opens_day @I64;
ALTER TABLE unit ADD COLUMN closes_day @I64;
ALTER TABLE unit ADD COLUMN since_day @I64;
ALTER TABLE unit ADD COLUMN opened_by @TXT;
ALTER TABLE unit ADD COLUMN closed_by @TXT;

-- 单位沿革
CREATE TABLE unit_period(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  unit_id @I64 NOT NULL, -- 单位
  from_day @I64, -- 起
  to_day @I64 NOT NULL, -- 止
  name @TXT NOT NULL, -- 名称
  short_name @TXT, -- 简称
  kind @TXT NOT NULL, -- 类别
  parent_id @I64, -- 上级
  official_order @I64 NOT NULL, -- 排序
  cause @TXT NOT NULL, -- 变动
  document @TXT NOT NULL, -- 文件依据
  account_id @I64, -- 登记人
  noted_at @I64 NOT NULL, -- 登记时间
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX unit_period_ux ON unit_period(district_id, unit_id, to_day, id);

-- 单位承接
CREATE TABLE unit_succession(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  predecessor_id @I64 NOT NULL, -- 原单位
  successor_id @I64 NOT NULL, -- 承接单位
  permille @I64 NOT NULL, -- 份额‰
  on_day @I64 NOT NULL, -- 自
  cause @TXT NOT NULL, -- 变动
  document @TXT NOT NULL, -- 文件依据
  account_id @I64, -- 登记人
  noted_at @I64 NOT NULL, -- 登记时间
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX unit_succession_ux ON unit_succession(district_id, predecessor_id, on_day, successor_id);

-- 事项随机构转移
CREATE TABLE item_move(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  part @TXT NOT NULL, -- 身份
  from_unit_id @I64 NOT NULL, -- 原单位
  to_unit_id @I64 NOT NULL, -- 承接单位
  on_day @I64 NOT NULL, -- 自
  cause @TXT NOT NULL, -- 变动
  document @TXT NOT NULL, -- 文件依据
  moved_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX item_move_item_ix ON item_move(district_id, item_id, part, on_day, id, from_unit_id);
