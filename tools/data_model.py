"""Draws the tables of archive.db, their keys and what refers to what.

Tables, columns and references are read from a new archive; which table stands where is said here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from sqlite_utils import Database

from tools.svg_page import card, svg_page, text
from tradepress.archive.file import schema
from tradepress.browse.datasette_settings import described_archive

WIDTH, GAP, MARGIN = 288, 72, 20
"""Are the width of a table, what is free between two columns of them, and around all."""
TITLE, ROW, BELOW, ABOVE = 24, 17, 12, 34
"""Are heights: of a table's name, of one of its columns, below a table, and of a group's name."""
DATA_MODEL = (
    "The data model of an archive: sources, stories and their versions, captured pages, runs and "
    "addresses in the middle; on the left what belongs to a story, on the right the ledger of what "
    "was asked for; below the full text, the log and what stands alone. Lines lead from each "
    "foreign key to its table."
)
END = ' text-anchor="end"'
STYLE = """.ref { fill: none; stroke: var(--quiet); stroke-width: 1.2; }
.ref.articles { stroke: var(--blue); } .ref.version_rows { stroke: var(--green); }
.ref.runs { stroke: var(--yellow); } .ref.sources { stroke: var(--red); }
.head { fill: var(--line); fill-opacity: .4; }
.key { fill: var(--blue); }
.group { font-size: 15px; font-weight: 600; }
.small { font-size: 12px; }"""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Holds tables that stand together."""

    name: str
    tables: Sequence[str]


LEFT = (
    Group(
        name="What belongs to a story",
        tables=("locations", "sightings", "holdings", "aliases", "links"),
    ),
    Group(name="Mentions", tables=("mentions", "mention_readings", "withdrawn_people")),
    Group(
        name="Near-duplicates",
        tables=("near_duplicates", "fingerprints", "fingerprints_waiting", "fingerprint_bands"),
    ),
)
MIDDLE = (
    Group(name="Stories", tables=("sources", "articles", "version_rows")),
    Group(name="Captured pages", tables=("captures", "capture_records")),
    Group(name="Runs and addresses", tables=("runs", "urls")),
)
RIGHT = (
    Group(name="Ledger", tables=("fetches", "mementos", "seeds", "listings", "quarantine")),
    Group(name="Withdrawn", tables=("tombstones", "tombstone_keys")),
    Group(name="Sites", tables=("hosts", "site_files", "site_key", "site_marks")),
)
BELOW_ALL = (
    Group(
        name="Full text",
        tables=(
            *("articles_fts", "articles_stems", "versions_fts", "versions_stems"),
            *("searched_texts", "articles_unindexed", "versions_unindexed"),
        ),
    ),
    Group(
        name="Log",
        tables=("log_leaves", "log_roots", "log_head", "log_erasures", "log_timestamps"),
    ),
    Group(name="The file itself", tables=("page_files", "parts", "_sqlite_migrations")),
)
COLUMNS = tuple(zip((LEFT, MIDDLE, RIGHT), BELOW_ALL, strict=True))
"""Holds the groups of each column, and the one that stands below it."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """Is one column of a table that tells something of its rows: a key, or a reference."""

    name: str
    is_key: bool
    is_unique: bool
    target: str | None
    """Names the table that it refers to."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Is one table of the schema."""

    name: str
    title: str
    columns: Sequence[Column]
    """Lists keys and references alone."""
    together: Sequence[str]
    """Lists columns of which no two rows have the same, as ``file, offset``."""
    others: int
    """Counts the columns that are neither key nor reference."""

    @property
    def height(self) -> int:
        return TITLE + ROW * (len(self.columns) + len(self.together) + bool(self.others)) + 6


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Is a table in its place."""

    table: Table
    x: int
    y: int

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Maps names of columns to the middle of their lines."""
        return {
            column.name: self.y + TITLE + ROW * number + 9
            for number, column in enumerate(self.table.columns)
        }


def read_tables() -> Mapping[str, Table]:
    """Reads the tables of a new archive, without those in which SQLite keeps an index of words."""
    db = Database(memory=True, execute_plugins=False)
    schema.migrations.apply(db)
    described = described_archive()["databases"]["data"]["tables"]
    names = db.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
        "AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {
        name: read_table(db, name, described.get(name, {}).get("title", "")) for (name,) in names
    }


def read_table(db: Database, name: str, title: str) -> Table:
    """Reads one table.

    :param title: what it is called in words
    """
    targets = {
        row["from"]: row["table"]
        for row in db.query("SELECT * FROM pragma_foreign_key_list(?)", [name])
    }
    unique = {
        of
        for (of,) in db.execute(
            "SELECT group_concat(about.name, ', ') FROM pragma_index_list(?) AS one, "
            "pragma_index_info(one.name) AS about "
            "WHERE one.\"unique\" AND one.origin = 'u' GROUP BY one.name",
            [name],
        )
    }
    rows = list(db.query("SELECT * FROM pragma_table_info(?)", [name]))
    columns = [
        Column(
            name=row["name"],
            is_key=bool(row["pk"]),
            is_unique=row["name"] in unique,
            target=targets.get(row["name"]),
        )
        for row in rows
        if row["pk"] or row["name"] in unique or row["name"] in targets
    ]
    return Table(
        name=name,
        title=title,
        columns=columns,
        together=sorted(of for of in unique if ", " in of),
        others=len(rows) - len(columns),
    )


def data_model() -> str:
    """Returns the picture.

    :raises SystemExit: a table of the schema has no place, or a place has no table
    """
    tables = read_tables()
    groups = [group for above, below in COLUMNS for group in (*above, below)]
    named = {name for group in groups for name in group.tables}
    if wrong := named.symmetric_difference(tables):
        raise SystemExit(f"{__file__}: placed or there, but not both: {', '.join(sorted(wrong))}")
    parts: list[str] = []
    placed: dict[str, Placed] = {}
    lowest = max(_height(tables, above) for above, _ in COLUMNS) + MARGIN
    for number, (above, below) in enumerate(COLUMNS):
        x = MARGIN + number * (WIDTH + GAP)
        parts += _place(tables, above, x, MARGIN, placed)
        parts += _place(tables, [below], x, lowest, placed)
    height = lowest + max(_height(tables, [below]) for _, below in COLUMNS) + MARGIN
    lines = [line for one in placed.values() for line in _references(one, placed)]
    return svg_page(
        width=2 * MARGIN + 3 * WIDTH + 2 * GAP,
        height=height,
        title="The tables of archive.db",
        alt=DATA_MODEL,
        style=STYLE,
        parts=[*lines, *parts],
    )


def _height(tables: Mapping[str, Table], groups: Sequence[Group]) -> int:
    return sum(
        ABOVE + sum(tables[name].height + BELOW for name in group.tables) for group in groups
    )


def _place(
    tables: Mapping[str, Table],
    groups: Sequence[Group],
    x: int,
    y: int,
    placed: dict[str, Placed],
) -> Iterator[str]:
    """Places groups below one another, and yields what is drawn of them."""
    for group in groups:
        yield text(x, y + 20, group.name, "group")
        y += ABOVE
        for name in group.tables:
            placed[name] = Placed(table=tables[name], x=x, y=y)
            yield from _drawn(placed[name])
            y += tables[name].height + BELOW


def _drawn(one: Placed) -> Iterator[str]:
    table, x, y = one.table, one.x, one.y
    yield card(x, y, WIDTH, table.height)
    yield f'<rect class="head" x="{x}" y="{y}" width="{WIDTH}" height="{TITLE}" rx="5"/>'
    yield text(x + 10, y + 17, table.name, "mono", "strong", more=f' id="{table.name}"')
    if table.title and len(table.name + table.title) < 36:
        yield text(x + WIDTH - 10, y + 17, table.title, "quiet", "small", more=END)
    for column in table.columns:
        below = one.rows[column.name] + 4
        yield text(x + 10, below, column.name, "mono", "small", *(["key"] if column.is_key else []))
        said = [
            *(["key"] if column.is_key else []),
            *(["unique"] if column.is_unique else []),
            *([f"→ {column.target}"] if column.target else []),
        ]
        yield text(x + WIDTH - 10, below, ", ".join(said), "quiet", "small", more=END)
    below = y + TITLE + ROW * len(table.columns) - 4
    for number, of in enumerate(table.together, 1):
        yield text(x + 10, below + ROW * number, of, "mono", "small")
        yield text(
            x + WIDTH - 10, below + ROW * number, "unique together", "quiet", "small", more=END
        )
    if table.others:
        words = f"{table.others} more" if table.columns else f"{table.others} columns"
        yield text(x + 10, y + table.height - 9, words, "quiet", "small")


def _references(one: Placed, placed: Mapping[str, Placed]) -> Iterator[str]:
    """Yields a line for each table that is referred to, from the columns that do."""
    referring = [column for column in one.table.columns if column.target]
    for target, columns in groupby(referring, key=lambda column: column.target or ""):
        to = placed[target]
        for column in columns:
            y, end = one.rows[column.name], to.y + TITLE / 2
            start, stop, bend = _sides(one.x, to.x)
            yield (
                f'<path class="ref {target}" d="M{start} {y} C{start + bend[0]} {y} '
                f'{stop + bend[1]} {end:g} {stop} {end:g}"/>'
                f'<circle class="ref {target}" cx="{stop}" cy="{end:g}" r="2.5"/>'
            )


def _sides(x: int, to: int) -> tuple[int, int, tuple[int, int]]:
    """Returns where a line leaves and arrives, and which way it bends; within a column it leaves
    and arrives on the right, but for the last, where nothing is free there."""
    half = GAP // 2
    if x == to > 2 * WIDTH:
        return x, to, (-half, -half)
    if x == to:
        return x + WIDTH, to + WIDTH, (half, half)
    if x < to:
        return x + WIDTH, to, (half, -half)
    return x, to + WIDTH, (-half, half)
