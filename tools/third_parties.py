"""Writes what a release says of others' work: an SBOM and the notice of their licences.

    python -m tools.third_parties FOLDER

Names and versions are those pinned in requirements/run.txt; licences, their texts and who needs
whom are read from what is installed for the Python that runs this. Both files are the same bytes
whenever they are made from the same pins, commit (SOURCE_DATE_EPOCH) and Python.
"""

import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+))?", re.MULTILINE)
TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
RULE = "=" * 100


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """Is a dependency as it is pinned, and what its metadata say."""

    name: str
    version: str
    marker: str
    """Says on which machines alone it is needed."""
    is_here: bool
    expression: str | None = None
    """Is its licence in SPDX's words, where it gives it so."""
    said: str | None = None
    """Is its licence as it says it elsewhere."""
    texts: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def licence(self) -> str:
        if not self.is_here:
            return f"not read: needed only where {self.marker}"
        return self.expression or self.said or "not said"


def main() -> None:
    folder = Path(sys.argv[1])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    name = f"{project['name']}-{project['version']}"
    pinned = [*read_pins((ROOT / "requirements" / "run.txt").read_text())]
    stem = folder / name
    stem.with_name(f"{name}.cdx.json").write_text(bill_of_materials(project, pinned))
    stem.with_name(f"{name}-third-party.txt").write_text(notice(project, pinned))


def read_pins(requirements: str) -> Iterator[Pinned]:
    for name, version, marker in PIN.findall(requirements):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            if not marker:
                sys.exit(f"{name} is pinned and not installed here: install requirements/run.txt")
            yield Pinned(name=name, version=version, marker=marker.strip(), is_here=False)
            continue
        if found.version != version:
            sys.exit(f"{name} {found.version} is installed, {version} is pinned")
        words = found.metadata
        short = [
            line for line in (words.get("License") or "").splitlines()[:1] if line != "UNKNOWN"
        ]
        classes = [
            one.rpartition(" :: ")[2]
            for one in words.get_all("Classifier") or ()
            if one.startswith("License ::")
        ]
        # A whole text may stand where a name should.
        said = next((one for one in (*short, *classes) if one and "Copyright" not in one), None)
        needs = [Requirement(one) for one in found.requires or ()]
        yield Pinned(
            name=name,
            version=version,
            marker=marker.strip(),
            is_here=True,
            expression=words.get("License-Expression"),
            said=said,
            texts=tuple(
                (str(file).partition(".dist-info/")[2], file.read_text(encoding="utf-8").strip())
                for file in sorted(found.files or ())
                if ".dist-info/" in str(file) and TEXT.search(file.name)
            ),
            needs=tuple(
                sorted(
                    canonicalize_name(one.name)
                    for one in needs
                    if one.marker is None or one.marker.evaluate({"extra": ""})
                )
            ),
        )


def bill_of_materials(project: dict, pinned: list[Pinned]) -> str:
    """Returns the SBOM, CycloneDX 1.6 in JSON."""
    purl = f"pkg:pypi/{project['name']}@{project['version']}"
    when = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    purls = {one.name: one.purl for one in pinned}
    direct = sorted({canonicalize_name(Requirement(one).name) for one in project["dependencies"]})
    needed = {purl: direct, **{one.purl: one.needs for one in pinned}}
    content = {
        "metadata": {
            "timestamp": f"{when:%Y-%m-%dT%H:%M:%SZ}",
            "component": {
                "type": "application",
                "bom-ref": purl,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"expression": project["license"]}],
                "purl": purl,
            },
        },
        "components": [component(one) for one in pinned],
        "dependencies": [
            {"ref": ref, "dependsOn": [purls[name] for name in names if name in purls]}
            for ref, names in needed.items()
        ],
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(content, sort_keys=True))
    head = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
    }
    return json.dumps({**head, **content}, indent=1, ensure_ascii=False) + "\n"


def component(one: Pinned) -> dict:
    known = {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "scope": "required" if one.is_here else "optional",
        "purl": one.purl,
    }
    if one.expression:
        known["licenses"] = [{"expression": one.expression}]
    elif one.said:
        known["licenses"] = [{"license": {"name": one.said}}]
    if one.marker:
        known["properties"] = [{"name": "tradepress:needed-where", "value": one.marker}]
    return known


def notice(project: dict, pinned: list[Pinned]) -> str:
    """Returns the notice; texts that several have in common stand once."""
    holders: dict[str, list[str]] = {}
    for one in pinned:
        for file, text in one.texts:
            holders.setdefault(text, []).append(f"{one.name} {one.version}: {file}")
    without = [one.name for one in pinned if one.is_here and not one.texts]
    parts = [
        f"{project['name']} {project['version']} is under {project['license']}. "
        "This file says whose work it uses,\nand under which terms.",
        "Part of the program",
        *(f"{file}\n\n{(ROOT / file).read_text().strip()}" for file in project["license-files"]),
        "Needed by the program, and installed beside it in these versions:\n\n"
        + "\n".join(f"{one.name} {one.version}: {one.licence}" for one in pinned)
        + f"\n\nWithout a text of their licence: {', '.join(without) or 'none'}.",
        *("\n".join(names) + f"\n\n{text}" for text, names in holders.items()),
    ]
    return f"\n\n{RULE}\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
