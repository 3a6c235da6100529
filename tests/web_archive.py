"""What stands before a web archive on loopback: it notes each request, and may answer itself."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from time import monotonic

from conftest import Answer, serving

TRANSFER = ("transfer-encoding", "content-length", "connection", "date", "server")


@dataclass(frozen=True, kw_only=True)
class Noted:
    """One request and its answer, as they were seen there."""

    path: str
    began: float
    ended: float
    status: int
    run: int


@dataclass
class Front:
    """The log, and what is done in place of the web archive."""

    port: int = 0
    requests: list[Noted] = field(default_factory=list)
    run: int = 0
    """Which run asks by now; set by whoever starts them."""
    in_place: Callable[[str, int], Answer | None] = lambda path, asked: None
    """Told the path and how many captures were asked for, this one included. An answer with status
    0: none at all."""
    asked: int = 0

    def captures(self, *statuses: int) -> list[Noted]:
        """Requests for captures, with these answers."""
        return [one for one in self.requests if "id_/" in one.path and one.status in statuses]


@contextmanager
def before(archive_port: int) -> Iterator[Front]:
    """Serve in front of what is served at another port."""
    front = Front()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            began = monotonic()
            front.asked += "id_/" in self.path
            answer = front.in_place(self.path, front.asked)
            if answer is None:
                answer = self._from_archive()
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            if answer.status:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
            # Before the last bytes: the next request can't be noted before this one.
            front.requests.append(
                Noted(
                    path=self.path,
                    began=began,
                    ended=monotonic(),
                    status=answer.status,
                    run=front.run,
                )
            )
            if answer.status:
                self.end_headers()
            self.wfile.write(body)
            self.close_connection = not answer.status

        def _from_archive(self) -> Answer:
            connection = http.client.HTTPConnection("127.0.0.1", archive_port, timeout=60)
            connection.request("GET", self.path, headers=dict(self.headers))
            answer = connection.getresponse()
            headers = {
                name: value for name, value in answer.getheaders() if name.lower() not in TRANSFER
            }
            body = answer.read()
            connection.close()
            return Answer(body, answer.status, headers)

        def handle(self) -> None:
            with suppress(ConnectionError):  # who asked was killed
                super().handle()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(Handler) as port:
        front.port = port
        yield front
