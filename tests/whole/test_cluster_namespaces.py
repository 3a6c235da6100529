"""Workers that have a network of their own, as on other machines, and lose it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import needs
import pytest
from captured import Captured, write_warc
from conftest import a_story
from dask_processes import DaskProcesses, until
from taken_apart import at_once, different

from tradepress.crawling.page_workers import PageWorkers

pytestmark = pytest.mark.slow
NAMES = ("scheduler", "one", "two")
ADDRESSES = dict(zip(NAMES, ("10.83.0.1", "10.83.0.2", "10.83.0.3"), strict=True))


class Networks:
    """Network namespaces, joined by a bridge in the first; nothing of it is seen outside."""

    def __init__(self) -> None:
        self.names = {name: f"tradepress-{os.getpid()}-{name}" for name in NAMES}

    def within(self, name: str) -> tuple[str, ...]:
        """Stands before a command that runs there."""
        return ("ip", "netns", "exec", self.names[name])

    def ip(self, name: str, *words: str) -> None:
        done = subprocess.run(
            ["ip", "-netns", self.names[name], *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def join(self) -> None:
        for name in NAMES:
            self.ip(name, "link", "set", "lo", "up")
        hub = NAMES[0]
        self.ip(hub, "link", "add", "hub", "type", "bridge")
        self.ip(hub, "addr", "add", f"{ADDRESSES[hub]}/24", "dev", "hub")
        self.ip(hub, "link", "set", "hub", "up")
        for name in NAMES[1:]:
            there = ("peer", "name", "wire", "netns", self.names[name])
            self.ip(hub, "link", "add", f"to-{name}", "type", "veth", *there)
            self.ip(hub, "link", "set", f"to-{name}", "master", "hub", "up")
            self.ip(name, "addr", "add", f"{ADDRESSES[name]}/24", "dev", "wire")
            self.ip(name, "link", "set", "wire", "up")

    def cut(self, name: str) -> None:
        self.ip(NAMES[0], "link", "set", f"to-{name}", "down")


@pytest.fixture
def networks() -> Iterator[Networks]:
    needs.require_program("ip")
    networks = Networks()
    try:
        for name in networks.names.values():
            made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
            if made.returncode:
                needs.skip("namespaces (a right)")
        networks.join()
        yield networks
    finally:
        for name in networks.names.values():
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


@pytest.fixture
def far_processes(networks: Networks, tmp_path: Path) -> Iterator[DaskProcesses]:
    """A scheduler and two workers, each in its own network."""
    (tmp_path / "seen").mkdir()
    processes = DaskProcesses(tmp_path, ADDRESSES["scheduler"])
    try:
        processes.start_scheduler(*networks.within("scheduler"))
        for name in ("one", "two"):
            processes.start_worker(name, *networks.within(name))
        until(lambda: processes.is_registered("one") and processes.is_registered("two"))
        yield processes
    finally:
        processes.close()


def let_go(folder: Path) -> None:
    """Of the worker that waits, until its shard is in place, or Dask has ended it."""
    (waiting,) = folder.glob("seen/*-*")
    process = Path("/proc", waiting.name.partition("-")[2])
    before = {path: path.read_text() for path in folder.glob("shards/*/shard.json")}
    assert len(before) == 6
    (folder / "seen" / "go").touch()
    until(
        lambda: (
            any(path.read_text() != text for path, text in before.items()) or not process.exists()
        )
    )


def test_a_worker_that_is_cut_off_is_not_waited_for_and_does_nothing_twice(
    far_processes: DaskProcesses, networks: Networks, tmp_path: Path
) -> None:
    files = [
        write_warc(
            tmp_path / f"{number}.warc.gz",
            [
                Captured(
                    url=f"http://signetgazette.example/news/lantern-{5000 + number}",
                    at="2020-03-01T00:00:00",
                    page=a_story(f"Case {number}"),
                )
            ],
        )
        for number in range(6)
    ]
    hub = networks.within("scheduler")
    client = far_processes.start_client("waits with its shard", files[3].name, *files, before=hub)
    until(lambda: len([*tmp_path.glob("seen/*-*")]) == 1)
    until(lambda: len([*tmp_path.glob("shards/*/shard.json")]) == 5)
    networks.cut(far_processes.holder())
    until(lambda: len([*tmp_path.glob("shards/*/shard.json")]) == 6)
    assert client.stdin is not None
    assert client.stdout is not None
    for number in range(6):
        assert client.stdout.readline() == f"merging {number}\n"
        if not number:  # the other worker's shard stands; now it puts its own there, too
            let_go(tmp_path)
        client.stdin.write("\n")
        client.stdin.flush()
    assert client.stdout.readline().startswith("0; 6 tasks by 2 workers; ")
    assert not (tmp_path / "shards").exists()
    with PageWorkers(1) as workers:
        at_once(files, tmp_path / "one.db", workers)
    assert different(tmp_path / "archive.db", tmp_path / "one.db") == {}
