"""Prints what `tradepress withdraw` tells: what would go, has gone, and what may still hold it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.care.snapshot import backup_folder
from tradepress.archive.disk import unfinished
from tradepress.archive.read_only import read_archive
from tradepress.archive.text_forms import counted
from tradepress.archive.withdrawal.copies import copies_that_hold
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.other_pages import OtherPage
from tradepress.archive.withdrawal.tombstones import (
    Tombstone,
    list_tombstones,
    load_tombstones,
    load_withdrawn_people,
)
from tradepress.archive.withdrawal.withdrawn_people import PersonWithdrawal
from tradepress.commands.printed import MOST_SHOWN, enumerated, print_json, print_some
from tradepress.jobs.withdraw_stories import WithdrawalPlan


def sums(erased: Erased) -> str:
    """Says what was erased, in words."""
    return (
        f"stories {erased.articles}, versions {erased.versions}, captured pages {erased.captures}, "
        f"words of links in other stories {erased.links}"
    )


# Before


def print_known(plan: WithdrawalPlan) -> None:
    """Prints what came back and has gone again, and what was withdrawn before."""
    if plan.erased_again.is_anything:
        words = f"Erased again, as it had come back: {sums(plan.erased_again)}"
        click.echo(words, err=True)
    for target, stone in plan.before.items():
        words = f"{target} was withdrawn on {stone.withdrawn_at[:10]}: {stone.reason}"
        click.echo(words, err=True)
    print_too_late([*plan.too_late])


def print_stories(plan: WithdrawalPlan) -> None:
    """Prints what is about to go."""
    print_some(
        [
            f"{stone.published_day or 'undated':<12}{stone.ref}  "
            f"{plan.headlines.get(stone.ref, '(addresses without a story)')}"
            for stone in plan.stones
        ],
        err=True,
    )


def print_too_late(refs: list[str]) -> None:
    if refs:
        click.echo(
            f"too late for --everywhere: {enumerated(refs)} is withdrawn already, and nobody knows "
            "the words any more by which captured pages of other stories are found; withdraw those "
            "stories, too, if their pages must go",
            err=True,
        )


def print_other_pages(others: Sequence[OtherPage], *, everywhere: bool, asks: bool) -> None:
    """Prints what becomes of the raw pages of other stories."""
    unread = " and are kept, like all others; `tradepress verify` names the mend:"
    if everywhere:
        fate = "are overwritten, too; those stories stay, but can't be read again from them:"
        unread = (
            ", so nobody knows what they show, and they stay; `tradepress withdraw` of such a "
            "story overwrites its pages, readable or not:"
        )
    elif asks:
        fate = "are kept. Only --everywhere overwrites them, and only now:"
    else:
        fate = "are kept: --everywhere was not given, and comes too late now:"
    for is_readable, words in (
        (True, f"These captured pages of other stories show the headline or address, and {fate}"),
        (False, f"These captured pages of other stories can't be read{unread}"),
    ):
        pages = [page for page in others if page.is_readable == is_readable]
        if pages:
            click.echo(words, err=True)
            lines = [f"{page.ref}  {page.file}, byte {page.offset}" for page in pages]
            print_some(lines, indent="  ", err=True)


# After


def print_erased(archive: Path, plan: WithdrawalPlan, erased: Erased, *, as_json: bool) -> None:
    """Prints what was erased, what was left alone, and what is still to be done."""
    stones = plan.stones
    copies = copies_that_hold(archive.resolve(), {key for stone in stones for key in stone.keys})
    if as_json:
        result = {
            "withdrawn": [public_fields(stone) for stone in stones],
            **asdict(erased),
            "other_pages": [asdict(page) for page in plan.others],
            "copies": [str(path) for path in copies],
        }
        print_json(result)
        return
    click.echo(f"Withdrawn: {enumerated([stone.ref for stone in stones])}")
    if erased.is_anything:
        click.echo(f"Erased: {sums(erased)}")
    else:
        click.echo("Nothing of it was there; it is kept out from now on.")
    if erased.other_captures:
        click.echo(
            f"Of the captured pages, {erased.other_captures} of other stories showed the headline "
            "or the address; those stories stay, but can't be read again from them."
        )
    if erased.near_copies:
        click.echo("Much the same text stands elsewhere; decide whether it must go, too:")
    for row in erased.near_copies[:MOST_SHOWN]:
        click.echo(
            f"  {row['ref']}  {row['publisher']}, {row['published_day'] or 'undated'} "
            f"({row['kind']}, {row['similarity']:.2f}, of {row['copy_of']})"
        )
    if copies:
        click.echo("These copies still hold it; delete them, or see `tradepress docs withdrawal`:")
    for path in copies:
        click.echo(f"  {path}")
    print_rest(erased)
    if erased.captures:
        print_copied_pages(archive)


def print_person(name: str, done: PersonWithdrawal, *, as_json: bool) -> None:
    """Prints what became of the mentions of a person."""
    if as_json:
        print_json(asdict(done))
        return
    if done.was_withdrawn:
        click.echo("Nothing was withdrawn: this person was before.", err=True)
        return
    if done.mentions:
        click.echo(f"Withdrawn: {mentions_in_words(done.mentions, done.stories)} of {name}")
    else:
        click.echo(f"No mention of {name} was there.")
    click.echo(
        "None is recorded from now on. The texts stay, and a search finds the name in them: "
        "withdraw a story if its text must go."
    )


def mentions_in_words(mentions: int, stories: int) -> str:
    """Returns counts as ``3 mentions in 2 stories``."""
    places = counted(mentions, "mention", "mentions")
    return f"{places} in {counted(stories, 'story', 'stories')}"


def print_erased_again(erased: Erased, *, as_json: bool) -> None:
    """Prints what was not finished, or has come back with a copy."""
    if as_json:
        print_json({"withdrawn": [], **asdict(erased)})
        return
    if erased.is_anything:
        click.echo(f"Erased again: {sums(erased)}")
    elif erased.is_complete:
        click.echo("Nothing is left to erase.")
    print_rest(erased)


def print_rest(erased: Erased) -> None:
    """Prints what may still hold the story, and what was left of outputs that hold it."""
    for part, why in erased.unfinished.items():
        if why is None:
            click.echo(f"Removed, as a killed command had left it: {part}")
        else:
            click.echo(
                f"{part}, an unfinished output of this archive, may hold the text: {why}. Run "
                "`tradepress withdraw` when that is over.",
                err=True,
            )
    for place in erased.missing:
        click.echo(
            f"A captured page is not where it was written ({place['file']}, byte "
            f"{place['offset']}): if the file was moved away, it still holds the text.",
            err=True,
        )
    for place in erased.unreadable:
        click.echo(
            f"{place['file']} can't be read from byte {place['offset']} on, for "
            f"{place['length']} bytes that no story names: they may hold the text. Put the file "
            "back from a backup and run `tradepress withdraw`; if none has it whole, "
            "`tradepress withdraw --everywhere` overwrites these bytes.",
            err=True,
        )
    if not erased.is_log_empty:
        click.echo(
            "Another program is reading the archive, and its log still holds the text: close "
            "that program and run `tradepress withdraw`.",
            err=True,
        )


def print_copied_pages(archive: Path) -> None:
    """Names the one copy of raw pages that all backups share; the next brings it up to date."""
    folder = backup_folder(archive) / capture_folder(archive).name
    if folder.is_dir():
        click.echo(f"So do the captured pages in {folder}, until the next `tradepress backup`.")


def public_fields(stone: Tombstone) -> dict[str, Any]:
    """Returns a tombstone for a program, as --list gives it."""
    fields = asdict(stone)
    del fields["keys"], fields["is_erased"]
    return fields


# At any time


def print_tombstones(archive: Path, as_json: bool) -> None:
    """Prints what was withdrawn, the latest first, and the copies that still hold some of it."""
    with read_archive(archive) as db:
        stones = list_tombstones(db)
        keys = {key for known in load_tombstones(db).values() for key in known.keys}
        people = len(load_withdrawn_people(db))
    if as_json:
        print_json([asdict(stone) for stone in stones])
        return
    for stone in stones:
        headline = f"  “{stone.headline}”" if stone.headline else ""
        click.echo(f"{stone.withdrawn_at[:10]}  {stone.ref}  {stone.reason}{headline}")
    if people:
        click.echo(f"Left out of the mentions: {counted(people, 'person', 'people')}")
    if not stones:
        if not people:
            click.echo("Nothing was withdrawn.")
        return
    for path in copies_that_hold(archive.resolve(), keys):
        click.echo(f"Still holds some of it: {path}")
    for part in unfinished(archive, remove=False):
        click.echo(f"May hold some of it, as it is unfinished: {part}")
