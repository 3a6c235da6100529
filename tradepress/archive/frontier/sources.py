"""Keeps the sources that an archive has stories of: who publishes them, may crawls go on?"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from tradepress.archive.clean import column_value
from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.errors import MixedArchive
from tradepress.archive.file.rows import fetch_row, fetch_rows
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.taken_over import is_on_site_of, take_over
from tradepress.archive.site_host import host_of, is_site_name
from tradepress.archive.text_forms import storable
from tradepress.archive.url_key import url_key
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
    is_own: Callable[[str], bool] | None = field(default=None, compare=False)
    """Says whether an address is its, as declared; in no column."""
    id_in: Callable[[str], str | None] = field(default=lambda url: None, compare=False)
    """Returns the site's own id in the address of a story, as declared; in no column."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Returns the hosts that are its, with what is below them."""
        return self.domains or (host_of(self.home_url),)

    def owns(self, url: str) -> bool:
        """Is an address its? Where nobody here declares it, no other site's is, even one below the
        host of its home page (``hmrc.gov.uk``)."""
        return self.is_own(url) if self.is_own else is_on_site_of(url, self.home_url)


DECLARED = ("domains", "is_own", "id_in")
COLUMNS = tuple(one.name for one in fields(SourceRow) if one.name not in DECLARED)
KNOWN_AT = """
    SELECT articles.source FROM locations JOIN articles ON articles.id = article_id
    WHERE url_key = :key UNION ALL SELECT source FROM urls WHERE url_key = :key LIMIT 1
"""


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
            home_url = self._transaction.value(
                "SELECT home_url FROM sources WHERE name = ?", [source.name]
            )
            kept = replace(source, home_url=home_url)
            take_over(self._transaction, kept.name, kept.hosts, kept.owns, kept.id_in)

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


def names_here(db: Database, declared: Iterable[SourceRow] = ()) -> Callable[[str, str], str]:
    """Returns a function that gives the name which the source of an address has in an archive: an
    undeclared one may be on the site of a declared one, or the other way.

    :param declared: of those that are known there, what tells more of their addresses than the row
    """
    columns = ", ".join(COLUMNS)
    sql = f"SELECT {columns} FROM sources WHERE NOT instr(name, '.') ORDER BY name"
    known = {row["name"]: SourceRow(**row) for row in fetch_rows(db, sql)}
    known |= {one.name: one for one in declared if one.name in known}

    def name_here(source: str, url: str) -> str:
        with suppress(ValueError):
            kept = fetch_row(db, KNOWN_AT, {"key": url_key(url)})
            if kept and (is_site_name(source) or is_site_name(kept["source"])):
                return str(kept["source"])
        if not is_site_name(source):
            return source
        return next((one.name for one in known.values() if one.owns(url)), source)

    return name_here


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
