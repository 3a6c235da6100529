"""What befalls the workers of a cluster: nothing is lost, nothing comes twice, the sums balance.

Each archive is held against one that was made of the same files by one process, in peace.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dask
import pytest
from captured import Captured, write_warc
from cluster_jobs import TroubledIngest
from conftest import a_story, declare
from distributed import LocalCluster, Nanny, Scheduler, SpecCluster
from forked_workers import load_workers
from small_disk import small_disk
from taken_apart import at_once, different

import tradepress.spiders
from tradepress.archive.care.verify import verify
from tradepress.archive.read_only import read_archive
from tradepress.cluster.cluster_ingest import ClusterIngest, IngestJob, cluster_ingest
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.cluster.run_tasks import LeftOut
from tradepress.configuration import Configuration, SourcesConfiguration
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import look_in
from tradepress.source import Furniture

__all__ = ["small_disk"]
pytestmark = pytest.mark.slow
HOME = "http://gazette.example"
HERE = "127.0.0.1"
LIMIT = 1_000_000_000
"""Bytes of memory for a worker; the tests' own need a quarter of that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Papers:
    """Files of captures, and the folder with the source that they are of."""

    files: tuple[Path, ...]
    hanging: Path
    """With a page that can't be read in a lifetime, between two others."""
    configuration: Configuration


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Papers]:
    folder = tmp_path_factory.mktemp("papers")
    sources = folder / "sources"
    sources.mkdir()
    rule = Furniture(pattern="(a+)+b")
    declare(sources, "gazette", HOME, domains=("gazette.example",), furniture=(rule,))
    before = [*tradepress.spiders.__path__]
    look_in(sources)
    yield Papers(
        files=tuple(
            write_warc(
                folder / f"{number}.warc.gz",
                [captured(f"lantern-{5000 + 10 * number + story}", 2020) for story in range(4)]
                + [captured("lantern-6000", 2010 + (7 * number) % 4)],  # an older behind a newer
            )
            for number in range(4)
        ),
        hanging=write_warc(
            folder / "hanging.warc.gz",
            [
                captured("lantern-7001", 2020),
                captured("lantern-7002", 2020, f"<p>{'a' * 60}c</p>"),
                captured("lantern-7003", 2020),
            ],
        ),
        configuration=Configuration(sources=SourcesConfiguration(folder=sources)),
    )
    tradepress.spiders.__path__[:] = before


def captured(name: str, year: int, words: str = "") -> Captured:
    page = a_story(f"Case {name} of {year}", words=words)
    return Captured(url=f"{HOME}/news/{name}", at=f"{year}-03-01T00:00:00", page=page)


@pytest.fixture(scope="module")
def undisturbed(papers: Papers, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The archive of some files as one process makes it."""

    def made(*files: Path) -> Path:
        archive = tmp_path_factory.mktemp("undisturbed") / "archive.db"
        with PageWorkers(1, seconds=1.0) as workers:
            at_once(files, archive, workers)
        return archive

    return made


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Of two workers with nannies and little memory."""
    load_workers()
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1d"}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            memory_limit=LIMIT,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            scheduler_kwargs={"allowed_failures": 2},
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster.scheduler_address


@dataclass(frozen=True, kw_only=True, slots=True)
class Troubled:
    """How it went."""

    done: ClusterIngest
    archive: Path
    tries: int
    """That met the trouble."""


Meet = Callable[..., Troubled]


@pytest.fixture
def meet(papers: Papers, scheduler: str, tmp_path: Path) -> Meet:
    """Let a cluster work files, with a trouble at one of them."""
    seen = tmp_path / "seen"
    seen.mkdir()

    def met(trouble: str, at: Path, files: tuple[Path, ...], tries: int = 1) -> Troubled:
        job = TroubledIngest(
            configuration=papers.configuration,
            seen=seen,
            at=at.name,
            trouble=trouble,
            tries=tries,
        )
        archive = tmp_path / "archive.db"
        place = ClusterPlace(scheduler=scheduler, shards=str(tmp_path / "shards"))
        done = cluster_ingest([*map(str, files)], job, place, archive=archive)
        return Troubled(done=done, archive=archive, tries=len([*seen.iterdir()]))

    return met


@pytest.mark.parametrize(
    "trouble",
    [
        "dies as it begins",
        "dies as pages are read",
        "dies as its shard is put in place",
        "dies before the manifest",
        "swells",
    ],
)
def test_a_worker_that_is_no_more(
    papers: Papers, meet: Meet, undisturbed: Callable[..., Path], tmp_path: Path, trouble: str
) -> None:
    """Killed by -9, or by its nanny since it is beyond its limit of memory."""
    troubled = meet(trouble, papers.files[1], papers.files)
    assert troubled.tries == 1
    assert troubled.done.tasks.retries >= 1
    assert (troubled.done.left_out, troubled.done.exit_code) == ((), 0)
    assert verify(troubled.archive, history=True).findings == []
    assert different(troubled.archive, undisturbed(*papers.files)) == {}
    assert not (tmp_path / "shards").exists()


def test_a_file_at_which_each_worker_swells_is_left_out(
    papers: Papers, meet: Meet, undisturbed: Callable[..., Path]
) -> None:
    first, swelling, *others = papers.files
    troubled = meet("swells", swelling, papers.files, tries=99)
    reason = "the workers that took it died"
    assert troubled.done.left_out == (LeftOut(input=str(swelling), reason=reason),)
    require_all_but(troubled, undisturbed(first, *others))


def test_a_poisoned_file_is_tried_thrice_and_left_out(
    papers: Papers, meet: Meet, undisturbed: Callable[..., Path]
) -> None:
    first, poisoned, *others = papers.files
    troubled = meet("fails", poisoned, papers.files, tries=99)
    assert troubled.tries == 3
    assert troubled.done.left_out == (LeftOut(input=str(poisoned), reason="it is poisoned"),)
    require_all_but(troubled, undisturbed(first, *others))


def require_all_but(troubled: Troubled, other: Path) -> None:
    """It holds what the other archive does, and its run says that something is missing."""
    assert troubled.done.exit_code == 1
    (ours,), (theirs,) = different(troubled.archive, other).pop("runs")
    assert ours[:3] == ("ingest", "done", 1)
    assert ours[3:] == theirs[3:]
    assert different(troubled.archive, other).keys() == {"runs"}
    with read_archive(troubled.archive) as db:
        ((reason,),) = db.execute("SELECT reason FROM runs").fetchall()
    assert "1 input left out: " in reason


def test_a_page_that_hangs_costs_its_page_process_and_no_worker(
    papers: Papers, meet: Meet, undisturbed: Callable[..., Path]
) -> None:
    files = (*papers.files, papers.hanging)
    troubled = meet("gives up soon", papers.hanging, files)
    assert troubled.done.tasks.retries == 0
    assert troubled.done.counts["rejected"] == 1
    assert troubled.done.notes == (f"rejected: {HOME}/news/lantern-7002 (too_complex)",)
    other = undisturbed(*files)
    assert different(troubled.archive, other) == {}
    with read_archive(troubled.archive) as db:
        assert db.execute("SELECT reason FROM urls WHERE outcome = 'rejected'").fetchall() == [
            ("too_complex",)
        ]


def test_a_worker_whose_disk_is_full_leaves_its_tasks_to_another(
    papers: Papers,
    undisturbed: Callable[..., Path],
    small_disk: Callable[[int], Path],
    tmp_path: Path,
) -> None:
    load_workers()
    full = small_disk(1)
    (full / "filling").write_bytes(bytes(700_000))
    folders = (full, tmp_path / "roomy")
    with SpecCluster(
        scheduler={
            "cls": Scheduler,
            "options": {"host": HERE, "dashboard": False, "dashboard_address": f"{HERE}:0"},
        },
        workers={
            folder.name: {
                "cls": Nanny,
                "options": {
                    "host": HERE,
                    "nthreads": 1,
                    "local_directory": str(folder),
                    "dashboard": False,
                },
            }
            for folder in folders
        },
        silence_logs=logging.CRITICAL,
    ) as cluster:
        job = IngestJob(configuration=papers.configuration)
        archive = tmp_path / "archive.db"
        place = ClusterPlace(scheduler=cluster.scheduler_address, shards=str(tmp_path / "shards"))
        done = cluster_ingest([*map(str, papers.files)], job, place, archive=archive)
    assert done.left_out == ()
    assert (done.tasks.workers, done.exit_code) == (1, 0)
    assert done.tasks.retries >= 1
    assert different(archive, undisturbed(*papers.files)) == {}
