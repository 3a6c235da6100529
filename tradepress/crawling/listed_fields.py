"""Puts what listings know of a story beside what its page says."""

from dataclasses import replace
from typing import Any

from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.source import Source
from tradepress.story import Article, Listing, Reading

NOT_ON_PAGE = Reading(value=None, evidence="not on the page")


def take_listed(article: Article, listing: Listing, source: Source) -> Article:
    """Returns the story with what listings say of the day, as evidence behind its page's; and with
    their word for the fields that its page does not have, where the source takes these from them.

    :raises NotAnArticle: it is a headline, and the source asks for a teaser
    """
    evidence, taken = dict(article.evidence), dict[str, Any]()
    for name in source.from_listings:
        value = getattr(listing, name)
        if value and not getattr(article, name):
            where = (name == "date_published" and listing.listed_by) or "listing"
            taken[name] = value
            evidence[name] = (Reading(value=value, evidence=where),)
    if listing.date_published and listing.listed_by and "date_published" not in taken:
        reading = Reading(value=listing.date_published, evidence=listing.listed_by)
        evidence["date_published"] = (*evidence.get("date_published", (NOT_ON_PAGE,)), reading)
    if "description" in taken and article.completeness == "headline":
        taken["completeness"] = "teaser"
    both = replace(article, **taken, evidence=evidence)
    if (source.completeness, both.completeness) == ("teaser", "headline"):
        raise NotAnArticle("no_body", "neither its page nor a listing has more than a headline")
    return both
