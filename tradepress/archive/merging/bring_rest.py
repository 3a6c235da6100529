"""Brings in what another archive holds beside its stories."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tradepress.archive.file.rows import fetch_row
from tradepress.archive.frontier.joined_addresses import join_address
from tradepress.archive.frontier.sources import SourceRow, names_here
from tradepress.archive.merging.other_archive import OtherArchive
from tradepress.archive.run import Run
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.tombstones import find_tombstone, hash_key, list_tombstones

NAMED = "SELECT 1 FROM articles WHERE ref = :ref UNION ALL SELECT 1 FROM aliases WHERE ref = :ref"


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawnThere:
    """Is a story that the other archive withdrew."""

    ref: str
    withdrawn_at: str
    reason: str
    is_here: bool
    """Is a story of that ref kept here? If not, it did not come in either."""


def join_sources(
    run: Run, other: OtherArchive, declared: Mapping[str, SourceRow] | None = None
) -> OtherArchive:
    """Makes its sources known; of those that are known here the row stays.

    :param declared: sources that are declared on this machine, by name
    :returns: the archive, which calls its sources as they are called here: what came from files of
        a site that is declared here is the declared one's
    :raises MixedArchive: a sample paper for an archive of real ones, or the other way
    """
    known = declared or {}
    for source in other.sources():
        own = known.get(source.name, source)
        run.sources.add(replace(source, domains=own.domains, is_own=own.is_own, id_in=own.id_in))
    return replace(other, name_here=names_here(run.transaction.db, known.values()))


def bring_quarantine(run: Run, other: OtherArchive) -> None:
    """Brings rows of it that could not be stored, as rows of this run."""
    for row in other.each("SELECT * FROM quarantine ORDER BY id"):
        del row["id"]
        row["run_id"] = run.ledger.run_id
        run.transaction.insert("quarantine", row)


def bring_addresses(run: Run, other: OtherArchive) -> Iterator[None]:
    """Brings addresses that led to no story: due, refused, out of reach, captures. A step each.

    :raises ArchiveError: this archive can't be written
    """
    for one in other.other_addresses():
        join_address(run.transaction, run.addresses, one.address, one.memento)
        yield


def bring_site_files(run: Run, other: OtherArchive) -> None:
    """Brings every robots.txt and tdmrep.json that its sites ever served, when they did.

    :raises ArchiveError: this archive can't be written
    """
    for row in other.each("SELECT * FROM site_files ORDER BY id"):
        run.site_files.join(row)


def withdrawn_there(run: Run, other: OtherArchive) -> list[WithdrawnThere]:
    """Returns what the other archive withdrew and this one did not."""
    return [
        WithdrawnThere(
            ref=stone.ref,
            withdrawn_at=stone.withdrawn_at,
            reason=stone.reason,
            is_here=fetch_row(run.transaction.db, NAMED, {"ref": stone.ref}) is not None,
        )
        for stone in reversed(list_tombstones(other.db))
        if find_tombstone(run.transaction.db, [hash_key(stone.ref)]) is None
    ]


def resolve_links(run: Run, other: OtherArchive) -> None:
    """Lets links to stories that the other archive knew by more than the address lead to them here,
    in whatever order the stories came.

    :raises ArchiveError: this archive can't be written
    """
    for key, url in other.known_otherwise():
        run.transaction.write(
            "UPDATE links SET target_id = (SELECT article_id FROM locations WHERE url_key = :of) "
            "WHERE url_key = :key AND target_id IS NULL "
            "AND EXISTS (SELECT 1 FROM locations WHERE url_key = :of)",
            {"key": key, "of": url_key(url)},
        )
