"""The writer: identity, versions, the ledger, quarantine."""

import hashlib
import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_rows import (
    LEAD,
    PAPER,
    SISTER,
    SITE,
    Clock,
    Page,
    Pages,
    Writer,
    clock,
    open_writer,
    rows,
    save,
    story,
    value,
    writer,
)

from tradepress.archive.errors import ArchiveError, ArchiveFull, MixedArchive
from tradepress.archive.ledger.outcomes import OUTCOMES
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.locations import locations_of
from tradepress.archive.stories.stories import Quarantined
from tradepress.archive.stories.story_record import RelatedLink, load_story
from tradepress.archive.url_key import url_key
from tradepress.story import Reading

__all__ = ["clock", "writer"]

REAL = {**PAPER, "name": "wipr", "is_sample": False}


def only_article(writer: Writer) -> dict[str, Any]:
    (article,) = rows(writer, "SELECT * FROM articles")
    return article


def next_run(writer: Writer) -> None:
    writer.end_run("done", 0)
    writer.start_run("tests", ["signet"], "0")


# A story and its further addresses


def test_a_new_story_has_all_its_rows(writer: Writer, clock: Clock) -> None:
    links = [
        {"kind": "in_text", "text": "decision", "url": f"{SITE}/a?utm_source=x", "position": 0},
        {"kind": "related", "text": "Only a headline", "url": None, "position": 1},
        {"kind": "related", "text": "Broken", "url": "http://[::1", "position": 2},
    ]
    saved = save(
        writer,
        story(12107, description="A dek", keywords=("lamps", "marks"), is_truncated=None),
        links=links,
        evidence={"headline": [{"value": "x", "evidence": "h1"}]},
        status=200,
        size=1234,
        etag='"e"',
        last_modified="Fri, 04 Aug 2017 09:00:00 GMT",
        next_due="2026-11-25T09:00:00Z",
    )
    assert (saved.outcome, saved.ref, saved.version) == ("stored", "signet-12107", 1)
    kept = load_story(writer.db, "signet-12107")
    assert kept.published_day == "2017-08-04"
    assert kept.keywords == ("lamps", "marks")
    assert kept.is_truncated is None
    assert kept.evidence == {"headline": (Reading(value="x", evidence="h1"),)}
    links[2]["url"] = None  # it leads to no web page
    assert kept.links == tuple(RelatedLink(**link, target=None) for link in links)
    assert kept.first_seen == kept.last_seen == kept.date_archived == clock.now
    assert only_article(writer)["word_count"] == len(story(12107)["body"].split())
    assert only_article(writer)["published_month"] == "2017-08"
    assert [row["url_key"] for row in rows(writer, "SELECT url_key FROM links ORDER BY id")] == [
        f"{SITE}/a",
        None,
        None,
    ]
    (address,) = rows(writer, "SELECT * FROM urls")
    assert address["etag"] == '"e"'
    assert (address["state"], address["next_due"]) == ("due", "2026-11-25T09:00:00Z")
    (fetch,) = rows(writer, "SELECT * FROM fetches")
    assert (fetch["status"], fetch["bytes"], fetch["version"]) == (200, 1234, 1)


def test_the_same_page_again_is_unchanged(writer: Writer, clock: Clock) -> None:
    save(writer, story())
    clock.now = "2026-11-25T09:00:00Z"
    saved = save(writer, story(body=story()["body"].replace("\n\n", " \n\n ")))
    assert (saved.outcome, saved.version, saved.reason) == ("unchanged", 1, None)
    assert only_article(writer)["last_seen"] == clock.now
    assert only_article(writer)["first_seen"] == "2026-11-24T09:00:00Z"
    assert value(writer, "SELECT count(*) FROM versions") == 1


def test_one_id_under_three_addresses_is_one_article(writer: Writer) -> None:
    first = save(writer, story(14415, url=f"{SITE}/news/kept-14415"))
    before = only_article(writer)
    for url in (f"{SITE}/kept-14415", f"https://www.{SITE[7:]}/trademark/kept-14415"):
        saved = save(writer, story(14415, url=url))
        assert (saved.outcome, saved.ref) == ("duplicate", first.ref)
    assert only_article(writer) == before
    assert value(writer, "SELECT count(*) FROM locations") == 3
    assert value(writer, "SELECT count(*) FROM versions") == 1


def test_the_same_text_without_an_id_is_one_article(writer: Writer) -> None:
    first = save(writer, story(site_id=None))
    saved = save(writer, story(site_id=None, url=f"{SITE}/elsewhere"))
    assert (saved.outcome, saved.ref) == ("duplicate", first.ref)


def test_a_page_known_by_its_text_lends_its_id(writer: Writer) -> None:
    first = save(writer, story(site_id=None, url=f"{SITE}/article/orrin"))
    saved = save(writer, story(7, headline=story()["headline"], body=story()["body"]))
    assert (saved.outcome, saved.ref) == ("duplicate", first.ref)
    assert only_article(writer)["site_id"] == "7"


def test_the_same_text_at_another_paper_is_another_article(writer: Writer) -> None:
    writer.save_source(SISTER)
    save(writer, story(site_id=None))
    saved = save(
        writer, story(site_id=None, source="makers", url="http://marksandmakers.example/news/o")
    )
    assert saved.outcome == "stored"
    assert saved.ref.startswith("makers-")


def test_an_address_of_another_paper_is_no_address_of_this_one(writer: Writer) -> None:
    writer.save_source(SISTER)
    save(writer, story(1))
    with pytest.raises(Quarantined, match="kept as signet-1 of signet"):
        save(writer, story(2, source="makers", url=story(1)["url"]))
    elsewhere = story(3, source="makers", url="http://marksandmakers.example/news/o-3")
    assert save(writer, {**elsewhere, "canonical_url": story(1)["url"]}).outcome == "stored"
    assert value(writer, "SELECT count(*) FROM locations WHERE article_id = 1") == 1


def test_stories_without_a_text_are_not_taken_for_each_other(writer: Writer) -> None:
    bare = {"site_id": None, "body": None, "headline": "In brief", "date_published": None}
    save(writer, story(**bare, url=f"{SITE}/brief/1"))
    assert save(writer, story(**bare, url=f"{SITE}/brief/2")).outcome == "stored"


def test_a_redirect_proves_an_address(writer: Writer) -> None:
    first = save(writer, story(site_id=None), requested_url=f"{SITE}/short")
    saved = save(
        writer, story(site_id=None, url=f"{SITE}/new", headline="Vale loses"), requested_url=SITE
    )
    assert saved.ref != first.ref or saved.outcome != "stored"
    again = save(writer, story(site_id=None), requested_url=f"{SITE}/short")
    assert (again.outcome, again.ref) == ("duplicate", first.ref)


def test_a_canonical_link_proves_an_address_if_the_texts_agree(writer: Writer) -> None:
    first = save(writer, story(site_id=None, url=f"{SITE}/a"))
    print_page = {"url": f"{SITE}/print/a", "canonical_url": f"{SITE}/a", "site_id": None}
    saved = save(writer, story(**print_page, body=story()["body"] + "\n\nPrinted."))
    assert (saved.outcome, saved.ref) == ("duplicate", first.ref)
    assert saved.reason == "other wording at this address"


@pytest.mark.parametrize("canonical", [f"{SITE}/a", f"{SITE}/", "http://other.example/a", "junk"])
def test_a_canonical_link_that_lies_loses_no_story(writer: Writer, canonical: str) -> None:
    pages = [
        story(number, site_id=None, canonical_url=canonical, url=f"{SITE}/{name}")
        for number, name in enumerate(("b", "c", "a"))
    ]
    assert [save(writer, page).outcome for page in pages] == ["stored"] * 3
    for page in pages:
        ref = value(
            writer,
            "SELECT ref FROM locations JOIN articles ON articles.id = article_id WHERE url_key = ?",
            page["url"],
        )
        assert load_story(writer.db, ref).headline == page["headline"]


def test_a_canonical_link_to_another_story_is_recorded_and_not_believed(writer: Writer) -> None:
    save(writer, story(1))
    saved = save(writer, story(2, canonical_url=story(1)["url"]))
    kept = load_story(writer.db, saved.ref)
    assert kept.canonical_url is None
    assert kept.evidence["canonical_url"] == (
        Reading(value=None, evidence="disbelieved"),
        Reading(value=story(1)["url"], evidence="canonical (other story)"),
    )
    assert locations_of(writer.db, saved.ref) == [story(2)["url"]]
    assert save(writer, story(2, canonical_url=story(2)["url"] + "/amp")).outcome == "unchanged"


def test_two_stories_that_seem_to_have_one_id_are_both_kept(writer: Writer) -> None:
    save(writer, story(2024, url=f"{SITE}/best-of-2024", headline="Best", body="Ten best. " * 9))
    other = story(2024, url=f"{SITE}/rules-of-2024", headline="Rules", body="New rules. " * 9)
    saved = save(writer, other)
    digest = hashlib.sha256(url_key(other["url"]).encode()).hexdigest()
    assert (saved.outcome, saved.ref) == ("stored", f"signet-{digest[:12]}")
    assert save(writer, other).outcome == "unchanged"


def test_a_ref_that_is_taken_becomes_longer(writer: Writer) -> None:
    digest = hashlib.sha256(f"{SITE}/a".encode()).hexdigest()
    save(writer, story(1, site_id=digest[:12]))
    saved = save(writer, story(2, site_id=None, url=f"{SITE}/a"))
    assert saved.ref == f"signet-{digest[:16]}"


# Versions


@pytest.mark.parametrize(
    "change",
    [
        {"headline": "Orrin Vale wins appeal"},
        {"body": LEAD + "\n\nThe Board remitted the case to the first instance for costs."},
        {"date_published": "2017-08-05"},
        {"authors": ["Mira Osei"]},
        {"corrections": ["Correction: it was a lamp."]},
    ],
)
def test_a_changed_story_is_a_new_version(
    writer: Writer, clock: Clock, change: dict[str, Any]
) -> None:
    save(writer, story())
    clock.now = "2026-11-25T09:00:00Z"
    saved = save(writer, story(**change))
    assert (saved.outcome, saved.ref, saved.version) == ("stored", "signet-1", 2)
    current = load_story(writer.db, "signet-1")
    name, changed = next(iter(change.items()))
    given = [story().get(name, ()), changed]
    first, second = (tuple(one) if isinstance(one, list) else one for one in given)
    assert getattr(current, name) == getattr(load_story(writer.db, "signet-1@2"), name) == second
    assert getattr(load_story(writer.db, "signet-1@1"), name) == first
    assert current.published_day == (current.date_published or "")[:10]
    assert current.first_seen == "2026-11-24T09:00:00Z"


def test_what_is_not_the_story_makes_no_version(writer: Writer) -> None:
    save(writer, story())
    saved = save(writer, story(section="News", keywords=["x"], description="y", confidence=0.3))
    assert saved.outcome == "unchanged"


def test_each_version_keeps_how_sure_its_reading_was(writer: Writer) -> None:
    save(writer, story(headline="Second", confidence=0.9), date_captured=DAYS[1], kind="file")
    save(writer, story(headline="First", confidence=0.2), date_captured=DAYS[0], kind="file")
    assert only_article(writer)["confidence"] == 0.9
    save(writer, story(headline="Third", confidence=0.4), date_captured=DAYS[2], kind="file")
    assert only_article(writer)["confidence"] == 0.4
    confidences = rows(writer, "SELECT confidence FROM versions ORDER BY version")
    assert [row["confidence"] for row in confidences] == [0.9, 0.2, 0.4]


def test_a_text_that_comes_back_is_the_version_that_it_was(writer: Writer) -> None:
    save(writer, story())
    save(writer, story(headline="Orrin Vale wins appeal"))
    saved = save(writer, story())
    told = (saved.outcome, saved.version, saved.reason)
    assert told == ("unchanged", 1, "a former version again")
    assert only_article(writer)["version"] == 1


TEASER = "Case 1. " + LEAD[:60] + "…"


@pytest.mark.parametrize(
    "teaser",
    [
        {"body": TEASER, "is_truncated": True},
        {"body": TEASER, "is_truncated": None},
        {"body": "Register to read on.", "is_truncated": True},
        {"body": None, "is_truncated": None},
        {"body": TEASER, "headline": "New headline", "is_truncated": True},
    ],
)
@pytest.mark.parametrize("kept", [False, None])
def test_a_teaser_never_replaces_a_full_text(
    writer: Writer, teaser: dict[str, Any], kept: bool | None
) -> None:
    save(writer, story(is_truncated=kept))
    saved = save(writer, story(**teaser))
    assert (saved.outcome, saved.version) == ("unchanged", 2)
    assert saved.reason == "teaser: the full text is kept"
    kept = only_article(writer)
    assert (kept["version"], kept["body"]) == (1, story()["body"])
    again = save(writer, story(**teaser))
    assert (again.outcome, again.version, again.reason) == ("unchanged", 2, saved.reason)


LONGER = story()["body"] + "\n\n" + " ".join(f"Ground {n} was dismissed." for n in range(20))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (LONGER[:300].replace("lantern mark", "lamp mark"), "unchanged"),  # in mid-sentence
        (LONGER[:230].replace("lantern mark", "lamp mark") + "dismissed.", "unchanged"),  # early
        ("The story was wrong, and the paper is sorry for it. " * 4, "stored"),
    ],
)
def test_a_part_of_an_edited_text_is_a_teaser_too_if_nobody_says_that_it_is_whole(
    writer: Writer, body: str, outcome: str
) -> None:
    save(writer, story(body=LONGER))
    assert save(writer, story(body=body, is_truncated=None)).outcome == outcome


def test_a_whole_text_may_become_shorter(writer: Writer) -> None:
    save(writer, story(body=LONGER))
    shorter = LONGER[:230].replace("lantern mark", "lamp mark") + "dismissed."
    assert save(writer, story(body=shorter)).outcome == "stored"


def test_an_edited_text_is_known_again_at_an_address_that_a_redirect_proves(writer: Writer) -> None:
    first = save(writer, story(site_id=None, body=LONGER))
    edited = LONGER.replace("lantern mark", "lamp mark")
    page = story(site_id=None, url=f"{SITE}/new", headline="Vale loses", body=edited)
    saved = save(writer, page, requested_url=story()["url"])
    assert (saved.outcome, saved.ref, saved.version) == ("stored", first.ref, 2)


def test_a_longer_teaser_is_not_replaced_by_a_shorter_one(writer: Writer) -> None:
    save(writer, story(is_truncated=True))
    assert save(writer, story(body=TEASER, is_truncated=True)).outcome == "unchanged"


@pytest.mark.parametrize("url", [story()["url"], f"{SITE}/print/orrin-vale-1"])
def test_a_full_text_replaces_a_teaser_wherever_it_stands(writer: Writer, url: str) -> None:
    save(writer, story(body=TEASER, is_truncated=True))
    saved = save(writer, story(url=url))
    assert (saved.outcome, saved.version) == ("stored", 2)
    article = only_article(writer)
    assert (article["body"], article["url"]) == (story()["body"], story()["url"])
    assert save(writer, story(body=TEASER, is_truncated=True)).outcome == "unchanged"


def test_other_wording_at_another_address_is_a_duplicate(writer: Writer) -> None:
    save(writer, story())
    saved = save(writer, story(url=f"{SITE}/m/orrin-vale-1", headline="Vale loses appeal"))
    assert (saved.outcome, saved.reason) == ("duplicate", "other wording at this address")
    assert only_article(writer)["headline"] == story()["headline"]


def test_a_story_that_moved_keeps_its_ref_and_takes_the_new_address(writer: Writer) -> None:
    save(writer, story(url=f"{SITE}/old/a-1"))
    saved = save(writer, story(url=f"{SITE}/new/a-1"), requested_url=f"{SITE}/old/a-1")
    assert (saved.outcome, saved.reason, saved.ref) == ("unchanged", "moved", "signet-1")
    assert only_article(writer)["url"] == f"{SITE}/new/a-1"
    assert locations_of(writer.db, "signet-1") == [
        f"{SITE}/old/a-1",
        f"{SITE}/new/a-1",
    ]
    changed = story(url=f"{SITE}/new/a-1", headline="Vale loses appeal")
    assert save(writer, changed).version == 2


def test_an_old_page_does_not_move_a_story_back(writer: Writer) -> None:
    moved = {"requested_url": f"{SITE}/new/a-1", "kind": "file"}
    save(writer, story(url=f"{SITE}/new/a-1"), date_captured=DAYS[1], kind="file")
    for day in (DAYS[0], None):
        save(writer, story(url=f"{SITE}/old/a-1"), date_captured=day, **moved)
        assert only_article(writer)["url"] == f"{SITE}/new/a-1"
    save(writer, story(url=f"{SITE}/newest/a-1"), date_captured=DAYS[2], **moved)
    assert only_article(writer)["url"] == f"{SITE}/newest/a-1"


def test_a_story_that_moved_and_changed_is_a_version_at_the_new_address(writer: Writer) -> None:
    save(writer, story(url=f"{SITE}/old/a-1"))
    saved = save(
        writer,
        story(url=f"{SITE}/new/a-1", headline="Vale loses appeal"),
        requested_url=f"{SITE}/old/a-1",
    )
    assert (saved.outcome, saved.version) == ("stored", 2)
    assert only_article(writer)["url"] == f"{SITE}/new/a-1"


def test_a_redirect_to_another_story_is_another_story(writer: Writer) -> None:
    save(writer, story(1))
    other = story(2, headline="Quite another case", body="Nothing in common with it. " * 5)
    saved = save(writer, other, requested_url=story(1)["url"])
    assert (saved.outcome, saved.ref) == ("stored", "signet-2")
    assert value(writer, "SELECT url FROM articles WHERE ref = 'signet-1'") == story(1)["url"]


def test_a_page_that_calls_itself_the_main_one_becomes_it(writer: Writer) -> None:
    main = f"{SITE}/orrin-vale-1"
    save(writer, story(canonical_url=main))
    save(writer, story(url=main, canonical_url=main))
    assert only_article(writer)["url"] == main


def test_a_canonical_link_that_is_no_address_is_in_nobodys_way(writer: Writer) -> None:
    main = f"{SITE}/orrin-vale-1"
    save(writer, story(canonical_url="junk"))
    save(writer, story(url=main, canonical_url=main))
    assert only_article(writer)["url"] == main


def test_two_pages_that_both_call_themselves_main_do_not_take_turns(writer: Writer) -> None:
    one, other = story()["url"], f"{SITE}/orrin-vale-1"
    for url in (one, other, one, other):
        save(writer, story(url=url, canonical_url=url))
    assert only_article(writer)["url"] == one


def test_where_the_main_address_is_gone_another_one_takes_its_place(writer: Writer) -> None:
    save(writer, story())
    next_run(writer)
    writer.settle(story()["url"], "failed", "http_404", status=404, gone=True)
    assert only_article(writer)["gone_at"] is not None
    other = f"{SITE}/m/orrin-vale-1"
    saved = save(writer, story(url=other, headline="Orrin Vale loses its appeal"))
    assert (saved.outcome, saved.version) == ("stored", 2)
    assert only_article(writer)["url"] == other
    assert only_article(writer)["gone_at"] is None


DAYS = [datetime(2020, month, 1, tzinfo=UTC) for month in (1, 2, 3)]


def test_an_older_page_from_a_file_is_a_version_but_not_the_current_one(writer: Writer) -> None:
    save(writer, story(headline="Second"), date_captured=DAYS[1], kind="file")
    older = save(writer, story(headline="First"), date_captured=DAYS[0], kind="file")
    assert (older.outcome, older.version) == ("stored", 2)
    assert older.reason == "older than the current version"
    assert load_story(writer.db, "signet-1").headline == "Second"
    assert load_story(writer.db, "signet-1@2").headline == "First"
    again = save(writer, story(headline="First"), date_captured=DAYS[0], kind="file")
    assert again.outcome == "unchanged"
    newer = save(writer, story(headline="Third"), date_captured=DAYS[2], kind="file")
    assert newer.version == 3
    article = only_article(writer)
    assert (article["headline"], article["first_seen"]) == ("Third", "2020-01-01T00:00:00Z")
    assert article["last_seen"] == "2020-03-01T00:00:00Z"


@pytest.mark.parametrize("order", [*itertools.permutations(("First", "Second", "Third"))])
def test_of_files_of_one_second_the_same_is_current_in_any_order(
    writer: Writer, order: Sequence[str]
) -> None:
    for headline in order:
        save(writer, story(headline=headline), date_captured=DAYS[1], kind="file")
    assert load_story(writer.db, "signet-1").headline == "First"  # its hash is the highest


def test_what_the_page_of_the_same_second_reserves_counts(writer: Writer) -> None:
    noai = {"term": "noai", "evidence": "meta robots", "value": "noai"}
    save(writer, story(), date_captured=DAYS[1])
    save(writer, story(reservations=[noai]), date_captured=DAYS[1])
    assert "noai" in only_article(writer)["reservations"]
    save(writer, story(), date_captured=DAYS[0])
    assert "noai" in only_article(writer)["reservations"]


def test_a_file_of_unknown_age_is_no_sighting_and_brings_no_old_text_back(
    writer: Writer, clock: Clock
) -> None:
    save(writer, story())
    save(writer, story(headline="Orrin Vale wins appeal"))
    before = only_article(writer)
    clock.now = "2026-12-24T09:00:00Z"
    saved = save(writer, story(), kind="file")
    assert (saved.outcome, saved.reason) == ("unchanged", "an older version, already kept")
    assert only_article(writer) == before


# Captures


def test_a_page_is_kept_with_each_version_and_synced_before_the_commit(
    tmp_path: Path, clock: Clock
) -> None:
    pages = Pages()
    with open_writer(tmp_path / "archive.db", command="tests", captures=pages) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        pages.calls.clear()
        page = Page(date_captured=DAYS[0])
        save(writer, story(), capture=page)
        save(writer, story(), capture=page)
        save(writer, story(headline="Orrin Vale wins appeal"), capture=page)
        writer.commit()
        assert pages.calls == ["append", "append", "sync"]
        assert rows(
            writer,
            'SELECT version, file, "offset", captures.date_captured, versions.date_captured AS of '
            "FROM versions JOIN captures ON captures.id = capture_id ORDER BY version",
        ) == [
            {
                "version": version,
                "file": "signet-2026-11.warc.gz",
                "offset": 100 * version,
                "date_captured": "2020-01-01T00:00:00Z",
                "of": "2020-01-01T00:00:00Z",
            }
            for version in (1, 2)
        ]


def test_a_page_that_can_not_be_kept_fails_in_words(tmp_path: Path) -> None:
    class FullDisk(Pages):
        def append(self, capture: Page) -> dict[str, Any]:
            raise OSError(28, "No space left on device")

    with open_writer(tmp_path / "archive.db", command="tests", captures=FullDisk()) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        with pytest.raises(ArchiveFull, match="free some space"):
            save(writer, story(), capture=Page())
        assert value(writer, "SELECT count(*) FROM articles") == 0


# Quarantine


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"headline": None}, "headline"),
        ({"access": "unknown"}, "access"),
        ({"confidence": 1.01}, "confidence"),
        ({"confidence": float("nan")}, "confidence"),
        ({"body": "x" * 2_000_001}, "body: longer"),
        ({"keywords": [2**70]}, "keywords"),
        ({"section": b"bytes"}, "section"),
        ({"url": "mailto:x"}, "url"),
        ({"url": ""}, "url"),  # of a story that came without one
        ({"section": ["list"], "language": 2**63}, "language"),
    ],
)
def test_a_bad_row_is_quarantined_alone(writer: Writer, bad: dict[str, Any], error: str) -> None:
    save(writer, story(1))
    with pytest.raises(Quarantined, match=error) as caught:
        save(writer, {**story(2), **bad}, requested_url=story(2)["url"], capture=Page())
    save(writer, story(3))
    writer.commit()
    assert [row["ref"] for row in rows(writer, "SELECT ref FROM articles")] == [
        "signet-1",
        "signet-3",
    ]
    (row,) = rows(writer, "SELECT * FROM quarantine")
    assert row["error"] == caught.value.reason
    assert {*story(2), *bad, "related_links"} <= set(json.loads(row["article"]))
    outcomes = rows(writer, "SELECT outcome, reason FROM fetches ORDER BY id")
    assert [fetch["outcome"] for fetch in outcomes] == ["stored", "rejected", "stored"]
    assert outcomes[1]["reason"] == "quarantined"
    assert value(writer, "SELECT count(*) FROM versions WHERE article_id NOT IN (1, 2)") == 0
    assert writer.end_run("done", 0)["rejected"] == 1


def test_bad_links_are_the_fault_of_the_row(writer: Writer) -> None:
    link = {"kind": "related", "text": "x", "url": None, "position": 0}
    with pytest.raises(Quarantined, match="UNIQUE"):
        save(writer, story(), links=[link, link])
    assert value(writer, "SELECT count(*) FROM versions") == 0


def test_odd_characters_are_cleaned_and_stored(writer: Writer) -> None:
    save(writer, story(headline="Vale\x00 \ud800 wins\x1b[31m", authors=["P\x07etra"]))
    kept = load_story(writer.db, "signet-1")
    assert kept.headline == "Vale \ufffd wins[31m"
    assert kept.authors == ("Petra",)


def test_a_quarantined_row_keeps_what_can_not_be_stored(writer: Writer) -> None:
    with pytest.raises(Quarantined):
        save(writer, story(access="secret", headline="\ud800\x00"))
    raw = value(writer, "SELECT article FROM quarantine")
    assert json.loads(raw)["headline"] == "\ud800\x00"


# The frontier


def test_addresses_are_noted_once(writer: Writer) -> None:
    found = writer.add_urls(
        "signet",
        [
            (f"{SITE}/a?utm_source=feed", f"{SITE}/feed"),
            (f"{SITE}/a", f"{SITE}/"),
            ("javascript:alert(1)", f"{SITE}/"),
            ("http://[::1", f"{SITE}/"),
            (f"{SITE}/b", None),
        ],
    )
    assert [(row["url_key"], row["is_new"]) for row in found] == [
        (f"{SITE}/a", True),
        (f"{SITE}/b", True),
    ]
    assert found[0]["url"] == f"{SITE}/a?utm_source=feed"
    assert (found[0]["state"], found[0]["found_on"]) == ("due", f"{SITE}/feed")
    assert (found[0]["tries"], found[0]["outcome"], found[0]["next_due"]) == (0, None, None)
    again = writer.add_urls("signet", [(f"{SITE}/b", None), (f"{SITE}/a", None)])
    assert [(row["id"], row["is_new"]) for row in again] == [
        (found[1]["id"], False),
        (found[0]["id"], False),
    ]


def test_due_addresses(writer: Writer) -> None:
    now, later = "2026-11-24T09:00:00Z", "2026-11-25T09:00:00Z"
    names = ("scheduled", "new", "failed", "deferred", "done", "refused")
    found = {name: writer.add_urls("signet", [(f"{SITE}/{name}", None)])[0]["id"] for name in names}
    writer.settle(f"{SITE}/failed", "failed", "network", next_due=now)
    writer.settle(f"{SITE}/deferred", "deferred", "retry_after", next_due=later)
    writer.settle(f"{SITE}/done", "unchanged", status=304)
    writer.settle(f"{SITE}/refused", "rejected", "robots", fetched=False)
    next_run(writer)
    writer.schedule([found["scheduled"]])
    for moment, expected in ((now, ["new", "failed"]), (later, ["new", "deferred", "failed"])):
        due = writer.due_urls("signet", moment, 10)
        assert [row["url"].rpartition("/")[2] for row in due] == expected
    assert len(writer.due_urls("signet", later, 2)) == 2
    assert writer.due_urls("makers", later, 10) == []


def test_tries_count_failures_until_it_works(writer: Writer) -> None:
    (address,) = writer.add_urls("signet", [(story()["url"], None)])
    tries = []
    for outcome in ("failed", "failed", "deferred"):
        writer.settle(address["url"], outcome, "network")
        tries.append(value(writer, "SELECT tries FROM urls"))
        next_run(writer)
    save(writer, story())
    assert tries == [1, 2, 2]
    assert value(writer, "SELECT tries FROM urls") == 0


# Outcomes


def test_the_first_outcome_of_an_address_in_a_run_stands(writer: Writer) -> None:
    writer.add_urls("signet", [(f"{SITE}/a", None)])
    assert writer.settle(f"{SITE}/a", "rejected", "not_an_article")
    assert not writer.settle(f"{SITE}/a", "failed", "network")
    assert value(writer, "SELECT outcome FROM urls") == "rejected"
    sums = writer.end_run("done", 0)
    assert (sums["urls"], sums["rejected"], sums["failed"]) == (1, 1, 0)


def test_a_stored_story_outdoes_a_failure_and_nothing_outdoes_it(writer: Writer) -> None:
    writer.settle(story()["url"], "failed", "network", source="signet")
    save(writer, story())
    save(writer, story())
    writer.settle(story()["url"], "failed", "network")
    sums = writer.end_run("done", 0)
    assert (sums["urls"], sums["stored"], sums["state"]) == (1, 1, "done")


def test_not_modified_is_a_sighting(writer: Writer, clock: Clock) -> None:
    save(writer, story(), etag='"1"')
    next_run(writer)
    writer.settle(story()["url"], "failed", gone=True)
    assert only_article(writer)["gone_at"] is not None
    next_run(writer)
    clock.now = "2026-11-25T09:00:00Z"
    writer.settle(story()["url"], "unchanged", status=304, next_due="2026-11-26T00:00:00Z")
    article = only_article(writer)
    assert (article["last_seen"], article["gone_at"]) == (clock.now, None)
    assert value(writer, "SELECT last_seen FROM locations") == clock.now
    (address,) = rows(writer, "SELECT * FROM urls")
    assert (address["etag"], address["state"]) == ('"1"', "due")
    (fetch,) = rows(writer, "SELECT * FROM fetches WHERE run_id = 3")
    assert (fetch["article_id"], fetch["version"]) == (article["id"], 1)


def test_a_story_that_is_gone_is_kept_and_marked(writer: Writer, clock: Clock) -> None:
    save(writer, story())
    save(writer, story(url=f"{SITE}/m/orrin-vale-1"))
    next_run(writer)
    writer.settle(f"{SITE}/m/orrin-vale-1", "failed", "http_404", status=404, gone=True)
    assert only_article(writer)["gone_at"] is None
    writer.settle(story()["url"], "failed", "http_410", status=410, gone=True)
    assert only_article(writer)["gone_at"] == clock.now
    sums = writer.end_run("done", 0)
    assert (sums["unchanged"], sums["failed"]) == (2, 0)
    assert {row["reason"] for row in rows(writer, "SELECT reason FROM fetches WHERE run_id = 2")}
    assert {row["state"] for row in rows(writer, "SELECT state FROM urls")} == {"done"}
    writer.start_run("tests", ["signet"], "0")
    assert save(writer, story()).outcome == "unchanged"
    assert only_article(writer)["gone_at"] is None


def test_an_address_that_never_gave_a_story_is_gone_for_good(writer: Writer) -> None:
    writer.settle(f"{SITE}/a", "failed", "http_404", gone=True, source="signet")
    (address,) = rows(writer, "SELECT * FROM urls")
    assert (address["outcome"], address["state"]) == ("failed", "done")


def test_an_unknown_address_needs_a_source(writer: Writer) -> None:
    with pytest.raises(ValueError, match="not in the frontier"):
        writer.settle(f"{SITE}/unknown", "failed")


# Runs


def test_the_sums_of_a_run_agree(writer: Writer) -> None:
    writer.record_fetch("section", "signet", f"{SITE}/", status=200, size=10)
    writer.record_fetch("robots", "signet", f"{SITE}/robots.txt", outcome="failed", reason="503")
    save(writer, story(1))
    save(writer, story(1, url=f"{SITE}/m/orrin-vale-1"))
    save(writer, story(2))
    for name in ("rejected", "failed", "deferred", "unchanged"):
        writer.settle(f"{SITE}/{name}", name, "why", source="signet")
    sums = writer.end_run("done", 1, "some failed")
    expected = {"stored": 2, "duplicate": 1, "rejected": 1, "failed": 1, "deferred": 1}
    assert {name: sums[name] for name in OUTCOMES} == {**expected, "unchanged": 1}
    assert sums["urls"] == 7
    assert (sums["state"], sums["exit_code"], sums["reason"]) == ("done", 1, "some failed")
    assert sums["ended"] is not None


def test_what_was_scheduled_and_never_answered_fails_the_run(writer: Writer) -> None:
    found = writer.add_urls("signet", [(f"{SITE}/{name}", None) for name in "abc"])
    writer.schedule([row["id"] for row in found[:2]])
    writer.settle(f"{SITE}/a", "rejected", "not_an_article")
    sums = writer.end_run("done", 0)
    assert sums["state"] == "failed"
    assert (sums["urls"], sums["rejected"], sums["failed"]) == (2, 1, 1)
    (lost,) = rows(writer, "SELECT * FROM urls WHERE url_key = ?", f"{SITE}/b")
    assert (lost["reason"], lost["state"], lost["tries"]) == ("no outcome", "due", 1)
    assert value(writer, "SELECT outcome FROM urls WHERE url_key = ?", f"{SITE}/c") is None


def test_an_interrupted_run_puts_off_the_rest(writer: Writer) -> None:
    found = writer.add_urls("signet", [(f"{SITE}/a", None)])
    writer.schedule([found[0]["id"]])
    sums = writer.end_run("interrupted", 130)
    assert (sums["state"], sums["urls"], sums["deferred"]) == ("interrupted", 1, 1)
    assert value(writer, "SELECT tries FROM urls") == 0


def test_a_run_left_open_is_closed_as_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with open_writer(path, command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl signet", ["signet"], "0")
        found = writer.add_urls("signet", [(f"{SITE}/{name}", None) for name in "ab"])
        writer.schedule([row["id"] for row in found])
        save(writer, story(1))
        writer.commit()
        save(writer, story(2))
    with open_writer(path, command="tests") as writer:
        (run,) = rows(writer, "SELECT * FROM runs")
        assert (run["state"], run["ended"]) == ("interrupted", None)
        assert (run["urls"], run["stored"], run["deferred"]) == (3, 1, 2)
        assert "2 addresses stay due" in run["reason"]
        assert len(writer.due_urls("signet", "2026-11-24T09:00:00Z", 10)) == 2
        assert value(writer, "SELECT count(*) FROM articles") == 1


def test_a_run_can_be_seen_at_once(tmp_path: Path, writer: Writer) -> None:
    db = read_archive(tmp_path / "archive.db")
    (run,) = db.query("SELECT * FROM runs")
    assert (run["state"], run["command"], json.loads(run["sources"])) == (
        "running",
        "tests",
        ["signet"],
    )
    db.close()


def test_one_run_is_open_at_a_time(tmp_path: Path) -> None:
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.start_run("tests", [], "0")
        with pytest.raises(RuntimeError, match="not ended"):
            writer.start_run("tests", [], "0")


# Sources


def test_a_source_is_updated_but_nothing_proven_is_unsaid(writer: Writer) -> None:
    writer.save_source({**PAPER, "verified": "2026-11-01"})
    writer.pass_trial("signet")
    passed = value(writer, "SELECT trial_passed_at FROM sources")
    writer.save_source({**PAPER, "publisher": "The Gazette"})
    (row,) = rows(writer, "SELECT * FROM sources")
    assert row["publisher"] == "The Gazette"
    assert (row["verified"], row["trial_passed_at"]) == ("2026-11-01", passed)
    assert passed is not None


def test_sample_and_real_do_not_mix(tmp_path: Path, writer: Writer) -> None:
    with pytest.raises(MixedArchive, match=r"archive\.db .*signet.*--archive OTHER"):
        writer.save_source(REAL)
    with open_writer(tmp_path / "real.db", command="tests") as other:
        other.save_source(REAL)
        with pytest.raises(MixedArchive, match=r"real\.db .*wipr.*--archive OTHER"):
            other.save_source(PAPER)


# Commit


def test_nothing_is_lasting_before_the_commit(tmp_path: Path, writer: Writer) -> None:
    writer.commit()
    save(writer, story(1))
    writer.close()
    db = read_archive(tmp_path / "archive.db")
    assert db["articles"].count == 0
    db.close()


def test_a_full_disk_is_said_in_words_and_loses_nothing_committed(writer: Writer) -> None:
    save(writer, story(1))
    writer.commit()
    pages = value(writer, "PRAGMA page_count")
    writer.db.execute(f"PRAGMA max_page_count={pages + 20}")
    numbers = iter(range(2, 1000))

    def fill() -> None:
        for number in numbers:
            save(writer, story(number, body=f"{number} " + "lantern " * 2000))

    with pytest.raises(ArchiveFull, match="free some space"):
        fill()
    writer.db.execute("PRAGMA max_page_count=1000000")
    writer.commit()
    assert value(writer, "SELECT count(*) FROM articles") >= 1
    assert value(writer, "PRAGMA integrity_check") == "ok"
    save(writer, story(5000))
    writer.commit()


def test_a_failed_commit_takes_its_batch_and_says_so(writer: Writer) -> None:
    writer.commit()
    save(writer, story(1))
    # A deferred reference into nowhere: SQLite refuses it at COMMIT.
    writer.db.execute("UPDATE version_rows SET article_id = 900 + id")
    with pytest.raises(ArchiveError, match=r"archive\.db"):
        writer.commit()
    assert writer.rollbacks == 1
    assert value(writer, "SELECT count(*) FROM articles") == 0
    save(writer, story(1))
    writer.commit()
    assert value(writer, "SELECT count(*) FROM articles") == 1
