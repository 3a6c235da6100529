"""A story as rows hold it, and back: the fields of Article are the columns."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlite_utils import Database

from archive.clean import Value, clean, column_value, each, naming
from archive.file.rows import fetch_row
from archive.stories.content_hash import content_hash
from archive.story import Article, Link, Reservation

NO_COLUMNS = ("related_links", "evidence", "capture")
COLUMNS = tuple(field.name for field in fields(Article) if field.name not in NO_COLUMNS)
"""Of ``articles``; those of ``versions`` are these without OF_ARTICLE."""
CLEANED = tuple(name for name in COLUMNS if name != "reservations")
OF_ARTICLE = ("source", "site_id", "canonical_url")
LISTS = ("authors", "keywords", "corrections")
METADATA_ONLY = "metadata-only"
"""The policy under which no text of a story is kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CleanStory:
    """What a page shows, as it can be stored."""

    article: Article
    content_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A story that the archive has: its current version."""

    id: int
    ref: str
    version: int
    version_id: int
    content_hash: str
    date_captured: str | None
    date_archived: str
    first_seen: str
    last_seen: str
    gone_at: str | None
    duplicate_group: int | None
    article: Article
    """Without links and evidence; ``url`` is the story's main address."""


def load_kept(db: Database, article_id: int) -> Kept:
    row = fetch_row(db, "SELECT * FROM articles WHERE id = ?", [article_id])
    assert row is not None
    own = {field.name: row[field.name] for field in fields(Kept) if field.name in row}
    return Kept(**own, article=article_of(row))


def article_of(row: Mapping[str, Any]) -> Article:
    """The story in a row of ``articles`` or ``versions``."""
    values = {name: row[name] for name in COLUMNS if name in row}
    for name in LISTS:
        values[name] = tuple(json.loads(values[name]))
    values["reservations"] = tuple(Reservation(**one) for one in json.loads(values["reservations"]))
    if values["is_truncated"] is not None:
        values["is_truncated"] = bool(values["is_truncated"])
    return Article(**values)


def clean_story(article: Article) -> CleanStory:
    """With every value as it can be stored.

    :raises ArticleRowError: a value can't be stored; names its field
    """
    values = _cleaned({name: getattr(article, name) for name in CLEANED})
    with naming("related_links"):
        links = tuple(map(_clean_link, article.related_links))
    with naming("reservations"):
        reservations = tuple(Reservation(**_cleaned(asdict(one))) for one in article.reservations)
    cleaned = replace(article, **values, related_links=links, reservations=reservations)
    return CleanStory(article=cleaned, content_hash=content_hash(cleaned))


def _clean_link(link: Link) -> Link:
    fields = _cleaned({"text": link.text, "url": link.url})
    is_clean = (link.text, link.url) == (fields["text"], fields["url"])
    return link if is_clean else replace(link, **fields)


def _cleaned(fields: Mapping[str, object]) -> dict[str, Any]:
    """Each of the type that it had."""
    return each(clean, fields)


def column_values(article: Article) -> dict[str, Value]:
    """Of a cleaned story."""
    values = {name: getattr(article, name) for name in COLUMNS}
    return each(column_value, {**values, "reservations": [*map(asdict, article.reservations)]})


def evidence_column(article: Article) -> Value:
    """For each field what gave it, as JSON."""
    with naming("evidence"):
        return column_value(
            clean(
                {
                    # asdict copies what it finds, down to the last string.
                    name: [{"value": one.value, "evidence": one.evidence} for one in readings]
                    for name, readings in article.evidence.items()
                }
            )
        )


def published_day(date_published: str | None) -> str | None:
    """The day as printed where the publisher is; None of what is no whole day."""
    day = (date_published or "")[:10]
    return day if len(day) == 10 else None
