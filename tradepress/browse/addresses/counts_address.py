"""Reads the address of counts: ``/stories/picture?by=source,year&q=lantern``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.result_address import ResultAddress, read_address
from tradepress.research.counting.count_stories import without_subject

PICTURES: Mapping[str, str] = {
    "month": "month",
    "year": "year",
    "day": "day",
    "source": "source",
    "source,year": "source, year by year",
    "source,month": "source, month by month",
    "section": "section",
    "author": "author",
    "court": "court named",
    "court,year": "court named, year by year",
    "office": "office named",
    "case": "case named",
    "firm": "firm named",
    "number": "number named",
    "statute": "statute named",
    "nice-class": "class of goods named",
    "language": "language",
    "access": "access",
}
"""Lists what can be counted by, as an address has it, and how it is called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CountsAddress:
    """Says of which result stories are counted, and by what."""

    result: ResultAddress = field(default_factory=ResultAddress)
    picture: str = "month"
    """Is a key of PICTURES."""
    share: bool = False
    compared: tuple[str, ...] = ()
    """Holds words of further queries, which are counted beside the result."""

    @property
    def by(self) -> tuple[str, ...]:
        return tuple(self.picture.split(","))

    def parameters(self) -> list[tuple[str, str]]:
        asked = [("by", self.picture), *([("share", "1")] if self.share else [])]
        beside = [("compare", words) for words in self.compared]
        return [*asked, *beside, *self.result.at(1).parameters()]

    def __str__(self) -> str:
        """Returns the query string."""
        return urlencode(self.parameters())


def read_counts_address(arguments: Iterable[tuple[str, str]]) -> CountsAddress:
    """Reads the address of counts.

    :param arguments: names and values of the query string
    :raises ValueError: ``by`` is none of PICTURES, or a name or value is none of a result's
    """
    given = [*arguments]
    own = {name: value for name, value in given if name in ("by", "share") and value}
    picture = own.get("by", "month")
    if picture not in PICTURES:
        raise ValueError(f"stories are not counted by {picture!r}; write {', '.join(PICTURES)}")
    compared = tuple(value for name, value in given if name == "compare" and value.strip())
    if compared and "," in picture:
        raise ValueError("queries are compared by one thing, such as by=month")
    own_names = ("by", "share", "compare")
    result = read_address([pair for pair in given if pair[0] not in own_names]).at(1)
    is_shared = "share" in own and can_share(result.query)
    return CountsAddress(result=result, picture=picture, share=is_shared, compared=compared)


def can_share(query: StoryQuery) -> bool:
    """Is it about something, of which all stories can be told apart?"""
    return without_subject(query) != query
