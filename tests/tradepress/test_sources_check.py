"""`tradepress sources check` as it is typed, of pages that were saved; no site is asked."""

import json
import re
import sys
from pathlib import Path

import pytest
from conftest import Tradepress
from sites.lantern_paper import DECLARATION, NEW_LINES, Change, Lantern

import tradepress.spiders
from tradepress.declared_sources import source_file

HOME = "http://127.0.0.1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's, with a configuration, a source of their own, and pages of two layouts."""
    monkeypatch.setattr(tradepress.spiders, "__path__", [*tradepress.spiders.__path__])
    (tmp_path / "tradepress.toml").write_text("")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "lantern.py").write_text(DECLARATION.format(home=HOME))
    changes: dict[str, tuple[Change, ...]] = {"declared": (), "layout": ("layout",)}
    for folder, changed in changes.items():
        paper = Lantern(home=HOME, changes=changed)
        pages = paper.pages()
        (tmp_path / folder).mkdir()
        for story in paper.stories[:4]:
            page = pages[paper.path(story)][1]
            canonical = f"<link rel=canonical href='{HOME}{paper.path(story)}'></head>"
            file = tmp_path / folder / f"{story.number}.html"
            file.write_text(page.replace("</head>", canonical))
    return tmp_path


def test_pages_as_declared(here: Tradepress, folder: Path) -> None:
    told = here("sources", "check", "lantern", "--pages", "declared")
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[:3] == [
        "lantern: The Lantern",
        "  Saved pages, 4 stories read",
        "  headline        4 of 4        h1 4",
    ]
    assert "All is well" in told.stdout
    assert not (folder / "sources" / "verified.toml").exists()  # the site itself was not seen


def test_what_drifted_for_a_person_a_program_and_a_report(here: Tradepress, folder: Path) -> None:
    declared = (folder / "sources" / "lantern.py").read_text()
    command = ("sources", "check", "lantern", "--pages", "layout")
    told = here(*command, "--report", "report.md")
    assert told.returncode == 1, told.stderr
    assert f"! furniture: 4 of 4 bodies begin with “{NEW_LINES[0]}”" in told.stdout
    assert "+++ b/lantern.py" in told.stdout
    report = (folder / "report.md").read_text()
    assert f"* **furniture**: 4 of 4 bodies begin with “{NEW_LINES[0]}”" in report
    (read,) = json.loads(here(*command, "--json").stdout)
    assert (read["source"], read["is_well"], read["requests"]) == ("lantern", False, 0)
    assert read["fields"]["body"] == {"filled": 4, "evidence": {"agreement": 4}}
    assert [one["subject"] for one in read["drift"]] == ["furniture", "furniture"]
    assert read["diff"].startswith("--- a/lantern.py\n")
    assert (folder / "sources" / "lantern.py").read_text() == declared


def test_apply_mends_the_file(here: Tradepress, folder: Path) -> None:
    command = ("sources", "check", "lantern", "--pages", "layout")
    told = here(*command, "--apply")
    assert told.returncode == 1
    assert told.stderr == f"Mended: {folder}/sources/lantern.py. Check it again.\n"
    del sys.modules["tradepress.spiders.lantern"]  # as in a new process
    assert here(*command).returncode == 0


def test_a_bundled_source_is_mended_in_a_copy_of_the_operators(
    here: Tradepress, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "wipr").mkdir()
    for file in (folder / "layout").iterdir():
        address = f"https://www.worldipreview.com/news/lantern-case-{file.stem}"
        canonical = f"<link rel=canonical href='{address}'>"
        page = re.sub("<link rel=canonical [^>]*>", canonical, file.read_text())
        (folder / "wipr" / file.name).write_text(page)
    bundled = source_file("wipr")
    before = bundled.read_text()
    command = ("sources", "check", "wipr", "--pages", "wipr")
    told = here(*command, "--apply")
    assert told.stderr == f"Mended: {folder}/sources/wipr.py. Check it again.\n"
    assert bundled.read_text() == before
    assert here(*command).returncode == 0
    assert str(folder / "sources" / "wipr.py") in here("sources", "show", "wipr").stdout
    assert here(*command, "--apply").returncode == 0

    (folder / "sources" / "wipr.py").unlink()
    (folder / "tradepress.toml").unlink()
    monkeypatch.setattr(tradepress.spiders, "__path__", [str(bundled.parent)])
    told = here(*command, "--apply")
    assert told.returncode == 1
    assert "wipr is not mended: wipr.py belongs to the installed package" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--pages", "declared"], "Name a SOURCE, and its saved pages behind --pages."),
        (["declared/20740.html", "--pages", "declared/20733.html"], "There is no source 'decl"),
        (["lantern", "--pages", "nowhere"], "nowhere: there is no such file."),
        (["nobody"], "There is no source 'nobody'"),
        (["signet"], "signet is the bundled sample"),
        (["lantern"], "must say who runs it"),
        (["lantern", "--contact", "me"], "not a mail or web address"),
    ],
)
def test_what_is_asked_wrongly_is_said(
    here: Tradepress, folder: Path, arguments: list[str], words: str
) -> None:
    told = here("sources", "check", *arguments)
    assert told.returncode in (1, 2)
    assert words in told.stderr
    assert "Traceback" not in told.stderr
