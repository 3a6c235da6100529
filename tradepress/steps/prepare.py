"""Takes the steps that every story passes before it is stored, whatever way it came in."""

from functools import partial

from tradepress.steps.apply_policy import apply_policy
from tradepress.steps.normalize_text import normalize_text
from tradepress.steps.note_mentions import note_mentions
from tradepress.steps.require_fields import require_fields
from tradepress.story import AnyArticle

STEPS = (normalize_text, require_fields, apply_policy)
"""Lists the steps in order; each gives the story back as it leaves it, or drops it."""


def prepare(article: AnyArticle, *, people: bool = False, basis: str | None = None) -> AnyArticle:
    """Takes every step with the story.

    :param people: look for them in the text, too
    :param basis: as :func:`~tradepress.steps.apply_policy.judge_policy` has it
    :raises Dropped: the story is not to be stored; says why
    """
    for step in (*STEPS[:-1], partial(apply_policy, basis=basis)):
        article = step(article)
    return note_mentions(article, people=people)
