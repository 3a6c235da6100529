"""What a crawl sets right of a source's schedule before it begins."""

from typing import Any

import pytest
from archive_rows import SISTER, SITE, Writer, clock, rows, save, story, writer

from tradepress.archive.frontier.next_visits import put_back, take_up

__all__ = ["clock", "writer"]

NOW = "2026-11-24T09:00:00Z"
LATEST = "2027-05-24T09:00:00Z"
"""A story of any age is due in half a year and a day."""
ELSEWHERE = "http://marksandmakers.example"


def due(writer: Writer) -> dict[str, Any]:
    found = rows(writer, "SELECT url, next_due FROM urls ORDER BY id")
    return {row["url"].rpartition("/")[2]: row["next_due"] for row in found}


def test_visits_that_a_wrong_clock_has_put_off_are_due(writer: Writer) -> None:
    writer.save_source(SISTER)
    writer.add_urls("signet", [(f"{SITE}/{name}", None) for name in ("far", "half", "done")])
    writer.add_urls("makers", [(f"{ELSEWHERE}/other", None)])
    for name, time in (("far", "2027-05-24T09:00:01Z"), ("half", LATEST), ("done", "2099")):
        writer.write("UPDATE urls SET next_due = ? WHERE url LIKE ?", [time, f"%/{name}"])
    writer.write("UPDATE urls SET next_due = '2099' WHERE source = 'makers'")
    writer.write("UPDATE urls SET state = 'due'")
    writer.write("UPDATE urls SET state = 'done' WHERE url LIKE '%/done'")
    put_back(writer.transaction, "signet")
    assert due(writer) == {"far": NOW, "half": LATEST, "done": "2099", "other": "2099"}


def state(writer: Writer, number: int) -> tuple[Any, ...]:
    (row,) = rows(writer, "SELECT * FROM urls WHERE url = ?", story(number)["url"])
    return row["state"], row["next_due"], row["fetched_at"]


@pytest.fixture
def by_file(writer: Writer) -> Writer:
    """Two stories, of which no crawl knows anything."""
    writer.save_source(SISTER)
    for number in (1, 2):
        save(writer, story(number, date_published="2026-11-23"), kind="file")
    save(writer, story(3, source="makers", url=f"{ELSEWHERE}/3"), kind="file")
    writer.end_run("done", 0)
    writer.start_run("tests", ["signet"], "0")
    writer.write("UPDATE urls SET state = 'done', next_due = NULL")
    writer.addresses.next_visit = lambda url: f"next of {url}"  # type: ignore[method-assign]
    return writer


def test_stories_of_files_are_visited_as_their_age_says(by_file: Writer) -> None:
    take_up(by_file.transaction, by_file.addresses, "signet")
    for number in (1, 2):
        assert state(by_file, number) == ("due", f"next of {story(number)['url']}", None)
    (other,) = rows(by_file, "SELECT state FROM urls WHERE source = 'makers'")
    assert other["state"] == "done"


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        ("outcome = 'unchanged'", True),
        ("outcome = 'duplicate'", True),
        ("outcome = NULL", True),
        ("outcome = 'rejected'", False),
        ("reason = 'gone'", False),
        ("reason = 'moved'", True),
        ("article_id = NULL", False),
        ("state = 'due', next_due = '2027'", False),
    ],
)
def test_only_addresses_of_stories_that_nobody_would_visit_are_taken_up(
    by_file: Writer, change: str, *, is_due: bool
) -> None:
    by_file.write(f"UPDATE urls SET {change} WHERE url = ?", [story()["url"]])
    take_up(by_file.transaction, by_file.addresses, "signet")
    assert str(state(by_file, 1)[1]).startswith("next of") == is_due
    assert state(by_file, 2)[0] == "due"


def test_what_a_web_archive_has_is_not_visited_at_the_site(by_file: Writer) -> None:
    by_file.write(
        "INSERT INTO mementos SELECT id, url, url_key, :now, :now, NULL FROM urls WHERE url = :url",
        {"now": NOW, "url": story()["url"]},  # type: ignore[arg-type]
    )
    take_up(by_file.transaction, by_file.addresses, "signet")
    assert (state(by_file, 1)[0], state(by_file, 2)[0]) == ("done", "due")
