"""Takes names in filters as people have them: the one that is meant, or the choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tradepress.archive.database import Database
from tradepress.archive.errors import QueryError
from tradepress.archive.search.find_stories import count_hits
from tradepress.archive.search.languages import language_names
from tradepress.archive.search.named_values import (
    BY_NAME,
    close_names,
    fold,
    has_words,
    is_known,
    known_names,
    like,
    name_key,
    names_today,
    tokens_of,
)
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.text_forms import counted

MOST_CHOICES, MOST_COUNTED = 5, 50
"""Limit the names that one may mean: those offered, and those whose stories are counted."""


class UnknownName(QueryError):
    """Says that no story of the archive has a name, and what may be meant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownValue:
    """Says what a filter asks for, where no story of the archive has it, or it may be several."""

    name: str
    """Is the name of the filter."""
    value: str
    """Is as the query has it."""
    typed: str
    known: Sequence[str]
    """Lists what stories have."""
    choices: Mapping[str, int]
    """Maps names that may be meant to their stories, the most frequent first."""

    @property
    def close(self) -> Sequence[str]:
        """Returns what may be meant, or is like the value, the best first."""
        return [*self.choices] or close_names(self.value, self.known)

    def __str__(self) -> str:
        if not self.choices:
            mend = like(self.value, self.known)
            return f"the archive has no {self.name} {self.typed!r}: {mend}"
        named = [f"{one} ({counted(n, 'story', 'stories')})" for one, n in self.choices.items()]
        return f"{self.name} {self.typed!r} may be {' or '.join(named)}: write the whole name"


def with_meant_names(
    db: Database, query: StoryQuery, typed: Mapping[str, Sequence[str]] | None = None
) -> StoryQuery:
    """Returns a query with the names of the archive that its filters mean.

    :param typed: what somebody typed in the place of the query's values, by filter
    :raises UnknownName: no story has a name, or several may be meant; names what there is
    """
    query, unknown = meant_names(db, query, typed)
    for one in unknown:
        raise UnknownName(str(one))
    return query


def meant_names(
    db: Database, query: StoryQuery, typed: Mapping[str, Sequence[str]] | None = None
) -> tuple[StoryQuery, Sequence[UnknownValue]]:
    """Does as :func:`with_meant_names`, and returns what it raises."""
    unknown: list[UnknownValue] = []
    for name in BY_NAME:
        values = list[str](getattr(query, name))
        words = dict(zip(values, (typed or {}).get(name, ()), strict=False))
        # Former versions are wide, and no index has their names: only for what isn't there today.
        missing = values
        for names in (names_today, known_names):
            if missing:
                known = names(db, name)
                missing = [
                    one for one in missing if not any(is_known(name, has, one) for has in known)
                ]
        for value in missing:
            meant = [*_meant(db, name, value, known)]
            if len({name_key(name, one) for one in meant}) == 1:
                values[values.index(value)] = meant[0]
                continue
            choices = {
                one: count_hits(db, replace(StoryQuery(), **{name: (one,)}))  # type: ignore[arg-type]
                for one in meant[:MOST_COUNTED]
            }
            best = sorted(choices, key=lambda one: (-choices[one], one))[:MOST_CHOICES]
            unknown.append(
                UnknownValue(
                    name=name,
                    value=value,
                    typed=words.get(value, value),
                    known=known,
                    choices={one: choices[one] for one in best},
                )
            )
        query = replace(query, **{name: tuple(values)})  # type: ignore[arg-type]
    return query, unknown


def names_taken(typed: StoryQuery, meant: StoryQuery) -> Iterator[str]:
    """Yields a line for each name that was taken for another: ``author Holm is Petra Holm``."""
    for name in BY_NAME:
        for before, after in zip(getattr(typed, name), getattr(meant, name), strict=True):
            if before != after:
                yield f"{name} {before} is {after}"


def has_alternatives(query: StoryQuery) -> bool:
    """Has a filter several values, of which one may be known and another not?"""
    return any(len(getattr(query, name)) > 1 for name in BY_NAME)


def _meant(db: Database, name: str, value: str, known: Sequence[str]) -> Iterator[str]:
    """Yields names of the archive that somebody may mean by a value that is none, each once."""
    match name:
        case "source":
            titles = dict(
                db.execute("SELECT name, publisher FROM sources ORDER BY name").fetchall()
            )
            whole = [one for one in titles if fold(value) in (fold(one), fold(titles[one]))]
            yield from whole or [one for one in titles if has_words(titles[one], value)]
        case "language":
            names = language_names()
            yield from (one for one in known if fold(names.get(one, one)) == fold(value))
        case "author":
            people = [one for one in known if _is_person(one, value)]
            yield from _once(name, people or [one for one in known if has_words(one, value)])
        case "number":
            return
        case _:
            yield from _once(name, [one for one in known if has_words(one, value)])


def _once(name: str, names: Sequence[str]) -> Sequence[str]:
    return [*{name_key(name, one): one for one in names}.values()]


def _is_person(known: str, wanted: str) -> bool:
    """Is it a family name, with the begin of each given name or without: Holm, P Holm, Holm P?"""
    given, family = tokens_of(known)[:-1], tokens_of(known)[-1:]
    before, _, after = wanted.partition(",")
    asked = tokens_of(f"{after} {before}") if after else tokens_of(wanted)
    return any(
        order[-1:] == family
        and len(order) - 1 <= len(given)
        and all(one.startswith(begin) for one, begin in zip(given, order[:-1], strict=False))
        for order in (asked, [*asked[1:], *asked[:1]])
    )
