"""Holds a page as blocks in page order, and the elements that hold them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tradepress.extraction.blocks import Block
from tradepress.extraction.tree import Element

BESIDE = "beside"
"""Is the zone of a few words that stand beside a picture."""


@dataclass(slots=True)
class Node:
    """Is one element that holds blocks ``start`` to ``end`` (exclusive): at least one, but for the
    root."""

    parent: int
    tag: str
    names: str
    """Holds its class words as written."""
    id: str
    own_zone: str | None
    zone: str | None
    """Is the element's own zone, else the one it stands in."""
    marked: bool
    """Do its attributes call it the story's body?"""
    start: int
    end: int = 0
    pictured: bool = False
    """Does a picture stand in it, with no other node that holds words around the picture?"""

    @property
    def called(self) -> str:
        return f"{self.names} {self.id}" if self.id else self.names

    def holds(self, other: "Node") -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(slots=True)
class Layout:
    """Holds a page as blocks and the elements that hold them; node 0 is the root."""

    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    """``group`` is the index of the node that holds the block; ``in_body`` is not decided."""
    typed: list[Element] = field(default_factory=list)
    """Holds elements that stand for something in microdata, perhaps for the article."""
    bylines: list[tuple[str, int]] = field(default_factory=list)
    """Holds words of the first elements whose attributes speak of an author, those side by side
    together, and how many blocks stand before each."""
    categories: list[str] = field(default_factory=list)
    """Holds words of the links whose ``rel`` calls them a category."""
    has_password: bool = False
    """Does the page ask for one?"""
    selected: list[Node] = field(default_factory=list)
    """Are the elements that the source selects as the story's body, as far as they hold words."""


def zone_of(nodes: Sequence[Node], node: Node) -> str | None:
    """Returns an element's own zone, else that around it; what a ``figure`` quotes is no
    caption."""
    if node.own_zone not in (None, BESIDE):
        return node.own_zone
    around = nodes[node.parent]
    if node.tag == "blockquote":
        while around.zone == "caption" and (around.own_zone is None or around.tag == "figure"):
            around = nodes[around.parent]
    return around.zone or node.own_zone
