"""A proof holds without the archive, by our command and by the program of format.md."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, Writer, clock, open_writer, save, story, writer
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.leaf_log.merkle_tree import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_of,
)
from tradepress.archive.leaf_log.proof import NotProven, Proof, read_proof
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.read_only import read_archive
from tradepress.commands.verify_proof_command import verify_proof
from tradepress.research.proven_story import prove_story

PROGRAM = Path(__file__).parents[2] / "docs" / "reference" / "check_proof.py"
LONGEST = 60
__all__ = ["clock", "writer"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("proved") / "archive.db"
    with open_writer(path) as made:
        made.save_source(PAPER)
        for run in range(3):
            made.start_run("crawl signet", ["signet"], "1")
            for number in range(1, 6):
                fields = story(number, headline=f"Orrin Vale “loses” 商標 {number}\u2028")
                if number <= run:
                    fields["body"] += f"\n\nCorrected {run}."
                save(made, fields)
            made.end_run("done", 0)
    return path


def every_root(path: Path) -> list[Root]:
    with read_archive(path) as db:
        rows = db.execute("SELECT size, root FROM log_roots ORDER BY size").fetchall()
    return [Root(size=size, hash=root) for size, root in rows]


def every_proof(path: Path, since: Root | None = None) -> list[Proof]:
    with read_archive(path) as db:
        names = db.execute(
            "SELECT ref || '@' || versions.version FROM versions "
            "JOIN articles ON articles.id = article_id"
        ).fetchall()
        return [prove_story(db, name, since=since) for (name,) in names]


def by_the_program(file: Path, root: Root | None = None) -> "subprocess.CompletedProcess[str]":
    arguments = [] if root is None else [str(root)]
    return subprocess.run(
        [sys.executable, "-I", PROGRAM, *arguments],
        input=file.read_text(encoding="utf-8"),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_the_program_is_short_and_knows_nothing_of_us() -> None:
    text = PROGRAM.read_text()
    assert len(text.splitlines()) <= LONGEST
    assert "import tradepress" not in text
    assert "from tradepress" not in text


def test_each_version_is_proven_from_each_root(path: Path) -> None:
    roots = every_root(path)
    for since in (None, *roots):
        proofs = every_proof(path, since)
        assert len(proofs) == 8
        for proof in proofs:
            again = read_proof(proof.written().encode())
            assert again == proof
            assert again.faults() == []
            assert again.head.root == roots[-1]


def test_the_program_of_the_docs_agrees(path: Path, tmp_path: Path) -> None:
    file, roots = tmp_path / "proof.json", every_root(path)
    for since, proof in zip((None, *roots), every_proof(path)[:1] * 4, strict=True):
        with read_archive(path) as db:
            proof = prove_story(db, proof.story, since=since)
        file.write_text(proof.written())
        checked = by_the_program(file, since or roots[-1])
        assert checked.returncode == 0, checked.stderr
        assert json.loads(checked.stdout.partition(" {")[2].join("{ ")) == proof.told
    assert by_the_program(file, Root(size=3, hash=bytes(32))).returncode == 1


def changed(fields: dict[str, Any], at: int) -> None:
    leaf = fields["leaf"]
    place = at % len(leaf)
    fields["leaf"] = leaf[:place] + ("x" if leaf[place] != "x" else "y") + leaf[place + 1 :]


def of_hex(name: str) -> Callable[[dict[str, Any], int], None]:
    def change(fields: dict[str, Any], at: int) -> None:
        digits = fields[name]
        place = at % len(digits)
        sign = "0" if digits[place] != "0" else "1"
        fields[name] = digits[:place] + sign + digits[place + 1 :]

    return change


def other_position(fields: dict[str, Any], at: int) -> None:
    fields["position"] += 1 + at % 7


def shorter(fields: dict[str, Any], at: int) -> None:
    del fields["path"][at % len(fields["path"])]


def other_root(fields: dict[str, Any], at: int) -> None:
    size, digits = fields["since"]["root"].split(":")
    fields["since"]["root"] = f"{size}:{digits[1:]}{'0' if digits[0] != '0' else '1'}"


CHANGES = (changed, of_hex("salt"), other_position, shorter, other_root)


@settings(deadline=None, max_examples=60)
@given(how=st.sampled_from(CHANGES), at=st.integers(0, 5000))
def test_a_changed_proof_holds_nowhere(path: Path, how: Any, at: int) -> None:
    with read_archive(path) as db:
        proof = prove_story(db, "signet-1", since=every_root(path)[0])
    fields = json.loads(proof.written())
    how(fields, at)
    try:
        assert read_proof(json.dumps(fields).encode()).faults() != []
    except NotProven:
        return  # it is not even one any more


@pytest.mark.parametrize("how", CHANGES)
def test_nor_by_the_program_of_the_docs(path: Path, tmp_path: Path, how: Any) -> None:
    with read_archive(path) as db:
        fields = json.loads(prove_story(db, "signet-1", since=every_root(path)[0]).written())
    how(fields, 100)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(fields))
    assert by_the_program(file).returncode == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b"{" * 100_000, b"x" * 2_000_000, b'{"tradepress_proof": 2}'],
)
def test_what_is_no_proof_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotProven, match="this is no proof of a story"):
        read_proof(content)


@pytest.mark.parametrize("text", ["", "12", "0:" + "0" * 64, "12:" + "g" * 64, "1 2:" + "0" * 64])
def test_what_is_no_root_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no root: give SIZE:HEX"):
        Root.read(text)


def test_no_proof_writes_more_than_words_to_a_terminal(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with read_archive(path) as db:
        fields = json.loads(prove_story(db, "signet-1").written())
    told = json.loads(fields["leaf"]) | {"ref": "\x1b]0;x\x07\n\u202e", "headline": "a\x1b[2J\nb"}
    leaf = json.dumps(told)
    head = leaf_hash(bytes.fromhex(fields["salt"]) + leaf.encode())
    fields |= {"leaf": leaf, "position": 1, "path": [], "root": f"1:{head.hex()}"}
    fields["made"] = "today\x1b[31m\nand more"
    (tmp_path / "proof.json").write_text(json.dumps(fields))
    assert verify_proof.main([str(tmp_path / "proof.json")], standalone_mode=False) == 0
    printed = capsys.readouterr().out
    assert printed.replace("\n", "").isprintable()
    assert len(printed.splitlines()) == 9


def test_what_is_not_there_is_said(path: Path) -> None:
    with read_archive(path) as db, pytest.raises(NoSuchArticle, match="no story has the ref"):
        prove_story(db, "signet-99")


def test_a_version_that_was_changed_is_not_proven(writer: Writer) -> None:
    save(writer, story(1))
    writer.end_run("done", 0)
    writer.write("UPDATE version_rows SET section = 'Other'")
    with pytest.raises(NotProven, match="not what was recorded"):
        prove_story(writer.db, "signet-1")


def extended(path: Path, leaf: str, kept: Root) -> dict[str, Any]:
    """What anybody can write who has the hashes of a log: one leaf more, behind a root of it."""
    with read_archive(path) as db:
        sql = "SELECT hash FROM log_leaves WHERE position <= ? ORDER BY position"
        hashes = [one for (one,) in db.execute(sql, [kept.size])]
    hashes.append(leaf_hash(bytes(16) + leaf.encode()))

    def over(start: int, end: int) -> bytes:
        return root_of(hashes[start:end])

    size = len(hashes)
    return {
        "tradepress_proof": 1,
        "leaf": leaf,
        "salt": bytes(16).hex(),
        "position": size,
        "path": [one.hex() for one in inclusion_path(over, size - 1, 0, size)],
        "root": str(Root(size=size, hash=over(0, size))),
        "made": "run 3",
        "timestamps": {},
        "since": {
            "root": str(kept),
            "path": [one.hex() for one in consistency_path(over, kept.size, 0, size)],
        },
    }


def test_a_root_from_before_its_leaf_vouches_for_no_proof(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, kept = tmp_path / "proof.json", every_root(path)[-1]
    leaf = '{"headline":"Never printed","log":"version","ref":"signet-1","version":1}'
    file.write_text(json.dumps(extended(path, leaf, kept)))
    given = [str(file), "--root", str(kept)]
    assert verify_proof.main(given, standalone_mode=False) == 1
    assert f"came after {kept}, which can't vouch for it" in capsys.readouterr().out
    assert by_the_program(file, kept).returncode == 1
    assert by_the_program(file).returncode == 0


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\n", "\u202e", "\U000e0001"])
def test_the_program_of_the_docs_writes_words_alone(path: Path, tmp_path: Path, sign: str) -> None:
    leaf = f'{{"log":"version","ref":"signet-1","version":1}}{sign}'
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(extended(path, leaf, every_root(path)[0])), encoding="utf-8")
    checked = by_the_program(file)
    assert checked.returncode == 0
    assert checked.stdout.removesuffix("\n").isprintable()


def test_a_root_of_nothing_is_no_root(path: Path, tmp_path: Path) -> None:
    fields = extended(path, '{"log":"version"}', every_root(path)[0])
    fields["since"]["root"] = f"0:{'0' * 64}"
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(fields))
    assert by_the_program(file).returncode == 1


def test_a_leaf_that_can_not_be_hashed_is_no_proof(path: Path) -> None:
    fields = extended(path, '{"log":"version","ref":"x","version":1}', every_root(path)[0])
    fields["leaf"] += "\ud800"
    with pytest.raises(NotProven, match="this is no proof of a story"):
        read_proof(json.dumps(fields).encode())
