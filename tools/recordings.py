"""Records commands at a terminal as SVG, in colour: what they print of the demo's archive."""

import fcntl
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from tools.demo_archive import FIRST, LATER, environment
from tools.svg_page import svg_page

LETTER, LINE, MARGIN = 7.83, 18, 16
"""Are the width of a letter, the height of a line, and what is left free around them."""
SECONDS = "in 4.1 seconds"
"""Stands where a command says how long it took, which differs from run to run."""
BLOCKS = "█▉▊▋▌▍▎▏"
"""Are letters of bars, from eight eighths to one."""
NAMES = {1: "red", 2: "green", 3: "yellow", 4: "blue"}
"""Maps numbers of the terminal's colours to names of ours."""
STYLE = f"""text {{ font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }}
.prompt {{ fill: var(--green); font-weight: 600; }}
.bar {{ fill: var(--blue); }}
.bold {{ font-weight: 700; }}
.strike {{ text-decoration: line-through; }}
{" ".join(f".{name} {{ fill: var(--{name}); }}" for name in NAMES.values())}"""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Says which commands one picture shows."""

    name: str
    """Is the file's name, without its ending."""
    commands: Sequence[str]
    """Are typed one after the other, behind ``tradepress``."""
    alt: str
    """Says in a sentence what is to be seen, for who doesn't see it."""
    is_first: bool = False
    """Does it begin in an empty folder?"""
    columns: int = 112
    """Is the width of the terminal."""


RECORDINGS: Sequence[Recording] = (
    Recording(
        name="terminal-demo",
        commands=["demo"],
        is_first=True,
        alt="A terminal: `tradepress demo` crawls the two sample papers, tells what came of 87 "
        "addresses, and says what to do next.",
    ),
    Recording(
        name="terminal-search",
        commands=["search '\"domain name\"'"],
        alt="A terminal: `tradepress search` finds two stories, each with its day, ref and "
        "headline and the passage that matched, in which the words found are coloured.",
    ),
    Recording(
        name="terminal-show",
        commands=["show makers-5431"],
        alt="A terminal: `tradepress show` prints a story with its headline, day, author and "
        "address, how it is cited, and what it mentions.",
    ),
    Recording(
        name="terminal-versions",
        commands=["show makers-6497 --versions", "show makers-6497 --diff 1 2"],
        alt="A terminal: `tradepress show --versions` calls a change of headline a silent edit, "
        "and `--diff` shows its words: what went is struck out, what came is green.",
    ),
    Recording(
        name="terminal-explain",
        commands=["explain makers-6497 headline"],
        columns=132,
        alt="A terminal: `tradepress explain` tells which readings a headline comes from, what "
        "decided, and where it stands in the captured page.",
    ),
    Recording(
        name="terminal-trace",
        commands=[
            "trace 'slate is a color and wet is what paint is before it dries'",
            "cite makers-3921 --accessed 2026-11-27",
        ],
        alt="A terminal: `tradepress trace` finds a sentence in two papers, the first one first, "
        "and `tradepress cite` prints the citation.",
    ),
    Recording(
        name="terminal-count",
        commands=["count --by court"],
        alt="A terminal: `tradepress count --by court` prints how many stories name each court, "
        "each with a bar.",
    ),
    Recording(
        name="terminal-coverage",
        commands=["coverage signet"],
        alt="A terminal: `tradepress coverage` holds the known stories of a source against those "
        "that the archive has, year by year, and says why the rest is missing.",
    ),
    Recording(
        name="terminal-health",
        commands=["runs", "health"],
        columns=146,
        alt="A terminal: `tradepress runs` lists two crawls and what came of them, and "
        "`tradepress health` says of each source how it does.",
    ),
)


def record(folder: Path, pictures: Path, recordings: Sequence[Recording]) -> None:
    """Records commands on the archive in a folder.

    :param folder: what ``demo_archive`` made
    :param pictures: where the recordings are written
    """
    for recording in recordings:
        with TemporaryDirectory() as empty:
            picture = recorded(recording, Path(empty) if recording.is_first else folder)
        (pictures / f"{recording.name}.svg").write_text(picture, "utf-8")


def recorded(recording: Recording, folder: Path) -> str:
    """Runs the commands of a recording in a folder, and returns the picture."""
    lines: list[Text] = []
    for command in recording.commands:
        prompt = Text.assemble(("$ ", "green"), ("tradepress " + command, "bold"))
        moment = FIRST if recording.is_first else LATER
        written = at_terminal(command, folder, moment, recording.columns)
        printed = re.sub(r"in \d+\.\d seconds", SECONDS, written)
        lines += [*([Text("")] if lines else []), prompt]
        lines += [Text.from_ansi(line) for line in on_screen(printed)]
    rows = [row for line in lines for row in broken(line, recording.columns)]
    title = " · ".join(f"tradepress {command}" for command in recording.commands)
    return svg_page(
        width=round(recording.columns * LETTER) + 2 * MARGIN,
        height=len(rows) * LINE + 2 * MARGIN,
        title=title,
        alt=recording.alt,
        style=STYLE,
        parts=[drawn(row, number) for number, row in enumerate(rows) if row],
    )


def at_terminal(command: str, folder: Path, moment: str, columns: int) -> str:
    """Returns all that a command writes to a terminal.

    :param command: what follows ``tradepress``
    :raises subprocess.CalledProcessError: it failed
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    variables = environment(moment, HOME=str(folder), TERM="xterm-256color")
    program = subprocess.Popen(
        ["tradepress", *shlex.split(command)],
        cwd=folder,
        env={**variables, "PATH": f"{Path(sys.executable).parent}:{variables['PATH']}"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    if program.wait():
        raise subprocess.CalledProcessError(program.returncode, command, written)
    return written.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # nobody writes any more
        return b""


def on_screen(written: str) -> list[str]:
    r"""Returns the lines that are left on the screen, colours and all.

    Of what moves about, rich's progress alone is known: it clears whole lines (``\x1b[2K``), and
    goes up (``\x1b[1A``).
    """
    lines, row = [""], 0
    for part in re.split(r"(\x1b\[\?25[lh]|\x1b\[2K|\x1b\[\d*A|\r?\n|\r)", written):
        if part.endswith("\n"):
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part == "\x1b[2K":
            lines[row] = ""
        elif up := re.fullmatch(r"\x1b\[(\d*)A", part):
            row = max(0, row - int(up[1] or 1))
        elif part != "\r" and not part.startswith("\x1b[?"):
            lines[row] += part
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def broken(line: Text, columns: int) -> Iterator[Sequence[Segment]]:
    """Yields the parts of a line that is broken where the terminal ends."""
    console = Console(width=10_000, color_system="truecolor")
    for start in range(0, max(1, len(line)), columns):
        part = line[start : start + columns]
        part.rstrip()
        yield [one for one in part.render(console) if one.text]


def drawn(row: Sequence[Segment], number: int) -> str:
    """Returns one row of text; each letter takes the same place, whatever font there is."""
    length = sum(len(one.text) for one in row)
    x, y = MARGIN, MARGIN + number * LINE + 13
    spans = "".join(_span(one.text, one.style or Style.null()) for one in row)
    words = "".join(one.text for one in row)
    bars = (_bar(x + bar.start() * LETTER, y, bar[0]) for bar in re.finditer(f"[{BLOCKS}]+", words))
    return "".join(bars) + (
        f'<text x="{x}" y="{y}" textLength="{length * LETTER:.1f}" '
        f'lengthAdjust="spacingAndGlyphs">{spans}</text>'
    )


def _bar(x: float, y: float, blocks: str) -> str:
    """Returns a bar in place of the blocks that a terminal has: letters would leave gaps."""
    width = sum(8 - BLOCKS.index(block) for block in blocks) / 8 * LETTER
    return f'<rect class="bar" x="{x:.1f}" y="{y - 12}" width="{width:.1f}" height="15"/>'


def _span(words: str, style: Style) -> str:
    colour = NAMES.get((style.color and style.color.number) or 0)
    classes = [colour, "bold" if style.bold else None, "strike" if style.strike else None]
    named = " ".join(filter(None, classes))
    escaped = escape(re.sub(f"[{BLOCKS}]", " ", words), quote=False)
    return f'<tspan class="{named}">{escaped}</tspan>' if named else escaped
