"""Where the store of a test stands, and another program's way to it: plain SQL behind the server's back.

A file in the data folder; or, when BIHUAN_TEST_STORE is "postgresql", a database of its own on the server
that BIHUAN_TEST_PG names (tools/with_postgres.py starts one); or what a test names itself.
"""
import itertools
import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

BIN = Path(os.environ.get("PG_BIN", "/usr/lib/postgresql/15/bin"))
made = itertools.count(1)


def psql(url, sql, seconds=60):
    """What psql prints of the statements, run in one transaction."""
    done = subprocess.run([BIN / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False)
    if done.returncode:
        raise RuntimeError(f"{sql}\n{done.stderr.decode('utf-8', 'replace')}")
    return done.stdout.decode("utf-8").strip()


def on_server():
    return os.environ.get("BIHUAN_TEST_STORE", "sqlite") == "postgresql"


class Ground:
    """url: of the store that is there, or is to be made there."""

    def __init__(self, url):
        self.url = url
        self.file = url.removeprefix("sqlite:") if url.startswith("sqlite:") else None

    @classmethod
    def new(cls, folder):
        if not on_server():
            return cls(f"sqlite:{folder}/bihuan.db")
        server, name = os.environ["BIHUAN_TEST_PG"], f"a_{os.getpid()}_{next(made)}"
        psql(server, f"CREATE DATABASE {name} LOCALE 'C.UTF-8' TEMPLATE template0")
        return cls(server.rsplit("/", 1)[0] + "/" + name)

    @classmethod
    def of(cls, folder):
        """The store of a data folder, as `bihuan init` left word of it."""
        settings = Path(folder) / "serve.ini"
        named = re.search(r"^store = (\S+)$", settings.read_text(), re.M) if settings.exists() else None
        return cls(named.group(1) if named else f"sqlite:{folder}/bihuan.db")

    def words(self):
        """For a command line; a store in the data folder needs none."""
        return [] if self.file else ["--store", self.url]

    def drop(self):
        """Its database; a file goes with its folder."""
        if not self.file and os.environ.get("BIHUAN_TEST_PG", "").rsplit("/", 1)[0] == self.url.rsplit("/", 1)[0]:
            psql(os.environ["BIHUAN_TEST_PG"], f"DROP DATABASE IF EXISTS {self.url.rsplit('/', 1)[1]} WITH (FORCE)")

    def rows(self, sql):
        """Of one SELECT whose columns have names of their own: a list of tuples."""
        if self.file:
            db = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=5)
            try:
                return db.execute(sql).fetchall()
            finally:
                db.close()
        return [tuple(row.values()) for row in json.loads(psql(self.url, f"SELECT coalesce(json_agg(t), '[]') FROM ({sql}) AS t"))]

    def tables_whole(self, tables):
        """Of tables on a server that have an id: name to rows as dictionaries, by one psql."""
        each = " UNION ALL ".join(
            f"SELECT json_build_array('{t}', coalesce(json_agg(t), '[]')) AS one FROM (SELECT * FROM {t} ORDER BY district_id, id) AS t"
            for t in tables)
        return dict(json.loads(psql(self.url, f"SELECT json_agg(one) FROM ({each}) AS u")))

    def run(self, sql):
        if not self.file:
            psql(self.url, sql)
            return
        db = sqlite3.connect(self.file, timeout=5)
        try:
            db.executescript(sql)
        finally:
            db.close()

    def tables(self):
        if self.file:
            return [t for (t,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                    if not t.startswith("sqlite_")]
        return [t for (t,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")]

    def damage(self):
        """What the engine itself finds wrong with its files."""
        if self.file:
            return [r for r in self.rows("PRAGMA integrity_check") if r != ("ok",)] + self.rows("PRAGMA foreign_key_check")
        at = urlsplit(self.url)
        done = subprocess.run([BIN / "pg_amcheck", "--install-missing", "--heapallindexed", "-h", at.hostname, "-p",
                               str(at.port), "-U", at.username, "-d", at.path[1:]], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return [done.stdout] if done.returncode else []
