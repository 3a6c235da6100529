"""WordPress with three of its themes, SPIP and Ghost: operated without help, nothing is wrong."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import needs
import pytest
from _pytest.mark import ParameterSet
from zoo.ghost_site import ghost
from zoo.operated import ASPECTS, Aspect, Comparison, Expected, Operated, compare, operate
from zoo.php_site import Site
from zoo.spip_site import spip
from zoo.stories import Story, invent_stories
from zoo.wordpress_site import wordpress

pytestmark = pytest.mark.slow

MOST_REQUESTS = 45
"""From an address to a checked source."""
BY_DAY = "/%year%/%monthnum%/%day%/%postname%/"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Is a software with its settings, and what Tradepress does not yet get right of it."""

    served: Callable[[Path, Sequence[Story]], AbstractContextManager[Site]]
    authors_of: Callable[[Story], Sequence[str]]
    """Returns those that the page prints, in its order."""
    unprinted: frozenset[Aspect] = frozenset()
    """Names what its pages don't print: lists may say it before a story is read, or after."""
    faults: dict[Aspect, str] = field(default_factory=dict)
    """Of issue 34: who mends one removes it here."""
    false_alarm: str | None = None


def first_author(story: Story) -> Sequence[str]:
    """Returns the one whom WordPress knows."""
    return story.authors[:1]


PAPERS = {
    "twentytwentyfive": Paper(
        served=partial(wordpress, theme="twentytwentyfive", permalinks=BY_DAY),
        authors_of=first_author,
        unprinted=frozenset({"minute"}),
    ),
    "twentytwentyfour": Paper(
        served=partial(wordpress, theme="twentytwentyfour", permalinks=BY_DAY),
        authors_of=first_author,
    ),
    "twentytwentythree": Paper(
        served=partial(wordpress, theme="twentytwentythree", permalinks=""),
        authors_of=first_author,
    ),
    "spip": Paper(
        served=spip,
        authors_of=lambda story: sorted(story.authors),
    ),
    "ghost": Paper(
        served=ghost,
        authors_of=lambda story: story.authors,
        faults={
            "related": 'the card of Ghost\'s own "Coming soon" is a link like others',
        },
        false_alarm='Ghost\'s own "Coming soon" is said to give no story',
    ),
}


def with_fault(*values: str, fault: str | None) -> ParameterSet:
    marks = [needs.known_fault(fault)] if fault else []
    return pytest.param(*values, marks=marks)


@dataclass(frozen=True, kw_only=True)
class Seen:
    operated: Operated
    comparison: Comparison


@pytest.fixture(scope="module")
def see(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Seen]:
    """Operates each paper once."""
    return cache(lambda name: operate_paper(PAPERS[name], tmp_path_factory.mktemp(name)))


def operate_paper(paper: Paper, folder: Path) -> Seen:
    typed = folder / "typed"
    typed.mkdir()
    stories = invent_stories()
    with paper.served(folder, stories) as site:
        operated = operate(site.address, typed, site.requests)
    expected = [
        Expected(
            address=site.stories[story.slug],
            headline=story.headline,
            published=story.published,
            authors=tuple(paper.authors_of(story)),
            section=story.section,
            lines=story.lines,
            unprinted=paper.unprinted,
        )
        for story in stories
    ]
    return Seen(operated=operated, comparison=compare(operated.stored, expected))


@pytest.mark.parametrize(
    ("name", "aspect"),
    [
        with_fault(name, aspect, fault=paper.faults.get(aspect))
        for name, paper in PAPERS.items()
        for aspect in ASPECTS
    ],
)
def test_what_a_paper_prints_is_stored(
    see: Callable[[str], Seen], name: str, aspect: Aspect
) -> None:
    comparison = see(name).comparison
    assert not comparison.faults[aspect], comparison.report()


@pytest.mark.parametrize("name", PAPERS)
def test_an_address_is_all_that_is_needed(see: Callable[[str], Seen], name: str) -> None:
    typed = see(name).operated.typed
    assert {word: done.exit_code for word, done in typed.items()} == dict.fromkeys(typed, 0), typed
    assert typed["new"].requests + typed["check"].requests <= MOST_REQUESTS


@pytest.mark.parametrize(
    "name", [with_fault(name, fault=paper.false_alarm) for name, paper in PAPERS.items()]
)
def test_no_drift_is_told_of_a_paper_that_has_just_been_declared(
    see: Callable[[str], Seen], name: str
) -> None:
    said = see(name).operated.typed["check"].output
    assert "  ? " not in said, said
