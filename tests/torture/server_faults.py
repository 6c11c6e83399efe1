#!/usr/bin/env python3
"""Faults of the machine under a running server (P6 to P8): disk full, a file at its limit, a folder that
cannot be written, no descriptors, no memory, a failed fsync, more questions than readers. Each must end
in an error answer; the process lives (or, after a failed fsync, leaves), reads go on, the store verifies.

SHIM names the preloaded library of server_shim.c.
"""
import mmap
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "api"))
from harness import PROGRAM, Client, Server, Tap, make_store, socket_to  # noqa: E402

SHIM = os.environ.get("SHIM", "")


def draft(client, title):
    return client.do("item.draft", {"register": "ZD", "title": title})


def verify(tap, folder, name):
    for words in (["journal", "verify"], ["check"]):
        done = subprocess.run([PROGRAM, *words, "--data", str(folder)], capture_output=True, text=True, check=False)
        tap.ok(done.returncode == 0, f"{name}: bihuan {' '.join(words)}", done.stdout[-800:] + done.stderr[-800:])


class Switch:
    """The bytes that server_shim.c looks at."""

    def __init__(self, folder):
        self.path = Path(folder) / "faults"
        self.path.write_bytes(bytes(16))
        self.file = open(self.path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 16)

    def set(self, index, value):
        self.map[index] = value

    def environment(self):
        return {"FAULTS": str(self.path), "LD_PRELOAD": SHIM}


def with_shim(folder):
    switch = Switch(folder)
    return switch, Server(environment=switch.environment())


def full_disk(tap, folder):
    switch, server = with_shim(folder)
    with server:
        client = Client(server, "ducha")
        tap.same(draft(client, "before").status, 200, "disk full: before")
        switch.set(1, 1)
        told = [draft(client, f"full {i}") for i in range(5)]
        tap.ok(all(a.status == 503 and a.id == "store.full" for a in told), "disk full: 503 store.full", told)
        tap.same(client.get("/api/v1/items?q=before").json["total"], 1, "disk full: reads go on")
        put = client.call("POST", "/api/v1/files", b"x" * 100000, {"Content-Type": "text/plain", "X-File-Name": "a.txt"})
        tap.ok(put.status == 503 and put.id == "store.full", "disk full: an upload is told so", put)
        tap.ok(client.get("/healthz").status == 200, "disk full: healthy, it may pass")
        switch.set(1, 0)
        tap.same(draft(client, "after").status, 200, "disk full: space again, saved again")
        tap.same(client.get("/api/v1/items?q=full").json["total"], 0, "disk full: nothing refused was stored")
        tap.same(server.stop(), 0, "disk full: stops cleanly")
        verify(tap, server.folder, "disk full")


def file_limit(tap):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1500000, 1500000))
    with Server(preexec=limit) as server:
        client, told, n = Client(server, "ducha"), None, 0
        while n < 2000 and (told is None or told.status == 200):
            told = draft(client, f"item {n} " + "长" * 150)
            n += told.status == 200
        tap.ok(told.status == 503 and told.json["code"] == "store", f"file limit: an error answer after {n} commands", told)
        tap.ok(server.alive() and client.get("/api/v1/items?limit=1").json["total"] == n, "file limit: all acknowledged are read back")
        server.stop()
        verify(tap, server.folder, "file limit")


def read_only_folder(tap):
    if os.geteuid() == 0:
        def become_nobody():
            os.setgid(65534)
            os.setuid(65534)
    else:
        become_nobody = None
    folder = Path(tempfile.mkdtemp(prefix="bihuan-ro-"))
    shutil.rmtree(folder)
    make_store(folder)
    if become_nobody:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, 65534, 65534)
    server = Server(folder=folder, make=False, preexec=become_nobody)
    try:
        client = Client(server, "ducha")
        os.chmod(folder / "files", stat.S_IRUSR | stat.S_IXUSR)
        put = client.call("POST", "/api/v1/files", b"x", {"Content-Type": "text/plain", "X-File-Name": "a.txt"})
        tap.ok(put.status == 503 and put.id == "store.read_only", "folder read-only: an upload is told so", put)
        tap.same(draft(client, "still").status, 200, "folder read-only: commands go on")
        os.chmod(folder / "files", stat.S_IRWXU)
        put = client.call("POST", "/api/v1/files", b"x", {"Content-Type": "text/plain", "X-File-Name": "a.txt"})
        tap.same(put.status, 201, "folder writable again: stored")
        server.stop()
        verify(tap, folder, "folder read-only")
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


def descriptors(tap):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
    with Server(preexec=limit) as server:
        client = Client(server, "ducha")
        held = []
        for i in range(150):
            try:
                held.append(socket_to(server.port, source=f"127.0.0.{2 + i % 4}", timeout=1))
            except OSError:
                pass
        time.sleep(0.3)
        tap.ok(server.alive(), "descriptors: the process lives")
        answer = draft(client, "with few descriptors")
        tap.ok(answer.status in (200, 503), f"descriptors: a signed-in connection gets an answer ({answer.status})", answer)
        for s in held:
            s.close()
        time.sleep(0.5)
        again = Client(server, "ducha")
        tap.same(draft(again, "after").status, 200, "descriptors: new connections are served again")
        tap.same(server.stop(), 0, "descriptors: stops cleanly")
        verify(tap, server.folder, "descriptors")


def memory(tap, folder):
    switch, server = with_shim(folder)
    with server:
        client, stored, statuses = Client(server, "ducha"), 0, {}
        for n in (250, 100, 40, 15, 6, 3, 1):
            switch.set(2, n)
            for i in range(25):
                try:
                    answer = draft(client, f"memory {n} {i}")
                    status = answer.status
                    # jansson's lexer tells a failed allocation as a syntax error.
                    if status == 400 and answer.id == "json.malformed":
                        status = 503
                    if status not in (200, 503):
                        tap.note(f"one in {16 * n}: {answer}")
                except OSError:
                    status, _ = "cut", client.drop()
                stored += status == 200
                statuses[status] = statuses.get(status, 0) + 1
        switch.set(2, 0)
        tap.ok(server.alive(), f"memory: the process lives ({statuses})")
        tap.ok(set(statuses) <= {200, 503, "cut"} and statuses.get(503, 0) > 0 and stored > 0, "memory: failures are told", statuses)
        if not server.alive():
            return
        client.drop()
        total = client.get("/api/v1/items?q=memory").json["total"]
        tap.ok(total >= stored and total <= stored + statuses.get("cut", 0), f"memory: stored are the {stored} acknowledged, and at most those cut", total)
        tap.same(draft(client, "after").status, 200, "memory: all is well afterwards")
        tap.same(server.stop(), 0, "memory: stops cleanly")
        verify(tap, server.folder, "memory")


def failed_sync(tap, folder):
    switch, server = with_shim(folder)
    with server:
        client = Client(server, "ducha")
        tap.same(draft(client, "before").status, 200, "failed fsync: before")
        switch.set(0, 1)
        try:
            told = draft(client, "unsure")
            tap.ok(told.status in (503, 504), f"failed fsync: {told.status} {told.id}", told)
        except OSError:
            tap.ok(True, "failed fsync: the connection was cut")
        code = server.process.wait(15)
        tap.ok(code != 0, f"failed fsync: the process leaves with {code}, so that recovery decides")
        switch.set(0, 0)
        server.start()
        client = Client(server, "ducha")
        tap.same(client.get("/api/v1/items?q=before").json["total"], 1, "failed fsync: what was acknowledged is there")
        tap.same(draft(client, "after").status, 200, "failed fsync: started again, it saves")
        server.stop()
        verify(tap, server.folder, "failed fsync")


def overload(tap):
    with Server(options=["--set", "readers=1", "--set", "queue=2"]) as server:
        client = Client(server, "ducha")
        for i in range(60):
            draft(client, f"load {i}")
        answers, lock = [], threading.Lock()

        def ask():
            mine = Client(server)
            mine.cookie = client.cookie
            for _ in range(20):
                t = time.monotonic()
                answer = mine.get("/api/v1/items?limit=200&sort=title")
                with lock:
                    answers.append((answer.status, (time.monotonic() - t) * 1000, answer.id if answer.status != 200 else None))
        threads = [threading.Thread(target=ask) for _ in range(24)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        busy = [a for a in answers if a[0] == 503]
        tap.ok({a[0] for a in answers} <= {200, 503} and all(a[2] == "http.busy" for a in busy), "overload: answered or told to come again",
               {a[0]: a[2] for a in answers})
        tap.ok(len(busy) > 0, f"overload: {len(busy)} of {len(answers)} were told busy")
        metrics = Client(server, "xitong").get("/metrics").body.decode()
        tap.ok(f"bihuan_busy_total {len(busy)}" in metrics, "overload: /metrics counts them")
        tap.same(client.get("/api/v1/items?limit=1").status, 200, "overload: afterwards all is well")


def main():
    tap = Tap()
    sanitized = any(mark in Path(PROGRAM).read_bytes() for mark in (b"__asan_init", b"__tsan_init"))
    file_limit(tap)
    read_only_folder(tap)
    descriptors(tap)
    overload(tap)
    if sanitized or not SHIM:
        tap.note("the preloaded faults need a program without sanitizers, and SHIM")
        tap.ok(sanitized, "SHIM is set")
    else:
        for test in (full_disk, failed_sync, memory):
            with tempfile.TemporaryDirectory() as folder:
                test(tap, folder)
    tap.end()


if __name__ == "__main__":
    main()
