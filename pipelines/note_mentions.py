"""What the kept texts of a story name; after the policy, so that nothing is told of a text that may
not be kept."""

from dataclasses import replace

from archive.story import Article
from archive.text_forms import storable
from mentions.find_mentions import find_mentions
from mentions.mention_rules import mention_rules


def note_mentions(item: Article) -> Article:
    """Article -> Article with ``mentions``, whose places are those of the text as it is stored."""
    headline, description, body = (
        None if text is None else storable(text)
        for text in (item.headline, item.description, item.body)
    )
    found = find_mentions({"headline": headline, "description": description, "body": body})
    return replace(
        item,
        headline=headline,
        description=description,
        body=body,
        mentions=tuple(found),
        mention_rules=mention_rules(),
    )
