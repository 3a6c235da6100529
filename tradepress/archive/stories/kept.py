"""Loads a story that the archive has, from its row: the fields of Article are the columns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from tradepress.archive.database import Database
from tradepress.archive.file.rows import fetch_rows
from tradepress.archive.stories.clean_story import COLUMNS
from tradepress.story import Article, Reservation, StoredArticle
from tradepress.story_fields import FLAGS, LISTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Is a story that the archive has: its current version."""

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
    article: StoredArticle
    """Has no links and evidence; ``url`` is the story's main address."""


def load_kept(db: Database, article_id: int) -> Kept:
    (row,) = fetch_rows(db, "SELECT * FROM articles WHERE id = ?", [article_id])
    own = {field.name: row[field.name] for field in fields(Kept) if field.name in row}
    return Kept(**own, article=StoredArticle(**vars(article_of(row))))


def article_of(row: Mapping[str, Any]) -> Article:
    """Returns the story in a row of ``articles`` or ``versions``."""
    values = {name: row[name] for name in COLUMNS if name in row}
    for name in LISTS:
        values[name] = tuple(json.loads(values[name]))
    values["reservations"] = tuple(Reservation(**one) for one in json.loads(values["reservations"]))
    for name in FLAGS.intersection(values):
        values[name] = None if values[name] is None else bool(values[name])
    return Article(**values)
