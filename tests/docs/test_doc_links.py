"""Each link within the documentation leads to a page, and to a heading on it."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from markdown.extensions.toc import slugify, unique

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2$", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in addresses, as Python-Markdown makes them."""
    found: set[str] = set()
    text = FENCED.sub("", page.read_text())
    for words in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words).replace("`", "").replace("*", "")
        unique(slugify(plain, "-"), found)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?![a-z]+:)([^)\s]+)", FENCED.sub("", page.read_text())):
        name, _, place = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), target
        assert not place or place in anchors(there), target


def test_pages_of_the_site_link_to_nothing_outside_it() -> None:
    """They are in the wheel and the reading room, too, where the repository is not."""
    for page in (ROOT / "docs").rglob("*.md"):
        for target in re.findall(r"\]\((?![a-z]+:)([^)#\s]+)", FENCED.sub("", page.read_text())):
            assert (page.parent / target).resolve().is_relative_to(ROOT / "docs"), (page, target)


def test_each_page_has_a_name_of_its_own() -> None:
    """`tradepress docs NAME` finds it by that."""
    names = [page.stem for page in (ROOT / "docs").rglob("*.md")]
    assert sorted(names) == sorted(set(names))
