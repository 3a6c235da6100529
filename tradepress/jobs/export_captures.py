"""Exports captured pages of stories as a WACZ, for players of web archives and other archives."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastwarc.warc import WarcRecordType

from tradepress.archive.captures.cdxj import surt_key
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.index_file import IndexWriter, write_index
from tradepress.archive.captures.kept_page import (
    UnreadablePage,
    read_checked,
    read_member,
    read_record,
)
from tradepress.archive.captures.other_index import Held, captures_in
from tradepress.archive.captures.wacz import WaczWriter, write_wacz
from tradepress.archive.database import Database
from tradepress.archive.errors import archive_error
from tradepress.archive.file.rows import Row
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.search_matches import find_matches
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.tombstone_file import require_nothing_withdrawn
from tradepress.steps.apply_policy import judge_policy
from tradepress.story import METADATA_ONLY, Article, Policy, Reservation, strictest

CHOSEN = """
    SELECT capture_id, article_id, versions.version, version_id = versions.id AS is_current, ref,
        source, versions.headline, published_day, versions.policy AS policy,
        articles.policy AS policy_now, articles.reservations
    FROM versions JOIN articles ON articles.id = article_id
    WHERE {}
"""
# A capture that several readings share counts for the current one, or the last of them.
RECORDS = """
    WITH chosen AS ({})
    SELECT captures.id, NULL AS kind, url, captures.date_captured, digest, file, "offset", length,
        max(is_current * 1000000 + version) AS "rank", version, ref, source, headline,
        published_day, policy, policy_now, reservations
    FROM chosen JOIN captures ON captures.id = capture_id GROUP BY captures.id
    UNION ALL
    SELECT capture_id, kind, captures.url, capture_records.date_captured, NULL,
        capture_records.file, capture_records."offset", capture_records.length,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM capture_records JOIN captures ON captures.id = capture_id
    WHERE capture_id IN (SELECT capture_id FROM chosen)
    ORDER BY file, "offset"
"""
ITSELF = (None, "revisit")
"""Lists the kinds of records that an index names; others belong to their page."""
UNDATED = "~"
"""Comes after all days."""
WITHOUT = "SELECT policy, count(*) FROM ({}) WHERE capture_id IS NULL GROUP BY policy"


class NothingToExport(Exception):
    """Raised where none of the stories asked for has a capture to give on; no file was written."""

    def __init__(self, exported: "Exported") -> None:
        super().__init__("no captured page to export")
        self.exported = exported


@dataclass(kw_only=True, slots=True)
class Exported:
    """Says what an export came to."""

    stories: int = 0
    captures: int = 0
    revisits: int = 0
    """Counts visits that found a page unchanged."""
    size: int = 0
    """Counts the bytes of the file."""
    metadata_only: int = 0
    """Counts versions left out, since only their metadata may be kept or given on."""
    without_capture: int = 0
    """Counts the versions of which no page is kept."""
    known: int = 0
    """Counts captures left out, as the other archive has them."""
    unreadable: Counter[str] = field(default_factory=Counter)
    """Says why pages can't be read and are left out, and how many."""


def export_captures(
    archive: Path,
    target: Path,
    *,
    software: str,
    policies: Mapping[str, Policy],
    query: StoryQuery,
    refs: Sequence[str] = (),
    not_in: Path | None = None,
    as_index: bool = False,
) -> Exported:
    """Writes the captured pages of all versions of stories, with the requests and later visits that
    belong to them, byte for byte as they lie in the archive's own WARC files.

    Left out are pages of no story, and those of stories that may be kept as metadata alone: by what
    was read with the version, by the publisher's or the source's word today.

    :param target: made under its name only when it is whole; a file of that name gives way
    :param software: that makes it, with its version
    :param policies: what source and operator ask for, by name of the source
    :param refs: only these stories, or versions (``wipr-14415@2``)
    :param not_in: the index of another archive: what that has is left out
    :param as_index: no WACZ but a CDXJ file, which names where the pages lie
    :raises NoIndex: ``not_in`` is none
    :raises NothingToExport: no file was written
    :raises NoSuchArticle: one of the refs leads to no story
    :raises QueryError: as ``tradepress.archive.search.find_stories.search``
    :raises ArchiveError: the archive can't be read, holds again what was withdrawn, or the file
        can't be written
    """
    exported = Exported()
    try:
        with read_archive(archive) as db:
            db.execute("BEGIN")  # all that is asked is asked of this moment
            require_nothing_withdrawn(db, archive)
            chosen, parameters = _choose(db, query, refs)
            for policy, versions in db.execute(WITHOUT.format(chosen), parameters):
                if policy == METADATA_ONLY:
                    exported.metadata_only += versions
                else:
                    exported.without_capture += versions
            title = f"Captures of {archive.name}"
            sql = RECORDS.format(chosen)
            known = _known(db.query(sql, parameters), not_in) if not_in else frozenset()
            with (
                write_index(target, archive=archive)
                if as_index
                else write_wacz(target, archive=archive, title=title, software=software)
            ) as writer:
                records = db.query(sql, parameters)
                _copy(records, capture_folder(archive), writer, policies, known, exported)
                if not (exported.captures or exported.revisits):
                    raise NothingToExport(exported)
                exported.stories = writer.finish()
        exported.size = target.stat().st_size
        return exported
    except OSError as error:
        raise archive_error(error, target) from error


def _choose(db: Database, query: StoryQuery, refs: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """Returns the versions that are asked for, as SQL."""
    matches = find_matches(db, query)
    parameters = matches.parameters
    wanted = f"article_id IN (SELECT id FROM ({matches.select(None)}))"
    if refs:
        parameters["refs"] = json.dumps([resolve_ref(db, ref) for ref in refs])
        wanted += (
            " AND EXISTS (SELECT 1 FROM json_each(:refs) WHERE json_extract(value, '$[0]') = "
            "article_id AND coalesce(json_extract(value, '$[1]'), versions.version) = "
            "versions.version)"
        )
    return CHOSEN.format(wanted), parameters


def _known(records: Iterable[Row], not_in: Path) -> frozenset[Held]:
    """Returns of the captures that the index of another archive names those of the same seconds."""
    seconds = {_second(row) for row in records if row["kind"] in ITSELF}
    return frozenset(one for one in captures_in(not_in) if one[1] in seconds)


def _is_known(url: str, row: Row, known: frozenset[Held]) -> bool:
    return bool(known) and (surt_key(url), _second(row)) in known


def _second(row: Row) -> str:
    return re.sub(r"\D", "", row["date_captured"] or "")[:14]


def _copy(
    records: Iterable[Row],
    folder: Path,
    wacz: WaczWriter | IndexWriter,
    policies: Mapping[str, Policy],
    known: frozenset[Held],
    exported: Exported,
) -> None:
    """Copies the records in the order in which they lie, so that each file is read once.

    :param known: what the other archive has; request and data stay with a page of these
    """
    left_out, known_pages = set[int](), set[int]()
    for row in records:
        if row["id"] in left_out or (row["id"] in known_pages and row["kind"] != "revisit"):
            continue
        try:
            if row["kind"] is None and _policy(row, policies) != "store":
                exported.metadata_only += 1
                left_out.add(row["id"])
            elif row["kind"] is None and _is_known(row["url"], row, known):
                exported.known += 1
                known_pages.add(row["id"])
            else:
                _copy_record(row, folder, wacz, known, exported)
        except UnreadablePage as error:
            exported.unreadable[str(error)] += 1
            left_out.add(row["id"])


def _copy_record(
    row: Row,
    folder: Path,
    wacz: WaczWriter | IndexWriter,
    known: frozenset[Held],
    exported: Exported,
) -> None:
    """Copies one record; raises UnreadablePage: it is not there, or not as it was written."""
    record = read_record(folder, row) if row["digest"] is None else read_checked(folder, row)[0]
    address = record.headers["WARC-Target-URI"] or ""  # of a revisit maybe not that of its page
    if row["kind"] == "revisit" and _is_known(address, row, known):
        exported.known += 1
        return
    wacz.add_record(row, read_member(folder, row), record)
    exported.revisits += row["kind"] == "revisit"
    if row["kind"] is None:
        exported.captures += 1
        page = {
            "id": row["ref"],
            "url": row["url"],
            "ts": record.headers.get("WARC-Date") or "",
            "title": row["headline"],
            "ref": f"{row['ref']}@{row['version']}",
        }
        if record.record_type == WarcRecordType.conversion:
            page["record"] = "conversion"  # what was read is the page as rendered
        wacz.add_page(page, rank=row["rank"], place=row["published_day"] or UNDATED)


def _policy(row: Row, policies: Mapping[str, Policy]) -> Policy:
    """Judges what may be given on of a version."""
    reserved = tuple(Reservation(**one) for one in json.loads(row["reservations"]))
    asked = (row["policy"], row["policy_now"], policies.get(row["source"]))
    return judge_policy(
        Article(policy=strictest("store", *filter(None, asked)), reservations=reserved)
    )
