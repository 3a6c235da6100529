"""A WARC file parted by paper: each record goes to its own, as it is; what can't be told apart is
named."""

import gzip
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from captured import Captured, write_warc
from conftest import a_story
from fsspec.implementations.memory import MemoryFileSystem

from tradepress.archive.captures.members import find_records
from tradepress.cluster.cluster_ingest import IngestJob
from tradepress.cluster.dask_cluster import UnusableCluster
from tradepress.cluster.input_files import PageFile, find_inputs
from tradepress.cluster.make_shards import make_shards
from tradepress.cluster.merge_shards import merge_shards
from tradepress.cluster.parted_file import UNDECLARED, GroupOf, NotParted, groups_of, part_file
from tradepress.cluster.shards import keep_site_key, remove_shard
from tradepress.configuration import Configuration, SourceConfiguration
from tradepress.declared_sources import source_named
from tradepress.jobs.ingest import ingest

SOURCES = [source_named("signet"), source_named("makers")]
SIGNET, MAKERS = "http://signetgazette.example", "http://marksandmakers.example"
PAGES = [
    Captured(url=url, at=f"2015-01-0{day}T00:00:00", page=f"<p>{day}</p>")
    for day, url in enumerate(
        (f"{SIGNET}/a", f"{MAKERS}/b", "http://other.example/c", f"https://www.{SIGNET[7:]}/d"), 1
    )
]


def grouping(*, only_sources: bool = False, groups: Mapping[str, str] | None = None) -> GroupOf:
    own = {name: SourceConfiguration(group=group) for name, group in (groups or {}).items()}
    return groups_of(
        SOURCES,
        Configuration(source=own),
        by_paper=groups is None,
        only_sources=only_sources,
    )


def parted(file: Path, folder: Path, group_of: GroupOf) -> dict[str, list[str | None]]:
    (given,) = find_inputs([str(file)])
    assert isinstance(given, PageFile)
    folder.mkdir()
    parts = part_file(file, given, group_of, folder)
    assert all(path.name == file.name for path in parts.values())
    return {group: [one.url for one in find_records(path)] for group, path in parts.items()}


def test_each_record_goes_to_its_paper_or_group(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "a.warc.gz", PAGES)
    one, two, three, four = (page.url for page in PAGES)
    by_paper = {"signet": [one, four], "makers": [two], UNDECLARED: [three]}
    assert parted(file, tmp_path / "1", grouping()) == by_paper
    assert parted(file, tmp_path / "2", grouping(only_sources=True)).keys() == {"signet", "makers"}
    together = grouping(groups={"signet": "marks", "makers": "marks"})
    assert parted(file, tmp_path / "3", together)["marks"] == [one, two, four]
    with pytest.raises(UnusableCluster, match=r"can't be called '\.\./up'"):
        grouping(groups={"signet": "../up"})


def test_what_is_damaged_goes_with_those_of_no_paper(tmp_path: Path) -> None:
    file = write_warc(tmp_path / "a.warc.gz", PAGES)
    data, second = bytearray(file.read_bytes()), [*find_records(file)][1]
    data[second.offset + 100 : second.offset + 120] = bytes(20)
    file.write_bytes(data)
    found = parted(file, tmp_path / "parts", grouping(only_sources=True))
    assert found == {"signet": [PAGES[0].url, PAGES[3].url], UNDECLARED: [None]}


@pytest.mark.parametrize("is_packed", [True, False])
def test_records_without_members_of_their_own_are_not_parted(
    tmp_path: Path, is_packed: bool
) -> None:
    file = write_warc(tmp_path / "a.warc.gz", PAGES)
    records = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(records) if is_packed else records)
    with pytest.raises(NotParted, match=r"warcio recompress"):
        parted(file, tmp_path / "parts", grouping())


@pytest.mark.parametrize("address", ["memory://of-a-place", "a folder"])
def test_a_place_has_one_key(tmp_path: Path, address: str) -> None:
    place = address if "://" in address else str(tmp_path / address)
    MemoryFileSystem.store.clear()
    key = keep_site_key(place)
    assert len(key) == 32
    assert keep_site_key(place) == key


@pytest.mark.slow
def test_a_part_of_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    """What is there comes in, and reading goes on at the gap."""
    pages = [
        replace(one, url=f"{SIGNET}/news/lantern-{number}", page=a_story(f"Lantern {number}"))
        for number, one in enumerate(PAGES, 4711)
    ]
    file = write_warc(tmp_path / "a.warc.gz", pages)
    shards, archive = str(tmp_path / "shards"), tmp_path / "archive.db"
    job = IngestJob(configuration=Configuration())
    made = [*make_shards([str(file)], job, shards, part=1)]
    assert [one.shard and dict(one.shard.counts) for one in made] == [{"stored": 1}] * 4
    assert made[1].shard is not None
    remove_shard(shards, made[1].shard.task)
    done = merge_shards(shards, job.configuration, archive=archive)
    assert (done.counts["stored"], done.exit_code) == (3, 1)
    (left,) = done.left_out
    assert "what stands before is missing" in left.reason
    again = ingest(file, archive=archive, configuration=job.configuration)
    assert (again.counts["stored"], again.counts["unchanged"]) == (1, 2)
