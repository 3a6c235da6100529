"""Runs: opened and closed in the archive, with sums that must add up."""

import json
import os
import socket
from collections import Counter, defaultdict
from collections.abc import Sequence

from archive.clean import clean_text, fitting_number
from archive.clock import utc_now
from archive.rows import Row
from archive.transaction import Transaction

OUTCOMES = ("stored", "unchanged", "duplicate", "rejected", "failed", "deferred")
"""How an address ends in a run; exactly one of them."""


class Runs(Transaction):
    """The part of the writer that keeps the ledger: at most one run is open."""

    run_id: int | None = None
    counts: dict[str, Counter[str]]
    """Of the open run, by source: outcomes, for whoever watches it; the sums come from the file."""

    def start_run(self, command: str, sources: Sequence[str], version: str) -> int:
        """Open the ledger of a run; lasting at once.

        :param version: of the program
        """
        if self.run_id is not None:
            raise RuntimeError(f"run {self.run_id} has not ended")
        run_id = self.insert(
            "runs",
            {
                "command": clean_text(command),
                "sources": json.dumps(list(sources)),
                "version": version,
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "started": utc_now(),
            },
        )
        self.commit()
        self.run_id = run_id
        self.counts = defaultdict(Counter)
        return run_id

    def end_run(self, state: str, exit_code: int | None, reason: str | None = None) -> Row:
        """Close the ledger; lasting at once.

        An address that was scheduled and came to nothing is settled as failed, and so is the
        run; where the run was interrupted such addresses are deferred.

        :param state: ``done``, ``failed`` or ``interrupted``
        :returns: the row of ``runs`` with its sums
        """
        run_id = self.open_run()
        reasons = [reason] if reason else []
        if state == "interrupted":
            self._settle_rest(run_id, "deferred", "interrupted")
        elif lost := self._settle_rest(run_id, "failed", "no outcome"):
            state = "failed"
            reasons.append(f"{lost} addresses came to no outcome")
        row = self._close_run(
            run_id, state, utc_now(), exit_code, clean_text("; ".join(reasons)) or None
        )
        self.commit()
        self.run_id = None
        return row

    def open_run(self) -> int:
        """Id of the run that is open."""
        if self.run_id is None:
            raise RuntimeError("no run is open: call start_run first")
        return self.run_id

    def record_fetch(
        self,
        kind: str,
        source: str | None,
        url: str,
        *,
        status: int | None = None,
        size: int | None = None,
        outcome: str = "read",
        reason: str | None = None,
        found: int | None = None,
    ) -> None:
        """A listing, feed, sitemap or robots.txt was asked for; not counted among the URLs.

        :param found: story addresses on it
        """
        self.write(
            "INSERT INTO fetches "
            "(run_id, source, kind, url, at, status, bytes, outcome, reason, found) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self.open_run(),
                source,
                kind,
                clean_text(url),
                utc_now(),
                status,
                size,
                outcome,
                reason and clean_text(reason),
                found,
            ],
        )

    def record_outcome(
        self,
        address: Row,
        *,
        kind: str,
        outcome: str,
        reason: str | None,
        status: int | None,
        size: int | None,
        article_id: int | None = None,
        version: int | None = None,
    ) -> bool:
        """How an address ended: the first outcome of a run stands, but a stored story outdoes a
        failure.

        :param address: row of ``urls``; it counts in this run from now on
        :returns: False if it had an outcome in this run that stands
        """
        run_id = self.open_run()
        if address["scheduled_run_id"] != run_id:
            self.write("UPDATE urls SET scheduled_run_id = ? WHERE id = ?", [run_id, address["id"]])
        row = {
            "kind": kind,
            "at": utc_now(),
            "status": fitting_number(status),
            "bytes": fitting_number(size),
            "outcome": outcome,
            "reason": reason and clean_text(reason),
            "article_id": article_id,
            "version": version,
        }
        known = self.rows(
            "SELECT id, outcome FROM fetches WHERE run_id = ? AND url_id = ?",
            [run_id, address["id"]],
        )
        counts = self.counts[address["source"]]
        if not known:
            counts[outcome] += 1
            of_address = {"url_id": address["id"], "source": address["source"]}
            self.insert("fetches", {"run_id": run_id, **of_address, "url": address["url"], **row})
            return True
        if outcome != "stored" or known[0]["outcome"] == "stored":
            return False
        counts[known[0]["outcome"]] -= 1
        counts[outcome] += 1
        self.write(
            f"UPDATE fetches SET {', '.join(f'{name} = :{name}' for name in row)} WHERE id = :id",
            {**row, "id": known[0]["id"]},
        )
        return True

    def close_interrupted_runs(self) -> None:
        """Whoever left a run open is dead, for the lock is ours; lasting at once."""
        for run in self.rows("SELECT id FROM runs WHERE state = 'running'"):
            left = self._settle_rest(run["id"], "deferred", "interrupted")
            reason = f"the process was killed; {left} addresses stay due"
            self._close_run(run["id"], "interrupted", None, None, reason)
        self.commit()

    def _settle_rest(self, run_id: int, outcome: str, reason: str) -> int:
        """Give the scheduled addresses of a run that came to nothing their outcome."""
        cursor = self.write(
            """
            INSERT INTO fetches (run_id, url_id, source, kind, url, at, outcome, reason)
            SELECT :run, id, source, 'article', url, :now, :outcome, :reason FROM urls
            WHERE scheduled_run_id = :run AND NOT EXISTS
                (SELECT 1 FROM fetches WHERE run_id = :run AND url_id = urls.id)
            """,
            {"run": run_id, "now": utc_now(), "outcome": outcome, "reason": reason},
        )
        self.write(
            """
            UPDATE urls SET state = 'due', outcome = :outcome, reason = :reason,
                tries = tries + (:outcome = 'failed')
            WHERE id IN (SELECT url_id FROM fetches
                WHERE run_id = :run AND outcome = :outcome AND reason = :reason)
            """,
            {"run": run_id, "outcome": outcome, "reason": reason},
        )
        return cursor.rowcount

    def _close_run(
        self, run_id: int, state: str, ended: str | None, exit_code: int | None, reason: str | None
    ) -> Row:
        sums = dict.fromkeys(OUTCOMES, 0)
        for row in self.rows(
            "SELECT outcome, count(*) AS addresses FROM fetches "
            "WHERE run_id = ? AND url_id IS NOT NULL GROUP BY outcome",
            [run_id],
        ):
            sums[row["outcome"]] = row["addresses"]
        urls = self.value("SELECT count(*) FROM urls WHERE scheduled_run_id = ?", [run_id])
        if urls != sum(sums.values()):
            state, reason = "failed", f"{urls} URLs, but {sum(sums.values())} outcomes"
        if exit_code == 0 and (state == "failed" or sums["failed"]):
            exit_code = 1
        self.write(
            """
            UPDATE runs SET state = :state, ended = :ended, exit_code = :exit_code,
                reason = :reason, urls = :urls, stored = :stored, unchanged = :unchanged,
                duplicate = :duplicate, rejected = :rejected, failed = :failed,
                deferred = :deferred
            WHERE id = :id
            """,
            {
                "id": run_id,
                "state": state,
                "ended": ended,
                "exit_code": exit_code,
                "reason": reason,
                "urls": urls,
                **sums,
            },
        )
        return self.rows("SELECT * FROM runs WHERE id = ?", [run_id])[0]
