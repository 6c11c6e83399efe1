#!/usr/bin/env python3
"""Two `bihuan serve` processes on one store: the chain of a district has no gap though both write it, one key
used at both is stored once and answered alike, and a version that was read before the other process wrote is
refused. BIHUAN_TEST_PG names the server."""
import sys
import threading
import time

import scene
from harness import Tap
from ground import Ground

ROUNDS = 30


def at_once(*calls):
    """All of them at one moment, each on a thread; their answers."""
    answers, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(i, call):
        gate.wait()
        answers[i] = call()
    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return answers


def keys(tap, clients, ground):
    wrong = []
    for n in range(ROUNDS):
        head, body = {"Idempotency-Key": f"both-{n}"}, {"register": "ZD", "title": f"both {n}"}
        a, b = at_once(*(lambda c=c: c.do("item.draft", body, head) for c in clients))
        if a.status != 200 or b.status != 200 or a.json["item"] != b.json["item"] or a.json["seq"] != b.json["seq"]:
            wrong.append((a, b))
    tap.same(wrong, [], f"one key at both processes at once, {ROUNDS} times: both get the same answer")
    rows = ground.rows("SELECT count(*) AS n, count(DISTINCT title) AS m FROM item WHERE title LIKE 'both %'")
    tap.same(rows, [(ROUNDS, ROUNDS)], "and each is stored once")
    a, b = at_once(*(lambda c=c, i=i: c.do("item.draft", {"register": "ZD", "title": f"other {i}"}, {"Idempotency-Key": "one"})
                     for i, c in enumerate(clients)))
    tap.ok(sorted([a.status, b.status])[0] == 200 and sorted([a.status, b.status])[1] in (409, 422),
           "one key for two different requests: one is done, the other is told", f"{a}\n{b}")


def versions(tap, clients):
    item = clients[0].do("item.draft", {"register": "ZD", "title": "shared"}).json["item"]
    wrong, stale = [], set()
    for n in range(ROUNDS):
        version = clients[n % 2].get(f"/api/v1/item?item={item}").json["item"]["version"]
        answers = at_once(*(lambda c=c, i=i: c.do("item.edit", {"item": item, "version": version, "title": f"shared {n} {i}"})
                            for i, c in enumerate(clients)))
        statuses = sorted(a.status for a in answers)
        stale |= {a.id for a in answers if a.status != 200}
        if statuses != [200, 409]:
            wrong.append(answers)
    tap.same(wrong, [], f"one version edited at both at once, {ROUNDS} times: one edit is done, the other is stale")
    tap.note(f"the other is told {stale}")


def seen_by_the_other(tap, clients):
    """Read your own writes, and those that were acknowledged to others."""
    wrong = 0
    for n in range(ROUNDS):
        writer, reader = clients[n % 2], clients[1 - n % 2]
        item = writer.do("item.draft", {"register": "ZD", "title": f"seen {n}"}).json["item"]
        wrong += reader.get(f"/api/v1/item?item={item}").status != 200
    tap.same(wrong, 0, f"what one process acknowledged the other shows at once, {ROUNDS} times")


def sign_out(tap, clients, servers):
    """A session is one everywhere, and so is its end."""
    from harness import Client
    guest = Client(servers[0], "zjw")
    elsewhere = Client(servers[1])
    elsewhere.cookie, elsewhere.csrf = guest.cookie, guest.csrf
    tap.same(elsewhere.get("/api/v1/session").status, 200, "a session opened at one process is one at the other")
    guest.call("DELETE", "/api/v1/session")
    end = time.monotonic() + 5
    while elsewhere.get("/api/v1/session").status == 200 and time.monotonic() < end:
        time.sleep(0.02)
    tap.same(elsewhere.get("/api/v1/session").status, 401, "and ended at one it ends at the other")


def main():
    tap = Tap()
    ground = Ground.new(None)
    try:
        with scene.Scene(ground.url) as s:
            clients = [s.client(0), s.client(1)]
            began = time.monotonic()
            with scene.Load(s) as load:
                keys(tap, clients, ground)
                versions(tap, clients)
                seen_by_the_other(tap, clients)
                sign_out(tap, clients, s.servers)
                load.await_acks(20)
            tap.same(load.outage(began)[0] < 5, True, "the load went on meanwhile")
            names = {n for x in load.ledgers for n in x.unknown}
            tap.same(names, set(), "nothing is unknown")
            rows = ground.rows("SELECT title, id FROM item WHERE title LIKE 'c%'")
            scene.judge(tap, load.ledgers, rows)
            gaps = ground.rows("SELECT count(*) AS n, max(seq) - min(seq) + 1 AS m, min(seq) AS first FROM journal WHERE district_id = 1")
            tap.ok(gaps[0][0] == gaps[0][1] and gaps[0][2] == 1, f"the chain has {gaps[0][0]} records and no gap", gaps)
            scene.verify(tap, "", s.servers[0], ground)
    finally:
        ground.drop()
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
