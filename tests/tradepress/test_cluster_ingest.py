"""`ingest` by a cluster: what many read is what one reads, and it may be killed in the middle."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import preloaded
import pytest
import taken_apart
from captured import Captured, write_warc
from cluster_jobs import FaultyIngest
from clusters import client
from conftest import a_story
from distributed import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from taken_apart import JOB, at_once, different, in_parts, write_parts

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.read_only import read_archive
from tradepress.cluster import input_files
from tradepress.cluster.cluster_ingest import cluster_ingest
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.cluster.input_files import PART, PageFile, find_inputs
from tradepress.cluster.run_tasks import LeftOut
from tradepress.cluster.shards import Shard
from tradepress.configuration import Configuration
from tradepress.crawling.page_workers import PageWorkers

__all__ = ["client"]

SIGNET, MAKERS = "http://signetgazette.example", "http://marksandmakers.example"
ADDRESSES = (
    (f"{SIGNET}/news/lantern-handle-4711", f"{SIGNET}/article/lantern-handle"),
    (f"{SIGNET}/news/kettle-4712", f"{SIGNET}/trademark/kettle-whistle-4712"),
    (f"{MAKERS}/news/lantern-3311", f"{MAKERS}/article/lantern"),
)
THINGS = ("lanterns", "kettles", "lanterns")
TEXTS = (
    "A maker of {things} has lost its appeal over the shape of a handle, the court said on Friday.",
    "Judges found that buyers would see the curve as a useful grip and not as a sign of origin, "
    "and they ordered the applicant to bear the costs of both instances.",
    "The company said it would study the ruling before it decides about a further step, while "
    "its rival welcomed a result that keeps ordinary handles free for everybody.",
)
REVIEW = "The company has asked the higher court for a review, and its rival means to fight that."
WALL = "<div class=paywall><p>To read the full story, please <a href=/in>register</a>.</p></div>"


def page(story: int, text: str, link: str | None) -> str:
    """
    :param text: ``whole``, ``changed``, ``teaser`` or ``none``
    """
    words = [one.format(things=THINGS[story]) for one in TEXTS]
    if text == "changed":
        words[2] = REVIEW
    elif text != "whole":
        words = words[: int(text == "teaser")]
    paragraphs = "".join(f"<p>{one}</p>" for one in words)
    if link is not None:
        paragraphs += f"<p>There was <a href={link}>another ruling</a> last year.</p>"
    headline = f"Handle of {THINGS[story]} fails" if text != "none" else "Page not found"
    wall = WALL if text == "teaser" else ""
    return (
        f"<!doctype html><html lang=en><head><title>{headline}</title></head><body><article>"
        f"<h1>{headline}</h1><p><time>4 August 2017</time></p><div class=body>{paragraphs}</div>"
        f"{wall}</article></body></html>"
    )


CAPTURES = st.tuples(
    st.integers(0, 2),
    st.sampled_from(("whole", "whole", "changed", "teaser")),
    st.one_of(st.none(), st.sampled_from([urls[0] for urls in ADDRESSES])),
    st.integers(2010, 2024),
)
FILES = st.lists(
    # In one file a story has one address: of two that word it otherwise a shard keeps one.
    st.tuples(
        st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 1)),
        st.lists(CAPTURES, min_size=1, max_size=4),
    ),
    min_size=2,
    max_size=3,
)
Files = list[tuple[tuple[int, int, int], list[tuple[int, str, str | None, int]]]]


@pytest.fixture(scope="module")
def workers() -> Iterator[PageWorkers]:
    with PageWorkers(1) as workers:
        yield workers


@pytest.mark.slow
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(files=FILES, part=st.sampled_from((PART, 1)))
def test_parts_are_the_whole(
    workers: PageWorkers, tmp_path_factory: pytest.TempPathFactory, files: Files, part: int
) -> None:
    """Stories in several files and at several addresses, changed, cut, and older behind newer;
    files whole, and a task a record."""
    folder = tmp_path_factory.mktemp("parts")
    written = [
        write_warc(
            folder / f"{number}.warc.gz",
            [
                Captured(
                    url=ADDRESSES[story][at[story]],
                    at=f"{year}-03-01T00:00:00",
                    page=page(story, text, link),
                    headers={"ETag": f'"{year}"'},
                )
                for story, text, link, year in captures
            ],
        )
        for number, (at, captures) in enumerate(files)
    ]
    at_once(written, folder / "one.db", workers)
    assert in_parts(written, folder / "parts.db", folder / "shards", workers, part) == []
    assert different(folder / "parts.db", folder / "one.db") == {}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sample papers of two editions in five files, the later pages before the earlier ones."""
    folder = tmp_path_factory.mktemp("papers")
    for edition in ((), ("--later",)):
        tradepress(folder, "demo", *edition)
    return write_parts(capture_folder(folder / "archive.db"), folder, 5)[::-1]


def tradepress(folder: Path, *arguments: str, code: int = 0) -> str:
    result = preloaded.run(["-m", "tradepress", *arguments], cwd=folder)
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
def test_the_sample_by_two_workers_is_that_of_one(papers: list[Path], tmp_path: Path) -> None:
    """With a story that was withdrawn before, one in two files, and near-duplicates across them."""
    before = shutil.copy(papers[3], tmp_path / "before.warc.gz")  # the same pages in another file
    for name in ("one", "many"):
        folder = tmp_path / name
        folder.mkdir()
        tradepress(folder, "ingest", str(before), "--json")
        with read_archive(folder / "archive.db") as db:
            ((ref,),) = db.execute("SELECT max(ref) FROM articles").fetchall()
        tradepress(folder, "withdraw", ref, "--reason", "asked for", "--yes")
    files = [*map(str, papers), str(papers[0])]
    tradepress(tmp_path / "one", "ingest", *files, code=1)
    said = tradepress(tmp_path / "many", "ingest", *files, "--local", "2", code=1)
    one, many = tmp_path / "one" / "archive.db", tmp_path / "many" / "archive.db"
    assert different(many, one) == {}
    assert "5 tasks by " in said
    with read_archive(many) as db:
        assert db.table("near_duplicates").count == 1
        assert db.execute("SELECT max(version) FROM versions").fetchone() == (2,)
        runs = db.execute("SELECT kind, command, reason FROM runs ORDER BY id").fetchall()
    assert runs[-1][:2] == ("ingest", "ingest")
    assert runs[-1][2].startswith("5 tasks by ")
    assert not [*tmp_path.glob("many/*.shards")]
    assert "no fault" in tradepress(tmp_path / "many", "verify", "--history")
    again = tradepress(tmp_path / "many", "ingest", *files, "--local", "1")
    assert "it was read before" in again
    assert "No new file was found" in again


@pytest.mark.slow
def test_what_no_worker_reads_is_left_out_and_the_others_come_in(
    client: Client, tmp_path: Path
) -> None:
    """And where a worker dies over a file, another reads it."""
    files = [
        write_warc(
            tmp_path / f"{name}.warc.gz",
            [
                Captured(
                    url=f"{SIGNET}/news/lantern-{number}00{story}",
                    at="2020-03-01T00:00:00",
                    page=page(story, "whole", None),
                )
                for story in range(2)
            ],
        )
        for number, name in enumerate(("first", "poisoned", "deadly", "last"), 1)
    ]
    (tmp_path / "seen").mkdir()
    archive = tmp_path / "archive.db"
    assert client.scheduler is not None
    place = ClusterPlace(scheduler=client.scheduler.address, shards=f"file://{tmp_path}/shards")
    faulty = FaultyIngest(configuration=Configuration(), seen=tmp_path / "seen")
    addresses = [str(file) for file in files] + [f"file://{files[0]}", str(tmp_path / "none.warc")]
    done = cluster_ingest(addresses, faulty, place, archive=archive)
    assert done.left_out == (
        LeftOut(input=str(tmp_path / "none.warc"), reason="there is no such file"),
        LeftOut(input=str(files[1]), reason="it is poisoned"),
    )
    assert done.exit_code == 1
    assert done.sums is not None
    assert (done.sums.urls, done.sums.exit_code) == (6, 1)
    assert done.sums.reason.endswith(f"2 inputs left out: {tmp_path}/none.warc, {files[1]}")
    assert done.tasks.retries >= 3
    mended = cluster_ingest(addresses[:-1], JOB, place, archive=archive)
    assert [*map(Path, mended.read_before)] == [files[0], files[2], files[3]]
    assert (mended.exit_code, len(mended.tasks.shards)) == (0, 1)
    assert not (tmp_path / "shards").exists()


@pytest.mark.slow
def test_of_a_file_in_parts_only_what_is_missing_is_worked_again(
    client: Client, tmp_path: Path
) -> None:
    """A part that no worker reads is named; those behind it come in, and so it does later."""
    file = write_warc(
        tmp_path / "large.warc.gz",
        [
            Captured(
                url=f"{SIGNET}/news/lantern-{number}",
                at="2020-03-01T00:00:00",
                page=a_story(f"Lantern case {number}"),
            )
            for number in range(5001, 5007)
        ],
    )
    part = file.stat().st_size // 3
    parts = input_files.in_parts(the_input(file), part)
    assert len(parts) == 3
    assert client.scheduler is not None
    place = ClusterPlace(scheduler=client.scheduler.address, shards=str(tmp_path / "shards"))
    archive = tmp_path / "archive.db"
    (tmp_path / "seen").mkdir()
    faulty = FaultyIngest(
        configuration=Configuration(), seen=tmp_path / "seen", poisoned=parts[1].start
    )
    done = cluster_ingest([str(file)], faulty, place, archive=archive, part=part)
    assert done.left_out == (LeftOut(input=str(parts[1]), reason="it is poisoned"),)
    assert done.sums is not None
    stored = done.sums.outcomes[Outcome.STORED]
    assert (done.exit_code, 0 < stored < 6) == (1, True)
    with read_archive(archive) as db:
        assert db.execute("SELECT next_place FROM page_files").fetchall() == [(parts[0].stop,)]
    mended = cluster_ingest([str(file)], JOB, place, archive=archive, part=part)
    assert mended.sums is not None
    assert (mended.exit_code, len(mended.tasks.shards)) == (0, 2)
    assert mended.sums.outcomes[Outcome.STORED] == 6 - stored
    with read_archive(archive) as db:
        assert db.execute("SELECT next_place FROM page_files").fetchall() == [(None,)]
        assert db.table("articles").count == 6
    assert cluster_ingest([str(file)], JOB, place, archive=archive, part=part).read_before


def the_input(file: Path) -> PageFile:
    (found,) = find_inputs([str(file)])
    assert isinstance(found, PageFile)
    return found


@pytest.mark.slow
def test_a_damaged_shard_is_named_and_worked_anew(
    workers: PageWorkers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_warc(
        tmp_path / "pages.warc.gz",
        [
            Captured(
                url=f"{SIGNET}/news/lantern-4711",
                at="2020-03-01T00:00:00",
                page=page(0, "whole", None),
            )
        ],
    )
    shards = tmp_path / "shards"
    publish = taken_apart.publish_shard

    def spoilt(*arguments: Any, **named: Any) -> Shard:
        shard = publish(*arguments, **named)
        with (shards / shard.task / shard.folder / "archive.db").open("r+b") as stream:
            stream.write(b"spoilt")
        return shard

    monkeypatch.setattr(taken_apart, "publish_shard", spoilt)
    (fault,) = in_parts([file], tmp_path / "archive.db", shards, workers)
    assert fault.startswith("archive.db of ingest-")
    assert fault.endswith("run the command again, and it is worked anew")
    assert not [*shards.glob("*/shard.json")]
    assert not (tmp_path / "archive.db").exists()
