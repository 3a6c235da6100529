"""Merging where two archives disagree, where something was withdrawn, and what else comes along."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SISTER, SITE, story, withdraw
from libraries import FIRST, LONG, Library, changed, here, keep, there
from test_merge_hostile import craft

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.errors import (
    ArchiveError,
    ArchiveMissing,
    MixedArchive,
    NoSuchArticle,
    WithdrawnArticle,
)
from tradepress.archive.frontier.mementos import Memento
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.archive.withdrawal.tombstone_file import read_tombstone_file
from tradepress.archive.withdrawal.withdrawn_people import person_key, withdraw_person
from tradepress.story import METADATA_ONLY, Mention, StoredArticle

__all__ = ["here", "there"]

OTHER_TEXT = (
    "Nothing of this has to do with lamps: a maker of kettles asked whether its whistle, two notes "
    "a third apart, tells buyers whose kettle boils, and was told that it does not."
)


# Names


def test_a_ref_that_is_another_story_here_is_told(here: Library, there: Library) -> None:
    """A site gave one id twice."""
    here.keep((0, story(1)))
    other = story(1, url=f"{SITE}/kettle", headline="Kettle whistle refused", body=OTHER_TEXT)
    there.keep((1, other))
    merged = here.take(there)
    assert merged.stories == {Outcome.STORED: 1}
    (brought,) = merged.told
    assert brought.ref not in (None, "signet-1")
    assert brought.reason == f"signet-1 there is {brought.ref} here"
    assert here.load("signet-1").body == story(1)["body"]
    assert here.load(str(brought.ref)).body == OTHER_TEXT
    assert here.take(there).stories == {Outcome.UNCHANGED: 1}


def test_a_story_of_another_ref_is_found_by_it_and_its_versions(
    here: Library, there: Library
) -> None:
    """Here without the site's id, which the other archive knew."""
    here.keep((0, story(1, **LONG)))
    there.keep(
        (2, story(1, **{**LONG, "site_id": "77"})), (3, changed(1, **{**LONG, "site_id": "77"}))
    )
    (ref,) = here.stories()
    assert ref != "signet-77"
    merged = here.take(there)
    assert [*here.stories()] == [ref]
    assert merged.told[0].reason == f"signet-77 there is {ref} here"
    assert here.load("signet-77").ref == ref
    assert here.load("signet-77@1").headline == story(1)["headline"]
    assert here.load("signet-77@2").headline == changed(1)["headline"]
    assert here.take(there).stories == {Outcome.UNCHANGED: 1}


def test_a_name_never_leads_to_a_wrong_version(here: Library, there: Library) -> None:
    """Its second version has another number here, and no span of numbers can say that."""
    site_id = {**LONG, "site_id": "77"}
    here.keep((0, story(1, **LONG)), (1, changed(1, "asks", **LONG)))
    there.keep(
        (2, story(1, **site_id)), (3, changed(1, "asks", **site_id)), (4, changed(1, **site_id))
    )
    merged = here.take(there)
    (ref,) = here.stories()
    for number in (1, 2, 3):
        told = merged.told[0].renumbered.get(number, number)
        text = there.load(f"signet-77@{number}").headline
        assert here.load(f"{ref}@{told}").headline == text
        try:
            assert here.load(f"signet-77@{number}").headline == text
        except NoSuchArticle:
            assert number in merged.told[0].renumbered


def test_two_stories_here_that_the_other_knows_as_one_become_one(
    here: Library, there: Library
) -> None:
    amp = {"url": f"{SITE}/amp/vale", "headline": "Vale fails with lantern"}
    here.keep((0, story(**LONG)), (0, story(**LONG | amp)))
    assert len(here.stories()) == 2
    there.keep((1, story(**LONG)), (2, story(**LONG | amp | {"canonical_url": story()["url"]})))
    (known,) = there.stories()
    here.take(there)
    (ref,) = here.stories()
    assert ref == known
    assert len(here.ask("SELECT ref FROM aliases")) == 1
    assert here.take(there).stories == {Outcome.UNCHANGED: 1}


def test_one_story_here_that_the_other_holds_twice_stays_one(here: Library, there: Library) -> None:
    amp = {"url": f"{SITE}/amp/vale", "headline": "Vale fails with lantern"}
    there.keep((0, story(**LONG)), (0, story(**LONG | amp)))
    refs = [*there.stories()]
    here.keep((1, story(**LONG)), (2, story(**LONG | amp | {"canonical_url": story()["url"]})))
    here.take(there)
    (ref,) = here.stories()
    assert {here.load(one).ref for one in refs} == {ref}
    assert here.take(there).stories == {Outcome.UNCHANGED: 2}


# What leads to what


def link_to(number: int, **changes: Any) -> dict[str, Any]:
    link = {"kind": "related", "text": "x", "url": story(number)["url"], "position": 0}
    return {**link, **changes}


def test_links_lead_across_the_halves(here: Library, there: Library) -> None:
    here.keep((0, story(1)), links=[link_to(2)])
    by_headline = {"url": None, "text": story(1)["headline"], "position": 1}
    by_id = link_to(1, url=f"{SITE}/old/1", site_id="1", position=2)
    there.keep((0, story(2)), links=[link_to(1), link_to(1, **by_headline), by_id])
    here.take(there)
    targets = {
        ref: [link.target for link in one["versions"][0]["links"]]
        for ref, one in here.stories().items()
    }
    assert targets["signet-1"] == ["signet-2"]
    assert targets["signet-2"][:2] == ["signet-1", "signet-1"]


def test_a_link_that_the_other_knew_by_the_sites_id_is_known_here(
    here: Library, there: Library
) -> None:
    """Though the story it leads to comes in later."""
    there.keep((0, story(1)))
    there.keep((0, story(2)))
    by_id = link_to(2, url=f"{SITE}/old/2", site_id="2")
    there.keep((1, changed(1)), links=[by_id])
    here.take(there)
    kept = here.stories()["signet-1"]["versions"]
    assert [link.target for one in kept for link in one["links"]] == ["signet-2"]


def test_the_same_text_at_another_paper_is_found_across_the_halves(
    here: Library, there: Library
) -> None:
    body = f"{OTHER_TEXT} {story()['body']} {TAIL}"
    here.keep((0, story(1, body=body)))
    there.keep((0, story(1, source="makers", url="http://marksandmakers.example/1", body=body)))
    here.take(there)
    group = [("makers-1",), ("signet-1",)]
    assert [one["group"] for one in here.stories().values()] == [group, group]


TAIL = " ".join(f"Witness {name} spoke of lamps." for name in ("Holm", "Brandt", "Ferrand", "Ode"))


# Pages


def test_a_page_that_can_t_be_read_is_named_and_its_text_kept(
    here: Library, there: Library
) -> None:
    there.keep((0, story(1)), (0, story(2)))
    (file,) = capture_folder(there.path).iterdir()
    data = bytearray(file.read_bytes())
    ((offset,),) = there.ask('SELECT "offset" FROM captures ORDER BY id LIMIT 1')
    data[offset + 200] ^= 0xFF
    whole = file.read_bytes()
    file.write_bytes(data)
    merged = here.take(there)
    assert merged.exit_code == 1
    behind = "signet-1@1: its captured page stays behind"
    assert any(words.startswith(behind) for words in merged.unreadable)
    assert [*here.stories()] == ["signet-1", "signet-2"]
    assert here.ask("SELECT count(*) FROM captures") == [(1,)]
    file.write_bytes(whole)
    assert here.take(there).unreadable == []
    assert here.ask("SELECT count(*), count(capture_id) FROM versions") == [(2, 2)]


def test_a_damaged_text_stays_behind_alone(here: Library, there: Library) -> None:
    there.keep((0, story(1)), (0, story(2)))
    with there.open() as writer:
        writer.write("UPDATE version_rows SET body = 'Something else.' WHERE id = 1")
        writer.commit()
    merged = here.take(there)
    assert merged.stories == {Outcome.FAILED: 1, Outcome.STORED: 1}
    assert "is not the one that was saved there" in str(merged.told[0].reason)
    assert [*here.stories()] == ["signet-2"]
    assert here.ask("SELECT state, failed, stored FROM runs") == [("done", 1, 1)]


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO urls (source, url, url_key, found_at) "
        "VALUES ('signet', 'x', CAST(x'ff' AS TEXT), 'x')",
        "INSERT INTO site_files (origin, path, digest, first_seen, last_seen, body) "
        "VALUES ('x', '/robots.txt', 'x', 'x', 'x', CAST(x'ff' AS TEXT))",
    ],
)
def test_an_archive_that_can_t_be_read_is_named_and_what_came_before_kept(
    here: Library, there: Library, damage: str
) -> None:
    here.keep((0, story(3)))
    there.keep((0, story(1)), (0, story(2)))
    with closing(sqlite3.connect(there.path)) as db:
        db.execute(damage)
        db.commit()
    with pytest.raises(ArchiveError, match=r"there\.db"):
        here.take(there)
    assert here.ask("SELECT state, exit_code FROM runs WHERE id = 2") == [("interrupted", 3)]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE articles SET ref = '../../lamp'", "'../../lamp' can't be the name of a story"),
        ("UPDATE articles SET ref = 'a' || char(27)", r"'a\\x1b' can't be the name of a story"),
        (
            "INSERT INTO aliases VALUES ('../lamp', 1, 1, 1, '2026-03-01T09:00:00Z')",
            "'../lamp' can't be the name of a story",
        ),
        ("UPDATE articles SET version_id = 77", "no current version"),
        ("UPDATE version_rows SET authors = '[1]'", "list of texts"),
        ("UPDATE version_rows SET evidence = '[1]'", "it has no fields"),
        (
            "INSERT INTO mentions VALUES (1, 'body', 5, 100000, 'firm', 'Vale')",
            "a mention, 'Vale', lies outside of its text",
        ),
        (
            "UPDATE sources SET name = '../../lamp' WHERE name = 'signet'",
            "'../../lamp' of .* is no source",
        ),
        ("UPDATE sources SET home_url = 'javascript:alert(1)'", "is no source"),
    ],
)
def test_nothing_comes_of_an_archive_that_says_what_can_not_be(
    here: Library, there: Library, damage: str, words: str
) -> None:
    """Files are called by refs and sources, and it may be anybody's archive: one with such a source
    is not read, and of one with such a story that story."""
    here.keep((0, story(3)))
    there.keep((0, story(1)))
    craft(there.path, lambda db: db.execute(damage))
    before = {*here.path.parent.rglob("*.warc.gz")}
    if "UPDATE sources" in damage:
        with pytest.raises(ArchiveError, match=words):
            here.take(there)
    else:
        merged = here.take(there)
        assert merged.stories == {Outcome.FAILED: 1}
        assert re.search(words, str(merged.told[0].reason))
    assert [*here.stories()] == ["signet-3"]
    assert {*here.path.parent.rglob("*.warc.gz")} == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE captures SET length = 99999999999",
        'UPDATE captures SET "offset" = 99999999999',
        "UPDATE captures SET file = '../../' || file",
    ],
)
def test_a_page_that_is_not_where_it_is_said_to_be_stays_behind(
    here: Library, there: Library, damage: str
) -> None:
    there.keep((0, story(1)))
    with closing(sqlite3.connect(there.path)) as db:
        db.execute(damage)
        db.commit()
    merged = here.take(there)
    assert merged.stories == {Outcome.STORED: 1}
    (words,) = merged.unreadable
    assert words.startswith("signet-1@1: its captured page stays behind")


def test_the_name_of_a_publisher_is_one_line(here: Library, there: Library) -> None:
    there.keep((0, story(1)))
    with closing(sqlite3.connect(there.path)) as db:
        db.execute("UPDATE sources SET publisher = 'The Gazette' || char(10) || 'AU  - Vale'")
        db.commit()
    here.take(there)
    assert {*here.ask("SELECT publisher FROM sources")} == {("The Gazette AU - Vale",)}


def test_a_page_is_copied_byte_for_byte(here: Library, there: Library) -> None:
    there.keep((0, story(1)))
    here.take(there)
    data = [
        next(capture_folder(library.path).iterdir()).read_bytes()[offset : offset + length]
        for library in (here, there)
        for offset, length in library.ask('SELECT "offset", length FROM captures')
    ]
    assert data[0] == data[1]


# Withdrawn


def withdraw_first(library: Library, **how: Any) -> None:
    with library.open() as writer:
        writer.end_run("done", 0)
        stone = tombstone_for(writer.db, 1, reason="asked for by the publisher", **how)
        withdraw(writer, writer.archive.captures, [stone])


@pytest.mark.parametrize(
    "again",
    [
        story(1),
        story(1, url=f"{SITE}/moved/1", headline="Vale loses", body=OTHER_TEXT),
        story(1, site_id=None, url=f"{SITE}/elsewhere"),
    ],
    ids=["the same", "its id", "its text"],
)
def test_what_was_withdrawn_here_stays_out(
    here: Library, there: Library, again: dict[str, Any]
) -> None:
    here.keep((0, story(1)))
    withdraw_first(here)
    there.keep((1, again), (1, story(2)), links=[link_to(1, text=story(1)["headline"])])
    merged = here.take(there)
    assert merged.stories == {Outcome.REJECTED: 1, Outcome.STORED: 1}
    assert [*here.stories()] == ["signet-2"]
    with pytest.raises(WithdrawnArticle):
        here.load("signet-1")
    assert here.ask("SELECT text, url FROM links") == [("(withdrawn)", None)]
    assert here.ask("SELECT count(*) FROM urls WHERE url LIKE '%orrin-vale-1'") == [(0,)]
    words = story(1)["headline"].encode()
    assert not any(words in file.read_bytes() for file in here.path.parent.glob("here.db*"))


def test_what_was_withdrawn_there_is_told_and_stays_here(here: Library, there: Library) -> None:
    there.keep((0, story(1)), (0, story(2)))
    withdraw_first(there)
    here.keep((1, story(1)))
    merged = here.take(there)
    assert [(one.ref, one.is_here, one.reason) for one in merged.withdrawn] == [
        ("signet-1", True, "asked for by the publisher")
    ]
    assert [*here.stories()] == ["signet-1", "signet-2"]
    assert here.ask("SELECT count(*) FROM urls WHERE url LIKE 'withdrawn:%'") == [(0,)]
    assert here.ask("SELECT count(*) FROM tombstones") == [(0,)]


# Rights


def test_people_that_were_left_out_there_are_left_out_here(here: Library, there: Library) -> None:
    """Also where the mentions are found anew, and where they were found before."""
    lamp = Mention(field="headline", start=0, end=4, kind="firm", value="Petra Holm")
    found = {"mentions": (replace(lamp, kind="person"), lamp), "mention_rules": "rules"}
    here.keep((0, story(1, **found)))
    there.keep((0, story(2, **found)))
    with there.open() as writer:
        withdraw_person(writer.transaction, "Petra Holm", "asked for")
        writer.end_run("done", 0)
    assert here.take(there, keeps=lambda article: replace(article, **found)).people == 1
    assert here.ask("SELECT ref, kind FROM mentions JOIN articles USING (version_id)") == [
        ("signet-1", "firm"),
        ("signet-2", "firm"),
    ]
    assert here.take(there).people == 0
    assert [*read_tombstone_file(here.path).people] == [person_key("Petra Holm")]


def test_what_may_not_be_kept_here_is_not(here: Library, there: Library) -> None:
    there.keep(
        (0, story(1)),
        (1, changed(1)),
        (0, story(2, source="makers", url="http://marksandmakers.example/2")),
    )

    def keeps(article: StoredArticle) -> StoredArticle | None:
        if article.source == "makers":
            return None
        return replace(article, policy=METADATA_ONLY, body=None)

    merged = here.take(there, keeps=keeps)
    assert merged.stories == {Outcome.STORED: 1, Outcome.REJECTED: 1}
    assert here.ask("SELECT count(*) FROM versions WHERE body IS NOT NULL") == [(0,)]
    assert here.ask("SELECT count(*) FROM captures") == [(0,)]
    assert here.ask("SELECT etag FROM urls WHERE source = 'signet'") == [(None,)]
    assert here.take(there, keeps=keeps).stories == {Outcome.UNCHANGED: 1, Outcome.REJECTED: 1}


# The frontier


def test_a_crawl_after_it_asks_for_what_neither_has_read(here: Library, there: Library) -> None:
    here.keep((0, story(1)))
    with there.open() as writer:
        writer.add_urls("signet", [(f"{SITE}/due", SITE), (story(1)["url"], None)])
        keep(writer, 1, story(2), next_due="2027-01-01T00:00:00Z")
        memento = Memento(
            url="https://web.archive.example/1/x",
            original_url=f"{SITE}/x",
            date_captured=FIRST,
            seen_until=FIRST + timedelta(days=1),
        )
        writer.run.mementos.add("signet", [memento], found_on="https://index.example/")
        writer.end_run("done", 0)
    here.take(there)
    states = "SELECT url, state, etag, next_due FROM urls ORDER BY id"
    assert here.ask(states)[1:] == [
        (story(2)["url"], "due", '"1"', "2027-01-01T00:00:00Z"),
        (f"{SITE}/due", "due", None, None),
        (memento.url, "due", None, None),
    ]
    assert here.ask(states)[0][:3] == (story(1)["url"], "done", '"0"')
    assert here.ask("SELECT original_url FROM mementos") == [(f"{SITE}/x",)]


def test_the_later_visit_of_an_address_counts(here: Library, there: Library) -> None:
    url = story(1)["url"]
    here.keep((0, story(1)))
    there.keep((3, story(1)))
    for library, at in ((here, "2026-03-01T09:00:00Z"), (there, "2026-03-04T09:00:00Z")):
        with library.open() as writer:
            writer.write("UPDATE urls SET fetched_at = ?", [at])
            writer.commit()
    here.take(there)
    assert here.ask("SELECT url, etag, fetched_at FROM urls") == [
        (url, '"3"', "2026-03-04T09:00:00Z")
    ]


def test_what_sites_allowed_is_known_from_both(here: Library, there: Library) -> None:
    spans = {
        here: [("a", "2026-03-01", "2026-03-02"), ("b", "2026-03-05", "2026-03-06")],
        there: [("a", "2026-03-03", "2026-03-04"), ("c", "2026-03-04", "2026-03-04")],
    }
    for library, versions in spans.items():
        with library.open() as writer:
            for body, first, last in versions:
                row = {"origin": SITE, "path": "/robots.txt", "status": 200, "digest": body}
                seen = {"first_seen": first, "last_seen": last, "body": body}
                writer.transaction.insert("site_files", {**row, **seen})
            writer.commit()
    for _ in range(2):
        here.take(there)
        found = "SELECT body, first_seen, last_seen FROM site_files ORDER BY first_seen, last_seen"
        assert here.ask(found) == [
            ("a", "2026-03-01", "2026-03-04"),
            ("c", "2026-03-04", "2026-03-04"),
            ("b", "2026-03-05", "2026-03-06"),
        ]
    with here.open() as writer:
        assert writer.run.site_files.last(SITE, "/robots.txt", since="2026-01-01") == "b"


# What can't be merged


def test_the_sample_and_real_stories_don_t_mix(here: Library, there: Library) -> None:
    real = [{**row, "is_sample": False} for row in (PAPER, SISTER)]
    Library(there.path, sources=real).keep((0, story(1)))
    here.keep((0, story(2)))
    with pytest.raises(MixedArchive):
        here.take(there)
    assert [*here.stories()] == ["signet-2"]


def test_an_archive_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing, match="nowhere"), open_other(tmp_path / "nowhere.db"):
        pass
