"""How many stories name each court, case, mark, author: for the lists of all names there are."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pyroaring import BitMap

from archive.search.named_values import found_by_other_names, name_key
from archive.story import NUMBER_KINDS

NameList = Literal["court", "office", "case", "firm", "author", "number", "mark"]
"""``mark``: numbers of marks, ``number``: all others, of cases and decisions."""
NAME_LISTS: tuple[NameList, ...] = get_args(NameList)
MARK_KINDS = ("registration", "application")


@dataclass(frozen=True, kw_only=True, slots=True)
class NameCount:
    """One name."""

    name: str
    """In one of its spellings."""
    stories: int
    """Of those with much the same text one counts."""


NameCounts = Mapping[NameList, Sequence[NameCount]]
"""Of each list the names, those that most stories name first."""


class NameCounter:
    """Gathers the stories of each name."""

    def __init__(self) -> None:
        self._found: dict[NameList, dict[str, tuple[str, BitMap]]] = {
            names: {} for names in NAME_LISTS
        }
        """By what is equal for all spellings of a name: one of them, and all stories."""

    def add(self, names: NameList, name: str, stories: BitMap) -> None:
        """
        :param stories: those that have the name in this spelling
        """
        found, key = self._found[names], _key_of(names, name)
        if key in found:
            other, before = found[key]
            name = max(((len(before), other), (len(stories), name)))[1]
            stories = stories | before
        if stories:
            found[key] = (name, stories)

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
                    (
                        NameCount(name=name, stories=len(stories) - copies_among(stories))
                        for name, stories in self._as_filtered(names)
                    ),
                    key=lambda counted: (-counted.stories, counted.name),
                )
            )
            for names in self._found
        }

    def _as_filtered(self, names: NameList) -> Iterator[tuple[str, BitMap]]:
        """Each name with all stories that the filter by it finds."""
        if names == "case":
            yield from _with_longer_names(dict(self._found[names].values())).items()
            return
        # A mark's number may be that of a case: who asks for one gets both.
        other = {"number": self._found["mark"], "mark": self._found["number"]}.get(names, {})
        for key, (name, stories) in self._found[names].items():
            yield name, stories | other[key][1] if key in other else stories


def _with_longer_names(found: Mapping[str, BitMap]) -> Mapping[str, BitMap]:
    """A case is also found by what stories call it at greater length."""
    others = defaultdict[str, list[str]](list)
    for longer, name in found_by_other_names("case", {name: len(of) for name, of in found.items()}):
        others[name].append(longer)
    return {
        name: BitMap.union(stories, *(found[longer] for longer in others[name]))
        for name, stories in found.items()
    }


def _key_of(names: NameList, name: str) -> str:
    """Equal for names that the filter takes for one."""
    return name_key("number" if names == "mark" else names, name)
