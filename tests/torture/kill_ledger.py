#!/usr/bin/env python3
"""The client's own ledger against the store: commands run from several connections while the server is
killed (SIGKILL) at random moments and started again.

    kill_ledger.py [--rounds 300] [--seconds 90] [--clients 8] [--seed 7]

client_ledger.py compares what the clients were told with what is stored; besides, the journal's chain and
the store's checks must hold (P3). A kill cannot tell synchronous FULL from OFF, because what was written
reaches the page cache; that is what power_cut is for.
"""
import argparse
import os
import random
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "api"))
from client_ledger import Ledger, all_of, judge, judge_repeated, repeat_unknown, session_of  # noqa: E402
from harness import Client, Server, Tap  # noqa: E402


def kill_rounds(server, rounds, seconds, rng):
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


def stored_titles(server):
    return server.ground.rows("SELECT title, id FROM item")


def verify(tap, server):
    for words in (["journal", "verify"], ["check"]):
        done = server.command(*words)
        tap.ok(done.returncode == 0, f"bihuan {' '.join(words)}", done.stdout[-1500:] + done.stderr[-1500:])
    tap.same(server.ground.damage(), [], "the engine finds no damage")


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
        ledgers = [Ledger(k, [server.port], session_of(me)) for k in range(o.clients)]
        [x.start() for x in ledgers]
        done, starts = kill_rounds(server, o.rounds, o.seconds, rng)
        for x in ledgers:
            x.stop = True
        [x.join() for x in ledgers]
        server.process.kill()
        server.process.wait()
        starts.sort()
        acked = all_of(ledgers, "acked")
        tap.ok(done == o.rounds, f"{done} kills within {o.seconds:.0f} s", f"of {o.rounds}")
        tap.ok(len(acked) > done, f"{len(acked)} acknowledged commands")
        stored = judge(tap, ledgers, stored_titles(server))
        tap.note(f"seed {o.seed}: {done} kills, {len(acked)} acknowledged, {len(all_of(ledgers, 'refused'))} refused, "
                 f"{len(all_of(ledgers, 'unknown'))} unknown of which {stored} stored; restart ms median "
                 f"{starts[len(starts) // 2]:.0f} worst {starts[-1]:.0f}")
        tap.ok(starts[len(starts) // 2] < 1000, "the usual restart is within a second", starts)
        server.log.close()
        server.process.stdout.close()
        server.start(server.port)
        repeated = repeat_unknown(tap, ledgers)
        tap.same(server.stop(signal.SIGTERM), 0, "the server stops cleanly")
        judge_repeated(tap, repeated, stored_titles(server))
        verify(tap, server)
    tap.end()


if __name__ == "__main__":
    main()
