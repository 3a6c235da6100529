"""Draws the walk of a story from a listing to who reads it."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.svg_page import card, svg_page, text

WIDTH, HEIGHT, GAP, MARGIN = 242, 118, 28, 20
"""Are the size of a step, what is free between two, and around all."""
BAND, LETTERS = 34, 32
"""Are the height of a band's name, and how many letters a line of a step has."""
STORY_WALK = (
    "The walk of a story in four bands. The crawler asks: listing, address, conduct, request. A "
    "worker process reads: reading, policy, mentions, captured page. One commit writes: story "
    "version, near-duplicates, full text, log. Readers use it: search, reading room, citation, "
    "export. Each step names its module."
)
STYLE = """.band { font-size: 15px; font-weight: 600; }
.module { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace;
  font-size: 11px; fill: var(--blue); }
.way { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
.tip { fill: var(--quiet); }"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Is one step of the walk."""

    name: str
    says: str
    module: str
    """Is its file, below ``tradepress/``."""


@dataclass(frozen=True, kw_only=True)
class Band:
    """Holds the steps that are done in one place."""

    name: str
    about: str
    steps: Sequence[Step]


WALK: Sequence[Band] = (
    Band(
        name="The crawler asks",
        about="one page at a time, at the site’s pace",
        steps=(
            Step(
                name="Listing",
                says="A feed, a sitemap or a section page names addresses of stories.",
                module="discovery/read_listing.py",
            ),
            Step(
                name="Address",
                says="Each is written down before it is asked for, with the day it is due.",
                module="archive/frontier/addresses.py",
            ),
            Step(
                name="Conduct",
                says="What robots.txt forbids, or is more than the pace allows, is not asked for.",
                module="conduct/robots.py",
            ),
            Step(
                name="Request",
                says="The page is asked for; the site’s answer goes on as it came.",
                module="crawling/news_spider.py",
            ),
        ),
    ),
    Band(
        name="A worker process reads",
        about="it writes nothing, and may be killed",
        steps=(
            Step(
                name="Reading",
                says="Headline, day, author, text and links, each with the evidence for it.",
                module="extraction/article.py",
            ),
            Step(
                name="Policy",
                says="What site or operator don’t let us keep is dropped, before it is written.",
                module="steps/apply_policy.py",
            ),
            Step(
                name="Mentions",
                says="Courts, offices, cases, numbers and firms, in the texts that are kept.",
                module="steps/note_mentions.py",
            ),
            Step(
                name="Captured page",
                says="The answer is packed as a WARC record, byte for byte, if it may be kept.",
                module="archive/captures/packing.py",
            ),
        ),
    ),
    Band(
        name="One commit writes",
        about="all of it, or nothing",
        steps=(
            Step(
                name="Story version",
                says="New, unchanged, a new version, or known at another address?",
                module="archive/stories/stories.py",
            ),
            Step(
                name="Near-duplicates",
                says="Much the same text at another paper, or a paper’s own second take.",
                module="archive/near_duplicates/pairs.py",
            ),
            Step(
                name="Full text",
                says="Words and their stems, of what is current and of what was.",
                module="archive/file/full_text.py",
            ),
            Step(
                name="Log",
                says="A leaf for each row, so that it can be proven what stood there.",
                module="archive/leaf_log/leaf_log.py",
            ),
        ),
    ),
    Band(
        name="Readers use it",
        about="at the command line, in a browser, from Python",
        steps=(
            Step(
                name="Search",
                says="Words and filters in, stories with the passages that matched out.",
                module="archive/search/find_stories.py",
            ),
            Step(
                name="Reading room",
                says="The archive in a browser: stories, their versions, sources, counts.",
                module="browse/serve_archive.py",
            ),
            Step(
                name="Citation",
                says="A version by its digest, in the styles that journals ask for.",
                module="research/citation/write_citations.py",
            ),
            Step(
                name="Export",
                says="Tables, texts and TEI; what a publisher reserves is left out.",
                module="research/export/export_stories.py",
            ),
        ),
    ),
)


def story_walk() -> str:
    """Returns the picture."""
    tall = BAND + HEIGHT + GAP
    parts = [part for number, band in enumerate(WALK) for part in _drawn(band, number * tall)]
    height = len(WALK) * tall + 2 * MARGIN
    parts.append(text(MARGIN, height - 16, "Files are named below tradepress/.", "quiet"))
    return svg_page(
        width=2 * MARGIN + 4 * WIDTH + 3 * GAP,
        height=height,
        title="The walk of a story",
        alt=STORY_WALK,
        style=STYLE,
        parts=parts,
    )


def _drawn(band: Band, top: int) -> Iterator[str]:
    """Yields the parts of a band, and the way from the one above it."""
    y = top + MARGIN + BAND
    yield (
        f'<text x="{MARGIN}" y="{y - 12}"><tspan class="band">{band.name}</tspan>'
        f'<tspan class="quiet" dx="10">{band.about}</tspan></text>'
    )
    is_last = band is WALK[-1]
    if band is not WALK[0]:
        end = MARGIN + 3 * (WIDTH + GAP) + WIDTH // 2
        start = MARGIN + WIDTH // 2
        above = y - BAND - GAP + 6
        yield f'<path class="way" d="M{end} {above - 6} V{above} H{start} V{y - BAND - 6}"/>'
        yield _tip(start, y - BAND, 90)
    for number, step in enumerate(band.steps):
        x = MARGIN + number * (WIDTH + GAP)
        yield card(x, y, WIDTH, HEIGHT)
        yield text(x + 12, y + 24, step.name, "strong")
        for line, words in enumerate(textwrap.wrap(step.says, LETTERS)):
            yield text(x + 12, y + 46 + 17 * line, words)
        yield text(x + 12, y + HEIGHT - 12, step.module, "module")
        if number and not is_last:
            yield f'<path class="way" d="M{x - GAP} {y + HEIGHT // 2} H{x - 6}"/>'
            yield _tip(x, y + HEIGHT // 2, 0)


def _tip(x: float, y: float, degrees: int) -> str:
    return (
        f'<path class="tip" d="M0 0 L-9 -4 V4 Z" transform="translate({x} {y}) rotate({degrees})"/>'
    )
