"""Exports partitions in pieces: each is written by itself, and put together they are the files
that one export makes."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from tradepress.archive.database import Database
from tradepress.archive.file.one_view import one_view
from tradepress.archive.stories.clean_story import published_day
from tradepress.research.export.about_export import ExportReport
from tradepress.research.export.export_stories import noted_rows
from tradepress.research.export.parquet_file import (
    Partition,
    next_part,
    partition_of,
    write_partitions,
)
from tradepress.research.export.withheld_text import Texts
from tradepress.story import Policy

AT_ONCE = 5000
"""Is how many versions are looked up at once."""
_PLACES = """
    SELECT articles.source, versions.date_published
    FROM json_each(?) AS wanted
    JOIN versions ON versions.id = wanted.value JOIN articles ON articles.id = article_id
    ORDER BY wanted.key
"""


def cut_parts(
    db: Database, chosen: Sequence[int], partition: Partition, *, least: int
) -> Iterator[tuple[int, ...]]:
    """Cuts the versions of whole partitions into pieces of so many at least, but for the last: a
    file never begins within one.

    :param chosen: part after part
        (:func:`~tradepress.archive.search.chosen_stories.choose_versions`)
    """
    piece: list[int] = []
    for _, some in groupby(_placed(db, chosen, partition), lambda one: one[0]):
        piece += [version_id for _, version_id in some]
        if len(piece) >= least:
            yield tuple(piece)
            piece = []
    if piece:
        yield tuple(piece)


def _placed(db: Database, chosen: Sequence[int], partition: Partition) -> Iterator[tuple[str, int]]:
    for start in range(0, len(chosen), AT_ONCE):
        ids = [*chosen[start : start + AT_ONCE]]
        rows = db.execute(_PLACES, [json.dumps(ids)])
        for version_id, (source, date) in zip(ids, rows, strict=True):
            yield partition_of(source, published_day(date), partition), version_id


def write_piece(
    db: Database,
    version_ids: Sequence[int],
    folder: Path,
    *,
    partition: Partition,
    texts: Texts,
    policies: Mapping[str, Policy] | None,
) -> ExportReport:
    """Writes the files of some partitions, without dictionary and report, in an empty folder.

    :raises ParquetMissing: pyarrow is not installed
    :raises OSError: they can't be written
    """
    report = ExportReport()
    with one_view(db):
        rows = noted_rows(db, version_ids, report, texts=texts, policies=policies)
        write_partitions(rows, folder, partition)
    return report


def add_piece(piece: Path, folder: Path) -> None:
    """Puts the files of a piece behind those of the pieces before it.

    :raises OSError: they can't be copied
    """
    for file in sorted(piece.rglob("*.parquet")):
        inner = folder / file.relative_to(piece).parent
        inner.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, next_part(inner))
