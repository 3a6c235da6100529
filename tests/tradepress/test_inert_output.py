"""Nothing that an archive of somebody else holds steers the terminal on which it is shown."""

import io
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from browsing import a_run, save

from tradepress.command_line import run_and_flush
from tradepress.commands.inert_output import InertText

STEERS = "\x1b]0;renamed\x07\x9b2J\x1b[8m\x08\rover"
"""Renames the window, empties it, writes unseen, and over what stands there."""
INERT = "]0;renamed2J[8mover"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.mark.parametrize(
    ("command", "column"),
    [
        (["search", "lantern"], "articles.published_day"),
        (["search", "lantern", "--json"], "articles.url"),
        (["show", "signet-1"], "sources.publisher"),
        (["show", "signet-1", "--versions"], "version_rows.extractor"),
        (["cite", "signet-1"], "version_rows.authors"),
        (["cite", "signet-1", "--format", "ris"], "version_rows.section"),
        (["runs"], "runs.command"),
        (["runs", "1"], "runs.reason"),
        (["resolve", "http://signet.example/news/lantern-mark-refused"], "articles.url"),
    ],
    ids=lambda given: given if isinstance(given, str) else given[0],
)
def test_what_somebody_wrote_into_an_archive_steers_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], column: str
) -> None:
    path = tmp_path / "theirs.db"
    with a_run(path, reason="done") as writer:
        save(writer, "Lantern mark refused", site_id="1", authors=["Petra Holm"], section="Marks")
    table, name = column.split(".")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        whole = "?" if name == "authors" else f"coalesce({name}, '') || ?"
        value = '["' + STEERS.encode("unicode_escape").decode().replace("\\x", "\\u00") + '"]'
        db.execute(f"UPDATE {table} SET {name} = {whole}", [value if name == "authors" else STEERS])
    shown = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")
    monkeypatch.setattr(sys, "stdout", shown)
    assert run_and_flush([*command, "--archive", str(path)]) == 0
    assert sys.stdout is shown
    told = shown.buffer.getvalue().decode()
    assert "renamed" in told
    assert not CONTROLS.search(told.replace("\r\n", "\n")), told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (STEERS, INERT),
        ("\x1b[1mbold\x1b[0m \x1b[1;33myellow\x1b[0m", None),
        ("tab\tline\nRIS\r\n", None),
        ("\x1b[30;40mblack on black\x1b[m", "[30;40mblack on black\x1b[m"),
        ("商標 é \u0627", None),
    ],
)
def test_colours_and_lines_of_our_own_stay(text: str, shown: str | None) -> None:
    stream = InertText(file := io.BytesIO(), "utf-8", newline="")
    assert stream.write(text) == len(text)
    stream.flush()
    assert file.getvalue().decode() == (text if shown is None else shown)
