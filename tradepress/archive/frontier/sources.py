"""Keeps the sources that an archive has stories of: who publishes them, may crawls go on?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

from tradepress.archive.clean import column_value
from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.errors import MixedArchive
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.taken_over import is_on, take_over
from tradepress.archive.site_host import host_of, is_site_name
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

    domains: tuple[str, ...] = ()
    """Are its hosts as declared, in no column; none: only that of its home page is known."""
    id_in: Callable[[str], str | None] = field(default=lambda url: None, compare=False)
    """Returns the site's own id in the address of a story, as declared; in no column."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Returns the hosts that are its, with what is below them."""
        return self.domains or (host_of(self.home_url),)


COLUMNS = tuple(one.name for one in fields(SourceRow) if one.name not in ("domains", "id_in"))


class Sources:
    """Keeps table ``sources``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def save(self, source: SourceRow) -> None:
        """Inserts or updates a source, which takes over what files of its hosts had given before it
        was declared. Of one that nobody declared the row stays.

        :raises MixedArchive: a sample paper for an archive of real ones, or the other way
        """
        if is_site_name(source.name):  # its pages say what it is called
            self.add(source)
            return
        self._write(
            source,
            """
            UPDATE SET publisher = excluded.publisher,
                home_url = excluded.home_url, language = excluded.language,
                timezone = excluded.timezone, cited_as = excluded.cited_as,
                is_sample = excluded.is_sample,
                verified = coalesce(excluded.verified, verified)
            """,
        )

    def add(self, source: SourceRow) -> None:
        """Inserts a source as :meth:`save`; of one that is known the row stays.

        :raises MixedArchive: as :meth:`save`
        """
        self._write(source, "NOTHING")

    def _write(self, source: SourceRow, on_conflict: str) -> None:
        with self._transaction.reading() as db:
            require_kind(db, source.is_sample, self._transaction.path)
        row = {
            name: column_value(storable(value) if isinstance(value, str) else value)
            for name, value in ((name, getattr(source, name)) for name in COLUMNS)
        }
        self._transaction.write(
            f"""
            INSERT INTO sources (name, publisher, home_url, language, timezone, cited_as, is_sample,
                verified)
            VALUES (:name, :publisher, :home_url, :language, :timezone, :cited_as, :is_sample,
                :verified)
            ON CONFLICT (name) DO {on_conflict}
            """,
            row,
        )
        if not is_site_name(source.name):
            take_over(self._transaction, source.name, source.hosts, source.id_in)

    def names_here(self, declared: Iterable[SourceRow] = ()) -> Callable[[str, str], str]:
        """Returns a function that gives the name which the source of an address has here: that of
        an undeclared one may be on the site of a declared one.

        :param declared: of those that are known here, what tells more of their hosts than the row
        """
        hosts: dict[str, tuple[str, ...]] = {
            row["name"]: (host_of(row["home_url"]),)
            for row in self._transaction.rows(
                "SELECT name, home_url FROM sources WHERE NOT instr(name, '.') ORDER BY name"
            )
        }
        hosts |= {one.name: one.hosts for one in declared if one.name in hosts}

        def name_here(source: str, url: str) -> str:
            if not is_site_name(source):
                return source
            return next((name for name, own in hosts.items() if is_on(url, own)), source)

        return name_here

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
