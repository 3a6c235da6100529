"""An export whole: what stands beside it, of which moment it is, and that none is half-made."""

import csv
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pandas
import pyarrow.parquet
import pytest
from conftest import run_tradepress
from exported import an_article, make_archive, reserving

import tradepress
from tradepress.archive.errors import ArchiveError
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import STORIES_AT_ONCE
from tradepress.research.export import export_stories as exporting
from tradepress.research.export.columns import COLUMNS
from tradepress.research.export.export_stories import EXPORT_FORMATS, FOLDERS, Format
from tradepress.research.export.parquet_file import ParquetMissing
from tradepress.research.export.withheld_text import reserved
from tradepress.story import Link, Mention

ALL = StoryQuery()
OF_TEXT = "Zanzibarbody"
"""In every text of the stories that are reserved, and nowhere else."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stories without a reservation, two with one, one of which no text is kept."""
    reserved = {
        "body": f"{OF_TEXT} is said here.\n\nAnd {OF_TEXT} again.",
        "description": f"{OF_TEXT} in short.",
        "corrections": (f"Not {OF_TEXT}.",),
        "image_caption": f"{OF_TEXT} at work",
        "related_links": (
            Link(kind="in_text", text=f"see {OF_TEXT}", url="https://x.example/", position=0),
            Link(kind="related", text=f"{OF_TEXT} is", url=None, position=1),
        ),
        "mentions": (Mention(field="body", start=0, end=12, kind="firm", value=OF_TEXT),),
    }
    path = tmp_path_factory.mktemp("exports") / "press.db"
    return make_archive(
        path,
        [
            an_article(
                1,
                date_published="2019-02-01",
                related_links=(
                    Link(
                        kind="related",
                        text=f"{OF_TEXT} is said here.",
                        url="https://gazette.example/news/lantern-3",
                        position=0,
                    ),
                ),
            ),
            an_article(2, date_published=None, headline="=SUM(1) and naïve 🏮"),
            an_article(3, **reserved, reservations=(reserving("noai"),)),
            an_article(4, **reserved, reservations=(reserving("ai-agents", "GPTBot"),)),
            an_article(
                5,
                body=None,
                description=None,
                policy="metadata-only",
                reservations=(reserving("tdm-reservation"),),
            ),
        ],
    )


def exported(archive: Path, target: Path, format: Format, **how: Any) -> Any:
    with tradepress.open(archive) as opened:
        return opened.export(ALL, path=target, format=format, **how)


def bytes_below(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_every_format_is_the_same_twice_and_has_its_companions(
    archive: Path, tmp_path: Path, format: Format
) -> None:
    found = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        report = exported(archive, folder / "press", format)
        assert (report.stories, report.with_text) == (5, 2)
        assert report.size > 100
        files = bytes_below(folder)
        about = next(file for file in files if file.endswith("about.json"))
        told = json.loads(files.pop(about))
        assert told["stories"] == 5
        assert told["without_text"] == {"ai-agents": 1, "noai": 1, "tdm-reservation": 1}
        assert told["by_source"] == {"gazette": 5}
        assert told["archive"] == "press.db"
        found.append(files)
    assert found[0] == found[1]
    dictionary = next(file for file in found[0] if file.endswith("dictionary.csv"))
    prefix = "press/" if format in FOLDERS else ""
    frame = pandas.read_csv(tmp_path / "a" / dictionary, keep_default_na=False)
    assert list(frame.columns) == ["file", "field", "type", "format", "meaning"]
    assert all(f"{prefix}{file}" in found[0] for file in frame["file"])


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_a_reserved_text_is_in_no_byte_of_an_export_unless_it_is_asked_for(
    archive: Path, tmp_path: Path, format: Format
) -> None:
    for texts in ("unreserved", "none"):
        exported(archive, tmp_path / texts, format, texts=texts)
        if format == "parquet":
            told = str(pyarrow.parquet.read_table(tmp_path / texts).to_pylist()).encode()
        else:
            told = b"".join(bytes_below(tmp_path).values())
        assert OF_TEXT.encode() not in told
    if format != "graph":  # which has no texts
        report = exported(archive, tmp_path / "full", format, texts="all")
        assert (report.with_text, dict(report.without_text)) == (4, {"not held": 1})


def test_a_link_to_a_reserved_text_is_worded_by_its_headline(archive: Path, tmp_path: Path) -> None:
    """Papers word it by the opening of that text, which may be no story of the export."""
    only_one = StoryQuery(since="2019")
    words = {}
    for texts in ("none", "unreserved", "all"):
        with tradepress.open(archive) as opened:
            path = tmp_path / f"{texts}.jsonl"
            opened.export(only_one, path=path, format="jsonl", texts=texts)  # type: ignore[arg-type]
        (link,) = json.loads(path.read_text().splitlines()[0])["related_links"]
        assert link["target"] == "gazette-3"
        words[texts] = link["text"]
    assert words == {
        "none": "Lantern mark 3 refused",
        "unreserved": "Lantern mark 3 refused",
        "all": f"{OF_TEXT} is said here.",
    }
    exported(archive, tmp_path / "links", "graph")
    assert "Lantern mark 3 refused" in (tmp_path / "links/edges.csv").read_text()


def test_headers_and_dictionary_name_the_same_fields(archive: Path, tmp_path: Path) -> None:
    exported(archive, tmp_path / "press.csv", "csv")
    with (tmp_path / "press.csv").open(encoding="utf-8-sig", newline="") as stream:
        header = next(csv.reader(stream))
    frame = pandas.read_csv(tmp_path / "press.csv.dictionary.csv")
    assert header == list(frame["field"]) == [column.name for column in COLUMNS]


def test_stories_stand_in_the_order_of_their_days(archive: Path, tmp_path: Path) -> None:
    exported(archive, tmp_path / "press.jsonl", "jsonl")
    lines = (tmp_path / "press.jsonl").read_text().splitlines()
    told = [json.loads(line)["ref"] for line in lines]
    assert told == ["gazette-3", "gazette-4", "gazette-5", "gazette-1", "gazette-2"]


def test_a_query_narrows_it(archive: Path, tmp_path: Path) -> None:
    with tradepress.open(archive) as opened:
        query = StoryQuery(words="naïve")
        report = opened.export(query, path=tmp_path / "press.csv", format="csv")
    assert report.stories == 1
    told = json.loads((tmp_path / "press.csv.about.json").read_text())
    assert told["query"] == {"words": "naïve"}


def test_an_empty_result_is_a_whole_file(archive: Path, tmp_path: Path) -> None:
    with tradepress.open(archive) as opened:
        for format in EXPORT_FORMATS:
            query = StoryQuery(words="nobodyhassaidthis")
            assert opened.export(query, path=tmp_path / format, format=format).stories == 0
    assert pandas.read_csv(tmp_path / "csv").empty
    assert pandas.read_parquet(tmp_path / "parquet").empty


@pytest.mark.parametrize("format", EXPORT_FORMATS)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_what_was_there(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: Format,
    error: BaseException,
) -> None:
    exported(archive, tmp_path / "press", format)
    before = bytes_below(tmp_path)

    def failing(stories: Any, **how: Any) -> Any:
        yield from list(exporting_rows(stories, **how))[:2]
        raise error

    exporting_rows = exporting.export_rows
    monkeypatch.setattr(exporting, "export_rows", failing)
    with tradepress.open(archive) as opened:
        with pytest.raises((ArchiveError, KeyboardInterrupt), match=r"no room left|^$"):
            opened.export(ALL, path=tmp_path / "press", format=format)
        assert not opened.db.conn.in_transaction
    assert bytes_below(tmp_path) == before


def test_it_is_of_one_moment(tmp_path: Path) -> None:
    """Stories are read some at a time; one that is changed meanwhile is as it was."""
    path = tmp_path / "press.db"
    make_archive(path, [an_article(number) for number in range(STORIES_AT_ONCE + 20)])

    def change(done: int, total: int) -> None:
        with sqlite3.connect(path) as db:
            db.execute("UPDATE version_rows SET headline = 'Changed'")

    target = tmp_path / "press.csv"
    with tradepress.open(path) as opened:
        exporting.export_stories(opened.db, ALL, target=target, format="csv", progress=change)
        assert "Changed" not in target.read_text()
        assert opened.story("gazette-1").headline == "Changed"


def test_a_folder_that_no_export_made_is_left_alone(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years")
    with pytest.raises(ArchiveError, match="no export made"):
        exported(archive, tmp_path, "txt")
    assert (tmp_path / "thesis.doc").read_text() == "years"
    (tmp_path / "empty").mkdir()
    exported(archive, tmp_path / "empty", "txt")
    assert (tmp_path / "empty" / "metadata.csv").exists()


@pytest.mark.parametrize("format", ["txt", "csv"])
def test_what_looks_like_a_part_of_ours_is_not_ours_to_delete(
    archive: Path, tmp_path: Path, format: Format
) -> None:
    for ending in (".part", ".former"):
        if format in FOLDERS:
            (tmp_path / f"press{ending}").mkdir()
            (tmp_path / f"press{ending}" / "thesis.doc").write_text("years")
        else:
            (tmp_path / f"press{ending}").write_text("years")
    before = bytes_below(tmp_path)
    for _ in range(2):
        exported(archive, tmp_path / "press", format)
    after = bytes_below(tmp_path)
    assert {name: after[name] for name in before} == before
    assert not [name for name in {*after} - {*before} if ".part" in name or ".former" in name]


def test_an_archive_that_holds_withdrawn_stories_again_is_not_exported(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "press.db", [an_article(1), an_article(2)])
    copy = path.read_bytes()
    command = ["withdraw", "gazette-1", "--reason", "asked", "--yes", "--archive", str(path)]
    assert run_tradepress(command) == 0
    exported(path, tmp_path / "before.csv", "csv")
    path.write_bytes(copy)
    with pytest.raises(ArchiveError, match="withdrawn"):
        exported(path, tmp_path / "after.csv", "csv")
    assert not (tmp_path / "after.csv").exists()
    with tradepress.open(path) as opened:
        for frame in (opened.to_pandas, opened.to_polars):
            with pytest.raises(ArchiveError, match="withdrawn"):
                frame("")


def test_frames_have_the_same_columns_and_their_types(archive: Path) -> None:
    names = [column.name for column in COLUMNS]
    with tradepress.open(archive) as opened:
        frame = opened.to_pandas(ALL)
        other = opened.to_polars(ALL, texts="all")
    assert list(frame.columns) == other.columns == names
    assert str(frame["word_count"].dtype) == "Int64"
    assert str(frame["is_truncated"].dtype) == "boolean"
    assert frame["published_day"].dt.year.max() == 2019
    assert frame["body"].notna().sum() == 2
    assert other["body"].is_not_null().sum() == 4
    assert other["authors"].to_list()[0] == ["Petra Holm"]


@pytest.mark.parametrize("missing", ["pyarrow", "pandas"])
def test_a_missing_package_is_told_with_how_to_have_it(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with tradepress.open(archive) as opened:
        with pytest.raises(ImportError, match="pip install"):
            opened.to_pandas(ALL)
        if missing == "pyarrow":
            with pytest.raises(ParquetMissing, match=r"tradepress\[parquet\]"):
                opened.export(ALL, path=tmp_path / "press.parquet", format="parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_former_version_is_judged_by_what_is_reserved_today(tmp_path: Path) -> None:
    """It was free when it was read; by now the publisher reserves the story."""
    path = tmp_path / "press.db"
    make_archive(path, [an_article(1)])
    make_archive(path, [an_article(1, headline="New", reservations=(reserving("noai"),))])
    with tradepress.open(path) as opened:
        former, current = opened.story("gazette-1@1"), opened.story("gazette-1")
    assert (former.reservations, current.reservations) == ((), (reserving("noai"),))
    assert reserved(former) == reserved(current) == "noai"
