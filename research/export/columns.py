"""What is told of a story in every export: names, types and meanings, in one place.

The header of a CSV, the schema of Parquet, the keys of JSON and the data dictionary follow from it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from research.export.withheld_text import ExportRow

Kind = Literal["text", "integer", "number", "boolean", "date", "time", "texts", "objects"]
Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = Scalar | tuple[str, ...] | tuple[dict[str, Scalar], ...]
"""``date`` and ``time`` are texts; ``texts`` and ``objects`` are tuples."""

FORMATS: dict[Kind, str] = {
    "text": "",
    "integer": "",
    "number": "",
    "boolean": "true or false",
    "date": "YYYY-MM-DD",
    "time": "UTC, YYYY-MM-DDThh:mm:ssZ",
    "texts": "list of texts; in CSV a JSON list",
    "objects": "list of objects; in CSV a JSON list",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportField:
    """What the dictionary says of one field."""

    name: str
    kind: Kind
    format: str
    """Unit or form of its values, where the kind does not say it."""
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportColumn(ExportField):
    """One thing that is told of a story."""

    value: Callable[[ExportRow], Value]
    """None: unknown, or left out."""
    parts: tuple[tuple[str, Kind], ...] = ()
    """Of each object: names and kinds."""


def _story(
    name: str, kind: Kind, meaning: str, *, of: str | None = None, form: str = ""
) -> ExportColumn:
    """A field of the story."""
    value = attrgetter(f"story.{of or name}")
    return ExportColumn(
        name=name, kind=kind, meaning=meaning, value=value, format=form or FORMATS[kind]
    )


def _row(name: str, kind: Kind, meaning: str, value: Callable[[ExportRow], Value]) -> ExportColumn:
    return ExportColumn(name=name, kind=kind, meaning=meaning, value=value, format=FORMATS[kind])


def _objects(
    name: str,
    meaning: str,
    of: Callable[[ExportRow], Iterable[Any]],
    parts: tuple[tuple[str, Kind], ...],
) -> ExportColumn:
    """A list of dataclasses, of which these fields are told."""
    names = tuple(part for part, _ in parts)

    def value(row: ExportRow) -> tuple[dict[str, Scalar], ...]:
        return tuple({name: getattr(one, name) for name in names} for one in of(row))

    words = f"list of objects with {', '.join(names)}; in CSV a JSON list"
    return ExportColumn(
        name=name, kind="objects", meaning=meaning, value=value, format=words, parts=parts
    )


def _evidence(row: ExportRow) -> tuple[dict[str, Scalar], ...]:
    readings: Mapping[str, Any] = row.story.evidence
    return tuple(
        {"field": name, "evidence": found[0].evidence} for name, found in readings.items() if found
    )


COLUMNS: tuple[ExportColumn, ...] = (
    _story("ref", "text", "Stable public name of the story: cite it by this"),
    _story("version", "integer", "Number of the version that stands in this row; REF@2 names it"),
    _story("is_current", "boolean", "Is that the current version in the archive?"),
    _story("source", "text", "Name of the paper in the archive"),
    _story("publisher", "text", "The paper by its own name"),
    _story("cited_as", "text", "As what its stories are cited", form="newspaper or blog"),
    _story("headline", "text", "As published, white space collapsed"),
    _story("authors", "texts", "Names of people in the order of the page; empty if none is named"),
    _story("section", "text", "The paper's own word for its part; null if the page names none"),
    _story(
        "published_day",
        "date",
        "Day of publication as printed where the publisher is; null if undated",
    ),
    _story(
        "date_published",
        "text",
        "Publication as precise as the page has it; null if it shows no date",
        form="ISO 8601: a day, or a time with offset",
    ),
    _story(
        "date_modified",
        "text",
        "When the publisher says it was last changed; null if the page does not say",
        form="ISO 8601: a day, or a time with offset",
    ),
    _story("language", "text", "Language of the story; null if not known", form="ISO 639-1"),
    _story("keywords", "texts", "The publisher's keywords"),
    _story(
        "access",
        "text",
        "What the page says of itself; null if it does not say, which is not the same as open",
        form="open, registration or subscription",
    ),
    _story(
        "completeness",
        "text",
        "How much the page gave of the story: its body, a summary alone, or not even that",
        form="body, teaser or headline",
    ),
    _story(
        "is_truncated",
        "boolean",
        "Was only a teaser of the text served? null if that can't be told",
    ),
    _row(
        "word_count",
        "integer",
        "Words of the body that the archive holds, also where it is left out here; null if it "
        "holds none",
        lambda row: row.word_count,
    ),
    _row("has_text", "boolean", "Is the body in this export?", lambda row: not row.why_no_text),
    ExportColumn(
        name="why_no_text",
        kind="text",
        meaning="Why the body is not in this export; null if it is. Besides the body, description, "
        "corrections, the caption, links in the text and mentions below the headline are left out",
        value=attrgetter("why_no_text"),
        format="not held (the archive has none), not asked for, policy (of source or operator), "
        "or what reserves it: tdm-reservation, noarchive, noai, ai-agents",
    ),
    _story(
        "policy",
        "text",
        "What of the story is kept in the archive; null if it was saved before this was noted",
        form="store or metadata-only",
    ),
    _objects(
        "reservations",
        "What the publisher reserves, where it says so, and in which words",
        lambda row: row.story.reservations,
        (("term", "text"), ("evidence", "text"), ("value", "text")),
    ),
    _story("url", "text", "Address that the story was read at, after redirects", form="URL"),
    _story(
        "canonical_url",
        "text",
        "Address that the page itself declares; null if none, or one that can't be right",
        form="URL",
    ),
    _story("source_home", "text", "Address of the paper", form="URL"),
    _story("date_captured", "time", "When the page stood like this; null if nobody knows"),
    _story("date_archived", "time", "When this version was saved in the archive"),
    _story(
        "retrieved_from",
        "text",
        "Address at a web archive that the page was taken from; null if it came from elsewhere",
        form="URL",
    ),
    _story(
        "has_capture",
        "boolean",
        "Is the page of this version kept beside the archive? Of a release never: retrieved_from "
        "says where a web archive has it",
    ),
    _story("first_seen", "time", "When the page of the story was first seen"),
    _story("last_seen", "time", "When it was last seen"),
    _story("gone_at", "time", "When its site first answered that it is gone; null while it stands"),
    _story(
        "confidence",
        "number",
        "F1 of words that the body can be expected to have; null if nobody judged",
        form="0 to 1",
    ),
    _story("extractor", "text", "Name and version of the rules that read the page"),
    _story(
        "content_hash",
        "text",
        "Changes with headline, body, date of publication, authors or corrections",
    ),
    _story(
        "duplicate_group",
        "integer",
        "Equal for stories with much the same text; a number of this archive alone; null if "
        "there is no other",
    ),
    _story("image_url", "text", "Address of the lead image; the image is not kept", form="URL"),
    _story("image_caption", "text", "What the page declares under that image"),
    _story("image_license", "text", "Licence of that image as declared: an address or a name"),
    _story("aliases", "texts", "Refs of stories that were merged into this one"),
    _objects(
        "versions",
        "All versions of the story in the archive, in order; is_reread: our rules have changed, "
        "not the paper",
        lambda row: row.story.versions,
        (
            ("version", "integer"),
            ("date_captured", "time"),
            ("date_archived", "time"),
            ("content_hash", "text"),
            ("is_reread", "boolean"),
        ),
    ),
    _objects(
        "related_links",
        "Links of the page in their order: block (kind), place (position, from 0), words, address, "
        "and the ref of the story of this archive that each leads to (target); the words are that "
        "story's headline where its text is not given on",
        lambda row: row.story.links,
        (
            ("kind", "text"),
            ("position", "integer"),
            ("text", "text"),
            ("url", "text"),
            ("target", "text"),
        ),
    ),
    _objects(
        "mentions",
        "Courts, offices, cases, numbers, firms that its texts name: place in a field (start and "
        "end, in characters from 0), kind, and normal form (value)",
        lambda row: row.story.mentions,
        (
            ("field", "text"),
            ("start", "integer"),
            ("end", "integer"),
            ("kind", "text"),
            ("value", "text"),
        ),
    ),
    ExportColumn(
        name="evidence",
        kind="objects",
        meaning="Where on the page the value of each field was read",
        value=_evidence,
        format="list of objects with field, evidence; in CSV a JSON list",
        parts=(("field", "text"), ("evidence", "text")),
    ),
    _story("corrections", "texts", "Correction notices, cut from the body"),
    _story("description", "text", "The publisher's own summary; null if there is none"),
    _story("body", "text", "Paragraphs joined by a blank line; null: see why_no_text"),
)
"""In the order of every export. New ones come last, so that no program's place changes."""


def values_of(row: ExportRow) -> dict[str, Value]:
    """Name to value, in order."""
    return {column.name: column.value(row) for column in COLUMNS}
