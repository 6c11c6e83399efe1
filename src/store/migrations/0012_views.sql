-- Views of lists that people keep and share (src/ledger/grid).

-- 视图
CREATE TABLE saved_view(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  name @TXT NOT NULL, -- 名称
  account_id @I64 NOT NULL, -- 所有人
  unit_id @I64 NOT NULL, -- 单位
  sharing @TXT NOT NULL, -- 共享范围
  register_id @I64, -- 台账
  base_view @TXT, -- 预置视图
  conditions @TXT, -- 条件
  words @TXT, -- 关键词
  states @TXT, -- 状态
  lights @TXT, -- 灯
  line_id @I64, -- 工作线
  lead_id @I64, -- 牵头单位（含下级）
  sorting @TXT, -- 排序
  grouping_by @TXT NOT NULL, -- 分组
  tree @I64 NOT NULL, -- 层级显示
  layout @TXT, -- 列
  official_order @I64 NOT NULL, -- 排序号
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX saved_view_account_ix ON saved_view(district_id, account_id, official_order);
CREATE INDEX saved_view_shared_ix ON saved_view(district_id, sharing, official_order);
