"""Reads what an operator sets: tradepress.toml, and environment variables over it.

Each key stands once, below, with its default and its variable. `tradepress docs configuration`
explains them.
"""

import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import date, time, timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from itertools import filterfalse
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_type_hints

from tradepress.archive.border import border
from tradepress.story import POLICIES, Policy, strictest

SHORTEST_DELAY = 2.0
"""Is in seconds of rest between two requests to a real site; no setting goes below it."""
FILE_NAME = "tradepress.toml"
SOURCES_FOLDER = "sources"
"""Lies beside the file, where it does not say otherwise."""
LONGEST_FILE = 1_000_000
"""Bounds the characters that are read of a file, which may be a device without end."""
LONGEST_LINE = 10_000
"""Bounds the characters; Python takes minutes for a key of 100,000 parts."""
LONGEST_SHOWN = 80
"""Bounds the characters of a wrong value that an error repeats."""
MAIL_EXAMPLE = "mailtos://user:password@mail.library.example?to=archive@library.example"
"""Is an address for ``[notify]`` that works, of the service that most people have."""
UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
TABLES = ("backfill", "limits", "mentions", "notify", "source", "sources", "timestamps")
Section = TypeVar("Section")


class ConfigurationError(Exception):
    """Raised where the configuration can't be used, with one line that names the place."""


def read_duration(value: object) -> timedelta:
    """Reads a duration as the file has it.

    :param value: ``45s``, ``90m``, ``20h`` or ``7d``
    :raises ValueError: it is something else
    """
    match = re.fullmatch(r"(\d{1,6})([smhd])", value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError('must be a time such as "90m", "20h" or "7d"')
    return int(match[1]) * UNITS[match[2]]


def write_duration(duration: timedelta) -> str:
    """Writes a duration as :func:`read_duration` reads it."""
    unit, size = next((unit, size) for unit, size in UNITS.items() if not duration % size)
    return f"{duration // size}{unit}"


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError('must be text in quotes, such as "…"')
    return value.strip()


def is_contact(text: str) -> bool:
    """Is this a mail or web address, as the user agent names it?"""
    is_address = re.fullmatch(r"\S+@\S+\.\S+|https?://\S+", text) is not None
    return is_address and text.isprintable()


def _path(value: object) -> Path:
    try:
        return Path(_text(value)).expanduser()
    except RuntimeError:
        raise ValueError("must be a path, and `~` a user who is known here") from None


def _web_address(value: object) -> str:
    address = _text(value).rstrip("/")
    # Nobody here logs in by it, and the archive and its messages repeat it.
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", address):
        raise ValueError(
            'must be a web address without a password, such as "https://pywb.library.example/press"'
        )
    return address


def _web_address_or_folder(value: object) -> str:
    words = _text(value)
    return _web_address(words) if "://" in words else str(_path(words))


def _texts(value: object) -> tuple[str, ...]:
    parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError('must be a list, such as ["…", "…"]')
    return tuple(map(_text, parts))


def _addresses(value: object) -> tuple[str, ...]:
    """Reads as :func:`_texts` does, but a comma within an address (``?to=a,b``) parts nothing."""
    return _texts(re.split(r",\s*(?=\w+://)", value) if isinstance(value, str) else value)


def _ip_addresses(value: object) -> tuple[str, ...]:
    addresses = _texts(value)
    try:
        return tuple(str(ip_address(address)) for address in addresses)
    except ValueError:
        raise ValueError('must be addresses such as "10.0.0.7", no names and no networks') from None


def _flag(value: object) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    answer = words.get(str(value).lower())
    if answer is None:
        raise ValueError("must be true or false")
    return answer


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("must be a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):  # of hundreds of digits
        raise ValueError("must be a number") from None
    if not 0 <= number < 10**9:
        raise ValueError("must be a number, zero or more")
    return number


def _count(value: object) -> int:
    number = _number(value)
    if number != int(number) or number < 1:
        raise ValueError("must be a whole number, 1 or more")
    return int(number)


def _delay(value: object) -> float:
    seconds = _number(value)
    if seconds < SHORTEST_DELAY:
        raise ValueError(
            f"may only slow a crawl down: {SHORTEST_DELAY:g} seconds between two requests is the "
            "least, whatever is set; give more, or leave it out"
        )
    return seconds


def _policy(value: object) -> Policy:
    if value not in POLICIES:
        raise ValueError(f"must be one of {', '.join(POLICIES)}")
    return value


@dataclass(frozen=True, slots=True)
class Key:
    """Makes a field one of the file's keys."""

    read: Callable[[object], Any]
    """Turns what the file or variable says into the value; raises ValueError: what it must be."""
    variable: str | None = None
    """Names the environment variable over it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds one run; ``[limits]``."""

    delay: Annotated[float, Key(_delay, "TRADEPRESS_DELAY")] = SHORTEST_DELAY
    """Is in seconds of rest between two requests to one site."""
    listing_pages: Annotated[int, Key(_count, "TRADEPRESS_LISTING_PAGES")] = 10
    """Bounds the pages walked of each section."""
    revisits: Annotated[int, Key(_count, "TRADEPRESS_REVISITS")] = 200
    """Bounds the known stories asked for again, a source."""
    urls: Annotated[int, Key(_count, "TRADEPRESS_URLS")] = 5000
    """Bounds the addresses of stories asked for, a source."""
    deadline: Annotated[timedelta, Key(read_duration, "TRADEPRESS_DEADLINE")] = timedelta(hours=3)
    """Ends a run that takes longer; what it did not come to stays due."""
    reserve_mb: Annotated[float | None, Key(_number, "TRADEPRESS_RESERVE_MB")] = None
    """Is in megabytes that stay free on the disk; None: 200, or a twentieth of a small disk."""

    @property
    def reserve(self) -> int | None:
        """Returns the reserve in bytes."""
        return None if self.reserve_mb is None else int(self.reserve_mb * 10**6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Notify:
    """Says who is told; ``[notify]``."""

    urls: Annotated[tuple[str, ...], Key(_addresses, "TRADEPRESS_NOTIFY_URLS")] = ()
    """Are addresses as apprise knows them."""
    ping: Annotated[str | None, Key(_text, "TRADEPRESS_PING")] = None
    """Is asked for by `health --scheduled`; its service notices when that stays away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillConfiguration:
    """Says which web archives are asked; ``[backfill]``."""

    wayback: Annotated[str, Key(_web_address)] = "https://web.archive.org"
    """Is the address of a Wayback Machine; for a pywb with its collection."""
    commoncrawl: Annotated[str, Key(_web_address_or_folder)] = "https://data.commoncrawl.org"
    """Is the address of Common Crawl's index and files, CC-NEWS too; or a folder with them."""
    delay: Annotated[float, Key(_delay)] = 4.0
    """Is in seconds of rest between two requests to a web archive."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourcesConfiguration:
    """Says which sources there are; ``[sources]``."""

    names: Annotated[tuple[str, ...], Key(_texts, "TRADEPRESS_SOURCES")] = ()
    """Names what a crawl that names no source crawls; empty: all real ones."""
    folder: Annotated[Path | None, Key(_path, "TRADEPRESS_SOURCES_FOLDER")] = None
    """Holds the operator's own sources, a file each.
    None: ``sources`` beside the configuration's file, or none where there is no file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceConfiguration:
    """Says what is set for one source; ``[source.NAME]``. None: as for all."""

    every: Annotated[timedelta | None, Key(read_duration)] = None
    policy: Annotated[Policy | None, Key(_policy)] = None
    delay: Annotated[float | None, Key(_delay)] = None
    group: Annotated[str | None, Key(_text)] = None
    """A crawl by a cluster lets one process ask all sources of a group, as those of one site."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MentionsConfiguration:
    """Says what is looked for in texts; ``[mentions]``."""

    people: Annotated[bool, Key(_flag, "TRADEPRESS_PEOPLE")] = False
    """Tells to look for people's names, too: personal data."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timestamps:
    """Says who vouches for the time of the archive's roots; ``[timestamps]``."""

    authority: Annotated[str | None, Key(_web_address)] = None
    """Is the address of a time authority (RFC 3161); None: nobody is asked."""
    certificates: Annotated[Path | None, Key(_path)] = None
    """Holds those by which what it says is checked, in PEM; None: nothing is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """Holds everything an operator can set."""

    file: Path | None = None
    """Is where it was read from."""
    archive: Annotated[Path, Key(_path, "TRADEPRESS_ARCHIVE")] = Path("archive.db")
    contact: Annotated[str | None, Key(_text, "TRADEPRESS_CONTACT")] = None
    """Is the mail or web address of whoever runs this."""
    every: Annotated[timedelta, Key(read_duration, "TRADEPRESS_EVERY")] = timedelta(hours=20)
    """Is the least time between two scheduled crawls of a source."""
    policy: Annotated[Policy, Key(_policy, "TRADEPRESS_POLICY")] = "store"
    allow_addresses: Annotated[
        tuple[str, ...], Key(_ip_addresses, "TRADEPRESS_ALLOW_ADDRESSES")
    ] = ()
    """Are addresses that may be dialled although they are not public."""
    captures: Annotated[bool, Key(_flag, "TRADEPRESS_CAPTURES")] = True
    """Tells to keep the raw pages (WARC)."""
    sources: SourcesConfiguration = SourcesConfiguration()
    backfill: BackfillConfiguration = BackfillConfiguration()
    limits: Limits = Limits()
    mentions: MentionsConfiguration = MentionsConfiguration()
    notify: Notify = Notify()
    timestamps: Timestamps = Timestamps()
    source: Mapping[str, SourceConfiguration] = field(default_factory=dict)

    def every_of(self, source: str) -> timedelta:
        """Returns the least time between two scheduled crawls of this source."""
        own = self.source.get(source)
        return self.every if own is None or own.every is None else own.every

    def policy_of(self, source: str) -> Policy:
        """Returns the most that may be kept of this source's stories, as far as it is set here."""
        own = self.source.get(source)
        asked = self.policy if own is None or own.policy is None else own.policy
        return strictest(self.policy, asked)


def find_file() -> Path | None:
    """Returns the file that TRADEPRESS_CONFIG names, else this folder's tradepress.toml, if any."""
    if named := os.environ.get("TRADEPRESS_CONFIG"):
        return Path(named)
    # Not Path.exists, which raises where the folder may not be looked into.
    return Path(FILE_NAME) if os.path.exists(FILE_NAME) else None  # noqa: PTH110


def load_configuration(file: Path | None = None) -> Configuration:
    """Loads the configuration of a file, with the environment over it.

    :param file: None: as :func:`find_file` finds it, or none at all
    :raises ConfigurationError: the file can't be read, or something in it or the environment is
        wrong
    """
    is_named = bool(file or os.environ.get("TRADEPRESS_CONFIG"))
    file = file or find_file()
    unreadable = "{} can't be read ({})".format
    with border(lambda why: ConfigurationError(unreadable(file, why)), ConfigurationError):
        return _load(file, is_named=is_named)


def _load(file: Path | None, *, is_named: bool) -> Configuration:
    tables = {} if file is None else _parse(file)
    place = str(file)
    configuration = _read(place, "", Configuration, tables)
    if file is not None and not os.environ.get("TRADEPRESS_ARCHIVE"):
        archive = file.absolute().parent / configuration.archive
        configuration = replace(configuration, archive=archive)
    timestamps = _read(place, "timestamps", Timestamps, tables.get("timestamps", {}))
    if file is not None and timestamps.certificates is not None:
        certificates = file.absolute().parent / timestamps.certificates
        timestamps = replace(timestamps, certificates=certificates)
    sources = _table(place, "source", tables.get("source", {}))
    return replace(
        configuration,
        file=file,
        sources=read_sources(file, tables.get("sources", {}), is_named=is_named),
        backfill=_read(place, "backfill", BackfillConfiguration, tables.get("backfill", {})),
        limits=_read(place, "limits", Limits, tables.get("limits", {})),
        mentions=_read(place, "mentions", MentionsConfiguration, tables.get("mentions", {})),
        notify=_read(place, "notify", Notify, tables.get("notify", {})),
        timestamps=timestamps,
        source={
            name: _read(place, f"source.{name}", SourceConfiguration, own)
            for name, own in sources.items()
        },
    )


def read_sources(file: Path | None, values: object, *, is_named: bool) -> SourcesConfiguration:
    """A list alone, the form of 0.1.0, is that of the names.

    Sources are programs: those of another user count only where somebody named their file.
    """
    read = _read(
        str(file),
        "sources",
        SourcesConfiguration,
        values if isinstance(values, dict) else {"names": values},
    )
    if file is None or os.environ.get("TRADEPRESS_SOURCES_FOLDER"):
        return read
    folder = file.absolute().parent / (read.folder or SOURCES_FOLDER)
    paths = [file, *([folder, *folder.iterdir()] if folder.is_dir() else [])]
    if not is_named and (theirs := next(filterfalse(_is_ours, paths), None)):
        if folder.is_dir():
            raise ConfigurationError(
                f"{theirs} belongs to another user, and sources run as programs: "
                f"give --config {file} if you trust whoever wrote them"
            )
        return read if read.folder is None else replace(read, folder=None)
    return replace(read, folder=folder)


def _is_ours(path: Path) -> bool:
    """Is it root's or this user's? So is what is not there, as where a link leads nowhere."""
    return not path.exists() or path.stat().st_uid in (0, os.geteuid())


def _parse(file: Path) -> dict[str, Any]:
    try:
        if stat.S_ISFIFO(file.stat().st_mode):
            raise ConfigurationError(f"{file} is a pipe, and is read twice: name a file")
        with file.open(encoding="utf-8-sig") as stream:
            text = stream.read(LONGEST_FILE)
        return read_toml(text)
    except OSError as error:
        raise ConfigurationError(f"{file} can't be read ({error.strerror})") from error
    except ValueError as error:  # TOML or UTF-8
        raise ConfigurationError(f"{file} is not valid TOML: {error}") from error


def read_toml(text: str) -> dict[str, Any]:
    """Reads TOML; raises ValueError: it is none, or has lines that would take minutes."""
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        raise ValueError(f"it has a line of over {LONGEST_LINE:,} characters")
    return tomllib.loads(text)


def _keys(section: type) -> dict[str, Key]:
    """Returns the keys of a table of the file."""
    hints = get_type_hints(section, include_extras=True)
    return {
        name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")
    }


def _table(place: str, table: str, values: object) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ConfigurationError(
            f"{place}: {table} must be a table; write [{table}] above its keys"
        )
    return cast("dict[str, Any]", values)


def _read(place: str, table: str, section: type[Section], values: object) -> Section:
    """Reads the keys of one table, the environment over them; an empty variable counts as none.

    :param table: its name; "" for what stands above all tables
    """
    values, keys = _table(place, table, values), _keys(section)
    prefix = f"{table}." if table else ""
    _require_known(place, prefix, values, [*keys] if table else [*keys, *TABLES])
    found = {}
    for name, key in keys.items():
        if key.variable and (words := os.environ.get(key.variable)):
            where, value = key.variable, words
        elif name in values:
            where, value = f"{place}: {prefix}{name}", values[name]
        else:
            continue
        try:
            found[name] = key.read(value)
        except ValueError as error:
            # Passwords are there.
            is_secret = table == "notify" or (isinstance(value, str) and "@" in value)
            shown = "" if is_secret else f" is {_shown(value)}; it"
            raise ConfigurationError(f"{where}{shown} {error}") from None
    return section(**found)


def _require_known(place: str, prefix: str, names: Iterable[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            elsewhere = [key for key in all_keys() if key.rpartition(".")[2] == name]
            if prefix == "sources.":
                words = "; what is set for one source stands under [source.NAME]"
                raise ConfigurationError(f"{place}: there is no setting {prefix}{name}{words}")
            near = elsewhere or [prefix + one for one in get_close_matches(name, known, 1)]
            words = (
                f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
            )
            raise ConfigurationError(f"{place}: there is no setting {prefix}{name}; {words}")


def all_keys() -> dict[str, Key]:
    """Returns the keys that stand once in the file, by their names with their tables."""
    hints: dict[str, type] = get_type_hints(Configuration)
    tables = {f"{name}.": one for name, one in hints.items() if is_dataclass(one)}
    tables[""] = Configuration
    return {top + name: key for top, one in tables.items() for name, key in _keys(one).items()}


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    try:
        words = str(value) if isinstance(value, date | time) else repr(value)
    except ValueError:  # Python writes no number of over 4,300 digits
        return "a number of thousands of digits"
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"
