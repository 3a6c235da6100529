"""Matches names that stories have with those somebody means: authors, sections, courts, numbers."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from tradepress.archive.database import Database
from tradepress.archive.search.query_language import Named
from tradepress.archive.searched_form import ALIKE
from tradepress.archive.stored_json import readable_names
from tradepress.story import NUMBER_KINDS

MENTIONED: dict[str, tuple[str, ...]] = {
    "court": ("court",),
    "office": ("office",),
    "case": ("case",),
    "number": NUMBER_KINDS,
    "firm": ("firm",),
}
"""Maps filters by what a story mentions to the kinds of mentions that they look at."""
BY_NAME = ("source", "section", "language", "author", *MENTIONED)
"""Lists filters whose values are names that stories have."""
_CURRENT_AUTHORS = "SELECT authors AS value FROM articles UNION SELECT credit FROM articles"
_ALL_AUTHORS = (
    f"{_CURRENT_AUTHORS} UNION SELECT authors FROM versions UNION SELECT credit FROM versions"
)
_CURRENT_SECTIONS = "SELECT DISTINCT section AS value FROM articles WHERE section IS NOT NULL"
_CURRENT_LANGUAGES = "SELECT DISTINCT language AS value FROM articles WHERE language IS NOT NULL"
_ALL = {
    "source": "SELECT name AS value FROM sources",
    "section": "SELECT DISTINCT section AS value FROM versions WHERE section IS NOT NULL",
    "language": "SELECT DISTINCT language AS value FROM versions WHERE language IS NOT NULL",
}
_MENTIONED = "SELECT DISTINCT value FROM mentions WHERE kind IN ({})"
_ALIKE = str.maketrans(ALIKE)
_OF_MARK = re.compile(r"[A-Z]{2,4} (?P<digits>[0-9]+)")
"""Matches a number of a mark with its office, as mentions store it."""
MOST_NAMED = 12


def find_named(db: Database, wanted: Named, *, with_former: bool) -> list[str]:
    """Finds sections, or JSON lists of authors, that have these words side by side in one name.

    :param with_former: of former versions, too
    """

    def is_meant(name: str) -> bool:
        return has_words(name, wanted.text, is_prefix=wanted.is_prefix)

    if wanted.field == "author":
        return author_lists(db, is_meant, with_former=with_former)
    sql = _ALL["section"] if with_former else _CURRENT_SECTIONS
    return [value for value in _values(db, sql) if is_meant(value)]


def author_lists(db: Database, is_meant: Callable[[str], bool], *, with_former: bool) -> list[str]:
    """Returns the values of ``authors`` and ``credit`` that have such a name, as they stand there.
    Who looks for an agency can't know in which of both a page had it."""
    lists = _values(db, _ALL_AUTHORS if with_former else _CURRENT_AUTHORS)
    return [one for one in lists if any(map(is_meant, readable_names(one)))]


def mentioned_values(db: Database, name: str, wanted: Sequence[str]) -> list[str]:
    """Returns the normal forms of mentions that somebody means by any of these.

    :param name: of MENTIONED
    """
    if not wanted:
        return []
    found = known_names(db, name)
    if name == "number":
        return _meant_numbers(found, wanted)
    is_meant = _is_case if name == "case" else is_name
    return [value for value in found if any(is_meant(value, one) for one in wanted)]


def known_names(db: Database, name: str) -> list[str]:
    """Lists all values that stories of the archive have for a filter, in the order of the alphabet.

    :param name: of the filter: ``source``, ``section``, ``language``, ``author``, or of MENTIONED
    """
    if name in MENTIONED:
        marks = ", ".join("?" * len(MENTIONED[name]))
        return sorted(_values(db, _MENTIONED.format(marks), MENTIONED[name]))
    if name == "author":
        return _names_in(_values(db, _ALL_AUTHORS))
    return sorted(_values(db, _ALL[name]))


def names_today(db: Database, name: str) -> list[str]:
    """Returns the names of the current versions, where that is a smaller question."""
    if name == "author":
        return _names_in(_values(db, _CURRENT_AUTHORS))
    current = {"section": _CURRENT_SECTIONS, "language": _CURRENT_LANGUAGES}
    return _values(db, current[name]) if name in current else []


def _names_in(lists: Iterable[str]) -> list[str]:
    """Returns the names in these lists (JSON), each once, in order."""
    return sorted({author for authors in lists for author in readable_names(authors)})


def is_known(name: str, known: str, wanted: str) -> bool:
    """Is it the name that a filter asks for?

    :param name: of the filter, of BY_NAME
    """
    is_meant = {"case": _is_case, "number": _is_number, "source": str.__eq__}.get(name, is_name)
    return is_meant(known, wanted)


def like(value: str, known: Sequence[str]) -> str:
    """Returns ``did you mean …?``, or what there is."""
    if close := close_names(value, known):
        return f"did you mean {' or '.join(close)}?"
    more = " …" if len(known) > MOST_NAMED else ""
    return f"it has {', '.join(known[:MOST_NAMED]) or 'none'}{more}."


def close_names(value: str, known: Sequence[str]) -> Sequence[str]:
    """Returns known names that are like a value: three at most, the likest first."""
    by_fold = {fold(one): one for one in known}
    return [by_fold[one] for one in get_close_matches(fold(value), by_fold)]


def fold(text: str) -> str:
    """Returns a text without case and accents, with letters as texts are searched, white space
    collapsed.

    >>> fold("Zoë  MÜLLER")
    'zoe muller'
    """
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_ALIKE)
    return " ".join("".join(filter(_is_no_mark, apart)).split())


def tokens_of(text: str) -> list[str]:
    """Returns the words of a text, folded.

    >>> tokens_of("O’Neill & Sons, 2nd")
    ['o', 'neill', 'sons', '2nd']
    """
    return re.findall(r"[^\W_]+", fold(text))


def has_words(name: str, wanted: str, *, is_prefix: bool = False) -> bool:
    """Do these words stand side by side in it?

    :param is_prefix: the last of them only begins so
    """
    there, asked = tokens_of(name), tokens_of(wanted)
    if not asked:
        return False
    *whole, last = asked
    return any(
        there[place : place + len(whole)] == whole
        and (there[end] == last or (is_prefix and there[end].startswith(last)))
        for place, end in enumerate(range(len(whole), len(there)))
    )


def is_name(known: str, wanted: str) -> bool:
    """Are two names the same but for case and accents?"""
    return fold(known) == fold(wanted)


def _is_case(known: str, wanted: str) -> bool:
    """Is a name that of the case itself, or of one of its parties?"""
    return has_words(known, wanted)


def _is_number(known: str, wanted: str) -> bool:
    """Compares numbers but for case and whatever stands between letters and digits; digits alone
    are those of a mark at any office."""
    asked, mark = squeezed(wanted), _OF_MARK.fullmatch(known)
    return squeezed(known) == asked or (mark is not None and mark["digits"] == asked)


def _meant_numbers(known: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """Returns known numbers that are meant; one that stories print without its office means
    these alone: it is counted so."""
    asked = set(map(squeezed, wanted))
    alone = asked - set(map(squeezed, known))
    return [
        value
        for value in known
        if squeezed(value) in asked or any(_is_number(value, one) for one in alone)
    ]


def squeezed(number: str) -> str:
    """Returns letters and digits alone, in small letters, without the zeros before the first digit.

    >>> squeezed("R 0948/2018-2")
    'r94820182'
    """
    return re.sub(r"^([^\W\d]*)0+(?=\d)", r"\1", re.sub(r"[\W_]", "", number.casefold()))


def _is_no_mark(character: str) -> bool:
    return not unicodedata.combining(character)


def name_key(name: str, value: str) -> str:
    """Returns a key that is equal for values that are the same to a filter.

    :param name: of the filter: ``author``, or of MENTIONED
    """
    if name == "case":
        return " ".join(tokens_of(value))
    return squeezed(value) if name == "number" else fold(value)


def found_by_other_names(name: str, stories: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs names that a filter finds by others of them, too, each with a name that finds it.

    Names that are the same to the filter stand under the one that most stories have. A case is also
    found by every shorter name that its own holds. Names that theirs alone finds are left out.

    :param name: of the filter: ``author``, or of MENTIONED
    :param stories: name -> how many have it
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for one in stories:
        alike[name_key(name, one)].append(one)
    shown = {key: max(names, key=lambda one: (stories[one], one)) for key, names in alike.items()}
    finders = {key: [key] for key in alike}
    if name == "case":
        for longer, shorter in _cases_within(alike):
            finders[longer].append(shorter)
    return [
        (one, shown[finder])
        for key, names in alike.items()
        if len(names) > 1 or len(finders[key]) > 1
        for one in names
        for finder in finders[key]
    ]


def _cases_within(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Finds cases by their words: yields the name of one, and that of another within it."""
    having: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        for word in key.split():
            having[word].add(key)
    for key in keys:
        with_rarest = min((having[word] for word in key.split()), key=len, default=())
        for other in with_rarest:
            if other != key and f" {key} " in f" {other} ":
                yield other, key


def _values(db: Database, sql: str, parameters: Iterable[str] = ()) -> list[str]:
    return [value for (value,) in db.execute(sql, [*parameters]) if value is not None]
