"""Writes what lies beside an export: what each field means, and how the export came about."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import BinaryIO

from tradepress.archive.clock import utc_text
from tradepress.archive.file.schema import SCHEMA_VERSION
from tradepress.archive.search.story_query import StoryQuery, query_as_json
from tradepress.research.export.columns import ExportField
from tradepress.research.export.csv_file import BOM, csv_line
from tradepress.research.export.withheld_text import Texts, WhyNoText

RIGHTS = (
    "Texts belong to their publishers. An export is for your own research, within the limits of "
    "your law."
)


@dataclass(kw_only=True, slots=True)
class ExportReport:
    """Says what an export came to, so far."""

    stories: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    without_text: Counter[WhyNoText] = field(default_factory=Counter)
    """Counts stories whose body is not in it, by reason."""
    size: int = 0
    """Counts the bytes of what was written, without dictionary and report."""

    @property
    def with_text(self) -> int:
        return self.stories - self.without_text.total()


def write_dictionary(stream: BinaryIO, fields: Mapping[str, Sequence[ExportField]]) -> None:
    """Writes a CSV with a row a field: ``file``, ``field``, ``type``, ``format``, ``meaning``.

    :param fields: by name of the file that has them
    """
    stream.write(BOM + csv_line(["file", "field", "type", "format", "meaning"]))
    for file, some in fields.items():
        for one in some:
            stream.write(csv_line([file, one.name, one.kind, one.format, one.meaning]))


def write_about(
    stream: BinaryIO,
    report: ExportReport,
    query: StoryQuery,
    *,
    format: str,
    partition: Sequence[str],
    texts: Texts,
    archive: str,
) -> None:
    """Writes how the export came about, as JSON.

    :param archive: name of its file
    """
    about = {
        "made": utc_text(datetime.now(UTC)),
        "program": f"tradepress {version('tradepress')}",
        "archive": archive,
        "archive_schema": SCHEMA_VERSION,
        "format": format,
        "partition": list(partition),
        "query": query_as_json(query),
        "order": ", ".join([*partition, "published_day, undated last, then ref"]),
        "texts": texts,
        "stories": report.stories,
        "with_text": report.with_text,
        "without_text": dict(sorted(report.without_text.items())),
        "by_source": dict(sorted(report.by_source.items())),
        "rights": RIGHTS,
    }
    stream.write(json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n")
