"""Which sources are crawled by one process, so that no host is ever asked by two."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.conduct.site_pace import site_of
from crawler.configuration import Configuration
from crawler.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """Sources, and what they share with whoever belongs to them: sites by registered name, and
    names of groups."""

    sources: tuple[Source, ...]
    shared: frozenset[str]


def group_sources(
    sources: Sequence[Source], configuration: Configuration
) -> list[tuple[Source, ...]]:
    """Sources on one registered name, which a :class:`~crawler.conduct.site_pace.Pace` takes for
    one site, go together, and those that the operator gave one ``group``.

    :returns: each source once, in the given order
    """
    groups: list[_Group] = []
    for source in sources:
        shared = frozenset(site_of(f"https://{domain}/") for domain in source.domains)
        own = configuration.source.get(source.name)
        if own is not None and own.group is not None:
            shared |= {f"group {own.group}"}
        kin = [group for group in groups if group.shared & shared]
        groups = [group for group in groups if group not in kin]
        for group in kin:
            shared |= group.shared
        members = tuple(one for group in kin for one in group.sources)
        groups.append(_Group(sources=(*members, source), shared=shared))
    place = {source.name: number for number, source in enumerate(sources)}
    return sorted(
        (tuple(sorted(group.sources, key=lambda one: place[one.name])) for group in groups),
        key=lambda group: place[group[0].name],
    )
