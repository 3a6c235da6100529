"""Finds which element holds the story: the one whose blocks weigh most as prose."""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, zip_longest
from operator import attrgetter

from tradepress.archive.text_forms import straighten, words_key
from tradepress.extraction.access import BREAKS_OFF
from tradepress.extraction.beside import SAID, leave_cards, leave_strangers, take_lists
from tradepress.extraction.blocks import CITED, HEADINGS, LONG, Block
from tradepress.extraction.dateline import part_place_and_date, read_dateline
from tradepress.extraction.furniture import (
    CAPTION,
    COMMENTS,
    CREDIT,
    LEGAL,
    WORDED,
    Rule,
    find_rule,
    is_claims,
)
from tradepress.extraction.page_layout import Layout, Node
from tradepress.extraction.people import LEAD, is_names, read_names
from tradepress.extraction.sections import ARROW
from tradepress.extraction.sentences import (
    DASHES,
    ends_sentence,
    is_label,
    is_prose,
    share_said,
    size,
)
from tradepress.extraction.walk import Walked
from tradepress.extraction.wording import WORDING, pattern

BIO = re.compile(
    r"[\W_]*+(?:about the author\W*|by )?((?:[^\W\d_][\w.'’-]*+\s){1,4}[^\W\d_][\w.'’-]*+),?"
    r"(?: (?:is|was|has|covers|writes|reports|works|joined|can be|edits|ist|schreibt|est|écrit|es"
    r"|è)\b(.*)|$)",
    re.S,
)
"""Matches a line about an author: (who, what is said of them)."""
ROLE = re.compile(
    r"(?: an?| the| our|.{0,40}['’]s?)? ?(?:[\w-]+ ){0,5}(?:reporter|writer|journalist|contributor"
    r"|correspondent|columnist|blogger|redakteur(?:in)?|journaliste|periodista|giornalista)"
    r"(?=\W|$)(?! (?:to|killed|arrested|jailed|ever)\b)",
    re.I,
)
PARAGRAPHS = frozenset((*HEADINGS, "p", "li", "blockquote", "pre", "tr"))
LONGEST_COUNTED = 800
LONGEST_SIGNATURE = 200
MARKED_SHARE = 0.3
ARTICLE_SHARE = 0.35
INNER_SHARE = 0.9
INNER_PROSE = 0.7
LONGEST_LABEL = 40
GAP_SHARE = 0.5
LEAD_NAMES = re.compile(WORDING["body_names"]["lead"])
STORY_NAMES = pattern("story", "body_names")
LEAD_ZONES = frozenset((None, "unlikely", "meta", "head", "aside", "related"))
LEAD_TAGS = ("p", "h2")
"""Names tags in which a lead need not end as a sentence does."""
LEAD_WITHIN, LEAD_LEAST, LEAD_LINKS = 20, 60, 0.2
LONGEST_OPENING = 80
"""Is how many characters tell that a lead and a description are the same."""
LONGEST_BESIDE_DAY = 25
"""Bounds the characters beside the date in a line that holds little more."""
MOST_SIDEBAR = 20
MOST_BETWEEN = 2
"""Bounds the lines between the lead and a byline or date below it."""
MOST_BOX = 5
"""Bounds the paragraphs in a box of another story, below its label."""
MOST_TEXT = 0.5
LEAST_SAID = 0.2
"""Is the share of the words of headline and description that any body says."""
FIRST = 8
STORY_LEAST = 150
"""Is the weight of the shortest text that is taken for a whole story among others."""


def weight(block: Block) -> float:
    """Returns a weight that is positive for story prose, negative for links and labels."""
    if block.zone is not None or block.tag in HEADINGS:
        return 0.0
    length = min(size(block.text), LONGEST_COUNTED)
    share = block.link_share
    if share > 0.5:
        return -20.0 - min(length, 120) / 4
    if length >= LONG:
        return length * (1.0 - share)
    if ends_sentence(block.text):
        return length / 2
    return 0.0 if block.tag == "tr" else -5.0 if block.tag == "p" else -10.0


def choose_body(
    layout: Layout,
    at: int | None,
    rules: Sequence[Rule],
    said: Sequence[str] = (),
    host: str = "",
) -> None:
    """Sets ``in_body`` on the blocks of the element that holds the story.
    ``at``: the headline's index; ``said``: words of headline and description; ``host``: of the
    page's address.

    The heaviest element is taken that says some of these, then the likeliest inside it that its
    mark-up calls a story, then the innermost that still holds nearly all of its weight.
    """
    for block in layout.blocks[: at or 0]:
        if "may not be" in block.text and find_rule(block.text, (), is_worded=False):
            block.zone = "notice"
    if at is not None:
        leave_cards(layout, at, host)
    weights = list(map(weight, layout.blocks))
    _discount_lists(weights, layout, rules)
    first = at if at is not None and _prose(weights[:at]) < _prose(weights[at:]) else 0
    weights[:first] = [min(weight, 0.0) for weight in weights[:first]]
    scale = _Scale(weights, at)
    so_far = scale.positive
    with_prose = [node for node in layout.nodes if so_far[node.start] < so_far[node.end]]
    holders = [node for node in with_prose if node.tag not in PARAGRAPHS] or layout.nodes
    best = _agreeing(layout, holders, max(holders, key=scale.rank), said, scale)
    if at is not None and layout.blocks[at].tag in HEADINGS:
        own = _own_story(layout, at, best, scale)
        for block in (*layout.blocks[best.start : own.start], *layout.blocks[own.end : best.end]):
            block.zone = block.zone or "other story"
        best = own
    chosen = _called_story(holders, best, scale)
    if len(chosen) == 1:
        chosen = [_innermost(holders, chosen[0], scale)]
    for node in chosen:
        for block in layout.blocks[max(node.start, first) : node.end]:
            block.in_body = True
    if at is not None:
        take_lists(layout, at, said)
        leave_strangers(layout, at, said)
        leave_cards(layout, at, host)
    if len(chosen) > 1 and at is not None:  # the opening of a live blog stands above its entries
        for block in layout.blocks[at + 1 : chosen[0].start]:
            is_lead = _is_running(block) and ends_sentence(block.text)
            block.in_body = is_lead and not read_dateline(block.text, pieces=block.pieces)


class _Scale:
    """Weighs the elements of a page by the weights of its blocks."""

    def __init__(self, weights: Sequence[float], at: int | None) -> None:
        self.at = len(weights) if at is None else at
        self.sums = list(accumulate(weights, initial=0.0))
        self.positive = list(accumulate([max(weight, 0.0) for weight in weights], initial=0.0))

    def total(self, node: Node) -> float:
        return self.sums[node.end] - self.sums[node.start]

    def together(self, nodes: Iterable[Node]) -> float:
        return sum(map(self.total, nodes))

    def prose(self, node: Node) -> float:
        return self.positive[node.end] - self.positive[node.start]

    def rank(self, node: Node) -> tuple[float, int]:
        """Returns the weight, less a part of the links between headline and text; the smaller of
        equals."""
        links = self.sums[node.start] - self.sums[self.at + 1] if node.start > self.at else 0.0
        return self.total(node) + GAP_SHARE * min(links, 0.0), node.start - node.end


def _agreeing(
    layout: Layout, holders: Sequence[Node], best: Node, said: Sequence[str], scale: _Scale
) -> Node:
    """Returns the best element; or, if it says hardly any word of headline and description, as a
    footer does, and a paragraph elsewhere says many, the heaviest around that one."""
    blocks = layout.blocks
    for end in (min(best.start + FIRST, best.end), best.end):  # mostly the first ones say enough
        text = " ".join([block.text for block in blocks[best.start : end]])
        if share_said(said, text.lower()) >= LEAST_SAID:
            return best
    first = scale.at + 1 if scale.at < len(blocks) else 0
    saying = {
        i: share_said(said, blocks[i].text.lower())
        for i in (*range(first, best.start), *range(max(best.end, first), len(blocks)))
        if scale.positive[i] < scale.positive[i + 1]
    }
    most = max(saying, key=saying.__getitem__, default=0)
    if saying.get(most, 0.0) < SAID:
        return best
    around = [node for node in holders if node.start <= most < node.end and not node.holds(best)]
    return max(around, key=scale.rank, default=best)


def _own_story(layout: Layout, at: int, best: Node, scale: _Scale) -> Node:
    """Returns, on a page of several whole stories, the one that holds the headline at ``at``; else
    the best element."""
    nodes, blocks = layout.nodes, layout.blocks
    number = blocks[at].group
    while nodes[number] is not best and number:
        node = nodes[number]
        parent, tag, names = node.parent, node.tag, node.names
        if scale.total(node) >= STORY_LEAST and any(
            scale.total(other) >= STORY_LEAST and _is_story(other, blocks, blocks[at].tag)
            for other in nodes[number + 1 :]
            if other.parent == parent and other.names == names and other.tag == tag
        ):
            return node
        number = node.parent
    return best


def _is_story(node: Node, blocks: Sequence[Block], tag: str) -> bool:
    """Has it a headline with this tag, and is it more than a section: called a story, linked, or
    dated by itself?"""
    heading = next((i for i in range(node.start, node.end) if blocks[i].tag == tag), None)
    if heading is None:
        return False
    if node.tag == "article" or STORY_NAMES.search(node.names) or blocks[heading].links:
        return True
    near = blocks[max(heading - 1, node.start) : min(heading + 3, node.end)]
    return any(read_dateline(block.text, pieces=block.pieces) for block in near)


def _called_story(holders: Sequence[Node], best: Node, scale: _Scale) -> list[Node]:
    """Returns the parts of the likeliest story that mark-up calls one inside of the best element,
    where they hold enough of it, else that element."""
    chosen = [best]
    marked = [node for node in holders if node.marked]
    articles = [node for node in holders if node.tag == "article"]
    for called, share in ((marked, MARKED_SHARE), (articles, ARTICLE_SHARE)):
        inside: dict[str, list[Node]] = {}
        for node in called:
            if best.holds(node):
                # The parts of one story share the first class word; what varies comes later.
                name = node.names.split(maxsplit=1)[:1] or [str(node.start)]
                inside.setdefault(name[0], []).append(node)
        likeliest = max(inside.values(), key=scale.together, default=chosen)
        if scale.together(likeliest) >= share * scale.together(chosen):
            chosen = likeliest
            best = max(chosen, key=scale.rank)
    return chosen


def _innermost(holders: Sequence[Node], best: Node, scale: _Scale) -> Node:
    """Returns the innermost that holds nearly all of the best one's weight; the nodes are in page
    order, so that each step inwards lies further on."""
    whole, all_prose = scale.total(best), scale.prose(best)
    for node in holders:
        if (
            best.holds(node)
            and scale.total(node) >= INNER_SHARE * whole
            and scale.prose(node) >= INNER_PROSE * all_prose
        ):
            best = node
    return best


def _discount_lists(weights: list[float], layout: Layout, rules: Sequence[Rule]) -> None:
    """Takes the weight of what stands under headings such as “related stories”: up to the end of
    their element, a higher heading or running text."""
    end, tag, boxed = 0, "", 0
    for i, (block, following) in enumerate(zip_longest(layout.blocks, layout.blocks[1:])):
        if i < end and (
            (block.tag in HEADINGS and block.tag < tag)
            or (_is_running(block) and _is_running(following))
        ):
            end = 0
        if len(block.text) < LONG and not block.links:
            straight = straighten(block.text)
            is_worded = block.is_worded = WORDED.fullmatch(straight)
            found = find_rule(straight, rules, is_worded=is_worded) if is_worded or rules else None
            is_list = found is not None and found[0].cut == "list"
            if block.tag in HEADINGS and (is_list or COMMENTS.fullmatch(straight)):
                tag = block.tag
                end = max(end, layout.nodes[layout.nodes[block.group].parent].end)
            if is_list and i >= boxed:
                boxed = _end_of_box(layout, i)
        if i < boxed:
            block.zone = block.zone or "listed"
        if i < end:
            weights[i] = min(weights[i], 0.0)


def _end_of_box(layout: Layout, i: int) -> int:
    """Returns where the box ends that begins with the label at ``i`` and holds a linked headline,
    perhaps with what the other story says; ``i`` if there is no such box."""
    node = layout.nodes[layout.blocks[i].group]
    while node.end == i + 1 and node.parent:
        node = layout.nodes[node.parent]
    if node.start != i or node.end - i - 1 > MOST_BOX:
        return i
    below = layout.blocks[i + 1 : node.end]
    return node.end if any(block.link_share > MOST_TEXT for block in below) else i


def _is_running(block: Block | None) -> bool:
    return block is not None and block.prose > 0 and not block.links


def _prose(weights: Iterable[float]) -> float:
    return sum(weight for weight in weights if weight > 0)


def trim(blocks: Sequence[Block], headline: str, description: str) -> None:
    """Gives headline, standfirst, date, byline and picture lines at the body's top a zone of their
    own, ``head``. A label between line breaks of the text is part of it."""
    title, standfirst = words_key(headline), words_key(description)
    _drop_sidebar([block for block in blocks if block.is_open])
    prose_groups = {block.group for block in blocks if block.prose}
    has_begun = False
    for block, following in zip_longest(blocks, blocks[1:]):
        has_begun = has_begun or (block.is_open and block.prose > 0)
        heads_text = has_begun and block.tag in HEADINGS and following and following.prose
        if block.text == headline and block.in_body and not heads_text:
            block.zone = "head"
    has_begun = False
    between: list[Block] = []
    for block in filter(attrgetter("is_open"), blocks):
        if headline and block.text.startswith(headline) and BREAKS_OFF.search(block.text):
            block.zone = "head"
            continue
        if not has_begun and not block.links and is_claims(block.text):
            block.zone = "head"
            continue
        if is_prose(block.text):
            if has_begun:
                break
            has_begun = True
            continue
        if has_begun:  # byline and date may stand below the lead
            between.append(block)
            if block.tag in ("li", "tr") or len(between) > MOST_BETWEEN:
                break
            if _is_byline(block.text) or read_dateline(block.text, pieces=block.pieces):
                for above in between:
                    above.zone = "head"
                between.clear()
            continue
        is_apart = block.tag not in (*HEADINGS, "li", "tr") and block.group not in prose_groups
        longest_label = LONGEST_LABEL if block.tag == "p" else LONG
        is_short = len(block.text) < LONGEST_COUNTED
        if (
            block.tag == "h1"
            or (is_apart and is_label(block.text, longest_label))
            or (key := words_key(block.text)) == title
            or (key == standfirst and not (ends_sentence(block.text) or _may_be_lead(block)))
            or read_dateline(block.text, pieces=block.pieces)
            or _is_byline(block.text)
            or (block.tag not in CITED and is_short and ARROW.search(block.text))
            or CAPTION.fullmatch(block.text)
            or CREDIT.fullmatch(block.text)
        ):
            block.zone = "head"


def open_selected(layout: Layout) -> None:
    """Takes what the source selects for the body and nothing else, whatever was chosen before."""
    for block in layout.blocks:
        block.in_body = False
    for node in layout.selected:
        misled = ("unlikely", "other story", layout.nodes[node.parent].zone, node.zone)
        for block in layout.blocks[node.start : node.end]:
            block.in_body = True
            if block.zone in misled:
                block.zone = None


def open_lead(layout: Layout, at: int | None, description: str) -> None:
    """Leaves the headline out, and takes a lead between it and the text for the first paragraph:
    one that the page declares as its description, or whose element is named like one."""
    if at is None:
        return
    blocks, nodes = layout.blocks, layout.nodes
    blocks[at].zone = "head" if blocks[at].is_open else blocks[at].zone
    near = range(at + 1, min(at + 1 + LEAD_WITHIN, len(blocks)))
    text = next((i for i in near if blocks[i].is_open and is_prose(blocks[i].text)), at)
    said = words_key(description)[:LONGEST_OPENING]
    texts = {block.text for block in blocks if block.is_open}
    for block in blocks[at + 1 : text]:
        key = words_key(block.text)
        if (
            not block.is_open
            and _may_be_lead(block)
            and block.link_share < LEAD_LINKS
            and block.zone in LEAD_ZONES
            and block.tag not in ("li", "tr")
            and block.text not in texts
            and not _is_bio(block.text, ())
            and (
                (said and (key.startswith(said) or said.startswith(key)))
                or LEAD_NAMES.search(f"{nodes[block.group].names} {_parent(nodes, block).names}")
            )
        ):
            block.in_body, block.zone = True, None


def _may_be_lead(block: Block) -> bool:
    is_text = block.tag in LEAD_TAGS or ends_sentence(block.text)
    return is_text and len(block.text) >= LEAD_LEAST


def _parent(nodes: Sequence[Node], block: Block) -> Node:
    return nodes[nodes[block.group].parent]


def _drop_sidebar(story: Sequence[Block]) -> None:
    """Leaves out what stands above a line such as ``Privacy policy`` near the top, if there is less
    of it than below."""
    for i, block in enumerate(story[:MOST_SIDEBAR]):
        if len(block.text) < LONG and LEGAL.fullmatch(straighten(block.text)):
            above, below = (sum(b.prose for b in part) for part in (story[:i], story[i:]))
            for other in story[: i + 1] if above < below else ():
                other.zone = "head"


def drop_dateline(walked: Walked) -> None:
    """Takes ``By A. Lidholm (July 26, 2023) --`` off the first paragraph."""
    first = walked.paragraphs[0]
    if parted := part_place_and_date(first.text):
        opening, rest = parted
        first.text = rest.lstrip(DASHES) or first.text
        walked.links = [
            link
            for link in walked.links
            if link.paragraph is not first or link.words not in opening
        ]


def drop_day(paragraphs: list[Block], raw: str) -> None:
    """Takes a line that holds little more than the story's date, as printed, off either end."""
    for at in (0, -1) if len(paragraphs) > 2 else ():
        line = paragraphs[at]
        is_short = len(line.text) <= len(raw) + LONGEST_BESIDE_DAY and not line.prose
        if is_short and raw in line.text:
            paragraphs.pop(at)


def drop_bio(paragraphs: list[Block], authors: Iterable[str]) -> None:
    """Takes what is said of the authors off the body's end, and off its top if it names them."""
    names = tuple(name for name in authors if " " in name)
    given = tuple(f"{name.split()[0]} is a" for name in names)
    while len(paragraphs) > 2 and paragraphs[0].text.startswith((*names, *given)):
        first = paragraphs[0].text
        is_told = first.startswith(given) and ROLE.match(first.partition(" is")[2])
        if first not in names and not _is_bio(first, names) and not is_told:
            break
        paragraphs.pop(0)
    while len(paragraphs) > 2 and _is_bio(paragraphs[-1].text, names):
        paragraphs.pop()


def _is_bio(text: str, names: tuple[str, ...]) -> bool:
    if len(text) <= LONGEST_SIGNATURE and text.startswith(names) and "@" in text:
        return True
    about = BIO.match(text) if len(text) <= LONGEST_COUNTED else None
    if about is None:
        return False
    who, what = about.groups(default="")
    return who.startswith(names) or bool(ROLE.match(what))


def _is_byline(text: str) -> bool:
    if len(text) >= LONG or not (led := LEAD.match(text)):
        return False
    is_english = text[:3].casefold() == "by " and bool(read_names([text]))
    return is_english or is_names(text[led.end() :])
