"""threats.md can't claim what nobody proves: each line has a test that is there and checks."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT

WORDS = (ROOT / "docs" / "explanation" / "threats.md").read_text()
ATTACKERS = (
    "A publisher's site",
    "A web archive",
    "A colleague's archive",
    "A reader of the public room",
    "Another user of the machine",
    "A thief of the disk",
    "Who can write the archive file",
)
SEPARATOR = "|---|---|---|"
NODE = re.compile(r"`(test_\w+\.py(?:::Test\w+)?::test_\w+)`")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def tables(words: str) -> dict[str, list[list[str]]]:
    """The rows of the table under each heading, without its head."""
    found = {}
    for part in re.split(r"^## ", words, flags=re.MULTILINE)[1:]:
        heading, _, rest = part.partition("\n")
        rows = rest.partition(f"{SEPARATOR}\n")[2].splitlines()
        found[heading] = [row.strip("|").split("|") for row in rows if row.startswith("|")]
    return found


def nodes(cell: str) -> list[str]:
    return NODE.findall(cell)


@cache
def functions(file: Path, within: str | None) -> dict[str, Function]:
    """Those of a file, or of a class in it, by name."""
    body = ast.parse(file.read_text()).body
    if within is not None:
        [body] = [one.body for one in body if isinstance(one, ast.ClassDef) and one.name == within]
    return {one.name: one for one in body if isinstance(one, Function)}


def fault(node: str, tests: Path) -> str | None:
    """Why it proves nothing; None: it is a test, runs and checks something."""
    name, *within, test = node.split("::")
    files = list(tests.rglob(name))
    if len(files) != 1:
        return f"{len(files)} files are called so"
    try:
        known = functions(files[0], *(within or [None]))
    except ValueError:
        return "no such class"
    if test not in known:
        return "no such test"
    marks = {ast.unparse(one).partition("(")[0] for one in known[test].decorator_list}
    if marks & {"pytest.mark.skip", "pytest.mark.xfail"}:
        return "it is skipped, or let fail"
    first, *others = known[test].body
    if others and ast.get_docstring(known[test]) is not None:
        first = others[0]
    if re.match(r"(pytest|needs)\.(skip|xfail)\(", ast.unparse(first)):
        return "it is skipped, or let fail"
    return None if checks(known[test], functions(files[0], None)) else "it checks nothing"


def checks(test: Function, beside: dict[str, Function]) -> bool:
    """Has it an assertion, or awaits an error, or calls what does beside it?"""
    for node in (one for statement in test.body for one in ast.walk(statement)):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "pytest.raises":
                return True
            helper = beside.get(called)
            if helper is not None and helper is not test:
                others = {name: one for name, one in beside.items() if one is not helper}
                if checks(helper, others):
                    return True
    return False


def test_each_attacker_has_a_table() -> None:
    assert tuple(tables(WORDS)) == ATTACKERS
    assert all(len(rows) >= 4 for rows in tables(WORDS).values())
    assert len(WORDS.split()) <= 2500


@pytest.mark.parametrize("attacker", ATTACKERS)
def test_each_line_is_proved(attacker: str) -> None:
    wrong = {}
    for row in tables(WORDS)[attacker]:
        assert len(row) == 3, row
        threat, done, proof = row
        assert threat.strip()
        assert done.strip()
        assert NODE.sub("", proof).strip(" ,") == "", proof
        wrong |= {node: why for node in nodes(proof) if (why := fault(node, ROOT / "tests"))}
        if not nodes(proof):
            wrong[threat] = "it has no test"
    assert wrong == {}


PROOFS = """import pytest
def helper(): assert made()
def test_good(): assert made()
def test_by_helper(): helper()
def test_raises():
    with pytest.raises(ValueError): made()
def test_nothing(): made()
def test_true(): assert True
def test_skipped():
    'Is to come.'
    needs.skip("later")
    assert made()
@pytest.mark.skip
def test_marked(): assert made()
@pytest.mark.xfail(strict=False)
def test_fails(): assert made()
@pytest.mark.skipif(made(), reason='x')
def test_sometimes(): assert made()
class TestSome:
    def test_within(self): assert made()
"""


@pytest.mark.parametrize(
    ("node", "why"),
    [
        *((f"test_x.py::test_{name}", None) for name in ("good", "by_helper", "raises")),
        ("test_x.py::test_sometimes", None),
        ("test_x.py::TestSome::test_within", None),
        *((f"test_x.py::test_{name}", "nothing") for name in ("nothing", "true")),
        *((f"test_x.py::test_{name}", "skipped") for name in ("marked", "fails", "skipped")),
        ("test_x.py::test_absent", "no such test"),
        ("test_x.py::TestOther::test_within", "no such class"),
        ("test_y.py::test_good", "0 files"),
    ],
)
def test_what_proves_nothing_is_known(tmp_path: Path, node: str, why: str | None) -> None:
    (tmp_path / "test_x.py").write_text(PROOFS)
    told = fault(node, tmp_path)
    assert told is None if why is None else why in str(told)
