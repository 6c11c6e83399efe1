"""A wire between bihuan and the server that breaks when a COMMIT goes over it.

    with Proxy(cluster.port) as wire:
        url = cluster.url("d", port=wire.port)
        wire.cut = "before"     # the next COMMIT does not reach the server
        wire.cut = "after"      # it does, and is answered, but the answer does not come back
        wire.cut = "with"       # it is sent on, and the wire breaks at once
        wire.cut = "behind"     # its answer comes back, and nothing after it

One COMMIT is cut for each time that `cut` is set; wire.cuts counts them. The protocol is read no further than
that: a message that begins with COMMIT in the client's words, and the server's tag COMMIT.
"""
import select
import socket
import threading

SPOKEN = b"COMMIT\0"  # as a query's text, and as the tag of its answer


def shut(*sockets):
    for s in sockets:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        s.close()


class Proxy:
    def __init__(self, to_port):
        self.to_port, self.cut, self.cuts, self.lock = to_port, None, 0, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.open = self.listener.getsockname()[1], True
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False
        shut(self.listener)

    def accept(self):
        while self.open:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.to_port), timeout=5)
            except OSError:
                shut(client)
                continue
            threading.Thread(target=self.carry, args=(client, server), daemon=True).start()

    def take_cut(self):
        with self.lock:
            how, self.cut = self.cut, None
            self.cuts += how is not None
            return how

    def carry(self, client, server):
        """Both directions of one connection, until either end or a cut."""
        how = None  # the cut that waits for the server's tag
        try:
            while True:
                for s in select.select([client, server], [], [])[0]:
                    data = s.recv(65536)
                    if not data:
                        return
                    if s is client and SPOKEN in data and self.cut:
                        how = self.take_cut()
                        if how == "before":
                            return
                        server.sendall(data)
                        if how == "with":
                            return
                        continue
                    if how and s is server:
                        if SPOKEN not in data:
                            continue
                        if how == "behind":
                            client.sendall(data[:data.index(SPOKEN) + len(SPOKEN)])
                        return
                    (server if s is client else client).sendall(data)
        except OSError:
            return
        finally:
            shut(client, server)
