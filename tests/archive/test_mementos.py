"""Captures in the frontier: which are asked for, in which order, and as which story."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tradepress.archive.frontier.mementos import Memento, story_key
from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.archive.withdrawal.erasing import withdraw
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.story import StoredArticle

SERVICE = "https://web.archive.example/web/"
GAZETTE = SourceRow(
    name="gazette",
    publisher="The Gazette",
    home_url="https://gazette.example/",
    language="en",
    timezone="UTC",
)


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    file = tmp_path_factory.mktemp("mementos") / "archive.db"
    with open_archive(file) as archive, archive.run(RunKind.BACKFILL, sources=[GAZETTE]) as run:
        yield run


def memento(year: int, digest: str | None, path: str = "one", **other: object) -> Memento:
    at = datetime(year, 6, 1, 12, tzinfo=UTC)
    original = str(other.pop("host", "http://gazette.example")) + f"/{path}"
    return Memento(
        url=f"{SERVICE}{year}0601120000id_/{original}",
        original_url=original,
        date_captured=at,
        seen_until=at,
        digest=digest,
    )


def due(run: Run, **narrowed: object) -> list[tuple[str, int]]:
    """Path of the story and year of the capture."""
    found = run.mementos.due("gazette", SERVICE, **narrowed)  # type: ignore[arg-type]
    known = [run.mementos.at(one.url_id)[1] for one in found]
    return [(one.original_url.rpartition("/")[2], one.date_captured.year) for one in known]


def add(run: Run, *mementos: Memento) -> int:
    return run.mementos.add("gazette", mementos, found_on="https://web.archive.example/cdx")


def test_they_come_story_by_story_and_the_oldest_first(run: Run) -> None:
    add(
        run,
        memento(2019, "C", host="https://www.gazette.example"),
        memento(2018, "B", "two"),
        memento(2017, "A"),
    )
    assert due(run) == [("one", 2017), ("one", 2019), ("two", 2018)]


def test_what_is_as_the_one_before_it_prolongs_that(run: Run) -> None:
    assert add(run, memento(2017, "A")) == 1
    assert add(run, memento(2018, "A", host="https://www.gazette.example")) == 0
    assert add(run, memento(2019, "B"), memento(2020, None), memento(2021, None)) == 3
    (first, *_) = run.mementos.due("gazette", SERVICE)
    assert run.mementos.at(first.url_id)[1].seen_until.year == 2018
    assert [year for _, year in due(run)] == [2017, 2019, 2020, 2021]


def test_days_and_a_number_of_stories_narrow_them(run: Run) -> None:
    add(run, memento(2017, "A"), memento(2018, "B"), memento(2018, "C", "two"))
    assert due(run, stories=1) == [("one", 2017), ("one", 2018)]
    assert due(run, since=date(2018, 6, 1)) == [("one", 2018), ("two", 2018)]
    assert due(run, until=date(2018, 5, 31)) == [("one", 2017)]
    assert due(run, since=date(2018, 6, 2), until=date.max) == []
    assert run.mementos.due("gazette", "https://other.example/web/") == []


def test_what_this_run_has_scheduled_is_not_due_in_it(run: Run) -> None:
    add(run, memento(2017, "A"), memento(2018, "B"))
    (first, _) = run.mementos.due("gazette", SERVICE)
    run.addresses.schedule([run.mementos.at(first.url_id)[0]])
    assert due(run) == [("one", 2018)]


def test_a_story_is_one_whatever_its_scheme(run: Run) -> None:
    url = "https://www.gazette.example/one/"
    assert run.mementos.main_address("gazette", "http://gazette.example/one") == (
        "http://gazette.example/one"
    )
    story = StoredArticle(source="gazette", url=url, headline="A lantern", body="It was relit.")
    run.stories.save(story, extractor="by hand")
    assert run.mementos.main_address("gazette", "http://gazette.example/one") == url
    assert run.mementos.main_address("courier", "http://gazette.example/one") != url
    assert story_key(url) == story_key("http://gazette.example:80/one#top")


@pytest.mark.parametrize("view", ["?m=1", "?m=0", "?amp", "?amp=1", "?showComment=15012#c15"])
def test_views_of_a_story_are_one_page(view: str) -> None:
    page = "https://katblog.example/2015/03/lantern.html"
    assert story_key(page + view) == story_key(page)
    assert story_key(f"{page}?p=2{view.replace('?', '&')}") == story_key(f"{page}?p=2")


@pytest.mark.parametrize("query", ["?m=201503", "?page=2", "?m", "?ramp=1"])
def test_other_queries_are_other_pages(query: str) -> None:
    page = "https://katblog.example/2015/03/lantern.html"
    assert story_key(page + query) != story_key(page)


def test_captures_of_a_withdrawn_story_are_forgotten_and_not_listed_again(run: Run) -> None:
    story = StoredArticle(
        source="gazette",
        url="https://www.gazette.example/one",
        headline="A lantern",
        body="It was relit.",
    )
    run.stories.save(story, extractor="by hand")
    add(run, memento(2017, "A"), memento(2018, "B", "two"))
    db = run.transaction.db
    ((article_id,),) = db.execute("SELECT id FROM articles").fetchall()
    stone = tombstone_for(db, article_id, reason="asked for", keep_headline=False)
    withdraw(run.transaction, [stone])
    assert due(run) == [("two", 2018)]
    told = [*db.execute("SELECT url FROM urls"), *db.execute("SELECT original_url FROM mementos")]
    assert not [words for (words,) in told if "gazette.example/one" in words]
    assert add(run, memento(2019, "C"), memento(2019, "D", "two")) == 1
    assert due(run) == [("two", 2018), ("two", 2019)]
