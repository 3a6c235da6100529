"""Manuscripts of which it is known what is wrong in them: that is found, and nothing more."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
import second_manuscript
import third_manuscript
from press_record import expected, make_press, write_chapters

from tradepress.archive.read_only import read_archive
from tradepress.research.checking.check_manuscript import CheckFinding, check_manuscript
from tradepress.research.checking.read_manuscript import read_manuscript


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_press(tmp_path_factory.mktemp("press") / "archive.db")


def letters(text: str) -> str:
    """What is left of a text in any form of a manuscript."""
    text = re.sub(r"\\ss(?![a-z])", "ss", text)
    text = re.sub(r"\\[a-zA-Z]+|[{}]", "", text)
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return "".join(letter for letter in apart if letter.isalnum())


def judged(press: Path, folder: Path, chapters: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What was not found, and what was called wrong though it is right."""
    findings: dict[str, list[CheckFinding]] = {}
    with read_archive(press) as db:
        for path in write_chapters(folder, dict(chapters)):
            findings[path.name] = [*check_manuscript(db, read_manuscript(path)).findings]
    missed, false = [], []
    for one in expected(dict(chapters)):
        kind = {"c": "citation", "q": "quotation"}[one.kind]
        here = [
            finding
            for finding in findings[one.chapter]
            if finding.kind == kind and alike(finding.text, one.text)
        ]
        found = here[0] if here else None
        if found is not None:
            findings[one.chapter].remove(found)
        labels = set(found.labels) if found else {"(not looked at)"}
        missed += [f"{one.chapter}: {label}: {one.text}" for label in one.labels - labels]
        false += [f"{one.chapter}: {label}: {one.text}" for label in labels - one.labels]
    false += [
        f"{name}: {label}: {finding.text}"
        for name, others in findings.items()
        for finding in others
        for label in finding.labels
    ]
    return missed, false


def alike(found: str, marked: str) -> bool:
    one, other = letters(found), letters(marked)
    return bool(one) and (one in other or other in one)


def test_all_that_is_wrong_is_found_and_nothing_right_is_called_wrong(
    press: Path, tmp_path: Path
) -> None:
    assert judged(press, tmp_path, second_manuscript.CHAPTERS) == ([], [])


def test_the_third_was_written_by_somebody_who_knew_no_checker(press: Path, tmp_path: Path) -> None:
    """At the first look 23 of its 32 wrong ones were found, and two of 46 right ones called
    wrong. What is left: a key of another file's bibliography, which can't be known."""
    missed, false = judged(press, tmp_path, third_manuscript.CHAPTERS)
    lawyers = "the cows were sold to pay the lawyers of the losing side"
    assert missed == [f"thesis.tex: missing: {lawyers}"]
    # Of the other two marks are one finding.
    assert false == [
        "weeklog.md: (not looked at): https://web.archive.org/web/20210402083000id_/"
        "http://signetgazette.example/trademark/tribunal-bars-moonbeam-12700",
        f"thesis.tex: unknown: {lawyers}",
    ]
