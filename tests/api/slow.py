#!/usr/bin/env python3
"""Slow clients: 200 connections from one address that send a header line every half second, and some
that dribble a body. They are limited and cut; a client of another address is served meanwhile."""
import http.client
import socket
import sys
import time

from harness import Server, Tap, socket_to

# How long a slow client is held. Whoever had to wait behind one would wait that long: the measure of
# "meanwhile" is this limit, not the speed of the machine.
HEADER_MS, GRACE_MS = 2000, 1500


def open_slow(server, n, first):
    found = []
    for i in range(n):
        try:
            s = socket_to(server.port, source="127.0.0.2")
            s.sendall(first(i))
            s.setblocking(False)
            found.append(s)
        except OSError:
            pass
    return found


def still_open(sockets):
    n = 0
    for s in sockets:
        try:
            while s.recv(4096):
                pass  # an answer; the end may stand behind it
        except BlockingIOError:
            n += 1
        except OSError:
            pass
    return n


def dribble(sockets, data):
    for s in sockets:
        try:
            s.sendall(data)
        except OSError:
            pass


def serve_times(server, seconds, sockets, data):
    """Requests of another address while the slow ones go on; the slowest counts."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        dribble(sockets, data)
        t = time.monotonic()
        c = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5, source_address=("127.0.0.3", 0))
        c.request("GET", "/healthz")
        c.getresponse().read()
        c.close()
        times.append((time.monotonic() - t) * 1000)
        time.sleep(0.25)
    return times


def main():
    tap = Tap()
    options = ["--set", f"header_ms={HEADER_MS}", "--set", f"body_grace_ms={GRACE_MS}", "--set", "idle_ms=1500"]
    with Server(options=options) as server:
        slow = open_slow(server, 200, lambda i: b"GET / HTTP/1.1\r\nHost: x\r\n" if i % 2 else b"GET / HT")
        time.sleep(0.3)
        admitted = still_open(slow)
        tap.ok(0 < admitted <= 50, f"of 200 connections of one address at most 50 are kept ({admitted})")
        times = serve_times(server, 2.5, slow, b"X-A: b\r\n")
        tap.ok(max(times) < HEADER_MS, "another address is served while the slow ones are held", times)
        time.sleep(0.2)
        left = still_open(slow)
        tap.same(left, 0, "a header that takes longer than its time is cut, although bytes keep coming")
        for s in slow:
            s.close()
        body = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n"
        slow = open_slow(server, 40, lambda i: body)
        times = serve_times(server, 2.2, slow, b"{")
        tap.ok(max(times) < GRACE_MS, "slow bodies: another address is served while they are held", times)
        time.sleep(0.2)
        tap.same(still_open(slow), 0, "a body slower than the least rate is cut")
        for s in slow:
            s.close()
        idle = open_slow(server, 5, lambda i: b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        still_open(idle)  # takes the answers
        tap.same(still_open(idle), 5, "a connection waits idle for the next request")
        time.sleep(2.0)
        tap.same(still_open(idle), 0, "but not for ever")
        for s in idle:
            s.close()
        c = socket_to(server.port)
        c.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 8)
        time.sleep(0.5)
        got = c.recv(65536, socket.MSG_DONTWAIT)
        tap.same(got.count(b"HTTP/1.1 200"), 8, "pipelined requests are answered in order")
        c.close()
        tap.ok(server.alive(), "the server lives")
        tap.same(server.stop(), 0, "and stops when told")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
