"""Copies some stories to be given away: no ledger, no hosts, no files of sites, and no trace of
what is left out."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tradepress.archive.care.integrity import (
    broken_references,
    full_text_problems,
    integrity_problems,
    map_copy,
)
from tradepress.archive.database import Database
from tradepress.archive.disk import UNFINISHED, sync
from tradepress.archive.errors import DamagedArchive, archive_error
from tradepress.archive.file.connection import Connection
from tradepress.archive.file.full_text import (
    ARTICLES,
    FORMER,
    FORMER_INDEXES,
    INDEXES,
    hold_more,
    keep_searched_forms,
)
from tradepress.archive.stories.clean_story import COLUMNS, clean_story
from tradepress.archive.stories.kept import article_of
from tradepress.story import METADATA_ONLY, Article, StoredArticle
from tradepress.story_fields import GIVEN, OF_WORDS, PUBLIC, ROWS_OF, TABLES, WITHOUT_TEXT

LEFT_OUT = (
    *("fetches", "quarantine", "runs", "urls", "mementos", "seeds", "listings", "page_files"),
    *("hosts", "parts", "site_files", "capture_records"),
    *("fingerprints_waiting", "fingerprints", "fingerprint_bands"),
    *("tombstones", "tombstone_keys", "withdrawn_people", "articles_unindexed"),
    *("site_marks", "site_key", "searched_texts", "versions_unindexed"),
    *("log_leaves", "log_roots", "log_head", "log_erasures", "log_timestamps"),
)
"""Lists tables that stay empty: how the stories were had, and what was withdrawn."""

_BY_HEADLINE = (
    "UPDATE links SET text = (SELECT headline FROM articles WHERE id = target_id) "
    "WHERE target_id IN (SELECT id FROM temp.headlined)"
)
# Where a page was taken from a web archive its address there is told; the page itself is not given.
_OF_CHOSEN = (
    "DELETE FROM near_duplicates WHERE article_id NOT IN (SELECT id FROM temp.chosen) "
    "OR other_id NOT IN (SELECT id FROM temp.chosen)",
    *(
        f"DELETE FROM {table} WHERE article_id NOT IN (SELECT id FROM temp.chosen)"
        for table in ("version_rows", "locations", "aliases", "sightings", "holdings")
    ),
    "DELETE FROM articles WHERE id NOT IN (SELECT id FROM temp.chosen)",
    *(
        f"DELETE FROM {table} WHERE version_id NOT IN (SELECT id FROM versions)"
        for table in ("links", "mentions", "mention_readings")
    ),
    "UPDATE links SET target_id = NULL WHERE target_id NOT IN (SELECT id FROM temp.chosen)",
    "DELETE FROM sources WHERE name NOT IN (SELECT source FROM articles)",
    "UPDATE sources SET trial_passed_at = NULL",
    "DELETE FROM captures WHERE retrieved_from IS NULL "
    "OR id NOT IN (SELECT capture_id FROM versions WHERE capture_id IS NOT NULL)",
    "UPDATE captures SET run_id = NULL, file = '', \"offset\" = id, length = 0",
    "UPDATE version_rows SET run_id = NULL, "
    "capture_id = (SELECT captures.id FROM captures WHERE captures.id = capture_id)",
)
# A link without an address may be worded as the opening of a text.
_OF_TEXTLESS = (
    "UPDATE version_rows SET evidence = '{}' WHERE article_id IN (SELECT id FROM temp.textless)",
    *(
        f"DELETE FROM {table} WHERE ({condition}) AND version_id IN "
        "(SELECT id FROM versions WHERE article_id IN (SELECT id FROM temp.textless))"
        for table, condition in (
            ("links", "kind = 'in_text' OR url IS NULL"),
            ("mentions", "field <> 'headline'"),
        )
    ),
)
_UNDECIDED = """
    SELECT format('"%w" = %s', name, iif("notnull", coalesce(dflt_value, ''''''), 'NULL'))
    FROM pragma_table_xinfo(:of)
    WHERE hidden = 0 AND name NOT IN (SELECT value FROM json_each(:names))
"""
_OF_UNDECIDED = """
    UPDATE version_rows SET evidence = (
        SELECT json_group_object(key, json(value)) FROM json_each(evidence)
        WHERE key IN (SELECT value FROM json_each(:names))
    ) WHERE EXISTS (
        SELECT 1 FROM json_each(iif(json_valid(evidence), evidence, '{}'))
        WHERE key NOT IN (SELECT value FROM json_each(:names))
    )
"""


@contextmanager
def whole_copy(db: Database, folder: Path) -> Iterator[Database]:
    """Copies the whole archive, open for writing, into a file of ``folder`` that goes again.

    :raises ArchiveError: it can't be written
    """
    part = folder / f"whole.db{UNFINISHED}"
    try:
        try:
            db.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(part)])
            connection = sqlite3.connect(part, isolation_level=None, factory=Connection)
        except sqlite3.Error as error:
            raise archive_error(error, folder) from error
        with Database(connection, execute_plugins=False) as copy:
            map_copy(copy)
            yield copy
    finally:
        part.unlink(missing_ok=True)
        part.with_name(f"{part.name}-journal").unlink(missing_ok=True)


def freeze(
    copy: Database,
    target: Path,
    *,
    chosen: Iterable[int],
    textless: Iterable[int],
    headlined: Iterable[int],
    without_text: Callable[[Article], Article],
) -> None:
    """Leaves of a whole copy what is to be given away, and writes that under its name.

    The same stories give the same bytes.

    :param copy: of :func:`whole_copy`; nobody needs it afterwards
    :param chosen: ids of articles; all of their versions go along
    :param textless: ids of those of which no text is to be given, but the metadata alone
    :param headlined: ids of those, chosen or not, whose headline stands for the words of all links
        to them: papers word these by the opening of the text
    :param without_text: a story -> what may be given of it then
    :raises DamagedArchive: the copy has faults, so the archive has
    :raises ArchiveError: it can't be written
    """
    try:
        ids = {"chosen": chosen, "textless": textless, "headlined": headlined}
        triggers = _reduce(copy, ids, without_text)
        # Before there is a full text: newer releases of SQLite would go through it here, too.
        found = [*integrity_problems(copy), *broken_references(copy)]
        _index(copy, triggers)
        if found := [*found, *full_text_problems(copy)]:
            raise DamagedArchive(f"the copy has faults ({found[0]}): see `tradepress verify`")
        # Its header counts each VACUUM and ANALYZE of the archive, and VACUUM INTO takes that over.
        copy.execute("PRAGMA schema_version=1")
        copy.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(target)])
        sync(target)
    except sqlite3.Error as error:
        raise archive_error(error, target) from error


def _reduce(
    copy: Database,
    tables: Mapping[str, Iterable[int]],
    without_text: Callable[[Article], Article],
) -> list[str]:
    """Leaves the rows of the chosen; returns the triggers, which are no more there."""
    copy.execute("PRAGMA foreign_keys=OFF")  # with them each deleted row looks for its kin
    copy.execute("PRAGMA journal_mode=OFF")  # what fails is thrown away
    copy.execute("PRAGMA synchronous=OFF")
    copy.execute("BEGIN")
    for table, ids in tables.items():
        copy.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY)")
        copy.execute(
            f"INSERT INTO temp.{table} SELECT DISTINCT value FROM json_each(?)",
            [json.dumps(list(ids))],
        )
    of_triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = dict(copy.execute(of_triggers).fetchall())
    for name in triggers:
        copy.execute(f"DROP TRIGGER {name}")
    for table in LEFT_OUT:
        copy.execute(f"DELETE FROM {table}")
    for statement in (_BY_HEADLINE, *_OF_CHOSEN, *_OF_TEXTLESS):
        copy.execute(statement)
    _strip(copy, without_text)
    _withhold_undecided(copy)
    for table in (*INDEXES, *FORMER_INDEXES):
        copy.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
    for table in ("sqlite_stat1", "sqlite_stat4"):
        copy.execute(f"DROP TABLE IF EXISTS {table}")
    copy.execute("COMMIT")
    return [*triggers.values()]


def _index(copy: Database, triggers: Iterable[str]) -> None:
    copy.execute("BEGIN")
    hold_more(copy.conn)
    for view in (ARTICLES, FORMER):
        keep_searched_forms(copy.conn, of=view)
    for table in (*INDEXES, *FORMER_INDEXES):
        for order in ("rebuild", "optimize"):
            copy.execute(f"INSERT INTO {table} ({table}) VALUES ('{order}')")
    for statement in triggers:
        copy.execute(statement)
    copy.execute("COMMIT")


def _strip(copy: Database, without_text: Callable[[Article], Article]) -> None:
    """Takes the texts away, and their hashes: a hash is told of no text that is not given."""
    wordless = PUBLIC - OF_WORDS
    names = (*(name for name in COLUMNS if name not in wordless), "policy", "content_hash")
    change = ", ".join(f"{name} = :{name}" for name in names)
    for (version_id,) in copy.execute(
        "SELECT versions.id FROM versions JOIN temp.textless ON textless.id = article_id"
    ).fetchall():
        (row,) = copy.query("SELECT * FROM versions WHERE id = ?", [version_id])
        kept = without_text(article_of(row))
        given = {name: getattr(kept, name) for name in COLUMNS if name in WITHOUT_TEXT}
        left = clean_story(StoredArticle(**{**given, "policy": METADATA_ONLY}))
        ids = {"version_id": version_id, "article_id": row["article_id"]}
        values = {**left.columns, "content_hash": left.content_hash, **ids}
        copy.execute(f"UPDATE version_rows SET {change} WHERE id = :version_id", values)
        copy.execute(
            f"UPDATE articles SET {change} WHERE id = :article_id AND version_id = :version_id",
            values,
        )


def _withhold_undecided(copy: Database) -> None:
    """Empties columns of whatever story that are not given on, and where their values were read."""
    names = {"names": json.dumps(sorted(GIVEN))}
    for table in (ROWS_OF.get(table, table) for table in TABLES):
        for (emptied,) in copy.execute(_UNDECIDED, {"of": table, **names}).fetchall():
            copy.execute(f"UPDATE {table} SET {emptied}")
    copy.execute(_OF_UNDECIDED, names)
