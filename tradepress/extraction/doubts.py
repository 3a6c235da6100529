"""Decides which paragraphs of a story are in doubt: they may be none of it."""

from collections.abc import Iterator, Sequence

from tradepress.archive.site_memory import SiteMemory
from tradepress.extraction.blocks import HEADINGS, Block
from tradepress.story import Reading

UNLIKELY_BELOW = -0.5
"""Is the log odds below which three of four paragraphs are not the story's (`tradepress docs
extraction`)."""


def doubt_paragraphs(paragraphs: Sequence[Block], site: SiteMemory | None) -> Iterator[Reading]:
    """Yields a reading of each paragraph that is in doubt: its number, from 1, and why.

    :param site: what other stories tell; None: nothing that counts
    """
    for number, block in enumerate(paragraphs, 1):
        others = 0
        if site and block.tag not in HEADINGS:
            others = site.others(site.mark("paragraph", block.text))
        why = f"stands on {others} other stories" if others else "unlikely to be part of the story"
        if others or (block.odds is not None and block.odds < UNLIKELY_BELOW):
            yield Reading(value={"paragraph": number, "of": len(paragraphs)}, evidence=why)
