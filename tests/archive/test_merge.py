"""Merging: two articles that prove to be one become one, and every name still leads to its text."""

from typing import Any

import pytest
from archive_rows import LEAD, SISTER, SITE, Clock, Writer, clock, rows, save, story, value, writer

from tradepress.archive.care.integrity import broken_references, full_text_problems
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.stories.link_targets import cited_by
from tradepress.archive.stories.locations import locations_of
from tradepress.archive.stories.ref import is_taken, resolve_ref
from tradepress.archive.stories.stories import Saved
from tradepress.archive.stories.story_record import load_story

__all__ = ["clock", "writer"]

HTTP = story()["url"]
HTTPS = HTTP.replace("http://", "https://www.")
TAIL = "\n\nBoth sides had brought surveys of what lamp buyers think of when they see a lantern."
OLD = {"site_id": None, "body": story()["body"] + TAIL}
NEW = {**OLD, "headline": "Orrin Vale loses lantern", "url": HTTPS}
PROOF = {"canonical_url": HTTP}


def save_twice(writer: Writer, clock: Clock, **changes: Any) -> tuple[Saved, Saved]:
    """One story at two addresses that nothing joins yet."""
    older = save(writer, story(**OLD))
    clock.now = "2026-11-25T09:00:00Z"
    younger = save(writer, story(**{**NEW, **changes}))
    assert older.ref != younger.ref
    return older, younger


def kept_refs(writer: Writer) -> list[str]:
    return [row["ref"] for row in rows(writer, "SELECT ref FROM articles ORDER BY id")]


def body_of(writer: Writer, ref: str) -> str:
    return load_story(writer.db, ref).body or ""


def require_whole(writer: Writer) -> None:
    writer.commit()
    assert broken_references(writer.db) == []
    assert not full_text_problems(writer.db)


def test_http_and_https_are_one_story_when_a_canonical_link_says_so(
    writer: Writer, clock: Clock
) -> None:
    older, younger = save_twice(writer, clock)
    assert kept_refs(writer) == [older.ref, younger.ref]
    saved = save(writer, story(**NEW, **PROOF))
    assert (saved.ref, kept_refs(writer)) == (older.ref, [older.ref])
    kept = load_story(writer.db, younger.ref)
    assert (kept.ref, kept.aliases) == (older.ref, (younger.ref,))
    assert set(locations_of(writer.db, younger.ref)) == {HTTP, HTTPS}
    require_whole(writer)


def test_a_redirect_and_an_id_prove_it_too(writer: Writer, clock: Clock) -> None:
    older, younger = save_twice(writer, clock)
    assert save(writer, story(**OLD), requested_url=HTTPS).ref == older.ref
    assert kept_refs(writer) == [older.ref]
    numbered = {"site_id": "77", "url": f"{SITE}/77"}
    other = save(writer, story(**{**OLD, **numbered, "headline": "Vale's lamp is no mark"}))
    assert other.ref == "signet-77"
    assert save(writer, story(**{**OLD, "site_id": "77"})).ref == older.ref
    assert kept_refs(writer) == [older.ref]
    assert load_story(writer.db, younger.ref).aliases == (younger.ref, "signet-77")


def test_a_name_leads_to_the_same_version_before_and_after(writer: Writer, clock: Clock) -> None:
    older, younger = save_twice(writer, clock)
    save(writer, story(**{**OLD, "body": OLD["body"] + "\n\nSecond of the older."}))
    save(writer, story(**{**NEW, "body": OLD["body"] + "\n\nSecond of the younger."}))
    names = [f"{saved.ref}@{number}" for saved in (older, younger) for number in (1, 2)]
    before = [body_of(writer, name) for name in names]
    third = save(writer, story(**NEW, **PROOF, corrections=["It was a lamp."]))
    assert (third.ref, kept_refs(writer)) == (older.ref, [older.ref])
    assert [body_of(writer, name) for name in names] == before
    assert [row["version"] for row in rows(writer, "SELECT version FROM versions ORDER BY id")] == [
        1,
        3,
        2,
        4,
        5,  # with less of the text, and a notice
    ]
    with pytest.raises(NoSuchArticle, match="it has 2 versions"):
        load_story(writer.db, f"{younger.ref}@3")
    fetched = rows(writer, "SELECT version FROM fetches WHERE outcome = 'stored' ORDER BY id")
    assert {row["version"] for row in fetched} <= {1, 2, 3, 4}


def test_a_merged_story_that_merges_takes_its_names_along(writer: Writer, clock: Clock) -> None:
    first, second = save_twice(writer, clock)
    amp = f"{SITE}/amp/vale"
    third = save(writer, story(**{**NEW, "url": amp, "headline": "Vale fails with lantern"}))
    save(writer, story(**{**NEW, "url": amp, "canonical_url": HTTPS}))
    assert kept_refs(writer) == [first.ref, second.ref]
    save(writer, story(**NEW, **PROOF))
    assert kept_refs(writer) == [first.ref]
    headlines = [load_story(writer.db, f"{one.ref}@1").headline for one in (first, second)]
    assert headlines == [story()["headline"], NEW["headline"]]
    assert load_story(writer.db, f"{third.ref}@1").headline == "Vale fails with lantern"
    assert all(is_taken(writer.db, one.ref) for one in (first, second, third))


def test_the_later_text_becomes_the_current_one(writer: Writer, clock: Clock) -> None:
    older, _ = save_twice(writer, clock)
    save(writer, story(**NEW, **PROOF))
    article = load_story(writer.db, older.ref)
    assert (article.headline, article.version) == (NEW["headline"], 2)
    found = "SELECT count(*) FROM {} WHERE {} MATCH 'headline: lantern'"
    writer.commit()
    assert value(writer, found.format("articles_fts", "articles_fts")) == 1
    assert value(writer, "SELECT count(*) FROM former_versions") == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_a_teaser_does_not_become_the_current_text(
    writer: Writer, clock: Clock, is_first: bool
) -> None:
    teaser = {"body": OLD["body"][:200] + "…", "is_truncated": True}
    full = {"body": OLD["body"]}
    save(writer, story(**{**OLD, **(teaser if is_first else full)}))
    clock.now = "2026-11-25T09:00:00Z"
    save(writer, story(**{**NEW, **(full if is_first else teaser)}))
    assert len(kept_refs(writer)) == 2
    save(writer, story(**{**NEW, **PROOF}))
    (ref,) = kept_refs(writer)
    article = load_story(writer.db, ref)
    assert (article.body, article.is_truncated) == (OLD["body"], False)


def test_the_address_that_still_stands_is_the_main_one(writer: Writer, clock: Clock) -> None:
    older, _ = save_twice(writer, clock)
    writer.end_run("done", 0)
    writer.start_run("tests", ["signet"], "0")
    writer.settle(HTTP, "failed", "http_404", status=404, gone=True)
    save(writer, story(**NEW, **PROOF))
    article = load_story(writer.db, older.ref)
    assert (article.url, article.gone_at) == (HTTPS, None)
    assert (article.first_seen, article.last_seen) == ("2026-11-24T09:00:00Z", clock.now)


def test_links_frontier_and_pairs_follow(writer: Writer, clock: Clock) -> None:
    writer.save_source(SISTER)
    older, younger = save_twice(writer, clock)
    link = {"kind": "related", "text": "x", "url": HTTPS, "position": 0}
    save(writer, story(9), links=[link])
    copy = story(source="makers", url="http://marksandmakers.example/news/o-1", body=OLD["body"])
    save(writer, copy)
    save(writer, story(**NEW, **PROOF))
    (cited,) = cited_by(writer.db, younger.ref)
    assert cited.ref == "signet-9"
    article_id, _ = resolve_ref(writer.db, older.ref)
    of_urls = "SELECT article_id FROM urls WHERE url_key IN (?, ?)"
    assert {row["article_id"] for row in rows(writer, of_urls, HTTP, HTTPS)} == {article_id}
    pairs = rows(writer, "SELECT article_id, other_id FROM near_duplicates")
    assert all(2 not in pair.values() for pair in pairs)
    require_whole(writer)


@pytest.mark.parametrize(
    "other",
    [
        {"headline": "Kettle case decided", "body": "A kettle may whistle, judges found. " * 9},
        {"headline": "Orrin Vale loses appeal 1", "body": "A kettle may whistle. " * 12},
        {"headline": "Vale case 2", "body": f"Case 2. {LEAD}\n\nThe kettle was held to be a lamp."},
    ],
)
def test_another_story_is_not_merged_whatever_declares_it(
    writer: Writer, other: dict[str, Any]
) -> None:
    save(writer, story(**OLD))
    save(writer, story(2, site_id=None, url=HTTPS, **other))
    for page in (HTTP, f"{HTTP}/amp"):
        save(writer, story(2, site_id=None, url=HTTPS, canonical_url=page, **other))
    save(writer, story(2, site_id=None, url=HTTPS, **other), requested_url=HTTP)
    assert len(kept_refs(writer)) == 2


def test_a_page_with_the_id_of_another_report_on_a_like_case_is_not_merged(writer: Writer) -> None:
    """Its words are nearly the same, but neither its headline nor its opening."""
    other = story(2, site_id="1", body=(story(2)["body"] + TAIL))
    save(writer, story(1, body=story()["body"] + TAIL))
    for _ in range(2):
        assert save(writer, other).ref != "signet-1"
    assert len(kept_refs(writer)) == 2
