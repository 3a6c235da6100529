"""Each column of the archive is decided: what nobody thought of would leak, or stay."""

import sqlite3
from collections.abc import Iterator, Mapping, Set
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, open_writer, save, story, withdraw

from tradepress.archive.care import frozen_copy
from tradepress.archive.database import Database
from tradepress.archive.file import schema
from tradepress.archive.file.full_text import FORMER_INDEXES, INDEXES
from tradepress.archive.frontier.addresses import Listed
from tradepress.archive.stories.story_record import Story
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.browse.asking.limits import NOT_SHOWN, is_withheld
from tradepress.story import Article
from tradepress.story_fields import (
    FIELDS,
    GIVEN,
    KEPT,
    OF_WORDS,
    SEARCHED,
    TABLES,
    WITHOUT_TEXT,
    StoryField,
)

Columns = Mapping[str, Set[str]]
"""By table."""

SQL_TYPES = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}


def columns(db: sqlite3.Connection) -> Columns:
    """Of all tables but those of the full-text indexes, which hold what these hold."""
    tables = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' "
        "ESCAPE '\\' AND name NOT LIKE '%\\_stems%' ESCAPE '\\' AND name NOT LIKE '%sqlite%'"
    ).fetchall()
    found = {}
    for (name,) in tables:
        rows = db.execute("SELECT name FROM pragma_table_xinfo(?)", [name]).fetchall()
        found[name] = {column for (column,) in rows}
    return found


@pytest.fixture
def new_schema() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as db:
        schema.migrations.apply(Database(db, execute_plugins=False))
        yield db


@pytest.mark.parametrize("table", TABLES)
def test_the_table_of_fields_names_each_column(new_schema: sqlite3.Connection, table: str) -> None:
    there = "version_rows" if table == "versions" else table  # of a view SQLite knows no type
    rows = new_schema.execute("SELECT name, type FROM pragma_table_xinfo(?)", [there])
    kinds = {one.name: one.kind for one in FIELDS if table in one.tables}
    assert dict(rows) == {name: SQL_TYPES.get(kind, "TEXT") for name, kind in kinds.items()}


def test_each_field_is_named_once_and_is_somewhere() -> None:
    names = [one.name for one in FIELDS]
    assert len(names) == len({*names})
    without_column = {one.name for one in FIELDS if not one.tables}
    in_memory = {one.name for kind in (Article, Story) for one in fields(kind)}
    assert without_column - in_memory == {"has_text", "why_no_text"}  # of an export
    # By part: links and mentions. Which rules looked for mentions, and what the memory of a site
    # keeps, tables of their own tell. Odds by paragraph are what confidence is made of.
    assert in_memory - {*names} == {"links", "mention_rules", "paragraph_odds", "site_marks"}


def test_a_field_of_which_nothing_is_said_is_given_to_nobody() -> None:
    one = StoryField(name="first_sentence", kind="text", meaning="How it begins")
    assert (one.holds_words, one.is_kept, one.given) == (True, False, "never")
    assert (one.is_exported, one.is_searched) == (False, False)


def test_what_is_of_a_text_goes_without_it_as_far_as_it_is_judged() -> None:
    """Whoever enters another one here writes what judges it."""
    parts = {"related_links", "evidence"}
    lists = {"authors", "credit", "keywords", "also_titled"}
    assert {"description", "section", "capture"} | lists | parts == KEPT & OF_WORDS
    assert {"section", "mentions"} | lists | parts == WITHOUT_TEXT & OF_WORDS
    assert {one.name for one in FIELDS if one.is_exported} <= GIVEN


def test_what_is_searched_is_the_full_text(new_schema: sqlite3.Connection) -> None:
    for index in (*INDEXES, *FORMER_INDEXES):
        rows = new_schema.execute("SELECT name FROM pragma_table_info(?)", [index])
        names = [name for (name,) in rows]
        assert sorted(names) == sorted(SEARCHED)
        # SQL of users asks by their places: snippet(articles_fts, 2, …). New ones follow.
        assert names[:3] == ["headline", "description", "body"]


SHOWN: Columns = {
    "links": {"id", "version_id", "kind", "position", "target_id"},
    "quarantine": {"id", "run_id", "source", "url", "at"},
    "site_files": {"id", "origin", "path", "status", "digest", "first_seen", "last_seen"},
    "urls": {
        *("id", "source", "url", "url_key", "found_on", "found_at", "date_listed"),
        *("listed_by", "lastmod", "state", "next_due", "tries", "scheduled_run_id", "etag"),
        *("last_modified", "fetched_at", "outcome", "reason", "article_id"),
    },
    "fetches": {
        *("id", "run_id", "url_id", "source", "kind", "url", "at", "status", "bytes"),
        *("outcome", "reason", "found", "refused", "article_id", "version", "extractor"),
    },
    "mentions": {"version_id", "field", "start", "end", "kind", "value"},
    "tombstones": {
        *("id", "ref", "source", "headline", "published_day", "date_archived", "reason"),
        "withdrawn_at",
    },
    "captures": {
        *("id", "run_id", "url", "date_captured", "origin", "retrieved_from", "status"),
        *("content_type", "digest", "file", "offset", "length"),
    },
}
"""Of tables beside the stories: what pages of a public room may ask for."""


def test_each_column_is_decided_for_the_public(new_schema: sqlite3.Connection) -> None:
    there = columns(new_schema)
    shown = {table: {one for one in there[table] if not is_withheld(table, one)} for table in SHOWN}
    assert shown == SHOWN
    hashes = {"withdrawn_people", "site_marks", "site_key", "log_leaves", "log_head"}
    assert hashes == NOT_SHOWN
    for table in (*TABLES, "former_versions", *INDEXES, *FORMER_INDEXES):
        assert is_withheld(table, "body")
        assert is_withheld(table, "first_sentence")
        assert not is_withheld(table, "headline")


KEPT_OF_WITHDRAWN = {
    "urls": {
        *("id", "source", "found_at", "state", "tries", "scheduled_run_id", "fetched_at"),
        "outcome",
    },
    "fetches": {
        *("id", "run_id", "url_id", "source", "kind", "at", "status", "bytes", "outcome"),
        *("found", "refused", "version", "extractor"),
    },
    "links": {"id", "version_id", "kind", "position"},
}
"""Of rows that stay when a story is withdrawn: what they go on saying."""


@pytest.mark.parametrize("added", [None, *KEPT_OF_WITHDRAWN])
def test_each_column_is_decided_by_a_withdrawal(tmp_path: Path, added: str | None) -> None:
    """Rows of a story are deleted whole; of the frontier, of outcomes and of links to it some
    columns stay. What is added to these stays, until somebody decides."""
    with open_writer(tmp_path / "a.db", command="withdraw") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl", ["signet"], "0")
        url = story()["url"]
        said = Listed(url=url, found_on=SITE, listed_by="feed", date_listed="2017-08-04")
        writer.add_listed("signet", [said], 9)
        link = {"kind": "related", "text": "x", "url": url, "position": 0}
        save(writer, story())
        save(writer, story(2), links=[link])
        of_rows = {
            "urls": f"url = '{url}'",
            "fetches": f"url = '{url}'",
            "links": "target_id IS NOT NULL",
        }
        ids = {
            table: writer.value(f"SELECT id FROM {table} WHERE {where}")
            for table, where in of_rows.items()
        }
        if added:
            writer.write(f"ALTER TABLE {added} ADD COLUMN words TEXT")
        for table, url_id in ids.items():
            there = set(writer.rows(f"SELECT * FROM {table}")[0])
            free = there - KEPT_OF_WITHDRAWN[table] - {"url", "url_key", "article_id", "target_id"}
            for name in free:
                writer.write(f"UPDATE {table} SET {name} = 'feed' WHERE id = ?", [url_id])
        before = {
            table: writer.rows(f"SELECT * FROM {table} WHERE id = {ids[table]}")[0] for table in ids
        }
        writer.end_run("done", 0)
        article_id = writer.value("SELECT id FROM articles WHERE ref = 'signet-1'")
        withdraw(writer, None, [tombstone_for(writer.db, article_id, reason="order")])
        same = {
            f"{table}.{name}"
            for table in ids
            for name, value in writer.rows(f"SELECT * FROM {table} WHERE id = {ids[table]}")[
                0
            ].items()
            if name not in KEPT_OF_WITHDRAWN[table] and value == before[table][name]
        }
        for table in TABLES:
            column = "id" if table == "articles" else "article_id"
            sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"
            assert not writer.value(sql, [article_id])
    assert same == ({f"{added}.words"} if added else set())


OF_WITHDRAWN = {
    "deleted": {
        *("articles", "version_rows", "locations", "aliases", "sightings", "holdings", "links"),
        *("mentions", "mention_readings", "fingerprints", "fingerprint_bands", "mementos"),
        *("near_duplicates", "quarantine", "articles_unindexed", "fingerprints_waiting"),
        *("site_marks", "searched_texts", "versions_unindexed"),
    },
    "hidden": {"urls", "fetches", "captures"},
    "of no story": {
        *("sources", "runs", "seeds", "listings", "page_files", "hosts", "site_files"),
        *("capture_records", "tombstones", "tombstone_keys", "withdrawn_people", "parts"),
        "site_key",
    },
    "without its salt": {"log_leaves"},
    "of hashes alone": {"log_roots", "log_head", "log_erasures", "log_timestamps"},
}


def test_each_table_is_decided_by_a_withdrawal(new_schema: sqlite3.Connection) -> None:
    new = columns(new_schema).keys() - set().union(*OF_WITHDRAWN.values())
    assert not new, (
        f"{min(new)}: what does `withdraw` (tradepress/archive/withdrawal/erase_rows.py) do there?"
    )


RELEASED = {
    *("sources", "captures", "articles", "version_rows", "locations", "aliases", "sightings"),
    *("holdings", "links", "mentions", "mention_readings", "near_duplicates"),
}
"""Tables of which a release holds what belongs to its stories."""


def test_each_table_is_decided_by_a_release(new_schema: sqlite3.Connection) -> None:
    new = columns(new_schema).keys() - RELEASED - {*frozen_copy.LEFT_OUT}
    assert not new, f"{min(new)}: is it LEFT_OUT of tradepress/archive/care/frozen_copy.py?"
