"""Runs `tradepress verify-proof`: does a proof hold? No archive is needed."""

from collections.abc import Iterator
from pathlib import Path

import click

from tradepress.archive.clock import utc_text
from tradepress.archive.leaf_log.check_token import TokenError, check_token, read_token
from tradepress.archive.leaf_log.proof import LONGEST, NotProven, Proof, read_proof
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.leaf_log.stamped_root import StampedRoot
from tradepress.archive.text_forms import one_line
from tradepress.commands.options import root_option

TOLD = ("headline", "url", "authors", "date_published", "date_captured", "body", "page")
"""Lists what is said of a version, as far as it has it."""
NAMES = {"body": "SHA-256 of the text", "page": "captured page"}


@click.command("verify-proof")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@root_option("--root", "The root that you have from elsewhere.")
@click.option(
    "--certificates",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Of time authorities, in PEM: check its timestamps by these.",
)
def verify_proof(file: Path, root: Root | None, certificates: Path | None) -> int:
    """Check a proof that `tradepress prove` wrote.

    Exit code 1 if it does not hold. That its root is the archive's tells only one that you have
    from elsewhere: a paper, a mail, a time authority.
    """
    with file.open("rb") as stream:
        content = stream.read(LONGEST + 1)
    try:
        proof = read_proof(content)
    except NotProven as error:
        raise click.UsageError(f"{file}: {error}.") from error
    faults = proof.faults()
    if root is not None and root != proof.head.root:
        if root != (proof.since and proof.since.root):
            faults.append(f"its root is {proof.head.root}, not {root}")
        elif proof.position > root.size:  # anybody who has a proof can go on from its root
            faults.append(f"leaf {proof.position} came after {root}, which can't vouch for it")
    stamped = []
    for authority in proof.head.tokens:
        try:
            stamped.append(told_by(proof.head, authority, certificates))
        except TokenError as error:
            faults.append(f"the timestamp by {authority} does not hold: {error}")
    for words in [f"{file}: {fault}" for fault in faults] or [*told_of(proof), *stamped]:
        click.echo(one_line(words))
    if not faults and root is None and (certificates is None or not stamped):
        click.echo("Nobody but who made it vouches for this root, unless you have it elsewhere.")
    return int(bool(faults))


def told_of(proof: Proof) -> Iterator[str]:
    """Yields what a proof says, a line each."""
    yield f"{proof.story} is leaf {proof.position} of the log with the root {proof.head.root}"
    yield f"root, so says this file: {proof.head.made}"
    for name in TOLD:
        if (value := proof.told.get(name)) is not None:
            yield f"{NAMES.get(name, name)}: {value}"
    if proof.since is not None:
        yield f"It goes on from {proof.since.root}."


def told_by(head: StampedRoot, authority: str, certificates: Path | None) -> str:
    """Says what an authority vouches for.

    :raises TokenError: for nothing of this root
    """
    token = head.tokens[authority]
    if certificates is None:
        read_token(token, head.root)
        return f"Not checked: a timestamp by {authority} (--certificates FILE)."
    one = check_token(token, head.root, certificates)
    return f"The root was there at {utc_text(one.at)}, says {one.authority}."
