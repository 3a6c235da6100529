"""Finds the story in data: the object that has its headline, and the longest text beside a date."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from tradepress.archive.text_forms import MARKUP, without_markup, words_key
from tradepress.extraction.references import resolve
from tradepress.extraction.story_text import Budget, read_text, write_html
from tradepress.extraction.wording import WORDING, pattern

NAMES: Mapping[str, list[str]] = WORDING["data"]
PUBLISHED, MODIFIED, CREATED = (
    pattern(one, "data") for one in ("published", "modified", "created")
)
DAYS = (("published", PUBLISHED), ("modified", MODIFIED), ("created", CREATED))
CLOSED, CLOSED_WORD = pattern("closed", "data"), pattern("closed_word", "data")
CUT, CLOSED_KIND = pattern("cut", "data"), pattern("closed_kind", "data")
FREE, LEVEL = pattern("free", "data"), pattern("level", "data")
TEXT, NO_TEXT = pattern("text", "data"), pattern("no_text", "data")
SCHEMA, LEVEL_WORD = re.compile("https?://schema.org/"), re.compile(r"(?!/|http).{,60}")
ANY_WORD = re.compile(r"[^\W\d_]{1,19}|\d")
DAY = re.compile(r"\b(?:19[89]|20\d)\d(?:\D|\d{4}\b|$)")
EARLIEST, LATEST = 315_532_800, 4_102_444_800
"""Are the seconds of 1980 and 2100."""
TRUE = ("true", "1", "yes", "on", "y", "ja", "oui")
NO = ("0", "no", "off", "false", "n", "nein", "non", "nej", "nee")
UNTRUE = (*NO, "", "none", "null", "undefined", "free", "open", "public")
MOST_WORDS, SHORTEST, MUCH = 50, 300, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryData:
    """Is a story as data have it."""

    headline: str | None
    paragraphs: tuple[str, ...]
    """Is its text as our reader takes it, without furniture."""
    html: str
    """Is its text as it came, in HTML."""
    date_published: str | None = None
    date_modified: str | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    section: str | None = None
    kept_back: str | None = None
    """Names what in the data says that the text is not for everybody."""


@dataclass(eq=False, slots=True)
class _Object:
    """Is one object of the data, with the one around it."""

    value: Mapping[str, object]
    around: "_Object | None"
    title: str
    called: frozenset[str]
    """Holds the words of its title, and of those beside it."""
    days: Mapping[str, str]
    """Holds its dates by what they are of."""
    about: "_Object | None"
    """Is the nearest that has a title and an address: perhaps a story."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DataObjects:
    """Holds all objects of parsed JSON."""

    objects: Sequence[_Object]
    is_whole: bool
    """Could all be gone through?"""


def find_story(data: object, headline: str | None, *, shortest: int = SHORTEST) -> StoryData | None:
    """Returns the story in parsed JSON; None, too, where the data are too tangled to be read.

    :param headline: None: the only one that looks like a story is taken
    :param shortest: letters that a text must have, if it is not known to be one
    """
    called = [headline] if headline else ()
    return find_called(read_objects(data), called, shortest=shortest)


def find_called(
    data: DataObjects, headlines: Sequence[str], *, shortest: int = SHORTEST
) -> StoryData | None:
    """Returns the story that is called one of these, as :func:`find_story`; none: the only one."""
    wanted = {words_key(headline): headline for headline in reversed(headlines)}
    writing = Budget()
    is_named = any(not one.called.isdisjoint(wanted) for one in data.objects)
    texts = [
        (one, html)
        for one in data.objects
        if _may_be(one, wanted, is_named)
        and _letters(html := _longest_text(one.value, writing)) >= shortest
    ]
    if not texts or not data.is_whole or writing.is_spent:
        return None
    best, html = max(texts, key=lambda each: (bool(_days(each[0])), _letters(each[1])))
    if not wanted and any(
        _letters(other) > MUCH * _letters(html) and one.called.isdisjoint(best.called)
        for one, other in texts
    ):
        return None
    title = next((wanted[key] for key in wanted if key in best.called), best.title)
    said = (_words(best.value.get(key), writing) for key in NAMES["descriptions"])
    description = next(filter(None, said), None)
    walked = read_text(html, title, description or "")
    if not walked.paragraphs:
        return None
    days = _days(best)
    return StoryData(
        headline=title,
        paragraphs=tuple(block.text for block in walked.paragraphs),
        html=html,
        date_published=days.get("published"),
        date_modified=days.get("modified"),
        authors=next(filter(None, (_authors(one, writing) for one in _places(best))), ()),
        description=description,
        kept_back="its text ends with a wall" if walked.wall else _find_flag(data.objects, best),
    )


def _may_be(one: _Object, wanted: Mapping[str, str], is_named: bool) -> bool:
    if not wanted:
        return bool(one.title and _days(one))
    return not one.called.isdisjoint(wanted) or (
        not is_named and not one.title and "articleBody" in one.value
    )


def find_kept_back(
    data: DataObjects, headline: str | None, *, is_of_one: bool = False
) -> str | None:
    """Returns what in data says that the story, or everything, is not for everybody.

    :param is_of_one: are they one story's, whatever they call it?
    """
    if not data.is_whole:
        return "its data are too tangled"
    key = words_key(headline or "")
    own = next((one for one in data.objects if key and key in one.called), None)
    if own is None and is_of_one:
        return next(filter(None, map(_flag, data.objects)), None)
    return _find_flag(data.objects, own)


def read_objects(data: object) -> DataObjects:
    """Goes through all objects, each once, within bounds."""
    waiting: list[tuple[object, _Object | None]] = [(resolve(data), None)]
    seen: set[int] = set()
    objects: list[_Object] = []
    budget, words = Budget(), Budget()
    while waiting:
        value, around = waiting.pop()
        if not isinstance(value, dict | list) or id(value) in seen or not budget.take():
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            around = _read_object(value, around, words)
            objects.append(around)
        inner = value.values() if isinstance(value, dict) else value
        waiting += ((one, around) for one in inner)
    return DataObjects(objects=objects, is_whole=not (budget.is_spent or words.is_spent))


def _title(value: Mapping[str, object], budget: Budget) -> str:
    return next(filter(None, (_words(value.get(key), budget) for key in NAMES["titles"])), "")


def _words(value: object, budget: Budget, depth: int = 3) -> str:
    if isinstance(value, str) and budget.take():
        return without_markup(value[:2000])
    if isinstance(value, dict) and depth and budget.take():
        inner = (_words(value.get(key), budget, depth - 1) for key in NAMES["inner"])
        return next(filter(None, inner), "")
    return ""


def _read_object(value: Mapping[str, object], around: _Object | None, budget: Budget) -> _Object:
    title, days = _title(value, budget), dict[str, str]()
    for place in (value, *_near(value)):
        for plain, key in sorted(((_letters_of(key), key) for key in place), key=_rank):
            name = next((name for name, kind in DAYS if kind.fullmatch(plain)), None)
            if name and (day := _read_day(place[key], budget)):
                days.setdefault(name, day)
    titles = (title, *(_title(one, budget) for one in _near(value)))
    called = frozenset(map(words_key, titles)) - {""}
    one = _Object(value, around, title, called, days, around.about if around else None)
    if title and any(key in value for key in NAMES["named"]):
        one.about = one
    return one


def _rank(named: tuple[str, str]) -> tuple[bool, bool]:
    """Puts the first publication before others, and these before other dates."""
    return not named[0].startswith("first"), "publi" not in named[0]


def _letters_of(key: str) -> str:
    return re.sub(r"[\W_]", "", key[:60]).lower()


def _near(value: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for key in NAMES["near"]:
        if isinstance(inner := value.get(key), dict):
            yield inner


def _places(one: _Object) -> Iterator[Mapping[str, object]]:
    """Yields where the authors of an object's text may stand, nearest first."""
    for place in filter(None, (one, one.around)):
        yield place.value
        yield from _near(place.value)


def _days(one: _Object) -> Mapping[str, str]:
    return one.days or (one.around.days if one.around else {})


def _read_day(value: object, budget: Budget) -> str | None:
    """Returns a date as it is written, or the instant that a number is."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]  # what a script makes a date of
    words = value if isinstance(value, str) else _words(value, budget)
    if isinstance(value, int | float) and not isinstance(value, bool):
        words = str(int(value)) if abs(value) < LATEST * 1000 else ""
    if words.isdecimal() and len(words) in (9, 10, 12, 13):
        seconds = int(words) / (1000 if len(words) > 10 else 1)
        if EARLIEST <= seconds <= LATEST:
            return datetime.fromtimestamp(seconds, UTC).isoformat()
        return None
    return words[:100] if DAY.search(words[:100]) else None


def _authors(place: Mapping[str, object], budget: Budget) -> tuple[str, ...]:
    named = (list(_names(place.get(key), budget)) for key in NAMES["authors"])
    found = next(filter(None, named), [])
    return tuple(dict.fromkeys(found))[:20]


def _names(value: object, budget: Budget, depth: int = 5) -> Iterator[str]:
    for one in value[:20] if isinstance(value, list) else [value]:
        if not budget.take():
            return
        if isinstance(one, dict) and not _words(one, budget):
            parts = [_words(one.get(key), budget) for key in ("firstName", "lastName")]
            held = next((one[key] for key in NAMES["inner"] if key in one), None)
            yield from (
                [" ".join(parts)]
                if all(parts)
                else _names(held, budget, depth - 1)
                if held and depth
                else []
            )
        elif words := _words(one, budget):
            yield words


def _longest_text(value: Mapping[str, object], budget: Budget) -> str:
    """Returns the longest of the texts of an object; of those about as long, the one with most
    paragraphs."""
    by_key = {
        key: write_html(inner, budget)
        for key, inner in value.items()
        if isinstance(inner, str | list | dict)
        and not (key in NAMES["descriptions"] or NO_TEXT.search(key))
    }
    named = [html for key, html in by_key.items() if TEXT.search(key)]
    written = named if any(_letters(html) >= SHORTEST for html in named) else [*by_key.values()]
    longest = max(map(_letters, written), default=0)
    near = (html for html in written if _letters(html) >= 0.9 * longest)
    return max(near, key=lambda html: html.count("<p") + html.count("<li"), default="")


def _letters(html: str) -> int:
    return len(MARKUP.sub("", html))


def _find_flag(objects: Sequence[_Object], own: _Object | None) -> str | None:
    """Returns the name of what says so of the story, of what is around it or in it, or of no other
    story."""
    around: set[_Object | None] = {None}
    inside = _inside(own.value) if own else set()
    names, called = (_named(own), tuple(own.called)) if own else (set(), ())
    while own is not None and own not in around:
        around.add(own)
        own = own.around
    titles = {key for one in around if one for key in one.called}
    about = (
        one
        for one in objects
        if one.about in around
        or id(one.value) in inside
        or (
            one.about
            and (_is_called(one.about, titles, called) or not names.isdisjoint(_named(one.about)))
        )
    )
    return next(filter(None, map(_flag, about)), None)


def _is_called(one: _Object, titles: Set[str], begin: tuple[str, ...]) -> bool:
    return any(key in titles or key.startswith(begin) for key in one.called)


def _named(one: _Object) -> set[tuple[str, str]]:
    held = ((key, one.value.get(key)) for key in NAMES["named"])
    return {(key, str(value)) for key, value in held if value and isinstance(value, str | int)}


def _inside(value: Mapping[str, object]) -> set[int]:
    """Returns what objects alone lead to from one, as to its category; no list, as of others."""
    waiting, found = [value], {id(value)}
    while waiting:
        for inner in waiting.pop().values():
            if isinstance(inner, dict) and id(inner) not in found:
                found.add(id(inner))
                if not any(key in inner for key in NAMES["named"]):
                    waiting.append(inner)
    return found


def _flag(one: _Object) -> str | None:
    return next((k for k, value in one.value.items() if _says_closed(_letters_of(k), value)), None)


def _says_closed(key: str, value: object) -> bool:
    """Does a value, named by these letters, say that the text is not for everybody?"""
    if isinstance(value, dict | list):
        if "paywall" in key:
            return bool(value)
        inner = value.values() if isinstance(value, dict) else value
        words = [_word(one) for one in islice(inner, MOST_WORDS) if isinstance(one, str | int)]
    else:
        words = [_word(value)]
    is_closed = any(CLOSED_WORD.search(word) for word in words if LEVEL_WORD.fullmatch(word))
    is_true = any(word in TRUE for word in words)
    if FREE.fullmatch(key) and any(word in NO for word in words):
        return True
    if LEVEL.fullmatch(key):
        return is_closed
    if key == "typename":
        return any(map(CLOSED_KIND.match, words))
    if "paywall" in key:
        return words[0] not in UNTRUE
    if CUT.fullmatch(key):
        return is_true and not isinstance(value, dict)
    if isinstance(value, str | int) and ANY_WORD.fullmatch(str(value).strip()):
        is_true = words[0] not in UNTRUE
    return bool(CLOSED.fullmatch(key)) and (is_true or is_closed)


def _word(value: object) -> str:
    return SCHEMA.sub("", str(value).strip().lower())
