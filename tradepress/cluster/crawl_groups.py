"""Decides which sources are crawled by one process, so that no host is ever asked by two."""

from collections.abc import Collection, Iterator, Sequence

from tradepress.conduct.site_pace import site_of
from tradepress.configuration import Configuration
from tradepress.source import Source


def group_sources(
    sources: Sequence[Source], configuration: Configuration
) -> list[tuple[Source, ...]]:
    """Groups sources on one registered name, which a :class:`~tradepress.conduct.site_pace.Pace`
    takes for one site, and those that the operator gave one ``group``.

    :returns: each source once, in the given order
    """
    leaders: dict[str, str] = {}

    def leader(key: str) -> str:
        while (above := leaders.setdefault(key, key)) != key:
            leaders[key] = leaders.setdefault(above, above)
            key = above
        return key

    domains = {domain for source in sources for domain in source.domains}
    groups: dict[str, list[Source]] = {}
    for source in sources:
        for key in _keys(source, configuration, domains):
            leaders[leader(key)] = leader(f"source {source.name}")
    for source in sources:
        groups.setdefault(leader(f"source {source.name}"), []).append(source)
    return [tuple(group) for group in groups.values()]


def _keys(source: Source, configuration: Configuration, domains: Collection[str]) -> Iterator[str]:
    """Yields what it has in common with whoever belongs to it.

    :param domains: those of all sources; one may be above registered names (``gov.uk``)
    """
    own = configuration.source.get(source.name)
    if own is not None and own.group is not None:
        yield f"group {own.group}"
    for domain in source.domains:
        yield f"site {site_of(f'https://{domain}/')}"
        labels = domain.split(".")
        for start in range(len(labels)):
            if (above := ".".join(labels[start:])) in domains:
                yield f"domain {above}"
