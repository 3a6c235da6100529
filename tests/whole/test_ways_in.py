"""Stories by every way in, in one archive: read again, exported and withdrawn alike."""

import gzip
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import replay
from captured import Captured, write_warc
from conftest import Answer, Site, Tradepress, a_story, declare
from crawl_server import Crawl, write_crawl, write_news
from past_papers import rewritten
from withdrawn_story import bytes_of

from tradepress.source import Furniture

pytestmark = pytest.mark.slow

HOME = "https://gazette.example"
AT = "2018-03-01T12:00:00"
LISTED = "/trademark/lantern-case-9001"
WAYS = {
    "crawl": "quornling",
    "html": "vaspelton",
    "mhtml": "drumblewick",
    "warc": "oxterfield",
    "wacz": "plimsoke",
    "wet": "zentrabble",
    "text": "haverglim",
    "wayback": "murkenthal",
    "rewritten": "skelderby",
    "commoncrawl": "tunderlax",
    "ccnews": "fennimarch",
    "sections": "yorbleton",
}
"""Way in to the word that its story alone has."""
CASES = {way: str(number) for number, way in enumerate(WAYS, start=301)}
"""Numbers at the General Court that the stories name."""
REFS = {way: f"gazette-{number}" for number, way in enumerate(WAYS, start=1001)}


FROM_FOLDERS = [
    ("backfill", "gazette", "--from", "commoncrawl", "--yes"),
    (
        "backfill",
        "gazette",
        "--from",
        "ccnews",
        "--since",
        "2018-03",
        "--until",
        "2018-03",
        "--yes",
    ),
]


def a_path(way: str) -> str:
    return f"/trademark/{WAYS[way]}-{REFS[way].removeprefix('gazette-')}"


def paragraphs(way: str) -> list[str]:
    word = WAYS[way].title()
    return [
        f"A maker of lanterns, {word}, has lost its appeal over the shape of a handle.",
        f"Judges in {word}, in T-{CASES[way]}/16, found that buyers would see the curve as a "
        "useful grip and not as a sign of origin, and they ordered the applicant to bear the "
        "costs of both instances.",
        f"The company said that it would study what {word} had told it before it decides about a "
        "further step, while its rival welcomed a result that keeps handles free for all.",
        f"Handles are explained at length in the Lanternpedia, which knows {word}, too.",
    ]


def a_page(way: str, home: str = "") -> str:
    words = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(way))
    link = f'As {WAYS[way]}, an earlier case <a href="{home}{LISTED}">of kettles</a>.'
    return a_story(f"{WAYS[way].title()} loses lantern mark", words=f"{words}<p>{link}</p>")


def a_text(way: str) -> str:
    lines = [f"{WAYS[way].title()} loses lantern mark", "4 August 2017", *paragraphs(way)]
    return "\n\n".join(lines)


def captured(*ways: str) -> list[Captured]:
    return [Captured(url=HOME + a_path(way), at=AT, page=a_page(way)) for way in ways]


def write_files(folder: Path) -> None:
    """One of every kind, and where the pages of those stood that can't say so."""
    folder.mkdir()
    (folder / "page.html").write_text(a_page("html"))
    (folder / "page.txt").write_text(a_text("text"))
    listed = [
        f"{name},{HOME}{a_path(way)},{AT}Z"
        for way, name in (("html", "page.html"), ("text", "page.txt"))
    ]
    (folder.parent / "addresses.csv").write_text(
        "\n".join(["file,url,date_captured", *(f"files/{line}" for line in listed)])
    )
    mail = EmailMessage()
    mail["Snapshot-Content-Location"] = HOME + a_path("mhtml")
    mail["Date"] = "Thu, 1 Mar 2018 12:00:00 -0000"
    mail.make_related()
    part = EmailMessage()
    part.set_content(a_page("mhtml"), subtype="html", cte="quoted-printable")
    part["Content-Location"] = HOME + a_path("mhtml")
    mail.attach(part)
    (folder / "page.mhtml").write_bytes(mail.as_bytes())
    write_warc(folder / "crawl.warc.gz", captured("warc"))
    inner = write_warc(folder.parent / "inner.warc.gz", captured("wacz"))
    with zipfile.ZipFile(folder / "crawl.wacz", "w") as package:
        package.write(inner, "archive/inner.warc.gz")
    inner.unlink()
    text = a_text("wet").encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {HOME}{a_path('wet')}\r\n"
        f"WARC-Date: {AT}Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    record = gzip.compress(head.encode() + text + b"\r\n\r\n")
    (folder / "crawl.warc.wet.gz").write_bytes(record)


def declare_gazette(spiders: Path, site: Site, **fields: object) -> None:
    declare(spiders, "gazette", site.home, domains=("127.0.0.1", "gazette.example"), **fields)


@pytest.fixture
def filled(site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path) -> Path:
    """A folder whose archive has a story by each way."""
    declare_gazette(spiders, site)
    site.pages[a_path("crawl")] = Answer(a_page("crawl"))
    site.pages["/trademark/"] = Answer(f"<a href='{a_path('crawl')}'>A lantern mark</a>")
    crawls = tmp_path / "crawls"
    write_crawl(crawls, Crawl(name="CC-MAIN-2018-09", pages=captured("commoncrawl")))
    write_news(crawls, "2018/03", {"CC-NEWS-20180301120000-00001.warc.gz": captured("ccnews")})
    write_files(tmp_path / "files")
    shown = rewritten(a_page("rewritten", "http://gazette.example").encode())
    past = [
        *captured("wayback"),
        Captured(url=HOME + a_path("rewritten"), at=AT, page=shown),
    ]
    replay.add_files(tmp_path / "pywb", [write_warc(tmp_path / "past.warc.gz", past)])
    with replay.pywb(tmp_path / "pywb") as address:
        (tmp_path / "tradepress.toml").write_text(
            f'contact = "a@library.example"\n[backfill]\nwayback = "{address}"\n'
            f'commoncrawl = "{crawls}"\n'
        )
        run(tradepress, "crawl", "gazette", "--no-trial")
        run(tradepress, "ingest", "files", "--addresses", "addresses.csv")
        run(tradepress, "backfill", "gazette", "--from", "wayback", "--yes")
    for command in FROM_FOLDERS:
        run(tradepress, *command)
    site.pages[a_path("sections")] = Answer(a_page("sections"))
    links = [f"<a href='{a_path(way)}'>A lantern mark</a>" for way in ("sections", "crawl")]
    site.pages["/trademark/"] = Answer(" ".join(links))
    run(tradepress, "backfill", "gazette", "--from", "sections", "--yes")
    return tmp_path


def run(tradepress: Tradepress, *command: str, code: int = 0) -> str:
    result = tradepress(*command)
    assert result.returncode == code, (command, result.stdout, result.stderr)
    return result.stdout


def rows(folder: Path, query: str, name: str = "archive.db") -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / name)) as db:
        return db.execute(query).fetchall()


def cases_named(folder: Path, name: str = "archive.db") -> list[tuple[Any, ...]]:
    """Version, normal form and what stands in the text at that place, of all versions."""
    return rows(
        folder,
        'SELECT ref, versions.version, value, substr(versions.body, "start" + 1, "end" - "start") '
        "FROM mentions JOIN versions ON versions.id = mentions.version_id "
        "JOIN articles ON articles.id = article_id WHERE kind = 'cjeu' ORDER BY 1, 2",
        name,
    )


def reread(tradepress: Tradepress, *options: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run(tradepress, "reextract", "--json", *options))
    assert report["problems"] == []
    counts: dict[str, Any] = report["sources"]["gazette"]
    return counts


def words_left(folder: Path) -> list[str]:
    """Ways in whose story's word is in a file of the archive."""
    with TemporaryDirectory() as name:
        for path in folder.glob("archive.*"):
            (shutil.copytree if path.is_dir() else shutil.copy)(path, Path(name, path.name))
        content = bytes_of(Path(name))
    return [way for way, word in WAYS.items() if word.encode() in content]


def test_stories_of_all_ways_are_read_again_given_on_and_withdrawn_alike(
    filled: Path, site: Site, tradepress: Tradepress, spiders: Path
) -> None:
    every = sorted(REFS.values())
    assert rows(filled, "SELECT ref FROM articles ORDER BY ref") == [(ref,) for ref in every]
    for options in (["--again"], ["--again", "--all-versions"]):
        found = reread(tradepress, "--diff", *options)
        assert (found["read"], found["same"]) == (len(WAYS), len(WAYS))
    named = [(REFS[way], 1, f"T-{case}/16", f"T-{case}/16") for way, case in CASES.items()]
    assert cases_named(filled) == named
    run(tradepress, "merge", "archive.db", "--archive", "merged.db")
    assert cases_named(filled, "merged.db") == named

    declare_gazette(spiders, site, furniture=(Furniture(pattern="handles are explained.*"),))
    assert reread(tradepress, "--diff")["new"] == len(WAYS)
    assert reread(tradepress, "--apply")["new"] == len(WAYS)
    read_again = rows(
        filled,
        "SELECT former.date_captured = again.date_captured, former.date_published = "
        "again.date_published, former.body LIKE '%Lanternpedia%', again.body LIKE '%Lanternpedia%',"
        " (SELECT group_concat(url) FROM links WHERE version_id = former.id) IS "
        "(SELECT group_concat(url) FROM links WHERE version_id = again.id) FROM versions AS former "
        "JOIN versions AS again ON again.article_id = former.article_id AND again.version = 2 "
        "WHERE former.version = 1",
    )
    assert read_again == [(1, 1, 1, 0, 1)] * len(WAYS)
    both = sorted(one for ref, _, *case in named for one in ((ref, 1, *case), (ref, 2, *case)))
    assert cases_named(filled) == both
    due = "SELECT count(DISTINCT rules), count(*) FROM mention_readings"
    assert rows(filled, due) == [(1, 2 * len(WAYS))]
    assert "no fault" in run(tradepress, "verify", "--history")
    whole = run(tradepress, "captures", "export", "-o", "whole.wacz")
    assert whole.startswith("whole.wacz: 12 pages of 12 stories")

    kept = "sections"
    refs = [ref for way, ref in REFS.items() if way != kept]
    run(tradepress, "withdraw", *refs, "--reason", "asked for", "--yes")
    assert words_left(filled) == [kept]
    assert "no fault" in run(tradepress, "verify", "--history")
    rest = run(tradepress, "captures", "export", "-o", "rest.wacz")
    assert rest.startswith("rest.wacz: 1 page of 1 story")

    ingested = run(tradepress, "ingest", "files", "--addresses", "addresses.csv", "--again", code=1)
    assert "6 pages: rejected 6" in ingested
    for command in FROM_FOLDERS:
        assert "no capture that is not fetched already" in run(tradepress, *command)
    assert words_left(filled) == [kept]
