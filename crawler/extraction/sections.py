"""The section a page files its story under: links to categories, and the path of breadcrumbs."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set

from crawler.extraction.blocks import Block, clean, words_key
from crawler.extraction.html_blocks import Layout
from crawler.extraction.tree import Element, words_of
from crawler.extraction.wording import pattern

CATEGORY_PATH, HOME = pattern("category_path", "sections"), pattern("home", "sections")
FILED_UNDER, NO_SECTION = pattern("filed_under", "sections"), pattern("none", "sections")
CRUMBS = re.compile(r"\s*(?:>|›|»|→|/|\|)\s*")
CRUMBS_CLASS = "readcrumb"
LONGEST_SECTION, LONGEST_LINE = 40, 120
ABOVE, BELOW = 6, 8


def read_section(
    root: Element,
    layout: Layout,
    declared: Iterable[tuple[Sequence[str], str]],
    at: int | None,
    headline: str,
    sites: Iterable[str],
) -> tuple[str, str] | None:
    """(section, evidence). ``declared`` are paths of breadcrumbs in structured data, ``at`` is the
    headline's index."""
    others = {words_key(headline), *map(words_key, sites)}
    found = _sections(root, layout, declared, at, others)
    return next((pair for pair in found if _is_section(pair[0], others)), None)


def _sections(
    root: Element,
    layout: Layout,
    declared: Iterable[tuple[Sequence[str], str]],
    at: int | None,
    others: Set[str],
) -> Iterator[tuple[str, str]]:
    """The strongest first."""
    near = layout.blocks[max(at - ABOVE, 0) : at + BELOW] if at is not None else []
    for words in (*layout.categories, *_category_links(near)):
        yield words, "category link"
    for path, how in declared:
        yield from ((words, how) for words in last_crumb(path, others))
    yield from ((words, "breadcrumb") for words in last_crumb(_crumbs(root, layout), others))


def last_crumb(crumbs: Sequence[str], others: Iterable[str]) -> list[str]:
    """The step of the path right above the story, which may stand at its end."""
    steps = [words for words in crumbs if words_key(words) not in {"", *others}]
    return [words for words in steps if not HOME.fullmatch(words)][-1:]


def _is_section(words: str, others: Iterable[str]) -> bool:
    return (
        1 < len(words) <= LONGEST_SECTION
        and words[0].isalnum()
        and words_key(words) not in others
        and not NO_SECTION.fullmatch(words)
    )


def _category_links(near: Sequence[Block]) -> Iterator[str]:
    """Words of the first link of short lines that lead to a category or call it one."""
    for block in near:
        if block.zone not in (None, "unlikely", "meta", "head") or len(block.text) > LONGEST_LINE:
            continue
        is_filed = FILED_UNDER.match(block.text)
        if is_filed and not block.links:
            yield clean(block.text[is_filed.end() :].split(",")[0])
        yield from (w for w, href in block.links if is_filed or CATEGORY_PATH.search(href))


def _crumbs(root: Element, layout: Layout) -> list[str]:
    for node in layout.nodes:
        if CRUMBS_CLASS in node.names:
            blocks = layout.blocks[node.start : node.end]
            words = [step for block in blocks for step in _steps(block)]
            if words:
                return words
    for nav in root.iter("nav", "ol", "ul"):
        if CRUMBS_CLASS in f"{nav.get('class')} {nav.get('aria-label')} {nav.get('id')}":
            return [words_of(link) for link in nav.iter("a")]
    return []


def _steps(block: Block) -> list[str]:
    if len(block.links) > 1 or block.link_share > 0.9:
        return [words for words, _ in block.links]
    return CRUMBS.split(block.text) if len(block.text) < 2 * LONGEST_LINE else []
