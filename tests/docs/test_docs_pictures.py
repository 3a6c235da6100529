"""docs/pictures holds what `make screenshots` makes, and what is shown there is there."""

import re
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT
from lxml import etree
from needs import require_program
from PIL import Image
from rich.text import Text

from tools.code_layers import read_layers
from tools.demo_archive import demo_archive
from tools.pictures import DIAGRAMS, PICTURES, described
from tools.recordings import RECORDINGS, broken, on_screen, record
from tools.screenshots import HEIGHTS, NO_PICTURE, SHOTS, take_shots
from tools.story_walk import WALK
from tradepress.archive.open import open_archive
from tradepress.browse.plugins.reading_room import register_routes

LARGEST, LARGEST_PNG = 2_500_000, 120_000
"""Bytes of all pictures, and of one."""
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [name for name in described() if name.endswith(".svg")]
PAINTED = [name for name in described() if name.endswith(".png")]
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]*pictures/([\w-]+\.\w+))\)")


def test_the_folder_holds_what_is_made_and_nothing_else() -> None:
    """Besides the figures of the gallery, which `make gallery` makes."""
    there = {file.name for file in PICTURES.iterdir() if not file.name.startswith("gallery-")}
    assert there == {*described()}


def test_pictures_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in PICTURES.iterdir()}
    assert {name for name, size in sizes.items() if size > LARGEST_PNG} == set()
    assert sum(sizes.values()) < LARGEST


@pytest.mark.parametrize("words", described().values(), ids=described())
def test_a_picture_is_told_in_sentences(words: str) -> None:
    assert re.fullmatch(r"[A-Z].{30,}\.", words)


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_asks_nobody_and_is_text(name: str) -> None:
    written = (PICTURES / name).read_text("utf-8")
    page = etree.fromstring(written.encode())
    assert {element.tag.removeprefix(SVG) for element in page.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "tspan", "path", "circle")
    }
    style = page.findtext(f"{SVG}style")
    assert "prefers-color-scheme: dark" in style
    assert not re.search(r"url\(|@import|@font-face", style)
    assert page.findtext(f"{SVG}title")
    assert page.findtext(f"{SVG}desc") == described()[name]
    assert not page.xpath("//@*[contains(name(), 'href')]")


@pytest.mark.parametrize("name", PAINTED)
def test_a_screenshot_is_as_wide_as_its_window(name: str) -> None:
    (shot,) = (shot for shot in SHOTS if f"{shot.name}.png" == name)
    with Image.open(PICTURES / name) as picture:
        assert picture.mode == "P"
        assert picture.width == shot.width
        assert picture.height <= (shot.height or HEIGHTS[shot.width])


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_is_drawn_of_what_is_there_now(name: str) -> None:
    """Else `python tools/pictures.py NAME` draws it anew."""
    draw, _ = DIAGRAMS[name]
    assert (PICTURES / f"{name}.svg").read_text("utf-8") == draw()


def test_all_tables_of_an_archive_are_in_the_data_model(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive.db", command="demo").close()
    with sqlite3.connect(tmp_path / "archive.db") as db:
        rows = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        keys = {
            f"{row[3]} → {row[2]}"
            for name, _ in rows
            for row in db.execute("SELECT * FROM pragma_foreign_key_list(?)", [name])
        }
    db.close()
    shadows = re.compile("_(?:config|data|docsize|idx)$")
    tables = {name for name, _ in rows if not shadows.search(name) and "sqlite_seq" not in name}
    page = etree.parse(PICTURES / "data-model.svg").getroot()
    assert {element.get("id") for element in page.iter(f"{SVG}text")} - {None} == tables
    assert len(tables) > 40
    words = [element.text for element in page.iter(f"{SVG}text")]
    for key in keys:
        column, _, target = key.partition(" ")
        assert column in words
        assert any(word.endswith(target) for word in words), key


@pytest.mark.parametrize("step", [step for band in WALK for step in band.steps], ids=str)
def test_a_step_of_the_walk_is_a_module(step: Any) -> None:
    assert (ROOT / "tradepress" / step.module).is_file()


def test_the_layers_are_modules() -> None:
    for name in (name for layer in read_layers() for name in layer):
        place = ROOT / "tradepress" / name
        assert place.is_dir() or place.with_suffix(".py").is_file(), name


def test_each_page_of_the_room_has_a_picture() -> None:
    """Or stands in NO_PICTURE with the reason why it has none."""
    room: Any = SimpleNamespace(plugin_config=lambda _: {"doorkeeper": object()})
    routes = [route for route, _ in register_routes(room)]
    shown = {shot.address for shot in SHOTS} | {*NO_PICTURE}
    matched = {
        next((route for route in routes if re.match(route, address.partition("?")[0])), address)
        for address in shown
    }
    # Tables and SQL are Datasette's own pages, and no routes of ours.
    assert {one for one in matched if one not in routes and not one.startswith("/data")} == set()
    assert [route for route in routes if route not in matched] == []


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_a_page_shows_pictures_that_are_there(page: Path) -> None:
    for words, address, name in SHOWN.findall(page.read_text("utf-8")):
        assert words, address
        assert (PICTURES / name).is_file(), address


def test_a_screen_shows_what_was_not_cleared() -> None:
    progress = "a 1\r\nb 1\r\x1b[2K\x1b[1A\x1b[2Ka 2\r\nb 2\r\x1b[2K\x1b[1A\x1b[2K"
    written = f"begun\r\n\x1b[?25l{progress}\x1b[?25h\x1b[1mended\x1b[0m\r\n"
    assert on_screen(written) == ["begun", "\x1b[1mended\x1b[0m"]


def test_a_long_line_is_broken_where_the_terminal_ends() -> None:
    rows = broken(Text("0123456789" * 2 + "x"), 10)
    assert ["".join(one.text for one in row) for row in rows] == ["0123456789"] * 2 + ["x"]
    assert [*broken(Text(""), 10)] == [[]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_program("chromium", "chromium-browser")
    folder = tmp_path_factory.mktemp("pictures")
    with demo_archive() as archive:
        record(archive, folder, RECORDINGS)
        take_shots(archive, folder, SHOTS)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_commands_print_what_was_recorded(made: Path, recording: Any) -> None:
    """Else `make screenshots` records them anew."""
    name = f"{recording.name}.svg"
    assert words_of(made / name) == words_of(PICTURES / name)


def words_of(drawing: Path) -> list[str]:
    """The lines of a recording, without what changes with each rule of ours."""
    lines = ["".join(line.itertext()) for line in etree.parse(drawing).iter(f"{SVG}text")]
    return [re.sub(r"tradepress \d+\.\d+\.\d+\S*|@[0-9a-f]{10}\b", "VERSION", one) for one in lines]


@pytest.mark.slow
@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_screenshot_can_be_taken(made: Path, shot: Any) -> None:
    taken = made / f"{shot.name}.png"
    assert taken.stat().st_size < LARGEST_PNG
    with Image.open(taken) as picture:
        assert picture.width == shot.width
    # A page whose half is blank is packed in less.
    assert taken.stat().st_size > (PICTURES / taken.name).stat().st_size * 0.6
