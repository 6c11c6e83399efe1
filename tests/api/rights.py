#!/usr/bin/env python3
"""Who sees and moves what, generated: every command and every query of /openapi.json, as every role, with ids of things
of the own unit, of one below it, of a sibling, of the parent unit, of another district, and of nothing at all.

  1. No answer (status, headers, body, file, stream) holds a word of a unit or district that the role may not see.
  2. What the role may not see is answered as what there is not: the same bytes, but for the id that was sent.
  3. Nothing that the role may not see is changed: the journal of such things, and the other district's, stand still.

What is hidden from whom is worked out here from the stored rows themselves (whose item, whose words), never from the
program's table. New commands and queries are tried as soon as they are in /openapi.json, new entities as soon as
somebody can make a row of them; what could not be made is named at the end.

A self-test plants leaks and must find them: an officer is judged as one of another unit would be, an answer is
tampered with, a journal is moved.
"""
import json
import os
import random
import re
import shutil
import sys
import tempfile
import zlib
from pathlib import Path
from urllib.parse import quote

from ground import on_server
from harness import Server, Tap, make_store
from rights_ground import (OFFICERS, OPEN, ROLES, SPARE, UNITS, District, arguments, init, make_pack, placed, references,
                           sign_in, sow)

HOME, AWAY = "tiny", "away"
SEES_ALL = {"leader", "supervisor", "analyst", "auditor"}
RELATIONS = ("own", "child", "sibling", "parent", "away")
ROOM = {"own": "OWN", "child": "CHI", "sibling": "SIB", "parent": "PAR"}
NEVER = {"district.create"}
# Everything on a file and without BIHUAN_RIGHTS=thin; elsewhere each role still gives every command and asks every
# query, each reference in one relation instead of five, each text with one secret: what the second store or the
# thread sanitizer adds is how statements answer and threads meet, not who may see what.
THIN = os.environ.get("BIHUAN_RIGHTS", "thin" if on_server() else "whole") == "thin"


def forbidden_marks(role, home, away):
    """The words a role may not meet."""
    hidden = list(away.values())
    if role == "unit":
        hidden += [home["SIB"], home["PAR"]]
    elif role not in SEES_ALL:
        hidden += list(home.values())
    return hidden


def words_in(answer, marks):
    text = answer.body.decode("utf-8", "replace") + "\n" + "\n".join(f"{k}: {v}" for k, v in answer.headers.items())
    # Escaped or not, the marks are plain letters.
    return [m for m in marks if m in text]


def bare(answer, sent):
    """The answer without what is new each time and without what the caller sent."""
    text = answer.body.decode("utf-8", "replace").replace(str(sent), "«sent»")
    text = re.sub(r'"request_id":"[^"]*"', '"request_id":""', text)
    return answer.status, text


def differs(hidden, hidden_sent, absent, absent_sent):
    """How an answer about the hidden differs from one about nothing; None when it does not."""
    one, two = bare(hidden, hidden_sent), bare(absent, absent_sent)
    return None if one == two else f"{one[0]} {one[1][:300]}\nbut of nothing {two[0]} {two[1][:300]}"


class Rows:
    """What is stored, by entity: which rows a role may see, as the rows themselves tell."""

    def __init__(self, server, home, away):
        self.ground, self.home, self.away = server.ground, home, away
        self.districts = {code: str(i) for i, code in server.ground.rows("SELECT district_id AS i, code FROM district")}
        self.tables = set(server.ground.tables())
        self.kept, self.names, self.placed = {}, {}, None

    def columns(self, table):
        if table not in self.names and self.ground.file:
            self.names[table] = [r[1] for r in self.ground.rows(f"PRAGMA table_info({table})")]
        if table not in self.names:
            self.names = {t: [] for t in self.tables}
            for t, column in self.ground.rows("SELECT table_name, column_name FROM information_schema.columns "
                                              "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"):
                self.names.setdefault(t, []).append(column)
        return self.names[table]

    def of(self, table):
        """Rows of a table as dictionaries; read once, until forget()."""
        if table not in self.tables:
            return []
        if not self.kept and not self.ground.file:  # one psql for all: each costs its start
            self.kept = self.ground.tables_whole([t for t in sorted(self.tables) if {"district_id", "id"} <= set(self.columns(t))])
        if table not in self.kept:
            names = self.columns(table)
            self.kept[table] = [dict(zip(names, r)) for r in
                                self.ground.rows(f"SELECT {', '.join(names)} FROM {table} ORDER BY district_id, id")]
        return self.kept[table]

    def forget(self):
        self.kept, self.placed = {}, None

    def place_all(self):
        """id → whose row it is, a unit's code or AWAY. An item is its lead's; what belongs to an item, the item's; else
        the words tell, else what it refers to. Ids are given once in a district, so one map serves all tables."""
        units = {r["id"]: r["code"] for r in self.of("unit") if r["code"] in UNITS and self.is_home(r)}
        self.placed = {r["id"]: units.get(r["lead_unit_id"]) for r in self.of("item") if self.is_home(r)}
        tables = [t for t in sorted(self.tables) if {"district_id", "id"} <= set(self.columns(t)) and t not in OPEN
                  and t not in ("item", "district")]
        for table in tables * 2:  # twice: what refers to what refers
            for row in self.of(table):
                if not self.is_home(row) or self.placed.get(row["id"]):
                    continue
                text = json.dumps(row, ensure_ascii=False, default=str)
                worded = [u for u, mark in self.home.items() if mark in text]
                owners = [self.placed.get(v) or units.get(v) for k, v in row.items() if k.endswith("_id") and k != "district_id"]
                told = [self.placed[row["item_id"]]] if row.get("item_id") in self.placed else worded or [o for o in owners if o]
                if told:
                    self.placed[row["id"]] = told[0]

    def is_home(self, row):
        return str(row["district_id"]) == self.districts[HOME]

    def rooms(self, table):
        """{room: [ids]} of an entity; rows that are nobody's in particular are left out."""
        if self.placed is None:
            self.place_all()
        out = {}
        for row in self.of(table):
            if table == "account" and not row["login"].startswith("x"):
                continue  # one that is signed in would lose its session
            room = (None if table in OPEN else self.placed.get(row["id"])) if self.is_home(row) else AWAY
            if room is not None:
                out.setdefault(room, []).append(str(row["id"]))
        return out


class Trial:
    """All calls of all roles, and what was wrong with their answers."""

    def __init__(self, server, home, away, openapi):
        self.server, self.home, self.away = server, home, away
        self.rows = Rows(server, home.marks, away.marks)
        self.commands, self.queries = [], []
        for path, methods in sorted(openapi["paths"].items()):
            for method, it in methods.items():
                if path.startswith("/api/v1/do/") and path.rsplit("/", 1)[1] not in NEVER:
                    self.commands.append((path.rsplit("/", 1)[1], it["requestBody"]["content"]["application/json"]["schema"],
                                          set(it["x-roles"])))
                elif method == "get" and "x-roles" in it:
                    self.queries.append((path, it.get("parameters", []), set(it["x-roles"])))
        self.calls, self.pairs, self.leaks, self.untried, self.reached = 0, 0, [], set(), set()
        self.random = random.Random(7)

    # --- choosing ---

    def ids(self, entity, relation):
        rooms = self.cache.get(entity)
        if rooms is None:
            rooms = self.cache[entity] = self.rows.rooms(entity)
        if relation == "away":
            return rooms.get(AWAY, [])
        return rooms.get(ROOM[relation], [])

    def open_ids(self, entity):
        """Of what everybody knows, the spare ones: they may be changed."""
        rows = [r for r in self.rows.of(entity) if self.rows.is_home(r)]
        spare = {str(r["id"]) for r in self.rows.of("unit") if r["code"] == SPARE and self.rows.is_home(r)}
        if entity == "unit":
            return sorted(spare)
        good = [str(r["id"]) for r in rows if str(r.get("unit_id")) in spare]
        if entity == "account":
            good = [str(r["id"]) for r in rows if str(r.get("unit_id")) in spare and r["login"].startswith("x")]
        return good or [str(r["id"]) for r in rows]

    def usual(self, role, turn):
        """References that the role may well give, for all arguments but the one that is tried."""
        def pick(entity, name):
            if entity in OPEN or entity == "account":
                found = self.open_ids(entity)
                index = 1 if name in ("deputy", "to", "second") else 0
                return found[index % len(found)] if found else None
            found = self.ids(entity, "own")
            return found[turn % len(found)] if found else None
        return pick

    def nothing(self, like):
        """An id that there is not, of the same length."""
        while True:
            made = str(int(like) - self.random.randrange(10 ** 6, 10 ** 9) * 1000 - 1)
            if len(made) == len(like):
                return made

    def share(self, role, what, all_of):
        """Of things to try all, or one: for other roles and places another one, and the same one each time."""
        if not THIN or len(all_of) < 2:
            return all_of
        return [all_of[zlib.crc32(f"{role} {what}".encode()) % len(all_of)]]

    def relations(self, role, what, entity):
        """In which relations a reference is tried: those in which there is something."""
        there = [r for r in RELATIONS if self.ids(entity, r)]
        if entity not in OPEN:
            self.untried.update(f"{entity} ({r})" for r in RELATIONS if r not in there)
        return self.share(role, what, there)

    # --- judging ---

    def judge(self, role, what, answer, marks):
        self.calls += 1
        words = words_in(answer, marks)
        if words:
            self.leaks.append(f"{role}: {what}: tells {words}: {answer}")
        if answer.status >= 500:
            self.leaks.append(f"{role}: {what}: fails: {answer}")

    def compare(self, role, what, ask, hidden, absent, marks):
        """ask(value) about what is hidden and about nothing."""
        one, two = ask(hidden), ask(absent)
        self.judge(role, f"{what} = {hidden}", one, marks)
        self.calls += 1
        self.pairs += 1
        difference = differs(one, hidden, two, absent)
        if difference:
            self.leaks.append(f"{role}: {what} = {hidden} is not as nothing: {difference}")

    def hides(self, role, relation, entity):
        """Is what stands in this relation hidden from the role?"""
        if relation == "away":
            return True
        if entity in OPEN:
            return False
        if entity == "feed_token" and role == "secadmin":  # who revokes those of somebody who left
            return False
        if entity in ("account", "delegation") and role in ("sysadmin", "secadmin"):
            return False  # theirs to administer
        if entity == "account":
            return role in ("unit", "leader", "supervisor", "analyst")
        if role == "unit":
            return relation in ("sibling", "parent")
        return role not in SEES_ALL

    # --- trying ---

    def one_command(self, role, client, name, schema, marks):
        base = arguments(schema, self.usual(role, self.random.randrange(50)), f"试 {name}") or {}
        if not list(references(schema)):
            self.judge(role, name, client.do(name, base), marks)
            return
        for path, entity in references(schema):
            for relation in self.relations(role, f"{name} {path}", entity):
                found = self.ids(entity, relation)
                value = found[self.random.randrange(len(found))]

                def ask(v, path=path):
                    return client.do(name, placed(base, schema, path, v, "试"))
                what = f"{name} {'.'.join(str(p) for p in path)}"
                if self.hides(role, relation, entity):
                    self.compare(role, what, ask, value, self.nothing(value), marks)
                else:
                    answer = ask(value)
                    self.judge(role, f"{what} = {value}", answer, marks)
                    if answer.status == 200:
                        self.reached.add(name)

    def one_query(self, role, client, path, parameters, marks):
        base = {}
        for p in parameters:
            if p["required"] and "x-reference" in p["schema"]:
                base[p["name"]] = self.usual(role, 0)(p["schema"]["x-reference"], p["name"])
            elif p["required"]:
                base[p["name"]] = (p["schema"].get("enum") or ["2023-02" if p["name"] == "period" else "1"])[0]

        def get(**more):
            pairs = "&".join(f"{k}={quote(str(v))}" for k, v in {**base, **more}.items() if v is not None)
            return client.get(f"{path}?{pairs}" if pairs else path)
        answer = get()
        self.judge(role, path, answer, marks)
        if answer.status == 200:
            self.reached.add(path)
        for p in parameters:
            if "x-reference" in p["schema"]:
                self.query_reference(role, path, p, get, marks)
            elif p["schema"].get("type") == "string" and "enum" not in p["schema"] and "format" not in p["schema"]:
                self.query_text(role, path, p, get, marks)

    def query_reference(self, role, path, p, get, marks):
        entity = p["schema"]["x-reference"]
        for relation in self.relations(role, f"{path} {p['name']}", entity):
            for value in self.ids(entity, relation)[:1 if THIN else 3]:
                def ask(v, name=p["name"]):
                    return get(**{name: v})
                if self.hides(role, relation, entity):
                    self.compare(role, f"{path} {p['name']}", ask, value, self.nothing(value), marks)
                else:
                    answer = ask(value)
                    self.judge(role, f"{path}?{p['name']}={value}", answer, marks)
                    if answer.status == 200:
                        self.reached.add(path)

    def query_text(self, role, path, p, get, marks):
        """Words, ids and codes of what is hidden, as a text: the answer must be that to a word there is not."""
        for secret, blank in self.share(role, f"{path} {p['name']}", self.secrets(role)):
            for form in ['title contains "{}"'] if p["name"] == "where" else ["{}"]:
                def ask(v, name=p["name"], form=form):
                    return get(**{name: form.format(v)})
                self.compare(role, f"{path} {p['name']} as text", ask, secret, blank, [m for m in marks if m != secret])

    def secrets(self, role):
        """(a word, id, code or hash of the hidden, one like it that there is not)"""
        out = []
        for relation in ("sibling", "parent", "away"):
            if not self.hides(role, relation, "item"):
                continue
            district = self.away if relation == "away" else self.home
            unit = "SIB" if relation == "away" else ROOM[relation]
            out.append((district.marks[unit], self.blank(district.marks[unit])))
            for item in self.ids("item", relation)[:1]:
                out.append((item, self.nothing(item)))
            for file in district.files.get(unit, [])[:1]:
                out.append((file, self.blank(file, "0123456789abcdef")))
        return out

    def blank(self, like, letters="bcdfghjklmnpqrstvwxz"):
        return "".join(self.random.choice(letters) for _ in like)

    def files(self, role, client, marks):
        """The bytes of evidence: of what is hidden not even that they are there."""
        for secret, blank in self.secrets(role):
            if len(secret) == 64:
                self.compare(role, "/api/v1/files", lambda v: client.get(f"/api/v1/files/{v}?name=e.txt"), secret, blank, marks)

    def heads(self):
        """Where the other district's journal stands."""
        return self.rows.ground.rows("SELECT h.seq, h.hash FROM journal_head AS h WHERE h.district_id = " + self.rows.districts[AWAY])

    def touched(self, hidden):
        """How often the journal names each of the hidden items."""
        return self.rows.ground.rows("SELECT o.object_id, count(*) AS n FROM journal_object AS o WHERE o.district_id = "
                                     f"{self.rows.districts[HOME]} AND o.object_id IN ({', '.join(hidden)}) GROUP BY o.object_id "
                                     "ORDER BY o.object_id")

    def role(self, role, marks):
        """Everything as one role."""
        client = self.home.clients[ROLES[role]]
        self.rows.forget()
        self.cache = {}
        # The system's administrator moves the calendar, and with it the clocks of what he does not see.
        hidden = [i for r in ("sibling", "parent") if role == "unit" for i in self.ids("item", r)] or ["0"]
        before = self.heads(), self.touched(hidden)
        for path, parameters, _ in self.queries:
            self.one_query(role, client, path, parameters, marks)
        self.files(role, client, marks)
        for name, schema, _ in self.commands:
            self.one_command(role, client, name, schema, marks)
        if client.get("/api/v1/session").status != 200:
            self.leaks.append(f"{role}: lost the session on the way: what came after was not tried")
        if before != (self.heads(), self.touched(hidden)):
            self.leaks.append(f"{role}: the journal of what is hidden moved")


def seed(trial, tap):
    """Every command that an officer may give, once for each unit with that unit's mark; the supervisor and the leader
    for what they make of a unit's items. Rows of entities that nobody thought of here come from this."""
    done, tried = set(), set()
    # Twice for each unit: what the first turn made, the second refers to. Rows are read once a turn.
    mine = set()
    for unit, again in [(u, turn) for u in UNITS for turn in (False, True)]:
        trial.rows.forget()
        trial.cache = {}
        mine = mine if again else set()
        relation = {v: k for k, v in ROOM.items()}[unit]

        def pick_from(turn, relation=relation):
            def pick(entity, name):
                if entity in OPEN or entity == "account":
                    found = trial.open_ids(entity)
                else:
                    found = trial.ids(entity, relation)
                return found[turn % len(found)] if found else None
            return pick
        for name, schema, roles in trial.commands:
            hidden = [e for _, e in references(schema) if e not in OPEN and e != "account"]
            for role, login in (("unit", OFFICERS[unit]), ("supervisor", "ducha"), ("leader", "lingdao")):
                if role not in roles or (role != "unit" and not hidden):
                    continue
                tried.add(name)
                if (name, role) in mine:
                    continue
                for turn in range(24):
                    only = turn % 2 == 0
                    # The reason of a delegation is told to administrators, who end it: no business words in it.
                    words = "试" if name.startswith("delegation.") else trial.home.marks[unit]
                    given = arguments(schema, pick_from(turn), f"{words} {name}", turn, only)
                    if given is None:
                        break
                    if "version" in given and "item" in given:
                        got = trial.home.clients["ducha"].get(f"/api/v1/item?item={given['item']}")
                        given["version"] = got.json["item"]["version"] if got.status == 200 else 1
                    if trial.home.clients[login].do(name, given).status == 200:
                        done.add(name)
                        mine.add((name, role))
                        break
    tap.note(f"{len(done)} of {len(tried)} business commands made rows by themselves; not: {', '.join(sorted(tried - done))}")


def self_test(tap, trial):
    """What this test looks for, it must be able to find."""
    officer = trial.home.clients[ROLES["unit"]]
    own = trial.home.items["OWN"]["accepted"][0]
    answer = officer.get(f"/api/v1/item?item={own}")
    tap.ok(words_in(answer, [trial.home.marks["OWN"]]), "a word in an answer is found", answer)
    absent = trial.nothing(own)
    tap.ok(differs(answer, own, officer.get(f"/api/v1/item?item={absent}"), absent), "what is seen is not as nothing")
    refusal = officer.get(f"/api/v1/item?item={absent}")
    tampered = officer.get(f"/api/v1/item?item={trial.nothing(absent)}")
    tampered.status = 403
    tap.ok(differs(refusal, absent, tampered, absent), "a status of its own is found")
    planted = Trial(trial.server, trial.home, trial.away, {"paths": {}})
    planted.queries = [q for q in trial.queries if q[0] in ("/api/v1/items", "/api/v1/item", "/api/v1/my_day")]
    planted.commands = [c for c in trial.commands if c[0] == "item.urge"]
    planted.share = lambda role, what, all_of: all_of
    planted.hides = lambda role, relation, entity: relation == "own" or relation == "away"
    planted.role("unit", [trial.home.marks["OWN"]])
    tap.ok(len(planted.leaks) > 5, f"judged as one who may not see his unit, an officer leaks {len(planted.leaks)} times", planted.leaks)
    moved = trial.touched([own])
    trial.home.step("OWN", own, "urge")
    tap.ok(trial.touched([own]) != moved, "a journal that moved is seen")


def separated(tap, home):
    """The three administrators, and nobody who gives himself what he may give."""
    secadmin, xitong = home.clients["anquan"], home.clients["xitong"]
    for first, second in (("sysadmin", "secadmin"), ("secadmin", "auditor"), ("auditor", "sysadmin"), ("secadmin", "leader"),
                          ("sysadmin", "supervisor")):
        login = {"sysadmin": "xitong", "secadmin": "anquan", "auditor": "shenji"}[first]
        answer = secadmin.do("role.grant", {"account": login, "role": second})
        tap.ok(answer.status in (403, 409, 422) and answer.id in ("role.separated", "role.self"), f"{first} and {second} on one account", answer)
    tap.same(xitong.do("role.grant", {"account": f"x{SPARE.lower()}", "role": "unit"}).id, "command.forbidden", "the system's administrator grants nothing")
    # A second account of the same person is the same person.
    tap.same(secadmin.do("account.add", {"login": "anquan2", "person": "P-DC", "unit": "DC", "password": "Zweitkonto-2023"}).status, 200,
             "a second account of one's own person may be made")
    answer = secadmin.do("role.grant", {"account": "anquan2", "role": "supervisor"})
    tap.same(answer.id, "role.self", "but nobody gives a role to himself through it")


def main():
    tap = Tap()
    mark = sow("rights")
    work = Path(tempfile.mkdtemp(prefix="bihuan-rights-"))
    folder = work / "data"
    ground = make_store(folder, make_pack(work, HOME, 480, "2023-01-11T09:00:00+08:00"))
    init(folder, ground, make_pack(work, AWAY, 540, "2023-01-09T09:00:00+08:00"))
    try:
        with Server(folder, make=False) as server:
            home = District(server, HOME, {u: mark() for u in UNITS})
            away = District(server, AWAY, {u: mark() for u in UNITS})
            home.found()
            away.found()
            openapi = home.clients["ducha"].get("/openapi.json").json
            trial = Trial(server, home, away, openapi)
            trial.cache = {}
            seed(trial, tap)
            self_test(tap, trial)
            for role in ROLES:
                calls, leaks = trial.calls, len(trial.leaks)
                trial.role(role, forbidden_marks(role, home.marks, away.marks))
                found = trial.leaks[leaks:]
                tap.ok(not found, f"{role}: {trial.calls - calls} calls, {len(found)} leaks", "\n".join(found[:40]))
            separated(tap, home)
            tap.ok(server.alive(), "the server lives")
            tap.note(f"{len(trial.commands)} commands and {len(trial.queries)} queries × {len(ROLES)} roles × {len(RELATIONS)} relations: "
                     f"{trial.calls} calls, {trial.pairs} compared with nothing, {len(trial.leaks)} leaks; "
                     f"{len(trial.reached)} commands and queries did something")
            tap.note(f"no row to try: {', '.join(sorted(trial.untried)) or 'none'}")
            if "--all" in sys.argv:
                print("\n".join(trial.leaks))
    finally:
        ground.drop()
        shutil.rmtree(work, ignore_errors=True)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
