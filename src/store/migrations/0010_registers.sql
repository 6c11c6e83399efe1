-- Registers as data: declared fields, the values of items in them, variants of the loop; clocks of one
-- register beside the district's.

-- 台账字段
CREATE TABLE register_field(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  register_id @I64 NOT NULL, -- 台账
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  name_en @TXT, -- 英文名称
  section @TXT, -- 分组
  kind @TXT NOT NULL, -- 类型
  max_length @I64 NOT NULL, -- 最多字数
  required_at @TXT NOT NULL, -- 必填环节
  choices @TXT, -- 选项
  unit_name @TXT, -- 计量单位
  decimals @I64 NOT NULL, -- 小数位
  official_order @I64 NOT NULL, -- 排序
  listed @I64 NOT NULL, -- 列表显示
  filtered @I64 NOT NULL, -- 可筛选
  visible_to @TXT, -- 可见角色
  help @TXT, -- 填写说明
  help_en @TXT, -- 英文说明
  basis @TXT, -- 依据
  owner_unit_id @I64, -- 归口单位
  frequency @TXT, -- 填报频次
  minutes @I64, -- 填报分钟
  element @TXT, -- 数据元
  removed @I64 NOT NULL, -- 已停用
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX register_field_code_ux ON register_field(district_id, register_id, code);

-- 台账内容
CREATE TABLE item_value(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  field_id @I64 NOT NULL, -- 字段
  text_value @TXT, -- 内容
  text_folded @TXT, -- 归一内容
  number_value @I64, -- 数值
  day_value @I64, -- 日期
  ref_id @I64, -- 单位或人员
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX item_value_item_ux ON item_value(district_id, item_id, field_id);
CREATE INDEX item_value_field_ix ON item_value(district_id, field_id, item_id);

-- 办理流程
CREATE TABLE loop_variant(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  name_en @TXT, -- 英文名称
  steps @TXT NOT NULL, -- 环节
  source @TXT NOT NULL, -- 来源
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX loop_variant_code_ux ON loop_variant(district_id, code);

-- 台账时限：其余的依全区规则
CREATE TABLE register_clock(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  register_id @I64 NOT NULL, -- 台账
  kind @TXT NOT NULL, -- 时钟
  amount @I64 NOT NULL, -- 时长
  unit @TXT NOT NULL, -- 单位
  roll @TXT NOT NULL, -- 遇休
  rule_version @TXT NOT NULL, -- 规则版本
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX register_clock_ux ON register_clock(district_id, register_id, kind);

-- 办理流程，无则为全流程
ALTER TABLE register_def ADD COLUMN loop @TXT;
