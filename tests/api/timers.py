#!/usr/bin/env python3
"""Timers of the running server: the roll-up is made soon after the start and stands in the report; a
second start within the hour adds nothing; a day that was missed is made good once, not hour by hour;
timers=0 switches them off; two processes on one store fire each instant once between them."""
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ground import on_server
from harness import PROGRAM, Client, Server, Tap

ON = ["--set", "timers=1"]  # after the harness's own 0: the last one counts


def report(server):
    done = subprocess.run([PROGRAM, "report", "districts", "--format", "json", "--data", str(server.folder), *server.ground.words()],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def metric(server, name):
    text = Client(server, "xitong").get("/metrics").body.decode()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(f"bihuan_{name} "))


def fired(client):
    """The records of timers, newest first."""
    rows = client.get("/api/v1/journal?limit=50").json["rows"]
    return [r for r in rows if r["command"] == "timer.fire"]


def until(true, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="bihuan-timers-") as folder:
        folder += "/store"
        with Server(folder, options=ON) as server:
            tap.ok(until(lambda: report(server)["covered"] == 1), "the roll-up is made soon after the start")
            ducha = Client(server, "ducha")
            tap.same(len(fired(ducha)), 1, "by one record")
            tap.same(metric(server, "timers_fired_total"), 1, "which the metrics count")
            tap.same(report(server)["total"]["items"], 0, "nothing to count yet")
            answer = ducha.do("item.draft", {"register": "ZD", "title": "定时"})
            tap.same(answer.status, 200, "then there is an item")
        with Server(folder, options=ON, make=False) as server:
            time.sleep(2)
            tap.ok(len(fired(Client(server, "ducha"))) <= 2, "a restart fires no more than is due")
        with Server(folder, options=ON, make=False, as_of="2023-03-20") as server:
            tap.ok(until(lambda: report(server)["total"]["as_of_day"] == "2023-03-20"), "after weeks it is made good")
            tap.same(report(server)["total"]["drafted"], 1, "and sees the item")
            time.sleep(1)
            tap.ok(len(fired(Client(server, "ducha"))) <= 3, "once, not for each hour missed")
        with Server(folder, make=False, as_of="2023-03-25") as server:
            time.sleep(2)
            tap.same(report(server)["total"]["as_of_day"], "2023-03-20", "timers=0 fires nothing")
        if on_server():
            together(tap, folder)
    tap.end()


def together(tap, folder):
    """Two processes begin at once, with the same figures to make; a third, without timers, looks on."""
    with Server(folder, make=False, as_of="2023-03-27") as on_looker:
        ducha, url = Client(on_looker, "ducha"), on_looker.ground.url
        before = len(fired(ducha))
        Path(folder + "-b").mkdir()
        Path(folder + "-c").mkdir()
        with Server(folder + "-b", options=ON, make=False, as_of="2023-03-28", store=url) as b, \
                Server(folder + "-c", options=ON, make=False, as_of="2023-03-28", store=url) as c:
            tap.ok(until(lambda: report(on_looker)["total"]["as_of_day"] == "2023-03-28"), "two processes, one store")
            time.sleep(2)
            told = [metric(s, "timers_fired_total") + metric(s, "timers_failed_total") for s in (b, c)]
            tap.same(len(fired(ducha)) - before, 1, f"one record (the two fired {told[0]} and {told[1]} times)")


if __name__ == "__main__":
    sys.exit(main())
