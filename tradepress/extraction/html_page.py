"""Reads HTML pages: the story of one, then what it declares and shows of it."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from tradepress.archive.site_memory import SiteMemory
from tradepress.archive.text_forms import one_line, words_key
from tradepress.extraction import confidence, dates, page_kind, refusal, visible, visible_dates
from tradepress.extraction.block_model import select_story
from tradepress.extraction.blocks import Block
from tradepress.extraction.body import choose_body, open_lead, open_selected, trim
from tradepress.extraction.furniture import Rule, compile_rules, is_claims
from tradepress.extraction.headline import is_like_site
from tradepress.extraction.not_an_article import STORY_DATA
from tradepress.extraction.opened_page import OpenedPage
from tradepress.extraction.paper_name import paper_names
from tradepress.extraction.people import (
    DESK,
    LEAD,
    UNPARTED,
    is_names,
    read_names,
)
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.sections import (
    NO_SECTION,
    names_of_authors,
    read_section,
)
from tradepress.extraction.selected import EVIDENCE, Selected
from tradepress.extraction.sentences import MOST_WORDS, content_words, size
from tradepress.extraction.signed_text import read_signature, take_credit
from tradepress.extraction.standing import settle_standing, zone_standing
from tradepress.extraction.structured_data import AS_DECLARED
from tradepress.extraction.walk import walk
from tradepress.extraction.walls import mark_wall
from tradepress.source import Source
from tradepress.story import Reading

LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.I)
LONGEST_DESCRIPTION, ENDING = 600, 60
EXPLICIT = ("itemprop", "inline", "dateline, labelled")
"""Is evidence that calls a day one of publication, be it that of an update as well."""
LONGEST_DESK = 60
CLAIMS_WITHIN = 5


def read_html(
    words: str,
    url: str | None,
    source: Source | None,
    seen_at: datetime | None,
    data: bytes | None = None,
    is_rendered: bool = False,
    site: SiteMemory | None = None,
) -> PageReadings:
    """Reads all that the page says.

    :param data: what it loads, as its source declares
    :param is_rendered: its scripts have run: what they left in its data they did not show
    :param site: what other stories of the site show
    :raises NotAnArticle: it is no story, or shows no headline
    """
    rules = compile_rules(source.furniture_at(seen_at) if source else ())
    page = OpenedPage(words, url, source, rules, data, is_rendered, site)
    found = _read_story(page, rules, site)
    _read_declared_fields(found, page)
    signed = _read_bylines(found, page)
    _read_dates(found, page)
    _judge_kind(found, page)
    if not found.best("authors"):
        _look_for_authors(found, page)
    take_credit(found, page.declared, signed, page.blocks, at=page.at, names=page.names)
    if seen_at:
        found.published += visible_dates.read_relative_dates(page.blocks, page.at, source, seen_at)
    found.published += _look_for_dates(found, page)
    people = names_of_authors(page.layout, page.at)
    sections = found.fields.get("section", ())
    found.fields["section"] = [
        one
        for one in sections
        if one.evidence != "dateline" or words_key(str(one.value)) not in people
    ]
    if not found.best("section"):
        _read_section(found, page, people)
    _read_claims(found, page)
    _take_selected(found, page.selected)
    found.canonical = page.declared.canonical or page.declared.first("url")
    found.reservations = page.reservations
    return found


def _read_story(page: OpenedPage, rules: Sequence[Rule], site: SiteMemory | None) -> PageReadings:
    """Chooses the body, and refuses what its paragraphs show to be none."""
    layout, blocks, at = page.layout, page.blocks, page.at
    description = page.declared.first("description") or ""
    standing = zone_standing(blocks, site) if site else {}
    headline_words, description_words = map(content_words, (page.headline, description))
    said = list(dict.fromkeys((*headline_words, *description_words)))[:MOST_WORDS]
    choose_body(layout, at, rules, said, urlsplit(page.place or "").hostname or "/")
    odds = select_story(layout, at, headline_words, description_words)
    if layout.selected:
        open_selected(layout)
    else:
        open_lead(layout, at, description)
    trim(blocks, page.headline, description)
    mark_wall(layout)
    if site:
        settle_standing(blocks, standing, site)
    walked = walk(blocks, rules, page.names)
    if not page.is_known:
        page_kind.require_not_index(blocks, layout.nodes, page.url or page.declared.canonical)
        page_kind.require_no_event(page.declared, page.headline, blocks, at, page.url)
        refusal.require_not_video(page.html, walked.paragraphs)
    found = PageReadings(
        walked=walked, layout=layout, at=at, sites=page.sites, links_above=page.links_above
    )
    found.access = page.declared.get("access")
    found.signals = confidence.read_block_signals(blocks, walked.paragraphs, odds, said)
    found.fields["headline"] = page.headlines
    shown = sum(len(block.text) for block in walked.paragraphs)
    length = size(" ".join(block.text for block in walked.paragraphs))
    if page.drawn.story and not (found.is_kept_back or page.drawn.kept_back):
        found.body_from = "data"
    elif page.drawn.story or (
        page.drawn.signs and (page.drawn.kept_back or length < refusal.SHORTEST_STORY)
    ):
        walked.paragraphs.clear()
        found.drawn_by, found.drawn_reason = page.drawn.words, page.drawn.reason
        if page.drawn.where == STORY_DATA:
            found.access = [*found.access, ("false", page.drawn.where)]
    found.add("body", shown, EVIDENCE if layout.selected else page.drawn.where or "element")
    return found


def _take_selected(found: PageReadings, selected: Selected) -> None:
    """Takes the source's own word for where these stand, in place of all other evidence."""
    if selected.date_published:
        found.published = [(selected.date_published, EVIDENCE)]
    if selected.authors:
        found.fields["authors"] = [Reading(value=selected.authors, evidence=EVIDENCE)]


def _read_declared_fields(found: PageReadings, page: OpenedPage) -> None:
    declared, source = page.declared, page.source
    is_known = source is not None
    authors = declared.get("authors")
    found.published, found.modified = page.published, page.modified
    for name in AS_DECLARED:
        for value, evidence in declared.get(name):
            if name != "description" or _may_be_told(value, found.walked.paragraphs):
                found.add(name, value, evidence)
    for value, evidence in declared.get("section"):
        bare = value.removesuffix(" Channel")
        if not NO_SECTION.fullmatch(value):
            is_own = source is not None and bare in source.section_names
            found.add("section", bare if is_own else value, evidence)
    for value, evidence in authors:
        names = read_names(value, publishers=page.sites, declared=True, is_known=is_known)
        found.add("authors", names, evidence)
    for value, evidence in declared.get("keywords"):
        found.add("keywords", tuple(dict.fromkeys(value)), evidence)
    for value, evidence in declared.get("language"):
        if match := LANGUAGE.fullmatch(value):
            found.add("language", match[1].lower(), evidence)
    found.word_count = next((value for value, _ in declared.get("word_count")), None)
    if source is None:
        found.fields["publisher"] = paper_names(declared.get("site_name"), page.url)


def _may_be_told(description: str, story: Sequence[Block]) -> bool:
    """Is it as short as descriptions are beside a story, or does the story show its end?"""
    text = " ".join(block.text for block in story)
    if len(description) <= max(LONGEST_DESCRIPTION, len(text) / 4):
        return True
    return words_key(description[-ENDING:]) in words_key(text)


def _read_bylines(found: PageReadings, page: OpenedPage) -> Sequence[str]:
    """Takes whom the lines name, up to one that names the site itself or its desk; returns those
    that say that they name authors."""
    own = found.site_keys
    is_short_named = [" " in name for name in found.best("authors") or ()] == [False]
    is_known, is_of_desk = page.source is not None, page.is_of_desk
    printed: dict[str, tuple[str, ...]] = {}
    beside: list[tuple[str, ...]] = []
    for words, kind in visible.read_bylines(page.layout.bylines, page.blocks, page.at):
        if is_of_desk and kind != "led":
            continue
        is_named = UNPARTED.search(words) or LEAD.match(words)
        is_linked = kind == "linked" or (kind == "marked" and is_named is not None)
        names = read_names([words], publishers=page.sites, declared=is_linked, is_known=is_known)
        name = LEAD.sub("", words).strip()
        is_short = not names and len(name) <= LONGEST_DESK
        is_own = is_short and is_like_site(name, own)
        if is_own or (is_short and name != words and DESK.search(name)):
            printed.setdefault(words, ())
            if name != words:
                break
        if kind == "name" and found.tells_of(names):
            continue
        found.add("authors", names, "byline")
        if is_linked or LEAD.match(words) or (is_short_named and len(names) == 1):
            printed.setdefault(words, names)
            beside += [names] if kind == "led" and is_names(one_line(name)) else []
    firsts = [next(filter(None, led), ()) for led in (printed.values(), beside)]
    found.prefer_printed(firsts[0], firsts[1], page.blocks)
    return [*printed]


def _read_dates(found: PageReadings, page: OpenedPage) -> None:
    """Takes the dates that stand beside the headline, those of date lines and addresses first."""
    below, above, far = visible_dates.read_datelines(
        page.blocks, page.at, page.source, page.day_first
    )
    near = next((line.date.raw for line in below if line.date), None)
    # The only one of a page is as good as one beside the headline.
    is_one = len({reading.value for reading, _ in page.times}) == 1
    elsewhere = "time" if is_one else dates.TIME_ELSEWHERE
    found.add_times((time for time in page.times if time[0].raw == near), "time")
    found.add_datelines(below)
    found.add_url_date(page.url)
    found.add_times((time for time in page.times if time[0].raw != near), elsewhere)
    found.add_datelines(above)
    found.add_datelines(far, dates.BELOW_TEXT)
    found.published += page.parse_dates("date_named")


def _judge_kind(found: PageReadings, page: OpenedPage) -> None:
    """Refuses other kinds of pages than stories, and keeps how much speaks for one."""
    share = 1.0
    if not page.is_known and not found.published:
        page_kind.require_no_list(page.blocks, found.walked.paragraphs, page.place)
    if found.drawn_by and not page.is_known:
        page_kind.require_story_kind(page_kind.read_told_signs(page.url, page.declared))
    elif not page.is_known or page.is_home:
        signs = page_kind.read_signs(
            page.url,
            page.declared,
            [*page.shown, *page.blocks] if page.drawn.story else page.blocks,
            found.walked.paragraphs,
            nodes=page.layout.nodes,
            headline=page.headline,
            buttons=page.buttons,
            has_dateline=any(how == "dateline" for _, how in found.published),
        )
        share = page_kind.require_story_kind(signs, is_home=page.is_home)
    found.signals["story"] = confidence.read_story_signal(share)


def _look_for_authors(found: PageReadings, page: OpenedPage) -> None:
    """Takes the first line farther away that names people, else the account that is declared."""
    if page.is_of_desk:
        return
    found.add("authors", read_signature(found.walked.paragraphs, page.blocks), "text")
    if found.best("authors"):
        return
    for words, how in visible.read_far_bylines(page.blocks, page.at, found.walked.paragraphs):
        is_linked, is_known = how == "author link", page.source is not None
        names = read_names([words], publishers=page.sites, declared=is_linked, is_known=is_known)
        if names and not (how == "name above the text" and found.tells_of(names)):
            found.add("authors", names, how)
            return
    names = read_names(page.marked_authors, publishers=page.sites, is_known=page.source is not None)
    if names:
        found.add("authors", names, "author class")
        return
    for value, how in page.declared.get("authors"):
        by_form = not how.endswith("dcterms.creator")  # which the system fills in
        names = read_names(value, publishers=page.sites, declared=True, may_be_account=by_form)
        found.add("authors", names, how)


def _look_for_dates(found: PageReadings, page: OpenedPage) -> list[dates.Found]:
    """Returns the date of publication from where few pages have it, if no other place gives one."""
    if any(reading.value for reading, _ in found.published):
        return []
    address = urlsplit(page.url or "")
    years = dates.named_years(block.text for block in page.blocks)
    by_slug = dates.slug_date(f"{address.path}?{address.query}", years)
    if found.published:  # none that can be told, but nobody printed another one
        return by_slug
    near = page.blocks, page.at, found.walked.paragraphs, page.day_first, years
    read = (
        page.marked_dates
        or visible_dates.read_labelled_dates(*near)
        or visible_dates.read_dates_by_text(*near)
        or dates.inline_date(page.html)
        or by_slug
        or page.titled
        or visible_dates.read_lone_date(page.blocks, found.walked.paragraphs, page.day_first)
    )
    updates = {reading.day for reading, _ in found.modified}
    return [found for found in read if found[0].day not in updates or found[1] in EXPLICIT]


def _read_section(found: PageReadings, page: OpenedPage, people: Iterable[str]) -> None:
    paths, others = page.declared.get("breadcrumb"), [*page.names, *people]
    if section := read_section(
        page.menus, page.layout, paths, page.at, page.headline, others, page.url
    ):
        found.add("section", *section)


def _read_claims(found: PageReadings, page: OpenedPage) -> None:
    """Takes a standfirst of bullets below the headline for the description."""
    below = page.blocks[page.at + 1 :][:CLAIMS_WITHIN] if page.at is not None else []
    for block in below:
        if is_claims(block.text) and not block.links:
            claims = Reading(value=block.text, evidence="claims")
            found.fields.setdefault("description", []).insert(0, claims)
            break
