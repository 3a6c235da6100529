"""How long an answer takes tells strangers nothing of a withheld text: a right guess makes no more
work than a wrong one."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import ask
from test_public_same import ENGLISH, RESERVED, fill

from tradepress.browse import page_visit
from tradepress.browse.datasette_settings import SETTINGS

PAGES = ("stories?q", "stories.csv?q", "stories.atom?q", "trace?text", "stories/picture?by=year&q")
ORDERS = ('"quilted lantern"', "quilted NEAR/0 lantern", "quilted-lantern", '"lantern bracke*"')
WORDS = ("quilted", "bracke*", "lantrn", "body:lantern")


def steps(path: Path, guesses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps SQLite's machine takes for each question of the pages that answer a guess:
    no clock runs as evenly."""
    taken: list[int] = []

    @contextmanager
    def counted(connection: sqlite3.Connection) -> Iterator[None]:
        taken.append(0)

        def step() -> int:
            taken[-1] += 1
            return 0

        connection.set_progress_handler(step, 1)
        try:
            yield
        finally:
            connection.set_progress_handler(None, 1)

    asked = [f"/{page}={quote(guess)}" for guess, page in product(guesses, PAGES)]
    with monkeypatch.context() as watched:
        watched.setattr(page_visit, "limited_work", counted)
        watched.setitem(SETTINGS, "num_sql_threads", 1)  # each connection reads the schema once
        for answer in ask(path, *(("GET", page, {}) for page in ("/", *asked)), is_public=True):
            assert answer.status_code in (200, 400)
    return taken


def works(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    texts: tuple[str, str],
    guesses: tuple[str, ...],
    **how: Any,
) -> list[list[int]]:
    found = []
    for number, text in enumerate(texts):
        (folder := tmp_path / str(number)).mkdir()
        fill(folder / "archive.db", text, **how)
        found.append(steps(folder / "archive.db", guesses, monkeypatch))
    return found


def test_a_right_guess_of_an_order_makes_no_more_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = works(tmp_path, monkeypatch, ENGLISH, ORDERS, reservations=RESERVED)
    assert sum(one) > 5_000
    assert one == other


def test_nor_does_a_guess_of_a_word_that_is_held_for_the_archive_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("quilted lantern brackets", "knitted napkins standing")
    one, other = works(tmp_path, monkeypatch, texts, WORDS, policy="archive-only")
    assert sum(one) > 5_000
    assert one == other


def test_work_tells_what_may_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack sees something: whether a text of which passages are shown has a word."""
    texts = ("quilted lantern brackets", "knitted napkins standing")
    one, other = works(tmp_path, monkeypatch, texts, WORDS)
    assert one != other
