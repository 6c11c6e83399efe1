#!/usr/bin/env python3
"""Who may what, generated from /openapi.json: every role tries every command and every query. Only the
table's cells may pass the permission check; and nothing at all answers without a session.

Then what the table cannot say: another unit's item, a direct reference to it, reading that never
writes, the headers of every route.
"""
import hashlib
import json
import sys

from harness import Client, Server, Tap

ROLES = {"leader": "lingdao", "supervisor": "ducha", "unit": "zjw", "analyst": "fenxi", "auditor": "shenji",
         "sysadmin": "xitong", "secadmin": "anquan"}
ALWAYS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
          "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}


def routes_of(openapi):
    commands, queries = {}, {}
    for path, methods in openapi["paths"].items():
        for method, it in methods.items():
            if path.startswith("/api/v1/do/"):
                commands[path] = set(it["x-roles"])
            elif "x-roles" in it and method == "get":
                queries[path] = set(it["x-roles"])
    return commands, queries


def try_all(tap, clients, commands, queries):
    for role, client in clients.items():
        wrong = []
        for path, roles in commands.items():
            answer = client.call("POST", path, {})
            refused = answer.status == 403 and answer.id == "command.forbidden"
            if refused == (role in roles) or answer.status >= 500:
                wrong.append(f"{path} by {role} ({sorted(roles)}): {answer}")
        tap.ok(not wrong, f"{role}: {len(commands)} commands, those of the table only", "\n".join(wrong))
        wrong = []
        for path, roles in queries.items():
            answer = client.get(path)
            refused = answer.status == 403 and answer.id == "query.forbidden"
            if refused == (role in roles) or answer.status >= 500:
                wrong.append(f"{path} by {role} ({sorted(roles)}): {answer}")
        tap.ok(not wrong, f"{role}: {len(queries)} queries, those of the table only", "\n".join(wrong))


def without_session(tap, server, paths):
    nobody = Client(server)
    wrong = []
    for path in paths:
        for method in ("GET", "POST", "DELETE", "HEAD"):
            body = {} if method == "POST" else None
            answer = nobody.call(method, path, body)
            if answer.status not in (401, 405):
                wrong.append(f"{method} {path}: {answer}")
    tap.ok(not wrong, f"without a session {len(paths)} routes answer 401", "\n".join(wrong))


def headers(tap, server, clients, paths):
    wrong = []
    for path in paths:
        for client in (Client(server), clients["leader"]):
            answer = client.get(path)
            have = answer.headers
            lacking = [k for k, v in ALWAYS.items() if have[k] != v]
            if "default-src 'none'" not in (have["Content-Security-Policy"] or ""):
                lacking.append("CSP")
            if not have["X-Request-Id"] or not have["Content-Type"] or "no-store" not in have["Cache-Control"]:
                lacking.append("request id, type or cache")
            if have["Server"] or any(k.lower().startswith("access-control") for k in have):
                lacking.append("too much")
            if lacking:
                wrong.append(f"{path}: {lacking}")
    tap.ok(not wrong, "every route carries the strict headers, none opens to other sites", "\n".join(wrong))


# Who is signed in and how often somebody failed are no facts of the ledger.
APART = {"login_session", "login_guard"}


def digest(ground):
    h = hashlib.sha256()
    for table in ground.tables():
        if table in APART:
            continue
        for row in sorted(map(repr, ground.rows(f"SELECT * FROM {table}"))):
            h.update(f"{table}{row}".encode())
    return h.hexdigest()


def reading_never_writes(tap, server, clients, queries, item):
    before = digest(server.ground)
    asked = 0
    for path in [*queries, "/openapi.json", "/healthz", "/api/v1/welcome", "/api/v1/session", "/", "/metrics"]:
        for suffix in ("", f"?item={item}", "?q=a&limit=5"):
            for client in clients.values():
                for method in ("GET", "HEAD"):
                    client.call(method, path + suffix)
                    asked += 1
    tap.same(digest(server.ground), before, f"{asked} requests that read leave the store as it was")


LATER = "2023-06-30"


def other_units(tap, clients):
    ducha, zjw, fgw = clients["supervisor"], clients["unit"], clients["fgw"]
    steps = [
        (ducha, "item.draft", {"register": "ZD", "title": "住建委的任务", "lead": "ZJW", "person": "P-ZJW2", "deputy": "P-ZJW",
                               "standard": "完成改造", "due": LATER, "due_kind": "finish",
                               "parts": [{"kind": "standard", "body": "完成改造"}]}),
        (ducha, "item.approve", {"authority_kind": "meeting", "authority_ref": "会议纪要1号", "authority_day": "2023-02-20"}),
        (ducha, "item.issue", {}),
    ]
    item = None
    for client, command, arguments in steps:
        answer = client.do(command, {**arguments, **({"item": item} if item else {})})
        if not tap.ok(answer.status == 200, f"{command} by its own people", answer):
            return None
        item = item or answer.json["item"]
    answer = fgw.do("item.accept", {"item": item, "commitment": "不是我的"})
    tap.ok(answer.status in (403, 404), f"another unit cannot accept it ({answer.status} {answer.id})", answer)
    for path in (f"/api/v1/item?item={item}", f"/api/v1/item_history?item={item}", f"/api/v1/item_origin?item={item}"):
        answer = fgw.get(path)
        tap.ok(answer.status in (403, 404), f"nor read it: {path.split('?')[0]} ({answer.status})", answer)
    rows = fgw.get("/api/v1/items?limit=200").json
    tap.ok(all(r["id"] != item for r in rows["rows"]) and rows["total"] == len(rows["rows"]),
           "nor see it in a list or a count", rows)
    text = json.dumps([fgw.get(p).json for p in ("/api/v1/my_day", "/api/v1/items_counts", "/api/v1/views")], ensure_ascii=False)
    tap.ok("住建委的任务" not in text, "nor in the day's page or the counts", text[:500])
    answer = zjw.do("item.accept", {"item": item, "commitment": "按期完成"})
    tap.ok(answer.status == 200, "its own unit accepts it", answer)
    return item


def main():
    tap = Tap()
    with Server() as server:
        clients = {role: Client(server, login) for role, login in ROLES.items()}
        openapi = clients["leader"].get("/openapi.json").json
        commands, queries = routes_of(openapi)
        tap.ok(len(commands) > 30 and len(queries) > 15, f"openapi.json names {len(commands)} commands, {len(queries)} queries")
        item = other_units(tap, {**clients, "fgw": Client(server, "fgw")})
        try_all(tap, clients, commands, queries)
        paths = [*commands, *queries, "/openapi.json", "/metrics", "/api/v1/files", "/api/v1/none"]
        without_session(tap, server, paths)
        headers(tap, server, clients, [*queries, "/openapi.json", "/healthz", "/api/v1/welcome", "/api/v1/session",
                                       "/api/v1/none", "/api/nothing", "/a/b.js"])
        reading_never_writes(tap, server, clients, queries, item)
        tap.ok(server.alive(), "the server lives")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
