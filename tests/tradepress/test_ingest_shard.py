"""`ingest-shard` and `merge --shards`: by GNU parallel, and by processes as an array of Slurm has
them, the archive is that of one `ingest`; files of many papers are read once."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import needs
import preloaded
import pytest
from captured import Captured, write_warc
from conftest import a_story
from taken_apart import different, everything_in, write_parts
from test_cluster_ingest import ADDRESSES, page

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.members import find_records

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-m", "tradepress"]


def tradepress(folder: Path, *arguments: str, code: int = 0) -> str:
    result = preloaded.run(["-m", "tradepress", *arguments], cwd=folder)
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sample papers of two editions in five files."""
    folder = tmp_path_factory.mktemp("papers")
    for edition in ((), ("--later",)):
        tradepress(folder, "demo", *edition)
    return write_parts(capture_folder(folder / "archive.db"), folder, 5)


def by_parallel(folder: Path, files: Sequence[Path]) -> None:
    program = needs.require_program("parallel")
    arguments = [*COMMAND, "ingest-shard", "--shards", "shards", "{}", ":::", *map(str, files)]
    subprocess.run([program, "-j", "2", *arguments], cwd=folder, check=True, capture_output=True)


def by_an_array(folder: Path, files: Sequence[Path]) -> None:
    """A process for each file, which has its number as Slurm gives it; two at a time."""
    (folder / "files.txt").write_text("".join(f"{file}\n" for file in files))
    line = '"$(sed -n "${SLURM_ARRAY_TASK_ID}p" files.txt)"'
    script = f"exec {sys.executable} -m tradepress ingest-shard --shards shards {line}"
    for first in range(1, len(files) + 1, 2):
        pair = [
            subprocess.Popen(
                ["sh", "-c", script],
                cwd=folder,
                env={**os.environ, "SLURM_ARRAY_TASK_ID": str(number)},
                stdout=subprocess.DEVNULL,
            )
            for number in (first, first + 1)
            if number <= len(files)
        ]
        assert [process.wait() for process in pair] == [0] * len(pair)


@pytest.mark.parametrize("scheduler", [by_parallel, by_an_array])
def test_the_archive_of_many_processes_is_that_of_one(
    papers: list[Path], tmp_path: Path, scheduler: Any
) -> None:
    tradepress(tmp_path, "ingest", *map(str, papers), "--archive", "one.db")
    scheduler(tmp_path, papers)
    again = tradepress(tmp_path, "ingest-shard", "--shards", "shards", str(papers[0]))
    assert "(made before)" in again
    told = tradepress(tmp_path, "merge", "--shards", "shards", "--archive", "many.db")
    assert told.startswith("5 tasks by 5 workers")
    assert different(tmp_path / "many.db", tmp_path / "one.db") == {}
    assert sorted(one.name for one in (tmp_path / "shards").iterdir()) == ["site.key"]
    known = tradepress(tmp_path, "ingest", *map(str, papers), "--archive", "many.db")
    assert "known 5" in known
    nothing = tradepress(tmp_path, "merge", "--shards", "shards", "--archive", "many.db")
    assert "No shard of ingest-shard is in " in nothing
    nowhere = tradepress(tmp_path, "merge", "--shards", "sharks", "--archive", "new.db", code=2)
    assert "There is no folder " in nowhere
    assert not (tmp_path / "new.db").exists()


def test_revisits_are_settled_when_all_shards_are_merged(tmp_path: Path) -> None:
    """The page stands in another file than the visit that found it unchanged."""
    url = "http://signetgazette.example/trademark/lantern-1"
    page = write_warc(
        tmp_path / "b.warc.gz", [Captured(url=url, at="2015-06-01T12:00:00", page=a_story("A"))]
    )
    (found,) = find_records(page)
    head = (
        f"WARC/1.1\r\nWARC-Type: revisit\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2018-06-01T12:00:00Z\r\nWARC-Payload-Digest: {found.digest}\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        "Content-Length: 0\r\n\r\n\r\n\r\n"
    )
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(head.encode()))
    files = ("a.warc.gz", "b.warc.gz")
    tradepress(tmp_path, "ingest", *files, "--archive", "one.db")
    for file in files:
        tradepress(tmp_path, "ingest-shard", "--shards", "shards", file)
    tradepress(tmp_path, "merge", "--shards", "shards", "--archive", "many.db")
    assert different(tmp_path / "many.db", tmp_path / "one.db") == {}
    shown = json.loads(tradepress(tmp_path, "show", url, "--json", "--archive", "many.db"))
    assert (shown["first_seen"][:4], shown["last_seen"][:4]) == ("2015", "2018")


def captures(story: int, years: Sequence[int]) -> list[Captured]:
    return [
        Captured(url=ADDRESSES[story][0], at=f"{year}-03-01T00:00:00", page=page(story, text, None))
        for year, text in zip(years, ("whole", "changed", "teaser"), strict=False)
    ]


def test_a_file_of_many_papers_is_read_once_into_shards_of_each(tmp_path: Path) -> None:
    """Each paper's archive is that of one process which had its records alone."""
    elsewhere = Captured(
        url="https://other.example/news/1", at="2015-01-01T00:00:00", page=a_story("Elsewhere")
    )
    dealt = [
        ([*captures(0, (2010, 2014)), *captures(1, (2011,))], captures(2, (2012, 2013))),
        (captures(0, (2016,)), captures(2, (2015,))),
    ]
    for number, (signet, makers) in enumerate(dealt):
        mixed = [one for pair in zip(signet, makers, strict=False) for one in pair]
        mixed += [*signet[len(makers) :], elsewhere]
        write_warc(tmp_path / f"{number}.warc.gz", mixed)
        for paper, records in (("signet", signet), ("makers", makers)):
            (tmp_path / paper).mkdir(exist_ok=True)
            write_warc(tmp_path / paper / f"{number}.warc.gz", records)
    files = ["0.warc.gz", "1.warc.gz"]
    printed = tradepress(
        tmp_path,
        *("ingest-shard", *files, "--shards", "shards", "--by", "paper", "--only-sources"),
        "--json",
    )
    told = json.loads(printed)
    assert [(Path(one["file"]).name, one["group"]) for one in told] == [
        (name, group) for name in files for group in ("makers", "signet")
    ]
    for paper in ("signet", "makers"):
        tradepress(tmp_path, "merge", "--shards", f"shards/{paper}", "--archive", f"{paper}.db")
        tradepress(tmp_path / paper, "ingest", *files)
        parted = everything_in(tmp_path / f"{paper}.db")
        alone = everything_in(tmp_path / paper / "archive.db")
        assert len(parted["articles"]) > 0
        for table in parted.keys() - {"page_files"}:  # which know a file by its folder
            assert parted[table] == alone[table], table


def test_what_cannot_be_parted_or_read_is_named(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "a.warc.gz", captures(0, (2010, 2014)))
    (tmp_path / "plain.warc").write_bytes(b"WARC/1.0\r\n\r\n")
    told = tradepress(
        tmp_path,
        *("ingest-shard", str(file), "plain.warc", "gone.warc.gz"),
        *("--shards", "shards", "--by", "paper"),
        code=1,
    )
    assert "gone.warc.gz: there is no such file" in told
    assert "plain.warc: its records have no gzip members of their own" in told
    assert "(signet): stored 2" in told
    wrong = tradepress(tmp_path, "merge", code=2)
    assert "Name other archives, or their shards by --shards." in wrong
