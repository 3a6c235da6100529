"""Writes the first tradepress.toml: the one that documents every setting, with some in force."""

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from operator import attrgetter
from pathlib import Path

from tradepress.archive.disk import written_whole
from tradepress.archive.errors import OlderArchive
from tradepress.archive.frontier.sources import require_kind
from tradepress.archive.read_only import read_archive
from tradepress.configuration import (
    FILE_NAME,
    Configuration,
    ConfigurationError,
    SourcesConfiguration,
    all_keys,
    load_configuration,
    write_duration,
)
from tradepress.declared_sources import require_crawlable
from tradepress.documentation import documentation_folder
from tradepress.jobs.notify import open_services
from tradepress.source import Source

ALL = "all"


def configuration_text(configuration: Configuration) -> str:
    """Returns the text of a file that sets what is not as by default; of single sources nothing."""
    text = next(documentation_folder().rglob(FILE_NAME)).read_text(encoding="utf-8")
    for key in all_keys():
        value = attrgetter(key)(configuration)
        if value != attrgetter(key)(Configuration()):
            table, _, name = key.rpartition(".")
            start = text.index(f"\n[{table}]\n") if table else 0
            value = write_duration(value) if isinstance(value, timedelta) else value
            toml = json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", r"\u007f")
            shown = re.split(rf"^# {name} = .*", text[start:], maxsplit=1, flags=re.MULTILINE)
            text = text[:start] + f"{name} = {toml}".join(shown)
    return text


def write_configuration(file: Path, configuration: Configuration) -> None:
    """Writes the file, whole or not at all, and only what its reader takes.

    Nobody else may read it where it says who is told: such addresses hold passwords.

    :raises ConfigurationError: there is one, or no crawl could run by it
    """
    with written_whole(file) as part:
        part.touch()
        if configuration.notify.urls:
            part.chmod(0o600)
        part.write_text(configuration_text(configuration), encoding="utf-8")
        require_crawlable(load_configuration(part))
        require_free(file)


def require_free(file: Path) -> None:
    """Raises ConfigurationError where a file is there, or none can be made."""
    if os.path.lexists(file):
        why = "is there already, and stays as it is: edit it, or begin in another folder"
        raise ConfigurationError(f"{file} {why}")
    if not os.access(folder := file.absolute().parent, os.W_OK):
        raise ConfigurationError(f"{folder} can't be written: begin in a folder of your own")


def read_contact(words: str) -> str:
    """Reads who runs this; raises ConfigurationError: it is no mail or web address."""
    require_crawlable(Configuration(contact=words))
    return words


def papers_in(language: str, papers: Sequence[Source]) -> list[Source]:
    """Returns those of the papers that are in a language, or all; raises ValueError: none is."""
    if language not in (there := [ALL, *sorted({one.language for one in papers})]):
        raise ValueError(f"no paper is in {language!r}; there are: {', '.join(there)}")
    return [one for one in papers if language in (ALL, one.language)]


def read_names(words: str, offered: Sequence[Source], papers: Sequence[Source]) -> tuple[str, ...]:
    """Reads names or publishers, or all that are offered: nothing where those are all papers.

    :raises ConfigurationError: there is no such paper
    """
    if words == ALL:
        return tuple(one.name for one in offered) if len(offered) < len(papers) else ()
    known = {called.lower(): one.name for one in papers for called in (one.name, one.publisher)}
    names = tuple(known.get(one.lower(), one) for one in all_keys()["sources.names"].read(words))
    require_crawlable(Configuration(sources=SourcesConfiguration(names=names)))
    return names


def read_place(words: str) -> Path:
    """Reads where the archive of real papers is; raises ValueError or ArchiveError: it can't be."""
    path: Path = all_keys()["archive"].read(words)
    if not path.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {path.parent}: make it first")
    if path.exists():
        with suppress(OlderArchive), read_archive(path) as db:
            require_kind(db, sample=False, path=path)
    return path


def read_urls(words: str) -> tuple[str, ...]:
    """Reads who is told; raises ValueError, which repeats no password: somebody can't be."""
    urls: tuple[str, ...] = all_keys()["notify.urls"].read(words) if words else ()
    for unknown in open_services(urls)[1]:
        raise ValueError(unknown)
    return urls
