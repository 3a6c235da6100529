"""Carries out takedown and erasure requests, for good."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.frontier.sources import Sources
from tradepress.archive.open import Archive, open_archive
from tradepress.archive.stories.ref import find_at, resolve_ref
from tradepress.archive.text_forms import storable
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.erasing import erase_returned_pages
from tradepress.archive.withdrawal.erasing import withdraw as erase_stories
from tradepress.archive.withdrawal.other_pages import OtherPage, pages_of_others
from tradepress.archive.withdrawal.request import (
    is_known_address,
    tombstone_for,
    tombstone_in_advance,
    tombstones_for_source,
)
from tradepress.archive.withdrawal.targets import find_targets
from tradepress.archive.withdrawal.tombstones import (
    PublicTombstone,
    Tombstone,
    find_tombstone,
    hash_key,
    known_address_key,
    load_tombstones,
)
from tradepress.archive.withdrawal.withdrawn_people import (
    PersonWithdrawal,
    count_mentions,
    withdraw_person,
)
from tradepress.configuration import Configuration
from tradepress.crawling.archive_run import captures_beside, source_row
from tradepress.declared_sources import all_sources, as_configured, source_owning
from tradepress.undeclared_source import source_of


class NotToBeWithdrawn(ValueError):
    """Is raised of what can't be withdrawn so; the message is one line that says what to ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawalPlan:
    """Says what a withdrawal will erase, once somebody has agreed."""

    stones: Sequence[Tombstone] = ()
    """Holds what will stand for each story."""
    headlines: Mapping[str, str | None] = field(default_factory=dict)
    """Gives them by ref; an address without a story has none."""
    others: Sequence[OtherPage] = ()
    """Lists raw pages of other stories that show the headline or the address."""
    before: Mapping[str, PublicTombstone] = field(default_factory=dict)
    """Holds what was asked for and was withdrawn before."""
    too_late: Sequence[str] = ()
    """Names what was withdrawn before without ``everywhere``: nobody knows its words any more, by
    which raw pages of other stories are found."""
    erased_again: Erased = field(default_factory=Erased)
    """Counts what had come back, and went as the archive was opened."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawalResult:
    """Holds what a withdrawal came to."""

    plan: WithdrawalPlan
    erased: Erased | None
    """Is None if nothing was to be erased, or it was not wanted."""
    everywhere: bool

    @property
    def exit_code(self) -> int:
        """Is 1 if something may still hold a story, or it was not wanted."""
        if self.erased is None:
            return int(bool(self.plan.stones or self.plan.too_late))
        is_known = not self.everywhere or all(page.is_readable for page in self.plan.others)
        return int(not (is_known and self.erased.is_complete and not self.plan.too_late))


def withdraw(
    archive: str | Path | None = None,
    targets: str | Iterable[str] = (),
    *,
    source: str | None = None,
    reason: str = "",
    keep_headline: bool = False,
    everywhere: bool = False,
    confirm: Callable[[WithdrawalPlan], bool] | None = None,
    wait: float = 0,
    configuration: Configuration | None = None,
) -> WithdrawalResult:
    """Erases stories for good, and keeps them out from now on.

    Text, versions, links, addresses and raw pages go; a tombstone with ref, source, days and reason
    stays. Without targets and source, what a killed withdrawal left is finished.

    Example:

    >>> done = tradepress.withdraw("press.db", "wipr-4711", reason="asked for by the publisher")
    >>> [stone.ref for stone in done.plan.stones], done.erased.captures, done.exit_code
    (['wipr-4711'], 1, 0)

    :param archive: None: the configuration's
    :param targets: a ref or an address, or several; an address that was never read, in advance
    :param source: all stories of this one, instead
    :param reason: kept and shown; it names no person
    :param keep_headline: keep the headline in the tombstone
    :param everywhere: overwrite raw pages of other stories that show the headline, too; without
        targets: what can't be read and no story names
    :param confirm: is told what will be erased, and may refuse; None: it is erased
    :param wait: seconds to wait for another run on the archive
    :param configuration: None: that of the file and the environment, as the command has it
    :raises NotToBeWithdrawn: no reason is given, the archive has no such source, or what is asked
        can't be at once
    :raises NoSuchArticle: no such ref, or no source has stories at that address
    :raises ArchiveError: it can't be finished now; the next opening for writing goes on
    """
    configuration = as_configured(configuration, archive=archive)
    wanted = [targets] if isinstance(targets, str) else [*targets]
    reason = one_line_reason(reason)
    if (wanted or source is not None) and not is_visible(reason):
        raise NotToBeWithdrawn("say why: a reason with a word in it")
    if everywhere and keep_headline:
        raise NotToBeWithdrawn("a headline that is kept is nowhere erased: ask for one of both")
    if wanted and source is not None:
        raise NotToBeWithdrawn("give either refs and addresses, or a source")
    with _opened(configuration.archive, wait) as opened:
        again = opened.erased_again or Erased()
        if not wanted and source is None:
            finished = _finish(opened, again, everywhere=everywhere)
            return WithdrawalResult(plan=WithdrawalPlan(), erased=finished, everywhere=everywhere)
        plan = _plan(opened, wanted, source, reason, keep_headline, everywhere, again)
        erased = None
        if plan.stones and (confirm is None or confirm(plan)):
            erased = erase_stories(opened.transaction, plan.stones)
    return WithdrawalResult(plan=plan, erased=erased, everywhere=everywhere)


def withdraw_name(
    archive: str | Path,
    name: str,
    *,
    reason: str = "",
    confirm: Callable[[int, int], bool] | None = None,
    wait: float = 0,
) -> PersonWithdrawal | None:
    """Takes a person out of the mentions, and notes none of them again; the texts stay.

    :param confirm: is told how many mentions go, and of how many stories, and may refuse
    :returns: None: it was not wanted
    :raises ArchiveError: it can't be finished now; the next opening for writing goes on
    """
    with _opened(Path(archive), wait) as opened:
        if confirm is not None and not confirm(*count_mentions(opened.db, name)):
            return None
        return withdraw_person(opened.transaction, name, one_line_reason(reason))


def one_line_reason(reason: str) -> str:
    """Gives a reason as it is kept."""
    return " ".join(storable(reason).split())


def is_visible(reason: str) -> bool:
    """Does a reader see a word of it?"""
    return any(sign.isalnum() and "FILLER" not in unicodedata.name(sign, "") for sign in reason)


def _opened(archive: Path, wait: float) -> Archive:
    captures = captures_beside(archive)
    return open_archive(archive, command="withdraw", captures=captures, create=False, wait=wait)


def _finish(opened: Archive, again: Erased, *, everywhere: bool) -> Erased:
    """Erases what a killed withdrawal left, and what has come back.

    :param again: what opening the archive has erased of it
    """
    returned = erase_returned_pages(opened.transaction, everywhere=everywhere)
    again.captures += returned.captures
    again.missing += returned.missing
    again.unreadable += returned.unreadable
    again.unfinished |= returned.unfinished
    return again


def _plan(
    opened: Archive,
    targets: Sequence[str],
    source: str | None,
    reason: str,
    keep_headline: bool,
    everywhere: bool,
    again: Erased,
) -> WithdrawalPlan:
    before: dict[str, PublicTombstone] = {}
    if source is not None:
        _require_source(opened, source)
        stones = tombstones_for_source(
            opened.db, source, reason=reason, keep_headline=keep_headline
        )
    else:
        stones, before = _find_stories(opened, targets, reason, keep_headline)
    late = _too_late(opened, targets, source) if everywhere else []
    if everywhere:
        stones = [stone.everywhere() for stone in stones]
    others: list[OtherPage] = []
    if stones:
        others = pages_of_others(opened.db, opened.captures, find_targets(opened.db, stones))
    refs = json.dumps([stone.ref for stone in stones])
    rows = opened.db.execute(
        "SELECT ref, headline FROM articles WHERE ref IN (SELECT value FROM json_each(?))", [refs]
    )
    return WithdrawalPlan(
        stones=stones,
        headlines=dict(rows.fetchall()),
        others=others,
        before=before,
        too_late=late,
        erased_again=again,
    )


def _require_source(opened: Archive, source: str) -> None:
    names = [row["name"] for row in opened.db.query("SELECT name FROM sources ORDER BY name")]
    if source not in names:
        words = f"{opened.path} has no source {source!r}; it has: {', '.join(names)}"
        raise NotToBeWithdrawn(words)


def _find_stories(
    opened: Archive, targets: Sequence[str], reason: str, keep_headline: bool
) -> tuple[list[Tombstone], dict[str, PublicTombstone]]:
    """Finds what each ref or address means, and those that were withdrawn before."""
    stones: dict[str, Tombstone] = {}
    before: dict[str, PublicTombstone] = {}
    for target in targets:
        if known := find_tombstone(opened.db, [_key_of(target)]):
            before[target] = known
            continue
        article_id = _find_article(opened, target)
        if article_id is None:
            stone = _in_advance(opened, target, reason)
        else:
            stone = tombstone_for(opened.db, article_id, reason=reason, keep_headline=keep_headline)
        stones[stone.ref] = stone
    return list(stones.values()), before


def _key_of(target: str) -> str:
    """Gives the key by which a tombstone knows this ref or address."""
    if "://" not in target:
        return hash_key(target)
    try:
        return known_address_key(url_key(target))
    except ValueError:
        raise NoSuchArticle(f"{target} is no http(s) address") from None


def _find_article(opened: Archive, target: str) -> int | None:
    """Finds ``articles.id``; None: no story is kept from this address."""
    if "://" not in target:
        story, at, _ = target.partition("@")
        if at:
            raise NotToBeWithdrawn(f"A story is withdrawn with all its versions: give {story}")
        return resolve_ref(opened.db, target)[0]
    source = source_owning(target, all_sources())
    if source is None:
        return find_at(opened.db, target)
    return find_at(opened.db, target, source=source.name, site_id=source.site_id(target))


def _in_advance(opened: Archive, url: str, reason: str) -> Tombstone:
    """Makes what will keep out an address from which no story is kept."""
    source = source_of(url, all_sources())
    if source is None:
        raise NoSuchArticle(f"no story is kept from {url}, and it is on no site")
    if source.is_declared and not (source.is_article_url(url) or is_known_address(opened.db, url)):
        raise NoSuchArticle(
            f"no story is kept from {url}, and {source.name} has none at such addresses"
        )
    Sources(opened.transaction).save(source_row(source))
    return tombstone_in_advance(opened.db, source.name, source.site_id(url), url, reason=reason)


def _too_late(opened: Archive, targets: Sequence[str], source: str | None) -> list[str]:
    """Names what was withdrawn before without --everywhere. Its words are gone, and only by them
    could raw pages of other stories that show it be found."""
    keys = {_key_of(target) for target in targets}
    return [
        stone.ref
        for stone in load_tombstones(opened.db).values()
        if (stone.source == source or stone.keys & keys) and not stone.is_everywhere
    ]
