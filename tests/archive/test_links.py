"""Links: which kept story one leads to, which stories cite one, and what is left to look for."""

import re
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from archive_rows import SISTER, SITE, Writer, clock, rows, save, story, writer

from tradepress.archive.frontier.linked_addresses import unresolved_links
from tradepress.archive.stories.link_targets import CitingStory, cited_by
from tradepress.archive.stories.story_record import load_story

__all__ = ["clock", "writer"]


def link(text: str = "A link", url: str | None = None, **changes: Any) -> dict[str, Any]:
    return {"kind": "related", "text": text, "url": url, "position": 0, **changes}


def target(writer: Writer, ref: str = "signet-9") -> str | None:
    (found,) = load_story(writer.db, ref).links
    return found.target


def citing(writer: Writer, ref: str) -> list[str]:
    return [one.ref for one in cited_by(writer.db, ref)]


BY_ADDRESS = link(url=story(1)["url"] + "?utm_source=x#top")
BY_HEADLINE = link(text=story(1)["headline"])


@pytest.mark.parametrize("given", [BY_ADDRESS, BY_HEADLINE])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_link_finds_its_story_whichever_comes_first(
    writer: Writer, given: dict[str, Any], is_first: bool
) -> None:
    saves = [(story(1), []), (story(9), [given])]
    for article, links in saves if is_first else reversed(saves):
        save(writer, article, links=links)
    assert target(writer) == "signet-1"
    (cited,) = cited_by(writer.db, "signet-1")
    assert cited == CitingStory(
        ref="signet-9",
        source="signet",
        headline=story(9)["headline"],
        published_day="2017-08-04",
        kinds=("related",),
    )


def test_any_address_of_a_story_will_do(writer: Writer) -> None:
    save(writer, story(9), links=[link(url=f"{SITE}/m/orrin-vale-1")])
    save(writer, story(1))
    assert target(writer) is None
    save(writer, story(1, url=f"{SITE}/m/orrin-vale-1"))
    assert target(writer) == "signet-1"


def test_a_story_that_takes_an_address_over_takes_its_links(writer: Writer) -> None:
    save(writer, story(1), requested_url=f"{SITE}/short")
    save(writer, story(9), links=[link(url=f"{SITE}/short")])
    assert target(writer) == "signet-1"
    save(writer, story(2, url=f"{SITE}/short", body="Another case. " * 9))
    assert target(writer) == "signet-2"


def test_the_sites_own_id_will_do_where_the_caller_knows_it(writer: Writer) -> None:
    save(writer, story(1))
    save(writer, story(9), links=[link(url=f"{SITE}/?p=1", site_id="1")])
    assert target(writer) == "signet-1"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2017-10-03", "signet-1"),
        ("2017-10-04", None),
        ("2017-06-05T23:00:00+01:00", "signet-1"),
        ("2017-06-04", None),
        (None, None),
    ],
)
def test_a_headline_counts_for_sixty_days(
    writer: Writer, day: str | None, expected: str | None
) -> None:
    save(writer, story(1, date_published=day))
    save(writer, story(9), links=[BY_HEADLINE])
    assert target(writer) == expected


def test_a_list_of_the_day_of_capture_names_stories_of_that_time(writer: Writer) -> None:
    save(writer, story(1, date_published="2020-03-01"))
    captured = datetime(2020, 3, 2, tzinfo=UTC)
    save(writer, story(9), links=[BY_HEADLINE], date_captured=captured, kind="file")
    assert target(writer) == "signet-1"


TWIN = {"headline": story(1)["headline"], "body": "Quite another case. " * 9}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_two_stories_of_one_name_are_no_target(writer: Writer, order: tuple[int, ...]) -> None:
    saves = [(story(1), []), (story(2, **TWIN), []), (story(9), [BY_HEADLINE])]
    for place in order:
        save(writer, saves[place][0], links=saves[place][1])
    assert target(writer) is None
    assert citing(writer, "signet-1") == citing(writer, "signet-2") == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_namesake_of_another_year_is_in_nobodys_way(
    writer: Writer, order: tuple[int, ...]
) -> None:
    namesake = story(2, **TWIN, date_published="2019-08-04")
    saves = [(story(1), []), (namesake, []), (story(9), [BY_HEADLINE])]
    for place in order:
        save(writer, saves[place][0], links=saves[place][1])
    assert target(writer) == "signet-1"


@pytest.mark.parametrize(
    ("kind", "expected"), [("related", None), ("first_published_on", "makers-1")]
)
def test_a_headline_of_another_paper_counts_where_that_published_first(
    writer: Writer, kind: str, expected: str | None
) -> None:
    writer.save_source(SISTER)
    save(writer, story(1, source="makers", url="http://marksandmakers.example/news/o-1"))
    save(writer, story(9), links=[{**BY_HEADLINE, "kind": kind}])
    assert target(writer) == expected


def test_a_new_headline_finds_the_links_that_name_it(writer: Writer) -> None:
    save(writer, story(9), links=[link(text="Vale loses lantern")])
    save(writer, story(1))
    assert target(writer) is None
    save(writer, story(1, headline="Vale loses lantern"))
    assert target(writer) == "signet-1"


def test_an_address_that_is_not_kept_is_not_guessed_by_its_words(writer: Writer) -> None:
    save(writer, story(1))
    save(writer, story(9), links=[link(text=story(1)["headline"], url=f"{SITE}/elsewhere")])
    assert target(writer) is None


def test_only_the_current_version_cites_and_nobody_cites_himself(writer: Writer) -> None:
    save(writer, story(1), links=[link(url=story(1)["url"])])
    save(writer, story(8), links=[link(url=story(1)["url"], kind="top_stories")])
    save(
        writer, story(9), links=[BY_ADDRESS, link(url=story(1)["url"], kind="in_text", position=1)]
    )
    assert citing(writer, "signet-1") == ["signet-9"]
    assert cited_by(writer.db, "signet-1")[0].kinds == ("in_text", "related")
    save(writer, story(9, headline="Vale gives up"))
    assert citing(writer, "signet-1") == []


def test_no_look_up_walks_through_a_table(writer: Writer) -> None:
    save(writer, story(1))
    statements: list[str] = []
    writer.db.conn.set_trace_callback(statements.append)
    save(writer, story(9), links=[BY_HEADLINE, link(url=f"{SITE}/x", position=1)])
    load_story(writer.db, "signet-9")
    unresolved_links(writer.db, "signet", 10)
    writer.db.conn.set_trace_callback(None)
    asked = [sql for sql in statements if re.match(r"\s*(SELECT|UPDATE)", sql) and "links" in sql]
    assert len(asked) >= 6
    for sql in asked:
        for step in rows(writer, f"EXPLAIN QUERY PLAN {sql}"):
            # json_each holds the ids that were asked for.
            assert not re.match(r"SCAN (?!links$|json_each )", step["detail"]), (sql, step)


# What is left to look for


def test_unknown_addresses_of_a_site_are_candidates(writer: Writer) -> None:
    writer.save_source(SISTER)
    www = f"https://www.{SITE[7:]}"
    links = [f"{SITE}/known", f"{SITE}/b?utm_source=x", f"{www}/a", f"{SITE}.evil/x", None]
    writer.add_urls("signet", [(f"{SITE}/known", None)])
    save(writer, story(8), links=[link(url=url, position=n) for n, url in enumerate(links)])
    abroad = story(9, source="makers", url="http://marksandmakers.example/news/o-9")
    save(writer, abroad, links=[link(url=f"{SITE}/b"), link(url=f"{SITE}/c", position=1)])
    found = unresolved_links(writer.db, "signet", 10)
    assert found == [
        (f"{www}/a", story(8)["url"]),
        (f"{SITE}/b?utm_source=x", story(8)["url"]),
        (f"{SITE}/c", abroad["url"]),
    ]
    assert unresolved_links(writer.db, "signet", 2) == found[:2]
    assert unresolved_links(writer.db, "signet", 1, lambda url: url.endswith("c")) == found[2:]
    writer.add_urls("signet", found)
    assert unresolved_links(writer.db, "signet", 10) == []
    assert unresolved_links(writer.db, "makers", 10) == []
