"""A library user crawls in three lines, and as often and into as many archives as they like."""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import ROOT, Answer, Site, a_story, declare

pytestmark = pytest.mark.slow

DOCUMENT = (ROOT / "docs" / "operator" / "crawling.md").read_text()
BEFORE = """
import json, sys
import tradepress.spiders
tradepress.spiders.__path__.append(sys.argv[1])
from tradepress.configuration import Configuration
asked = Configuration(allow_addresses=("127.0.0.1",))
"""


def a_site(site: Site) -> None:
    for number in (1001, 1002, 1003):
        path = f"/trademark/lantern-case-number-{number}"
        site.pages[path] = Answer(a_story(f"Lantern case {number}"))
    links = "".join(f"<a href={path}>x</a>" for path in site.pages)
    site.pages["/trademark/"] = Answer(f"<html><body>{links}</body></html>")


def run(program: str, spiders: Path, folder: Path) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-c", BEFORE + textwrap.dedent(program), str(spiders)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout.splitlines()


def test_three_lines_crawl(site: Site, spiders: Path, tmp_path: Path) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    shown = r"^```python\n(import tradepress\n\nresult.*?)^```$"
    (program,) = re.findall(shown, DOCUMENT, re.MULTILINE | re.DOTALL)
    here = '"you@library.example", configuration=asked, no_trial=True'
    program = program.replace("wipr", "gazette").replace('"you@library.example"', here)
    assert run(program, spiders, tmp_path) == ["0 3"]


def test_runs_follow_one_another_into_two_archives(
    site: Site, spiders: Path, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    program = """
        import tradepress
        from tradepress.conduct.site_pace import Pace
        told = []
        for name in ("one.db", "two.db", "one.db"):
            result = tradepress.crawl(
                ["gazette"], archive=name, contact="a@library.example", configuration=asked,
                no_trial=True, pace=Pace(), on_progress=lambda crawl: told.append(crawl.run),
            )
            print(json.dumps([result.sums.id, result.sums.outcomes["stored"]]))
        assert told
    """
    lines = [json.loads(line) for line in run(program, spiders, tmp_path)]
    assert lines == [[1, 3], [1, 3], [2, 0]]


def test_two_runs_at_once_write_two_archives_and_one_process_serves_a_third(
    site: Site, spiders: Path, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    program = """
        import asyncio
        from pathlib import Path
        from datasette.app import Datasette
        from scrapy.crawler import AsyncCrawlerRunner
        from tradepress.archive.ledger.outcomes import RunKind
        from tradepress.archive.open import open_archive
        from tradepress.conduct.site_pace import Pace
        from tradepress.conduct.context import CrawlContext
        from tradepress.declared_sources import source_named
        from tradepress.crawling.page_workers import PageWorkers
        from tradepress.crawling.archive_run import archive_run
        from dataclasses import replace
        from tradepress.jobs.crawl import Crawl, project_settings
        from tradepress.jobs.reactor import run_in_reactor

        configuration = replace(asked, contact="a@library.example")
        source, pace = source_named("gazette"), Pace()
        open_archive("three.db", command="x").close()

        def a_runner(name):
            given = {"TRADEPRESS_ARCHIVE": name, "LOG_LEVEL": "CRITICAL"}
            return AsyncCrawlerRunner(project_settings(configuration, given))

        async def crawl(name, workers):
            runner = a_runner(name)
            with archive_run(runner.settings, RunKind.CRAWL, "crawl", [source]) as run:
                context = CrawlContext(run=run, pace=pace)
                result = await Crawl(runner, [source], context).crawl(workers, no_trial=True)
            return result.sums.outcomes["stored"]

        async def both():
            served = Datasette(["three.db"])
            await served.invoke_startup()
            with PageWorkers() as workers:
                crawls = asyncio.gather(crawl("one.db", workers), crawl("two.db", workers))
                answer = await served.client.get("/three/runs.json?_shape=array")
                stored = await crawls
            print(json.dumps([stored, answer.status_code]))

        run_in_reactor(a_runner("one.db"), both())
    """
    (line,) = run(program, spiders, tmp_path)
    assert json.loads(line) == [[3, 3], 200]


def test_no_more_pages_are_in_hand_than_there_is_capacity_for(
    site: Site, spiders: Path, tmp_path: Path
) -> None:
    a_site(site)
    for name in ("gazette", "courier", "herald"):
        declare(spiders, name, site.home)
    program = """
        import tradepress
        from tradepress.conduct import capacity

        taken, in_hand = [], []

        def note(self, count):
            self.count = count
            taken.append(self.taken)
            in_hand.append(self.taken - count)

        capacity.Capacity.on_the_wire = property(lambda self: self.count, note)
        capacity.MOST_PAGES = 2
        result = tradepress.crawl(
            ["gazette", "courier", "herald"], contact="a@library.example", configuration=asked,
            no_trial=True,
        )
        print(json.dumps([result.sums.outcomes["stored"], max(taken), max(in_hand)]))
    """
    (line,) = run(program, spiders, tmp_path)
    stored, most_taken, most_in_hand = json.loads(line)
    assert (stored, most_taken) == (3, 2)
    assert most_in_hand > 0


def test_what_is_wrong_is_said_before_anything_is_asked(
    site: Site, spiders: Path, tmp_path: Path
) -> None:
    declare(spiders, "gazette", site.home)
    program = """
        import tradepress
        from scrapy.exceptions import UsageError
        from tradepress.declared_sources import NoSuchSource
        for names, contact in ((["nosuch"], "a@b.example"), (["gazette"], "nobody")):
            try:
                tradepress.crawl(names, contact=contact, configuration=asked)
            except (NoSuchSource, UsageError) as error:
                print(error)
    """
    unknown, contact = run(program, spiders, tmp_path)
    assert unknown.startswith("There is no source 'nosuch'; there are: ")
    assert contact == "The contact 'nobody' is not a mail or web address."
    assert site.requests == []
    assert not list(tmp_path.glob("*.db"))
