"""One question asks the papers of all languages, in the terminal, the reading room and Python."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import a_run, answers, ask, headlines, path, save
from conftest import Tradepress
from lxml import html

from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.press_archive import PressArchive

__all__ = ["path"]

TITLES = {
    "Die Marke Zorvak bleibt",
    "Zorvak keeps its trademarks",
    "商標「ゾルバク」の審決",
    "조르박 상표는 유지된다",
    "العلامة التجارية زورفاك",
    "Отказ по товарному знаку Зорвак",
}


@pytest.mark.parametrize("typed", ["Marke", "商標", "trade mark", "marque"])
def test_one_question_asks_all_papers(path: Path, here: Tradepress, typed: str) -> None:
    with a_run(path) as writer:
        for number, title in enumerate([*TITLES, "A lamp"]):
            save(writer, title, f"{number}.", url=f"http://signet.example/{number}")
    with PressArchive(path) as archive:
        query = StoryQuery(words=typed, variants=True)
        assert {hit.headline for hit in archive.search(query)} == TITLES
    told = json.loads(here("search", typed, "--variants", "--json", f"--archive={path}").stdout)
    assert {one["headline"] for one in told["stories"]} == TITLES
    (page,) = answers(path, [f"/stories?q={typed}&variants=1"])
    assert {*headlines(html.fromstring(page.text))} == TITLES


def test_strangers_ask_all_papers_too(path: Path) -> None:
    with a_run(path) as writer:
        for number, title in enumerate([*TITLES, "A lamp"]):
            save(writer, title, f"{number}.", url=f"http://signet.example/{number}")
    several = " OR ".join(("Marke", "Patent", "Gericht", "opposition", "Verletzung") * 12)
    told = ask(
        path,
        *(("GET", f"/stories?q={quote(typed)}&variants=1", {}) for typed in ("商標", several)),
        is_public=True,
    )
    for answer in told:
        assert {*headlines(html.fromstring(answer.text))} == TITLES
