"""Makes a release from what is committed, and checks all of it that can be checked here.

    python -m tools.release_check [--without-tests] [--output FOLDER]

One line for each check: `ok`, `FAILED`, or `not here` with who does it instead. If none failed the
release lies in dist/ (or in the FOLDER) at the end; else the exit code is 1. It runs with the
Python of .venv-release (`make release-check`), and asks no network but for the quick tests'
environments.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PINS = ("run", "browser", "cluster", "password")
"""Are what an operator installs from, with hashes."""
SCHEMAS = {
    "vendor.github-workflows": ".github/workflows/*.yml",
    "vendor.github-issue-forms": ".github/ISSUE_TEMPLATE/[!c]*.yml",
    "vendor.github-issue-config": ".github/ISSUE_TEMPLATE/config.yml",
    "vendor.dependabot": ".github/dependabot.yml",
    "vendor.compose-spec": "deploy/compose.y*ml",
    "vendor.citation-file-format": "CITATION.cff",
}
UNLIKE = (
    {"umask": 0o022, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"umask": 0o077, "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
)
"""Are two machines that must make the same bytes."""


class CheckFailed(Exception):
    """Says what is wrong, and what to do."""


class NotHere(Exception):
    """Says who does a check that can't be done on this machine."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--without-tests", action="store_true", help="Run no quick tests.")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", metavar="FOLDER")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tradepress-release-") as work:
        release = Release(Path(work))
        checks = [*release.checks()]
        if not given.without_tests:
            checks += release.tests()
        failed = [name for name, check in checks if not told(name, check)]
        if failed:
            print(f"\n{len(failed)} of {len(checks)} checks failed: {', '.join(failed)}")
            sys.exit(1)
        release.put_into(given.output)


def told(name: str, check: Callable[[], str]) -> bool:
    try:
        outcome, detail = "ok", check()
    except CheckFailed as problem:
        outcome, detail = "FAILED", str(problem)
    except NotHere as reason:
        outcome, detail = "not here", str(reason)
    print(f"{outcome:9} {name:20} {detail}", flush=True)
    return outcome != "FAILED"


def run(
    *command: str | Path, cwd: Path = ROOT, more: Mapping[str, str] | None = None, umask: int = -1
) -> str:
    """Returns what it prints; it must end with exit code 0."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPRESS")}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**plain, **(more or {})},
        umask=umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        last = "\n    ".join(done.stdout.strip().splitlines()[-12:])
        raise CheckFailed(f"{Path(command[0]).name} ended with {done.returncode}:\n    {last}")
    return done.stdout


def module(name: str, *words: str | Path) -> str:
    """Runs a tool of .venv-release."""
    return run(Path(sys.executable).with_name(name), *words)


class Release:
    """Is what one commit gives."""

    def __init__(self, work: Path) -> None:
        self.work = work
        written = tomllib.loads((ROOT / "pyproject.toml").read_text())
        self.project = written["project"]
        self.packing = written["tool"]["hatch"]["build"]["targets"]["wheel"]
        self.version = self.project["version"]
        self.name = f"{self.project['name']}-{self.version}"
        self.epoch = {"SOURCE_DATE_EPOCH": run("git", "log", "-1", "--format=%ct").strip()}
        self.built = work / "0" / "dist"
        self.python = work / "empty" / "bin" / "python"

    @property
    def wheel(self) -> Path:
        return self.built / f"{self.name}-py3-none-any.whl"

    @property
    def sdist(self) -> Path:
        return self.built / f"{self.name}.tar.gz"

    def checks(self) -> Iterator[tuple[str, Callable[[], str]]]:
        yield "committed", committed
        yield "version", self.one_version
        yield "same bytes", self.same_bytes
        yield "same from sdist", self.same_from_sdist
        yield "twine", self.twine
        yield "check-wheel-contents", self.wheel_contents
        yield "pyroma", self.pyroma
        yield "contents", self.contents
        yield "empty environment", self.empty_environment
        yield "third parties", self.third_parties
        for schema, pattern in SCHEMAS.items():
            yield schema.partition(".")[2], lambda pair=(schema, pattern): fits(*pair)

    def tests(self) -> Iterator[tuple[str, Callable[[], str]]]:
        for version in PYTHONS:
            yield f"tests, Python {version}", lambda version=version: self.quick_tests(version)
        yield "tests, lowest", lambda: self.quick_tests(PYTHONS[0], "test-lowest")

    def one_version(self) -> str:
        """Compares pyproject.toml, changelog, CITATION.cff and the tag, where there is one."""
        found = {
            "CHANGELOG.md": re.findall(
                r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.M
            ),
            "CITATION.cff": re.findall(
                r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.M
            ),
        }
        for tag in run("git", "tag", "--points-at", "HEAD").split():
            found[f"tag {tag}"] = [tag.removeprefix("v")]
        for where, versions in found.items():
            if versions[:1] != [self.version]:
                raise CheckFailed(f"pyproject.toml has {self.version}, {where} {versions[:1]}")
        return self.version

    def build(self, number: int, machine: Mapping[str, object]) -> Path:
        place = self.work / f"{number}"
        run("git", "clone", "--quiet", ROOT, place, umask=int(str(machine["umask"])))
        more = {key: str(value) for key, value in machine.items() if key != "umask"}
        words = ("-m", "build", "--no-isolation", "--outdir", place / "dist", place)
        run(sys.executable, *words, more={**self.epoch, **more}, umask=int(str(machine["umask"])))
        return place / "dist"

    def same_bytes(self) -> str:
        """Builds two clones, as two machines do."""
        first, second = (hashes(self.build(number, one)) for number, one in enumerate(UNLIKE))
        if first != second:
            raise CheckFailed(f"two builds differ: {sorted({*first.items()} ^ {*second.items()})}")
        sizes = [
            f"{one.name} {one.stat().st_size / 1e6:.1f} MB" for one in (self.wheel, self.sdist)
        ]
        return ", ".join(sizes)

    def same_from_sdist(self) -> str:
        """Builds a wheel from the checkout itself; `build` makes its own from the sdist."""
        place = self.work / "from-checkout"
        words = ("-m", "build", "--no-isolation", "--wheel", "--outdir", place, self.work / "0")
        run(sys.executable, *words, more=self.epoch)
        (digest,) = hashes(place).values()
        if digest != hashes(self.built)[self.wheel.name]:
            raise CheckFailed("the wheel of the sdist is not that of the checkout")
        return f"sha256 {digest}"

    def twine(self) -> str:
        module("twine", "--no-color", "check", "--strict", self.wheel, self.sdist)
        return "strict: both pass"

    def wheel_contents(self) -> str:
        module("check-wheel-contents", self.wheel)
        return "passes, but for files that the invented papers have in common (W002)"

    def pyroma(self) -> str:
        """Takes no address of mail into account: none is known, and no index needs it."""
        rated = run(
            *(Path(sys.executable).with_name("pyroma"), "--min", "9"),
            *("--skip-tests", "AuthorEmail", "--file", self.sdist),
        )
        (rating,) = re.findall(r"Final rating: (\S+)", rated)
        wanted = (
            "" if "urls" in self.project else "; [project.urls] must be set before the first tag"
        )
        return f"{rating}, author-email not asked for{wanted}"

    def contents(self) -> str:
        """Lists what is missing in the wheel of pages, licences, sources and data, or too much."""
        names = set(zipfile.ZipFile(self.wheel).namelist())
        information = f"{self.name}.dist-info/"
        licences = {f"{information}licenses/{one}" for one in self.project["license-files"]}
        wanted = {self.place(file) for file in self.packed()}
        if missing := (wanted | licences) - names:
            raise CheckFailed(f"not in the wheel: {sorted(missing)[:5]}")
        if odd := {one for one in names if not one.startswith(information)} - wanted:
            raise CheckFailed(f"in the wheel and not committed: {sorted(odd)[:5]}")
        pages = sum(one.startswith("tradepress/docs/") and one.endswith(".md") for one in names)
        return f"{len(names)} files, {pages} pages, {len(licences)} licences"

    def packed(self) -> Iterator[str]:
        """Yields the committed files that pyproject.toml wants in the wheel."""
        data = (*self.packing.get("force-include", {}), *self.packing.get("shared-data", {}))
        places = ("--", "docs", *self.packing["only-include"], *data)
        for file in run("git", "ls-tree", "-r", "--name-only", "HEAD", *places).splitlines():
            if Path(file).name not in self.packing["exclude"]:
                yield file

    def place(self, file: str) -> str:
        """Returns where a committed file lies in the wheel."""
        moved = {
            **self.packing["sources"],
            **self.packing.get("force-include", {}),
            **{
                source: f"{self.name}.data/data/{target}"
                for source, target in self.packing.get("shared-data", {}).items()
            },
        }
        for source, target in moved.items():
            if file == source or file.startswith(f"{source}/"):
                return target + file.removeprefix(source)
        return file

    def empty_environment(self) -> str:
        """Installs the wheel with the pinned dependencies alone, and crawls."""
        run(sys.executable, "-m", "venv", "--clear", self.work / "empty")
        pip = (self.python, "-m", "pip", "--disable-pip-version-check", "--quiet")
        # `make` has held the wheels against the hashes, and built what has none.
        pins = re.sub(r" \\\n +--hash=\S+", "", (ROOT / "requirements" / "run.txt").read_text())
        (self.work / "pins.txt").write_text(pins)
        fetched = ("--no-index", "--find-links", ROOT / ".venv-release" / "wheels")
        run(*pip, "install", *fetched, "-r", self.work / "pins.txt")
        run(*pip, "install", *fetched, self.wheel)
        run(*pip, "check")
        home = self.work / "home"
        home.mkdir()
        program = self.python.with_name("tradepress")
        said = run(program, "--version", cwd=home).strip()
        if self.version not in said:
            raise CheckFailed(f"--version says {said}")
        demo = run(program, "demo", cwd=home)
        if "archive.db holds all" not in demo:
            raise CheckFailed(f"the demo ends otherwise: {demo[-300:]}")
        if "signet-12107" not in run(program, "search", "lantern", cwd=home):
            raise CheckFailed("a search of the demo's archive finds no signet-12107")
        if "browsing" not in run(program, "docs", cwd=home):
            raise CheckFailed("`tradepress docs` lists no page on browsing")
        return f"{said}; demo, search, docs"

    def third_parties(self) -> str:
        """Makes SBOM and notice of what was installed just now, and checks that they are whole."""
        if not self.python.exists():
            raise CheckFailed("the empty environment could not be made")
        words = ("-m", "tools.third_parties", self.built)
        run(self.python, *words, more=self.epoch)
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator

        bill = (self.built / f"{self.name}.cdx.json").read_text()
        if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill):
            raise CheckFailed(f"the SBOM is not CycloneDX 1.6: {wrong}")
        found = {(one["name"], one["version"]) for one in json.loads(bill)["components"]}
        pins = (ROOT / "requirements" / "run.txt").read_text()
        if missing := set(re.findall(r"^([\w.-]+)==([^\s;]+)", pins, re.MULTILINE)) - found:
            raise CheckFailed(f"pinned and not in the SBOM: {sorted(missing)}")
        if len(addresses := re.findall(r"https?://[^\s\"]+", bill)) > 1:
            raise CheckFailed(f"the SBOM names addresses beside its schema's: {addresses[1:]}")
        return f"SBOM of {len(found)} components, valid CycloneDX 1.6; notice"

    def quick_tests(self, version: str, target: str = "test") -> str:
        python = a_python(version)
        place = self.work / f"{target}-{version}"
        run("git", "clone", "--quiet", ROOT, place)
        shown = run("make", target, f"PYTHON={python}", cwd=place).strip().splitlines()[-1]
        return shown.strip("= ")

    def put_into(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for name in PINS:
            pins = self.work / "0" / "requirements" / f"{name}.txt"
            shutil.copy(pins, self.built / f"requirements-{name}.txt")
        for file in sorted(self.built.iterdir()):
            shutil.copy(file, folder)
        lines = [f"{digest}  {name}\n" for name, digest in hashes(self.built).items()]
        (folder / "SHA256SUMS").write_text("".join(lines))
        print(f"\n{folder} has {', '.join(file.name for file in sorted(folder.iterdir()))}")


def committed() -> str:
    changed = run("git", "status", "--porcelain").splitlines()
    if changed:
        raise CheckFailed(
            f"{len(changed)} files are not as committed: commit or remove {changed[0][3:]}"
        )
    return run("git", "log", "-1", "--format=%h of %cs").strip()


def fits(schema: str, pattern: str) -> str:
    files = sorted(ROOT.glob(pattern))
    if not files:
        raise NotHere(f"there is no {pattern}")
    module("check-jsonschema", "--builtin-schema", schema, *files)
    return ", ".join(file.name for file in files)


def a_python(version: str) -> Path:
    """Returns the path of one that runs: of PATH, or among pyenv's."""
    inside = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    found = shutil.which(f"python{version}")
    for python in [*([Path(found)] if found else []), *inside]:
        with suppress(CheckFailed):
            run(python, "-c", "import ensurepip, sqlite3, ssl")
            return python
    raise NotHere("the published CI runs it (.github/workflows/test.yml)")


def hashes(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
    }


if __name__ == "__main__":
    main()
