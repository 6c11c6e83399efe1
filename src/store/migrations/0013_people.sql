-- People who leave, and what they handed over.
ALTER TABLE person ADD COLUMN left_day @I64;

-- 工作移交
CREATE TABLE person_handover(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  person_id @I64 NOT NULL, -- 人员
  kind @TXT NOT NULL, -- 类别
  from_unit_id @I64 NOT NULL, -- 原单位
  to_unit_id @I64, -- 新单位
  on_day @I64 NOT NULL, -- 自
  successor_id @I64, -- 接手人
  items @I64 NOT NULL, -- 移交事项
  reason @TXT NOT NULL, -- 缘由
  account_id @I64, -- 登记人
  noted_at @I64 NOT NULL, -- 时间
  PRIMARY KEY(district_id, id)) @END;
CREATE INDEX person_handover_person_ix ON person_handover(district_id, person_id, id);
CREATE INDEX item_person_ix ON item(district_id, person_id, state, id);
CREATE INDEX item_deputy_ix ON item(district_id, deputy_id, state, id);
CREATE INDEX item_leader_ix ON item(district_id, leader_id, state, id);
CREATE INDEX account_person_ix ON account(district_id, person_id);
CREATE INDEX account_unit_ix ON account(district_id, unit_id);
CREATE INDEX change_request_decider_ix ON change_request(district_id, decider_id, state);
CREATE INDEX collection_unit_unit_ix ON collection_unit(district_id, unit_id);
