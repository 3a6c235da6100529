"""JSONTestSuite through all that read JSON of others: only the house's own errors."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import suites
from conftest import a_story
from sqlite_utils import Database

from tradepress.archive.stored_json import (
    readable_names,
    stored_evidence,
    stored_reservations,
)
from tradepress.archive.withdrawal.tombstone_file import (
    DamagedArchive,
    read_tombstone_file,
    tombstone_path,
)
from tradepress.discovery.candidates import Candidates, NotAListing
from tradepress.discovery.common_crawl import read_crawl_index, read_indexes, read_page_count
from tradepress.discovery.read_listing import read_listing
from tradepress.discovery.wayback_index import NotAnIndex, read_index
from tradepress.extraction import extract_article
from tradepress.research.queries.saved_queries import QueryFileError, SavedQueries
from tradepress.rights.tdmrep import NotTdmrep, file_reservations
from tradepress.source import Source

pytestmark = pytest.mark.slow

FILES = 340
HOME = "http://gazette.example/"
STORY = f"{HOME}news/lantern-1234"
SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="UTC",
    article_url=r"/news/[a-z]+-\d{4}",
    from_listings=("date_published", "authors", "section", "description"),
)
FIELDS = ("headline", "author", "datePublished", "dateModified", "keywords", "articleSection")
FIELDS += ("articleBody", "url", "image", "isAccessibleForFree", "wordCount", "publisher", "@graph")
NAMES = ("date_published", "date_modified", "authors", "tags", "summary")
"""Those of an item of a JSON Feed."""


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    found = suites.json_files()
    assert len(found) == FILES
    return found


def test_a_page_that_declares_them_is_the_same_story(files: dict[str, str]) -> None:
    page = a_story("Lantern cleared")
    plain = extract_article(page, STORY)
    for name, words in files.items():
        fields = "".join(f'"{field}": {words}, ' for field in FIELDS)
        named = f'{{"@context": "https://schema.org", {fields}"@type": "NewsArticle"}}'
        for declared in (words, named):
            script = f"<script type='application/ld+json'>{declared}</script></head>"
            article = extract_article(
                page.replace("</head>", script).encode("utf-8", "surrogatepass"), STORY
            )
            assert article.body == plain.body, name
            assert article.headline, name
            assert all(isinstance(one, str) for one in (*article.authors, *article.keywords)), name


def test_a_feed_of_them_keeps_its_other_entries(files: dict[str, str]) -> None:
    broken = []
    for name, words in files.items():
        with pytest.raises(NotAListing):
            listed(words)
        said = ", ".join(f'"{field}": {words}' for field in NAMES)
        feed = (
            f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{words}, '
            f'{{"url": {words}, {said}}}, {{"url": "{STORY}", {said}}}, {{"url": "{STORY}5"}}]}}'
        )
        try:
            found = listed(feed)
        except NotAListing:
            broken.append(name)
        else:
            assert [one.url for one in found.articles] == [STORY], name
            assert f"{STORY}5" in found.others, name
    # What starts by y is right; i may be either.
    assert not [name for name in broken if name.startswith("y_")]
    assert all(name.startswith(("n_", "i_", "string_")) for name in broken), broken


def listed(feed: str) -> Candidates:
    return read_listing("feed", feed.encode("utf-8", "surrogatepass"), HOME, SOURCE, None)


def test_an_index_of_them_is_refused_or_read(files: dict[str, str]) -> None:
    first = '["original", "timestamp", "statuscode", "mimetype", "digest"]'
    for words in files.values():
        rows = f'[{first}, {words}, ["{STORY}", {words}, {words}, "text/html", {words}]]'
        line = f'example,gazette)/ 20200101000000 {{"url": "{STORY}", "status": {words}}}'
        for text in (words, rows, line):
            answer = text.encode("utf-8", "surrogatepass")
            for read in (
                partial(read_index, answer, SOURCE),
                partial(read_crawl_index, answer, SOURCE),
                partial(read_indexes, answer, since=None, until=None),
                partial(read_page_count, answer),
            ):
                allow(NotAnIndex, read)


def test_a_declaration_of_rights_of_them_is_refused_or_read(files: dict[str, str]) -> None:
    outcomes = Counter[str]()
    for words in files.values():
        rule = f'[{words}, {{"location": "/", "tdm-reservation": {words}, "tdm-policy": {words}}}]'
        at = f'[{{"location": {words}, "tdm-reservation": 1}}]'
        for text in (words, rule, at):
            outcomes[allow(NotTdmrep, partial(file_reservations, text, STORY))] += 1
    assert outcomes["NotTdmrep"] > FILES
    assert outcomes["read"] > FILES / 2


def test_what_is_stored_or_saved_is_damaged_and_no_more(
    files: dict[str, str], tmp_path: Path
) -> None:
    queries = SavedQueries(Database(memory=True), tmp_path / "press.db")
    queries.folder.mkdir()
    stones = tombstone_path(tmp_path / "press.db")
    for name, words in files.items():
        stored_evidence({"evidence": words})
        stored_reservations(words)
        assert all(isinstance(one, str) for one in readable_names(words)), name
        raw = words.encode("utf-8", "surrogatepass")
        (queries.folder / "names.json").write_bytes(raw)
        with pytest.raises(QueryFileError):
            queries.load("names")
        stones.write_bytes(raw)
        with pytest.raises(DamagedArchive):
            read_tombstone_file(tmp_path / "press.db")


def allow(error: type[Exception], read: Callable[[], object]) -> str:
    """Whatever is read, or that error; any other ends the test."""
    try:
        read()
    except error:
        return error.__name__
    return "read"
