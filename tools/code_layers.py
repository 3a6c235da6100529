"""Draws the layers of the code, which import-linter holds.

The layers are read from pyproject.toml; what a module is for is said here.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from tools.demo_archive import ROOT
from tools.svg_page import card, svg_page, text

CODE_LAYERS = (
    "The layers of the code, from the command line at the top to the vocabulary of a story at the "
    "bottom. A module imports what stands below it, never what stands above."
)
WIDTH, HEIGHT, GAP, MARGIN, ASIDE = 760, 50, 8, 20, 34
"""Are the size of a layer, what is free between two, around all, and beside them for the arrow."""
STYLE = """.way { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
.tip { fill: var(--quiet); }
.small { font-size: 12px; }"""
WORDS: Mapping[str, str] = {
    "command_line": "one group of commands, an exit code that means something",
    "commands": "what is typed calls a job, and its result is put in words",
    "schedule": "cron and systemd",
    "cluster": "jobs cut into tasks for many machines",
    "jobs": "what commands do, as plain functions",
    "browse": "the reading room",
    "crawling": "listings are walked, pages asked for",
    "survey": "pages of a site give its declaration",
    "research": "count, cite, check, export, release",
    "discovery": "a listing gives addresses",
    "extraction": "a page gives a story",
    "steps": "what every story passes",
    "rights": "what publishers reserve",
    "conduct": "one file for each rule of good behaviour",
    "verified": "when rules last worked",
    "declared_sources": "sources by their names",
    "mentions": "what a text names",
    "spiders": "the declared sources",
    "declaration_faults": "what is wrong with one, in words",
    "families": "what sources of one publisher share",
    "configuration": "tradepress.toml",
    "source": "what must be known of a publisher",
    "archive": "one SQLite file, and captured pages as WARC",
    "documentation": "these pages, as the program has them",
    "story": "what a story is",
    "story_fields": "what each field means",
    "notebook": "results as HTML",
}
"""Says in a few words what each module of a layer is for."""


def read_layers() -> Sequence[Sequence[str]]:
    """Returns the modules of each layer, the highest first, without ``tradepress.``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(one for one in contracts if "tradepress.command_line" in one.get("layers", []))
    return [
        [name.removeprefix("tradepress.") for name in re.split(r"\s*[:|]\s*", layer)]
        for layer in layers["layers"]
    ]


def code_layers() -> str:
    """Returns the picture.

    :raises KeyError: a module of a layer has no words here
    """
    layers = read_layers()
    parts = [part for number, layer in enumerate(layers) for part in _drawn(layer, number)]
    bottom = MARGIN + len(layers) * (HEIGHT + GAP) - GAP
    x = MARGIN + 8
    parts += [
        f'<path class="way" d="M{x} {MARGIN} V{bottom - 8}"/>',
        f'<path class="tip" d="M{x - 5} {bottom - 9} h10 L{x} {bottom} Z"/>',
        text(
            x + 14,
            MARGIN + 4,
            "imports",
            "quiet",
            "small",
            more=f' transform="rotate(90 {x + 14} {MARGIN + 4})"',
        ),
    ]
    return svg_page(
        width=2 * MARGIN + ASIDE + WIDTH,
        height=bottom + MARGIN,
        title="The layers of the code",
        alt=CODE_LAYERS,
        style=STYLE,
        parts=parts,
    )


def _drawn(layer: Sequence[str], number: int) -> Iterator[str]:
    width = (WIDTH - GAP * (len(layer) - 1)) / len(layer)
    y = MARGIN + number * (HEIGHT + GAP)
    for place, name in enumerate(layer):
        x = MARGIN + ASIDE + place * (width + GAP)
        yield card(x, y, width, HEIGHT)
        yield text(x + 12, y + 21, name, "mono", "strong")
        yield text(x + 12, y + 39, WORDS[name], "quiet", "small")
