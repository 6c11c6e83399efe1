-- What a recurring item could not draft and why; templates that are no longer offered.

ALTER TABLE recurrence ADD COLUMN refused_at @I64;
ALTER TABLE recurrence ADD COLUMN refused_period @TXT;
ALTER TABLE recurrence ADD COLUMN refused_why @TXT;
ALTER TABLE recurrence ADD COLUMN refused_why_en @TXT;
ALTER TABLE node_template ADD COLUMN ended_at @I64;
ALTER TABLE node_template ADD COLUMN end_reason @TXT;
CREATE INDEX item_node_template_ix ON item_node(district_id, template_id, template_node_id);
