"""Runs `tradepress withdraw`: takedown and erasure requests, carried out for good."""

import sys
import unicodedata
from pathlib import Path

import click

from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.frontier.sources import Sources
from tradepress.archive.open import Archive, open_archive
from tradepress.archive.stories.ref import find_at, resolve_ref
from tradepress.archive.text_forms import storable
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.erasing import erase_returned_pages
from tradepress.archive.withdrawal.erasing import withdraw as withdraw_stories
from tradepress.archive.withdrawal.other_pages import pages_of_others
from tradepress.archive.withdrawal.request import (
    is_known_address,
    tombstone_for,
    tombstone_in_advance,
    tombstones_for_source,
)
from tradepress.archive.withdrawal.targets import find_targets
from tradepress.archive.withdrawal.tombstones import (
    Tombstone,
    find_tombstone,
    hash_key,
    known_address_key,
    load_tombstones,
)
from tradepress.archive.withdrawal.withdrawn_people import count_mentions, withdraw_person
from tradepress.commands.erasure_words import (
    mentions_in_words,
    print_erased,
    print_erased_again,
    print_other_pages,
    print_person,
    print_stories,
    print_tombstones,
    print_too_late,
    sums,
)
from tradepress.commands.options import (
    archive_option,
    is_terminal,
    json_option,
    source_option,
    wait_option,
)
from tradepress.crawling.archive_run import captures_beside, source_row
from tradepress.declared_sources import all_sources, source_owning


@click.command()
@click.argument("targets", nargs=-1, metavar="[REF|URL]...")
@source_option("All stories of this source.")
@click.option(
    "--person",
    metavar="NAME",
    help="Remove the mentions of this person, and record none from now on; the texts stay.",
)
@click.option("--reason", metavar="TEXT", help="Kept and shown; name no person in it.")
@click.option("--keep-headline", is_flag=True, help="Keep the headline in the tombstone.")
@click.option(
    "--everywhere",
    is_flag=True,
    help="Overwrite captured pages of other stories that show the headline, too; without REF: what "
    "can't be read and no story names.",
)
@click.option("--yes", is_flag=True, help="Don't ask; needed without a terminal.")
@click.option("--list", "as_list", is_flag=True, help="List what was withdrawn; erase nothing.")
@wait_option
@json_option
@archive_option
def withdraw(
    targets: tuple[str, ...],
    source_name: str | None,
    person: str | None,
    reason: str | None,
    keep_headline: bool,
    everywhere: bool,
    yes: bool,
    as_list: bool,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Erase stories for good, and keep them out from now on.

    Text, versions, links, addresses and captured pages go; a tombstone with ref, source, days and
    reason stays. Captured pages of other stories that show the headline are named and kept. Nothing
    brings a story back, except a backup, which this command names. An address that was never
    read may be withdrawn in advance. With --person only the mentions of a person go.
    Without any of these, what a killed withdrawal left is finished.
    docs/withdrawal.md tells what to do with a request.
    """
    if as_list:
        print_tombstones(archive, as_json)
        return 0
    wanted = bool(targets or source_name)
    reason = " ".join(storable(reason or "").split())
    is_person = person is not None
    for is_wrong, words in (
        (
            is_person and (wanted or keep_headline or everywhere),
            "--person goes with --reason and --yes alone.",
        ),
        (source_name is not None and targets, "Give either REF or URL, or --source."),
        (
            everywhere and keep_headline,
            "Give either --everywhere or --keep-headline: a headline that stays is nowhere erased.",
        ),
        (wanted and not is_visible(reason), "Say why with --reason TEXT."),
        (
            is_person and not any(sign.isalpha() for sign in person or ""),
            "Give the name as texts have it, such as --person 'Petra Holm'.",
        ),
        (
            (wanted or is_person) and not yes and not is_terminal(sys.stdin),
            "Nobody is there to be asked: say --yes to erase for good.",
        ),
    ):
        if is_wrong:
            raise click.UsageError(words)
    if person is not None:
        return withdraw_name(archive, person, reason, yes=yes, wait=wait, as_json=as_json)
    captures = captures_beside(archive)
    with open_archive(
        archive, command="withdraw", captures=captures, create=False, wait=wait
    ) as opened:
        again = opened.erased_again or Erased()
        if not wanted:
            return finish(opened, again, everywhere=everywhere, as_json=as_json)
        if again.is_anything:
            click.echo(f"Erased again, as it had come back: {sums(again)}", err=True)
        if source_name is not None:
            require_source(opened, source_name, archive)
            stones = tombstones_for_source(
                opened.db, source_name, reason=reason, keep_headline=keep_headline
            )
        else:
            stones = find_stories(opened, targets, reason, keep_headline)
        late = too_late(opened, targets, source_name) if everywhere else []
        print_too_late(late)
        if not stones:
            if not late:
                click.echo("Nothing was withdrawn: all of it was before.", err=True)
            return int(bool(late))
        if everywhere:
            stones = [stone.everywhere() for stone in stones]
        others = pages_of_others(opened.db, captures, find_targets(opened.db, stones))
        print_other_pages(others, everywhere=everywhere, asks=not yes)
        if not yes and not is_confirmed(opened, stones):
            return 1
        erased = withdraw_stories(opened.transaction, stones)
    print_erased(archive, stones, erased, others, as_json=as_json)
    is_known = not everywhere or all(page.is_readable for page in others)
    return 0 if is_known and erased.is_complete and not late else 1


def withdraw_name(
    archive: Path, name: str, reason: str, *, yes: bool, wait: float, as_json: bool
) -> int:
    """Takes a person out of the mentions; returns the exit code."""
    with open_archive(
        archive, command="withdraw", captures=captures_beside(archive), create=False, wait=wait
    ) as opened:
        if not yes:
            mentions, stories = count_mentions(opened.db, name)
            click.echo(f"{name}: {mentions_in_words(mentions, stories)}", err=True)
            if not asks_to_go_on():
                return 1
        done = withdraw_person(opened.transaction, name, reason)
    print_person(name, done, as_json=as_json)
    return 0


def is_visible(reason: str) -> bool:
    """Does a reader see a word of it?"""
    return any(sign.isalnum() and "FILLER" not in unicodedata.name(sign, "") for sign in reason)


def is_confirmed(opened: Archive, stones: list[Tombstone]) -> bool:
    """Tells what would go, and asks."""
    print_stories(opened, stones)
    return asks_to_go_on()


def asks_to_go_on() -> bool:
    """Asks whether to erase; who says no, or presses Ctrl-C, is told that nothing was erased."""
    try:
        if click.confirm("Erase this for good?", err=True):
            return True
    except click.Abort:
        click.echo("\nNothing was erased.", err=True)
        raise
    click.echo("Nothing was erased.", err=True)
    return False


def finish(opened: Archive, again: Erased, *, everywhere: bool, as_json: bool) -> int:
    """Erases what a killed withdrawal left, and what has come back; returns the exit code.

    :param again: what opening the archive has erased of it
    """
    returned = erase_returned_pages(opened.transaction, everywhere=everywhere)
    again.captures += returned.captures
    again.missing += returned.missing
    again.unreadable += returned.unreadable
    again.unfinished |= returned.unfinished
    print_erased_again(again, as_json=as_json)
    return 0 if again.is_complete else 1


def require_source(opened: Archive, source: str, archive: Path) -> None:
    names = [row["name"] for row in opened.db.query("SELECT name FROM sources ORDER BY name")]
    if source not in names:
        words = f"{archive} has no source {source!r}; it has: {', '.join(names)}."
        raise click.UsageError(words)


def find_stories(
    opened: Archive, targets: tuple[str, ...], reason: str, keep_headline: bool
) -> list[Tombstone]:
    """Finds what each ref or address means; those withdrawn before are named, and left out."""
    stones: dict[str, Tombstone] = {}
    for target in targets:
        if before := find_tombstone(opened.db, [key_of(target)]):
            words = f"{target} was withdrawn on {before.withdrawn_at[:10]}: {before.reason}"
            click.echo(words, err=True)
            continue
        article_id = find_article(opened, target)
        if article_id is None:
            stone = in_advance(opened, target, reason)
        else:
            stone = tombstone_for(opened.db, article_id, reason=reason, keep_headline=keep_headline)
        stones[stone.ref] = stone
    return list(stones.values())


def key_of(target: str) -> str:
    """Returns the key by which a tombstone knows this ref or address."""
    if "://" not in target:
        return hash_key(target)
    try:
        return known_address_key(url_key(target))
    except ValueError:
        raise NoSuchArticle(f"{target} is no http(s) address") from None


def find_article(opened: Archive, target: str) -> int | None:
    """Returns ``articles.id``; None: no story is kept from this address."""
    if "://" not in target:
        story, at, _ = target.partition("@")
        if at:
            raise click.UsageError(f"A story is withdrawn with all its versions: give {story}.")
        return resolve_ref(opened.db, target)[0]
    source = source_owning(target, all_sources())
    if source is None:
        return find_at(opened.db, target)
    return find_at(opened.db, target, source=source.name, site_id=source.site_id(target))


def in_advance(opened: Archive, url: str, reason: str) -> Tombstone:
    """Returns what will keep out an address from which no story is kept."""
    source = source_owning(url, all_sources())
    if source is None:
        raise NoSuchArticle(f"no story is kept from {url}, and it is on no source's site")
    if not (source.is_article_url(url) or is_known_address(opened.db, url)):
        raise NoSuchArticle(
            f"no story is kept from {url}, and {source.name} has none at such addresses"
        )
    Sources(opened.transaction).save(source_row(source))
    return tombstone_in_advance(opened.db, source.name, source.site_id(url), url, reason=reason)


def too_late(opened: Archive, targets: tuple[str, ...], source: str | None) -> list[str]:
    """Returns refs of what was withdrawn before without --everywhere.
    Its words are gone, and only by them could raw pages of other stories that show it be found."""
    keys = {key_of(target) for target in targets}
    return [
        stone.ref
        for stone in load_tombstones(opened.db).values()
        if (stone.source == source or stone.keys & keys) and not stone.is_everywhere
    ]
