"""HTML to blocks in page order, each with the kind of page furniture its mark-up names."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lxml import etree

from crawler.extraction.blocks import Block, clean
from crawler.extraction.tree import Element, words_of

UNSEEN = (
    *(
        "title",
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
    ),
    *("canvas", "audio", "video", "map", "nav", "button", "select", "input", "textarea"),
)
BLOCK_TAGS = frozenset(
    (
        *("html", "body", "main", "article", "section", "header", "footer", "aside", "div", "p"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote"),
        *("figure", "figcaption", "pre", "address", "hr", "form", "fieldset", "details", "dialog"),
        *("summary", "table", "caption", "thead", "tbody", "tfoot", "tr", "center"),
    )
)
PLACES = frozenset(("li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "pre", "dd"))
NEVER_ZONED = frozenset(("html", "body", "main", "article"))
TAG_ZONES = {
    "aside": "aside",
    "footer": "footer",
    "figure": "caption",
    "figcaption": "caption",
    "form": "signup",
    "dialog": "overlay",
}
MARKER = re.compile(
    r"(?:article|story|post|entry|news|body|main|single)[-_]*(?:body|content|text|copy)\b"
    r"|articlebody|content[-_]*(?:body|text)|rich-?text|wysiwyg|field-name-body"
)
ZONES = {
    "comments": r"comment(?!ary)|disqus|livefyre|replies",
    "related": r"related|recommend|read-?_?more|more-?_?(?:stories|news|from|on|articles)"
    r"|(?:read|see)-?also|also-?(?:read|like)|trending|popular|most-?(?:read|viewed)|outbrain"
    r"|taboola|teaser|promo(?!t)|recirc|latest|further-reading|inline-(?:story|article)|onward",
    "aside": r"sidebar|widget|carousel|slideshow|pull-?quote|(?:quote|fact|info)-?box",
    "share": r"shar(?:e|ing)|social|\bfollow\b|addtoany|print-?button",
    "signup": r"newsletter|subscri|sign-?up|registration|paywall|login|donat|promotion"
    r"|call-to-action|\bcta\b|membership|trial",
    "ad": r"advert|sponsor|\bads?\b|dfp|promoted",
    "bio": r"author[-_]*(?:bio|box|info|card|desc|about)|about-?(?:the-?)?author"
    r"|\bbio(?:graphy)?\b|contributor",
    "caption": r"caption|\bcredits?\b|photo-?credit|image-?(?:source|credit|meta)|copyright|gallery"
    r"|lightbox",
    "meta": r"byline|date-?line|time-?stamp|publish(?:ed)?-?(?:date|on)|breadcrumb"
    r"|(?:post|article|entry|story)[-_]*(?:meta|date|info|tags?|topics|header)\b"
    r"|\b(?:kicker|eyebrow|tags?|topics|tag-?list|categories|keywords|dek|standfirst|toc)\b",
    "hidden": r"visually-?hidden|sr-only|screen-?reader|skip-?link",
    "overlay": r"cookie|consent|gdpr|\b(?:modal|popup|overlay|toast|menu|navbar|toolbar)\b",
}
ANY_ZONE = re.compile("|".join(f"(?P<{zone}>{names})" for zone, names in ZONES.items()))
INLINE_ZONES = frozenset(("caption", "hidden", "share", "ad"))
HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
BYLINE = re.compile(r"author|byline", re.I)
MOST_BYLINES = 6
LONG_PARAGRAPH = 80
SHORT_BLOCK = 200
MOST = 0.4
FREED_LEAST = 200
LINE_BREAK = "\v"


@dataclass(slots=True)
class Node:
    """One element that holds blocks ``start`` to ``end`` (exclusive)."""

    parent: int
    tag: str
    own_zone: str | None
    zone: str | None
    """Its own, else the one it stands in."""
    marked: bool
    """Do its attributes call it the story's body?"""
    start: int
    end: int = 0


@dataclass(slots=True)
class Layout:
    """A page as blocks and the elements that hold them; node 0 is the root."""

    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    """``group`` is the index of the node that holds the block; ``in_body`` is not decided."""
    bylines: list[str] = field(default_factory=list)
    """Words of the first elements whose attributes speak of an author."""


def cut_blocks(root: Element) -> Layout:
    """Cut the page. Scripts, navigation and form fields are removed from the tree for good."""
    etree.strip_elements(root, *UNSEEN, with_tail=False)
    cutter = _Cutter()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            cutter.open(element)
        else:
            cutter.close(element)
    _free_large_zones(cutter.layout)
    return cutter.layout


@lru_cache(maxsize=8192)
def _read_names(names: str) -> tuple[str | None, bool]:
    """(zone, is it called the body) of an element with these class and id words."""
    read = [_read_name(name) for name in names.split()]
    if any(marked for _, marked in read):
        return None, True
    return next((zone for zone, _ in read if zone), None), False


@lru_cache(maxsize=65536)
def _read_name(name: str) -> tuple[str | None, bool]:
    lower = name.lower().replace("_", "-")
    found = ANY_ZONE.search(lower)
    return (found.lastgroup if found else None), bool(MARKER.search(lower))


class _Cutter:
    """Collects words until an element or a double line break ends the paragraph."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.opened: list[tuple[Element, int]] = []
        self.pieces: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.href: str | None = None
        self.link_from = 0

    def open(self, element: Element) -> None:
        tag = str(element.tag)
        if tag == "br":
            if self.pieces and self.pieces[-1] == LINE_BREAK:
                self.flush()
            elif self.pieces:
                self.pieces.append(LINE_BREAK)
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        else:
            names = f"{element.get('class', '')} {element.get('id', '')}"
            if tag == "a":
                self.href, self.link_from = element.get("href"), len(self.pieces)
                if element.get("rel") == "author":
                    names += " author"
            zone, marked = _read_names(names) if names != " " else (None, False)
            if (zone in INLINE_ZONES and tag != "a") or tag in BLOCK_TAGS or not self.opened:
                self.flush()
                self.push(element, tag, zone, marked)
            if len(self.layout.bylines) < MOST_BYLINES and BYLINE.search(names):
                self.layout.bylines.append(words_of(element))
        self.add(element.text)

    def close(self, element: Element) -> None:
        if self.opened[-1][0] is element:
            self.flush()
            _, number = self.opened.pop()
            self.layout.nodes[number].end = len(self.layout.blocks)
        elif element.tag == "a":
            self.end_link()
            self.href = None
        self.add(element.tail)

    def push(self, element: Element, tag: str, zone: str | None, marked: bool) -> None:
        marked = marked or element.get("itemprop") == "articleBody"
        if marked or tag in NEVER_ZONED:
            zone = None
        elif tag in TAG_ZONES:
            zone = TAG_ZONES[tag]
        elif element.get("hidden") is not None or (
            (style := element.get("style")) and HIDING_STYLE.search(style)
        ):
            zone = "hidden"
        nodes = self.layout.nodes
        parent = self.opened[-1][1] if self.opened else 0
        self.opened.append((element, len(nodes)))
        nodes.append(
            Node(
                parent=parent,
                tag=tag,
                own_zone=zone,
                zone=zone or (nodes[parent].zone if nodes else None),
                marked=marked,
                start=len(self.layout.blocks),
            )
        )

    def add(self, text: str | None) -> None:
        if text and (self.pieces or not text.isspace()):
            self.pieces.append(text)

    def end_link(self) -> None:
        if self.href is not None:
            words = clean("".join(self.pieces[self.link_from :]))
            if words:
                self.links.append((words, self.href))

    def flush(self) -> None:
        if not self.pieces:
            return
        self.end_link()
        text = clean("".join(self.pieces))
        if text and self.opened:
            number = self.opened[-1][1]
            short = len(self.pieces) > 1 and len(text) < SHORT_BLOCK
            self.layout.blocks.append(
                Block(
                    text=text,
                    tag=self.place(number),
                    parts=tuple(filter(None, map(clean, self.pieces))) if short else (),
                    links=tuple(self.links),
                    zone=self.layout.nodes[number].zone,
                    group=number,
                    in_body=False,
                )
            )
        self.pieces, self.links, self.link_from = [], [], 0

    def place(self, number: int) -> str:
        """The nearest telling tag: a ``div`` or ``p`` inside ``li`` is a list item."""
        nodes = self.layout.nodes
        at = number
        for _ in range(3):
            if nodes[at].tag in PLACES:
                return nodes[at].tag
            at = nodes[at].parent
        return nodes[number].tag


def _free_large_zones(layout: Layout) -> None:
    """No zone may hold most of the page's prose: then its name misleads."""
    prose = [0]
    for block in layout.blocks:
        is_long = len(block.text) >= LONG_PARAGRAPH and block.link_share < 0.4
        prose.append(prose[-1] + (len(block.text) if is_long else 0))
    limit = max(MOST * prose[-1], FREED_LEAST)
    freed = False
    for number, node in enumerate(layout.nodes):
        if node.own_zone and prose[node.end] - prose[node.start] > limit:
            node.own_zone, freed = None, True
        if freed:
            node.zone = node.own_zone or (layout.nodes[node.parent].zone if number else None)
    if freed:
        for i, block in enumerate(layout.blocks):
            if (zone := layout.nodes[block.group].zone) != block.zone:
                layout.blocks[i] = replace(block, zone=zone)
