#!/usr/bin/env python3
"""The script for a sharded engine, on a plain PostgreSQL: Citus is not here, so its three names are stood
in for by functions that note what they were asked and refuse what Citus refuses on the catalogue's word
(a table twice, a key without the column, a foreign key to what is not spread yet). That shows that the
script is whole, in order, and may be run again; what Citus itself does with it, only Citus shows.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/api"))
from ground import BIN, psql  # noqa: E402
from harness import PROGRAM, Tap, make_store  # noqa: E402

STAND_IN = """
CREATE TABLE pg_dist_partition(logicalrelid regclass PRIMARY KEY, keyed text, beside text, n serial);
CREATE FUNCTION refuse(t regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conrelid = t AND c.contype = 'f' AND c.confrelid <> t AND
      c.confrelid NOT IN (SELECT logicalrelid FROM pg_dist_partition)) THEN
    RAISE 'a foreign key of % leads to a table that is not spread', t;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conrelid = t AND c.contype = 'p') THEN
    RAISE '% has no primary key', t;
  END IF;
END $$;
CREATE FUNCTION create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM refuse(table_name);
  INSERT INTO pg_dist_partition VALUES(table_name, NULL, NULL);
END $$;
CREATE FUNCTION create_distributed_table(table_name regclass, distribution_column text,
  distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  PERFORM refuse(table_name);
  IF EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = table_name AND i.indisunique AND NOT EXISTS (
      SELECT 1 FROM pg_attribute a WHERE a.attrelid = table_name AND a.attname = distribution_column AND
        a.attnum = ANY(i.indkey))) THEN
    RAISE 'a unique index of % lacks %', table_name, distribution_column;
  END IF;
  IF colocate_with <> 'none' AND colocate_with::regclass NOT IN (SELECT logicalrelid FROM pg_dist_partition) THEN
    RAISE '% is not spread yet', colocate_with;
  END IF;
  INSERT INTO pg_dist_partition VALUES(table_name, distribution_column, colocate_with);
END $$;
"""
TABLES = """SELECT c.relname, coalesce((SELECT 'district_id' FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = 1
  AND a.attname = 'district_id'), '') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname = 'public' AND c.relname <> 'pg_dist_partition' ORDER BY 1"""
SPREAD = "SELECT logicalrelid::text, coalesce(keyed, '') FROM pg_dist_partition ORDER BY 1"


def run(url, script):
    done = subprocess.run([BIN / "psql", "-X", "-q", "-d", url, "-f", script], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, done.stderr


def main():
    tap = Tap()
    os.environ["BIHUAN_TEST_STORE"] = "postgresql"
    with tempfile.TemporaryDirectory(prefix="bihuan-spread-") as folder:
        ground = make_store(folder + "/store")
        script = Path(folder) / "distribute.sql"
        script.write_text(subprocess.run([PROGRAM, "distribute"], capture_output=True, text=True, check=True).stdout)
        # pg_catalog has no such table here; unqualified, the script finds the stand-in.
        psql(ground.url, STAND_IN)
        tap.same(run(ground.url, script), (0, ""), "the script runs")
        tables = psql(ground.url, TABLES).splitlines()
        tap.same(psql(ground.url, SPREAD).splitlines(), tables, f"each of {len(tables)} tables is spread, by its first column")
        tap.same(psql(ground.url, "SELECT count(DISTINCT beside) FROM pg_dist_partition WHERE beside <> 'none'"), "1",
                 "all beside one table")
        tap.same(run(ground.url, script), (0, ""), "again it does nothing")
        psql(ground.url, "DELETE FROM pg_dist_partition WHERE logicalrelid = 'unit'::regclass")
        tap.same(run(ground.url, script), (0, ""), "after an upgrade it spreads what is new")
        tap.same(psql(ground.url, SPREAD).splitlines(), tables, "and nothing else")
        psql(ground.url, "DELETE FROM pg_dist_partition; ALTER TABLE unit DROP CONSTRAINT unit_pkey")
        code, why = run(ground.url, script)
        tap.ok(code != 0 and "primary key" in why, "a table without key stops it", why)
        ground.drop()
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
