"""How many stories name each court, case, mark, author: for the lists of all names there are."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pyroaring import BitMap

from archive.search.named_values import fold, squeezed
from archive.story import NUMBER_KINDS

NameList = Literal["court", "office", "case", "firm", "author", "number", "mark"]
"""``mark``: numbers of marks, ``number``: all others, of cases and decisions."""
NAME_LISTS: tuple[NameList, ...] = get_args(NameList)
MARK_KINDS = ("registration", "application")


@dataclass(frozen=True, kw_only=True, slots=True)
class NameCount:
    """One name."""

    name: str
    """As most stories have it."""
    stories: int
    """Of those with much the same text one counts."""


NameCounts = Mapping[NameList, Sequence[NameCount]]
"""Of each list the names, those that most stories name first."""


class NameCounter:
    """Gathers the stories of each name."""

    def __init__(self) -> None:
        self._found: dict[NameList, dict[str, dict[str, BitMap]]] = {
            names: defaultdict(dict) for names in NAME_LISTS
        }

    def add(self, names: NameList, name: str, stories: BitMap) -> None:
        """
        :param stories: those that have the name in this spelling
        """
        alike = self._found[names][_key_of(names, name)]
        alike[name] = alike.get(name, BitMap()) | stories

    def add_mention(self, kind: str, value: str, stories: BitMap) -> None:
        if kind in MARK_KINDS:
            self.add("mark", value, stories)
        elif kind in NUMBER_KINDS:
            self.add("number", value, stories)
        elif kind in ("court", "office", "case", "firm"):
            self.add(kind, value, stories)  # type: ignore[arg-type]

    def counted(self, copies_among: Callable[[BitMap], int]) -> NameCounts:
        """
        :param copies_among: how many of these stories are not counted, being copies of others
        """
        return {
            names: tuple(
                sorted(
                    self._counts(found, copies_among),
                    key=lambda counted: (-counted.stories, counted.name),
                )
            )
            for names, found in self._found.items()
        }

    def _counts(
        self, found: Mapping[str, Mapping[str, BitMap]], copies_among: Callable[[BitMap], int]
    ) -> Iterator[NameCount]:
        for alike in found.values():
            stories = BitMap.union(*alike.values())
            if stories:
                yield NameCount(
                    name=max(alike, key=lambda name: (len(alike[name]), name)),
                    stories=len(stories) - copies_among(stories),
                )


def _key_of(names: NameList, name: str) -> str:
    """Equal for names that the filter takes for one."""
    return squeezed(name) if names in ("number", "mark") else fold(name)
