"""Where both archives saw a story last in the same second, what is here stays."""

from pathlib import Path
from typing import Any

import pytest
from archive_rows import SITE, story
from libraries import Library, changed, keep

NOAI = {"term": "noai", "evidence": "meta robots", "value": "noai"}
NOARCHIVE = {"term": "noarchive", "evidence": "meta robots", "value": "noarchive"}


@pytest.fixture
def here(tmp_path: Path) -> Library:
    return Library(tmp_path / "here.db")


@pytest.fixture
def there(tmp_path: Path) -> Library:
    (tmp_path / "elsewhere").mkdir()
    return Library(tmp_path / "elsewhere" / "there.db")


def article(library: Library, column: str) -> Any:
    ((found,),) = library.ask(f"SELECT {column} FROM articles")
    return found


@pytest.mark.parametrize(("day", "terms"), [(0, ["noai"]), (1, ["noai"]), (2, ["noarchive"])])
def test_what_is_reserved_by_now_is_said_by_the_later(
    here: Library, there: Library, day: int, terms: list[str]
) -> None:
    here.keep((1, story(reservations=[NOAI])))
    there.keep((day, story(reservations=[NOARCHIVE])))
    here.take(there)
    assert [one.term for one in here.load("signet-1").reservations_now] == terms


@pytest.mark.parametrize(("day", "number"), [(0, 1), (1, 1), (2, 2)])
def test_the_version_seen_last_is_current_and_of_two_at_once_that_here(
    here: Library, there: Library, day: int, number: int
) -> None:
    here.keep((1, story()))
    there.keep((day, changed()))
    here.take(there)
    assert here.load("signet-1").version == number


@pytest.mark.parametrize(
    ("gone_at", "is_gone"), [("08:59:59", 0), ("09:00:00", 0), ("09:00:01", 1)]
)
def test_a_story_is_gone_that_was_found_missing_after_it_was_seen(
    here: Library, there: Library, gone_at: str, is_gone: int
) -> None:
    here.keep((1, story()))
    with there.open() as writer:
        keep(writer, 0, story())
        writer.write("UPDATE articles SET gone_at = ?", [f"2026-03-02T{gone_at}Z"])
        writer.end_run("done", 0)
    here.take(there)
    assert article(here, "gone_at IS NOT NULL") == is_gone


@pytest.mark.parametrize(("day", "url"), [(1, "1"), (2, "moved")])
def test_the_address_is_that_of_the_archive_which_saw_it_later(
    here: Library, there: Library, day: int, url: str
) -> None:
    moved = {"url": f"{SITE}/moved", "canonical_url": f"{SITE}/moved"}
    here.keep((1, story()))
    there.keep((day, story(**moved)))
    here.take(there)
    assert article(here, "url") == (moved["url"] if url == "moved" else story()["url"])
    assert article(here, "canonical_url") == (moved["canonical_url"] if url == "moved" else None)
