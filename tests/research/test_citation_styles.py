"""Citations in words: each style's own form for what a story has and lacks."""

from dataclasses import replace
from typing import get_args

import pytest
from citations import EVERY, PLAIN, cited
from conftest import ROOT
from lxml import etree

from tradepress.research.citation.style_names import STYLE_NAMES, STYLES, StyleName
from tradepress.research.citation.write_citations import write_citations

FOLDER = ROOT / "tradepress" / "research" / "citation" / "styles"
CSL = {"csl": "http://purl.org/net/xbiblio/csl"}


def styled(style: StyleName) -> dict[str, str]:
    """What the style says of every case, without our brackets."""
    told = {}
    for name, citation in EVERY.items():
        (line,) = "".join(write_citations([citation], "text", style)).splitlines()
        end = f" [{citation.archived}]"
        assert line.endswith(end)
        told[name] = line.removesuffix(end)
    return told


TAIL = f" Marks & Makers. {PLAIN.url}"
APA = {
    "plain": f"O’Dell, R. (2018, November 29). {PLAIN.headline}.{TAIL}",
    "unsigned": f"{PLAIN.headline}. (2018, November 29).{TAIL}",
    "two": f"O’Dell, R., & Adeyo-Clarke, T. (2018, November 29). {PLAIN.headline}.{TAIL}",
    "many": "van der Berg, J., Smith, A. B., Mary Anne Smith, Bo, I., & Lund, O. "
    f"(2018, November 29). {PLAIN.headline}.{TAIL}",
    "organisation": "The Lantern, Brass & Bell Company. (2018, November 29). "
    f"{PLAIN.headline}.{TAIL}",
    "undated": f"O’Dell, R. (n.d.). {PLAIN.headline}. Marks & Makers. "
    f"Retrieved November 27, 2026, from {PLAIN.url}",
    "undated and unsigned": f"{PLAIN.headline}. (n.d.). Marks & Makers. "
    f"Retrieved November 27, 2026, from {PLAIN.url}",
    "month": f"O’Dell, R. (2018, November). {PLAIN.headline}.{TAIL}",
    "year": f"O’Dell, R. (2018). {PLAIN.headline}.{TAIL}",
    "question": f"Who owns the name? (2018, November 29).{TAIL}",
    "abbreviation": f"O’Dell, R. (2018, November 29). Board sides with Vale Inc.{TAIL}",
    "signs of HTML": "O’Dell, R. (2018, November 29). "
    f"Orrin & Vale <b>wins</b> where 2 < 3 &amp; 5 > 4.{TAIL}",
    "Hebrew": f"\u2068דנה כהן\u2069. (2018, November 29). \u2068בית המשפט פסק\u2069.{TAIL}",
    "blog": f"O’Dell, R. (2018, November 29). {PLAIN.headline}. The Lantern Post. {PLAIN.url}",
}
PLACE = f"Domains, Marks & Makers, November 29, 2018, {PLAIN.url}."
NAME = "“Panel Returns Skate Maker’s Name,”"
CHICAGO = {
    "plain": f"Rory O’Dell, {NAME} {PLACE}",
    "unsigned": f"{NAME} {PLACE}",
    "two": f"Rory O’Dell and Teo Adeyo-Clarke, {NAME} {PLACE}",
    "many": f"Jan van der Berg et al., {NAME} {PLACE}",
    "organisation": f"The Lantern, Brass & Bell Company, {NAME} {PLACE}",
    "undated": f"Rory O’Dell, {NAME} Domains, Marks & Makers, n.d., accessed November 27, 2026, "
    f"{PLAIN.url}.",
    "month": f"Rory O’Dell, {NAME} Domains, Marks & Makers, November 2018, {PLAIN.url}.",
    "year": f"Rory O’Dell, {NAME} Domains, Marks & Makers, 2018, {PLAIN.url}.",
    "no section": f"Rory O’Dell, {NAME} Marks & Makers, November 29, 2018, {PLAIN.url}.",
    "question": f"“Who Owns the Name?,” {PLACE}",
    "abbreviation": f"Rory O’Dell, “Board Sides with Vale Inc.,” {PLACE}",
    "double quotes": f"Rory O’Dell, “Board Finds ‘Lantern’ and ‘Lamp’ Alike,” {PLACE}",
    "German": f"Rory O’Dell, “Schwerer schlag für die fälschung,” {PLACE}",
    "Hebrew": f"\u2068דנה כהן\u2069, “\u2068בית המשפט פסק\u2069,” {PLACE}",
    "blog": f"Rory O’Dell, {NAME} Domains, The Lantern Post, November 29, 2018, {PLAIN.url}.",
}
ENDING = f"<{PLAIN.url}> accessed 27 November 2026."
OSCOLA = {
    "plain": "Rory O’Dell, ‘Panel Returns Skate Maker’s Name’ Marks & Makers (29 November 2018) "
    f"{ENDING}",
    "unsigned": f"‘Panel Returns Skate Maker’s Name’ Marks & Makers (29 November 2018) {ENDING}",
    "many": "Jan van der Berg and others, ‘Panel Returns Skate Maker’s Name’ Marks & Makers "
    f"(29 November 2018) {ENDING}",
    "organisation": "The Lantern, Brass & Bell Company, ‘Panel Returns Skate Maker’s Name’ "
    f"Marks & Makers (29 November 2018) {ENDING}",
    "undated": f"Rory O’Dell, ‘Panel Returns Skate Maker’s Name’ Marks & Makers {ENDING}",
    "undated and unsigned": f"‘Panel Returns Skate Maker’s Name’ Marks & Makers {ENDING}",
    "month": "Rory O’Dell, ‘Panel Returns Skate Maker’s Name’ Marks & Makers (November 2018) "
    f"{ENDING}",
    "year": f"Rory O’Dell, ‘Panel Returns Skate Maker’s Name’ Marks & Makers (2018) {ENDING}",
    "single quotes": "Rory O’Dell, ‘“Lantern’s Glow” Is No Mark, “Maker’s Guild” Says’ "
    f"Marks & Makers (29 November 2018) {ENDING}",
    "blog": "Rory O’Dell, ‘Panel Returns Skate Maker’s Name’ "
    "(The Lantern Post, 29 November 2018) "
    f"{ENDING}",
}
BLUEBOOK = {
    "plain": "Rory O’Dell, Panel Returns Skate Maker’s Name, Marks & Makers (Nov. 29, 2018), "
    f"{PLAIN.url}.",
    "unsigned": f"Panel Returns Skate Maker’s Name, Marks & Makers (Nov. 29, 2018), {PLAIN.url}.",
    "two": "Rory O’Dell & Teo Adeyo-Clarke, Panel Returns Skate Maker’s Name, Marks & Makers "
    f"(Nov. 29, 2018), {PLAIN.url}.",
    "undated": "Rory O’Dell, Panel Returns Skate Maker’s Name, Marks & Makers, "
    f"{PLAIN.url} (last visited Nov. 27, 2026).",
    "month": "Rory O’Dell, Panel Returns Skate Maker’s Name, Marks & Makers (Nov. 2018), "
    f"{PLAIN.url}.",
    "blog": "Rory O’Dell, Panel Returns Skate Maker’s Name, The Lantern Post (Nov. 29, 2018), "
    f"{PLAIN.url}.",
}


@pytest.mark.parametrize(
    ("style", "expected"),
    [("apa", APA), ("bluebook", BLUEBOOK), ("chicago", CHICAGO), ("oscola", OSCOLA)],
)
def test_a_style_says_what_it_should(style: StyleName, expected: dict[str, str]) -> None:
    told = styled(style)
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_nothing_is_said_twice_and_nothing_is_lost(style: StyleName) -> None:
    for name, line in styled(style).items():
        citation = EVERY[name]
        flat = line.casefold()
        assert line.count(citation.url) == 1
        assert line.count(citation.publication) == 1, line
        assert ".." not in line
        assert ",," not in line
        if "quotes" not in name:
            assert flat.count(citation.headline.casefold()) == 1, line
        for author in citation.authors[:1]:
            assert (author.family or author.whole) in line


def test_text_is_a_line_a_story() -> None:
    citation = replace(cited("plain"), headline="A\u2028B")
    assert "".join(write_citations([citation], "text")).count("\n") == 1


def test_each_style_is_named_and_its_authors_are() -> None:
    assert set(STYLES) == set(get_args(StyleName))
    notice = (FOLDER / "NOTICE").read_text()
    files = sorted(path.name for path in FOLDER.glob("*.csl"))
    assert files == sorted(style.file for style in STYLES.values())
    for style in STYLES.values():
        tree = etree.parse(FOLDER / style.file)
        (rights,) = tree.xpath("//csl:rights/@license", namespaces=CSL)
        assert rights == "http://creativecommons.org/licenses/by-sa/3.0/"
        for name in tree.xpath("//csl:author/csl:name|//csl:contributor/csl:name", namespaces=CSL):
            assert name.text in notice
        assert style.file in notice
