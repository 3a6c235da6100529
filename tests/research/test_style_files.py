"""Style files from elsewhere: what they may be, and what hostile ones come to."""

from dataclasses import replace
from pathlib import Path

import pytest
from citations import EVERY, PLAIN
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tradepress.research.citation.style_names import (
    FOLDER,
    MOST_BYTES,
    STYLES,
    UnusableStyle,
    style_file,
)
from tradepress.research.citation.styled_runs import as_html
from tradepress.research.citation.styled_text import StyledText

HEAD = '<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0"><info/>'
LAYOUT = "<citation><layout>{}</layout></citation></style>"


def style(folder: Path, content: str | bytes) -> Path:
    path = folder / "mine.csl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cited(path: Path, name: str = "plain") -> str:
    return as_html(StyledText(path).runs(EVERY[name])[:-1])


def test_a_style_of_somebody_cites(tmp_path: Path) -> None:
    title = '<text variable="title" font-weight="bold" text-case="title"/>'
    path = style(tmp_path, HEAD + LAYOUT.format(f'<names variable="author" suffix=": "/>{title}'))
    assert cited(path) == "Rory O’Dell: <b>Panel Returns Skate Maker’s Name</b>"


def test_a_list_is_sorted_and_tells_years_apart(tmp_path: Path) -> None:
    path = style(
        tmp_path,
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info/>'
        '<citation disambiguate-add-year-suffix="true"><layout><text variable="title"/></layout>'
        '</citation><bibliography><sort><key variable="title"/></sort><layout suffix=".">'
        '<names variable="author"><name name-as-sort-order="all"/></names>'
        '<date variable="issued" prefix=" "><date-part name="year"/></date>'
        '<text variable="title" prefix=" "/></layout></bibliography></style>',
    )
    named = ["question", "plain", "abbreviation", "year", "undated"]
    written = StyledText(path).write(EVERY[name] for name in named)
    assert [as_html(runs[:-1]) for _, runs in written] == [
        "O’Dell, Rory 2018a Board sides with Vale Inc.",
        "O’Dell, Rory 2018b Panel returns skate maker’s name.",
        "O’Dell, Rory 2018c Panel returns skate maker’s name.",
        "O’Dell, Rory Panel returns skate maker’s name.",
        " 2018 Who owns the name?",
    ]


CALLS = "".join(
    f'<macro name="m{number}">{f"""<text macro="m{number + 1}"/>""" * 9}</macro>'
    for number in range(12)
)
FAULTS = {
    "no XML": (b"\x00\xff garbage", "it is no XML"),
    "a page": ("<html><body>404</body></html>", "it has no layout of a citation"),
    "a style of nothing": (HEAD + "</style>", "it has no layout of a citation"),
    "another's": (
        HEAD.replace("<info/>", '<info><link rel="independent-parent" href="http://x/apa"/></info>')
        + "</style>",
        "it has no rules of its own: give the file of http://x/apa",
    ),
    "a document type": (
        '<!DOCTYPE style [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
        + HEAD
        + LAYOUT.format('<text value="&b;"/>'),
        "it declares a document type",
    ),
    "a file of the machine": (
        '<!DOCTYPE style [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + HEAD + LAYOUT.format("&a;"),
        "it declares a document type",
    ),
    "a macro it has not": (HEAD + LAYOUT.format('<text macro="m"/>'), "calls 'm', which it has"),
    "a macro of itself": (
        HEAD + '<macro name="m"><text macro="m"/></macro>' + LAYOUT.format('<text macro="m"/>'),
        "call",
    ),
    "macros without end": (
        HEAD + CALLS + '<macro name="m12"/>' + LAYOUT.format('<text macro="m0"/>'),
        "its macros call each other more than",
    ),
    "a long value": (HEAD + LAYOUT.format(f'<text value="{"x" * 3000}"/>'), "more than 2,000"),
    "nothing to say": (HEAD + LAYOUT.format('<text variable="DOI"/>'), "has no words for"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_style_is_told_in_a_line(tmp_path: Path, fault: str) -> None:
    content, words = FAULTS[fault]
    with pytest.raises(UnusableStyle) as told:
        cited(style(tmp_path, content))
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(UnusableStyle, match="more than 1,000,000 bytes"):
        style_file(style(tmp_path, b" " * (MOST_BYTES + 1)))
    with pytest.raises(UnusableStyle, match="can't be read: No such file"):
        style_file(tmp_path / "none.csl")


APA = style_file("apa")


@given(st.data())
def test_a_spoilt_style_cites_or_is_told(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("style")
    start = data.draw(st.integers(0, len(APA) - 1))
    end = data.draw(st.integers(start, min(start + 300, len(APA))))
    put = data.draw(st.sampled_from([b"", b"<text/>", b"</macro>", b'="', b"\xff", APA[:200]]))
    path = style(folder, APA[:start] + put + APA[end:])
    try:
        told = StyledText(path).text(PLAIN)
    except UnusableStyle as fault:
        told = f"{fault} {PLAIN.archived}"
    assert PLAIN.archived in told
    assert "\n" not in told


OTHER_VALUES = ("", "title", "issued", "x", "99999", "-1", "true", "text", "author", "none")


@given(st.data())
def test_a_style_of_other_elements_cites_or_is_told(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    tree = etree.fromstring(style_file(data.draw(st.sampled_from(["apa", "oscola"]))))
    elements = [*tree.iter(etree.Element)]
    for _ in range(data.draw(st.integers(1, 8))):
        element = data.draw(st.sampled_from(elements[1:]))
        parent, names = element.getparent(), [*map(str, element.keys())]
        if parent is not None and data.draw(st.booleans()):
            parent.remove(element)
        elif names:
            name = data.draw(st.sampled_from(names))
            element.set(name, data.draw(st.sampled_from(OTHER_VALUES)))
        else:
            element.tag = data.draw(st.sampled_from(elements)).tag
    path = style(tmp_path_factory.mktemp("style"), etree.tostring(tree))
    citation = data.draw(st.sampled_from([*EVERY.values()]))
    try:
        told = StyledText(path).text(citation)
    except UnusableStyle as fault:
        told = f"{fault} {citation.archived}"
    assert citation.archived in told
    assert "\n" not in told


def test_all_styles_of_the_program_are_as_their_border_wants_them() -> None:
    for own in STYLES.values():
        assert style_file(FOLDER / own.file)


def test_long_lists_and_odd_signs_are_cited() -> None:
    many = [replace(PLAIN, ref=f"makers-{number}@5eed0f1a3c") for number in range(500)]
    written = [as_html(runs) for _, runs in StyledText("apa").write(many)]
    assert len(written) == 500
    assert written[0].startswith("O’Dell, R. (2018a, November 29).")
    assert written[-1].startswith("O’Dell, R. (2018sf, November 29).")
    odd = replace(PLAIN, section="\ufdd1D\ufdde", headline="\ufddf‘" + "'a " * 3000 + "\ufdd0")
    assert "'a" in StyledText("chicago").text(odd)
