-- Calendar feeds (src/ledger/feed) and webhooks (src/ledger/hooks).

-- 日历订阅
CREATE TABLE feed_token(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  account_id @I64 NOT NULL, -- 账号
  kind @TXT NOT NULL, -- 对象
  unit_id @I64, -- 单位
  language @TXT NOT NULL, -- 语言
  token_hash @TXT NOT NULL, -- 令牌
  created_at @I64 NOT NULL, -- 建立时间
  revoked_at @I64, -- 停用时间
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX feed_token_ux ON feed_token(district_id, token_hash);
CREATE INDEX feed_token_account_ix ON feed_token(district_id, account_id, id);

-- 订阅使用
CREATE TABLE feed_use(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  used_at @I64 NOT NULL, -- 最近使用
  PRIMARY KEY(district_id, id)) @END;

-- 推送
CREATE TABLE webhook(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  name @TXT NOT NULL, -- 名称
  url @TXT NOT NULL, -- 接收地址
  secret @TXT NOT NULL, -- 签名密钥
  algorithm @TXT NOT NULL, -- 签名算法
  events @TXT NOT NULL, -- 事件
  register_id @I64, -- 台账
  active @I64 NOT NULL, -- 启用
  owner_id @I64 NOT NULL, -- 登记人
  added_at @I64 NOT NULL, -- 登记时间
  approved_by @I64, -- 核准人
  approved_at @I64, -- 核准时间
  from_seq @I64 NOT NULL, -- 自日志序号
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX webhook_active_ix ON webhook(district_id, active, id);

-- 推送进度
CREATE TABLE hook_cursor(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  seq @I64 NOT NULL, -- 日志序号
  claimed_by @TXT, -- 发送进程
  claimed_until @I64, -- 占用至
  PRIMARY KEY(district_id, id)) @END;

-- 推送记录
CREATE TABLE hook_delivery(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  webhook_id @I64 NOT NULL, -- 推送
  seq @I64 NOT NULL, -- 日志序号
  item_id @I64, -- 事项
  event @TXT NOT NULL, -- 事件
  happened_at @I64 NOT NULL, -- 发生时间
  body @TXT NOT NULL, -- 内容
  state @TXT NOT NULL, -- 状态
  attempts @I64 NOT NULL, -- 次数
  next_at @I64, -- 下次发送
  tried_at @I64, -- 最近发送
  last_status @I64 NOT NULL, -- 应答状态
  last_error @TXT, -- 失败原因
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX hook_delivery_state_ix ON hook_delivery(district_id, webhook_id, state, seq, id);
CREATE INDEX hook_delivery_seq_ix ON hook_delivery(district_id, webhook_id, seq, item_id);
CREATE INDEX hook_delivery_tried_ix ON hook_delivery(district_id, tried_at);
