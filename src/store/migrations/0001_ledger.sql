-- The ledger's tables. Written from the field tables of src/ledger (a test compares them); one comment
-- a column. Instants are microseconds UTC, civil days yyyymmdd, decimals millionths, no value is NULL.

-- 地区
CREATE TABLE district(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 代码
  name @TXT NOT NULL, -- 名称
  name_en @TXT, -- 英文名称
  zone_min @I64 NOT NULL, -- 时区（分钟）
  pack @TXT NOT NULL, -- 配置包
  pack_version @TXT NOT NULL, -- 配置包版本
  plan_year @I64 NOT NULL, -- 年度
  example_day @I64, -- 示例日期
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX district_code_ux ON district(district_id, code);

-- 单位
CREATE TABLE unit(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  short_name @TXT, -- 简称
  kind @TXT NOT NULL, -- 类别
  parent_id @I64, -- 上级
  official_order @I64 NOT NULL, -- 排序
  sort_key @TXT, -- 拼音序
  collecting @I64 NOT NULL, -- 征收机关
  supervising @I64 NOT NULL, -- 督查机构
  basis @TXT NOT NULL, -- 依据
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX unit_code_ux ON unit(district_id, code);

-- 单位别名
CREATE TABLE unit_alias(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  unit_id @I64 NOT NULL, -- 单位
  alias @TXT NOT NULL, -- 别名
  folded @TXT, -- 归一名
  PRIMARY KEY(district_id, id)) @END;

-- 人员
CREATE TABLE person(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 姓名
  title @TXT, -- 职务
  unit_id @I64 NOT NULL, -- 单位
  official_order @I64 NOT NULL, -- 排序
  active @I64 NOT NULL, -- 在岗
  basis @TXT NOT NULL, -- 依据
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX person_code_ux ON person(district_id, code);

-- 账号
CREATE TABLE account(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  login @TXT NOT NULL, -- 账号
  person_id @I64 NOT NULL, -- 人员
  unit_id @I64 NOT NULL, -- 单位
  disabled @I64 NOT NULL, -- 停用
  demo @I64 NOT NULL, -- 演示账号
  must_change @I64 NOT NULL, -- 须改密码
  password @TXT, -- 口令
  password_at @I64, -- 口令更新
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX account_code_ux ON account(district_id, login);

-- 角色授权
CREATE TABLE role_grant(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  account_id @I64 NOT NULL, -- 账号
  role @TXT NOT NULL, -- 角色
  PRIMARY KEY(district_id, id)) @END;

-- 台账
CREATE TABLE register_def(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  name_en @TXT, -- 英文名称
  code_pattern @TXT NOT NULL, -- 编号规则
  official_order @I64 NOT NULL, -- 排序
  quota_kind @I64 NOT NULL, -- 可含收入指标
  legal_basis @TXT, -- 依据
  report_minutes @I64 NOT NULL, -- 填报分钟
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX register_def_code_ux ON register_def(district_id, code);

-- 工作线
CREATE TABLE work_line(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 名称
  official_order @I64 NOT NULL, -- 排序
  basis @TXT NOT NULL, -- 依据
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX work_line_code_ux ON work_line(district_id, code);

-- 日历日
CREATE TABLE calendar_day(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  civil_day @I64 NOT NULL, -- 日期
  kind @TXT NOT NULL, -- 类别
  name @TXT, -- 名称
  source @TXT, -- 来源
  PRIMARY KEY(district_id, id)) @END;

-- 停工时段
CREATE TABLE calendar_stop(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  first_day @I64 NOT NULL, -- 起
  last_day @I64 NOT NULL, -- 止
  name @TXT NOT NULL, -- 名称
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;

-- 作息时间
CREATE TABLE week_pattern(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  weekday @I64 NOT NULL, -- 星期
  intervals @TXT NOT NULL, -- 时段
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;

-- 时限规则
CREATE TABLE clock_rule(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  kind @TXT NOT NULL, -- 时钟
  amount @I64 NOT NULL, -- 时长
  unit @TXT NOT NULL, -- 单位
  roll @TXT NOT NULL, -- 遇休
  rule_version @TXT NOT NULL, -- 规则版本
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;

-- 亮灯规则
CREATE TABLE light_rule(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  light @TXT NOT NULL, -- 灯
  below_days @I64 NOT NULL, -- 剩余天数少于
  rule_version @TXT NOT NULL, -- 规则版本
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;

-- 词语规则
CREATE TABLE word_rule(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  kind @TXT NOT NULL, -- 用途
  word @TXT NOT NULL, -- 词
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;

-- 会话
CREATE TABLE login_session(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  token_hash @TXT NOT NULL, -- 令牌
  account_id @I64 NOT NULL, -- 账号
  opened_at @I64 NOT NULL, -- 登录时间
  seen_at @I64 NOT NULL, -- 最近活动
  address @TXT, -- 地址
  agent @TXT, -- 客户端
  PRIMARY KEY(district_id, id)) @END;

-- 登录防护
CREATE TABLE login_guard(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  subject @TXT NOT NULL, -- 对象
  failures @I64 NOT NULL, -- 失败次数
  window_from @I64 NOT NULL, -- 窗口起点
  locked_until @I64, -- 锁定至
  locks @I64 NOT NULL, -- 锁定次数
  PRIMARY KEY(district_id, id)) @END;

-- 事项
CREATE TABLE item(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编号
  code_folded @TXT, -- 归一编号
  register_id @I64 NOT NULL, -- 台账
  line_id @I64, -- 工作线
  parent_id @I64, -- 上级事项
  title @TXT NOT NULL, -- 任务名称
  title_folded @TXT, -- 归一名称
  content @TXT, -- 任务内容
  standard @TXT, -- 任务标准
  state @TXT NOT NULL, -- 状态
  lead_unit_id @I64, -- 牵头单位
  person_id @I64, -- 责任人
  deputy_id @I64, -- 副责任人
  leader_id @I64, -- 牵头领导
  start_day @I64, -- 开始时间
  due_day @I64 NOT NULL, -- 完成时限
  due_kind @TXT, -- 时限类别
  first_due_day @I64, -- 首次承诺时限
  report_cycle @TXT, -- 报送频次
  cycle_day @I64 NOT NULL, -- 报送日
  quantity @I64, -- 目标值
  challenge @I64, -- 挑战值
  quantity_unit @TXT, -- 计量单位
  weight @I64 NOT NULL, -- 权重
  place @TXT, -- 地点
  place_folded @TXT, -- 归一地点
  secrecy @TXT, -- 公开属性
  basis @TXT, -- 依据
  source_doc_id @I64, -- 来源文件
  source_clause @TXT, -- 来源条目
  source_place @TXT, -- 原文位置
  authority_kind @TXT, -- 批准方式
  authority_ref @TXT, -- 批准依据
  authority_by @TXT, -- 批准人
  authority_day @I64, -- 批准日期
  commitment @TXT, -- 承诺
  baseline @I64 NOT NULL, -- 基线
  progress @I64 NOT NULL, -- 进度%
  last_report_at @I64, -- 最近进展
  clock_kind @TXT, -- 当前时钟
  clock_due_at @I64 NOT NULL, -- 时钟到期
  clock_from_at @I64, -- 时钟起点
  returned @I64 NOT NULL, -- 退回次数
  reopened @I64 NOT NULL, -- 重启次数
  closed_at @I64, -- 办结时间
  heir_id @I64, -- 并入事项
  created_at @I64, -- 建立时间
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX item_code_ux ON item(district_id, code);

-- 配合单位
CREATE TABLE item_unit(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  unit_id @I64 NOT NULL, -- 配合单位
  share_pct @I64 NOT NULL, -- 份额%
  duty @TXT, -- 分工
  PRIMARY KEY(district_id, id)) @END;

-- 标准与措施
CREATE TABLE item_part(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  kind @TXT NOT NULL, -- 类别
  ordinal @I64 NOT NULL, -- 序号
  body @TXT NOT NULL, -- 内容
  comparator @TXT, -- 比较
  quantity @I64, -- 数量
  quantity_unit @TXT, -- 计量单位
  answer @TXT, -- 完成情况
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 基线
CREATE TABLE baseline(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  ordinal @I64 NOT NULL, -- 基线号
  due_day @I64, -- 完成时限
  contract @TXT NOT NULL, -- 约定内容
  reason @TXT, -- 缘由
  change_id @I64, -- 调整申请
  set_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

-- 进展
CREATE TABLE report(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  period_code @TXT NOT NULL, -- 期间
  kind @TXT NOT NULL, -- 类别
  progress @I64 NOT NULL, -- 进度%
  quantity @I64, -- 完成数量
  narrative @TXT NOT NULL, -- 进展情况
  problems @TXT, -- 存在问题
  next_step @TXT, -- 下一步
  account_id @I64 NOT NULL, -- 填报人
  told_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

-- 佐证
CREATE TABLE evidence(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  report_id @I64, -- 进展
  file_hash @TXT NOT NULL, -- 内容哈希
  file_name @TXT NOT NULL, -- 文件名
  media_type @TXT NOT NULL, -- 类型
  bytes @I64 NOT NULL, -- 字节
  caption @TXT, -- 说明
  secrecy @TXT NOT NULL, -- 公开属性
  account_id @I64 NOT NULL, -- 上传人
  added_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

-- 调整申请
CREATE TABLE change_request(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  kind @TXT NOT NULL, -- 调整内容
  wish @TXT NOT NULL, -- 申请事项
  reason @TXT NOT NULL, -- 理由
  new_due_day @I64, -- 拟定时限
  new_standard @TXT, -- 拟定标准
  state @TXT NOT NULL, -- 状态
  account_id @I64 NOT NULL, -- 申请人
  asked_at @I64 NOT NULL, -- 申请时间
  clock_due_at @I64, -- 应决定时间
  decided_by @I64, -- 决定人
  decided_at @I64, -- 决定时间
  opinion @TXT, -- 意见
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 核验结论
CREATE TABLE verdict(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  outcome @TXT NOT NULL, -- 结论
  findings @TXT NOT NULL, -- 核查情况
  rework_due_day @I64, -- 整改时限
  account_id @I64 NOT NULL, -- 核查人
  unit_id @I64 NOT NULL, -- 核查单位
  given_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

-- 复核申请
CREATE TABLE objection(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  verdict_id @I64, -- 核查结论
  grounds @TXT NOT NULL, -- 复核理由
  state @TXT NOT NULL, -- 状态
  account_id @I64 NOT NULL, -- 申请人
  asked_at @I64 NOT NULL, -- 申请时间
  clock_due_at @I64, -- 应决定时间
  decided_by @I64, -- 决定人
  decided_at @I64, -- 决定时间
  decision @TXT, -- 复核决定
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 时钟
CREATE TABLE clock_run(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  kind @TXT NOT NULL, -- 时钟
  from_at @I64 NOT NULL, -- 起点
  due_at @I64 NOT NULL, -- 到期
  stopped_at @I64, -- 停止
  met @I64 NOT NULL, -- 按时
  rule_version @TXT NOT NULL, -- 规则版本
  calendar_version @TXT NOT NULL, -- 日历版本
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 豁免
CREATE TABLE waiver(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  child_id @I64 NOT NULL, -- 子事项
  reason @TXT NOT NULL, -- 理由
  account_id @I64 NOT NULL, -- 批准人
  given_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

-- 催办与留言
CREATE TABLE note(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  kind @TXT NOT NULL, -- 类别
  body @TXT NOT NULL, -- 内容
  account_id @I64 NOT NULL, -- 发送人
  sent_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

-- 来源文件
CREATE TABLE source_doc(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  title @TXT NOT NULL, -- 文件名称
  doc_no @TXT, -- 文号
  file_hash @TXT NOT NULL, -- 内容哈希
  file_name @TXT NOT NULL, -- 文件名
  media_type @TXT NOT NULL, -- 类型
  bytes @I64 NOT NULL, -- 字节
  account_id @I64 NOT NULL, -- 导入人
  added_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;

-- 导入批次
CREATE TABLE import_batch(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  source_doc_id @I64 NOT NULL, -- 来源文件
  kind @TXT NOT NULL, -- 类别
  register_id @I64 NOT NULL, -- 台账
  plan_year @I64 NOT NULL, -- 年度
  state @TXT NOT NULL, -- 状态
  counts @TXT NOT NULL, -- 统计
  remainder @TXT NOT NULL, -- 其余内容
  account_id @I64 NOT NULL, -- 导入人
  read_at @I64 NOT NULL, -- 时间
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 导入行
CREATE TABLE import_row(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  batch_id @I64 NOT NULL, -- 导入批次
  ordinal @I64 NOT NULL, -- 序号
  place @TXT NOT NULL, -- 原文位置
  section @TXT, -- 章节
  title @TXT NOT NULL, -- 任务名称
  body @TXT NOT NULL, -- 原文
  lead_text @TXT, -- 牵头单位（原文）
  lead_unit_id @I64, -- 牵头单位
  assists @TXT, -- 配合单位
  leader_text @TXT, -- 牵头领导（原文）
  due_day @I64, -- 完成时限
  due_text @TXT, -- 时限（原文）
  due_kind @TXT, -- 时限类别
  parts @TXT, -- 措施与指标
  doubts @TXT, -- 待确认
  verdict @TXT NOT NULL, -- 差异
  item_id @I64, -- 事项
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- Unique beside the key, and the ways in which rows are looked for.
CREATE UNIQUE INDEX unit_alias_ux ON unit_alias(district_id, folded);
CREATE INDEX unit_alias_unit_ix ON unit_alias(district_id, unit_id);
CREATE INDEX person_unit_ix ON person(district_id, unit_id);
CREATE UNIQUE INDEX role_grant_ux ON role_grant(district_id, account_id, role);
CREATE UNIQUE INDEX calendar_day_ux ON calendar_day(district_id, civil_day);
CREATE UNIQUE INDEX week_pattern_ux ON week_pattern(district_id, weekday);
CREATE UNIQUE INDEX clock_rule_ux ON clock_rule(district_id, kind);
CREATE UNIQUE INDEX light_rule_ux ON light_rule(district_id, light);
CREATE UNIQUE INDEX word_rule_ux ON word_rule(district_id, kind, word);
CREATE UNIQUE INDEX login_session_ux ON login_session(district_id, token_hash);
CREATE INDEX login_session_account_ix ON login_session(district_id, account_id);
CREATE UNIQUE INDEX login_guard_ux ON login_guard(district_id, subject);
CREATE INDEX item_parent_ix ON item(district_id, parent_id);
CREATE UNIQUE INDEX item_unit_ux ON item_unit(district_id, item_id, unit_id);
CREATE INDEX item_unit_unit_ix ON item_unit(district_id, unit_id, item_id);
CREATE INDEX item_part_item_ix ON item_part(district_id, item_id, ordinal);
CREATE UNIQUE INDEX baseline_ux ON baseline(district_id, item_id, ordinal);
CREATE INDEX report_item_ix ON report(district_id, item_id, kind, period_code);
CREATE INDEX evidence_item_ix ON evidence(district_id, item_id);
CREATE INDEX evidence_hash_ix ON evidence(district_id, file_hash);
CREATE INDEX change_request_item_ix ON change_request(district_id, item_id);
CREATE INDEX change_request_state_ix ON change_request(district_id, state, item_id);
CREATE INDEX verdict_item_ix ON verdict(district_id, item_id);
CREATE INDEX objection_item_ix ON objection(district_id, item_id);
CREATE INDEX objection_state_ix ON objection(district_id, state, item_id);
CREATE INDEX clock_run_item_ix ON clock_run(district_id, item_id, stopped_at);
CREATE INDEX waiver_item_ix ON waiver(district_id, item_id);
CREATE INDEX note_item_ix ON note(district_id, item_id);
CREATE INDEX source_doc_hash_ix ON source_doc(district_id, file_hash);
CREATE INDEX import_row_batch_ix ON import_row(district_id, batch_id, ordinal);

-- 日志: one row a command, chained by hash (journal.h tells what is hashed)
CREATE TABLE journal(
  district_id @I64 NOT NULL, -- 地区
  seq @I64 NOT NULL, -- 序号, without gaps
  happened_at @I64 NOT NULL, -- 时间
  account_id @I64 NOT NULL, -- 账号, 0 the system
  session_id @I64 NOT NULL, -- 会话, 0 none
  object_id @I64 NOT NULL, -- 对象, 0 none
  last_id @I64 NOT NULL, -- 至此已用的最大标识
  login @TXT NOT NULL, -- 账号名
  command @TXT NOT NULL, -- 命令
  args @TXT NOT NULL, -- 参数 (secrets masked)
  object_kind @TXT NOT NULL, -- 对象类别
  changes @TXT NOT NULL, -- 改动前后
  answer @TXT NOT NULL, -- 结果
  idem_key @TXT, -- 幂等键
  body_hash @TXT NOT NULL, -- 请求内容哈希, when there is a key
  prev_hash @TXT NOT NULL, -- 前一条哈希
  hash @TXT NOT NULL, -- 本条哈希
  PRIMARY KEY(district_id, seq)) @END;
CREATE UNIQUE INDEX journal_idem_ux ON journal(district_id, idem_key) WHERE idem_key IS NOT NULL;

-- 日志头: where the chain stands; moved in the same transaction as every command
CREATE TABLE journal_head(
  district_id @I64 NOT NULL, -- 地区
  seq @I64 NOT NULL, -- 最新序号
  hash @TXT NOT NULL, -- 最新哈希
  last_id @I64 NOT NULL, -- 已用的最大标识
  PRIMARY KEY(district_id)) @END;

-- 对象索引: which records touched an object (derived from the journal)
CREATE TABLE journal_object(
  district_id @I64 NOT NULL, -- 地区
  object_id @I64 NOT NULL, -- 对象
  seq @I64 NOT NULL, -- 日志序号
  PRIMARY KEY(district_id, object_id, seq)) @END;
