"""Runs `tradepress verify-proof`: does a proof hold? No archive is needed."""

from pathlib import Path

import click

from tradepress.archive.leaf_log.proof import LONGEST, read_proof
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.text_forms import storable
from tradepress.commands.options import root_option

TOLD = ("headline", "url", "authors", "date_published", "date_captured", "body", "page")
"""Lists what is said of a version, as far as it has it."""


@click.command("verify-proof")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@root_option("--root", "The root that you have from elsewhere.")
def verify_proof(file: Path, root: Root | None) -> int:
    """Check a proof that `tradepress prove` wrote.

    Exit code 1 if it does not hold. That its root is the archive's tells only one that you have
    from elsewhere: a paper, a mail, a time authority.
    """
    with file.open("rb") as stream:
        proof = read_proof(stream.read(LONGEST + 1))
    faults = proof.faults()
    if root is not None and root not in (proof.root, proof.since and proof.since.root):
        faults.append(f"its root is {proof.root}, not {root}")
    for fault in faults:
        click.echo(f"{file}: {fault}")
    if faults:
        return 1
    click.echo(f"{proof.story} is leaf {proof.position} of the log with the root")
    click.echo(f"  {proof.root} ({storable(proof.made)})")
    for name in TOLD:
        if (value := proof.told.get(name)) is not None:
            what = {"body": "SHA-256 of the text", "page": "captured page"}.get(name, name)
            click.echo(f"  {what}: {storable(str(value))}")
    if proof.since is not None:
        click.echo(f"It goes on from {proof.since.root}.")
    if root is None:
        click.echo("Nobody but who made it vouches for this root, unless you have it elsewhere.")
    return 0
