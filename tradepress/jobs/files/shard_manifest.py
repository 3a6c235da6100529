"""Reads what a shard says of itself: what a task of a cluster gave."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

MANIFEST = "shard.json"
TASK = re.compile(r"[a-z]+-[0-9a-f]{32}")
"""Matches the name of a task."""
ATTEMPT = re.compile(r"[0-9a-f]{8}")
"""Matches what the folder of a try is called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShardFile:
    """Is one file of a shard."""

    name: str
    """Is the name with its folders, below the shard's own."""
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shard:
    """Is what a task has given: whole, and in its place."""

    task: str
    """Is the task's name."""
    folder: str
    """Is where its files are, below ``ADDRESS/task``."""
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    files: tuple[ShardFile, ...]
    worker: str
    """Says who worked it, ``host:pid``."""
    asked_by: str
    """Names the run that had it worked."""


def shard_in(said: Mapping[str, Any], task: str) -> Shard:
    """Reads a manifest; raises ValueError where it names what is not below its own folder; others,
    if its form is another."""
    shard = Shard(
        task=said["task"],
        folder=said["folder"],
        counts={str(outcome): int(count) for outcome, count in dict(said["counts"]).items()},
        notes=tuple(map(str, said["notes"])),
        files=tuple(ShardFile(**file) for file in said["files"]),
        worker=str(said["worker"]),
        asked_by=str(said["asked_by"]),
    )
    names = [PurePosixPath(file.name) for file in shard.files]
    if shard.task != task or not ATTEMPT.fullmatch(shard.folder):
        raise ValueError(f"{shard.task}/{shard.folder} is none of {task}")
    if any(name.is_absolute() or ".." in name.parts for name in names):
        raise ValueError(f"a file of {task} is outside of its folder")
    return shard
