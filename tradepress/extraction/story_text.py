"""Writes a story's text as HTML, whatever form a content system keeps it in, and reads that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from itertools import pairwise

from tradepress.archive.text_forms import straighten
from tradepress.extraction.blocks import Block
from tradepress.extraction.body import trim
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.extraction.refusal import require_readable
from tradepress.extraction.sentences import ends_sentence
from tradepress.extraction.tree import parse_tree
from tradepress.extraction.walk import Walked, walk
from tradepress.extraction.wording import WORDING, pattern

DEEPEST, MOST_NODES, MOST_CHARACTERS = 40, 100_000, 2_000_000
KINDS: Sequence[str] = WORDING["data"]["kinds"]
CONTENT: Sequence[str] = WORDING["data"]["content"]
LEFT_OUT, INLINE = pattern("left_out", "data"), pattern("inline", "data")
TAGS = (
    (re.compile(r"head(?:er|ing)|title|^h[1-6]$|subhead"), "h2"),
    (re.compile(r"list[-_ ]?item|^li$"), "li"),
    (re.compile(r"quot"), "blockquote"),
    (re.compile(r"paragraph|^p$|unstyled|^normal$"), "p"),
    (re.compile(r"link$|^a$"), "a"),
)
TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.I)
BLOCK_TAG = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|blockquote|section|article|figure|table|pre)\b", re.I
)
BROKEN = re.compile(r"<(?:p|br|div)\b", re.I)
ESCAPED = re.compile(r"&lt;(?:p|br|div|h[1-6])\b", re.I)
BLANK = re.compile(r"\n\s*\n")
MARKDOWN = re.compile(r"\]\((?:https?:|/)|^#{1,6} |\*\*\w|^> |^[-*+] ", re.M)
PICTURE = re.compile(r"!\[[^\[\]]{0,300}\]\([^()]{0,500}\)")
LINK = re.compile(r"\[([^\[\]]{1,300})\]\(([^()\s]{1,500})[^()]{0,100}\)")
STRESS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3}|`)(?=\S)([^*_`]{1,500})\1(?!\w)")
HEADING, CITED = re.compile("#{1,6} +"), re.compile("> ?")
ITEM = re.compile(r"(?:[-*+]|\d+[.)]) +")


class Budget:
    """Bounds what is done for one page, be its data as tangled as they may."""

    def __init__(self) -> None:
        self.nodes, self.characters = MOST_NODES, MOST_CHARACTERS

    def take(self, words: str = "") -> bool:
        self.nodes -= 1
        self.characters -= len(words)
        return not self.is_spent

    @property
    def is_spent(self) -> bool:
        return self.nodes <= 0 or self.characters <= 0


def write_html(value: object, budget: Budget, *, inside: bool = False, depth: int = 0) -> str:
    """Returns a text as HTML: plain, Markdown or HTML, or a tree of blocks with children.

    :param inside: does it stand in a paragraph?
    """
    if depth > DEEPEST or not budget.take(value if isinstance(value, str) else ""):
        return ""
    if isinstance(value, str):
        if inside:
            return value if TAG.search(value) or "&" in value else escape(value, quote=False)
        return _write_text(value.replace("\r\n", "\n"))
    if isinstance(value, list):
        if len(value) == 4 and value[0] == "$" and isinstance(value[3], dict):  # as React has it
            value = {"type": value[1], "children": value[3].get("children")}
        else:
            inside = inside or _is_run(value)
            parts = (write_html(one, budget, inside=inside, depth=depth + 1) for one in value)
            return ("" if inside else "\n").join(parts)
    return _write_node(value, budget, inside, depth) if isinstance(value, dict) else ""


def _write_node(node: Mapping[str, object], budget: Budget, inside: bool, depth: int) -> str:
    kind, style = _kind(node), str(node.get("style") or "").lower()
    if LEFT_OUT.search(kind):
        return ""
    named = (tag for word in (style, kind) for like, tag in TAGS if like.search(word))
    tag = "li" if isinstance(node.get("listItem"), str) else next(named, "")
    for key in CONTENT:
        content = node.get(key)
        is_words = isinstance(content, str)
        is_run = bool(tag) and is_words and not BLOCK_TAG.search(str(content))
        if isinstance(content, list) and _is_run(content):
            is_run, tag = True, tag or "p"
        written = write_html(content, budget, inside=inside or is_run, depth=depth + 1)
        if written.strip():
            break
    else:
        return " " if "break" in kind or kind == "br" else ""
    if tag == "a":
        return f'<a href="{escape(_href(node))}">{written}</a>'
    return f"<{tag}>{written}</{tag}>" if is_run and tag and not inside else written


def _kind(node: Mapping[str, object]) -> str:
    named = (node.get(key) for key in KINDS)
    return next((one.lower() for one in named if isinstance(one, str)), "")


def _is_run(nodes: Sequence[object]) -> bool:
    """Are they the parts of one paragraph? Sentences that no space parts are paragraphs."""
    if not nodes or not all(map(_is_inline, nodes)):
        return False
    words = [_own_words(node) for node in nodes]
    return len(nodes) == 1 or any(
        before[-1:].isspace() or after[:1].isspace() or not ends_sentence(before)
        for before, after in pairwise(words)
    )


def _own_words(node: object) -> str:
    found = (
        (node.get(key) for key in ("text", "value", "content")) if isinstance(node, dict) else ()
    )
    return next((one for one in found if isinstance(one, str)), "")


def _is_inline(value: object) -> bool:
    if isinstance(value, dict):
        kind = _kind(value)
        return bool(INLINE.fullmatch(kind)) if kind else isinstance(value.get("text"), str)
    return False


def _href(node: Mapping[str, object]) -> str:
    around = (node, *(node.get(key) for key in ("attrs", "data", "props", "fields")))
    found = (one.get(k) for one in around if isinstance(one, dict) for k in ("href", "url", "uri"))
    return next((one for one in found if isinstance(one, str)), "#")


def _write_text(text: str) -> str:
    if ESCAPED.search(text) and not TAG.search(text):
        text = unescape(text)
    if BROKEN.search(text):
        return text
    is_markdown = MARKDOWN.search(text) is not None
    if not TAG.search(text) and "&" not in text:
        text = escape(text, quote=False).replace("&gt; ", "> ")
    return "\n".join(_write_piece(piece, is_markdown) for piece in _pieces(text) if piece.strip())


def _pieces(text: str) -> Iterator[str]:
    """Yields paragraphs: parted by blank lines, else by any; by any, too, where each is whole."""
    for piece in BLANK.split(text) if BLANK.search(text) else text.split("\n"):
        lines = piece.strip().split("\n")
        if all(map(ends_sentence, lines)) or ITEM.match(lines[-1]) or HEADING.match(lines[0]):
            yield from lines
        else:
            yield piece.strip()


def _write_piece(piece: str, is_markdown: bool) -> str:
    if BLOCK_TAG.match(piece):
        return piece
    tag = "p"
    if is_markdown:
        for like, name in ((HEADING, "h2"), (ITEM, "li"), (CITED, "blockquote")):
            if match := like.match(piece):
                tag, piece = name, piece[match.end() :].replace("\n> ", "\n")
                break
        piece = LINK.sub(r'<a href="\2">\1</a>', PICTURE.sub("", piece))
        piece = STRESS.sub(r"\2", STRESS.sub(r"\2", piece))
    return f"<{tag}>{piece}</{tag}>"


def read_text(html: str, headline: str = "", description: str = "") -> Walked:
    """Reads what is story of a text in HTML; nothing where it is made to hold a parser up."""
    page = f"<body><div>{html}</div></body>"
    try:
        require_readable(page)
        root = parse_tree(page)
    except NotAnArticle:
        root = None
    blocks: Sequence[Block] = cut_blocks(root).blocks if root is not None else ()
    for block in blocks:
        block.in_body = True
    trim(blocks, straighten(headline), description)
    return walk(blocks, ())
