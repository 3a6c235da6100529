"""Which stories want a look at their page."""

DOUBTFUL_BELOW = 0.9
"""A story whose confidence is lower wants a look at its page."""


def is_doubtful(confidence: float | None) -> bool:
    """False where there is no opinion."""
    return confidence is not None and confidence < DOUBTFUL_BELOW
