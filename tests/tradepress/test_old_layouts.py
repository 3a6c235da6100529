"""A page is read by the rules of the time at which it stood, and so it is when it is read again."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from captured import Captured, write_warc
from conftest import Tradepress, a_story

from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.versions import list_versions
from tradepress.crawling.page_reading import PageToRead, read_page
from tradepress.extraction.rules import extractor
from tradepress.source import Furniture
from tradepress.spiders import wipr
from tradepress.story import Capture

URL = "https://www.worldipreview.com/trademark/lantern-case-15001"
OLD_BOX = "Handles are explained at length in the Lanternpedia, the encyclopaedia of all lamps."
OLD_LAYOUT = Furniture(pattern="handles are explained.*", until=date(2019, 6, 30))
DATES = ("2019-06-30T23:00:00", "2019-07-01T01:00:00")
"""The last day of the old layout, and the first of the new one, which has the words in its text."""


def page_of(moment: str) -> str:
    """At each time with a text of its own, and the words of the box below."""
    paragraphs = a_story("Lantern maker loses").partition("<p>")[2].rpartition("</p>")[0]
    return a_story("Lantern maker loses", words=f"<p>As of {moment}: {paragraphs}<p>{OLD_BOX}</p>")


def with_old_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    source = replace(wipr.SOURCE, furniture=(OLD_LAYOUT, *wipr.SOURCE.furniture))
    monkeypatch.setattr(wipr, "SOURCE", source)


def ingest_both(here: Tradepress, folder: Path) -> None:
    pages = [Captured(url=URL, at=moment, page=page_of(moment)) for moment in DATES]
    write_warc(folder / "crawl.warc.gz", pages)
    result = here("ingest", "crawl.warc.gz")
    assert result.returncode == 0, result.stdout + result.stderr


def has_box(here: Tradepress, version: int) -> bool:
    shown = here("show", f"wipr-15001@{version}", "--json")
    return OLD_BOX in json.loads(shown.stdout)["body"]


def test_pages_of_a_file_are_read_by_the_rules_of_their_time(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_old_layout(monkeypatch)
    ingest_both(here, tmp_path)
    assert [has_box(here, version) for version in (1, 2)] == [False, True]


@pytest.mark.parametrize("place", [0, 1])
def test_so_are_stored_pages_that_are_read_again(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    page = Captured(url=URL, at=DATES[place], page=page_of(DATES[place]))
    write_warc(tmp_path / "crawl.warc.gz", [page])
    assert here("ingest", "crawl.warc.gz").returncode == 0
    assert has_box(here, 1)
    with_old_layout(monkeypatch)
    report = json.loads(here("reextract", "--apply", "--json").stdout)["sources"]["wipr"]
    assert (report["read"], report["new"]) == (1, 1 - place)
    assert has_box(here, 2 - place) == bool(place)
    with read_archive(tmp_path / "archive.db") as db:
        *former, current = [[*row.spans] for row in list_versions(db, "wipr-15001")]
    stood = f"{DATES[place]}Z"
    assert (former, current) == ([[]] * len(former), [(stood, stood)])


@pytest.mark.parametrize(("place", "is_cut"), [(0, True), (1, False)])
def test_so_is_the_page_of_a_web_archive(
    monkeypatch: pytest.MonkeyPatch, place: int, is_cut: bool
) -> None:
    with_old_layout(monkeypatch)
    stood = datetime.fromisoformat(DATES[place]).replace(tzinfo=UTC)
    body = page_of(DATES[place]).encode()
    capture = Capture(
        url=URL,
        body=body,
        content_type="text/html",
        date_captured=stood,
        origin="wayback",
        retrieved_from=f"https://web.archive.example/web/20190630id_/{URL}",
        source="wipr",
    )
    page = PageToRead(body=body, capture=capture, policy="store")
    read = read_page(page, wipr.SOURCE)
    assert (OLD_BOX not in str(read.article.body)) == is_cut


def test_the_rules_of_a_time_count_in_the_name_of_the_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = extractor(wipr.SOURCE)
    with_old_layout(monkeypatch)
    assert extractor(wipr.SOURCE) != before
