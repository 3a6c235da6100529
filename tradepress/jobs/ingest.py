"""Brings files into the archive: by the same extraction and the same pipelines as a crawl."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tradepress.archive.archived_address import unwrap
from tradepress.archive.frontier.sources import names_here
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.page_workers import PageWorkers, usable_cores
from tradepress.declared_sources import all_sources, as_configured, source_named
from tradepress.jobs.event_loop import beside_a_loop, run_until_stopped
from tradepress.jobs.files.address_list import NO_LIST, AddressList
from tradepress.jobs.files.reserved_pages import ReservedPages
from tradepress.jobs.ingested import (
    Ingest,
    Ingested,
)
from tradepress.jobs.reextract import settle_memory
from tradepress.jobs.revisits import Revisits
from tradepress.jobs.way_in import WayIn
from tradepress.source import Source
from tradepress.steps.apply_policy import as_basis


class NotItsPage(ValueError):
    """Is raised of an address that is not that of the page; the message is one line."""


@beside_a_loop
def ingest(
    files: str | Path | Iterable[str | Path],
    *,
    archive: str | Path | None = None,
    source: Source | str | None = None,
    url: str | None = None,
    addresses: AddressList = NO_LIST,
    date_captured: datetime | None = None,
    again: bool = False,
    basis: str | None = None,
    only_sources: bool = False,
    start: int = 0,
    stop: int | None = None,
    is_part: bool = False,
    revisits: Revisits | None = None,
    wait: float = 0,
    workers: PageWorkers | None = None,
    before: Callable[[ReservedPages], None] | None = None,
    looked: Callable[[int, int], None] | None = None,
    tell: Callable[[Ingested], None] = lambda page: None,
    progress: Callable[[int, int], None] | None = None,
    configuration: Configuration | None = None,
) -> Ingest:
    """Stores the stories of files and of the files in folders, as a run of the ledger.

    Example:

    >>> done = tradepress.ingest("saved.html", archive="press.db", source="wipr", url=PAGE)
    >>> done.counts["stored"], done.exit_code
    (1, 0)

    :param files: one, or several
    :param archive: made, if it is not there and there is a story; None: the configuration's
    :param source: whose pages these are, or its name; None: each page's site says it, and one that
        is no declared source's gets a source of its own
    :param url: where the one page of the one file stood
    :param addresses: where the pages of files stood, and when
    :param date_captured: when pages stood like this that don't say so themselves
    :param again: also files that were read before, from their beginning
    :param basis: on which texts that their publishers reserve are held, for this archive alone
    :param only_sources: leave out pages of sites that no declared source has
    :param start: of files of many pages only what begins there or behind (bytes), and
    :param stop: before this: both are :func:`~tradepress.jobs.files.file_pages.file_borders`
    :param is_part: the archive is to be merged into another one
    :param revisits: takes what files say of pages that were the same; None: it is settled here
    :param wait: seconds to wait for another run on the archive
    :param workers: who read the pages; None: a process for each core, until the job has ended
    :param before: told, before any page is stored, how many are reserved; None: none is looked for
    :param looked: called now and then, while these are counted, as ``progress``
    :param tell: called for each page as it ends
    :param progress: called now and then: so many bytes are read, of so many
    :param configuration: None: that of the file and the environment, as the command has it
    :raises ValueError: the basis is none
    :raises NotItsPage: there are more files than one for ``url``, or it is on another site
    :raises NoSuchSource: it is not declared
    :raises KeyboardInterrupt: Ctrl-C or SIGTERM; the next run goes on where this one was stopped
    :raises ArchiveError: what was committed before is kept
    """
    paths = [Path(one) for one in ([files] if isinstance(files, str | Path) else files)]
    configuration = as_configured(configuration, archive=archive)
    source = source_named(source) if isinstance(source, str) else source
    basis = as_basis(basis) if basis is not None else None
    _require_its_page(url, paths, source)
    settings = project_settings(configuration, {"TRADEPRESS_PART": is_part})
    taking_part = [source] if source else []
    with archive_run(settings, RunKind.INGEST, "ingest", taking_part, wait=wait) as run:
        with (
            nullcontext(workers) if workers else PageWorkers(usable_cores()) as at_work,
            closing(Revisits()) as found,
        ):
            way_in = WayIn(
                run=run,
                settings=settings,
                source=source,
                sources=all_sources(),
                workers=at_work,
                url=url,
                addresses=addresses,
                date_captured=date_captured,
                again=again,
                basis=basis,
                only_sources=only_sources,
                start=start,
                stop=stop,
                before=before,
                looked=looked,
                tell=tell,
                progress=progress,
                revisits=revisits or found,
                settles=revisits is None,
                name_here=names_here(run.transaction.db),
            )
            run_until_stopped(way_in.ingest_files(paths))
        done = Ingest(
            counts=way_in.counts,
            left_out=way_in.left_out,
            records=way_in.records,
            disagreeing=tuple(way_in.disagreeing.values()),
            sums=None,
        )
        if not any(counts.total() for counts in run.ledger.counts.values()):
            run.discard()
            return done
        done = replace(done, sums=run.end(RunState.DONE, exit_code=done.exit_code))
    if not is_part:
        settle_memory(configuration.archive, configuration)
    return done


def _require_its_page(url: str | None, files: Sequence[Path], source: Source | None) -> None:
    if url is None:
        return
    if len(files) != 1 or files[0].is_dir():
        raise NotItsPage("a url names the address of one page: give one file with it")
    archived = unwrap(url)
    if source and not source.owns(archived.url if archived else url):
        raise NotItsPage(f"{url} is not an address of {source.publisher}")
