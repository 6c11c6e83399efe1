#!/usr/bin/env python3
"""A synchronous pair, two `bihuan serve` processes on it, and clients that never pause. The primary is killed,
or frozen for half a minute, and the standby promoted, as Patroni would. Nothing acknowledged may be lost,
nothing stored twice, what is unknown is told so and settles by repeating it; the service comes back by
itself; and the old primary, when it wakes up, is not written to."""
import sys
import time

from cluster import Cluster
from scene import Ground, Load, Scene, verify  # also tells where the harness is
from harness import Client, Server, Tap  # noqa: E402

NOTICED = 1.0  # seconds until whoever watches the pair promotes the standby
FROZEN = 30.0
FROZEN_NOTICED = 5.0


def killed(tap):
    about = "primary killed: "
    with Cluster() as a, a.make_standby() as b:
        a.create_database("d")
        with Scene(a.url("d", b)) as scene, Load(scene) as load:
            time.sleep(2)
            began = time.monotonic()
            a.kill()
            time.sleep(NOTICED)
            promoting = b.promote()
            load.await_acks(30)
            tap.ok(True, f"{about}both processes acknowledge again by themselves")
            tap.note(f"{about}noticed after {NOTICED:.1f} s, promoted in {promoting:.2f} s")
            time.sleep(2)
            load.__exit__()
            outages = load.outage(began)
            tap.ok(max(outages) <= 30, f"{about}back within 30 s", outages)
            ground = Ground(b.url("d"))
            load.account(tap, about, ground, began)
            verify(tap, about, scene.servers[0], ground)


def written(cluster):
    """What stands in a server's journal, seen or still waiting to be seen."""
    return cluster.sql("SELECT count(*), pg_current_wal_flush_lsn() FROM journal", "d")


def frozen(tap):
    about = "primary frozen: "
    with Cluster() as a, a.make_standby() as b:
        a.create_database("d")
        with Scene(a.url("d", b)) as scene, Load(scene) as load:
            time.sleep(2)
            began = time.monotonic()
            a.freeze()
            time.sleep(FROZEN_NOTICED)
            promoting = b.promote()
            load.await_acks(30)
            tap.ok(time.monotonic() - began < FROZEN, f"{about}both processes acknowledge again while it is frozen")
            tap.note(f"{about}noticed after {FROZEN_NOTICED:.1f} s, promoted in {promoting:.2f} s")
            time.sleep(max(0.0, began + FROZEN - time.monotonic()))
            a.thaw()
            time.sleep(4)  # it answers what had reached it, ends what was broken off
            old = a.sql("SELECT count(*) FROM journal", "d")
            outages = load.outage(began)
            # Both servers stand; the good one is slow for a moment, so the other is tried.
            again = time.monotonic()
            b.freeze()
            time.sleep(6)
            b.thaw()
            load.await_acks(30)
            tap.ok(True, f"{about}and after a pause of the new one")
            time.sleep(1)
            load.__exit__()
            tap.same(a.sql("SELECT count(*) FROM journal", "d"), old, f"{about}the old one, awake again, is not written to")
            waiting = a.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bihuan' AND state = 'active'")
            tap.note(f"{about}{waiting} commits wait on the old one for the standby it has lost, unanswered; "
                     f"the pause of the new one: {max(load.outage(again)):.1f} s")
            tap.ok(max(outages) <= 30, f"{about}back within 30 s", outages)
            ground = Ground(b.url("d"))
            load.account(tap, about, ground, began)
            with Server(store=a.url("d", b), make=False) as late:
                answer = Client(late, "ducha").do("item.draft", {"register": "ZD", "title": "a process that begins now"})
                tap.same(answer.status, 200, f"{about}a process that begins beside the old one writes to the new one")
            tap.same(a.sql("SELECT count(*) FROM journal", "d"), old, f"{about}and not to the old one")
            verify(tap, about, scene.servers[0], ground)
            log = "".join(s.log_text() for s in scene.servers)
            tap.ok("it was replaced by another server" in log, f"{about}the log tells why the old one was refused", log[-1500:])


def main():
    tap = Tap()
    killed(tap)
    frozen(tap)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
