"""Three years of a sample paper as a web archive captured them, and what is to come of it.

In the first year it has the classic layout, from then on another; in the third a section is gone.
One story is changed twice, and of one the web archive has a page alone that another had rewritten.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

from captured import Captured
from living_papers import LivingPapers, LivingStory

YEARS = (2016, 2017, 2018)
REMOVED = "Enforcement"
"""The section that is gone in the third year."""
CHANGED, REWRITTEN = "signet-30001", "signet-30004"
TOOLBAR = (
    '<script src="//archive.example/_static/js/bundle-playback.js"></script>'
    "<!-- End Wayback Rewrite JS Include -->"
)
BANNER = (
    "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp-base'><p>The Archive has 14 captures "
    "of this page, from June 2016 on</p></div><!-- END WAYBACK TOOLBAR INSERT -->"
)


def stories(year: int) -> list[LivingStory]:
    """All that the paper had by June of a year, as they stood then."""
    papers, written = LivingPapers(dt.date(2014, 1, 1)), []
    while len(written) < 24:
        papers.day += dt.timedelta(60)
        written.append(papers.write("signet"))
    return [
        replace(
            story,
            layout="classic" if year == YEARS[0] else "panel",
            has_data=False,
            paragraphs=_changed(story, year) if story.ref == CHANGED else story.paragraphs,
        )
        for story in written
        if story.day < dt.date(year, 6, 1)
    ]


def _changed(story: LivingStory, year: int) -> tuple[str, ...]:
    first, *rest = story.paragraphs
    news = {2016: "", 2017: " They have signed it.", 2018: " It has been in force since May."}
    return (first + news[year], *rest)


def captures() -> Iterator[Captured]:
    """In the order of time."""
    for year in YEARS:
        for minute, story in enumerate(stories(year)):
            at = f"{year}-06-01T12:{minute:02}:00"
            if year == YEARS[2] and story.section == REMOVED:
                yield Captured(url=story.url, at=at, page="no such page", status=404)
            elif story.ref != REWRITTEN:
                yield Captured(url=story.url, at=at, page=story.page().encode())
            elif year == YEARS[0]:
                yield Captured(url=story.url, at=at, page=rewritten(story.page().encode()))


def rewritten(page: bytes) -> str:
    """As a Wayback Machine shows it."""
    text = page.decode().replace("<head>", f"<head>{TOOLBAR}")
    text = re.sub(r'(?<=href=")(http://[^"]+)', r"/web/20160601120000/\1", text)
    return re.sub(r"(<body[^>]*>)", rf"\1{BANNER}", text)


def versions() -> list[tuple[str, int, str, str]]:
    """What is to come of them: ref, number of the version, time of its capture, body."""
    found: dict[str, list[tuple[str, str]]] = {}
    for year in YEARS:
        for minute, story in enumerate(stories(year)):
            is_gone = year == YEARS[2] and story.section == REMOVED
            is_left_out = story.ref == REWRITTEN and year > YEARS[0]
            known = found.setdefault(story.ref, [])
            if not (is_gone or is_left_out or (known and known[-1][1] == story.body)):
                known.append((f"{year}-06-01T12:{minute:02}:00Z", story.body))
    return sorted(
        (ref, number, at, body)
        for ref, known in found.items()
        for number, (at, body) in enumerate(known, start=1)
    )
