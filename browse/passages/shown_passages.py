"""The passages of stories that strangers may read, version by version."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from archive.search.small_index import Texts
from archive.stored_json import stored_reservations
from browse.passages.quoting import Quoting, most_quoted
from browse.passages.windows import Family

_TEXTS = """
    SELECT versions.id, ref, versions.version, source, coalesce(duplicate_group, -articles.id),
        versions.policy, articles.policy, versions.reservations, articles.reservations,
        versions.description AS description, versions.body AS body
    FROM articles JOIN versions ON article_id = articles.id
    WHERE articles.id IN (SELECT value FROM json_each(:stories)) OR duplicate_group IN (
        SELECT duplicate_group FROM articles WHERE id IN (SELECT value FROM json_each(:stories))
    )
    ORDER BY versions.id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownVersion:
    """One version of a story."""

    id: int
    """``versions.id``."""
    name: tuple[str, int]
    """Ref and version."""
    text: Texts
    """All of it, without a headline."""
    passages: tuple[Texts, ...]
    """Each is one of the summary or of the body; none: it is not to be quoted."""


def shown_versions(
    db: Database, stories: Collection[int], quoting: Quoting
) -> Iterator[ShownVersion]:
    """All versions of these stories and of their near-copies, the one that was saved first first.

    :param db: with texts
    :param stories: ``articles.id``
    """
    families: defaultdict[int, Family] = defaultdict(Family)
    asked = {"stories": json.dumps([*stories])}
    for row in db.execute(_TEXTS, asked):
        id_, ref, version, source, family, *said, description, body = row
        # Whatever may be quoted of it: it is what others have that come after it.
        parts = families[family].windows(body or ""), families[family].windows(description or "")
        most = 0 if quoting.policies.get(source, "store") != "store" else _most(*said)
        passages = []
        for is_body, text in enumerate((description or "", body or "")):
            windows = parts[1 - is_body]
            if source in quoting.open_sources:
                cut = [text] if text else []
            else:
                cut = [*filter(None, (_cut(text, *window, most) for window in windows))]
            passages += [(None, None, one) if is_body else (None, one, None) for one in cut]
        yield ShownVersion(
            id=id_,
            name=(ref, version),
            text=(None, description, body),
            passages=tuple(passages),
        )


def _most(policy: str | None, now: str | None, *reservations: str) -> int | None:
    """What was said with this version counts, and what is said by now."""
    if {policy, now} - {None, "store"}:
        return 0
    most = [most_quoted(stored_reservations(one)) for one in reservations]
    known = [one for one in most if one is not None]
    return min(known) if known else None


def _cut(text: str, start: int, end: int, most: int | None) -> str:
    """With the signs that say that there is more."""
    before = "…" if start else ""
    passage = text[start:end]
    if most is not None and len(passage) + 2 > most:
        passage = passage[: max(0, most - 2)]
        passage = passage.rpartition(" ")[0] or passage
    return f"{before}{passage}…" if passage else ""
