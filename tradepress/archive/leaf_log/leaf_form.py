"""Writes what the log vouches for of a row: its columns as JSON, and long texts as their hashes."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tradepress.archive.leaf_log.merkle_tree import leaf_hash
from tradepress.archive.text_forms import HIDDEN

VERSION = (
    *("version", "url", "headline", "description", "date_published", "date_published_raw"),
    *("date_modified", "date_modified_raw", "authors", "credit", "also_titled", "section"),
    *("language", "keywords", "access", "completeness", "is_truncated", "corrections"),
    *("evidence", "content_hash", "extractor", "run_id", "capture_id", "date_captured"),
    *("date_archived", "confidence", "is_reread", "policy", "reservations", "image_url"),
    *("image_caption", "image_license", "body"),
)
CAPTURE = (
    *("run_id", "url", "date_captured", "origin", "retrieved_from", "status", "content_type"),
    "digest",
)
RUN = (
    *("kind", "command", "sources", "version", "pid", "host", "started", "ended", "state"),
    *("reason", "stopped_by", "exit_code", "urls", "stored", "unchanged", "duplicate", "rejected"),
    *("failed", "deferred"),
)
FETCH = (
    *("id", "source", "kind", "url", "at", "status", "bytes", "outcome", "reason", "found"),
    *("refused", "extractor"),
)
TOMBSTONE = (
    *("ref", "source", "headline", "published_day", "date_archived", "reason", "withdrawn_at"),
)
LONG = ("description", "evidence", "body")
"""Lists columns of a version of which the form has SHA-256 alone."""


def _select(columns: tuple[str, ...], table: str, where: str = "id = ?") -> str:
    return f"SELECT {', '.join(f'{table}.{name}' for name in columns)} FROM {table} WHERE {where}"


_OF_VERSION = f"""
    SELECT {", ".join(f"versions.{name}" for name in VERSION)}, ref, source, captures.digest
    FROM versions JOIN articles ON articles.id = article_id
    LEFT JOIN captures ON captures.id = capture_id WHERE versions.id = ?
"""
_OF_CAPTURE = _select(CAPTURE, "captures", f"id = ? AND url NOT LIKE '{HIDDEN}%'")
_OF_RUN = _select(RUN, "runs", "id = ? AND state <> 'running'")
_OF_FETCHES = _select(FETCH, "fetches", "run_id = ? ORDER BY id")
_OF_TOMBSTONE = _select(TOMBSTONE, "tombstones")
_OF_ERASURE = "SELECT id, at, why FROM log_erasures WHERE id = ?"
_ERASED = """
    SELECT position || ' ' || kind || ' ' || row_id FROM log_leaves
    WHERE erased_by = ? ORDER BY position
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """Is what the log keeps of a row, and what it was made of."""

    form: str
    """Is the row in JSON: an object without what is NULL, its names in order, no spaces."""
    hash: bytes
    parts: bytes | None = None
    """Has of each row of a run's ledger the first two bytes of its hash, which tell which of them
    is another; None of all else."""


def leaf_of(
    connection: sqlite3.Connection, kind: str, row_id: int, salt: bytes, former: int | None
) -> Leaf | None:
    """Makes the leaf of a row.

    :param former: where the leaf stands in whose place this one comes
    :returns: None: there is no such row, or none that is vouched for, as a run that goes on
    """
    row = _FORMS[kind](connection, row_id, salt) if kind in _FORMS else None
    if row is None:
        return None
    parts = row.pop("parts", None)
    form = as_json({"log": kind, "former": former, **row})
    return Leaf(
        form=form,
        hash=leaf_hash(salt + form.encode()),
        parts=parts if isinstance(parts, bytes) else None,
    )


def as_json(row: Mapping[str, object]) -> str:
    """Writes a row as it is hashed."""
    told = {name: value for name, value in row.items() if value is not None}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    """Returns SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def ledger_hashes(connection: sqlite3.Connection, run_id: int, salt: bytes) -> Iterator[bytes]:
    """Yields the salted hash of each row that a run has in the ledger, in their order."""
    for values in connection.execute(_OF_FETCHES, [run_id]):
        form = as_json(dict(zip(FETCH, values, strict=True)))
        yield hashlib.sha256(salt + form.encode()).digest()


_Row = dict[str, object] | None


def _version(connection: sqlite3.Connection, row_id: int, salt: bytes) -> _Row:
    row = _row(connection, (*VERSION, "ref", "source", "page"), _OF_VERSION, row_id)
    if row is not None:
        for name in LONG:
            if (text := row[name]) is not None:
                row[name] = hash_of(str(text))
    return row


def _run(connection: sqlite3.Connection, row_id: int, salt: bytes) -> _Row:
    row = _row(connection, RUN, _OF_RUN, row_id)
    if row is not None:
        whole, parts = hashlib.sha256(), bytearray()
        for one in ledger_hashes(connection, row_id, salt):
            whole.update(one)
            parts += one[:2]
        row |= {"ledger": whole.hexdigest(), "parts": bytes(parts)}
    return row


def _erasure(connection: sqlite3.Connection, row_id: int, salt: bytes) -> _Row:
    row = _row(connection, ("id", "at", "why"), _OF_ERASURE, row_id)
    if row is not None:
        erased = [line for (line,) in connection.execute(_ERASED, [row_id])]
        row |= {"erased": len(erased), "leaves": hash_of("\n".join(erased))}
    return row


def _plain(columns: tuple[str, ...], sql: str) -> Callable[[sqlite3.Connection, int, bytes], _Row]:
    return lambda connection, row_id, salt: _row(connection, columns, sql, row_id)


def _row(connection: sqlite3.Connection, columns: tuple[str, ...], sql: str, row_id: int) -> _Row:
    values = connection.execute(sql, [row_id]).fetchone()
    return None if values is None else dict(zip(columns, values, strict=True))


_FORMS: Mapping[str, Callable[[sqlite3.Connection, int, bytes], _Row]] = {
    "version": _version,
    "capture": _plain(CAPTURE, _OF_CAPTURE),
    "run": _run,
    "tombstone": _plain(TOMBSTONE, _OF_TOMBSTONE),
    "erasure": _erasure,
}
