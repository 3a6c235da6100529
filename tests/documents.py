"""Documents as tests: their blocks are run in order, and what comes out is compared."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
RUNNABLE = ("console", "sql", "python")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that a reader can run."""

    chapter: str
    kind: str
    """Out of RUNNABLE."""
    text: str
    printed: str
    """What the document says it prints."""


def steps(document: str) -> list[Step]:
    """All that can be run, in order.

    A console block holds commands and their output; after an SQL or Python block stands one of
    text with what it prints. A block without a language is not run.
    """
    found: list[Step] = []
    for chapter in re.split(r"^##? ", document, flags=re.MULTILINE)[1:]:
        title, _, rest = chapter.partition("\n")
        blocks = FENCE.findall(rest)
        for place, (kind, text) in enumerate(blocks):
            if kind == "console":
                pairs = COMMAND.findall(text)
            elif kind in RUNNABLE:
                result_kind, result = blocks[place + 1]
                assert result_kind == "text", f"no result after {text!r}"
                pairs = [(text, result)]
            else:
                assert kind in ("", "text"), f"nobody runs {kind!r}"
                pairs = []
            found += [
                Step(chapter=title, kind=kind, text=text, printed=printed)
                for text, printed in pairs
            ]
    return found


def run(step: Step, folder: Path) -> str:
    """Run one step as a reader in that folder would; what it prints.

    SQL is run by `sqlite-utils archive.db SQL --table`. A command that fails says so in the end.
    """
    if step.kind == "python":
        words = shlex.join([sys.executable, "-c", step.text])
    elif step.kind == "sql":
        words = shlex.join(["sqlite-utils", "archive.db", step.text, "--table"])
    else:
        words = step.text
    result = subprocess.run(
        words,
        shell=True,
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if "TRADEPRESS" not in name},
            "PATH": f"{_programs(folder.parent)}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    code = f"[exit code {result.returncode}]\n" if result.returncode else ""
    return result.stdout.replace(str(folder), "/srv/press") + code


def _programs(folder: Path) -> Path:
    """The commands of this Python's packages, wherever they are installed."""
    programs = folder / "bin"
    if not programs.exists():
        programs.mkdir()
        for name, module in (
            ("tradepress", "tradepress"),
            ("sqlite-utils", "sqlite_utils"),
            ("datasette", "datasette"),
        ):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m {module} "$@"\n')
            program.chmod(0o755)
    return programs


VARIES = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?", "TIME"),
    (r"withdrawn on \d{4}-\d\d-\d\d", "withdrawn on DAY"),
    (r"\d{8}T\d{6}Z", "TIME"),
    (r"\d+\.\d MB", "N MB"),
    (r"-\d{4}-\d\d\.warc", "-MONTH.warc"),
    (r"\+[0-9a-f]{8}\b", "+RULES"),
    (r"--+", "-"),  # the rules of tables
)


def normal(output: str) -> list[str]:
    """Lines without what differs from run to run: times, sizes, widths of columns."""
    for pattern, word in VARIES:
        output = re.sub(pattern, word, output)
    return [" ".join(line.split()) for line in output.strip().splitlines()]
