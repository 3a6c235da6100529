"""Tells what kind of page it is, a story or none: many small signs, weighed together.

The weights stand in page_kind.toml. bench/page_kind.py fits them, and prints how many pages of each
kind are known and how many stories are mistaken on sites they were not fitted on.
"""

import math
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import groupby, islice, pairwise, takewhile
from pathlib import Path
from urllib.parse import urlsplit

from tradepress.archive.text_forms import words_key
from tradepress.extraction.blocks import ALL_LINK, HEADINGS, LONG, Block
from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.extraction.page_layout import Node
from tradepress.extraction.sentences import size
from tradepress.extraction.structured_data import STORY_TYPE, Declared
from tradepress.extraction.tree import Element
from tradepress.extraction.visible import TITLE_CLASS
from tradepress.extraction.wording import WORDING

STORY = "story"
FITTED: Mapping[str, Mapping[str, float]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
AVERAGE = FITTED["average"]
"""Is taken for a sign that nothing is known of: the mean of all pages."""
WEIGHTS = {kind: weights for kind, weights in FITTED.items() if kind != "average"}
"""Holds for each kind of page the weight of each sign; ``bias`` is that of none."""
LEAST_STORY = {"index": 0.12, "product": 0.2, "service": 0.01, "forum": 0.2}
"""A page is refused for a kind that is likelier than a story where less than this speaks for one.
Many a story of a firm reads as its services do."""
PROOFS = {
    "index": ("linked headlines", "prices", "declared collection", "address of a listing"),
    "product": ("a price", "declared product", "og:type product", "words of a shop"),
    "service": ("calls to act", "address of a service"),
    "forum": ("words of a forum", "declared discussion"),
}
"""Of these signs one must be there, a number at least twice: that nothing speaks for a story proves
nothing of a page."""
LEAST_AT_HOME = 0.75
"""Is how much must speak for a story where the address is that of a front page."""

WORDS: Mapping[str, Sequence[str]] = {
    name: tuple(words) for name, words in WORDING["page_kinds"].items()
}
STEPS = {name[5:]: frozenset(words) for name, words in WORDS.items() if name.startswith("path_")}
FORUM_WORDS = frozenset(WORDS["forum"])
SHOP, CALLS = (
    {first: list(same) for first, same in groupby(sorted(WORDS[name]), lambda p: p.split()[0])}
    for name in ("shop", "calls")
)
"""Hold phrases by their first words."""
READER_WORDS = frozenset(WORDS["reader"])
POST_CLASSES = ("single-post", "postid-", "article", "blog-post", "post-template", "node-type-news")
ENDING = re.compile(r"\.(?:s?html?|php|aspx?)$")
NUMBER = re.compile(r"\d{4}")
CURRENCIES = "$€£¥₹"
LONGEST_LABEL = 200
SHORTEST_ENTRY, FEWEST_SPACES = 15, 3
MOSTLY_LINK, SHORTEST_HEADLINE = 0.7, 20
LONGEST_TEASER = 400
FEWEST_TEASERS, FEWEST_POSTS = 5, 3
MOST_IN_TEASERS, HALF = 0.85, 0.5
SHORTEST_TEASER, BELOW_ENTRY = 60, 4
"""Bound the characters of a teaser, and the blocks from its headline to it."""
END = Block(text=".")
FEWEST, LONGEST_DEK = 6, 60
OPENING = 4000
MOST_BUTTONS, MOST_PIECES, LONGEST_BUTTON = 60, 4, 40
LONG_HEADLINE = 60
EVENT_STEPS = frozenset(WORDING["event"]["steps"])
EVENT_LABELS = [re.compile(label, re.I) for label in WORDING["event"]["labels"]]
AROUND_EVENT, LONGEST_EVENT_LABEL = 30, 120
FEW_LABELS, MANY_LABELS = 2, 4
"""Are how many kinds of labels prove an event, where address or mark-up call it one, and where
they do not."""
QUOTES = ('"', "“", "„", "«", "「")
MOST_NAMED = 3


def read_signs(
    url: str | None,
    declared: Declared,
    blocks: Sequence[Block],
    story: Sequence[Block],
    *,
    nodes: Sequence[Node],
    headline: str,
    buttons: str,
    has_dateline: bool,
) -> dict[str, float]:
    """Reads the signs of one page: its address, if known, what it declares, its words and links.

    :param story: the paragraphs that would be taken
    :param buttons: what stands on them, as ``read_buttons`` gives it
    :param has_dateline: does a date stand beside the headline?
    """
    return {
        **read_told_signs(url, declared, nodes[0].names),
        "date line": float(has_dateline),
        "length of the headline": min(size(headline), LONG_HEADLINE) / LONG_HEADLINE,
        **_block_signs(url, blocks, story, buttons),
        **_story_signs(story, nodes),
    }


def read_told_signs(url: str | None, declared: Declared, names: str = "") -> dict[str, float]:
    """Reads the signs of a page's address, if known, and of what it declares.

    :param names: the classes of its outermost element
    """
    told = _declared_signs(declared, names.lower())
    return {**(_address_signs(url) if url else {}), **told}


def read_buttons(buttons: Sequence[Element]) -> str:
    """Returns the words of the first ``button`` and ``input`` elements, one line each."""
    lines = []
    for button in buttons[:MOST_BUTTONS]:
        if button.tag == "button":
            lines.append("".join(map(str, islice(button.itertext(), MOST_PIECES))))
        elif button.get("type") == "submit":
            lines.append(button.get("value") or "")
    return "\n".join(line.strip()[:LONGEST_BUTTON] for line in lines)


def judge_kind(signs: Mapping[str, float]) -> dict[str, float]:
    """Returns the kinds a page can be of, with what speaks for each; together they are 1."""
    known = {**AVERAGE, **signs}
    totals = {
        kind: weights["bias"] + sum(weights[name] * value for name, value in known.items())
        for kind, weights in WEIGHTS.items()
    }
    most = max(totals.values())
    shares = {kind: math.exp(total - most) for kind, total in totals.items()}
    return {kind: share / sum(shares.values()) for kind, share in shares.items()}


def require_story_kind(signs: Mapping[str, float], *, is_home: bool = False) -> float:
    """Refuses listings, products, services and forum threads; of front pages all but plain stories.

    :returns: what speaks for a story, 0 to 1
    :raises NotAnArticle: its ``words`` name what spoke most against a story
    """
    kinds = judge_kind(signs)
    if is_home and kinds[STORY] < LEAST_AT_HOME:
        raise NotAnArticle("index", "the address is the site's front page")
    other = find_other_kind(signs, kinds)
    if other is None:
        return kinds[STORY]
    against = {
        name: value * (WEIGHTS[other][name] - WEIGHTS[STORY][name]) for name, value in signs.items()
    }
    named = sorted(against, key=against.__getitem__, reverse=True)[:MOST_NAMED]
    raise NotAnArticle(other, f"it speaks against a story: {', '.join(named)}")


def find_other_kind(signs: Mapping[str, float], kinds: Mapping[str, float]) -> str | None:
    """Returns the likeliest kind, of those proved, that leaves too little for a story."""
    others = (
        kind
        for kind, proofs in PROOFS.items()
        if kinds[STORY] < min(LEAST_STORY[kind], kinds[kind])
        and any(signs.get(name, 0) >= 1 for name in proofs)
    )
    return max(others, key=kinds.__getitem__, default=None)


def require_no_event(
    declared: Declared, headline: str, blocks: Sequence[Block], at: int | None, url: str | None
) -> None:
    """Refuses the announcement of an event: the page declares one of its name, or says around its
    headline at ``at`` when and where it is and how one comes in, and names no author."""
    if words_key(headline) in map(words_key, declared.events):
        raise NotAnArticle("event", f"it declares itself the event “{headline[:80]}”")
    if at is None or declared.get("authors"):
        return
    said = {
        kind
        for block in blocks[at + 1 : at + AROUND_EVENT]
        for words in (block.text, *block.parts)
        if len(words) <= LONGEST_EVENT_LABEL
        for kind, label in enumerate(EVENT_LABELS)
        if label.fullmatch(words)
    }
    steps = urlsplit(url or "").path.casefold().split("/")
    is_called = any(kind.endswith("Event") for kind in declared.types)
    is_called = is_called or not EVENT_STEPS.isdisjoint(steps)
    if len(said) >= (FEW_LABELS if is_called else MANY_LABELS):
        raise NotAnArticle("event", "it says when and where, and how one comes in")


def require_not_index(blocks: Sequence[Block], nodes: Sequence[Node], url: str | None) -> None:
    """Refuses a page of teasers, linked headlines with a short text each, or of several whole
    posts, where they hold nearly all of its prose. Links alone prove nothing."""
    prose = sum(block.prose for block in blocks)
    site = _site(url)
    teasers, posts = set(), set()
    told = 0
    entry: Block | None = None
    for block, following in pairwise([*blocks, END]):
        if block.links and _is_entry(block, url, site):
            entry = block
        elif entry and block.prose:
            target = entry.links[0][1]
            if TITLE_CLASS.search(nodes[entry.group].names):
                posts.add(target)
            elif block.prose <= LONGEST_TEASER and not following.prose:
                teasers.add(target)
            else:
                entry = None
                continue
            told += block.prose
            if target in teasers:
                entry = None
    found = len(teasers | posts)
    if found >= (FEWEST_POSTS if posts else FEWEST_TEASERS) and told > MOST_IN_TEASERS * prose:
        raise NotAnArticle("index", f"{found} linked headlines, each with a text of its own")


def require_no_list(blocks: Iterable[Block], story: Sequence[Block], url: str | None) -> None:
    """Refuses a page that has, above the end of its text, half as much right below headlines that
    lead to other pages of the site: for pages without a date, which a list of stories has of each
    of them. Below the end, stories have cards of others as well."""
    site, chosen = _site(url), set(story)
    targets: set[str] = set()
    told = away = 0
    entry = ""
    for block in takewhile(lambda one: one is not story[-1], blocks) if story else ():
        away += 1
        if block.links and _is_entry(block, url, site):
            entry, away = block.links[0][1], 0
        is_near = away <= BELOW_ENTRY and len(block.text) >= SHORTEST_TEASER
        is_told = block in chosen or block.zone == "other story"
        if entry and is_told and (is_near or not away):
            told += len(block.text)
            targets.add(entry)
            entry = "" if away else entry
    if len(targets) >= FEWEST_TEASERS and told >= HALF * sum(len(block.text) for block in story):
        raise NotAnArticle("index", f"its text is that of {len(targets)} linked headlines")


def _site(url: str | None) -> str:
    return ".".join((urlsplit(url or "").hostname or "").split(".")[-2:])


def _is_entry(block: Block, url: str | None, site: str) -> bool:
    """Is it a headline that leads to another page of the site, and not to a place on this one?"""
    if block.link_share <= MOSTLY_LINK or len(block.text) < SHORTEST_HEADLINE:
        return False
    target = block.links[0][1].partition("#")[0]
    return bool(target) and target != url and ("://" not in target or site in target)


def _address_signs(url: str) -> dict[str, float]:
    parts = urlsplit(url)
    steps = [step for step in parts.path.casefold().split("/") if step]
    last = steps[-1] if steps else ""
    host = (parts.hostname or "").removeprefix("www.").split(".")[:-2]
    named = {*steps, *(word for label in host for word in label.split("-"))}
    return {
        "steps of the address": float(min(len(steps), 6)),
        "words of the address": float(min(max((s.count("-") for s in steps), default=0), 8)),
        "words of its last step": float(min(last.count("-"), 8)),
        "number in the address": float(NUMBER.search(last) is not None),
        "file ending": float(ENDING.search(last) is not None),
        **{f"address of a {kind}": _any(named, words) for kind, words in STEPS.items()},
    }


def _declared_signs(declared: Declared, page_class: str) -> dict[str, float]:
    types = declared.types
    og_type = (declared.first("type") or "").casefold()
    return {
        "declared article": float(any(map(STORY_TYPE.search, types))),
        "declared product": _any(types, WORDS["product_types"]),
        "declared collection": _any(types, WORDS["collection_types"]),
        "declared discussion": _any(types, WORDS["forum_types"]),
        "og:type product": float(
            og_type.startswith("product") or "commerce" in og_type or og_type.endswith(":item")
        ),
        "og:type website": float(og_type == "website"),
        "declared author": float(bool(declared.get("authors"))),
        "class of a post": float(any(word in page_class for word in POST_CLASSES)),
    }


def _block_signs(
    url: str | None, blocks: Sequence[Block], story: Sequence[Block], buttons: str
) -> dict[str, float]:
    """Reads what all of the page says, its furniture included."""
    site = _site(url)
    text = prose = comments = run = longest = 0
    linked = 0.0
    entries: set[str] = set()
    short = [buttons]
    for block in blocks:
        length = len(block.text)
        text += length
        if block.prose:
            prose += block.prose
            comments += block.prose if block.zone == "comments" else 0
            run += 1
            longest = max(longest, run)
        else:
            run = 0
        if length < LONGEST_LABEL:
            short.append(block.text)
        if block.links:
            linked += block.link_share * length
            if block.link_share > ALL_LINK and len(block.links) == 1 and length >= SHORTEST_ENTRY:
                target = block.links[0][1].partition("#")[0]
                if (block.tag in HEADINGS or block.text.count(" ") >= FEWEST_SPACES) and (
                    target and ("://" not in target or site in target)
                ):
                    entries.add(target)
    labels = "\n".join(short).casefold()
    spoken = labels.split()
    prices = sum(map(labels.count, CURRENCIES))
    words = sum(len(block.text) for block in story)
    return {
        "share of prose": prose / (text + 1),
        "share of links": linked / (text + 1),
        "paragraphs on end": math.log1p(longest),
        "linked headlines": math.log1p(len(entries)),
        "hardly any text": float(len(entries) >= FEWEST and words < len(entries) * LONGEST_DEK),
        "comments": comments / (prose + 1),
        "a price": float(prices > 0),
        "prices": math.log1p(min(prices, 100)),
        "words of a shop": math.log1p(min(_count(labels, spoken, SHOP), 50)),
        "calls to act": math.log1p(min(_count(labels, spoken, CALLS), 50)),
        "words of a forum": math.log1p(min(sum(map(FORUM_WORDS.__contains__, spoken)), 99)),
    }


def _story_signs(story: Sequence[Block], nodes: Sequence[Node]) -> dict[str, float]:
    text = sum(len(block.text) for block in story) + 1
    paragraphs = sum(block.prose > 0 for block in story) + 1
    told = " ".join(block.text for block in story)
    words = told[:OPENING].casefold().split()
    return {
        "links in the text": sum(b.link_share * len(b.text) for b in story if b.links) / text,
        "length of paragraphs": math.log1p(sum(block.prose for block in story) / paragraphs),
        "labels in the text": sum(size(b.text) < LONG for b in story) / (len(story) + 1),
        "boxes of the text": len({nodes[b.group].parent for b in story}) / (len(story) + 1),
        "headings in the text": sum(b.tag in HEADINGS for b in story) / (len(story) + 1),
        "quotations": float(any(mark in told for mark in QUOTES)),
        "you and we": sum(map(READER_WORDS.__contains__, words)) / (len(words) + 1),
    }


def _any(found: Set[str], words: Collection[str]) -> float:
    return float(not found.isdisjoint(words))


def _count(text: str, words: Iterable[str], phrases: Mapping[str, Iterable[str]]) -> int:
    """Counts how often the phrases stand in a text that has these words."""
    return sum(text.count(p) for first in phrases.keys() & words for p in phrases[first])
