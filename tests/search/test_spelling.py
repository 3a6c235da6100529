"""The word that was meant, for one that no story has."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_rows import SISTER, Writer, asked, clock, find, save, story, writer
from browsing import a_run, ask, page, path, words
from browsing import save as publish
from conftest import ROOT
from lxml import html
from sqlite_utils import Database

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.chosen_stories import stream_stories
from tradepress.archive.search.public_words import PublicArchive
from tradepress.archive.search.spelling import suggest
from tradepress.archive.search.story_query import StoryQuery

__all__ = ["clock", "path", "writer"]

MISSPELLINGS, RIGHT = 200, 0.9
NEIGHBOURS = {
    **{"a": "qsz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc"},
    **{"g": "ftyhbv", "h": "gyujnb", "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop"},
    **{"m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa", "r": "edft", "s": "awedxz"},
    **{"t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu", "z": "asx"},
}
"""Keys beside each."""


def slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word))
    before, letter, after = word[:at], word[at], word[at + 1 :]
    kinds = [before + after, before + letter + word[at:], before + rng.choice(NEIGHBOURS[letter])]
    kinds[2] += after
    if after:
        kinds.append(before + after[0] + letter + after[1:])
    return rng.choice(kinds)


def better(db: Database, words: str, **filters: Any) -> list[str]:
    return [one.better for one in suggest(db, asked(words, **filters))]


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An archive of some thousand different words: each of our pages is a story."""
    file = tmp_path_factory.mktemp("words") / "archive.db"
    with a_run(file) as filling:
        for number, document in enumerate(sorted((ROOT / "docs").rglob("*.md")), start=1):
            save(filling, story(number, body=document.read_text(encoding="utf-8")))
    with read_archive(file) as db:
        yield db


def test_of_200_misspellings_nine_in_ten_are_mended(documented: Database) -> None:
    rng = random.Random(38)
    with closing(documented.conn.cursor()) as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE temp.all_words USING fts5vocab(main, articles_fts, row)"
        )
        had_by = dict(cursor.execute("SELECT term, doc FROM temp.all_words").fetchall())
        cursor.execute("DROP TABLE temp.all_words")
    right = [
        word
        for word, stories in sorted(had_by.items())
        if stories > 1 and len(word) > 3 and word.isascii() and word.isalpha()
    ]
    assert len(right) > 1000
    asked_for: list[tuple[str, str]] = []
    while len(asked_for) < MISSPELLINGS:
        word = rng.choice(right)
        if had_by.get(typed := slip(word, rng), 0) == 0:
            asked_for.append((typed, word))
    found = [(typed, word, better(documented, typed)) for typed, word in asked_for]
    missed = [one for one in found if one[1] not in one[2]]
    assert len(missed) <= MISSPELLINGS * (1 - RIGHT), missed
    first = [one for one in found if one[2][:1] == [one[1]]]
    assert len(first) >= MISSPELLINGS * 0.85


@pytest.fixture
def filled(writer: Writer) -> Writer:
    writer.save_source(SISTER)
    for number in (1, 2, 3):
        save(writer, story(number, headline=f"Lantern trademark {number}", body="Infringement."))
    save(writer, story(4, headline="Lantrn counterfeit", body="Løkken et la marque Фонарь."))
    save(writer, story(5, headline="Counterfeit goods", body="Løkken und die Marke Фонарь."))
    writer.commit()
    return writer


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trademrk", "trademark"),
        ("lantrn", "lantern"),  # one story has it
        ('"lantrn trademrk" -zzzz', '"lantern trademark" -zzzz'),
        ("headline:Infringment OR lantern", "headline:infringement OR lantern"),
        ("conterfeit NEAR/3 goods", "counterfeit NEAR/3 goods"),
        ("tradmar*", "trademark*"),
        ("infirngemnet", "infringement"),
        ("Lökkne", "lokken"),
        ("фонрь", "фонарь"),
    ],
)
def test_what_was_typed_is_mended(filled: Writer, typed: str, meant: str) -> None:
    suggested = suggest(filled.db, asked(typed, since="2017"))
    assert {one.query.words for one in suggested} == {meant}
    assert all(one.query.since == "2017" for one in suggested)
    assert all(find(filled.db, one.better) for one in suggested)


@pytest.mark.parametrize(
    "typed",
    [
        *("lantern", "lanter*", "-lantrn lantern", "goods", "signet-1", "https://signet.example/a"),
        *("author:hulm", "9876", "zzzzzz", "lt", "商標法", "marke", "marque"),
    ],
)
def test_nothing_is_offered(filled: Writer, typed: str) -> None:
    assert suggest(filled.db, asked(typed)) == []


def test_nothing_is_offered_without_words(filled: Writer) -> None:
    assert suggest(filled.db, StoryQuery(source=("signet",))) == []


def test_the_words_of_the_index_stay_unread_by_others(filled: Writer) -> None:
    with read_archive(filled.path) as db:
        stories = stream_stories(db, asked("lantern"))
        next(stories)
        assert better(db, "trademrk") == ["trademark"]
        assert len(list(stories)) == 2
        assert db.execute("SELECT name FROM sqlite_temp_schema").fetchall() == []


def test_strangers_are_told_words_of_headlines_alone(filled: Writer) -> None:
    strangers = PublicArchive(filled.db.conn, lambda *_: ())
    assert better(strangers, "trademrk") == ["trademark"]
    assert better(filled.db, "infringment") == ["infringement"]
    assert better(strangers, "infringment") == []
    filled.write("UPDATE version_rows SET policy = 'archive-only' WHERE id = 1")
    assert better(strangers, "trademrk") == []


def test_the_page_has_a_link(path: Path) -> None:
    with a_run(path) as filling:
        publish(filling, "A lantern", "It hung at the quay.")
        publish(filling, "Another lantern", "It hung at the gate.")
    tree = page(path, "/stories?q=lantrn+quai&since=2016")
    notices = tree.xpath("//p[starts-with(., 'Instead of')]")
    assert [words(one) for one in notices] == [
        "Instead of “lantrn”, did you mean lantern?",
        "Instead of “quai”, did you mean quay?",
    ]
    assert notices[0].xpath("a/@href") == ["/stories?q=lantern+quay&since=2016"]
    [answer] = ask(path, ("GET", "/stories?q=lantrn+quai", {}), is_public=True)
    notices = html.fromstring(answer.text).xpath("//p[starts-with(., 'Instead of')]")
    assert [words(one) for one in notices] == ["Instead of “lantrn”, did you mean lantern?"]
