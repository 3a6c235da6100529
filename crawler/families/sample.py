"""The two sample papers' furniture: the Newton family's wording and their own names."""

from crawler.families.newton import AROUND, IN_BODY, WALL
from crawler.source import Furniture

FURNITURE: tuple[Furniture, ...] = (
    *IN_BODY,
    *WALL,
    *AROUND,
    Furniture(pattern=r"(?:the )?signet gazette|marks (?:&|and) makers"),
)
