"""Two archives that each saw some of what stood, merged: as one archive that saw all of it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from archive_contents import differing, stories_in
from archive_rows import story
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from libraries import LONG, Library, keep

from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.read_only import read_archive

WORDS = ("loses its appeal", "settles with its rival", "asks for a review")
Page = tuple[int, int, int, bool]
"""A day (each once), a story, which of its texts stood then, and by which library it was seen."""

PAGES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 3), st.integers(0, 2), st.booleans()),
    min_size=1,
    max_size=8,
    unique_by=lambda page: page[0],
)


def text_of(number: int, text: int) -> dict[str, Any]:
    """Story 1 changes its headline, the others their text; 2 has no id, and 3 is at another paper
    and much like 2."""
    if number == 1:
        return story(1, headline=f"Orrin Vale {WORDS[text]}")
    paper = {"source": "makers", "url": "http://marksandmakers.example/vale"} if number == 3 else {}
    body = f"{LONG['body']}\n\nThe owner {WORDS[text]}, as story {number} has it."
    return {**story(number), **LONG, **paper, "body": body}


def a_library(path: Path, pages: Sequence[Page]) -> Library:
    """In the order of the days."""
    library = Library(path)
    with library.open() as writer:
        for day, number, text, _ in sorted(pages):
            cites = number % 3 + 1
            link = {"kind": "related", "text": "x", "url": text_of(cites, 0)["url"], "position": 0}
            # By words alone stories are known whose headlines never change: by which one a link
            # without an address was found depends on what came first, in a crawl, too.
            words = text_of(cites, 0)["headline"] if cites > 1 else "Top stories"
            named = {"kind": "related", "text": words, "position": 1}
            keep(writer, day, text_of(number, text), links=[link, named])
        writer.end_run("done", 0)
    return library


def held(library: Library) -> dict[str, dict[str, Any]]:
    """What must be the same, whatever came first; the page of a text is that which came first."""
    with read_archive(library.path) as db:
        stories = stories_in(db)
    for one in stories.values():
        for version in one["versions"]:
            del version["date_captured"]
        one["versions"] = {version["content_hash"]: version for version in one["versions"]}
    return stories


@pytest.mark.slow
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink one takes minutes
)
@given(PAGES)
def test_two_halves_are_the_whole_whichever_takes_the_other(pages: list[Page]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = held(a_library(Path(folder) / "all.db", pages))
        for name in ("here", "there"):
            here, there = (
                a_library(
                    Path(folder) / f"{name}-{half}.db", [one for one in pages if one[3] is half]
                )
                for half in (name == "here", name != "here")
            )
            here.take(there)
            assert differing(held(here), whole) == {}
            versions = here.ask("SELECT * FROM versions")
            assert set(here.take(there).stories) <= {Outcome.UNCHANGED}
            assert here.ask("SELECT * FROM versions") == versions
            assert differing(held(here), whole) == {}
