#!/usr/bin/env python3
"""The client's own ledger against the store: commands run from several connections while the server is
killed (SIGKILL) at random moments and started again.

    kill_ledger.py [--rounds 300] [--seconds 90] [--clients 8] [--seed 7]

A line is written after an answer was read to its end: A acknowledged, N refused, D unknown (connection
lost, 503, 504). At the end:

    lost      A that is not in the store               must be 0   (P1)
    phantom   in the store, but neither A nor D         must be 0
    stored N  refused, yet in the store                 must be 0
    doubled   a title more than once in the store       must be 0
    D         may be either; each is repeated with its Idempotency-Key, and must then be in the store
              exactly once                                         (P4)

and the journal's chain and the store's checks must hold (P3). A kill cannot tell synchronous FULL from
OFF, because what was written reaches the page cache; that is what power_cut is for.
"""
import argparse
import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "api"))
from harness import PROGRAM, Client, Server, Tap  # noqa: E402


class Ledger:
    """One client thread and what it was told."""

    def __init__(self, k, port, cookie, csrf):
        self.k, self.port, self.cookie, self.csrf = k, port, cookie, csrf
        self.acked, self.refused, self.unknown = {}, set(), set()
        self.stop, self.n = False, 0
        self.last_ack = self.longest_gap = 0.0

    def send(self, connection, name, key):
        body = json.dumps({"register": "ZD" if name.find("bad") < 0 else "KEINS", "title": name}).encode()
        connection.request("POST", "/api/v1/do/item.draft", body, {
            "Content-Type": "application/json", "Cookie": self.cookie, "X-CSRF-Token": self.csrf,
            "Idempotency-Key": key})
        response = connection.getresponse()
        return response.status, response.read()

    def settle(self, name, status, data):
        if status == 200 and b'"seq"' in data:
            self.acked[name] = json.loads(data)["item"]
        elif status in (503, 504):
            self.unknown.add(name)
        else:
            self.refused.add(name)

    def run(self):
        connection = None
        while not self.stop:
            if connection is None:
                try:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                    connection.connect()
                except OSError:
                    connection = None
                    time.sleep(0.002)
                    continue
            self.n += 1
            # One in ten is refused by a rule, so that "refused" means something.
            name = f"c{self.k}-{self.n}" + ("-bad" if self.n % 10 == 0 else "")
            try:
                status, data = self.send(connection, name, name)
            except (OSError, http.client.HTTPException):
                self.unknown.add(name)
                connection = None
                continue
            self.settle(name, status, data)


def kill_rounds(server, ledgers, rounds, seconds, rng):
    """Kills and starts; returns (rounds done, milliseconds from start to the first answer)."""
    starts, began = [], time.monotonic()
    for done in range(rounds):
        if time.monotonic() - began > seconds:
            return done, starts
        time.sleep(rng.uniform(0.01, 0.12))
        server.process.kill()
        server.process.wait()
        server.process.stdout.close()
        server.log.close()
        t = time.monotonic()
        server.start(server.port)
        starts.append((time.monotonic() - t) * 1000)
    return rounds, starts


def repeat_unknown(tap, server, ledgers):
    """P4: the same key again gives the outcome, and never a second row."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    wrong = 0
    for ledger in ledgers:
        for name in sorted(ledger.unknown):
            status, data = ledger.send(connection, name, name)
            if name.endswith("-bad"):
                wrong += status == 200
            else:
                wrong += status != 200
    tap.same(wrong, 0, f"{sum(len(x.unknown) for x in ledgers)} unknown ones, repeated, have an outcome")


def stored_titles(server):
    db = sqlite3.connect(f"file:{server.folder}/bihuan.db?mode=ro", uri=True)
    rows = db.execute("SELECT title, id FROM item").fetchall()
    db.close()
    return rows


def verify(tap, server):
    for words in (["journal", "verify"], ["check"]):
        done = subprocess.run([PROGRAM, *words, "--data", str(server.folder)], capture_output=True, text=True, check=False)
        tap.ok(done.returncode == 0, f"bihuan {' '.join(words)}", done.stdout[-1500:] + done.stderr[-1500:])
    db = sqlite3.connect(f"{server.folder}/bihuan.db")
    tap.same(db.execute("PRAGMA integrity_check").fetchone()[0], "ok", "integrity_check")
    tap.same(db.execute("PRAGMA foreign_key_check").fetchall(), [], "foreign_key_check")
    db.close()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=300)
    p.add_argument("--seconds", type=float, default=90)
    p.add_argument("--clients", type=int, default=8)
    p.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "7")))
    o = p.parse_args()
    tap, rng = Tap(), random.Random(o.seed)
    with Server() as server:
        me = Client(server, "ducha")
        me.drop()
        ledgers = [Ledger(k, server.port, me.cookie, me.csrf) for k in range(o.clients)]
        threads = [threading.Thread(target=x.run) for x in ledgers]
        [t.start() for t in threads]
        done, starts = kill_rounds(server, ledgers, o.rounds, o.seconds, rng)
        for x in ledgers:
            x.stop = True
        [t.join() for t in threads]
        server.process.kill()
        server.process.wait()
        before = stored_titles(server)
        titles = [t for t, _ in before]
        have = set(titles)
        acked = {name for x in ledgers for name in x.acked}
        refused = {name for x in ledgers for name in x.refused}
        unknown = {name for x in ledgers for name in x.unknown}
        ids = {name: i for x in ledgers for name, i in x.acked.items()}
        starts.sort()
        tap.note(f"seed {o.seed}: {done} kills, {len(acked)} acknowledged, {len(refused)} refused, {len(unknown)} unknown of "
                 f"which {len(unknown & have)} stored; restart ms median {starts[len(starts) // 2]:.0f} worst {starts[-1]:.0f}")
        tap.ok(done == o.rounds, f"{done} kills within {o.seconds:.0f} s", f"of {o.rounds}")
        tap.ok(len(acked) > done, f"{len(acked)} acknowledged commands")
        tap.same(len(acked - have), 0, "acknowledged and lost: 0")
        tap.same(len(titles) - len(have), 0, "stored twice: 0")
        tap.same(len(refused & have), 0, "refused but stored: 0")
        tap.same(len(have - acked - unknown), 0, "stored without a client that knows of it: 0")
        tap.same(sum(str(i) != ids[t] for t, i in before if t in ids), 0, "each is the one that was acknowledged")
        tap.ok(starts[len(starts) // 2] < 1000, "the usual restart is within a second", starts)
        server.log.close()
        server.process.stdout.close()
        server.start(server.port)
        repeat_unknown(tap, server, ledgers)
        tap.same(server.stop(signal.SIGTERM), 0, "the server stops cleanly")
        after = [t for t, _ in stored_titles(server)]
        tap.same(len(after) - len(set(after)), 0, "stored twice after the repeats: 0")
        tap.same({n for n in unknown if not n.endswith("-bad")} - set(after), set(), "every repeated one is stored")
        verify(tap, server)
    tap.end()


if __name__ == "__main__":
    main()
