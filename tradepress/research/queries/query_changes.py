"""Compares the stories of a result with those before: new, changed, withdrawn, merged, gone."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row
from tradepress.archive.withdrawal.tombstones import find_tombstone, hash_key

ChangeKind = Literal["added", "changed", "withdrawn", "merged", "gone"]

_TOLD = """
    WITH wanted AS (
        SELECT json_extract(value, '$[0]') AS ref, json_extract(value, '$[1]') AS version,
            json_extract(value, '$[2]') AS former FROM json_each(?)
    )
    SELECT articles.ref, wanted.version, wanted.former AS former_version, versions.headline,
        versions.url, published_day, publisher, (
            SELECT min(is_reread) FROM versions AS later WHERE article_id = articles.id
            AND later.version > wanted.former AND later.version <= wanted.version
        ) AS is_reread
    FROM wanted
    JOIN articles ON articles.ref = wanted.ref
    JOIN versions ON article_id = articles.id AND versions.version = wanted.version
    JOIN sources ON name = source
    ORDER BY published_day IS NULL, published_day, articles.ref
"""
_ALIASES = """
    SELECT aliases.ref, articles.ref AS into_ref, first_version
    FROM json_each(?) AS wanted
    JOIN aliases ON aliases.ref = wanted.value
    JOIN articles ON articles.id = article_id
"""
_THERE = "SELECT ref FROM json_each(?) AS wanted JOIN articles ON ref = wanted.value"


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultChange:
    """Is one story whose place in a result is another than before."""

    kind: ChangeKind
    """Is ``added``: not found before; ``changed``: in another version; ``withdrawn``: erased for
    good; ``merged``: it proved to be one with another story; ``gone``: not found any more."""
    ref: str
    version: int | None = None
    """Is the version found now; None: it is not."""
    former_version: int | None = None
    """Is the version found before; None: it was not. Of a story that was merged into this one,
    by the number that the version has here."""
    is_reread: bool = False
    """Tells whether it changed only because its kept page was read again: not by the publisher."""
    headline: str | None = None
    """Is None if the story is not there any more; so the following."""
    publisher: str | None = None
    published_day: str | None = None
    url: str | None = None
    into: str | None = None
    """Is the ref of the story that it was merged into."""
    reason: str | None = None
    """Says why it was withdrawn, or is gone."""

    @property
    def word(self) -> str:
        """Says what became of it, for a person."""
        return "re-read" if self.is_reread else "new" if self.kind == "added" else self.kind


def sums_of(changes: Iterable[ResultChange]) -> str:
    """Returns ``2 new, 1 changed``; ``nothing new`` if there is none."""
    sums = Counter(change.word for change in changes)
    return ", ".join(f"{number} {word}" for word, number in sums.items()) or "nothing new"


def compare_results(
    db: Database, before: Sequence[str], after: Sequence[str]
) -> Iterator[ResultChange]:
    """Yields new and changed ones by their day, then those not found any more, by ref.

    :param before: lines ``ref@version content_hash``; so ``after``
    """
    old, new = map(_found, (before, after))
    lost = sorted(old.keys() - new.keys())
    aliases = {row["ref"]: row for row in db.query(_ALIASES, [json.dumps(lost)])}
    known = _known_before(old, aliases)
    wanted = [
        (ref, one[0], known[ref][0] if ref in known else None)
        for ref, one in new.items()
        if one != known.get(ref)
    ]
    told = [_told(row) for row in db.query(_TOLD, [json.dumps(wanted)])]
    yield from sorted(told, key=lambda change: change.kind)
    there = {row["ref"] for row in db.query(_THERE, [json.dumps(lost)])}
    for ref in lost:
        yield _lost(db, ref, old[ref][0], aliases.get(ref), is_there=ref in there)


def _found(lines: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Maps the ref of each story to its version and content hash."""
    parts = (re.split("[@ ]", line) for line in lines)
    return {ref: (int(version), content_hash) for ref, version, content_hash in parts}


def _known_before(
    old: dict[str, tuple[int, str]], aliases: dict[str, Row]
) -> dict[str, tuple[int, str]]:
    """Returns what was found before, also by the ref of the story that one was merged into
    since, and by the number that its version has there."""
    moved = {}
    for ref, row in aliases.items():
        version, content_hash = old[ref]
        moved[row["into_ref"]] = (version + row["first_version"] - 1, content_hash)
    return {**moved, **old}


def _told(row: Row) -> ResultChange:
    row["is_reread"] = bool(row["is_reread"])  # NULL: there is none between them
    return ResultChange(kind="added" if row["former_version"] is None else "changed", **row)


def _lost(
    db: Database, ref: str, former: int, alias: Row | None, *, is_there: bool
) -> ResultChange:
    stone = find_tombstone(db, [hash_key(ref)])
    if stone is not None:
        words = f"{stone.reason} ({stone.withdrawn_at[:10]})"
        return ResultChange(
            kind="withdrawn",
            ref=ref,
            former_version=former,
            headline=stone.headline,
            reason=words,
        )
    if alias is not None:
        into = alias["into_ref"]
        return ResultChange(kind="merged", ref=ref, former_version=former, into=into)
    reason = "the query finds it no more" if is_there else "it is not in this archive"
    return ResultChange(kind="gone", ref=ref, former_version=former, reason=reason)
