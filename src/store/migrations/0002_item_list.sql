-- Indexes for lists and counts of items; docs/sql.md and bench/list_bench.c tell what they must carry.

-- Every field that may stand in a filter but texts: counts and rare filters are answered from here alone.
-- Grouping by state, line and lead unit runs in its order.
CREATE INDEX item_scan_ix ON item(district_id, state, line_id, lead_unit_id, due_day, id, register_id, leader_id,
  person_id, parent_id, progress, clock_kind, clock_due_at, clock_from_at, last_report_at, returned, closed_at,
  basis, report_cycle);
-- Orders of lists. State comes first: most items are archived, most lists are about the others.
CREATE INDEX item_due_ix ON item(district_id, state, due_day, id, lead_unit_id);
CREATE INDEX item_clock_ix ON item(district_id, state, clock_due_at, id, lead_unit_id);
CREATE INDEX item_report_ix ON item(district_id, state, last_report_at, id);
CREATE INDEX item_progress_ix ON item(district_id, state, progress, id);
CREATE INDEX item_order_ix ON item(district_id, state, code, id);
-- By title, and where words are searched.
CREATE INDEX item_title_ix ON item(district_id, state, title, id, title_folded, code_folded, due_day, lead_unit_id);
-- What a unit leads; the order by lead unit.
CREATE INDEX item_lead_ix ON item(district_id, lead_unit_id, state, id);
CREATE INDEX item_led_ix ON item(district_id, state, lead_unit_id, id, due_day);
CREATE INDEX unit_parent_ix ON unit(district_id, parent_id);
CREATE INDEX import_row_item_ix ON import_row(district_id, item_id);
CREATE INDEX import_batch_doc_ix ON import_batch(district_id, source_doc_id);
