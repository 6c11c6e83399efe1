#!/usr/bin/env python3
"""Webhooks against a real receiver: approval, signature, order, retry, replay with the same ids, a receiver
that hangs, a restart in between, addresses that are refused; and calendar feeds: what they show, revoking,
ETag, one answer for all that opens nothing."""
import hashlib
import hmac
import json
import socket
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import Client, Server, Tap


class Receiver:
    """Keeps what it gets; answers what `answer` says, "hang" by not answering."""

    def __init__(self, port=0):
        self.got, self.answer = [], 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                how = receiver.answer
                receiver.got.append((dict(self.headers), body, how))
                if how == "hang":
                    time.sleep(3)
                    return
                self.send_response(how)
                if how == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def bodies(self, how=200):
        return [json.loads(b) for _, b, h in list(self.got) if h == how]


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def options(port):
    return ["--set", "hook_poll_ms=50", "--set", "hook_retry_ms=100", "--set", "hook_timeout_ms=1000",
            "--set", "hook_attempts=6", "--set", f"hook_allow=127.0.0.1:{port}"]


def draft(ducha, title, **more):
    answer = ducha.do("item.draft", {"register": "ZD", "title": title, **more})
    assert answer.status == 200, answer
    return answer.json["item"]


def deliveries(xitong, hook):
    return xitong.get(f"/api/v1/webhook_deliveries?webhook={hook}").json["rows"]


def signed(secret, headers, body):
    stamp = headers["X-Bihuan-Timestamp"].encode()
    want = hmac.new(secret.encode(), stamp + b"." + body, hashlib.sha256).hexdigest()
    return headers["X-Bihuan-Signature"] == f"sha256={want}"


def declare(tap, server, receiver):
    xitong, ducha = Client(server, "xitong"), Client(server, "ducha")
    url = f"http://127.0.0.1:{receiver.port}/in"
    for bad in ("ftp://x/", "http://", "https://a:b@c/", "http://x/\ny"):
        tap.same(xitong.do("webhook.add", {"name": "x", "url": bad, "events": ["item.*"]}).id, "hook.bad_url", f"refused: {bad!r}")
    tap.same(xitong.do("webhook.add", {"name": "x", "url": url, "events": ["item.nothing"]}).id, "hook.no_event", "no such event")
    tap.same(ducha.do("webhook.add", {"name": "x", "url": url, "events": ["item.*"]}).status, 403, "a supervisor declares none")
    answer = xitong.do("webhook.add", {"name": "市平台", "url": url, "events": ["item.*"]}, {"Idempotency-Key": "hook-1"})
    hook, secret = answer.json["webhook"], answer.json["secret"]
    again = xitong.do("webhook.add", {"name": "市平台", "url": url, "events": ["item.*"]}, {"Idempotency-Key": "hook-1"})
    tap.ok(again.json["webhook"] == hook and "secret" not in again.json, "the secret is told once, not to a repetition")
    seen = json.dumps(xitong.get("/api/v1/webhooks").json) + json.dumps(ducha.get("/api/v1/journal?limit=50").json)
    tap.ok(secret not in seen and secret not in server.log_text(), "it stands in no list, no journal and no log")
    tap.same(xitong.get("/api/v1/webhooks").json["rows"][0]["standing"], "to_approve", "it waits for approval")
    draft(ducha, "核准之前")
    xitong.do("webhook.test", {"webhook": hook})
    tap.ok(until(lambda: receiver.got), "a test is sent before it is approved")
    headers, body, _ = receiver.got[0]
    tap.ok(signed(secret, headers, body) and json.loads(body)["item"] is None, "signed, and about no item")
    tap.same(xitong.do("webhook.approve", {"webhook": hook}).status, 403, "the administrator cannot approve")
    tap.same(ducha.do("webhook.approve", {"webhook": hook}).status, 200, "the supervisor can")
    return hook, secret


def flow(tap, server, receiver, hook, secret):
    xitong, ducha = Client(server, "xitong"), Client(server, "ducha")
    receiver.got.clear()
    first = draft(ducha, "第一件")
    hidden = draft(ducha, "不可外传的题目", secrecy="sensitive")
    tap.ok(until(lambda: len(receiver.got) == 2), "two events come", receiver.got)
    bodies = receiver.bodies()
    tap.same([b["item"]["id"] for b in bodies], [first, hidden], "in their order, and none from before the approval")
    tap.same([b["event"] for b in bodies], ["item.draft", "item.draft"], "by their names")
    tap.same(bodies[0]["item"]["title"], "第一件", "with the title")
    tap.ok("不可外传" not in receiver.got[1][1].decode() and bodies[1]["item"]["sensitive"], "of a sensitive item without")
    tap.ok(all(signed(secret, h, b) for h, b, _ in receiver.got), "each is signed")
    tap.ok(all(h["X-Bihuan-Delivery"] == json.loads(b)["id"] for h, b, _ in receiver.got), "and names its delivery")
    receiver.got.clear()
    receiver.answer = 500
    third = draft(ducha, "第三件")
    fourth = draft(ducha, "第四件")
    tap.ok(until(lambda: len(receiver.got) >= 2), "a failure is tried again")
    tap.ok(all(b["item"]["id"] == third for b in receiver.bodies(500)), "what comes later waits for it")
    receiver.answer = 200
    tap.ok(until(lambda: len(receiver.bodies()) == 2), "and then both go")
    tap.same([b["item"]["id"] for b in receiver.bodies()], [third, fourth], "in their order")
    tap.same(len({h["X-Bihuan-Delivery"] for h, b, _ in receiver.got}), 2, "every try under the same id")
    receiver.answer = 302
    receiver.got.clear()
    draft(ducha, "转向")
    tap.ok(until(lambda: receiver.got), "a redirect is an answer like another")
    tap.ok(until(lambda: deliveries(xitong, hook)[0]["last_status"] == 302), "and is noted")
    receiver.answer = 200
    tap.ok(until(lambda: deliveries(xitong, hook)[0]["state"] == "done"), "the next try succeeds")
    replay(tap, server, receiver, hook)


def replay(tap, server, receiver, hook):
    xitong = Client(server, "xitong")
    rows = [r for r in deliveries(xitong, hook) if r["item_id"]]
    low, high = min(r["seq"] for r in rows), max(r["seq"] for r in rows)
    receiver.got.clear()
    answer = xitong.do("webhook.replay", {"webhook": hook, "from": low, "to": high})
    tap.ok(answer.status == 200 and answer.json["deliveries"] == len(rows), "a span is sent again", answer)
    tap.ok(until(lambda: len(receiver.got) == len(rows)), "all of it")
    tap.same([h["X-Bihuan-Delivery"] for h, b, _ in receiver.got], [r["delivery"] for r in reversed(rows)],
             "with the same ids, in the same order")
    tap.same(xitong.do("webhook.replay", {"webhook": hook, "from": 1, "to": high}).id, "hook.before_start",
             "not from before the approval")


def trouble(tap, folder, server, receiver, hook):
    """A receiver that is dead, a restart meanwhile, one that hangs, one that never comes back."""
    ducha, port = Client(server, "ducha"), receiver.port
    receiver.close()
    lost = [draft(ducha, f"中断{i}") for i in range(3)]
    xitong = Client(server, "xitong")
    tap.ok(until(lambda: any(r["last_error"] == "unreachable" for r in deliveries(xitong, hook))), "the receiver is dead")
    server.stop()
    server.start()
    receiver = Receiver(port)
    tap.ok(until(lambda: len(receiver.bodies()) == 3), "after a restart nothing is lost", receiver.got)
    tap.same([b["item"]["id"] for b in receiver.bodies()], lost, "and the order is kept")
    ducha, xitong = Client(server, "ducha"), Client(server, "xitong")
    receiver.answer = "hang"
    draft(ducha, "无应答")
    tap.ok(until(lambda: any(h == "hang" for *_, h in receiver.got)), "a receiver hangs")
    tap.ok(all(draft(ducha, f"照常{i}") for i in range(5)), "people work on")
    tap.ok(until(lambda: any(r["last_error"] == "timeout" for r in deliveries(xitong, hook))),
           "it is noted that there was no answer in time")
    tap.ok(until(lambda: any(r["state"] == "given_up" for r in deliveries(xitong, hook)), 40), "in the end it is given up")
    tap.ok(until(lambda: "hook.given_up" in server.log_text()), "and said so in the log")
    receiver.close()


def refused(tap, server):
    """Addresses that the setting does not allow: nothing connects there."""
    xitong = Client(server, "xitong")
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0.2)
        port = trap.getsockname()[1]
        for url in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", f"https://localhost:{port}/",
                    f"https://[::ffff:127.0.0.1]:{port}/", f"https://2130706433:{port}/", "https://169.254.169.254/latest"):
            hook = xitong.do("webhook.add", {"name": "内部", "url": url, "events": ["item.*"]}).json["webhook"]
            xitong.do("webhook.test", {"webhook": hook})
            tap.ok(until(lambda: deliveries(xitong, hook)[0]["last_error"]), f"refused: {url}")
            tap.same(deliveries(xitong, hook)[0]["last_error"], "forbidden_host", "and said why")
            xitong.do("webhook.remove", {"webhook": hook})
        try:
            trap.accept()
            tap.ok(False, "nobody connected")
        except socket.timeout:
            tap.ok(True, "nobody connected")


def unfolded(answer):
    return answer.body.decode().replace("\r\n ", "").split("\r\n")


def issue(server, title, **more):
    """An item that the unit ZJW has to accept."""
    ducha = Client(server, "ducha")
    item = draft(ducha, title, lead="ZJW", person="P-ZJW2", deputy="P-ZJW", standard="做完", due="2023-06-30", due_kind="finish",
                 parts=[{"kind": "standard", "body": "做完"}], **more)
    steps = [ducha.do("item.approve", {"item": item, "authority_kind": "meeting", "authority_ref": "纪要1号", "authority_day": "2023-02-20"})]
    steps.append(ducha.do("item.issue", {"item": item}))
    return item, steps


def feeds(tap, server):
    zjw, fgw, xitong = (Client(server, n) for n in ("zjw", "fgw", "xitong"))
    item, steps = issue(server, "加装电梯，含；标点")
    hidden, more = issue(server, "保密的题目", secrecy="sensitive")
    tap.ok(all(s.status == 200 for s in steps + more), "two items are issued", steps + more)
    answer = zjw.do("feed.create", {"kind": "person", "language": "zh"})
    feed, path = answer.json["feed"], answer.json["path"]
    tap.ok(answer.json["token"] not in json.dumps(zjw.get("/api/v1/feeds").json), "the token is told once")
    anybody = Client(server)
    ics = anybody.get(path)
    lines = unfolded(ics)
    tap.same((ics.status, ics.headers["Content-Type"]), (200, "text/calendar; charset=utf-8"), "it is a calendar, without a session")
    tap.ok(all(len(x) <= 75 for x in ics.body.split(b"\r\n")), "of folded lines")
    tap.ok(any(x.startswith("SUMMARY:") and "加装电梯，含；标点" in x for x in lines), "with the item", lines)
    tap.ok("DTSTART;VALUE=DATE:20230630" in lines, "on its due day")
    tap.ok(any(x.startswith(f"UID:{item}@") for x in lines), "under a stable id")
    tap.ok("保密的题目" not in ics.body.decode() and any("敏感事项" in x for x in lines), "a sensitive one without its title")
    tag = ics.headers["ETag"]
    same = anybody.get(path, headers={"If-None-Match": tag})
    tap.same((same.status, same.body), (304, b""), "unchanged: 304")
    zjw.do("item.accept", {"item": item, "commitment": "按期完成"})
    moved = anybody.get(path, headers={"If-None-Match": tag})
    tap.ok(moved.status == 200 and moved.headers["ETag"] != tag, "changed: anew")
    other = anybody.get(fgw.do("feed.create", {"kind": "person"}).json["path"])
    tap.ok("加装电梯" not in other.body.decode() and other.status == 200, "another unit's feed has it not")
    tap.same(fgw.do("feed.create", {"kind": "unit", "unit": "ZJW"}).status, 403, "nor may it have the unit's")
    unit = zjw.do("feed.create", {"kind": "unit", "unit": "ZJW"}).json["path"]
    tap.ok("加装电梯" in anybody.get(unit).body.decode(), "the unit's own officer may")
    tap.same(zjw.do("feed.revoke", {"feed": feed}).status, 200, "a feed is revoked")
    gone, never = anybody.get(path), anybody.get(path[:-12] + "AAAAAAAA.ics")
    strip = lambda a: {k: v for k, v in a.json.items() if k != "request_id"}
    tap.same((gone.status, strip(gone)), (404, strip(never)), "a revoked one and one that never was answer alike")
    tap.same(strip(anybody.get("/feed/x.ics")), strip(never), "and so does what is no token")
    anquan = Client(server, "anquan")
    account = next(a["id"] for a in anquan.get("/api/v1/accounts").json["rows"] if a["login"] == "zjw")
    anquan.do("account.disable", {"account": account, "disabled": True})
    tap.same(anybody.get(unit).status, 404, "with the account its feeds end")
    anquan.do("account.disable", {"account": account, "disabled": False})
    tap.same(anybody.get(unit).status, 200, "and come back with it")
    for _ in range(40):
        last = anybody.get(path)
        if last.status == 429:
            break
    tap.same(last.status, 429, "guessing is stopped")
    tap.ok(path.split("/")[-1] not in server.log_text(), "no token stands in the log")


def main():
    tap = Tap()
    receiver = Receiver()
    with tempfile.TemporaryDirectory(prefix="bihuan-hooks-") as folder:
        folder += "/store"
        with Server(folder, options=options(receiver.port)) as server:
            hook, secret = declare(tap, server, receiver)
            flow(tap, server, receiver, hook, secret)
            trouble(tap, folder, server, receiver, hook)
            refused(tap, server)
            feeds(tap, server)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
