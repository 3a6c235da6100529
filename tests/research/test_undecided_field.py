"""A field that somebody adds and nobody decides on: none of its words get out, by whatever way."""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, field, make_dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from exported import a_story, an_article, files_below, make_archive, reserving

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.asking.limits import connect_frugally
from tradepress.research.export.export_stories import EXPORT_FORMATS, Format, export_stories
from tradepress.research.export.withheld_text import Texts, without_texts
from tradepress.research.release.make_release import make_release
from tradepress.steps.apply_policy import apply_policy
from tradepress.story import Article, Reading, Reservation

SECRET = "zzfirstsentence"
NOAI = Reservation(term="noai", evidence="meta robots", value="noai")
READINGS = {"first_sentence": (Reading(value=SECRET, evidence="json-ld"),)}
COLUMN = {
    "NULL": "ADD COLUMN first_sentence TEXT",
    "NOT NULL": "ADD COLUMN first_sentence TEXT NOT NULL DEFAULT '[]'",
}


@pytest.fixture(params=COLUMN)
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A reserved story of two versions, and one that is not; with a column that is not decided."""
    stories = [
        an_article(1, evidence=READINGS),
        an_article(2, evidence=READINGS, reservations=(NOAI,)),
        an_article(2, evidence=READINGS, reservations=(NOAI,), headline="Changed"),
    ]
    path = make_archive(tmp_path / "press.db", stories)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for table in ("articles", "version_rows"):
            db.execute(f"ALTER TABLE {table} {COLUMN[request.param]}")
            db.execute(f"UPDATE {table} SET first_sentence = ?", [f"{SECRET} of {table}"])
    return path


def said_in(folder: Path) -> str:
    """All bytes, and what of Parquet is compressed."""
    files = files_below(folder)
    said = [data.decode("utf-8", "replace") for data in files.values()]
    for name in files:
        if name.endswith(".parquet"):
            said.append(str(pyarrow.parquet.read_table(folder / name).to_pylist()))
    return "\n".join(said)


@pytest.mark.parametrize("texts", ["none", "unreserved", "all"])
def test_not_in_a_release(archive: Path, tmp_path: Path, texts: Texts) -> None:
    query = StoryQuery()
    made = make_release(
        archive, tmp_path / "made", query, title="Gazette", creators=("A. Ray",), texts=texts
    )
    assert SECRET in said_in(archive.parent)
    assert SECRET not in said_in(made.folder)
    with closing(sqlite3.connect(made.folder / "archive.db")) as db:
        found = db.execute("SELECT DISTINCT first_sentence, evidence FROM version_rows").fetchall()
    assert {one for one, _ in found} <= {None, "[]"}
    assert {evidence for _, evidence in found} == {"{}"}


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_not_in_an_export(archive: Path, tmp_path: Path, format: Format) -> None:
    (tmp_path / "made").mkdir()
    with read_archive(archive) as db:
        target = tmp_path / "made" / "x"
        export_stories(db, StoryQuery(), target=target, format=format, texts="all")
    assert "Lantern mark 1 refused" in said_in(tmp_path / "made") or format == "vertical"
    assert SECRET not in said_in(tmp_path / "made")


def test_not_in_any_answer_to_the_public(archive: Path) -> None:
    """Whatever a page asks for: which pages there are, test_public.py goes through."""
    for is_public in (False, True):
        with closing(connect_frugally(archive, is_public=is_public)) as db:
            told = [
                db.execute(f"SELECT {what} FROM {table}").fetchall()
                for table in ("articles", "version_rows")
                for what in ("*", "first_sentence", "max(first_sentence)", "count(*), headline")
            ]
        assert (SECRET in str(told)) is not is_public
        assert "Lantern mark 1 refused" in str(told)


def added(kind: type, whole: Any) -> Any:
    """The same with a field more."""
    more = [("first_sentence", str, field(default=""))]
    values = {name: getattr(whole, name) for name in asdict(whole)}
    added_to = make_dataclass("Added", more, bases=(kind,), frozen=True, kw_only=True)
    return added_to(**values, first_sentence=SECRET)


@pytest.mark.parametrize("term", ["noarchive", "tdm-reservation"])
def test_not_kept_without_the_text(term: str) -> None:
    readings = {**READINGS, "headline": (Reading(value="Lantern", evidence="og:title"),)}
    story = added(Article, an_article(evidence=readings, reservations=(reserving(term),)))
    kept = apply_policy(story)
    assert kept.headline == story.headline
    assert "headline" in kept.evidence
    assert SECRET not in json.dumps(asdict(kept), default=str) + repr(kept)


def test_not_in_a_story_as_it_is_given_on_without_its_text() -> None:
    story = added(type(a_story()), a_story())
    assert SECRET in repr(story)
    given = without_texts(story)
    assert SECRET not in repr(given)
    assert (given.headline, given.ref) == (story.headline, story.ref)
