"""Where both archives saw a story last in the same second."""

from typing import Any

import pytest
from archive_rows import SITE, story
from libraries import Library, changed, here, keep, there

__all__ = ["here", "there"]

NOAI = {"term": "noai", "evidence": "meta robots", "value": "noai"}
NOARCHIVE = {"term": "noarchive", "evidence": "meta robots", "value": "noarchive"}


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


@pytest.mark.parametrize(("day", "number"), [(0, 1), (2, 2)])
def test_the_version_seen_last_is_current(
    here: Library, there: Library, day: int, number: int
) -> None:
    here.keep((1, story()))
    there.keep((day, changed()))
    here.take(there)
    assert here.load("signet-1").version == number


@pytest.mark.parametrize("is_changed_here", [True, False])
def test_of_two_at_once_the_same_is_current_whichever_archive_takes_the_other(
    here: Library, there: Library, *, is_changed_here: bool
) -> None:
    one, other = (here, there) if is_changed_here else (there, here)
    one.keep((1, changed()))
    other.keep((1, story()))
    here.take(there)
    assert here.load("signet-1").headline == changed()["headline"]


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
    there.keep((day, story(**moved, reservations=[NOAI])))
    here.take(there)
    assert len(here.load("signet-1").reservations_now) == (url == "moved")
    assert article(here, "url") == (moved["url"] if url == "moved" else story()["url"])
    assert article(here, "canonical_url") == (moved["canonical_url"] if url == "moved" else None)


def test_the_sites_own_id_is_taken_over_where_none_was_known(here: Library, there: Library) -> None:
    here.keep((1, story(site_id=None)))
    there.keep((0, story()))
    here.take(there)
    assert article(here, "site_id") == "1"
    assert article(here, "canonical_url") is None


def test_an_address_that_is_another_story_here_is_not_taken_over(
    here: Library, there: Library
) -> None:
    moved = f"{SITE}/moved"
    here.keep((1, story()), (1, story(2, url=moved)))
    there.keep((2, story(url=moved, canonical_url=moved, reservations=[NOAI])))
    here.take(there)
    assert here.ask("SELECT url, canonical_url FROM articles WHERE site_id = '1'") == [
        (story()["url"], None)
    ]
    assert [one.term for one in here.load("signet-1").reservations_now] == ["noai"]
    sql = "SELECT ref FROM locations JOIN articles ON articles.id = article_id "
    assert here.ask(f"{sql} WHERE locations.url = ?", moved) == [("signet-2",)]


@pytest.mark.parametrize(("day", "is_gone"), [(1, False), (2, True)])
def test_where_a_story_moved_it_is_gone_as_the_later_says(
    here: Library, there: Library, day: int, *, is_gone: bool
) -> None:
    here.keep((1, story()))
    with there.open() as writer:
        keep(writer, day, story(url=f"{SITE}/moved"))
        writer.write("UPDATE articles SET gone_at = '2026-03-09T09:00:00Z'")
        writer.end_run("done", 0)
    here.take(there)
    assert (article(here, "gone_at") is not None) is is_gone


def test_what_is_gone_here_since_a_day_is_gone_since_then(here: Library, there: Library) -> None:
    for library, gone_at in ((here, "2026-03-05T09:00:00Z"), (there, "2026-03-07T09:00:00Z")):
        with library.open() as writer:
            keep(writer, 1, story())
            writer.write("UPDATE articles SET gone_at = ?", [gone_at])
            writer.end_run("done", 0)
    here.take(there)
    assert article(here, "gone_at") == "2026-03-05T09:00:00Z"


@pytest.mark.parametrize(("of_here", "of_there"), [((1, 4), (2, 3)), ((2, 3), (1, 4))])
def test_addresses_are_known_from_the_first_day_to_the_last(
    here: Library, there: Library, of_here: tuple[int, int], of_there: tuple[int, int]
) -> None:
    for library, days in ((here, of_here), (there, of_there)):
        library.keep(*((day, story()) for day in days))
    here.take(there)
    seen = here.ask("SELECT first_seen, last_seen FROM locations")
    assert [(first[:10], last[:10]) for first, last in seen] == [("2026-03-02", "2026-03-05")]


CUT = {"body": story()["body"][:60], "is_truncated": True}


@pytest.mark.parametrize(("day", "is_whole_there"), [(0, True), (2, True), (0, False), (2, False)])
def test_of_a_text_and_its_teaser_the_text_is_current_whenever_it_was_seen(
    here: Library, there: Library, day: int, *, is_whole_there: bool
) -> None:
    of_here, of_there = (CUT, {}) if is_whole_there else ({}, CUT)
    here.keep((1, story(**of_here)))
    there.keep((day, story(**of_there)))
    here.take(there)
    assert here.load("signet-1").body == story()["body"]


@pytest.mark.parametrize(("is_reread_here", "is_reread_there"), [(0, 1), (1, 0), (1, 1), (0, 0)])
def test_of_two_readings_of_one_second_the_better_is_current(
    here: Library, there: Library, is_reread_here: int, is_reread_there: int
) -> None:
    for library, text, is_reread in (
        (here, story(), is_reread_here),
        (there, changed(), is_reread_there),
    ):
        with library.open() as writer:
            keep(writer, 1, text)
            writer.write("UPDATE version_rows SET is_reread = ?", [is_reread])
            writer.end_run("done", 0)
    here.take(there)
    is_theirs = is_reread_there >= is_reread_here  # of equals, that of the higher hash
    assert here.load("signet-1").headline == (changed() if is_theirs else story())["headline"]


def test_a_link_leads_to_the_story_whose_address_came_in(here: Library, there: Library) -> None:
    address = f"{SITE}/?p=1"
    link = {"kind": "related", "text": "x", "url": address, "position": 0}
    here.keep((1, story()))
    here.keep((1, story(2)), links=[link])
    there.keep((1, story()), requested_url=address)
    here.take(there)
    assert here.ask("SELECT ref FROM links JOIN articles ON articles.id = target_id") == [
        ("signet-1",)
    ]
