-- Burden: how much a kind of unit may be asked, and what communities may be asked at all.

-- 填报上限
CREATE TABLE burden_cap(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  unit_kind @TXT NOT NULL, -- 单位类别
  minutes @I64 NOT NULL, -- 每月分钟上限
  source @TXT NOT NULL, -- 来源
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;

-- 社区表格目录
CREATE TABLE community_form(
  district_id @I64 NOT NULL, -- 地区
  id @I64 NOT NULL, -- 标识
  code @TXT NOT NULL, -- 编码
  name @TXT NOT NULL, -- 表格名称
  source @TXT NOT NULL, -- 来源
  version @I64 NOT NULL, -- 版本
  PRIMARY KEY(district_id, id)) @END;
CREATE UNIQUE INDEX community_form_code_ux ON community_form(district_id, code);

CREATE UNIQUE INDEX burden_cap_ux ON burden_cap(district_id, unit_kind);
