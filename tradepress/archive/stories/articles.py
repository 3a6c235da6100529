"""Decides which stories want a look at their page."""

DOUBTFUL_BELOW = 0.9
"""Is the confidence below which a story wants a look at its page."""


def is_doubtful(confidence: float | None) -> bool:
    """Tells whether a story wants a look at its page; it does not where there is no opinion."""
    return confidence is not None and confidence < DOUBTFUL_BELOW
