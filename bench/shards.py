"""Measures what shards of any scheduler cost, and what it costs to part them by paper: CPU, as
multiples of one `ingest`.

    python bench/shards.py [--pages 4000] [--papers 50] [--files 4]

The pages of so many papers take turns in each of the files. All commands are run one after the
other; each has a page process of its own, `ingest` as many as there are cores.
"""

# ruff: noqa: E402
import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.cluster import PAPER
from bench.crawl_site import story, story_path
from bench.warc_files import deflated, member, write


def cpu_of(folder: Path, *arguments: str) -> float:
    """Returns the CPU seconds of a command and its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "tradepress", *arguments]
    environment = {**os.environ, "PYTHONPATH": sys.path[0]}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--papers", type=int, default=50)
    parser.add_argument("--files", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sources").mkdir()
        (folder / "tradepress.toml").write_text("")
        papers = [f"paper{number}" for number in range(given.papers)]
        for paper in papers:
            (folder / "sources" / f"{paper}.py").write_text(PAPER.format(name=paper))

        def record(number: int) -> bytes:
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            block = http + story(number, given.pages).encode() + b"\r\n\r\n"
            paper = papers[number % given.papers]
            url = f"https://{paper}.example{story_path(number)}"
            return member(url, number, block, deflated(block))

        files = []
        for first in range(given.files):
            numbers = range(first, given.pages, given.files)
            files.append(str(write(folder / f"{first}.warc.gz", map(record, numbers))))
        whole = cpu_of(folder, "ingest", *files)
        shards = cpu_of(folder, "ingest-shard", *files, "--shards", "shards")
        merge = cpu_of(folder, "merge", "--shards", "shards", "--archive", "merged.db")
        parted = cpu_of(folder, "ingest-shard", *files, "--shards", "parted", "--by", "paper")
        paper = cpu_of(
            folder, "merge", "--shards", f"parted/{papers[0]}", "--archive", f"{papers[0]}.db"
        )
        print(f"{given.pages:,} pages of {given.papers} papers in {given.files} files")
        print(f"ingest                            1    ({whole:.1f} s)")
        print(f"ingest-shard                      {shards / whole:.2f}")
        print(f"merge --shards                    {merge / whole:.2f}")
        print(f"ingest-shard --by paper           {parted / whole:.2f}")
        print(f"merge of one paper, times papers  {paper * given.papers / whole:.2f}")


if __name__ == "__main__":
    main()
