"""extract_article: every reading of a page, and the choice between them."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from crawler.extraction import refusal, visible
from crawler.extraction.access import judge_access, judge_truncation
from crawler.extraction.blocks import Block, clean, words_key
from crawler.extraction.body import choose_body, trim
from crawler.extraction.dates import DateReading, is_plausible, parse_date, url_date
from crawler.extraction.encoding import decode
from crawler.extraction.furniture import LONGEST_LABEL, FoundLink, Rule, Walked, compile_rules, walk
from crawler.extraction.html_blocks import cut_blocks
from crawler.extraction.links import absolute, collect_links, host_of, is_home
from crawler.extraction.people import read_names
from crawler.extraction.refusal import NotAnArticle
from crawler.extraction.structured_data import Declared, read_declared
from crawler.extraction.text_capture import CLAIMS, cut_lines, looks_like_markup, read_head
from crawler.extraction.tree import parse_tree
from crawler.items import Article, Reading
from crawler.source import Source

URL_ID = re.compile(r"-\d{3,}$|\.\w{2,5}$")
LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.I)
MONTH_FIRST = re.compile(r"en[-_]us", re.I)
CLOSING_LINKS = ("first_published_on", "top_stories")
A_MINUTE = timedelta(minutes=1)
Dates = list[tuple[DateReading, str]]


def extract_article(
    page: str | bytes,
    url: str | None = None,
    source: Source | None = None,
    *,
    content_type: str | None = None,
    seen_at: datetime | None = None,
) -> Article:
    """Read one page, HTML or plain-text capture, as a news story.

    ``url`` is its final address (anything but http and https counts as none), ``source`` the
    declaration of its publisher, ``content_type`` the HTTP header (used for bytes alone) and
    ``seen_at`` the aware instant at which the page stood like this. Nothing else is consulted,
    neither network nor clock.

    >>> article = extract_article("<h1>Court clears lantern mark</h1><p>…</p>", "https://p.example/a-1")
    >>> article.headline, article.evidence["headline"][0].evidence
    ('Court clears lantern mark', 'h1')

    Raises NotAnArticle, with a ``reason``, for anything that holds no story.
    """
    refusal.require_size(page)
    words = decode(page, content_type) if isinstance(page, bytes) else page
    refusal.require_readable(words)
    address = absolute(url, None) if url else None
    read = _read_html if looks_like_markup(words) else _read_text
    return _finish(read(words, address, source), address, source, seen_at)


@dataclass(slots=True)
class _Found:
    """All readings of one page, before the choice."""

    walked: Walked
    readings: dict[str, list[Reading]] = field(default_factory=dict)
    published: Dates = field(default_factory=list)
    modified: Dates = field(default_factory=list)
    access: list[tuple[object, str]] = field(default_factory=list)
    links_above: list[FoundLink] = field(default_factory=list)
    word_count: int | None = None
    canonical: str | None = None

    def add(self, name: str, value: Any, evidence: str) -> None:
        reading = Reading(value=value, evidence=evidence)
        if value and reading not in self.readings.get(name, ()):
            self.readings.setdefault(name, []).append(reading)

    def best(self, name: str) -> Any:
        found = self.readings.get(name)
        return found[0].value if found else None


def _read_text(page: str, url: str | None, source: Source | None) -> _Found:
    blocks = cut_lines(page)
    if not blocks:
        raise NotAnArticle("empty", "the capture holds no words")
    rules = compile_rules(source.furniture if source else ())
    refusal.require_story([block.text for block in blocks[:4]], blocks, has_password=False)
    head = read_head(blocks, rules, source, _slug(url))
    if head.headline is None:
        raise NotAnArticle("no_headline", "no line before the text looks like a headline")
    found = _Found(walked=walk(blocks[head.body_from :], rules))
    found.add("headline", head.headline, "line")
    found.add("body", sum(len(block.text) for block in found.walked.paragraphs), "lines")
    found.add("description", head.description, "claims")
    found.add("section", head.section, "dateline")
    found.add("authors", head.authors, "dateline")
    found.links_above = [FoundLink("related", words, None) for words in head.related]
    if head.dateline and head.dateline.date:
        found.published.append((head.dateline.date, "dateline"))
    return found


def _read_html(page: str, url: str | None, source: Source | None) -> _Found:
    if url and is_home(url):
        raise NotAnArticle("index", "the address is the site's front page")
    root = parse_tree(page)
    if root is None:
        raise NotAnArticle("empty", "the page has no elements")
    declared = read_declared(root, url)
    language = declared.first("language") or ""
    day_first = source.day_first if source else (False if MONTH_FIRST.match(language) else None)
    title = clean(root.findtext(".//title") or "")
    has_password = root.find(".//input[@type='password']") is not None
    layout = cut_blocks(root)
    blocks = choose_body(layout)
    if not blocks:
        raise NotAnArticle("empty", "the page shows no words")
    h1s = visible.read_h1(blocks)
    if not declared.has_article_type:
        refusal.require_story([*h1s, title], blocks, has_password=has_password)
    sites = _site_names(declared, url, source)
    headlines = _headlines(declared, h1s, title, sites)
    if not headlines:
        raise NotAnArticle("no_headline", "neither h1, title nor structured data give a headline")
    headline = str(headlines[0].value)
    at = visible.headline_at(blocks, headline)
    names = source.section_names if source else ()
    datelines = visible.read_datelines(blocks, at, names, day_first) if at is not None else []
    rules = compile_rules(source.furniture if source else ())
    found = _Found(walked=walk(trim(blocks, headline), rules))
    found.readings["headline"] = headlines
    _read_declared_body(found, declared, rules)
    _add_dates(found, declared, day_first)
    for reading, is_update in visible.read_times(root, day_first):
        (found.modified if is_update else found.published).append((reading, "time"))
    for line in datelines:
        if line.date:
            (found.modified if line.is_modified else found.published).append(
                (line.date, "dateline")
            )
    has_date = any(reading.value for reading, _ in found.published)
    is_story = declared.has_article_type or declared.first("type") == "article"
    if not is_story and not (has_date and at is not None):
        refusal.require_not_index(blocks, found.walked.paragraphs)
    for value, evidence in declared.get("description"):
        found.add("description", value, evidence)
    for block in blocks[at + 1 : at + 6] if at is not None else ():
        if CLAIMS in block.text and len(block.text) > LONGEST_LABEL and not block.links:
            found.readings.setdefault("description", []).insert(
                0, Reading(value=block.text, evidence="claims")
            )
            break
    for value, evidence in declared.get("section"):
        found.add("section", _section(value, names), evidence)
    for line in datelines:
        found.add("section", line.section, "dateline")
    for value, evidence in declared.get("authors"):
        found.add("authors", read_names(value, publishers=sites, declared=True), evidence)
    bylines = visible.read_bylines(layout.bylines, blocks, at)
    for words in bylines:
        found.add("authors", read_names([words], publishers=sites), "byline")
    for line in datelines:
        found.add("authors", line.authors, "dateline")
    for value, evidence in declared.get("keywords"):
        found.add("keywords", tuple(dict.fromkeys(value)), evidence)
    for value, evidence in declared.get("language"):
        if match := LANGUAGE.fullmatch(value):
            found.add("language", match[1].lower(), evidence)
    found.access = declared.get("access")
    found.word_count = next((value for value, _ in declared.get("word_count")), None)
    found.canonical = declared.canonical or declared.first("url")
    return found


def _finish(
    found: _Found, url: str | None, source: Source | None, seen_at: datetime | None
) -> Article:
    """Choose, and build the Article with its evidence."""
    walked = found.walked
    if not walked.paragraphs:
        raise NotAnArticle("no_body", "no paragraph of a story was found")
    paragraphs = [block.text for block in walked.paragraphs]
    if found.canonical:
        _read_canonical(found, url, source)
    if url and (from_url := url_date(urlsplit(url).path)):
        found.published.append((from_url, "url"))
    published = _choose_date(found, "date_published", found.published, seen_at)
    modified = _choose_date(found, "date_modified", found.modified, seen_at)
    found.add("keywords", walked.keywords, "keyword line")
    if source:
        found.add("language", source.language, "source")
    is_truncated = judge_truncation(
        paragraphs,
        walked.wall,
        has_close=any(link.kind in CLOSING_LINKS for link in walked.links),
        has_footer=bool(walked.keywords),
        word_count=found.word_count,
    )
    access, voices = judge_access(found.access, walked.wall, is_truncated)
    if voices:
        found.readings["access"] = list(voices)
    canonical = found.best("canonical_url")
    site_id = None
    if source:
        site_id = next((i for u in (url, canonical) if u and (i := source.site_id(u))), None)
    own = [address for address in (url, canonical) if address]
    return Article(
        source=source.name if source else None,
        site_id=site_id,
        url=url,
        canonical_url=canonical,
        headline=found.best("headline"),
        description=found.best("description"),
        body="\n\n".join(paragraphs),
        date_published=published.value if published else None,
        date_published_raw=published.raw if published else None,
        date_modified=modified.value if modified else None,
        date_modified_raw=modified.raw if modified else None,
        authors=found.best("authors") or (),
        section=found.best("section"),
        language=found.best("language"),
        keywords=found.best("keywords") or (),
        access=access,
        is_truncated=is_truncated,
        corrections=tuple(dict.fromkeys(walked.corrections)),
        related_links=collect_links([*found.links_above, *walked.links], url or canonical, own),
        evidence={name: tuple(values) for name, values in found.readings.items()},
    )


def _slug(url: str | None) -> str:
    """The words of the address's last step, without id and file ending."""
    if not url:
        return ""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return URL_ID.sub("", last)


def _site_names(declared: Declared, url: str | None, source: Source | None) -> list[str]:
    names = [name for name, _ in declared.get("site_name")]
    host = host_of(url or declared.canonical or "")
    names += [host, *host.split(".")[:-1], source.publisher if source else ""]
    return [name for name in names if name]


def _headlines(
    declared: Declared, h1s: Sequence[str], title: str, sites: Sequence[str]
) -> list[Reading]:
    """All headline readings, the chosen first: the h1 that the page's declarations confirm or that
    stands alone, else what is declared, else any h1, else the title."""
    said = [
        Reading(value=visible.cut_site_name(value, sites), evidence=evidence)
        for value, evidence in declared.get("headline")
    ]
    if title:
        said.append(Reading(value=visible.cut_site_name(title, sites), evidence="title"))
    shown = [Reading(value=value, evidence="h1") for value in dict.fromkeys(h1s)]
    confirmed = [r for r in shown if any(_agree(str(r.value), str(s.value)) for s in said)]
    if not confirmed and len(shown) == 1 and len(str(shown[0].value).split()) > 2:
        confirmed = shown
    ranked = [*confirmed[:1], *said[:-1], *shown, *said[-1:]]
    return list({(r.value, r.evidence): r for r in ranked if r.value}.values())


def _agree(one: str, other: str) -> bool:
    """Do two headlines share most of their words?"""
    a, b = set(words_key(one).split()), set(words_key(other).split())
    return bool(a and b) and 3 * len(a & b) >= len(a | b)


def _read_declared_body(found: _Found, declared: Declared, rules: Sequence[Rule]) -> None:
    """Take the declared body where the page itself shows hardly any of it."""
    words = declared.first("body") or ""
    shown = sum(len(block.text) for block in found.walked.paragraphs)
    if len(words) < 300 or len(words) < 1.5 * shown:
        found.add("body", shown, "element")
        return
    lines = re.split(r"\n+|</p>|<br */?>", html.unescape(words))
    blocks = [
        Block(text=text, tag="p")
        for line in lines
        if (text := clean(re.sub(r"<[^>]*>", " ", line)))
    ]
    again = walk(blocks, rules)
    found.walked.paragraphs = again.paragraphs
    found.walked.links = [link for link in found.walked.links if link.kind != "in_text"]
    found.walked.corrections += again.corrections
    found.add("body", len(words), "json-ld articleBody")


def _add_dates(found: _Found, declared: Declared, day_first: bool | None) -> None:
    for name, dates in (("date_published", found.published), ("date_modified", found.modified)):
        for value, evidence in declared.get(name):
            if reading := parse_date(value, day_first):
                dates.append((reading, evidence))


def _choose_date(
    found: _Found, name: str, dates: Dates, seen_at: datetime | None
) -> DateReading | None:
    """The first possible and plausible date, strongest evidence first; its raw string is the
    printed one where a printed date names the same day. All readings go to the evidence."""
    if not dates:
        return None
    good = [d for d in dates if d[0].value and is_plausible(d[0].value, seen_at)]
    if not good:
        chosen = dates[0]
        found.readings[name] = [
            Reading(value=r.raw, evidence=f"{e} (impossible)") for r, e in dates
        ]
        return DateReading(value=None, raw=chosen[0].raw)
    chosen = good[0]
    printed = [d for d in good if d[1] in ("dateline", "time") and not d[0].raw[:4].isdigit()]
    for candidate in good:
        if (candidate in printed and _is_swapped(chosen[0].value or "", candidate[0])) or _is_local(
            chosen[0].value or "", candidate[0].value or ""
        ):
            chosen = candidate
            break
    ranked = [chosen, *(d for d in dates if d is not chosen)]
    found.readings[name] = [Reading(value=r.value or r.raw, evidence=e) for r, e in ranked]
    value = chosen[0].value or ""
    raws = [r.raw for r, _ in printed if (r.value or "")[:10] == value[:10]]
    return DateReading(value=value, raw=raws[0] if raws else chosen[0].raw)


def _is_swapped(value: str, printed: DateReading) -> bool:
    """Is the declared day the printed one (month in words) with day and month exchanged?"""
    other = printed.value or ""
    if not re.search(r"[^\W\d_]{3}", printed.raw) or value[:10] == other[:10]:
        return False
    return value[:10] == f"{other[:4]}-{other[8:10]}-{other[5:7]}"


def _is_local(value: str, other: str) -> bool:
    """Is ``other`` the same instant as ``value``, but on the clock of the place?"""
    if not (value.endswith("+00:00") and len(other) > 10 and not other.endswith("+00:00")):
        return False
    return abs(datetime.fromisoformat(value) - datetime.fromisoformat(other)) < A_MINUTE


def _section(value: str, names: Iterable[str]) -> str:
    bare = value.removesuffix(" Channel")
    return bare if bare in names else value


def _read_canonical(found: _Found, url: str | None, source: Source | None) -> None:
    """Believe the declared address unless it is the home page, or another site's or story's."""
    canonical = absolute(found.canonical or "", url)
    if canonical is None:
        return
    lie = None
    if url:
        if is_home(canonical) and not is_home(url):
            lie = "home page"
        elif not (source.owns(canonical) if source else _same_site(canonical, url)):
            lie = "other site"
        elif (
            source and (own := source.site_id(url)) and source.site_id(canonical) not in (own, None)
        ):
            lie = "other story"
    if lie:
        found.readings["canonical_url"] = [
            Reading(value=None, evidence="disbelieved"),
            Reading(value=canonical, evidence=f"canonical ({lie})"),
        ]
    else:
        found.add("canonical_url", canonical, "canonical")


def _same_site(one: str, other: str) -> bool:
    a, b = host_of(one), host_of(other)
    return a == b or a.endswith("." + b) or b.endswith("." + a)
