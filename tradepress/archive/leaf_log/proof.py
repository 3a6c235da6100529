"""Proves to others that a version of a story is in the log: a small file that needs no archive.

It has what the log vouches for of the version (headline, dates, authors, addresses, hashes of the
texts and of the captured page), and the path of hashes from there to a root. A program of its own
in `tradepress docs format` checks it.
"""

import base64
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradepress.archive.border import border
from tradepress.archive.errors import ArchiveError
from tradepress.archive.leaf_log.leaf_form import leaf_of
from tradepress.archive.leaf_log.leaf_log import LAST
from tradepress.archive.leaf_log.merkle_tree import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_by_inclusion,
    root_of,
    roots_by_consistency,
)
from tradepress.archive.leaf_log.root import HASH, Root
from tradepress.archive.leaf_log.stamped_root import StampedRoot, stamped_root

FORMAT = 1
LONGEST = 1_000_000
"""Counts the bytes that a proof may have: that of a version has some thousand."""
NOT_SO = "the log can't prove it: `tradepress verify --history` tells what is not as recorded"


class NotProven(ArchiveError):
    """Says that the log does not prove a version, or a file is no proof, and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """Tells that the log goes on from an earlier root."""

    root: Root
    path: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Is a proof as it is written into a file."""

    leaf: str
    """Is what the log vouches for, in JSON."""
    salt: bytes
    position: int
    """Says where in the log the leaf stands; the first is 1."""
    path: tuple[bytes, ...]
    head: StampedRoot
    since: Since | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """Returns what the log vouches for, by name."""
        return dict(json.loads(self.leaf))

    @property
    def story(self) -> str:
        """Returns the name of the version, as ``wipr-14415@2``."""
        return f"{self.told['ref']}@{self.told['version']}"

    def faults(self) -> list[str]:
        """Says what of it is not so; empty if all is."""
        found, root, since = list[str](), self.head.root, self.since
        leaf = leaf_hash(self.salt + self.leaf.encode())
        if root_by_inclusion(leaf, self.position - 1, root.size, self.path) != root.hash:
            found.append(f"what it says of the story does not lead to the root {root}")
        if since is not None and since.root != root:
            old = since.root
            roots = roots_by_consistency(old.size, root.size, old.hash, since.path)
            if roots != (old.hash, root.hash):
                found.append(f"the root {root} does not go on from {old}")
        return found

    def written(self) -> str:
        """Writes it as a file."""
        fields = {
            "tradepress_proof": FORMAT,
            "leaf": self.leaf,
            "salt": self.salt.hex(),
            "position": self.position,
            "path": [one.hex() for one in self.path],
            **self.head.fields,
        }
        if self.since is not None:
            path = [one.hex() for one in self.since.path]
            fields["since"] = {"root": str(self.since.root), "path": path}
        return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def read_proof(content: bytes) -> Proof:
    """Reads a proof from a file; whether it holds, :meth:`Proof.faults` says.

    :raises NotProven: it is no proof
    """
    with border(lambda words: NotProven(f"this is no proof of a story ({words})")):
        if len(content) > LONGEST:
            raise ValueError("it is too long")
        fields = json.loads(content)
        if fields["tradepress_proof"] != FORMAT:
            raise ValueError("it is of another format")
        since = fields.get("since")
        proof = Proof(
            leaf=fields["leaf"].encode().decode(),  # what can't be encoded has no hash
            salt=bytes.fromhex(fields["salt"]),
            position=int(fields["position"]),
            path=_hashes(fields["path"]),
            head=StampedRoot(
                root=Root.read(fields["root"]),
                made=str(fields["made"]),
                tokens={
                    str(name): base64.b64decode(token)
                    for name, token in fields["timestamps"].items()
                },
            ),
            since=Since(root=Root.read(since["root"]), path=_hashes(since["path"]))
            if since
            else None,
        )
        if proof.told["log"] != "version" or not proof.story:
            raise ValueError("it is of no version")
        return proof


def _hashes(written: list[str]) -> tuple[bytes, ...]:
    hashes = tuple(bytes.fromhex(one) for one in written)
    if any(len(one) != HASH for one in hashes):
        raise ValueError("a hash of its path is too short or too long")
    return hashes


def prove(connection: sqlite3.Connection, version_id: int, since: Root | None = None) -> Proof:
    """Proves that the log has a version as it stands, by its newest root, of those that an
    authority has stamped if there are any.

    :param since: a root that somebody kept, from which the log is to be shown to go on
    :raises NotProven: it is not what was recorded, no root is over it yet, or the log does not go
        on from ``since``
    """
    row = connection.execute(LAST, ["version", version_id]).fetchone()
    if row is None or row[1] is None:
        raise NotProven(f"this version is vouched for by no run; {NOT_SO}")
    position, salt, known, former = row
    leaf = leaf_of(connection, "version", version_id, salt, former)
    if leaf is None or leaf.hash != known:
        raise NotProven(f"this version is not what was recorded; {NOT_SO}")
    head = stamped_root(connection, max(position, since.size if since else 0))
    if head is None:
        raise NotProven("no root is over it yet: one is made when the run ends")
    size = head.root.size

    def root_over(start: int, end: int) -> bytes:
        sql = "SELECT hash FROM log_leaves WHERE position > ? AND position <= ? ORDER BY position"
        return root_of(leaf for (leaf,) in connection.execute(sql, [start, end]))

    proof = Proof(
        leaf=leaf.form,
        salt=salt,
        position=position,
        path=tuple(inclusion_path(root_over, position - 1, 0, size)),
        head=head,
        since=Since(root=since, path=tuple(consistency_path(root_over, since.size, 0, size)))
        if since
        else None,
    )
    if faults := proof.faults():
        raise NotProven(f"{faults[0]}; {NOT_SO}")
    return proof
