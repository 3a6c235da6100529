"""Brings a crawl that went on in a part of an archive back into it.

The part was made by :mod:`tradepress.archive.merging.cut_sources`: what it holds beyond what went
out was done for the run that takes it in, which tells of each address what the crawl told.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from tradepress.archive.clock import utc_text
from tradepress.archive.file.rows import Row
from tradepress.archive.frontier.addresses import Address
from tradepress.archive.frontier.hosts import Host
from tradepress.archive.frontier.joined_addresses import join_address
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.merging.bring_rest import bring_quarantine, bring_site_files, resolve_links
from tradepress.archive.merging.bring_story import Brought, Keeps, bring_story
from tradepress.archive.merging.copied_pages import CopiedPages
from tradepress.archive.merging.other_archive import OtherArchive
from tradepress.archive.run import Run

TOUCHED = """
    id IN (SELECT article_id FROM fetches) OR
    id IN (SELECT article_id FROM versions WHERE run_id IS NOT NULL)
"""
FETCHES = """
    SELECT fetches.*, urls.url_key FROM fetches LEFT JOIN urls ON urls.id = url_id
    ORDER BY fetches.id
"""
NAMED = """
    SELECT id FROM articles WHERE ref = :ref
    UNION ALL SELECT article_id FROM aliases WHERE ref = :ref
"""
PASSED = "SELECT name, trial_passed_at FROM sources WHERE trial_passed_at IS NOT NULL"


def bring_crawl(run: Run, other: OtherArchive, part: Path, keeps: Keeps) -> list[str]:
    """Brings in what a crawl has done in a part of the archive: in one commit, whole or not at all,
    and once. Where several tries worked in it, the outcomes of an address become one.

    :param run: knows the sources
    :param part: its folder, as the archive knows it; behind that it is no part any more
    :returns: stories and raw pages that did not come in, in words
    :raises ArchiveError: this archive can't be written, or the other one not read
    """
    parts = {one.path: one.sources for one in run.parts.checked_out()}
    if part not in parts:
        return []
    with run.transaction.atomic():
        left = _Return(run=run, other=other, keeps=keeps, sources=parts[part]).bring()
        run.parts.remove(part)
    run.transaction.commit()
    return left


@dataclass(frozen=True, kw_only=True, slots=True)
class _Return:
    """Is a part on its way in."""

    run: Run
    other: OtherArchive
    keeps: Keeps
    sources: Collection[str]
    """Names the sources that were crawled there."""
    stories: dict[int, Brought] = field(default_factory=dict)
    """Maps ids of stories there to what became of them."""

    def bring(self) -> list[str]:
        left = list[str]()
        transaction = self.run.transaction
        pages = CopiedPages(transaction, self.run.ledger.run_id, self.other, left.append)
        for story in self.other.stories(where=TOUCHED):
            brought = bring_story(self.run, story, pages, self.keeps, is_told=False)
            self.stories[story.id] = brought
            if brought.outcome == Outcome.FAILED:
                left.append(f"{brought.there} did not come in: {brought.reason}")
        for _ in pages.copy_refused():
            pass
        self._bring_addresses()
        self._bring_fetches()
        bring_quarantine(self.run, self.other)
        self._bring_seeds()
        self._bring_hosts()
        bring_site_files(self.run, self.other)
        resolve_links(self.run, self.other)
        for row in self.other.rows(PASSED):
            self.run.sources.pass_trial(row["name"], row["trial_passed_at"])
        return left

    def _bring_addresses(self) -> None:
        """Brings the addresses of its own sources, as not visited if their story failed to come
        in."""
        addresses = self.run.addresses
        for one in self.other.other_addresses(of_stories=True):
            there = one.address
            if there.source not in self.sources:
                continue
            brought = self.stories.get(there.article_id or 0)
            if brought is not None and brought.outcome == Outcome.FAILED:
                there = _not_visited(there)
            known = addresses.known(there.url_key)
            article_id = self._here(there.article_id) or (known.article_id if known else None)
            here = replace(there, article_id=article_id)
            join_address(self.run.transaction, addresses, here, None, is_last=True)

    def _bring_fetches(self) -> None:
        """Brings what was asked for. Of an address that several tries counted the last word
        stands, but a stored story outdoes all others."""
        run_id, ends = self.run.ledger.run_id, dict[str, Row]()
        for row in self.other.each(FETCHES):
            del row["id"], row["url_id"]
            row["run_id"], key = run_id, row.pop("url_key")
            if key is None:
                self.run.transaction.insert("fetches", row)
            elif key not in ends or ends[key]["outcome"] != Outcome.STORED:
                ends[key] = row
        for key, row in ends.items():
            self._tell(key, row)

    def _tell(self, key: str, row: Row) -> None:
        """Counts the address in this run by what was done there. Where another part has told of
        it, one that was broken off in this run, what came of it stands."""
        transaction, brought = self.run.transaction, self.stories.get(row["article_id"])
        address = self.run.addresses.known(key)
        if address is None or (brought is not None and brought.ref is None):
            return  # it is kept out here, or that story failed to come in
        told = transaction.rows(
            "SELECT id, outcome FROM fetches WHERE run_id = ? AND url_id = ?",
            [row["run_id"], address.id],
        )
        if told and not _outdoes(row["outcome"], told[0]["outcome"]):
            return
        if brought is not None and row["version"] is not None:
            row["version"] = brought.renumbered.get(row["version"], row["version"])
        row["article_id"] = self._here(row["article_id"])
        if row["article_id"] is None:
            row["version"] = None
        counts = self.run.ledger.counts[row["source"]]
        if told:
            transaction.update("fetches", told[0]["id"], row)
            counts[told[0]["outcome"]] -= 1
        else:
            transaction.insert("fetches", {**row, "url_id": address.id})
        transaction.update("urls", address.id, {"scheduled_run_id": row["run_id"]})
        counts[row["outcome"]] += 1

    def _here(self, article_id: int | None) -> int | None:
        """Returns the id here of a story that came in."""
        brought = self.stories.get(article_id or 0)
        if brought is None or brought.ref is None:
            return None
        return int(self.run.transaction.value(NAMED, {"ref": brought.ref}))

    def _bring_seeds(self) -> None:
        """Brings the seeds that were not read here since; where a back-fill goes on stays ours."""
        for row in self.other.each("SELECT * FROM seeds"):
            names = ", ".join(row)
            news = ", ".join(f"{name} = excluded.{name}" for name in row if name != "next_url")
            self.run.transaction.write(
                f"INSERT INTO seeds ({names}) VALUES ({', '.join('?' * len(row))}) "
                f"ON CONFLICT (url) DO UPDATE SET {news} "
                "WHERE coalesce(excluded.fetched_at, '') >= coalesce(fetched_at, '')",
                [*row.values()],
            )

    def _bring_hosts(self) -> None:
        """Brings the hosts, but a pause that began here since lasts."""
        now = utc_text(datetime.now(UTC))
        for row in self.other.each("SELECT * FROM hosts"):
            known = self.run.hosts[row["host"]].paused_until or ""
            if known <= max(now, row["paused_until"] or ""):
                self.run.hosts.save(Host(**row))


def _outdoes(outcome: str, other: str) -> bool:
    """Tells whether one outdoes the other: a stored story all else, anything a deferral."""
    return outcome != other and (outcome == Outcome.STORED or other == Outcome.DEFERRED)


def _not_visited(address: Address) -> Address:
    """Returns an address with what listings say of it alone."""
    return replace(
        address,
        state="due",
        next_due=None,
        tries=0,
        etag=None,
        last_modified=None,
        fetched_at=None,
        outcome=None,
        reason=None,
        article_id=None,
    )
