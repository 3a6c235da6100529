"""Finds what the kept texts of a story name; after the policy, so that nothing is told of a text
that may not be kept."""

from dataclasses import replace

from tradepress.archive.text_forms import storable
from tradepress.mentions.find_mentions import find_mentions
from tradepress.mentions.mention_rules import mention_rules
from tradepress.story import ARCHIVE_ONLY, AnyArticle, TextField


def note_mentions(item: AnyArticle, *, people: bool = False) -> AnyArticle:
    """Returns the story with ``mentions``, whose places are those of the text as it is stored.

    :param people: look for people, too
    """
    headline, description, body = (
        None if text is None else storable(text)
        for text in (item.headline, item.description, item.body)
    )
    texts: dict[TextField, str | None] = {
        "headline": headline,
        "description": description,
        "body": body,
    }
    if item.policy == ARCHIVE_ONLY:  # what is noted is counted, and told to everybody
        texts = {"headline": headline}
    return replace(
        item,
        headline=headline,
        description=description,
        body=body,
        mentions=find_mentions(texts, people=people),
        mention_rules=mention_rules(people=people),
    )
