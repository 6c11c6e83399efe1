#!/usr/bin/env python3
"""Several districts in one store, served by one server: each is chosen at sign-in or by host name, nothing of
one can be seen or moved from another, a pinned server is one district's alone.

On a server the third district joins while the first two are served, and two programs that make a district at
once get a number each, or, with one code, one of them is refused.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import HERE, PASSWORD, PROGRAM, Client, Server, Tap, make_store

# Code, name, minutes east of Greenwich, when its pack says it was set up: so that no id is in two districts.
SECOND = ("second", "第二区", 540, "2023-01-09T09:00:00+08:00")
THIRD = ("third", "Third 区", 480, "2023-01-10T09:00:00+08:00")


def pack_of(folder, code, name, zone, at):
    pack = Path(folder) / f"pack-{code}"
    shutil.copytree(HERE / "pack", pack)
    text = (pack / "pack.ini").read_text("utf-8")
    for key, value in (("code", code), ("zone_min", zone), ("at", at)):
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    text = re.sub(r"(?m)^name = 测试区$", f"name = {name}", text)
    (pack / "pack.ini").write_text(text, "utf-8")
    return pack


def init_words(folder, ground, pack):
    return [PROGRAM, "init", str(folder), "--pack", str(pack), *ground.words()]


def add_district(folder, ground, pack):
    return subprocess.run(init_words(folder, ground, pack), capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)


def sign_in(server, login, code, host=None):
    """(client, answer) of a sign-in with the form's member district."""
    client = Client(server)
    body = {"login": login, "password": PASSWORD}
    if code is not None:
        body["district"] = code
    answer = client.call("POST", "/api/v1/session", body, {"Host": host} if host else None)
    if answer.status == 200:
        client.cookie = answer.headers["Set-Cookie"].split(";")[0]
        client.csrf = answer.json["csrf"]
    return client, answer


def choosing(tap, server):
    c = Client(server)
    w = c.get("/api/v1/welcome").json
    tap.ok(w["district"] is None and [d["code"] for d in w["districts"]] == ["second", "third", "tiny"]
           and not w["more_districts"] and w["demo_accounts"] is None and w["today"] is None, "welcome lists the districts", w)

    def found(q):
        return [d["code"] for d in c.get(f"/api/v1/welcome?q={q}").json["districts"]]
    tap.same([found("th"), found("ti"), found("ny")], [["third"], ["tiny"], []], "by the beginning of the code")
    tap.same(found("%E7%AC%AC%E4%BA%8C"), ["second"], "by a piece of the name")
    tap.same(found("THIRD"), ["third"], "whatever the case")
    tap.same(found("%25"), [], "and a sign is no wildcard")
    w = c.get("/api/v1/welcome?district=second").json
    tap.ok(w["district"]["name"] == "第二区" and w["today"] == "2023-03-01" and len(w["demo_accounts"]) > 3,
           "the chosen one tells its demonstration accounts", w)
    tap.same(c.get("/api/v1/welcome?district=nowhere").id, "district.not_found", "one that is not there")
    tap.same(sign_in(server, "ducha", None)[1].id, "district.choose", "signing in without a choice")
    tap.same(sign_in(server, "ducha", "nowhere")[1].id, "district.not_found", "signing in nowhere")
    tap.same(c.call("POST", "/api/v1/session", {"login": "ducha", "password": PASSWORD, "district": 1}).id,
             "session.bad_body", "a district that is no text")
    for code, zone in (("tiny", "+08:00"), ("second", "+09:00"), ("third", "+08:00")):
        client, answer = sign_in(server, "ducha", code)
        s = answer.json
        tap.ok(s["district"]["code"] == code and s["now"].startswith("2023-03-01T") and s["now"].endswith(zone),
               f"into {code}, by its own clock", s)
        tap.same(client.get("/api/v1/session").json["district"]["code"], code, "and the next request is there too")


MARK = "只在第二区"


def ids_of(server, district):
    have = {}
    for entity in ("item", "unit", "person", "account", "register_def", "work_line"):
        rows = server.ground.rows(f"SELECT t.id FROM {entity} AS t JOIN district AS d ON d.district_id = t.district_id "
                                  f"WHERE d.code = '{district}' ORDER BY t.id")
        have[entity] = [str(r[0]) for r in rows]
    return have


def head_of(server, district):
    return server.ground.rows("SELECT h.seq, h.hash FROM journal_head AS h JOIN district AS d "
                              f"ON d.district_id = h.district_id WHERE d.code = '{district}'")


def value_of(schema):
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if kind == "array":
        return []
    if kind == "integer":
        return 1
    if kind == "boolean":
        return True
    return {"date": "2023-06-30", "date-time": "2023-03-01T09:00:00+08:00", "decimal": "1"}.get(schema.get("format"), "x")


def no_leak(tap, server):
    a = {login: sign_in(server, login, "tiny")[0] for login in ("ducha", "lingdao", "xitong", "anquan", "zjw", "shenji")}
    b = sign_in(server, "ducha", "second")[0]
    for client, title in ((a["ducha"], "第一区的事"), (b, MARK)):
        answer = client.do("item.draft", {"register": "ZD", "title": title, "lead": "ZJW", "content": title})
        tap.same(answer.status, 200, f"an item: {title}")
    mine, other = ids_of(server, "tiny"), ids_of(server, "second")
    tap.ok(all(mine[e] and other[e] and not set(mine[e]) & set(other[e]) for e in mine), "no id is in both", f"{mine}\n{other}")
    openapi = a["ducha"].get("/openapi.json").json
    before, asked, wrong, absent = head_of(server, "second"), 0, [], 0
    for path, methods in openapi["paths"].items():
        if not path.startswith("/api/v1/do/"):
            continue
        schema = methods["post"]["requestBody"]["content"]["application/json"]["schema"]
        properties = schema["properties"]
        plain = {p: mine[s["x-reference"]][0] if s.get("x-reference") in mine else value_of(s)
                 for p, s in properties.items() if p in schema.get("required", [])}
        for name, s in properties.items():
            if s.get("x-reference") not in other:
                continue
            for client in a.values():
                answer = client.call("POST", path, {**plain, name: other[s["x-reference"]][0]})
                asked += 1
                absent += answer.status == 404
                if answer.status == 200 or answer.status >= 500 or MARK in answer.body.decode():
                    wrong.append(f"{path} {name}: {answer}")
    tap.ok(not wrong and asked > 100, f"{asked} commands of one district on things of another: none done, {absent} not found",
           "\n".join(wrong))
    tap.same(head_of(server, "second"), before, "and the other's journal stands where it stood")
    asked, wrong, known = 0, [], [i for e in other.values() for i in e]
    for path, methods in openapi["paths"].items():
        if "get" not in methods or not path.startswith("/api/v1/") or path in ("/api/v1/welcome", "/api/v1/events"):
            continue
        names = [p["name"] for p in methods["get"].get("parameters", [])
                 if p["in"] == "query" and p["name"] not in ("from", "count", "limit", "year")]
        tries = [f"{n}={i}" for n in names for i in (other["item"][0], other["unit"][0], other["account"][0])] + [""]
        for client in a.values():
            for parameters in tries:
                answer = client.get(f"{path}?{parameters}" if parameters else path)
                asked += 1
                text = answer.body.decode()
                leaks = answer.status == 200 and (MARK in text or "第二区" in text or any(i in text for i in known
                                                                                     if i not in parameters))
                if leaks or answer.status >= 500:
                    wrong.append(f"{path}?{parameters}: {answer}")
    tap.ok(not wrong and asked > 300, f"{asked} questions tell nothing of the other district", "\n".join(wrong))
    told = [a["ducha"].get(f"/api/v1/item?item={i}") for i in (other["item"][0], "400091303116899999")]
    tap.same([(x.status, x.id) for x in told], [(404, "record.not_found")] * 2,
             "its item is no more to be found than one that never was")
    put = b.call("POST", "/api/v1/files", MARK.encode(), {"Content-Type": "text/plain", "X-File-Name": "b.txt"})
    b.do("evidence.add", {"item": other["item"][0], "file_hash": put.json["hash"], "file_name": "b.txt",
                          "media_type": "text/plain", "bytes": put.json["bytes"], "secrecy": "internal"})
    address = f"/api/v1/files/{put.json['hash']}?name=b.txt"
    tap.same([b.get(address).status, a["ducha"].get(address).status], [200, 404], "nor its file")


def by_host(tap, server):
    def at(client, path, host):
        return client.get(path, headers={"Host": host})
    c = Client(server)
    for host in ("er.example", "ER.example:8443"):
        w = at(c, "/api/v1/welcome", host).json
        tap.ok(w["district"]["code"] == "second" and w["districts"] is None, f"{host} is the second district", w)
    client, answer = sign_in(server, "ducha", None, "er.example")
    tap.same(answer.json["district"]["code"], "second", "signing in there needs no choice")
    tap.same(sign_in(server, "ducha", "second", "er.example")[1].status, 200, "nor does its own code hurt")
    tap.same(sign_in(server, "ducha", "tiny", "er.example")[1].id, "district.not_found", "another district is not there")
    tap.same(at(client, "/api/v1/session", "er.example").status, 200, "its session")
    elsewhere = sign_in(server, "ducha", "tiny")[0]
    for turn in ("asked", "from the cache"):
        tap.same(at(elsewhere, "/api/v1/session", "er.example").status, 401, f"a session of another district is none there ({turn})")
    tap.same(elsewhere.get("/api/v1/session").status, 200, "where it was opened it lives")
    tap.same(at(client, "/api/v1/items", "elsewhere.example").status, 200, "a name that is not in the settings decides nothing")


def command_line(tap, server):
    bearer = {"Authorization": f"Bearer {server.token()}"}
    c = Client(server)
    tap.same(c.get("/api/v1/journal_head", headers=bearer).id, "district.choose", "the local token without a district")
    tap.same(c.get("/api/v1/journal_head", headers={**bearer, "X-District": "nowhere"}).id, "district.not_found", "a wrong one")
    heads = [c.get("/api/v1/journal_head", headers={**bearer, "X-District": d}).json["hash"] for d in ("tiny", "second", "third")]
    tap.same(len(set(heads)), 3, "each district has its journal")
    who = c.get("/api/v1/session", headers={**bearer, "X-District": "second", "X-Act-As": "zjw"}).json
    tap.ok(who["account"]["login"] == "zjw" and who["district"]["code"] == "second", "acting as an account of one", who)
    body = json.dumps({"register": "ZD", "title": "由命令行立项", "lead": "ZJW"}, ensure_ascii=False)
    done = server.command("do", "item.draft", body, "--as", "ducha", "--district", "third", "--as-of", "2023-03-01")
    rows = sign_in(server, "ducha", "third")[0].get("/api/v1/items").json["rows"]
    tap.ok(done.returncode == 0 and [r["title"] for r in rows] == ["由命令行立项"], "bihuan do --district", f"{done}\n{rows}")
    done = server.command("do", "item.draft", body, "--as", "ducha")
    tap.ok(done.returncode == 2 or done.returncode == 3, "bihuan do without it is refused", done)
    checked = [server.command("check", "--district", d).returncode for d in ("tiny", "second", "third")]
    tap.same(checked, [0, 0, 0], "bihuan check of each finds nothing")


def many(tap, server):
    """More than a page shows; only their rows are looked at."""
    rows = ", ".join(f"({n}, {n}, 'm{n}', '第{n}镇', 480, 'x', '1', 2023, 1)" for n in range(1000, 1250))
    server.ground.run("INSERT INTO district(district_id, id, code, name, zone_min, pack, pack_version, plan_year, version) "
                      f"VALUES {rows}")
    c = Client(server)
    w = c.get("/api/v1/welcome").json
    tap.ok(len(w["districts"]) == 200 and w["more_districts"], "two hundred are listed, and that there are more", len(w["districts"]))
    w = c.get("/api/v1/welcome?q=m1249").json
    tap.ok([d["name"] for d in w["districts"]] == ["第1249镇"] and not w["more_districts"], "the last is found by its code", w)
    tap.same(sign_in(server, "ducha", "third")[1].status, 200, "one among them is found at once")


def machine(tap, server):
    answer = Client(server).get("/healthz")
    tap.ok(answer.status == 200 and answer.json["status"] == "ok" and answer.json["journal"] is None, "healthz of several", answer)
    answer = Client(server).get("/healthz", headers={"Host": "er.example"})
    tap.ok(answer.status == 200 and int(answer.json["journal"]["seq"]) > 1, "healthz by a district's name has its head", answer)


def pinned(tap, folder):
    with Server(folder, make=False, options=["--district", "second"]) as server:
        w = Client(server).get("/api/v1/welcome").json
        tap.ok(w["district"]["code"] == "second" and w["districts"] is None, "a pinned server is one district's", w)
        tap.same(sign_in(server, "ducha", None)[1].json["district"]["code"], "second", "no choice is needed")
        tap.same(sign_in(server, "ducha", "tiny")[1].id, "district.not_found", "another one is not there")
        bearer = {"Authorization": f"Bearer {server.token()}", "X-District": "tiny"}
        tap.same(Client(server).get("/api/v1/journal_head", headers=bearer).id, "district.not_found", "nor for the local token")


def pinned_refuses(tap, folder):
    with Server(folder, make=False) as server:
        outside, inside = sign_in(server, "ducha", "tiny")[0].cookie, sign_in(server, "ducha", "second")[0].cookie
    with Server(folder, make=False, options=["--district", "second"]) as server:
        told = [Client(server).get("/api/v1/session", headers={"Cookie": cookie}).status for cookie in (outside, inside)]
        tap.same(told, [401, 200], "a session of another district is none on a pinned server")


def settings(tap, folder, ground):
    for words, part in ((["--district", "nowhere"], "nowhere"), (["--set", "host.a.example=nowhere"], "nowhere"),
                        (["--set", "host.=tiny"], "host.")):
        done = subprocess.run([PROGRAM, "serve", "--data", str(folder), "--listen", "127.0.0.1:0", *ground.words(), *words],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30, check=False)
        tap.ok(done.returncode in (2, 3) and part in done.stderr, f"serve {' '.join(words)} is refused", done)


def at_once(tap, folder, ground, work):
    """Two programs make a district at the same time."""
    packs = [pack_of(work, f"d{n}", f"d{n}", 480, "2023-01-11T09:00:00+08:00") for n in range(4)]

    def together(*chosen):
        running = [subprocess.Popen(init_words(folder, ground, p), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    stdin=subprocess.DEVNULL, text=True) for p in chosen]
        ended = [(p.communicate(timeout=120), p.returncode) for p in running]
        return [code for _, code in ended], ended
    codes, ended = together(*packs[:3])
    tap.ok(codes == [0, 0, 0], "three codes at once: three districts", ended)
    codes, ended = together(packs[3], packs[3])
    tap.ok(sorted(codes) == [0, 3], "one code twice at once: one district", ended)
    rows = ground.rows("SELECT district_id, id, code FROM district")
    tap.ok(len(rows) == 7 and len({r[0] for r in rows}) == len({r[2] for r in rows}) == 7 and all(r[0] == r[1] for r in rows),
           "each has a number and a code of its own", rows)


def main():
    tap = Tap()
    work = Path(tempfile.mkdtemp(prefix="bihuan-districts-"))
    folder = work / "data"
    ground = make_store(folder)
    second, third = pack_of(work, *SECOND), pack_of(work, *THIRD)
    joins = ground.file is None
    try:
        for pack in [second] if joins else [second, third]:
            done = add_district(folder, ground, pack)
            tap.ok(done.returncode == 0, f"{pack.name} joins the store", done)
        again = add_district(folder, ground, second)
        tap.ok(again.returncode == 3 and "second" in again.stderr, "its code is taken then", again)
        settings(tap, folder, ground)
        with Server(folder, make=False, options=["--set", "host.er.example=second"]) as server:
            if joins:
                done = add_district(folder, ground, third)
                tap.ok(done.returncode == 0, "the third joins while the others are served", done)
            choosing(tap, server)
            no_leak(tap, server)
            by_host(tap, server)
            command_line(tap, server)
            machine(tap, server)
            if ground.file:
                many(tap, server)
            tap.ok(server.alive(), "the server lives")
        pinned(tap, folder)
        pinned_refuses(tap, folder)
        if joins:
            at_once(tap, folder, ground, work)
    finally:
        ground.drop()
        shutil.rmtree(work, ignore_errors=True)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
