"""Makes the archive that all pictures show: the demo and some days on, by the command line."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

FIRST, LATER = "2026-11-24T09:15:00+00:00", "2026-11-27T09:15:00+00:00"
"""Are when the papers are crawled, and when they are crawled again."""
LIKE_EVER = {"PYTHONHASHSEED": "0"}
"""Lets sets of words have one order."""
COMMAND = (sys.executable, "-m", "tradepress")
ROOT = Path(__file__).parents[1]
SAVED = ("query", "save", "oppositions", "opposition OR appeal")
"""Saves a query between the two crawls, so that there is something new in it."""


def environment(moment: str = LATER, **more: str) -> Mapping[str, str]:
    """Returns variables under which a program has this date, and nothing of who takes the pictures.

    :param moment: a moment of UTC, in ISO 8601
    :param more: further variables
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    paths = os.pathsep.join(map(str, (ROOT / "tools" / "fixed_clock", ROOT)))
    return {**kept, "PYTHONPATH": paths, "FIXED_CLOCK": moment, "TZ": "UTC", **LIKE_EVER, **more}


@contextmanager
def demo_archive() -> Iterator[Path]:
    """Makes the archive in a new folder, and yields the folder."""
    in_order = (sys.executable, "-m", "tools.demo_in_order")
    with TemporaryDirectory() as made:
        for moment, command in (
            (FIRST, (*in_order, "demo")),
            (FIRST, (*COMMAND, *SAVED)),
            (LATER, (*in_order, "demo", "--later")),
        ):
            subprocess.run(
                command,
                cwd=made,
                env={**environment(moment, HOME=made)},
                stdout=subprocess.DEVNULL,
                check=True,
            )
        yield Path(made)
