"""What is known of a paper against what is held: numbers as they are counted by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SITE, Writer, open_writer, save, story

from tradepress.archive.frontier.mementos import Memento
from tradepress.research.known_stories import Coverage, NumberGap, find_coverage
from tradepress.story import METADATA_ONLY


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Writer]:
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        yield writer


def address(name: str) -> str:
    return f"{SITE}/trademark/{name}"


def know(writer: Writer, name: str, **ends: Any) -> None:
    """An address that a list names, perhaps with how it ended."""
    url = address(name)
    writer.run.addresses.add("signet", [(url, SITE)])
    if listed := ends.pop("date_listed", None):
        writer.write("UPDATE urls SET date_listed = ? WHERE url = ?", [listed, url])
    if ends:
        writer.settle(url, **ends)


def capture(writer: Writer, host: str, name: str, year: int) -> None:
    at = datetime(year, 5, 1, tzinfo=UTC)
    memento = Memento(
        url=f"https://{host}/{year}id_/{address(name)}",
        original_url=address(name),
        date_captured=at,
        seen_until=at,
    )
    writer.run.mementos.add("signet", [memento], found_on=None)


def of_month(found: Coverage, month: str | None) -> dict[str, int]:
    (one,) = [one for one in found.months if one.month == month]
    names = ("whole", "part", "without_text", "at_site", "in_archives", "refused", "gone")
    return {name: number for name in names if (number := getattr(one, name))}


def test_each_known_story_counts_once_by_what_became_of_it(paper: Writer) -> None:
    url = story(1)["url"]
    links = [
        {"kind": "related", "text": "x", "url": address(f"orrin-vale-{n}"), "position": n}
        for n in (2, 3, 30, 31)
    ]
    links.append({"kind": "related", "text": "x", "url": f"{SITE}/about", "position": 9})
    links.append({"kind": "related", "text": "x", "url": "http://else.example/a-1", "position": 10})
    save(paper, story(1), links=links)
    save(paper, story(2, is_truncated=True))
    save(paper, story(3, body=None, policy=METADATA_ONLY))
    know(paper, url.rpartition("/")[2] + "?utm_source=feed")  # of a story that is held
    know(paper, "orrin-vale-11", date_listed="2017-09-01")
    know(paper, "2019/03/orrin-vale-12", outcome="failed", reason="timeout")
    know(paper, "orrin-vale-13", outcome="rejected", reason="robots")
    know(paper, "orrin-vale-14", outcome="failed", reason="http_404")
    know(paper, "orrin-vale-15", outcome="rejected", reason="index")
    capture(paper, "old.example", "orrin-vale-1", 2016)  # a version of what is held
    for host, name, year in (
        ("old.example", "orrin-vale-14", 2018),
        ("old.example", "orrin-vale-20", 2016),
        ("web.example", "orrin-vale-20", 2019),
    ):
        capture(paper, host, name, year)
    paper.commit()
    found = find_coverage(paper.db, "signet")
    assert of_month(found, "2017-08") == {"whole": 1, "part": 1, "without_text": 1}
    assert of_month(found, "2017-09") == {"at_site": 1}
    assert of_month(found, "2019-03") == {"at_site": 1}
    assert of_month(found, "2018-05") == {"in_archives": 1}
    assert of_month(found, "2016-05") == {"in_archives": 1}
    assert of_month(found, None) == {"at_site": 2, "refused": 1}
    assert (found.total.known, found.total.held, found.total.missing) == (10, 3, 7)
    assert {one.host: (one.stories, one.requests) for one in found.places} == {
        None: (4, 4),
        "old.example": (2, 2),
        "web.example": (1, 1),
    }
    assert (found.linked, found.no_story, found.reasons) == (2, 1, {"robots": 1})
    years = {one.month: one.known for one in found.by_year()}
    assert years == {"2016": 1, "2017": 4, "2018": 1, "2019": 1, None: 3}


def test_numbers_tell_gaps_and_the_months_of_what_lies_between(paper: Writer) -> None:
    held = [*range(100, 120), *range(400, 410)]
    for number in held:
        day = "2015-06-01" if number < 200 else "2018-02-01"
        save(paper, story(number, date_published=day))
    know(paper, "orrin-vale-120")
    know(paper, "orrin-vale-399")
    know(paper, "orrin-vale-405-b")
    paper.commit()
    found = find_coverage(paper.db, "signet")
    assert found.gaps == (NumberGap(after=120, before=399, since="2015-06", until="2018-02"),)
    assert found.gaps[0].numbers == 278
    assert of_month(found, None) == {"at_site": 2}  # somewhere between two months


def test_of_a_paper_without_anything_nothing_is_said(paper: Writer) -> None:
    found = find_coverage(paper.db, "signet")
    assert (found.months, found.places, found.gaps, found.asked) == ((), (), (), ())
    assert found.total.known == 0
