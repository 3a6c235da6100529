"""Stories for exports: an archive of a few, and what exports break on, as Story without one."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.stories.story_record import RelatedLink, Story, StoryVersion
from tradepress.research.export.withheld_text import ExportRow, export_rows
from tradepress.research.export.xml_text import ILLEGAL, REPLACEMENT
from tradepress.story import Mention, Reading, Reservation, StoredArticle

GAZETTE = SourceRow(
    name="gazette",
    publisher="The Lantern Gazette",
    home_url="https://gazette.example/",
    language="en",
    timezone="Europe/London",
)


def an_article(number: int = 1, **changes: Any) -> StoredArticle:
    """A story of the gazette with that id."""
    values = {
        "source": "gazette",
        "site_id": str(number),
        "url": f"https://gazette.example/news/lantern-{number}",
        "headline": f"Lantern mark {number} refused",
        "description": f"The office said no, for the {number}th time.",
        "body": f"Case {number}. The office has refused the mark of Orrin Vale.\n\nIt may appeal.",
        "date_published": "2017-08-04",
        "authors": ("Petra Holm",),
        "section": "News",
        "language": "en",
        **changes,
    }
    return StoredArticle(**values)


def make_archive(path: Path, articles: Iterable[StoredArticle]) -> Path:
    """An archive of these stories."""
    with (
        open_archive(path, near_duplicates=False) as archive,
        archive.run(RunKind.INGEST, sources=[GAZETTE]) as run,
    ):
        for article in articles:
            run.stories.save(article, extractor="tests 1")
    return path


def files_below(folder: Path) -> dict[str, bytes]:
    """By their names below it, in order."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def a_story(**changes: Any) -> Story:
    """A story with a value in every field, as the archive gives it."""
    values: dict[str, Any] = {
        "ref": "gazette-1",
        "site_id": None,
        "version": 2,
        "current_version": 2,
        "is_current": True,
        "source": "gazette",
        "publisher": "The Lantern Gazette",
        "cited_as": "newspaper",
        "source_home": "https://gazette.example/",
        "url": "https://gazette.example/news/lantern-1",
        "canonical_url": "https://gazette.example/news/lantern-1",
        "headline": "Lantern mark refused",
        "description": "The office said no.",
        "body": "The office has refused the mark of Orrin Vale.\n\nIt may appeal.",
        "date_published": "2017-08-04T10:30:00+01:00",
        "date_published_raw": "4 August 2017, 10:30",
        "date_modified": "2017-08-05",
        "date_modified_raw": None,
        "published_day": "2017-08-04",
        "authors": ("Petra Holm", "Ishmael O'Dowd"),
        "credit": ("The Lantern Agency",),
        "also_titled": ("Office says no to a lantern",),
        "section": "News",
        "language": "en",
        "keywords": ("lanterns", "refusals"),
        "access": "open",
        "completeness": "body",
        "is_truncated": False,
        "confidence": 0.93,
        "corrections": ("An earlier version named the wrong office.",),
        "policy": "store",
        "reservations": (),
        "content_hash": "c0ffee",
        "extractor": "tests 1",
        "date_captured": "2026-11-24T09:00:00Z",
        "date_archived": "2026-11-24T09:00:05Z",
        "retrieved_from": None,
        "has_capture": True,
        "first_seen": "2026-11-20T09:00:00Z",
        "last_seen": "2026-11-24T09:00:00Z",
        "gone_at": None,
        "duplicate_group": 7,
        "image_url": "https://gazette.example/lantern.jpg",
        "image_caption": "A lantern",
        "image_license": None,
        "links": (
            RelatedLink(
                kind="in_text", position=0, text="an appeal", url="https://x.example/", target=None
            ),
            RelatedLink(
                kind="related", position=1, text="Lamp cleared", url=None, target="gazette-2"
            ),
        ),
        "mentions": (
            Mention(field="body", start=36, end=46, kind="firm", value="Orrin Vale"),
            Mention(field="headline", start=0, end=7, kind="case", value="Lantern"),
        ),
        "versions": (
            StoryVersion(
                version=1,
                date_captured=None,
                date_archived="2026-11-20T09:00:05Z",
                content_hash="abad1dea",
                is_reread=False,
            ),
            StoryVersion(
                version=2,
                date_captured="2026-11-24T09:00:00Z",
                date_archived="2026-11-24T09:00:05Z",
                content_hash="c0ffee",
                is_reread=True,
            ),
        ),
        "aliases": ("gazette-77",),
        "evidence": {"headline": (Reading(value="Lantern mark refused", evidence="json-ld"),)},
    }
    return Story(**{**values, **changes})


def reserving(term: str, value: str = "1") -> Reservation:
    return Reservation(term=term, evidence="header", value=value)


NASTY = (
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "'quoted' at once",
    "''",
    'He said "no", twice; and\nwent',
    ",",
    '"',
    "“Lanterne”, naïve 🏮👩‍👩‍👧 Łódź",
    "علامة تجارية (‏مسجلة)",
    "商标＝1",
    "\u00a0=1",
    "NULL",
    "NA",
    "None",
    "true",
    "00123",
    "1e5",
    "\\N \\n \\",
    "</body>&amp;<![CDATA[",
    "\x7f\x1f\x85\u2028 controls",
    "x" * 100_000,
    " ",
    "",
)


def nasty_stories() -> list[Story]:
    """Each text in each field of one."""
    return [
        a_story(
            ref=f"gazette-{number}",
            headline=text,
            description=text,
            body=text,
            section=text,
            authors=(text, "x"),
            keywords=(text,),
            corrections=(),
        )
        for number, text in enumerate(NASTY)
    ] + [bare_story()]


def bare_story() -> Story:
    """Of which next to nothing is known."""
    unknown = (
        *("canonical_url", "description", "body", "date_published", "date_modified"),
        *("published_day", "section", "language", "access", "is_truncated", "confidence"),
        *("policy", "date_captured", "duplicate_group", "image_url", "image_caption"),
    )
    empty = ("authors", "keywords", "corrections", "links", "mentions", "aliases", "versions")
    return a_story(
        ref="gazette-bare",
        evidence={},
        **dict.fromkeys(unknown),
        **dict.fromkeys(empty, ()),
    )


def unguarded(cell: str) -> str:
    """As docs/researcher/exporting.md says."""
    return cell.removeprefix("'")


def in_folder(
    write: Callable[[Iterable[ExportRow], Path], None], stories: Iterable[Story], folder: Path
) -> Path:
    folder.mkdir(exist_ok=True)
    write(export_rows(stories, texts="all"), folder)
    return folder


def as_xml(text: str) -> str:
    """What of a text an XML document can hold."""
    return ILLEGAL.sub(REPLACEMENT, text)
