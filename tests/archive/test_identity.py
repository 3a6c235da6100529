"""What a page of a known story adds to it: `judge`, of values alone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from archive_rows import SITE, Writer, article_of, clock, save, story, writer
from sqlite_utils import Database

from tradepress.archive.ledger.outcomes import TEASER, Outcome
from tradepress.archive.stories.clean_story import CleanStory, clean_story
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.identity import (
    KNOWN_ELSEWHERE,
    KNOWN_OLDER,
    OTHER_WORDING,
    TEXT_STAYS,
    PageKeys,
    Verdict,
    find_kept,
    find_twins,
    holds_another,
    judge,
    leads_elsewhere,
    page_keys,
)
from tradepress.archive.stories.kept import Kept, load_kept
from tradepress.archive.url_key import url_key
from tradepress.story import Article

__all__ = ["clock", "writer"]

MAIN, OTHER = f"{SITE}/lantern", f"{SITE}/amp/lantern"
BEFORE, STOOD, AFTER = (f"2026-03-0{day}T09:00:00Z" for day in (1, 2, 3))
OLDER = "older than the current version"


def an_article(**given: Any) -> Article:
    values = {"source": "signet", "url": MAIN, "headline": "Lantern lost", "body": story()["body"]}
    return Article(**{**values, "is_truncated": False, "policy": "store", **given})


NEW = {"headline": "Lantern lost again"}
OLD = {"headline": "Lantern was lost"}
"""The text of a former version."""
BARE = {"policy": "metadata-only", "body": None}


@pytest.fixture
def db() -> Iterator[Database]:
    """The versions of the one story: that of OLD, and the current one."""
    db = Database(memory=True)
    db.execute("CREATE TABLE versions (article_id, version, content_hash)")
    texts = ({"headline": "Another story's"}, 7), (OLD, 1), ({}, 1)
    for number, (text, article_id) in enumerate(texts):
        values = [article_id, number, content_hash(an_article(**text))]
        db.execute("INSERT INTO versions VALUES (?, ?, ?)", values)
    yield db
    db.close()


def a_kept(**given: Any) -> Kept:
    gone_at = given.pop("gone_at", None)
    article = an_article(**given)
    return Kept(
        id=1,
        ref="signet-1",
        version=2,
        version_id=2,
        content_hash=content_hash(article),
        date_captured=STOOD,
        date_archived=STOOD,
        first_seen=STOOD,
        last_seen=STOOD,
        gone_at=gone_at,
        duplicate_group=None,
        article=article,
    )


def keys(final: str = MAIN, requested: str = MAIN, canonical: str | None = None) -> PageKeys:
    return page_keys(final, requested, canonical)


def a_page(**given: Any) -> CleanStory:
    return clean_story(an_article(**given))


class Judge:
    def __init__(self, db: Database) -> None:
        self.db = db

    def __call__(self, story: CleanStory, page: PageKeys, kept: Kept, **how: Any) -> Verdict:
        facts = {"seen_at": AFTER, "stood": STOOD, "is_crawled": True, "is_first_visit": False}
        return judge(self.db, kept, story, page, **{**facts, **how})


@pytest.fixture
def judged(db: Database) -> Judge:
    return Judge(db)


@pytest.mark.parametrize(
    ("text", "how", "outcome", "reason", "makes_version"),
    [
        ({}, {}, Outcome.UNCHANGED, None, False),
        (NEW, {}, Outcome.STORED, None, True),
        # A text is one version, also where it comes back.
        (OLD, {}, Outcome.UNCHANGED, None, False),
        (OLD, {"seen_at": STOOD}, Outcome.UNCHANGED, None, False),
        (OLD, {"seen_at": STOOD, "is_crawled": False}, Outcome.UNCHANGED, None, False),
        (NEW, {"seen_at": STOOD, "is_crawled": False}, Outcome.STORED, None, True),
        (OLD, {"is_crawled": False}, Outcome.UNCHANGED, None, False),
        # Older.
        ({}, {"seen_at": BEFORE}, Outcome.UNCHANGED, None, False),
        (OLD, {"seen_at": BEFORE}, Outcome.UNCHANGED, None, False),
        (NEW, {"seen_at": BEFORE}, Outcome.STORED, OLDER, True),
        (NEW, {"seen_at": BEFORE, "stood": None}, Outcome.STORED, None, True),
        # Of unknown age.
        (OLD, {"seen_at": None}, Outcome.UNCHANGED, KNOWN_OLDER, False),
        (NEW, {"seen_at": None}, Outcome.STORED, None, True),
        (NEW, {"seen_at": None, "stood": None}, Outcome.STORED, None, True),
    ],
)
def test_at_its_address(
    judged: Judge,
    text: dict[str, Any],
    how: dict[str, Any],
    outcome: Outcome,
    reason: str | None,
    *,
    makes_version: bool,
) -> None:
    assert judged(a_page(**text), keys(), a_kept(), **how) == Verdict(
        outcome=outcome, reason=reason, moves=False, makes_version=makes_version
    )


@pytest.mark.parametrize(
    ("text", "page", "how", "outcome", "reason", "moves"),
    [
        ({}, keys(OTHER, OTHER), {}, Outcome.DUPLICATE, KNOWN_ELSEWHERE, False),
        (NEW, keys(OTHER, OTHER), {}, Outcome.DUPLICATE, OTHER_WORDING, False),
        # Its address leads on to the other one.
        ({}, keys(OTHER, MAIN), {}, Outcome.UNCHANGED, "moved", True),
        (NEW, keys(OTHER, MAIN), {}, Outcome.STORED, None, True),
        ({}, keys(OTHER, MAIN), {"seen_at": BEFORE}, Outcome.UNCHANGED, None, False),
        ({}, keys(OTHER, MAIN), {"seen_at": None}, Outcome.UNCHANGED, None, False),
        # The other one leads to its own.
        ({}, keys(MAIN, OTHER), {}, Outcome.DUPLICATE, KNOWN_ELSEWHERE, False),
        (NEW, keys(MAIN, OTHER), {}, Outcome.STORED, None, False),
        # So far web archives alone knew it.
        (
            {},
            keys(OTHER, OTHER),
            {"is_first_visit": True},
            Outcome.DUPLICATE,
            KNOWN_ELSEWHERE,
            True,
        ),
        (NEW, keys(OTHER, OTHER), {"is_first_visit": True}, Outcome.STORED, None, True),
        # It declares itself the main one.
        ({}, keys(OTHER, OTHER, OTHER), {}, Outcome.DUPLICATE, KNOWN_ELSEWHERE, True),
        (NEW, keys(OTHER, OTHER, OTHER), {}, Outcome.DUPLICATE, OTHER_WORDING, False),
        ({}, keys(OTHER, OTHER, MAIN), {}, Outcome.DUPLICATE, KNOWN_ELSEWHERE, False),
    ],
)
def test_at_another_address(
    judged: Judge,
    text: dict[str, Any],
    page: PageKeys,
    how: dict[str, Any],
    outcome: Outcome,
    reason: str | None,
    *,
    moves: bool,
) -> None:
    verdict = judged(a_page(**text), page, a_kept(), **how)
    assert (verdict.outcome, verdict.reason, verdict.moves) == (outcome, reason, moves)


@pytest.mark.parametrize(
    ("kept", "how", "moves"),
    [
        ({"gone_at": STOOD}, {}, True),
        ({"gone_at": STOOD}, {"is_crawled": False}, False),
        ({}, {}, False),
    ],
)
def test_a_story_that_is_gone_is_where_a_crawl_finds_it(
    judged: Judge, kept: dict[str, Any], how: dict[str, Any], *, moves: bool
) -> None:
    assert judged(a_page(**NEW), keys(OTHER, OTHER), a_kept(**kept), **how).moves == moves


@pytest.mark.parametrize(
    ("canonical_url", "moves"), [(None, True), (OTHER, True), (MAIN, False), ("http://[::1", True)]
)
def test_two_that_both_call_themselves_main_do_not_take_turns(
    judged: Judge, canonical_url: str | None, *, moves: bool
) -> None:
    kept = a_kept(canonical_url=canonical_url)
    assert judged(a_page(), keys(OTHER, OTHER, OTHER), kept).moves == moves


CUT = {"body": story()["body"][:60], "is_truncated": True}


@pytest.mark.parametrize(
    ("kept", "text", "page", "how", "outcome", "reason", "makes_version"),
    [
        ({}, CUT, keys(), {}, Outcome.UNCHANGED, TEASER, True),
        ({}, CUT, keys(), {"seen_at": BEFORE}, Outcome.UNCHANGED, TEASER, True),
        ({}, CUT, keys(OTHER, OTHER), {}, Outcome.UNCHANGED, TEASER, False),
        # Of an older page that is whole, nothing is a teaser.
        ({}, {"body": CUT["body"]}, keys(), {}, Outcome.UNCHANGED, TEASER, True),
        ({}, {"body": CUT["body"]}, keys(), {"seen_at": BEFORE}, Outcome.STORED, OLDER, True),
        # A whole text takes the place of a teaser, wherever and whenever it stood.
        (CUT, {}, keys(), {}, Outcome.UNCHANGED, None, False),  # it is kept, as a former version
        (CUT, NEW, keys(), {"seen_at": BEFORE}, Outcome.STORED, None, True),
        (CUT, {}, keys(OTHER, OTHER), {}, Outcome.STORED, None, True),
        (CUT, CUT | NEW, keys(), {"seen_at": BEFORE}, Outcome.STORED, OLDER, True),
    ],
)
def test_teasers(
    judged: Judge,
    kept: dict[str, Any],
    text: dict[str, Any],
    page: PageKeys,
    how: dict[str, Any],
    outcome: Outcome,
    reason: str | None,
    *,
    makes_version: bool,
) -> None:
    verdict = judged(a_page(**text), page, a_kept(**kept), **how)
    told = (verdict.outcome, verdict.reason, verdict.makes_version)
    assert told == (outcome, reason, makes_version)


@pytest.mark.parametrize(
    ("kept", "text", "page", "outcome", "reason", "makes_version"),
    [
        # The same but for the text that stays.
        ({}, BARE, keys(), Outcome.UNCHANGED, None, False),
        ({}, BARE, keys(OTHER, OTHER), Outcome.DUPLICATE, KNOWN_ELSEWHERE, False),
        ({}, BARE | NEW, keys(), Outcome.STORED, TEXT_STAYS, True),
        ({}, BARE | NEW, keys(OTHER, OTHER), Outcome.DUPLICATE, OTHER_WORDING, False),
        ({"corrections": ("It was a lamp.",)}, BARE, keys(), Outcome.UNCHANGED, None, False),
        # None was kept.
        (BARE, BARE, keys(), Outcome.UNCHANGED, None, False),
        (BARE, BARE | NEW, keys(), Outcome.STORED, None, True),
        (BARE, NEW, keys(), Outcome.STORED, None, True),
    ],
)
def test_a_page_whose_text_may_not_be_kept(
    judged: Judge,
    kept: dict[str, Any],
    text: dict[str, Any],
    page: PageKeys,
    outcome: Outcome,
    reason: str | None,
    *,
    makes_version: bool,
) -> None:
    verdict = judged(a_page(**text), page, a_kept(**kept))
    told = (verdict.outcome, verdict.reason, verdict.makes_version)
    assert told == (outcome, reason, makes_version)


def test_what_was_stored_without_its_text_is_not_stored_again(judged: Judge, db: Database) -> None:
    bare, newer = a_page(**BARE, **NEW), a_page(**BARE, headline="Lantern found")
    for number, one in ((3, bare), (4, newer)):
        db.execute("INSERT INTO versions VALUES (1, ?, ?)", [number, one.content_hash])
    told = [judged(one, keys(), a_kept()) for one in (newer, bare)]
    outcomes = [(one.outcome, one.reason) for one in told]
    assert outcomes == [(Outcome.UNCHANGED, TEXT_STAYS)] * 2


@pytest.mark.parametrize(
    ("declared", "is_believed"),
    [
        (None, False),
        (OTHER, True),
        (OTHER.replace("//", "//www.m."), True),
        (OTHER.replace("//", "//news."), False),
        (SITE, False),
        (f"{SITE}/?p=7", True),
        ("http://elsewhere.example/lantern", False),
        ("http://[::1", False),
    ],
)
def test_what_a_page_declares_of_its_own_site(declared: str | None, *, is_believed: bool) -> None:
    page = page_keys(MAIN, OTHER, declared)
    key = url_key(declared) if is_believed and declared else None
    assert page == PageKeys(final=url_key(MAIN), requested=url_key(OTHER), canonical=key)


@pytest.mark.parametrize("urls", [("http://[::1", OTHER), (MAIN, "http://[::1")])
def test_a_page_without_an_address_has_no_keys(urls: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="http"):
        page_keys(*urls, None)


# In an archive.


def at(number: int = 1, **given: Any) -> tuple[CleanStory, PageKeys]:
    """A page of a story, and its keys."""
    one = clean_story(article_of(story(number, **given)))
    url = one.article.url or ""
    return one, page_keys(url, url, one.article.canonical_url)


ELSEWHERE = f"{SITE}/elsewhere"
OTHER_WORDS = {"headline": "A kettle whistles", "body": "A kettle whistles. " * 9}


@pytest.mark.parametrize(
    ("given", "is_held"),
    [
        ({}, False),
        (OTHER_WORDS, True),
        (OTHER_WORDS | {"site_id": None}, True),
        (OTHER_WORDS | {"url": ELSEWHERE}, True),
        (OTHER_WORDS | {"site_id": None, "url": ELSEWHERE}, False),
        (OTHER_WORDS | {"headline": story()["headline"]}, False),
        (OTHER_WORDS | {"body": story()["body"]}, False),
        ({"headline": "Another one"}, False),
    ],
)
def test_another_story_is_held_where_no_words_are_shared(
    writer: Writer, given: dict[str, Any], *, is_held: bool
) -> None:
    save(writer, story())
    assert holds_another(writer.db, *at(**given)) is is_held


def test_words_of_a_former_version_are_shared(writer: Writer) -> None:
    save(writer, story())
    save(writer, story(**OTHER_WORDS))
    assert not holds_another(writer.db, *at())


@pytest.fixture
def twins(writer: Writer) -> Writer:
    """One text twice: under an id, and at another address without one; and a third story."""
    save(writer, story())
    save(writer, story(site_id=None, url=ELSEWHERE, **OTHER_WORDS))
    save(writer, story(2))
    for table in ("articles", "version_rows"):
        columns = ", ".join(
            f"{name} = (SELECT {name} FROM articles WHERE id = 1)"
            for name in ("headline", "body", "content_hash")
        )
        key = "id" if table == "articles" else "article_id"
        writer.write(f"UPDATE {table} SET {columns} WHERE {key} = 2")
    return writer


@pytest.mark.parametrize(
    ("given", "requested", "canonical", "found"),
    [
        ({"url": ELSEWHERE}, None, None, [1, 2]),
        ({"url": f"{SITE}/new"}, ELSEWHERE, None, [1, 2]),
        ({"url": f"{SITE}/new"}, None, ELSEWHERE, [1, 2]),
        ({}, ELSEWHERE, None, [1, 2]),
        ({"site_id": None}, ELSEWHERE, None, [1, 2]),
        ({"site_id": None, "url": ELSEWHERE}, story()["url"], None, [1, 2]),
        ({}, None, None, []),
        ({"url": ELSEWHERE, "body": None}, None, None, []),
        ({"url": ELSEWHERE, **OTHER_WORDS}, None, None, []),
        ({"url": ELSEWHERE, "body": f"{story()['body']} And more."}, None, None, [1, 2]),
        ({"url": ELSEWHERE, "source": "makers"}, None, None, []),
        ({}, story(2)["url"], None, []),
    ],
)
def test_stories_that_a_page_proves_to_be_one(
    twins: Writer,
    given: dict[str, Any],
    requested: str | None,
    canonical: str | None,
    found: list[int],
) -> None:
    one, page = at(**given)
    page = replace(
        page,
        requested=url_key(requested) if requested else page.requested,
        canonical=url_key(canonical) if canonical else None,
    )
    assert [kept.id for kept in find_twins(twins.db, one, page)] == found


def test_stories_without_a_text_are_not_taken_for_each_other(twins: Writer) -> None:
    one, page = at(url=ELSEWHERE, body=None)
    twins.write("UPDATE articles SET body = NULL, content_hash = ?", [one.content_hash])
    assert find_twins(twins.db, one, page) == []


def test_stories_with_most_words_of_a_page_are_one_though_they_differ(twins: Writer) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    for number, end in ((1, "once"), (2, "twice")):
        for table, key in (("articles", "id"), ("version_rows", "article_id")):
            sql = f"UPDATE {table} SET body = ?, content_hash = ? WHERE {key} = ?"
            twins.write(sql, [f"{words} {end}", end, number])
    one, page = at(url=ELSEWHERE, body=f"{words} thrice")
    assert [kept.id for kept in find_twins(twins.db, one, page)] == [1, 2]
    one, page = at(url=ELSEWHERE, body=f"{words[:60]} and so on", headline=story()["headline"])
    assert find_twins(twins.db, one, page) == []


@pytest.mark.parametrize(
    ("given", "requested", "canonical", "found"),
    [
        ({}, None, None, 1),
        ({"url": f"{SITE}/new"}, None, None, 1),
        ({"url": f"{SITE}/new", **OTHER_WORDS}, None, None, None),
        # The id alone is no proof, the last part of the address beside it is.
        ({"url": f"{SITE}/new/orrin-vale-1/", **OTHER_WORDS}, None, None, 1),
        ({"url": f"{SITE}/new", **OTHER_WORDS}, f"{SITE}/a/orrin-vale-1", None, 1),
        ({"site_id": None, "url": story()["url"], **OTHER_WORDS}, None, None, 1),
        ({"site_id": None, "url": f"{SITE}/new", **OTHER_WORDS}, story()["url"], None, None),
        ({"site_id": None, "url": f"{SITE}/new"}, story()["url"], None, 1),
        ({"site_id": None, "url": f"{SITE}/new", "headline": "x"}, None, story()["url"], 1),
        ({"site_id": None, "url": f"{SITE}/new"}, None, None, 1),
        ({"site_id": None, "url": f"{SITE}/new", "headline": "x"}, None, None, None),
        ({"site_id": None, "url": f"{SITE}/new", "body": None}, None, None, None),
        ({"site_id": "7", "url": f"{SITE}/new", "headline": "x"}, None, None, None),
        ({"source": "makers"}, None, None, None),
        # An id of a story that was merged.
        ({"site_id": "9", "url": f"{SITE}/new", "headline": "x"}, None, None, 1),
        ({"site_id": "9", "source": "makers"}, None, None, None),
    ],
)
def test_the_story_that_a_page_shows(
    writer: Writer,
    given: dict[str, Any],
    requested: str | None,
    canonical: str | None,
    found: int | None,
) -> None:
    save(writer, story())
    save(writer, story(2))
    writer.write(
        "INSERT INTO aliases VALUES ('signet-9', 1, 1, 1, 'x'), ('makers-9', 1, 1, 1, 'x')"
    )
    one, page = at(**given)
    page = replace(
        page,
        requested=url_key(requested) if requested else page.requested,
        canonical=url_key(canonical) if canonical else None,
    )
    kept = find_kept(writer.db, one, page)
    assert (kept.id if kept else None) == found


def test_of_two_with_one_text_the_older_is_shown(twins: Writer) -> None:
    one, page = at(site_id=None, url=f"{SITE}/new")
    kept = find_kept(twins.db, one, page)
    assert kept is not None
    assert kept.id == 1


def test_a_page_that_declares_the_address_of_another_story(writer: Writer) -> None:
    save(writer, story())
    save(writer, story(2))
    kept, other = (load_kept(writer.db, number) for number in (1, 2))
    final, second = url_key(story()["url"]), url_key(story(2)["url"])
    page = PageKeys(final=final, requested=final, canonical=second)
    assert leads_elsewhere(writer.db, page, kept)
    assert leads_elsewhere(writer.db, page, None)
    assert not leads_elsewhere(writer.db, page, other)
    for canonical in (None, final, url_key(f"{SITE}/new")):
        assert not leads_elsewhere(writer.db, replace(page, canonical=canonical), other)
