"""Paints counts as a PNG: the SVG, by resvg with the fonts of this machine."""

from tradepress.research.counting.count_stories import StoryCounts
from tradepress.research.counting.count_svg import FONTS, draw_counts

SCALE = 2
"""Is how many pixels a unit of a picture has, so that it is sharp in print."""


class NoPainter(Exception):
    """Says that what paints a PNG isn't there, and what to install."""


def paint_counts(counts: StoryCounts) -> bytes:
    """Paints the bytes of a PNG.

    :raises NoPainter: resvg isn't installed, or this machine has no font
    :raises ValueError: as :func:`tradepress.research.counting.count_svg.draw_counts`
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise NoPainter("a PNG needs resvg: install tradepress[plots], or make an SVG") from None
    # Without a font that it takes for these, resvg leaves all words out and says nothing.
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
    word = f"<text y='9' font-family='{FONTS}'>M</text>"
    if svg_to_bytes(picture.format("")) == svg_to_bytes(picture.format(word)):
        raise NoPainter(
            f"a PNG needs a font, and this machine has none of {FONTS}; install one "
            "(fonts-dejavu-core), or make an SVG"
        )
    return bytes(svg_to_bytes(draw_counts(counts), zoom=SCALE))
