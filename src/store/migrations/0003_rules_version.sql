-- What a process keeps of a district's calendar, rules and units is right as long as this number is:
-- the sequence of the last command that changed one of them.
ALTER TABLE journal_head ADD COLUMN rules_seq @I64 NOT NULL DEFAULT 0;
