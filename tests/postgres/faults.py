#!/usr/bin/env python3
"""Faults of a PostgreSQL store under load: the server stopped and started, its connections cut in the middle
of a COMMIT, its disk full, a lock that somebody else holds. Each is answered by what is true, within its
deadline; nothing acknowledged is lost, nothing refused is stored; and all is well by itself afterwards.

Where no tmpfs may be mounted, SHIM names the library of server_shim.c, which tells the server that its disk is
full."""
import mmap
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from cluster import Cluster, ClusterError, await_true
from proxy import Proxy
from scene import PATIENCE, Ground, Load, Scene, verify
from harness import Tap

AWAY = 2.0  # seconds that the server stays down
ROUNDS = 12


def draft(client, title, **more):
    return client.do("item.draft", {"register": "ZD", "title": title, **more}, {"Idempotency-Key": title.replace(" ", "-")})


def titles(ground, like):
    return [t for (t,) in ground.rows(f"SELECT title FROM item WHERE title LIKE '{like}'")]


# --- the server goes and comes back ---

def restarts(tap):
    with Cluster() as a:
        a.create_database("d")
        ground = Ground(a.url("d"))
        with Scene(a.url("d")) as scene, Load(scene) as load:
            began, back = time.monotonic(), []
            for how in ("fast", "immediate", "kill"):
                if how == "kill":
                    a.kill()
                else:
                    a.stop(how)
                time.sleep(AWAY)
                told = scene.servers[0]
                a.start()
                back.append(load.await_acks(30))
                tap.ok(told.alive(), f"server stopped ({how}) and started: both processes acknowledge again by themselves")
                time.sleep(0.5)
            load.__exit__()
            tap.note("restarts: again after " + ", ".join(f"{x:.1f}" for x in back) + f" s, the server being down for {AWAY:.0f} s")
            load.account(tap, "restarts: ", ground, began)
            verify(tap, "restarts: ", scene.servers[0], ground)


def while_away(tap):
    """What a client is told while nobody answers, and how soon."""
    with Cluster() as a:
        a.create_database("d")
        with Scene(a.url("d"), n=1) as scene:
            client, (server,) = scene.client(), scene.servers
            a.stop()
            began = time.monotonic()
            answer = draft(client, "while away")
            seconds = time.monotonic() - began
            tap.ok(answer.status == 503 and answer.id == "store.away", f"away: a command is told so after {seconds:.1f} s", answer)
            began = time.monotonic()
            answer = client.get("/api/v1/items")
            seconds = time.monotonic() - began
            tap.ok(answer.status == 503 and answer.id == "store.away", f"away: a question is told so after {seconds:.1f} s", answer)
            health = client.get("/healthz")
            tap.note(f"away: /healthz says {health}")
            tap.ok(server.alive(), "away: the process lives")
            a.start()
            await_true("back", 20, lambda: client.get("/api/v1/items").status == 200)
            tap.same(draft(client, "while away").status, 200, "away: back by itself")
            tap.same(len(titles(Ground(a.url("d")), "while away")), 1, "away: stored once")


# --- a COMMIT that is cut ---

def cut_commits(tap):
    with Cluster() as a, Proxy(a.port) as wire:
        a.create_database("d")
        ground = Ground(a.url("d"))
        with Scene(a.url("d", port=wire.port), n=1) as scene:
            client = scene.client()
            for how, stored in (("before", {0}), ("after", {1}), ("with", {0, 1})):
                told, wrong = set(), []
                for n in range(ROUNDS):
                    title, wire.cut = f"cut {how} {n}", how
                    answer = draft(client, title)
                    if wire.cut is not None:
                        wrong.append("no COMMIT was cut")
                    told.add((answer.status, answer.id))
                    time.sleep(0.05 if how == "with" else 0)
                    before = len(titles(ground, title))
                    again = draft(client, title)
                    after = len(titles(ground, title))
                    if before not in stored or again.status != 200 or after != 1:
                        wrong.append((answer, before, again, after))
                tap.same(told, {(504, "store.unknown")}, f"cut {how} the COMMIT, {ROUNDS} times: unknown, and told so")
                tap.same(wrong, [], f"cut {how} the COMMIT: the same key settles it, and it is stored once")
            wrong = []
            for n in range(ROUNDS):
                title, wire.cut = f"cut behind {n}", "behind"
                answer = client.do("item.draft", {"register": "ZD", "title": title})
                if answer.status != 200 or len(titles(ground, title)) != 1 or wire.cut is not None:
                    wrong.append((answer, titles(ground, title)))
            tap.same(wrong, [], f"cut right behind the answer, {ROUNDS} times: done, and without any key stored once")
            tap.same(draft(client, "after all cuts").status, 200, "cut: all is well afterwards")
            verify(tap, "cut: ", scene.servers[0], ground)


def cut_under_load(tap):
    with Cluster() as a, Proxy(a.port) as wire:
        a.create_database("d")
        ground = Ground(a.url("d"))
        with Scene(a.url("d", port=wire.port)) as scene, Load(scene) as load:
            began = time.monotonic()
            for n in range(3 * ROUNDS):
                wire.cut = ("before", "after", "with", "behind")[n % 4]
                time.sleep(0.1)
            for _ in range(ROUNDS):
                a.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bihuan'")
                time.sleep(0.2)
            wire.cut = None
            load.await_acks(20)
            load.__exit__()
            tap.ok(wire.cuts >= ROUNDS, f"cut under load: {wire.cuts} COMMITs cut, all connections ended {ROUNDS} times")
            load.account(tap, "cut under load: ", ground, began)
            verify(tap, "cut under load: ", scene.servers[0], ground)


# --- a full disk ---

class Disk:
    """A small file system of its own; None where it may not be mounted."""

    def __init__(self, megabytes):
        self.folder = Path(tempfile.mkdtemp(prefix="bihuan-disk-"))
        self.ballast = self.folder / "ballast"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "bihuan-test", self.folder],
                              capture_output=True, check=False)
        self.mounted = done.returncode == 0

    def fill(self, leave):
        """Takes all but so many bytes."""
        free = os.statvfs(self.folder)
        with open(self.ballast, "ab") as f:
            f.write(bytes(max(0, free.f_bavail * free.f_bsize - leave)))

    def free(self):
        self.ballast.unlink(missing_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], check=False)
        self.folder.rmdir()


def until_refused(client, kind, most=3000):
    """Drafts until one is not stored; how many were, and the answer."""
    for n in range(most):
        answer = draft(client, f"{kind} {n}", content="长" * 1500)
        if answer.status != 200:
            return n, answer
    return most, answer


def data_full(tap):
    """The tables have no room, the log has: the server says so, and goes on reading."""
    with Disk(160) as disk:
        if not disk.mounted:
            tap.note("no tmpfs may be mounted here: the disk is full by SHIM alone")
            return
        with Cluster(place=disk.folder, wal=tempfile_folder()) as a:
            a.create_database("d")
            with Scene(a.url("d"), n=1) as scene:
                client, ground = scene.client(), Ground(a.url("d"))
                disk.fill(1 << 20)
                stored, answer = until_refused(client, "data full")
                tap.ok(answer.status == 503 and answer.id == "store.full", f"data full: 503 store.full after {stored} commands", answer)
                answers = [draft(client, f"data full again {i}", content="长" * 1500) for i in range(3)]
                tap.ok(all(x.status == 503 and x.id == "store.full" for x in answers), "data full: and again", answers)
                found = client.get("/api/v1/items?limit=1")
                tap.ok(found.status == 200 and found.json["total"] == stored, "data full: reads go on", found)
                disk.free()
                tap.same(draft(client, "data full over").status, 200, "data full: space again, saved again")
                tap.same((len(titles(ground, "data full %")), len(titles(ground, "data full again %"))), (stored + 1, 0),
                         "data full: what was acknowledged is stored, what was refused is not")
                verify(tap, "data full: ", scene.servers[0], ground)


def tempfile_folder():
    """For the log of a server, on the disk of the machine; removed with it."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-pg-wal-"))
    import atexit
    import shutil
    atexit.register(shutil.rmtree, folder, True)
    return folder


class Shim:
    """The disk as server_shim.c plays it."""

    def __init__(self, folder):
        self.path = Path(folder) / "faults"
        self.path.write_bytes(bytes(16))
        os.chmod(folder, 0o755)
        self.file = open(self.path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 16)
        self.environment = {"FAULTS": str(self.path), "LD_PRELOAD": os.environ.get("SHIM", "")}

    def fill(self, _):
        self.map[1] = 1

    def free(self):
        self.map[1] = 0


def log_full(tap):
    """The log has no room: the server must stop. Requests are told, and space and a start heal it."""
    with Disk(240) as disk, tempfile.TemporaryDirectory() as folder:
        if disk.mounted:
            fault, where = disk, {"wal": disk.folder}
        else:
            fault = Shim(folder)
            where = {"environment": fault.environment}
            if not tap.ok(os.environ.get("SHIM"), "log full: a tmpfs may be mounted, or SHIM is set"):
                return
        with Cluster(settings={"min_wal_size": "32MB", "max_wal_size": "64MB"}, **where) as a:
            a.create_database("d")
            ground = Ground(a.url("d"))
            with Scene(a.url("d"), n=1) as scene:
                client = scene.client()
                tap.same(draft(client, "log full, before").status, 200, "log full: before")
                fault.fill(1 << 20)
                stored, answer = until_refused(client, "log full")
                tap.ok(answer.status in (503, 504) and answer.id in ("store.full", "store.away", "store.unknown"),
                       f"log full: {answer.status} {answer.id} after {stored} commands", answer)
                unknown = {f"log full {stored}"} if answer.status == 504 else set()
                began = time.monotonic()
                answer = draft(client, "log full, still")
                tap.ok(answer.status in (503, 504), f"log full: {answer.status} {answer.id} after {time.monotonic() - began:.1f} s", answer)
                fault.free()
                if not a.alive():
                    tap.note("log full: the server ended; it is started again, as its supervisor would")
                    a.start()
                else:
                    a.wait_until_ready()
                client.drop()  # it has idled for longer than connections are kept
                await_true("saved again", 30, lambda: draft(client, "log full, after").status == 200)
                tap.ok(True, "log full: space again, saved again")
                have = set(titles(ground, "log full %"))
                want = {f"log full {n}" for n in range(stored)}
                tap.ok(want <= have and have - want <= unknown, "log full: what was acknowledged is stored, what was refused is not",
                       have ^ want)
                tap.same(ground.damage(), [], "log full: the server finds no damage")
                verify(tap, "log full: ", scene.servers[0], ground)


# --- a lock that somebody holds ---

def locked(tap):
    with Cluster() as a:
        a.create_database("d")
        ground = Ground(a.url("d"))
        with Scene(a.url("d")) as scene:
            clients, reader = [scene.client(0), scene.client(1)], scene.client(0, "shenji")
            holder = subprocess.Popen([*a.psql("d")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            try:
                holder.stdin.write("BEGIN; SELECT 'held' FROM journal_head FOR UPDATE;\n")
                holder.stdin.flush()
                tap.same(holder.stdout.readline().strip(), "held", "lock: another session holds the district")
                told, threads = [], []

                def ask(client, i):
                    began = time.monotonic()
                    answer = draft(client, f"locked {i}")
                    told.append((answer.status, answer.id, time.monotonic() - began))
                for i, client in enumerate(clients):
                    threads.append(threading.Thread(target=ask, args=(client, i)))
                    threads[-1].start()
                time.sleep(0.5)
                began = time.monotonic()
                found = reader.get("/api/v1/items?limit=1")
                reading = time.monotonic() - began
                [t.join() for t in threads]
                tap.same({t[:2] for t in told}, {(503, "store.busy")}, "lock: 503 store.busy")
                tap.ok(max(t[2] for t in told) < PATIENCE, "lock: within the deadline, after " + ", ".join(f"{t[2]:.1f} s" for t in told))
                tap.ok(found.status == 200 and reading < 5, f"lock: who only reads does not wait ({reading * 1000:.0f} ms)", found)
                tap.same(titles(ground, "locked %"), [], "lock: nothing was stored")
            finally:
                holder.communicate("ROLLBACK;\n", timeout=10)
            tap.same([draft(c, f"locked {i}").status for i, c in enumerate(clients)], [200, 200], "lock: given back, all is well")
            tap.same(len(titles(ground, "locked %")), 2, "lock: stored once each")


TESTS = [restarts, while_away, cut_commits, cut_under_load, data_full, log_full, locked]


def main():
    tap = Tap()
    for test in TESTS:
        if not sys.argv[1:] or test.__name__ in sys.argv[1:]:
            test(tap)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
