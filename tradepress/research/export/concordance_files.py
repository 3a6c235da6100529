"""Writes a file a story and one table of them all, as AntConc and other concordancers take it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from tradepress.archive.stories.story_record import Story
from tradepress.research.export.columns import COLUMNS, ExportColumn
from tradepress.research.export.csv_file import BOM, csv_line
from tradepress.research.export.withheld_text import ExportRow

METADATA = "metadata.csv"
TEXTS = "texts"
"""Is the folder of the stories' files."""


def story_file(story: Story, ending: str) -> str:
    """Returns a path below the folder of the export. A ref that is no file's name is none here,
    either: an archive may be anybody's."""
    return f"{TEXTS}/{quote(story.ref, safe='')}{ending}"


def metadata_columns(ending: str) -> tuple[ExportColumn, ...]:
    """Lists the columns of METADATA: the file of each story, and all but its body.

    :param ending: of the files, ``.txt``
    """
    file = ExportColumn(
        name="file",
        kind="text",
        meaning="Where headline and body stand; null if the body is not in this export",
        value=lambda row: None if row.why_no_text else story_file(row.story, ending),
        format="",
    )
    return file, *(column for column in COLUMNS if column.name != "body")


def write_story_files(
    rows: Iterable[ExportRow], folder: Path, ending: str, content: Callable[[ExportRow], str]
) -> None:
    """Writes each story with a body as ``texts/REF`` and ``ending``, and all of them to
    METADATA."""
    (folder / TEXTS).mkdir()
    columns = metadata_columns(ending)
    with (folder / METADATA).open("wb") as metadata:
        metadata.write(BOM + csv_line([column.name for column in columns]))
        for row in rows:
            metadata.write(csv_line([column.value(row) for column in columns]))
            if row.why_no_text is None:
                (folder / story_file(row.story, ending)).write_bytes(content(row).encode())


def write_texts(rows: Iterable[ExportRow], folder: Path) -> None:
    """Writes plain text, UTF-8: the headline, a blank line, the body."""
    write_story_files(
        rows, folder, ".txt", lambda row: f"{row.story.headline}\n\n{row.story.body}\n"
    )
