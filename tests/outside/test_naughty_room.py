"""The Big List of Naughty Strings on every page of the reading room: shown as it is, and inert."""

import asyncio
import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import bibtexparser
import pytest
import rispy
from browsing import headlines, opened, words
from exported import as_xml
from lxml import etree, html
from naughty_stories import runs, save_naughty_stories

from tradepress.story import Article

pytestmark = pytest.mark.slow

Pages = Callable[[Sequence[str]], list[Any]]
ATOM = {"atom": "http://www.w3.org/2005/Atom"}
SIGNS = {*"<>&\"'`"}
SHOWN = 100
"""Law firms that a list of them has at least."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("naughty") / "press.db"


@pytest.fixture(scope="module")
def saved(path: Path) -> Mapping[str, Article]:
    return save_naughty_stories(path)


@pytest.fixture(scope="module")
def ask(path: Path, saved: Mapping[str, Article]) -> Iterator[Pages]:
    """Answers of one Datasette on the archive."""
    served = opened(path)

    async def answers(addresses: Sequence[str]) -> list[Any]:
        await served.invoke_startup()
        return [await served.client.get(address) for address in addresses]

    yield lambda addresses: asyncio.run(answers(addresses))
    served.executor.shutdown()
    for database in served.databases.values():
        database.close()


def marks(tree: Any) -> set[str]:
    """Names of elements and attributes, and schemes of what they lead to."""
    found = set()
    for element in tree.iter(etree.Element):
        found.add(element.tag)
        for name, value in element.items():
            found.add(f"{element.tag} {name}")
            if name in ("href", "src", "action", "formaction"):
                found.add(f"{name} {urlsplit(value).scheme}:")
    return found


def require_inert(answers: Mapping[str, Any], saved: Mapping[str, Article], *others: str) -> None:
    """Nothing but text differs between the pages of harmless strings and of all others."""
    trees = {ref: html.fromstring(answer.text) for ref, answer in answers.items()}
    harmless, all_marks = set(others), dict[str, set[str]]()
    for ref, tree in trees.items():
        all_marks[ref] = marks(tree)
        if (saved[ref].headline or "").isalnum():
            harmless |= all_marks[ref]
    more = {ref: found - harmless for ref, found in all_marks.items() if found - harmless}
    assert more == {}, {ref: (saved[ref].headline, found) for ref, found in more.items()}


def test_each_story_is_shown_as_it_is(ask: Pages, saved: Mapping[str, Article]) -> None:
    refs = [
        ref
        for number, (ref, one) in enumerate(saved.items())
        if number % 3 == 0 or SIGNS & {*(one.headline or "")}
    ]
    answers = dict(zip(refs, ask([f"/story/{ref}" for ref in refs]), strict=True))
    for ref, answer in answers.items():
        assert answer.status_code == 200, ref
        tree = html.fromstring(answer.text)
        (headline,) = tree.xpath("//h1")
        assert headline.text_content().strip() == saved[ref].headline, ref
        for paragraph in (saved[ref].body or "").split("\n\n"):
            assert paragraph in tree.text_content(), ref
    require_inert(answers, saved, "href http:")  # of strings that are addresses


@pytest.mark.parametrize(
    "form",
    [
        lambda text: "/stories?" + urlencode({"q": text}),
        lambda text: "/stories?" + urlencode({"author": text, "section": text, "q": "orrin"}),
        lambda text: "/firm/" + quote(text, safe=""),
    ],
    ids=["words", "filters", "firm"],
)
def test_each_is_a_question_and_the_name_of_a_page(
    ask: Pages, saved: Mapping[str, Article], form: Callable[[str], str]
) -> None:
    texts = {ref: saved[ref].headline or "" for ref in [*saved][::2]}
    answers = dict(zip(texts, ask([form(text) for text in texts.values()]), strict=True))
    shown = {ref: answer for ref, answer in answers.items() if answer.status_code != 302}
    assert {answer.status_code for answer in shown.values()} <= {200, 400, 404}
    assert len(shown) > len(texts) * 0.8
    require_inert(shown, saved, "p role", "li aria-hidden")  # of what is wrong with a question


def walk(ask: Pages, address: str | None) -> Iterator[Any]:
    """The trees of a list's pages."""
    while address:
        (answer,) = ask([address])
        assert answer.status_code == 200, answer.text
        tree = html.fromstring(answer.text)
        yield tree
        address = next(iter(tree.xpath("//a[@rel='next']/@href")), None)


def test_lists_hold_each(ask: Pages, saved: Mapping[str, Article]) -> None:
    texts = {one.headline for one in saved.values()}
    pages = [*walk(ask, "/stories?q=orrin")]
    assert {words for tree in pages for words in headlines(tree)} == texts
    firms = [*walk(ask, "/firms")]
    assert len({words(link) for tree in firms for link in tree.xpath("//main//a")}) >= SHOWN
    cited = [*walk(ask, "/stories/cite?q=orrin")]
    for tree in (*pages, *firms, *cited):
        assert not tree.xpath(
            "//script[not(@type='application/ld+json')] | //iframe | //svg | //object"
            " | //@onerror | //@onload"
        )
        schemes = {urlsplit(address).scheme for address in tree.xpath("//@href | //@src")}
        assert schemes <= {"", "http", "https"}


def test_files_hold_each_and_are_inert(ask: Pages, saved: Mapping[str, Article]) -> None:
    texts = {one.headline for one in saved.values()}
    table, lines, feed, names, picture, ris, bib = ask(
        [
            *("/stories.csv?q=orrin", "/stories.jsonl?q=orrin", "/stories.atom?q=orrin"),
            *("/stories/counts.csv?by=author", "/stories/counts.svg?by=author"),
            *("/stories.ris?q=orrin", "/stories.bib?q=orrin"),
        ]
    )
    rows = rows_of(table)
    assert {row["headline"].removeprefix("'") for row in rows} == texts
    assert not [cell for row in (*rows, *rows_of(names)) for cell in row.values() if runs(cell)]
    assert {json.loads(line)["headline"] for line in lines.text.split("\n")[:-1]} == texts
    assert {one["title"] for one in rispy.loads(ris.text)} == texts
    assert len(bibtexparser.parse_string(bib.text).entries) == len(saved)
    titles = [
        one.text
        for one in etree.fromstring(feed.content).iterfind(".//atom:entry/atom:title", ATOM)
    ]
    assert len(titles) > 50
    assert {*titles} <= {as_xml(text or "") for text in texts}
    drawn = {
        etree.QName(one).localname for one in etree.fromstring(picture.content).iter(etree.Element)
    }
    assert drawn <= {
        "svg",
        "style",
        "title",
        "desc",
        "rect",
        "text",
        "g",
        "line",
        "path",
        "a",
        "tspan",
    }
    (kept,) = ask(["/data/versions.json?_shape=array&_size=max"])
    assert {one["headline"] for one in kept.json()} == texts


def rows_of(answer: Any) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))]
