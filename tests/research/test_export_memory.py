"""The small twin of bench/exports.py: however many stories are written, no more memory is taken."""

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from exported import a_story

from tradepress.archive.stories.story_record import RelatedLink
from tradepress.research.export import parquet_file
from tradepress.research.export.export_stories import EXPORT_FORMATS, FILES, FOLDERS, Format
from tradepress.research.export.withheld_text import ExportRow, export_rows

LENGTH = 6_000
"""Characters of a body."""


def rows(count: int) -> Iterator[ExportRow]:
    for number in range(count):
        story = a_story(
            ref=f"gazette-{number}",
            body=f"{number} lanterns " * (LENGTH // 12),
            links=(
                RelatedLink(
                    kind="related", position=0, text="Lamp", url=None, target=f"gazette-{number}"
                ),
            ),
        )
        yield from export_rows([story], texts="all")


def peak(format: Format, count: int, folder: Path) -> int:
    """Bytes that Python took at most while so many were written."""
    tracemalloc.start()
    try:
        if format in FOLDERS:
            folder.mkdir()
            FOLDERS[format].write(rows(count), folder)
        else:
            with folder.open("wb") as stream:
                FILES[format].write(rows(count), stream)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_memory_does_not_grow_with_the_stories(
    format: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "STORIES_A_GROUP", 10)
    peak(format, 10, tmp_path / "first")  # what is loaded once
    few, many = (peak(format, count, tmp_path / f"of{count}") for count in (20, 70))
    assert many < few + 20 * LENGTH


@pytest.mark.slow
def test_memory_does_not_grow_with_the_partitions(tmp_path: Path) -> None:
    def of_years(count: int) -> int:
        tracemalloc.start()
        try:
            with_years = (
                replace(row, story=replace(row.story, published_day=f"{1900 + number}-01-01"))
                for number, row in enumerate(rows(count))
            )
            parquet_file.write_partitions(with_years, tmp_path / f"of{count}", "source,year")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    of_years(3)  # what is loaded once
    few, many = of_years(30), of_years(120)
    assert many < few + 20 * LENGTH


@pytest.mark.slow
def test_the_bench_measures_every_format() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "exports.py"), "--sizes", "60"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines[1:]] == [*EXPORT_FORMATS]
    assert {line[1] for line in lines[1:]} == {"60"}
