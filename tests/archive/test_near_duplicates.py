"""Near-duplicates: copies at other papers, press releases, updates; nothing else, and by index."""

import importlib.util
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from archive_rows import (
    PAPER,
    SISTER,
    Clock,
    Writer,
    clock,
    open_writer,
    rows,
    save,
    story,
    value,
    writer,
)
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.near_duplicates import bands
from tradepress.archive.near_duplicates import pairs as nd
from tradepress.archive.near_duplicates.fingerprint import (
    LEAST_WORDS,
    cut_shingles,
    measure_similarity,
    split_words,
    text_signature,
)

__all__ = ["clock", "writer"]

BENCH = ROOT / "bench" / "near_duplicates.py"
DOCS = ROOT / "docs" / "explanation" / "near-duplicates.md"
LEDGER = {
    **PAPER,
    "name": "ledger",
    "publisher": "The Brand Ledger",
    "home_url": "http://brandledger.example/",
}
SOURCES = {source["name"]: source for source in (PAPER, SISTER, LEDGER)}

PARAGRAPHS = [
    "Lantern maker Orrin Vale has lost its bid to register the curved handle of its best-known "
    "camping lantern as a trademark after the Board of Appeal found that buyers would see the "
    "shape as a mere grip and not as an indication of origin.",
    "In a decision issued on Friday the board favored the opponent, Tallow & Wick, which has sold "
    "lanterns with similar handles in Norway since 1994 and argued that a monopoly over the curve "
    "would shut smaller makers out of the market.",
    "“Handles are there to be held,” said Petra Holm, counsel for Tallow & Wick. “Nobody asks who "
    "made a lantern by looking at the part that their hand will cover in the dark.”",
    "Orrin Vale had relied on a survey in which four out of ten campers named the company when "
    "they were shown a black silhouette of the handle, but the board held that the question put "
    "to them had been leading and that the sample was too small to prove anything.",
    "The company has two months to bring the case before the court. A spokesman said that it would "
    "analyze the reasons first, and that its word mark and its flame logo were not affected.",
]
TEXT = "\n\n".join(PARAGRAPHS)
SISTER_TEXT = "\n\n".join(
    [
        PARAGRAPHS[0].replace("trademark", "trade mark").replace("bid to", "attempt to"),
        PARAGRAPHS[1].replace("favored", "favoured").replace("on Friday", "last week"),
        *PARAGRAPHS[2:4],
        PARAGRAPHS[4].replace("analyze", "analyse").replace("two months", "until October"),
        "This was first published in The Signet Gazette.",
    ]
)
SAME_CASE = (
    "A dispute over the handle of a lamp has shown once more how hard it is to protect the look of "
    "everyday objects, lawyers told a conference in Bergen. They pointed to the case of Orrin "
    "Vale, whose application was refused by the Board of Appeal a month ago.\n\n"
    "“Handles are there to be held,” said Petra Holm, counsel for Tallow & Wick. “Nobody asks who "
    "made a lantern by looking at the part that their hand will cover in the dark.”\n\n"
    "Others on the panel were less sure. Professor Ilse Brandt recalled that bottles, shoes and "
    "even a chocolate rabbit had once been thought beyond protection, and she expected Orrin Vale "
    "to do better with a survey that is put to a thousand people by an institute of good name. "
    "Whether the firm will try again is not known; its deadline runs out in October, and Tallow & "
    "Wick has said that it will oppose any further filing with all the means it has."
)
RIVAL_REPORT = (
    "The curved handle of a camping lantern is no trademark, the Board of Appeal has ruled, in a "
    "setback for Orrin Vale that its rivals were quick to welcome.\n\n"
    "The Norwegian firm filed the shape five years ago and met with opposition from Tallow & Wick, "
    "whose own lanterns have been sold in Norway since 1994. In its decision of Friday the board "
    "said that buyers would see the shape as a mere grip and not as an indication of origin; it "
    "thought little of a survey that Orrin Vale had put to campers, finding its question "
    "leading and the sample small.\n\n"
    "“Handles are there to be held,” said Petra Holm, counsel for Tallow & Wick, in a statement. "
    "Her client now plans to extend its range, which had been on hold.\n\n"
    "Orrin Vale may still go to court and has until October to make up its mind. Neither the name "
    "nor the flame on its boxes was part of the dispute."
)
RELEASE = [
    "Fennel & Broom, the trademark firm, today announced the opening of its office in Bergen, the "
    "eleventh outside its home market and the first in Scandinavia. The team of nine attorneys "
    "will be led by Ida Marlow, who joins from Quill Partners after two decades in practice.",
    "“Our clients ship from the fjords to every harbor in the world, and they want advice where "
    "they are,” said Ida Marlow. “Bergen gives us a front row seat in fishing, furniture and "
    "outdoor goods, three fields in which brands are copied faster than they can be launched.”",
    "The office will offer filings, oppositions and customs watches in all Nordic countries, and a "
    "free clinic for start-ups on the first Monday of each month. It has already taken on the "
    "portfolios of four makers of camping goods.",
    "About Fennel & Broom: founded in 1931, the firm looks after more than 40,000 marks in ninety "
    "countries and employs two hundred attorneys and engineers. It was named firm of the year by "
    "the readers of the Brand Ledger three times in a row.",
]
OTHER_TEXT = (
    "The registry of Nepal will accept applications for sounds and scents from the first of May, "
    "its director announced, and hopes to cut the time of an examination from fifteen months to "
    "six by hiring twenty graduates. Owners should send a recording with their form, or a formula "
    "and a sample in a sealed tin, and fees are to stay as they are for a trial period of three "
    "years. Local agents welcomed the plan but doubt that tins will survive the summer."
)

Add = Callable[..., int]


@pytest.fixture
def add(writer: Writer) -> Add:
    """Save a story of a paper under a number; the article's id."""
    for source in (SISTER, LEDGER):
        writer.save_source(source)

    def add(number: int, source: str, body: str | None, **changes: Any) -> int:
        links = changes.pop("links", [])
        url = f"{SOURCES[source]['home_url']}trademark/lantern-handle-{number}"
        fields = {"source": source, "url": url, "headline": f"Lantern {number}", "body": body}
        saved = save(writer, story(number, **{**fields, **changes}), links=links)
        return int(value(writer, "SELECT id FROM articles WHERE ref = ?", saved.ref))

    return add


def pairs(writer: Writer) -> dict[tuple[int, int], str]:
    found = rows(writer, "SELECT article_id, other_id, kind FROM near_duplicates")
    return {(row["article_id"], row["other_id"]): row["kind"] for row in found}


def groups(writer: Writer) -> dict[int, int | None]:
    found = rows(writer, "SELECT id, duplicate_group FROM articles")
    return {row["id"]: row["duplicate_group"] for row in found}


def bands_of(writer: Writer, article_id: int) -> set[int]:
    """Those in the file, or those that wait; one of both has all."""
    found = [
        {
            row["band"]
            for row in rows(writer, f"SELECT * FROM {table} WHERE article_id = {article_id}")
        }
        for table in ("fingerprint_bands", "temp.waiting_bands")
    ]
    assert set() in found
    return set.union(*found)


# What is a near-duplicate


def test_sister_papers_with_small_edits_are_a_cross_post(writer: Writer, add: Add) -> None:
    first, sister = add(1, "signet", TEXT), add(2, "makers", SISTER_TEXT)
    assert pairs(writer) == {(first, sister): "cross-post"}
    assert groups(writer) == {first: first, sister: first}
    (other,) = nd.near_duplicates_of(writer.db, first)
    assert asdict(other) == {
        "ref": "makers-2",
        "source": "makers",
        "publisher": "Marks & Makers",
        "headline": "Lantern 2",
        "published_day": "2017-08-04",
        "url": "http://marksandmakers.example/trademark/lantern-handle-2",
        "similarity": pytest.approx(0.9, abs=0.05),
        "kind": "cross-post",
    }
    assert [one.ref for one in nd.near_duplicates_of(writer.db, sister)] == ["signet-1"]


def test_a_release_reprinted_by_three_papers_is_a_press_release(writer: Writer, add: Add) -> None:
    add(1, "signet", "\n\n".join(RELEASE), headline="Fennel & Broom opens in Bergen")
    british = "\n\n".join(RELEASE[:3]).replace("harbor", "harbour").replace("today", "on Monday")
    add(2, "makers", british, headline="Firm moves north")
    assert set(pairs(writer).values()) == {"cross-post"}
    opening = "Bergen is to have one more trademark firm, and start-ups will have free advice."
    own = "\n\n".join([opening, RELEASE[0].replace(", the trademark firm,", ""), *RELEASE[1:]])
    add(3, "ledger", own, headline="Marlow to lead new Bergen office")
    assert pairs(writer) == dict.fromkeys([(1, 2), (1, 3), (2, 3)], "press release")
    assert groups(writer) == {1: 1, 2: 1, 3: 1}


@pytest.mark.parametrize(
    "body",
    [
        f"BERGEN, Norway, Aug. 4, 2017 /PRNewswire/ -- {TEXT}",
        f"PRESS RELEASE: {TEXT}",
        f"{TEXT}\n\nView source version on businesswire.com",
    ],
)
def test_a_text_that_says_so_is_a_press_release_at_two_papers(
    writer: Writer, add: Add, body: str
) -> None:
    add(1, "signet", TEXT)
    add(2, "makers", body)
    assert pairs(writer) == {(1, 2): "press release"}


def test_a_text_that_only_mentions_a_press_release_is_none(writer: Writer, add: Add) -> None:
    body = TEXT.replace("A spokesman said", "It said in a press release")
    add(1, "signet", body)
    add(2, "makers", body)
    assert pairs(writer) == {(1, 2): "cross-post"}


def test_three_sisters_that_say_where_it_came_from_cross_post(writer: Writer, add: Add) -> None:
    link = {"kind": "first_published_on", "text": "The Signet Gazette", "url": None, "position": 0}
    add(1, "signet", TEXT)
    add(2, "makers", SISTER_TEXT, links=[link])
    add(3, "ledger", SISTER_TEXT)
    assert set(pairs(writer).values()) == {"cross-post"}


@pytest.mark.parametrize("other", [RIVAL_REPORT, SAME_CASE])
def test_two_stories_about_one_case_are_none(writer: Writer, add: Add, other: str) -> None:
    """A rival's report of the same day, or a later piece with the same quotation."""
    add(1, "signet", TEXT)
    add(2, "makers", other)
    add(3, "signet", other.replace("Bergen", "Oslo"), headline="On handles")
    assert pairs(writer) == {(2, 3): "cross-post"}
    assert groups(writer) == {1: None, 2: 2, 3: 2}


def test_the_papers_own_second_take_is_an_update_and_no_group(writer: Writer, add: Add) -> None:
    add(1, "signet", TEXT)
    add(2, "signet", f"The case is going to court, the company said on Monday.\n\n{TEXT}")
    assert pairs(writer) == {(1, 2): "update"}
    assert groups(writer) == {1: None, 2: None}


def test_texts_at_two_papers_join_with_the_updates_of_each(writer: Writer, add: Add) -> None:
    add(1, "signet", TEXT)
    add(2, "signet", f"The case is going to court, the company said on Monday.\n\n{TEXT}")
    add(3, "makers", TEXT)
    assert pairs(writer) == {(1, 2): "update", (1, 3): "cross-post", (2, 3): "cross-post"}
    assert groups(writer) == {1: 1, 2: 1, 3: 1}


@pytest.mark.parametrize(
    ("body", "is_truncated"),
    [(None, None), (TEXT, True), (" ".join(split_words(TEXT)[:29]), False), ("", None)],
)
def test_no_text_teaser_or_short_text_has_no_fingerprint(
    writer: Writer, add: Add, body: str | None, is_truncated: bool | None
) -> None:
    add(1, "signet", TEXT)
    add(2, "makers", body, is_truncated=is_truncated)
    assert pairs(writer) == {}
    assert value(writer, "SELECT group_concat(article_id) FROM fingerprints") == "1"
    assert bands_of(writer, 2) == set()


@pytest.mark.parametrize(
    ("words", "found"), [("a b " * 40, 0), ("lantern " * 60, 1), ("\u706f\u7c60" * 30, 1)]
)
def test_odd_texts_are_taken(writer: Writer, add: Add, words: str, found: int) -> None:
    add(1, "signet", words)
    add(2, "makers", words)
    assert len(pairs(writer)) == found


# Changes


def test_a_changed_text_leaves_its_pair(writer: Writer, add: Add) -> None:
    add(1, "signet", TEXT)
    add(2, "makers", SISTER_TEXT)
    before = value(writer, "SELECT signature FROM fingerprints WHERE article_id = 2")
    assert add(2, "makers", OTHER_TEXT) == 2
    assert pairs(writer) == {}
    assert groups(writer) == {1: None, 2: None}
    assert value(writer, "SELECT signature FROM fingerprints WHERE article_id = 2") != before
    add(1, "signet", f"{OTHER_TEXT} They say so often.")
    assert pairs(writer) == {(1, 2): "cross-post"}


@pytest.mark.parametrize("most_waiting", [0, 9])
def test_only_the_bands_that_change_are_written(
    writer: Writer, add: Add, monkeypatch: pytest.MonkeyPatch, most_waiting: int
) -> None:
    monkeypatch.setattr(bands, "MOST_WAITING", most_waiting)
    add(1, "signet", TEXT)
    add(2, "signet", OTHER_TEXT)
    assert bool(value(writer, "SELECT count(*) FROM fingerprint_bands")) == (not most_waiting)
    connection = writer.db.conn
    written = connection.total_changes
    nd.index_article(writer.transaction, 1, "signet", TEXT, text_signature(TEXT, is_teaser=False))
    assert connection.total_changes == written
    kept = bands_of(writer, 1)
    add(1, "signet", TEXT.replace("two months", "until October"))
    assert len(bands_of(writer, 1)) == len(kept)
    assert len(bands_of(writer, 1) & kept) > len(kept) / 2
    assert bands_of(writer, 1) != kept
    nd.forget_article(writer.transaction, 1)
    assert bands_of(writer, 1) == set()


def test_a_pair_that_stays_keeps_the_day_it_was_found(
    writer: Writer, add: Add, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradepress.archive.near_duplicates.pairs.utc_now", lambda: clock.now)
    add(1, "signet", TEXT)
    add(2, "makers", SISTER_TEXT)
    first = rows(writer, "SELECT * FROM near_duplicates")
    clock.now = "2027-01-01T00:00:00Z"
    add(2, "makers", TEXT)
    (pair,) = rows(writer, "SELECT * FROM near_duplicates")
    assert pair == {**first[0], "similarity": 1.0}


def overlapping(writer: Writer, add: Add) -> None:
    """The second is like the first and the third, which are not like each other."""
    parts = [*PARAGRAPHS, OTHER_TEXT]
    add(1, "signet", "\n\n".join(parts[0:4]))
    add(2, "makers", "\n\n".join(parts[1:5]))
    add(3, "ledger", "\n\n".join([parts[2], *parts[4:]]) + " " + parts[1])
    assert groups(writer) == {1: 1, 2: 1, 3: 1}
    assert pairs(writer) == {(1, 2): "press release", (2, 3): "press release"}


def test_a_group_breaks_where_its_link_changes(writer: Writer, add: Add) -> None:
    overlapping(writer, add)
    add(2, "makers", "\n\n".join(PARAGRAPHS[0:4]))
    assert pairs(writer) == {(1, 2): "cross-post"}
    assert groups(writer) == {1: 1, 2: 1, 3: None}


def test_a_group_goes_on_without_a_forgotten_article(writer: Writer, add: Add) -> None:
    for number, source in enumerate(SOURCES, 1):
        add(number, source, TEXT)
    nd.forget_article(writer.transaction, 1)
    assert pairs(writer) == {(2, 3): "cross-post"}
    assert groups(writer) == {1: None, 2: 2, 3: 2}
    for table in ("fingerprints", "fingerprints_waiting", "temp.waiting_bands"):
        assert value(writer, f"SELECT count(*) FROM {table} WHERE article_id = 1") == 0
    nd.forget_article(writer.transaction, 1)
    assert pairs(writer) == {(2, 3): "cross-post"}


def test_a_new_member_can_join_two_groups(writer: Writer, add: Add) -> None:
    parts = [*PARAGRAPHS, OTHER_TEXT]
    add(1, "signet", "\n\n".join(parts[0:4]))
    add(3, "ledger", "\n\n".join([parts[2], *parts[4:]]) + " " + parts[1])
    assert groups(writer) == {1: None, 2: None}
    add(2, "makers", "\n\n".join(parts[1:5]))
    assert groups(writer) == {1: 1, 2: 1, 3: 1}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.sets(st.integers(0, 4), min_size=1)),
        min_size=1,
        max_size=12,
    )
)
def test_pairs_and_groups_are_those_of_the_current_texts(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, set[int]]]
) -> None:
    """After any order of changes they are what the texts say that stand there in the end."""
    names = list(SOURCES)
    with open_writer(tmp_path_factory.mktemp("changes") / "a.db", command="tests") as writer:
        for source in SOURCES.values():
            writer.save_source(source)
        writer.start_run("tests", names, "0")
        for number, chosen in changes:
            source = names[number % 3]
            url = f"{SOURCES[source]['home_url']}trademark/lantern-{number}"
            body = "\n\n".join(PARAGRAPHS[index] for index in sorted(chosen))
            save(writer, story(number, source=source, url=url, body=body))
        articles = rows(writer, "SELECT * FROM articles ORDER BY id")
        found = pairs(writer)
    expected: dict[tuple[int, int], bool] = {}
    members: dict[int, set[int]] = {row["id"]: {row["id"]} for row in articles}
    for one, other in itertools.combinations(articles, 2):
        words = [split_words(row["body"]) for row in (one, other)]
        similarity = measure_similarity(*map(cut_shingles, words))
        if min(map(len, words)) < LEAST_WORDS or similarity < nd.LEAST_SIMILARITY:
            continue
        expected[one["id"], other["id"]] = one["source"] == other["source"]
        if one["source"] != other["source"]:
            joined = members[one["id"]] | members[other["id"]]
            members |= dict.fromkeys(joined, joined)
    assert {pair: kind == "update" for pair, kind in found.items()} == expected
    for row in articles:
        group = members[row["id"]]
        assert row["duplicate_group"] == (min(group) if len(group) > 1 else None)


# Not the whole archive


def test_every_statement_goes_by_an_index(writer: Writer, add: Add) -> None:
    for number, source in enumerate(SOURCES, 1):
        add(number, source, TEXT)
    statements: list[str] = []
    writer.db.conn.set_trace_callback(statements.append)
    nd.index_article(writer.transaction, 2, "makers", TEXT, text_signature(TEXT, is_teaser=False))
    nd.near_duplicates_of(writer.db, "signet-1")
    nd.forget_article(writer.transaction, 2)
    writer.db.conn.set_trace_callback(None)
    assert len(statements) > 40
    steps = {
        step["detail"]
        for statement in statements
        if not statement.startswith("--")
        for step in rows(writer, f"EXPLAIN QUERY PLAN {statement}")
    }
    assert any("fingerprint_bands USING PRIMARY KEY" in step for step in steps)
    scans = {
        step.partition(" VIRTUAL TABLE")[0]
        for step in steps
        if step.startswith("SCAN") and not step.startswith("SCAN (subquery")
    }
    # These, and subqueries, are lists of ids and of pairs found; and one table's name.
    assert scans <= {"SCAN json_each", "SCAN CONSTANT ROW", "SCAN sqlite_temp_schema"}


def test_boilerplate_gets_no_pairs_without_end(
    writer: Writer, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def measure(*texts: Any) -> float:
        compared.append(1)
        return 1.0

    monkeypatch.setattr(nd, "measure_similarity", measure)
    monkeypatch.setattr(nd, "MOST_COMPARED", 6)
    monkeypatch.setattr(nd, "MOST_COPIES", 3)
    for number in range(1, 31):
        compared.clear()
        add(number, list(SOURCES)[number % 3], TEXT)
        assert len(compared) <= 6
    found = pairs(writer)
    assert max(other for _, other in found) < 10
    add(1, "makers", OTHER_TEXT)
    assert groups(writer)[30] is None


def test_a_common_band_is_read_to_its_limit(
    writer: Writer, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(1, "signet", TEXT)
    band = min(bands_of(writer, 1))
    monkeypatch.setattr(bands, "MOST_PER_BAND", 2)
    for number in range(2, 8):
        add(number, "signet", OTHER_TEXT.replace("Nepal", f"Nepal {number}"))
        writer.db.execute("INSERT INTO fingerprint_bands VALUES (?, ?)", [band, number])
    add(9, "makers", TEXT)
    assert (1, value(writer, "SELECT max(id) FROM articles")) in pairs(writer)


# The writer and what was there before


def test_a_writer_can_do_without(tmp_path: Path) -> None:
    with open_writer(tmp_path / "a.db", command="tests", near_duplicates=False) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(1, body=TEXT))
        assert value(writer, "SELECT count(*) FROM fingerprints") == 0


def test_show_says_where_else_a_story_stands(
    writer: Writer, add: Add, here: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    add(1, "signet", TEXT)
    add(2, "makers", SISTER_TEXT)
    add(3, "ledger", OTHER_TEXT)
    writer.commit()
    shown = here("show", "signet-1").stdout
    line = "also at: Marks & Makers, makers-2, 2017-08-04 (cross-post, 0."
    assert shown.splitlines()[-1].startswith(line)
    (other,) = json.loads(here("show", "signet-1", "--json").stdout)["near_duplicates"]
    assert other["ref"] == "makers-2"
    assert "also at" not in here("show", "ledger-3").stdout


def test_near_duplicates_by_every_name_of_an_article(writer: Writer, add: Add) -> None:
    add(1, "signet", TEXT)
    add(2, "makers", SISTER_TEXT)
    writer.db.execute("INSERT INTO aliases VALUES ('signet-0', 1, 1, 1, '2026-11-24T09:00:00Z')")
    for name in (1, "signet-1", "signet-1@1", "signet-0"):
        assert [one.ref for one in nd.near_duplicates_of(writer.db, name)] == ["makers-2"]
    with pytest.raises(NoSuchArticle):
        nd.near_duplicates_of(writer.db, "signet-7")


# The figures of docs/explanation/near-duplicates.md


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_near_duplicates", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_recall_and_precision_on_edited_copies(bench: ModuleType, tmp_path: Path) -> None:
    quality = bench.measure_quality(tmp_path, stories=450)
    assert sum(copy.similarity >= bench.SIMILAR for copy in quality.copies) >= 80
    assert quality.of_one_case == 150
    assert quality.recall() >= 0.96
    assert quality.recall("measured") >= 0.99
    assert quality.precision >= 0.98


@pytest.mark.slow
def test_the_bench_of_speed_runs(
    bench: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.measure_speed(tmp_path, [500, 1000], looks=5)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| 500"] * 5 + ["| 1,000"] * 5


def test_the_query_in_the_docs_runs(writer: Writer, add: Add) -> None:
    (query,) = re.findall(r"```sql\n(.*?)```", DOCS.read_text(), re.DOTALL)
    add(1, "signet", TEXT)
    add(2, "makers", TEXT)
    add(3, "makers", TEXT)
    assert rows(writer, query) == [
        {"ref": "signet-1", "copy": "makers-2", "kind": "cross-post", "similarity": 1.0},
        {"ref": "signet-1", "copy": "makers-3", "kind": "cross-post", "similarity": 1.0},
    ]
