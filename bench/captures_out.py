"""Measures what it costs to give captured pages on, and to free the disk of some; flat memory.

    python bench/captures_out.py [--pages 3000,30000]

Pages are those of bench/crawl_site.py, compressed as most servers send them, each with its request;
every second one gave no story. Stories are those of bench/archive.py. Export and pruning are
processes of their own: CPU seconds, and the peak of memory in MB.
"""

# ruff: noqa: E402
import argparse
import gzip
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import BATCH, SOURCE, stories
from bench.crawl_site import story
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.prune import prune
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.jobs.export_captures import export_captures
from tradepress.story import Capture

REQUEST = (("User-Agent", "Tradepress/0.1 (+mailto:press@library.example)"), ("Accept", "*/*"))


def page_of(number: int, url: str, count: int) -> Capture:
    """Returns the page of a story, as a server sends it."""
    return Capture(
        url=url,
        body=gzip.compress(story(number, count).encode(), mtime=0),
        content_type="text/html; charset=utf-8",
        status=200,
        http_headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")),
        date_captured=datetime(2017, 8, 4, tzinfo=UTC) + timedelta(seconds=number),
        request_headers=REQUEST,
        source="lantern",
    )


def fill(path: Path, pages: int) -> None:
    """Makes an archive with so many captured pages, half of them of stories."""
    with (
        closing(WarcCaptures(capture_folder(path))) as captures,
        open_archive(path, captures=captures, near_duplicates=False) as archive,
        archive.run(RunKind.CRAWL, sources=[SOURCE]) as run,
    ):
        for number, article in enumerate(stories(pages // 2)):
            url = article.url or ""
            page = page_of(number, url, pages)
            run.stories.keep_page(replace(page, url=f"{url}/refused"))
            run.stories.save(replace(article, capture=page), extractor="bench")
            if number % BATCH == 0:
                run.transaction.commit()


def export(path: Path) -> None:
    target = path.with_suffix(".wacz")
    export_captures(path, target, software="bench", policies={}, query=StoryQuery())


def prune_all(path: Path) -> None:
    with (
        closing(WarcCaptures(capture_folder(path))) as captures,
        open_archive(path, captures=captures) as archive,
    ):
        prune(archive.transaction, timedelta(days=-1))


def cost(job: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Returns CPU seconds and MB of a process that does nothing else."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            job(path)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    assert status == 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def megabytes(*paths: Path) -> float:
    return sum(path.stat().st_size for path in paths) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", default="3000,30000")
    print(
        f"{'pages':>8}  {'WARC MB':>8}  {'WACZ MB':>8}  {'export s':>8}  {'MB':>5}  prune s     MB"
    )
    for pages in map(int, parser.parse_args().pages.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "press.db"
            cost(partial(fill, pages=pages), path)
            warc = megabytes(*capture_folder(path).iterdir())
            exported, export_memory = cost(export, path)
            wacz = megabytes(path.with_suffix(".wacz"))
            pruned, prune_memory = cost(prune_all, path)
            print(
                f"{pages:>8}  {warc:>8.1f}  {wacz:>8.1f}  {exported:>8.2f}  {export_memory:>5.0f}  "
                f"{pruned:>7.2f}  {prune_memory:>5.0f}"
            )


if __name__ == "__main__":
    main()
