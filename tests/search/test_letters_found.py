"""Any run of letters that stands in a story is found, and never said to stand in none."""

import random
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from archive_rows import PAPER, Writer, asked, find, open_writer, save, story
from asked_questions import is_letter, is_spaceless, is_there, plain
from many_scripts import STORIES
from sqlite_utils import Database

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.why_nothing import why_nothing

RUNS = 60
MOST_LETTERS = 12
THEN, NOW = "2026-11-24T09:00:00Z", "2026-11-26T09:00:00Z"
JOINING = "\u17d2\u1039\u094d"
"""Signs of Khmer, Burmese and Hindi that write the next letter below."""
FIELDS = ("headline", "body")
Texts = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An archive of stories in all scripts, and the plain texts of each."""

    db: Database
    now: Mapping[str, Texts]
    then: Mapping[str, Texts]
    """With those that have been changed since."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    path = tmp_path_factory.mktemp("scripts") / "archive.db"
    days = [datetime.fromisoformat(THEN)]
    stopped = SimpleNamespace(now=lambda _: days[-1])
    with patch("tradepress.archive.clock.datetime", stopped), open_writer(path) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number, (headline, first, last) in enumerate(STORIES.values()):
            texts = {"headline": headline, "body": f"{first}\n\n{last}", "language": None}
            save(writer, story(100 + number, **texts))
            texts = {"headline": first, "body": f"{last}\n\n{headline}", "language": None}
            save(writer, story(200 + number, **texts))
        writer.commit()
        then = plain_texts(writer)
        days.append(datetime.fromisoformat(NOW))
        for number in range(len(STORIES)):
            save(writer, story(200 + number))
        writer.commit()
        now = plain_texts(writer)
    assert len(now) == len(then) == 2 * len(STORIES)
    with read_archive(path) as db:
        yield Kept(db=db, now=now, then=then)


def plain_texts(writer: Writer) -> dict[str, Texts]:
    rows = writer.rows("SELECT ref, headline, body FROM articles")
    return {row["ref"]: {name: plain(row[name] or "") for name in FIELDS} for row in rows}


# Runs of letters


def units(paragraph: str) -> list[tuple[int, int]]:
    """Start and end of what can't be parted: a word, or a letter of a script without spaces."""
    found: list[tuple[int, int]] = []
    for place, sign in enumerate(paragraph):
        if not is_letter(sign):
            continue
        before = paragraph[place - 1] if place else " "
        is_mark = unicodedata.category(sign)[0] == "M"
        is_word = is_letter(before) and not is_spaceless(before) and not is_spaceless(sign)
        if found and found[-1][1] == place and (is_mark or before in JOINING or is_word):
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def runs(language: str) -> Iterator[str]:
    """Runs as they stand in the story of this language; some as a Mac writes them."""
    chance = random.Random(language)
    for _ in range(RUNS):
        paragraph = chance.choice(STORIES[language])
        there = units(paragraph)
        first = chance.randrange(len(there))
        begin, end = there[first]
        for start, until in there[first + 1 :]:
            if until - begin > MOST_LETTERS or paragraph[end:start] not in ("", " "):
                break
            if chance.random() < 0.2:
                break
            end = until
        yield unicodedata.normalize(chance.choice(("NFC", "NFC", "NFD")), paragraph[begin:end])


def is_in(run: str, texts: Texts, *fields: str) -> bool:
    return any(is_there(run, texts[name]) for name in fields)


@pytest.mark.parametrize("language", STORIES)
def test_a_run_of_letters_is_found_where_it_stands(kept: Kept, language: str) -> None:
    wrong = []
    for run in runs(language):
        words = f'"{run}"' if " " in run else run
        for texts, when in ((kept.now, None), (kept.then, THEN[:10])):
            for field, fields in (("", FIELDS), ("headline:", ("headline",)), ("body:", ("body",))):
                ask = f"{field}{words}"
                there = {ref for ref, of_story in texts.items() if is_in(run, of_story, *fields)}
                found = {hit.ref for hit in find(kept.db, ask, as_of=when, fold=False, limit=99)}
                if found != there:
                    wrong.append((ask, when, found ^ there))
    assert wrong == []


@pytest.mark.parametrize("language", STORIES)
def test_no_run_that_stands_in_a_story_is_said_to_stand_in_none(kept: Kept, language: str) -> None:
    wrong = []
    for run in runs(language):
        words = f'"{run}"' if " " in run else run
        told = why_nothing(kept.db, asked(f"{words} qqzz"))
        if told != ["no story has “qqzz”"]:
            wrong.append((words, told))
    assert wrong == []
