"""Cuts HTML into blocks in page order, each with the kind of furniture its mark-up names."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from tradepress.archive.text_forms import one_line, one_line_each
from tradepress.extraction.blocks import HEADINGS, Block
from tradepress.extraction.element_names import BYLINE_NAMES, NAMELESS, Names, read_names
from tradepress.extraction.misnamed_zones import free_large_zones
from tradepress.extraction.page_layout import BESIDE, Layout, Node, zone_of
from tradepress.extraction.tree import Element, words_of

# Not embed and source: they hold nothing, but libxml2 puts into them what follows.
UNSEEN = frozenset(
    (
        *("title", "script", "style", "noscript", "template", "svg", "math", "iframe", "object"),
        *("canvas", "audio", "video", "map", "nav", "button", "select", "input"),
        *("textarea", "head", "img", "picture", "meta", "link", "rt", "rp"),
    )
)
DRAWINGS = ("svg", "math")
SWALLOWING = frozenset(("head", "nav", "button", "select", "noscript", *DRAWINGS))
"""Names unseen elements that hold the rest of the page where nothing closes them: libxml2 lets
``</button>`` close nothing while a ``div`` inside is open, and a paragraph end no ``svg``."""
BLOCK_TAGS = frozenset(
    (
        *("html", "body", "main", "article", "section", "header", "footer", "aside", "div", "p"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote"),
        *("figure", "figcaption", "pre", "address", "hr", "form", "fieldset", "details", "dialog"),
        *("summary", "table", "caption", "thead", "tbody", "tfoot", "tr", "center"),
    )
)
OPENED = BLOCK_TAGS | SWALLOWING
PLACES = frozenset(("li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "pre", "dd"))
LAYOUT_TAGS = ("p", "br", "div", "table", "h1")
"""Names tags of which one in a table's cell makes it a column of the page."""
NEVER_ZONED = frozenset(("html", "body", "main", "article", *SWALLOWING))
TAG_ZONES = {
    "aside": "aside",
    "footer": "footer",
    "figure": "caption",
    "figcaption": "caption",
    "form": "signup",
    "dialog": "overlay",
}
USELESS_ZONES = frozenset(("comments", "hidden", "paid", "overlay", "share", "ad"))
PASSED_OVER = USELESS_ZONES | {"footer"}
STORY_TAGS = ("p", "h1", "article", "main")
FRAME = "wp-block-table"
LEAST_AROUND = 4
"""Is how many paragraphs the page has for each one of a menu that is passed over."""
HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
TELLING = frozenset(("id", "role", "itemprop", "hidden", "style"))
"""Names attributes beside the class by which an element is known."""
UNSHOWN = re.compile(r"display\s*:\s*none", re.I)
"""Matches what hides a part of a paragraph; scripts make what is ``visibility: hidden`` appear."""
PAID = re.compile(r"subscri|premium|paywall|member", re.I)
"""Matches names of what a page holds back from its readers: hidden words under them stay unread."""
LONGEST_NAMES = 500
"""Bounds the characters of a class or id that are looked at, and kept in the cache."""
SEPARATOR = re.compile(r"\s*(?:[,;·•|/&]|and|und|et|y|e)?\s*")
"""Matches what stands between two authors."""
MOST_BYLINES = MOST_CATEGORIES = 6
LONGEST_BYLINE = 160
SHORT_BLOCK = 200
PICTURES = frozenset(("img", "picture", "video"))
LONGEST_CAPTION, MOST_BESIDE = 300, 2
LINE_BREAK = "\v"
PERMALINKS = frozenset("#¶§🔗")
"""Holds what generators of pages set behind a heading as a link to it."""


def cut_blocks(root: Element, selected: Collection[Element] = ()) -> Layout:
    """Cuts the page; scripts, navigation and form fields are passed over.

    :param selected: what the source says to be the story's body; no furniture by its name
    """
    cutter = _Cutter(root, selected)
    body, head = root.find("body"), root.find("head")
    is_swallowed = head is not None and cutter.swallows(head)
    start = root if body is None or is_swallowed else body
    if start.tag not in OPENED:  # a row of a listing may be the link itself
        cutter.nodes.append(Node(0, start.tag, "", "", None, None, False, 0))
    cutter.cut(start, 0)
    if cutter.nodes:
        cutter.nodes[0].end = len(cutter.layout.blocks)
    free_large_zones(cutter.layout)
    return cutter.layout


class _Cutter:
    """Walks the elements once. Most of an extraction's time is spent here."""

    def __init__(self, root: Element, selected: Collection[Element]) -> None:
        self.root = root
        self.selected = selected
        self.layout = Layout(typed=[root] if root.get("itemtype") else [])
        self.nodes = self.layout.nodes
        # Of the block that has begun:
        self.pieces: list[str] = []
        self.links: list[tuple[str, str]] = []
        # Where the link leads that is open, and with which piece it began:
        self.href: str | None = None
        self.link_from = 0
        # Elements that speak of an author, and which of the layout's bylines each has become:
        self.bylines: dict[Element, int] = {}

    def cut(self, element: Element, around: int) -> None:
        """Reads an element that is seen and what it holds; node ``around`` holds it."""
        tag, get, number = element.tag, element.get, around
        given = element.keys()  # most have one attribute or none
        classes = get("class", "") if "class" in given else ""
        names = read_names(classes[:LONGEST_NAMES]) if classes else NAMELESS
        zone, _, is_byline = names
        is_selected = element in self.selected
        if is_node := (
            tag in OPENED
            or zone == "caption"
            or is_selected
            or (tag == "td" and next(element.iter(*LAYOUT_TAGS), None) is not None)
        ):
            is_told = tag == "figure" or not TELLING.isdisjoint(given)
            kind = _read_kind(element, tag, names, given) if is_told else _kind_by_names(tag, names)
            kind = SELECTED if is_selected else kind
            if kind.zone in PASSED_OVER and self._is_idle(kind.zone, element):
                return
            number = self._open(kind, classes, get("id", ""), around)
            if "itemtype" in given:
                self.layout.typed.append(element)
        elif ("style" in given and UNSHOWN.search(get("style", ""))) or (
            zone in USELESS_ZONES and tag != "a" and self.nodes[around].tag != "pre"
        ):
            return
        elif tag == "a":
            self.href, self.link_from = get("href"), len(self.pieces)
            if "rel" in given and _is_category(get("rel", ""), self.nodes[around].names):
                self._keep_category(element)
        elif tag == "br":
            if self.pieces and self.pieces[-1] == LINE_BREAK:
                self._end_block(around)
            elif self.pieces:
                self.pieces.append(LINE_BREAK)
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        if (
            is_byline
            or ("id" in given and any(map(get("id", "").__contains__, BYLINE_NAMES)))
            or ("rel" in given and get("rel") == "author")
        ):
            self._keep_byline(element)
        if (text := element.text) and (not text.isspace() or self._is_begun()):
            self.pieces.append(text)
        child = element[0] if len(element) else None
        while child is not None:  # at two thirds of the price of an iterator
            if (inner := child.tag) not in UNSEEN or (inner in SWALLOWING and self.swallows(child)):
                self.cut(child, number)
            elif inner in PICTURES:
                self.nodes[number].pictured = True
            elif inner == "input" and child.get("type") == "password":
                self.layout.has_password = True
            if (text := child.tail) and (not text.isspace() or self._is_begun()):
                self.pieces.append(text)
            child = child.getnext()
        if is_node:
            self._close(number, around)
        elif tag == "a" and self.href is not None:
            self._end_link()
            self.href = None

    def _keep_byline(self, element: Element) -> None:
        bylines, before = self.layout.bylines, element.getprevious()
        place = self.bylines.get(before) if before is not None else None
        if place is None and len(bylines) == MOST_BYLINES:
            return
        words = _read_byline(element)
        if before is not None and place is not None and SEPARATOR.fullmatch(before.tail or ""):
            others, at = bylines[place]
            if words and len(others) + len(words) < LONGEST_BYLINE:
                bylines[place] = (f"{others}, {words}", at)
                self.bylines[element] = place
                return
        if len(bylines) < MOST_BYLINES:
            self.bylines[element] = len(bylines)
            bylines.append((words, len(self.layout.blocks)))

    def _keep_category(self, element: Element) -> None:
        if len(self.layout.categories) < MOST_CATEGORIES:
            self.layout.categories.append(words_of(element))

    def _is_begun(self) -> bool:
        """Has the line words before which white space counts?"""
        return bool(self.pieces) and self.pieces[-1] != LINE_BREAK

    def _open(self, kind: "_Kind", names: str, own_id: str, around: int) -> int:
        """Opens a node, and returns its number."""
        nodes = self.nodes
        if self.pieces:
            self._end_block(around)
        zone = kind.zone or (nodes[around].zone if nodes else None)
        start = len(self.layout.blocks)
        node = Node(around, kind.tag, names, own_id, kind.zone, zone, kind.is_body, start)
        if kind.tag == "blockquote":
            node.zone = zone_of(nodes, node)
        if kind is SELECTED:
            self.layout.selected.append(node)
        nodes.append(node)
        return len(nodes) - 1

    def _close(self, number: int, around: int) -> None:
        nodes, blocks = self.nodes, self.layout.blocks
        if self.pieces:
            self._end_block(number)
        node = nodes[number]
        node.end = len(blocks)
        if node.start == node.end and number:
            nodes.pop()
            nodes[around].pictured |= node.pictured
        elif node.pictured:
            _set_beside(nodes, blocks[node.start :])

    def _end_link(self) -> None:
        if self.href is not None and (words := one_line("".join(self.pieces[self.link_from :]))):
            self.links.append((words, self.href))

    def _end_block(self, number: int) -> None:
        """An element or a double line break has ended a paragraph of this node."""
        pieces, links = self.pieces, self.links
        if self.href is not None:
            self._end_link()
        if links and links[-1][0] in PERMALINKS and pieces[-1].strip() == links[-1][0]:
            links.pop()
            pieces.pop()
        written = "".join(pieces)
        if text := one_line(written):
            tag = _place(self.nodes, number)
            if tag == "pre":
                text = "\n".join(one_line_each(written.splitlines()))
            block = Block(
                text=text,
                tag=tag,
                pieces=pieces if len(pieces) > 1 and len(text) < SHORT_BLOCK else (),
                links=tuple(links),
                zone=self.nodes[number].zone,
                group=number,
                in_body=False,
            )
            self.layout.blocks.append(block)
        self.pieces, self.links, self.link_from = [], [], 0

    def swallows(self, element: Element) -> bool:
        """Does it hold the page's main part, or most of its paragraphs?"""
        if not len(element) or next(element.iter("main", "article", "p"), None) is None:
            return False
        if next(element.iter("main", "article"), None) is not None:
            return True
        if element.tag in DRAWINGS:  # a paragraph ends them, but for those in their own boxes
            inner = (next(one.iterancestors("foreignobject"), None) for one in element.iter("p"))
            return None in inner
        return self._paragraphs < 2 * len(list(element.iter("p")))

    @cached_property
    def _paragraphs(self) -> int:
        """Counts the paragraphs of the page."""
        return sum(1 for _ in self.root.iter("p"))

    def _is_idle(self, zone: str, element: Element) -> bool:
        """May furniture be passed over: has it neither headline nor paragraph; or, as a menu that
        opens or the page's footer, no headline and few of the page's paragraphs?"""
        if zone in USELESS_ZONES and next(element.iter(*STORY_TAGS), None) is None:
            return True
        is_menu = zone == "overlay"
        is_footer = (
            zone == "footer" and next(element.iterancestors("article", "main"), None) is None
        )
        if not (is_menu or is_footer):
            return False
        tags = [found.tag for found in element.iter(*STORY_TAGS)]
        is_prose = tags.count("p") == len(tags)
        return is_prose and (not tags or self._paragraphs >= LEAST_AROUND * len(tags))


class _Kind(NamedTuple):
    """Says what an element is, be it by tag, class or other attributes."""

    tag: str
    zone: str | None
    is_body: bool


SELECTED = _Kind("div", None, True)
"""Is an element that the source selects, whatever it is."""


@lru_cache(maxsize=1024)
def _kind_by_names(tag: str, names: "Names") -> _Kind:
    if names.is_body or tag in NEVER_ZONED:
        return _Kind(tag, None, names.is_body)
    return _Kind(tag, TAG_ZONES.get(tag, names.zone), False)


def _read_kind(element: Element, tag: str, names: "Names", given: Collection[str | bytes]) -> _Kind:
    """Tells what the element is whose class says ``names`` and which has the attributes
    ``given``, by more than tag and class."""
    zone, is_body, _ = names
    if element.get("role") == "heading":
        level = element.get("aria-level", "")
        tag = f"h{level}" if f"h{level}" in HEADINGS else "h2"
    if "id" in given and tag not in HEADINGS:  # a heading's id is made of its words
        by_id = read_names(element.get("id", "")[:LONGEST_NAMES])
        zone, is_body = zone or by_id.zone, is_body or by_id.is_body
    if is_body or element.get("itemprop") == "articleBody":
        zone, is_body = None, True
    elif tag in NEVER_ZONED:
        zone = None
    elif tag in TAG_ZONES and (tag != "figure" or FRAME not in element.get("class", "")):
        zone = TAG_ZONES[tag]
    elif "hidden" in given or ("style" in given and HIDING_STYLE.search(element.get("style", ""))):
        zone = "paid" if PAID.search(element.get("class", "")) else "hidden"
    return _Kind(tag, zone, is_body)


def _set_beside(nodes: Sequence[Node], beside: Sequence[Block]) -> None:
    """Gives a few words that stand alone beside a picture, and in no paragraph, a zone of their
    own: its caption, or whose picture it is."""
    if len(beside) > MOST_BESIDE or any(block.tag in HEADINGS for block in beside):
        return
    for block in beside:
        if block.tag == "div" and len(block.text) < LONGEST_CAPTION and block.link_share < 0.5:
            node = nodes[block.group]
            node.own_zone = node.own_zone or BESIDE
            node.zone = block.zone = node.zone or BESIDE


def _place(nodes: Sequence[Node], number: int) -> str:
    """Returns the nearest telling tag: a ``div`` or ``p`` inside ``li`` is a list item."""
    tag, at = nodes[number].tag, number
    for _ in range(3):
        place = nodes[at].tag
        if place in PLACES:
            # A paragraph stands in a heading only where nothing closes the heading.
            return tag if tag == "p" and place in HEADINGS else place
        at = nodes[at].parent
    return tag


def _is_category(rel: str, names: str) -> bool:
    """Does a link's ``rel`` call it a category, or the box around it a tag's that is one?"""
    return "category" in rel or ("tag" in rel and "category" in names)


def _read_byline(element: Element) -> str:
    """Returns an element's words, a line for each piece that mark-up keeps apart; empty if many."""
    lines: list[str] = []
    for piece in element.itertext():
        if words := one_line(str(piece)):
            lines.append(words)
            if sum(map(len, lines)) > LONGEST_BYLINE:
                return ""
    return "\n".join(lines)
