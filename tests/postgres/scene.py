"""What the tests of faults share: server processes on one PostgreSQL store, clients that keep them busy and
write down what they are told, and the accounts that are drawn up afterwards."""
import sys
import time
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "api"), str(HERE.parent / "torture")]
from client_ledger import Ledger, all_of, judge, judge_repeated, longest_gap, repeat_unknown, session_of, told  # noqa: E402
from cluster import await_true  # noqa: E402
from ground import Ground  # noqa: E402
from harness import Client, Server  # noqa: E402

# A request waits for a lane (5 s at most while the server is away), for its statements and its COMMIT (3 s
# each); whoever has heard nothing after this time was forgotten.
PATIENCE = 15.0


class Scene:
    """n `bihuan serve` processes on one store, founded by the first."""

    def __init__(self, url, n=2, options=()):
        self.stack = ExitStack()
        try:
            self.servers = [self.stack.enter_context(Server(store=url, make=i == 0, options=options)) for i in range(n)]
        except BaseException:
            self.stack.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *why):
        return self.stack.__exit__(*why)

    def client(self, i=0, login="ducha"):
        return Client(self.servers[i], login)


class Load:
    """Clients that draft items one after the other, half of them with each process."""

    def __init__(self, scene, clients=6):
        self.servers = scene.servers
        session = scene.client()
        session.drop()
        ports = [s.port for s in self.servers]
        self.ledgers = [Ledger(k, ports, session_of(session), PATIENCE, sure=True) for k in range(clients)]

    def __enter__(self):
        for x in self.ledgers:
            x.start()
        self.await_acks(20)
        return self

    def __exit__(self, *_):
        for x in self.ledgers:
            x.stop = True
        for x in self.ledgers:
            x.join(PATIENCE + 5)

    def acks_after(self, moment, port=None):
        return sum(t > moment for x in self.ledgers if port in (None, x.port) for t in x.acks)

    def await_acks(self, seconds, n=20):
        """Until every process acknowledges again; returns the seconds that the last of them needed."""
        began = time.monotonic()
        await_true("every process acknowledges", seconds,
                   lambda: all(self.acks_after(began, s.port) >= n for s in self.servers))
        return max(min(t for x in self.ledgers if x.port == s.port for t in x.acks if t > began) for s in self.servers) - began

    def outage(self, begin):
        """The longest time without an acknowledgement, for each process."""
        end = time.monotonic()
        return [longest_gap([x for x in self.ledgers if x.port == s.port], begin, end)[0] for s in self.servers]

    def account(self, tap, about, ground, began):
        """After the load has ended: what was told against what is stored, and how it settles."""
        outages = self.outage(began)
        for x in self.ledgers:
            tap.ok(not x.is_alive(), f"{about}client {x.k} has its last answer") if x.is_alive() else None
        silent = [n for x in self.ledgers for n in x.silent]
        tap.same(silent, [], f"{about}every request was answered within {PATIENCE:.0f} s")
        rows = ground.rows("SELECT title, id FROM item")
        stored = judge(tap, self.ledgers, rows, about)
        unknown = all_of(self.ledgers, "unknown")
        kinds = {k.split()[0] for k in told(self.ledgers)}
        tap.ok(kinds <= {"503", "504", "404", "409", "422"}, f"{about}refusals are refusals, faults are 503 or 504", told(self.ledgers))
        repeated = repeat_unknown(tap, self.ledgers, self.servers[-1].port, about)
        judge_repeated(tap, repeated, ground.rows("SELECT title, id FROM item"), about)
        tap.note(f"{about}{len(all_of(self.ledgers, 'acked'))} acknowledged, {len(all_of(self.ledgers, 'refused'))} refused, "
                 f"{len(unknown)} unknown of which {stored} had been stored; slowest answer "
                 f"{max(x.slowest for x in self.ledgers):.1f} s; without acknowledgements for "
                 + ", ".join(f"{x:.1f}" for x in outages) + f" s; told {told(self.ledgers)}")


def verify(tap, about, server, ground):
    server.ground = ground
    for words in (["journal", "verify"], ["check"]):
        done = server.command(*words)
        tap.ok(done.returncode == 0, f"{about}bihuan {' '.join(words)}", done.stdout[-1500:] + done.stderr[-1500:])


__all__ = ["Ground", "judge", "Load", "PATIENCE", "Scene", "await_true", "verify"]
