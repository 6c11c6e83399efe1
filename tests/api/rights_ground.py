"""Two districts for rights.py: a parent unit with two offices of which one has a section, items of each of the four in
every state with what belongs to them, and words nobody could guess: what stands in a unit's papers holds its mark.

Some commands are known here, so that the states of the loop are there to be tried. All others are found in
/openapi.json and given a chance to make rows of their own: what a new command stores carries the marks, too.
"""
import hashlib
import random
import shutil
import subprocess
import time
from pathlib import Path

from harness import HERE, PASSWORD, PROGRAM, Client

UNITS = {"PAR": "ZF", "OWN": "PAR", "SIB": "PAR", "CHI": "OWN"}  # unit: the one above it
OFFICERS = {u: f"o{u.lower()}" for u in UNITS}
ROLES = {"unit": OFFICERS["OWN"], "leader": "lingdao", "supervisor": "ducha", "analyst": "fenxi", "auditor": "shenji",
         "sysadmin": "xitong", "secadmin": "anquan"}
SPARE = "OPF"  # a unit with people and accounts that may be changed, closed, disabled
OPEN = {"unit", "person", "register_def", "work_line", "district"}  # references to what a whole district knows
TODAY = "2023-03-01"


def sow(seed):
    """Marks of units: letters that no text of the program holds."""
    r = random.Random(seed)
    return lambda: "".join(r.choice("bcdfghjklmnpqrstvwxz") for _ in range(14))


def make_pack(folder, code, zone, at):
    """The tests' pack with the four units; the second district has the same units, logins and codes."""
    pack = Path(folder) / f"pack-{code}"
    shutil.copytree(HERE / "pack", pack)
    text = (pack / "pack.ini").read_text("utf-8")
    for key, value in (("code", code), ("zone_min", zone), ("at", at)):
        text = "\n".join(f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in text.split("\n"))
    (pack / "pack.ini").write_text(text, "utf-8")
    with open(pack / "units.csv", "a", encoding="utf-8") as units, open(pack / "people.csv", "a", encoding="utf-8") as people, \
            open(pack / "accounts.csv", "a", encoding="utf-8") as accounts:
        for n, (unit, above) in enumerate({**UNITS, SPARE: "ZF"}.items()):
            units.write(f"{unit},单位{unit},{unit}处,department,{above},{20 + n},0,example\n")
            for i in range(1, 4):
                people.write(f"P-{unit}{i},人员{unit}{i},科员,{unit},{i},example\n")
            accounts.write(f"o{unit.lower()},P-{unit}1,{unit},@demo,1,unit\n")
            accounts.write(f"x{unit.lower()},P-{unit}3,{unit},@demo,1,unit\n")
    return pack


def init(folder, ground, pack):
    done = subprocess.run([PROGRAM, "init", str(folder), "--pack", str(pack), *ground.words()], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise RuntimeError(f"init ended with {done.returncode}\n{done.stdout}{done.stderr}")


class Patient(Client):
    """Does not use a connection that was idle: the server closes it after 15 s, and a command is never sent twice."""
    used = 0.0

    def raw(self, *given, **more):
        if time.monotonic() - self.used > 5:
            self.drop()
        try:
            return super().raw(*given, **more)
        finally:
            self.used = time.monotonic()


def sign_in(server, login, district):
    client = Patient(server)
    answer = client.call("POST", "/api/v1/session", {"login": login, "password": PASSWORD, "district": district})
    if answer.status != 200:
        raise RuntimeError(f"{login} cannot sign in at {district}: {answer}")
    client.cookie = answer.headers["Set-Cookie"].split(";")[0]
    client.csrf = answer.json["csrf"]
    return client


class Refused(Exception):
    pass


class District:
    """One district's clients and how its items come to be."""

    def __init__(self, server, code, marks):
        self.server, self.code, self.marks = server, code, marks
        logins = set(ROLES.values()) | set(OFFICERS.values())
        self.clients = {login: sign_in(server, login, code) for login in sorted(logins)}
        self.files = {}

    def do(self, login, command, arguments):
        answer = self.clients[login].do(command, arguments)
        if answer.status != 200:
            raise Refused(f"{command} by {login}: {answer}")
        return answer.json

    def item(self, item):
        return self.clients["ducha"].get(f"/api/v1/item?item={item}").json

    def draft(self, unit, name, **more):
        mark = self.marks[unit]
        return self.do("ducha", "item.draft", {
            "register": "ZD", "title": f"{mark} {name}", "content": f"{mark} 内容", "standard": f"{mark} 标准", "lead": unit,
            "person": f"P-{unit}1", "deputy": f"P-{unit}2", "leader": "P-ZF", "due": "2023-09-30", "cycle": "month",
            "place": f"{mark} 地点", "parts": [{"kind": "standard", "body": f"{mark} 部分"}], **more})["item"]

    def step(self, unit, item, command):
        """One known step of the loop, every text with the unit's mark."""
        mark, officer = self.marks[unit], OFFICERS[unit]
        at = {"item": item, "version": self.item(item)["item"]["version"]}
        parts = [{"part": p["id"], "answer": f"{mark} 答复"} for p in self.item(item)["parts"] if p["kind"] == "standard"]
        known = {
            "approve": ("lingdao", {**at, "authority_kind": "meeting", "authority_ref": f"{mark} 会议", "authority_day": "2023-02-01",
                                    "duplicates_seen": True}),
            "issue": ("ducha", at), "accept": (officer, {**at, "commitment": f"{mark} 承诺"}),
            "report": (officer, {**at, "period": "2023-02", "progress": 30, "narrative": f"{mark} 进展", "problems": f"{mark} 问题"}),
            "ask_change": (officer, {**at, "kind": "due", "wish": f"{mark} 申请", "reason": f"{mark} 理由", "new_due": "2023-10-31"}),
            "finish": (officer, {**at, "narrative": f"{mark} 办结", "answers": parts}),
            "pass": ("ducha", {**at, "findings": f"{mark} 属实"}),
            "return": ("ducha", {**at, "reasons": f"{mark} 退回", "rework_due": "2023-03-20"}),
            "object": (officer, {"item": item, "grounds": f"{mark} 复核"}),
            "suspend": ("lingdao", {**at, "reason": f"{mark} 中止", "review_day": "2023-05-30"}),
            "cancel": ("lingdao", {**at, "reason": f"{mark} 撤销"}), "archive": ("ducha", at),
            "urge": ("ducha", {"item": item, "body": f"{mark} 催办"}),
        }
        login, arguments = known[command]
        self.do(login, f"item.{command}", arguments)

    def evidence(self, unit, item):
        content = f"{self.marks[unit]} 佐证 {item}".encode()
        put = self.clients[OFFICERS[unit]].call("POST", "/api/v1/files", content,
                                                {"Content-Type": "text/plain", "X-File-Name": "e.txt"}).json
        self.files.setdefault(unit, []).append(put["hash"])
        self.do(OFFICERS[unit], "evidence.add", {"item": item, "file_hash": put["hash"], "file_name": f"{self.marks[unit]}.txt",
                                                 "media_type": "text/plain", "bytes": put["bytes"], "secrecy": "internal",
                                                 "caption": f"{self.marks[unit]} 说明"})

    def grow(self, unit):
        """Items of a unit in every state, each with what it has by then; children below a parent of another unit."""
        ways = {"drafted": [], "approved": ["approve"], "issued": ["approve", "issue"],
                "accepted": ["approve", "issue", "accept", "report", "urge", "EVIDENCE", "ask_change"],
                "rework": ["approve", "issue", "accept", "report", "finish", "return"],
                "reported": ["approve", "issue", "accept", "report", "EVIDENCE", "finish"],
                "closed": ["approve", "issue", "accept", "report", "finish", "pass", "object"],
                "suspended": ["approve", "issue", "accept", "suspend"], "cancelled": ["cancel"],
                "archived": ["approve", "issue", "accept", "finish", "pass", "archive"]}
        made = {}
        for state, steps in ways.items():
            for turn in (1, 2):
                item = self.draft(unit, f"{state}{turn}")
                for step in steps:
                    if step == "EVIDENCE":
                        self.evidence(unit, item)
                    else:
                        self.step(unit, item, step)
                made.setdefault(state, []).append(item)
        return made

    def found(self):
        self.items = {unit: self.grow(unit) for unit in UNITS}
        # A child of each unit's item that another unit leads: neither sees the other's.
        for unit, other in (("OWN", "SIB"), ("SIB", "OWN"), ("PAR", "SIB")):
            self.draft(other, f"child of {unit}", parent=self.items[unit]["accepted"][0])
        self.note_imports()

    def note_imports(self):
        """A document whose tasks are everybody's, read and not applied: for those who import."""
        content = f"1. {self.marks['PAR']} 进口任务（牵头单位：单位PAR；时限：6月底）\n".encode()
        put = self.clients["ducha"].call("POST", "/api/v1/files", content, {"Content-Type": "text/plain", "X-File-Name": "d.txt"}).json
        self.do("ducha", "import.preview", {"file_hash": put["hash"], "file_name": "d.txt", "media_type": "text/plain",
                                            "bytes": put["bytes"], "title": f"{self.marks['PAR']} 分工",
                                            "register": "ZD"})
        self.files.setdefault("PAR", []).append(put["hash"])


# --- arguments from their schema ---

def references(schema, path=()):
    """(path, entity) of every reference of an arguments' schema; a list's element is path + (0,)."""
    for name, s in schema.get("properties", {}).items():
        if "x-reference" in s:
            yield path + (name,), s["x-reference"]
        elif s.get("type") == "array":
            inner = s.get("items", {})
            if "x-reference" in inner:
                yield path + (name, 0), inner["x-reference"]
            elif inner.get("type") == "object":
                yield from references(inner, path + (name, 0))


def plain_value(name, s, text, turn):
    if name == "sharing":
        return "me"  # what somebody shares with all is no secret
    if "enum" in s:
        return s["enum"][turn % len(s["enum"])]
    kind = s.get("type")
    if kind == "integer":
        return {"year": 2023, "progress": 40, "share": 10, "first": 1}.get(name, 1 + turn % 3)
    if kind == "boolean":
        return turn % 2 == 0
    if kind == "object" or kind is None:
        return {}
    known = {"date": "2023-06-30", "date-time": "2023-03-01T09:00:00+08:00", "decimal": "1"}.get(s.get("format"))
    if known:
        return known
    by_name = {"period": "2023-02", "secrecy": "internal", "cycle": "month", "file_hash": hashlib.sha256(b"").hexdigest()}
    return by_name.get(name, text[:s.get("maxLength", 400)])


def arguments(schema, pick, text, turn=0, only_required=True):
    """Arguments for a schema: references from pick(entity, name), texts from text. None when a needed reference has no row."""
    out = {}
    for name, s in schema.get("properties", {}).items():
        needed = name in schema.get("required", [])
        if not needed and only_required:
            continue
        if "x-reference" in s:
            value = pick(s["x-reference"], name)
        elif s.get("type") == "array":
            inner = s.get("items", {})
            if "x-reference" in inner:
                value = [pick(inner["x-reference"], name)]
                value = None if value == [None] else value
            elif inner.get("type") == "object":
                one = arguments(inner, pick, text, turn, only_required)
                value = None if one is None else [one]
            else:
                value = [text[:60]]
        else:
            value = plain_value(name, s, text, turn)
        if value is None:
            if needed:
                return None
            continue
        out[name] = value
    return out


def placed(base, schema, path, value, text):
    """base with value at path; lists and objects on the way are made."""
    out = {**base}
    name = path[0]
    if len(path) == 1:
        out[name] = value
        return out
    inner = schema["properties"][name]["items"]
    if len(path) == 2:
        out[name] = [value]
        return out
    made = arguments(inner, lambda *_: None, text) or {}
    if out.get(name):
        made = {**made, **out[name][0]}
    for other, s in inner.get("properties", {}).items():
        if other not in made and other in inner.get("required", []) and "x-reference" not in s:
            made[other] = plain_value(other, s, text, 0)
    out[name] = [placed(made, inner, path[2:], value, text)]
    return out

