"""kill -9 during real crawls, again and again: nothing acknowledged is lost, nothing is doubled.

What comes out in the end is what an undisturbed crawl gives.
"""

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import crawl_progress
import preloaded
import pytest
from conftest import ROOT, Answer, Site, Tradepress, a_story, declare
from crawl_progress import text_digest

from tradepress.archive.read_only import read_archive
from tradepress.archive.url_key import url_key
from tradepress.source import Furniture

KILLS = 25
"""For each of two crawls."""
MOMENTS = {"begins": 1, "asked": 40, "answered": 80, "acknowledged": 150}
"""What a process tells before a kill, and how often at most."""
WEIGHTS = (1, 1, 1, 5)
LONGEST_PAUSE = 0.3
"""Seconds between that line and the kill: not only what comes right after a line is in danger."""

LEFT = {"archive.captures", *(f"archive.db{end}" for end in ("", "-wal", "-shm", ".lock"))}
"""What may lie in the folder in the end: nothing half-made."""

CONTENTS = {
    "articles": """
        SELECT ref, content_hash, version, site_id, headline, date_published,
            (SELECT min(other.ref) FROM articles AS other WHERE other.id = articles.id
                OR other.duplicate_group = articles.duplicate_group)
        FROM articles
        """,
    "versions": """
        SELECT ref, versions.version, versions.content_hash, captures.digest FROM versions
        JOIN articles ON articles.id = article_id LEFT JOIN captures ON captures.id = capture_id
        """,
    "locations": """
        SELECT locations.url, ref FROM locations JOIN articles ON articles.id = article_id
        """,
    "links": """
        SELECT articles.ref, versions.version, position, kind, text, links.url, targets.ref
        FROM links JOIN versions ON versions.id = links.version_id
        JOIN articles ON articles.id = article_id
        LEFT JOIN articles AS targets ON targets.id = target_id
        """,
    "near-duplicates": """
        SELECT min(one.ref, other.ref), max(one.ref, other.ref), similarity, kind
        FROM near_duplicates JOIN articles AS one ON one.id = article_id
        JOIN articles AS other ON other.id = other_id
        """,
    "aliases": """
        SELECT aliases.ref, articles.ref FROM aliases JOIN articles ON articles.id = article_id
        """,
}
"""What an archive holds, without what hangs on the order in which pages came: numbers, times, and
which of several addresses of one story was read first."""

Contents = dict[str, Counter[tuple[Any, ...]]]


def contents(archive: Path) -> Contents:
    db = read_archive(archive)
    with closing(db.conn):
        return {name: Counter(db.execute(sql).fetchall()) for name, sql in CONTENTS.items()}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one process told up to its end."""

    lines: list[list[str]]
    was_killed: bool
    output: str

    @property
    def acknowledged(self) -> set[tuple[str, str, str]]:
        """Key of the address, headline, digest of the text."""
        stories = [words for kind, *words in self.lines if kind == "acknowledged"]
        return {(url_key(url), headline, digest) for url, headline, digest in stories}


@dataclass(frozen=True, kw_only=True)
class Kill:
    """When a process is killed: a pause after it has told this so many times."""

    line: str
    count: int
    pause: float
    is_of_all: bool
    """The page workers, too."""


def draw_kill(draws: random.Random, stories: int) -> Kill:
    (line,) = draws.choices(list(MOMENTS), WEIGHTS)
    return Kill(
        line=line,
        count=draws.randint(1, min(MOMENTS[line], stories)),
        pause=draws.uniform(0, LONGEST_PAUSE),
        is_of_all=draws.random() < 0.5,
    )


Crawl = Callable[..., Told]
"""Runs a command into an archive, and kills it if ``kill`` says when."""


@pytest.fixture
def crawl(spiders: Path) -> Crawl:
    def run(*arguments: str, archive: Path, kill: Kill | None = None) -> Told:
        reading, writing = os.pipe()
        options = [str(writing), spiders, *arguments, "--archive", archive]
        inherited = {name: value for name, value in os.environ.items() if "TRADEPRESS_" not in name}
        with preloaded.start(
            [crawl_progress.__file__, *options],
            pass_fds=[writing],
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
            },
            one_stream=True,
            own_session=True,
        ) as process:
            os.close(writing)
            lines = []
            count: Counter[str] = Counter()
            with os.fdopen(reading) as progress:
                for line in progress:
                    lines.append(json.loads(line))
                    count[lines[-1][0]] += 1
                    if kill and kill.line == lines[-1][0] and kill.count == count[kill.line]:
                        with suppress(subprocess.TimeoutExpired):
                            process.wait(kill.pause)
                        if kill.is_of_all:
                            os.killpg(process.pid, signal.SIGKILL)
                        else:
                            process.kill()
            # The output ends when everybody has closed it who has it: the workers, too.
            output, _ = process.communicate(timeout=300)
        assert process.returncode in (0, -9), output
        return Told(lines=lines, was_killed=process.returncode == -9, output=output)

    return run


def require_kept(archive: Path, acknowledged: set[tuple[str, str, str]]) -> int:
    """Each acknowledged story is there, and was read from that address; how many there are."""
    db = read_archive(archive)
    with closing(db.conn):
        rows = db.execute(
            "SELECT url_key, headline, body FROM urls JOIN versions USING (article_id)"
        )
        kept = {(key, headline, text_digest(body)) for key, headline, body in rows}
        assert acknowledged <= kept
        return db["articles"].count


def require_equal(archive: Path, expected: Contents) -> None:
    found = contents(archive)
    for name in CONTENTS:
        assert found[name] - expected[name] == Counter(), f"{name} that should not be there"
        assert expected[name] - found[name] == Counter(), f"{name} that are missing"


def require_sound(warc: Path) -> None:
    """Other tools pass it."""
    for command in (["gunzip", "-t"], [sys.executable, "-m", "warcio.cli", "check"]):
        checked = subprocess.run([*command, warc], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def kill_again_and_again(
    crawl: Crawl, here: Tradepress, folder: Path, *arguments: str, seed: int, stories: int
) -> None:
    """Crawl into one new archive after the other, until all kills are spent.

    :param stories: what the crawl gives in the end
    """
    undisturbed = folder / "archive.db"
    assert not crawl(*arguments, archive=undisturbed).was_killed
    expected = contents(undisturbed)
    assert expected["articles"].total() == stories
    draws = random.Random(seed)
    kills, told_before_a_kill = 0, 0
    while kills < KILLS:
        archive = folder / f"from-kill-{kills}" / "archive.db"
        archive.parent.mkdir()
        acknowledged: set[tuple[str, str, str]] = set()
        kept, is_killed = 0, True
        while is_killed:
            kill = draw_kill(draws, stories) if kills < KILLS and kept < stories else None
            told = crawl(*arguments, archive=archive, kill=kill)
            is_killed = told.was_killed
            if is_killed:
                kills += 1
                told_before_a_kill += len(told.acknowledged)
            acknowledged |= told.acknowledged
            print(f"{kills} kills, {kill}: {len(acknowledged)} acknowledged")
            if archive.exists():
                kept = require_kept(archive, acknowledged)
                verified = here("verify", "--history", "--archive", str(archive))
                print(verified.stdout)
                assert verified.returncode == 0
        require_equal(archive, expected)
        for warc in archive.parent.rglob("*.warc.gz"):
            require_sound(warc)
        assert {path.name for path in archive.parent.iterdir()} <= LEFT
    assert told_before_a_kill > 10 * KILLS


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4])
def test_the_sample_survives_kills(
    crawl: Crawl, here: Tradepress, tmp_path: Path, seed: int
) -> None:
    kill_again_and_again(crawl, here, tmp_path, "demo", seed=seed, stories=62)


STORIES = 150
"""For each of two papers."""
WORDS = [
    first + second
    for first in ("ban", "cor", "del", "fal", "gri", "lan", "mor", "pel")
    for second in ("ard", "en", "ick", "old", "ow", "tern", "wick")
]
OPTIONS = ("--contact", "archive@library.example", "--no-trial")
RELATED = Furniture(pattern="related stories", cut="list", kind="related")


def a_site_of_two_papers(site: Site) -> None:
    """One gives its stories numbers, the other doesn't. They cite each other by address and by
    headline; some stories stand at two addresses, in both papers, or nowhere."""
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")
    for paper, section in (("gazette", "trademark"), ("courier", "news")):
        lists: dict[int, list[str]] = {}
        for number in range(1001, 1001 + STORIES):
            path = address(paper, number)
            lists.setdefault(number % 10, []).append(path)
            site.pages[path] = Answer(a_page(paper, number))
            if number % 20 == 0:
                old = path.replace("case", "old-case")
                lists[number % 10].append(old)
                site.pages[old] = Answer("", 301, {"Location": path})
            if number % 100 == 7:
                lists[number % 10].append(path.replace("case", "lost-case"))
        for page, paths in lists.items():
            site.pages[f"/{section}/{page}/"] = Answer(
                "".join(f'<a href="{path}">{path}</a>' for path in paths)
            )


def address(paper: str, number: int) -> str:
    if paper == "gazette":
        return f"/trademark/lantern-case-{number}"
    first, second = divmod(number, len(WORDS))
    return f"/news/{WORDS[first]}-{WORDS[second]}-case"


def headline(paper: str, number: int) -> str:
    return f"{paper.title()} on case {number}"


def a_page(paper: str, number: int) -> str:
    is_copy = paper == "courier" and number % 25 == 0
    words = random.Random(f"{'gazette' if is_copy else paper} {number}")
    other = "courier" if number % 2 else paper
    cited = [1001 + (number * factor) % STORIES for factor in (7, 389)]
    paragraphs = [" ".join(words.choices(WORDS, k=40)).capitalize() + "." for _ in range(5)]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body += f'<p>See <a href="{address(other, cited[0])}">{headline(other, cited[0])}</a>.</p>'
    body += f"<h3>Related stories</h3><ul><li>{headline(paper, cited[1])}</li></ul>"
    return a_story(headline(paper, number), f"{number % 28 + 1} August 2017", words=body)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4])
def test_a_large_site_survives_kills(
    crawl: Crawl, here: Tradepress, tmp_path: Path, spiders: Path, site: Site, seed: int
) -> None:
    a_site_of_two_papers(site)
    lists = {"gazette": "trademark", "courier": "news"}
    forms = {"gazette": r"/trademark/[a-z-]+-\d{4}", "courier": r"/news/[a-z-]+-case"}
    for name, section in lists.items():
        declare(
            spiders,
            name,
            site.home,
            sections=tuple(f"{site.home}/{section}/{page}/" for page in range(10)),
            article_url=forms[name],
            article_id=r"-(\d{4})$",
            furniture=(RELATED,),
        )
    kill_again_and_again(
        *(crawl, here, tmp_path, "crawl", "gazette", "courier", *OPTIONS),
        seed=seed,
        stories=2 * STORIES,
    )
