"""Writes which story leads to which: nodes and edges as CSV, and both as GraphML."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from tradepress.research.export.columns import COLUMNS, ExportField, Scalar, Value
from tradepress.research.export.csv_file import BOM, csv_line
from tradepress.research.export.withheld_text import ExportRow
from tradepress.research.export.xml_text import xml_attribute, xml_text

NODES, EDGES, GRAPHML = "nodes.csv", "edges.csv", "links.graphml"
NODE_NAMES = ("ref", "source", "publisher", "headline", "section", "published_day", "url")
NODE_COLUMNS = tuple(column for column in COLUMNS if column.name in NODE_NAMES)
EDGE_FIELDS = (
    ExportField(name="from_ref", kind="text", format="", meaning="The story that has the link"),
    ExportField(name="to_ref", kind="text", format="", meaning="The story that it leads to"),
    ExportField(
        name="kind",
        kind="text",
        format="related, top_stories, more_on_this_story, in_text or first_published_on",
        meaning="The block of the page that the link stands in",
    ),
    ExportField(
        name="position", kind="integer", format="", meaning="Place among the story's links, from 0"
    ),
    ExportField(name="text", kind="text", format="", meaning="The words of the link"),
)
_NOTES = """
    CREATE TABLE nodes (ref TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE edges (id INTEGER PRIMARY KEY, from_ref, to_ref, kind, position, text);
"""
_BETWEEN = """
    SELECT from_ref, to_ref, kind, position, text FROM edges
    WHERE to_ref IN (SELECT ref FROM nodes) ORDER BY id
"""


def write_graph(rows: Iterable[ExportRow], folder: Path) -> None:
    """Writes NODES, EDGES and GRAPHML. An edge is a link from one of the stories to another of
    them: two stories may have several, and a story one to itself."""
    with (
        (folder / NODES).open("wb") as nodes,
        (folder / EDGES).open("wb") as edges,
        (folder / GRAPHML).open("wb") as graphml,
        closing(sqlite3.connect("")) as notes,  # a file that SQLite removes
    ):
        notes.executescript(_NOTES)
        nodes.write(BOM + csv_line([column.name for column in NODE_COLUMNS]))
        edges.write(BOM + csv_line([one.name for one in EDGE_FIELDS]))
        graphml.write(_opening())
        for row in rows:
            values = [column.value(row) for column in NODE_COLUMNS]
            nodes.write(csv_line(values))
            _element(graphml, f'node id="{xml_attribute(row.story.ref)}"', NODE_COLUMNS, values)
            _note(notes, row)
        for number, (start, end, *facts) in enumerate(notes.execute(_BETWEEN)):
            edges.write(csv_line([start, end, *facts]))
            of = (
                f'edge id="e{number}" source="{xml_attribute(start)}" target="{xml_attribute(end)}"'
            )
            _element(graphml, of, EDGE_FIELDS[2:], facts)
        graphml.write(b"</graph>\n</graphml>\n")


def _note(notes: sqlite3.Connection, row: ExportRow) -> None:
    notes.execute("INSERT INTO nodes VALUES (?)", [row.story.ref])
    notes.executemany(
        "INSERT INTO edges (from_ref, to_ref, kind, position, text) VALUES (?, ?, ?, ?, ?)",
        [
            (row.story.ref, link.target, link.kind, link.position, link.text)
            for link in row.story.links
            if link.target is not None
        ],
    )


def _opening() -> bytes:
    """Returns the head of GRAPHML: which element has which data."""
    keys = [
        *(("node", column) for column in NODE_COLUMNS),
        *(("edge", column) for column in EDGE_FIELDS[2:]),
    ]
    lines = (
        f'<key id="{where}_{one.name}" for="{where}" attr.name="{one.name}" attr.type='
        f'"{"int" if one.kind == "integer" else "string"}"/>\n'
        for where, one in keys
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        f'{"".join(lines)}<graph id="links" edgedefault="directed">\n'
    ).encode()


def _element(
    stream: BinaryIO, of: str, columns: Sequence[ExportField], values: Sequence[Value | Scalar]
) -> None:
    """Writes a node or an edge; what is unknown has no data."""
    name = of.partition(" ")[0]
    data = "".join(
        f'<data key="{name}_{column.name}">{xml_text(str(value))}</data>'
        for column, value in zip(columns, values, strict=True)
        if value is not None
    )
    stream.write(f"<{of}>{data}</{name}>\n".encode())
