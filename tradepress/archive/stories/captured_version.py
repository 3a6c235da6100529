"""Finds the captured page that a version was read from."""

from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.file.rows import fetch_row
from tradepress.archive.stories.reservation_words import why_no_text
from tradepress.archive.stories.story_record import load_story
from tradepress.story import METADATA_ONLY, Origin


class NoCapture(NoSuchArticle):
    """Says that the version is there, but not the page that it was read from, and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CapturedVersion:
    """Is one version, and the place of its page in the captures."""

    ref: str
    version: int
    headline: str
    publisher: str
    is_sample: bool
    url: str
    """Is the address of the page, after redirects."""
    date_captured: str | None
    """Is a time in UTC; None: nobody knows when the page stood like this."""
    origin: Origin
    retrieved_from: str | None
    """Is the address at the web archive it was taken from; None: from the site, or from a file."""
    content_type: str | None
    """Is what the site sent."""
    file: str
    offset: int
    length: int
    digest: str


def captured_version(db: Database, ref: str) -> CapturedVersion:
    """Finds the page of a version in the captures.

    :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version
    :raises NoSuchArticle: no such ref or version
    :raises NoCapture: no page of it is kept
    """
    story = load_story(db, ref)
    row = fetch_row(
        db,
        """
        SELECT is_sample, captures.url, captures.date_captured, origin, retrieved_from,
            content_type, file, "offset", length, digest
        FROM articles JOIN versions ON article_id = articles.id
        JOIN captures ON captures.id = capture_id JOIN sources ON name = articles.source
        WHERE ref = ? AND versions.version = ? AND versions.policy IS NOT ? AND file <> ''
        """,
        [story.ref, story.version, METADATA_ONLY],
    )
    name = f"{story.ref}@{story.version}"
    if row is None:
        why = "captures were off when it was stored, or its page went with a withdrawn story"
        if story.policy == METADATA_ONLY:
            why = why_no_text(story.reservations)
        raise NoCapture(f"no captured page of {name} is kept: {why}")
    return CapturedVersion(
        ref=story.ref,
        version=story.version,
        headline=story.headline,
        publisher=story.publisher,
        **row | {"is_sample": bool(row["is_sample"])},
    )
