"""Runs `tradepress prove`: a small file that proves what stood in a story, and since which run."""

from pathlib import Path

import click

from tradepress.archive.leaf_log.root import Root
from tradepress.archive.read_only import read_archive
from tradepress.commands.options import (
    archive_option,
    force_option,
    new_file,
    output_option,
    root_option,
)
from tradepress.research.proven_story import prove_story, write_proof


@click.command()
@click.argument("ref", metavar="REF[@N]")
@root_option("--since", "Prove, too, that the archive goes on from this root, which you kept.")
@output_option("Write the proof into this file.  [default: REF.proof.json]", required=False)
@force_option
@archive_option
def prove(ref: str, since: Root | None, output: Path | None, force: bool, archive: Path) -> int:
    """Write a proof that a version of a story is in the archive's log.

    Anybody can check it by `tradepress verify-proof`, or by 60 lines in `tradepress docs format`,
    against a root that was kept elsewhere. It has headline, dates, authors and addresses of the
    version, and of its texts and its captured page the hashes.
    """
    with read_archive(archive) as db:
        proof = prove_story(db, ref, since=since)
    path = new_file(output or Path(f"{proof.story}.proof.json"), force=force)
    write_proof(proof, path)
    click.echo(f"{path}: {proof.story} is leaf {proof.position} of the log with the root")
    click.echo(f"  {proof.head.root} ({proof.head.made})")
    return 0
