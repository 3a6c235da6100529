"""Finds the section a page files its story under: links to categories, the path of breadcrumbs."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import urlsplit

from tradepress.archive.text_forms import joined, one_line, words_key
from tradepress.extraction.address_forms import is_author_page
from tradepress.extraction.blocks import ALL_LINK, Block
from tradepress.extraction.cards import CATEGORY_PATH, headline_holders, is_in_card
from tradepress.extraction.furniture import TAG_PATH
from tradepress.extraction.page_layout import Layout
from tradepress.extraction.tree import Element, words_before, words_of
from tradepress.extraction.wording import pattern

HOME = pattern("home", "sections")
HERE, SECTION = pattern("here", "sections"), pattern("section_words")
"""Match what leads in a path, and what alone on its line names a section."""
RUBRIC = pattern("rubric", "dates")
"""Matches the word for all stories of a site."""
FILED_UNDER, NO_SECTION = pattern("filed_under", "sections"), pattern("none", "sections")
FILED_BEFORE = re.compile(rf"(?:^|\s)(?:in|{FILED_UNDER.pattern})\s*:?\s*$", re.I)
ARROW = re.compile(r"(?<=\S) [>›»→] (?=\S)")
"""Finds the sign by which a line is known for a path."""
CRUMBS = re.compile(r"\s*(?:>|›|»|→|/|\|)\s*")
PATH = re.compile(r"\s*[>›»→]\s*|\s+/\s+")
"""Lies between the steps of a path that no class calls one; menus have strokes."""
CRUMBS_CLASS = "readcrumb"
LONGEST_PATH = 8
LONGEST_SECTION, LONGEST_LINE = 40, 120
ABOVE, BELOW, KICKER = 6, 8, 2
MOST_MENUS = 20


class Menus(NamedTuple):
    """Holds paths of breadcrumbs in lists and menus, which are no blocks."""

    called: list[str] | None
    """Holds the links of the first list that is called so."""
    worded: list[str]
    """Holds the steps of the first menu that reads as a path."""
    filed: list[str]
    """Holds the words of links to a category before which stands that the story is in it."""


NO_MENUS = Menus(None, [], [])


def read_section(
    menus: Menus,
    layout: Layout,
    declared: Iterable[tuple[Sequence[str], str]],
    at: int | None,
    headline: str,
    sites: Iterable[str],
    url: str | None,
) -> tuple[str, str] | None:
    """Returns (section, evidence).
    ``declared`` are paths of breadcrumbs in structured data, ``at`` is the headline's index."""
    others = {words_key(headline), *map(words_key, sites)}
    found = _sections(menus, layout, declared, at, others, url)
    return next((pair for pair in found if _is_section(pair[0], others)), None)


def _sections(
    menus: Menus,
    layout: Layout,
    declared: Iterable[tuple[Sequence[str], str]],
    at: int | None,
    others: Set[str],
    url: str | None,
) -> Iterator[tuple[str, str]]:
    """Yields sections, the strongest first."""
    near = layout.blocks[max(at - ABOVE, 0) : at + BELOW] if at is not None else []
    for words in (*layout.categories, *_category_links(near)):
        yield words, "category link"
    for path, how in declared:
        yield from ((words, how) for words in last_crumb(path, others))
    crumbs = _crumbs(menus, layout, at)
    yield from ((words, "breadcrumb") for words in last_crumb(crumbs, others))
    yield from ((words, "category link") for words in menus.filed)
    near = layout.blocks[max((at or 0) - KICKER, 0) : at or 0]
    above = [block for block in near if block.tag != "li"]  # which menus are made of
    if named := named_by_path((block.text for block in above), url):
        yield named, "kicker"
    for block in above:
        if len(block.links) == 1 == block.link_share and TAG_PATH.search(block.links[0][1]):
            yield block.text, "kicker"


def names_of_authors(layout: Layout, at: int | None) -> set[str]:
    """Returns what bylines say, and links near the headline, at index ``at``, to an author's page:
    a person is no section."""
    near = layout.blocks[max((at or 0) - ABOVE, 0) : (at or 0) + BELOW]
    linked = (words for block in near for words, href in block.links if is_author_page(href))
    return set(map(words_key, chain(linked, (words for words, _ in layout.bylines))))


def named_by_path(lines: Iterable[str], url: str | None) -> str | None:
    """Returns the line that says what a step of the address says, as ``Courts`` above
    ``/courts/story``."""
    steps = {_slug(step) for step in urlsplit(url or "").path.split("/")[:-1]} - {""}
    short = (line for line in lines if steps and len(line) <= LONGEST_SECTION)
    named = (line for line in short if _slug(line) in steps)
    others = (line for line in named if not NO_SECTION.fullmatch(line))
    return next((line for line in others if not RUBRIC.fullmatch(line)), None)


def _slug(words: str) -> str:
    letters = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return joined(letters)


def last_crumb(crumbs: Sequence[str], others: Iterable[str]) -> list[str]:
    """Returns the step of the path right above the story, which may stand at its end."""
    steps = [words for words in crumbs if words_key(words) not in {"", *others}]
    steps = [words for words in steps if not words.endswith(("...", "…"))]
    return [words for words in steps if not HOME.fullmatch(words)][-1:]


def _is_section(words: str, others: Iterable[str]) -> bool:
    return (
        1 < len(words) <= LONGEST_SECTION
        and words[0].isalnum()
        and words_key(words) not in others
        and not NO_SECTION.fullmatch(words)
    )


def _category_links(near: Sequence[Block]) -> Iterator[str]:
    """Yields words of the first link of short lines that lead to a category or call it one."""
    for block in near:
        if block.zone not in (None, "unlikely", "meta", "head") or len(block.text) > LONGEST_LINE:
            continue
        is_filed = FILED_UNDER.match(block.text)
        if is_filed and not block.links:
            yield one_line(block.text[is_filed.end() :].split(",")[0])
        yield from (w for w, href in block.links if is_filed or CATEGORY_PATH.search(href))


def read_menus(root: Element, url: str | None) -> Menus:
    filed = _read_filed(root, url)
    for nav in root.iter("nav", "ol", "ul"):
        if CRUMBS_CLASS in f"{nav.get('class')} {nav.get('aria-label')} {nav.get('id')}":
            return Menus([words_of(link) for link in nav.iter("a")], [], filed)
    for nav in islice(root.iter("nav"), MOST_MENUS):
        links = list(islice(nav.iter("a"), LONGEST_PATH))
        if 1 < len(links) < LONGEST_PATH and (steps := read_path(words_of(nav))):
            return Menus(None, steps, filed)
    return Menus(None, [], filed)


def _read_filed(root: Element, url: str | None) -> list[str]:
    """Reads links to a category behind ``In`` or ``Category:``, outside of other stories' cards."""
    links = (link for link in root.iter("a") if CATEGORY_PATH.search(link.get("href", "")))
    named = (link for link in links if FILED_BEFORE.search(words_before(link)))
    holders = headline_holders(root)
    own = (link for link in islice(named, MOST_MENUS) if not is_in_card(link, holders, url))
    return [words_of(link) for link in own]


def _crumbs(menus: Menus, layout: Layout, at: int | None) -> list[str]:
    for node in layout.nodes:
        if CRUMBS_CLASS in node.names:
            blocks = layout.blocks[node.start : node.end]
            words = [step for block in blocks for step in _steps(block)]
            if words:
                return words
    if menus.called is not None:
        return menus.called
    for block in layout.blocks[max((at or 0) - ABOVE, 0) : at or 0]:
        if len(block.text) <= LONGEST_LINE and (steps := read_path(block.text)):
            # Behind the links may stand the headline, cut short.
            is_last_linked = any(words == steps[-1] for words, _ in block.links)
            return steps if is_last_linked or len(block.links) < 2 else steps[:-1]
    return menus.worded


def read_path(line: str) -> list[str]:
    """Returns the steps of a line such as ``Home › Courts`` or ``You are here: …``, else none."""
    here = HERE.match(line)
    steps = PATH.split(line[here.end() :] if here else line)
    is_path = len(steps) > 1 and (here or HOME.fullmatch(steps[0]))
    return steps if is_path and not RUBRIC.fullmatch(steps[-1]) else []


def _steps(block: Block) -> list[str]:
    if len(block.links) > 1 or block.link_share > ALL_LINK:
        return [words for words, _ in block.links]
    return CRUMBS.split(block.text) if len(block.text) < 2 * LONGEST_LINE else []
