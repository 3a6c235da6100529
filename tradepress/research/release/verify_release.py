"""Signs a release with an SSH key, and checks one: is it as it was made, and who signed it?"""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tradepress.research.release.files import SIGNATURE, SUMS

LINE = re.compile(r"^([0-9a-f]{64})  ([^/\x00-\x1f\x7f]+)$", re.MULTILINE)
LONGEST = 1_000_000
"""Bounds the bytes that are read of checksums."""


class SignatureError(ValueError):
    """Raised where a release can't be signed, or its signature does not hold: says why."""


def sign_release(folder: Path, key: Path) -> None:
    """Signs the checksums; OpenSSH asks for a passphrase itself. Raises SignatureError."""
    wrong = f"{folder} is made, and not signed: {key} can't sign"
    (folder / SIGNATURE).write_text(_ssh_keygen(wrong, "sign", _sums(folder), "-f", key))


def who_signed(folder: Path, signers: Path | None) -> str | None:
    """Says by whom its checksums are signed, and with which key; None: by nobody.

    :param signers: names who may sign (``allowed_signers``); None: whose the key is is not checked
    :raises SignatureError: it is no signature of them, or by nobody who stands there
    """
    if not _is_plain(signature := folder / SIGNATURE):
        if signers is not None:
            raise SignatureError(f"nobody signed it: there is no file {SIGNATURE}")
        return None
    sums, wrong = _sums(folder), f"{SIGNATURE} is no signature of {SUMS}"
    good = _ssh_keygen(wrong, "check-novalidate", sums, "-s", signature)
    key = good.strip().rpartition(" with ")[2]
    if signers is None:
        return f"with the {key}; whose that is was not checked (--signer FILE)"
    known, wrong = ("-s", signature, "-f", signers), f"{signers} names nobody with the {key}"
    name = _ssh_keygen(wrong, "find-principals", b"", *known).splitlines()[0]
    _ssh_keygen(f"{signers} does not let {name} sign", "verify", sums, "-I", name, *known)
    return f"by {name} with the {key}"


def release_faults(folder: Path) -> Iterator[str]:
    """Yields a line for each file that is not as its checksum says, is missing or was added.

    :raises ValueError: this is no release
    """
    if not _is_plain(folder / SUMS):
        raise ValueError(f"{folder} is no release: it has no file {SUMS}")
    known = {SUMS, SIGNATURE}
    for sha256, name in LINE.findall(_sums(folder).decode(errors="replace")):
        known.add(name)
        if not _is_plain(folder / name):
            yield f"{name} is missing, or no plain file"
            continue
        with (folder / name).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
                yield f"{name} was changed: its SHA-256 is not that of {SUMS}"
    for name in sorted({file.name for file in folder.iterdir()} - known):
        yield f"{name} was added: {SUMS} does not name it"


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _sums(folder: Path) -> bytes:
    with (folder / SUMS).open("rb") as stream:
        return stream.read(LONGEST)


def _ssh_keygen(failed: str, do: str, read: bytes, *arguments: str | Path) -> str:
    how = ["ssh-keygen", "-Y", do, "-n", "tradepress", *arguments]
    try:
        done = subprocess.run(how, input=read, capture_output=True)
    except OSError as error:
        raise SignatureError(f"{failed}: no ssh-keygen; install OpenSSH's client") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").splitlines()
        why = " ".join(line for line in said if not line.startswith(("@", "Signing data")))
        raise SignatureError(f"{failed} ({why.strip()})")
    return done.stdout.decode(errors="replace")
