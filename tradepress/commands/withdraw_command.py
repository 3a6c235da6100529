"""Runs `tradepress withdraw`: takedown and erasure requests, carried out for good."""

import sys
from pathlib import Path

import click

from tradepress.commands.options import (
    archive_option,
    configured,
    is_terminal,
    json_option,
    source_option,
    wait_option,
)
from tradepress.interrupt import held


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
    `tradepress docs withdrawal` tells what to do with a request.
    """
    with held():
        from tradepress.archive.withdrawal.erased import Erased
        from tradepress.commands.erasure_words import (
            print_erased,
            print_erased_again,
            print_known,
            print_other_pages,
            print_stories,
            print_tombstones,
        )
        from tradepress.jobs.withdraw_stories import (
            NotToBeWithdrawn,
            WithdrawalPlan,
            is_visible,
            one_line_reason,
        )
        from tradepress.jobs.withdraw_stories import withdraw as withdraw_stories

    if as_list:
        print_tombstones(archive, as_json)
        return 0
    wanted = bool(targets or source_name)
    reason = one_line_reason(reason or "")
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
        return withdraw_person(archive, person, reason, yes=yes, wait=wait, as_json=as_json)

    def is_wanted(plan: WithdrawalPlan) -> bool:
        print_known(plan)
        print_other_pages(plan.others, everywhere=everywhere, asks=not yes)
        if yes:
            return True
        print_stories(plan)
        return asks_to_go_on()

    try:
        done = withdraw_stories(
            archive,
            targets,
            source=source_name,
            reason=reason,
            keep_headline=keep_headline,
            everywhere=everywhere,
            confirm=is_wanted,
            wait=wait,
            configuration=configured(),
        )
    except NotToBeWithdrawn as error:
        raise click.UsageError(f"{error}.") from error
    if not wanted:
        print_erased_again(done.erased or Erased(), as_json=as_json)
    elif done.erased is not None:
        print_erased(archive, done.plan, done.erased, as_json=as_json)
    elif not done.plan.stones:
        print_known(done.plan)
        if not done.plan.too_late:
            click.echo("Nothing was withdrawn: all of it was before.", err=True)
    return done.exit_code


def withdraw_person(
    archive: Path, name: str, reason: str, *, yes: bool, wait: float, as_json: bool
) -> int:
    """Takes a person out of the mentions; returns the exit code."""
    with held():
        from tradepress.commands.erasure_words import mentions_in_words, print_person
        from tradepress.jobs.withdraw_stories import withdraw_name

    def is_wanted(mentions: int, stories: int) -> bool:
        click.echo(f"{name}: {mentions_in_words(mentions, stories)}", err=True)
        return asks_to_go_on()

    done = withdraw_name(
        archive, name, reason=reason, confirm=None if yes else is_wanted, wait=wait
    )
    if done is None:
        return 1
    print_person(name, done, as_json=as_json)
    return 0


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
