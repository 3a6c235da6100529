"""The pinned files belong to pyproject.toml: nobody need remember `make requirements`."""

import re
import tomllib

from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = [
    Requirement(line)
    for lines in (
        PROJECT["dependencies"],
        *(lines for extra, lines in EXTRAS.items() if extra != "bench"),
    )
    for line in lines
]


def pins(name: str) -> dict[str, Version]:
    words = (ROOT / "requirements" / f"{name}.txt").read_text()
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)", words, re.MULTILINE)
    return {canonicalize_name(package): Version(version) for package, version in found}


def test_each_pin_is_allowed() -> None:
    for name in ("run", "develop", "lowest"):
        pinned = pins(name)
        for one in ASKED:
            if canonicalize_name(one.name) in pinned:
                assert one.specifier.contains(pinned[canonicalize_name(one.name)]), (name, one)


def test_all_that_the_program_needs_is_pinned() -> None:
    needed = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert needed <= {*pins("run")}
    assert {canonicalize_name(one.name) for one in ASKED} | {*pins("develop")} <= {*pins("lowest")}


def test_the_lowest_versions_are_the_lower_bounds() -> None:
    pinned = pins("lowest")
    bounds = {
        canonicalize_name(one.name): Version(part.version)
        for one in ASKED
        for part in one.specifier
        if part.operator == ">="
    }
    assert bounds
    assert {name: pinned[name] for name in bounds} == bounds
