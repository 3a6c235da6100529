"""Brings a query by any name of a court, office or firm, or any number, to what is stored."""

from dataclasses import replace

from tradepress.archive.search.story_query import StoryQuery
from tradepress.mentions.mark_numbers import find_mark_numbers


def with_known_names(query: StoryQuery) -> StoryQuery:
    """Returns a query with courts, offices and firms under today's names, by which mentions are
    stored, and numbers of marks in their normal form; what nobody knows stays as it is."""
    query = replace(query, number=tuple(map(number_as_stored, query.number)))
    if not (query.court or query.office or query.firm):
        return query
    from tradepress.mentions.known_names import (  # large tables
        court_named,
        firm_named,
        office_named,
    )

    return replace(
        query,
        court=tuple(court_named(name) or name for name in query.court),
        office=tuple(office_named(name) or name for name in query.office),
        firm=tuple(firm_named(name) or name for name in query.firm),
    )


def number_as_stored(number: str) -> str:
    """Returns a mark's number as mentions have it: ``EUTM 17930517`` for ``EUTM No 017930517``;
    what is no such number stays.

    >>> number_as_stored("CTM no. 017 930 517")
    'EUTM 17930517'
    """
    spots = [*find_mark_numbers(number)]
    is_whole = len(spots) == 1 and spots[0].end == len(number.rstrip())
    return spots[0].value if is_whole else number
