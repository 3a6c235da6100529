"""Writes one run over one archive: it asks for addresses, and each of them ends in one outcome."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from tradepress.archive.errors import ArchiveError
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.addresses import Addresses
from tradepress.archive.frontier.hosts import Hosts
from tradepress.archive.frontier.listings import Listings
from tradepress.archive.frontier.mementos import Mementos
from tradepress.archive.frontier.never_read import NeverRead
from tradepress.archive.frontier.next_visits import put_back, take_up
from tradepress.archive.frontier.seeds import Seeds
from tradepress.archive.frontier.site_files import SiteFiles
from tradepress.archive.frontier.sources import SourceRow, Sources
from tradepress.archive.ledger.ledger import Ledger
from tradepress.archive.ledger.outcomes import Outcome, RunKind, RunState
from tradepress.archive.ledger.page_files import PageFiles
from tradepress.archive.ledger.parts import Parts
from tradepress.archive.ledger.run_cost import cost_since
from tradepress.archive.ledger.run_report import RunSums, load_sums
from tradepress.archive.stories.site_marks import SiteMemories, keep_key
from tradepress.archive.stories.stories import Stories
from tradepress.archive.text_forms import counted

FOUND = """
    SELECT EXISTS (SELECT 1 FROM fetches
        WHERE url_id IS NOT NULL AND (kind <> 'file' OR outcome <> 'rejected'))
        OR EXISTS (SELECT 1 FROM mementos)
        OR EXISTS (SELECT 1 FROM urls WHERE state = 'held')
        OR EXISTS (SELECT 1 FROM hosts, runs WHERE paused_until IS NOT NULL AND kind = 'backfill')
"""
"""Was a story looked for on a site or in a web archive, did a listing or a file have one, or is a
web archive to be left alone? It shuts out who asks again before that."""


class Run:
    """Holds what a run writes into, over one transaction; made by `Archive.run`.

    As a context manager it ends as done, or as failed or interrupted where it was left by an
    exception.
    """

    def __init__(
        self,
        transaction: Transaction,
        kind: RunKind,
        *,
        command: str,
        version: str,
        sources: Sequence[SourceRow | str],
        near_duplicates: bool,
        is_part: bool,
        site_key: bytes,
        remove: Callable[[], None] | None,
    ) -> None:
        self._started = cost_since()
        self.transaction = transaction
        transaction.is_part = is_part
        self.ledger = Ledger(transaction)
        self.sources = Sources(transaction)
        self.addresses = Addresses(transaction, self.ledger)
        self.never_read = NeverRead(transaction)
        self.seeds = Seeds(transaction)
        self.listings = Listings(transaction)
        self.page_files = PageFiles(transaction)
        self.parts = Parts(transaction)
        self.hosts = Hosts(transaction)
        self.site_files = SiteFiles(transaction)
        self.stories = Stories(
            transaction,
            self.ledger,
            self.addresses,
            near_duplicates=near_duplicates,
            keeps_all=is_part,
        )
        choose_current = self.stories.versions.choose_current
        self.mementos = Mementos(transaction, self.ledger, self.addresses, choose_current)
        self.site_memories = SiteMemories(transaction.db)
        self.sums: RunSums | None = None
        """Is set once it has ended; None of a run that left no archive."""
        self.is_ended = False
        self._remove = remove
        for source in sources:
            if isinstance(source, SourceRow):
                self.sources.save(source)
        names = [one.name if isinstance(one, SourceRow) else one for one in sources]
        self.ledger.begin(kind, command, names, version)
        keep_key(transaction, site_key)
        for name in names:
            put_back(transaction, name)
            if kind is RunKind.CRAWL:
                take_up(transaction, self.addresses, name)
        transaction.commit()

    @property
    def failure(self) -> ArchiveError | None:
        """Says why the archive can't or shouldn't be written any more; the run must stop."""
        return self.transaction.failure

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_ended:
            return
        if error is None:
            self.end(RunState.DONE, exit_code=0)
        elif isinstance(error, ArchiveError):
            self._try_to_end(RunState.INTERRUPTED, 3, str(error))
        elif isinstance(error, KeyboardInterrupt):
            self._try_to_end(RunState.INTERRUPTED, 130, "stopped")
        else:
            self._try_to_end(RunState.FAILED, 1, f"the run broke off: {error}")

    def end(
        self,
        state: RunState,
        *,
        exit_code: int | None = None,
        reason: str | None = None,
        stopped_by: str | None = None,
    ) -> RunSums | None:
        """Ends the run, which is lasting when it returns.

        An address that was scheduled and came to nothing has failed, and so has the run; where the
        run was interrupted such addresses are deferred.

        :param stopped_by: what interrupted it: a signal, or :data:`~outcomes.DEADLINE`
        :returns: its sums, or None if it leaves no archive, since it made one and found nothing
        """
        self.is_ended = True
        self.transaction.commit()
        reasons = [reason] if reason else []
        if stopped_by:
            state = RunState.INTERRUPTED
            reasons.insert(0, f"stopped before its end ({stopped_by})")
        run_id = self.ledger.run_id
        if state == RunState.INTERRUPTED:
            self.addresses.end_rest(run_id, Outcome.DEFERRED, "interrupted")
        elif lost := self.addresses.end_rest(run_id, Outcome.FAILED, "no outcome"):
            state = RunState.FAILED
            reasons.append(f"{counted(lost, 'address', 'addresses')} came to no outcome")
        self.ledger.close(run_id, state, exit_code, "; ".join(reasons) or None, stopped_by)
        self.transaction.commit()
        if self._remove is not None and not self.transaction.value(FOUND):
            self._remove()
            return None
        self.sums = load_sums(self.transaction.db, run_id)
        return self.sums

    def note_cost(self) -> None:
        """Writes what the run has cost, if it left an archive; its processes must have ended.

        :raises ArchiveError: the file can't be written
        """
        if self.sums is not None:
            cost = cost_since(self._started)
            # Known only behind the end of the run, it is no part of what the log vouches for.
            self.transaction.write(
                "UPDATE runs SET cpu_seconds = ?, bytes_written = ? WHERE id = ?",
                [cost.cpu_seconds, cost.bytes_written or None, self.ledger.run_id],
            )
            self.transaction.commit()

    def discard(self) -> None:
        """Leaves no trace of a run that wrote of no address; lasting when it returns.

        An archive that it made goes with it.
        """
        self.is_ended = True
        if self._remove is not None:
            self._remove()
            return
        self.transaction.write("DELETE FROM runs WHERE id = ?", [self.ledger.run_id])
        self.transaction.commit()

    def _try_to_end(self, state: RunState, exit_code: int, reason: str) -> None:
        try:
            self.end(state, exit_code=exit_code, reason=reason)
        except ArchiveError:
            self.is_ended = True  # what broke it off is told; the next opening closes it


def end_killed_runs(transaction: Transaction) -> None:
    """Ends runs that somebody left open, who is dead, for the lock is ours; lasting at once."""
    ledger = Ledger(transaction)
    addresses = Addresses(transaction, ledger)
    for run in transaction.rows("SELECT id FROM runs WHERE state = 'running'"):
        left = addresses.end_rest(run["id"], Outcome.DEFERRED, "interrupted")
        reason = f"the process was killed; {counted(left, 'address stays', 'addresses stay')} due"
        ledger.close(run["id"], RunState.INTERRUPTED, None, reason)
    transaction.commit()
