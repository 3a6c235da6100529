"""Every fault of a network, one by one, in a real crawl: the ledger says what became of it.

The numbers are those of the project's list of faults (issue 5, "reliability", 1.1). Every case has
a host of its own below ``localhost``, so that what one host does costs no other one, and good
stories stand between the cases.
"""

import gzip
import io
import os
import re
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any

import preloaded
import pytest
from certificates import server_contexts
from conftest import ROOT, WITH_SPIDERS, Answer, Site, Tradepress, a_story, declare, inject
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from fault_server import (
    Behaviour,
    FaultServer,
    broken_by_reset,
    dripping,
    endless,
    first_and_then,
    head,
    page,
    raw,
    serve,
    silent,
)

from tradepress.archive.ledger.outcomes import OUTCOMES

_numbers = count(1)


def fresh() -> bytes:
    """A story that no other case tells: the same one twice would be one story."""
    return a_story(f"The lantern case number {next(_numbers)}").encode()


STORY = fresh()
HALF = STORY[: STORY.index(b"the court said")]
"""It stops in mid-sentence: a reader would take it for a short story."""
DOWNGRADED = "/trademark/downgraded-2125"
PORTS: dict[str, int] = {}
"""Of the servers, while they run."""
TIMEOUT = 10
"""Seconds for an answer, instead of our thirty."""

ARGUMENTS = ("--no-trial", "--contact", "archive@library.example")

Outcome = tuple[str, str | None]
STORED: Outcome = ("stored", None)
DATA_LOSS: Outcome = ("failed", "data_loss")
ENCODING: Outcome = ("failed", "encoding")
NETWORK: Outcome = ("failed", "network")
PROTOCOL: Outcome = ("failed", "protocol")
TIMED_OUT: Outcome = ("failed", "timeout")
TOO_LARGE: Outcome = ("rejected", "too_large")
REDIRECTS: Outcome = ("failed", "redirects")
NOT_FOLLOWED: Outcome = ("rejected", "not_followed")
PRIVATE: Outcome = ("rejected", "private_address")
NO_NAME: Outcome = ("deferred", "dns")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fault of one story."""

    number: int
    """In the list of faults."""
    words: str
    outcome: Outcome
    behaviour: Behaviour | None = None
    """What the server does; None: it is never asked."""
    asked: int = 1
    """How often the address is asked for in one run."""
    more: dict[str, Behaviour] = field(default_factory=dict)
    """Further paths that this case leads to."""
    server: str = "plain"
    """Or the certificate of the one that speaks TLS."""

    @property
    def slug(self) -> str:
        return f"{self.number}-" + re.sub(r"[^a-z0-9]+", "-", self.words.lower()).strip("-")

    @property
    def host(self) -> str:
        name = f"c{self.slug[:50].strip('-')}"
        return f"{name}.test" if f"{name}.test" in NAMES else f"{name}.localhost"

    @property
    def path(self) -> str:
        return f"/trademark/{self.slug}-{100_000 + zlib.crc32(self.slug.encode()) % 900_000}"


def written_with(writer: type[BrotliWriter | ZstdWriter], body: bytes) -> bytes:
    stream = io.BytesIO()
    with writer(stream) as compressed:
        compressed.write(body)
    return stream.getvalue()


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(body) + stream.flush()


def encoded(name: str, body: bytes) -> Behaviour:
    return page(body, f"Content-Encoding: {name}")


def plain_if_asked(otherwise: Behaviour) -> Behaviour:
    """A server whose compression is broken, and only that."""
    whole = page(fresh())

    def behave(asked: Any) -> None:
        is_plain = asked.headers["accept-encoding"] == "identity"
        (whole if is_plain else otherwise)(asked)

    return behave


def redirect(target: str, status: int = 302) -> Behaviour:
    return page(b"", f"Location: {target}", status=f"{status} Found")


def downgrade(asked: Any) -> None:
    redirect(f"http://down.localhost:{PORTS['plain']}{DOWNGRADED}")(asked)


def busy(wait: str) -> Behaviour:
    return page(b"", f"Retry-After: {wait}", status="429 Too Many Requests")


def in_ten_minutes(asked: Any) -> None:
    busy(format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True))(asked)


def refresh(target: str) -> Behaviour:
    return page(
        f'<html><head><meta http-equiv="refresh" content="0; url={target}"></head></html>'.encode()
    )


GZIPPED = gzip.compress(STORY)
BAD_CRC = GZIPPED[:-8] + bytes(4) + GZIPPED[-4:]
BROTLI = written_with(BrotliWriter, STORY)
ZSTD = written_with(ZstdWriter, STORY)
ZLIB = zlib.compress(STORY)
BLANKS = b" " * 50_000_000
CHUNKED = head("Transfer-Encoding: chunked")
CHUNK = b"%x\r\n%s\r\n" % (len(HALF), HALF)
LENGTH = f"Content-Length: {len(STORY)}"

NOT_FOUND = page(b"<title>Page not found</title><h1>Page not found</h1><p>Sorry!</p>")
LOGIN = page(b"<title>Log in</title><h1>Log in</h1><form><input type=password></form>")
CHALLENGE = page(b"<title>Just a moment...</title><h1>Just a moment...</h1>")
CONSENT = page(
    b"<title>Before you continue</title><h1>Before you continue</h1>"
    b"<p>We and our partners use cookies for advertising. Do you accept?</p>"
)

CASES = [
    Case(
        number=1,
        words="reset in mid-body",
        behaviour=broken_by_reset(head(LENGTH), HALF),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=1,
        words="reset before any answer",
        behaviour=broken_by_reset(),
        outcome=NETWORK,
        asked=2,
    ),
    Case(
        number=1,
        words="reset once and then well",
        behaviour=first_and_then(broken_by_reset(head(LENGTH), HALF), page(fresh())),
        outcome=STORED,
        asked=2,
    ),
    Case(
        number=2,
        words="closed before Content-Length",
        behaviour=raw(head(LENGTH), HALF),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=3,
        words="longer than Content-Length and cut in mid-story",
        behaviour=page(STORY, length=len(HALF)),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=3,
        words="longer than Content-Length but closed before",
        behaviour=page(fresh() + b"<!-- a counter -->", length=len(STORY)),
        outcome=STORED,
    ),
    Case(
        number=4,
        words="conflicting Content-Lengths",
        behaviour=raw(head(LENGTH, "Content-Length: 70"), STORY),
        outcome=PROTOCOL,
        asked=2,
    ),
    Case(
        number=5,
        words="negative Content-Length",
        behaviour=page(STORY, length=-5),
        outcome=PROTOCOL,
        asked=2,
    ),
    Case(
        number=5,
        words="Content-Length that is no number",
        behaviour=page(STORY, length="long"),
        outcome=PROTOCOL,
        asked=2,
    ),
    Case(
        number=6,
        words="chunks without a last one",
        behaviour=raw(CHUNKED, CHUNK),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=7,
        words="bad chunk size",
        behaviour=raw(CHUNKED, CHUNK, b"zz\r\nmore\r\n0\r\n\r\n"),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=8,
        words="no length and half a page",
        behaviour=raw(head(), HALF),
        outcome=DATA_LOSS,
        asked=2,
    ),
    # The list asks for a second try first. A page that is closed is whole, however it came, and
    # a server that never says a length would be asked twice for each.
    Case(number=8, words="no length but closed", behaviour=raw(head(), fresh()), outcome=STORED),
    Case(
        number=8,
        words="no length but a checksum",
        behaviour=raw(head("Content-Encoding: gzip"), gzip.compress(fresh())),
        outcome=STORED,
    ),
    Case(
        number=8,
        words="half a page once and then all of it",
        behaviour=first_and_then(raw(head(), HALF), raw(head(), fresh())),
        outcome=STORED,
        asked=2,
    ),
    Case(
        number=9,
        words="body in drops",
        behaviour=dripping(head(LENGTH), b"<"),
        outcome=TIMED_OUT,
        asked=2,
    ),
    Case(
        number=10,
        words="headers in drops",
        behaviour=dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        outcome=TIMED_OUT,
        asked=2,
    ),
    Case(
        number=11,
        words="accepted and never answered",
        behaviour=silent(),
        outcome=TIMED_OUT,
        asked=2,
    ),
    Case(
        number=12,
        words="endless body",
        behaviour=endless(head(), STORY * 100),
        outcome=TOO_LARGE,
    ),
    Case(
        number=12,
        words="Content-Length beyond the limit",
        behaviour=raw(head("Content-Length: 99999999999"), STORY),
        outcome=TOO_LARGE,
    ),
    Case(
        number=13,
        words="endless headers",
        behaviour=endless(b"HTTP/1.1 200 OK\r\n", b"X-Lantern: green\r\n" * 1000),
        outcome=PROTOCOL,
        asked=2,
    ),
    Case(
        number=13,
        words="header line of 200 KB",
        behaviour=page(STORY, "X-Lantern: " + "green " * 34_000),
        outcome=NETWORK,
        asked=2,
    ),
    Case(
        number=14,
        words="half of gzip",
        behaviour=encoded("gzip", GZIPPED[: len(GZIPPED) // 2]),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=14,
        words="gzip without its last byte",
        behaviour=encoded("gzip", GZIPPED[:-1]),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=14,
        words="half of gzip but whole when plain",
        behaviour=plain_if_asked(encoded("gzip", GZIPPED[: len(GZIPPED) // 2])),
        outcome=STORED,
        asked=2,
    ),
    # We ask for gzip alone. Of these two the decoder does not say whether they are cut off or
    # something else, so the reason is the wider one.
    Case(
        number=15,
        words="half of brotli",
        behaviour=encoded("br", BROTLI[: len(BROTLI) // 2]),
        outcome=ENCODING,
        asked=2,
    ),
    Case(
        number=15,
        words="half of zstd",
        behaviour=encoded("zstd", ZSTD[: len(ZSTD) // 2]),
        outcome=ENCODING,
        asked=2,
    ),
    Case(
        number=15,
        words="half of deflate",
        behaviour=encoded("deflate", ZLIB[: len(ZLIB) // 2]),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=15,
        words="whole brotli",
        behaviour=encoded("br", written_with(BrotliWriter, fresh())),
        outcome=STORED,
    ),
    Case(
        number=15,
        words="whole zstd",
        behaviour=encoded("zstd", written_with(ZstdWriter, fresh())),
        outcome=STORED,
    ),
    Case(
        number=15,
        words="whole deflate",
        behaviour=encoded("deflate", zlib.compress(fresh())),
        outcome=STORED,
    ),
    Case(
        number=15,
        words="deflate without its frame",
        behaviour=encoded("deflate", raw_deflate(fresh())),
        outcome=STORED,
    ),
    Case(
        number=16,
        words="wrong checksum",
        behaviour=encoded("gzip", BAD_CRC),
        outcome=ENCODING,
        asked=2,
    ),
    Case(
        number=17,
        words="plain but named gzip",
        behaviour=encoded("gzip", STORY),
        outcome=ENCODING,
        asked=2,
    ),
    Case(
        number=17,
        words="plain but named gzip unless asked for plain",
        behaviour=plain_if_asked(encoded("gzip", STORY)),
        outcome=STORED,
        asked=2,
    ),
    Case(
        number=17,
        words="an encoding nobody knows",
        behaviour=encoded("lantern", STORY),
        outcome=ENCODING,
        asked=2,
    ),
    Case(
        number=18,
        words="bomb of gzip",
        behaviour=encoded("gzip", gzip.compress(BLANKS)),
        outcome=TOO_LARGE,
    ),
    Case(
        number=18,
        words="bomb of deflate",
        behaviour=encoded("deflate", zlib.compress(BLANKS)),
        outcome=TOO_LARGE,
    ),
    Case(
        number=18,
        words="bomb of brotli",
        behaviour=encoded("br", written_with(BrotliWriter, BLANKS)),
        outcome=TOO_LARGE,
    ),
    Case(
        number=18,
        words="bomb of zstd",
        behaviour=encoded("zstd", written_with(ZstdWriter, BLANKS[:8_000_000]) * 6),
        outcome=TOO_LARGE,
    ),
    Case(
        number=18,
        words="bomb of gzip in gzip",
        behaviour=encoded("gzip, gzip", gzip.compress(gzip.compress(BLANKS))),
        outcome=TOO_LARGE,
    ),
    Case(
        number=19,
        words="thirty encodings",
        behaviour=encoded(", ".join(["gzip"] * 30), GZIPPED),
        outcome=ENCODING,
        asked=2,
    ),
    Case(
        number=19,
        words="two encodings",
        behaviour=page(
            written_with(BrotliWriter, gzip.compress(fresh())),
            "Content-Encoding: gzip",
            "Content-Encoding: br",
        ),
        outcome=STORED,
    ),
    Case(
        number=20,
        words="redirect loop",
        behaviour=lambda asked: redirect(asked.path)(asked),
        outcome=REDIRECTS,
        asked=7,
    ),
    Case(
        number=21,
        words="endless redirects",
        behaviour=redirect("/step-1"),
        more={f"/step-{step}": redirect(f"/step-{step + 1}") for step in range(1, 50)},
        outcome=REDIRECTS,
    ),
    Case(
        number=21,
        words="endless refreshes",
        behaviour=refresh("/leap-1"),
        more={f"/leap-{step}": refresh(f"/leap-{step + 1}") for step in range(1, 50)},
        outcome=REDIRECTS,
    ),
    Case(
        number=21,
        words="a redirect and a refresh",
        behaviour=redirect("/on"),
        more={"/on": refresh("/there"), "/there": page(fresh())},
        outcome=STORED,
    ),
    Case(
        number=22,
        words="redirect to an address of the machine room",
        behaviour=redirect("http://metadata.test/latest"),
        outcome=PRIVATE,
    ),
    Case(
        number=22,
        words="redirect to a number that means loopback",
        behaviour=redirect("http://2130706433/"),
        outcome=("rejected", "offsite"),
    ),
    Case(number=23, words="name of a private address", outcome=PRIVATE, asked=0),
    *(
        Case(
            number=24,
            words=f"redirect to {target.partition(':')[0]}",
            behaviour=redirect(target, status),
            outcome=NOT_FOLLOWED,
        )
        for status, target in (
            (301, "file:///etc/hostname"),
            (302, "ftp://localhost/pub"),
            (303, "data:text/html,<h1>A lantern</h1>"),
            (307, "javascript:alert(1)"),
            (308, "http://[::1"),
        )
    ),
    # The page itself was served and stands for itself; this one holds no story.
    *(
        Case(
            number=24,
            words=f"refresh to {target.partition(':')[0]}",
            behaviour=refresh(target),
            outcome=("rejected", "empty"),
        )
        for target in ("file:///etc/hostname", "data:text/html,lantern", "javascript:alert(1)")
    ),
    Case(
        number=25,
        words="redirect from https to http",
        behaviour=downgrade,
        more={DOWNGRADED: page(fresh())},
        outcome=STORED,
        server="good",
    ),
    *(
        Case(
            number=26,
            words=f"429 and {words}",
            behaviour=behaviour,
            outcome=("deferred", "http_429"),
        )
        for words, behaviour in (
            ("seconds", busy("600")),
            ("a date", in_ten_minutes),
            ("ten years", busy("315360000")),
            ("less than nothing", busy("-60")),
            ("nonsense", busy("when the lanterns are lit")),
        )
    ),
    Case(
        number=27,
        words="503 and Retry-After",
        behaviour=page(b"", "Retry-After: 600", status="503 Service Unavailable"),
        outcome=("deferred", "http_503"),
    ),
    *(
        Case(
            number=28,
            words=f"status {status}",
            behaviour=page(b"go away", status=f"{status} No"),
            outcome=("failed", f"http_{status}"),
        )
        for status in (401, 403, 451, 999)
    ),
    Case(
        number=28,
        words="500 every time",
        behaviour=page(STORY, status="500 Internal Server Error"),
        outcome=("failed", "http_500"),
        asked=2,
    ),
    Case(number=29, words="no such name", outcome=NO_NAME, asked=0),
    Case(number=29, words="name server fails", outcome=NO_NAME, asked=0),
    Case(number=30, words="name of IPv6 alone", outcome=NO_NAME, asked=0),
    # Without robots.txt nothing is asked for, and nothing is known of the story.
    *(
        Case(
            number=31,
            words=f"certificate {kind}",
            outcome=("deferred", "tls"),
            asked=0,
            server=kind,
        )
        for kind in ("of another host", "expired", "signed by itself", "and old TLS")
    ),
    Case(
        number=31,
        words="certificate that expires in mid-run",
        outcome=("failed", "tls"),
        asked=0,
        server="that expires in mid-run",
    ),
    Case(
        number=31,
        words="certificate as it should be",
        behaviour=page(fresh()),
        outcome=STORED,
        server="good",
    ),
    Case(
        number=32,
        words="no HTTP at all",
        behaviour=raw(b"\x00\x01\x02\n\n\n"),
        outcome=PROTOCOL,
        asked=2,
    ),
    Case(number=32, words="HTTP 0.9", behaviour=raw(b"\n" + STORY), outcome=PROTOCOL, asked=2),
    Case(
        number=34,
        words="304 to a request without a condition",
        behaviour=raw(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"),
        outcome=("failed", "http_304"),
    ),
    # A cache between us and the site may hand on what another client asked for.
    Case(
        number=34,
        words="206 to a request without a range",
        behaviour=page(fresh(), status="206 Partial Content"),
        outcome=DATA_LOSS,
        asked=2,
    ),
    Case(
        number=34,
        words="206 once and then the whole",
        behaviour=first_and_then(
            page(gzip.compress(fresh()), "Content-Encoding: gzip", status="206 Partial Content"),
            page(fresh()),
        ),
        outcome=STORED,
        asked=2,
    ),
    Case(
        number=34,
        words="not found and half of gzip",
        behaviour=page(GZIPPED[:50], "Content-Encoding: gzip", status="404 Not Found"),
        outcome=("rejected", "http_404"),
    ),
    Case(number=35, words="empty page", behaviour=page(b""), outcome=("rejected", "empty")),
    Case(
        number=59,
        words="error page with 200",
        behaviour=NOT_FOUND,
        outcome=("rejected", "soft_404"),
    ),
    Case(
        number=60,
        words="login page with 200",
        behaviour=LOGIN,
        outcome=("rejected", "login"),
    ),
    Case(
        number=61,
        words="challenge page with 200",
        behaviour=CHALLENGE,
        outcome=("rejected", "challenge"),
    ),
    Case(
        number=61,
        words="consent page with 200",
        behaviour=CONSENT,
        outcome=("rejected", "consent"),
    ),
]

NAMES = {
    "metadata.test": "169.254.169.254",
    "c23-name-of-a-private-address.test": "192.168.1.1",
    "c29-no-such-name.test": "EAI_NONAME",
    "c29-name-server-fails.test": "EAI_AGAIN",
    "c30-name-of-ipv6-alone.test": "EAI_ADDRFAMILY",
}
RESOLVE = """
import socket
from tradepress.crawling import addon

NAMES = {names!r}


def resolve(name):
    known = NAMES.get(name, "127.0.0.1")
    if known.startswith("EAI_"):
        raise socket.gaierror(getattr(socket, known), "as the test has it")
    return known


socket.gethostbyname = resolve
# To a site of this machine nobody is polite; names below localhost are never looked up.
addon._is_loopback = lambda source: True
"""


# The suffix tells Scrapy a class of response that guesses charsets.
GOOD = [
    f"/trademark/good-lantern-{number}{suffix}"
    for number, suffix in zip(range(1001, 1021), cycle(("", ".html")), strict=False)
]
WITNESS = """
from pathlib import Path
from scrapy.http import TextResponse


def guessed(response):
    with Path("guessed.txt").open("a") as file:
        file.write(response.url)
    return "utf-8"


TextResponse.encoding = property(guessed)
"""
"""Notes each page whose charset is asked for in the crawling process."""
IMPATIENCE = f"""
from tradepress.crawling.news_spider import NewsSpider
NewsSpider.custom_settings = {{"DOWNLOAD_TIMEOUT": {TIMEOUT}}}
"""
LISTINGS: dict[str, tuple[Behaviour, Outcome]] = {
    "/soft-404/": (NOT_FOUND, ("rejected", "soft_404")),
    "/login/": (LOGIN, ("rejected", "login")),
    "/challenge/": (CHALLENGE, ("rejected", "challenge")),
    "/consent/": (CONSENT, ("rejected", "consent")),
    "/empty/": (page(b""), ("rejected", "empty")),
    "/half/": (encoded("gzip", GZIPPED[: len(GZIPPED) // 2]), DATA_LOSS),
    "/half-once/": (
        first_and_then(raw(head(), b"<html><a href=/trademark/good-"), page(b"<html></html>")),
        ("read", None),
    ),
}


def url_of(case: Case) -> str:
    scheme = "http" if case.server == "plain" else "https"
    return f"{scheme}://{case.host}:{PORTS[case.server]}{case.path}"


@dataclass(frozen=True, kw_only=True)
class Crawled:
    """What one crawl of all cases came to."""

    result: subprocess.CompletedProcess[str]
    archive: Path
    servers: dict[str, FaultServer]

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        db = sqlite3.connect(self.archive)
        db.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in db.execute(query, values)]
        finally:
            db.close()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One real crawl, through the command line, of a site whose stories are the cases."""
    folder = tmp_path_factory.mktemp("faults")
    spiders = folder / "spiders"
    spiders.mkdir()
    root, contexts = server_contexts(folder)
    with ExitStack() as stack:
        certificates = {kind: [context] for kind, context in contexts.items()}
        certificates["that expires in mid-run"] = [contexts["good"], contexts["expired"]]
        servers = {kind: stack.enter_context(serve(*tls)) for kind, tls in certificates.items()}
        servers["plain"] = stack.enter_context(serve())
        PORTS.update({kind: server.port for kind, server in servers.items()})
        for case in CASES:
            if case.behaviour is not None:
                servers[case.server].paths[case.path] = case.behaviour
            servers["plain"].paths.update(case.more)
        plain = servers["plain"].paths
        for path in GOOD:
            story = a_story(f"A good lantern at the café {path[24:28]}").encode("windows-1252")
            plain[path] = encoded("gzip", gzip.compress(story))
        for path, (behaviour, _) in LISTINGS.items():
            plain[path] = behaviour
        home = f"http://localhost:{PORTS['plain']}"
        links = [url_of(case) for case in CASES]
        for number, path in enumerate(GOOD):
            links.insert(number * 5, home + path)
        listing = "".join(f'<li><a href="{link}">A case</a></li>' for link in links)
        plain["/trademark/"] = page(f"<html><ul>{listing}</ul></html>".encode())
        declare(
            spiders,
            "faults",
            home,
            domains=("localhost", "test"),
            article_url=r"/trademark/[a-z0-9-]+-\d{4,6}(?:\.html)?",
            article_id=r"-(\d{4,6})(?:\.html)?$",
            sections=tuple(home + path for path in ("/trademark/", *LISTINGS)),
        )
        inject(spiders, "faults", RESOLVE.format(names=NAMES) + WITNESS + IMPATIENCE)
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TRADEPRESS_", "SCRAPY_"))
        }
        result = preloaded.run(
            ["-c", WITH_SPIDERS, spiders, "crawl", "faults", *ARGUMENTS],
            cwd=folder,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
                "SSL_CERT_FILE": str(root),
            },
            timeout=300,
        )
        yield Crawled(result=result, archive=folder / "archive.db", servers=servers)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number} {case.words}")
def test_a_fault_has_its_outcome(crawled: Crawled, case: Case) -> None:
    [row] = crawled.rows("SELECT * FROM urls WHERE url LIKE '%' || ?", case.path)
    assert (row["outcome"], row["reason"]) == case.outcome
    assert row["tries"] == (case.outcome[0] == "failed")
    [fetch] = crawled.rows("SELECT * FROM fetches WHERE url_id = ?", row["id"])
    assert (fetch["outcome"], fetch["reason"]) == case.outcome
    assert len(crawled.servers[case.server].asked(case.path)) == case.asked
    assert (row["article_id"] is not None) == (case.outcome == STORED)
    if case.number in (26, 27):  # for an hour at most, whatever was asked
        wait = datetime.fromisoformat(row["next_due"]) - datetime.fromisoformat(fetch["at"])
        assert timedelta(0) < wait <= timedelta(hours=1)


@pytest.mark.slow
@pytest.mark.parametrize("path", LISTINGS)
def test_a_listing_with_a_fault_is_not_nothing_new(crawled: Crawled, path: str) -> None:
    [row] = crawled.rows("SELECT * FROM fetches WHERE url_id IS NULL AND url LIKE '%' || ?", path)
    assert (row["outcome"], row["reason"]) == LISTINGS[path][1]


@pytest.mark.slow
def test_no_fault_costs_another_story_or_stores_half_of_one(crawled: Crawled) -> None:
    assert crawled.result.returncode == 1
    assert "Traceback" not in crawled.result.stderr
    expected = len(GOOD) + sum(case.outcome == STORED for case in CASES)
    stories = crawled.rows("SELECT body, headline FROM articles")
    assert len(stories) == expected
    assert all(story["body"].endswith("ordinary handles free for everybody.") for story in stories)
    [run] = crawled.rows("SELECT * FROM runs")
    assert run["state"] == "done"
    assert run["urls"] == len(GOOD) + len(CASES)
    assert run["stored"] == expected
    assert run["urls"] == sum(run[outcome] for outcome in OUTCOMES)


@pytest.mark.slow
def test_redirects_and_refreshes_are_followed_a_few_times(crawled: Crawled) -> None:
    for case in (case for case in CASES if case.outcome == REDIRECTS and case.more):
        steps = [path for path in case.more if crawled.servers["plain"].asked(path)]
        assert steps == list(case.more)[:6]


@pytest.mark.slow
def test_no_charset_is_guessed_in_the_crawling_process(crawled: Crawled) -> None:
    assert not (crawled.archive.parent / "guessed.txt").exists()
    [story] = crawled.rows("SELECT headline FROM articles WHERE url LIKE '%lantern-1001'")
    assert story["headline"] == "A good lantern at the café 1001"


@pytest.mark.slow
def test_half_a_page_is_asked_for_without_encoding(crawled: Crawled) -> None:
    [case] = [case for case in CASES if case.words == "half of gzip"]
    asked = crawled.servers["plain"].asked(case.path)
    assert [request.headers["accept-encoding"] for request in asked] == ["gzip", "identity"]


@pytest.mark.slow
def test_a_downgraded_address_is_recorded_as_it_ended(crawled: Crawled) -> None:
    [story] = crawled.rows("SELECT url FROM articles WHERE url LIKE '%' || ?", DOWNGRADED)
    assert story["url"].startswith("http://down.localhost")
    [address] = crawled.rows(
        "SELECT u.url FROM urls u JOIN articles a ON a.id = u.article_id WHERE a.url = ?",
        story["url"],
    )
    assert address["url"].startswith("https://")


@pytest.mark.slow
def test_a_file_of_the_site_that_is_not_there_needs_no_length(
    spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    """Servers that mark an answer's end by closing say 404 so, too."""
    with serve() as server:
        for path in ("/robots.txt", "/.well-known/tdmrep.json"):
            server.paths[path] = raw(head(status="404 Not Found"), b"not here")
        server.paths["/trademark/"] = page(b"<a href=/trademark/lantern-case-1001>One</a>")
        server.paths["/trademark/lantern-case-1001"] = page(fresh())
        declare(spiders, "gazette", f"http://127.0.0.1:{server.port}")
        result = tradepress("crawl", "gazette", *ARGUMENTS)
    assert result.returncode == 0, result.stderr
    db = sqlite3.connect(tmp_path / "archive.db")
    assert list(db.execute("SELECT policy, reservations FROM articles")) == [("store", "[]")]
    db.close()


@pytest.mark.slow
def test_a_run_without_a_network_is_a_failed_one(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    home = f"http://paper.test:{site.port}"
    path = "/trademark/lantern-case-1001"
    site.pages["/trademark/"] = Answer(f"<a href={path}>One</a>")
    site.pages[path] = Answer(a_story("Lantern case 1001"))
    declare(spiders, "gazette", home, domains=("localhost", "test"))
    inject(spiders, "gazette", RESOLVE.format(names={}))
    assert tradepress("crawl", "gazette", *ARGUMENTS).returncode == 0
    db = sqlite3.connect(tmp_path / "archive.db")
    db.execute("UPDATE urls SET next_due = '2020-01-01T00:00:00Z'")
    db.commit()
    inject(spiders, "gazette", RESOLVE.format(names={"paper.test": "EAI_AGAIN"}))
    asked = len(site.requests)
    result = tradepress("crawl", "gazette", *ARGUMENTS)
    assert result.returncode == 4, result.stderr
    assert "no address found for paper.test" in result.stderr
    assert len(site.requests) == asked
    [run] = db.execute("SELECT state, exit_code, reason FROM runs ORDER BY id DESC LIMIT 1")
    assert run[:2] == ("failed", 4)
    assert run[2].startswith("gazette: no address found")
    fetches = "SELECT kind, outcome, reason FROM fetches WHERE run_id = 2 AND kind != 'robots'"
    assert set(db.execute(fetches)) == {
        ("section", "deferred", "dns"),
        ("article", "deferred", "dns"),
    }
    assert list(db.execute("SELECT gone_at, version FROM articles")) == [(None, 1)]
    inject(spiders, "gazette", RESOLVE.format(names={}))
    assert tradepress("crawl", "gazette", *ARGUMENTS).returncode == 0
    db.close()
