"""Puts in words what the page of a story says of it: rights, evidence, what a text names."""

from collections.abc import Iterator, Sequence

from tradepress.archive.stories.reservation_words import HELD, held_on
from tradepress.archive.stories.story_record import Story
from tradepress.archive.stories.versions import ListedVersion
from tradepress.browse.words.rendering import in_days
from tradepress.story import ARCHIVE_ONLY, Reading, Reservation

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
_EVIDENCE = {
    "agreement": "several ways of reading the page agree",
    "byline": "the byline",
    "canonical": "the page’s own link to its lasting address",
    "claims": "the paragraph below the headline",
    "dateline": "the line with day and names beside the headline",
    "density": "where the page has most text",
    "disbelieved": "left open: what the page declares can’t be so",
    "element": "the element of the page that holds the text",
    "ellipsis": "the text ends with …",
    "ends on a heading": "the text ends on a heading",
    "canonical_url": "the page’s own link to its lasting address",
    "feed": "the paper’s feed",
    "first published on line": "the line that says where it was first published",
    "h1": "the heading of the page",
    "html lang": "the language that the page declares",
    "keyword line": "the line of keywords",
    "lone paragraph": "there is one paragraph alone",
    "mid-sentence": "the text ends within a sentence",
    "more on this story list": "the list of more on this story",
    "news-sitemap": "the paper’s sitemap of news",
    "no body": "the page has no text",
    "not on the page": "the page does not say",
    "related block": "the block of related stories",
    "section": "the paper’s list of a section",
    "selector": "the place that this paper always has it at",
    "sitemap": "the paper’s sitemap",
    "source": "what is known of the paper",
    "text": "the text",
    "time": "the time beside the headline",
    "title": "the title of the page",
    "top stories list": "the list of top stories",
    "url": "the address",
    "wall": "the notice that bars the rest of the text",
    "wall below a teaser": "a notice below the beginning bars the rest",
    "wall that goes on": "a notice bars the rest",
    "whole text": "the text has its end",
}
_DECLARED = ("json-ld ", "microdata ", "meta ", "og:", "article:", "twitter:", "dc.", "citation_")
_COUNTED = {"body": "letters", "related_links": "of them"}
"""Lists fields of whose reading the size is kept."""
LONGEST_READING = 200


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


def reading_words(field: str, readings: Sequence[Reading]) -> Iterator[str]:
    """Yields how a field was read, the chosen reading first: ``“Lantern cleared”: the heading of
    the page``."""
    for one in readings:
        how = evidence_words(one.evidence)
        value = "" if field == "confidence" else _value(one)
        if field in _COUNTED and value.isdecimal():
            value = f"{int(value):,} {_COUNTED[field]}"
        yield f"{value}: {how}" if value else how


def evidence_words(evidence: str) -> str:
    """Says where something was read."""
    if evidence in _EVIDENCE:
        return _EVIDENCE[evidence]
    if evidence.startswith(_DECLARED):
        return f"what the page declares of itself ({evidence})"
    return evidence


def _value(reading: Reading) -> str:
    match reading.value:
        case None | [] | {} | "":
            return ""
        case bool(said):
            return "yes" if said else "no"
        case str(text):
            shown = text
        case [*parts]:
            shown = "; ".join(map(str, parts))
        case dict(parts):
            shown = "; ".join(f"{name} {value}" for name, value in parts.items())
        case other:
            return str(other)
    return f"“{shown if len(shown) <= LONGEST_READING else shown[:LONGEST_READING] + '…'}”"
