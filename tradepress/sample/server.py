"""Serves the sample papers on loopback: a small HTTP/1.1 server, both origin and forward proxy."""

import email.utils
import gzip
import hashlib
import re
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from tradepress.sample.editions import PAPERS, EditionName, Page, SampleSite

_WORTH_ZIPPING = 400
"""Is in bytes."""


class Request(NamedTuple):
    """Is one request the server answered for a paper."""

    method: str
    url: str
    """Is absolute, with the host that was asked for."""
    status: int


class SamplePapers:
    """Serves an edition of both papers on 127.0.0.1 at a free port, as a context manager.

    Ask it as a proxy for ``http://signetgazette.example/`` and
    ``http://marksandmakers.example/``, or open ``http://signetgazette.localhost:PORT/`` in a
    browser. It answers for no other host.
    """

    def __init__(self, edition: EditionName = "base") -> None:
        self.requests: list[Request] = []
        """Holds every request for a paper's page, in the order of the answers."""
        self.sites = {host: SampleSite(host, edition) for host in PAPERS}

    @property
    def proxy_url(self) -> str:
        """Returns ``http://127.0.0.1:PORT``; the server must be running."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},  # seconds it may take to stop
            name="sample papers",
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for every answer

    def __init__(self, papers: SamplePapers) -> None:
        self.papers = papers
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in tuple(self._connections):
            with suppress(OSError):  # closed by the other side meanwhile
                connection.shutdown(socket.SHUT_RD)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client may leave at any time
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SamplePapers"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        try:
            target = urlsplit(self.path)
            origin = urlsplit(f"http://{self.headers.get('Host', '')}")
            asked = target if target.scheme else origin
            host = (asked.hostname or "").rstrip(".")
        except ValueError:
            return self._refuse(400, "The address of this request cannot be read.")
        bare = re.sub(r"\.localhost$", ".example", host.removeprefix("www."))
        site = self.server.papers.sites.get(bare)
        if site is None or asked.scheme != "http":
            port = self.server.server_port
            return self._refuse(
                502,
                f"Only the sample papers are served here, not {host!r}. Open "
                f"http://signetgazette.localhost:{port}/ in a browser, or use this address as "
                f"a proxy for http://signetgazette.example/.",
            )
        path = target.path or "/"
        place = path + (f"?{target.query}" if target.query else "")
        if host.startswith("www.") and bare == "marksandmakers.example":
            page = Page(status=301, location=site.home + place)
        else:
            page = site.page(path, target.query)
        if host.endswith(".localhost"):
            page = self._moved_to_localhost(page)
        self._send(page, f"http://{host}{place}")

    do_HEAD = do_GET

    def do_CONNECT(self) -> None:
        self._refuse(405, "The sample papers are plain http: no tunnels, no forms.")

    do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_CONNECT

    def _moved_to_localhost(self, page: Page) -> Page:
        """Returns the page with all addresses of the papers turned to where a browser finds
        them."""
        names = "|".join(host.removesuffix(".example") for host in self.server.papers.sites)
        here = rf"http://\1.localhost:{self.server.server_port}"
        pattern = rf"http://((?:www\.)?(?:{names}))\.example"
        return replace(
            page,
            body=re.sub(pattern.encode(), here.encode(), page.body),
            location=page.location and re.sub(pattern, here, page.location),
        )

    def _send(self, page: Page, url: str | None = None) -> None:
        """Sends the page, or 304 where the client has it already.

        :param url: noted among the requests; None: of no paper
        """
        body = page.body
        tag = hashlib.sha256(body).hexdigest()[:20]
        zipped = (
            "gzip" in self.headers.get("Accept-Encoding", "")
            and len(body) >= _WORTH_ZIPPING
            and page.content_type.startswith(("text/", "application/xml", "application/rss"))
        )
        if zipped:
            body, tag = gzip.compress(body, mtime=0), f"{tag}-gzip"
        known = re.findall(r'"([^"]*)"', self.headers.get("If-None-Match", ""))
        unchanged = page.status == 200 and tag in known
        status = 304 if unchanged else page.status
        if url is not None:
            self.server.papers.requests.append(Request(self.command, url, status))
        self.send_response(status)
        if page.status == 200:
            self.send_header("ETag", f'"{tag}"')
            if page.changed:
                changed = email.utils.format_datetime(page.changed, usegmt=True)
                self.send_header("Last-Modified", changed)
            self.send_header("Cache-Control", "no-cache")
            self.send_header("Vary", "Accept-Encoding")
        if page.location:
            self.send_header("Location", page.location)
        if self.close_connection:
            self.send_header("Connection", "close")
        if not unchanged:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(body)))
            if zipped:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if not unchanged and self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status: int, words: str) -> None:
        self.close_connection = True  # a body nobody reads may follow
        kind = "text/plain; charset=utf-8"
        self._send(Page(body=f"{words}\n".encode(), content_type=kind, status=status))

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a demo's terminal belongs to the crawl."""
