"""Search: what people type never fails, the ranking is stable, the indexes keep step."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import archive_rows
import pytest
from archive_rows import PAPER, SISTER, SITE, Clock, Writer, clock, count, find, story, writer
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import (
    MARK_END,
    MARK_START,
    MATCHES_NOTHING,
    EmptyQuery,
    Hit,
    QueryError,
    count_hits,
    match_query,
)
from tradepress.archive.search.search_matches import MOST_VALUES
from tradepress.archive.searched_form import TOKENIZER, searched_form
from tradepress.archive.stories.articles import DOUBTFUL_BELOW

__all__ = ["clock", "writer"]

PADDING = "The office gave its reasons at length and the parties may appeal. " * 3
STORIES = [
    {
        "headline": "Quince wins for non-use",
        "body": f"A mark fell. {PADDING}",
        "date_published": "2017-08-04",
    },
    {
        "headline": "A mark falls",
        "description": "Quince was never used.",
        "body": f"It fell. {PADDING}",
        "date_published": "2018-01-31",
        "is_truncated": None,
    },
    {
        "headline": "A mark stands",
        "body": f"{PADDING} Quince opposing Müller. {PADDING}",
        "date_published": "2018-02-01T09:00:00+01:00",
        "corrections": ["Correction: it stood."],
    },
    {
        "headline": "No date at all",
        "body": f"Use of the mark, non genuine: bad faith. {PADDING}",
        "date_published": None,
    },
    {
        "source": "makers",
        "url": "http://marksandmakers.example/news/quince-5",
        "headline": "Makers on quince",
        "body": f"Faith is bad. {PADDING}",
        "date_published": "2019-12-31",
    },
]


def save(writer: Writer, article: dict[str, Any], **facts: Any) -> None:
    """Texts are in the indexes from the commit on."""
    archive_rows.save(writer, article, **facts)
    writer.commit()


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    from archive_rows import open_writer

    path = tmp_path_factory.mktemp("search") / "archive.db"
    with open_writer(path, command="tests") as writer:
        writer.save_source(PAPER)
        writer.save_source(SISTER)
        writer.start_run("tests", [], "0")
        for number, changes in enumerate(STORIES, 1):
            save(writer, story(number, **changes))
        writer.end_run("done", 0)
    db = read_archive(path)
    yield db
    db.close()


def numbers(db: Database, query: str | None, **how: Any) -> list[int]:
    return [int(hit.ref.rpartition("-")[2]) for hit in find(db, query, **how)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("quince", [1, 5, 2, 3]),
        ("QUINCE mark", [1, 2, 3]),
        ("muller", [3]),
        ("Müll*", [3]),
        ("mull", []),
        ("quin*", [1, 5, 2, 3]),
        ('"bad faith"', [4]),
        ("“bad faith”", [4]),
        ("bad faith", [4, 5]),
        ('"bad fai"*', [4]),
        ("non-use", [1]),
        ("quince -mark", [5]),
        ("mark -quince -genuine", []),
        ('mark -"bad faith" -stands', [1, 2]),
        ("stands:", [3]),
        ("headline:quince", [1, 5]),
        ("-headline:quince quince", [2, 3]),
        ("-quince", [4]),
        ("-(quince OR genuine)", []),
        ("genuine OR opposing", [3, 4]),
        ("quince (wins OR stands)", [1, 3]),
        ("quince OR (bad faith)", [1, 2, 3, 4, 5]),
        ("quince AND NOT mark", [5]),
        ("quince NEAR/1 opposing", [3]),
        ("opposing NEAR/0 quince", [3]),
        ("quince NEAR/2 never", [2]),
        ("quince NEAR/1 never", [2]),
        ("quince NEAR/0 never", []),
        ("bad NEAR/0 faith", [4]),
        ("(bad OR evil) NEAR/1 (faith OR belief)", [4, 5]),
        ("description:quince", [2]),
        ("body:(quince OR genuine)", [3, 4]),
        ("author:holm quince", [1, 2, 3, 5]),
        ("section:trade* -author:holm", []),
        ("author:nobody OR genuine", [4]),
        ("10:30", []),
        ("genuine:", [4]),
        ('"quince wins', [1]),
        ('quince "OR" genuine', []),
        ("opposed", []),
    ],
)
def test_what_people_type(db: Database, query: str, found: list[int]) -> None:
    assert sorted(numbers(db, query)) == sorted(found)
    assert count(db, query) == len(found)


def test_headline_before_description_before_body(writer: Writer) -> None:
    words = {"headline": "one two", "description": "three four", "body": "five six"}
    for number, (field, text) in enumerate(words.items(), 1):
        fields = {**words, field: f"{text} quince"}
        # Equally long and newest where the hit weighs least: only the weights can order them.
        save(writer, story(number, **fields, date_published=f"201{number}-01-01"))
    for stemmed in (False, True):
        assert numbers(writer.db, "quince", stemmed=stemmed) == [1, 2, 3]


def test_stems_on_demand(db: Database) -> None:
    assert numbers(db, "opposed", stemmed=True) == [3]
    assert count(db, "opposed", stemmed=True) == 1


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"source": "makers"}, [5]),
        ({"source": "nobody"}, []),
        ({"since": "2018-01-31"}, [2, 3, 5]),
        ({"until": "2018-01-31"}, [1, 2]),
        ({"since": "2018-02-01", "until": "2018-02-01"}, [3]),
        ({"since": "2018", "until": "2018"}, [2, 3]),
        ({"since": "2018-02"}, [3, 5]),
        ({"until": "2018-01"}, [1, 2]),
        ({"until": "2019", "source": "makers"}, [5]),
    ],
)
def test_filters(db: Database, filters: dict[str, str], found: list[int]) -> None:
    assert sorted(numbers(db, "quince", **filters)) == found
    assert count(db, "quince", **filters) == len(found)


NO_DAYS = ("2023-13", "2023-02-30", "2023-00", "0000", "2023-01-32")


@pytest.mark.parametrize("date", ["soon", "04/08/2017", "2017-8", "", "２０１７", *NO_DAYS])
def test_a_date_that_is_none_is_refused(db: Database, date: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        find(db, "quince", since=date)
    with pytest.raises(ValueError, match="is not a date"):
        count(db, "quince", until=date)


@pytest.mark.parametrize("name", ["as_of", "seen_on"])
def test_a_day_that_no_calendar_has_is_refused(db: Database, name: str) -> None:
    with pytest.raises(ValueError, match="'2023-02-30' is not a day"):
        find(db, "quince", **{name: "2023-02-30"})


@pytest.mark.parametrize("name", ["source", "section", "language"])
def test_no_number_of_values_is_too_much_for_sqlite(db: Database, name: str) -> None:
    values = [f"signet {number}" for number in range(MOST_VALUES + 1)]
    assert count_hits(db, archive_rows.asked(None, **{name: values[1:]})) == 0
    with pytest.raises(QueryError, match=f"{MOST_VALUES} values of {name} at most"):
        count_hits(db, archive_rows.asked(None, **{name: values}))


def test_marks_and_passages(db: Database) -> None:
    hits = {hit.ref: hit for hit in find(db, "quince")}
    first = hits["signet-1"]
    assert isinstance(first, Hit)
    assert first.headline_marked == f"{MARK_START}Quince{MARK_END} wins for non-use"
    assert first.headline == "Quince wins for non-use"
    assert first.passage.startswith("A mark fell.")
    assert hits["signet-2"].passage == f"{MARK_START}Quince{MARK_END} was never used."
    assert f"{MARK_START}Quince{MARK_END} opposing" in hits["signet-3"].passage
    assert hits["signet-3"].corrections == ["Correction: it stood."]
    assert [hits[f"signet-{number}"].is_truncated for number in (1, 2)] == [False, None]
    assert hits["signet-3"].published_day == "2018-02-01"


def test_marks_can_not_be_forged(writer: Writer) -> None:
    save(writer, story(headline=f"{MARK_START}Orrin{MARK_END} Vale{MARK_START}"))
    (hit,) = find(writer.db, "vale")
    assert hit.headline_marked == f"Orrin {MARK_START}Vale{MARK_END}"


def test_pages_are_stable_and_of_equal_ranks_the_first_saved_comes_first(writer: Writer) -> None:
    days = ["2017-01-01", "2019-01-01", None, "2018-01-01", "2018-01-01"]
    for number, day in enumerate(days, 1):
        save(
            writer,
            story(number, headline="Quince", body=f"Text {number} words.", date_published=day),
        )
    assert numbers(writer.db, "quince") == [1, 2, 3, 4, 5]
    paged = [numbers(writer.db, "quince", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert paged == [[1, 2], [3, 4], [5]]


def test_the_indexes_keep_step_with_the_articles(writer: Writer) -> None:
    save(writer, story(headline="Quince appeals", description="Quince again"))
    save(writer, story(headline="Medlar appeals", description=None))
    for stemmed in (False, True):
        assert count(writer.db, "medlar", stemmed=stemmed) == 1
        with_nothing = find(writer.db, "quince", stemmed=stemmed)
        assert with_nothing == []
    save(writer, story(headline="Medlar appeals", description=None))
    assert count(writer.db, "medlar") == 1
    writer.db.execute("DELETE FROM locations")
    for table in ("articles_fts", "articles_stems"):
        writer.db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


def test_a_sighting_does_not_touch_the_indexes(writer: Writer) -> None:
    save(writer, story())
    before = writer.db.execute("SELECT count(*), max(id) FROM articles_fts_data").fetchone()
    save(writer, story())
    save(writer, story(url=f"{SITE}/m/orrin-vale-1"))
    after = writer.db.execute("SELECT count(*), max(id) FROM articles_fts_data").fetchone()
    assert after == before


def test_doubtful_stories_least_sure_first(writer: Writer) -> None:
    sure = [0.2, None, 0.1, DOUBTFUL_BELOW, 0.1]
    for number, confidence in enumerate(sure, 1):
        save(
            writer,
            story(
                number,
                headline="Quince" if number > 1 else "Medlar",
                body=f"Text {number}. {PADDING if number == 3 else 'A quince.'}",
                date_published=f"201{number}-01-01",
                confidence=confidence,
            ),
        )
    assert numbers(writer.db, None, doubtful=True) == [5, 3, 1]
    # Not by rank: the story without the word in its headline is the surest.
    assert numbers(writer.db, "quince", doubtful=True) == [5, 3, 1]
    assert numbers(writer.db, "medlar", doubtful=True) == [1]
    assert numbers(writer.db, None, doubtful=True, until="2013") == [3, 1]
    assert numbers(writer.db, "quince", doubtful=True, until="2013", stemmed=True) == [3, 1]
    assert numbers(writer.db, None, doubtful=True, source="makers") == []
    assert numbers(writer.db, None, doubtful=True, limit=1, offset=1) == [3]
    assert count(writer.db, None, doubtful=True) == 3
    assert count(writer.db, "medlar", doubtful=True) == 1
    assert count(writer.db, None, doubtful=True, until="2013") == 2
    last, middle, first = find(writer.db, None, doubtful=True)
    assert (first.headline_marked, first.passage) == ("Medlar", "Text 1. A quince.")
    assert (first.confidence, first.rank) == (0.2, None)
    assert middle.passage.startswith("Text 3. The office")
    assert middle.passage.endswith("…")
    assert last.is_truncated is False


def test_a_story_is_doubtful_by_its_worst_paragraph_too(writer: Writer, clock: Clock) -> None:
    doubts = {"paragraphs": [{"value": {"paragraph": 2, "of": 2}, "evidence": "unlikely"}]}
    quoted = {"headline": [{"value": '{"paragraphs": 2}', "evidence": "h1"}]}
    save(writer, story(1, confidence=0.99), evidence=doubts)
    save(writer, story(2, confidence=0.99), evidence=quoted)
    save(writer, story(3, confidence=0.2))
    save(writer, story(4, confidence=0.99))
    assert numbers(writer.db, None, doubtful=True) == [3, 1]
    assert numbers(writer.db, "lantern", doubtful=True) == [3, 1]
    assert count(writer.db, None, doubtful=True) == 2
    day, clock.now = clock.now[:10], "2026-12-24T12:00:00Z"
    save(writer, story(1, body="Medlars decided it.\n\nNobody appealed.", confidence=0.99))
    assert numbers(writer.db, None, doubtful=True) == [3]
    assert numbers(writer.db, None, doubtful=True, as_of=day) == [3, 1]


def test_words_that_say_nothing_are_no_query(db: Database) -> None:
    with pytest.raises(EmptyQuery):
        find(db, " ", doubtful=True)


EMPTY = [
    "",
    " ",
    "\t\n",
    "!?",
    '"',
    '""',
    "*",
    "-",
    "--",
    "…",
    "(",
    '-"',
    "“”",
    "\x00",
    "🎺",
    "' '",
]
NAUGHTY = [
    "NEAR(",
    "NEAR(a b, 3)",
    "a NEAR/2 b",
    "AND",
    "a AND",
    "OR OR",
    "NOT",
    "a NOT b",
    "col:x",
    "{headline body}:x",
    "-headline:x",
    "^a",
    "a^",
    "a+b",
    "a + b",
    "(a OR b",
    "a)",
    '"a',
    'a"',
    'a"b"c',
    '"a""b"',
    "'a",
    "a'b",
    "a;b",
    "a--b",
    "a/*b*/",
    "a*b*",
    "*a",
    "a**",
    "-a",
    "-a -b",
    "- a",
    "--a",
    "a,b",
    "a\\b",
    "%a%",
    "a?b",
    "?",
    "?1",
    ":x",
    "@x",
    "$x",
    "a\x00b",
    "\ud800a",
    "é" * 2000,
    "a " * 2000,
    "a-" * 2000,
    '"' * 999,
    "(" * 999 + "a",
    "日本語",
    "ﬁ ﬀ",
    "١٢٣",
    "𝕬𝖇",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE articles;--",
    "{{7*7}}",
    "%s%n",
    "../../etc/passwd",
    "\u202etest",
    "Ω≈ç√∫",
    "undefined",
    "NULL",
    "0x0",
    "1e309",
]


@pytest.mark.parametrize("query", EMPTY)
def test_nothing_to_search_for(db: Database, query: str) -> None:
    with pytest.raises(EmptyQuery, match="nothing to search for"):
        find(db, query)
    with pytest.raises(EmptyQuery):
        count(db, query)
    assert match_query(query) == MATCHES_NOTHING


def test_no_query_at_all_matches_nothing(db: Database) -> None:
    sql = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
    assert db.execute(sql, [match_query(None)]).fetchone()[0] == 0


@pytest.mark.parametrize("query", NAUGHTY)
def test_odd_queries_never_fail(db: Database, query: str) -> None:
    for stemmed in (False, True):
        try:
            found = find(db, query, stemmed=stemmed, limit=100)
        except QueryError:
            continue
        assert count(db, query, stemmed=stemmed) == len(found)


INDEX = sqlite3.connect(":memory:")
INDEX.execute("CREATE VIRTUAL TABLE t USING fts5 (words, tokenize='unicode61 remove_diacritics 2')")
TYPED = st.lists(
    st.sampled_from([*'"“”*-():^+{}', "NEAR(", "AND", "OR", "NOT", " ", "words:", "\x00"])
    | st.text(max_size=5),
    max_size=12,
).map("".join)


@given(TYPED | st.text(st.characters()))
def test_whatever_is_typed_becomes_a_valid_query(typed: str) -> None:
    query = match_query(typed)
    assert INDEX.execute("SELECT count(*) FROM t WHERE t MATCH ?", [query]).fetchone() == (0,)


@given(st.text(st.characters(categories=("Ll", "Lu", "Nd"), max_codepoint=0x17F), min_size=1))
def test_a_word_finds_itself(word: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (words, tokenize='{TOKENIZER}')")
    connection.execute("INSERT INTO t VALUES (?)", [searched_form(f"before {word} after")])
    for typed in (word, f'"{word} after"', f"{word[:1]}* before", f"before -x{word}y"):
        found = connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", [match_query(typed)])
        assert found.fetchone() == (1,), typed
    connection.close()
