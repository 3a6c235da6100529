"""Captures in several files: read by one process, and as parts that are merged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive_contents import addresses_in, differing, pages_in, stories_in

from tradepress.archive.captures.members import find_records
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.site_marks import site_key
from tradepress.cluster import input_files
from tradepress.cluster.cluster_ingest import COME_TO_NOTHING, IngestJob, MergedShards, keeping_ids
from tradepress.cluster.input_files import PART, PageFile, find_inputs
from tradepress.cluster.shards import publish_shard
from tradepress.cluster.task import Task
from tradepress.configuration import Configuration
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import all_sources
from tradepress.jobs.ingest import ingest
from tradepress.jobs.reextract import settle_memory

JOB = IngestJob(configuration=Configuration())
COLUMNS = {
    "articles": "ref, version, url, canonical_url, site_id, headline, policy, reservations",
    "sources": "*",
    "page_files": "file_hash, next_place",
    "quarantine": "source, url, error, article",
    "near_duplicates": "(SELECT ref FROM articles WHERE id = article_id), "
    "(SELECT ref FROM articles WHERE id = other_id), kind, round(similarity, 6)",
    # A captured page that is read again has the size of its record, with an ID drawn by lot.
    "fetches": "run_id, url, source, kind, status, outcome, version, "
    "iif((SELECT runs.kind FROM runs WHERE runs.id = run_id) = 'reextract', NULL, bytes)",
    "urls": "url, source, found_on, state, next_due, tries, etag, last_modified, outcome",
    "runs": "kind, state, exit_code, urls, stored, unchanged, duplicate, rejected, failed",
    "versions": "(SELECT ref FROM articles WHERE id = article_id), version, url, date_captured, "
    "content_hash, extractor, reservations, evidence",
    "links": "(SELECT ref || '@' || versions.version FROM versions JOIN articles "
    "ON articles.id = article_id WHERE versions.id = version_id), kind, text, url, position, "
    "(SELECT ref FROM articles WHERE id = target_id)",
}


def everything_in(archive: Path) -> dict[str, Any]:
    """What must be the same, whoever read the pages: all but the moments of reading."""
    with read_archive(archive) as db:
        found: dict[str, Any] = {
            table: sorted(db.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in COLUMNS.items()
        }
        return found | {
            "stories": stories_in(db),
            "pages": pages_in(db),
            "addresses": addresses_in(db),
        }


def different(one: Path, other: Path) -> dict[str, Any]:
    """Of two archives."""
    ours, theirs = everything_in(one), everything_in(other)
    found: dict[str, Any] = {}
    for name, value in ours.items():
        if value == theirs[name]:
            continue
        if isinstance(value, list):
            found[name] = (
                [row for row in value if row not in theirs[name]],
                [row for row in theirs[name] if row not in value],
            )
        else:
            found[name] = differing(value, theirs[name])
    return found


def in_parts(
    files: Sequence[Path], archive: Path, shards: Path, workers: PageWorkers, part: int = PART
) -> list[str]:
    """As a cluster does it, without one; what is wrong with shards.

    :param part: as of `cluster_ingest`
    """
    faults = []
    inputs = [
        one
        for file in find_inputs([*map(str, files)])
        if isinstance(file, PageFile)
        for one in input_files.in_parts(file, part)
    ]
    with archive_run(JOB.settings(archive), RunKind.INGEST, "parts") as run:
        job = replace(JOB, site_key=site_key(run.transaction.db))
        merging = MergedShards(run=run, keeps=keeping_ids(all_sources()), shards=str(shards))
        for number, given in enumerate(inputs):
            folder = shards.with_name(f"{shards.name}-{number}")
            folder.mkdir()
            worked = job.work(given, folder, workers)
            task = Task(job=JOB.name, input=given, rules="these")
            shard = publish_shard(
                str(shards), task, folder, worked, worker="here", asked_by="a test"
            )
            known_as = JOB.known_as(given)
            if fault := merging.take(shard, known_as, lambda: False, stop=given.stop):
                faults.append(fault)
        run.end(RunState.DONE, exit_code=int(any(map(merging.counts.get, COME_TO_NOTHING))))
    settle_memory(archive, JOB.configuration, brought=True)
    return faults


def at_once(files: Sequence[Path], archive: Path, workers: PageWorkers) -> None:
    ingest(files, archive=archive, workers=workers, configuration=Configuration())


def write_parts(captures: Path, folder: Path, count: int) -> list[Path]:
    """The records of an archive's raw pages, dealt out to so many files."""
    parts = [bytearray() for _ in range(count)]
    for number, member in enumerate(_members(sorted(captures.glob("*.warc.gz")))):
        parts[number % count] += member
    files = [folder / f"part-{number}.warc.gz" for number in range(count)]
    for file, part in zip(files, parts, strict=True):
        file.write_bytes(part)
    return files


def _members(files: Iterable[Path]) -> Iterable[bytes]:
    for file in files:
        data = file.read_bytes()
        for record in find_records(file):
            yield data[record.offset : record.offset + record.length]
