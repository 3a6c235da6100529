"""The comparisons with rivals say what is missing instead of failing, and count every column."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import needs
import pytest
from conftest import ROOT

BENCH = ROOT / "bench"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "argv", ["extraction.py", "--rounds", "1"])
    return load("extraction")


@pytest.fixture
def crawl(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", list(sys.path))  # it puts the checkout there
    monkeypatch.setattr(sys, "argv", ["crawl.py"])
    return load("crawl")


def absent() -> Callable[[str, str], Any]:
    raise ImportError("no such rival")


STORY = "Nobody had seen the lantern before that day"


def invented_scores() -> SimpleNamespace:
    """Two sites of one story each and a list, under measures that are told by eye."""
    pages = [
        ("a", "https://a.p.example/1", "<p>one</p>", {"body": STORY, "headline": "Lantern seen"}),
        ("b", "https://q.example/2", "<p>two</p>", {"body": STORY, "headline": "Lantern lost"}),
    ]
    lists = [
        ("c", "https://q.example/all", "<p>three</p>", {"body": None, "kind": "listing"}),
        ("d", "https://q.example/buy", "<p>four</p>", {"body": None, "kind": "product"}),
    ]
    return SimpleNamespace(
        load=lambda name: lists if name == "nonstories" else pages,
        as_dict=lambda answer: answer,
        overlap=lambda true, said: (0.5, 0.5, 0.0) if said else (0.0, 0.0, 1.0),
        word_f1=lambda true, said: 0.0,
        plain=str,
        day=str,
        names=set,
        lxml_parse=lambda html, url: sum(range(20_000)),
    )


def run(
    bench: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    sets: str,
    ours: Callable[[str, str], Any],
    rivals: dict[str, Callable[[], Any]],
) -> list[list[str]]:
    monkeypatch.setattr(sys, "argv", ["extraction.py", "--rounds", "1", "--sets", sets])
    monkeypatch.setattr(bench, "load_scores", invented_scores)
    monkeypatch.setattr(bench, "ours", lambda *, is_folded: ours)
    monkeypatch.setattr(bench, "RIVALS", rivals)
    assert bench.main() == 0
    lines = capsys.readouterr().out.splitlines()
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]


def test_rival_that_is_not_installed_is_shown_as_such(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ours(html: str, url: str) -> dict[str, str]:
        return {"body": STORY, "headline": "Lantern seen"}

    def refuse(html: str, url: str) -> dict[str, str]:
        raise ValueError("no story")

    table = run(
        bench,
        monkeypatch,
        capsys,
        sets="papers",
        ours=ours,
        rivals={"here": lambda: refuse, "gone": absent},
    )
    assert table[0] == ["", "F1", "headline", "date", "authors", "no body"]
    assert table[2] == ["tradepress", "0.667", "0.500", "", "", ""]
    assert table[3] == ["here", "", "", "", "", "2"]
    assert table[4][:2] == ["gone", "not installed"]
    assert {len(row) for row in table[:5]} == {6}
    assert [row[0] for row in table[7:]] == ["lxml parse alone", "tradepress", "here"]
    assert table[7][2] == "1.0"


def test_difference_from_a_rival_has_an_interval_and_lists_are_to_be_refused(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ours(html: str, url: str) -> dict[str, str]:
        return {"body": STORY if "all" not in url else "", "headline": "Lantern lost"}

    def rival(html: str, url: str) -> dict[str, str]:
        return {"body": STORY, "headline": "Lantern seen" if "a.p" in url else "Lantern lost"}

    table = run(
        bench,
        monkeypatch,
        capsys,
        sets="papers,nonstories",
        ours=ours,
        rivals={"rival": lambda: rival},
    )
    assert table[3][:3] == ["rival", "0.667 (+0…+0)", "1.000 (-1000…+0)"]
    assert table[4] == ["", *bench.COLUMNS["nonstories"], "no body"]
    assert table[6] == ["tradepress", "1.000", "", "", "", "", "0.500", ""]


def test_rival_in_a_process_of_its_own_answers_line_by_line(bench: ModuleType) -> None:
    script = (
        "import json\nprint('ready', flush=True)\n"
        "while line := input():\n"
        "    body = json.loads(line)\n"
        "    answer = {'body': body} if body else {'error': 'nothing there'}\n"
        "    print(json.dumps({**answer, 'cpu': 2}), flush=True)"
    )
    rival = bench.Piped([sys.executable, "-c", script])
    assert rival("two\nlines", "https://p.example/a")["body"] == "two\nlines"
    with pytest.raises(ValueError, match="nothing there"):
        rival("", "https://p.example/a")
    assert rival.cpu == 4
    rival.close()
    with pytest.raises(ImportError):
        bench.Piped([sys.executable, "-c", "raise SystemExit"])
    with pytest.raises(ImportError):
        bench.Piped(["/no/such/program", "file"])


def test_absent_pages_are_said_in_one_line(
    bench: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bench, "SCORES", tmp_path / "absent.py")
    assert bench.main() == 1
    assert capsys.readouterr().out.startswith("Not measured: no ")


def crawl_table(*options: str) -> list[list[str]]:
    """The cells of what a small bench of two jobs prints."""
    if not load("crawl_site").NGINX.exists():
        needs.skip("nginx")
    command = ["--stories", "60", "--rounds", "1", "--jobs", "scrapy,tradepress", *options]
    done = subprocess.run(
        [sys.executable, BENCH / "crawl.py", *command],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_our_crawl_and_bare_scrapy_read_every_story_of_the_paper() -> None:
    table = crawl_table()
    jobs = ("scrapy", "scrapy, no charset sent", "tradepress", "tradepress, no charset sent")
    assert [row[:3] for row in table[2:]] == [[job, "60", "60"] for job in jobs]
    assert {len(row) for row in table} == {11}
    assert table[2][4] == "1.00"  # bare Scrapy, of bare Scrapy


@pytest.mark.slow
def test_both_read_real_pages_in_the_place_of_its_stories() -> None:
    if not load("extraction").SCORES.exists():
        needs.skip("../shared")
    table = crawl_table("--real")
    assert [row[:2] for row in table[2:]] == [["scrapy", "60"], ["tradepress", "60"]]
    assert all(int(row[2]) > 50 for row in table[2:])


def test_without_nginx_the_crawl_is_not_measured(
    crawl: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(crawl, "NGINX", tmp_path / "absent")
    assert crawl.main() == 1
    assert capsys.readouterr().out.startswith("Not measured: no ")


def test_a_job_whose_package_is_absent_is_told_from_one_that_breaks_off(
    crawl: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    job = tmp_path / "job.py"
    monkeypatch.setattr(crawl, "SCRIPT", job)
    job.write_text("import no_such_rival")
    with pytest.raises(crawl.NotMeasured, match="no_such_rival"):
        crawl.run(sys.executable, "rival", "http://p.example", on_sample=lambda *_: None)
    job.write_text("raise SystemExit('out of lamps')")
    with pytest.raises(crawl.NotMeasured, match=r"^it broke off: out of lamps$"):
        crawl.run(sys.executable, "rival", "http://p.example", on_sample=lambda *_: None)


def test_cpu_of_the_processes_a_job_starts_is_counted(
    crawl: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    job = tmp_path / "job.py"
    monkeypatch.setattr(crawl, "SCRIPT", job)
    child = "import time\nwhile time.process_time() < 0.5: pass"
    job.write_text(
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}], check=True)\n"
        "print('stories', 7)"
    )
    cost = crawl.run(sys.executable, "rival", "http://p.example", on_sample=lambda *_: None)
    assert cost.stories == 7
    assert cost.cpu > 0.5
    assert cost.peak > cost.peak_main > 0


def test_memory_is_that_of_a_process_and_of_those_below_it(crawl: ModuleType) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert len(list(crawl.resident(os.getpid()))) >= 2
        assert next(crawl.resident(child.pid)) > 0
        child.communicate(b"\n")
    assert list(crawl.resident(child.pid)) == []
