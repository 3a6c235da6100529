"""What a disk holds after a loss of power, made of what strace noted of a command that ended well.

Sure is what was forced to it: bytes by a sync of their file, names by one of their folder. Of other
writes each came or not, whole or torn at a sector; of other changes of names the first so many did.
"""

import os
import posixpath
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = (
    *(
        "openat",
        "lseek",
        "write",
        "pwrite64",
        "sendfile",
        "ftruncate",
        "fsync",
        "fdatasync",
        "sync",
    ),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "rmdir"),
)
CALL = re.compile(r"\d+ +(?P<name>\w+)\((?P<given>.*)\) += (?P<result>.*)")
UNFINISHED = re.compile(r"(?P<start>(?P<pid>\d+) .*) <unfinished \.\.\.>")
RESUMED = re.compile(r"(?P<pid>\d+) +<\.\.\. \w+ resumed>(?P<rest>.*)")
DESCRIPTOR = re.compile(r"(-?\w+)<([^>]*)>")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def unquoted(text: str) -> bytes:
    """As ``strace -xx`` writes it."""
    return bytes.fromhex(text.replace("\\x", ""))


class Positions:
    """At which byte a write comes that doesn't say it, by descriptor and file."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int | None] = {}

    def take(self, name: str, given: str, result: str) -> None:
        if name == "openat" and (opened := DESCRIPTOR.match(result)):
            self._known[opened[1], opened[2]] = None if "O_APPEND" in given else 0
        elif name in ("lseek", "write") and (at := DESCRIPTOR.match(given)):
            key = at[1], at[2]
            before = self._known.get(key)
            if before is not None:
                self._known[key] = int(result) + (before if name == "write" else 0)

    def of(self, given: str) -> int | None:
        """Of the file that a write names first; None: its end."""
        at = DESCRIPTOR.match(given)
        return self._known.get((at[1], at[2])) if at else None


@dataclass(kw_only=True, eq=False)
class OneFile:
    """A file, whatever its names are by now."""

    sure: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    changes: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Since the last sync: where, and what was written; None: it was cut there."""

    def write(self, at: int | None, data: bytes) -> None:
        at = len(self.now) if at is None else at
        self.changes.append((at, data))
        _put(self.now, at, data)

    def cut(self, size: int) -> None:
        self.changes.append((size, None))
        _put(self.now, size, None)

    def sync(self) -> None:
        self.sure = bytes(self.now)
        self.changes.clear()

    def after(self, draws: random.Random) -> bytes:
        content = bytearray(self.sure)
        for at, data in self.changes:
            if draws.random() < 0.5:
                continue
            if data and draws.random() < 0.3:
                data = data[: draws.randrange(0, len(data), SECTOR)]
            _put(content, at, data)
        return bytes(content)


def _put(content: bytearray, at: int, data: bytes | None) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    if data is None:
        del content[at:]
    else:
        content[at : at + len(data)] = data


Change = tuple[str, OneFile | None]
"""A path, and the file that it is the name of from then on; None: of none."""


class Disk:
    """A folder while a command works in it."""

    def __init__(self, before: Path, folder: Path) -> None:
        """
        :param before: its content as it was; all of it is sure
        :param folder: its path then
        """
        self.folder = str(folder)
        self.names: dict[str, OneFile | None] = {}
        self.sure: dict[str, OneFile | None] = {}
        self.folders: set[str] = {self.folder}
        self.sure_folders: set[str] = set()
        self.pending: list[tuple[set[str], list[Change], set[str]]] = []
        """In which folders names changed, how, and which folders have been made by that."""
        self.positions = Positions()
        self.told = b""
        """What the command has printed so far."""
        for path in before.rglob("*"):
            name = str(folder / path.relative_to(before))
            if path.is_dir():
                self.folders.add(name)
            else:
                content = path.read_bytes()
                self.names[name] = OneFile(sure=content, now=bytearray(content))
        self.sure |= self.names
        self.sure_folders |= self.folders

    def change(self, *changes: Change) -> None:
        touched = {posixpath.dirname(path) for path, _ in changes}
        self.pending.append((touched, [*changes], set()))
        self.names |= dict(changes)

    def sync(self, path: str) -> None:
        if path in self.folders:
            for touched, changes, made in [one for one in self.pending if path in one[0]]:
                self.sure |= dict(changes)
                self.sure_folders |= made
                self.pending.remove((touched, changes, made))
        elif (file := self.names.get(path)) is not None:
            file.sync()

    def take(self, name: str, given: str, result: str) -> None:
        """One call that succeeded."""
        paths = [os.fsdecode(unquoted(path)) for _, path in DESCRIPTOR.findall(given)]
        texts = [unquoted(text) for text in TEXT.findall(given)]
        place = self.positions.of(given)
        self.positions.take(name, given, result)
        if name == "openat":
            opened = DESCRIPTOR.match(result)
            if opened:
                self._open(os.fsdecode(unquoted(opened[2])), given)
        elif name in ("write", "pwrite64", "sendfile", "ftruncate"):
            self._write(name, given, result, paths, texts, place)
        elif name in ("fsync", "fdatasync"):
            self.sync(paths[0])
        elif name == "sync":
            for path in [*self.names, *self.folders]:
                self.sync(path)
        elif name != "lseek":
            named = [posixpath.join(self.folder, os.fsdecode(text)) for text in texts]
            self._rename(name, named, given)

    def _open(self, path: str, given: str) -> None:
        is_new = "O_CREAT" in given and self.names.get(path) is None
        if "O_TMPFILE" in given:
            self.names[path] = OneFile()
        elif is_new and path.startswith(self.folder):
            self.change((path, OneFile()))
        elif "O_TRUNC" in given and (file := self.names.get(path)) is not None:
            file.cut(0)

    def _write(
        self,
        name: str,
        given: str,
        result: str,
        paths: list[str],
        texts: list[bytes],
        place: int | None,
    ) -> None:
        if name == "write" and given.startswith("1<"):
            self.told += texts[0]
        if (file := self.names.get(paths[0])) is None:
            return
        if name == "ftruncate":
            file.cut(int(given.rsplit(", ", 1)[1]))
        elif name == "sendfile":
            start = int(given.split("[", 1)[1].split("]", 1)[0])
            source = self.names[paths[1]]
            assert source is not None
            file.write(None, bytes(source.now[start : start + int(result)]))
        else:
            at = int(given.rsplit(", ", 1)[1]) if name == "pwrite64" else place
            file.write(at, texts[0][: int(result)])

    def _rename(self, name: str, named: list[str], given: str) -> None:
        if not named or not named[-1].startswith(self.folder):
            return
        if name.startswith("mkdir"):
            self.folders.add(named[0])
            self.pending.append(({posixpath.dirname(named[0])}, [], {named[0]}))
        elif name.startswith("rename") and named[0] in self.folders:
            self._rename_folder(*named)
        elif name.startswith("rename"):
            self.change((named[0], None), (named[1], self.names.get(named[0])))
        elif name.startswith("link"):
            path = os.fsdecode(unquoted(DESCRIPTOR.findall(given)[0][1]))
            self.change((named[1], self.names[path]))
        elif name.startswith("unlink") and "AT_REMOVEDIR" not in given:
            at = DESCRIPTOR.match(given)
            if at and not at[1].startswith("AT_"):
                named = [posixpath.join(os.fsdecode(unquoted(at[2])), posixpath.basename(named[0]))]
            self.change((named[0], None))

    def _rename_folder(self, old: str, new: str) -> None:
        below = [path for path in self.names if path.startswith(f"{old}/")]
        changes: list[Change] = []
        for path in below:
            changes += [(path, None), (new + path.removeprefix(old), self.names[path])]
        inner = [path for path in self.folders if f"{path}/".startswith(f"{old}/")]
        made = {new + path.removeprefix(old) for path in inner}
        self.pending.append(({posixpath.dirname(old), posixpath.dirname(new)}, changes, made))
        self.names |= dict(changes)
        self.folders |= made

    def _above(self, path: str) -> set[str]:
        """All folders that a file stands in."""
        found, above = {self.folder}, posixpath.dirname(path)
        while len(above) > len(self.folder):
            found.add(above)
            above = posixpath.dirname(above)
        return found

    def write_after(self, target: Path, draws: random.Random) -> None:
        """The folder as it is found when the power is back."""
        names, folders = dict(self.sure), set(self.sure_folders)
        for _, changes, made in self.pending[: draws.randint(0, len(self.pending))]:
            names |= dict(changes)
            folders |= made
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for path, file in names.items():
            is_there = file is not None and self._above(path) <= folders
            if file is not None and is_there and not path.endswith("-shm"):
                place = target / posixpath.relpath(path, self.folder)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.after(draws))


def calls(log: Path) -> Iterator[tuple[str, str, str]]:
    """Name, what was given, and the result, of those that succeeded."""
    begun: dict[str, str] = {}
    for line in log.read_text().splitlines():
        if match := UNFINISHED.fullmatch(line):
            begun[match["pid"]] = match["start"]
            continue
        if match := RESUMED.fullmatch(line):
            line = begun.pop(match["pid"], "") + match["rest"]
        if (call := CALL.fullmatch(line)) and not call["result"].startswith(("-1", "?")):
            yield call["name"], call["given"], call["result"]
