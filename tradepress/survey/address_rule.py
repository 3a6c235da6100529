"""Finds the form of a site's story addresses by some of them and by addresses that are none.

Addresses of one shape (as many steps, numbers and dates in the same places) are read together; each
step that all share stays as it is, and the others are said as loosely as the other links allow.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from urllib.parse import parse_qsl, urlsplit

from tradepress.source import has_form

YEAR = re.compile(r"(?:19|20)\d\d")
MONTH = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?",
    re.I,
)
GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
GUID_PATTERN = "[0-9a-fA-F-]{36}"
BASE_36 = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,}")
FILE_END = re.compile(r"\.[A-Za-z]{3,5}$")
NUMBERED = re.compile(r"[A-Za-z]{0,12}(?:[_=-]?\d+)+")
"""Matches a step that is but a label and numbers: ``article_0014``, ``id=83783``, ``a5316``."""
LAST_NUMBER = re.compile(r"[-_](?!(?:19|20)\d\d$)(\d{4,12})$")
FIRST_NUMBER = re.compile(r"^(\d{3,12})[-_](?=.*[a-z])")
KEYLESS = re.compile(r"([a-z_]+)(\d+)(?=&|$)", re.I)
"""Matches a label and number at the head of a query, as in ``spip.php?article12``."""
DATED = ("year", "month", "day")
LAST_DAY = 31
KINDS = {
    **{"year": r"\d{4}", "month": "[A-Za-z]+", "day": r"\d{1,2}", "number": r"\d+"},
    "guid": GUID_PATTERN,
}
"""Gives the pattern of a step that is no words; months as numbers are days, too."""
INDEX = re.compile(r"index|default", re.I)
"""Matches the last step of an address whose slug stands above it."""
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|ref|rss|source")
MOSTLY = 0.6
UNSEEN = 0.2
"""Is the share of sections shown by one story above which there are others that none shows."""
MOST_SECTIONS = 40
MOST_HYPHENS = 3
MANY_HYPHENS = f"){{{MOST_HYPHENS},}}"
FEW, MOST_EXCEPTIONS = 4, 12
MOST_TRIED = 256
"""Bounds the patterns of one shape."""
RARE = 0.06
ENOUGH = 12
"""Is the number of stories with which the form is as sure as it gets."""


@dataclass(frozen=True, kw_only=True)
class AddressRule:
    """Says how a site's story addresses look."""

    pattern: str
    """Matches a story's address, as ``Source.article_url``."""
    article_id: str | None
    """Finds the id, as ``Source.article_id``; None: the addresses carry none."""
    sureness: float
    """Is between 0 and 1."""
    evidence: str
    """Says of how many addresses it was learned, and what stands against it."""

    def matches(self, url: str) -> bool:
        """Has the address this form? Host and scheme are not looked at."""
        return has_form(url, self.pattern)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Address:
    """Holds one address, taken apart."""

    url: str
    steps: tuple[str, ...]
    """Are the steps without the ending of a file."""
    end: str
    """Is ``.html`` or nothing."""
    query: tuple[tuple[str, str], ...]
    """Are the keys that tell stories apart, as written: with ``=``, if they have one."""

    @property
    def shape(self) -> tuple[object, ...]:
        keys = tuple(key for key, _ in self.query)
        return (self.end, keys, *self.kinds)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Returns of each step what it is: what counts on past two digits is no day or month."""
        kinds = list(map(_kind, self.steps))
        if kinds[-1:] == ["year"]:
            kinds[-1] = "number"
        for at, step in enumerate(self.steps):
            *_, before = above = ["", *kinds[max(at - 2, 0) : at]]
            is_month = before == "year" and at < len(kinds) - 1
            is_dated = is_month or before == "month" or above[1:] == ["year", "day"]
            if is_dated and kinds[at] == "number" and len(step) <= 2:
                kinds[at] = "day"
        return tuple(kinds)


def learn_article_url(
    stories: Collection[str], others: Collection[str], *, fewest: int = 2
) -> AddressRule | None:
    """Returns the form of story addresses, or None where they have none that could be told.

    :param stories: addresses of stories
    :param others: addresses of the same site that are no story's
    :param fewest: stories that tell a form
    """
    told = _taken_apart(sorted(set(stories)))
    if len(told) < fewest:
        return None
    known = sorted(set(others) - set(stories))
    shapes: dict[tuple[object, ...], list[_Address]] = defaultdict(list)
    for address in told:
        shapes[address.shape].append(address)
    groups = sorted(shapes.values(), key=len, reverse=True)
    kept = [group for group in groups if not _is_stray(group, len(told))]
    if not kept:
        return None
    patterns = list(dict.fromkeys(_pattern(group, known) for group in kept))
    pattern = patterns[0] if len(patterns) == 1 else "|".join(patterns)
    ids = list(dict.fromkeys(filter(None, map(_id_pattern, kept))))
    article_id = None
    if ids and _are_different(ids, told):
        article_id = "|".join(ids)
    return _judged(pattern, article_id, stories, known, len(told) - sum(map(len, kept)))


def _judged(
    pattern: str, article_id: str | None, stories: Collection[str], others: list[str], strays: int
) -> AddressRule:
    count = len(set(stories))
    wrong = [url for url in others if has_form(url, pattern)]
    known = min(count / ENOUGH, 1.0)
    refuted = min(len(others) / 5, 1.0)  # a rule that nothing could contradict proves little
    sureness = (0.3 + 0.5 * known + 0.2 * refuted) * (1 - len(wrong) / max(len(others), 1)) ** 2
    if "(?!" in pattern:
        sureness *= 0.9
    words = f"{count - strays} of {count} stories have it"
    words += f", and {len(wrong) or 'none'} of {len(others)} other links" if others else ""
    return AddressRule(
        pattern=pattern,
        article_id=article_id,
        sureness=round(sureness * (1 - strays / count), 2),
        evidence=words,
    )


def _taken_apart(urls: Sequence[str]) -> list[_Address]:
    """Takes addresses apart; keys of the query count where paths don't tell the stories apart."""
    parts = [urlsplit(url) for url in urls]
    per_path = Counter(part.path for part in parts)
    queries = [_query(part.query) for part in parts]
    needed = {
        part.path
        for part, query in zip(parts, queries, strict=True)
        if query and (per_path[part.path] > 1 or _names_page(part.path, query))
    }
    values: dict[str, set[str]] = defaultdict(set)
    for part, query in zip(parts, queries, strict=True):
        if part.path in needed:
            for key, value in query.items():
                values[key].add(value)
    telling = {
        key
        for key, seen in values.items()
        if len(seen) > len(needed) / 2 and not TRACKING.fullmatch(key.rstrip("="))
    }
    if telling:  # the one that differs most; others only go with it
        most = max(len(values[key]) for key in telling)
        telling = {min(key for key in telling if len(values[key]) == most)}
    found = []
    for url, part, query in zip(urls, parts, queries, strict=True):
        path = part.path.strip("/")
        end = match[0] if (match := FILE_END.search(path)) else ""
        steps = tuple(path.removesuffix(end).split("/")) if path else ()
        own = tuple((key, query[key]) for key in telling if key in query and part.path in needed)
        if steps or own:
            found.append(_Address(url=url, steps=steps, end=end, query=own))
    return found


def _query(words: str) -> dict[str, str]:
    query = {f"{key}=": value for key, value in parse_qsl(words)}
    return {match[1]: match[2], **query} if (match := KEYLESS.match(words)) else query


def _names_page(path: str, query: dict[str, str]) -> bool:
    """Is it a program that is told which page to show?"""
    return bool(FILE_END.search(path)) and any(
        value.isdecimal() or GUID.fullmatch(value) for value in query.values()
    )


def _kind(step: str) -> str:
    if YEAR.fullmatch(step):
        return "year"
    if step.isdecimal():
        return "number"
    if MONTH.fullmatch(step):
        return "month"
    if GUID.fullmatch(step):
        return "guid"
    return f"{step.partition('=')[0]}=" if re.fullmatch(r"\w+=\d+", step) else "words"


def _is_stray(group: Sequence[_Address], count: int) -> bool:
    """Is it one page whose address says nothing, among many that have a form?"""
    if len(group) > max(1, RARE * count) or count < 4:
        return False
    return all(not one.query and not any(is_telling(step) for step in one.steps) for one in group)


def _is_wordy(values: Sequence[str]) -> bool:
    """Are they different words, with no sign of their own by which a story could be told?"""
    return (
        len(set(values)) > 1
        and set(map(_kind, values)) == {"words"}
        and not all(NUMBERED.fullmatch(value) or BASE_36.fullmatch(value) for value in values)
        and not all(LAST_NUMBER.search(value) or FIRST_NUMBER.search(value) for value in values)
    )


def is_telling(step: str) -> bool:
    """Has a step of an address the words or the number of a story?"""
    return step.count("-") > 1 or step.count("_") > 1 or bool(re.search(r"\d{3,}", step))


def _pattern(group: Sequence[_Address], others: Sequence[str]) -> str:
    """Returns the loosest pattern of a shape that no other link has; if none, with exceptions."""
    first = group[0]
    last = len(first.steps) - 1
    last -= bool(first.steps and INDEX.fullmatch(first.steps[-1]))
    options = [
        list(_step_patterns([one.steps[at] for one in group], kind, is_last=at == last))
        for at, kind in enumerate(first.kinds)
    ]
    is_bare = not first.query and all(
        _is_wordy([one.steps[at] for one in group]) for at in range(len(first.steps))
    )
    if is_bare:  # nothing but the number of its words tells it from a page about the paper
        *rest, slugs = options
        options = [*rest, [*reversed(slugs[:MOST_HYPHENS]), *slugs[MOST_HYPHENS:]]]
    if math.prod(map(len, options)) > MOST_TRIED:
        options = [[one[0]] for one in options[:-1]] + options[-1:]
    end = _ending(first, group)
    best, fewest = "", math.inf
    for steps in sorted(product(*map(enumerate, options)), key=lambda one: sum(i for i, _ in one)):
        pattern = "".join(f"/{step}" for _, step in steps) + end
        wrong = sum(has_form(url, pattern) for url in others)
        if MANY_HYPHENS in pattern:  # before short slugs are given up, some exceptions are named
            wrong += FEW
        if wrong < fewest:
            best, fewest = pattern, wrong
    best = _with_words(best, group, others)
    wrong_ones = sorted({_place(url, first) for url in others if has_form(url, best)})
    if not wrong_ones or len(wrong_ones) > MOST_EXCEPTIONS:
        return best
    named = "|".join(map(_literal, wrong_ones))
    return f"(?!{named if len(wrong_ones) == 1 else f'(?:{named})'}/?$){best}"


def _with_words(pattern: str, group: Sequence[_Address], others: Sequence[str]) -> str:
    """Adds what all of a group ask for in words, as ``p=article``, where others ask for other
    things."""
    asked = [set(urlsplit(one.url).query.split("&")) for one in group if one.query]
    theirs = {pair for url in others for pair in urlsplit(url).query.split("&")}
    for pair in sorted(set.intersection(*asked)) if asked else ():
        key = pair.partition("=")[0] + "="
        is_word = re.fullmatch(r"\w+=[A-Za-z_-]+", pair)
        if is_word and any(one.startswith(key) and one != pair for one in theirs):
            pattern = rf"(?=.*[?&]{_literal(pair)}(?:&|$)){pattern}"
    return pattern


def _place(url: str, like: _Address) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if like.query else parts.path.rstrip("/")


def _literal(words: str) -> str:
    return re.escape(words).replace(r"\-", "-")


def _ending(first: _Address, group: Sequence[_Address]) -> str:
    end = _literal(first.end) if first.end else "/?"
    if not first.query:
        return end
    if not first.steps:
        end = "/"
    ((key, _),) = first.query
    values = [one.query[0][1] for one in group]
    kinds = set(map(_kind, values))
    kind = kinds.pop() if len(kinds) == 1 else "words"
    kind = "number" if all(map(str.isdecimal, values)) else kind
    value = next(_step_patterns(values, kind, is_last=True))
    return rf"{end}\?(?:.*&)?{_literal(key)}{value}(?:&.*)?"


def _step_patterns(values: Sequence[str], kind: str, *, is_last: bool) -> Iterator[str]:
    """Yields patterns for one step of all addresses of a shape, the loosest first: of a young site
    no number may be bounded that will grow."""
    labels = _label_of_numbers(values)
    is_one = len(set(values)) == 1 and (len(values) > 1 or not is_telling(values[0]))
    if kind in KINDS:
        is_date = kind != "day" or max(map(int, values)) <= LAST_DAY
        yield KINDS[kind if is_date else "number"]
    elif is_one or labels is not None:
        yield from filter(None, (labels, is_one and _literal(values[0])))
    elif all(map(BASE_36.fullmatch, values)):
        yield f"[a-z0-9]{{{min(map(len, values)) - 1},}}"
    elif not is_last and all(len(value) <= 30 and value.count("-") < 4 for value in values):
        yield from _section_patterns(values)
    else:
        yield from _slug_patterns(values)


def _label_of_numbers(values: Sequence[str]) -> str | None:
    if not all(map(NUMBERED.fullmatch, values)):
        return None
    forms = {re.sub(r"\d+", "#", value) for value in values}
    return _literal(forms.pop()).replace(r"\#", r"\d+") if len(forms) == 1 else None


def _section_patterns(values: Sequence[str]) -> Iterator[str]:
    """Yields a section by name, or any: as likely as stories stand in sections not seen yet."""
    counts = Counter(values)
    once = sum(count == 1 for count in counts.values())
    named = f"(?:{'|'.join(map(_literal, sorted(counts)))})"
    loose = f"{_letters(values)}+"
    has_more = once > UNSEEN * len(values) or len(counts) > MOST_SECTIONS
    yield from (loose, named) if has_more else (named,)


def _slug_patterns(values: Sequence[str]) -> Iterator[str]:
    letters = _letters(values)
    for number, form in ((LAST_NUMBER, "{0}+{1}\\d{{{2},}}"), (FIRST_NUMBER, "\\d{{{2},}}{1}{0}+")):
        found = [number.search(value) for value in values]
        if len(values) > 1 and all(found):
            matches = [match for match in found if match]
            least = max(min(len(match[1]) for match in matches) - 1, 3)
            joint = "-" if all("-" in match[0] for match in matches) else "[-_]"
            yield from (form.format(letters, joint, count) for count in sorted({3, least}))
            return
    yield f"{letters}+"
    signs = min(len(re.findall("[-_]", value)) for value in values)
    bare = letters.replace("_", "").replace("-]", "]")
    joint = "[-_]" if "_" in letters else "-"
    for count in range(1, min(signs, MOST_HYPHENS) + 1):
        yield f"{bare}+(?:{joint}{bare}*){'+' if count == 1 else f'{{{count},}}'}"


def _letters(values: Sequence[str]) -> str:
    """Returns a class of all signs that the values have, and some that their likes have."""
    text = "".join(values)
    if re.search(r"[^\w.~%,+!'()=:-]", text):
        return "[^/?]"
    upper = "A-Z" if re.search("[A-Z]", text) else ""
    others = "".join(sign for sign in "_.~%,+!'()=:" if sign in text)
    return f"[a-z{upper}0-9{others}-]" if text.isascii() else rf"[\w{others}-]"


def _id_pattern(group: Sequence[_Address]) -> str | None:
    """Returns where the addresses of one shape carry the site's own id."""
    first = group[0]
    end = f"{_literal(first.end)}$" if first.end else "/?$"
    if first.query:
        ((key, value),) = first.query
        if value.isdecimal() or GUID.fullmatch(value):
            signs = r"\d+" if value.isdecimal() else GUID_PATTERN
            return rf"[?&]{_literal(key)}({signs})"
        return None
    for at in reversed(range(len(first.steps))):
        values = [one.steps[at] for one in group]
        below = len(first.steps) - 1 - at
        if len(set(values)) < len(values) or first.kinds[at] in DATED:
            continue
        if (pattern := _id_of_step(values)) is not None:
            # With the dates above it, as of ``/2024/article_0007.html``: numbers begin anew.
            is_yearly = at > 0 and first.kinds[at - 1] == "year" and _is_short(values)
            above = r"/(\d{4})" if is_yearly else ""
            return f"{above}{pattern}{'/[^/]+' * below}{end}"
    return None


def _is_short(values: Sequence[str]) -> bool:
    return all(len(re.sub(r"\D", "", value)) < 5 for value in values)


def _id_of_step(values: Sequence[str]) -> str | None:
    """Returns the pattern of an id, with what stands around it in its step."""
    if all(map(GUID.fullmatch, values)):
        return f"/({GUID_PATTERN})"
    if any(value.isdecimal() for value in values):
        is_id = all(value.isdecimal() and len(value) > 2 for value in values)
        return r"/(\d+)" if is_id else None
    if (label := _label_of_numbers(values)) is not None and label.count(r"\d+") == 1:
        return "/" + label.replace(r"\d+", r"(\d+)")
    if all(map(BASE_36.fullmatch, values)):
        return f"/([a-z0-9]{{{min(map(len, values)) - 1},}})"
    last = [match[1] for value in values if (match := LAST_NUMBER.search(value))]
    if len(last) > MOSTLY * len(values) and len(last) > 1:
        least = max(min(map(len, last)) - 1, 3)
        no_year = r"(?!(?:19|20)\d\d(?:[/.]|$))" if least <= 4 else ""
        return rf"[-_]{no_year}(\d{{{least},}})"
    if all(map(FIRST_NUMBER.search, values)):
        return r"/(\d{3,})[-_][^/]+"
    return None


def _are_different(ids: Sequence[str], told: Sequence[_Address]) -> bool:
    """Has each story an id of its own? One may stand at several addresses that end alike."""
    pattern = re.compile("|".join(ids))
    found: dict[str, set[object]] = defaultdict(set)
    for one in told:
        parts = urlsplit(one.url)
        query = f"?{parts.query}" if parts.query else ""
        if match := pattern.search(parts.path + query):
            found["-".join(filter(None, match.groups()))].add((one.steps[-1:], one.query))
    return sum(map(len, found.values())) <= 1.1 * len(found)
