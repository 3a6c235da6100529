"""NotAnArticle, and the tests that tell a page without a story from one with a story."""

import re
from collections.abc import Sequence

from crawler.extraction.blocks import Block, is_prose, straighten

LARGEST_PAGE = 10_000_000
MOST_ATTRIBUTES = 1000
LONG_TAG = 4000
MOST_JSON_LD = 1000
RAW_TEXT = (("<script", "</script"), ("<style", "</style"), ("<!--", "-->"))
QUOTED = re.compile(r"\"[^\"]*(?:\"|$)|'[^']*(?:'|$)")
BINARY = (
    *("%PDF", "\x89PNG", "GIF8", "PK\x03\x04", "\xff\xd8\xff", "\x1f\x8b", "RIFF"),
    *("ÿØÿ", "‰PNG"),
)
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f]")
CONTROLS_WITHIN = 2000
"""Characters looked at; words hold no controls, random bytes one in eleven."""
MARKUP_OTHER = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:rss|feed|urlset|sitemapindex|svg)\b", re.I)
JSON = re.compile(r"\s*[{\[]\s*[\"{\[]")

_PAGE = r"(?:page|article|story|post|content|url|address|file|what you)"
SOFT_404 = re.compile(
    r"(?:error )?404(?:\W+(?:error|page|file|not).*)?|(?:error\W+)?(?:page |file )?not found"
    rf"|.*\b{_PAGE}\b.{{0,40}}\b(?:not found|no longer (?:exists?|available)"
    r"|(?:doesn't|does not) exist|(?:can(?:'t|not)|could(?:n't| not)) be found"
    r"|has been (?:removed|withdrawn|deleted)"
    r"|(?:isn't|is not|is no longer) available)\b.{0,40}"
    rf"|.*\b(?:can(?:'t|not)|could(?:n't| not)) find (?:that |the |this |your )?{_PAGE}\b.*"
    r"|seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada"
    r"|pagina non trovata|oops[!,.].*",
    re.I,
)
CONSENT = re.compile(
    r"before you continue.*|(?:cookies?|privacy|consent|cookie consent|your (?:privacy|consent))"
    r"(?: (?:consent|settings|preferences|choices|notice))?"
    r"|(?:we (?:value|respect|care about) )?your privacy"
    r"|(?:manage|customise) (?:your )?(?:cookies?|consent|privacy).*",
    re.I,
)
CONSENT_WORDS = re.compile(
    r"cookies?|privacy|consent|partners|personal data|accept|advertising", re.I
)
LOGIN = re.compile(
    r"(?:please |member |subscriber )?(?:log|sign)[ -]?in"
    r"(?: page| required| or (?:register|subscribe).{0,30}"
    r"| to (?:(?:your|my|an) account|continue|read|view).{0,30})?[.!]?"
    r"|members(?: only| area)|subscribers only|create (?:an |your )?account|register(?: now)?",
    re.I,
)
CHALLENGE = re.compile(
    r"just a moment.*|access (?:to this page has been )?denied|attention required.*|are you (?:a )?"
    r"(?:robot|human).*|.*\b(?:verify|prove)\b.{0,20}\bhuman\b.*|security check|robot or human.*"
    r"|pardon our interruption.*|checking your browser.*",
    re.I,
)
SHORT_PAGE = 1500
SHORT_ERROR = 600
FEWEST_ENTRIES = 6
LONGEST_TEASER = 250
LONGEST_DEK = 60


class NotAnArticle(ValueError):
    """The page holds no story.

    ``reason`` is one of: too_large, too_complex, not_html, empty, soft_404, consent, login,
    challenge, index, no_headline, no_body.
    """

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(reason, words)  # both, so that it can be pickled
        self.reason = reason
        self.words = words

    def __str__(self) -> str:
        return f"{self.reason}: {self.words}"


def require_readable(page: str) -> None:
    """Refuse what must not reach a parser: binary, no page, or made to hold it up."""
    if not page.strip():
        raise NotAnArticle("empty", "the page has no content")
    start = page.lstrip("\ufeff \t\r\n")[:200]
    controls = len(CONTROLS.findall(page, 0, CONTROLS_WITHIN))
    if (
        controls > CONTROLS_WITHIN // 100
        or start.startswith(BINARY)
        or start.count("\ufffd") + start.count("\0") > len(start) // 10
    ):
        raise NotAnArticle("not_html", "the content is binary")
    if MARKUP_OTHER.match(start) or JSON.match(start):
        raise NotAnArticle("not_html", "the content is a feed, a sitemap, an image or JSON")
    if page.count("application/ld+json") > MOST_JSON_LD:
        raise NotAnArticle("too_complex", f"there are over {MOST_JSON_LD} blocks of JSON-LD")
    _require_few_attributes(page)


def _require_few_attributes(page: str) -> None:
    """One linear pass; text inside scripts, styles and comments is no tag."""
    at = -1
    for piece in page.split("<"):
        start, at = at, at + 1 + len(piece)
        if len(piece) < LONG_TAG or not piece[0].isalpha():
            continue
        tag = piece.partition(">")[0]
        if len(tag) < LONG_TAG or len(QUOTED.sub(" ", tag).split()) <= MOST_ATTRIBUTES:
            continue
        if not any(page.rfind(o, 0, start) > page.rfind(c, 0, start) for o, c in RAW_TEXT):
            raise NotAnArticle("too_complex", f"one tag has over {MOST_ATTRIBUTES} attributes")


def require_size(page: str | bytes) -> None:
    if len(page) > LARGEST_PAGE:
        raise NotAnArticle("too_large", f"{len(page):,} bytes, the limit is {LARGEST_PAGE:,}")


def require_story(titles: Sequence[str], blocks: Sequence[Block], *, has_password: bool) -> None:
    """Refuse error, consent, login and challenge pages: their title says so and they are short."""
    open_blocks = [block.text for block in blocks if block.zone in (None, "signup")]
    prose = sum(len(text) for text in open_blocks if is_prose(text))
    if prose > SHORT_PAGE:
        return
    for title in (straighten(title)[:200].strip() for title in titles):
        words = f"the page calls itself “{title[:80]}”"
        if SOFT_404.fullmatch(title) and prose < SHORT_ERROR:
            raise NotAnArticle("soft_404", words)
        if CHALLENGE.fullmatch(title):
            raise NotAnArticle("challenge", words)
        if LOGIN.fullmatch(title) and (has_password or prose < SHORT_PAGE // 3):
            raise NotAnArticle("login", words)
        hints = {hint.casefold() for hint in CONSENT_WORDS.findall(" ".join(open_blocks))}
        if CONSENT.fullmatch(title) and len(hints) >= 3:
            raise NotAnArticle("consent", words)
    if has_password and prose < SHORT_PAGE // 3:
        raise NotAnArticle("login", "the page asks for a password and holds no story")


def require_not_index(blocks: Sequence[Block], story: Sequence[Block]) -> None:
    """Refuse a page of links: linked headlines where the body should be with a teaser each, or all
    over the page with hardly any prose among them."""
    words = sum(len(block.text) for block in story)
    entries = [b for b in blocks if b.link_share > 0.7 and len(b.text) > 25]
    inside = sum(block.in_body for block in entries)
    around = sum(block.zone is None or not story for block in entries)
    if (inside >= FEWEST_ENTRIES and words < inside * LONGEST_TEASER) or (
        around >= FEWEST_ENTRIES and words < min(around * LONGEST_DEK, SHORT_PAGE)
    ):
        raise NotAnArticle("index", f"{around} linked headlines and hardly any prose")
