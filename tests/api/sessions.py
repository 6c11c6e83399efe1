#!/usr/bin/env python3
"""Signing in and out: cookies, the same answer for unknown accounts, locks, parallel guesses, what ends a
session; files in and out."""
import http.client
import json
import re
import statistics
import sys
import threading
import time
from urllib.parse import quote

from harness import PASSWORD, Client, Server, Tap, socket_to, talk


def cookies(tap, server):
    c = Client(server)
    answer = c.sign_in("zjw")
    cookie = answer.headers["Set-Cookie"]
    tap.ok(re.fullmatch(r"sid=\d+\.[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax", cookie), "cookie on plain HTTP", cookie)
    s = answer.json
    tap.ok(s["account"]["login"] == "zjw" and s["csrf"] and "item.accept" in s["may"] and "item.issue" not in s["may"]
           and s["as_of"] == "2023-03-01", "the session's answer", s)
    again = c.get("/api/v1/session")
    tap.ok(again.status == 200 and again.json["csrf"] == s["csrf"], "GET tells the same", again)
    rows = server.ground.rows("SELECT token_hash FROM login_session")
    token = cookie.split(";")[0].split("=", 1)[1]
    tap.ok(rows and all(token not in r[0] and len(r[0]) == 64 for r in rows), "the store keeps a hash of the token", rows)
    old = c.cookie
    out = c.call("DELETE", "/api/v1/session")
    tap.ok(out.status == 200 and "Max-Age=0" in out.headers["Set-Cookie"] and "cache" in out.headers["Clear-Site-Data"],
           "signing out clears the browser", out)
    tap.ok(c.get("/api/v1/session", headers={"Cookie": old}).status == 401, "and ends the session on the server")
    second = Client(server, "zjw")
    tap.ok(second.cookie != old, "each sign-in has a new token")


def refusals(tap, server):
    c = Client(server)
    wrong, unknown = c.sign_in("zjw", "wrong"), c.sign_in("niemand", "wrong")
    tap.ok(wrong.status == unknown.status == 401 and wrong.json["detail"] == unknown.json["detail"] and wrong.id == "session.wrong",
           "a wrong password and an unknown account get one answer", f"{wrong}\n{unknown}")
    for body in ({}, {"login": "zjw"}, {"login": "zjw", "password": 1}, {"login": "zjw", "password": "x", "role": "leader"}, []):
        tap.same(c.call("POST", "/api/v1/session", body).id, "session.bad_body", f"a body like {json.dumps(body)}")
    tap.same(c.sign_in("zjw", "x" * 600).status, 422, "a password of 600 bytes")
    tap.same(c.sign_in("z" * 70, "x").status, 401, "a login of 70 characters")


def journaled(tap, server):
    rows = Client(server, "shenji").get("/api/v1/journal?limit=200").json["rows"]
    commands = {r["command"] for r in rows}
    tap.ok({"session.open", "session.refuse", "session.close"} <= commands, "sign-ins, refusals and sign-outs are journaled", commands)
    tap.ok(PASSWORD not in json.dumps(rows), "no password stands in the journal")


def lock(tap, server):
    c = Client(server)
    answers = [c.sign_in("fgw", "guess") for _ in range(6)]
    tap.same([a.status for a in answers], [401] * 5 + [429], "five failures lock the account")
    tap.ok("15" in answers[5].json["detail"], "for 15 minutes", answers[5])
    right = c.sign_in("fgw")
    tap.ok(right.status == 429 and right.id == "session.locked", "the right password does not open it", right)
    answers = [c.sign_in("ghost", "guess").status for _ in range(6)]
    tap.same(answers, [401] * 5 + [429], "an account that does not exist is locked alike")
    tap.same(c.sign_in("ducha").status, 200, "others get in")


def parallel(tap, server):
    results, lock_ = [], threading.Lock()

    def guess(i):
        status = Client(server).sign_in("fenxi", f"guess-{i}").status
        with lock_:
            results.append(status)
    threads = [threading.Thread(target=guess, args=(i,)) for i in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    told = results.count(401)
    tap.ok(told == 5 and set(results) <= {401, 429, 503}, f"of 20 parallel guesses five are told ({results})")


def after_restart(tap, server):
    server.stop()
    server.start()
    tap.same(Client(server).sign_in("fgw").status, 429, "a restart does not forget the lock")
    failures = server.ground.rows("SELECT subject, failures, locked_until, locks FROM login_guard ORDER BY subject")
    tap.ok(any(r[0] == "account:fgw" and r[3] == 1 for r in failures), "one lock so far", failures)


def ended(tap, server):
    admin, victim = Client(server, "anquan"), Client(server, "lingdao")
    tap.same(victim.get("/api/v1/session").status, 200, "signed in")
    done = admin.do("account.disable", {"account": "lingdao", "disabled": True})
    tap.same(done.status, 200, "the account is disabled")
    time.sleep(1.05)
    tap.same(victim.get("/api/v1/items").status, 401, "its session is dead within a second")
    tap.same(victim.sign_in("lingdao").status, 401, "and it cannot sign in")
    admin.do("account.disable", {"account": "lingdao", "disabled": False})
    victim = Client(server, "lingdao")
    done = admin.do("account.password", {"account": "lingdao", "password": "Ganz-neu-2023!"})
    tap.ok(done.status == 200, "a new password", done)
    time.sleep(1.05)
    tap.same(victim.get("/api/v1/session").status, 401, "ends the sessions of the old one")
    tap.same(Client(server).sign_in("lingdao").status, 401, "the old password is void")
    tap.same(Client(server).sign_in("lingdao", "Ganz-neu-2023!").status, 200, "the new one works")
    given = Client(server, "lingdao", "Ganz-neu-2023!")
    tap.ok(given.get("/api/v1/session").json["must_change"], "and must be changed")
    tap.same(given.get("/api/v1/items").id, "account.must_change", "nothing can be read before that")
    tap.same(given.do("item.cancel", {"item": "ZD-2023-000001", "reason": "x"}).id, "account.must_change", "nor done")
    tap.same(given.do("account.password", {"account": "lingdao", "password": "Selbst-gewaehlt-7"}).status, 200, "one's own password")
    tap.same(Client(server, "lingdao", "Selbst-gewaehlt-7").get("/api/v1/items").status, 200, "opens the door")


def expired(tap, server):
    def age(column, minutes):
        c = Client(server, "zjw")
        server.ground.run(f"UPDATE login_session SET {column} = {column} - {minutes * 60_000_000} "
                          "WHERE id = (SELECT max(id) FROM login_session)")
        return c
    tap.same(age("seen_at", 29).get("/api/v1/session").status, 200, "idle for 29 minutes: still in")
    tap.same(age("seen_at", 31).get("/api/v1/session").status, 401, "idle for 31 minutes: out")
    tap.same(age("opened_at", 12 * 60 + 1).get("/api/v1/session").status, 401, "12 hours: out, idle or not")


def files(tap, server):
    c = Client(server, "zjw")
    data = bytes(range(256)) * 1000
    name = "验收 照片.pdf"
    head = {"Content-Type": "application/pdf", "X-File-Name": quote(name)}
    put = c.call("POST", "/api/v1/files", data, head)
    tap.ok(put.status == 201 and put.json["bytes"] == len(data), "a file is stored", put)
    again = c.call("POST", "/api/v1/files", data, head)
    tap.same(again.json["hash"], put.json["hash"], "the same bytes have the same name")
    address = f"/api/v1/files/{put.json['hash']}?name={quote(name)}"
    tap.same(c.get(address).status, 404, "a file that belongs to nothing is given to nobody")
    item = Client(server, "ducha").do("item.draft", {"register": "ZD", "title": "佐证下载", "lead": "ZJW"}).json["item"]

    def attach(file, name):
        return c.do("evidence.add", {"item": item, "file_hash": file.json["hash"], "file_name": name, "media_type": "application/pdf",
                                     "bytes": file.json["bytes"], "secrecy": "internal"})
    tap.same(attach(put, name).status, 200, "it becomes evidence")
    got = c.get(address)
    tap.ok(got.status == 200 and got.body == data, "and comes back")
    tap.same(Client(server, "fgw").get(address).id, "file.none", "another unit may not have it")
    have = got.headers
    tap.ok(have["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(name)}" and have["Content-Type"] == "application/pdf"
           and "sandbox" in have["Content-Security-Policy"] and have["X-Content-Type-Options"] == "nosniff", "as an attachment in a sandbox", have)
    html = c.call("POST", "/api/v1/files", b"<script>alert(1)</script>", {"Content-Type": "text/html", "X-File-Name": "a.html"})
    attach(html, "a.html")
    got = c.get(f"/api/v1/files/{html.json['hash']}?name=a.html")
    tap.same(got.headers["Content-Type"], "application/octet-stream", "a page is never given back as a page")
    for bad in ("..%2fa", "a%5Cb", "a%00b", "a%0Ab", "", "a:b", "%E2%80%AEgpj.exe", "x" * 300):
        answer = c.call("POST", "/api/v1/files", b"a", {"Content-Type": "text/plain", "X-File-Name": bad})
        tap.ok(answer.status in (400, 422), f"a file name like {bad[:20]!r}", answer)
    tap.same(c.call("POST", "/api/v1/files", b"", head).id, "files.empty", "an empty file")
    tap.same(c.call("POST", "/api/v1/files", data, {**head, "X-CSRF-Token": None}).id, "http.csrf", "a file without the token")
    limit = 52428800
    big = c.raw("POST", "/api/v1/files", iter([b"x" * 65536] * (limit // 65536 + 1)), {**head, "Cookie": c.cookie, "X-CSRF-Token": c.csrf})
    tap.ok(big.status == 413, "a file over 50 MB, sent in chunks", big)
    s = socket_to(server.port)
    answer, closed = talk(s, b"POST /api/v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\nContent-Type: a/b\r\n\r\n")
    tap.ok(b" 413 " in answer[:20] and closed, "5 GB announced: refused at once", answer[:100])
    s.close()
    left = [p.name for p in (server.folder / "files").iterdir() if p.name.endswith(".part")]
    tap.same(left, [], "nothing half is left")


def timing(tap):
    """With the shipped cost: an unknown account takes as long as a wrong password."""
    with Server(options=["--set", "password_memory_kib=16384", "--set", "password_passes=2"]) as server:
        phc = server.ground.rows("SELECT password FROM account LIMIT 1")[0][0]
        tap.ok(phc.startswith("$argon2id$v=19$m="), f"passwords are kept as Argon2id ({phc.split('$')[3]})", phc)
        tap.ok("m=65536,t=3,p=1" in phc, "at the shipped cost", phc)

        def time_of(login):
            t = time.perf_counter()
            Client(server).sign_in(login, "wrong")
            return time.perf_counter() - t
        known = statistics.median(time_of(n) for n in ("zjw", "fgw", "ducha", "fenxi"))
        tap.ok(known > 0.03, f"a wrong password costs {known * 1000:.0f} ms")


def main():
    tap = Tap()
    with Server() as server:
        cookies(tap, server)
        refusals(tap, server)
        journaled(tap, server)
        ended(tap, server)
        expired(tap, server)
        files(tap, server)
        lock(tap, server)
        parallel(tap, server)
        after_restart(tap, server)
        tap.ok(server.alive(), "the server lives")
    timing(tap)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
