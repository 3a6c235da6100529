"""Brings other archives' stories into one, each archive as a run of the ledger."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from scrapy.settings import Settings

from tradepress.archive.errors import ArchiveError, MixedArchive
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.archive.merging.bring_archive import MergedArchive, bring_archive
from tradepress.archive.merging.bring_rest import join_sources
from tradepress.archive.merging.bring_story import Keeps
from tradepress.archive.merging.other_archive import OtherArchive, open_other
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.publishers import settle_publishers
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings
from tradepress.crawling.archive_run import archive_run, source_row
from tradepress.declared_sources import all_sources, as_configured
from tradepress.jobs.reextract import settle_memory
from tradepress.mentions.mention_rules import mention_rules
from tradepress.rights.asked_policy import asked_policy, operator_policy
from tradepress.source import Source
from tradepress.steps.apply_policy import apply_policy
from tradepress.steps.dropped import Dropped
from tradepress.steps.note_mentions import note_mentions
from tradepress.story import Policy, StoredArticle, strictest

Progress = Callable[[Path, int, int], None]


class SameArchive(ArchiveError):
    """An archive was to be merged with itself, or twice."""


def merge(
    others: str | Path | Iterable[str | Path],
    *,
    archive: str | Path | None = None,
    wait: float = 0,
    progress: Progress = lambda path, done, of: None,
    configuration: Configuration | None = None,
) -> list[MergedArchive]:
    """Brings the stories of other archives into one, archive after archive.

    The others are only read. Broken off at any moment, it goes on when it is called again.

    Example:

    >>> (merged,) = tradepress.merge("theirs.db", archive="both.db")
    >>> merged.stories.total(), merged.sums.state
    (1, <RunState.DONE: 'done'>)

    :param others: one, or several
    :param archive: made, if it is not there; None: the configuration's
    :param wait: seconds to wait for another run on the archive
    :param progress: told the other archive, how many of its stories have come, and of how many
    :param configuration: None: that of the file and the environment, as the command has it
    :raises SameArchive: one is the archive itself, or is named twice
    :raises MixedArchive: the invented sample and real stories would come into one file
    :raises KeyboardInterrupt: Ctrl-C or SIGTERM, between two stories
    :raises ArchiveError: one can't be read, before anything is written; or the archive can't be
        written: what was committed before is kept
    """
    configuration = as_configured(configuration, archive=archive)
    settings = project_settings(configuration, {})
    paths = [Path(one) for one in ([others] if isinstance(others, str | Path) else others)]
    _require_different(configuration.archive, paths)
    with ExitStack() as stack:
        opened = [stack.enter_context(open_other(path)) for path in paths]
        _require_one_kind(opened)
        is_stopped = stack.enter_context(stopping())
        done = [_merge(other, settings, wait, progress, is_stopped) for other in opened]
    settle_memory(configuration.archive, configuration, brought=True)
    return done


def _merge(
    other: OtherArchive,
    settings: Settings,
    wait: float,
    progress: Progress,
    is_stopped: Callable[[], bool],
) -> MergedArchive:
    merged = MergedArchive(path=other.path)
    names = [source.name for source in other.sources()]
    declared = {source.name: source for source in all_sources()}
    command = f"merge {other.path}"
    with archive_run(settings, RunKind.MERGE, command, names, wait=wait) as run:
        try:
            rows = {name: source_row(one, [*declared.values()]) for name, one in declared.items()}
            other = join_sources(run, other, rows)
        except MixedArchive:
            run.discard()
            raise
        keeps, of = _keeping(settings, other, declared), other.count_stories()
        for done in bring_archive(run, other, keeps, merged):
            progress(other.path, done, of)
            if is_stopped():
                raise KeyboardInterrupt
        settle_publishers(run.transaction, filter(is_site_name, names))
        merged.sums = run.end(RunState.DONE, exit_code=merged.exit_code)
    return merged


def _keeping(settings: Settings, other: OtherArchive, declared: Mapping[str, Source]) -> Keeps:
    """Returns what is kept here of a story: what this operator and, where it is declared here, its
    source ask for, and of mentions what is looked for here."""
    policies: dict[str, Policy] = {
        name: asked_policy(settings, declared[name])
        if name in declared
        else operator_policy(settings, name)
        for name in (*declared, *(row.name for row in other.sources()))
    }
    people = settings.getbool("TRADEPRESS_PEOPLE")
    rules = mention_rules(people=people)

    def keeps(article: StoredArticle) -> StoredArticle | None:
        asked = policies.get(article.source) or operator_policy(settings, article.source)
        policy = strictest(article.policy or "store", asked)
        try:
            kept = apply_policy(replace(article, policy=policy))
        except Dropped:
            return None
        if kept.policy == "store":  # not noted is not "store"
            kept = article
        return kept if kept.mention_rules == rules else note_mentions(kept, people=people)

    return keeps


def _require_different(target: Path, others: Sequence[Path]) -> None:
    there = [path for path in (target, *others) if path.exists()]
    for number, path in enumerate(there):
        if any(path.samefile(other) for other in there[:number]):
            is_target = target.exists() and path.samefile(target)
            raise SameArchive(
                f"{path} is the archive itself: name another one"
                if is_target
                else f"{path} is named twice"
            )


def _require_one_kind(others: Sequence[OtherArchive]) -> None:
    kinds = {source.is_sample: other for other in others for source in other.sources()}
    if len(kinds) > 1:
        raise MixedArchive(
            f"{kinds[True].path} holds the invented sample, and {kinds[False].path} real stories: "
            "they don't go into one archive"
        )


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Was Ctrl-C or SIGTERM given? Asked between two stories, so that none is left half written. A
    second one ends whatever goes on: what is half written is rolled back."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped.is_set
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped.is_set
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
