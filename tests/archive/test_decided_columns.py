"""Each column of the archive is decided by each list of what may be given on: one that is added
leaks where nobody thought of it."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, open_writer, save, story, withdraw

from archive.care import frozen_copy
from archive.file import schema
from archive.frontier.addresses import Listed
from archive.stories.story_record import load_story
from archive.story import Article
from archive.withdrawal.request import tombstone_for
from browse.asking.limits import NOT_SHOWN, WITHHELD
from pipelines.apply_policy import CATALOGUE
from research.export.columns import COLUMNS
from research.export.withheld_text import without_texts

Columns = Mapping[str, Set[str]]
"""By table."""

# Names, days and numbers: of every story everybody is told them.
OPEN = {
    *("id", "ref", "source", "site_id", "url", "canonical_url", "headline", "language", "access"),
    *("date_published", "date_published_raw", "date_modified", "date_modified_raw"),
    *("published_day", "published_month", "completeness", "is_truncated", "word_count"),
    *("content_hash", "version", "version_id", "article_id", "date_captured", "date_archived"),
    *("first_seen", "last_seen", "gone_at", "confidence", "duplicate_group", "policy"),
    *("reservations", "extractor", "is_reread", "capture_id", "run_id"),
}
IMAGE = {"image_url", "image_license"}  # an address and a name: no words of the story
OF_STORY = ("articles", "versions")


def columns(db: sqlite3.Connection) -> Columns:
    """Of all tables but those of the full-text indexes, which hold what these hold."""
    tables = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' "
        "ESCAPE '\\' AND name NOT LIKE '%\\_stems%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    found = {}
    for (name,) in tables:
        rows = db.execute("SELECT name FROM pragma_table_xinfo(?)", [name]).fetchall()
        found[name] = {column for (column,) in rows}
    return found


def taken_from_a_copy() -> Columns:
    """:data:`frozen_copy._OF_TEXT`; the evidence is emptied, and a hash made anew."""
    taken = {*frozen_copy._OF_TEXT, "content_hash", "evidence"}
    return {"articles": taken, "versions": taken}


def taken_from_an_export() -> Columns:
    """What :func:`without_texts` empties or judges, and what no export tells."""
    told = {column.name for column in COLUMNS}
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in schema.statements():
            db.execute(statement)
        untold = {name: set(found) - told for name, found in columns(db).items()}
    emptied = {"description", "body", "corrections", "image_caption"}
    judged = {"section", "authors", "keywords"}
    return {name: untold[name] | emptied | judged for name in OF_STORY}


def taken_without_text() -> Columns:
    """Fields of a story that ``metadata-only`` drops, or keeps as far as they hold no text."""
    dropped = {field.name for field in fields(Article)} - {*CATALOGUE}
    taken = dropped | {"description", "section", "authors", "keywords", "evidence"}
    return {"articles": taken, "versions": taken}


LISTS: dict[str, tuple[Callable[[], Columns], Columns]] = {
    "a release (_OF_TEXT in archive/care/frozen_copy.py)": (
        taken_from_a_copy,
        dict.fromkeys(OF_STORY, OPEN),
    ),
    "an export (without_texts in research/export/withheld_text.py)": (
        taken_from_an_export,
        # Of the evidence it tells where a value was read, and no value.
        dict.fromkeys(OF_STORY, OPEN | IMAGE | {"evidence"}),
    ),
    "metadata-only (CATALOGUE in pipelines/apply_policy.py)": (
        taken_without_text,
        dict.fromkeys(OF_STORY, OPEN),
    ),
    "browse --public (WITHHELD in browse/asking/limits.py)": (
        lambda: {**WITHHELD, **{key: {"name_hash", "reason", "withdrawn_at"} for key in NOT_SHOWN}},
        {
            **dict.fromkeys(OF_STORY, OPEN | {"section", "image_license"}),
            "links": {"id", "version_id", "kind", "position", "target_id"},
            "quarantine": {"id", "run_id", "source", "url", "at"},
            "site_files": {
                *("id", "origin", "path", "status", "digest", "first_seen", "last_seen"),
            },
            "urls": {
                *("id", "source", "url", "url_key", "found_on", "found_at", "date_listed"),
                *("listed_by", "lastmod", "state", "next_due", "tries", "scheduled_run_id", "etag"),
                *("last_modified", "fetched_at", "outcome", "reason", "article_id"),
            },
            "fetches": {
                *("id", "run_id", "url_id", "source", "kind", "url", "at", "status", "bytes"),
                *("outcome", "reason", "found", "article_id", "version", "extractor"),
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
            "withdrawn_people": set(),
        },
    ),
}


def undecided(db: sqlite3.Connection, name: str) -> list[str]:
    """What nobody has decided, in words."""
    taken, stays = LISTS[name]
    return [
        f"{table}.{column}: does {name} take it out? Enter it there, or here as what stays"
        for table, found in columns(db).items()
        if table in stays
        for column in sorted(found - taken().get(table, set()) - stays[table])
    ]


@pytest.fixture
def new_schema() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in schema.statements():
            db.execute(statement)
        yield db


@pytest.mark.parametrize("name", LISTS)
def test_each_column_is_decided(new_schema: sqlite3.Connection, name: str) -> None:
    assert undecided(new_schema, name) == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("table", OF_STORY)
def test_one_that_is_added_is_told(new_schema: sqlite3.Connection, name: str, table: str) -> None:
    new_schema.execute(f"ALTER TABLE {table} ADD COLUMN first_sentence TEXT")
    (words,) = undecided(new_schema, name)
    assert words.startswith(f"{table}.first_sentence: does {name} take it out?")


def test_all_that_is_open_is_named_once(new_schema: sqlite3.Connection) -> None:
    """No column is decided that is not there any more."""
    there = columns(new_schema)
    assert there["articles"] | there["versions"] >= OPEN | IMAGE
    stays = [stays for _, stays in LISTS.values()]
    assert not {
        f"{table}.{name}" for one in stays for table in one for name in one[table] - there[table]
    } - {f"{table}.{name}" for table in OF_STORY for name in OPEN | IMAGE | {"evidence"}}


def test_what_an_export_leaves_out_is_what_the_list_says(tmp_path: Path) -> None:
    said = {"description": "A summary.", "corrections": ["x"], "image_caption": "The door"}
    with open_writer(tmp_path / "a.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl", ["signet"], "0")
        passage = story()["body"]
        lists = {"section": passage, "authors": [passage], "keywords": [passage]}
        save(writer, story(**said, **lists))
        writer.end_run("done", 0)
        whole = load_story(writer.db, "signet-1")
    given = without_texts(whole)
    names = [field.name for field in fields(whole)]
    changed = {name for name in names if getattr(whole, name) != getattr(given, name)}
    told = {column.name for column in COLUMNS}
    assert changed == taken_from_an_export()["articles"] & told & set(names)


KEPT_OF_WITHDRAWN = {
    "urls": {
        *("id", "source", "found_at", "state", "tries", "scheduled_run_id", "fetched_at"),
        "outcome",
    },
    "fetches": {
        *("id", "run_id", "url_id", "source", "kind", "at", "status", "bytes", "outcome"),
        *("found", "version", "extractor"),
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
        for table in OF_STORY:
            column = "id" if table == "articles" else "article_id"
            sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"
            assert not writer.value(sql, [article_id])
    assert same == ({f"{added}.words"} if added else set())


TABLES = {
    "deleted": {
        *("articles", "versions", "locations", "aliases", "sightings", "holdings", "links"),
        *("mentions", "mention_readings", "fingerprints", "fingerprint_bands", "mementos"),
        *("near_duplicates", "quarantine", "articles_unindexed"),
    },
    "hidden": {"urls", "fetches", "captures"},
    "of no story": {
        *("sources", "runs", "seeds", "page_files", "hosts", "site_files", "capture_records"),
        *("tombstones", "tombstone_keys", "withdrawn_people"),
    },
}


def test_each_table_is_decided_by_a_withdrawal(new_schema: sqlite3.Connection) -> None:
    new = columns(new_schema).keys() - set().union(*TABLES.values())
    assert not new, f"{min(new)}: what does `withdraw` (archive/withdrawal/erase_rows.py) do there?"


RELEASED = {
    *("sources", "captures", "articles", "versions", "locations", "aliases", "sightings"),
    *("holdings", "links", "mentions", "mention_readings", "near_duplicates"),
}
"""Tables of which a release holds what belongs to its stories."""


def test_each_table_is_decided_by_a_release(new_schema: sqlite3.Connection) -> None:
    new = columns(new_schema).keys() - RELEASED - {*frozen_copy.LEFT_OUT}
    assert not new, f"{min(new)}: is it LEFT_OUT of archive/care/frozen_copy.py?"
