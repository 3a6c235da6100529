"""Changes code that must not be wrong, a little each time, and tells if no quick test notices.

python bench/mutants.py [PATTERN …]   of names of mutants; default: all CHOSEN

mutmut makes the changes, of the files that pyproject.toml names, and runs on each the tests that
reach the function. What no test notices stands in bench/survivors.txt with its reason. A survivor
that doesn't stand there, or a share of killed ones below LEAST, is an error.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

SURVIVORS = Path(__file__).with_name("survivors.txt")
LEAST = 0.95
SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|DELETE|FROM|WHERE|ORDER BY|JOIN|PRAGMA|BEGIN|COMMIT)\b")
VALUE = re.compile(r"'[^']*'")
KILLED = ("killed", "timeout", "segfault")
ARCHIVE = "tradepress.archive"
BRING, SEARCH = f"{ARCHIVE}.merging.bring_story.x", f"{ARCHIVE}.search.search_matches.x"
CHOSEN = (
    f"{ARCHIVE}.stories.*",
    f"{ARCHIVE}.frontier.*",
    "tradepress.conduct.*",
    "tradepress.rights.*",
    "tradepress.steps.*",
    "tradepress.research.export.*",
    *(f"{ARCHIVE}.care.frozen_copy.x__{one}__*" for one in ("reduce", "strip", "withhold*")),
    *(
        f"{ARCHIVE}.search.search_matches.x_{one}__*"
        for one in ("conditions_of", "end_of", "_is_day")
    ),
    f"{ARCHIVE}.search.why_nothing.x__of_days__*",
    *(f"{BRING}ǁ_Arrivalǁ{one}__*" for one in ("_choose_current", "_take_over", "_is_of_another")),
    f"{BRING}_join_locations__*",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Survivor:
    """Names a change that no test notices, wherever in the file it stands."""

    file: str
    change: str
    """Holds the lines without and with it, as in a diff."""


def main(patterns: list[str]) -> int:
    began = time.monotonic()
    chosen = patterns or [*CHOSEN]
    beside = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}
    if code := subprocess.run(["mutmut", "run", *chosen], env=environment, check=False).returncode:
        return code
    counts: Counter[str] = Counter()
    found: dict[Survivor, str] = {}
    for path in walk_mutatable_files():
        mutants = SourceFileMutationData(path=path)
        mutants.load()
        for name, exit_code in mutants.exit_code_by_key.items():
            if not any(fnmatch(name, pattern) for pattern in chosen):
                continue
            status = status_by_exit_code[exit_code]
            if status not in KILLED:
                change = change_of(name)
                if is_same_sql(change):
                    continue
                found[Survivor(file=str(path), change=change)] = f"{name} ({status})"
            counts[status] += 1
    known = read_survivors()
    new = [survivor for survivor in found if survivor not in known]
    for survivor in new:
        print(f"\n{found[survivor]}\n{survivor.file}\n{survivor.change}")
    if not patterns:
        for survivor in known.keys() - found.keys():
            print(f"\nIs killed by now: {survivor.file}\n{survivor.change}")
    killed, all_ = sum(counts[status] for status in KILLED), counts.total()
    minutes = (time.monotonic() - began) / 60
    print(f"\n{killed} of {all_} killed ({killed / all_:.1%}), in {minutes:.0f} minutes: {counts}")
    print(f"{len(new)} of {len(found)} survivors are not in {SURVIVORS.name}")
    return int(bool(new) or (not patterns and killed < LEAST * all_))


def change_of(name: str) -> str:
    """Give the lines of a mutant's diff that differ."""
    lines = get_diff_for_mutant(name).splitlines()
    return "\n".join(
        f"{line[0]} {line[1:].strip()}"
        for line in lines
        if line[:1] in ("-", "+") and line[:3] not in ("---", "+++")
    )


def is_same_sql(change: str) -> bool:
    """Tell whether a statement is only written in other letters, which are the same to SQLite."""
    before, _, after = (line.removeprefix("- ") for line in change.partition("\n+ "))
    is_same = before.casefold() == after.casefold()
    has_same_values = VALUE.findall(before) == VALUE.findall(after)
    return SQL.search(before) is not None and is_same and has_same_values


def read_survivors() -> dict[Survivor, str]:
    """Read those that are known, with reasons: a file, then a reason (#) above its changes."""
    known: dict[Survivor, str] = {}
    file = reason = ""
    change: list[str] = []
    for line in [*SURVIVORS.read_text().splitlines(), ""]:
        if line.startswith(("-", "+")):
            change.append(line)
            continue
        if change:
            known[Survivor(file=file, change="\n".join(change))] = reason
            change = []
        if line.startswith("# "):
            reason = line.removeprefix("# ")
        elif line:
            file = line
    return known


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
