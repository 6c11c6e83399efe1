-- Spreads the tables over the nodes of a Citus cluster. Printed by `bihuan distribute` from the schema.
-- Run it on the coordinator, in the store's database, after the tables were made and after every upgrade
-- that brings a new one: what is spread already is left alone. docs/operator-guide/citus.md tells more.
\set ON_ERROR_STOP on

-- the same on every node
SELECT create_reference_table('schema_version')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'schema_version'::regclass);
SELECT create_reference_table('copy_progress')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'copy_progress'::regclass);

-- by district: the rows of one district of all tables lie on one node
SELECT create_distributed_table('district', 'district_id', colocate_with => 'none')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'district'::regclass);
SELECT create_distributed_table('unit', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'unit'::regclass);
SELECT create_distributed_table('unit_alias', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'unit_alias'::regclass);
SELECT create_distributed_table('person', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'person'::regclass);
SELECT create_distributed_table('account', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'account'::regclass);
SELECT create_distributed_table('role_grant', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'role_grant'::regclass);
SELECT create_distributed_table('register_def', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'register_def'::regclass);
SELECT create_distributed_table('work_line', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'work_line'::regclass);
SELECT create_distributed_table('calendar_day', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'calendar_day'::regclass);
SELECT create_distributed_table('calendar_stop', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'calendar_stop'::regclass);
SELECT create_distributed_table('week_pattern', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'week_pattern'::regclass);
SELECT create_distributed_table('clock_rule', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'clock_rule'::regclass);
SELECT create_distributed_table('light_rule', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'light_rule'::regclass);
SELECT create_distributed_table('word_rule', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'word_rule'::regclass);
SELECT create_distributed_table('login_session', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'login_session'::regclass);
SELECT create_distributed_table('login_guard', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'login_guard'::regclass);
SELECT create_distributed_table('item', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'item'::regclass);
SELECT create_distributed_table('item_unit', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'item_unit'::regclass);
SELECT create_distributed_table('item_part', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'item_part'::regclass);
SELECT create_distributed_table('baseline', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'baseline'::regclass);
SELECT create_distributed_table('report', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'report'::regclass);
SELECT create_distributed_table('evidence', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'evidence'::regclass);
SELECT create_distributed_table('change_request', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'change_request'::regclass);
SELECT create_distributed_table('verdict', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'verdict'::regclass);
SELECT create_distributed_table('objection', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'objection'::regclass);
SELECT create_distributed_table('clock_run', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'clock_run'::regclass);
SELECT create_distributed_table('waiver', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'waiver'::regclass);
SELECT create_distributed_table('note', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'note'::regclass);
SELECT create_distributed_table('source_doc', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'source_doc'::regclass);
SELECT create_distributed_table('import_batch', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'import_batch'::regclass);
SELECT create_distributed_table('import_row', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'import_row'::regclass);
SELECT create_distributed_table('journal', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'journal'::regclass);
SELECT create_distributed_table('journal_head', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'journal_head'::regclass);
SELECT create_distributed_table('journal_object', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'journal_object'::regclass);
SELECT create_distributed_table('rollup_head', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'rollup_head'::regclass);
SELECT create_distributed_table('rollup_count', 'district_id', colocate_with => 'district')
  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'rollup_count'::regclass);
