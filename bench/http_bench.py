#!/usr/bin/env python3
"""The server's figures, client included, raw limits beside them in the same run.

    http_bench.py [--build build] [--seconds 4] [--items 100000]

    durable commands a second with 64 keep-alive clients, against a bare SQLite loop that writes the same
    rows in groups of the same mean size; one list of 50 out of 100,000 items (filter and sort) and one item at 200
    requests a second; start to the first answer; resident memory then.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/api"))


def figures(text):
    words = text.split()
    return {words[i]: float(words[i + 1]) for i in range(0, len(words) - 1, 2)}


def say(name, value, bar, good):
    print(f"{name:<58} {value:<34} {bar:<16} {'met' if good else 'MISSED'}", flush=True)


def resident_mib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


TURNS = 3


def commands(harness, tools, seconds):
    """Both take turns and the best of each is compared: other work on the machine only slows down."""
    turns = [one_turn(harness, tools, seconds) for _ in range(TURNS)]
    told = max((t for t, _ in turns), key=lambda t: t["rate"])
    raw = max(r for _, r in turns)
    ratio = told["rate"] / raw
    say("durable commands/s, 64 clients (raw SQLite, same rows)",
        f"{told['rate']:.0f} ({raw:.0f}, groups of {told['group']:.0f}), {ratio:.0%}", ">= 50 %", ratio >= 0.5)


def commits_of(harness, server):
    answer = harness.Client(server).get("/metrics", headers={"Authorization": f"Bearer {server.token()}"})
    return int(re.search(r"^bihuan_store_commits_total (\d+)", answer.body.decode(), re.M).group(1))


def one_turn(harness, tools, seconds):
    # All clients come from one address here.
    with harness.Server(options=["--set", "connections_per_address=200"]) as server:
        client = harness.Client(server, "ducha")
        client.drop()
        server.stop()
        with tempfile.TemporaryDirectory(dir=server.folder) as copies:
            before, after = Path(copies) / "before.db", Path(copies) / "after.db"
            shutil.copy(server.folder / "bihuan.db", before)
            server.start()
            told = figures(subprocess.run([tools / "http_load", "do", str(server.port), client.cookie, client.csrf, "64",
                                           str(seconds)], capture_output=True, text=True, check=True).stdout)
            group = told["requests"] / commits_of(harness, server)
            server.stop()
            shutil.copy(server.folder / "bihuan.db", after)
            raw = figures(subprocess.run([tools / "raw_rows", before, after, str(int(told["requests"])), str(round(group))],
                                         capture_output=True, text=True, check=True).stdout)
    return {**told, "group": group}, raw["rate"]


def first_answer(harness, folder):
    """Process start to the first whole answer, milliseconds; the median of five."""
    times = []
    for _ in range(5):
        t = time.perf_counter()
        server = harness.Server(folder=folder, make=False, as_of="2023-06-30")
        answer = harness.Client(server).get("/api/v1/welcome")
        times.append((time.perf_counter() - t) * 1000)
        assert answer.status == 200, answer
        server.stop()
    return sorted(times)[2]


def reads(harness, tools, seconds, items, packs):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([tools / "list_bench", "--items", str(items), "--rounds", "1", "--packs", packs, "--folder", folder],
                       check=True, stdout=subprocess.DEVNULL, env={**os.environ, "BIHUAN_PACKS": str(packs)})
        started = first_answer(harness, folder)
        server = harness.Server(folder=folder, make=False, as_of="2023-06-30")
        client = harness.Client(server, language="zh")
        welcome = client.get("/api/v1/welcome").json
        login = next(a["login"] for a in welcome["demo_accounts"] if "supervisor" in a["roles"])
        answer = client.sign_in(login, demo_password(Path(packs) / "dongcheng-2023/pack.ini"))
        assert answer.status == 200, answer
        rows = client.get("/api/v1/items?limit=1").json
        client.drop()
        one = rows["rows"][0]["id"]
        for name, path, bar in (
                ("list of 50 by filter and sort, 200/s", "/api/v1/items?limit=50&sort=due_day&where=state%20%3D%20%22accepted%22", 10),
                ("one item, 200/s", f"/api/v1/item?item={one}", 5)):
            for length in (0.5, seconds):  # the first warms the page cache and the statements
                told = figures(subprocess.run([tools / "http_load", "get", str(server.port), client.cookie, path, "200", str(length)],
                                              capture_output=True, text=True, check=True).stdout)
            say(f"{name}, {items} items", f"p50 {told['p50_ms']:.2f} p99 {told['p99_ms']:.2f} max {told['max_ms']:.1f} ms",
                f"p99 <= {bar} ms", told["p99_ms"] <= bar)
        mib = resident_mib(server.process.pid)
        say("resident then", f"{mib:.0f} MiB", "<= 64 MiB", mib <= 64)
        say("start to first answer", f"{started:.0f} ms", "<= 100 ms", started <= 100)
        server.stop()


def demo_password(path):
    for line in path.read_text("utf-8").splitlines():
        if line.split("=")[0].strip() == "password":
            return line.split("=", 1)[1].strip()
    raise SystemExit("the pack has no demonstration password")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--build", default=str(ROOT / os.environ.get("BUILD", "build")))
    p.add_argument("--seconds", type=float, default=4)
    p.add_argument("--items", type=int, default=100000)
    o = p.parse_args()
    build = Path(o.build).resolve()
    os.environ.setdefault("BIHUAN_PACKS", str(ROOT / "packs"))
    os.environ["BIHUAN"] = str(build / "src/cli/bihuan")
    import harness
    harness.PROGRAM = os.environ["BIHUAN"]
    subprocess.run(["ninja", "-C", build, "src/cli/bihuan", "bench/http_load", "bench/raw_rows", "bench/list_bench"], check=True,
                   stdout=subprocess.DEVNULL)
    commands(harness, build / "bench", o.seconds)
    reads(harness, build / "bench", o.seconds, o.items, ROOT / "packs")


if __name__ == "__main__":
    main()
