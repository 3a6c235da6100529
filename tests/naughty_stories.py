"""An archive with each of the Big List of Naughty Strings in every field of a story of its own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import suites
from exported import GAZETTE

from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.steps.dropped import Dropped
from tradepress.steps.prepare import prepare
from tradepress.story import Link, Mention, Reading, StoredArticle

STRINGS, STORIES = 481, 475
"""The six others show nothing: no story has such a headline."""
ADDRESS = "https://gazette.example/news/lantern-"


def naughty_article(number: int, text: str) -> StoredArticle:
    """As a page might say it."""
    return StoredArticle(
        source="gazette",
        site_id=str(number),
        url=f"{ADDRESS}{number}?q={quote(text, safe='')}",
        canonical_url=f"{ADDRESS}{number}",
        headline=text,
        description=f"In short: {text}",
        body=f"{text}\n\nOrrin Vale said in case {number}: {text}",
        date_published="2017-08-04",
        date_published_raw=text,
        date_modified_raw=text,
        authors=(text, f"{text} Vale"),
        credit=(text,),
        also_titled=(f"{text} again",),
        section=text,
        language="en",
        keywords=(text, "lanterns"),
        corrections=(text,),
        image_url=f"{ADDRESS}{number}.jpg?{quote(text, safe='')}",
        image_caption=text,
        image_license=text,
        related_links=(
            Link(kind="related", text=text, url=f"{ADDRESS}{number}?to={quote(text)}", position=0),
            Link(kind="in_text", text=text, url=text, position=1),
        ),
        evidence={"headline": (Reading(value=text, evidence=text),)},
    )


def save_naughty_stories(path: Path) -> Mapping[str, StoredArticle]:
    """Each story that is one by its ref, as it passed the pipelines; a firm is called as it is."""
    saved = {}
    with (
        open_archive(path, near_duplicates=False) as archive,
        archive.run(RunKind.INGEST, sources=[GAZETTE]) as run,
    ):
        for number, text in enumerate(suites.naughty_strings()):
            try:
                article = prepare(naughty_article(number, text))
            except Dropped:
                continue
            name = article.headline or ""
            named = Mention(field="headline", start=0, end=len(name), kind="firm", value=name)
            article = replace(article, mentions=(named,))
            saved[run.stories.save(article, extractor=text or "rules").ref] = article
    return saved


def runs(cell: str) -> bool:
    """Would a spreadsheet take it for a formula?"""
    return cell.lstrip()[:1] in tuple("=+-@＝＋－＠−") or cell[:1] in tuple("\t\r")
