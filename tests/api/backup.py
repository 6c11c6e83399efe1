#!/usr/bin/env python3
"""Backups while the server writes: every command acknowledged before the backup began and every one up to
its stated position is in it, none after; restored it is the same ledger; one altered byte is named. Killed
at any moment a backup leaves nothing that bears its name, and a restore goes on."""
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

from ground import Ground
from harness import PROGRAM, Client, Server, Tap

ROUNDS, WRITERS = 4, 3
MOST = 250  # items of a writer: the machine is not what is tested


def run(*words):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


class Load:
    """Clients that draft items and add evidence with a file to each eighth; what was acknowledged is kept."""

    def __init__(self, server):
        self.server, self.stopping, self.lock = server, threading.Event(), threading.Lock()
        self.acknowledged, self.files, self.refused = {}, {}, []  # seq -> item; hash -> seq
        self.threads = [threading.Thread(target=self.write, args=(i,)) for i in range(WRITERS)]
        [t.start() for t in self.threads]

    def write(self, which):
        client, n = Client(self.server, "ducha"), 0
        while not self.stopping.is_set() and n < MOST:
            n += 1
            answer = client.do("item.draft", {"register": "ZD", "title": f"写入 {which} 第 {n} 项", "lead": "ZJW"})
            if answer.status != 200:
                self.refused.append(answer)
                continue
            with self.lock:
                self.acknowledged[int(answer.json["seq"])] = int(answer.json["item"])
            if n % 8 == 1:
                self.evidence(client, answer.json["item"], f"{which}-{n}".encode() * 500)
            time.sleep(0.004)

    def evidence(self, client, item, data):
        name = "佐证.pdf"
        put = client.call("POST", "/api/v1/files", data, {"Content-Type": "application/pdf", "X-File-Name": quote(name)})
        answer = client.do("evidence.add", {"item": item, "file_hash": put.json["hash"], "file_name": name,
                                            "media_type": "application/pdf", "bytes": len(data), "secrecy": "internal"})
        if answer.status == 200:
            with self.lock:
                self.files[put.json["hash"]] = int(answer.json["seq"])

    def so_far(self):
        with self.lock:
            return dict(self.acknowledged), dict(self.files)

    def stop(self):
        self.stopping.set()
        [t.join() for t in self.threads]


def held(folder):
    """What a backup holds, read without our program: positions, numbers of the journal, items, files."""
    manifest = json.loads((folder / "manifest.json").read_text())
    db = sqlite3.connect(f"file:{folder}/bihuan.db?immutable=1", uri=True)
    seqs = [s for (s,) in db.execute("SELECT seq FROM journal ORDER BY seq")]
    items = {i for (i,) in db.execute("SELECT id FROM item")}
    hashes = {h for (h,) in db.execute("SELECT file_hash FROM evidence")}
    db.close()
    files = {p.name for p in (folder / "files").glob("*/*")}
    return manifest, seqs, items, hashes, files


def one_round(tap, server, load, folder):
    before, files_before = load.so_far()
    done = server.command("backup", "-o", str(folder))
    after, files_after = load.so_far()
    tap.ok(done.returncode == 0, f"{folder.name}: made while {len(after) - len(before)} items were acknowledged", done)
    manifest, seqs, items, hashes, files = held(folder)
    position = manifest["districts"][0]["seq"]
    tap.ok(seqs == list(range(1, position + 1)), "its journal goes from 1 to the stated position, without a gap", seqs[-3:])
    tap.ok(set(before.values()) <= items, f"all {len(before)} items acknowledged before it began are in it")
    tap.ok({after[s] for s in after if s <= position} <= items and not {after[s] for s in after if s > position} & items,
           "every command up to the position is in it, and none after")
    tap.ok({h for h, s in files_after.items() if s <= position} <= files and set(files_before) <= files and files == hashes,
           f"with each of the {len(files)} files that it refers to")
    tap.same((manifest["files"]["count"], manifest["tables"][0]["name"]), (len(files), "district"), "the manifest counts them")
    verified = run("verify", folder)
    tap.ok(verified.returncode == 0, "it verifies", verified)
    left = sorted(p.name for p in folder.iterdir())
    tap.same(left, ["bihuan.db", "files", "manifest.json"], "and reading it leaves nothing beside it")


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 0x20
    path.write_bytes(data)


def altered(tap, backup, work):
    """Each alteration of a copy is found by verify, and its place is named."""
    def tried(name, alter, word):
        copy = work / "altered"
        shutil.copytree(backup, copy)
        alter(copy)
        done = run("verify", copy)
        tap.ok(done.returncode == 1 and word in done.stdout, f"{name}: verify names it", done)
        new = work / "from-altered"
        refused = run("restore", copy, "--data", new)
        tap.ok(refused.returncode in (1, 3) and not (new / "bihuan.db").exists(), f"{name}: nothing is restored from it", refused)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(copy)
    size = (backup / "bihuan.db").stat().st_size
    one = sorted((backup / "files").glob("*/*"))[0].relative_to(backup)
    text = (backup / "manifest.json").read_text()
    for at in (size // 2, size - 2000):
        tried(f"byte {at} of the database", lambda d, at=at: flip(d / "bihuan.db", at), "bihuan.db")
    tried("a file", lambda d: flip(d / one, 100), one.name)
    tried("a missing file", lambda d: (d / one).unlink(), one.name)
    for word in ("made_at", '"sm3"'):
        tried(f"the manifest at {word}", lambda d, word=word: flip(d / "manifest.json", text.index(word) + len(word) + 3), "manifest.json")
    tried("the end of the manifest", lambda d: flip(d / "manifest.json", len(text.encode()) - 10), "manifest.json")
    copy = work / "more"
    shutil.copytree(backup, copy)
    (copy / "files/ab").mkdir(exist_ok=True)
    (copy / "files/ab" / ("ab" * 32)).write_text("x")
    done = run("verify", copy)
    tap.ok(done.returncode == 1 and "ab" * 32 in done.stdout, "a file that nothing refers to is named", done)
    shutil.rmtree(copy)


def killed(tap, server, work):
    """A backup killed at many moments has no folder of its name, and does not hinder the next."""
    whole, part = 0, 0
    for n in range(8):
        target = work / f"killed-{n}"
        words = [PROGRAM, "backup", "-o", str(target), "--data", str(server.folder), *server.ground.words()]
        p = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        unfinished = work / f"killed-{n}.part"
        # Half of them at any moment, half once the work has begun, however long the machine takes to begin.
        while n % 2 and not unfinished.exists() and p.poll() is None:
            time.sleep(0.001)
        time.sleep(0.005 * n)
        p.send_signal(signal.SIGKILL)
        p.wait()
        if target.exists():
            whole += run("verify", target).returncode == 0
            shutil.rmtree(target)
        part += unfinished.exists()
        again = server.command("backup", "-o", str(target))
        if again.returncode or unfinished.exists():
            tap.ok(False, f"after kill {n} it is made again", again)
        shutil.rmtree(target)
    tap.ok(part > 0, f"8 backups killed ({part} within, {whole} already whole): each could be made again")


def refusals(tap, server, backup, work):
    done = server.command("backup", "-o", str(backup))
    tap.ok(done.returncode == 3 and "backup.exists" in done.stderr, "a backup is not overwritten", done)
    full = work / "full"
    full.mkdir()
    (full / "mine.txt").write_text("x")
    done = run("restore", backup, "--data", full)
    tap.ok(done.returncode == 3 and "restore.not_empty" in done.stderr and len(list(full.iterdir())) == 1,
           "nor is a folder with something in it restored into", done)
    done = run("restore", backup, "--data", work / "new", *(server.ground.words() or ["--store", server.ground.url]))
    tap.ok(done.returncode == 3 and ("copy.not_empty" in done.stderr or "store.target_exists" in done.stderr),
           "nor a store that holds a ledger", done)
    tap.same(run("backup", "--data", server.folder).returncode, 2, "a backup wants a place")
    tap.same(run("restore", backup).returncode, 2, "a restore names its data folder")
    tap.ok("backup.none" in run("verify", work).stderr, "a folder without manifest is no backup")


def restore(tap, server, backup, work, kills):
    """Into a new place, killed a few times on the way; then it serves."""
    new = work / "restored"
    ground = Ground.new(new)
    words = [PROGRAM, "restore", str(backup), "--data", str(new), *ground.words()]
    for n in range(kills):
        p = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.03 * (n + 1))
        p.send_signal(signal.SIGKILL)
        if p.wait() == 0:
            break
    else:
        done = run(*words[1:])
        tap.ok(done.returncode == 0, f"restored into a new place, after {kills} kills", done)
    tap.same(run("restore", backup, "--data", new, *ground.words()).returncode, 3, "a second time is refused")
    done = run("verify", "--data", new, *ground.words())
    tap.same(done.returncode, 0, "the restored store verifies")
    out = {}
    for name, words in (("live", ["--data", server.folder, *server.ground.words()]), ("restored", ["--data", new, *ground.words()])):
        done = run("export", "ledger", "-o", work / f"{name}.jsonl", *words)
        out[name] = (work / f"{name}.jsonl").read_bytes() if done.returncode == 0 else done
    tap.ok(out["live"] == out["restored"] and len(out["live"]) > 10000, f"both export the same {len(out['live'])} bytes")
    tap.ok(b'"password":"sm3:' in out["live"] and b"$argon2id" not in out["live"], "without a password's hash")
    with Server(new, make=False, store=ground.url) as again:
        client = Client(again, "ducha")
        items = client.get("/api/v1/items?limit=1").json
        tap.ok(client.do("item.draft", {"register": "ZD", "title": "恢复之后", "lead": "ZJW"}).status == 200, "it serves and goes on", items)
        tap.same(again.command("journal", "verify").returncode, 0, "with one chain")
    ground.drop()


def main():
    tap = Tap()
    work = Path(tempfile.mkdtemp(prefix="bihuan-backup-"))
    with Server() as server:
        load = Load(server)
        time.sleep(0.3)
        for n in range(ROUNDS):
            one_round(tap, server, load, work / f"backup-{n}")
        killed(tap, server, work)
        load.stop()
        tap.ok(not load.refused and len(load.so_far()[0]) > 50, f"{len(load.so_far()[0])} items written, none refused because of backups", load.refused[:1])
        tap.same(server.command("verify").returncode, 0, "the live store verifies")
        tap.same(server.stop(), 0, "the server stops")
        last = work / "last"
        tap.same(server.command("backup", "-o", str(last)).returncode, 0, "a backup needs no running server")
        refusals(tap, server, last, work)
        restore(tap, server, last, work, 3)
        altered(tap, last, work)
    shutil.rmtree(work)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
