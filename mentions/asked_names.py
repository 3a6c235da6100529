"""A query by any name of a court, an office or a firm."""

from dataclasses import replace

from archive.search.story_query import StoryQuery


def with_known_names(query: StoryQuery) -> StoryQuery:
    """Courts, offices and firms under today's names, by which mentions are stored; a name that
    nobody knows stays as it is."""
    if not (query.court or query.office or query.firm):
        return query
    from mentions.known_names import court_named, firm_named, office_named  # large tables

    return replace(
        query,
        court=tuple(court_named(name) or name for name in query.court),
        office=tuple(office_named(name) or name for name in query.office),
        firm=tuple(firm_named(name) or name for name in query.firm),
    )
