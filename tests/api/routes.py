#!/usr/bin/env python3
"""Runs tests/api/cases/*.txt against a running server.

A case is

    == name of the check
    as zjw                          who asks; "as nobody" without a session, "as local" with the
                                    command line's token; stays until the next "as"
    POST /api/v1/do/item.draft      method and target
    Idempotency-Key: k1             headers, if any; "Name:" alone leaves one out
    {"register": "ZD"}              the body, if any: all lines up to the arrow
    -> 200 {"code": "*"}            status, and what the answer must contain

The pattern is JSON: objects may have more members than shown, "*" fits anything, "~text" fits a text that
contains it. A status like 422 may be followed by the problem's id instead: -> 422 field.unknown
A line "keep name = member" after the arrow keeps a member of the answer; {name} stands for it later. "@N"
as the body is N bytes of text in a JSON object. "has Header: value" and "no Header" check headers.
"""
import json
import re
import sys
from pathlib import Path
from urllib.parse import quote

from harness import Client, Server, Tap


ASCII = "".join(chr(c) for c in range(33, 127))  # targets stand as they are sent, but for other scripts


def fits(pattern, value):
    if pattern == "*":
        return value is not None
    if isinstance(pattern, str) and pattern.startswith("~"):
        return isinstance(value, str) and pattern[1:] in value
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(k in value and fits(v, value[k]) for k, v in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and len(pattern) == len(value) and all(map(fits, pattern, value))
    return pattern == value


class Case:
    def __init__(self, name):
        self.name, self.who, self.request, self.headers, self.body = name, None, None, {}, []
        self.status, self.want, self.keep, self.has, self.lacks = None, "", [], [], []


def parse(path):
    cases, case = [], None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("== "):
            case = Case(f"{path.stem}: {line[3:]}")
            cases.append(case)
        elif not line.strip() or (line.startswith("#") and not (case and case.body)):
            continue
        elif case is None:
            raise SystemExit(f"{path}:{number}: a line before the first case")
        elif case.status is not None:
            word, rest = line.split(" ", 1)
            {"keep": case.keep, "has": case.has, "no": case.lacks}[word].append(rest)
        elif line.startswith("as "):
            case.who = line[3:].strip()
        elif line.startswith("-> "):
            status, _, case.want = line[3:].partition(" ")
            case.status = int(status)
        elif case.request is None:
            case.request = line.split(" ", 1)
        elif not case.body and re.match(r"[A-Za-z-]+:", line):
            key, value = line.split(":", 1)
            case.headers[key] = value.strip() or None
        else:
            case.body.append(line)
    return cases


class Runner:
    def __init__(self, tap, server):
        self.tap, self.server, self.kept, self.clients = tap, server, {}, {}
        self.client = self.client_of("nobody")

    def client_of(self, who):
        if who not in self.clients:
            self.clients[who] = Client(self.server, None if who in ("nobody", "local") else who)
        return self.clients[who]

    def fill(self, text):
        return re.sub(r"\{(\w+)\}", lambda m: str(self.kept.get(m.group(1), m.group(0))), text)

    def run(self, case):
        if case.who:
            self.client = self.client_of(case.who)
        headers = {k: self.fill(v) if v else v for k, v in case.headers.items()}
        if self.client is self.clients.get("local"):
            headers.setdefault("Authorization", f"Bearer {self.server.token()}")
        body = self.fill("\n".join(case.body)) if case.body else None
        if body and re.fullmatch(r"@\d+", body):
            body = '{"title": "' + "a" * int(body[1:]) + '"}'
        answer = self.client.call(case.request[0], quote(self.fill(case.request[1]), safe=ASCII), body.encode() if body else None, headers)
        why = self.judge(case, answer)
        self.tap.ok(not why, case.name, f"{why}\n{answer}")

    def judge(self, case, answer):
        if answer.status != case.status:
            return f"want status {case.status}"
        want = self.fill(case.want.strip())
        if want and want[0] in "{[":
            if not fits(json.loads(want), answer.json):
                return f"want {want}"
        elif want and answer.id != want:
            return f"want id {want}"
        if answer.status >= 400:
            problem = answer.json
            if answer.headers["Content-Type"] != "application/problem+json; charset=utf-8":
                return "a problem has another content type"
            if not all(problem.get(k) for k in ("type", "title", "status", "code", "id", "detail", "request_id")):
                return "a problem lacks a member"
            if re.search(r"sqlite|libpq|SELECT |\.c:\d|/src/", problem["detail"]):
                return "a problem tells the inside"
        for rule in case.has:
            name, value = rule.split(":", 1)
            if value.strip() not in (answer.headers[name] or ""):
                return f"want header {rule}"
        for name in case.lacks:
            if answer.headers[name.strip()] is not None:
                return f"want no header {name}"
        for rule in case.keep:
            name, member = (part.strip() for part in rule.split("="))
            value = answer.headers if member.startswith("@") else answer.json
            for part in member.lstrip("@").split("."):
                value = value[int(part)] if part.isdigit() and isinstance(value, list) else value[part]
            self.kept[name] = value
        return ""


def main():
    tap = Tap()
    folder = Path(__file__).resolve().parent / "cases"
    files = sorted(folder.glob("*.txt")) if len(sys.argv) < 2 else [Path(a) for a in sys.argv[1:]]
    with Server() as server:
        runner = Runner(tap, server)
        for path in files:
            for case in parse(path):
                runner.run(case)
        tap.ok(server.alive(), "the server lives")
    tap.end()


if __name__ == "__main__":
    main()
