"""Brings shards of files into the archive that many processes made, each by itself."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.cluster.cluster_ingest import ClusterIngest, MergedShards, keeping_ids
from tradepress.cluster.input_files import PageFile
from tradepress.cluster.run_tasks import NO_TASKS, LeftOut
from tradepress.cluster.shards import Shard, find_manifests, keep_site_key
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings
from tradepress.crawling.archive_run import archive_run, source_row
from tradepress.declared_sources import all_sources
from tradepress.jobs.merge_archives import stopping
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.reextract import settle_memory


@dataclass(frozen=True, kw_only=True, slots=True)
class FileShard:
    """Is the shard of a file, or of a part of one."""

    file: PageFile
    known_as: str
    """Is by what the archive will know that it was read."""
    shard: Shard


def file_shards(address: str) -> tuple[list[FileShard], list[LeftOut]]:
    """Returns the shards of a place in the order of their files, and those that are of none."""
    found, others = [], []
    for shard, said in find_manifests(address):
        if known_as := said.get("known_as"):
            file = PageFile(**said["input"])
            found.append(FileShard(file=file, known_as=known_as, shard=shard))
        else:  # the job of a cluster brings it in itself
            reason = "it is no shard of `ingest-shard`"
            others.append(LeftOut(input=f"{address}/{shard.task}", reason=reason))
    return sorted(found, key=lambda one: (one.file.address, one.file.start)), others


def merge_shards(
    address: str,
    configuration: Configuration,
    *,
    archive: Path,
    wait: float = 0,
    progress: JobProgress | None = None,
) -> ClusterIngest:
    """Takes in all shards of a place as one run of the archive: what comes out is what one process
    makes of the files in the order of their names.

    :param address: where the shards are; those that came in are removed
    :param wait: seconds to wait for another run on the archive
    :param progress: shows how it goes on
    :raises NoSuchStore: the place can't be reached
    :raises KeyboardInterrupt: what was merged stays; the next run goes on from there
    :raises ArchiveError: what was committed before is kept
    """
    began = time.monotonic()
    found, left_out = file_shards(address)
    declared = all_sources()
    given = {"TRADEPRESS_ARCHIVE": str(archive)}
    if found:
        given["TRADEPRESS_SITE_KEY"] = keep_site_key(address).hex()
    settings = project_settings(configuration, given)
    with archive_run(settings, RunKind.INGEST, "merge --shards", wait=wait) as run:
        merging = MergedShards(
            run=run,
            keeps=keeping_ids(declared),
            shards=address,
            sources={source.name: source_row(source, declared) for source in declared},
        )
        reached: dict[str, int | None] = {}
        for number, one in enumerate(found):
            place = reached.setdefault(one.known_as, run.page_files.next_place(one.known_as))
            if place:
                merging.with_stories.add(one.known_as)
            if place is not None and place < one.file.start:
                merging.with_gaps.add(one.known_as)
                left_out.append(
                    LeftOut(input=str(one.file), reason="what stands before is missing")
                )
            with stopping() as is_stopped:
                fault = merging.take(one.shard, one.known_as, is_stopped, stop=one.file.stop)
            if is_stopped():
                raise KeyboardInterrupt
            if fault:
                left_out.append(LeftOut(input=str(one.file), reason=fault))
            reached[one.known_as] = one.file.stop
            if progress is not None:
                progress.show("merge", number + 1, len(found))
        addresses = {one.known_as: one.file.address for one in found}
        left_out += merging.settle_revisits(addresses)
        merging.seconds = time.monotonic() - began
        tasks = replace(
            NO_TASKS,
            shards=tuple(one.shard for one in found),
            left_out=tuple(left_out),
            workers=len({one.shard.worker for one in found}),
            seconds=merging.seconds,
        )
        done = merging.summed(tasks, left_out)
        if not found:
            run.discard()
            return done
        sums = run.end(RunState.DONE, exit_code=done.exit_code, reason=tasks.words)
    settle_memory(archive, configuration, brought=True)
    return replace(done, sums=sums)
