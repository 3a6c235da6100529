"""Keeps the operator's own record of when a source's rules were last seen to work on the live site.

It stands beside the operator's sources, as ``verified.toml``: of each source the day, and a digest
of the declaration that it holds for.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tradepress.archive.border import border
from tradepress.archive.disk import written_whole
from tradepress.configuration import ConfigurationError, read_toml
from tradepress.source import Source

FILE_NAME = "verified.toml"


@dataclass(frozen=True, kw_only=True)
class WorkingRules:
    """Says when which rules were seen to work."""

    day: date
    rules: str
    """Is a digest as :func:`rules_digest` gives it."""


def verified_day(folder: Path, source: Source) -> date | None:
    """Returns the day on which a source was last all well; None also where its declaration was
    another one then.

    :param folder: of the operator's own sources
    :raises ConfigurationError: the record is damaged
    """
    known = _read(folder).get(source.name)
    return known.day if known is not None and known.rules == rules_digest(source) else None


def note_verified(folder: Path, source: Source, day: date) -> None:
    """Keeps that the source as declared was all well on that day.

    :raises ConfigurationError: the record is damaged
    :raises OSError: it can't be written
    """
    known = {**_read(folder), source.name: WorkingRules(day=day, rules=rules_digest(source))}
    _write(folder, known)


def rules_digest(source: Source) -> str:
    """Returns twelve hex digits for all that is declared of a site, but for what is said for
    people."""
    told = repr(source.rules).encode() + source.own_code
    return hashlib.sha256(told).hexdigest()[:12]


def _read(folder: Path) -> dict[str, WorkingRules]:
    file = folder / FILE_NAME
    try:
        with border(ValueError, ValueError, OSError):
            tables = read_toml(file.read_text(encoding="utf-8"))
        return {
            name: WorkingRules(day=date.fromisoformat(str(known["day"])), rules=str(known["rules"]))
            for name, known in tables.items()
        }
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"{file} can't be read ({error.strerror})") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(
            f"{file} is damaged ({error!r}): delete it, and check the sources again"
        ) from error


def _write(folder: Path, known: Mapping[str, WorkingRules]) -> None:
    text = "# Written by `tradepress sources check`: when each source was last seen to work.\n"
    for name, one in sorted(known.items()):
        text += f'\n[{name}]\nday = {one.day.isoformat()}\nrules = "{one.rules}"\n'
    folder.mkdir(parents=True, exist_ok=True)
    with written_whole(folder / FILE_NAME) as part:
        part.write_text(text, encoding="utf-8")
