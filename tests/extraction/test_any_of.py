"""AnyOf answers as its patterns do one by one, only faster."""

import re

import pytest
from conftest import ROOT

from tradepress.archive.text_forms import straighten
from tradepress.extraction.any_of import AnyOf
from tradepress.extraction.furniture import (
    CLOSED,
    CORRECTION,
    CROSS_REFERENCE,
    GENERIC,
    TAGS,
    WALL,
    WORDED,
)
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.tree import parse_tree

PAGES = ROOT / "tests" / "pages"
PATTERNS = (
    "(?:more )?lanterns?|lamp",
    "[(*-]*note: .+",
    r"\d+ (?:letters?|replies)",
    "(?:(?:by|from) )?(?:the )?editor",
    "s{3,}|a{0,2}sh",
    "first seen in (?-i:[A-Z]).+",
    r".{2,9} \| press|[^x]y",
    "(?:a|)ble",
)
TEXTS = (
    *("lantern", "Lanterns", "MORE LANTERNS", "more", "lamp", "lamps", "note: x", "(*- Note: x"),
    *("(note: ", "3 replies", "replies", "editor", "The Editor", "by the editor", "of the editor"),
    *("ssss", "ss", "ash", "sh", "aaash", "First seen in Wye", "one | press", "zy", "xy", "able"),
    *("ble", "", "é", "\U0001f3ee"),
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_one_pattern_matches_what_it_matches_alone(pattern: str) -> None:
    alone = re.compile(pattern, re.I | re.S)
    matched = {text for text in TEXTS if alone.fullmatch(text)}
    assert {text for text in TEXTS if AnyOf([pattern]).fullmatch(text)} == matched
    assert matched


RULED = (*(rule.pattern for rule in GENERIC), WALL, CLOSED, CORRECTION, CROSS_REFERENCE)


def test_many_patterns_match_what_one_of_them_matches() -> None:
    all_of_them = AnyOf(PATTERNS)
    for text in TEXTS:
        is_known = any(re.fullmatch(pattern, text, re.I | re.S) for pattern in PATTERNS)
        assert all_of_them.fullmatch(text) == is_known, text


def test_case_that_counts_is_left_to_the_pattern_itself() -> None:
    assert AnyOf(["seen in (?-i:[A-Z])"]).fullmatch("Seen in w")


def test_no_page_can_fill_the_memory_with_first_letters() -> None:
    known = AnyOf(["lamp", r"\d+"])
    for number in range(0x3000, 0x4000):
        assert not known.fullmatch(chr(number))
    assert known._beginning_with.cache_info().currsize == 0


def test_furniture_is_known_by_its_opening_on_all_our_pages() -> None:
    found = 0
    for path in sorted(PAGES.rglob("*.html")):
        root = parse_tree(path.read_text(encoding="utf-8", errors="replace"))
        for block in cut_blocks(root).blocks if root is not None else ():
            text = straighten(block.text)
            is_known = any(pattern.fullmatch(text) for pattern in RULED)
            is_known = is_known or TAGS.match(text) is not None
            assert WORDED.fullmatch(text) == is_known, text
            found += is_known
    assert found > 50


def test_wording_is_written_in_lower_case() -> None:
    for pattern in (
        *(rule.pattern for rule in GENERIC),
        WALL,
        CLOSED,
        CORRECTION,
        CROSS_REFERENCE,
        TAGS,
    ):
        folded = re.sub(r"\\.|\(\?-i:\(?[^)]*\)", "", pattern.pattern)
        assert folded == folded.lower()
