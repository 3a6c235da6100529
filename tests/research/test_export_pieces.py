"""An export in pieces: whatever they are, what is put together is the one export."""

from pathlib import Path

import pytest
from exported import an_article, files_below, make_archive

from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.export import parquet_file
from tradepress.research.export.about_export import ExportReport
from tradepress.research.export.export_parts import add_piece, cut_parts, write_piece
from tradepress.research.export.export_stories import export_stories
from tradepress.research.export.parquet_file import PARTITIONS, Partition

DAYS = ("2016-05-01", "2016-02-01", "2017-01-01", None, "2015-12-31", "2016-13-45", "2016-01-01")
"""The last but one is none, as a page may print it."""
BOOKS = SourceRow(
    name="books / é",
    publisher="Books",
    home_url="https://books.example/",
    language="en",
    timezone="UTC",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sources of seven stories each."""
    path = tmp_path_factory.mktemp("pieces") / "press.db"
    articles = [an_article(number, date_published=day) for number, day in enumerate(DAYS)]
    make_archive(path, articles)
    with (
        open_archive(path, near_duplicates=False) as opened,
        opened.run(RunKind.INGEST, sources=[BOOKS]) as run,
    ):
        for number, day in enumerate(DAYS):
            story = an_article(
                number,
                source=BOOKS.name,
                url=f"https://books.example/news/{number}",
                date_published=day,
            )
            run.stories.save(story, extractor="tests 1")
    return path


@pytest.mark.parametrize("least", [1, 3, 5, 100])
@pytest.mark.parametrize("partition", [*PARTITIONS])
def test_what_is_put_together_is_the_one_export(
    archive: Path, tmp_path: Path, least: int, partition: Partition
) -> None:
    pieces = 0

    def write_parts(chosen: list[int], folder: Path, report: ExportReport) -> None:
        nonlocal pieces
        for pieces, ids in enumerate(cut_parts(db, chosen, partition, least=least), 1):
            piece = tmp_path / f"piece-{pieces}"
            piece.mkdir()
            part = write_piece(
                db, ids, piece, partition=partition, texts="unreserved", policies=None
            )
            assert part.stories == len(ids)
            report.stories += part.stories
            add_piece(piece, folder)

    with read_archive(archive) as db:
        one, many = tmp_path / "one", tmp_path / "many"
        export_stories(db, StoryQuery(), target=one, format="parquet", partition=partition)
        report = export_stories(
            db,
            StoryQuery(),
            target=many,
            format="parquet",
            partition=partition,
            write_parts=write_parts,
        )
    parts = {name: data for name, data in files_below(one).items() if name.endswith(".parquet")}
    assert parts
    assert {name: files_below(many)[name] for name in parts} == parts
    assert [*files_below(many)] == [*files_below(one)]
    assert report.stories == 2 * len(DAYS)
    assert report.size == sum(map(len, parts.values()))
    folders = {name.rpartition("/")[0] for name in parts}
    assert pieces == 1 if least == 100 else 1 < pieces <= len(folders)


def test_files_of_a_partition_that_comes_again_go_on_behind_the_first(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a former version of another year stands where its story does."""
    monkeypatch.setattr(parquet_file, "FILE_SIZE", 1)
    monkeypatch.setattr(parquet_file, "STORIES_A_GROUP", 2)
    with read_archive(archive) as db:
        chosen = [*choose_versions(db, StoryQuery(), parts=("source",))]
        for number, ids in enumerate((chosen[:3], chosen[3:7], chosen[7:])):
            piece = tmp_path / f"piece-{number}"
            piece.mkdir()
            write_piece(db, ids, piece, partition="source", texts="all", policies=None)
            add_piece(piece, tmp_path / "press")
    names = [
        file.name for file in sorted((tmp_path / "press/source=books%20%2F%20%C3%A9").iterdir())
    ]
    assert names == [f"part-{number:05}.parquet" for number in range(4)]
