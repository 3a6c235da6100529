"""Finds courts named after a place: "Delhi High Court", "LG Hamburg", "District Court of Oslo".

Their names are made of a place and a kind, so no list holds them. Of a place that nobody listed one
word is taken; longer ones stand in names/places.toml.
"""

import re
from collections.abc import Iterator
from functools import cache

from tradepress.mentions.courts import court_names
from tradepress.mentions.no_names import no_names
from tradepress.mentions.place_names import places
from tradepress.mentions.spot import Spot

CHINESE_PARTS = ("Province", "Provincial", "Municipal", "City", "Municipality")

TAIL = r"ourts?\b(?P<tail> of (?:Appeals?|Justice|First Instance))?"
COURTS = (re.compile(f"C{TAIL}"), re.compile(f"c{TAIL}"))
"""Match the word "court" by its first letter: ``re`` is fast where it knows how a match begins."""
BEHIND = re.compile(r"(?:,? (?:of|in|at|for)(?: the)?(?: City of)?|,) (?=[A-ZÄÖÜ])|(?= The Hague)")
NUMBER = re.compile(r"(?:No\.? ?)?(\d)(?:st|nd|rd|th)?")
WORD = re.compile(r"[A-ZÀ-Þ][\w'/-]*[\w]")
GERMAN = re.compile(
    r"\b(?:(OLG|Oberlandesgericht)|LG|Landgericht) ("
    r"Frankfurt(?: am Main|/Main)?|(?:München|Munich)(?: I)?|Köln|Cologne|Düsseldorf|Hamburg|Berlin"
    r"|Mannheim|Stuttgart|Nürnberg(?:-Fürth)?|Leipzig|Braunschweig|Karlsruhe|Hamm|Celle|Dresden|Jena"
    r"|Bremen|Koblenz|Bochum|Dortmund|Essen|Bielefeld|Hannover|Naumburg|Oldenburg|Rostock|Schleswig"
    r"|Zweibrücken|Saarbrücken|Bamberg|Brandenburg|Würzburg|Traunstein|Freiburg|Heilbronn|Aachen|Bonn"
    r"|Kiel|Lübeck|Magdeburg|Halle|Erfurt|Wuppertal|Wiesbaden|Darmstadt|Mainz|Trier|Ulm|Ravensburg)\b"
)
FOREIGN = re.compile(
    r"\b(?:(?P<appeal>[Cc]our d'[Aa]ppel|[Aa]udiencia [Pp]rovincial|[Cc]orte d'[Aa]ppello"
    r"|[Gg]erechtshof)"
    r"|(?P<commercial>[Tt]ribunal de [Cc]ommerce|[Jj]uzgado de lo [Mm]ercantil|[Hh]andelsgericht)"
    r"|[Tt]ribunal (?:d'arrondissement|[Jj]udiciaire|de (?:[Gg]rande|[Pp]remière) [Ii]nstance)"
    r"|[Tt]ribunale|[Rr]echtbank)"
    r"(?: de| d'| di|)(?: la)? ?(?P<place>[A-ZÉÎ][\w'-]+(?: Haag)?)"
)
SIGNS_OF_FOREIGN = (
    *("ribunal", "Cour d'", "cour d'", "udiencia", "Corte d'", "erechtshof", "uzgado"),
    *("andelsgericht", "echtbank"),
)


@cache
def _names_of_cities() -> dict[str, str]:
    """Maps what a place is called to how its courts call it."""
    return {name: city for city, names in places().cities.items() for name in (city, *names)}


@cache
def _kinds() -> dict[str, str]:
    """Maps kinds of courts as printed, in small letters, to what they are in today's names."""
    return {form: kind for kind, forms in court_names().kinds.items() for form in forms}


@cache
def _no_places() -> frozenset[str]:
    names = {name for names in places().countries.values() for name in names}
    adjectives = {name for name in names if " " not in name}
    return no_names().place | adjectives - {"Netherlands"}


def local_courts(text: str) -> Iterator[Spot]:
    """Yields spots of courts in a text of plain spelling, of one place none or one."""
    courts = [found for pattern in COURTS for found in pattern.finditer(text)]
    for found in sorted(courts, key=lambda court: court.start()):
        spot = _named_before(text, found) or _named_behind(text, found)
        if spot is not None:
            yield spot
    if "LG " in text or "andesgericht" in text or "andgericht" in text:
        for found in GERMAN.finditer(text):
            kind = "Higher Regional" if found[1] else "Regional"
            yield _spot(found.start(), found.end(), _city(found[2]), f"{kind} Court")
    if not any(word in text for word in SIGNS_OF_FOREIGN):
        return
    for found in FOREIGN.finditer(text):
        kind = "Commercial Court" if found["commercial"] else "District Court"
        court = "Court of Appeal" if found["appeal"] else kind
        yield _spot(found.start(), found.end(), _city(found["place"]), court)


def _spot(start: int, end: int, place: str, court: str) -> Spot:
    return Spot(start=start, end=end, kind="court", value=f"{place} {court}")


def _city(printed: str) -> str:
    return _names_of_cities().get(printed, printed)


def _kind_of(words: list[str]) -> tuple[str, int] | None:
    """Returns the kind of court that these words end with, and the number of its words."""
    for length in (2, 1):
        kind = _kinds().get(" ".join(words[-length:]).lower())
        if kind is not None and len(words) >= length:
            return kind, length
    return None


def _tail(found: re.Match[str]) -> str:
    return (found["tail"] or "").strip().removesuffix("s")


def _court(kind: str) -> str:
    if kind.startswith("of "):
        return f"Court {kind}"
    return kind if "Court" in kind else f"{kind} Court"


def _named_before(text: str, found: re.Match[str]) -> Spot | None:
    """Finds a court by a place and a kind before the word "Court"."""
    words = text[max(0, found.start() - 80) : found.start()].split(" ")
    if words.pop() or not words:
        return None
    kind, length = _kind_of(words) or (_tail(found), 0)
    if not kind:
        return None
    printed = words[len(words) - length :]
    rest = words[: len(words) - length]
    is_chinese = "People's" in kind
    number = _number(rest, printed) if is_chinese else ""
    is_small = found[0][0] == "c" or (length and not words[-1][:1].isupper())
    place = _place_at_end(rest, several=is_chinese)
    if place is None or (is_chinese and "Supreme" in (place, *rest[-1:])):
        return None
    if place in places().us_states and (is_small or kind == "District"):
        return None
    if is_small and (place == "China" or place in places().countries):
        return None
    start = found.start() - len(" ".join([place, *printed])) - 1
    if text[start : start + len(place)] != place:  # The place is in the genitive.
        start -= 2
    if text[start - 2 : start] == "& ":
        return None
    if found["tail"] == " of Appeal" and length:
        kind = f"{kind} Court of Appeal"
    return _spot(start, found.end(), _city(place), number + _court(kind))


def _number(rest: list[str], printed: list[str]) -> str:
    """Returns ``No 1 `` for "Beijing No. 1 Intermediate"; the number goes over from ``rest`` to
    ``printed``, as a word like "Province" does."""
    if rest and rest[-1] in CHINESE_PARTS:
        printed.insert(0, rest.pop())
    numbered = NUMBER.fullmatch(rest[-1]) if rest else None
    if numbered is None:
        return ""
    printed.insert(0, rest.pop())
    if rest and rest[-1] in ("No", "No."):
        printed.insert(0, rest.pop())
    return f"No {numbered[1]} "


def _place_at_end(words: list[str], *, several: bool) -> str | None:
    """Returns the place that these words end with, its genitive taken off."""
    if not words:
        return None
    words = [*words[:-1], words[-1].removesuffix("'s")]
    while several and (owner := next((word for word in words if word.endswith("'s")), None)):
        words = words[words.index(owner) + 1 :]
    if several:
        for length in (4, 3, 2):
            some = words[-length:]
            if (
                len(some) == length
                and all(map(WORD.fullmatch, some))
                and some[0] not in _no_places()
            ):
                return " ".join(some)
    for length in (4, 3, 2):
        long = " ".join(words[-length:])
        if len(words) >= length and long in places().long_places:
            return long
    last = words[-1]
    return last if WORD.fullmatch(last) and last not in _no_places() else None


def _named_behind(text: str, found: re.Match[str]) -> Spot | None:
    """Finds a court by a kind before the word "Court" and a place behind it."""
    behind = BEHIND.match(text, found.end())
    if behind is None or found[0][0] == "c":
        return None
    words = text[max(0, found.start() - 50) : found.start()].split(" ")
    if words.pop() and not found["tail"]:
        return None
    kind, length = (_tail(found), 0) if found["tail"] else (_kind_of(words) or ("", 0))
    if found["tail"] and words and words[-1][:1].isupper() and words[-1] not in ("The", "In"):
        return None
    if not kind or (length and not words[-1][:1].isupper()):
        return None
    ahead = text[behind.end() : behind.end() + 60].lstrip(" ")
    at = behind.end() + (text[behind.end()] == " ")
    place = _place_at_start(ahead)
    if place is None or place in places().us_states:
        return None
    end = at + len(place)
    for part in CHINESE_PARTS:
        if text.startswith(f" {part}", end):
            end += len(part) + 1
    start = found.start() - len(" ".join(words[len(words) - length :])) - 1 if length else 0
    start = start if length else found.start()
    return _spot(start, end, _city(place), _court(kind))


def _place_at_start(text: str) -> str | None:
    for place in places().long_places:
        if text.startswith(place):
            return place
    word = WORD.match(text)
    if word is None or word[0] in _no_places():
        return None
    return word[0].removesuffix("'s")


def local_court_named(name: str) -> str | None:
    """Returns today's name of the one court that is asked for, as by ``delhi high court``."""
    titled = re.sub(r"[\w']+", lambda word: word[0][0].upper() + word[0][1:], name)
    titled = re.sub(r" (Of|In|And|De|Am|At) ", lambda word: word[0].lower(), titled)
    titled = re.sub(r"^(Lg|Olg)\b", lambda word: word[0].upper(), titled)
    for spot in local_courts(titled):
        if (spot.start, spot.end) == (0, len(titled)):
            return spot.value
    return None
