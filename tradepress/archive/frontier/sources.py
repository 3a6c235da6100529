"""Keeps the sources that an archive has stories of: who publishes them, may crawls go on?"""

from dataclasses import asdict, dataclass
from pathlib import Path

from tradepress.archive.clean import column_value
from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.errors import MixedArchive
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.text_forms import storable
from tradepress.story import CitedAs


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRow:
    """Holds what the archive keeps of a declared source."""

    name: str
    publisher: str
    home_url: str
    language: str
    timezone: str
    """Is an IANA name."""
    cited_as: CitedAs = "newspaper"
    is_sample: bool = False
    verified: str | None = None
    """Is the day on which its rules were last seen to work; what was once proven is not unsaid."""


class Sources:
    """Keeps table ``sources``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def save(self, source: SourceRow) -> None:
        """Inserts or updates a source.

        :raises MixedArchive: a sample paper for an archive of real ones, or the other way
        """
        with self._transaction.reading() as db:
            require_kind(db, source.is_sample, self._transaction.path)
        row = {
            name: column_value(storable(value) if isinstance(value, str) else value)
            for name, value in asdict(source).items()
        }
        self._transaction.write(
            """
            INSERT INTO sources (name, publisher, home_url, language, timezone, cited_as, is_sample,
                verified)
            VALUES (:name, :publisher, :home_url, :language, :timezone, :cited_as, :is_sample,
                :verified)
            ON CONFLICT (name) DO UPDATE SET publisher = excluded.publisher,
                home_url = excluded.home_url, language = excluded.language,
                timezone = excluded.timezone, cited_as = excluded.cited_as,
                is_sample = excluded.is_sample,
                verified = coalesce(excluded.verified, verified)
            """,
            row,
        )

    def pass_trial(self, name: str, passed_at: str | None = None) -> None:
        """Lets a source go on after its trial, as the operator says.

        :param passed_at: UTC; None: now
        """
        self._transaction.write(
            "UPDATE sources SET trial_passed_at = coalesce(trial_passed_at, ?) WHERE name = ?",
            [passed_at or utc_now(), name],
        )

    def is_trial_passed(self, name: str) -> bool:
        """Has the operator let this source go on after its trial?"""
        passed_at = self._transaction.value(
            "SELECT trial_passed_at FROM sources WHERE name = ?", [name]
        )
        return passed_at is not None


def require_kind(db: Database, sample: bool, path: Path) -> None:
    """Requires that sample and real don't mix.

    :param sample: what is about to be written
    :raises MixedArchive: the archive belongs to sources of the other kind
    """
    names = [
        row["name"]
        for row in db.query(
            "SELECT name FROM sources WHERE is_sample <> ? ORDER BY name", [int(sample)]
        )
    ]
    if not names:
        return
    if sample:
        raise MixedArchive(
            f"{path} belongs to real sources ({', '.join(names)}), and the sample is invented: "
            "name another file for it with --archive OTHER"
        )
    raise MixedArchive(
        f"{path} holds the invented sample ({', '.join(names)}): "
        "name another file for real stories with --archive OTHER"
    )
