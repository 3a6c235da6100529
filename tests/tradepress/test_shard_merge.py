"""Shards that come into a run, one after the other: what is wrong with one keeps no other out."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from archive_rows import PAPER, story
from arriving_pages import Pages, open_run, read_pages
from cluster_jobs import Number
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from taken_apart import JOB
from tasks_here import work_here

from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunState
from tradepress.archive.read_only import read_archive
from tradepress.archive.run import Run
from tradepress.cluster import cluster_ingest as ingesting
from tradepress.cluster import dask_cluster
from tradepress.cluster.cluster_ingest import ARCHIVE, ClusterIngest, MergedShards, cluster_ingest
from tradepress.cluster.dask_cluster import ClusterPlace, NoCluster
from tradepress.cluster.run_tasks import Take
from tradepress.cluster.shards import Shard, find_left, find_shard, publish_shard
from tradepress.cluster.task import Task, Worked
from tradepress.jobs.merge_archives import stopping


def publish(address: str, made: Path, pages: Pages, *, number: int = 0) -> Shard:
    made.mkdir()
    archive, run = open_run(made / ARCHIVE, is_part=True)
    with archive:
        read_pages(run, pages)
        run.end(RunState.DONE)
    task = Task(job="ingest", input=Number(number=number), rules="these")
    worked = Worked(counts={"stored": len(pages)})
    return publish_shard(address, task, made, worked, worker="here", asked_by="a test")


def pages_of(*numbers: int) -> Pages:
    return [(story(number)["url"], story(number)) for number in numbers]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    archive, run = open_run(tmp_path / "home.db")
    with archive:
        yield run


def refs(run: Run) -> set[str]:
    return {row["ref"] for row in run.transaction.rows("SELECT ref FROM articles")}


def test_a_merge_goes_on_in_the_very_shard_that_it_was_broken_off_in(
    run: Run, tmp_path: Path
) -> None:
    """A task that is worked anew may come to one story more."""
    shards = str(tmp_path / "shards")
    merging = MergedShards(run=run, keeps=lambda article: article, shards=shards)
    shard = publish(shards, tmp_path / "first", pages_of(1, 2, 3))
    steps = iter([False, True])
    with pytest.raises(KeyboardInterrupt):
        merging.take(shard, "the file", lambda: next(steps))
    run.transaction.commit()
    assert refs(run) == {"signet-1", "signet-2"}
    anew = publish(shards, tmp_path / "second", pages_of(7, 8, 1, 2, 3))
    assert merging.take(anew, "the file", lambda: False) is None
    assert refs(run) == {f"signet-{number}" for number in (1, 2, 3, 7, 8)}
    assert run.page_files.next_place("the file") is None


def test_a_shard_that_cannot_be_read_keeps_no_other_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its store is out of reach for a moment."""
    address = f"memory://{tmp_path.name}"
    shards = [
        publish(address, tmp_path / f"{number}", pages_of(number), number=number)
        for number in (1, 2)
    ]
    get_file = MemoryFileSystem.get_file

    def refused(system: MemoryFileSystem, source: str, target: str) -> None:
        if shards[0].task in source:
            raise PermissionError(13, "Permission denied")
        get_file(system, source, target)

    monkeypatch.setattr(MemoryFileSystem, "get_file", refused)
    merging = MergedShards(run=run, keeps=lambda article: article, shards=address)
    faults = [merging.take(shard, shard.task, lambda: False) for shard in shards]
    assert faults == [
        f"{shards[0].task} can't be read ([Errno 13] Permission denied): run the command again",
        None,
    ]
    assert refs(run) == {"signet-2"}
    assert find_shard(address, shards[0].task) == shards[0]
    assert run.page_files.next_place(shards[0].task) == 0


def test_shards_that_cannot_be_removed_come_in_all_the_same(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers wrote them as another user."""
    address = str(tmp_path / "shards")
    shards = [
        publish(address, tmp_path / f"{number}", pages_of(number), number=number)
        for number in (1, 2)
    ]

    def refused(_: LocalFileSystem, path: str, recursive: bool) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(LocalFileSystem, "rm", refused)
    merging = MergedShards(run=run, keeps=lambda article: article, shards=address)
    for shard in shards:
        assert merging.take(shard, shard.task, lambda: False) is None
    assert refs(run) == {"signet-1", "signet-2"}
    assert find_left(address) == sorted(shard.task for shard in shards)
    (tmp_path / "shards" / shards[1].task / shards[1].folder / ARCHIVE).write_bytes(b"spoilt")
    fault = merging.take(shards[1], "another file", lambda: False)
    assert fault is not None
    assert fault.endswith(f"): remove {address}/{shards[1].task}, then run it again")


def test_a_shard_that_stands_again_goes_at_the_end(run: Run, tmp_path: Path) -> None:
    """By a worker that was taken for dead; what has not come in stays."""
    address = str(tmp_path / "shards")
    first, other = (
        publish(address, tmp_path / f"{number}", pages_of(number), number=number)
        for number in (1, 2)
    )
    merging = MergedShards(run=run, keeps=lambda article: article, shards=address)
    assert merging.take(first, "the file", lambda: False) is None
    publish(address, tmp_path / "late", pages_of(1), number=1)
    merging.remove_late()
    assert find_left(address) == [other.task]


def test_what_is_declared_of_a_source_is_what_is_declared_here(run: Run, tmp_path: Path) -> None:
    """A shard may have been made before its publisher's name was mended."""
    shards = str(tmp_path / "shards")
    here = replace(SourceRow(**PAPER), publisher="The Signet Gazette and Herald", cited_as="blog")
    merging = MergedShards(
        run=run, keeps=lambda article: article, shards=shards, sources={"signet": here}
    )
    shard = publish(shards, tmp_path / "made", pages_of(1))
    assert merging.take(shard, "the file", lambda: False) is None
    rows = run.transaction.rows("SELECT publisher, cited_as FROM sources")
    assert rows == [{"publisher": "The Signet Gazette and Herald", "cited_as": "blog"}]


def test_a_second_signal_does_not_wait_for_the_story() -> None:
    """What goes on may hang: a store that answers nothing, say."""
    with stopping() as is_stopped:
        os.kill(os.getpid(), signal.SIGINT)
        assert is_stopped()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive with one run."""
    path = tmp_path / "home.db"
    archive, run = open_run(path)
    with archive:
        read_pages(run, pages_of(1))
        run.end(RunState.DONE)
    (tmp_path / "pages.warc.gz").touch()
    return path


def states(archive: Path) -> list[str]:
    with read_archive(archive) as db:
        return [state for (state,) in db.execute("SELECT state FROM runs ORDER BY id")]


def ask(archive: Path, scheduler: str) -> ClusterIngest:
    shards = str(archive.with_name("shards"))
    place = ClusterPlace(scheduler=scheduler, shards=shards, insecure=True)
    return cluster_ingest([str(archive.with_name("pages.warc.gz"))], JOB, place, archive=archive)


def test_a_run_that_is_ended_before_its_tasks_is_no_open_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM as a large file is cut."""
    told: list[int] = []
    monkeypatch.setattr(ingesting, "in_parts", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    try:
        with pytest.raises(KeyboardInterrupt):
            ask(home, "tcp://127.0.0.1:9")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == []
    assert states(home) == ["done", "interrupted"]


def test_a_scheduler_that_is_mistyped_leaves_no_run(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "ANSWERS_WITHIN", 1)
    with pytest.raises(NoCluster):
        ask(home, "nonsense://x")
    assert states(home) == ["done"]


def test_what_came_in_before_the_scheduler_went_is_a_run_that_was_broken_off(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = publish(str(home.with_name("shards")), home.with_name("made"), pages_of(2))

    def run_tasks(*_: object, take: Take, **__: object) -> None:
        take(0, shard)
        raise NoCluster("the scheduler went away")

    work_here(ingesting, monkeypatch)
    monkeypatch.setattr(ingesting, "run_tasks", run_tasks)
    with pytest.raises(NoCluster):
        ask(home, "tcp://127.0.0.1:9")
    with read_archive(home) as db:
        runs = db.execute("SELECT state, exit_code, reason, stored FROM runs ORDER BY id")
        assert runs.fetchall()[1] == ("interrupted", 3, "the scheduler went away", 1)
        assert db.table("articles").count == 2


def test_ctrl_c_as_a_shard_is_done_ends_the_tasks(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    work_here(ingesting, monkeypatch)
    monkeypatch.setattr(MergedShards, "take", take)
    with pytest.raises(KeyboardInterrupt):
        ask(home, "tcp://127.0.0.1:9")
    assert states(home) == ["done", "interrupted"]
