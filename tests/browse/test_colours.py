"""Colours of the stylesheet can be told apart as WCAG 2 asks (AA: 4.5 to 1 for text)."""

import re
from itertools import product
from typing import NamedTuple

import pytest
from conftest import ROOT

STYLESHEET = (ROOT / "tradepress" / "browse" / "static" / "tradepress.css").read_text()
LIGHT, DARK = re.findall(r":root \{(.*?)\}", STYLESHEET, re.DOTALL)


class Pair(NamedTuple):
    text: str
    ground: str


PAIRS = [
    *(Pair(*pair) for pair in product(("ink", "quiet", "link", "visited"), ("paper", "sheet"))),
    *(Pair(text, "note-paper") for text in ("ink", "quiet", "link", "visited", "warn")),
    *(Pair("warn", ground) for ground in ("paper", "warn-paper")),
    *(Pair("ink", ground) for ground in ("ins", "del")),
    Pair("mark-ink", "mark"),
    *(Pair("paper", ground) for ground in ("link", "warn")),  # a button
]


def colours(declared: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", declared))


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_of_a_rule_is_looked_at() -> None:
    texts = set(re.findall(r"[{ ]color: ([^;}]+)", STYLESHEET))
    assert texts - {"inherit"} == {f"var(--{pair.text})" for pair in PAIRS}
    grounds = set(re.findall(r"background: ([^;}]+)", STYLESHEET))
    # What measures and what is bare has no text.
    assert grounds - {"none", "var(--bar)"} == {f"var(--{pair.ground})" for pair in PAIRS}


def test_no_rule_for_a_part_of_a_page_takes_all_of_another() -> None:
    """A rule of one class alone (``.changes``) isn't that of a whole page."""
    templates = [file.read_text() for file in (ROOT / "tradepress/browse/templates").glob("*.html")]
    of_pages = set(re.findall(r"block body_class %}([a-z-]+){%", "".join(templates)))
    selectors = re.findall(r"[^{}]+(?=\{)", re.sub(r"/\*.*?\*/", "", STYLESHEET, flags=re.DOTALL))
    alone = {one.strip() for selector in selectors for one in selector.split(",")}
    assert of_pages > {"result", "story"}
    assert alone & {f".{name}" for name in of_pages} == set()


def test_what_stands_in_an_empty_field_can_be_read() -> None:
    # Browsers have a grey of their own for it, in the light and in the dark.
    assert "::placeholder { color: var(--quiet); opacity: 1; }" in STYLESHEET


def test_the_edge_of_a_chip_can_be_seen() -> None:
    for chip in ("ul.chosen li", ".marks span"):
        [rule] = re.findall(re.escape(chip) + r" \{(.*?)\}", STYLESHEET)
        assert "border: 1px solid var(--quiet)" in rule
    for scheme in (LIGHT, DARK):
        known = colours(scheme)
        assert contrast(known["quiet"], known["paper"]) >= 3


def test_black_and_white_are_21_to_1() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_can_be_read_on_its_ground(scheme: str, pair: Pair) -> None:
    known = colours(scheme)
    assert contrast(known[pair.text], known[pair.ground]) >= 4.5
