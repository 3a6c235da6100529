"""Says which stories somebody means: one value for a search, an export, a count, a saved query."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from tradepress.archive.search.languages import language_names

JsonQuery = dict[str, str | bool | list[str]]
"""Is a query as JSON: what is empty is left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryQuery:
    """Asks for stories by words and filters; empty: for all. Of a filter's values any will do."""

    words: str | None = None
    """Is in the query language (`tradepress docs query-language`), or a ref or address; None: the
    filters alone."""
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    """Is the paper's own word, in any case."""
    language: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    """Is one of ``open``, ``registration``, ``subscription``, ``unknown``."""
    author: tuple[str, ...] = ()
    """Is the whole name of one of the authors, without regard to case and accents."""
    court: tuple[str, ...] = ()
    """Is a court that the story mentions, by its name of today; so office and firm
    (:func:`tradepress.mentions.asked_names.with_known_names` makes it of any name)."""
    office: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    """Is ``X v Y``, or a party."""
    number: tuple[str, ...] = ()
    """Is the number of any kind of NUMBER_KINDS; spaces, signs and case don't count."""
    firm: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    """Names kinds of what the story mentions, of :data:`tradepress.story.ASKED_KINDS`."""
    since: str | None = None
    """Is a day, month or year of publication, inclusive; leaves out the undated."""
    until: str | None = None
    as_of: str | None = None
    """Is a day (UTC): the version of each story that the archive held at its end."""
    seen_on: str | None = None
    """Is a day (UTC): the version that the paper showed then. Not with ``as_of``."""
    undated: bool = False
    """Leaves out stories that have a day of publication."""
    doubtful: bool = False
    """Leaves out stories whose confidence isn't low, and none of whose paragraphs is in doubt."""
    stemmed: bool = False
    """Takes words for equal by their stem."""
    variants: bool = False
    """Lets words stand for other spellings, old names and other languages, too."""


def query_as_json(query: StoryQuery) -> JsonQuery:
    """Puts a query in JSON; equal for equal queries, names in the order of the fields."""
    values = {field.name: getattr(query, field.name) for field in fields(query)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in (None, (), False)
    }


def query_in_words(query: StoryQuery) -> str:
    """Returns ``lantern mark; source wipr, tbo; since 2015``; ``all stories`` if it asks
    nothing."""
    parts = [query.words] if query.words else []
    for field in fields(query):
        value = getattr(query, field.name)
        name = field.name.replace("_", " ")
        if field.name == "words" or not value:
            continue
        if name == "language":
            value = [language_names().get(one, one) for one in value]
        if value is True:
            parts.append(name)
        else:
            parts.append(f"{name} {value if isinstance(value, str) else ', '.join(value)}")
    return "; ".join(parts) or "all stories"


def query_from_json(given: Mapping[str, object]) -> StoryQuery:
    """Reads the query that :func:`query_as_json` wrote.

    :raises ValueError: a name is none of a query's, or a value is not of its kind
    """
    values: dict[str, str | bool | tuple[str, ...]] = {}
    kinds = {field.name: type(field.default) for field in fields(StoryQuery)}
    for name, value in given.items():
        kind = kinds.get(name)
        if kind is None:
            raise ValueError(f"a query has no {name!r}; it has {', '.join(kinds)}")
        if kind is tuple and isinstance(value, list) and all(isinstance(x, str) for x in value):
            values[name] = tuple(value)
        elif isinstance(value, bool if kind is bool else str) and kind is not tuple:
            values[name] = value
        else:
            words = {tuple: "a list of texts", bool: "true or false"}.get(kind, "a text")
            raise ValueError(f"{name} of a query is {words}, not {value!r}")
    return StoryQuery(**values)  # type: ignore[arg-type]
