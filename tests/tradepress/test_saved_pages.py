"""Pages as browsers and web archives save them: which part is the page, where and when it stood."""

import base64
import bz2
import gzip
import io
import lzma
import quopri
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import a_story

from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages
from tradepress.jobs.files.saved_pages import read_saved_page

URL = "https://gazette.example/news/lantern-café-1"
SENT = "https://gazette.example/news/lantern-caf%C3%A9-1"
STORY = a_story("Lantern case — café")
AT = datetime(2017, 8, 4, 10, 34, 56, tzinfo=UTC)
CAPTURED = datetime(2017, 8, 5, 1, 2, 3, tzinfo=UTC)
WAYBACK = "https://web.archive.org/web/20170805010203"


def read(name: str, page: str | bytes) -> FilePage:
    return read_saved_page(name, io.BytesIO(page.encode() if isinstance(page, str) else page))


def an_mhtml(
    *, encoding: str = "quoted-printable", url: str = URL, date: str, start: str = ""
) -> bytes:
    """As Chrome saves a page; with a frame before it if a start is named."""
    encode = quopri.encodestring if encoding == "quoted-printable" else base64.encodebytes
    body = STORY.encode() if encoding == "binary" else encode(STORY.encode())
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {url}\r\n"
        f"Subject: =?utf-8?Q?Lantern=20case?=\r\n{date}MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/related; type="text/html"; {start}boundary="----Parts"\r\n\r\n'
    )
    frame = (
        "------Parts\r\nContent-Type: text/html\r\nContent-ID: <frame@mhtml.blink>\r\n\r\n"
        "<p>An advertisement\r\n"
    )
    page = (
        "------Parts\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: <page@mhtml.blink>"
        f"\r\nContent-Transfer-Encoding: {encoding}\r\nContent-Location: {url}\r\n\r\n"
    )
    picture = "------Parts\r\nContent-Type: image/png\r\n\r\nPNG\r\n------Parts--\r\n"
    return (head + frame * bool(start) + page).encode() + body + b"\r\n" + picture.encode()


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "binary"])
@pytest.mark.parametrize("start", ["", 'start="<page@mhtml.blink>"; '])
def test_the_page_of_an_mhtml_file_is_its_root_part_decoded(encoding: str, start: str) -> None:
    date = "Date: Fri, 4 Aug 2017 12:34:56 +0200\r\n"
    page = read("a b.MHTML", an_mhtml(encoding=encoding, date=date, start=start))
    assert page.raw.decode().replace("\r\n", "\n").strip() == STORY
    assert page.page == page.raw
    assert (page.url, page.date_captured, page.content_type) == (
        SENT,
        AT,
        "text/html; charset=utf-8",
    )


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("", None),
        ("Date: some day\r\n", None),
        ("Date: Fri, 99 Aug 2017 12:34:56 -0000\r\n", None),
        ("Date: Fri, 4 Aug 2017 10:34:56 -0000\r\n", AT),
        ("Date: \xff\r\n", None),
    ],
)
def test_the_date_of_an_mhtml_file(date: str, at: datetime | None) -> None:
    assert read("a.mht", an_mhtml(date=date)).date_captured == at


def test_an_mhtml_file_saved_from_a_web_archive_stood_when_that_took_it() -> None:
    saved = an_mhtml(url=f"{WAYBACK}/{URL}", date="Date: Fri, 27 Nov 2026 12:34:56 -0000\r\n")
    page = read("a.mhtml", saved)
    assert (page.url, page.date_captured) == (SENT, CAPTURED)


@pytest.mark.parametrize("content", [b"", b"<html>no mail", b"Content-Type: image/png\r\n\r\nx"])
def test_an_mhtml_file_without_a_page_is_told(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match="no MHTML file with a page"):
        read("a.mhtml", content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"bplist00\xd1\x01\x02_\x10\x0fWebMainResource<html>", "save it from Safari as Page"),
        (b"filedesc://old.arc 0.0.0.0 2008 text/plain 7\n1 1 x\n\n", "an ARC file"),
        (lzma.compress(STORY.encode()), "packed by xz: unpack it"),
        (bz2.compress(STORY.encode()), "packed by bzip2: unpack it"),
        (b"PK\x03\x04\x14", "a ZIP file: unpack it"),
        (b"\x28\xb5\x2f\xfd\x04", "packed by zstd: unpack it"),
    ],
)
def test_pages_in_a_form_that_is_not_read_are_told(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read("page.html", content)


@pytest.mark.slow
def test_an_mhtml_file_made_to_break_its_reader_is_told(tmp_path: Path) -> None:
    layers = (f"Content-Type: multipart/mixed; boundary={at}\n\n--{at}\n" for at in range(3000))
    (tmp_path / "a.mhtml").write_text("".join(layers))
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        next(read_pages(tmp_path / "a.mhtml"))


SINGLE_FILE = (
    "<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: {} \n"
    " saved date: {} (Central European Summer Time)\n-->"
)
WOMBAT = f'<head><script>__wm.wombat("{URL}","20170805010203","https://web.archive.org/");</script>'
PYWB = f'<head><script>\n  wbinfo.url = "{URL}";\n  wbinfo.timestamp = "20170805010203";</script>'

CAPTURES = '<a class="t" href="{}" title="See a list of every capture for this URL">'
ARCHIVED_ON = (
    "<!--\n     FILE ARCHIVED ON {} AND RETRIEVED FROM THE\n     INTERNET ARCHIVE ON 8:07:06"
)
HTTRACK = "<!-- Mirrored from gazette.example{} by HTTrack Website Copier/3.x [XR&CO'2014], {} -->"


@pytest.mark.parametrize(
    ("page", "url", "at"),
    [
        (SINGLE_FILE.format(URL, "Fri Aug 04 2017 12:34:56 GMT+0200"), URL, AT),
        (SINGLE_FILE.format(URL, "Fri Aug 44 2017 12:34:56 GMT+0200"), URL, None),
        (SINGLE_FILE.format("file:///a", "Fri Aug 04 2017 12:34:56 GMT+0200"), None, AT),
        (
            SINGLE_FILE.format(f"{WAYBACK}/{URL}", "Fri Nov 27 2026 12:34:56 GMT+0200"),
            URL,
            CAPTURED,
        ),
        (f"<!DOCTYPE html>\n<!-- saved from url=(0044){URL} -->\r\n<html>", URL, None),
        ("<!-- saved from url=(0014)about:internet -->", None, None),
        (
            "<!-- saved from url=(0044)https://a.example/a%2D%2Db -->",
            "https://a.example/a--b",
            None,
        ),
        (f"<!-- saved from url=(0044){WAYBACK}/{URL} -->", URL, CAPTURED),
        (
            f"<!-- saved from url=(0044)https://web.archive.org/save/{URL} -->{WOMBAT}",
            URL,
            CAPTURED,
        ),
        (WOMBAT, URL, CAPTURED),
        (WOMBAT.replace('",', '?a=1&amp;amp;b",', 1), f"{URL}?a=1&amp;b", CAPTURED),
        (PYWB, URL, CAPTURED),
        (PYWB.replace("0805", "1399"), URL, None),
        (CAPTURES.format(f"/web/20170805010203*/{URL}?a=1&amp;b"), f"{URL}?a=1&b", CAPTURED),
        (CAPTURES.format(f"http://w.example/web/20170805010203*/{URL}"), URL, CAPTURED),
        (ARCHIVED_ON.format("1:02:03 Aug 5, 2017"), None, CAPTURED),
        (ARCHIVED_ON.format("20170805010203"), None, CAPTURED),
        (ARCHIVED_ON.format("1:02:03 Aug 55, 2017"), None, None),
        (
            HTTRACK.format("/news/a", "Fri, 04 Aug 2017 10:34:56 GMT"),
            "http://gazette.example/news/a",
            AT,
        ),
        (HTTRACK.format("/b", "[date]"), "http://gazette.example/b", None),
        ("<p>Page saved with SingleFile", None, None),
    ],
)
def test_a_saved_page_says_where_it_stood(page: str, url: str | None, at: datetime | None) -> None:
    saved = read("page.html", page + STORY)
    assert (saved.url, saved.date_captured) == (url and url.replace(URL, SENT), at)
    assert saved.raw == (page + STORY).encode()


def test_a_text_capture_says_nothing() -> None:
    saved = read("page.TXT", f"<!-- saved from url=(0044){URL} -->")
    assert (saved.url, saved.content_type) == (None, "text/plain")


@pytest.mark.parametrize("given", [URL, f"{WAYBACK}/{URL}"])
def test_an_address_that_is_given_goes_before_the_one_that_was_saved(
    tmp_path: Path, given: str
) -> None:
    file = tmp_path / "page.html.gz"
    other = f"<!-- saved from url=(0044){WAYBACK}/https://gazette.example/other -->"
    file.write_bytes(gzip.compress(other.encode()))
    [page] = read_pages(file, given)
    assert (page.url, page.date_captured, page.raw) == (SENT, CAPTURED, other.encode())


def test_a_file_that_ends_too_early_is_told(tmp_path: Path) -> None:
    file = tmp_path / "page.html.gz"
    file.write_bytes(gzip.compress(STORY.encode())[:-20])
    with pytest.raises(UnreadableFile, match="it can't be read"):
        list(read_pages(file))


def test_a_replayed_page_with_a_time_that_is_none_is_of_unknown_age() -> None:
    page = read("a.html", f'<script>__wm.wombat("{URL}","20179999999999",1)</script>{STORY}')
    assert (page.url, page.date_captured) == (SENT, None)
