"""What may not be kept of a story is dropped here, before anything is written."""

import re
from dataclasses import replace

from scrapy.exceptions import DropItem

from crawler.items import POLICIES, Article, Policy, Reading


class ApplyPolicy:
    """Article -> Article, without its text where that may not be kept; or DropItem.

    See :func:`judge_policy`.
    """

    def process_item(self, item: Article) -> Article:
        policy = judge_policy(item)
        if policy == "skip":
            raise DropItem("policy")
        if item.policy != policy:
            item = replace(item, policy=policy)
        return item if policy == "store" else without_text(item)


def judge_policy(article: Article) -> Policy:
    """The strictest of what source and operator ask for (the article's ``policy``), and of
    ``metadata-only`` where the publisher reserves text and data mining or forbids archiving.

    Of TDMRep's declarations the first counts: page over header over file. One that could not be
    had (``unknown``) is no permission.
    """
    asked = article.policy or "store"
    tdm = [one.value for one in article.reservations if one.term == "tdm-reservation"]
    is_reserved = tdm[:1] not in ([], ["0"])
    forbids_archiving = any(one.term == "noarchive" for one in article.reservations)
    if is_reserved or forbids_archiving:
        return max(asked, "metadata-only", key=POLICIES.index)
    return asked


def without_text(article: Article) -> Article:
    """The story as a catalogue has it: nothing of its body, nor of what was read in it."""
    body = _runs(article.body)
    description = article.description
    return replace(
        article,
        description=None if quotes(description, body) else description,
        body=None,
        confidence=None,
        corrections=(),
        related_links=tuple(link for link in article.related_links if link.kind != "in_text"),
        evidence={
            name: kept
            for name, readings in article.evidence.items()
            if name not in ("body", "confidence")
            and (kept := tuple(one for one in readings if not _is_of_text(name, one, body)))
        },
    )


def quotes(summary: str | None, body: set[tuple[str, ...]]) -> bool:
    """Do most runs of its words stand in the text? Many systems fill in the opening words where
    an editor wrote no summary."""
    runs = _runs(summary)
    return 2 * len(runs & body) > len(runs)


def _is_of_text(name: str, reading: Reading, body: set[tuple[str, ...]]) -> bool:
    if name == "description":
        return quotes(str(reading.value), body)
    return name == "related_links" and reading.evidence == "text"


def _runs(text: str | None) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", (text or "").casefold())
    return set(zip(words, words[1:], words[2:], strict=False))
