"""Tells pages of kept stories that differ in nothing but the day of publication."""

from dataclasses import replace

from tradepress.archive.database import Database
from tradepress.archive.stories.clean_story import CleanStory, clean_story
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.identity import page_keys
from tradepress.archive.stories.kept import Kept, load_kept
from tradepress.archive.witnesses import DECIDED, WITNESSES, are_near

REDATED = "dated anew: the kept day stays"
"""Is the reason of a visit whose page shows another day, as those of many others did."""
A_MONTH = len("2026-10")
"""Is how long the word of an address is that names no day."""


def is_redated(db: Database, story: CleanStory) -> bool:
    """Does a page show a kept story with another day, by no word but its own?

    What a listing or the address says, too, is the paper's, and what a selector says is decided.
    """
    article = story.article
    requested = article.capture and article.capture.requested_url
    try:
        page = page_keys(article.url, requested or article.url, article.canonical_url)
    except ValueError:
        return False  # it will be quarantined
    row = db.conn.execute(
        "SELECT article_id FROM locations WHERE url_key IN (?, ?)", [page.final, page.requested]
    ).fetchone()
    kept = load_kept(db, row[0]) if row else None
    before, now = kept and kept.article.date_published, article.date_published
    if kept is None or not before or not now or before[:10] == now[:10]:
        return False
    if kept.content_hash != content_hash(replace(article, date_published=before)):
        return False
    read = article.evidence.get("date_published", ())
    said = [str(one.value) for one in read if one.evidence in WITNESSES and one.value]
    is_decided = any(one.evidence == DECIDED for one in read[:1])
    return not is_decided and not any(len(day) > A_MONTH and are_near(now, day) for day in said)


def has_same_day(story: CleanStory, kept: Kept) -> bool:
    """Does the page differ in nothing but that one of the two has a time of day?"""
    before, now = kept.article.date_published or "", story.article.date_published or ""
    return (
        min(len(before), len(now)) == len("2027-01-04")
        and before != now
        and before[:10] == now[:10]
        and kept.content_hash == content_hash(replace(story.article, date_published=before))
    )


def with_kept_day(story: CleanStory, kept: Kept) -> CleanStory:
    """Returns the story with the day that is kept of it."""
    days = ("date_published", "date_published_raw")
    return clean_story(
        replace(story.article, **{name: getattr(kept.article, name) for name in days})
    )
