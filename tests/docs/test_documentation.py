"""The documentation comes with the program: each page is listed, found and shown."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from documentation_questions import QUESTIONS

from tradepress.command_line import run
from tradepress.documentation import (
    QUESTION_WORDS,
    documentation_folder,
    find_sections,
    read_pages,
)

NAMED = re.compile(r"tradepress docs\s+(?!NAME\b|WORDS\b)([a-z][a-z-]*)")


def test_the_site_and_the_contents_list_each_page_in_one_order() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    entries = [next(iter(entry.values())) for entry in settings["nav"]]
    in_site = [path for one in entries for path in ([one] if isinstance(one, str) else one)]
    files = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(in_site) == sorted(files)
    order = [Path(path).stem for path in in_site]
    tutorials = {"first-study", "first-archive", "first-night", "first-source"}
    listed = [name for name in read_pages() if name not in tutorials]
    assert listed == [name for name in order if name not in tutorials]


def test_a_page_is_shown_as_it_is_where_it_is_piped_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["docs", "rights"]) == 0
    assert capsys.readouterr().out == (ROOT / "docs" / "librarian" / "rights.md").read_text()


def test_all_pages_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["docs"]) == 0
    told = capsys.readouterr().out
    for page in read_pages().values():
        assert f"{page.name} " in told
        assert page.title in told


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_finds_its_page(question: str) -> None:
    names = [one.page.name for one in find_sections(question)]
    assert set(names[:3]) & set(QUESTIONS[question]), names


def test_words_that_no_page_has_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["docs", "zymurgist"]) == 0
    assert "No page tells of 'zymurgist'" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ['"', "'", "NEAR(", "*", "AND", "  ", "a-b:c", "商標", "the"])
def test_no_words_are_a_mistake(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    find_sections(asked)
    assert run(["docs", asked]) == 0


def test_messages_and_helps_name_pages_that_there_are() -> None:
    sources = [
        path
        for folder in ("tradepress", "crawler", "pipelines", "docs", "tools")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".yml", ".sql", ".md", ".toml"}
        and "sample" not in path.parts
    ]
    named = {
        name: path for path in sources for name in NAMED.findall(" ".join(path.read_text().split()))
    }
    assert len(named) > 10
    pages = read_pages()
    assert {name: str(path) for name, path in named.items() if name not in pages} == {}
    old = re.compile(r"docs/[\w/-]+\.md")
    rooms = [path for path in sources if path.is_relative_to(ROOT / "tradepress")]
    assert {path: found for path in rooms if (found := old.findall(path.read_text()))} == {}


def test_the_site_passes_over_the_same_words_of_a_question() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    assert settings["extra"]["question_words"] == QUESTION_WORDS.pattern


def test_in_a_checkout_the_folder_is_the_repositorys() -> None:
    assert documentation_folder() == ROOT / "docs"
