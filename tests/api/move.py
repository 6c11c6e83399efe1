#!/usr/bin/env python3
"""`bihuan move` from store to store and back: whole after any number of kills, refusing what is not empty, a
source that is served, a source that went on meanwhile; the moved ledger is the same, byte for byte."""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ground import Ground, on_server
from harness import PROGRAM, Client, Server, Tap

ITEMS, KILLS = 60, 6


def run(*words):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def move(source, target, kill_after=None):
    """The finished process; one that is killed has a negative code."""
    p = subprocess.Popen([PROGRAM, "move", "--from", source, "--to", target], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         stdin=subprocess.DEVNULL, text=True)
    if kill_after is not None:
        try:
            p.wait(kill_after)
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGKILL)
    out, err = p.communicate()
    return subprocess.CompletedProcess(p.args, p.returncode, out, err)


def exported(work, url):
    target = work / "export.jsonl"
    done = run("export", "ledger", "-o", target, "--store", url)
    return target.read_bytes() if done.returncode == 0 else done


def there(tap, work, source, target, name):
    """Killed again and again, then to the end."""
    t = time.monotonic()
    dice, kills, done, want = random.Random(7), 0, None, exported(work, source)
    while kills < KILLS:
        done = move(source, target, kill_after=dice.uniform(0.02, 0.15))
        if done.returncode != -signal.SIGKILL:
            break
        kills += 1
        now = exported(work, target)
        if now == want:
            break  # the kill came between the last commit and the report
        if isinstance(now, bytes) and now:  # one that is still empty may be opened
            tap.ok(False, f"{name}: half a store is served", now[:200])
    if done.returncode == -signal.SIGKILL and exported(work, target) != want:
        done = move(source, target)
    if done.returncode == 0:
        tap.ok("files/" in done.stdout and "journal" in done.stdout, f"{name}: the report says where the files are", done)
    tap.ok(done.returncode in (0, -signal.SIGKILL) and exported(work, target) == want,
           f"{name}: whole after {kills} kills, {time.monotonic() - t:.1f} s; both export the same {len(want)} bytes", done)
    done = move(source, target)
    tap.ok(done.returncode == 3 and "copy.not_empty" in done.stderr, f"{name}: a second time is refused", done)


def served(tap, work, server, other):
    """A file that a server holds is locked. A database is not, so the move looks again at the end."""
    client = Client(server, "ducha")
    if server.ground.file:
        done = move(server.ground.url, other)
        tap.ok(done.returncode == 4 and "store.locked" in done.stderr and not Path(other.removeprefix("sqlite:")).exists(),
               "a source that is served is refused", done)
        return
    codes = []
    for _ in range(5):
        p = subprocess.Popen([PROGRAM, "move", "--from", server.ground.url, "--to", other], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
        while p.poll() is None:
            client.do("item.draft", {"register": "ZD", "title": "搬迁期间", "lead": "ZJW"})
        codes.append((p.returncode, p.stderr.read()))
        if p.returncode:
            break
        Path(other.removeprefix("sqlite:")).unlink()
    tap.ok(codes[-1][0] == 3 and ("care.source_moved" in codes[-1][1] or "copy.other_source" in codes[-1][1]),
           "a source that goes on is noticed", codes)
    refused = run("export", "ledger", "--store", other)
    tap.ok(refused.returncode == 4 and "store.unfinished" in refused.stderr, "and the target is not put into use", refused)


def begun(target):
    try:
        return "copy_progress" in Ground(target).tables()
    except sqlite3.OperationalError:  # not there yet, or not yet a database
        return False


def altered(tap, work, ground, target):
    """A row changed behind the journal's back, between a kill and going on: the sums tell it."""
    file = Path(target.removeprefix("sqlite:"))
    for n in range(100):
        move(ground.url, target, kill_after=0.02 * (n + 1))
        copied = Ground(target).rows("SELECT row_count FROM copy_progress") if begun(target) else []
        if copied and copied[0][0] > 20:
            break
        for path in file.parent.glob(file.name + "*"):
            path.unlink()
    else:
        tap.ok(False, "a move was killed on the way")
        return
    ground.run("UPDATE district SET name = 'X' WHERE district_id = 1")
    done = move(ground.url, target)
    tap.ok(done.returncode == 1 and "district" in done.stdout, "a row altered between two runs is found, and its table named", done)
    refused = run("export", "ledger", "--store", target)
    tap.ok("store.unfinished" in refused.stderr, "and the target is not put into use", refused)


def words(tap):
    for options in ([], ["--from", "sqlite:a"], ["--to", "sqlite:b"], ["--from", "sqlite:a", "--to", "sqlite:b", "c"]):
        tap.same(run("move", *options).returncode, 2, f"move {' '.join(options)}: usage")
    done = move("sqlite:/nowhere/a.db", "sqlite:/nowhere/b.db")
    tap.ok(done.returncode == 4 and "store.not_found" in done.stderr, "a source that is not there", done)
    done = move("oracle://x", "sqlite:/nowhere/b.db")
    tap.ok(done.returncode == 4 and "store.engine" in done.stderr, "a store of another kind", done)


def main():
    tap, work = Tap(), Path(tempfile.mkdtemp(prefix="bihuan-move-"))
    os.environ["LANG"] = "en_US.UTF-8"
    words(tap)
    with Server() as server:
        client = Client(server, "ducha")
        for n in range(ITEMS):
            client.do("item.draft", {"register": "ZD", "title": f"第 {n} 项", "lead": "ZJW"})
        served(tap, work, server, f"sqlite:{work}/served.db")
        server.stop()
        source = server.ground.url
        there(tap, work, source, f"sqlite:{work}/file.db", "to a file")
        back = Ground.new(work / "back")
        if back.file:
            (work / "back").mkdir()
        there(tap, work, f"sqlite:{work}/file.db", back.url, "back to a server" if on_server() else "to another file")
        tap.ok(exported(work, source) == exported(work, back.url), "there and back again it is what it was")
        with Server(server.folder, make=False, store=back.url) as again:
            tap.ok(Client(again, "ducha").do("item.draft", {"register": "ZD", "title": "搬迁之后", "lead": "ZJW"}).status == 200,
                   "the moved store is served with the same folder")
            tap.same(again.command("verify").returncode, 0, "and verifies")
        back.drop()
        altered(tap, work, server.ground, f"sqlite:{work}/altered.db")
    shutil.rmtree(work)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
