#!/usr/bin/env python3
"""The embedded interface: nonce, tags, codings, what may be kept; and that a program without one says so
politely."""
import gzip
import json
import re
import sys

from harness import Client, Server, Tap


def page(tap, client):
    first, second = client.get("/"), client.get("/items/anything?x=1")
    tap.ok(first.status == 200 and first.headers["Content-Type"] == "text/html; charset=utf-8", "the page", first)
    tap.ok(second.status == 200 and "<html" in second.body.decode(), "stands in for places inside the interface")
    nonces = [re.search(r"script-src 'nonce-([A-Za-z0-9_-]{43})'", a.headers["Content-Security-Policy"]).group(1)
              for a in (first, second)]
    tap.ok(nonces[0] != nonces[1], "each answer has its own nonce")
    html = first.body.decode()
    scripts = re.findall(r"<script\b[^>]*>", html)
    tap.ok(scripts and all(f'nonce="{nonces[0]}"' in s for s in scripts), "each script carries it", scripts)
    tap.ok("__CSP_NONCE__" not in html and not re.search(r"\son\w+=", html), "no placeholder, no inline handler")
    policy = first.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'",
                 "require-trusted-types-for 'script'", "style-src 'self'"):
        tap.ok(part in policy, f"policy: {part}", policy)
    tap.ok("unsafe" not in policy and first.headers["Cache-Control"] == "no-store", "nothing unsafe, nothing kept")
    return html


def asset(tap, client, path):
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    tap.ok(plain.status == 200 and not plain.headers["Content-Encoding"], f"asset {path}", plain.headers)
    tap.ok("immutable" in plain.headers["Cache-Control"] and "31536000" in plain.headers["Cache-Control"], "is kept for ever")
    tap.same(plain.headers["Vary"], "Accept-Encoding", "varies with the coding")
    zipped = client.get(path, headers={"Accept-Encoding": "gzip, deflate"})
    tap.ok(zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.body) == plain.body, "gzip gives the same bytes")
    best = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    tap.ok(best.headers["Content-Encoding"] == "br" and len(best.body) <= len(zipped.body),
           f"brotli is smallest ({len(plain.body)} {len(zipped.body)} {len(best.body)})")
    none = client.get(path, headers={"Accept-Encoding": "br;q=0, gzip;q=0"})
    tap.ok(not none.headers["Content-Encoding"], "codings that are refused are not sent")
    tags = {a.headers["ETag"] for a in (plain, zipped, best)}
    tap.ok(len(tags) == 3 and all(re.fullmatch(r'"[^"]+"', t) for t in tags), "each coding has a strong tag of its own", tags)
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": f'"x", {zipped.headers["ETag"]}'})
    tap.ok(again.status == 304 and again.body == b"", "a known tag: 304 without a body", again)
    head = client.call("HEAD", path)
    tap.ok(head.status == 200 and head.body == b"" and int(head.headers["Content-Length"]) > 0, "HEAD: the length only")


def main():
    tap = Tap()
    with Server() as server:
        client = Client(server)
        started = next(json.loads(x) for x in server.log_text().splitlines() if '"server.started"' in x)
        missing = client.get("/assets/none-12345678.js")
        tap.ok(missing.status == 404 and missing.id == "http.not_found", "a missing asset is missing", missing)
        if started["web_files"] == 0:
            tap.note("built without web/dist")
            tap.same(client.get("/").status, 404, "without an interface there is no page")
        else:
            html = page(tap, client)
            asset(tap, client, re.search(r'src="(/assets/[^"]+\.js)"', html).group(1))
            icon = client.get("/icon.svg")
            tap.ok(icon.status == 200 and icon.headers["Content-Type"] == "image/svg+xml" and
                   icon.headers["Cache-Control"] == "no-cache", "a name without a hash is asked for again", icon.headers)
            tap.same(client.get("/.vite/manifest.json").headers["Content-Type"], "text/html; charset=utf-8",
                     "hidden files of the build are not served")
        tap.same(client.call("POST", "/", {}).status, 405, "the page takes no POST")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
