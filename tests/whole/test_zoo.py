"""Sites that generators make with their stock themes, operated as somebody without help would: what
is stored is what they print."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import needs
import pytest
from _pytest.mark import ParameterSet
from zoo.ablog_site import ablog_site
from zoo.hexo_site import hexo_site
from zoo.jekyll_site import jekyll_site
from zoo.made import MadeSite, served
from zoo.mkdocs_site import mkdocs_site
from zoo.nikola_site import nikola_site
from zoo.operated import ASPECTS, Aspect, Comparison, Operated, compare, operate
from zoo.pelican_site import pelican_site
from zoo.stories import Story, invent_stories

pytestmark = pytest.mark.slow

MAKERS: dict[str, Callable[[Path, str, Sequence[Story], Path], MadeSite]] = {
    "pelican": pelican_site,
    "nikola": nikola_site,
    "mkdocs": mkdocs_site,
    "ablog": ablog_site,
    "hexo": hexo_site,
    "jekyll": jekyll_site,
}
MOST_REQUESTS = 45
"""From an address to a checked source."""
PARTICLES = "names with particles (d’Orvanne, van 't Linden, de La Roche d’Estrel) are no names"
SIDEBAR = "a sidebar of the story before its article is not read"
FAULTS: dict[tuple[str, Aspect], str] = {}
"""Of issue 34: who mends one removes it here."""
FALSE_ALARMS: dict[str, str] = {
    "nikola": "an index of sitemaps that names feeds first is said to list no story",
}


@dataclass(frozen=True, kw_only=True)
class Seen:
    operated: Operated
    comparison: Comparison


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Seen]:
    """A site by its generator's name; each is made and operated once."""

    @cache
    def see(kind: str) -> Seen:
        folder = tmp_path_factory.mktemp(kind)
        for name in ("made", "site", "typed"):
            (folder / name).mkdir()
        with served(folder / "site") as server:
            made = MAKERS[kind](folder / "made", server.home, invent_stories(), folder / "site")
            operated = operate(made.start, folder / "typed", lambda: len(server.paths))
        return Seen(operated=operated, comparison=compare(operated.stored, made.expected))

    return see


def with_fault(*values: str, fault: str | None) -> ParameterSet:
    return pytest.param(*values, marks=[needs.known_fault(fault)] if fault else [])


@pytest.mark.parametrize(
    ("kind", "aspect"),
    [
        with_fault(kind, aspect, fault=FAULTS.get((kind, aspect)))
        for kind in MAKERS
        for aspect in ASPECTS
    ],
)
def test_what_a_site_prints_is_stored(
    zoo: Callable[[str], Seen], kind: str, aspect: Aspect
) -> None:
    comparison = zoo(kind).comparison
    assert not comparison.faults[aspect], comparison.report()


@pytest.mark.parametrize("kind", MAKERS)
def test_an_address_is_all_that_is_needed(zoo: Callable[[str], Seen], kind: str) -> None:
    typed = zoo(kind).operated.typed
    assert not any(done.exit_code for done in typed.values()), typed
    assert typed["new"].requests + typed["check"].requests <= MOST_REQUESTS


@pytest.mark.parametrize(
    "kind", [with_fault(kind, fault=FALSE_ALARMS.get(kind)) for kind in MAKERS]
)
def test_no_drift_is_told_of_a_site_that_has_just_been_declared(
    zoo: Callable[[str], Seen], kind: str
) -> None:
    told = zoo(kind).operated.typed["check"].output
    assert "  ? " not in told, told
