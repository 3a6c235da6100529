"""The questions of tests/search/*questions.toml, and the truth of each by a plain string search."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLES = ("questions.toml", "further_questions.toml")
"""Written before the code, and after it."""
SPACELESS = (
    *("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"),
    *("THAI", "LAO", "KHMER", "MYANMAR", "IDEOGRAPHIC"),
)
"""How the names of the letters begin whose scripts write words without spaces."""
FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "\u00ad": None}
)
WIDE = re.compile("[\uff00-\uffef]+")


@cache
def is_spaceless(sign: str) -> bool:
    return unicodedata.name(sign, "").split(" ", 1)[0] in SPACELESS


@cache
def is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNM"


@cache
def is_accent(sign: str) -> bool:
    """Of Latin, Greek and Cyrillic letters, or a vowel sign or point of Arabic and Hebrew ones."""
    name = unicodedata.name(sign, "")
    is_mark = unicodedata.category(sign) == "Mn"
    is_voicing = name.startswith("COMBINING KATAKANA")
    return is_mark and name.startswith(("COMBINING", "ARABIC", "HEBREW")) and not is_voicing


@cache
def plain(text: str) -> str:
    """Without case, accents and width, as the head of the table says; signs are one space."""
    narrow = WIDE.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), text)
    apart = unicodedata.normalize("NFD", narrow.casefold())
    bare = "".join(sign for sign in apart if not is_accent(sign)).translate(FOLDED)
    whole = unicodedata.normalize("NFC", bare)
    return " ".join("".join(sign if is_letter(sign) else " " for sign in whole).split())


@cache
def pattern(needle: str) -> re.Pattern[str]:
    """What finds it in a plain text: letters without spaces may stand apart by signs alone."""
    letters = plain(needle)
    parts = []
    for before, sign, after in zip(" " + letters, letters, letters[1:] + " ", strict=False):
        may_part = is_spaceless(before) or is_spaceless(after if sign == " " else sign)
        if sign == " ":
            parts.append(" ?" if may_part else " ")
        else:
            parts.append(" ?" if may_part and before not in " " else "")
            parts.append(re.escape(sign))
    return re.compile("".join(parts))


def is_there(needle: str, text: str) -> bool:
    """Does it stand in this plain text, its first and last word whole?"""
    if plain(needle)[:1] not in text:
        return False  # most often, and known at once
    for found in pattern(needle).finditer(text):
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        begins = not goes_on(before, found[0][0])
        ends = needle.endswith("*") or not goes_on(found[0][-1], after)
        if begins and ends:
            return True
    return False


def goes_on(left: str, right: str) -> bool:
    """Are both letters of one word?"""
    return all(sign and sign != " " and not is_spaceless(sign) for sign in (left, right))


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question, and how its answer is known without the archive's index."""

    language: str
    ask: str
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    near: tuple[str, str] | None = None
    apart: int = 0
    within: str | None = None

    def is_answered_by(self, texts: Mapping[str, str]) -> bool:
        """:param texts: the plain texts of a story's fields"""
        fields = [texts[self.within]] if self.within else [*texts.values()]

        def has(needle: str) -> bool:
            return any(is_there(needle, text) for text in fields)

        return (
            all(map(has, self.all))
            and (not self.any or any(map(has, self.any)))
            and not any(map(has, self.none))
            and (self.near is None or any(self._is_near(text.split()) for text in fields))
        )

    def _is_near(self, words: Sequence[str]) -> bool:
        assert self.near is not None
        one, other = (
            [place for place, word in enumerate(words) if word == plain(needle)]
            for needle in self.near
        )
        return any(abs(a - b) <= self.apart + 1 for a in one for b in other)


def questions() -> list[Question]:
    files = (Path(__file__).parent / "search" / name for name in TABLES)
    tables = [tomllib.loads(file.read_text(encoding="utf8")) for file in files]
    return [
        _question(language, row)
        for table in tables
        for language, rows in table.items()
        for row in rows
    ]


def _question(language: str, row: Mapping[str, Any]) -> Question:
    truth = row.get("truth") or {"all": row["ask"].split()}
    values: dict[str, Any] = {
        name: tuple(one) if isinstance(one, list) else one for name, one in truth.items()
    }
    return Question(language=language, ask=row["ask"], **values)


@dataclass(frozen=True, kw_only=True)
class KnownPage:
    """A page whose true text is known."""

    url: str
    headline: str
    body: str


def known_pages(shared: Path, *, english: int) -> list[KnownPage]:
    """The pages that the head of the table names, with so many others."""
    pages = {page.url: page for page in _pages(shared / "data") if page.body.strip()}
    others = [page for page in pages.values() if _is_plain_english(page)]
    left_out = {page.url for page in others[english:]}
    return [page for url, page in pages.items() if url not in left_out]


def _pages(data: Path) -> Iterator[KnownPage]:
    aeb = json.loads((data / "aeb" / "ground-truth.json").read_text(encoding="utf8"))
    for row in aeb.values():
        yield _page(row["url"], None, row["articleBody"])
    for name in ("news", "papers", "wcxb"):
        for row in json.loads((data / name / "ground-truth.json").read_text(encoding="utf8")):
            if row.get("kind", "article") == "article":
                yield _page(row["link"], row["title"], row["text"])


def _page(url: str, headline: str | None, body: str | None) -> KnownPage:
    text = body or ""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return KnownPage(url=url, headline=headline or first, body=text)


def _is_plain_english(page: KnownPage) -> bool:
    text = f"{page.headline} {page.body}"
    words = text.lower().split()
    share = sum(word in ("the", "of", "and", "to", "in") for word in words) / (len(words) or 1)
    return share > 0.08 and not any(map(_is_of_interest, set(text)))


def _is_of_interest(sign: str) -> bool:
    is_latin = unicodedata.name(sign, "").startswith(("LATIN", "FEMININE", "MASCULINE", "MICRO"))
    return sign in "ßøØłŁæÆœŒđĐıİ" or (sign.isalpha() and not is_latin)
