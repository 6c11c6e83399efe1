#!/usr/bin/env python3
"""Commands a second on PostgreSQL with two application processes, beside pgbench running the same SQL.

    bench/pg_bench.py [--build build] [--clients 64] [--districts 256] [--items 100] [--seconds 10] [--turns 3]
                      [--level ledger] [--level http] [--tiny]

One server with fsync on. The mix: three reports to one draft, each in a district chosen by chance; the
clients send their next command when the last one is answered. What pgbench runs is recorded from the server's
log while one process does these commands (pg_script.py): BEGIN, savepoint, the locked head, every SELECT and
write, RELEASE, COMMIT, with -M prepared and the same number of clients. Each run starts from a copy of the
same database. As 64 sessions crowd a small machine, pgbench also runs with fewer clients, and the ratio is
against the best of them. Levels: ledger, two processes that put the commands to their ledger (mix_load); http, two
`bihuan serve` and http_load. pgbench and the levels take turns; a turn's ratio is against its own pgbench.
"""
import argparse
import glob
import hashlib
import hmac
import os
import subprocess
import sys
import tempfile
from base64 import urlsafe_b64encode
from pathlib import Path

import pg_script

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/postgres"), str(ROOT / "tests/api")]
from cluster import BIN, Cluster  # noqa: E402

SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "checkpoint_timeout": "30min", "autovacuum": "off"}
BAR = 0.5
REPORT = '{"item":"#ITEM","period":"2023-02","progress":50,"narrative":"本月完成方案修改，征求了八个部门的意见，下一步提交常务会审议。"}'
DRAFT = '{"register":"ZD","title":"压测任务第#N项，按时完成并报送进展","lead":"ZJW"}'
WEIGHTS = {"report": 3, "draft": 1}


def figures(text):
    words = text.split()
    return {words[i]: float(words[i + 1]) for i in range(0, len(words) - 1, 2)}


class Bench:
    def __init__(self, options, server):
        self.o, self.server, self.turn = options, server, 0
        self.tools = Path(options.build).resolve() / "bench"
        self.folder = tempfile.TemporaryDirectory(prefix="bihuan-pg-bench-")

    def tool(self, name, *words):
        return subprocess.Popen([self.tools / name, *map(str, words)], stdout=subprocess.PIPE, text=True)

    def told(self, *running):
        """What the tools printed, joined: rates added, the worse of the latencies."""
        both = [figures(p.communicate()[0]) for p in running]
        if any(p.returncode for p in running):
            raise SystemExit("a load failed")
        return {**{k: sum(f[k] for f in both) for k in ("rate", "requests")}, **{k: max(f[k] for f in both) for k in ("p50_ms", "p99_ms")}}

    # --- the data ---

    def make(self):
        self.server.create_database("base")
        done = self.tool("mix_load", "--make", self.server.url("base"), ROOT / "tests/api/pack", self.o.items)
        self.first, self.step, self.items = map(int, done.communicate()[0].split())
        self.record()
        self.sessions = self.sign_in() if "http" in self.o.level else []
        self.clone()
        self.server.sql("VACUUM ANALYZE", "base", 600)

    def record(self):
        """One transaction of each kind, as the server logged it."""
        log = self.server.folder / "log.txt"
        start = log.stat().st_size
        self.server.sql("CREATE DATABASE recorded TEMPLATE base")
        self.told(self.tool("mix_load", self.server.url("recorded") + "?options=-clog_statement%3Dall", 1, 2, 1, self.first,
                            self.step, self.items, 1))
        self.server.drop_database("recorded")
        with open(log, encoding="utf-8", errors="replace") as f:
            f.seek(start)
            found = {}
            for tx in pg_script.transactions(f.read()):
                heads = sum(s.sql.startswith("UPDATE journal_head") for s in tx)
                values = {v for s in tx for v in s.values}
                for name in WEIGHTS:
                    if f"item.{name}" in values and heads == 1:
                        found.setdefault(name, []).append(tx)
        self.scripts = []
        for name in WEIGHTS:
            tx = min(found[name], key=len)  # the first of a process also reads rules and calendar
            script = pg_script.Script(tx, name, self.o.districts, self.first, self.step, self.items)
            path = Path(self.folder.name) / f"{name}.sql"
            path.write_text(script.text(), "utf-8")
            self.scripts.append((path, script))
            print(f"{name}: {len(tx)} statements, {len(script.constants)} values", flush=True)

    def sign_in(self):
        """Signs two people in; the tables then hold their sessions, which are given to the other districts too."""
        import harness
        harness.PROGRAM = str(Path(self.o.build).resolve() / "src/cli/bihuan")
        with harness.Server(folder=self.folder.name, make=False, store=self.server.url("base")) as server:
            return [harness.Client(server, login).cookie for login in ("zjw", "ducha")]

    def clone(self):
        """The first district again as the others: ids are a district's own."""
        for table, columns in self.server.rows(
                "SELECT c.relname, string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_class AS c JOIN pg_attribute AS a ON"
                " a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind = 'r' AND c.relnamespace ="
                " 'public'::regnamespace GROUP BY c.relname HAVING bool_or(a.attname = 'district_id')", "base"):
            own = {"district_id": "g", **({"id": "g", "code": "code || g"} if table == "district" else {})}
            self.server.sql(f"INSERT INTO {table}({columns}) SELECT {','.join(own.get(c, c) for c in columns.split(','))} FROM"
                            f" {table} CROSS JOIN generate_series(2, {self.o.districts}) AS g WHERE district_id = 1", "base", 600)
        lines = []
        for cookie, command, body, weight in [(c, *rest) for c, rest in zip(self.sessions, (
                ("item.report", REPORT, WEIGHTS["report"]), ("item.draft", DRAFT, WEIGHTS["draft"])))]:
            name, token = cookie.split("=", 1)
            for district in range(1, self.o.districts + 1):
                other = f"{district}.{token.split('.', 1)[1]}"
                self.server.sql("UPDATE login_session SET token_hash = '{}' WHERE district_id = {} AND token_hash = '{}'".format(
                    hashlib.new("sm3", other.encode()).hexdigest(), district,
                    hashlib.new("sm3", token.encode()).hexdigest()), "base")
                csrf = urlsafe_b64encode(hmac.new(other.encode(), b"bihuan csrf", "sm3").digest()).decode().rstrip("=")
                lines += weight * ["\t".join([f"{name}={other}", csrf, command, str(self.first), str(self.step),
                                              str(self.items), body])]
        Path(self.folder.name, "mix.txt").write_text("".join(line + "\n" for line in lines), "utf-8")

    def fresh(self):
        self.server.drop_database("run")
        self.server.sql("CREATE DATABASE run TEMPLATE base", seconds=300)
        self.server.sql("CHECKPOINT", seconds=300)
        self.turn += 1
        return self.server.url("run")

    def sizes(self):
        """Rows and bytes with indexes of the tables that commands write."""
        self.server.sql("ANALYZE", "run", 600)
        return {name: (int(float(rows)), int(size)) for name, rows, size in self.server.rows(
            "SELECT relname, greatest(reltuples, 0), pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace ="
            " 'public'::regnamespace", "run")}

    def wal(self):
        return int(self.server.sql("SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS BIGINT)"))

    def growth(self, before, wal, commands):
        print(f"WAL: {(self.wal() - wal) / commands:.0f} bytes a command, the first whole pages after a checkpoint included")
        after = self.sizes()
        grown = {t: after[t][1] - before[t][1] for t in after}
        print("bytes a command: " + ", ".join(f"{t} {b / commands:.0f}" for t, b in sorted(grown.items(), key=lambda x: -x[1])
                                              if b > 100 * commands / 10) + f"; together {sum(grown.values()) / commands:.0f}")
        rows = after["journal"][0] - before["journal"][0]
        print(f"journal: {grown['journal'] / max(rows, 1):.0f} bytes a row with its indexes, {rows:,} rows", flush=True)

    # --- what is measured ---

    def pgbench(self, clients):
        url, log = self.fresh(), Path(self.folder.name) / "times"
        words = [w for path, script in self.scripts for w in (*script.defines(), "-f", f"{path}@{WEIGHTS[script.name]}")]
        done = subprocess.run([BIN / "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T",
                               str(self.o.seconds), "-l", f"--log-prefix={log}", *words, url], capture_output=True, text=True,
                              check=False)
        if done.returncode or "number of failed transactions: 0" not in done.stdout:
            raise SystemExit(done.stdout[-2000:] + done.stderr[-3000:])
        ms = []
        for path in glob.glob(f"{log}*"):
            with open(path, encoding="ascii") as f:
                ms += [int(line.split()[2]) / 1e3 for line in f]
            os.remove(path)
        ms.sort()
        return {"rate": len(ms) / self.o.seconds, "p50_ms": ms[len(ms) // 2], "p99_ms": ms[len(ms) * 99 // 100]}

    def ledger(self, weigh=False):
        url = self.fresh()
        before, wal = self.sizes() if weigh else None, self.wal()
        told = self.told(*(self.tool("mix_load", url, self.o.clients // 2, self.o.seconds, self.o.districts, self.first,
                                     self.step, self.items, self.turn * 10 + n) for n in (1, 2)))
        if weigh:
            self.growth(before, wal, told["requests"])
        return told

    def http(self):
        import harness
        url = self.fresh()
        options = ["--set", "connections_per_address=400"]
        with tempfile.TemporaryDirectory() as other, \
                harness.Server(folder=self.folder.name, make=False, store=url, options=options) as a, \
                harness.Server(folder=other, make=False, store=url, options=options) as b:
            return self.told(self.tool("http_load", "mix", Path(self.folder.name) / "mix.txt", f"{a.port},{b.port}",
                                       self.o.clients, self.o.seconds, self.turn))


def measure(bench, o):
    ratios = {level: [] for level in o.level}
    for turn in range(o.turns):
        runs = [(bench.pgbench(n), n) for n in {o.clients, *o.also}]
        for told, n in runs:
            print(f"turn {turn + 1}: pgbench {told['rate']:.0f}/s p50 {told['p50_ms']:.1f} p99 {told['p99_ms']:.1f} ms,"
                  f" {n} clients", flush=True)
        base = max((told for told, _ in runs), key=lambda told: told["rate"])
        for level in o.level:
            told = getattr(bench, level)()
            ratios[level].append(told["rate"] / base["rate"])
            print(f"        {level:<7} {told['rate']:.0f}/s p50 {told['p50_ms']:.1f} p99 {told['p99_ms']:.1f} ms,"
                  f" {ratios[level][-1]:.0%}", flush=True)
    good = True
    for level, found in ratios.items():
        found.sort()
        middle = found[len(found) // 2]
        good = good and middle >= BAR
        print(f"{level}: {found[0]:.0%} / {middle:.0%} / {found[-1]:.0%} of pgbench (least, middle, most); bar {BAR:.0%}")
    return good


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default=str(ROOT / "build"))
    p.add_argument("--clients", type=int, default=64)
    p.add_argument("--districts", type=int, default=256)
    p.add_argument("--items", type=int, default=100)
    p.add_argument("--seconds", type=float, default=10)
    p.add_argument("--turns", type=int, default=3)
    p.add_argument("--also", type=int, action="append", help="pgbench with so many clients too; the best of a turn counts")
    p.add_argument("--level", action="append", choices=("ledger", "http"))
    p.add_argument("--tiny", action="store_true", help="a second of each: shows that this runs, judges no times")
    o = p.parse_args()
    o.level, o.also = o.level or ["ledger", "http"], o.also or [8, 16]
    if o.tiny:
        o.clients, o.districts, o.items, o.seconds, o.turns, o.also = 4, 8, 10, 1, 1, []
    o.seconds = int(o.seconds)
    with Cluster(settings=SETTINGS) as server:
        bench = Bench(o, server)
        bench.make()
        good = measure(bench, o)
        bench.ledger(weigh=True)
    return 0 if good or o.tiny else 1


if __name__ == "__main__":
    sys.exit(main())
