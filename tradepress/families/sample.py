"""Declares the two sample papers' furniture: the Newton family's wording and their own names."""

from tradepress.families.newton import AROUND, IN_BODY, WALL
from tradepress.source import Furniture

FURNITURE: tuple[Furniture, ...] = (
    *IN_BODY,
    *WALL,
    *AROUND,
    Furniture(pattern=r"(?:the )?signet gazette|marks (?:&|and) makers"),
)
