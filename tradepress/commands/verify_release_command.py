"""Runs `tradepress verify-release`: is a release as it was made, and who signed it?"""

from pathlib import Path

import click

from tradepress.archive.text_forms import counted, storable
from tradepress.research.release.verify_release import SignatureError, release_faults, who_signed


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--signer",
    "signers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Who may have signed it, with their keys: an allowed_signers of `ssh-keygen`.",
)
def verify_release(folder: Path, signers: Path | None) -> int:
    """Check a release: was no file changed, lost or added, and who signed it?

    Without --signer it is not checked whose the key is. Exit code 1 if there are faults.
    """
    signed = None
    try:
        faults = [*release_faults(folder)]
        signed = who_signed(folder, signers)
    except SignatureError as error:
        faults.append(str(error))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    for fault in faults:
        click.echo(storable(fault))
    words = counted(len(faults), "fault", "faults") if faults else "as its checksums say"
    click.echo(f"{folder}: {words}")
    if signed is not None:
        click.echo(f"Signed {storable(signed)}")
    elif not faults:
        click.echo("Not signed: who changes a file can change its checksum, too.")
    return 1 if faults else 0
