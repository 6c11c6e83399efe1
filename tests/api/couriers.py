#!/usr/bin/env python3
"""Webhooks as a receiver meets them: the signature as openssl computes it, with SHA-256 and with SM3; a certificate that
nobody vouches for, one for another host, one that the given authority signed; and two processes on one store, which
between them send each delivery once, and at least once when one of them is killed."""
import json
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ground import on_server
from harness import Client, Server, Tap
from hooks import Receiver, deliveries, draft, options, until


def approved(server, url, **more):
    """A webhook that sends: its id and secret."""
    xitong, ducha = Client(server, "xitong"), Client(server, "ducha")
    answer = xitong.do("webhook.add", {"name": "平台", "url": url, "events": ["item.*"], **more})
    if answer.status != 200 or ducha.do("webhook.approve", {"webhook": answer.json["webhook"]}).status != 200:
        raise AssertionError(answer)
    return answer.json["webhook"], answer.json["secret"]


def openssl(*words, stdin=b""):
    done = subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True)
    return done.stdout


def signatures(tap, server, receiver):
    for algorithm, digest in (("sha256", "-sha256"), ("sm3", "-sm3")):
        receiver.got.clear()
        hook, secret = approved(server, f"http://127.0.0.1:{receiver.port}/in", algorithm=algorithm)
        draft(Client(server, "ducha"), f"签名 {algorithm} 含“标点”和\n换行")
        tap.ok(until(lambda: receiver.got), f"{algorithm}: a delivery comes")
        headers, body, _ = receiver.got[0]
        text = headers["X-Bihuan-Timestamp"].encode() + b"." + body
        told = openssl("dgst", digest, "-hmac", secret, stdin=text).decode().split("= ")[1].strip()
        tap.same(headers["X-Bihuan-Signature"], f"{algorithm}={told}", f"{algorithm}: signed as openssl signs")
        other = openssl("dgst", digest, "-hmac", secret, stdin=text + b" ").decode().split("= ")[1].strip()
        tap.ok(told != other, f"{algorithm}: and no other text")
        tap.ok(abs(int(headers["X-Bihuan-Timestamp"]) - time.time()) < 120, f"{algorithm}: with the time of sending")
        Client(server, "xitong").do("webhook.remove", {"webhook": hook})


def certificate(folder, name, address, authority=None):
    """A key and a certificate for an address, by itself or by an authority."""
    key, cert, request, names = (str(Path(folder) / f"{name}.{x}") for x in ("key", "pem", "csr", "ext"))
    Path(names).write_text(f"subjectAltName = {address}\n", "ascii")
    if not authority:
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", key, "-out", cert,
                "-addext", f"subjectAltName = {address}")
        return key, cert
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    openssl("x509", "-req", "-in", request, "-CA", authority[1], "-CAkey", authority[0], "-CAcreateserial", "-days", "2", "-extfile", names,
            "-out", cert)
    return key, cert


def secured(key, cert):
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    receiver.http.handle_error = lambda *_: None  # a handshake that is broken off is what is expected
    receiver.http.socket = context.wrap_socket(receiver.http.socket, server_side=True, do_handshake_on_connect=False)
    return receiver


def tested(server, port):
    """What a test delivery to an https address came to: its error, None when it arrived."""
    xitong = Client(server, "xitong")
    hook = xitong.do("webhook.add", {"name": "密", "url": f"https://127.0.0.1:{port}/in", "events": ["item.*"]}).json["webhook"]
    xitong.do("webhook.test", {"webhook": hook})
    until(lambda: deliveries(xitong, hook)[0]["last_error"] or deliveries(xitong, hook)[0]["state"] == "done")
    told = deliveries(xitong, hook)[0]
    xitong.do("webhook.remove", {"webhook": hook})
    return None if told["state"] == "done" else told["last_error"]


def certificates(tap, folder, server):
    authority = certificate(folder, "authority", "DNS:authority")
    stranger = secured(*certificate(folder, "stranger", "IP:127.0.0.1"))
    vouched = secured(*certificate(folder, "vouched", "IP:127.0.0.1", authority))
    elsewhere = secured(*certificate(folder, "elsewhere", "IP:127.0.0.9", authority))
    allow = ",".join(f"127.0.0.1:{r.port}" for r in (stranger, vouched, elsewhere))
    for given, good in ((authority[1], {"vouched"}), (None, set())):
        server.stop()
        server.options = [*options(stranger.port), "--set", f"hook_allow={allow}", *(["--set", f"hook_ca={given}"] if given else [])]
        server.start()
        for name, receiver in (("stranger", stranger), ("vouched", vouched), ("elsewhere", elsewhere)):
            receiver.got.clear()
            error = tested(server, receiver.port)
            with_ = "with the authority" if given else "without it"
            if name in good:
                tap.ok(error is None and receiver.got, f"{with_}: {name} is told", error)
            else:
                tap.ok(error == "certificate" and not receiver.got, f"{with_}: {name} is told nothing, and the reason stands there", error)
    for receiver in (stranger, vouched, elsewhere):
        receiver.close()


def two_processes(tap, server, receiver):
    """Each sends what it has claimed; no delivery is sent by both, and none is lost with a process that dies."""
    receiver.got.clear()
    with tempfile.TemporaryDirectory(prefix="bihuan-courier-") as folder:
        with Server(folder, options=options(receiver.port), make=False, store=server.ground.url) as other:
            hook, _ = approved(server, f"http://127.0.0.1:{receiver.port}/in")
            people = [Client(server, "ducha"), Client(other, "ducha")]
            made = [draft(people[i % 2], f"两个进程 {i}") for i in range(60)]
            tap.ok(until(lambda: len(receiver.got) >= len(made), 40), "all are told", len(receiver.got))
            xitong = Client(server, "xitong")
            tap.ok(until(lambda: all(r["state"] == "done" for r in deliveries(xitong, hook))), "and settled")
            ids = [h["X-Bihuan-Delivery"] for h, _, _ in receiver.got]
            tap.same((len(ids), len(set(ids))), (len(made), len(made)), "each once, by one of the two")
            tap.same([json.loads(b)["item"]["id"] for _, b, _ in receiver.got], made, "in the order in which it happened")
            # One dies while it waits for an answer: the other sends that one again, under the same id.
            receiver.got.clear()
            receiver.answer = "hang"
            last = [draft(people[0], f"中途 {i}") for i in range(3)]
            tap.ok(until(lambda: receiver.got), "a delivery is on its way")
            other.stop(signal.SIGKILL)
            receiver.answer = 200
            server.ground.run("UPDATE hook_cursor SET claimed_until = 1")  # the time of its claim is over
            tap.ok(until(lambda: {b["item"]["id"] for b in receiver.bodies()} == set(last), 40), "what was on its way comes, too",
                   receiver.bodies())
            by_id = {}
            for h, b, _ in receiver.got:
                by_id.setdefault(h["X-Bihuan-Delivery"], set()).add(b)
            tap.ok(len(by_id) == 3 and all(len(b) == 1 for b in by_id.values()), "again means the same id and the same bytes")


def main():
    tap = Tap()
    receiver = Receiver()
    with tempfile.TemporaryDirectory(prefix="bihuan-couriers-") as folder:
        with Server(folder + "/store", options=options(receiver.port)) as server:
            signatures(tap, server, receiver)
            if on_server():  # a file has one process
                two_processes(tap, server, receiver)
            certificates(tap, folder, server)
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
