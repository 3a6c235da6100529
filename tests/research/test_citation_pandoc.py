"""Sixty odd stories in each style, as pandoc cites them by the same file; and the manuals' own
examples."""

import re
import subprocess
from dataclasses import dataclass, replace

import pytest
from citations import PLAIN, names
from lxml import html
from needs import require_program
from odd_citations import ODD

from tradepress.research.citation.style_names import STYLE_NAMES, StyleName
from tradepress.research.citation.styled_runs import as_html, as_markdown, as_text
from tradepress.research.citation.styled_text import StyledText

ALL: tuple[str, ...] = STYLE_NAMES


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Is where we write otherwise than pandoc, and by what right."""

    theirs: str
    """Is a pattern of what pandoc writes."""
    ours: str
    why: str
    styles: tuple[str, ...] = ALL


DIFFERENCES: dict[str, list[Difference]] = {
    "signs of HTML": [
        Difference(
            theirs=r"(?:</i>)?(?:<i>)?<b>([Ww])ins</b>(?:</i>)?(?:<i>)?",
            ours=r"&lt;b&gt;\1ins&lt;/b&gt;",
            why="pandoc reads mark-up in titles; a headline's signs are its text",
        )
    ],
    "no paper and no author": [
        Difference(
            theirs="<i>Marksandmakers",
            ours="<i>marksandmakers",
            why="a paper's name is written as the paper writes it (CMOS 8.154: as eBay is)",
            styles=("apa", "chicago"),
        )
    ],
    "question": [
        Difference(
            theirs=r"Name\?”",
            ours="Name?,”",
            why=(
                KEPT := "a comma that the note needs is "
                "kept behind the sign that ends a title (CMOS 17, 6.125 and 14.96)"
            ),
            styles=("chicago",),
        )
    ],
    "exclamation": [Difference(theirs="Wins!”", ours="Wins!,”", why=KEPT, styles=("chicago",))],
    "abbreviation": [
        Difference(
            theirs=r"Inc\.”",
            ours="Inc.,”",
            why="the comma stands before the quote (CMOS "
            "6.9); the dot before it is the abbreviation's",
            styles=("chicago",),
        )
    ],
    "quoted whole": [
        Difference(
            theirs="’,”",
            ours=",’”",
            why=(INSIDE := "a comma stands before all closing quotes (CMOS 6.9 and 6.11)"),
            styles=("chicago",),
        ),
        Difference(theirs="”</i>,", ours=",”</i>", why=INSIDE, styles=("bluebook",)),
    ],
}
_YEAR = re.compile(r"\((\d{4})[a-z]")
"""Matches the letter that tells a year from the same: pandoc sorts by punctuation, too, APA (9.44)
does not."""


def written(style: StyleName, processor: str) -> dict[str, str]:
    styled = StyledText(style, processor)  # type: ignore[arg-type]
    by_key = {citation.key: as_html(runs) for citation, runs in styled.write(ODD.values())}
    return {name: by_key[citation.key] for name, citation in ODD.items()}


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLE_NAMES)
def test_sixty_odd_stories_are_cited_as_by_pandoc(style: StyleName) -> None:
    require_program("pandoc")
    assert len(ODD) == 60
    ours, theirs = written(style, "citeproc"), written(style, "pandoc")
    unequal = {}
    for name, told in theirs.items():
        for one in DIFFERENCES.get(name, []):
            if style in one.styles:
                told, times = re.subn(one.theirs, one.ours, told, count=1)
                assert times, f"{style}, {name}: no more is {one.theirs} in {told}"
        # What is written from right to left stands by itself (bdi); pandoc leaves that to the page.
        own = re.sub("</?bdi>", "", ours[name])
        if _YEAR.sub(r"(\1", own) != _YEAR.sub(r"(\1", told):
            unequal[name] = (own, told)
    assert unequal == {}
    letters = [sorted(_YEAR.findall("".join(one.values()))) for one in (ours, theirs)]
    assert letters[0] == letters[1]


@pytest.mark.slow
def test_every_sign_of_a_citation_is_text_in_markdown() -> None:
    require_program("pandoc")
    runs = [runs for _, runs in StyledText("oscola").write(ODD.values())]
    document = "\n\n".join(map(as_markdown, runs))
    asked = ["pandoc", "--from=markdown", "--to=html", "--wrap=none"]
    page = subprocess.run(asked, input=document, capture_output=True, text=True, check=True).stdout
    paragraphs = html.fromstring(f"<div>{page}</div>").findall("p")
    told = [one.text_content() for one in paragraphs]
    assert told == [re.sub("[\u2068\u2069]", "", as_text(one)) for one in runs]
    assert {one.findtext("em") for one in paragraphs} >= {"Marks & Makers", "The Lantern Post"}


# From Oxford's OSCOLA, 4th edition (2010), 3.4.10, as uwl.libguides.com/oscola/web has it;
# apastyle.apa.org/style-grammar-guidelines/references/examples (newspaper articles); the Bluebook,
# 21st edition, 16.6(f), as libguides.law.ucdavis.edu has it. That of the quick guide of the Chicago
# manual, 18th edition, was written down from memory: no stored copy was found to hold it against.
MANUALS: dict[StyleName, list[tuple[dict[str, object], str]]] = {
    "oscola": [
        (
            {
                **names("Ian Loader"),
                "headline": "The Great Victim of this Get Tough Hyperactivity is Labour",
                "publication": "The Guardian",
                "issued": "2008-06-19",
                "url": "www.guardian.example/justice",
                "accessed": "2009-11-19",
            },
            # The manual leaves *this* and *is* small; the style's file sets each word.
            "Ian Loader, ‘The Great Victim of This Get Tough Hyperactivity Is Labour’ "
            "<i>The Guardian</i> (19 June 2008) &lt;www.guardian.example/justice&gt; "
            "accessed 19 November 2009.",
        )
    ],
    "apa": [
        (
            {
                **names("B. Carey"),
                "headline": "Can We Get Better at Forgetting?",
                "headline_as_sentence": "Can we get better at forgetting?",
                "publication": "The New York Times",
                "issued": "2019-03-22",
            },
            "Carey, B. (2019, March 22). Can we get better at forgetting? "
            "<i>The New York Times</i>. http://a.example/",
        )
    ],
    "bluebook": [
        (
            {
                **names("Evan Halper"),
                "headline": "Coronavirus Threatens the November Election. "
                "Can Vote by Mail Save It?",
                "publication": "L.A. Times",
                "issued": "2020-03-19",
            },
            "Evan Halper, <i>Coronavirus Threatens the November Election. Can Vote by Mail Save It?"
            '</i>, <span class="smallcaps">L.A. Times</span> (Mar. 19, 2020), http://a.example/.',
        )
    ],
    "chicago": [
        (
            {
                **names("Dani Blum"),
                "headline": "Are Flax Seeds All That?",
                "publication": "New York Times",
                "issued": "2023-12-13",
            },
            "Dani Blum, “Are Flax Seeds All That?,” <i>New York Times</i>, December 13, 2023, "
            "http://a.example/.",
        )
    ],
}


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_each_style_cites_as_its_manual_does(style: StyleName) -> None:
    for facts, expected in MANUALS[style]:
        plain = replace(PLAIN, section=None, url="http://a.example/")
        runs = StyledText(style).runs(replace(plain, **facts))  # type: ignore[arg-type]
        assert as_html(runs[:-1]) == expected
