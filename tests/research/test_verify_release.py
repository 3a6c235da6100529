"""Releases are signed with the keys that people have, and what was done to one is named.

OpenSSH's own `ssh-keygen -Y verify` says of each signature what it is.
"""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from exported import an_article, make_archive
from needs import require_program

from tradepress.command_line import run
from tradepress.research.release.files import FILES

WHO = "vale@lantern.example"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two people's keys, `own` and `other`, and `signers`, which knows `own`."""
    program, folder = require_program("ssh-keygen"), tmp_path_factory.mktemp("keys")
    for name, phrase in (("own", ""), ("other", ""), ("locked", "sesame")):
        made = [program, "-q", "-t", "ed25519", "-N", phrase, "-C", name, "-f", folder / name]
        subprocess.run(made, check=True)
    own = (folder / "own.pub").read_text()
    (folder / "signers").write_text(f"{WHO} {own}")
    (folder / "elsewhere").write_text(f'{WHO} namespaces="git" {own}')
    (folder / "strangers").write_text(f"hale@lantern.example {(folder / 'other.pub').read_text()}")
    return folder


@pytest.fixture(scope="module")
def signed(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    archive = make_archive(folder / "press.db", map(an_article, range(3)))
    made = folder / "made"
    asked = ["release", "-o", str(made), "--sign", str(keys / "own"), "--archive", str(archive)]
    assert run(asked) == 0
    return made


@pytest.fixture
def release(signed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(signed, tmp_path / "made"))


def verify(folder: Path, signers: Path | None = None) -> int:
    return run(
        ["verify-release", str(folder), *([] if signers is None else ["--signer", str(signers)])]
    )


def by_openssh(folder: Path, signers: Path, namespace: str = "tradepress") -> bool:
    """Whether OpenSSH itself says that this release is signed by whom the file names."""
    how = ["ssh-keygen", "-Y", "verify", "-I", WHO, "-n", namespace]
    how += ["-f", str(signers), "-s", str(folder / "SHA256SUMS.sig")]
    sums = (folder / "SHA256SUMS").read_bytes()
    return subprocess.run(how, input=sums, capture_output=True).returncode == 0


def test_a_signed_release_names_who_signed_it(
    release: Path, keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {file.name for file in release.iterdir()} == {*FILES, "SHA256SUMS.sig"}
    assert by_openssh(release, keys / "signers")
    assert not by_openssh(release, keys / "signers", "file")
    assert not by_openssh(release, keys / "strangers")
    assert verify(release, keys / "signers") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == f"{release}: as its checksums say"
    assert told[1].startswith(f"Signed by {WHO} with the ED25519 key SHA256:")


def test_without_signers_it_is_said_that_nobody_looked_whose_key_it_is(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(release) == 0
    assert "; whose that is was not checked (--signer FILE)" in capsys.readouterr().out


@pytest.mark.parametrize("name", [*FILES])
def test_a_changed_byte_of_any_file_is_found_and_named(
    release: Path, keys: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    held = bytearray((release / name).read_bytes())
    held[len(held) // 2] ^= 1
    (release / name).write_bytes(held)
    assert verify(release, keys / "signers") == 1
    assert name in capsys.readouterr().out.splitlines()[0]


def add(release: Path) -> None:
    (release / "more.csv").write_text("a,b\n")


def add_a_folder(release: Path) -> None:
    (release / "more").mkdir()


def take(release: Path) -> None:
    (release / "stories.csv").unlink()


def link(release: Path) -> None:
    shutil.move(release / "stories.csv", release.parent / "away.csv")
    (release / "stories.csv").symlink_to(release.parent / "away.csv")


def pipe(release: Path) -> None:
    take(release)
    os.mkfifo(release / "stories.csv")


def climb(release: Path) -> None:
    """No line leads out of the folder; who adds one is found by the signature."""
    with (release / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  ../stories.csv\n")


def add_an_escape(release: Path) -> None:
    (release / "more\x1b[2J.csv").write_text("a,b\n")


def sum_anew(release: Path) -> None:
    """As somebody would who hides that a file was changed."""
    (release / "stories.csv").write_text("ref\n")
    sums = subprocess.run(
        ["sha256sum", *(name for name in FILES if name != "SHA256SUMS")],
        cwd=release,
        capture_output=True,
        check=True,
    ).stdout
    (release / "SHA256SUMS").write_bytes(sums)


def unsign(release: Path) -> None:
    (release / "SHA256SUMS.sig").unlink()


def sign_with_a_pipe(release: Path) -> None:
    unsign(release)
    os.mkfifo(release / "SHA256SUMS.sig")


def sign_with_junk(release: Path) -> None:
    (release / "SHA256SUMS.sig").write_bytes(os.urandom(200))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (add, "more.csv was added: SHA256SUMS does not name it"),
        (add_a_folder, "more was added: SHA256SUMS does not name it"),
        (take, "stories.csv is missing, or no plain file"),
        (link, "stories.csv is missing, or no plain file"),
        (pipe, "stories.csv is missing, or no plain file"),
        (climb, "SHA256SUMS.sig is no signature of SHA256SUMS (Signature verification failed"),
        (add_an_escape, "more[2J.csv was added"),
        (sum_anew, "SHA256SUMS.sig is no signature of SHA256SUMS (Signature verification failed"),
        (unsign, "nobody signed it: there is no file SHA256SUMS.sig"),
        (sign_with_a_pipe, "nobody signed it: there is no file SHA256SUMS.sig"),
        (sign_with_junk, "SHA256SUMS.sig is no signature of SHA256SUMS (Couldn't parse signature"),
    ],
)
def test_what_was_done_to_a_release_is_named(
    release: Path,
    keys: Path,
    capsys: pytest.CaptureFixture[str],
    harm: Callable[[Path], None],
    words: str,
) -> None:
    harm(release)
    assert verify(release, keys / "signers") == 1
    told = capsys.readouterr().out
    assert words in told.splitlines()[0]
    assert "\x1b" not in told
    assert "Signed by" not in told or by_openssh(release, keys / "signers")


@pytest.mark.parametrize(
    ("signers", "words"),
    [
        ("strangers", "strangers names nobody with the ED25519 key SHA256:"),
        ("elsewhere", f"elsewhere does not let {WHO} sign (elsewhere:1: key is not permitted"),
    ],
)
def test_the_key_of_somebody_else_is_named(
    release: Path, keys: Path, capsys: pytest.CaptureFixture[str], signers: str, words: str
) -> None:
    assert verify(release, keys / signers) == 1
    assert words in capsys.readouterr().out.splitlines()[0].replace(f"{keys}/", "")


def test_an_unsigned_release_is_as_it_was_made(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unsign(release)
    assert verify(release) == 0
    assert capsys.readouterr().out == (
        f"{release}: as its checksums say\n"
        "Not signed: who changes a file can change its checksum, too.\n"
    )


def test_what_is_no_release_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(tmp_path) == 2
    assert f"{tmp_path} is no release: it has no file SHA256SUMS" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["signers", "own.pub", "locked"])
def test_a_key_that_cannot_sign_is_one_line(
    keys: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    key: str,
) -> None:
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")  # no terminal is asked
    monkeypatch.setenv("SSH_ASKPASS", "false")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    file = Path(shutil.copy(keys / key, tmp_path / key))  # not beside its other half
    file.chmod(stat.S_IRUSR)
    archive = make_archive(tmp_path / "press.db", [an_article()])
    made = tmp_path / "made"
    asked = ["release", "-o", str(made), "--sign", str(file), "--archive", str(archive)]
    assert run(asked) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert f"{made} is made, and not signed: {file} can't sign (" in told
    assert not (made / "SHA256SUMS.sig").exists()


def test_without_openssh_one_line_says_so(
    release: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert verify(release) == 1
    assert "no ssh-keygen; install OpenSSH's client" in capsys.readouterr().out.splitlines()[0]
