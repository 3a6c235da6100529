"""Says what is wrong with a source's declaration, in words by which it can be mended."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb
from typing import get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parsel.csstranslator import HTMLTranslator

from tradepress.configuration import ConfigurationError
from tradepress.source import DataFields, Furniture, ListedField, Selectors, Source
from tradepress.story import POLICIES, CitedAs, Completeness, LinkKind

TUPLES = (
    *("domains", "sections", "feeds", "sitemaps", "dated_ids", "section_names", "furniture"),
    "from_listings",
)
NAME = re.compile(r"[a-z][a-z0-9]*")
DOMAIN = re.compile(r"(?!\w+://)[^\s/@]+")
IN_TEMPLATE = ("id", "slug", "path")
DATA_PATH = re.compile(r"[^.\s]+(?:\.[^.\s]+)*")


@contextmanager
def telling_where(file: Path) -> Iterator[None]:
    """Names the file, line and mend of whatever keeps a declaration from being read.

    :raises ConfigurationError: in place of every exception
    """
    try:
        yield
    except ConfigurationError:
        raise
    except SyntaxError as error:
        raise ConfigurationError(f"{file}, line {error.lineno}: {error.msg}") from error
    except Exception as error:
        lines = [
            frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == str(file)
        ]
        where = f"{file}, line {lines[-1]}" if lines else str(file)
        raise ConfigurationError(f"{where}: {_mend(str(error)) or repr(error)}") from error


def _mend(words: str) -> str | None:
    """Says what Python does of a call of Source or Furniture, in the words of a declaration."""
    if match := re.search(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", words):
        declared = (Source, Furniture, Selectors, DataFields)
        known = [field.name for one in declared for field in fields(one)]
        near = get_close_matches(match[2], known, 1)
        guess = f"; did you mean {near[0]}?" if near else ""
        return f"{match[1]} has no field {match[2]}{guess}"
    if match := re.search(r"missing \d+ required keyword-only arguments?: (.+)", words):
        return f"it does not state {match[1].replace(chr(39), '')}"
    return None


def require_sound(source: Source, file: Path) -> None:
    """Raises ConfigurationError, which names file, field and mend of what is wrong first."""
    for words in faults(source):
        raise ConfigurationError(f"{file}: {words}")


def faults(source: Source) -> Iterator[str]:
    """Yields what is wrong with it, field by field; nothing: it can be used."""
    for name in TUPLES:
        value = getattr(source, name)
        if not isinstance(value, tuple):
            yield f"{name} is {value!r}; write ({value!r},), with a comma, also for a single one"
            return
    yield from _faults_of_place(source)
    yield from _faults_of_addresses(source)
    yield from _faults_of_data(source)
    yield from _faults_of_rules(source)


def _faults_of_place(source: Source) -> Iterator[str]:
    if not NAME.fullmatch(source.name):
        yield f"name is {source.name!r}; it must be small letters and digits, as refs begin with it"
    for domain in source.domains:
        if not DOMAIN.fullmatch(domain):
            yield f"domains has {domain!r}; write the host alone, without https://"
    if not source.domains:
        yield 'domains is empty; write ("paper.example",)'
    if not re.fullmatch("[a-z]{2}", source.language):
        yield f'language is {source.language!r}; it must be two letters of ISO 639-1, such as "en"'
    try:
        ZoneInfo(source.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f'timezone is {source.timezone!r}; it must be an IANA name such as "Europe/London"'
    for name, known in (
        ("policy", POLICIES),
        ("completeness", get_args(Completeness)),
        ("cited_as", get_args(CitedAs)),
    ):
        if getattr(source, name) not in known:
            yield f"{name} is {getattr(source, name)!r}; it must be one of {', '.join(known)}"
    if source.verified is not None and not isinstance(source.verified, date):
        yield f"verified is {source.verified!r}; write date(2026, 11, 27), or leave it out"


def _faults_of_addresses(source: Source) -> Iterator[str]:
    broken = [
        words
        for name in ("article_url", "article_id", "ignored_url")
        for words in _fault_of_pattern(name, getattr(source, name))
    ]
    yield from broken
    if broken:
        return
    if source.article_id and not re.compile(source.article_id).groups:
        yield f"article_id is {source.article_id!r}; put the id itself in brackets: -(\\d+)$"
    for name in ("sections", "feeds", "sitemaps"):
        for url in getattr(source, name):
            if not source.owns(url):
                host = urlsplit(str(url)).hostname
                own = ", ".join(source.domains)
                yield f"{name} has {url!r}; {host} is none of its domains ({own})"
            elif source.is_article_url(url):
                yield f"{name} has {url!r}, which article_url takes for a story's: narrow it"
    if not (source.sections or source.feeds or source.sitemaps):
        yield "it has no sections, feeds or sitemaps: nothing would be found"
    for pair in source.dated_ids:
        if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], date)):
            yield f"dated_ids has {pair!r}; write (8478, date(2015, 6, 16))"


def _faults_of_data(source: Source) -> Iterator[str]:
    template, told = source.story_data, vars(source.data_fields)
    for name, path in told.items():
        if path is not None and not DATA_PATH.fullmatch(str(path)):
            yield f"data_fields.{name} is {path!r}; write names joined by dots: data.title"
    if template is None:
        if any(told.values()):
            yield "data_fields says where fields stand, and story_data, the address, is missing"
        return
    if source.rendered:
        yield "story_data and rendered are two ways to the same words; leave rendered out"
    named = re.findall(r"\{(\w*)\}", str(template))
    for name in named:
        if name not in IN_TEMPLATE:
            yield f"story_data has {{{name}}}; there are {{id}}, {{slug}} and {{path}}"
    if not named:
        yield f"story_data is {template!r}; it must have {{id}}, {{slug}} or {{path}} of the story"
    if "id" in named and source.article_id is None:
        yield "story_data has {id}, and there is no article_id that finds it"
    if "{" in urlsplit(str(template)).netloc or not source.owns(str(template)):
        own = ", ".join(source.domains)
        yield f"story_data is {template!r}; it must be an address on one of its domains ({own})"


def _faults_of_rules(source: Source) -> Iterator[str]:
    for rule in source.furniture:
        if not isinstance(rule, Furniture):
            yield f"furniture has {rule!r}; write Furniture(pattern=…)"
            continue
        yield from _fault_of_pattern("furniture", rule.pattern)
        if rule.cut not in ("line", "list", "rest", "wall"):
            words = "it must be line, list, rest or wall"
            yield f"furniture {rule.pattern!r}: cut is {rule.cut!r}; {words}"
        if rule.kind not in (None, *get_args(LinkKind)):
            kinds = ", ".join(get_args(LinkKind))
            yield f"furniture {rule.pattern!r}: kind is {rule.kind!r}; it must be one of {kinds}"
    for name in source.from_listings:
        if name not in get_args(ListedField):
            yield f"from_listings has {name!r}; there are {', '.join(get_args(ListedField))}"
    for field in fields(Selectors):
        if (css := getattr(source.selectors, field.name)) is not None:
            yield from _fault(f"selectors.{field.name}", css, HTMLTranslator().css_to_xpath, "CSS")
    own = source.prepare_page
    if own is not None and "<" in own.__qualname__:
        yield "prepare_page must be a function of the file itself (def …), to be looked up there"


def _fault_of_pattern(name: str, pattern: str | None) -> Iterator[str]:
    if pattern is not None:
        yield from _fault(name, pattern, re.compile, "a regular expression")


def _fault(name: str, value: object, read: Callable[[str], object], what: str) -> Iterator[str]:
    try:
        read(str(value))
    except Exception as error:  # each has its own
        yield f"{name} is {value!r}, which is not {what} ({error})"
