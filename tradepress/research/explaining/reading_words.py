"""Puts in words how a field of a story was read."""

from collections.abc import Iterator, Sequence

from tradepress.story import Reading

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
