"""The README's four steps to a source, taken in a copy of the project: nothing else is needed."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, a_story

URL = "https://www.gazette.example/news/lantern-case-4711"
TESTS = ("crawler/test_sources.py", "crawler/extraction/test_pages.py", "docs/test_readme.py")
FOLDERS = ("archive", "browse", "crawler", "pipelines", "tradepress", "tests")
ADVERT = "<p>Order this issue of the Gazette.</p>"
KEPT = ("name", "publisher", "domains", "language", "timezone", "sections", "article_url")
"""What step 2 says to state."""


def declaration() -> str:
    """wipr.py as a newcomer changes it."""
    lines = (ROOT / "crawler" / "spiders" / "wipr.py").read_text().splitlines()
    text = "\n".join(
        line
        for line in lines
        if not (match := re.match(r" {4}(\w+)=|from (?:datetime|crawler.newton)| {4}\)| {8}", line))
        or match[1] in KEPT
    )
    for before, after in (
        ('"wipr"', '"gazette"'),
        ("World IP Review", "The Gazette"),
        ("worldipreview.com", "gazette.example"),
        ("WIPR_ARTICLE_URL,", 'r"/news/[a-z0-9-]+-\\d{4}",\n    furniture=RULES,'),
        ("import Source", "import Furniture, Source"),
        ("SOURCE", 'RULES = (Furniture(pattern=r"order this issue.*"),)\nSOURCE'),
    ):
        assert before in text
        text = text.replace(before, after)
    return text + "\n"


@pytest.mark.slow  # pytest and the README's commands once more, each in processes of their own
def test_the_four_steps(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    hidden = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, copy / name, ignore=hidden)
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    (copy / "crawler" / "spiders" / "gazette.py").write_text(declaration())
    page = copy / "tests" / "pages" / "sites" / "gazette.html"
    page.write_text(a_story("Lantern case").replace("</div>", f"{ADVERT}</div>"))
    environment = {
        **{name: value for name, value in os.environ.items() if "TRADEPRESS" not in name},
        "PYTHONPATH": str(copy),
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    options = ("--url", URL, "--source", "gazette", "--json")
    read = json.loads(run("tradepress", "extract", str(page), *options))
    assert "Order this issue" not in read["body"]
    names = ("source", "headline", "date_published", "language", "is_truncated")
    expected = {name: read[name] for name in names} | {"body": read["body"].split("\n\n")}
    page.with_suffix(".json").write_text(
        json.dumps({"url": URL, "source": "gazette", "expected": expected})
    )
    tests = [f"tests/{name}" for name in TESTS]
    told = run("pytest", "-q", "-p", "no:cacheprovider", *tests, "-k", "gazette or list or sources")
    assert " passed" in told
    assert "failed" not in told
