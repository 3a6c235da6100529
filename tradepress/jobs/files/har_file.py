"""Finds, in what a browser recorded (HAR 1.2), where the data of a site's stories are."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tradepress.archive.border import border
from tradepress.extraction.links import is_home
from tradepress.extraction.not_an_article import LARGEST_PAGE
from tradepress.extraction.story_data import find_called, read_objects
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.source import Source
from tradepress.survey.site_page import TITLE_PARTS

LARGEST_HAR, MOST_ENTRIES = 100_000_000, 10_000
MOST_TOLD, MOST_HEADLINES, HEAD, LONGEST = 8, 20, 4000, 2000
TITLE = re.compile(r"<title[^>]*>([^<]{1,300})", re.I)
SECRET = re.compile(
    r"key(?!word)|token|sess|^k$|^sid$|sig(?!n$)|auth(?!ors?$)|jwt|hmac|pass|^pw$|secret|cred|user|member|account|customer"
    r"|visitor|login|mail|bearer|hash|expir|uuid|^(?:uid|pin|code)$|access",
    re.I,
)
"""Matches names of parameters by which a site knows who asks."""
KEYS = re.compile(r"authorization|(?:x-)?(?:api-?key|access-token|auth-token)")
"""Matches names of headers by which it does."""
OPAQUE = re.compile(
    r"[0-9a-fA-F-]{16,}|.*[;#@].*|eyJ[\w-]{10,}\..+|(?=\D*\d)(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[\w.~+=-]{24,}"
)
BUILD = "/_next/data/"
"""Begins addresses that hold the name of a site's release, and are gone with the next."""
IDS = (
    r"(\d{2,})(?:\.\w+)?/?$",
    r"/(\d{2,})[-/]",
    r"[?&]\w+=(\d{2,})",
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    r"[-/]((?=[A-Za-z]*\d)[A-Za-z0-9]{8,})/?$",
)
"""Are what ``article_id`` may be: patterns of the site's own id in the address of a story."""
START = r"(?:(?<=%[0-9A-Fa-f]{2})|(?<![\w-]))"


@dataclass(frozen=True, kw_only=True)
class FoundData:
    """Says what a recording shows of the data of a site's stories."""

    site: Source
    """Declares them, if they were found; it may have got an ``article_id`` for it."""
    words: tuple[str, ...]
    """Tell what was found and what not, and no value of a parameter that was refused."""


@dataclass(frozen=True, kw_only=True)
class _Answer:
    """Is an answer; of the headers of its request but two things are kept."""

    url: str
    method: str
    text: str
    data: Any
    """Is None where it is no JSON."""
    referer: str
    keys: list[str]
    """Are names of headers and parameters by which the site knew who asked."""


def read_har(file: Path, site: Source) -> FoundData:
    """Finds the JSON that the story pages of a site load, in a recording of some visits.

    :param site: whose hosts count
    :raises UnreadableFile: it is no HAR, or too large
    """
    with border(lambda why: UnreadableFile(f"{file} is no HAR ({why})."), UnreadableFile):
        with file.open("rb") as stream:
            text = stream.read(LARGEST_HAR + 1)
        if len(text) > LARGEST_HAR:
            words = f"{file} has over {LARGEST_HAR:,} bytes: record two stories alone."
            raise UnreadableFile(words)
        log = json.loads(text)["log"]
        answers = list(filter(None, map(_answer, log["entries"][:MOST_ENTRIES])))
        titles = [str(page.get("title")) for page in log.get("pages") or ()]
        return _find(answers, titles, site)


def _answer(entry: Any) -> _Answer | None:
    """Returns the answer of an entry; None: it has none that can be read."""
    with suppress(KeyError, TypeError, AttributeError, ValueError):
        request, content = entry["request"], entry["response"]["content"]
        text, url, data = content["text"], str(request["url"]), None
        if (
            entry["response"]["status"] != 200
            or len(text) > LARGEST_PAGE
            or len(url) > LONGEST
            or not f"{url}{request['method']}".isprintable()
        ):
            return None
        if content.get("encoding") == "base64":
            text = b64decode(text).decode("utf-8", "replace")
        headers = {str(one["name"]).lower(): str(one["value"]) for one in request["headers"]}
        with suppress(ValueError, RecursionError):
            data = json.loads(text) if text.lstrip()[:1] in ("{", "[") else None
        named = [name for name, _ in parse_qsl(urlsplit(url).query) if SECRET.search(name)]
        return _Answer(
            url=url,
            method=str(request["method"]).upper()[:20],
            text=text,
            data=data,
            referer=headers.get("referer", ""),
            keys=[*filter(KEYS.fullmatch, headers), *named],
        )
    return None


def _find(answers: list[_Answer], titles: list[str], site: Source) -> FoundData:
    shown = [one for one in answers if "<html" in one.text[:HEAD].lower()]
    titles += [unescape(match[1]) for one in shown if (match := TITLE.search(one.text, 0, HEAD))]
    parts = (part.strip() for one in titles for part in TITLE_PARTS.split(one[:LONGEST]))
    headlines = [*dict.fromkeys(islice(parts, MOST_HEADLINES))]
    found: dict[Source, dict[str, int]] = {}
    told = dict[str, None]()
    for answer in answers:
        objects = read_objects(answer.data)
        if (story := find_called(objects, ()) or find_called(objects, headlines)) is None:
            continue
        pages = (answer.referer, *titles, *(one.url for one in shown))
        places = {page: place for page in pages if (place := _place(answer.url, page, site))}
        if (why := _why_not(answer, site, list(places.values()))) is not None:
            where = urlsplit(answer.url)
            steps = where.path.split("/")
            path = "/".join("…" if OPAQUE.fullmatch(unquote(one)) else one for one in steps)
            told[f"{where.scheme}://{where.hostname}{path} holds a story, {why}"] = None
            continue
        for page, place in places.items():
            found.setdefault(place, {})[page] = len(story.html)
    words = list(told)[:MOST_TOLD]
    if not found:
        count = sum(answer.data is not None for answer in answers)
        words.append(f"of {count} answers in JSON none can be declared as story_data")
        return FoundData(site=site, words=tuple(words))
    best = max(found, key=lambda one: (len(found[one]), max(found[one].values())))
    proof = f"{len(found[best])} stories prove it"
    if len(found[best]) == 1:
        proof = "of one story alone: open two as you record, to prove it"
    return FoundData(site=best, words=(*words, f"story_data is {best.story_data} ({proof})"))


def _why_not(answer: _Answer, site: Source, places: list[Source]) -> str | None:
    """Says why the address of a story's data can't be declared."""
    made = re.split("[/?&=]", places[0].story_data or "") if places else []
    if not site.owns(answer.url):
        return "and its host is none of the site's"
    if answer.method != "GET":
        return f"and is asked for by {answer.method}, which is not done"
    if answer.keys or any(OPAQUE.fullmatch(unquote(step)) for step in made):
        which = f" ({answer.keys[0]})" if answer.keys else ""
        return f"and is asked for with a key or a signature{which}, which is not kept"
    if BUILD in answer.url:
        return "and is gone with the site's next release; such pages carry their data"
    return None if places else "and nothing of its page's address stands in its own"


def _place(url: str, page: str, site: Source) -> Source | None:
    """Returns the site, declaring the template that makes the one address of the other."""
    if not site.owns(page) or is_home(page) or page == url or len(page) > LONGEST:
        return None
    host = url[: len("://".join(urlsplit(url)[:2]))]
    for name, value, article_id in _marks(page):
        start = "" if name == "path" else START
        for form in (value, quote(value, safe="")):
            rest = re.sub(rf"{start}{re.escape(form)}(?![\w-])", f"{{{name}}}", url[len(host) :])
            made = replace(site, story_data=host + rest, article_id=article_id)
            if host + rest != url and unquote(made.data_url(page) or "") == unquote(url):
                return made
    return None


def _marks(page: str) -> Iterator[tuple[str, str, str | None]]:
    """Yields what the address of data may have of that of a page: its name, itself, and the pattern
    that finds it."""
    parts = urlsplit(page)
    path = parts.path.rstrip("/")
    slug = path.rpartition("/")[2]
    if path != f"/{slug}":
        yield "path", path, None
    yield "slug", slug, None
    asked = f"{parts.path}?{parts.query}" if parts.query else parts.path
    yield from (("id", match[1], one) for one in IDS if (match := re.search(one, asked)))
