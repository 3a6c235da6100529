"""A server on raw sockets that breaks the rules of HTTP, each path in its own way."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, repeat

PIECE = 16_384


@dataclass(kw_only=True)
class Asked:
    """One request, and the connection it came on."""

    connection: socket.socket
    host: str
    path: str
    headers: dict[str, str]
    times: int
    """How often this path was asked for, this time included."""

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.sendall(piece)

    def reset(self) -> None:
        """Close with RST, not with FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def stay(self, seconds: float | None = None) -> bool:
        """Wait until the other side goes, or so long; is it still there?"""
        self.connection.settimeout(seconds)
        try:
            return bool(self.connection.recv(1))
        except TimeoutError:
            return True


Behaviour = Callable[[Asked], None]


@dataclass(kw_only=True)
class FaultServer:
    """What each path does, and what was asked for."""

    port: int
    paths: dict[str, Behaviour] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)

    def asked(self, path: str) -> list[Asked]:
        return [request for request in self.requests if request.path == path]

    def answer(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        # Who asked may be gone at any time; that is what most of this is about.
        with suppress(OSError), connection:
            stream = tls.wrap_socket(connection, server_side=True) if tls else connection
            with stream:
                lines = _head(stream).decode("latin-1").split("\r\n")
                if len(lines) < 2:
                    return
                path = lines[0].split()[1]
                pairs = (line.split(": ", 1) for line in lines[1:] if ": " in line)
                headers = {name.lower(): value for name, value in pairs}
                request = Asked(
                    connection=stream,
                    host=headers["host"].partition(":")[0],
                    path=path,
                    headers=headers,
                    times=len(self.asked(path)) + 1,
                )
                self.requests.append(request)
                self.paths.get(path, page(b"not here", status="404 Not Found"))(request)


def _head(stream: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = stream.recv(PIECE)
        if not piece:
            return b""
        received += piece
    return received.partition(b"\r\n\r\n")[0]


@contextmanager
def serve(*tls: ssl.SSLContext) -> Iterator[FaultServer]:
    """A fault server on loopback while the block runs.

    :param tls: for the first connection, the second and so on; the last one goes on
    """
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        server = FaultServer(port=listener.getsockname()[1])

        def accept() -> None:
            for context in chain(tls or [None], repeat(tls[-1] if tls else None)):
                try:
                    connection, _ = listener.accept()
                except OSError:  # closed: the end
                    return
                threading.Thread(
                    target=server.answer, args=(connection, context), daemon=True
                ).start()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def head(*lines: str, status: str = "200 OK") -> bytes:
    """Status line and headers, ``Content-Type`` and ``Connection: close`` among them."""
    first = (f"HTTP/1.1 {status}", "Connection: close", "Content-Type: text/html")
    return "\r\n".join([*first, *lines, "", ""]).encode()


def page(
    body: bytes, *lines: str, status: str = "200 OK", length: int | str | None = None
) -> Behaviour:
    """An answer as it should be, unless ``length`` says another Content-Length."""
    size = len(body) if length is None else length

    def behave(asked: Asked) -> None:
        asked.send(head(*lines, f"Content-Length: {size}", status=status), body)

    return behave


def raw(*pieces: bytes) -> Behaviour:
    """These bytes, and the end."""

    def behave(asked: Asked) -> None:
        asked.send(*pieces)

    return behave


def broken_by_reset(*pieces: bytes) -> Behaviour:
    """These bytes, and a reset."""

    def behave(asked: Asked) -> None:
        asked.send(*pieces)
        asked.reset()

    return behave


def silent(*pieces: bytes) -> Behaviour:
    """These bytes, and nothing more while the other side waits."""

    def behave(asked: Asked) -> None:
        asked.send(*pieces)
        asked.stay()

    return behave


def dripping(start: bytes, drop: bytes) -> Behaviour:
    """A little now and then, for as long as the other side waits."""

    def behave(asked: Asked) -> None:
        asked.send(start)
        while asked.stay(0.1):
            asked.send(drop)

    return behave


def endless(start: bytes, piece: bytes) -> Behaviour:
    """As much as the other side takes, as fast as it does."""

    def behave(asked: Asked) -> None:
        asked.send(start)
        while True:
            asked.send(piece)

    return behave


def first_and_then(first: Behaviour, then: Behaviour) -> Behaviour:
    """One behaviour for the first request, another from the second on."""

    def behave(asked: Asked) -> None:
        (first if asked.times == 1 else then)(asked)

    return behave
