"""Documents as tests: their blocks are run in order, and what comes out is compared."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import preloaded
from conftest import ROOT

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
RUNNABLE = ("console", "sql", "python")
PLAIN = r"tradepress [^|&;<>$`*?~#(){}\\]*"
"""A command that a shell would only cut into words."""
PROGRAMS = {
    "tradepress": "from tradepress.__main__ import main; main()",
    "sqlite-utils": "from sqlite_utils.cli import cli; cli()",
    "datasette": "from datasette.cli import cli; cli()",
}


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
    env = {name: value for name, value in os.environ.items() if "TRADEPRESS" not in name}
    programs = _programs(folder.parent)
    env |= {"PATH": f"{programs}{os.pathsep}{env['PATH']}", "PYTHONPATH": str(ROOT)}
    result: subprocess.CompletedProcess[str]
    if step.kind == "python":
        result = preloaded.run(["-c", step.text], cwd=folder, env=env, one_stream=True)
    elif step.kind == "console" and re.fullmatch(PLAIN, step.text):
        _, *words = shlex.split(step.text)
        result = preloaded.run(
            [programs / "tradepress", *words], cwd=folder, env=env, one_stream=True
        )
    else:
        result = subprocess.run(
            step.text
            if step.kind == "console"
            else shlex.join(["sqlite-utils", "archive.db", step.text, "--table"]),
            shell=True,
            cwd=folder,
            env=env,
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
        for name, code in PROGRAMS.items():
            program = programs / name
            program.write_text(f"#!{sys.executable}\n{code}\n")
            program.chmod(0o755)
    return programs


VARIES = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?", "TIME"),
    (r"withdrawn on \d{4}-\d\d-\d\d", "withdrawn on DAY"),
    (r"\d{8}T\d{6}Z", "TIME"),
    (r"\d+\.\d [kM]B", "SIZE"),
    (r"byte \d+", "byte N"),  # of compressed records
    (r"-\d{4}-\d\d\.warc", "-MONTH.warc"),
    (r"\+[0-9a-f]{8}\b", "+RULES"),
    (r"--+", "-"),  # the rules of tables
)


def normal(output: str) -> list[str]:
    """Lines without what differs from run to run: times, sizes, widths of columns."""
    for pattern, word in VARIES:
        output = re.sub(pattern, word, output)
    return [" ".join(line.split()) for line in output.strip().splitlines()]
