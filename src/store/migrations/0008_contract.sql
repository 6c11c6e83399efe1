-- Contract work: structured wishes, extensions by rule, overturned conclusions, splits; mentions, watching.

ALTER TABLE item ADD COLUMN extensions @I64 NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN overturned @I64 NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN split_from_id @I64;
ALTER TABLE change_request ADD COLUMN new_content @TXT;
ALTER TABLE change_request ADD COLUMN new_quantity @I64;
ALTER TABLE change_request ADD COLUMN new_challenge @I64;
ALTER TABLE change_request ADD COLUMN new_quantity_unit @TXT;
ALTER TABLE change_request ADD COLUMN new_assists @I64 NOT NULL DEFAULT 0;
ALTER TABLE change_request ADD COLUMN extension @I64 NOT NULL DEFAULT 0;
ALTER TABLE change_request ADD COLUMN decider_id @I64;
ALTER TABLE change_request ADD COLUMN rule_version @TXT;
ALTER TABLE change_request ADD COLUMN acting_for_id @I64;
ALTER TABLE objection ADD COLUMN acting_for_id @I64;
ALTER TABLE baseline ADD COLUMN account_id @I64;
ALTER TABLE baseline ADD COLUMN acting_for_id @I64;
ALTER TABLE report ADD COLUMN acting_for_id @I64;
ALTER TABLE verdict ADD COLUMN overturned_at @I64;
ALTER TABLE verdict ADD COLUMN overturned_by @I64;
ALTER TABLE note ADD COLUMN reply_to_id @I64;
ALTER TABLE note ADD COLUMN struck_at @I64;
ALTER TABLE note ADD COLUMN struck_by @I64;
ALTER TABLE note ADD COLUMN struck_why @TXT;
CREATE INDEX item_heir_ix ON item(district_id, heir_id, id);
CREATE INDEX item_split_ix ON item(district_id, split_from_id, id);

-- 拟定配合单位: assisting units as a change request wants them
CREATE TABLE change_unit(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  change_id @I64 NOT NULL, -- 调整申请
  unit_id @I64 NOT NULL, -- 拟定配合单位
  share_pct @I64 NOT NULL, -- 份额%
  duty @TXT, -- 分工
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX change_unit_change_ix ON change_unit(district_id, change_id);

-- 提到: who is named in a note
CREATE TABLE mention(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  note_id @I64 NOT NULL, -- 留言
  item_id @I64 NOT NULL, -- 事项
  person_id @I64 NOT NULL, -- 提到的人
  sent_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX mention_person_ix ON mention(district_id, person_id, sent_at);
CREATE INDEX mention_item_ix ON mention(district_id, item_id, note_id);

-- 关注: who follows an item
CREATE TABLE item_watch(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  item_id @I64 NOT NULL, -- 事项
  account_id @I64 NOT NULL, -- 关注人
  from_at @I64 NOT NULL, -- 开始关注
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX item_watch_ux ON item_watch(district_id, account_id, item_id);
CREATE INDEX item_watch_item_ix ON item_watch(district_id, item_id);

-- 已阅: until when somebody has seen what concerns him
CREATE TABLE news_seen(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  account_id @I64 NOT NULL, -- 账号
  item_id @I64, -- 事项; none: of all items
  seen_at @I64 NOT NULL, -- 已阅至
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX news_seen_account_ix ON news_seen(district_id, account_id, item_id);

-- 延期规则: how often a due date may be put off and who decides
CREATE TABLE extension_rule(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  nth @I64 NOT NULL, -- 第几次
  decider @TXT NOT NULL, -- 由谁决定
  person_id @I64, -- 决定人
  most_days @I64 NOT NULL, -- 最多延长天数
  rule_version @TXT NOT NULL, -- 规则版本
  source @TXT NOT NULL, -- 来源
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX extension_rule_ux ON extension_rule(district_id, nth);
