"""Puts what listings know of a story beside what its page says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from tradepress.archive.clock import on_clock
from tradepress.archive.witnesses import NAMES, compare, is_same
from tradepress.extraction import confidence
from tradepress.extraction.dates import FAR
from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.source import Source
from tradepress.story import Article, Listing, Reading

MIDNIGHT = "T00:00:00+00:00"
"""Is the time in feeds of sites that know the day alone."""


def take_listed(article: Article, listing: Listing, source: Source) -> Article:
    """Returns the story with what listings say of it as evidence behind its page's; and with their
    word where its page has none: for the day always, for other fields where the source says so.

    A day that stands far from the page's headline gives way to that of a listing.

    :raises NotAnArticle: it is a headline, and the source asks for a teaser
    """
    evidence, taken = dict(article.evidence), dict[str, Any]()
    for name in source.from_listings:
        value = getattr(listing, name)
        if value and not getattr(article, name) and name not in NAMES:
            taken[name] = value
            evidence[name] = (Reading(value=value, evidence="listing"),)
    for field, said in _said(listing, source):
        read = evidence.get(field, ())
        given = getattr(article, field)
        if field == "date_published" and _gives_way(given, read, said):
            taken |= {field: said.value, "date_published_raw": None}
            evidence[field] = (said, *read)
        elif given:
            is_equal = field != "date_published" and is_same(field, given, said.value)
            # What is the same is kept as the page has it: so it takes no room.
            evidence[field] = (*read, replace(said, value=given) if is_equal else said)
        elif field in source.from_listings:
            taken[field] = said.value
            evidence[field] = (replace(said, evidence="listing"),)
    if "description" in taken and article.completeness == "headline":
        taken["completeness"] = "teaser"
    both = replace(article, **taken, evidence=evidence)
    if (source.completeness, both.completeness) == ("teaser", "headline"):
        raise NotAnArticle("no_body", "neither its page nor a listing has more than a headline")
    return _doubted(both)


def _said(listing: Listing, source: Source) -> Iterator[tuple[str, Reading]]:
    """Yields what the listing says of the fields of which it is a witness."""
    for name in NAMES:
        if value := getattr(listing, name):
            if name == "date_published":
                value = _where_published(value, source.timezone)
            yield name, Reading(value=value, evidence=listing.listed_by or "listing")


def _where_published(value: str, place: str) -> str:
    """Returns an instant in UTC as the day and time where the publisher is; its first is a day."""
    if value.endswith(MIDNIGHT):
        return value.removesuffix(MIDNIGHT)
    if not value.endswith("+00:00"):
        return value
    return on_clock(datetime.fromisoformat(value), place).isoformat()


def _gives_way(given: str | None, read: tuple[Reading, ...], said: Reading) -> bool:
    """Does the page say no day, another one far from its headline, or but the day of its
    address?"""
    how = read[0].evidence if read else None
    is_finer = how == "url" and str(said.value).startswith(f"{given}T")
    is_other = how in FAR and is_same("date_published", given, said.value) is False
    return given is None or is_finer or is_other


def _doubted(article: Article) -> Article:
    """Returns the story less sure where a witness says another day than is believed: as one without
    a day."""
    reading = next(iter(article.evidence.get("confidence", ())), None)
    dates = {"date_published": article.evidence.get("date_published", ())}
    if reading is None or all(same for _, _, same in compare(dates)):
        return article
    signals = cast("Mapping[str, float]", reading.value)
    if not isinstance(signals, Mapping) or "undated" not in signals:
        return article
    doubted = replace(reading, value={**signals, "undated": 1.0})
    way = cast("confidence.Way", reading.evidence)
    return replace(
        article,
        confidence=confidence.judge(way, cast("Mapping[str, float]", doubted.value)),
        evidence={**article.evidence, "confidence": (doubted,)},
    )
