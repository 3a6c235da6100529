"""Decides which stories want a look at their page, and which paragraphs of them."""

from collections.abc import Mapping, Sequence

from tradepress.story import Reading

DOUBTFUL_BELOW = 0.9
"""Is the confidence below which a story wants a look at its page."""


def is_doubtful(confidence: float | None) -> bool:
    """Tells whether a story wants a look at its page; it does not where there is no opinion."""
    return confidence is not None and confidence < DOUBTFUL_BELOW


def doubtful_paragraphs(
    body: str | None, evidence: Mapping[str, Sequence[Reading]]
) -> dict[int, str]:
    """Maps the places of paragraphs, from 0, that may be none of the story to why.
    Where the text has another number of them than the page that was read, nobody knows."""
    of, found = len((body or "").split("\n\n")), {}
    for one in evidence.get("paragraphs", ()):
        match one.value:
            case {"paragraph": int(number), "of": int(read)} if read == of:
                found[number - 1] = one.evidence
    return found
