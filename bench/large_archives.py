"""Measures what the recipes of docs/researcher/large-archives.md cost over very many stories.

    python bench/large_archives.py [--stories 100000] [--folder FOLDER]

Stories are synthetic, and go through the writer of `tradepress export --partition source,year` as
values, not by way of an archive: 12 papers, 2001 to 2025 and a few undated, 100 words each drawn as
in bench/archive.py, with a description, two links, three mentions, and copies of a seventh. Then
every block of SQL of that page is run in DuckDB, and its Python with Dask. Making, DuckDB and Dask
are a process each: seconds by the clock and of CPU, and the peak of memory. FOLDER keeps the
stories, and what is there already is not made again.
"""

# ruff: noqa: E402
import argparse
import contextlib
import io
import itertools
import os
import random
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import SEED, VOCABULARY, vocabulary
from bench.captures_out import cost
from tradepress.archive.disk import folder_written_whole
from tradepress.archive.stories.story_record import LinkedStory, RelatedLink, Story, StoryVersion
from tradepress.research.export.parquet_file import write_partitions
from tradepress.research.export.withheld_text import export_rows
from tradepress.story import Mention, Reading

PAGE = Path(__file__).parents[1] / "docs" / "researcher" / "large-archives.md"
PAPERS = {
    **{"lantern": 30, "signet": 20, "makers": 12, "gazette": 10, "courier": 8, "herald": 6},
    **{"ledger": 5, "monitor": 3, "observer": 2, "record": 2, "review": 1, "tribune": 1},
}
"""Names papers, and the hundredths of all stories that each has."""
YEARS = (*range(2001, 2026), None)
UNDATED = 0.02
"""Is the undated part of the stories of a paper."""
WORDS, PARAGRAPH, DESCRIPTION = 100, 50, 16
ASKED = {"counterfeit": 0.03, "fakes": 0.02, "marketplace": 0.1, "online": 0.15, "sites": 0.1}
"""Holds words that the recipes look for, and in what part of the stories each stands."""
COURTS, FIRMS = 200, 5000
DAY = "2026-11-28T00:00:00Z"


def numbers_of(paper: str, count: int) -> Iterator[tuple[int, str | None]]:
    """Yields number and day of each of a paper's stories, in their order."""
    of_paper = count * PAPERS[paper] // 100
    undated = int(of_paper * UNDATED)
    a_year = (of_paper - undated) // (len(YEARS) - 1)
    number = itertools.count(1)
    for year in YEARS:
        for place in range(undated if year is None else a_year):
            month, day = divmod(place * 336 // a_year, 28)
            yield next(number), year and f"{year}-{month + 1:02}-{day + 1:02}"


def stories(count: int) -> Iterator[Story]:
    """Yields about so many, paper after paper, year after year; the same for the same number."""
    rng = random.Random(SEED)
    words = vocabulary(random.Random(SEED))
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
    for paper in PAPERS:
        for number, day in numbers_of(paper, count):
            drawn = rng.choices(words, cum_weights=weights, k=WORDS)
            for word, part in ASKED.items():
                if rng.random() < part:
                    drawn[rng.randrange(WORDS)] = word
            yield a_story(rng, paper, number, day, drawn)


def a_story(
    rng: random.Random, paper: str, number: int, day: str | None, drawn: list[str]
) -> Story:
    url = f"https://{paper}.example/news/{number}"
    headline = " ".join(drawn[:8]).capitalize()
    hash_of = f"{rng.getrandbits(64):016x}"
    version = StoryVersion(
        version=1, date_captured=DAY, date_archived=DAY, content_hash=hash_of, is_reread=False
    )
    linked = LinkedStory(
        source=paper, headline=headline, published_day=day, policy="store", reservations=()
    )
    links = tuple(
        RelatedLink(
            kind="related",
            position=position,
            text=headline,
            url=f"https://{paper}.example/news/{target}",
            target=f"{paper}-{target}",
            leads_to=linked,
        )
        for position, target in enumerate((rng.randrange(1, number + 1), number + 1))
    )
    named = (
        ("court", f"Court {rng.randrange(COURTS)}"),
        ("firm", f"Firm {rng.randrange(FIRMS)}"),
        ("case", f"Case {number % 100_000}"),
    )
    mentions = tuple(
        Mention(field="body", start=at * 40, end=at * 40 + 12, kind=kind, value=value)  # type: ignore[arg-type]
        for at, (kind, value) in enumerate(named)
    )
    return Story(
        ref=f"{paper}-{number}",
        site_id=str(number),
        version=1,
        current_version=1,
        is_current=True,
        source=paper,
        publisher=f"The {paper.title()}",
        cited_as="newspaper",
        source_home=f"https://{paper}.example/",
        url=url,
        canonical_url=url,
        headline=headline,
        description=" ".join(drawn[8 : 8 + DESCRIPTION]).capitalize() + ".",
        body="\n\n".join(
            " ".join(drawn[at : at + PARAGRAPH]).capitalize() + "."
            for at in range(0, WORDS, PARAGRAPH)
        ),
        date_published=day,
        date_published_raw=day,
        date_modified=None,
        date_modified_raw=None,
        published_day=day,
        authors=(f"Ann {drawn[0].capitalize()}",),
        section=("News", "Analysis", "Cases")[number % 3],
        language="en",
        keywords=(),
        access=(None, "open", "subscription")[number % 3],  # type: ignore[arg-type]
        completeness="body",
        is_truncated=False,
        confidence=0.9,
        corrections=(),
        policy="store",
        reservations=(),
        content_hash=hash_of,
        extractor="bench",
        date_captured=DAY,
        date_archived=DAY,
        retrieved_from=None,
        has_capture=False,
        first_seen=DAY,
        last_seen=DAY,
        gone_at=None,
        duplicate_group=number // 14 if number % 7 == 0 else None,
        image_url=None,
        image_caption=None,
        image_license=None,
        links=links,
        mentions=mentions,
        versions=(version,),
        aliases=(),
        evidence={"headline": (Reading(value=headline, evidence="json-ld"),)},
    )


def make(folder: Path, count: int) -> None:
    """Makes ``press`` in the folder."""
    with folder_written_whole(folder / "press") as part:
        write_partitions(export_rows(stories(count)), part, "source,year")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def ask_duckdb(folder: Path) -> None:
    """Asks every question of the page, in its order."""
    import duckdb

    os.chdir(folder)
    with duckdb.connect() as connection:
        for sql in blocks("sql"):
            started, spent = time.perf_counter(), time.process_time()
            rows = connection.execute(sql).fetchall()
            what = sql.partition("\n")[0].removeprefix("-- ")
            print_row(f"{what} {rows[:1]}", started, time.process_time() - spent)


def ask_dask(folder: Path) -> None:
    os.chdir(folder)
    (program,) = blocks("python")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("ignore")
        exec(program, {})
    print_row(f"counted {printed.getvalue().splitlines()}")


def print_row(
    what: str, started: float | None = None, cpu: float | None = None, peak: float | None = None
) -> None:
    seconds = None if started is None else time.perf_counter() - started
    figures = ("" if one is None else f"{one:,.2f}" for one in (seconds, cpu, peak))
    print(f"| {what} | {' | '.join(figures)} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="keeps the stories; else they are thrown away")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as thrown_away:
        folder = (arguments.folder or Path(thrown_away)).absolute()
        folder.mkdir(exist_ok=True)
        print("| | seconds | CPU s | peak MB |\n|---|---|---|---|", flush=True)
        jobs = {"DuckDB": ask_duckdb, "Dask": ask_dask}
        if not (folder / "press").exists():
            jobs = {"made": partial(make, count=arguments.stories), **jobs}
        for name, job in jobs.items():
            started = time.perf_counter()
            cpu, peak = cost(job, folder)
            print_row(f"**{name}**", started, cpu, peak)
            if name == "made":
                sizes = [file.stat().st_size for file in (folder / "press").rglob("*.parquet")]
                print_row(f"{len(sizes):,} files, {sum(sizes) / 1e6:,.0f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
