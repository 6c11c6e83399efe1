#!/usr/bin/env python3
"""Runs a command beside a PostgreSQL server of its own.

    tools/with_postgres.py [--durable] COMMAND...

The server stands in a temporary directory on a free loopback port, without fsync unless --durable is
given, and is gone when the command has ended. BIHUAN_TEST_PG tells the command where it is: the URL of a
database of a superuser. The exit code is the command's.
"""
import os
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/postgres"))
from cluster import Cluster, ClusterError, end_with_us  # noqa: E402


def main(words):
    durable = words[:1] == ["--durable"]
    command = words[durable:]
    if not command or command[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with Cluster(durable=durable) as server:
            us = os.getpid()
            child = subprocess.Popen(command, env={**os.environ, "BIHUAN_TEST_PG": server.url()},
                                     preexec_fn=lambda: end_with_us(us, signal.SIGTERM))
            try:
                code = child.wait()
            except BaseException:  # SIGTERM and ^C: the command ends before its server does
                child.terminate()
                child.wait()
                raise
    except ClusterError as e:
        print(f"with_postgres.py: {e}", file=sys.stderr)
        return 4
    except FileNotFoundError as e:
        print(f"with_postgres.py: {e}", file=sys.stderr)
        return 127
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
