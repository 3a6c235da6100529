"""docs/threats.md: each line names a test, the test is there, and it looks at something."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

PAGE = ROOT / "docs" / "threats.md"
ATTACKERS = (
    "A publisher’s site",
    "A web archive",
    "A colleague’s archive",
    "A reader of the public room",
    "Another site in a reader’s browser",
    "Another user of the machine",
    "A thief of the disk",
    "Who can write the archive",
)
HEADS = ["threat", "what we do", "shown by"]
MOST_WORDS = 2500
NODE = re.compile(r"(?P<file>test_\w+\.py)(?:::(?P<of>[A-Z]\w*))?::(?P<name>test_\w+)")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def tables(page: str) -> Iterator[list[list[str]]]:
    """The tables of a page, by their rows; what is commented out is none."""
    rows: list[list[str]] = []
    for line in [*re.sub("<!--.*?-->", "", page, flags=re.DOTALL).splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            yield rows
            rows = []


@cache
def modules() -> Mapping[str, Path]:
    """All files of tests by their names, of which none is there twice."""
    return {file.name: file for file in (ROOT / "tests").rglob("*.py")}


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def faults(page: str, files: Mapping[str, Path]) -> Iterator[str]:
    for head, _, *rows in tables(page):
        if [cell.lower() for cell in head] != HEADS:
            yield f"a table of other columns: {head}"
        for row in rows:
            threat, shown = row[0], row[-1]
            nodes = re.findall("`([^`]+)`", shown)
            if len(row) != len(HEADS) or not all(row) or not nodes:
                yield f"a line without a test: {threat}"
            if "TODO" in " ".join(row):
                yield f"to be done: {threat}"
            yield from (f"{node}: {why}" for node in nodes if (why := fault(node, files)))


def fault(node: str, files: Mapping[str, Path]) -> str | None:
    """What is wrong with the name of a test; None: it is one, and looks at something."""
    match = NODE.fullmatch(node)
    if match is None or match["file"] not in files:
        return "no such file of tests"
    module = parsed(files[match["file"]])
    found = function(module, match["name"], match["of"])
    if found is None:
        return "no such test"
    marks = [ast.unparse(one) for one in found.decorator_list]
    marks += [
        ast.unparse(one.value)
        for one in module.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "pytestmark"
    ]
    if re.search(r"mark\.(?:skip\b|xfail)", " ".join(marks)):
        return "it is skipped, or may fail"
    if re.match(r"(?:pytest|needs)\.(?:skip|xfail)\(", ast.unparse(body_of(found)[0])):
        return "it is skipped, or may fail"
    return None if looks(found, module, files, frozenset()) else "it asserts nothing"


def body_of(found: Function) -> list[ast.stmt]:
    return found.body[1:] if ast.get_docstring(found) and found.body[1:] else found.body


def function(module: ast.Module, name: str, of: str | None = None) -> Function | None:
    within = next(
        (one.body for one in module.body if isinstance(one, ast.ClassDef) and one.name == of),
        [] if of else module.body,
    )
    return next((one for one in within if isinstance(one, Function) and one.name == name), None)


def looks(
    found: Function, module: ast.Module, files: Mapping[str, Path], seen: frozenset[str]
) -> bool:
    """Does it assert something, itself or by a function of the tests that it calls?"""
    for part in ast.walk(found):
        if isinstance(part, ast.Assert) and not isinstance(part.test, ast.Constant):
            return True
        if not isinstance(part, ast.Call):
            continue
        called = ast.unparse(part.func)
        if called in ("pytest.raises", "pytest.warns"):
            return True
        if called in seen:
            continue
        for other in (module, *imported(module, called, files)):
            helper = function(other, called)
            if helper and looks(helper, other, files, seen | {called}):
                return True
    return False


def imported(module: ast.Module, name: str, files: Mapping[str, Path]) -> Iterator[ast.Module]:
    for part in module.body:
        if isinstance(part, ast.ImportFrom) and name in {one.name for one in part.names}:
            if (file := f"{part.module}.py") in files:
                yield parsed(files[file])


def test_each_line_has_a_test_that_looks_at_something() -> None:
    assert [*faults(PAGE.read_text(), modules())] == []


def test_each_attacker_has_a_table() -> None:
    page = PAGE.read_text()
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    for attacker in ATTACKERS:
        rows = [row for table in tables(sections[attacker]) for row in table[2:]]
        assert rows, attacker
        for words in ("**Holds**", "**May reach**"):
            assert words in sections[attacker], attacker
    assert len(re.findall("not defended", page, re.IGNORECASE)) >= len(ATTACKERS)


def test_the_page_is_short() -> None:
    assert len(PAGE.read_text().split()) <= MOST_WORDS


def test_where_docs_are_listed_it_is_too() -> None:
    assert "(docs/threats.md)" in (ROOT / "README.md").read_text()
    assert "(threats.md)" in (ROOT / "docs" / "operating.md").read_text()


GIVEN = """
import pytest
from helping_tests import look
def test_good(): assert 1 + 1 == 2
def test_raises():
    with pytest.raises(ValueError): int("x")
def test_by_a_helper(): look(1)
def test_nothing(): print(1)
def test_true(): assert True
def test_round(): test_round()
@pytest.mark.skip(reason="x")
def test_skipped(): assert 1 + 1 == 2
@pytest.mark.xfail
def test_fails(): assert 1 + 1 == 3
@pytest.mark.skipif(False, reason="x")
def test_sometimes(): assert 1 + 1 == 2
def test_gives_up():
    '''Says something.'''
    pytest.skip("later")
    assert 1 + 1 == 2
class TestKind:
    def test_in_a_class(self): assert 1 + 1 == 2
"""


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("`test_given.py::test_good`", None),
        ("`test_given.py::test_good`, `test_given.py::test_raises`", None),
        ("`test_given.py::test_by_a_helper`", None),
        ("`test_given.py::TestKind::test_in_a_class`", None),
        ("`test_given.py::test_sometimes`", None),
        ("`test_given.py::test_in_a_class`", "no such test"),
        ("`test_given.py::TestOther::test_in_a_class`", "no such test"),
        ("`test_given.py::test_good`, `test_given.py::test_gone`", "no such test"),
        ("`test_gone.py::test_good`", "no such file"),
        ("`TODO-log`", "no such file"),
        ("test_given.py::test_good", "without a test"),
        ("", "without a test"),
        ("`test_given.py::test_nothing`", "asserts nothing"),
        ("`test_given.py::test_true`", "asserts nothing"),
        ("`test_given.py::test_round`", "asserts nothing"),
        ("`test_given.py::test_skipped`", "skipped"),
        ("`test_given.py::test_fails`", "may fail"),
        ("`test_given.py::test_gives_up`", "skipped"),
    ],
)
def test_a_line_that_shows_nothing_is_found(tmp_path: Path, shown: str, said: str | None) -> None:
    files = {}
    for name, text in (
        ("test_given.py", GIVEN),
        ("helping_tests.py", "def look(one): assert one == 1\n"),
    ):
        files[name] = tmp_path / name
        files[name].write_text(text)
    page = f"| Threat | What we do | Shown by |\n|---|---|---|\n| One | Two | {shown} |\n"
    found = [*faults(page, files)]
    assert bool(found) is bool(said)
    assert said is None or said in found[0]
