"""Shards are whole or none, on a disk and in a store."""

import errno
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import fsspec
import pytest
from cluster_jobs import Doubling, Number
from conftest import Answer, Site
from fsspec.implementations.local import LocalFileSystem

from tradepress.cluster import task
from tradepress.cluster.dask_cluster import NoSuchStore
from tradepress.cluster.input_files import InputGone, NoInput, PageFile, file_at_hand, find_inputs
from tradepress.cluster.shards import (
    DamagedShard,
    Shard,
    find_shard,
    is_local,
    open_store,
    publish_shard,
    remove_empty,
    remove_shard,
    shard_files,
)
from tradepress.cluster.task import Task, Worked, programs, rules_of

TASK = Task(job="double", input=Number(number=4), rules="doubling")
NO_TASK = "double-0000"


@pytest.fixture(params=["file", "memory"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "file":
        yield f"file://{tmp_path}/shards"
        return
    memory = fsspec.filesystem("memory")
    yield "memory://shards"
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "worked"
    (folder / "deep").mkdir(parents=True)
    (folder / "archive.db").write_bytes(b"SQLite")
    (folder / "deep" / "page.warc.gz").write_bytes(b"pages")
    return folder


def publish(address: str, folder: Path, *, worker: str = "one:1") -> Shard:
    worked = Worked(counts={"stored": 2, "failed": 1}, notes=("failed: “x”",))
    return publish_shard(address, TASK, folder, worked, worker=worker, asked_by="a run")


def paths(address: str) -> list[str]:
    system, root = open_store(address)
    return sorted(system.find(root)) if system.exists(root) else []


def test_a_name_is_made_of_job_input_and_rules() -> None:
    others = [
        replace(TASK, job="triple"),
        replace(TASK, input=Number(number=5)),
        replace(TASK, rules="other"),
    ]
    assert len({TASK.name, *(one.name for one in others)}) == 4
    assert replace(TASK).name == TASK.name


@pytest.mark.parametrize("other", ["lxml", "fastwarc", "eyecite", "Python", "code"])
def test_rules_name_all_that_reads(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules_of(Doubling(seen=Path())) == f"doubling+{programs()}"
    if other == "Python":
        monkeypatch.setattr(platform, "python_version", lambda: "3.99.1")
    elif other == "code":
        monkeypatch.setattr(task, "CODE", task.CODE[1:])
    else:
        monkeypatch.setattr(task, "version", lambda name: "0" if name == other else version(name))
    assert programs.__wrapped__() != programs()


def test_what_is_published_is_found_with_its_files(address: str, folder: Path) -> None:
    assert find_shard(address, TASK.name) is None
    shard = publish(address, folder)
    assert find_shard(address, TASK.name) == shard
    assert find_shard(address, NO_TASK) is None
    with shard_files(address, shard) as files:
        assert (files / "archive.db").read_bytes() == b"SQLite"
        assert (files / "deep" / "page.warc.gz").read_bytes() == b"pages"
    system, root = open_store(address)
    said = json.loads(system.cat_file(f"{root}/{TASK.name}/shard.json"))
    assert (said["input"], said["rules"]) == ({"number": 4}, "doubling")


def test_without_its_manifest_it_is_none_and_is_written_over(address: str, folder: Path) -> None:
    first = publish(address, folder)
    system, root = open_store(address)
    manifest = f"{root}/{TASK.name}/shard.json"
    whole = system.cat_file(manifest)
    for kept in (b"", whole[: len(whole) // 2]):
        system.pipe_file(manifest, kept)
        assert find_shard(address, TASK.name) is None
    system.rm(manifest)
    assert find_shard(address, TASK.name) is None
    second = publish(address, folder, worker="two:2")
    assert find_shard(address, TASK.name) == second
    assert second.folder != first.folder


@pytest.mark.parametrize(
    "change",
    [
        {"task": ".."},
        {"folder": ".."},
        {"folder": "deep"},
        {"files": [{"name": "/root/.profile", "size": 6, "sha256": ""}]},
        {"files": [{"name": "deep/../../x", "size": 6, "sha256": ""}]},
        {"files": [{"name": "archive.db"}]},
        {"files": None},
        {"counts": [1]},
        {"counts": {"stored": "many"}},
    ],
    ids=str,
)
def test_a_manifest_that_others_have_written_is_none(
    address: str, folder: Path, change: dict[str, object]
) -> None:
    """It names nothing that lies outside of its shard."""
    publish(address, folder)
    system, root = open_store(address)
    manifest = f"{root}/{TASK.name}/shard.json"
    said = json.loads(system.cat_file(manifest))
    for kept in ({**said, **change}, [said], {}):
        system.pipe_file(manifest, json.dumps(kept).encode())
        assert find_shard(address, TASK.name) is None


def test_of_two_that_worked_it_neither_spoils_the_other(address: str, folder: Path) -> None:
    """One of them was only taken for dead."""
    first = publish(address, folder)
    (folder / "archive.db").write_bytes(b"other bytes")
    second = publish(address, folder)
    for shard, kept in ((first, b"SQLite"), (second, b"other bytes")):
        with shard_files(address, shard) as files:
            assert (files / "archive.db").read_bytes() == kept


@pytest.mark.parametrize("fault", ["changed", "cut", "missing"])
def test_a_file_that_is_not_as_it_was_written_is_told(
    address: str, folder: Path, fault: str
) -> None:
    shard = publish(address, folder)
    system, root = open_store(address)
    place = f"{root}/{shard.task}/{shard.folder}/archive.db"
    if fault == "missing":
        system.rm(place)
    else:
        system.pipe_file(place, {"changed": b"SQLitf", "cut": b"SQL"}[fault])
    with pytest.raises(DamagedShard, match=r"archive\.db of double-"), shard_files(address, shard):
        pass


def test_a_shard_is_removed_with_all_attempts(address: str, folder: Path) -> None:
    publish(address, folder)
    publish(address, folder)
    assert len(paths(address)) == 5
    remove_shard(address, TASK.name)
    assert paths(address) == []
    remove_shard(address, TASK.name)
    remove_empty(address)


def test_an_input_whose_name_is_no_utf_8_has_a_shard(address: str, folder: Path) -> None:
    name = os.fsdecode(b"/in/caf\xe9.warc.gz")
    task = Task(job="ingest", input=PageFile(address=name, size=1, state=None), rules="these")
    worked = Worked(counts={}, notes=(f"failed: {name}",))
    shard = publish_shard(address, task, folder, worked, worker="one:1", asked_by="a run")
    assert find_shard(address, task.name) == shard


def test_a_file_of_a_store_is_fetched_under_its_name(address: str, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    system, root = open_store(address)
    system.makedirs(f"{root}/in", exist_ok=True)
    for name in ("b.warc.gz", "a.warc.gz", "notes.txt"):
        system.pipe_file(f"{root}/in/{name}", name.encode())
    found = [one for one in find_inputs([f"{address}/in"]) if isinstance(one, PageFile)]
    assert [(one.name, one.size) for one in found] == [("a.warc.gz", 9), ("b.warc.gz", 9)]
    with file_at_hand(found[1], here) as path:
        assert (path.name, path.read_bytes()) == ("b.warc.gz", b"b.warc.gz")
        assert is_local(system) or here in path.parents
    assert not [*here.iterdir()]
    system.pipe_file(f"{root}/in/b.warc.gz", b"longer than it was")
    with (
        pytest.raises(InputGone, match="changed since the job began"),
        file_at_hand(found[1], here),
    ):
        pass
    system.rm(f"{root}/in/b.warc.gz")
    gone = "no such file: all workers"
    with pytest.raises(InputGone, match=gone), file_at_hand(found[1], here):
        pass


def test_a_file_of_a_web_server_is_known_by_its_day_and_one_that_is_refused_is_named(
    site: Site,
) -> None:
    headers = {"Last-Modified": "Sat, 28 Nov 2026 12:00:00 GMT", "Content-Type": "application/warc"}
    site.pages["/a.warc"] = Answer("WARC", headers=headers)
    site.pages["/b.warc"] = Answer("no", status=403)
    found = [*find_inputs([f"{site.home}/{name}.warc" for name in ("b", "a", "none")])]
    assert found[1] == PageFile(
        address=f"{site.home}/a.warc", size=4, state=headers["Last-Modified"]
    )
    reasons = [one.reason for one in found if isinstance(one, NoInput)]
    assert "403, message='Forbidden'" in reasons[0]
    assert reasons[1] == "there is no such file"


def test_a_store_that_nothing_reads_says_what_to_install() -> None:
    with pytest.raises(NoSuchStore, match=r"^s3://press/shards: .*s3fs.*on all workers"):
        open_store("s3://press/shards")
    with pytest.raises(NoSuchStore, match="nosuch://x: "):
        open_store("nosuch://x")


def test_what_does_not_fit_leaves_nothing_behind(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def put_file(_: LocalFileSystem, source: str, target: str) -> None:
        Path(target).write_bytes(Path(source).read_bytes()[: 1 if copied else None])
        copied.append(target)
        if len(copied) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(LocalFileSystem, "put_file", put_file)
    address = f"file://{tmp_path}/shards"
    with pytest.raises(OSError, match="No space left"):
        publish(address, folder)
    assert len(copied) == 2
    assert paths(address) == []
    assert find_shard(address, TASK.name) is None


def test_a_manifest_that_is_nested_too_deeply_is_none(tmp_path: Path) -> None:
    place = tmp_path / NO_TASK
    place.mkdir()
    (place / "shard.json").write_text("[" * 100_000)
    assert find_shard(str(tmp_path), NO_TASK) is None
