"""The same pages give the same texts, by whichever ways and in whatever order they came in."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from captured import Captured, write_warc
from conftest import Answer, Site, Tradepress, declare
from crawl_server import write_news
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from quill_pages import FOOTER, PEOPLE, SITE, WORDS, note, page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

HOME = "https://gazette.example"
NUMBERS = range(1, 6)
WAYS = ("crawl", "ingest", "backfill", "merge", "spread")
ORDERS = st.permutations(WAYS)
WAYS_OF_ONE = st.sets(st.sampled_from(WAYS), min_size=1, max_size=2)
WAYS_OF = st.lists(WAYS_OF_ONE, min_size=len(NUMBERS), max_size=len(NUMBERS))


def a_path(number: int) -> str:
    return f"/trademark/note-{1000 + number}"


def a_page(number: int) -> str:
    own = f"{SITE}/notes/{number}-case.html"
    return page(number, [note(number)]).replace(own, HOME + a_path(number))


def warc(file: Path, numbers: list[int]) -> Path:
    return write_warc(file, captured(numbers))


def captured(numbers: list[int]) -> list[Captured]:
    return [
        Captured(url=HOME + a_path(n), at=f"2021-05-0{n}T12:00:00", page=a_page(n)) for n in numbers
    ]


def texts(archive: Path) -> dict[str, tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        rows = db.execute("SELECT ref, headline, authors, body FROM articles").fetchall()
    return {ref: tuple(rest) for ref, *rest in rows}


def expected(number: int) -> tuple[str, str, str]:
    headline = f"{WORDS[number % len(WORDS)].title()} case {number} decided"
    return headline, f'["{PEOPLE[number % len(PEOPLE)]}"]', note(number)


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink one takes minutes
)
@given(order=ORDERS, ways_of=WAYS_OF)
def test_the_same_texts_by_any_way_in_any_order(
    order: list[str],
    ways_of: list[set[str]],
    site: Site,
    tradepress: Tradepress,
    tmp_path: Path,
) -> None:
    sources = tmp_path / "sources"  # where the workers of a cluster find it, too
    sources.mkdir(exist_ok=True)
    declare(sources, "gazette", site.home, domains=("127.0.0.1", "gazette.example"))
    folder = Path(tempfile.mkdtemp(dir=tmp_path))  # of this example alone
    archive = folder / "archive.db"
    (tmp_path / "tradepress.toml").write_text(
        f'contact = "a@library.example"\n[backfill]\ncommoncrawl = "{folder / "crawls"}"\n'
    )

    def do(*command: object) -> None:
        result = tradepress(*map(str, command))
        assert result.returncode == 0, (command, result.stdout, result.stderr)

    for way in order:
        numbers = [n for n, ways in zip(NUMBERS, ways_of, strict=True) if way in ways]
        if not numbers:
            continue
        if way == "crawl":
            links = [f"<a href='{a_path(n)}'>Case {n} decided</a>" for n in numbers]
            site.pages["/trademark/"] = Answer(" ".join(links))
            for n in numbers:
                site.pages[a_path(n)] = Answer(a_page(n))
            do("crawl", "gazette", "--no-trial", "--archive", archive)
        elif way == "ingest":
            do("ingest", warc(folder / "one.warc.gz", numbers), "--archive", archive)
        elif way == "spread":
            file = warc(folder / "spread.warc.gz", numbers)
            shards = ("--local", "1", "--shards", folder / "shards")
            do("ingest", file, *shards, "--archive", archive)
        elif way == "merge":
            other = folder / "other.db"
            do("ingest", warc(folder / "other.warc.gz", numbers), "--archive", other)
            do("merge", other, "--archive", archive)
        else:
            name = "CC-NEWS-20210501120000-00001.warc.gz"
            write_news(folder / "crawls", "2021/05", {name: captured(numbers)})
            months = ("--since", "2021-05", "--until", "2021-05")
            do(
                *("backfill", "gazette", "--from", "ccnews", *months, "--yes"),
                *("--archive", archive),
            )
    found = texts(archive)
    assert found == {f"gazette-{1000 + n}": expected(n) for n in NUMBERS}
    assert not any(FOOTER[0] in body for _, _, body in found.values())
