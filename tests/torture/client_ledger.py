"""What clients were told, against what is stored (RELIABILITY: P1, P4).

Each Ledger is one client that drafts items with titles of its own, each with an Idempotency-Key, and writes
down after an answer was read to its end whether it was acknowledged, refused or is unknown. judge() compares:

    lost      acknowledged and not in the store         must be 0
    phantom   in the store, but neither acknowledged nor unknown   must be 0
    stored N  refused, yet in the store                 must be 0
    doubled   a title more than once in the store       must be 0
    unknown   may be either; repeat_unknown() sends each again with its key, and it must then be in the
              store exactly once
"""
import http.client
import json
import threading
import time


class Ledger(threading.Thread):
    """ports: of the server processes on one store; the client stays with one of them. patience: how long
    it waits for an answer, seconds. sure: a 503 says that nothing was stored, and is held to it."""

    def __init__(self, k, ports, session, patience=5.0, sure=False):
        super().__init__(daemon=True)
        self.k, self.port, self.session = k, ports[k % len(ports)], session
        self.patience, self.sure = patience, sure
        self.acked, self.refused, self.unknown = {}, set(), set()
        self.told = {}  # how often: "503 store.away"
        self.acks = []  # when
        self.slowest, self.silent, self.stop, self.n = 0.0, [], False, 0

    def request(self, connection, name):
        connection.request("POST", "/api/v1/do/item.draft", json.dumps(
            {"register": "KEINS" if name.endswith("-bad") else "ZD", "title": name}).encode(), {
                "Content-Type": "application/json", "Idempotency-Key": name, **self.session})
        response = connection.getresponse()
        return response.status, response.read()

    def settle(self, name, status, data):
        if status != 200:
            try:
                told = f"{status} {json.loads(data)['id']}"
            except (ValueError, KeyError):
                told = str(status)
            self.told[told] = self.told.get(told, 0) + 1
        if status == 200 and b'"seq"' in data:
            self.acked[name] = json.loads(data)["item"]
            self.acks.append(time.monotonic())
        elif status == 504 or (status == 503 and not self.sure):
            self.unknown.add(name)
        else:
            self.refused.add(name)

    def run(self):
        connection = None
        while not self.stop:
            if connection is None:
                try:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
                    connection.connect()
                except OSError:
                    connection = None
                    time.sleep(0.002)
                    continue
            self.n += 1
            # One in ten is refused by a rule, so that "refused" means something.
            name = f"c{self.k}-{self.n}" + ("-bad" if self.n % 10 == 0 else "")
            began = time.monotonic()
            try:
                status, data = self.request(connection, name)
            except (OSError, http.client.HTTPException) as e:
                self.unknown.add(name)
                if isinstance(e, TimeoutError):
                    self.silent.append(name)
                connection.close()
                connection = None
                continue
            finally:
                self.slowest = max(self.slowest, time.monotonic() - began)
            self.settle(name, status, data)
            if status == 503:
                time.sleep(0.02)
        if connection:
            connection.close()


def session_of(client):
    return {"Cookie": client.cookie, "X-CSRF-Token": client.csrf}


def all_of(ledgers, what):
    return {name for x in ledgers for name in getattr(x, what)}


def told(ledgers):
    """How often each answer but the good one was given."""
    sums = {}
    for x in ledgers:
        for answer, n in x.told.items():
            sums[answer] = sums.get(answer, 0) + n
    return sums


def judge(tap, ledgers, rows, about=""):
    """rows: (title, id) of all items stored. Returns how many unknown ones had been stored."""
    acked, refused, unknown = (all_of(ledgers, x) for x in ("acked", "refused", "unknown"))
    titles = [t for t, _ in rows]
    have = set(titles)
    ids = {name: i for x in ledgers for name, i in x.acked.items()}
    tap.same(len(acked - have), 0, f"{about}acknowledged and lost: 0 of {len(acked)}")
    tap.same(len(titles) - len(have), 0, f"{about}stored twice: 0")
    tap.same(len(refused & have), 0, f"{about}refused but stored: 0 of {len(refused)}")
    tap.same(len(have - acked - unknown), 0, f"{about}stored without a client that knows of it: 0")
    tap.same(sum(str(i) != ids[t] for t, i in rows if t in ids), 0, f"{about}each is the one that was acknowledged")
    return len(unknown & have)


def repeat_unknown(tap, ledgers, port=None, about=""):
    """P4: the same key again gives the outcome. Returns the names that must now be stored."""
    wrong, names = [], set()
    connection = http.client.HTTPConnection("127.0.0.1", port or ledgers[0].port, timeout=10)
    for ledger in ledgers:
        for name in sorted(ledger.unknown):
            status, data = ledger.request(connection, name)
            if (status == 200) == name.endswith("-bad"):
                wrong.append((name, status, data[:200]))
            if not name.endswith("-bad"):
                names.add(name)
    connection.close()
    tap.same(wrong, [], f"{about}{len(all_of(ledgers, 'unknown'))} unknown ones, repeated, have an outcome")
    return names


def judge_repeated(tap, names, rows, about=""):
    titles = [t for t, _ in rows]
    tap.same(len(titles) - len(set(titles)), 0, f"{about}stored twice after the repeats: 0")
    tap.same(names - set(titles), set(), f"{about}every repeated one is stored")


def longest_gap(ledgers, begin, end):
    """Seconds without an acknowledgement between two moments, and when it began; the outage as seen."""
    acks = sorted([begin, *(t for x in ledgers for t in x.acks if begin < t < end), end])
    return max((b - a, a) for a, b in zip(acks, acks[1:]))
