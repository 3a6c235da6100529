"""Puts in words what the page of a story says of it: rights, evidence, what a text names."""

from collections.abc import Iterator

from tradepress.archive.stories.reservation_words import HELD, held_on
from tradepress.archive.stories.story_record import Story
from tradepress.archive.stories.versions import ListedVersion
from tradepress.browse.words.rendering import in_days
from tradepress.story import ARCHIVE_ONLY, Reservation

_RESERVED = {
    ("noarchive", None): "The publisher asks that the page not be kept in public archives",
    ("noindex", None): "The publisher asks search engines not to list the page",
    ("nosnippet", None): "The publisher asks that nothing be quoted of the page in search results",
    ("noai", None): "The publisher asks that the text not be used to train AI",
    ("noimageai", None): "The publisher asks that the images not be used to train AI",
    ("tdm-reservation", "1"): "The publisher reserves text and data mining",
    ("tdm-reservation", "0"): "The publisher does not reserve text and data mining",
    ("tdm-reservation", "unknown"): "Whether text and data mining is reserved could not be learnt",
}

_FIELDS = {
    "date_published": "Published",
    "date_modified": "Changed by the publisher",
    "canonical_url": "The page calls itself",
    "image_url": "Lead image",
    "paragraphs": "Paragraphs in doubt",
    "is_truncated": "Cut short",
    "related_links": "Links",
    "site_id": "The site’s own number",
    "url": "Address",
}


def when_seen(version: ListedVersion) -> str:
    """Says when a version was seen: ``seen from 4 August 2017 to 6 August 2017``."""
    if version.spans:
        days = [(in_days(since), in_days(until)) for since, until in version.spans]
        return "seen " + ", and ".join(
            f"on {one}" if one == other else f"from {one} to {other}" for one, other in days
        )
    if version.date_captured:
        return f"captured on {in_days(version.date_captured)}"
    return f"saved here on {in_days(version.date_archived)}"


def rights_of(story: Story) -> Iterator[tuple[str, str]]:
    """Yields what is reserved, each as a sentence and the place where it is said."""
    if story.policy == ARCHIVE_ONLY:
        yield HELD, held_on(story.evidence)
    for one in story.reservations:
        yield reservation_sentence(one), one.evidence


def reservation_sentence(one: Reservation) -> str:
    if one.term == "tdm-policy":
        return f"The publisher’s terms for text and data mining: {one.value}"
    if one.term == "ai-agents":
        return f"The site asks these collectors for AI to stay away: {one.value}"
    if one.term == "max-snippet":
        return f"The publisher asks that a quotation have {one.value} letters at most"
    known = _RESERVED.get((one.term, None)) or _RESERVED.get((one.term, one.value))
    return known or f"The publisher says {one.term} {one.value}"


def field_words(name: str) -> str:
    """Returns a field of a story as a heading."""
    return _FIELDS.get(name, name.replace("_", " ").capitalize())
