"""Which sources are crawled by one process, so that no host is ever asked by two."""

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.conduct.site_pace import site_of
from crawler.configuration import Configuration
from crawler.source import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """Sources, and by what they are known to whoever belongs to them."""

    sources: tuple[Source, ...]
    shared: frozenset[str]
    """Sites by registered name, and names of groups."""
    domains: frozenset[str]
    above: frozenset[str]
    """All domains that theirs are part of."""

    def is_kin(self, other: "_Group") -> bool:
        """A domain may be above those of others that are registered names: ``gov.uk``."""
        return bool(
            self.shared & other.shared or self.domains & other.above or self.above & other.domains
        )


def group_sources(
    sources: Sequence[Source], configuration: Configuration
) -> list[tuple[Source, ...]]:
    """Sources on one registered name, which a :class:`~crawler.conduct.site_pace.Pace` takes for
    one site, go together, and those that the operator gave one ``group``.

    :returns: each source once, in the given order
    """
    groups: list[_Group] = []
    for source in sources:
        group = _group_of(source, configuration)
        kin = [one for one in groups if one.is_kin(group)]
        groups = [one for one in groups if one not in kin]
        groups.append(
            _Group(
                sources=tuple(source for one in (*kin, group) for source in one.sources),
                shared=group.shared.union(*(one.shared for one in kin)),
                domains=group.domains.union(*(one.domains for one in kin)),
                above=group.above.union(*(one.above for one in kin)),
            )
        )
    place = {source.name: number for number, source in enumerate(sources)}
    return sorted(
        (tuple(sorted(group.sources, key=lambda one: place[one.name])) for group in groups),
        key=lambda group: place[group[0].name],
    )


def _group_of(source: Source, configuration: Configuration) -> _Group:
    shared = {site_of(f"https://{domain}/") for domain in source.domains}
    own = configuration.source.get(source.name)
    if own is not None and own.group is not None:
        shared.add(f"group {own.group}")
    labels = [domain.split(".") for domain in source.domains]
    above = {".".join(parts[start:]) for parts in labels for start in range(1, len(parts))}
    return _Group(
        sources=(source,),
        shared=frozenset(shared),
        domains=frozenset(source.domains),
        above=frozenset(above),
    )
