"""Real PostgreSQL servers for tests: in a temporary directory, on a free loopback port, gone afterwards.

    with Cluster() as a:
        a.create_database("d")
        b = a.make_standby()
        run(a.url("d", b))          # postgresql://postgres@127.0.0.1:P1,127.0.0.1:P2/d
        a.kill()
        b.promote()

The programs are those of Debian's postgresql-15 (PG_BIN names another folder). A server does not run as
root, so then it runs as the user postgres. Each is a child of ours and known by its process id alone; it
ends with the block, with an exception, with SIGTERM, and when this process is killed. Start servers from
the main thread: the kernel ends them with the thread that started them.
"""
import atexit
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

BIN = Path(os.environ.get("PG_BIN", "/usr/lib/postgresql/15/bin"))
USER = "postgres"
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1

living = []  # clusters that have something to stop or to remove


class ClusterError(Exception):
    """A server did not do what it was told."""


def leave(*_):
    sys.exit(128 + signal.SIGTERM)


def clean_up():
    for cluster in list(reversed(living)):
        cluster.close()


atexit.register(clean_up)


def end_with_us(parent, how=signal.SIGQUIT):
    """For a child before it begins: it gets this signal when its parent is gone, whatever ended that. A shell
    starts what is in its background with SIGQUIT ignored, and until a server has its own handler the signal
    would be lost; nor is any sent for a parent that was gone before we asked."""
    signal.signal(how, signal.SIG_DFL)
    LIBC.prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:
        os._exit(1)


def free_port():
    """A port nobody listens on, below those the kernel gives to outgoing connections: a client that knocks
    at a stopped server again and again would otherwise one day be given that very port, talk to itself and
    keep the server from coming back."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for _ in range(1000):
        port = random.SystemRandom().randrange(max(1024, first - 12000), first)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise ClusterError("no free port")


def children_of(pid):
    """Process ids of the children, as they are now."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(x) for x in task.read_text().split()]
        except OSError:
            pass
    return found


def state_of(pid):
    """R, S, D, T (stopped), Z; Z too when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def send(pids, how):
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            pass


def await_true(what, seconds, question, step=0.02):
    """Asks until the answer is true; returns it."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise ClusterError(f"{what}: not within {seconds} s")
        time.sleep(step)


class Cluster:
    """One server. durable=False gives up fsync, for tests that are about what is computed. settings are
    names and values of postgresql.conf, on the command line of each start. place and wal are existing folders
    for the data and for the log, to have them on another file system. environment is the server's."""

    def __init__(self, durable=True, settings=None, place=None, wal=None, environment=None, copy_of=None):
        if threading.current_thread() is threading.main_thread() and \
                signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, leave)
        self.process, self.frozen, self.port = None, [], free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="bihuan-pg-"))
        living.append(self)
        try:
            self.own(self.folder)
            for folder in filter(None, (place, wal)):
                self.own(folder)
            self.environment = environment or {}
            self.data = Path(place or self.folder) / "data"
            self.settings = {
                "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder),
                "max_connections": "200", "shared_buffers": "64MB", "hot_standby": "on",
                "log_line_prefix": "%m [%p] %q%a ", **({} if durable else {
                    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}), **(settings or {})}
            self.durable = durable
            if copy_of is None:
                self.program("initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
                             "--auth=trust", f"--username={USER}", "-D", self.data,
                             *(["--waldir", Path(wal) / "wal"] if wal else []))
            else:
                self.program("pg_basebackup", "--no-sync", "-D", self.data, "--wal-method=stream", "--checkpoint=fast",
                             "--write-recovery-conf", "-d", copy_of)
            self.start()
        except BaseException:
            self.close()
            raise

    # --- who runs it ---

    @staticmethod
    def as_user():
        if os.geteuid() != 0:
            return {}
        try:
            who = pwd.getpwnam(USER)
        except KeyError:
            raise ClusterError(f"a server does not run as root, and there is no user {USER}") from None
        return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}

    def own(self, folder):
        who = self.as_user()
        if who:
            os.chown(folder, who["user"], who["group"])

    def program(self, name, *words, timeout=120):
        """Runs one of the server's own programs, as its user; returns what it said."""
        done = subprocess.run([BIN / name, *map(str, words)], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False,
                              env={**os.environ, "LC_ALL": "C.UTF-8"}, **self.as_user())
        text = done.stdout.decode("utf-8", "replace")
        if done.returncode:
            raise ClusterError(f"{name} ended with {done.returncode}\n{text}")
        return text

    # --- life ---

    def start(self, seconds=60):
        """Starts it and waits until it answers, on the port it had before."""
        if self.alive():
            raise ClusterError("it runs already")
        options = [f"-cport={self.port}"] + [f"-c{name}={value}" for name, value in self.settings.items()]
        us = os.getpid()
        with open(self.folder / "log.txt", "ab") as log:
            self.process = subprocess.Popen(
                [BIN / "postgres", "-D", self.data, *options], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, preexec_fn=lambda: end_with_us(us),
                env={**os.environ, **self.environment}, **self.as_user())
        self.wait_until_ready(seconds)

    def answers(self):
        if not self.alive():
            raise ClusterError(f"the server ended with {self.process.returncode}\n{self.log_text()[-3000:]}")
        return subprocess.run([BIN / "pg_isready", "-q", "-t", "1", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER],
                              check=False).returncode == 0

    def wait_until_ready(self, seconds=60):
        await_true("the server answers", seconds, self.answers)

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def pid(self):
        """What postmaster.pid says, which must be the process that we started."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        if pid != self.process.pid:
            raise ClusterError(f"postmaster.pid names {pid}, we started {self.process.pid}")
        return pid

    def log_text(self):
        path = self.folder / "log.txt"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def stop(self, how="fast", seconds=60):
        """fast: open transactions are rolled back; immediate: as a crash; smart: waits for the clients."""
        if not self.alive():
            return
        signals = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
        os.kill(self.pid(), signals[how])
        self.process.wait(seconds)

    def family(self):
        return [self.process.pid, *children_of(self.process.pid)]

    def kill(self):
        """As when the machine goes: every process at once, nothing is tidied up."""
        if not self.alive():
            return
        family = self.freeze()
        send(family, signal.SIGKILL)
        self.process.wait(20)
        await_true("all processes are gone", 20, lambda: not any(Path(f"/proc/{p}").exists() for p in family[1:]))
        self.frozen = []

    def freeze(self):
        """Stops the postmaster first, so that the family does not grow while it is counted."""
        os.kill(self.process.pid, signal.SIGSTOP)
        await_true("the postmaster stands still", 10, lambda: state_of(self.process.pid) in "TZ")
        self.frozen = self.family()
        send(self.frozen, signal.SIGSTOP)
        await_true("all stand still", 10, lambda: all(state_of(p) in "TZ" for p in self.frozen))
        return self.frozen

    def thaw(self):
        send(reversed(self.frozen), signal.SIGCONT)
        self.frozen = []

    def close(self):
        """Whatever state it is in: afterwards nothing runs and nothing is left."""
        if self.process is not None:
            try:
                if self.alive() and self.frozen:
                    self.kill()
                if self.alive():
                    self.stop("immediate", 20)
            except (ClusterError, OSError, ValueError, subprocess.TimeoutExpired):
                send(self.family(), signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        if hasattr(self, "data"):
            shutil.rmtree(self.data, ignore_errors=True)
        if self in living:
            living.remove(self)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None and kind is not SystemExit:
            for line in self.log_text()[-3000:].splitlines():
                print(f"# {self.port}: {line}", flush=True)
        self.close()

    # --- speaking with it ---

    def address(self):
        return f"127.0.0.1:{self.port}"

    def url(self, database="postgres", *others, port=None):
        """Of this server and the others, in the order in which a client shall try them."""
        hosts = ",".join([f"127.0.0.1:{port or self.port}", *(o.address() for o in others)])
        return f"postgresql://{USER}@{hosts}/{database}"

    def psql(self, database="postgres"):
        return [str(BIN / "psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d",
                self.url(database) + "?connect_timeout=5"]

    def sql(self, text, database="postgres", seconds=30):
        """Runs statements; returns what they gave as text."""
        done = subprocess.run([*self.psql(database), "-c", text], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=seconds, check=False)
        if done.returncode:
            raise ClusterError(f"{text}\n{done.stderr.decode('utf-8', 'replace')}")
        return done.stdout.decode("utf-8").removesuffix("\n")

    def rows(self, text, database="postgres"):
        out = self.sql(text, database)
        return [line.split("\x1f") for line in out.split("\n")] if out else []

    def create_database(self, name):
        """As the operator guide says: texts sort by their bytes, on every machine."""
        self.sql(f"CREATE DATABASE \"{name}\" LOCALE 'C.UTF-8' TEMPLATE template0")

    def drop_database(self, name):
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    # --- a pair ---

    def make_standby(self, name="standby1", settings=None):
        """A second server that follows this one; commits here wait for it from now on."""
        other = Cluster(durable=self.durable, settings={**self.settings_of_others(), **(settings or {})},
                        copy_of=f"host=127.0.0.1 port={self.port} user={USER} application_name={name}")
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        self.sql("SELECT pg_reload_conf()")
        await_true("the standby is synchronous", 60, lambda: self.sql(
            f"SELECT count(*) FROM pg_stat_replication WHERE application_name = '{name}' AND sync_state = 'sync'") == "1")
        return other

    def settings_of_others(self):
        return {n: v for n, v in self.settings.items() if n not in ("unix_socket_directories",)}

    def promote(self, seconds=60):
        """As Patroni would; returns the seconds until it takes writes."""
        began = time.monotonic()
        self.sql(f"SELECT pg_promote(true, {int(seconds)})", seconds=seconds + 5)
        await_true("promoted", seconds, lambda: self.sql("SELECT pg_is_in_recovery()") == "f")
        return time.monotonic() - began
