"""Tells a page without a story from one with a story."""

import re
from collections.abc import Iterable, Iterator, Sequence

from tradepress.archive.text_forms import straighten
from tradepress.extraction.blocks import Block
from tradepress.extraction.not_an_article import LARGEST_PAGE, NotAnArticle
from tradepress.extraction.sentences import WIDE, is_prose, size
from tradepress.extraction.wording import WORDING, pattern

MOST_ATTRIBUTES = 1000
LONG_TAG = 4000
RAW_TEXT = (("<script", "</script"), ("<style", "</style"), ("<!--", "-->"))
BETWEEN = " \t\n\f\r\"'"
"""Is what stands between attributes: counted first, in no time."""
QUOTED = re.compile(r"\"[^\"]*(?:\"|$)|'[^']*(?:'|$)")
BINARY = (
    *("%PDF", "\x89PNG", "GIF8", "PK\x03\x04", "\xff\xd8\xff", "\x1f\x8b", "RIFF"),
    *("ÿØÿ", "‰PNG"),
)
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f]")
BEFORE_PAGE = "\ufeff \t\r\n"
CONTROLS_WITHIN = 2000
"""Bounds the characters looked at; words hold no controls, random bytes one in eleven."""
MARKUP_OTHER = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:rss|feed|urlset|sitemapindex|svg)\b", re.I)
JSON = re.compile(r"\s*[{\[]\s*[\"{\[]")

REFUSALS = {reason: pattern(reason, "refusals") for reason in WORDING["refusals"]}
SPOKEN = {
    reason: [
        (re.compile(spoken), weight)
        for name, weight in (("sure", 2), ("plain", 1))
        for spoken in patterns[name]
    ]
    for reason, patterns in WORDING["spoken"].items()
}
"""Holds what pages say of themselves, by the reason to refuse them, and how much each counts. It is
all in lower case: without ``re.I`` it takes a third of the time."""
MOST_SPOKEN = {"challenge": 1500, "soft_404": 1500, "consent": 4000}
"""Bounds the letters of a text that is no more than such a notice."""
ENOUGH = {"challenge": (2, 3, 4), "soft_404": (2, 3, 4), "consent": (4, 5, 6)}
"""Is how much must be said in a brief text, in a longer one, and in one with a date."""
BRIEF_NOTICE = 400
SAID_BY_OTHERS = re.compile(r"[\"“”„«「][^\"“”„«»「」]{0,200}[\"”“»」]")
CONSENT_WORDS = pattern("consent_words")
STOCK_POST = pattern("stock_post")
SHORT_PAGE = 1500
MOST_PROSE = {
    "soft_404": 600,
    "consent": SHORT_PAGE,
    "challenge": SHORT_PAGE,
    "login": 500,
    "search": SHORT_PAGE,
    "index": 900,
}
"""Bounds the characters of prose up to which a page's own word is taken for it."""
FEWEST_HINTS = 3
LONGEST_BLURB = 300
SHORTEST_STORY, SHORTEST_DATED = 160, 80
"""Are in characters, of which one that is wide counts as two."""
LEAST_SURE, LEAST_SURE_SHORT = 0.1, 0.4
"""Are the confidence below which a body is none, and a short one without a date."""
SHORT_STORY = 300
"""Bounds the letters of such a short one."""


def require_readable(page: str) -> None:
    """Refuses what must not reach a parser: binary, no page, or made to hold it up."""
    if not page or page.isspace():
        raise NotAnArticle("empty", "the page has no content")
    start = (page[:CONTROLS_WITHIN].lstrip(BEFORE_PAGE) or page.lstrip(BEFORE_PAGE))[:200]
    controls = len(CONTROLS.findall(page, 0, CONTROLS_WITHIN))
    if (
        controls > CONTROLS_WITHIN // 100
        or start.startswith(BINARY)
        or start.count("\ufffd") + start.count("\0") > len(start) // 10
    ):
        raise NotAnArticle("not_html", "the content is binary")
    if MARKUP_OTHER.match(start) or JSON.match(start):
        raise NotAnArticle("not_html", "the content is a feed, a sitemap, an image or JSON")
    _require_few_attributes(page)


def _require_few_attributes(page: str) -> None:
    """Text inside scripts, styles and comments is no tag."""
    end = 0
    for start in _long_pieces(page):
        if start < end or not page[start + 1 : start + 2].isalpha():
            continue
        end = page.find(">", start) % (len(page) + 1)
        if (
            end - start >= LONG_TAG
            and sum(page.count(sign, start, end) for sign in BETWEEN) >= MOST_ATTRIBUTES
            and len(QUOTED.sub(" ", page[start:end]).split()) > MOST_ATTRIBUTES
            and not any(page.rfind(o, 0, start) > page.rfind(c, 0, start) for o, c in RAW_TEXT)
        ):
            raise NotAnArticle("too_complex", f"one tag has over {MOST_ATTRIBUTES} attributes")


def _long_pieces(page: str) -> Iterator[int]:
    """Yields where a ``<`` stands that no other follows within LONG_TAG characters."""
    at = page.find("<")
    while at >= 0:
        following = page.rfind("<", at + 1, at + LONG_TAG)
        if following < 0:
            yield at
            following = page.find("<", at + 1)
        at = following


def require_size(page: str | bytes) -> None:
    if len(page) > LARGEST_PAGE:
        raise NotAnArticle("too_large", f"it is larger than {LARGEST_PAGE:,} bytes")


def require_story(titles: Sequence[str], blocks: Sequence[Block], *, has_password: bool) -> None:
    """Refuses error, consent, login, search and index pages: short ones whose title says so."""
    open_blocks = [block.text for block in blocks if block.zone in (None, "signup")]
    prose = sum(len(text) for text in open_blocks if is_prose(text))
    if prose > SHORT_PAGE:
        return
    hints = {hint.casefold() for hint in CONSENT_WORDS.findall(" ".join(open_blocks))}
    for title in (straighten(title)[:200].strip() for title in titles):
        for reason, refused in REFUSALS.items():
            if prose > MOST_PROSE[reason] and not (reason == "login" and has_password):
                continue
            if not refused.fullmatch(title):
                continue
            if reason != "consent" or len(hints) >= FEWEST_HINTS:
                raise NotAnArticle(reason, f"the page calls itself “{title[:80]}”")
    if has_password and not prose:
        raise NotAnArticle("login", "the page asks for a password and holds no paragraph")


def require_listing(titles: Iterable[str]) -> None:
    """Refuses error, consent, login and challenge pages by their title.

    For a page without a link to a story: beside such links the title proves nothing.
    """
    for title in (straighten(title)[:200].strip() for title in titles):
        for reason in ("soft_404", "consent", "challenge", "login"):
            if REFUSALS[reason].fullmatch(title):
                raise NotAnArticle(reason, f"the page calls itself “{title[:80]}”")


def require_not_video(page: str, story: Sequence[Block]) -> None:
    """Refuses a page that declares itself a video and has no more than a line or two about it."""
    if sum(len(block.text) for block in story) < LONGEST_BLURB and "VideoObject" in page:
        raise NotAnArticle("video", "the page shows a video and tells no story")


def require_written(paragraphs: Sequence[str]) -> None:
    """Refuses the post that the software of a new site has put there itself."""
    if STOCK_POST.fullmatch(straighten(" ".join(paragraphs)[:SHORT_PAGE])):
        raise NotAnArticle("junk", "it is the first post that comes with the software of the site")


def require_no_notice(headline: str, paragraphs: Sequence[str], *, is_dated: bool) -> None:
    """Refuses a text in which the page speaks of itself: it is not there or does not work, wants to
    know who asks for it, or asks for consent. Stories tell of others, or quote."""
    length = sum(map(size, paragraphs))
    at = 2 if is_dated else int(length > BRIEF_NOTICE)
    reasons = [reason for reason, most in MOST_SPOKEN.items() if length <= most]
    if not reasons:
        return
    text = SAID_BY_OTHERS.sub(" ", straighten("\n".join((headline, *paragraphs))).lower())
    for reason in reasons:
        said = [(match, weight) for one, weight in SPOKEN[reason] if (match := one.search(text))]
        told = sum(weight for _, weight in said)
        if told >= ENOUGH[reason][at] and any(weight > 1 for _, weight in said):
            raise NotAnArticle(reason, f"it says of itself “{said[0][0][0][:80]}”")


def require_length(paragraphs: Sequence[str], *, is_dated: bool) -> None:
    """Refuses a body so short that nothing shows it to be a story; a day that several witnesses
    name shows a little."""
    words = " ".join(paragraphs)
    shortest = SHORTEST_DATED if is_dated else SHORTEST_STORY
    if len(words) < shortest and len(words) + len(WIDE.findall(words)) < shortest:
        raise NotAnArticle("junk", f"all that was found is “{paragraphs[0][:80]}”")


def require_sure(sure: float, headline: str, paragraphs: Sequence[str], *, is_dated: bool) -> None:
    """Refuses what is hardly a story: by its confidence, and most of all where it is short and has
    no date."""
    is_short = not is_dated and sum(map(size, paragraphs)) < SHORT_STORY
    if sure < (LEAST_SURE_SHORT if is_short else LEAST_SURE):
        said = f"“{headline[:80]}” with {sum(map(len, paragraphs))} characters of text"
        raise NotAnArticle("junk", f"{said}, confidence {sure:.2f}")
