"""`tradepress withdraw`: takedown and erasure requests, carried out for good."""

import json
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.captures.folder import PATTERNS, capture_folder
from archive.care.snapshot import backup_folder
from archive.clean import clean_text
from archive.errors import NoSuchArticle
from archive.frontier.sources import Sources
from archive.open import Archive, open_archive, read_archive
from archive.stories.ref import resolve_ref
from archive.url_key import url_key
from archive.withdrawal.copies import archives_beside, copies_that_hold
from archive.withdrawal.erased import Erased
from archive.withdrawal.erasing import withdraw as withdraw_stories
from archive.withdrawal.other_pages import OtherPage, pages_of_others
from archive.withdrawal.request import (
    find_at,
    is_known_address,
    tombstone_for,
    tombstone_in_advance,
    tombstones_for_source,
)
from archive.withdrawal.returned import erase_returned_pages
from archive.withdrawal.targets import find_targets
from archive.withdrawal.tombstones import (
    Tombstone,
    find_tombstone,
    hash_key,
    known_address_key,
    load_tombstones,
)
from archive.withdrawal.tombstones import list_tombstones as list_all
from crawler.run import captures_beside, source_row
from tradepress.options import archive_option, is_terminal, json_option, only_one, wait_option
from tradepress.spiders import spider_owning

MOST_SHOWN = 20


@click.command()
@click.argument("targets", nargs=-1, metavar="[REF|URL]...")
@click.option(
    "--source",
    metavar="NAME",
    multiple=True,
    callback=only_one,
    help="All stories of this source.",
)
@click.option("--reason", metavar="TEXT", help="Kept and shown; name no person in it.")
@click.option("--keep-headline", is_flag=True, help="Keep the headline in the tombstone.")
@click.option(
    "--everywhere",
    is_flag=True,
    help="Overwrite raw pages of other stories that show the headline, too; without REF: what "
    "can't be read and no story names.",
)
@click.option("--yes", is_flag=True, help="Don't ask; needed without a terminal.")
@click.option("--list", "as_list", is_flag=True, help="List what was withdrawn; erase nothing.")
@wait_option
@json_option
@archive_option
def withdraw(
    targets: tuple[str, ...],
    source: str | None,
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

    Text, versions, links, addresses and raw pages go; a tombstone with ref, source, days and
    reason stays. Raw pages of other stories that show the headline are named, and kept. Nothing
    brings a story back, except a backup, which this command names. An address that was never
    read may be withdrawn in advance. Without REF, URL and --source, what a killed withdrawal
    left is finished. docs/withdrawal.md tells what to do with a request.
    """
    if as_list:
        print_tombstones(archive, as_json)
        return 0
    if source is not None and targets:
        raise click.UsageError("Give either REF or URL, or --source.")
    if everywhere and keep_headline:
        words = (
            "Give either --everywhere or --keep-headline: a headline that stays is nowhere erased."
        )
        raise click.UsageError(words)
    wanted = bool(targets or source)
    reason = " ".join(clean_text(reason or "").split())
    if wanted and not is_visible(reason):
        raise click.UsageError("Say why with --reason TEXT.")
    if wanted and not yes and not is_terminal(sys.stdin):
        raise click.UsageError("Nobody is there to be asked: say --yes to erase for good.")
    captures = captures_beside(archive)
    with open_archive(
        archive, command="withdraw", captures=captures, create=False, wait=wait
    ) as opened:
        again = opened.erased_again or Erased()
        if not wanted:
            again = together([again, erase_returned_pages(opened, captures, everywhere=everywhere)])
            if as_json:
                click.echo(json.dumps({"withdrawn": [], **asdict(again)}, indent=1))
            else:
                print_erased_again(again)
            return 0 if is_complete(again) else 1
        if is_anything(again):
            click.echo(f"Erased again, as it had come back: {sums(again)}", err=True)
        if source is not None:
            require_source(opened, source, archive)
            stones = tombstones_for_source(
                opened.db, source, reason=reason, keep_headline=keep_headline
            )
        else:
            stones = find_stories(opened, targets, reason, keep_headline)
        late = too_late(opened, targets, source) if everywhere else []
        print_too_late(late)
        if not stones:
            if late:
                return 1
            click.echo("Nothing was withdrawn: all of it was before.", err=True)
            return 0
        if everywhere:
            stones = [stone.everywhere() for stone in stones]
        others = pages_of_others(opened.db, captures, find_targets(opened.db, stones))
        print_other_pages(others, everywhere=everywhere, asks=not yes)
        if not yes:
            print_stories(opened, stones)
            if not is_confirmed():
                return 1
        erased = withdraw_stories(opened, stones)
    keys = {key for stone in stones for key in stone.keys}
    copies = copies_that_hold(archive.resolve(), keys)
    if as_json:
        result = {
            "withdrawn": [public_fields(stone) for stone in stones],
            **asdict(erased),
            "other_pages": [asdict(page) for page in others],
            "copies": [str(path) for path in copies],
        }
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        print_erased(stones, erased, copies)
        print_copied_pages(archive, erased)
    is_known = not everywhere or all(page.is_readable for page in others)
    return 0 if is_known and is_complete(erased) and not late else 1


def is_confirmed() -> bool:
    """Ask; whatever is not a yes, Ctrl-C too, is told to have erased nothing."""
    try:
        if click.confirm("Erase this for good?", err=True):
            return True
    except click.Abort:
        click.echo("\nNothing was erased.", err=True)
        raise
    click.echo("Nothing was erased.", err=True)
    return False


def is_complete(erased: Erased) -> bool:
    """Is nothing left that may hold the story?"""
    return erased.is_log_empty and not erased.missing and not erased.unreadable


def is_visible(reason: str) -> bool:
    """Does a reader see a word of it?"""
    return any(sign.isalnum() and "FILLER" not in unicodedata.name(sign, "") for sign in reason)


def require_source(opened: Archive, source: str, archive: Path) -> None:
    names = [row["name"] for row in opened.db.query("SELECT name FROM sources ORDER BY name")]
    if source not in names:
        words = f"{archive} has no source {source!r}; it has: {', '.join(names)}."
        raise click.UsageError(words)


def find_stories(
    opened: Archive, targets: tuple[str, ...], reason: str, keep_headline: bool
) -> list[Tombstone]:
    """What each ref or address means; those withdrawn before are left out.

    :raises NoSuchArticle: a ref that nobody knows
    :raises click.UsageError: a version, or an address of no source
    """
    stones: dict[str, Tombstone] = {}
    for target in targets:
        if "://" in target:
            stone = find_address(opened, target, reason, keep_headline)
        else:
            stone = find_ref(opened, target, reason, keep_headline)
        if stone is not None:
            stones[stone.ref] = stone
    return list(stones.values())


def too_late(opened: Archive, targets: tuple[str, ...], source: str | None) -> list[str]:
    """Refs of what was withdrawn before without --everywhere: its words are gone, and by nothing
    else are raw pages of other stories found that show it."""
    keys = {
        known_address_key(url_key(target)) if "://" in target else hash_key(target)
        for target in targets
    }
    return [
        stone.ref
        for stone in load_tombstones(opened.db).values()
        if (stone.source == source or stone.keys & keys) and not stone.is_everywhere
    ]


def find_ref(opened: Archive, ref: str, reason: str, keep_headline: bool) -> Tombstone | None:
    if "@" in ref:
        story = ref.partition("@")[0]
        raise click.UsageError(f"A story is withdrawn with all its versions: give {story}.")
    if note_withdrawn(find_tombstone(opened.db, [hash_key(ref)]), ref):
        return None
    article_id, _ = resolve_ref(opened.db, ref)
    return tombstone_for(opened.db, article_id, reason=reason, keep_headline=keep_headline)


def find_address(opened: Archive, url: str, reason: str, keep_headline: bool) -> Tombstone | None:
    try:
        key = url_key(url)
    except ValueError:
        raise NoSuchArticle(f"{url} is no http(s) address") from None
    if note_withdrawn(find_tombstone(opened.db, [known_address_key(key)]), url):
        return None
    spider = spider_owning(url)
    site_id = spider.source.site_id(url) if spider else None
    article_id = find_at(
        opened.db, url, source=spider.source.name if spider else None, site_id=site_id
    )
    if article_id is not None:
        return tombstone_for(opened.db, article_id, reason=reason, keep_headline=keep_headline)
    if spider is None:
        raise NoSuchArticle(f"no story is kept from {url}, and it is on no source's site")
    if not (spider.source.is_article_url(url) or is_known_address(opened.db, url)):
        raise NoSuchArticle(
            f"no story is kept from {url}, and {spider.source.name} has none at such addresses"
        )
    Sources(opened.transaction).save(source_row(spider.source))
    return tombstone_in_advance(opened.db, spider.source.name, site_id, url, reason=reason)


def note_withdrawn(stone: dict[str, Any] | None, name: str) -> bool:
    """Was it withdrawn before? Then say so."""
    if stone is None:
        return False
    words = f"{name} was withdrawn on {stone['withdrawn_at'][:10]}: {stone['reason']}"
    click.echo(words, err=True)
    return True


def public_fields(stone: Tombstone) -> dict[str, Any]:
    """A tombstone for a program, as --list gives it."""
    fields = asdict(stone)
    del fields["keys"], fields["is_erased"]
    return fields


def print_stories(opened: Archive, stones: list[Tombstone]) -> None:
    """What is about to go."""
    for stone in stones[:MOST_SHOWN]:
        row = opened.db.execute(
            "SELECT headline FROM articles WHERE ref = ?", [stone.ref]
        ).fetchone()
        headline = row[0] if row else "(addresses without a story)"
        click.echo(f"{stone.published_day or 'undated':<12}{stone.ref}  {headline}", err=True)
    if len(stones) > MOST_SHOWN:
        click.echo(f"… and {len(stones) - MOST_SHOWN} more", err=True)


def is_anything(erased: Erased) -> bool:
    return bool(erased.articles or erased.captures or erased.links)


def sums(erased: Erased) -> str:
    """In words."""
    return (
        f"stories {erased.articles}, versions {erased.versions}, raw pages {erased.captures}, "
        f"words of links in other stories {erased.links}"
    )


def print_too_late(refs: list[str]) -> None:
    if refs:
        named = ", ".join(refs[:MOST_SHOWN])
        more = f" and {len(refs) - MOST_SHOWN} more" if len(refs) > MOST_SHOWN else ""
        click.echo(
            f"too late for --everywhere: {named}{more} is withdrawn already, and nobody knows the "
            "words any more by which raw pages of other stories are found; withdraw those stories, "
            "too, if their pages must go",
            err=True,
        )


def print_other_pages(others: list[OtherPage], *, everywhere: bool, asks: bool) -> None:
    """What becomes of raw pages that are other stories'."""
    unknown = "These raw pages of other stories can't be read"
    if everywhere:
        unknown += (
            ", so nobody knows what they show, and they stay; `tradepress withdraw` of such a "
            "story overwrites its pages, readable or not:"
        )
    else:
        unknown += " and are kept, like all others; `tradepress verify` names the mend:"
    if everywhere:
        fate = "are overwritten, too; those stories stay, but can't be read again from them:"
    elif asks:
        fate = "are kept. Only --everywhere overwrites them, and only now:"
    else:
        fate = "are kept: --everywhere was not given, and comes too late now:"
    for words, pages in (
        (
            f"These raw pages of other stories show the headline or the address, and {fate}",
            [page for page in others if page.is_readable],
        ),
        (unknown, [page for page in others if not page.is_readable]),
    ):
        if pages:
            click.echo(words, err=True)
        for page in pages[:MOST_SHOWN]:
            click.echo(f"  {page.ref}  {page.file}, byte {page.offset}", err=True)
        if len(pages) > MOST_SHOWN:
            click.echo(f"  … and {len(pages) - MOST_SHOWN} more", err=True)


def together(parts: Sequence[Erased]) -> Erased:
    """One account of what opening the archive erased again and of what the command did."""
    return Erased(
        **{
            name: sum(getattr(part, name) for part in parts)
            for name in ("articles", "versions", "captures", "other_captures", "links")
        },
        missing=[place for part in parts for place in part.missing],
        unreadable=[place for part in parts for place in part.unreadable],
        is_log_empty=all(part.is_log_empty for part in parts),
    )


def print_erased_again(erased: Erased) -> None:
    """What was not finished, or has come back with a copy."""
    if is_anything(erased):
        click.echo(f"Erased again: {sums(erased)}")
    elif is_complete(erased):
        click.echo("Nothing is left to erase.")
    print_rest(erased)


def print_erased(stones: list[Tombstone], erased: Erased, copies: list[Path]) -> None:
    """What was erased, what was left alone, and what is still to be done."""
    refs = ", ".join(stone.ref for stone in stones[:MOST_SHOWN])
    more = f" and {len(stones) - MOST_SHOWN} more" if len(stones) > MOST_SHOWN else ""
    click.echo(f"Withdrawn: {refs}{more}")
    if is_anything(erased):
        click.echo(f"Erased: {sums(erased)}")
    else:
        click.echo("Nothing of it was there; it is kept out from now on.")
    if erased.other_captures:
        click.echo(
            f"Of the raw pages, {erased.other_captures} were of other stories and showed the "
            "headline or the address; those stories stay, but can't be read again from them."
        )
    if erased.near_copies:
        click.echo("Much the same text stands elsewhere; decide whether it must go, too:")
    for row in erased.near_copies[:MOST_SHOWN]:
        click.echo(
            f"  {row['ref']}  {row['publisher']}, {row['published_day'] or 'undated'} "
            f"({row['kind']}, {row['similarity']:.2f}, of {row['copy_of']})"
        )
    if copies:
        click.echo("These copies still hold it; delete them, or see docs/withdrawal.md:")
    for path in copies:
        click.echo(f"  {path}")
    print_rest(erased)


def print_rest(erased: Erased) -> None:
    """What may still hold the story."""
    for place in erased.missing:
        click.echo(
            f"A raw page is not where it was written ({place['file']}, byte {place['offset']}): "
            "if the file was moved away, it still holds the text.",
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


def print_copied_pages(archive: Path, erased: Erased) -> None:
    """The backups share copies of the raw pages, which follow when the next one is made; those in
    a folder of a former name never do."""
    if not erased.captures:
        return
    archive = archive.resolve()
    own = capture_folder(archive).name
    followed = {own, *(capture_folder(other).name for other in archives_beside(archive))}
    found = {path for name in PATTERNS for path in backup_folder(archive).glob(name)}
    for folder in sorted(found):
        if folder.name == own:
            click.echo(f"So do the raw pages in {folder}, until the next `tradepress backup`.")
        elif folder.name not in followed and folder.is_dir():
            click.echo(
                f"So may {folder}, which no archive here brings up to date: if it was this "
                "archive's, delete it after the next `tradepress backup`."
            )


def print_tombstones(archive: Path, as_json: bool) -> None:
    """What was withdrawn, the latest first, and the copies that still hold some of it."""
    db = read_archive(archive)
    try:
        rows = list_all(db)
        keys = {key for stone in load_tombstones(db).values() for key in stone.keys}
    finally:
        db.close()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        headline = f"  “{row['headline']}”" if row["headline"] else ""
        click.echo(f"{row['withdrawn_at'][:10]}  {row['ref']}  {row['reason']}{headline}")
    if not rows:
        click.echo("Nothing was withdrawn.")
        return
    for path in copies_that_hold(archive.resolve(), keys):
        click.echo(f"Still holds some of it: {path}")
