"""Reads what a page calls the paper that it is of, for a paper that nobody has declared."""

import re
from collections.abc import Iterable
from itertools import islice
from urllib.parse import urlsplit

from tradepress.archive.text_forms import joined, one_line
from tradepress.story import Reading

SEAM = re.compile(r"\s+[|•·»›]+\s+|\s*::+\s*")
LOOSE_SEAM = re.compile(r"\s+[-–—]+\s+|:\s+")
"""Parts a long line; a short one may be a name with a dash."""
HOME = re.compile(r"(?:home ?page|home|front ?page|start(?:seite)?|accueil|inicio|index)", re.I)
ADDRESS = re.compile(r"https?:|www\.|[\w.-]+/", re.I)
LONG, LONGEST, LONGEST_LINE = 40, 80, 500
MOST = 10
FEWEST_LETTERS = 3


def paper_names(said: Iterable[tuple[object, str]], url: str | None) -> list[Reading]:
    """Returns the names of the paper, the best first: one that its host resembles, as a page may
    declare the owner of several, else the strongest.

    :param said: what the page declares, and where, the strongest first
    :param url: of the page
    """
    labels = _labels(url)
    first = islice(said, MOST)
    names = [(_name(one_line(str(words)[:LONGEST_LINE]), labels), how) for words, how in first]
    readings = [Reading(value=name, evidence=how) for name, how in names if name]
    return sorted(readings, key=lambda one: not _is_like(str(one.value), labels))


def _name(words: str, labels: list[str]) -> str | None:
    """Returns the name in a line, without slogans and what the page is called."""
    parts = [part for part in SEAM.split(words) if part]
    if len(words) > LONG or any(map(HOME.fullmatch, LOOSE_SEAM.split(words))):
        parts = [one for part in parts for one in LOOSE_SEAM.split(part) if one]
    parts = [one for part in parts if not HOME.fullmatch(one := part.strip(" @-–—|:•·"))]
    parts = [one for one in parts if 1 < len(one) <= LONGEST and not _is_address(one, labels)]
    return next((one for one in parts if _is_like(one, labels)), parts[0] if parts else None)


def _is_address(name: str, labels: list[str]) -> bool:
    """Is it no more than the host? ``Lantern.com`` is a name, ``www.lantern.com`` none."""
    is_host = name.islower() and "." in name and " " not in name
    return ADDRESS.match(name) is not None or (is_host and _is_like(name, labels))


def _labels(url: str | None) -> list[str]:
    """Returns what may be a name in the host of an address, as letters alone."""
    labels = ((urlsplit(url).hostname or "") if url else "").split(".")[:-1]
    return [joined(one) for one in labels if len(one) >= FEWEST_LETTERS and one != "www"]


def _is_like(name: str, labels: list[str]) -> bool:
    letters = joined(name)
    return len(letters) >= FEWEST_LETTERS and any(
        letters in label or label in letters for label in labels
    )
