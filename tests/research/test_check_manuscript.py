"""Manuscripts of which it is known what is wrong in them: that is found, and nothing more."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import get_args

import first_manuscript
import fourth_manuscript
import pytest
import second_manuscript
import third_manuscript
from press_record import SIGNET, expected, make_press, write_chapters

from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import load_story
from tradepress.research.checking.check_manuscript import CheckFinding, check_manuscript
from tradepress.research.checking.read_manuscript import read_content, read_manuscript
from tradepress.research.citation.cited_story import citation_of
from tradepress.research.citation.style_names import StyleName
from tradepress.research.citation.write_citations import write_citations


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


@pytest.mark.parametrize("paper", [first_manuscript, second_manuscript])
def test_all_that_is_wrong_is_found_and_nothing_right_is_called_wrong(
    paper: ModuleType, press: Path, tmp_path: Path
) -> None:
    assert judged(press, tmp_path, paper.CHAPTERS) == ([], [])


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


def test_the_fourth_was_written_by_somebody_who_knew_no_checker(
    press: Path, tmp_path: Path
) -> None:
    """At the first look 21 of its 25 wrong ones were found, and two of 44 right ones called
    wrong. What is left: a withdrawn story that is cited without its address."""
    missed, false = judged(press, tmp_path, fourth_manuscript.CHAPTERS)
    brewery = (
        "Sofia de la Cruz, ‘Fennimore Withdraws Brewery Opposition after Nine Years’, The\n"
        "Signet Gazette (London, 20 November 2019) 7"
    )
    assert missed == [f"teal.docx: withdrawn: {brewery}"]
    assert false == [f"teal.docx: unknown: {brewery}"]


ADDRESS = f"{SIGNET}/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107"
CITED = f"“Orrin & Vale Loses Appeal over Lantern Mark,” The Signet Gazette, DAY, {ADDRESS}"
SINCE = {"changed", "corrected"}


def labels(press: Path, text: str) -> list[set[str]]:
    with read_archive(press) as db:
        found = check_manuscript(db, read_content(text.encode(), ".md")).findings
    return [{*one.labels} for one in found]


@pytest.mark.parametrize(
    ("day", "wrong"), [("August 4, 2017", set()), ("August 14, 2017", {"date"})]
)
def test_what_our_own_citations_say_beside_their_ref_is_checked(
    press: Path, day: str, wrong: set[str]
) -> None:
    with read_archive(press) as db:
        name = load_story(db, "signet-12107").cited_name
    note = f"Petra Holm, {CITED}. [Archived 2018-03-01T09:00:00Z, Tradepress {name}]"
    assert labels(press, f"A.[^1]\n\n[^1]: {note.replace('DAY', day)}") == [wrong]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"In 2011 Anna Bell wrote of [it]({ADDRESS}), which began on 3 May 2009.", [SINCE]),
        (f"“Shops closed in 1962 and never again opened there”: {ADDRESS}", [SINCE, {"missing"}]),
        (f"A.[^1]\n\n[^1]: Holm P, {CITED}", [SINCE]),
        (f"See also {CITED}", [SINCE]),
        (f"A.[^1]\n\n[^1]: The decision of 3 July 2017 was reported at {ADDRESS}", [SINCE]),
        (f"A.[^1]\n\n[^1]: Ida Lund, “Years,” Trees 4, on {CITED}", [SINCE]),
        (
            f"A.[^1]\n\n[^1]: Petra Holm, “The Lamp Wars,” The Signet Gazette, <{ADDRESS}>",
            [SINCE | {"headline"}],
        ),
        (f"1. [One]({ADDRESS})\n2. [“Six other lamps”]({ADDRESS})", [SINCE, SINCE | {"headline"}]),
    ],
)
def test_what_stands_around_a_citation_is_no_part_of_it(
    press: Path, text: str, found: list[set[str]]
) -> None:
    assert labels(press, text.replace("DAY", "August 4, 2017")) == found


PORTS = "Study: most seizures at ports never reach a court"
PORTS_AT = f"{SIGNET}/anti-counterfeiting/most-seizures-never-reach-a-court-12688"
GAZETTE = "The Signet Gazette"
OTHERS = "On the many names of cheese in the eastern towns"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Kaya, I. (2020, September 3). {PORTS}. *{GAZETTE}*. {PORTS_AT}", [{"date"}]),
        (f"- Kaya, Ivan. {PORTS}. {GAZETTE}, 2 Sept. 2020\n- Aa", [{"author"}]),
        (
            f"- Kaya I (2019) ‘{PORTS}’, {GAZETTE}\n- KAYA (Idris). {PORTS}. {GAZETTE}",
            [{"date"}, set()],
        ),
        (f"However, A. Kaya wrote for {GAZETTE} ({PORTS_AT}); in 1994 he had not.", [set()]),
        (
            f"A.[^1]\n\n[^1]: P. Kaya, “{PORTS},” {GAZETTE}; Kaya, “{PORTS},” {GAZETTE}",
            [{"author"}],
        ),
        (f"A.[^1]\n\n[^1]: “Lamp Makers Flee the Town,” {GAZETTE}, 2017", [{"unknown"}]),
        (f"A.[^1]\n\n[^1]: {PORTS_AT}; Odile Roy, “{OTHERS}” (2012) 57 Cheese Rev 6", [set()]),
        (f"A.[^1]\n\n[^1]: {CITED} [https://perma.cc/9XWK-44TD] (visited 12 March 2018)", [set()]),
        (f"A.[^1]\n\n[^1]: {CITED}, visited on 01/03/2018", [set()]),
        ("Weiss, Juergen. Gericht: Farbe Türkis ist keine Marke. Der Markenbote, 2019.", [set()]),
        ('---\ntitle: "Six words of a title of mine"\n---\n\nA.', []),
        ("    A HEADING THAT IS SET IN SIX\n\n    (a) an item of a list, set in.\n\nA.", []),
    ],
)
def test_what_the_fourth_showed_is_a_rule(press: Path, text: str, found: list[set[str]]) -> None:
    assert labels(press, text.replace("DAY", "August 4, 2017")) == found


def test_what_latex_puts_into_each_other_is_read(press: Path) -> None:
    text = (
        r"\enquote{Die Löschung der Marke \enquote{Seeblick} ist rechtskräftig.}"
        "\n\n"
        rf"\href{{{SIGNET}/trademark/harrow-mills-teal-12610}}{{\texttt{{signet}}}}"
    )
    with read_archive(press) as db:
        found = check_manuscript(db, read_content(text.encode(), ".tex")).findings
    assert [(one.ref, one.labels) for one in found] == [
        ("bote-902", ()),
        ("signet-12610", ("changed",)),
    ]


QUOTED = "“a wholly different sentence of trees and birds”[^1]"


@pytest.mark.parametrize(
    ("note", "label"),
    [
        (f"{ADDRESS}", "missing"),
        (f"Ida Marsh, Trees (2001) 4; see {ADDRESS}", "unknown"),
        (f"Ida Marsh, Trees (2001) 4, citing {ADDRESS}", "unknown"),
        (f"{ADDRESS}; https://lanternpost.example/birds", "unknown"),
    ],
)
def test_what_may_be_of_another_source_of_the_note_is_not_called_wrong(
    press: Path, note: str, label: str
) -> None:
    assert labels(press, f"He has {QUOTED} there.\n\n[^1]: {note}")[0] == {label}


def test_what_somebody_else_is_named_for_is_not_called_wrong(press: Path) -> None:
    text = f"It fell ({ADDRESS}), and “most of the goods were never seen at all” (Lund 2019)."
    assert labels(press, text) == [SINCE, {"unknown"}]


def test_a_note_that_cites_a_former_one_again_means_its_story(press: Path) -> None:
    quoted = ["“the two signs share nothing but a flame”", "“a judge who never saw it at all”"]
    notes = f"\n\n[^1]: Petra Holm, {ADDRESS}\n[^2]: Ibid.\n[^3]: Holm (n 1)."
    for number in (2, 3):
        text = f"A.[^1] {'B.[^2] ' * (number == 3)}{quoted[0]} and {quoted[1]}[^{number}].{notes}"
        assert labels(press, text)[1:] == [set(), {"missing"}]


@pytest.mark.parametrize("style", get_args(StyleName))
def test_what_is_cited_by_the_archive_itself_is_right(press: Path, style: StyleName) -> None:
    with read_archive(press) as db:
        refs = [ref for (ref,) in db.execute("SELECT ref FROM articles ORDER BY id")]
        cited = [citation_of(load_story(db, ref), "2026-11-27") for ref in refs]
        told = "".join(write_citations(cited, "text", style)).splitlines()
    notes = "".join(f"\n[^{number}]: {line}" for number, line in enumerate(told))
    text = "".join(f"A.[^{number}] " for number in range(len(told))) + "\n\n" + notes
    assert [found - {"gone"} for found in labels(press, text)] == [set()] * len(told)


def test_notes_that_mean_the_one_before_may_be_thousands(press: Path) -> None:
    count = 1200
    calls = "".join(f"“a judge who never saw it at all”[^{number}] " for number in range(count))
    notes = "".join(f"\n[^{number}]: Ibid." for number in range(1, count))
    found = labels(press, f"{calls}\n\n[^0]: {ADDRESS}{notes}")
    assert found[-1] == {"missing"}
