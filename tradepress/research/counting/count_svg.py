"""Draws counts as an SVG: bars, without script or outside fonts, and with all of it in words.

Times stand side by side, all else under each other with its name; stories without the value have no
bar. The same counts give the same bytes.
"""

from collections.abc import Iterator, Sequence
from html import escape
from unicodedata import east_asian_width

from tradepress.archive.search.story_query import query_in_words
from tradepress.archive.text_forms import percent
from tradepress.research.counting.count_stories import TIMES, CountRow, StoryCounts
from tradepress.research.counting.count_words import notes_on, shown, why_no_bar
from tradepress.research.export.xml_text import ILLEGAL, REPLACEMENT

WIDTH = 900
TOP, MARGIN, LINE = 64, 24, 18
PLOT_HEIGHT = 280
ROW = 24
LONGEST_NAME = 44
"""Limits the characters of a name that are shown; the description has it whole."""
SIGN = 6.6
"""Is the width of a small letter, about."""
MOST_LABELS = {"day": 8, "month": 12, "year": 12}
"""Limits the labels of times below the bars; whole days are longer."""

FONTS = "Helvetica, Arial, Liberation Sans, DejaVu Sans, Noto Sans, sans-serif"
# Dark on a screen alone: paper is white.
STYLE = """
text { font-size: 12px; fill: #222222; }
.title { font-size: 17px; }
.less { fill: #555555; }
.ground { fill: #ffffff; }
.bar { fill: #2a62a8; }
.line { stroke: #cccccc; }
@media screen and (prefers-color-scheme: dark) {
text { fill: #eeeeee; }
.less { fill: #bbbbbb; }
.ground { fill: #1b1d20; }
.bar { fill: #7db0ee; }
.line { stroke: #4a4d52; }
}
"""


def draw_counts(counts: StoryCounts, *, width: int = WIDTH) -> str:
    """Draws the whole file.

    :param width: in pixels, of which letters have the same whatever it is
    :raises ValueError: the counts are by two things
    """
    if len(counts.by) > 1:
        raise ValueError("a picture shows counts by one thing; those by two can be had as CSV")
    (key,) = counts.by
    rows, left_out = shown(counts)
    more = [f"and {left_out:,} more"] if left_out else []
    title = f"{'Share of stories' if _is_share(counts) else 'Stories'} by {key}"
    about = query_in_words(counts.query)
    if key in TIMES:
        marks, height = _columns([row for row in rows if row.keys[0] is not None], counts, width)
        if why_not := why_no_bar(counts):
            marks, height = [_text(MARGIN, TOP + LINE, why_not)], TOP + 2 * LINE
        undated = [row for row in rows if row.keys[0] is None]
        more += [f"undated: {_value_words(row, counts)}" for row in undated]
    else:
        marks, height = _bars(rows, counts, width)
    notes = [*more, *notes_on(counts)]
    table = [f"{counts.label(row.keys[0])}: {_value_words(row, counts)}" for row in counts.rows]
    whole = height + LINE * len(notes) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{whole}" '
        f'viewBox="0 0 {width} {whole}" font-family="{FONTS}" '
        'role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(title)}: {escape(about)}</title>',
        f'<desc id="description">{escape(chr(10).join([*notes_on(counts), *table]))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{whole}"/>',
        _text(MARGIN, 28, title, kind="title"),
        _text(MARGIN, 48, _cut(about, width * 2 // 15), kind="less"),
        *marks,
        *(
            _text(MARGIN, height + LINE * place, note, kind="less")
            for place, note in enumerate(notes, 1)
        ),
        "</svg>",
    ]
    return ILLEGAL.sub(REPLACEMENT, "\n".join(lines)) + "\n"


def _is_share(counts: StoryCounts) -> bool:
    return counts.of is not None


def _value(row: CountRow, counts: StoryCounts) -> float:
    return (row.share or 0.0) * 100 if _is_share(counts) else row.stories


def _value_words(row: CountRow, counts: StoryCounts) -> str:
    if row.of is None or not _is_share(counts):
        return f"{row.stories:,}"
    return f"{percent(row.share)} ({row.stories:,} of {row.of:,})"


def _columns(rows: Sequence[CountRow], counts: StoryCounts, whole: int) -> tuple[list[str], int]:
    """Draws bars side by side over a line of times; returns also where they end."""
    step, steps = nice_steps(max((_value(row, counts) for row in rows), default=0))
    left, right, bottom = MARGIN + 40, whole - 2 * MARGIN, TOP + PLOT_HEIGHT
    scale = PLOT_HEIGHT / (step * steps)
    marks = []
    for place in range(steps + 1):
        y = bottom - place * step * scale
        words = f"{place * step:,.10g}{' %' if _is_share(counts) else ''}"
        marks.append(f'<path class="line" d="M{left} {y:.1f}H{right}"/>')
        marks.append(_text(left - 6, y + 4, words, kind="less", anchor="end"))
    width = (right - left) / max(1, len(rows))
    most = MOST_LABELS[counts.by[0]] * whole // WIDTH
    every, first = labelled(counts.by[0], [str(row.keys[0]) for row in rows], most)
    for place, row in enumerate(rows):
        x, high = left + place * width, _value(row, counts) * scale
        marks += _bar(x + width * 0.1, bottom - high, width * 0.8, high, row, counts)
        if place % every == first:
            middle = x + width / 2
            marks.append(_text(middle, bottom + LINE, str(row.keys[0]), anchor="middle"))
    return marks, bottom + 2 * LINE


def _bars(rows: Sequence[CountRow], counts: StoryCounts, whole: int) -> tuple[list[str], int]:
    """Draws bars under each other, each with its name and number; returns also where they end."""
    names = [_cut(counts.label(row.keys[0]), LONGEST_NAME) for row in rows]
    left = MARGIN + 8 + max(map(_width, names), default=0)
    numbers = [_value_words(row, counts) for row in rows]
    right = whole - MARGIN - 8 - max(map(_width, numbers), default=0)
    heights = [0.0 if row.keys == (None,) else _value(row, counts) for row in rows]
    scale = (right - left) / (max(heights, default=0) or 1)
    marks = []
    for place, (row, name, number) in enumerate(zip(rows, names, numbers, strict=True)):
        y, long = TOP + place * ROW, heights[place] * scale
        marks.append(_text(left - 8, y + 15, name, anchor="end"))
        marks += _bar(left, y + 3, long, ROW - 7, row, counts)
        marks.append(_text(left + long + 8, y + 15, number))
    return marks, TOP + len(rows) * ROW


def _bar(
    x: float, y: float, width: float, height: float, row: CountRow, counts: StoryCounts
) -> Iterator[str]:
    """Draws a bar that tells its number when it is pointed at."""
    if width and height:
        words = f"{counts.label(row.keys[0])}: {_value_words(row, counts)}"
        place = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
        yield f'<rect class="bar" {place}><title>{escape(words)}</title></rect>'


def _text(x: float, y: float, words: str, *, kind: str = "", anchor: str = "start") -> str:
    of_kind = f' class="{kind}"' if kind else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{of_kind}{at}>{escape(words)}</text>'


def _width(words: str) -> float:
    """Returns about how wide words are: capitals more than others, and Chinese twice as much."""
    wide = sum(east_asian_width(sign) in "WF" for sign in words)
    return SIGN * (len(words) + wide + 0.4 * sum(map(str.isupper, words)))


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def labelled(key: str, found: Sequence[str], most: int = 0) -> tuple[int, int]:
    """Returns which of these times have a label, every so many-th, and the place of the first
    that has: of many months those of whole quarters, halves or years."""
    every = -(-len(found) // (most or MOST_LABELS[key]))
    if key != "month" or every < 3:
        return max(1, every), 0
    every = next((some for some in (3, 6) if every <= some), -(-every // 12) * 12)
    return every, -(int(found[0][:4]) * 12 + int(found[0][5:]) - 1) % every


def nice_steps(highest: float) -> tuple[float, int]:
    """Returns what lies between two lines of the scale, 1, 2 or 5 times a power of ten, and how
    many lines there are.

    >>> nice_steps(312)
    (100, 4)
    """
    step: float = 1 if highest >= 1 or not highest else 10**-4
    for factor in (2, 2.5, 2) * 20:
        if highest <= 5 * step:
            break
        step *= factor
    step = int(step) if step >= 1 else step
    return step, max(1, int(-(-highest // step)))
