-- The reporting calendar: what is collected, from whom, and what was told (src/ledger/reporting).

-- 数据元
CREATE TABLE data_element(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  aliases @TXT, -- 别名
  subject @TXT NOT NULL, -- 对象
  kind @TXT NOT NULL, -- 类型
  measure @TXT, -- 计量单位
  decimals @I64 NOT NULL, -- 小数位
  lowest @I64, -- 最小值
  highest @I64, -- 最大值
  aggregation @TXT NOT NULL, -- 汇总方式
  item_member @TXT NOT NULL, -- 事项字段
  legal_basis @TXT NOT NULL, -- 依据
  owner_unit_id @I64 NOT NULL, -- 归口单位
  minutes @I64 NOT NULL, -- 每格分钟
  basis @TXT NOT NULL, -- 出处
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX data_element_code_ux ON data_element(district_id, code);

-- 报送任务
CREATE TABLE collection(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  row_kind @TXT NOT NULL, -- 行
  register_id @I64, -- 台账
  row_filter @TXT, -- 事项范围
  cycle @TXT NOT NULL, -- 频次
  due_count @I64 NOT NULL, -- 期后第几日
  due_in @TXT NOT NULL, -- 日的算法
  roll @TXT NOT NULL, -- 遇休
  due_source @TXT NOT NULL, -- 时限出处
  first_period @TXT NOT NULL, -- 首期
  last_period @TXT, -- 末期
  unit_kinds @TXT, -- 报送单位类别
  owner_unit_id @I64 NOT NULL, -- 汇总单位
  legal_basis @TXT NOT NULL, -- 依据
  form_id @I64, -- 社区表格目录
  basis @TXT NOT NULL, -- 出处
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX collection_code_ux ON collection(district_id, code);

-- 报送栏目
CREATE TABLE collection_column(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  collection_id @I64 NOT NULL, -- 报送任务
  element_id @I64 NOT NULL, -- 数据元
  ordinal @I64 NOT NULL, -- 序号
  must @I64 NOT NULL, -- 必填
  PRIMARY KEY(district_id, id)) @END;

-- 报送行
CREATE TABLE collection_line(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  collection_id @I64 NOT NULL, -- 报送任务
  ordinal @I64 NOT NULL, -- 序号
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  PRIMARY KEY(district_id, id)) @END;

-- 报送单位
CREATE TABLE collection_unit(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  collection_id @I64 NOT NULL, -- 报送任务
  unit_id @I64 NOT NULL, -- 报送单位
  PRIMARY KEY(district_id, id)) @END;

-- 报送
CREATE TABLE submission(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  collection_id @I64 NOT NULL, -- 报送任务
  unit_id @I64 NOT NULL, -- 单位
  period_code @TXT NOT NULL, -- 期间
  period_day @I64 NOT NULL, -- 期间首日
  state @TXT NOT NULL, -- 状态
  due_day @I64 NOT NULL, -- 应报日
  first_at @I64, -- 首次报送
  first_day @I64, -- 首次报送日
  first_due_day @I64 NOT NULL, -- 原应报日
  revision @I64 NOT NULL, -- 当前版次
  accepted_revision @I64 NOT NULL, -- 接收版次
  returned @I64 NOT NULL, -- 退回次数
  saved_at @I64, -- 最近保存
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 报送版次
CREATE TABLE submission_revision(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  submission_id @I64 NOT NULL, -- 报送
  ordinal @I64 NOT NULL, -- 版次
  outcome @TXT NOT NULL, -- 结果
  reason @TXT, -- 更正理由
  sent_by @I64, -- 报送人
  sent_at @I64, -- 报送时间
  decided_by @I64, -- 审核人
  decided_at @I64, -- 审核时间
  opinion @TXT, -- 审核意见
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 报送内容
CREATE TABLE submission_row(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  submission_id @I64 NOT NULL, -- 报送
  revision @I64 NOT NULL, -- 版次
  row_key @TXT NOT NULL, -- 行
  cells @TXT NOT NULL, -- 内容
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 退回标记
CREATE TABLE submission_mark(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  submission_id @I64 NOT NULL, -- 报送
  revision @I64 NOT NULL, -- 版次
  row_key @TXT NOT NULL, -- 行
  element_code @TXT NOT NULL, -- 数据元
  reason @TXT NOT NULL, -- 退回理由
  PRIMARY KEY(district_id, id)) @END;

CREATE UNIQUE INDEX collection_column_ux ON collection_column(district_id, collection_id, element_id);
CREATE UNIQUE INDEX collection_line_ux ON collection_line(district_id, collection_id, code);
CREATE UNIQUE INDEX collection_unit_ux ON collection_unit(district_id, collection_id, unit_id);
CREATE UNIQUE INDEX submission_ux ON submission(district_id, collection_id, unit_id, period_code);
-- The calendar of one collection; what a unit owes.
CREATE INDEX submission_day_ix ON submission(district_id, collection_id, period_day, unit_id);
CREATE INDEX submission_unit_ix ON submission(district_id, unit_id, period_day);
-- What waits for a decision.
CREATE INDEX submission_state_ix ON submission(district_id, state, due_day);
CREATE UNIQUE INDEX submission_revision_ux ON submission_revision(district_id, submission_id, ordinal);
CREATE UNIQUE INDEX submission_row_ux ON submission_row(district_id, submission_id, revision, row_key);
CREATE UNIQUE INDEX submission_mark_ux ON submission_mark(district_id, submission_id, revision, row_key, element_code);
