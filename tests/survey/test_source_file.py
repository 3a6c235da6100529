"""A source's file is rewritten at the keywords that change, and stays as ruff formats it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import tradepress.spiders
from tradepress.declaration_faults import faults
from tradepress.declared_sources import all_sources, source_named
from tradepress.source import Furniture, Source
from tradepress.survey.mend import Added, Mend, Moved, Widened, mended
from tradepress.survey.source_file import (
    NotMendable,
    file_diff,
    load_source,
    mend_file,
    write_mended,
)

SPIDERS = tradepress.spiders.OURS
WALL = Furniture(pattern=r"this \"page\" is for patrons; enrol to go on\.", cut="rest")
LONG = Furniture(
    pattern=r"the owl letter comes each thursday, with \d+ rulings in a minute and a half each",
    cut="list",
    kind="top_stories",
)
GAZETTE = '''"""The Gazette, whose name is “Ü”."""

from tradepress.source import Source

NAMES = ("Marks", "Wares")
SOURCE = Source(
    name="gazette",
    publisher="Die Ü-Gazette",
    domains=("gazette.example",),
    language="de",
    timezone="Europe/Berlin",
    sections=(
        "https://gazette.example/marken/",  # the old one
        "https://gazette.example/muster/",
    ),
    feeds=("https://gazette.example/a", "https://gazette.example/b"),
    article_url=r"/marken/[a-z0-9-]+-\\d{4,6}",
    section_names=NAMES,
)
'''


def require_formatted(folder: Path, *texts: str) -> None:
    for number, text in enumerate(texts):
        (folder / f"{number}.py").write_text(text)
    command = [Path(sys.executable).with_name("ruff"), "format", "--diff", "--line-length", "100"]
    told = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


MENDS: list[Mend] = [
    Added(keyword="furniture", values=(Furniture(pattern="order this issue"),)),
    Added(keyword="furniture", values=(WALL, LONG)),
    Added(keyword="section_names", values=("Zölle", 'The "Loom"')),
    Widened(keyword="article_url", alternative=r"/s/\d{4}/[a-z-]+"),
    Widened(keyword="article_url", alternative=r"/geschichten/\d{4}/[a-z-]+" + "x" * 60),
    Widened(keyword="article_id", alternative=r"/s/(\d{4})/"),
    Moved(
        keyword="sections",
        old="https://gazette.example/marken/",
        new="https://gazette.example/marken-und-mehr/",
    ),
    Moved(keyword="feeds", old="https://gazette.example/b", new="https://gazette.example/c"),
]


@pytest.mark.parametrize("mend", MENDS, ids=lambda mend: mend.keyword)
def test_one_mend_of_a_file(mend: Mend, tmp_path: Path) -> None:
    source = load_source(GAZETTE)
    text = mend_file(GAZETTE, source, [mend])
    assert load_source(text) == mended(source, [mend]) != source
    require_formatted(tmp_path, text)
    assert "# the old one" in text


def test_all_mends_of_a_file(tmp_path: Path) -> None:
    source = load_source(GAZETTE)
    text = mend_file(GAZETTE, source, MENDS)
    assert load_source(text) == mended(source, MENDS)
    require_formatted(tmp_path, text, mend_file(text, load_source(text), MENDS[:6]))
    diff = file_diff("gazette.py", GAZETTE, text)
    assert diff.startswith("--- a/gazette.py\n+++ b/gazette.py\n@@ ")
    assert '-        "https://gazette.example/marken/",  # the old one' in diff


@pytest.mark.parametrize("name", [one.name for one in all_sources() if not any(faults(one))])
def test_the_files_of_declared_sources(name: str, tmp_path: Path) -> None:
    """They take their rules from elsewhere, and make their sections by expressions."""
    source = source_named(name)
    text = (SPIDERS / f"{name}.py").read_text()
    mends = MENDS[:6]
    if source.sections:
        last = source.sections[-1]
        mends = [*mends, Moved(keyword="sections", old=last, new=f"{last}?new=1")]
    texts = []
    for wanted in (*([mend] for mend in mends), mends):
        texts.append(mend_file(text, source, wanted))
        declared = replace(load_source(texts[-1]), prepare_page=source.prepare_page)
        assert declared == mended(source, wanted)
    require_formatted(tmp_path, *texts)


def test_a_call_on_one_line_is_mended_too() -> None:
    arguments = "name='a', publisher='A', domains=('a.example',), language='en', timezone='UTC'"
    arguments += ", sections=('https://a.example/',)"
    text = f"from tradepress.source import Source\nSOURCE = Source({arguments}, article_url='/a')\n"
    source = load_source(text)
    assert load_source(mend_file(text, source, MENDS[:6])) == mended(source, MENDS[:6])


@pytest.mark.parametrize(
    "text",
    [
        "from tradepress.source import Source\n",
        GAZETTE.replace("SOURCE = Source(", "SOURCE: Source = Source("),
        GAZETTE.replace('name="gazette"', 'name="other"'),
        GAZETTE + "SOURCE = None\n",
        "SOURCE = (",
    ],
)
def test_what_cannot_be_mended_is_said(text: str) -> None:
    with pytest.raises(NotMendable, match=r"of gazette .*mend it by hand"):
        mend_file(text, load_source(GAZETTE), MENDS[:1])


def test_a_file_of_the_package_stays_as_it_is(tmp_path: Path) -> None:
    packaged = SPIDERS / "signet.py"
    before = packaged.read_text()
    with pytest.raises(NotMendable, match="belongs to the installed package"):
        write_mended(packaged, "", None)
    folder = tmp_path / "own"
    assert write_mended(packaged, GAZETTE, folder) == folder / "signet.py"
    assert (folder / "signet.py").read_text() == GAZETTE
    assert packaged.read_text() == before
    with pytest.raises(NotMendable, match="is there already"):
        write_mended(packaged, GAZETTE, folder)


def test_a_file_of_the_operator_is_written_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "gazette.py"
    file.write_text("")
    file.chmod(0o640)
    assert write_mended(file, GAZETTE, None) == file
    assert file.read_text() == GAZETTE
    assert file.stat().st_mode & 0o777 == 0o640
    assert [*tmp_path.iterdir()] == [file]


def test_sources_are_compared_as_they_are_declared() -> None:
    assert isinstance(load_source(GAZETTE), Source)
