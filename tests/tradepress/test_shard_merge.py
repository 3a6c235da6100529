"""Shards that come into a run, one after the other: what is wrong with one keeps no other out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_rows import story
from arriving_pages import Pages, open_run, read_pages
from cluster_jobs import Number

from archive.ledger.outcomes import RunState
from archive.run import Run
from tradepress.cluster.cluster_ingest import ARCHIVE, MergedShards
from tradepress.cluster.shards import Shard, publish_shard
from tradepress.cluster.task import Task, Worked


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
