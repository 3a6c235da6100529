"""Writes pictures as SVG: text as text, no foreign font or host, light and dark."""

from html import escape

LIGHT = {
    "page": "#fdfcf8",
    "card": "#ffffff",
    "ink": "#1b222c",
    "quiet": "#57606a",
    "line": "#c9c5b8",
    "blue": "#1c4d8c",
    "red": "#b3261e",
    "green": "#1a6b33",
    "yellow": "#8a5a00",
}
DARK = {
    "page": "#16191f",
    "card": "#20252d",
    "ink": "#ebe8e0",
    "quiet": "#a5adb8",
    "line": "#4a515c",
    "blue": "#8fb8f0",
    "red": "#ff9c94",
    "green": "#7fd69a",
    "yellow": "#f0c265",
}
"""Maps names of colours to what they are where the reader asks for dark pages."""
SANS = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def svg_page(*, width: int, height: int, title: str, alt: str, style: str, parts: list[str]) -> str:
    """Returns a whole picture.

    :param alt: says in a sentence what is to be seen
    :param style: rules of CSS; colours are ``var(--ink)``
    :param parts: elements, in the order in which they are painted
    """
    body = "\n".join(parts)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" height="{height}">
<title>{escape(title)}</title>
<desc>{escape(alt)}</desc>
<style>
svg {{ {_declared(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ svg {{ {_declared(DARK)} }} }}
text {{ fill: var(--ink); font-family: {SANS}; font-size: 13px; white-space: pre; }}
.mono {{ font-family: {MONO}; }}
.page {{ fill: var(--page); }}
.card {{ fill: var(--card); stroke: var(--line); }}
.quiet {{ fill: var(--quiet); }}
.strong {{ font-weight: 600; }}
{style}
</style>
<rect class="page" width="{width}" height="{height}" rx="6"/>
{body}
</svg>
"""


def _declared(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def text(x: float, y: float, words: str, *classes: str, more: str = "") -> str:
    """Returns an element of words.

    :param y: is where the letters stand on
    :param more: further attributes
    """
    named = f' class="{" ".join(classes)}"' if classes else ""
    return f'<text x="{x:g}" y="{y:g}"{named}{more}>{escape(words, quote=False)}</text>'


def card(x: float, y: float, width: float, height: float, *classes: str) -> str:
    """Returns a box with round corners."""
    named = " ".join(["card", *classes])
    return (
        f'<rect class="{named}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5"/>'
    )
