"""What a test needs of the machine: one wording, by which a CI can tell what it left out."""

import shutil
from typing import NoReturn

import pytest

RIGHTS = (
    "mounts (a right)",
    "root (a right)",
    "namespaces (a right)",
    "cgroup2 (the right to make a group)",
    "strace (a right)",
    "Ghost (tests/zoo/install_ghost.sh)",
)
"""What can't be had in minutes; the pages of ../shared are not part of this repository either."""

KNOWN_FAULT = "known fault: "


def known_fault(what: str) -> pytest.MarkDecorator:
    """Marks a test that fails until the program is mended; then it fails until the mark is gone."""
    return pytest.mark.xfail(reason=KNOWN_FAULT + what, raises=AssertionError, strict=True)


def reason(what: str) -> str:
    return f"needs {what}, which is not here"


def skip(what: str) -> NoReturn:
    __tracebackhide__ = True  # the test is named, not this line
    pytest.skip(reason(what))


def require_program(name: str, *others: str) -> str:
    """The path of the first that is here; else the test is skipped."""
    __tracebackhide__ = True
    found = next(filter(None, map(shutil.which, (name, *others))), None)
    return found if found is not None else skip(name)
