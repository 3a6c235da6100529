"""The comparison with rivals says what is missing instead of failing, and counts every column."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

SCRIPT = Path(__file__).parent.parent / "bench" / "extraction.py"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_extraction", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", ["extraction.py", "--rounds", "1"])
    return module


def absent() -> Callable[[str, str], Any]:
    raise ImportError("no such rival")


def test_rival_that_is_not_installed_is_shown_as_such(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def score(extract: Callable[[str, str], Any], pages: list[Any]) -> tuple[dict[str, Any], None]:
        extract("<p>words</p>", "https://p.example/a")
        return {"f1": 0.5, "exact": 0.25, "errors": {"ValueError": 3}}, None

    scores = SimpleNamespace(
        load=lambda name: [("key", "https://p.example/a", "<p>words</p>", {})],
        score=score,
        lxml_parse=lambda html, url: sum(range(20_000)),
    )
    monkeypatch.setattr(bench, "load_scores", lambda: scores)
    monkeypatch.setattr(bench, "EXTRACTORS", {"here": lambda: lambda *page: {}, "gone": absent})
    assert bench.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].startswith("| here | 0.500 | 0.250 | 0.500 |  |  |  | 6 |")
    assert lines[3].startswith("| gone | not installed |")
    assert lines[4].startswith("| lxml parse alone |")
    assert lines[4].endswith(" | 1.0 |")
    assert {line.count("|") for line in lines} == {lines[0].count("|")}


def test_absent_pages_are_said_in_one_line(
    bench: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bench, "SCORES", tmp_path / "absent.py")
    assert bench.main() == 1
    assert capsys.readouterr().out.startswith("Not measured: no ")
