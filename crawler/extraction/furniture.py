"""Furniture rules: what around and inside a story is no story, and which lists become links.

One set of rules and one walk serve HTML pages and text captures.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from crawler.extraction.blocks import HEADINGS, Block, ends_sentence, is_prose, straighten
from crawler.extraction.dates import DATE
from crawler.items import LinkKind
from crawler.source import Furniture

LONGEST_RULED = 700
"""No furniture paragraph is longer."""
SHORTEST_HEADLINE = 12
LONGEST_LABEL = 80
MOSTLY = 0.5
ALL_LINK = 0.9
UNREAD_ZONES = frozenset(("comments", "hidden", "overlay", "share", "ad", "caption"))

GENERIC: tuple[Furniture, ...] = (
    # Lists of the story's own kin.
    Furniture(pattern=r"(?:today's )?top stories:?", cut="list", kind="top_stories"),
    Furniture(
        pattern=r"more on (?:this|the) (?:story|topic|subject):?|mehr zum thema:?"
        r"|sur le même sujet:?|más sobre (?:este tema|esto):?",
        cut="list",
        kind="more_on_this_story",
    ),
    Furniture(
        pattern=r"(?:more )?related(?: (?:articles?|stories|story|news|posts?|content|coverage"
        r"|reading|links?|topics))?:?|see also:?|read (?:also|next):?|further reading:?"
        r"|you (?:may|might) (?:also )?(?:like|be interested in)[:.…]*"
        r"|recommended (?:reading|stories):?|ähnliche artikel:?|verwandte (?:artikel|themen):?"
        r"|lesen sie auch:?|(?:à )?lire aussi:?|articles (?:liés|similaires):?"
        r"|(?:te puede|puede) interesar:?|lea también:?|(?:noticias|artículos) relacionad[oa]s:?"
        r"|leggi anche:?|articoli correlati:?|leia (?:também|mais):?|lees ook:?"
        r"|gerelateerde artikelen:?",
        cut="list",
        kind="related",
    ),
    # Lists of the site's other stories.
    Furniture(
        pattern=r"most (?:read|popular|viewed|shared|recent)(?: (?:stories|articles|news))?:?"
        r"|(?:latest|more|all|other|trending|recommended|popular|recent|editor'?s'?)"
        r" (?:news|stories|articles|headlines|features|posts|picks|videos?|now|for you"
        r"|from .{2,40}):?|trending:?|don't miss:?|(?:from )?around the web|from the web"
        r"|sponsored content|what to read next|meistgelesen|les plus lus|lo más (?:leído|visto)"
        r"|i più letti|mais lidas",
        cut="list",
    ),
    Furniture(
        pattern=r"(?:this (?:article|story|post|piece|interview)? ?|it )?(?:(?:was|has been) )?"
        r"(?:first|originally) (?:published|appeared) (?:on|in|by|at)"
        r" (?:the website of )?(?-i:([A-Z].{1,60}?))\.?",
        kind="first_published_on",
    ),
    # Sign-up, sharing, advertising and service lines.
    Furniture(
        pattern=r"did you (?:enjoy|like) (?:reading )?this (?:story|article|post)\?"
        r"(?: (?:please |why not )?(?:sign ?up|subscribe|register|share|tell|join).*)?"
    ),
    Furniture(
        pattern=r"(?:please |to )?(?:sign[ -]?up|subscribe|register)(?: here| now| today)?"
        r"(?: to | for | and |: ).{0,160}(?:newsletters?|inbox|bulletin|briefing|alerts?|updates"
        r"|podcast|channel|emails?)\b.{0,120}"
    ),
    Furniture(
        pattern=r"(?:get|want|receive) .{0,120}"
        r"(?:(?:to|in) your inbox|by e-?mail|newsletter)\b.{0,60}"
    ),
    Furniture(pattern=r"subscribe(?: now| today| here)?!?|sign up(?: now| here)?!?|newsletter"),
    Furniture(
        pattern=r"(?:follow|like|find|join) (?:us|him|her|them|@?\w+(?: [\w']+){0,5})"
        r"(?: and [\w ]{2,30})? on (?:twitter|x|facebook|instagram|linkedin|whatsapp|telegram"
        r"|google news|social media)\b.{0,160}"
        r"|(?:e-?mail|reach|contact|have a (?:news )?tip|got a tip)\b.{0,80}\S+@\S+.{0,160}"
    ),
    Furniture(
        pattern=r"(?:share|print|e-?mail|tweet|save|listen to|comment on)(?: this)?"
        r"(?: (?:article|story|page|post))?:?(?: (?:on|via) .{2,30})?|copy link"
        r"|share(?: this \w+)?:? ?(?=.*(?:e-?mail|print|facebook|twitter|linkedin|whatsapp|copy))"
        r"[\w -]{4,60}"
    ),
    Furniture(
        pattern=r"(?:advertisements?|advertising|sponsored|anzeige|werbung|publicité|publicidad"
        r"|pubblicità|publicidade)(?: - .{2,40})?"
        r"|(?:story|article|report) continues (?:below|after).{0,40}|scroll (?:down )?to .{0,40}"
    ),
    Furniture(
        pattern=r"skip (?:to|advert|past) .{0,40}|back to top|loading\.*|play video|load more"
        r"|(?:read|view|see|leave|post|add) (?:a |all |\d+ )?comments?\.?|\d+ comments?"
        r"|\[?(?:pdf|video|photos?|gallery)\]?|click to (?:enlarge|play).*|#{3}|-{3,}|\*{3,}"
        r"|\[/?[a-z][\w-]*(?: [\w-]+=[^\]]*)?\]"
    ),
    Furniture(pattern=r"(?:we|this (?:web)?site|our (?:web)?site) uses? cookies\b.*"),
    Furniture(
        pattern=r"(?:copyright )?©.{0,160}|all rights reserved\.?.{0,80}|copyright \d{4}.{0,120}"
    ),
    Furniture(
        pattern=r"(?:photo|image|picture|foto|bild|photograph|credit|(?:photo|image) credit)s?"
        r"(?: (?:by|courtesy(?: of)?|via))?\s?[:/|©] ?.{2,80}"
        r"|[\w .'-]{2,50} / (?:[\w.-]+\.com|getty images|afp|reuters|ap|shutterstock)\.?"
    ),
)

WALL = re.compile(
    r"(?:already|not yet) (?:regis\w*|a (?:subscriber|member)|have an account|subscribed)"
    r"(?:[?:….].{0,80})?"
    r"|(?:please )?(?:log ?in|sign ?in|register|subscribe|sign up|create .{0,30}account)"
    r"(?:,? (?:or|and) (?:log ?in|register|subscribe|sign (?:in|up)))?"
    r" (?:to|for free to) (?:continue|keep|read|view|access|unlock|see|your account)\b.{0,120}"
    r"|to (?:continue|keep|finish) reading\b.{0,160}|continue reading (?:with|for|by)\b.{0,120}"
    r"|to (?:read|view|access) (?:the (?:full|rest|whole)|this) .{0,160}"
    r"(?:subscri|regist|log ?in|sign ?in|click here).{0,120}"
    r"|to request a free .{0,30}trial.{0,160}"
    r"|(?:start|begin|get) (?:your |a )?free .{0,20}trial.{0,60}"
    r"|(?:this|the) (?:article|content|story|page)(?: you are trying to view)? is"
    r" (?:only |exclusively |exclusive |reserved |available )*(?:for|to) .{0,40}"
    r"(?:subscribers|members|registered).{0,120}"
    r"|unlock (?:unlimited|full|this|the|all) .{0,120}"
    r"|you(?:'ve| have) (?:reached|read|used) (?:your|all).{0,60}(?:limit|articles).{0,60}"
    r"|(?:jetzt )?weiterlesen mit .{0,80}|(?:cet |l')article (?:est )?réservé aux abonnés.{0,80}"
    r"|(?:contenido|artículo) exclusivo para suscriptores.{0,80}",
    re.I | re.S,
)
CORRECTION = re.compile(
    r"[(\[*]*(?:correction|clarification|corrected|erratum|korrektur|berichtigung|rectificatif"
    r"|rectificación|fe de erratas|errata corrige)s?(?: ?[(,].{1,40}?\)?)? ?[:—–].{10,}"
    r"|[(\[*]*(?:editor'?s'? note ?[:—–-] ?)?(?:this|the)"
    r" (?:article|story|post|report|piece|headline|page) (?:was|has been|has since been)"
    r" (?:amended|corrected|revised|updated (?:on .{4,40})?(?:to|with)).{5,}"
    r"|[(\[*]*(?:editor'?s'? note ?[:—–-] ?)?an? (?:earlier|previous|original) version of"
    r" (?:this|the) (?:article|story|report|post|headline|piece)\b.{10,}",
    re.I | re.S,
)
CROSS_REFERENCE = re.compile(
    r"[(\[]?(?:read (?:more|also|next|this)|(?:see )?more|(?:also|must) read|see also|more on this"
    r"|related(?: \w+)?|recommended|don't miss|watch|listen|lesen sie (?:auch|mehr)|mehr dazu"
    r"|(?:à )?lire aussi|lea también|leggi anche|leia (?:também|mais)|lees ook)"
    r"\s?[:|>»-]\s*(.{4,}?)[)\]]?",
    re.I,
)
CAPTION = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]*)+|[a-z0-9]{10,}")
"""The name of a picture's file."""
CREDIT = re.compile(
    r".{1,60}\s/(?:\s?[\w.-]+(?: [\w.-]+)?)?|(?:photo|image|picture|credit|©).{2,80}", re.I
)
KEYWORD_LINE = re.compile(r"(?:[^,.;!?]{2,60},){3,}")
FINAL_KEYWORDS = re.compile(r"[^,.;:!?]{2,40}(?:, [^,.;:!?]{2,40}){3,}")
FULL_STOP = re.compile(r"[.!…][\"'”’)]*$")
DATED_PHRASE = re.compile(
    r"\b(?:on|of|by|until|from|to|since|before|after|and|am|vom|du|le|del)$", re.I
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A Furniture rule made ready."""

    pattern: re.Pattern[str]
    cut: Literal["line", "list", "rest"]
    kind: LinkKind | None


class FoundLink(NamedTuple):
    """One link as written."""

    kind: LinkKind
    words: str
    href: str | None
    paragraph: Block | None = None
    """The paragraph that holds an in-text link."""


@dataclass(slots=True)
class Walked:
    """What one walk over a page's blocks found."""

    paragraphs: list[Block] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
    """In page order."""
    corrections: list[str] = field(default_factory=list)
    keywords: tuple[str, ...] = ()
    wall: list[str] = field(default_factory=list)
    """Words of the registration or subscription block."""


@lru_cache(maxsize=64)
def compile_rules(furniture: tuple[Furniture, ...]) -> tuple[Rule, ...]:
    """The source's own rules first, then the generic ones."""
    return tuple(
        Rule(pattern=re.compile(rule.pattern, re.I | re.S), cut=rule.cut, kind=rule.kind)
        for rule in (*furniture, *GENERIC)
    )


def find_rule(straight: str, rules: Iterable[Rule]) -> tuple[Rule, re.Match[str]] | None:
    """The first rule that matches the whole paragraph (quotes made straight)."""
    if len(straight) > LONGEST_RULED:
        return None
    for rule in rules:
        if match := rule.pattern.fullmatch(straight):
            return rule, match
    return None


def walk(blocks: Iterable[Block], rules: Sequence[Rule]) -> Walked:
    """Sort a page's blocks into story, typed links, corrections, keywords and wall."""
    walked = Walked()
    listing: Rule | None = None
    list_is_open = is_over = False
    for block in blocks:
        if block.zone in UNREAD_ZONES:
            continue
        has_begun = bool(walked.paragraphs)
        straight = straighten(block.text)
        if has_begun and len(straight) < LONGEST_RULED and WALL.fullmatch(straight):
            walked.wall.append(block.text)
        if found := find_rule(straight, rules):
            rule, match = found
            if rule.cut == "list":
                listing, list_is_open = rule, block.is_open
            elif rule.cut == "rest" and has_begun:
                is_over, listing = True, None
            elif rule.kind and has_begun:
                walked.links.append(FoundLink(rule.kind, *_origin(block, match)))
            continue
        if has_begun and KEYWORD_LINE.fullmatch(straight):
            walked.keywords = tuple(word.strip() for word in block.text.split(",") if word.strip())
            continue
        if has_begun and CORRECTION.fullmatch(straight):
            walked.corrections.append(block.text)
            continue
        if listing is not None and (list_is_open or not block.is_open):
            entries = read_entries(block)
            if entries is not None:
                if listing.kind:
                    walked.links += [FoundLink(listing.kind, *entry) for entry in entries]
                continue
        listing = None
        if is_over or not block.is_open or block.text in walked.wall:
            continue
        if _is_promo(block):
            walked.links.append(FoundLink("related", *block.links[0]))
            continue
        reference = CROSS_REFERENCE.fullmatch(straight)
        is_loose = block.links or not ends_sentence(straight)
        if reference and is_loose and not is_prose(block.text):
            named = (block.text[reference.start(1) :], None)
            words, href = block.links[0] if block.links else named
            walked.links.append(FoundLink("related", words, href))
            continue
        walked.paragraphs.append(block)
        walked.links += [FoundLink("in_text", *link, block) for link in block.links]
    if len(walked.paragraphs) > 1 and FINAL_KEYWORDS.fullmatch(walked.paragraphs[-1].text):
        last = walked.paragraphs.pop()
        walked.keywords = walked.keywords or tuple(last.text.split(", "))
    _drop_loose_end(walked)
    return walked


def _drop_loose_end(walked: Walked) -> None:
    """No HTML story ends with a heading or a label."""
    dropped: list[Block] = []
    while len(walked.paragraphs) > 1:
        last = walked.paragraphs[-1]
        is_label = len(last.text) < LONGEST_LABEL and not ends_sentence(last.text)
        if last.tag == "line" or not (last.tag in HEADINGS or (is_label and last.tag != "li")):
            break
        dropped.append(walked.paragraphs.pop())
    if dropped:
        walked.links = [link for link in walked.links if link.paragraph not in dropped]


def _is_promo(block: Block) -> bool:
    """A paragraph that is one linked headline from end to end."""
    return (
        len(block.links) == 1
        and block.link_share > ALL_LINK
        and _is_headline(block.text)
        and not ends_sentence(block.text)
    )


def read_entries(block: Block) -> list[tuple[str, str | None]] | None:
    """(words, href) of one block under a list heading; None where the list has ended."""
    text = block.text
    if block.link_share >= MOSTLY:
        return [(_without_day(words), href) for words, href in block.links if _is_headline(words)]
    if dated := DATE.match(text):
        teaser = text[dated.end() :].strip()
        return [(teaser, block.links[0][1] if block.links else None)] if teaser else []
    if is_prose(text) or FULL_STOP.search(text) or block.tag in HEADINGS:
        return None
    if block.is_open:
        return [(_without_day(text), None)]
    return []


def _without_day(words: str) -> str:
    """A list entry without the date printed before or after it."""
    if dated := DATE.match(words):
        return words[dated.end() :].strip()
    for dated in DATE.finditer(words, 1):
        before = words[: dated.start()].rstrip(" ,|–-")
        if dated.end() == len(words) and not DATED_PHRASE.search(before):
            return before
    return words


def _is_headline(words: str) -> bool:
    return len(words) >= SHORTEST_HEADLINE and " " in words


def _origin(block: Block, match: re.Match[str]) -> tuple[str, str | None]:
    """The words that name where else a story stands, and the link on them."""
    if block.links:
        return block.links[0]
    if match.re.groups and match[1]:
        return block.text[match.start(1) : match.end(1)], None
    return block.text, None
