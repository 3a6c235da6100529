"""Measures what large WARC files cost: one of a crawl of a site, and one of the news of all sites.

    pip install -e '.[bench]'
    python bench/warc_files.py [--gigabytes 2] [--stories 5000] [--records 100000] [--ours 300]

The first file has the pages of bench/crawl_site.py and beside each its pictures, as a browser
loads them: random bytes up to the size asked for. It is ingested in a process of its own, as is
half of it: memory must be the same, once SQLite's cache of pages is full. Beside stand fastwarc,
which reads every record of it and does nothing else, and trafilatura over some of the same pages.

The second is one of CC-NEWS: as many records of other papers as asked for, and among them ours.
fastwarc's bare iteration is beside the pages of ours, as a back-fill looks for them.

CPU is user and system time. How much quicker two cores are is told by bench/ingest.py.
"""

# ruff: noqa: E402
import argparse
import random
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from fastwarc.warc import ArchiveIterator

from bench.crawl_site import SEED, story, story_path
from bench.ingest import HOME, SOURCE
from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.configuration import Configuration
from tradepress.discovery.common_crawl import is_story_of
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.files.warc_pages import read_records
from tradepress.jobs.ingest import ingest

FIRST = datetime(2020, 5, 1)
PICTURE = 130_000
"""Is in bytes."""
DIFFERENT = 500
"""Counts pages of other papers that differ; the others repeat them under other addresses."""
SAMPLE = 200
"""Is how many pages trafilatura reads."""
ROUNDS = 5


@cache
def packed_page(number: int) -> tuple[bytes, bytes]:
    """Returns a page with HTTP headers and the end of its record, and the same deflated."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    block = http + story(number, DIFFERENT).encode() + b"\r\n\r\n"
    return block, deflated(block)


def deflated(data: bytes, flush: int = zlib.Z_FINISH, level: int = 6) -> bytes:
    stream = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush(flush)


def member(url: str, number: int, block: bytes, packed: bytes) -> bytes:
    """Returns one record in a gzip member; its block may be packed once for many of them."""
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: {FIRST + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-Record-ID: <urn:uuid:{number:032}>\r\nContent-Length: {len(block) - 4}\r\n"
        "Content-Type: application/http; msgtype=response\r\n\r\n"
    ).encode()
    checksum = zlib.crc32(block, zlib.crc32(head))
    tail = struct.pack("<II", checksum, len(head) + len(block))
    begin = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return begin + deflated(head, zlib.Z_FULL_FLUSH) + packed + tail


def site_records(size: int, stories: int) -> Iterator[bytes]:
    """Yields stories, each with its pictures, of that many bytes together."""
    rng = random.Random(SEED)
    written = 0
    for number in range(stories):
        block, packed = packed_page.__wrapped__(number)
        yield (record := member(f"{HOME}{story_path(number)}", number, block, packed))
        written += len(record)
        while written < size * (number + 1) // stories:
            block = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"
            block += rng.randbytes(PICTURE) + b"\r\n\r\n"
            yield (
                record := member(f"{HOME}/i/{written}.jpg", number, block, deflated(block, level=0))
            )
            written += len(record)


def news_records(records: int, ours: int) -> Iterator[bytes]:
    """Yields records of all papers, and among them ours."""
    every = records // ours
    for number in range(records):
        site = HOME if number % every == 0 else f"https://paper-{number % 4000}.example"
        yield member(f"{site}{story_path(number)}", number, *packed_page(number % DIFFERENT))


def write(path: Path, records: Iterator[bytes]) -> Path:
    with path.open("wb") as stream:
        stream.writelines(records)
    return path


def cpu(*jobs: Callable[[], int]) -> list[float]:
    """Returns the seconds of each; the best of some rounds, in which they take turns."""
    best = [float("inf")] * len(jobs)
    for _ in range(ROUNDS):
        for number, job in enumerate(jobs):
            started = time.process_time()
            job()
            best[number] = min(best[number], time.process_time() - started)
    return best


def bare(path: Path, *, reads: bool = False) -> int:
    count = 0
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=reads):
            count += 1
            if reads:
                record.reader.read()
    return count


def read_pages(path: Path, wanted: Callable[[str], bool] | None = None) -> Iterator[FilePage]:
    with path.open("rb") as stream:
        yield from read_records(FilePart(stream), wanted)


def count(pages: Iterator[FilePage]) -> int:
    return sum(1 for _ in pages)


def trafilatura(path: Path) -> float:
    """Returns CPU seconds a page, over pages of the whole file."""
    from trafilatura import bare_extraction

    pages = [page.page.decode() for page in islice(read_pages(path), SAMPLE)]
    bare_extraction(pages[0], url=HOME, with_metadata=True)  # loads what it needs
    started = time.process_time()
    for page in pages:
        bare_extraction(page, url=HOME, with_metadata=True)
    return (time.process_time() - started) / len(pages)


def ingest_here(path: Path, archive: Path) -> None:
    """Measures an ingest in a process of its own; prints pages, CPU, most memory of it and its
    workers."""
    done = ingest(path, archive=archive, source=SOURCE, configuration=Configuration())
    own, workers = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        done.sums.outcomes[Outcome.STORED],
        *(one.ru_utime + one.ru_stime for one in (own, workers)),
        *(one.ru_maxrss * 1024 for one in (own, workers)),
    )


def ingested(path: Path) -> tuple[float, ...]:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        script = [sys.executable, __file__, "--ingest", str(path), f"{folder}/press.db"]
        done = subprocess.run(script, stdout=subprocess.PIPE, check=True, text=True)
    return tuple(map(float, done.stdout.split()))


def measure_site(folder: Path, gigabytes: float, stories: int) -> None:
    print(
        "| | pages | MB | main process, CPU ms a page | workers | pages a CPU second | "
        "most memory, MB | of a worker |\n|---|---|---|---|---|---|---|---|"
    )
    for share in (2, 1):
        size = int(gigabytes * 1e9) // share
        path = write(folder / f"site-{share}.warc.gz", site_records(size, stories // share))
        pages, own, workers, memory, of_worker = ingested(path)
        print(
            f"| ingest | {pages:,.0f} | {path.stat().st_size / 1e6:,.0f} | "
            f"{1000 * own / pages:.2f} | {1000 * workers / pages:.2f} | "
            f"{pages / (own + workers):.0f} | {memory / 1e6:.0f} | {of_worker / 1e6:.0f} |",
            flush=True,
        )
    seconds, as_pages = cpu(lambda: bare(path, reads=True), lambda: count(read_pages(path)))
    print(
        f"\nfastwarc reads its {bare(path):,} records in {seconds:.2f} s of CPU: "
        f"{1000 * seconds / pages:.2f} ms a page, {(own + workers) / seconds:.0f} times less. "
        f"As pages of ours, which are not parsed: {as_pages:.2f} s."
    )
    each = trafilatura(path)
    print(
        f"trafilatura takes {1000 * each:.1f} ms for each of {SAMPLE} of these pages, reading "
        f"not counted: {each / (own + workers) * pages:.2f} times as long."
    )


def measure_news(folder: Path, records: int, ours: int) -> None:
    path = write(folder / "news.warc.gz", news_records(records, ours))
    print(f"\n{records:,} records in {path.stat().st_size / 1e6:,.0f} MB, {ours} of them ours:")
    wanted = is_story_of(SOURCE)
    alone, seconds = cpu(lambda: bare(path), lambda: count(read_pages(path, wanted)))
    print(
        f"fastwarc's bare iteration {alone:.2f} s of CPU, the {count(read_pages(path, wanted))} "
        f"pages of ours {seconds:.2f}: {seconds / alone:.2f} times as long."
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--stories", type=int, default=5000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--ours", type=int, default=300)
    parser.add_argument("--ingest", nargs=2, metavar=("WARC", "ARCHIVE"), help="one run")
    arguments = parser.parse_args()
    if arguments.ingest:
        ingest_here(*map(Path, arguments.ingest))
        return 0
    with tempfile.TemporaryDirectory() as name:
        if arguments.stories:
            measure_site(Path(name), arguments.gigabytes, arguments.stories)
        measure_news(Path(name), arguments.records, arguments.ours)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
