"""Makes a source's declaration from what was seen of its site, each part with its evidence."""

import keyword
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from tradepress.archive.ledger.reason_words import SCRIPT_STEP
from tradepress.archive.site_host import known_suffixes
from tradepress.archive.stories.reservation_words import withheld_by, withheld_source
from tradepress.archive.text_forms import counted
from tradepress.extraction.links import is_home
from tradepress.rights.ai_agents import AI_TERM
from tradepress.source import Source
from tradepress.story import Article
from tradepress.survey.address_rule import AddressRule, learn_article_url
from tradepress.survey.checked_pages import CheckedListing, CheckedPage
from tradepress.survey.drift import Drift
from tradepress.survey.reach import judge_reach
from tradepress.survey.seen_listings import enough_of, read_files, read_listings
from tradepress.survey.seen_site import (
    SeenSite,
    Told,
    sister_lists,
    told_apart,
)
from tradepress.survey.site_page import SeenPage
from tradepress.survey.story_drift import furniture_of, line_drift
from tradepress.survey.time_and_place import (
    guess_language,
    guess_timezone,
    is_month_first,
)

HOME = re.compile(r"home|front|start|main|accueil|inicio|index|back|zur(?:ü|ue)ck|retour", re.I)
"""Matches what the front page is called in place of the paper's name."""
SURE = 0.7
"""Is from which sureness on a finding does not stand under ``unverified``."""
MOST_SECTION_NAMES = 30


class NothingToDeclare(Exception):
    """Too little was found to declare a source; the message says what was missing, and the next
    step."""


@dataclass(frozen=True, kw_only=True)
class SurveyFinding:
    """Is one part of the declaration."""

    name: str
    """Is the keyword of ``Source``, or ``robots.txt``."""
    value: tuple[str, ...]
    sureness: float
    """Is between 0 and 1."""
    evidence: str


@dataclass(frozen=True, kw_only=True)
class SiteSurvey:
    """Holds the declaration, and what speaks for it."""

    source: Source
    findings: tuple[SurveyFinding, ...]
    stories: tuple[SeenPage, ...]
    """Are the pages that were read as stories and that the declaration takes for such."""
    listings: tuple[CheckedListing, ...] = ()
    """Are feeds, sitemaps and pages that list stories, whether they are declared or not."""
    notes: tuple[str, ...] = ()
    """Are what else the site says to crawlers."""


def survey_site(seen: SeenSite, *, name: str | None = None, today: date) -> SiteSurvey:
    """Makes the declaration of a site that was seen.

    :param name: of the source; None: made from the host's
    :raises NothingToDeclare: no form of story addresses, or nothing that lists stories
    """
    told = told_apart(seen)
    rule = learn_article_url(told.stories, told.others)
    if rule is None:
        raise NothingToDeclare(_why_no_stories(seen, told))
    host = seen.site.domains[0]
    article_id = seen.site.article_id or rule.article_id
    site = replace(seen.site, article_url=rule.pattern, article_id=article_id)
    stories = tuple(
        page for url, page in seen.pages.items() if page.is_story and site.is_article_url(url)
    )
    articles = [page.article for page in stories if page.article is not None]
    listings = (*read_listings(seen, site), *read_files(seen, site))
    pages = [CheckedPage(url=page.page.url, article=page.article) for page in stories]
    lines = [*line_drift(pages)]
    language = _language(seen, articles)
    findings = [
        _publisher(seen, host),
        language,
        _timezone(seen, host, articles, language.value[0]),
        *_software(seen),
        *_lists(seen, listings, told),
        *_addresses(rule),
        *_section_names(articles),
        *_furniture(lines),
        *_completeness(seen, site, stories),
        *_unread(seen, site, stories),
        *_rights(seen, stories),
    ]
    if not any(one.name in ("sections", "feeds", "sitemaps") for one in findings):
        raise NothingToDeclare(
            f"{seen.home} has no feed, sitemap or page that lists three stories: give the address "
            "of its list of stories or of its feed."
        )
    known = {one.name: one for one in findings}
    site = replace(
        site,
        sections=_values(known, "sections"),
        feeds=_values(known, "feeds"),
        sitemaps=_values(known, "sitemaps"),
    )
    reach = judge_reach(site, listings, told.stories)
    sure = 0.5 if reach.is_short else 0.8
    findings.append(
        SurveyFinding(name="reach", value=(reach.words,), sureness=sure, evidence=reach.evidence)
    )
    is_teaser = "completeness" in known
    unsure = [f"{one.name} ({one.evidence})" for one in findings if one.sureness < SURE]
    source = replace(
        site,
        name=name or name_of(host),
        publisher=known["publisher"].value[0],
        language=known["language"].value[0],
        timezone=known["timezone"].value[0],
        day_first=not is_month_first(one.date_published_raw or "" for one in articles),
        section_names=_values(known, "section_names"),
        furniture=furniture_of(chain(*(one.mends for one in lines))),
        completeness="teaser" if is_teaser else "body",
        from_listings=("authors", "description") if is_teaser and not stories else (),
        rights="; ".join(_values(known, "rights"))
        + (f" (seen {today})" if "rights" in known else ""),
        unverified="; ".join(unsure),
    )
    return SiteSurvey(source=source, findings=tuple(findings), stories=stories, listings=listings)


def name_of(host: str) -> str:
    """Returns a short name from a host's: ``www.trademark-watch.co.uk`` gives
    ``trademarkwatch``."""
    site = known_suffixes()(host)
    if site.ipv4 or "." not in host:
        return "site"
    label = site.domain if site.suffix else host.split(".")[-2]
    name = re.sub(r"[^a-z0-9]", "", label.lower()).lstrip("0123456789") or "site"
    return f"{name}news" if keyword.iskeyword(name) else name


def _values(known: dict[str, SurveyFinding], name: str) -> tuple[str, ...]:
    return known[name].value if name in known else ()


def _why_no_stories(seen: SeenSite, told: Told) -> str:
    if not seen.pages and not seen.feeds:
        return next(iter(seen.failures.values()), f"{seen.home} holds no page.")
    refused = Counter(page.refused for page in seen.pages.values() if page.refused)
    words = ", ".join(
        f"{count} refused as {reason.replace('_', ' ')}" for reason, count in refused.most_common()
    )
    failed = f"{seen.failures[seen.start]} " if seen.start in seen.failures else ""
    drawn = next((page for page in seen.pages.values() if page.refused == "script"), None)
    step = f" {drawn.page.url}: {drawn.refused_words}. {SCRIPT_STEP}" if drawn else ""
    return (
        f"{failed}Of the pages of {seen.home}, {len(seen.pages)} could be read, and too few are "
        f"stories ({len(told.stories)}{f'; {words}' if words else ''}): give the address of its "
        f"list of stories or of its feed, or saved story pages with --pages.{step}"
    )


def _publisher(seen: SeenSite, host: str) -> SurveyFinding:
    pages = list(seen.pages.values())
    for names, evidence in (
        ([page.site_name for page in pages if page.site_name], "og:site_name"),
        ([part for page in pages for part in {*page.title_parts}], "title"),
        (_words_of_home(pages), "link to the front page"),
    ):
        if names:
            value, count = Counter(names).most_common(1)[0]
            if (count > 1 and count * 2 > len(pages)) or evidence == "og:site_name":
                words = f"{evidence} of {count} pages"
                sure = 0.9 if count > 1 else 0.6
                return SurveyFinding(
                    name="publisher", value=(value,), sureness=sure, evidence=words
                )
    return SurveyFinding(name="publisher", value=(host,), sureness=0.3, evidence="no page names it")


def _words_of_home(pages: Sequence[SeenPage]) -> list[str]:
    links = (link for page in pages for link in page.links if is_home(link.url))
    return [link.words for link in links if link.words and not HOME.search(link.words)]


def _language(seen: SeenSite, articles: Sequence[Article]) -> SurveyFinding:
    declared = Counter(page.language for page in seen.pages.values() if page.language)
    read = Counter(one.language for one in articles if one.language)
    for counts, evidence in ((read, "stories"), (declared, "pages declare it")):
        if counts:
            value, count = counts.most_common(1)[0]
            return SurveyFinding(
                name="language",
                value=(value or "en",),
                sureness=round(count / counts.total(), 2),
                evidence=f"{count} of {counts.total()} {evidence}",
            )
    guess = guess_language(one.body or "" for one in articles)
    return SurveyFinding(
        name="language", value=(guess.value,), sureness=guess.sureness, evidence=guess.evidence
    )


def _timezone(
    seen: SeenSite, host: str, articles: Sequence[Article], language: str
) -> SurveyFinding:
    dates = [one.date_published for one in articles if one.date_published]
    dates += [
        one.date_listed
        for found in (*seen.posts.values(), *seen.feeds.values())
        for one in found.articles
        if one.date_listed
    ]
    guess = guess_timezone(host, language, dates)
    return SurveyFinding(
        name="timezone", value=(guess.value,), sureness=guess.sureness, evidence=guess.evidence
    )


def _software(seen: SeenSite) -> list[SurveyFinding]:
    named = Counter(page.generator for page in seen.pages.values() if page.generator)
    return [
        SurveyFinding(name="software", value=(name,), sureness=1, evidence=f"on pages: {count}")
        for name, count in named.most_common(1)
    ]


def _addresses(rule: AddressRule) -> list[SurveyFinding]:
    found = [
        SurveyFinding(
            name="article_url",
            value=(rule.pattern,),
            sureness=rule.sureness,
            evidence=rule.evidence,
        )
    ]
    if rule.article_id is not None:
        words = "each story has one of its own"
        found.append(
            SurveyFinding(name="article_id", value=(rule.article_id,), sureness=0.9, evidence=words)
        )
    return found


def _lists(seen: SeenSite, listings: Sequence[CheckedListing], told: Told) -> list[SurveyFinding]:
    """Lists feeds, sitemaps, and as many listings as it takes to come to all kinds of stories."""
    found = []
    for name, kind in (("feeds", "feed"), ("sitemaps", "sitemap")):
        counts = {one.url: len(one.stories) for one in listings if one.kind == kind and one.stories}
        if counts:
            words = ", ".join(counted(one, "story", "stories") for one in counts.values())
            found.append(
                SurveyFinding(name=name, value=tuple(counts), sureness=0.95, evidence=words)
            )
    sections = [one for one in listings if one.kind == "section"]
    chosen = enough_of(seen, sections, told)
    if chosen:
        further = sum(one.has_more for one in chosen)
        words = ", ".join(counted(len(one.stories), "story", "stories") for one in chosen)
        words += f"; {further or 'none'} of them with further pages"
        sure = 0.9 if further else 0.7
        unread = tuple(sister_lists(seen)) if len(chosen) == len(sections) > 2 else ()
        words += f"; {len(unread)} more stand in the same menu and were not read" if unread else ""
        urls = tuple(one.url for one in chosen) + unread
        found.append(SurveyFinding(name="sections", value=urls, sureness=sure, evidence=words))
    return found


def _section_names(articles: Sequence[Article]) -> list[SurveyFinding]:
    counts = Counter(one.section for one in articles if one.section)
    if not counts:
        return []
    names = tuple(sorted(counts))[:MOST_SECTION_NAMES]
    words = f"{counts.total()} of {len(articles)} stories name one"
    return [SurveyFinding(name="section_names", value=names, sureness=0.8, evidence=words)]


def _furniture(lines: Sequence[Drift]) -> list[SurveyFinding]:
    """Finds lines that come again, as a check does; those only suspected are not declared."""
    found = []
    for name, subject in (("furniture", "furniture"), ("walls", "wall")):
        told = [one for one in lines if one.subject == subject]
        rules = furniture_of(chain(*(one.mends for one in told)))
        if rules:
            words = [f"{one.words}{'' if one.mends else ' (not declared)'}" for one in told]
            value, evidence = tuple(rule.pattern for rule in rules), "; ".join(words)
            found.append(SurveyFinding(name=name, value=value, sureness=0.8, evidence=evidence))
    return found


def _completeness(seen: SeenSite, site: Source, stories: Sequence[SeenPage]) -> list[SurveyFinding]:
    """Finds where stories' pages can be had but hold no body, or most of them its opening alone."""
    cut = sum(bool(page.article and page.article.is_truncated) for page in stories)
    if cut > 1 and cut * 2 > len(stories):
        words = f"{cut} of {len(stories)} stories show their opening alone"
        sure = round(cut / len(stories), 2)
        found = SurveyFinding(name="completeness", value=("teaser",), sureness=sure, evidence=words)
        return [found]
    bare = [
        page
        for url, page in seen.pages.items()
        if page.refused in ("no_body", "script") and site.is_article_url(url)
    ]
    if stories or len(bare) < 2:
        return []
    words = f"{len(bare)} story pages have no body in them"
    return [SurveyFinding(name="completeness", value=("teaser",), sureness=0.6, evidence=words)]


def _unread(seen: SeenSite, site: Source, stories: Sequence[SeenPage]) -> list[SurveyFinding]:
    """Finds that no story's page could be read, and why."""
    if stories:
        return []
    failed = [why for url, why in seen.failures.items() if site.is_article_url(url)]
    refused = [page for url, page in seen.pages.items() if site.is_article_url(url)]
    words = f"those asked for hold none ({refused[0].refused if refused else '–'})"
    if refused and refused[0].refused == "script":
        words = f"{words}: {refused[0].refused_words}. {SCRIPT_STEP}"
    words = failed[0] if failed else words
    return [SurveyFinding(name="stories", value=("none was read",), sureness=0, evidence=words)]


def _rights(seen: SeenSite, stories: Sequence[SeenPage]) -> list[SurveyFinding]:
    sample = next(chain(stories, seen.pages.values()), None)
    told = [
        f"robots.txt forbids {one.value}"
        if one.term == AI_TERM
        else f"tdmrep.json: {one.term} {one.value}"
        for one in (sample.page.site_reservations if sample else ())
    ]
    on_pages = Counter(
        term
        for page in stories
        for term in {
            one.term for one in page.reservations if one not in page.page.site_reservations
        }
    )
    told += [f"{term} on {count} of {len(stories)} stories" for term, count in on_pages.items()]
    withheld = Counter(filter(None, (withheld_by(page.reservations) for page in stories)))
    if found := withheld_source(withheld, len(stories)):
        told.append(found.line)
    words = "as the site says"
    rights = SurveyFinding(name="rights", value=tuple(told), sureness=1, evidence=words)
    return [rights] if told else []
