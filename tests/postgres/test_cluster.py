#!/usr/bin/env python3
"""The servers that the tests start do what the tests rely on, and nothing of them is left behind."""
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "api")]
from cluster import Cluster, ClusterError, await_true, children_of, state_of  # noqa: E402
from harness import Tap  # noqa: E402

WITH = HERE.parent.parent / "tools/with_postgres.py"


def gone(pid):
    return not Path(f"/proc/{pid}").exists()


def one_server(tap):
    with Cluster(durable=False) as a:
        folder, pid = a.folder, a.pid()
        a.create_database("d")
        tap.same(a.rows("SELECT datcollate, pg_encoding_to_char(encoding), current_setting('data_checksums') "
                        "FROM pg_database WHERE datname = 'd'"), [["C.UTF-8", "UTF8", "on"]], "UTF8, C.UTF-8, checksums")
        tap.same(a.sql("SHOW listen_addresses"), "127.0.0.1", "loopback only")
        a.sql("CREATE TABLE t AS SELECT 1 AS x", "d")
        for how in ("fast", "immediate"):
            a.stop(how)
            a.start()
            tap.same(a.sql("SELECT x FROM t", "d"), "1", f"stopped ({how}) and started")
        a.freeze()
        states = {state_of(p) for p in a.frozen}
        tap.ok(states <= set("TZ") and len(a.frozen) > 4, f"frozen: {len(a.frozen)} processes", states)
        a.thaw()
        tap.same(a.sql("SELECT 2"), "2", "thawed")
        a.kill()
        a.start()
        tap.same(a.sql("SELECT x FROM t", "d"), "1", "killed and started")
        a.freeze()
    tap.ok(gone(pid) and not folder.exists(), "nothing left, though it was frozen")


def a_pair(tap):
    with Cluster() as a:
        a.sql("CREATE TABLE t(x int)")
        with a.make_standby() as b:
            a.sql("INSERT INTO t VALUES(1)")
            a.kill()
            seconds = b.promote()
            tap.same(b.sql("SELECT x FROM t"), "1", f"promoted in {seconds:.2f} s, with what was committed")
            b.sql("INSERT INTO t VALUES(2)")
            tap.same(a.url("d", b), f"postgresql://postgres@127.0.0.1:{a.port},127.0.0.1:{b.port}/d", "the URL of both")


def endings(tap):
    for how in (signal.SIGTERM, signal.SIGKILL):
        # As a shell starts what is in its background.
        child = subprocess.Popen([str(WITH), "sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 preexec_fn=lambda: signal.signal(signal.SIGQUIT, signal.SIG_IGN))
        family = await_true("started", 60, lambda: len(children_of(child.pid)) > 1 and children_of(child.pid))
        folders = {os.readlink(f"/proc/{p}/cwd") for p in family if "postgres" in Path(f"/proc/{p}/comm").read_text()}
        child.send_signal(how)
        child.wait()
        await_true("server and command are gone", 20, lambda: all(state_of(p) == "Z" for p in family))
        tap.ok(len(folders) == 1, f"with_postgres.py ended by {how.name}: server and command are gone too")
        if how == signal.SIGTERM:
            tap.ok(not any(Path(f).exists() for f in folders), "and its folder")
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
    code = subprocess.run([str(WITH), "sh", "-c", "exit 7"], check=False).returncode
    tap.same(code, 7, "with_postgres.py ends with the command's code")
    code = subprocess.run([str(WITH)], stderr=subprocess.DEVNULL, check=False).returncode
    tap.same(code, 2, "without a command it says how to use it")
    try:
        with Cluster(settings={"shared_buffers": "nonsense"}):
            tap.ok(False, "a server that cannot start is told")
    except ClusterError as e:
        tap.ok("nonsense" in str(e), "a server that cannot start is told, with its log", e)


def main():
    tap = Tap()
    one_server(tap)
    a_pair(tap)
    endings(tap)
    tap.end()


if __name__ == "__main__":
    main()
