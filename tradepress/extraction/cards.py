"""Tells cards of other stories, which stand on a story's page with headline, day and author."""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import chain
from urllib.parse import urljoin, urlsplit

from lxml import etree

from tradepress.archive.text_forms import words_key
from tradepress.archive.url_key import url_key
from tradepress.extraction.blocks import ALL_LINK, HEADINGS, Block
from tradepress.extraction.links import same_page_key
from tradepress.extraction.tree import Element, words_of
from tradepress.extraction.wording import pattern

LONGEST_LABEL_LINK = 30
"""Bounds the characters of a link that is a label and no headline."""
ENTRIES = frozenset(("li", "tr", "dd"))
OF_A_DAY = re.compile(r"/|(?:/\w*)?(?:/\d{1,4})+/?")
"""Matches the path of a list by year, month or day, and of a front page."""
AUTHOR_PAGE = re.compile(
    r"[?&]author=|auteur\d|/(?:authors?|aut[eo]u?r(?:s|es|i)?|writers?|reporters?|staff)/", re.I
)
"""Matches addresses of persons' pages: those of contributors are firms', at Lexology and Mondaq."""
CATEGORY_PATH = pattern("category_path", "sections")
HAS_TEXT_ABOVE = etree.XPath("boolean(preceding::*[string-length(text()) > 80][1])")
"""Tells a card from a linked line right below the headline; ``[1]``: the nearest is enough."""
OF_A_LABEL = frozenset(("author", "tag", "category"))
BUTTONS = ("#", "javascript:")


def headline_holders(root: Element) -> set[Element]:
    """Returns the elements around the page's headline; no card of another story holds them."""
    return set(next(root.iter("h1"), root).iterancestors())


def is_in_card(element: Element, holders: Set[Element], url: str | None) -> bool:
    """Does the element stand in a link to another story, or in a card that links to one?

    :param holders: the elements around the page's headline
    """
    for around in element.iterancestors():
        if around in holders:
            return False
        if around.tag == "a" and _leads_to_another(around, url):
            return True
        if around.tag in ENTRIES:
            links = (one for one in around.iter("a") if len(words_of(one)) > LONGEST_LABEL_LINK)
            if any(_leads_to_another(one, url) for one in links):
                return True
        if (heading := next(around.iter(*HEADINGS), None)) is not None:
            link = next(chain(heading.iter("a"), heading.iterancestors("a")), None)
            is_card = link is not None and _leads_to_another(link, url)
            return is_card and bool(HAS_TEXT_ABOVE(element))
    return False


def _leads_to_another(link: Element, url: str | None) -> bool:
    """Does it lead to a page that is neither this one nor the list of a day, an author or a
    section?"""
    href = (link.get("href") or "").strip()
    is_label = not OF_A_LABEL.isdisjoint((link.get("rel") or "").split())
    if is_label or AUTHOR_PAGE.search(href) or CATEGORY_PATH.search(href):
        return False
    try:
        place = urljoin(url or "", href)
        is_of_a_day = OF_A_DAY.fullmatch(urlsplit(place).path)
        is_here = url is not None and _key(place) == _key(url)
    except ValueError:
        return False
    return not (is_here or is_of_a_day)


def _key(url: str) -> str:
    """Returns what is equal for a page's addresses; raises ValueError for what is none."""
    return same_page_key(url_key(url))


def card_starts(blocks: Sequence[Block], at: int, end: int) -> Iterator[int]:
    """Yields where the cards of other stories begin below the headline at ``at``: at a heading that
    leads there, or right above it."""
    near = enumerate(blocks[at + 1 : end + 2], at + 1)
    named = {i for i, one in near if one.tag in HEADINGS and _names_another(one, blocks[at])}
    has_text = blocks[at].tag not in HEADINGS
    for i in range(at + 1, end) if named else ():
        if has_text and not named.isdisjoint((i,) if blocks[i].tag == "p" else (i, i + 1, i + 2)):
            yield i
        has_text |= bool(blocks[i].prose)


def _names_another(block: Block, headline: Block) -> bool:
    """Is the heading that of another story, which leads there?"""
    return (
        block.link_share >= ALL_LINK
        and len(block.text) > LONGEST_LABEL_LINK
        and not block.links[0][1].startswith(BUTTONS)
        and words_key(block.text) != words_key(headline.text)
    )
