"""Extraction never gets worse: quality floors on the pages of ../shared, and no rule for one site.

Speed is measured by bench/extraction.py and in no test.
"""

import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import ROOT
from needs import reason

import tradepress.extraction
from tradepress.archive.text_forms import straighten
from tradepress.extraction import extract_article
from tradepress.extraction.furniture import WORDED, find_rule

SHARED = ROOT.parent / "shared"
SCORES = SHARED / "tools" / "score_extraction.py"
RULES = [
    path
    for path in sorted(Path(tradepress.extraction.__file__).parent.iterdir())
    if path.suffix in (".py", ".toml")
]

# These only ever rise, but that aeb's answers leave the lead out, which has stood in the body since
# November 2026 (docs/explanation/decisions.md).
FLOORS = {
    "aeb": {"f1": 0.977, "exact": 0.41},
    "news": {"f1": 0.948, "exact": 0.39, "headline": 0.945, "date": 0.89, "authors": 0.91},
}

SHORTEST_SENTENCE, MOST_TAKEN = 60, 0.0015
SECOND_LEVELS = ("ac", "co", "com", "edu", "gov", "net", "org")
"""As in ``.co.uk`` and ``.com.au``: the name stands one label further left."""
SHORTEST_NAME = 5
"""Shorter names of sites are words of every text."""
ORDINARY_WORDS = {
    "admin": "a byline that names nobody",
    "archive": "part of headings of searches",
    "bloomberg": "an agency: bylines",
    "business": "a section of every paper: no name of an author",
    "elementor": "a page builder, whose boxes all bear its name",
    "express": "a word in the names of many papers",
    "google": "Google News: a button of share bars",
    "health": "a section of every paper: no name of an author",
    "independent": "a word in the names of many papers",
    "insight": "a step of the addresses of stories",
    "kicker": "the line above a headline",
    "linkedin": "a button of share bars",
    "mirror": "a word in the names of many papers",
    "nachrichten": "German for news: a step of addresses, a word in the names of papers",
    "observer": "a word in the names of many papers",
    "online": "part of bylines that name nobody",
    "people": "a noun",
    "plausible": "an adjective, of dates",
    "radio": "part of bylines that name nobody",
    "reddit": "a button of share bars",
    "reuters": "an agency: credits of pictures, bylines",
    "reviewed": "stands before dates and names",
    "security": "a security check is no story",
    "space": "a noun",
    "sports": "a section of every paper: no name of an author",
    "standard": "a word in the names of many papers",
    "target": "a noun, of links",
    "telegram": "a button of share bars",
    "telegraph": "a word in the names of many papers",
    "today": "part of dates and of headings of lists",
    "superuser": "an account that names nobody",
    "together": "an adverb",
    "wordpress": "the program that many sites are made with: its boxes and classes",
}
"""Names of sites that rules may hold as words, each with its reason."""

pytestmark = pytest.mark.slow
needs_pages = pytest.mark.skipif(not SCORES.exists(), reason=reason("../shared"))


@cache
def load_scores() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_extraction", SCORES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_pages
@pytest.mark.parametrize("name", FLOORS)
def test_quality_stays_above_its_floors(name: str) -> None:
    scores = load_scores()
    result: dict[str, Any] = scores.score(extract_article, list(scores.load(name)))[0]
    below = {
        field: (round(result[field], 4), floor)
        for field, floor in FLOORS[name].items()
        if result[field] < floor
    }
    assert not below


@needs_pages
def test_rules_take_hardly_a_line_of_the_answers() -> None:
    """What they do take are notices that the answers hold: commissions, credits, sign-ups."""
    lines = [
        straighten(" ".join(line.split()))
        for name in ("aeb", "news", "papers", "wcxb")
        for _, _, _, expected in load_scores().load(name)
        for line in (expected["body"] or "").split("\n")
        if len(line) >= SHORTEST_SENTENCE
    ]
    taken = [x for x in lines if find_rule(x, (), is_worded=WORDED.fullmatch(x))]
    assert len(taken) <= MOST_TAKEN * len(lines), taken


def benchmark_names() -> set[str]:
    """The registrable names of all sites that have an answer, without their suffixes."""
    names: set[str] = set()
    for truth in (SHARED / "data").glob("*/ground-truth.json"):
        rows = json.loads(truth.read_text("utf-8"))
        urls = [
            row.get("link") or row.get("url")
            for row in (rows.values() if isinstance(rows, dict) else rows)
        ]
        for host in {(urlsplit(url).hostname or "").removeprefix("www.") for url in urls}:
            labels = host.split(".")
            is_second_level = len(labels) > 2 and labels[-2] in SECOND_LEVELS
            names.add(labels[-3] if is_second_level else labels[-2])
    return names


@needs_pages
def test_no_rule_names_a_benchmark_site() -> None:
    names = {name for name in benchmark_names() if len(name) >= SHORTEST_NAME}
    assert len(names) > 100
    words = {
        word
        for path in RULES
        for word in re.findall(r"[a-z0-9-]+", path.read_text("utf-8").lower())
    }
    assert sorted(names & words - ORDINARY_WORDS.keys()) == []
