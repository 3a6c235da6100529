"""Finds the declared sources: each file of crawler/spiders, and of the operator's own folder,
states one as ``SOURCE``, under its name.

They are read without Scrapy, each time anew: whoever needs them for many pages keeps what it got.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module, invalidate_caches
from importlib.machinery import PathFinder
from pathlib import Path
from pkgutil import iter_modules

import tradepress.spiders
from tradepress.configuration import (
    LONGEST_SHOWN,
    Configuration,
    ConfigurationError,
    is_contact,
    load_configuration,
)
from tradepress.source import Source
from tradepress.spiders import OURS
from tradepress.story import POLICIES, Policy, strictest

HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
"""Matches what undeclared sources are called by."""


class NoSuchSource(Exception):
    """No source has this name; the message is one line that names those there are."""


def look_in(folder: Path | None) -> None:
    """Makes sources of this folder count from now on, beside ours, and before those of the same
    name.

    The path of the package is what a process knows them by, and what its page workers inherit.
    """
    if folder is not None:
        path = tradepress.spiders.__path__
        path[:] = [str(folder), *(one for one in path if one != str(folder))]
        invalidate_caches()


def as_configured(
    configuration: Configuration | None, *, archive: str | Path | None = None
) -> Configuration:
    """Takes what a job is told of the operator's words; the sources of their folder count from now
    on.

    :param configuration: None: that of the file and the environment, as the commands have it
    :param archive: None: the configuration's
    :raises ConfigurationError: the file or the environment is wrong
    """
    chosen = configuration or load_configuration()
    look_in(chosen.sources.folder)
    return chosen if archive is None else replace(chosen, archive=Path(archive))


def declared_policies(configuration: Configuration) -> dict[str, Policy]:
    """Says what may be kept of each declared source, by its own word and the operator's."""
    asked = configuration.policy_of
    return {one.name: strictest(one.policy, asked(one.name)) for one in all_sources()}


def source_names() -> list[str]:
    """Returns the names of all declared sources, in order; none of them is read."""
    return sorted({module.name for module in iter_modules(tradepress.spiders.__path__)})


def source_file(name: str) -> Path:
    """Returns the file where a declared source is stated."""
    spec = PathFinder.find_spec(f"tradepress.spiders.{name}", tradepress.spiders.__path__)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def all_sources() -> list[Source]:
    """Returns every declared source, in alphabetical order.

    :raises ConfigurationError: a file states none
    """
    return [_as_checked(_read(name)) for name in source_names()]


def source_named(name: str) -> Source:
    """Returns the source of that name; the others are not read.

    :raises NoSuchSource: there is none
    :raises ConfigurationError: its file states none
    """
    if name not in (names := source_names()):
        if HOST.fullmatch(name):
            raise NoSuchSource(
                f"{name} is declared nowhere: its stories came from files or were fetched one by "
                f"one. `tradepress sources new https://{name}/` declares a source of its own."
            )
        near = get_close_matches(name, names, 1)
        guess = f"; did you mean {near[0]}?" if near else "."
        raise NoSuchSource(f"There is no source {name!r}; there are: {', '.join(names)}{guess}")
    return _as_checked(_read(name))


def source_owning(url: str, sources: Iterable[Source]) -> Source | None:
    """Returns the one of them whose site an address is on; of several the first that has stories at
    such addresses."""
    owners = [source for source in sources if source.owns(url)]
    return next((one for one in owners if one.is_article_url(url)), next(iter(owners), None))


def configured_sources(configuration: Configuration) -> list[Source]:
    """Returns what is crawled where no source is named, in the operator's order."""
    if configuration.sources.names:
        return [source_named(name) for name in dict.fromkeys(configuration.sources.names)]
    return [source for source in all_sources() if not source.sample]


def require_crawlable(configuration: Configuration) -> None:
    """Raises ConfigurationError where no crawl takes it: its contact is none, or it names a source
    that there is not, or one of the sample, or would keep more of one than its declaration
    allows."""
    place = configuration.file or "The environment"
    if configuration.contact is not None and not is_contact(configuration.contact):
        raise ConfigurationError(
            f"{place}: contact is {configuration.contact[:LONGEST_SHOWN]!r}; it must be a mail or "
            'web address, such as "you@library.example"'
        )
    if not (configuration.sources.names or configuration.source):
        return
    known = {source.name: source for source in all_sources()}
    real = [name for name, source in known.items() if not source.sample]
    for key, name in (
        *(("sources", name) for name in configuration.sources.names),
        *(("source", name) for name in configuration.source),
    ):
        if name not in real:
            near = get_close_matches(name, real, 1)
            words = f"did you mean {near[0]}?" if near else f"there are: {', '.join(real)}."
            raise ConfigurationError(f"{place}: {key} names {name!r}, which is no source; {words}")
    for name, own in configuration.source.items():
        least = known[name].policy
        if own.policy is not None and POLICIES.index(own.policy) < POLICIES.index(least):
            raise ConfigurationError(
                f"{place}: source.{name}.policy is {own.policy!r}, but {known[name].publisher} is "
                f"{least!r} by its declaration, and an operator may only be stricter."
            )


def _read(name: str) -> Source:
    """Reads a source; raises ConfigurationError: its file states none, or of another name, or a
    faulty one."""
    file, module = source_file(name), f"tradepress.spiders.{name}"
    if (known := sys.modules.get(module)) is not None and known.__file__ != str(file):
        del sys.modules[module]  # another folder counts by now
    if file.parent == OURS:
        return _stated(import_module(module), name, file)
    from tradepress.declaration_faults import (
        require_sound,
        telling_where,
    )  # for the operator's alone

    with telling_where(file):
        source = _stated(import_module(module), name, file)
        require_sound(source, file)
    return source


def _as_checked(source: Source) -> Source:
    """Returns a source with the day the operator last saw it work, by the record in the own
    folder."""
    first = Path(tradepress.spiders.__path__[0])
    if first == OURS:
        return source
    from tradepress.verified import verified_day  # for who has a folder alone

    return replace(source, verified=verified_day(first, source) or source.verified)


def _stated(module: object, name: str, file: Path) -> Source:
    source = getattr(module, "SOURCE", None)
    if not isinstance(source, Source):
        raise ConfigurationError(f"{file} states no source: write SOURCE = Source(…)")
    if source.name != name:
        raise ConfigurationError(
            f"{file} states the source {source.name!r}: give both the same name"
        )
    return source
