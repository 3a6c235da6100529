"""Which pages of kept stories differ in nothing but the day, and whose word that is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from archive_rows import PAPER

from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import Outcome, RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.archive.stories.clean_story import clean_story
from tradepress.archive.stories.redated import REDATED
from tradepress.story import Reading, StoredArticle

KEPT = "2026-10-05"
STORY = StoredArticle(
    source="signet",
    url="http://signetgazette.example/2026/10/lantern",
    headline="Lantern case",
    body="One paragraph.",
    date_published=KEPT,
)


def shown(day: str | None, *readings: tuple[str, str]) -> StoredArticle:
    """The story as a page shows it, with its day first among the evidence."""
    read = tuple(Reading(value=value, evidence=evidence) for evidence, value in readings)
    return replace(STORY, date_published=day, evidence={"date_published": read})


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with (
        open_archive(tmp_path / "archive.db", command="tests") as archive,
        archive.run(RunKind.CRAWL, sources=[SourceRow(**PAPER)]) as run,
    ):
        run.stories.save(STORY, extractor="tests")
        yield run


@pytest.mark.parametrize(
    ("page", "is_redated"),
    [
        (shown("2026-10-28", ("dateline", "2026-10-28")), True),
        (shown("2026-10-28", ("dateline", "2026-10-28"), ("url", "2026-10")), True),
        (shown("2026-10-28", ("dateline", "2026-10-28"), ("feed", KEPT)), True),
        (shown("2026-10-28", ("dateline", "2026-10-28"), ("feed", "2026-10-28")), False),
        (shown("2026-10-28", ("selector", "2026-10-28")), False),
        (shown("2026-10-06", ("time", "2026-10-06")), True),
        (shown(f"{KEPT}T09:30:00+01:00", ("time", f"{KEPT}T09:30:00+01:00")), False),
        (shown(None), False),
        (replace(shown("2026-10-28", ("time", "2026-10-28")), body="Another."), False),
    ],
)
def test_a_page_shows_another_day_by_no_word_but_its_own(
    run: Run, page: StoredArticle, is_redated: bool
) -> None:
    assert run.stories.is_redated(clean_story(page)) is is_redated


def test_the_kept_day_stays_where_it_is_asked_for(run: Run) -> None:
    page = shown("2026-10-28", ("dateline", "2026-10-28"))
    saved = run.stories.save(page, extractor="tests", keeps_day=True)
    assert (saved.outcome, saved.version, saved.reason) == (Outcome.UNCHANGED, 1, REDATED)
    assert run.stories.save(page, extractor="tests").outcome == Outcome.STORED


def test_a_time_of_day_more_or_less_is_no_news(run: Run) -> None:
    instant = f"{KEPT}T09:30:00+01:00"
    timed = shown(instant, ("json-ld datePublished", instant))
    assert run.stories.save(timed, extractor="tests").outcome == Outcome.UNCHANGED
    other = replace(timed, url="http://signetgazette.example/2026/10/kettle", headline="Kettle")
    other = replace(other, body="Another paragraph.")
    run.stories.save(other, extractor="tests")
    bare = replace(other, date_published=KEPT)
    assert run.stories.save(bare, extractor="tests").outcome == Outcome.UNCHANGED
