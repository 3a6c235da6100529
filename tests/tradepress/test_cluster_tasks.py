"""Tasks on a real cluster of processes: what fails, what dies, what was worked before."""

import io
import re
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from cluster_jobs import Doubling, LastDies, Neighbours, Number, OneCant, OneElsewhere, OwnRules
from clusters import client
from conftest import Tradepress
from dask_processes import until
from distributed import Client, LocalCluster
from rich.console import Console

from tradepress.cluster import dask_cluster
from tradepress.cluster.dask_cluster import ClusterPlace, OpenScheduler, own_folder
from tradepress.cluster.run_tasks import LeftOut, TaskFailed, _Running, run_tasks
from tradepress.cluster.shards import Shard, find_left, remove_shard, shard_files
from tradepress.cluster.task import Task
from tradepress.commands.cluster_options import chosen_place, workers_page
from tradepress.jobs.progress import JobProgress

__all__ = ["client"]
NUMBERS = [Number(number=number) for number in range(6)]


@pytest.fixture
def seen(tmp_path: Path) -> Path:
    folder = tmp_path / "seen"
    folder.mkdir()
    return folder


def tries(seen: Path, number: int) -> int:
    return len([*seen.glob(f"{number}-*")])


@pytest.mark.slow
def test_each_input_gives_its_shard_once(client: Client, seen: Path, tmp_path: Path) -> None:
    address, job = str(tmp_path / "shards"), Doubling(seen=seen)
    done = run_tasks(client, job, NUMBERS, address)
    for number, shard in enumerate(done.shards):
        assert shard is not None
        assert shard.notes == (f"doubled {number}",)
        with shard_files(address, shard) as files:
            assert (files / "deep" / "number.txt").read_text() == str(2 * number)
    assert (done.left_out, done.stood, done.retries) == ((), 0, 0)
    again = run_tasks(client, job, NUMBERS, address)
    assert again.shards == done.shards
    assert again.stood == 6
    assert [tries(seen, number) for number in range(6)] == [1] * 6


@pytest.mark.slow
def test_a_poisoned_input_is_tried_thrice_and_named(
    client: Client, seen: Path, tmp_path: Path
) -> None:
    done = run_tasks(client, Doubling(seen=seen, poisoned=(2,)), NUMBERS, str(tmp_path / "shards"))
    assert done.left_out == (LeftOut(input="number 2", reason="2 is poisoned"),)
    assert [shard is None for shard in done.shards] == [number == 2 for number in range(6)]
    assert tries(seen, 2) == 3
    assert done.retries == 2
    assert "2 retries; 1 input left out: number 2" in done.words


@pytest.mark.slow
def test_logs_of_workers_are_there_to_be_read(client: Client, seen: Path, tmp_path: Path) -> None:
    """From the page that the command names; nothing need be installed for it."""
    run_tasks(client, Doubling(seen=seen, poisoned=(3,)), NUMBERS, str(tmp_path / "shards"))
    page = workers_page(client.dashboard_link)

    def read(address: str) -> str:
        with urlopen(address) as answer:
            return str(answer.read().decode())

    links = re.findall(r'href="(\.\./logs/[^"]+)"', read(page))
    logs = "".join(read(urljoin(page, link)) for link in links)
    assert len(links) == 2
    assert logs.count("number 3 could not be worked") == 3
    assert "in work\n    raise ValueError" in logs


@pytest.mark.slow
def test_what_a_dead_worker_had_goes_to_another(client: Client, seen: Path, tmp_path: Path) -> None:
    done = run_tasks(client, Doubling(seen=seen, deadly=(3,)), NUMBERS, str(tmp_path / "shards"))
    assert None not in done.shards
    assert done.left_out == ()
    assert done.retries >= 1
    assert tries(seen, 3) == 2


@pytest.mark.slow
def test_shards_are_taken_in_their_order_while_others_are_worked(
    client: Client, seen: Path, tmp_path: Path
) -> None:
    """And what was taken is not worked anew, as Dask does where results die with a worker."""
    address, taken = str(tmp_path / "shards"), list[int]()

    def in_memory(dask_scheduler: Any) -> set[str]:
        return {key for key, task in dask_scheduler.tasks.items() if task.state == "memory"}

    of_others = client.run_on_scheduler(in_memory)

    def take(number: int, shard: Shard | None) -> None:
        assert shard is not None
        remove_shard(address, shard.task)
        taken.append(number)
        if number == 4:
            until(lambda: client.run_on_scheduler(in_memory) <= of_others)
        (seen / f"taken-{number}").touch()

    job = LastDies(seen=seen, deadly=(5,))
    done = run_tasks(client, job, NUMBERS, address, take=take)
    assert taken == [0, 1, 2, 3, 4, 5]
    assert [tries(seen, number) for number in range(6)] == [1, 1, 1, 1, 1, 2]
    assert (done.left_out, done.retries) == ((), 1)
    assert find_left(address) == []


@pytest.mark.slow
def test_what_is_left_out_is_told_in_its_turn(client: Client, seen: Path, tmp_path: Path) -> None:
    job, taken = Doubling(seen=seen, poisoned=(0,)), list[tuple[int, bool]]()
    run_tasks(
        client,
        job,
        NUMBERS[:3],
        str(tmp_path / "shards"),
        take=lambda number, shard: taken.append((number, shard is None)),
    )
    assert taken == [(0, True), (1, False), (2, False)]


@pytest.mark.slow
def test_who_kills_every_worker_is_left_out(client: Client, seen: Path, tmp_path: Path) -> None:
    job = Doubling(seen=seen, always_deadly=(0,))
    done = run_tasks(client, job, NUMBERS, str(tmp_path / "shards"))
    (left,) = done.left_out
    assert left == LeftOut(input="number 0", reason="the workers that took it died")
    assert None not in done.shards[1:]


@pytest.mark.slow
def test_who_waits_behind_a_killer_is_worked_all_the_same(
    client: Client, seen: Path, tmp_path: Path
) -> None:
    """Dask blames all that a worker had when it died."""
    job = Neighbours(seen=seen, tries=3)
    done = run_tasks(client, job, NUMBERS, str(tmp_path / "shards"))
    assert [one.input for one in done.left_out] == ["number 0"]
    assert [shard is None for shard in done.shards] == [number == 0 for number in range(6)]


@pytest.mark.slow
def test_a_worker_that_can_do_nothing_costs_nothing(
    client: Client, seen: Path, tmp_path: Path
) -> None:
    """Its disk is full, say: it is quick to fail, so that the next task would come to it."""
    client.wait_for_workers(2)  # those that earlier tests have killed are back
    said = io.StringIO()
    done = run_tasks(
        client,
        OneCant(seen=seen),
        NUMBERS,
        str(tmp_path / "shards"),
        progress=JobProgress(Console(file=said)),
    )
    assert done.left_out == ()
    assert None not in done.shards
    assert done.workers == 1
    (unable,) = seen.glob("it-is-*")
    for line in said.getvalue().splitlines():
        assert "No space left on device (on " in line
        assert line.endswith(f":{unable.name.removeprefix('it-is-')}): it is tried again")
    assert len(said.getvalue().splitlines()) == done.retries >= 1


@pytest.mark.slow
def test_a_worker_that_sees_another_place_is_named_and_others_do_its_tasks(
    client: Client, seen: Path, tmp_path: Path
) -> None:
    said = io.StringIO()
    try:
        done = run_tasks(
            client,
            OneElsewhere(seen=seen),
            NUMBERS,
            str(tmp_path / "shards"),
            progress=JobProgress(Console(file=said, width=500)),
        )
    finally:
        client.run(mock.patch.stopall)
    assert done.left_out == ()
    assert None not in done.shards
    assert done.workers == 1
    (unable,) = seen.glob("it-is-*")
    for line in said.getvalue().splitlines():
        assert "is another place here than for this worker (on " in line
        assert line.endswith(f":{unable.name.removeprefix('it-is-')}): it is tried again")
    assert len(said.getvalue().splitlines()) == done.retries >= 1


@pytest.mark.slow
def test_a_worker_with_other_rules_works_nothing(client: Client, tmp_path: Path) -> None:
    done = run_tasks(client, OwnRules(), NUMBERS[:1], str(tmp_path / "shards"))
    (left,) = done.left_out
    assert "reads by other rules: have the same Tradepress" in left.reason


def test_a_task_is_given_up_when_it_has_failed_three_times(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    job = Doubling(seen=tmp_path)
    task = Task(job=job.name, input=Number(number=2), rules="doubling")
    running = _Running(Any, job, [task], str(tmp_path), None, None)  # type: ignore[arg-type]
    monkeypatch.setattr(running, "_submit", lambda number: None)
    failed = TaskFailed("2 is poisoned", "here:1", "tcp://192.0.2.1:1")
    assert [running._try_again(0, failed) for _ in range(3)] == [False, False, True]
    assert running.left_out == [LeftOut(input="number 2", reason="2 is poisoned")]


@pytest.mark.parametrize("name", ["dask", "distributed", "fsspec"])
def test_without_dask_the_command_says_how_to_install_it(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    result = here("ingest", "x.warc.gz", "--local", "2")
    assert result.returncode == 2
    assert f"{name} is not installed: pip install 'tradepress[cluster]'" in result.stderr


def test_a_scheduler_that_does_not_answer_is_named(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "ANSWERS_WITHIN", 1)
    (tmp_path / "x.warc.gz").touch()
    for scheduler in ("tcp://127.0.0.1:9", "nonsense://x"):
        place = ("--scheduler", scheduler, "--shards", str(tmp_path / "shards"))
        result = here("ingest", "x.warc.gz", *place, "--insecure")
        assert result.returncode == 3  # it may be there the next time
        assert f"no Dask scheduler answers at {scheduler}" in result.stderr
        assert "start one with `dask scheduler`, and workers with `dask worker" in result.stderr
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.slow
def test_a_scheduler_without_workers_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "ANSWERS_WITHIN", 1)
    with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty:
        place = dask_cluster.ClusterPlace(
            scheduler=empty.scheduler_address, shards=str(tmp_path / "shards")
        )
        words = f"{empty.scheduler_address} has no worker: start some with `dask worker tcp://"
        with pytest.raises(dask_cluster.NoCluster, match=words), dask_cluster.connected(place):
            pass


@pytest.mark.parametrize(
    ("scheduler", "is_taken"),
    [
        ("tcp://127.0.0.1:8786", True),
        ("tcp://[::1]:8786", True),
        ("localhost:8786", True),
        ("tls://10.0.0.5:8786", True),
        ("wss://press.library.example", True),
        ("tcp://10.0.0.5:8786", False),
        ("10.0.0.5:8786", False),
        ("ws://press.library.example", False),
        ("tcp://0.0.0.0:8786", False),
        ("tcp://localhost.evil.example:8786", False),
        ("tcp://[::1:8786", False),
        ("tls:10.0.0.5", False),
    ],
)
def test_a_scheduler_that_is_anybodys_is_asked_if_somebody_says_so(
    here: Tradepress, scheduler: str, is_taken: bool
) -> None:
    place = partial(ClusterPlace, scheduler=scheduler, shards="s3://press/shards")
    assert place(insecure=True).scheduler == scheduler
    if is_taken:
        assert place().scheduler == scheduler
        return
    with pytest.raises(OpenScheduler):
        place()
    words = ("--scheduler", scheduler, "--shards", "s3://press/shards")
    result = here("ingest", "x.warc.gz", *words)
    assert result.returncode == 2
    assert f"{scheduler} has no certificates: whoever reaches it runs programs" in result.stderr
    assert "say --insecure" in result.stderr


def test_workers_write_into_no_folder_that_somebody_else_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = own_folder()
    assert (found.stat().st_mode & 0o777, own_folder()) == (0o700, found)
    found.chmod(0o777)
    assert own_folder() != found
    found.rmdir()
    found.symlink_to("/")
    assert own_folder() not in (found, Path("/"))
    assert own_folder().stat().st_mode & 0o777 == 0o700


def test_a_folder_for_shards_is_the_same_for_all_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for said, meant in (
        ("shards", f"{tmp_path}/shards"),
        ("s3://press/shards", "s3://press/shards"),
        (None, f"{tmp_path}/press.shards"),
    ):
        place = chosen_place(None, 2, said, Path("press.db"))
        assert place is not None
        assert place.shards == meant


def test_no_command_is_called_cluster(here: Tradepress) -> None:
    result = here("cluster", "ingest", "x.warc.gz", "--local", "2")
    assert result.returncode == 2
    assert "No such command 'cluster'" in result.stderr


def test_pages_of_their_own_are_for_one_process(here: Tradepress) -> None:
    result = here("ingest", "x.html", "--url", "https://signet.example/x", "--local", "2")
    assert result.returncode == 2
    assert "--url, --addresses and --date-captured are for files" in result.stderr


def test_where_to_work_must_be_said_once(here: Tradepress) -> None:
    for options, words in (
        (
            ("--local", "2", "--scheduler", "tcp://127.0.0.1:9", "--shards", "x"),
            "Give --local N or --scheduler ADDRESS, not both.",
        ),
        (("--shards", "x"), "--insecure and --shards go with --scheduler or --local."),
        (("--insecure",), "--insecure and --shards go with --scheduler or --local."),
    ):
        result = here("ingest", "x.warc.gz", *options)
        assert result.returncode == 2
        assert words in result.stderr
    result = here("ingest", "x.warc.gz", "--scheduler", "tcp://127.0.0.1:9")
    assert "--shards ADDRESS goes with --scheduler" in result.stderr
