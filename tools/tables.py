"""Writes the chapter on tables of archive.md: `make docs`.

What a table and a column mean stands in tradepress/browse/metadata.yml, and of stories in
tradepress/story_fields.py, for Datasette and for this chapter;
what an index or a trigger is for stands here; all else is read from a new archive.
"""

import re
import textwrap
from collections.abc import Collection, Iterator
from pathlib import Path

from sqlite_utils import Database

from tools.written_between import written_between
from tradepress.archive.file import schema
from tradepress.browse.datasette_settings import described_archive
from tradepress.story_fields import ROWS_OF

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "archive.md"
START, END = "<!-- tables: written by `make docs` -->\n", "<!-- end of tables -->\n"

FULL_TEXT = {
    "articles_fts": "The words of current versions as they stand.",
    "articles_stems": "The same, reduced to their English stems: oppose, opposed, opposing.",
    "versions_fts": "The words of former versions as they stand.",
    "versions_stems": "The same, reduced to their stems.",
}
VIEWS = {
    "former_versions": "Versions that are not the current one: what the full text of them is.",
    "searched_articles": "Current texts as they are searched: what the full text of them is.",
    "versions": "`version_rows` with the texts of every version, also of current ones.",
}
INDEXES = {
    "articles_authors": "the stories of an author",
    "articles_credit": "the stories that an agency or another body is credited with",
    "articles_content_hash": "is this text known under another address?",
    "articles_day": "order and ranges of days, with what else narrows a search",
    "articles_duplicate_group": "stories with much the same text",
    "articles_headline": "links that name only a headline",
    "articles_listed": "what the list of stories is narrowed, sorted and counted by",
    "articles_narrow": "what narrows a search, beside the words",
    "articles_site_id": "each id of a site once",
    "aliases_article": "former refs of a story",
    "fetches_article": "how a story came in",
    "fetches_source": "what a source's runs came to, by day",
    "fetches_run": "one outcome for each address of a run",
    "links_target": "who cites a story",
    "links_unresolved": "headlines without an address, waiting for their story",
    "links_url_key": "who links to an address",
    "capture_records_capture": "what must go with a page",
    "mentions_value": "stories that name a court, a case, a number",
    "mementos_original": "captures of one page, in order",
    "locations_article": "addresses of a story",
    "near_duplicates_other": "pairs, from the other side",
    "site_files_origin": "what a site said last",
    "tombstone_keys_tombstone": "keys of one withdrawn story",
    "urls_article": "what led to a story",
    "urls_due": "what is to be visited next",
    "log_leaves_erased": "which leaves an erasure took the salts of",
    "log_leaves_row": "the leaves of a row",
    "urls_scheduled": "what a run took on",
    "versions_archive_only": "whether a text is held for this archive alone",
    "versions_doubtful": "of which versions paragraphs are in doubt",
    "versions_cut": "which versions are teasers",
    "versions_narrow": "which stories were held at a day",
}
TRIGGERS = {
    "articles_ai": "a new story comes into the full text",
    "articles_bd": "a deleted one leaves it",
    "articles_bu": "a changed text replaces the former one; other changes touch no index",
    "articles_new_version": "the version that gives way gets its texts and is found as former",
    "versions_ai": "a version of a known story counts as a former one until the story takes it up",
    "versions_bd": "a deleted former version leaves their full text",
}


def chapter() -> str:
    """Returns tables, full text and triggers, as Markdown."""
    db = Database(memory=True, execute_plugins=False)
    schema.migrations.apply(db)
    described = described_archive()["databases"]["data"]["tables"]
    names = {
        name
        for name, kind in db.execute("SELECT name, type FROM pragma_table_list")
        if kind == "table" and not name.startswith("sqlite_")
    }
    _require_same("tradepress/browse/metadata.yml", names, described.keys() - VIEWS.keys())
    for kind, purposes in (("index", INDEXES), ("trigger", TRIGGERS), ("view", VIEWS)):
        query = (
            "SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL "
            "AND tbl_name NOT LIKE '%sqlite%'"
        )
        _require_same(__file__, {name for (name,) in db.execute(query, [kind])}, purposes)
    parts = [_table(db, name, facts) for name, facts in described.items()]
    return "\n".join([*parts, _full_text(db), _triggers(db)])


def _require_same(where: str, names: set[str], described: Collection[str]) -> None:
    if differs := names.symmetric_difference(described):
        raise SystemExit(f"{where}: described or there, but not both: {', '.join(sorted(differs))}")


def _table(db: Database, name: str, facts: dict[str, object]) -> str:
    columns = facts["columns"]
    assert isinstance(columns, dict)
    title = [
        f"### `{name}`: {facts['title']}\n",
        textwrap.fill(str(facts["description"]), 100) + "\n",
    ]
    if name in ROWS_OF.values():
        return "\n".join([*title, *_indexes_of(db, name)])
    name = ROWS_OF.get(name, name)
    rows = list(db.query("SELECT * FROM pragma_table_xinfo(?)", [name]))
    _require_same(f"tradepress/browse/metadata.yml: {name}", {row["name"] for row in rows}, columns)
    lines = [
        *title,
        "| Column | Type | NULL | Meaning |",
        "|---|---|---|---|",
    ]
    targets = {
        row["from"]: row["table"]
        for row in db.query("SELECT * FROM pragma_foreign_key_list(?)", [name])
    }
    unique = [of for _, is_unique, origin, of in _indexes(db, name) if is_unique and origin == "u"]
    for row in sorted(rows, key=lambda row: list(columns).index(row["name"])):
        kind = [row["type"]]
        kind += ["key"] if row["pk"] else []
        kind += ["unique"] if row["name"] in unique else []
        kind += ["computed"] if row["hidden"] else []
        kind += [f"→ {targets[row['name']]}"] if row["name"] in targets else []
        null = "" if row["notnull"] or row["pk"] else "yes"
        lines.append(f"| `{row['name']}` | {', '.join(kind)} | {null} | {columns[row['name']]} |")
    lines.append("")
    lines += [f"Unique together: {of}.\n" for of in unique if ", " in of]
    if name not in ROWS_OF.values():
        lines += _indexes_of(db, name)
    return "\n".join(lines)


def _indexes(db: Database, table: str) -> Iterator[tuple[str, bool, str, str]]:
    """Returns name, is it unique, origin (c: made, u: unique, pk: key), columns; by name."""
    query = 'SELECT name, "unique", origin FROM pragma_index_list(?) ORDER BY name'
    for name, is_unique, origin in db.execute(query, [table]).fetchall():
        of = db.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", [name]).fetchall()
        yield (
            name,
            bool(is_unique),
            origin,
            ", ".join(column or "an expression" for (column,) in of),
        )


def _indexes_of(db: Database, table: str) -> list[str]:
    lines = []
    for name, is_unique, origin, of in _indexes(db, table):
        if origin != "c" or table == "_sqlite_migrations":
            continue
        (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
        where = sql.partition(" WHERE ")[2]
        condition = f" where `{where}`" if where else ""
        kind = "unique index" if is_unique else "index"
        lines.append(f"* {kind} `{name}` ({of}){condition}: {INDEXES[name]}")
    return [*lines, ""] if lines else []


def _full_text(db: Database) -> str:
    lines = ["### Full text and views\n"]
    for name, sql in db.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY name"
    ):
        options = dict(re.findall(r"(\w+)='((?:[^']|'')+)'", sql))
        tokenizer, content = options["tokenize"].replace("''", "'"), options["content"]
        lines.append(f"* `{name}` (FTS5 over `{content}`, {tokenizer}): {FULL_TEXT[name]}")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name"):
        lines.append(f"* view `{name}`: {VIEWS[name]}")
    return "\n".join([*lines, ""])


def _triggers(db: Database) -> str:
    lines = ["### Triggers\n"]
    for name, table, sql in db.execute(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    ):
        event = " ".join(sql.split()).partition(" ON ")[0].removeprefix(f"CREATE TRIGGER {name} ")
        lines.append(f"* `{name}` ({event.lower()} on `{table}`): {TRIGGERS[name]}")
    return "\n".join([*lines, ""])


def with_chapter(document: str) -> str:
    """Returns the document with this chapter in its place."""
    return written_between(document, START, END, chapter())


if __name__ == "__main__":
    DOCUMENT.write_text(with_chapter(DOCUMENT.read_text()))
