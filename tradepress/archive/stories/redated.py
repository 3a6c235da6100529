"""Tells pages of kept stories that differ in nothing but the day of publication."""

from dataclasses import replace

from tradepress.archive.database import Database
from tradepress.archive.stories.clean_story import CleanStory, clean_story
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.kept import Kept, load_kept
from tradepress.archive.url_key import url_key
from tradepress.archive.witnesses import WITNESSES, are_near

REDATED = "dated anew: the kept day stays"
"""Is the reason of a visit whose page shows another day, as those of many others did."""


def is_redated(db: Database, story: CleanStory) -> bool:
    """Does a page show a kept story with another day, by no word but its own?

    What a listing or the address says, too, is the paper's.
    """
    try:
        key = url_key(story.article.url)
    except ValueError:
        return False  # it will be quarantined
    row = db.conn.execute("SELECT article_id FROM locations WHERE url_key = ?", [key]).fetchone()
    kept = load_kept(db, row[0]) if row else None
    before, now = kept and kept.article.date_published, story.article.date_published
    if kept is None or not before or not now or are_near(before, now) is not False:
        return False
    if kept.content_hash != content_hash(replace(story.article, date_published=before)):
        return False
    said = (one for one in story.article.evidence["date_published"] if one.evidence in WITNESSES)
    return not any(are_near(now, str(one.value)) for one in said)


def is_finer(story: CleanStory, kept: Kept) -> bool:
    """Does the page differ in nothing but a time of day, where the day is kept?"""
    day, now = kept.article.date_published or "", story.article.date_published or ""
    return (
        len(day) == len("2027-01-04")
        and now.startswith(f"{day}T")
        and kept.content_hash == content_hash(replace(story.article, date_published=day))
    )


def with_kept_day(story: CleanStory, kept: Kept) -> CleanStory:
    """Returns the story with the day that is kept of it."""
    days = ("date_published", "date_published_raw")
    return clean_story(
        replace(story.article, **{name: getattr(kept.article, name) for name in days})
    )
