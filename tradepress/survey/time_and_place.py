"""Finds where a site is at home: its language, its time zone, and how it writes days."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from tradepress.archive.clock import on_clock

# Places of the trade press, the likeliest of each offset first.
BY_COUNTRY = {
    "uk": "Europe/London",
    "ie": "Europe/Dublin",
    "de": "Europe/Berlin",
    "at": "Europe/Vienna",
    "ch": "Europe/Zurich",
    "fr": "Europe/Paris",
    "be": "Europe/Brussels",
    "eu": "Europe/Brussels",
    "nl": "Europe/Amsterdam",
    "lu": "Europe/Luxembourg",
    "es": "Europe/Madrid",
    "pt": "Europe/Lisbon",
    "it": "Europe/Rome",
    "dk": "Europe/Copenhagen",
    "se": "Europe/Stockholm",
    "no": "Europe/Oslo",
    "fi": "Europe/Helsinki",
    "pl": "Europe/Warsaw",
    "cz": "Europe/Prague",
    "hu": "Europe/Budapest",
    "gr": "Europe/Athens",
    "tr": "Europe/Istanbul",
    "us": "America/New_York",
    "gov": "America/New_York",
    "ca": "America/Toronto",
    "mx": "America/Mexico_City",
    "br": "America/Sao_Paulo",
    "ar": "America/Argentina/Buenos_Aires",
    "cl": "America/Santiago",
    "in": "Asia/Kolkata",
    "cn": "Asia/Shanghai",
    "hk": "Asia/Hong_Kong",
    "tw": "Asia/Taipei",
    "sg": "Asia/Singapore",
    "jp": "Asia/Tokyo",
    "kr": "Asia/Seoul",
    "il": "Asia/Jerusalem",
    "ae": "Asia/Dubai",
    "au": "Australia/Sydney",
    "nz": "Pacific/Auckland",
    "za": "Africa/Johannesburg",
    "ng": "Africa/Lagos",
    "ke": "Africa/Nairobi",
}
BY_LANGUAGE = {
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "es": "Europe/Madrid",
    "it": "Europe/Rome",
    "nl": "Europe/Amsterdam",
    "pt": "America/Sao_Paulo",
    "da": "Europe/Copenhagen",
    "sv": "Europe/Stockholm",
    "nb": "Europe/Oslo",
    "no": "Europe/Oslo",
    "fi": "Europe/Helsinki",
    "pl": "Europe/Warsaw",
    "cs": "Europe/Prague",
    "ja": "Asia/Tokyo",
    "zh": "Asia/Shanghai",
    "ko": "Asia/Seoul",
    "tr": "Europe/Istanbul",
}
BY_OFFSET = (
    *("Europe/London", "Europe/Paris", "America/New_York", "America/Chicago"),
    *("America/Los_Angeles", "America/Denver", "Europe/Helsinki", "Asia/Kolkata"),
    *("Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "Africa/Lagos"),
    *("Africa/Johannesburg", "America/Sao_Paulo", "Asia/Dubai", "Africa/Nairobi"),
)
NEARLY_ALL = 0.8
"""Is the share of dates that must have a place's offset: a few are of a guest's clock, or typed."""
SMALL = {
    "en": "the and of to that with",
    "de": "der die und das nicht mit",
    "fr": "le les et des une dans",
    "es": "el los y del una que",
    "it": "il gli di della che per",
    "nl": "de het een van en niet",
    "pt": "o os da uma não com",
    "sv": "och att det som på inte",
    "da": "og at det ikke af som",
    "pl": "i w nie na się jest",
}
"""Holds frequent words of languages, of which a page seldom says in which it is."""
WORD = re.compile(r"[^\W\d_]+")
FEWEST_SMALL = 20
MONTH_OR_DAY = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](?:19|20)\d\d\b")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """Holds a value, how sure it is (0 to 1), and why."""

    value: str
    sureness: float
    evidence: str


def guess_language(texts: Iterable[str]) -> Guess:
    """Returns the language whose small words are most frequent."""
    counts = Counter(WORD.findall(" ".join(texts).lower()))
    shares = {name: sum(counts[word] for word in words.split()) for name, words in SMALL.items()}
    first, second = sorted(shares, key=shares.__getitem__, reverse=True)[:2]
    if shares[first] < FEWEST_SMALL or shares[first] < 2 * shares[second]:
        return Guess(value="en", sureness=0.2, evidence="no page says, nor do its words")
    return Guess(value=first, sureness=0.8, evidence="no page says, but its words are of it")


def guess_timezone(host: str, language: str | None, dates: Collection[str]) -> Guess:
    """Returns the IANA name of the place whose clock a site goes by.

    :param dates: ISO 8601, those that have an offset are asked
    """
    country = BY_COUNTRY.get(host.rpartition(".")[2])
    by_language = BY_LANGUAGE.get(language or "")
    moments = [datetime.fromisoformat(date) for date in dates if len(date) > len("2024-05-01")]
    moments = [moment for moment in moments if moment.utcoffset() is not None]
    offsets = {moment.utcoffset() for moment in moments}
    if moments and any(offsets):
        known = [place for place in (country, by_language) if place]
        same = {
            place: sum(on_clock(one, place).utcoffset() == one.utcoffset() for one in moments)
            for place in (*known, *BY_OFFSET)
        }
        place = max(same, key=same.__getitem__)
        if same[place] >= NEARLY_ALL * len(moments):
            sure = 0.95 if place in known else 0.8 if len(offsets) > 1 else 0.6
            share = same[place] / len(moments)
            told = f"{same[place]} of {len(moments)}" if share < 1 else f"{len(moments)}"
            words = f"{told} dates have its offset"
            return Guess(value=place, sureness=sure * share, evidence=words)
    told = "dates are in UTC" if moments else "no date has an offset"
    if country:
        words = f"{told}; the address ends in .{host.rpartition('.')[2]}"
        return Guess(value=country, sureness=0.7, evidence=words)
    if by_language:
        words = f"{told}; the language is {language}"
        return Guess(value=by_language, sureness=0.5, evidence=words)
    words = f"{told}, and nothing else tells the place"
    return Guess(value="UTC", sureness=0.4 if moments else 0.2, evidence=words)


def is_month_first(printed: Iterable[str]) -> bool:
    """Does a date as printed show that months stand first, as in ``03/24/2024``?"""
    pairs = [(int(a), int(b)) for words in printed for a, b in MONTH_OR_DAY.findall(words)]
    return any(b > 12 for _, b in pairs) and not any(a > 12 for a, _ in pairs)
