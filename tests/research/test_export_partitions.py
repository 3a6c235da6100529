"""Parquet in Hive's folders: the same stories as the one file, read back by programs not ours."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask.dataframe
import duckdb
import pandas
import polars
import preloaded
import pyarrow
import pyarrow.dataset
import pyarrow.parquet
import pytest
from conftest import ROOT, Tradepress
from exported import a_story, an_article, files_below, reserving

import tradepress
from tradepress.archive.errors import ArchiveError
from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.export import export_stories as exporting
from tradepress.research.export import parquet_file
from tradepress.research.export.columns import COLUMNS
from tradepress.research.export.parquet_file import PARTITIONS, UNDATED, Partition
from tradepress.story import StoredArticle

DAYS = ("2016-05-01", "2016-02-01", "2017-01-01", None, "2015-12-31", "2016-13-45")
"""The last is none, as a page may print it."""
ODD = "a/b é=x"
"""No declared source is called so, but an archive may be anybody's."""
FOLDERS = {
    "source": pyarrow.schema([("source", pyarrow.string())]),
    "year": pyarrow.schema([("year", pyarrow.int32())]),
    "source,year": pyarrow.schema([("source", pyarrow.string()), ("year", pyarrow.int32())]),
    "year,source": pyarrow.schema([("year", pyarrow.int32()), ("source", pyarrow.string())]),
}


def at(source: str, number: int, **changes: Any) -> StoredArticle:
    url = f"https://{'gazette' if source == 'gazette' else 'odd'}.example/news/{number}"
    return an_article(number, source=source, url=url, **changes)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources, three years, undated stories and one that is reserved."""
    path = tmp_path_factory.mktemp("partitions") / "press.db"
    sources = [
        SourceRow(
            name=name,
            publisher=name.title(),
            home_url=f"https://{host}.example/",
            language="en",
            timezone="Europe/London",
        )
        for name, host in (("gazette", "gazette"), (ODD, "odd"))
    ]
    with (
        open_archive(path, near_duplicates=False) as opened,
        opened.run(RunKind.INGEST, sources=sources) as run,
    ):
        for source in ("gazette", ODD):
            for number, day in enumerate(DAYS):
                reserved = (reserving("noai"),) if number == 1 else ()
                run.stories.save(
                    at(source, number, date_published=day, reservations=reserved),
                    extractor="tests 1",
                )
    return path


def exported(archive: Path, target: Path, partition: Partition | None, **how: Any) -> Any:
    with tradepress.open(archive) as opened:
        return opened.export(path=target, format="parquet", partition=partition, **how)


def parts_of(folder: Path) -> list[str]:
    return [name for name in files_below(folder) if name.endswith(".parquet")]


def by_ref(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row["ref"]))


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The rows of the one file, in their order."""
    file = tmp_path_factory.mktemp("whole") / "press.parquet"
    exported(archive, file, None)
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(file).to_pylist()
    return rows


@pytest.fixture(scope="module")
def press(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parted") / "press"
    exported(archive, folder, "source,year")
    return folder


@pytest.mark.parametrize("partition", [*PARTITIONS])
def test_the_parts_together_are_the_one_file(
    archive: Path, whole: list[dict[str, Any]], tmp_path: Path, partition: Partition
) -> None:
    report = exported(archive, tmp_path / "press", partition)
    assert (report.stories, report.with_text) == (len(whole), len(whole) - 2)
    hive = pyarrow.dataset.partitioning(FOLDERS[partition], flavor="hive")
    rows = pyarrow.dataset.dataset(tmp_path / "press", partitioning=hive).to_table().to_pylist()
    for row in rows:
        day = row["published_day"]
        assert row.pop("year", day and day.year) == (day and day.year)
    assert by_ref(rows) == by_ref(whole)
    assert all(name.endswith("/part-00000.parquet") for name in parts_of(tmp_path / "press"))


def test_each_file_has_its_stories_alone_in_the_order_of_the_one_file(
    press: Path, whole: list[dict[str, Any]]
) -> None:
    names = [column.name for column in COLUMNS if column.name != "source"]
    found = parts_of(press)
    assert found[0] == "source=a%2Fb%20%C3%A9%3Dx/year=2015/part-00000.parquet"
    assert len(found) == 2 * 4
    schema = pyarrow.parquet.read_schema(press / found[0])
    assert schema.names == names
    assert schema.field("ref").metadata[b"meaning"].startswith(b"Stable public name")
    for name in found:
        table = pyarrow.parquet.ParquetFile(press / name).read()
        assert table.schema.equals(schema, check_metadata=True)
        refs = table["ref"].to_pylist()
        assert refs == [row["ref"] for row in whole if row["ref"] in refs]
        folder = re.match(r"source=.*/year=(.*)/", name)
        assert folder is not None
        years = {day and str(day.year) for day in table["published_day"].to_pylist()}
        assert years == {None if folder[1] == UNDATED else folder[1]}


def test_the_same_archive_gives_the_same_bytes(archive: Path, press: Path, tmp_path: Path) -> None:
    exported(archive, tmp_path / "again", "source,year")
    first, second = files_below(press), files_below(tmp_path / "again")
    for files in (first, second):
        assert json.loads(files.pop("_about.json"))["stories"] == 2 * len(DAYS)
    assert first == second


def test_beside_the_parts_stands_what_they_mean_and_how_they_came_about(press: Path) -> None:
    told = json.loads((press / "_about.json").read_text())
    assert told["partition"] == ["source", "year"]
    assert told["order"] == "source, year, published_day, undated last, then ref"
    assert told["by_source"] == {"gazette": len(DAYS), ODD: len(DAYS)}
    assert told["without_text"] == {"noai": 2}
    frame = pandas.read_csv(press / "_dictionary.csv")
    assert {*frame["file"]} == {"source=*/year=*/part-*.parquet"}
    names = [column.name for column in COLUMNS if column.name != "source"]
    assert list(frame["field"]) == [*names, "source", "year"]
    assert parts_of(press) == sorted(
        str(file.relative_to(press)) for file in press.glob(frame["file"][0])
    )


def test_a_reserved_text_is_in_no_part_unless_it_is_asked_for(
    archive: Path, press: Path, tmp_path: Path
) -> None:
    held = pandas.read_parquet(
        press, partitioning=pyarrow.dataset.partitioning(FOLDERS["source,year"], flavor="hive")
    )
    assert held["body"].isna().sum() == (held["why_no_text"] == "noai").sum() == 2
    report = exported(archive, tmp_path / "full", "year", texts="all")
    assert report.without_text.total() == 0


# What is written of them in docs/researcher/large-archives.md.


def test_duckdb_and_polars_read_undated_as_null(press: Path) -> None:
    every = f"{press}/**/*.parquet"
    sql = f"SELECT source, year, count(*) FROM '{every}' GROUP BY ALL ORDER BY ALL NULLS LAST"
    expected = [
        (source, *counted)
        for source in (ODD, "gazette")
        for counted in ((2015, 1), (2016, 2), (2017, 1), (None, 2))
    ]
    assert duckdb.sql(sql).fetchall() == expected
    later = duckdb.sql(f"SELECT count(*) FROM '{every}' WHERE year >= 2016").fetchall()
    assert later == [(6,)]
    frame = polars.scan_parquet(every, hive_partitioning=True).group_by("year").len().collect()
    assert dict(frame.iter_rows()) == {2015: 2, 2016: 4, 2017: 2, None: 4}


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # Dask's own, with pandas 3.1
def test_pandas_and_dask_do_so_once_they_know_the_types(press: Path) -> None:
    types = FOLDERS["source,year"]
    hive = pyarrow.dataset.partitioning(types, flavor="hive")
    frame = pandas.read_parquet(press, partitioning=hive)
    assert frame["year"].isna().sum() == 4
    lazy = dask.dataframe.read_parquet(
        str(press), dataset={"partitioning": {"flavor": "hive", "schema": types}}
    )
    counted = lazy.groupby("year", dropna=False).size().compute()
    assert {None if pandas.isna(year) else year: n for year, n in counted.items()} == {
        2015: 2,
        2016: 4,
        2017: 2,
        None: 4,
    }


def test_a_large_partition_goes_on_in_another_file(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "STORIES_A_GROUP", 2)
    monkeypatch.setattr(parquet_file, "FILE_SIZE", 1)
    exported(archive, tmp_path / "press", "source")
    names = [f"source=gazette/part-0000{number}.parquet" for number in range(3)]
    assert parts_of(tmp_path / "press")[3:] == names
    rows = [pyarrow.parquet.ParquetFile(tmp_path / "press" / name).read() for name in names]
    assert [len(table) for table in rows] == [2, 2, 2]


def test_what_comes_to_a_partition_again_has_a_file_of_its_own(
    archive: Path, tmp_path: Path
) -> None:
    """As a former version, which may be of another year than the story is by now."""
    with tradepress.open(archive) as opened:
        stories = list(opened.stories("mark"))
    rows = list(exporting.export_rows(stories, texts="all"))
    parquet_file.write_partitions([*rows[::2], *rows[1::2]], tmp_path, "year")
    assert len(parts_of(tmp_path)) > 4
    table = pyarrow.dataset.dataset(tmp_path, partitioning="hive").to_table(columns=["ref"])
    assert sorted(table["ref"].to_pylist()) == sorted(one.ref for one in stories)


def test_one_file_is_open_at_a_time_whatever_the_number_of_partitions(tmp_path: Path) -> None:
    most = 0

    def rows() -> Iterator[Any]:
        nonlocal most
        for number in range(30):
            yield from exporting.export_rows([a_story(source=f"s{number:02}")], texts="all")
            opened = [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]
            most = max(most, sum(str(tmp_path) in one for one in opened))

    parquet_file.write_partitions(rows(), tmp_path, "source,year")
    assert len(parts_of(tmp_path)) == 30
    assert most <= 1


def test_where_nothing_is_found_no_part_is_made(archive: Path, tmp_path: Path) -> None:
    with tradepress.open(archive) as opened:
        report = opened.export(
            "nobodyhassaidthis", path=tmp_path / "press", format="parquet", partition="year"
        )
    assert report.stories == 0
    assert [*files_below(tmp_path / "press")] == ["_about.json", "_dictionary.csv"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_what_was_there(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    exported(archive, tmp_path / "press", "source,year")
    before = files_below(tmp_path)
    real = exporting.export_rows

    def failing(stories: Any, **how: Any) -> Any:
        yield from list(real(stories, **how))[:5]
        raise error

    monkeypatch.setattr(exporting, "export_rows", failing)
    with pytest.raises((ArchiveError, KeyboardInterrupt), match=r"no room left|^$"):
        exported(archive, tmp_path / "press", "source,year")
    assert files_below(tmp_path) == before


KILLED = """
import os, signal, sys
import tradepress
from tradepress.research.export import export_stories as exporting

def rows(stories, **how):
    for number, row in enumerate(real(stories, **how)):
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        yield row

real, exporting.export_rows = exporting.export_rows, rows
with tradepress.open(sys.argv[1]) as archive:
    archive.export(path=sys.argv[2], format="parquet", partition="source,year")
"""


@pytest.mark.slow  # a process that loads all of it anew
def test_killed_in_the_middle_nothing_is_under_its_name(archive: Path, tmp_path: Path) -> None:
    command = ["-c", KILLED, archive, tmp_path / "press"]
    done = preloaded.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert re.fullmatch(r"press\.[0-9a-f]{8}\.part", left.name)
    assert parts_of(left)
    exported(archive, tmp_path / "press", "source,year")
    assert len(parts_of(tmp_path / "press")) == 2 * 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--partition", "month"], "'month' is not one of 'source', 'year', 'source,year', 'year"),
        (["--partition", "year,year"], "'year,year' is not one of"),
        (["--partition", "year", "--format", "csv"], "csv has no partitions: ask for parquet"),
        (["--partition", "year", "--format", "csv", "-o", "-"], "csv has no partitions"),
        (["--partition", "year", "-o", "-"], "can't be written to standard output"),
        (["--partition", "year", "-o", "full"], "there already"),
        (["--partition", "year", "-o", "full/thesis.doc"], "is a file"),
    ],
)
def test_wrong_words_are_refused(
    here: Tradepress, archive: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine")
    given = ["--format", "parquet"] if "--format" not in words else []
    given += ["-o", "press"] if "-o" not in words else []
    done = here("export", "--archive", str(archive), *given, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert [*files_below(tmp_path)] == ["full/thesis.doc"]


def test_the_command_makes_it_and_replaces_its_own_alone(
    here: Tradepress, archive: Path, tmp_path: Path
) -> None:
    made = ["export", "--archive", str(archive), "--format", "parquet", "--partition", "year"]
    for _ in range(2):
        done = here(*made, "-o", "press", "--force")
        assert done.stdout.startswith("press: 12 stories, 10 with text, "), done.stderr
        assert "2 stories whose publisher asks that AI not use it" in done.stderr
    assert len(parts_of(tmp_path / "press")) == 4
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine")
    done = here(*made, "-o", "full", "--force")
    assert done.returncode == 3
    assert "no export made" in done.stderr


def test_the_library_refuses_what_is_no_partition(archive: Path, tmp_path: Path) -> None:
    with tradepress.open(archive) as opened:
        for format, partition, words in (
            ("parquet", "month", r"no partition 'month': give one of source; year; source,year"),
            ("csv", "year", "csv has no partitions"),
        ):
            with pytest.raises(ValueError, match=words):
                exporting.export_stories(
                    opened.db,
                    StoryQuery(),
                    target=tmp_path / "press",
                    format=format,  # type: ignore[arg-type]
                    partition=partition,  # type: ignore[arg-type]
                )
    assert list(tmp_path.iterdir()) == []
