"""The captured pages of an archive, asked for by whom it may be and by all others."""

import asyncio
import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from browsing import answers, opened, path
from browsing import page as story_page
from conftest import Tradepress
from kept_pages import LANTERN, keep, page
from lxml import html

from tradepress.archive.captures.folder import capture_folder
from tradepress.browse import capture_app, serve_captures
from tradepress.browse.serving.inert_page import inert_text

__all__ = ["path"]

WORDS = "<!doctype html><title>x</title><p>Orrin Vale’s lantern was refused."
ADDRESS = "/signet-1@1"


def ask(path: Path, address: str, method: str = "GET", **headers: str) -> httpx.Response:
    """One answer of the app, asked as 127.0.0.1:8002."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=capture_app(path))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8002") as here:
            # As it stands: httpx would tidy up a path with dots.
            url = httpx.URL("http://127.0.0.1:8002/").copy_with(raw_path=address.encode())
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await here.send(here.build_request(method, url, headers=named))

    return asyncio.run(asked())


def policy(answer: httpx.Response) -> dict[str, str]:
    directives = answer.headers["content-security-policy"].split("; ")
    return {name: value for name, _, value in (one.partition(" ") for one in directives)}


def test_a_story_says_from_which_web_archive_its_page_was_taken(path: Path) -> None:
    memento = "http://web.archive.example/web/20170804091500id_/" + LANTERN
    keep(path, page(WORDS, origin="wayback", retrieved_from=memento))
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE sources SET is_sample = 0")
        db.commit()
    tree = story_page(path, "/story/signet-1")
    stood = "//dt[. = 'Captured']/following-sibling::dd[1]//a/@href"
    assert tree.xpath(stood) == [memento]
    assert memento in tree.xpath("//p[@class = 'cite']")[0].text_content()


def test_a_captured_page_stands_in_a_frame_below_what_is_known_of_it(path: Path) -> None:
    memento = "http://web.archive.example/web/20170804091500id_/" + LANTERN
    keep(path, page(WORDS, origin="wayback", retrieved_from=memento))
    answer = ask(path, ADDRESS)
    tree = html.fromstring(answer.text)
    said = " ".join(tree.text_content().split())
    assert "Captured page: Lantern <mark> refused 1" in said
    assert "The Signet Gazette signet-1@1 captured 4 August 2017, 09:15 UTC from http:" in said
    assert "Invented sample: do not cite." in said
    taken_away = ["/signet-1@1/file", "/signet-1@1/warc"]
    assert tree.xpath("//main//a/@href") == [memento, LANTERN, *taken_away]
    [frame] = tree.xpath("//iframe")
    assert dict(frame.items()) == {
        "sandbox": "",
        "src": "/signet-1@1/page",
        "title": "The captured page of signet-1@1",
        "referrerpolicy": "no-referrer",
    }
    # The path of that page and of no other.
    assert policy(answer) == {
        "default-src": "'none'",
        "style-src": "'self'",
        "frame-src": "http://127.0.0.1:8002/signet-1@1/page",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize(
    ("part", "name", "kind"),
    [
        ("file", "signet-1-v1.html", "application/octet-stream"),
        ("warc", "signet-1-v1.warc.gz", "application/warc"),
    ],
)
def test_a_captured_page_is_taken_away_and_no_browser_shows_it(
    path: Path, part: str, name: str, kind: str
) -> None:
    hostile = "<script>fetch('http://evil.example/')</script>" + WORDS
    keep(path, page(hostile))
    answer = ask(path, f"{ADDRESS}/{part}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in policy(answer)
    body = gzip.decompress(answer.content) if part == "warc" else answer.content
    assert body.endswith(hostile.encode() + (b"\r\n\r\n" if part == "warc" else b""))
    assert body.startswith(b"WARC/1.1" if part == "warc" else b"<script>")
    assert ask(path, f"/signet-2@1/{part}").status_code == 404


def test_the_page_itself_may_do_nothing_and_is_never_cached(path: Path) -> None:
    keep(path, page(WORDS, http_headers=(("Set-Cookie", "a=b"), ("Refresh", "0; url=/"))))
    answer = ask(path, ADDRESS + "/page")
    assert answer.text.startswith(WORDS)
    assert policy(answer) == {
        "sandbox": "",
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    assert dict(answer.headers) == {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(answer.content)),
        "content-security-policy": answer.headers["content-security-policy"],
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "x-robots-tag": "noindex, nofollow",
        "x-dns-prefetch-control": "off",
        "cache-control": "no-store",
    }


@pytest.mark.parametrize(
    ("capture", "text"),
    [
        (page("é".encode("latin-1"), content_type="text/html; charset=iso-8859-1"), "é"),
        (page("é".encode("latin-1"), content_type="text/html"), "é"),
        (page("é", content_type="text/html"), "é"),
        (page("é".encode("latin-1")), "\ufffd"),  # as a browser reads what its header calls UTF-8
        (page("é", content_type="text/html; charset=base64"), "é"),
        (page(rb"\ud800", content_type="text/html; charset=unicode_escape"), "?"),
        (page("é".encode("utf-16")), "é"),
        (page(b"<meta charset=windows-1251>\xe9", content_type="text/html"), "й"),
        (page(gzip.compress("é".encode()), http_headers=(("Content-Encoding", "gzip"),)), "é"),
    ],
)
def test_a_page_is_decoded_as_a_browser_would(path: Path, capture: Any, text: str) -> None:
    keep(path, capture)
    answer = ask(path, ADDRESS + "/page")
    assert answer.content.decode().partition("<style>")[0].endswith(text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("text/html", "text/html"),
        ("TEXT/HTML ;charset=x", "text/html"),
        ("application/xhtml+xml", "text/html"),  # in XML, addresses could hide in entities
        (None, "text/html"),
        *(
            (odd, "text/plain")
            for odd in (
                *("text/plain", "image/svg+xml", "application/pdf", "text/xml", "text/css"),
                *("multipart/x-mixed-replace", "text/html\r\nX: y", "no type", "text/htmlx"),
            )
        ),
    ],
)
def test_what_is_no_html_is_shown_as_text(path: Path, content_type: str | None, shown: str) -> None:
    markup = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    keep(path, page(markup, content_type=content_type))
    answer = ask(path, ADDRESS + "/page")
    assert answer.headers["content-type"] == f"{shown}; charset=utf-8"
    assert answer.text.startswith(markup)
    assert "sandbox" in policy(answer)


@pytest.mark.parametrize(
    ("markup", "disarmed"),
    [
        ("<a href=//x>", "<a data-href=//x>"),
        ("<A\tHREF\n=\n'//x'>", "<A\tdata-HREF\n=\n'//x'>"),
        ("<a/href=//x>", "<a/data-href=//x>"),
        ('<a id="b"href=//x>', '<a id="b"data-href=//x>'),
        ("<a xlink:href=//x>", "<a xlink:data-href=//x>"),
        ("<iframe srcdoc=&lt;link>", "<iframe data-srcdoc=&lt;link>"),
        ("<iframe srcdoc='#<link>'>", "<iframe data-srcdoc='#<link>'>"),
        ("<set attributeName=href to=//x>", "<set data-attributeName=href to=//x>"),
        ("<img src=&#104;ttp://x>", "<img data-src=&#104;ttp://x>"),
        ("<img src=data:text/html,x>", "<img data-src=data:text/html,x>"),
        *((same, same) for same in ("<a href='#b'>", "<img src = data:image/png;base64,x>")),
        *((same, same) for same in ("http://a.example/?src=b&href=c", "<p>href, src", "a[href=x]")),
    ],
)
def test_no_address_of_elsewhere_stays_one(markup: str, disarmed: str) -> None:
    assert inert_text(markup.encode(), "text/html").partition("<style>")[0] == disarmed


def test_each_version_has_its_page_and_the_newest_needs_no_number(path: Path) -> None:
    keep(path, page("one"), page("two"))
    shown = {"@1": "one", "@2": "two", "": "two"}
    assert {at: ask(path, f"/signet-1{at}/page").text[: len(shown[at])] for at in shown} == shown
    assert "signet-1@2" in ask(path, "/signet-1").text


@pytest.mark.parametrize("ending", ["", "/page"])
def test_where_no_page_is_kept_it_says_so(path: Path, ending: str) -> None:
    keep(path, page(WORDS), None)
    answer = ask(path, "/signet-1@2" + ending)
    assert answer.status_code == 404
    assert "no captured page of signet-1@2 is kept: " in answer.text
    assert "frame" not in answer.text


def test_of_a_version_without_a_text_no_page_is_shown(path: Path) -> None:
    keep(path, page(WORDS))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE version_rows SET policy = 'metadata-only'")
    assert ask(path, ADDRESS + "/page").status_code == 404


def test_a_withdrawn_page_is_gone(path: Path, here: Tradepress) -> None:
    keep(path, page(WORDS))
    assert here("withdraw", "signet-1", "--reason", "asked for", "--yes").returncode == 0
    for ending in ("", "/page"):
        answer = ask(path, ADDRESS + ending)
        assert (answer.status_code, "lantern was refused" in answer.text) == (410, False)
        assert "was withdrawn" in answer.text


def test_a_page_of_no_story_is_not_shown(path: Path) -> None:
    """It belongs to no version: nothing leads to it."""
    keep(path, page(WORDS))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE version_rows SET capture_id = NULL")
    assert ask(path, ADDRESS).status_code == 404


@pytest.mark.parametrize("harm", ["missing", "damaged", "another"])
def test_a_page_that_is_not_as_it_was_written_is_not_shown(path: Path, harm: str) -> None:
    keep(path, page(WORDS))
    [file] = capture_folder(path).iterdir()
    if harm == "missing":
        file.unlink()
    elif harm == "damaged":
        file.write_bytes(file.read_bytes()[:-9] + b"x" * 9)
    else:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE captures SET digest = 'sha1:OTHER'")
    answer = ask(path, ADDRESS)
    assert answer.status_code == 500
    assert "run `tradepress verify`." in answer.text
    assert str(path.parent) not in answer.text


def test_an_archive_that_is_gone_is_told(path: Path) -> None:
    answer = ask(path, ADDRESS)
    assert answer.status_code == 503
    assert str(path.parent) not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        *("/", "//", "/page", "/signet-2@1", "/signet-1@0", "/signet-1@3", "/signet-1@01x"),
        *("/../archive.db", "/signet-1@1/../../archive.db", "/..%2f..%2farchive.db", "/%00"),
        *("/signet-1@1/page/", "/signet-1@1/pages", "/signet-1@1%0a", "/signet-1@1%2fpage@1"),
        *("/archive.captures/signet-2017-08.warc.gz", "/static/tradepress.css", "/archive"),
        *("/signet-1@1;x", "/<script>", "/signet-1@99999999999999999999", "/signet-1@1@1"),
    ],
)
def test_nothing_else_is_there(path: Path, address: str) -> None:
    keep(path, page(WORDS))
    answer = ask(path, address)
    assert answer.status_code == 404
    assert "refused" not in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_page_can_only_be_read(path: Path, method: str) -> None:
    keep(path, page(WORDS))
    answer = ask(path, ADDRESS + "/page", method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_head_has_the_headers_alone(path: Path) -> None:
    keep(path, page(WORDS))
    whole, head = (ask(path, ADDRESS + "/page", method) for method in ("GET", "HEAD"))
    assert (head.status_code, head.headers, head.content) == (200, whole.headers, b"")


@pytest.mark.parametrize("host", ["evil.example:8002", "press.library.example", "192.168.0.7"])
def test_no_other_name_is_answered(path: Path, host: str) -> None:
    keep(path, page(WORDS))
    answer = ask(path, ADDRESS + "/page", Host=host)
    assert answer.status_code == 400
    assert answer.text == "Captured pages are shown on this machine alone.\n"


@pytest.mark.parametrize(
    ("site", "destination", "status"),
    [
        ("same-site", "document", 200),  # a link of Datasette, at another port
        ("same-origin", "iframe", 200),
        ("same-site", "iframe", 403),
        ("cross-site", "iframe", 403),
        ("cross-site", "empty", 403),
        ("same-site", "image", 403),
    ],
)
def test_only_its_own_page_frames_it(path: Path, site: str, destination: str, status: int) -> None:
    keep(path, page(WORDS))
    sent = {"Sec_Fetch_Site": site, "Sec_Fetch_Dest": destination}
    assert ask(path, ADDRESS + "/page", **sent).status_code == status


# The links


def test_what_is_kept_is_linked_from_the_story_and_each_version(path: Path) -> None:
    keep(path, page("one"), None, page("three"))
    keep(path, page("other"), site_id="2")
    captures = "http://127.0.0.1:8002"
    served = opened(path, captures=captures)

    async def asked() -> list[str]:
        await served.invoke_startup()
        refs = ("signet-1", "signet-2", "signet-1@1", "signet-1@2")
        return [(await served.client.get(f"/story/{ref}")).text for ref in refs]

    links = [
        html.fromstring(text).xpath(f"//a[starts-with(@href, '{captures}')]/@href")
        for text in asyncio.run(asked())
    ]
    one, three, other = (f"{captures}/signet-{name}" for name in ("1@1", "1@3", "2@1"))
    assert {*links[0]} == {one, three}
    assert links[1:] == [[other], [one, three], [three, one]]


def test_without_a_server_of_captured_pages_nothing_links_to_them(path: Path) -> None:
    keep(path, page("one"))
    assert "aptured page</a>" not in answers(path, ["/story/signet-1"])[0].text
    assert story_page(path, "/story/signet-1@1").xpath("//a[contains(., 'captured page')]") == []


# Serving


def test_pages_are_served_while_the_block_lasts(path: Path) -> None:
    keep(path, page(WORDS))
    with serve_captures(path) as address:
        assert urlsplit(address).hostname == "127.0.0.1"
        assert httpx.get(f"{address}/signet-1@1/page").text.startswith(WORDS)
        with serve_captures(path, port=urlsplit(address).port or 0) as other:
            assert other != address
            assert httpx.head(f"{other}/signet-1@1").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
