"""Finds, in what a browser recorded (HAR 1.2), where the data of a site's stories are."""

import json
import re
from base64 import b64decode
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
from tradepress.extraction.story_data import find_story
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.source import Source
from tradepress.survey.site_page import TITLE_PARTS

LARGEST_HAR, MOST_ENTRIES = 100_000_000, 10_000
MOST_TOLD, MOST_HEADLINES, HEAD, LONGEST = 8, 20, 4000, 2000
TITLE = re.compile(r"<title[^>]*>([^<]{1,300})", re.I)
SECRET = re.compile(
    r"(?:.*[-_])?(?:(?:api|access|app|auth|id|csrf|xsrf|subscription)?key|\w*token|session\w*|sid|sig"
    r"|signature|auth\w*|jwt|hmac|password|secret|credentials?|user(?:id)?|email|expires?)",
    re.I,
)
"""Matches names of parameters and headers by which a site knows who asks."""
OPAQUE = re.compile(r"eyJ[\w-]{10,}\..+|(?=\D*\d)(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[\w.~+/=-]{24,}")
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
    """Is an answer that may be asked for again; of the request's headers none is kept but one."""

    url: str
    text: str
    referer: str
    refused: str | None
    """Says why it can't be asked for by whoever has but its address."""


def read_har(file: Path, site: Source) -> FoundData:
    """Finds the JSON that the story pages of a site load, in a recording of some visits.

    :param site: whose hosts count
    :raises UnreadableFile: it is no HAR, or too large
    """
    with border(lambda why: UnreadableFile(f"{file} is no HAR ({why})."), UnreadableFile):
        with file.open("rb") as stream:
            text = stream.read(LARGEST_HAR + 1)
        if len(text) > LARGEST_HAR:
            raise UnreadableFile(
                f"{file} has over {LARGEST_HAR:,} bytes: record two stories alone."
            )
        log = json.loads(text)["log"]
        entries = list(filter(None, map(_answer, log["entries"][:MOST_ENTRIES])))
        titles = [str(page.get("title")) for page in log.get("pages") or ()]
    return _find(entries, titles, site)


def _find(answers: list[_Answer], titles: list[str], site: Source) -> FoundData:
    shown = [one for one in answers if "<html" in one.text[:HEAD].lower()]
    titles += [unescape(match[1]) for one in shown if (match := TITLE.search(one.text, 0, HEAD))]
    parts = (part.strip() for one in titles for part in TITLE_PARTS.split(one[:LONGEST]))
    headlines = [*dict.fromkeys(islice(parts, MOST_HEADLINES))]
    places: dict[tuple[str, str | None], dict[str, int]] = {}
    told, elsewhere, count = dict[str, None](), dict[str, None](), 0
    for answer in answers:
        if (data := _parsed(answer.text)) is None:
            continue
        count += 1
        found = (find_story(data, headline) for headline in (None, *headlines))
        if (story := next(filter(None, found), None)) is None:
            continue
        where = urlsplit(answer.url)
        what = f"{where.scheme}://{where.hostname}{where.path} holds a story"
        if not site.owns(answer.url):
            elsewhere[where.hostname or ""] = None
        elif answer.refused is not None:
            told[f"{what}, and {answer.refused}"] = None
        else:
            pages = (answer.referer, *titles, *(one.url for one in shown))
            named = {page: place for page in pages if (place := _place(answer.url, page, site))}
            for page, place in named.items():
                places.setdefault(place, {})[page] = len(story.html)
            if not named:
                told[f"{what}, and nothing of its page's address stands in its own"] = None
    if elsewhere:
        told[f"stories of other hosts are left out: {', '.join(elsewhere)}"] = None
    words = list(told)[:MOST_TOLD]
    if not places:
        words.append(f"of {count} answers in JSON none can be declared as story_data")
        return FoundData(site=site, words=tuple(words))
    best = max(places, key=lambda one: (len(places[one]), max(places[one].values())))
    proof = f"{len(places[best])} stories prove it"
    if len(places[best]) == 1:
        proof = "of one story alone: open two as you record, to prove it"
    words.append(f"story_data is {best[0]} ({proof})")
    declared = replace(site, story_data=best[0], article_id=best[1])
    return FoundData(site=declared, words=tuple(words))


def _answer(entry: Any) -> _Answer | None:
    """Returns an answer of an entry that can be read; None: it has none, or a large one."""
    with suppress(KeyError, TypeError, AttributeError, ValueError):
        request, content = entry["request"], entry["response"]["content"]
        text = content["text"]
        if entry["response"]["status"] != 200 or len(text) > LARGEST_PAGE:
            return None
        if content.get("encoding") == "base64":
            text = b64decode(text).decode("utf-8", "replace")
        headers = {
            str(one["name"])[:LONGEST].lower(): str(one["value"])[:LONGEST]
            for one in request["headers"]
        }
        url, method = str(request["url"])[:LONGEST], str(request["method"])[:LONGEST].upper()
        refused = _why_not(url, method, headers)
        return _Answer(url=url, text=text, referer=headers.get("referer", ""), refused=refused)
    return None


def _parsed(text: str) -> object:
    with suppress(ValueError, RecursionError):
        return json.loads(text) if text.lstrip()[:1] in ("{", "[") else None
    return None


def _why_not(url: str, method: str, headers: dict[str, str]) -> str | None:
    """Says why an address can't be asked for plainly."""
    parts = urlsplit(url)
    if method != "GET":
        return f"it is asked for by {method}, which is not done"
    asked = parse_qsl(parts.query)
    named = [name for name in (*headers, *(name for name, _ in asked)) if SECRET.fullmatch(name)]
    opaque = [name for name, value in asked if OPAQUE.fullmatch(value)]
    if named or opaque or parts.username:
        which = (named or opaque or ["user"])[0]
        return f"it is asked for with a key or a signature ({which}), which is not kept"
    if BUILD in parts.path:
        return "its address holds until the site's next release; such pages carry their data"
    return None


def _place(url: str, page: str, site: Source) -> tuple[str, str | None] | None:
    """Returns the template that makes the one address of the other, and what finds the id in it."""
    parts = urlsplit(page) if site.owns(page) else None
    if parts is None or is_home(page) or page == url or len(page) > LONGEST:
        return None
    path = parts.path.rstrip("/")
    slug = path.rpartition("/")[2]
    tried: list[tuple[str, str, str | None]] = [("path", path, None)] if path != f"/{slug}" else []
    tried.append(("slug", slug, None))
    asked = f"{path}?{parts.query}" if parts.query else parts.path
    tried += [("id", match[1], one) for one in IDS if (match := re.search(one, asked))]
    host = len(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}")
    for name, value, article_id in tried:
        start = "" if name == "path" else START
        for form in (value, quote(value, safe="")):
            rest, times = re.subn(rf"{start}{re.escape(form)}(?![\w-])", f"{{{name}}}", url[host:])
            made = replace(site, story_data=url[:host] + rest, article_id=article_id)
            if times and unquote(made.data_url(page) or "") == unquote(url):
                return url[:host] + rest, article_id
    return None
