"""What a shell offers at its Tab key: real shells, each on a terminal of its own."""

import os
import pty
import select
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Tradepress, declare, quick_first
from needs import require_program

from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.story import Mention, StoredArticle

COURT, OTHER = "Court of Appeal, Chamber 2", "Wexcombe $(touch spoilt) Court"
AUTHOR = 'Petra "Lamp" Holm'
SHELLS = {
    "bash": (["--norc", "--noprofile", "-i"], 'eval "$(tradepress completion bash)"'),
    "zsh": (
        ["-f", "-i"],
        'autoload -U compinit; compinit -u -D; eval "$(tradepress completion zsh)"',
    ),
    "fish": (["--no-config", "-i"], "tradepress completion fish | source"),
}
LONGEST = 120
"""Counts the seconds after which a shell that says nothing is given up."""
WHO_ARE_YOU, A_TERMINAL = (b"\x1b[c", b"\x1b[0c"), b"\x1b[?62;c"
"""Is what fish asks a terminal, and what one answers."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """With a story that two courts are named in, a saved query and a declared source."""
    courts = [
        Mention(field="headline", start=at, end=at + 1, kind="court", value=value)
        for at, value in enumerate((COURT, OTHER))
    ]
    row = SourceRow(
        name="gazette",
        publisher="The Gazette",
        home_url="https://gazette.example/",
        language="en",
        timezone="UTC",
    )
    story = StoredArticle(
        source="gazette",
        url="https://gazette.example/lantern-4711",
        headline="Lantern cleared",
        body="The office has let the mark pass.",
        authors=(AUTHOR,),
        mentions=tuple(courts),
        mention_rules="by hand",
    )
    with (
        open_archive(tmp_path / "archive.db") as opened,
        opened.run(RunKind.INGEST, sources=[row]) as run,
    ):
        run.stories.save(story, extractor="by hand")
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "marks.json").write_text("{}")
    return tmp_path / "archive.db"


def words_after_tab(shell: str, folder: Path, typed: str) -> list[str]:
    """Types words and Tab, then has the shell itself say what words it has."""
    program = require_program(shell)
    options, set_up = SHELLS[shell]
    command = folder / "bin" / "tradepress"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m tradepress "$@"\n')
    command.chmod(0o755)
    environment = {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
    }
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(program, [program, *options], environment)
    try:
        os.write(terminal, f"{set_up}; echo REA''DY\r".encode())
        read_until(terminal, b"READY")
        # To the beginning of the line, and to its end: what was completed becomes arguments.
        line = f" {typed}\t\x01printf '%s\\n' \x05 >words; echo DO''NE\r"
        os.write(terminal, line.encode())
        read_until(terminal, b"DONE")
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    return (folder / "words").read_text().splitlines()


def read_until(terminal: int, mark: bytes) -> None:
    shown = b""
    while mark not in shown:
        assert select.select([terminal], [], [], LONGEST)[0], shown
        said = os.read(terminal, 1 << 16)
        if any(question in said for question in WHO_ARE_YOU):
            os.write(terminal, A_TERMINAL)
        shown += said


@pytest.mark.parametrize(
    ("shell", "typed", "completed"),
    quick_first(
        [
            (shell, typed, completed)
            for typed, completed in (
                ("search --court cou", ["search", "--court", COURT]),
                ('search --court "Cou', ["search", "--court", COURT]),
                ("search --court Court\\ of", ["search", "--court", COURT]),
                ("count --court wex", ["count", "--court", OTHER]),
                ("search --author petra", ["search", "--author", AUTHOR]),
                ("search --source gaz", ["search", "--source", "gazette"]),
                ("query run ma", ["query", "run", "marks"]),
                ("crawl wt", ["crawl", "wtr"]),
                ("sources show ipk", ["sources", "show", "ipkat"]),
                ("compl", ["completion"]),
            )
            for shell in SHELLS
        ],
        1,
    ),
)
def test_tab_completes(
    archive: Path, tmp_path: Path, shell: str, typed: str, completed: list[str]
) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    assert words_after_tab(shell, tmp_path, f"tradepress {typed}") == ["tradepress", *completed]
    made = {path.name for path in tmp_path.iterdir()} - {*before, "bin"}
    assert "spoilt" not in made
    assert {name for name in made if name.startswith("archive")} == set()


def offered(tradepress: Tradepress, *words: str, **environment: str) -> list[str]:
    """What the command offers a shell behind these words."""
    result = tradepress(
        _TRADEPRESS_COMPLETE="bash_complete",
        COMP_WORDS="\n".join(("tradepress", *words, "")),
        COMP_CWORD=str(len(words) + 1),
        **environment,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return [line.removeprefix("plain,") for line in result.stdout.splitlines() if line]


def test_names_of_the_archive_are_offered(archive: Path, tradepress: Tradepress) -> None:
    assert offered(tradepress, "search", "--court") == [COURT, OTHER]
    assert offered(tradepress, "query", "diff") == ["marks"]


def test_sources_of_the_operator_are_offered(tmp_path: Path, tradepress: Tradepress) -> None:
    (tmp_path / "sources").mkdir()
    declare(tmp_path / "sources", "zymurgy", "https://zymurgy.example")
    (tmp_path / "tradepress.toml").touch()
    assert "zymurgy" in offered(tradepress, "crawl")


def test_a_log_is_read_with_the_archive(archive: Path, tradepress: Tradepress) -> None:
    with open_archive(archive) as opened, opened.run(RunKind.INGEST, sources=["gazette"]) as run:
        run.stories.save(
            StoredArticle(
                source="gazette",
                url="https://gazette.example/lamp-4712",
                headline="Lamp",
                body="Lamp.",
                section="Lamps",
            ),
            extractor="by hand",
        )
        run.transaction.commit()
        assert offered(tradepress, "search", "--section") == ["Lamps"]


@pytest.mark.parametrize("content", [None, "rubbish", ""])
def test_where_nothing_can_be_read_nothing_is_offered(
    tmp_path: Path, tradepress: Tradepress, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "archive.db").write_text(content)
    before = sorted(tmp_path.iterdir())
    assert offered(tradepress, "search", "--court") == []
    assert offered(tradepress, "query", "run") == []
    assert sorted(tmp_path.iterdir()) == before


def test_a_configuration_that_is_wrong_says_nothing(tmp_path: Path, tradepress: Tradepress) -> None:
    (tmp_path / "tradepress.toml").write_text("contact = [[")
    assert offered(tradepress, "search", "--court") == []
    assert "wtr" in offered(tradepress, "crawl")
    script = tradepress("completion", "bash")
    assert (script.returncode, script.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_holds_what_the_command_says_of_errors(here: Tradepress, shell: str) -> None:
    assert here("completion", shell).stdout.count("2>/dev/null") == 1
