"""A page is read by its form, and what it is read as is chosen."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from tradepress.archive.archived_address import unwrap
from tradepress.archive.border import border
from tradepress.archive.site_memory import SiteMemory, unpack
from tradepress.archive.witnesses import are_near
from tradepress.extraction import address_forms, confidence, refusal
from tradepress.extraction.access import judge_access, judge_truncation
from tradepress.extraction.archive_marks import remove_marks
from tradepress.extraction.body import drop_bio, drop_dateline, drop_day
from tradepress.extraction.date_choice import choose_date, find_proved
from tradepress.extraction.dates import FAR, Found, month_days, url_month
from tradepress.extraction.doubts import doubt_paragraphs
from tradepress.extraction.encoding import decode
from tradepress.extraction.headline import other_titles
from tradepress.extraction.html_page import read_html
from tradepress.extraction.links import absolute, collect_links, judge_canonical
from tradepress.extraction.not_an_article import RENDERED_MARK, NotAnArticle
from tradepress.extraction.people import rank_names
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.standing import (
    drop_standing_fields,
    mark_page,
    read_places,
    tell_left_out,
)
from tradepress.extraction.structured_data import IMAGE
from tradepress.extraction.text_capture import read_capture
from tradepress.extraction.text_lines import looks_like_markup
from tradepress.extraction.wording import pattern
from tradepress.source import PreparePage, Source
from tradepress.story import Article, Completeness, Link, Reading

CLOSING_LINKS = ("first_published_on", "top_stories")
PLACES = {
    "related": "related block",
    "top_stories": "top stories list",
    "more_on_this_story": "more on this story list",
    "in_text": "text",
    "first_published_on": "first published on line",
}
"""Says where the links of each kind stand."""
IMAGE_OF_SITE = pattern("image_of_site")
TOLD_TWICE = 2
"""Is how many kinds of witnesses name the day of a story that may be very short."""
HINTING = 5
"""So many paragraphs may name the day of the story."""


def read_article(
    page: str | bytes,
    url: str | None,
    source: Source | None,
    content_type: str | None,
    seen_at: datetime | None,
    data: bytes | None = None,
    site: SiteMemory | None = None,
    tell: Callable[[PageReadings], None] = lambda found: None,
) -> Article:
    """Reads one page: see :func:`tradepress.extraction.extract_article`.

    :param tell: takes what the story was chosen from, of several readings the last
    """
    if source is not None and not source.is_declared:
        source = None
    refusal.require_size(page)
    words = decode(page, content_type) if isinstance(page, bytes) else page
    refusal.require_readable(words)
    words = remove_marks(words)
    if url and (archived := unwrap(url)):
        url, seen_at = archived.url, seen_at or archived.date_captured
    address = absolute(url, None) if url else None
    is_rendered = words.startswith(RENDERED_MARK)
    if source and source.prepare_page:
        words = _prepare(words, address, source.prepare_page, source.name)
    if looks_like_markup(words):
        read = partial(
            read_html, words, address, source, seen_at, data=data, is_rendered=is_rendered
        )
    else:
        read = partial(read_capture, words, address, source, seen_at)
    found = read()
    tell(found)
    if site is None:
        return _choose(found, address, source, seen_at)
    marks = mark_page(site, found)
    if not marks.told:
        return replace(_choose(found, address, source, seen_at), site_marks=marks)
    site = site.for_page(unpack(bytes.fromhex(marks.hashes)))
    before = [block.text for block in found.walked.paragraphs]
    drop_standing_fields(found, site)
    article = _choose(found, address, source, seen_at, site=site)
    if found.layout.blocks:
        # What the memory makes no story of, or another one, stays as the page alone gives it.
        with suppress(NotAnArticle):
            found = read(site=site)
            drop_standing_fields(found, site)
            tell_left_out(before, found, site)
            places = "\n".join(read_places(found))
            anew = _choose(found, address, source, seen_at, is_story=True, site=site)
            if anew.corrections == article.corrections:
                tell(found)
                article, marks = anew, replace(marks, places=places)
    return replace(article, site_marks=marks)


def _prepare(words: str, url: str | None, prepare: PreparePage, name: str) -> str:
    """Returns the page as the source's own function gives it.

    :raises NotAnArticle: it says so, or it failed: that must not end what reads a thousand pages
    """
    where = f"{prepare.__name__} of source {name}"
    with border(lambda why: NotAnArticle("prepare_page", f"{where} failed: {why}"), NotAnArticle):
        return prepare(words, url)


def _choose(
    found: PageReadings,
    url: str | None,
    source: Source | None,
    seen_at: datetime | None,
    *,
    is_story: bool = False,
    site: SiteMemory | None = None,
) -> Article:
    """Chooses, and builds the Article with its evidence.

    :param is_story: nothing is to be refused for being short or doubtful
    :param site: what it tells of the page; None: nothing
    """
    walked, fields = found.walked, found.fields
    completeness = _judge_completeness(found, url, source)
    if walked.paragraphs:
        drop_dateline(walked)
    drop_bio(walked.paragraphs, found.best("authors") or ())
    paragraphs = [block.text for block in walked.paragraphs]
    refusal.require_written(paragraphs)
    is_trusted = is_story or (source and (url is None or source.is_article_url(url)))
    if not is_trusted and not (found.is_kept_back and found.published):
        proved = find_proved(found.published, TOLD_TWICE)
        refusal.require_length(paragraphs, is_dated=proved is not None)
    place = source.timezone if source else None
    choose = partial(choose_date, seen_at=seen_at, place=place, story=paragraphs[:HINTING])
    between = source.days_around(source.site_id(url)) if source and url else None
    month = url_month(urlsplit(url).path) if url else None
    fits = [one for one in found.published if one[1] not in ("time", *FAR) or _is_in(month, one)]
    published, fields["date_published"] = choose(
        fits, others=found.modified, between=between, hint=month_days(month) if month else None
    )
    if published and published.raw:
        drop_day(walked.paragraphs, published.raw)
        paragraphs = [block.text for block in walked.paragraphs]
    doubted = [one for one in found.published if one not in fits]
    fields["date_published"] += [
        Reading(value=reading.value, evidence=f"{how} (not in the month of the address)")
        for reading, how in doubted
    ]
    if month and fields["date_published"] and all(how != "url" for _, how in fits):
        fields["date_published"].append(Reading(value=month, evidence="url"))
    if not (published and found.best("authors")):
        is_dated = published is not None
        refusal.require_no_notice(str(found.best("headline")), paragraphs, is_dated=is_dated)
    modified, fields["date_modified"] = choose(
        found.modified, others=found.published, are_updates=True
    )
    canonical, fields["canonical_url"] = judge_canonical(found.canonical or "", url, source)
    found.add("keywords", walked.keywords, "keyword line")
    if source:
        found.add("language", source.language, "source")
    truncation = judge_truncation(
        paragraphs,
        walked.wall,
        has_close=any(link.kind in CLOSING_LINKS for link in walked.links),
        has_footer=bool(walked.keywords),
        word_count=found.word_count,
        is_cut=walked.is_cut,
        is_feature="/article/" in (url or "")
        and bool(walked.keywords)
        and (source is not None or found.body_from == "lines"),
    )
    if completeness != "body":
        truncation = Reading(value=True, evidence="no body")
    is_truncated = bool(truncation.value) if truncation else None
    fields["is_truncated"] = [truncation] if truncation else []
    access, fields["access"] = judge_access(found.access, walked.wall, is_truncated)
    fields["authors"] = rank_names(fields.get("authors", ()))
    for address, where in ((url, "url"), (canonical, "canonical_url")):
        if source and address:
            found.add("site_id", source.site_id(address), where)
    sure = _judge(found, paragraphs, is_dated=published is not None) if paragraphs else None
    if sure is not None and not (is_story or address_forms.is_story(url, source)):
        headline = str(found.best("headline"))
        refusal.require_sure(sure, headline, paragraphs, is_dated=published is not None)
    fields["paragraphs"] = [*doubt_paragraphs(walked.paragraphs, site)]
    links = _choose_links(found, url, canonical, source)
    for kind, count in Counter(link.kind for link in links).items():
        found.add("related_links", count, PLACES[kind])
    image = _choose_image(found, url or canonical)
    return Article(
        source=source.name if source else None,
        site_id=found.best("site_id"),
        url=url,
        canonical_url=canonical,
        headline=found.best("headline"),
        also_titled=other_titles(fields["headline"], found.sites),
        description=found.best("description"),
        body="\n\n".join(paragraphs) or None,
        date_published=published.value if published else None,
        date_published_raw=published.raw if published else None,
        date_modified=modified.value if modified else None,
        date_modified_raw=modified.raw if modified else None,
        authors=found.best("authors") or (),
        credit=found.best("credit") or (),
        section=found.best("section"),
        language=found.best("language"),
        keywords=found.best("keywords") or (),
        access=access,
        completeness=completeness,
        is_truncated=is_truncated,
        confidence=sure,
        paragraph_odds=tuple(block.odds for block in walked.paragraphs if block.odds is not None),
        corrections=tuple(dict.fromkeys(walked.corrections)),
        image_url=image,
        image_caption=found.best("image_caption"),
        image_license=found.best("image_license"),
        related_links=links,
        reservations=found.reservations,
        evidence={name: tuple(read) for name, read in fields.items() if read},
    )


def _is_in(month: str | None, found: Found) -> bool:
    """Does the day lie in the month of the page's address, if there is one?"""
    return month is None or are_near(month, found[0].value or "") is not False


def _judge_completeness(
    found: PageReadings, url: str | None, source: Source | None
) -> Completeness:
    """Tells how much of the story is there.

    :raises NotAnArticle: it has no body, and the source does not say that less is enough
    """
    if found.walked.paragraphs:
        return "body"
    least = source.completeness if source and address_forms.is_story(url, source) else "body"
    if least == "body" and found.drawn_by:
        raise NotAnArticle(found.drawn_reason, found.drawn_by)
    if least == "body":
        raise NotAnArticle("no_body", "no paragraph of a story was found")
    return "teaser" if found.best("description") else "headline"


def _choose_image(found: PageReadings, url: str | None) -> str | None:
    """Returns the first declared image that is not the site's; only its caption stays with it."""
    fields = found.fields
    images = [
        Reading(value=address, evidence=reading.evidence)
        for reading in fields.get("image_url", ())
        if (address := absolute(str(reading.value), url)) and not _is_of_site(address, url)
    ]
    fields["image_url"] = images
    if not images or not images[0].evidence.startswith(IMAGE):
        fields["image_caption"] = fields["image_license"] = []
    return str(images[0].value) if images else None


def _is_of_site(image: str, url: str | None) -> bool:
    name = urlsplit(image).path.rpartition("/")[2].casefold()
    host = (urlsplit(url or image).hostname or "").removeprefix("www.").partition(".")[0]
    return bool(IMAGE_OF_SITE.search(name)) or (host in name and "logo" in name)


def _judge(found: PageReadings, paragraphs: list[str], *, is_dated: bool) -> float:
    """Judges how sure the body is, and keeps why."""
    signals = {
        **found.signals,
        **confidence.read_words_signals(paragraphs),
        "undated": float(not is_dated),
        "unsigned": float(not found.best("authors")),
    }
    chosen = confidence.choose_signals(found.body_from, signals)
    chosen |= confidence.read_garbled(paragraphs)
    found.fields["confidence"] = [Reading(value=chosen, evidence=found.body_from)]
    return confidence.judge(found.body_from, chosen)


def _choose_links(
    found: PageReadings, url: str | None, canonical: str | None, source: Source | None
) -> tuple[Link, ...]:
    """Returns the links of the story and around it, without those of paragraphs that were left
    out."""
    kept = {None, *found.walked.paragraphs}
    told = [link for link in found.walked.links if link.paragraph in kept]
    known = {link.words for link in told}  # those stood under a heading of their own
    above = [link for link in found.links_above if link.words not in known]
    own = [address for address in (url, canonical) if address]
    return collect_links([*above, *told], url or canonical, own, source)
