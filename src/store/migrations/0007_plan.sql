-- Plan objects (src/ledger/plan): clauses, goals, templates of nodes, recurring items; levels of the tree.

ALTER TABLE item ADD COLUMN level @TXT;
ALTER TABLE source_doc ADD COLUMN code @TXT;
ALTER TABLE register_def ADD COLUMN progress_method @TXT;
CREATE UNIQUE INDEX source_doc_code_ux ON source_doc(district_id, code);
CREATE INDEX item_document_ix ON item(district_id, source_doc_id);
CREATE INDEX item_level_ix ON item(district_id, level, parent_id);

-- 条款: numbered passages of a source document
CREATE TABLE clause(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT, -- 代码
  source_doc_id @I64 NOT NULL, -- 来源文件
  ordinal @I64 NOT NULL, -- 顺序
  number @TXT, -- 条款号
  section @TXT, -- 章节
  body @TXT NOT NULL, -- 条款内容
  page @TXT, -- 页码
  place @TXT, -- 原文位置
  no_task @TXT, -- 无需任务的理由
  basis @TXT NOT NULL, -- 依据
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX clause_code_ux ON clause(district_id, code);
CREATE INDEX clause_doc_ix ON clause(district_id, source_doc_id, ordinal, id);

-- 条款与事项: which item carries a clause out, many to many
CREATE TABLE clause_item(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  clause_id @I64 NOT NULL, -- 条款
  item_id @I64 NOT NULL, -- 事项
  note @TXT, -- 说明
  linked_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX clause_item_ux ON clause_item(district_id, clause_id, item_id);
CREATE INDEX clause_item_item_ix ON clause_item(district_id, item_id);

-- 目标: by horizon, binding or expected
CREATE TABLE goal(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 目标名称
  horizon @TXT NOT NULL, -- 期限类别
  kind @TXT NOT NULL, -- 性质
  first_day @I64 NOT NULL, -- 起
  last_day @I64 NOT NULL, -- 止
  comparator @TXT, -- 比较
  target @I64, -- 目标值
  target_unit @TXT, -- 计量单位
  parent_id @I64, -- 上级目标
  unit_id @I64, -- 责任单位
  clause_id @I64, -- 来源条款
  weight @I64 NOT NULL, -- 权重
  source @TXT, -- 来源
  basis @TXT NOT NULL, -- 依据
  official_order @I64 NOT NULL, -- 排序
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX goal_code_ux ON goal(district_id, code);
CREATE INDEX goal_parent_ix ON goal(district_id, parent_id);

-- 目标份额: how much of an item serves a goal
CREATE TABLE goal_item(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  goal_id @I64 NOT NULL, -- 目标
  item_id @I64 NOT NULL, -- 事项
  share_pct @I64 NOT NULL, -- 份额%
  note @TXT, -- 说明
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX goal_item_ux ON goal_item(district_id, goal_id, item_id);
CREATE INDEX goal_item_item_ix ON goal_item(district_id, item_id);

-- 节点模板: the nodes of a kind of task
CREATE TABLE node_template(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 模板名称
  name_en @TXT, -- 英文名称
  fits @TXT, -- 适用任务
  register_id @I64, -- 适用台账
  source @TXT NOT NULL, -- 来源
  basis @TXT NOT NULL, -- 依据
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX node_template_code_ux ON node_template(district_id, code);

-- 模板节点
CREATE TABLE template_node(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  template_id @I64 NOT NULL, -- 模板
  ordinal @I64 NOT NULL, -- 序号
  code @TXT NOT NULL, -- 节点代码
  name @TXT NOT NULL, -- 节点名称
  anchor @TXT NOT NULL, -- 计算方向
  offset_days @I64 NOT NULL, -- 偏移工作日
  duration @I64 NOT NULL, -- 工期
  duration_unit @TXT NOT NULL, -- 工期单位
  duration_class @TXT NOT NULL, -- 工期类别
  after @TXT, -- 前置节点
  standard @TXT NOT NULL, -- 节点标准
  evidence @TXT, -- 佐证要求
  weight @I64 NOT NULL, -- 权重
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX template_node_ux ON template_node(district_id, template_id, code);

-- 套用的节点: a node of a template that became an item
CREATE TABLE item_node(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  template_id @I64 NOT NULL, -- 模板
  template_node_id @I64 NOT NULL, -- 模板节点
  node_item_id @I64 NOT NULL, -- 节点事项
  template_version @I64 NOT NULL, -- 模板版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX item_node_ux ON item_node(district_id, item_id, template_node_id);
CREATE INDEX item_node_node_ix ON item_node(district_id, node_item_id);

-- 周期规则: the item is the pattern
CREATE TABLE recurrence(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  every @TXT NOT NULL, -- 周期
  due_on @TXT NOT NULL, -- 时限
  due_nth @I64 NOT NULL, -- 第几日
  first_day @I64 NOT NULL, -- 起
  last_day @I64 NOT NULL, -- 止
  ahead @I64 NOT NULL, -- 提前期数
  stands @TXT NOT NULL, -- 位置
  stopped_at @I64, -- 停止时间
  stop_reason @TXT, -- 停止理由
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX recurrence_ux ON recurrence(district_id, item_id);

-- 周期事项: one period of a recurrence, drafted or skipped
CREATE TABLE occurrence(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  recurrence_id @I64 NOT NULL, -- 周期规则
  period_code @TXT NOT NULL, -- 期间
  due_day @I64 NOT NULL, -- 时限
  occurrence_item_id @I64, -- 本期事项
  skipped @TXT, -- 跳过理由
  made_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX occurrence_ux ON occurrence(district_id, recurrence_id, period_code);
CREATE INDEX occurrence_item_ix ON occurrence(district_id, occurrence_item_id);

