"""What the tests of the running server share: a store from the tiny pack, a server on a free port, a
plain HTTP client, raw sockets, and TAP lines for the tally.

BIHUAN names the program; each test starts its own server in its own folder and ends it.
"""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ground import Ground

HERE = Path(__file__).resolve().parent
PROGRAM = os.environ.get("BIHUAN", str(HERE.parent.parent / "build/src/cli/bihuan"))
PASSWORD = "Pruefstand-2023"
# Hashing that costs next to nothing: the cost itself is tested where it matters.
CHEAP = ["--set", "password_memory_kib=64", "--set", "password_passes=1",
         "--set", "timers=0"]  # what a test compares must not move by itself; timers.py is about them


class Tap:
    """Counts checks; ends the program with 1 when one failed."""

    def __init__(self):
        self.n, self.failed = 0, 0

    def ok(self, good, name, why=""):
        self.n += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}", flush=True)
        if not good and why != "":
            for line in str(why).splitlines()[:20]:
                print(f"# {line}", flush=True)
        return good

    def same(self, got, want, name):
        return self.ok(got == want, name, f"got  {got!r}\nwant {want!r}")

    def note(self, text):
        print(f"# {text}", flush=True)

    def end(self):
        print(f"1..{self.n}", flush=True)
        sys.exit(1 if self.failed else 0)


def make_store(folder, pack=HERE / "pack", store=None):
    """A store from a pack, made by the program itself, on the ground of these tests or where store says."""
    ground = Ground(store) if store else Ground.new(folder)
    done = subprocess.run([PROGRAM, "init", str(folder), "--pack", str(pack), *ground.words()], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise RuntimeError(f"init ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return ground


class Server:
    def __init__(self, folder=None, options=(), preexec=None, as_of="2023-03-01", make=True, environment=None, store=None):
        self.own, self.lent = folder is None, store is not None
        self.folder = Path(folder or tempfile.mkdtemp(prefix="bihuan-api-"))
        self.options, self.preexec, self.as_of, self.environment = list(options), preexec, as_of, environment
        self.process = None
        if make:
            if self.own:
                shutil.rmtree(self.folder)
            make_store(self.folder, store=store)
        self.ground = Ground(store) if store else Ground.of(self.folder)
        self.start()

    def start(self, port=0):
        self.log = open(self.folder / "log.txt", "ab")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(self.folder), "--listen", f"127.0.0.1:{port}", "--as-of", self.as_of,
             *self.ground.words(), *CHEAP, *self.options],
            stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL, preexec_fn=self.preexec,
            env={**os.environ, **(self.environment or {})})
        line = ""
        while not line.startswith("http://"):
            line = self.process.stdout.readline().decode()
            if not line:
                raise RuntimeError("the server did not start:\n" + self.log_text()[-3000:])
            line = line[line.find("http://"):] if "http://" in line else ""
        self.url = line.strip()
        self.port = int(self.url.rsplit(":", 1)[1])

    def log_text(self):
        return (self.folder / "log.txt").read_text("utf-8", "replace")

    def token(self):
        return json.loads((self.folder / "server.json").read_text())["token"]

    def alive(self):
        return self.process.poll() is None

    def command(self, *words):
        """Another run of the program, on this store; the finished process."""
        return subprocess.run([PROGRAM, *words, "--data", str(self.folder), *self.ground.words()], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, check=False)

    def stop(self, how=signal.SIGTERM, wait=20):
        if self.process and self.alive():
            self.process.send_signal(how)
        code = self.process.wait(wait)
        self.process.stdout.close()
        self.log.close()
        return code

    def close(self):
        if self.alive():
            self.stop()
        if self.own:
            if not self.lent:
                self.ground.drop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.alive() and self.process.returncode:
            print(f"# the server ended with {self.process.returncode}:", flush=True)
            for line in self.log_text()[-6000:].splitlines():
                print(f"# {line}", flush=True)
        self.close()


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def id(self):
        try:
            return self.json.get("id")
        except (ValueError, AttributeError):
            return None

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Client:
    """One keep-alive connection with the cookie and the token of a session."""

    def __init__(self, server, login=None, password=PASSWORD, language="en"):
        self.server, self.cookie, self.csrf, self.language = server, None, None, language
        self.connection = None
        if login:
            answer = self.sign_in(login, password)
            if answer.status != 200:
                raise RuntimeError(f"{login} cannot sign in: {answer}")

    def raw(self, method, path, body=None, headers=None, timeout=20):
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=timeout)
            try:
                self.connection.request(method, path, body, headers or {})
                response = self.connection.getresponse()
                data = response.read()
                if response.getheader("Connection") == "close":
                    self.drop()
                return Answer(response, data)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.drop()
                if attempt == 2 or method not in ("GET", "HEAD"):
                    raise
        raise AssertionError

    def drop(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def call(self, method, path, body=None, headers=None):
        all_headers = {"Accept-Language": self.language}
        if self.cookie:
            all_headers["Cookie"] = self.cookie
        if self.csrf and method not in ("GET", "HEAD"):
            all_headers["X-CSRF-Token"] = self.csrf
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False).encode()
        if body is not None:
            all_headers["Content-Type"] = "application/json"
        all_headers.update(headers or {})
        return self.raw(method, path, body, {k: v for k, v in all_headers.items() if v is not None})

    def sign_in(self, login, password=PASSWORD):
        answer = self.call("POST", "/api/v1/session", {"login": login, "password": password})
        if answer.status == 200:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
            self.csrf = answer.json["csrf"]
        return answer

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def do(self, command, arguments, headers=None):
        return self.call("POST", f"/api/v1/do/{command}", arguments, headers)


def socket_to(port, source=None, timeout=8):
    s = socket.socket()
    s.settimeout(timeout)
    if source:
        s.bind((source, 0))
    s.connect(("127.0.0.1", port))
    return s


def talk(s, data, wait=3):
    """Sends and reads until the peer closes or is silent; returns (bytes, closed)."""
    try:
        s.sendall(data)
    except OSError:
        pass
    got, end = b"", time.monotonic() + wait
    while time.monotonic() < end:
        s.settimeout(max(0.05, min(0.6, end - time.monotonic())))
        try:
            piece = s.recv(65536)
        except socket.timeout:
            if got:
                return got, False
            continue
        except OSError:
            return got, True
        if not piece:
            return got, True
        got += piece
    return got, False
