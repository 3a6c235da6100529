"""The query language against an evaluator that reads every text, and against any text at all."""

import json
import random
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, Clock, asked, clock, count, find, open_writer, save, story
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from tradepress.archive.errors import EmptyQuery, QueryError
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.query_language import (
    MOST_REMARKS,
    MOST_SHORT,
    MOST_TERMS,
    MOST_WORDS,
    Words,
    as_typed,
    inner_parts,
    parse_query,
    remarks,
)
from tradepress.archive.search.query_sql import full_text
from tradepress.archive.search.why_nothing import explain_nothing

__all__ = ["clock"]

VOCABULARY = ("lamp", "Lamps", "oil", "Müller", "muller", "Zürich", "43", "non-use", "quince", "a")
AUTHORS = ("Petra Holm", "Orrin Vale", "Zoë Holm-Vale")
SECTIONS = ("Trade Marks", "Designs", None)
FIELDS = ("headline", "description", "body")
THEN = "2020-01-31"

Text = dict[str, Any]
Tree = tuple[Any, ...]


# The evaluator


def tokens(text: str) -> list[str]:
    """As FTS5's unicode61 makes them, without diacritics."""
    apart = unicodedata.normalize("NFD", text).lower()
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", bare)


def places(text: str | None, words: str, is_prefix: bool) -> list[tuple[int, int]]:
    """Start and end, in words, of each place where they stand side by side."""
    there, wanted = tokens(text or ""), tokens(words)
    found = []
    for start in range(len(there) - len(wanted) + 1):
        here = there[start : start + len(wanted)]
        is_begun = is_prefix and here[-1].startswith(wanted[-1])
        if here[:-1] == wanted[:-1] and (here[-1] == wanted[-1] or is_begun):
            found.append((start, start + len(wanted)))
    return found


def of_text(field: str | None) -> tuple[str, ...]:
    return FIELDS if field is None else (field,)


def is_near(first: tuple[int, int], second: tuple[int, int], distance: int) -> bool:
    """Are there no more words between them? They may overlap."""
    return second[0] - first[1] <= distance


def holds(tree: Tree, text: Text) -> bool:
    match tree:
        case ("words", words, is_prefix, field):
            return any(places(text[name], words, is_prefix) for name in of_text(field))
        case ("near", one, other, distance, field):
            return any(
                is_near(*sorted((a, b)), distance)
                for name in of_text(field)
                for a in places(text[name], one, False)
                for b in places(text[name], other, False)
            )
        case ("author", words, is_prefix):
            return any(places(name, words, is_prefix) for name in text["authors"])
        case ("section", words, is_prefix):
            return bool(places(text["section"], words, is_prefix))
        case ("not", part):
            return not holds(part, text)
        case ("all", *parts):
            return all(holds(part, text) for part in parts)
        case ("any", *parts):
            return any(holds(part, text) for part in parts)
    raise AssertionError(tree)


# Random texts and queries


def random_text(chance: random.Random) -> Text:
    def words(most: int) -> str:
        signs = (" ", " ", " ", ", ", " (", "/")
        picked = chance.choices(VOCABULARY, k=chance.randint(0, most))
        return "".join(word + chance.choice(signs) for word in picked)

    return {
        "headline": f"Story {words(4)}",
        "description": words(4) or None,
        "body": words(9) or None,
        "authors": sorted(set(chance.choices(AUTHORS, k=chance.randint(0, 2)))),
        "section": chance.choice(SECTIONS),
    }


PHRASES = st.lists(st.sampled_from([*VOCABULARY, "LAMP", "zur"]), min_size=1, max_size=2).map(
    " ".join
)
OF_TEXT = st.sampled_from([None, None, None, *FIELDS])
LEAVES = st.one_of(
    st.tuples(st.just("words"), PHRASES, st.booleans(), OF_TEXT),
    st.tuples(st.just("near"), PHRASES, PHRASES, st.integers(0, 4), OF_TEXT),
    st.tuples(
        st.just("author"), st.sampled_from(["holm", "Zoe", "petra holm", "va"]), st.booleans()
    ),
    st.tuples(st.just("section"), st.sampled_from(["marks", "trade marks", "DES"]), st.booleans()),
)


def grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.tuples(st.just("not"), inner),
        several.map(lambda parts: ("all", *parts)),
        several.map(lambda parts: ("any", *parts)),
    )


TREES: st.SearchStrategy[Tree] = st.recursive(LEAVES, grown, max_leaves=7)


def written(tree: Tree, chance: random.Random) -> str:
    """As a person would type it: brackets where they are needed, and sometimes where not."""

    def part(inner: Tree, of: str) -> str:
        looser = {"not": ("all", "any", "not"), "all": ("any",), "any": ()}
        is_needed = inner[0] in looser[of]
        text = written(inner, chance)
        return f"({text})" if is_needed or chance.random() < 0.2 else text

    match tree:
        case ("words", words, is_prefix, field):
            return of(field, quoted(words, chance) + "*" * is_prefix)
        case ("near", one, other, distance, field):
            near = f"{quoted(one, chance)} NEAR/{distance} {quoted(other, chance)}"
            return of(field, f"({near})" if field else near)
        case ("author" | "section" as field, words, is_prefix):
            return of(field, quoted(words, chance) + "*" * is_prefix)
        case ("not", inner):
            return chance.choice(("-", "NOT ")) + part(inner, "not")
        case ("all", *parts):
            return "".join(
                part(inner, "all") + chance.choice((" ", " AND ")) for inner in parts[:-1]
            ) + part(parts[-1], "all")
        case ("any", *parts):
            return " OR ".join(part(inner, "any") for inner in parts)
    raise AssertionError(tree)


def of(field: str | None, text: str) -> str:
    return f"{field}:{text}" if field else text


def quoted(words: str, chance: random.Random) -> str:
    if " " not in words and chance.random() < 0.7:
        return words
    return chance.choice((f'"{words}"', f"“{words}”"))


class Library:
    """An archive of random stories, of which some were changed after THEN."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = texts(db, "version_id = versions.id")
        self.then = texts(db, "versions.version = 1")


def fill(path: Path, clock: Clock, seed: int, stories: int) -> None:
    chance = random.Random(seed)
    with open_writer(path) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for day, some in (("2020-01-01", range(stories)), ("2020-02-01", range(0, stories, 3))):
            clock.now = f"{day}T09:00:00Z"
            for number in some:
                save(writer, story(number, **random_text(chance)))
        writer.end_run("done", 0)


def texts(db: Database, which: str) -> dict[str, Text]:
    """What stands in the archive, by ref."""
    rows = db.query(
        "SELECT ref, versions.* FROM versions JOIN articles ON articles.id = article_id "
        f"WHERE {which}"
    )
    return {row["ref"]: {**row, "authors": json.loads(row["authors"])} for row in rows}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path = tmp_path_factory.mktemp("library") / "archive.db"
    with pytest.MonkeyPatch.context() as patched:
        fill(path, stopped_clock(patched), seed=16, stories=60)
    with closing(read_archive(path)) as db:
        library = Library(db)
        assert sum(library.then[ref] != text for ref, text in library.now.items()) > 10
        yield library


def stopped_clock(patched: pytest.MonkeyPatch) -> Clock:
    from datetime import datetime
    from types import SimpleNamespace

    stopped = Clock()
    now = SimpleNamespace(now=lambda _: datetime.fromisoformat(stopped.now))
    patched.setattr("tradepress.archive.clock.datetime", now)
    return stopped


def compare(library: Library, tree: Tree, seed: int) -> None:
    query = written(tree, random.Random(seed))
    assume(len(re.findall(r"(?<!\w)\w{1,2}\W?\*", query)) <= MOST_SHORT)
    for known, day in ((library.now, {}), (library.then, {"as_of": THEN})):
        expected = {ref for ref, text in known.items() if holds(tree, text)}
        for order in (None, "date"):
            hits = find(library.db, query, order=order, fold=False, limit=1000, **day)
            assert {hit.ref for hit in hits} == expected, query
        assert count(library.db, query, fold=False, **day) == len(expected), query
        assert len(choose_versions(library.db, asked(query, **day))) == len(expected), query


QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
THOROUGH = settings(QUICK, max_examples=500)
TYPED_ALL_DAY = settings(QUICK, max_examples=2000)


@QUICK
@given(tree=TREES, seed=st.integers(0, 9))
def test_a_search_finds_what_reading_every_text_finds(
    library: Library, tree: Tree, seed: int
) -> None:
    compare(library, tree, seed)


@pytest.mark.slow
@THOROUGH
@given(tree=TREES, seed=st.integers(0, 9))
def test_many_searches_find_what_reading_every_text_finds(
    library: Library, tree: Tree, seed: int
) -> None:
    compare(library, tree, seed)


@QUICK
@given(tree=TREES, seed=st.integers(0, 9))
def test_what_was_read_can_be_written_and_read_again(tree: Tree, seed: int) -> None:
    query = written(tree, random.Random(seed))
    assume(len(re.findall(r"(?<!\w)\w{1,2}\W?\*", query)) <= MOST_SHORT)
    assert parse_query(as_typed(parse_query(query))) == parse_query(query)


# Whatever is typed

PIECES = (
    *'"“”*-():^+{}/',
    *("NEAR(", "NEAR/3", " AND ", " OR ", " NOT ", " ", "ＯＲ", "OR"),
    *("headline:", "author:", "section:", "lamp", "oil", "日本"),
    *("!", "?", "~2", "|", "[ti]", "TITLE(", "site:", "ti=", " /s ", " w/5 ", " not ", " % ", "'"),
    *("«", "（", "＂", "＊", " * ", "\n"),
    *("\x00", "\ud800", "\U0001e4d0"),
)
TYPED = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=14).map("".join)


def check_typed(library: Library, typed: str) -> None:
    assert len(remarks(typed)) <= MOST_REMARKS
    for how in ({}, {"as_of": THEN, "stemmed": True, "variants": True}):
        try:
            found = find(library.db, typed, fold=False, limit=1000, **how)
        except QueryError:
            continue
        if not found:
            explain_nothing(library.db, asked(typed, **how))
        assert count(library.db, typed, fold=False, **how) == len(found)


@QUICK
@given(typed=TYPED | st.text(st.characters()))
def test_whatever_is_typed_is_searched_for_or_refused_in_words(
    library: Library, typed: str
) -> None:
    check_typed(library, typed)


@pytest.mark.slow
@TYPED_ALL_DAY
@given(typed=TYPED | st.text(st.characters()))
def test_much_that_is_typed_is_searched_for_or_refused_in_words(
    library: Library, typed: str
) -> None:
    check_typed(library, typed)


# What is said of what can't be read


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("hedline:lamp", "hedline: (character 1) is no field: did you mean headline:?"),
        ("oil title:lamp", "title:lamp (character 5) is a sign of"),
        ("autor:(petra OR holm)", "did you mean author:?"),
        ("court:EUIPO", "court: (character 1) is no field of the words but a filter"),
        ("headline:", "headline: (character 1) needs a word right behind it, headline:lamp"),
        ("headline: lamp", "headline: (character 1) needs a word right behind it"),
        ("headline:(lamp body:oil)", "body: (character 16) stands in headline:"),
        ("lamp AND", "nothing to search for follows AND (character 6)"),
        ("OR lamp", 'nothing to search for before OR (character 1); the word itself is "OR"'),
        ("lamp OR OR oil", "nothing to search for follows OR (character 6)"),
        ("(lamp", "the bracket ( (character 1) is never closed"),
        ("lamp) oil", "the bracket ) (character 5) closes none that is open"),
        ("lamp ()", "nothing to search for follows ( (character 6)"),
        ("lamp NEAR oil", "NEAR (character 6) has no number of words, 0 to 1000, behind it"),
        ("NEAR(lamp oil, 3)", "NEAR (character 1) has no number of words"),
        ("lamp NEAR/3 -oil", "nothing to search for follows NEAR/3"),
        ("lamp NEAR/3 (oil wax)", "NEAR/3 (character 6) stands between words, phrases"),
        ("author:(holm NEAR/3 vale)", "stands between words, phrases"),
        ("headline:(a NEAR/1 b) NEAR/2 c", "stands between words, phrases"),
        ("(headline:a OR body:b) NEAR/2 c", "the two sides of NEAR/2"),
        ("a NEAR/3 b NEAR/3 c", "follows another one: write a NEAR/3 b AND b NEAR/3 c"),
        ("la*mp", "the * in 'la*mp' (character 1) does not end a word"),
        ("*lamp", "does not end a word"),
        ("lamp " * (MOST_TERMS + 1), f"a query has {MOST_TERMS} words and phrases at most"),
        (f'"{"lamp " * MOST_WORDS}oil"', f"a query has {MOST_WORDS} words at most"),
        ("-".join(["lamp"] * (MOST_WORDS + 1)), f"a query has {MOST_WORDS} words at most"),
        ('la* OR "oil o"* OR w* OR st*', "write more letters before the *, not la*"),
        ("(" * 40 + "lamp" + ")" * 40, "more than 30 brackets within each other"),
        ("NOT " * 40 + "lamp", "more than 30 brackets within each other"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(query: str, words: str) -> None:
    with pytest.raises(QueryError, match=re.escape(words)):
        parse_query(query)


SIGNS = ("a ", '"', "(", "a OR ", "-", "headline:", 'h:"', "a*", "a near/5 ", "“", '"a" ', "a-")


@pytest.mark.parametrize("sign", SIGNS)
def test_no_question_takes_longer_than_its_length(sign: str) -> None:
    """As a pattern that tries all ways through a text does."""
    for end in ("", "!", '"', ")"):
        began = time.process_time()
        with suppress(QueryError):
            parse_query((sign * 20_000)[:20_000] + end)
        remarks((sign * 20_000)[:20_000] + end)
        assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "query", ["", "()", "AND", "- -", '""', "headline:&", "NEAR/3", "&&", "( - )"]
)
def test_nothing_to_search_for(query: str) -> None:
    with pytest.raises(EmptyQuery, match="nothing to search for in"):
        parse_query(query)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("10:30", "10:30"),
        ("C-449/18", "C-449/18"),
        ("re:", "re:"),
        ("43(a)", "43(a)"),
        ("8(1)(b)", "8(1)(b)"),
        ("https://press.example/a?b=1", "https://press.example/a?b=1"),
        ("“bad faith”", "bad faith"),
        ('"bad faith', "bad faith"),
        ("or", "or"),
        ("& lamp - /", "lamp"),
        ('"headline:lamp"', "headline:lamp"),
    ],
)
def test_signs_that_mean_nothing_else_are_part_of_words(query: str, text: str) -> None:
    assert parse_query(query) == Words(text=text)


def test_or_binds_less_than_and_and_a_field_holds_a_bracket() -> None:
    assert parse_query("a b OR c") == parse_query("(a AND b) OR c")
    assert parse_query("headline:(a OR -b)") == parse_query("headline:a OR -headline:b")
    assert parse_query("a -b") == parse_query("a AND NOT b")
    assert parse_query("-a NEAR/2 b") == parse_query("NOT (a NEAR/2 b)")
    assert inner_parts(parse_query("a (b (c d))")) == inner_parts(parse_query("a b c d"))


def test_what_the_full_text_can_tell_is_one_query_of_it() -> None:
    asked_at_once = full_text(parse_query('lamp (oil OR headline:"bad wax"*) -x'))
    assert (
        asked_at_once == '(("lamp" AND ("oil" OR {headline also_titled} : "bad wax"*)) NOT ("x"))'
    )
    assert full_text(parse_query("lamp NEAR/3 oil")) == '(NEAR("lamp" "oil", 3))'
    for query in ("-lamp", "lamp OR -oil", "author:holm", "lamp author:holm"):
        assert full_text(parse_query(query)) is None


def test_fts5_says_no_column_of_its_own_by_these_words() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (headline, body, also_titled)")
        connection.execute("INSERT INTO t VALUES ('lamp', 'oil', '')")
        sql = "SELECT count(*) FROM t WHERE t MATCH ?"
        for query, found in (("headline:lamp", 1), ("body:lamp", 0), ("-headline:x lamp", 1)):
            text = full_text(parse_query(query))
            assert connection.execute(sql, [text]).fetchone() == (found,)
