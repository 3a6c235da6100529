"""Signs a release with an SSH key, and checks one: is it as it was made, and who signed it?"""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tradepress.research.release.files import SIGNATURE, SUMS

NAMESPACE = "tradepress"
"""Is what our signatures are for: OpenSSH lets them count for nothing else."""
LINE = re.compile(r"([0-9a-f]{64})  ([^/\x00-\x1f\x7f]+)")


class SignatureError(ValueError):
    """Raised where a release can't be signed, or its signature does not hold: says why."""


def sign_release(folder: Path, key: Path) -> None:
    """Signs the checksums; OpenSSH asks for a passphrase itself. Raises SignatureError."""
    wrong = f"{folder} is made, and not signed: {key} can't sign"
    sums = (folder / SUMS).read_bytes()
    (folder / SIGNATURE).write_text(_ssh_keygen(wrong, "sign", "-f", key, read=sums))


def who_signed(folder: Path, signers: Path | None) -> str | None:
    """Says by whom its checksums are signed, and with which key; None: by nobody.

    :param signers: names who may sign (``allowed_signers``); None: whose the key is is not checked
    :raises SignatureError: it is no signature of them, or by nobody who stands there
    """
    if not _is_plain(signature := folder / SIGNATURE):
        if signers is not None:
            raise SignatureError(f"nobody signed it: there is no file {SIGNATURE}")
        return None
    sums = (folder / SUMS).read_bytes()
    wrong = f"{SIGNATURE} is no signature of {SUMS}"
    good = _ssh_keygen(wrong, "check-novalidate", "-s", signature, read=sums)
    key = good.strip().rpartition(" with ")[2]
    if signers is None:
        return f"with the {key}; whose that is was not checked (--signer FILE)"
    known = ("-s", signature, "-f", signers)
    found = _ssh_keygen(f"{signers} names nobody with the {key}", "find-principals", *known)
    name = found.splitlines()[0]
    _ssh_keygen(f"{signers} does not let {name} sign", "verify", "-I", name, *known, read=sums)
    return f"by {name} with the {key}"


def release_faults(folder: Path) -> Iterator[str]:
    """Yields a line for each file that is not as its checksum says, is missing or was added.

    :raises ValueError: this is no release
    """
    if not _is_plain(folder / SUMS):
        raise ValueError(f"{folder} is no release: it has no file {SUMS} of at most 1 MB")
    known = {SUMS, SIGNATURE}
    for line in (folder / SUMS).read_text("utf-8", "replace").splitlines():
        if (match := LINE.fullmatch(line)) is None:
            yield f"{SUMS} has a line that is no checksum: {line[:80]}"
            continue
        known.add(match[2])
        if not _is_plain(file := folder / match[2], longest=None):
            yield f"{match[2]} is missing, or no plain file"
            continue
        with file.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != match[1]:
                yield f"{match[2]} was changed: its SHA-256 is not that of {SUMS}"
    for name in sorted({file.name for file in folder.iterdir()} - known):
        yield f"{name} was added: {SUMS} does not name it"


def _is_plain(file: Path, longest: int | None = 1_000_000) -> bool:
    is_file = file.is_file() and not file.is_symlink()
    return is_file and (longest is None or file.stat().st_size <= longest)


def _ssh_keygen(failed: str, do: str, *arguments: str | Path, read: bytes = b"") -> str:
    how = ["ssh-keygen", "-Y", do, "-n", NAMESPACE, *arguments]
    try:
        done = subprocess.run(how, input=read, capture_output=True)
    except OSError as error:
        raise SignatureError(f"{failed}: no ssh-keygen; install OpenSSH's client") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").splitlines()
        why = " ".join(line for line in said if not line.startswith(("@", "Signing data")))
        raise SignatureError(f"{failed} ({why.strip()})")
    return done.stdout.decode(errors="replace")
