"""Tells a page that a script draws, and takes the story that such a page carries as data."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast

from lxml import etree

from tradepress.archive.text_forms import counted, one_line, straighten, word_set, words_key
from tradepress.extraction.access import FREE
from tradepress.extraction.blocks import HEADINGS, Block
from tradepress.extraction.embedded_data import MOST_CHARACTERS, read_embedded
from tradepress.extraction.furniture import LEGAL, WORDED, Rule, find_rule, is_wall
from tradepress.extraction.not_an_article import STORY_DATA
from tradepress.extraction.sentences import ends_sentence, size
from tradepress.extraction.story_data import StoryData, find_called, find_kept_back, read_objects
from tradepress.extraction.structured_data import Declared
from tradepress.extraction.tree import Element, words_of
from tradepress.extraction.wording import WORDING, pattern

NEEDS_SCRIPT, OF_A_PART = pattern("needs_script", "drawn"), pattern("of_a_part", "drawn")
SCRIPT = "script"
"""Stands in all that NEEDS_SCRIPT matches: a cheap first question."""
KEPT_BACK, BADGE = pattern("kept_back", "drawn"), pattern("badge", "drawn")
ROOTS: frozenset[str] = frozenset(WORDING["drawn"]["roots"])
AROUND = frozenset(("footer", "overlay", "share", "ad"))
"""Names zones whose words are none of the page's own text."""
TEXT = etree.XPath("descendant::text()[not(parent::script or parent::style or parent::noscript)]")
SENTENCE, HARDLY_ANY, MANY_SCRIPTS, MOST_HEADLINES, LONGEST_TOLD = 40, 200, 3, 6, 100
BEGINNING, MOST_BEGUN, MOST_SHOWN, MOST_VALUES = 25, 5, 400, 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnPage:
    """Says of a page without text what shows that a script draws it, and what its data hold."""

    signs: tuple[str, ...] = ()
    story: StoryData | None = None
    where: str = ""
    kept_back: str | None = None
    """Says why a story that it carries is not taken."""

    @property
    def words(self) -> str:
        data = self.kept_back or "nothing in its data is its story"
        return f"{', '.join(self.signs) or 'it shows no text'}; {data}"

    @property
    def reason(self) -> str:
        return "story_data_no_story" if self.where == STORY_DATA else "script"


def shows_text(blocks: Sequence[Block], rules: Sequence[Rule]) -> bool:
    """Does the page show a sentence of its own, beside headlines and furniture?"""
    return any(_is_text(block, rules) for block in blocks if block.zone not in AROUND)


def _is_text(block: Block, rules: Sequence[Rule]) -> bool:
    is_sentence = size(block.text) >= SENTENCE and ends_sentence(block.text)
    if block.tag == "h1" or not (block.prose or (is_sentence and block.tag not in HEADINGS)):
        return False
    line = straighten(block.text)
    is_worded = WORDED.fullmatch(line) is not None
    return not (
        (SCRIPT in line[:1000].lower() and NEEDS_SCRIPT.search(line[:1000]))
        or LEGAL.fullmatch(line)
        or find_rule(line, rules, is_worded=is_worded)
    )


def read_drawn(
    page: str,
    root: Element,
    scripts: Sequence[Element],
    blocks: Sequence[Block],
    declared: Declared,
    headlines: Sequence[str],
    slug: str,
    loaded: StoryData | None = None,
) -> DrawnPage:
    """Reads a page that shows no text.

    Its data are taken where nothing says that they are not for everybody, and the page shows
    nothing of the text: otherwise it shows what it wants to show.

    :param loaded: the story in what it loads, as its source declares; of that all but the text
        is taken in any case
    """
    drawn = DrawnPage(signs=tuple(_signs(root, scripts, blocks)))
    if loaded is not None:
        known = replace(loaded, html="", paragraphs=())
        drawn = replace(drawn, story=known, where=STORY_DATA)
    data = [
        (read_objects(value), where)
        for where, value in islice(read_embedded(root, scripts), MOST_VALUES)
    ]
    called = [*dict.fromkeys(headlines)][:MOST_HEADLINES]
    read = [(find_called(value, called), where) for value, where in data if called]
    if not any(story for story, _ in read):  # a page that is drawn is often called as its site
        others = [(find_called(value, ()), where) for value, where in data]
        read = [one for one in others if one[0] and _is_of(slug, one[0].headline or "")]
    found = [(story, where) for story, where in read if story]
    if loaded is not None:
        found = [(loaded, STORY_DATA)]
    best = max(found, key=lambda each: sum(map(len, each[0].paragraphs)), default=None)
    headline = best[0].headline if best else next(iter(called), None)
    flags = (find_kept_back(value, headline) for value, _ in data)
    size_of_scripts = sum(len(script.text or "") for script in scripts)
    if size_of_scripts > MOST_CHARACTERS or len(data) == MOST_VALUES:
        return replace(drawn, kept_back="its data are larger than what is read")
    if told := _told(page, declared, blocks) or next(filter(None, flags), None):
        return replace(drawn, kept_back=f"it says that not everybody may read it ({told})")
    if best is None:
        return drawn
    story, where = best
    if story.kept_back:
        return replace(drawn, kept_back=f"not everybody may read it: {story.kept_back}")
    said = (*story.paragraphs, story.description or "", declared.first("description") or "")
    shown = _beginnings(one.text for one in blocks) - _beginnings(headlines)
    begun = _beginnings(story.paragraphs[:MOST_BEGUN]) - _beginnings(headlines)
    text, seen = (words_key(" ".join(words)) for words in (said, cast("list[str]", TEXT(root))))
    is_shown = any(one in text for one in islice(shown, MOST_SHOWN)) or any(map(seen.count, begun))
    if is_shown or len(shown) > MOST_SHOWN:
        return replace(drawn, kept_back="it shows a part of the text in its data, and no more")
    return replace(drawn, story=story, where=where)


def _is_of(slug: str, headline: str) -> bool:
    """Does the address name most of its words after the headline?"""
    words = set(words_key(slug).split())
    return len(words) > 1 and 2 * len(words & word_set(headline)) > len(words)


def _beginnings(texts: Iterable[str]) -> set[str]:
    return {words_key(one)[:BEGINNING] for one in texts if size(one) >= BEGINNING} - {""}


def _told(page: str, declared: Declared, blocks: Sequence[Block]) -> str | None:
    """Returns what of the page says that its story is not for everybody."""
    if any(
        str(value).rpartition("/")[2].casefold() not in FREE for value, _ in declared.get("access")
    ):
        return "isAccessibleForFree"
    if said := KEPT_BACK.search(page):
        return said[0][:LONGEST_TOLD]
    lines = ((one.text, straighten(one.text).rstrip(".")) for one in blocks)
    walls = (words for words, line in lines if _is_barred(line))
    return next((words[:LONGEST_TOLD] for words in walls), None)


def _is_barred(line: str) -> bool:
    return any(map(is_wall, (line, f"{line}."))) or BADGE.fullmatch(line) is not None


def _signs(root: Element, scripts: Sequence[Element], blocks: Sequence[Block]) -> Iterator[str]:
    for element in root.iter("*"):
        name = element.get("id") or element.tag
        if name in ROOTS and len(one_line("".join(cast("list[str]", TEXT(element))))) < SENTENCE:
            yield f"its <{element.tag}> “{name}” holds no text"
            break
    for element in root.iter("noscript"):
        words = words_of(element)
        if NEEDS_SCRIPT.search(words[:1000]) and not OF_A_PART.search(words):
            yield f"it says “{words[:LONGEST_TOLD]}”"
            break
    shown = sum(len(block.text) for block in blocks)
    if len(scripts) >= MANY_SCRIPTS and shown < HARDLY_ANY:
        letters = counted(shown, "character", "characters")
        yield f"it shows {letters} of text beside {len(scripts)} scripts"
