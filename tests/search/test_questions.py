"""200 questions in 25 languages: what a string search finds is found, neither more nor less.

In the terminal, the reading room and the library alike (tests/search/questions.toml).
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import Any
from urllib.parse import urlencode, urlsplit

import needs
import pytest
from archive_rows import save, story
from asked_questions import known_pages, plain, questions
from browsing import a_run, answers
from conftest import SHARED, Tradepress
from lxml import html

from tradepress.browse.addresses.result_address import PAGE_SIZE
from tradepress.research.press_archive import PressArchive

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SHARED.exists(), reason=needs.reason("../shared")),
]

OTHERS = 300
"""So many English pages stand among those asked for."""
Found = Mapping[str, Collection[str]]
"""Refs by what was asked."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An archive of known pages, and the right answer to each question."""

    path: Path
    truth: Found


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    path = tmp_path_factory.mktemp("asked") / "archive.db"
    pages = known_pages(SHARED, english=OTHERS)
    with a_run(path) as writer:
        for number, page in enumerate(pages, start=1):
            texts = {"headline": page.headline, "body": page.body, "language": None}
            save(writer, story(number, **texts))
    with closing(connect(path)) as db:
        rows = db.execute("SELECT ref, headline, description, body FROM articles").fetchall()
    assert len(rows) == len(pages)
    names = ("headline", "description", "body")
    stored = {
        ref: {name: plain(text or "") for name, text in zip(names, texts, strict=True)}
        for ref, *texts in rows
    }
    truth = {
        one.ask: {ref for ref, texts in stored.items() if one.is_answered_by(texts)}
        for one in questions()
    }
    return Asked(path=path, truth=truth)


def differing(truth: Found, found: Found) -> str:
    """How many of each language are answered otherwise, and a line for each of them."""
    wrong = [one for one in questions() if {*found[one.ask]} != {*truth[one.ask]}]
    lines = [
        f"{one.language}: {one.ask}: {len(truth[one.ask])} stories, found {len(found[one.ask])}"
        for one in wrong
    ]
    of_languages = Counter(one.language for one in wrong)
    tally = ", ".join(f"{language} {number}" for language, number in of_languages.items())
    return "\n".join([f"{len(wrong)} differ: {tally}", *lines]) if wrong else ""


def test_there_are_300_in_15_languages() -> None:
    table = questions()
    assert len({one.ask for one in table}) == len(table) == 300
    assert len({one.language for one in table}) >= 15


def test_the_library_finds_what_is_there(asked: Asked) -> None:
    with PressArchive(asked.path) as archive:
        found = {
            ask: [hit.ref for hit in archive.search(ask, fold=False, limit=1000)]
            for ask in asked.truth
        }
        counted = {ask: archive.count(ask, fold=False).total for ask in asked.truth}
    assert counted == {ask: len(refs) for ask, refs in found.items()}, "two numbers"
    assert differing(asked.truth, found) == ""


def test_the_terminal_finds_what_is_there(asked: Asked, here: Tradepress) -> None:
    found = {}
    for ask, refs in asked.truth.items():
        told = here("search", "--all", "--limit=1000", "--json", f"--archive={asked.path}", ask)
        assert told.returncode == 0, told.stderr
        answer = json.loads(told.stdout)
        found[ask] = [one["ref"] for one in answer["stories"]]
        assert answer["total"] == len(found[ask]), ask
        assert refs or found[ask] or told.stderr, f"{ask}: not said why"
    assert differing(asked.truth, found) == ""


def test_the_reading_room_finds_what_is_there(asked: Asked) -> None:
    shown = [
        (ask, urlencode({"q": ask, "copies": "apart", "page": number + 1}))
        for ask, refs in asked.truth.items()
        for number in range(max(1, -(-len(refs) // PAGE_SIZE)))
    ]
    told = answers(asked.path, [f"/stories?{query}" for _, query in shown])
    found: dict[str, list[str]] = {ask: [] for ask in asked.truth}
    titles = {}
    for (ask, _), answer in zip(shown, told, strict=True):
        page = html.fromstring(answer.text)
        found[ask] += refs_of(page)
        titles[ask] = page.findtext(".//title") or ""
    assert differing(asked.truth, found) == ""
    counted = {ask: int(re.findall(r": (\d+) stor", title)[-1]) for ask, title in titles.items()}
    assert counted == {ask: len(refs) for ask, refs in asked.truth.items()}


def refs_of(page: Any) -> list[str]:
    """The refs of the stories that a result page shows."""
    links = page.xpath("//ol[@class='cards']/li/*[self::h2 or self::h3]/a/@href")
    return [urlsplit(link).path.rpartition("/")[2] for link in links]
