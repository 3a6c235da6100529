"""The ledger of one run: what was asked for, and how each address ended.

All crawlers of a process share one. A new archive goes again with a run that finds no story.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from archive.batch import Batch
from archive.capture_store import CaptureStore
from archive.clock import utc_now, utc_text
from archive.disk import require_room
from archive.errors import ArchiveError, archive_error
from archive.frontier import Listed
from archive.hosts import Hosts
from archive.identity import addresses, holds_another
from archive.link_targets import unresolved_links
from archive.open import open_writer
from archive.revisit import next_visit
from archive.rows import Row
from archive.run_report import sums_by_source
from archive.site_files import last_site_file, save_site_file
from archive.transaction import ROW_ERRORS
from archive.url_key import url_key, without_tracking
from archive.withdrawal.tombstones import is_withdrawn
from archive.writer import Saved, Writer, clean_story


class TornCaptures(CaptureStore, Protocol):
    """A capture store that can mend itself after a kill."""

    folder: Path

    def cut_torn_tails(self, known_ends: Mapping[str, int]) -> None: ...

    def close(self) -> None: ...


FOUND = """
    SELECT EXISTS (SELECT 1 FROM fetches
        WHERE url_id IS NOT NULL AND (kind <> 'file' OR outcome <> 'rejected'))
"""
"""Was a story looked for on a site, or did a file hold one?"""

_running: dict[Path, "Ledger"] = {}


def running_ledger(path: Path) -> "Ledger | None":
    """The ledger that this process keeps for an archive at the moment."""
    return _running.get(path.resolve())


class Ledger:
    """Bookkeeping of one run over one archive.

    :param sources: rows for the ``sources`` table, all of one kind (sample or real), with the
        name of the rules that read their pages as ``extractor``
    :param captures: where raw pages go; None keeps none
    :param wait: seconds to wait for another writer
    :param reserve: bytes that stay free on the disk, as in :func:`archive.disk.require_room`
    :raises ArchiveError: the archive is there but can't be written, or is of the other kind; or
        too little room is left
    """

    def __init__(
        self,
        path: Path,
        *,
        command: str,
        version: str,
        sources: Sequence[Row],
        captures: TornCaptures | None = None,
        wait: float = 0.0,
        reserve: int | None = None,
    ) -> None:
        self.path = path.resolve()
        self.command = command
        self.version = version
        self.sources = list(sources)
        self.captures = captures
        self.wait = wait
        self.reserve = reserve
        self.failure: ArchiveError | None = None
        """Why the archive can't or shouldn't be written any more; the run must stop."""
        self.on_failure: list[Callable[[], None]] = []
        """Called once when that happens."""
        self.on_outcome: list[Callable[[str, str, str, str, str | None], None]] = []
        """Told the source, the kind, the address, the outcome and its reason as each address,
        listing, feed or sitemap that was asked for ends."""
        self.hosts = Hosts(self._note)
        self.asked: Counter[str] = Counter()
        """Source to the addresses that this run has scheduled."""
        self._is_new = not self.path.exists()
        self._require_room()
        with self._watch():
            self._writer = self._open()
        self._batch = Batch(self._writer, on_failure=self._fail, on_commit=self._look_for_room)
        _running[self.path] = self

    def outcomes(self, source: str) -> Counter[str]:
        """How this source's addresses have ended so far."""
        return Counter(self._writer.counts[source])

    def add_source(self, row: Row) -> None:
        """One more source takes part in this run."""
        if row["name"] in [known["name"] for known in self.sources]:
            return
        self.sources.append(row)
        self._writer.save_source(row)

    def extractor(self, source: str | None) -> str:
        """Name and version of the rules that read a source's pages."""
        rows = (row for row in self.sources if row["name"] == source)
        return str(next(rows, {}).get("extractor", f"tradepress {self.version}"))

    def trial_passed(self, source: str) -> bool:
        """Has the operator let this source go on after its trial?"""
        with self._watch():
            row = self._writer.db.execute(
                "SELECT trial_passed_at FROM sources WHERE name = ?", [source]
            ).fetchone()
        return row is not None and row[0] is not None

    def pass_trial(self, source: str) -> None:
        """Remember that this source may go on."""
        self._note(lambda writer: writer.pass_trial(source))

    def read(
        self,
        kind: str,
        *,
        source: str,
        url: str,
        status: int | None = None,
        size: int | None = None,
        outcome: str = "read",
        reason: str | None = None,
        found: int | None = None,
    ) -> None:
        """A listing, feed, sitemap or robots.txt was asked for.

        :param found: story addresses on it
        """
        self._note(
            lambda writer: writer.record_fetch(
                kind,
                source,
                url,
                status=status,
                size=size,
                outcome=outcome,
                reason=reason,
                found=found,
            )
        )

        if kind not in ("robots", "tdmrep"):
            self._tell_outcome(source, kind, url, outcome, reason)

    def entrances(self, source: str) -> dict[str, Row]:
        """What is known of the source's listings, feeds and sitemaps, by address."""
        with self._watch():
            return self._writer.entrances(source)

    def save_entrance(self, source: str, kind: str, url: str, **facts: Any) -> None:
        """A listing was read in full; see :meth:`Entrances.save_entrance`."""
        self._note(lambda writer: writer.save_entrance(source, kind, url, **facts))

    def listed(
        self, source: str, listed: Sequence[Listed], most: int, *, walked: Collection[str] = ()
    ) -> tuple[list[Row], int]:
        """Write what a listing offers into the frontier; see :meth:`Frontier.add_listed`.

        What :meth:`save_entrance` writes right after it is in the same commit.

        :param walked: listings whose walk has ended in this run
        """
        if not listed:
            return [], 0
        with self._watch():
            rows, left_out = self._writer.add_listed(source, listed, most)
            if any(row["is_new"] for row in rows):
                self._writer.forget_walks(source, but=walked)
            self._batch.commit_soon()
        return rows, left_out

    def save_site_file(self, origin: str, path: str, *, status: int, body: str) -> str | None:
        """Keep this version of a robots.txt or tdmrep.json.

        :returns: if it takes the place of another, when that was first seen
        """
        with self._watch():
            since = save_site_file(self._writer, origin, path, status=status, body=body)
            self._batch.commit_soon()
        return since

    def last_site_file(self, origin: str, path: str, *, since: str) -> str | None:
        """The text of a file of a site when it was last seen; None if not since then."""
        with self._watch():
            return last_site_file(self._writer.db, origin, path, since=since)

    def found(self, source: str, urls: Iterable[tuple[str, str]]) -> list[Row]:
        """Write addresses (with the page each was found on) into the frontier; their rows."""
        listed = [Listed(url=url, found_on=page) for url, page in urls]
        return self.listed(source, listed, len(listed))[0]

    def follow_links(self, source: str, limit: int, is_wanted: Callable[[str], bool]) -> None:
        """Write the source's addresses that kept stories link to, as far as they are unknown and
        wanted, into the frontier."""
        with self._watch():
            links = unresolved_links(self._writer.db, source, limit, is_wanted)
        self.found(source, [(without_tracking(url), story) for url, story in links])

    def is_withdrawn(self, url: str) -> bool:
        """Is this the address of a story that is kept out? It is not found, then."""
        with self._watch():
            return is_withdrawn(self._writer.db, url_key(url))

    def holds_another(self, article: Row) -> bool:
        """Is another story kept where this one says that it stands (its ``url``, its id)?"""
        try:
            story = clean_story(article)
            page = addresses(story["url"], story["url"], None)
        except ValueError:
            return False  # it will be quarantined
        with self._watch():
            return holds_another(self._writer.db, story, page)

    def due(
        self, source: str, limit: int, *, is_new: bool | None = None, early: bool = False
    ) -> list[Row]:
        """Known addresses whose time has come, as :meth:`Frontier.due_urls` gives them.

        :param early: those whose time will come, too
        """
        with self._watch():
            now = "9999" if early else utc_now()
            return self._writer.due_urls(source, now, limit, is_new=is_new)

    def address(self, url: str) -> Row:
        """The row of an address of the frontier, as it is now."""
        with self._watch():
            return self._writer.url_row(url_key(url))

    def reservations(self, url: str) -> list[Row] | None:
        """What the publisher reserved of the story kept of an address when it was last read whole;
        None: none is kept."""
        with self._watch():
            found = self._writer.value(
                "SELECT reservations FROM urls JOIN articles ON articles.id = article_id "
                "WHERE url_key = ?",
                [url_key(url)],
            )
        return None if found is None else list(json.loads(found))

    def schedule(self, rows: Iterable[Row]) -> None:
        """These addresses will be asked for; to be committed before the requests are made."""
        rows = list(rows)
        self.asked.update(row["source"] for row in rows)
        with self._watch():
            self._writer.schedule([row["id"] for row in rows])
            self._batch.commit_soon()

    def settle(self, url: str, outcome: str, reason: str | None = None, **facts: Any) -> None:
        """A scheduled address ended without a story."""
        with self._watch():
            self._writer.settle(url, outcome, reason, **facts)
            self._batch.commit_soon()
        self._tell_outcome(self.address(url)["source"], "article", url, outcome, reason)

    def keep_page(self, capture: Any) -> None:
        """A page that gave no story is kept for later rules, under the address it was asked at."""
        with self._watch():
            self._writer.keep_page(capture)
            self._batch.commit_soon()

    async def save(self, article: Row, links: list[Row], **facts: Any) -> Saved:
        """Store one story; returns after the commit that contains it."""
        with self._watch():
            if facts["kind"] == "article":
                self._tell_outcome(article["source"], "article", facts["requested_url"], "read")
                facts["next_due"] = self.next_visit(
                    facts["requested_url"], article.get("date_published")
                )
            return await self._batch.save(article, links, **facts)

    def next_visit(self, url: str, published: str | None = None) -> str:
        """When to ask again for an address of the frontier that was just read.

        :param published: when the story was, if that is known; else what the archive has counts
        """
        now = datetime.now(UTC)
        with self._watch():
            row = self._writer.db.execute(
                "SELECT min(found_at, coalesce(date(?), (SELECT published_day FROM articles "
                "WHERE id = article_id), date(date_listed), found_at)) FROM urls WHERE url_key = ?",
                [published, url_key(url)],
            ).fetchone()
        since = datetime.fromisoformat(row[0]).replace(tzinfo=UTC) if row else now
        return utc_text(next_visit(since, now))

    def commit(self) -> None:
        """Make everything so far durable now."""
        with self._watch():
            self._batch.commit()

    def close(
        self, state: str = "done", *, exit_code: int | None = None, reason: str | None = None
    ) -> Row | None:
        """End the run; its sums, or None if it leaves no archive, since it found nothing."""
        _running.pop(self.path, None)
        try:
            with self._watch():
                sums = self._end_run(state, exit_code, reason)
                is_empty = self._is_new and not self._writer.value(FOUND)
            if is_empty:
                self._writer.remove()
        finally:
            self._writer.close()
            if self.captures is not None:
                self.captures.close()
        return None if is_empty else sums

    def _end_run(self, state: str, exit_code: int | None, reason: str | None) -> Row:
        self.commit()
        sums = self._writer.end_run(state, exit_code, reason)
        sums["reasons"] = {
            (outcome, why): count
            for outcome, why, count in self._writer.db.execute(
                "SELECT outcome, reason, count(*) FROM fetches "
                "WHERE run_id = ? AND url_id IS NOT NULL GROUP BY outcome, reason",
                [sums["id"]],
            )
        }
        sums["by_source"] = sums_by_source(self._writer.db, sums["id"])
        sums["new_versions"] = self._writer.db.execute(
            "SELECT count(*) FROM fetches WHERE run_id = ? AND outcome = 'stored' AND version > 1",
            [sums["id"]],
        ).fetchone()[0]
        return sums

    def _tell_outcome(
        self, source: str, kind: str, url: str, outcome: str, reason: str | None = None
    ) -> None:
        for call in self.on_outcome:
            call(source, kind, url, outcome, reason)

    def _note(self, write: Callable[[Writer], None]) -> None:
        with self._watch():
            write(self._writer)
            self._batch.commit_soon()

    @contextmanager
    def _watch(self) -> Iterator[None]:
        """Notice when the archive can't be read or written: the run must stop."""
        try:
            yield
        except ArchiveError as error:
            self._fail(error)
            raise
        except sqlite3.DatabaseError as error:
            if isinstance(error, ROW_ERRORS):
                raise
            failure = archive_error(error, self.path)
            self._fail(failure)
            raise failure from error

    def _require_room(self) -> None:
        folders = [self.path.parent, *([self.captures.folder] if self.captures else [])]
        try:
            for folder in folders:
                if folder.exists():
                    require_room(folder, self.reserve)
        except OSError as error:
            raise archive_error(error, self.path) from error

    def _look_for_room(self) -> None:
        try:
            self._require_room()
        except ArchiveError as error:
            self._fail(error)

    def _fail(self, error: ArchiveError) -> None:
        if self.failure is None:
            self.failure = error
            for call in self.on_failure:
                call()

    def _open(self) -> Writer:
        writer = open_writer(
            self.path, command=self.command, captures=self.captures, wait=self.wait
        )
        try:
            for row in self.sources:
                writer.save_source(row)
            if self.captures is not None:
                self.captures.cut_torn_tails(_known_ends(writer))
            self.hosts.load(writer)
            writer.start_run(self.command, [row["name"] for row in self.sources], self.version)
        except OSError as error:
            writer.close()
            raise archive_error(error, self.path) from error
        except BaseException:
            writer.close()
            raise
        return writer


def _known_ends(writer: Writer) -> dict[str, int]:
    """Capture file to the first byte after its last indexed record."""
    return dict(
        writer.db.execute(
            'SELECT file, max("offset" + length) FROM captures GROUP BY file'
        ).fetchall()
    )
