"""Reads who wrote a story out of bylines: people, and agencies, desks, other organisations."""

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from typing import cast

from tradepress.archive.text_forms import joined, one_line, words_key
from tradepress.extraction.headline import SHORTEST_SITE, is_like_site
from tradepress.extraction.wording import WORDING, pattern
from tradepress.story import Reading


def _words(name: str) -> frozenset[str]:
    return frozenset(" ".join(WORDING["people"][name]).split())


LEAD, LABELS = pattern("lead", "people"), pattern("labels", "people")
SPLIT = pattern("between", "people")
ADDRESS = re.compile(r"\S+@\S+\.\w+")
MAIL = re.compile(r"(?<=[\u3040-\ud7af]) ?[(<]?\b[\w.+-]+@\w[\w.-]+[)>]?")
TAIL, FIRM_TAIL = (
    re.compile(
        rf"\s*(?:\(.*\)|<.*>|\b(?:{places}) [A-Z].+"
        r"|(?:\b(?:at|on) |@ ?)?(?<![A-Z\d])\d{1,2}[ .:/].*|\bat|@\S+|\bon behalf of.*"
        rf"|(?<=\w)(?<!\bThe)(?: (?:{WORDING['people']['degrees']})\b\.?"
        r"| (?:The )?Associated Press)+|(?<=[\u4e00-\u9fff ][\u3040-\u9fff]{2}) ?[:：].*)\s*$"
    )
    for places in ("in|at|of|[Ff]or", "in|at")
)
"""Match what follows a name, of a person and of a firm, which ``University of Holm`` may be."""
REPORTER = re.compile(r" ?(?:선임|수습|인턴|객원)?(?:기자|특파원)$")
"""Matches what Korea sets behind a reporter's name."""
OTHERS = _words("others")
WORD, FIGURE = re.compile(r"\w+"), re.compile(r"\d")
PARTICLES = re.compile(rf"\b(?:{WORDING['people']['particles']})\b")
PARTICLE = re.compile(WORDING["people"]["particles"])
TITLES = re.compile(rf"^(?:(?:{WORDING['people']['titles']}) )+")
STARTS = re.compile(rf"(?:{WORDING['people']['starts']})\s", re.I)
PUBLISHING = _words("publishing")
AGENCY, NOBODY = pattern("agencies", "people"), pattern("nobody", "people")
AGENCY_WORDS = _words("agency_words")
ORGANISATIONS = _words("organisations")
DESK = re.compile(rf"\b(?:{WORDING['people']['desk']})\b|{WORDING['people']['desk_parts']}", re.I)
FIRM = re.compile(WORDING["people"]["firm_parts"])
HAN = re.compile(r"[\u3400-\u9fff]")
EDGES = " .,;:*()[]【】［］《》〔〕（）"
LABELLED = frozenset(":：|｜")
UNPARTED = re.compile(r"[\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af]")
"""Matches letters of scripts in which a whole name may be one word."""
SPACED = re.compile(r"(?<=[\u4e00-\u9fff]{2})[ 　](?=[\u4e00-\u9fff]{2,4}(?:[ 　]|$))")
"""Stands between names that a line of a Chinese paper gives one after the other."""
_PART = r"[^\W\d_][\w.'’`・\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff-]*"
PERSON = re.compile(rf"{_PART}(?:\s+(?:['’‘][st]|{_PART})){{0,4}}")
JOINED = re.compile(r"(?:['’‘][st]|[^\W\d_]{1,4}['’‘-][^\W\d_].*)")
"""Matches a particle that an apostrophe or hyphen joins, as in ``van ’t Linden``, ``d’Orvanne`` and
``al-Khoury``."""
ACCOUNT, ACCOUNT_SEAM = (
    re.compile(r"(?!.*\.[a-z]{2,3}$)[a-z][a-z.-]{3,19}[a-z]"),
    re.compile(r"[.-]"),
)
ACCOUNTS = re.compile(WORDING["people"]["accounts"])
LONGEST_NAME, LONGEST_HAN = 50, 8
LONGEST_BYLINE, SHORTEST_NAME, MOST_WORDS = 160, 2, 9
MOST_SMALL_WORDS = MOST_DESK_WORDS = 4
LEAST_VOTES = 3
LONGEST_LIST = 1000
"""Bounds the characters in which names are looked for."""


@lru_cache(maxsize=4096)
def is_person(words: str, *, alone: bool = False) -> bool:
    """Could the words be one person's name? ``alone``: accept a single word too."""
    if len(words) > LONGEST_NAME or not PERSON.fullmatch(words):
        return False
    if STARTS.match(words) or AGENCY.fullmatch(words):
        return False
    if not words.isascii() and (FIRM.search(words) or DESK.search(words)):
        return False
    if len(words) > LONGEST_HAN and HAN.search(words):
        return False
    parts = words.split()
    if len(parts) > 1 and FIGURE.search(words):
        return False
    if PARTICLE.fullmatch(parts[-1]):
        return False
    if not (alone or len(parts) > 1) or not OTHERS.isdisjoint(WORD.findall(words.casefold())):
        return False
    if words.isupper() or not words[0].isascii():
        return True
    return all(map(_is_part, parts))


def _is_part(part: str) -> bool:
    """Can it be a part of a name: with a capital, or a particle, perhaps joined to one?"""
    if part[0].isupper() or PARTICLE.fullmatch(part):
        return True
    return bool(JOINED.fullmatch(part)) and (len(part) == 2 or any(map(str.isupper, part)))


@lru_cache(maxsize=4096)
def _pieces(line: str) -> tuple[tuple[str, str], ...]:
    """Returns what a byline lists, without lead and tail, each with its key."""
    bare = LEAD.sub("", LABELS.sub("\n", MAIL.sub("", line)))
    line = SPACED.sub("\n", bare) if "记者" in line else bare
    pieces = (LEAD.sub("", one_line(piece)) for piece in SPLIT.split(line))
    names = (TAIL.sub("", piece).strip(EDGES) for piece in pieces)
    return tuple((name, words_key(name)) for name in names)


def read_names(
    lines: Iterable[str],
    *,
    publishers: Iterable[str] = (),
    declared: bool = False,
    is_known: bool = False,
    may_be_account: bool = False,
) -> tuple[str, ...]:
    """Reads people named in bylines or author fields. ``declared``: the page calls each a person,
    so that one-word names count, but not beside a full name, where they are its firm's. On a site
    that nobody declared (``is_known``), a name of the publisher may be that of a blog's owner.
    ``may_be_account``: one word in small letters counts, under which somebody writes."""
    refused = _keys(tuple(name[:LONGEST_LIST] for name in publishers))
    joined_sites = [key.replace(" ", "") for key in refused]
    names: dict[str, str] = {}
    for line in lines:
        if ADDRESS.fullmatch(line):
            continue
        pieces = _pieces(line[:LONGEST_LIST])
        alone = declared and not any(is_person(name) for name, _ in pieces)
        is_led = bool(LEAD.match(line))
        if len(pieces) > 1 and _is_address(*pieces[0], refused):
            continue
        if alone and len(pieces) > 1 and not UNPARTED.search(line) and _is_organisation(line):
            continue  # “Center for Drugs and Research”
        for name, key in pieces:
            is_own = key in refused and (is_known or not _is_own_blog(key))
            is_own = is_own or _is_short_for(name, joined_sites, is_beside=bool(names))
            is_own = is_own or (bool(names) and is_like_site(name, joined_sites))
            is_whole = alone or (is_led and bool(UNPARTED.match(name)))
            is_name = is_person(name, alone=is_whole) or (alone and _is_in_small_letters(name))
            is_name = is_name or (may_be_account and _is_account(name, joined_sites))
            if not is_own and key and is_name:
                names.setdefault(key, REPORTER.sub("", name))
    return tuple(names.values())


def read_credit(
    lines: Iterable[str], *, publishers: Iterable[str] = (), is_signed: bool, is_typed: bool = False
) -> tuple[str, ...]:
    """Reads agencies that bylines and author fields name; where nobody signed, also desks, the
    paper itself and other organisations (``is_typed``: the page calls each of them one)."""
    own = _keys(tuple(map(joined, publishers)))
    names: dict[str, None] = {}
    for line in lines:
        pieces = [name for name, _ in _pieces(line[:LONGEST_BYLINE])]
        known = [one for one in pieces if AGENCY.fullmatch(one)]
        if not (known or is_signed):
            known = [one for one in pieces if joined(one) in own or is_like_site(one, own)][:1]
        if not (known or is_signed):
            whole = FIRM_TAIL.sub("", LEAD.sub("", line).partition("\n")[0]).strip(" .,;:")
            known = [whole] if is_typed or _is_body(whole) else []
        names |= dict.fromkeys(one for one in known if one and not NOBODY.fullmatch(one))
    return tuple(
        name
        for name in names
        if AGENCY.fullmatch(name)
        or (
            len(name) > SHORTEST_NAME and name.count(" ") < MOST_WORDS and LABELLED.isdisjoint(name)
        )
    )


def _is_organisation(name: str) -> bool:
    words = WORD.findall(name.casefold())
    is_named = len(words) > 1 and not (AGENCY_WORDS | ORGANISATIONS).isdisjoint(words)
    is_firm = not name.isascii() and FIRM.search(name) and len(name) <= LONGEST_NAME
    return (is_named and name[0].isupper()) or bool(is_firm or AGENCY.fullmatch(name))


def _is_body(name: str) -> bool:
    """Is it an organisation or a desk?"""
    is_desk = name.count(" ") < MOST_DESK_WORDS and DESK.search(name)
    return bool(is_desk) or _is_organisation(name)


@lru_cache(maxsize=256)
def _keys(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(("", *map(words_key, names)))


def _is_short_for(name: str, sites: Sequence[str], *, is_beside: bool) -> bool:
    """Is it the site's short name in capitals with that of a desk, perhaps beside a person's?"""
    first = name.partition(" ")[0]
    return first.isupper() and first.casefold() in sites and (is_beside or not name.isupper())


def _is_account(name: str, sites: Iterable[str]) -> bool:
    """Is it the name of an account as ``jholm`` or ``petra.holm``, and not that of the site?"""
    words, key = set(ACCOUNT_SEAM.split(name)), "".join(WORD.findall(name))
    is_of_all = DESK.search(name) or ACCOUNTS.search(name) or not words.isdisjoint(OTHERS)
    is_own = any(key in site or (len(site) >= SHORTEST_SITE and site in key) for site in sites)
    return bool(ACCOUNT.fullmatch(name)) and not is_of_all and not is_own


def _is_in_small_letters(name: str) -> bool:
    """Is it a full name as some write their own into a form: ``petra holm``?"""
    words = name.split()
    return (
        name.islower() and 1 < len(words) < MOST_SMALL_WORDS and OTHERS.isdisjoint(words)
    ) and all(word.isalpha() for word in words)


def _is_address(name: str, key: str, publishers: Set[str]) -> bool:
    """Does a firm begin the line, so that places and its departments follow?"""
    return bool(key) and (key in publishers or (not is_person(name) and _is_organisation(name)))


def _is_own_blog(key: str) -> bool:
    """Can it be the name of a person whose site has the same name, and not of a paper or firm?"""
    words = PARTICLES.sub("", key).split()
    return len([word for word in words if len(word) > 1]) == 2 and PUBLISHING.isdisjoint(words)


def is_names(line: str) -> bool:
    """Does the line hold people's names and nothing else?"""
    return len(line) <= 3 * LONGEST_NAME and all(map(is_person, SPLIT.split(line)))


def is_signed(line: str) -> bool:
    """Does the line lead in names and hold nothing else but who they are?"""
    names = [name for name, _ in _pieces(line[:LONGEST_LIST])]
    return not line.endswith(".") and bool(names) and is_person(names[0])


def rank_names(readings: Sequence[Reading]) -> list[Reading]:
    """Ranks the readings of one page, strongest first, but with the list before the first that
    holds more of the same names, or fewer, and for which more other kinds of evidence speak; or for
    which three do, where but one speaks for the first."""
    kinds: dict[frozenset[str], list[str]] = {}
    keyed = [(r, frozenset(map(_person_key, cast("tuple[str, ...]", r.value)))) for r in readings]
    for reading, names in keyed:
        kinds.setdefault(names, []).append(_kind(reading))
    for reading, names in keyed:
        first, mine = set(kinds[keyed[0][1]]), set(kinds[names])
        is_related = names > keyed[0][1] or names < keyed[0][1]
        is_stronger = len(mine - {_kind(readings[0])}) > 1 and len(mine) >= len(first)
        is_outvoted = len(kinds[keyed[0][1]]) == 1 and len(kinds[names]) >= LEAST_VOTES
        if (is_related and is_stronger) or (is_outvoted and "visible" in mine):
            return [reading, *(other for other in readings if other is not reading)]
    return list(readings)


def _person_key(name: str) -> str:
    """Returns what is equal for a name with and without its title."""
    return TITLES.sub("", words_key(name))


def _kind(reading: Reading) -> str:
    kind = reading.evidence.partition(" ")[0]
    return "visible" if kind in ("byline", "dateline") else kind
