"""The file of a source is as ruff leaves it, and states what was found."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT

from tradepress.source import Furniture, Source
from tradepress.story import Article, Reading
from tradepress.survey.declaration import golden_page, slug_of, write_declaration
from tradepress.survey.site_survey import SiteSurvey, name_of

PLAIN = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/news/[a-z0-9-]+-\d{4,}/?",
)
LONG = "|".join(f"(?:section-{at}/[a-z0-9-]+)" for at in range(20))
WORDS = " ".join(f"word{at}" for at in range(60))
SOURCES = {
    "plain": PLAIN,
    "quotes": replace(
        PLAIN, publisher='The "Gazette" of O\'Dell', section_names=("“A”", "B's", 'C"')
    ),
    "long": replace(
        PLAIN,
        article_url=LONG,
        sections=tuple(f"https://gazette.example/section-number-{at}/" for at in range(5)),
        unverified=WORDS,
        rights=WORDS[:90],
        furniture=(
            Furniture(pattern=r"write to us\."),
            Furniture(pattern=WORDS[:80]),
            Furniture(pattern=WORDS[:73]),
            Furniture(pattern=WORDS),
            Furniture(pattern=f'say "{WORDS[:90]}"'),
            Furniture(pattern=f"it's {WORDS[:60]}"),
        ),
    ),
    "all": replace(
        PLAIN,
        day_first=False,
        feeds=("https://gazette.example/feed",),
        sitemaps=("https://gazette.example/a.xml", "https://gazette.example/b.xml"),
        article_id=r"-(\d{4,6})/?$",
        completeness="teaser",
        from_listings=("date_published",),
    ),
    "backslashes": replace(PLAIN, publisher="A \\ B \N{NO-BREAK SPACE}C", rights="tab\there"),
}


def declared(text: str) -> Source:
    namespace: dict[str, object] = {}
    exec(text, namespace)
    source = namespace["SOURCE"]
    assert isinstance(source, Source)
    return source


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_it_says_the_same_and_is_as_ruff_leaves_it(source: Source, tmp_path: Path) -> None:
    survey = SiteSurvey(source=source, findings=(), stories=())
    text = write_declaration(survey, today=date(2026, 11, 27))
    assert declared(text) == source
    file = tmp_path / "gazette.py"
    file.write_text(text)
    ruff = Path(sys.executable).with_name("ruff")
    command = [ruff, "format", "--diff", "--config", ROOT / "pyproject.toml", file]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_a_golden_page_says_whose_its_text_is() -> None:
    article = Article(url="https://gazette.example/a", headline="A", body="One.\n\nTwo.")
    text = golden_page(article, "gazette", "text/html")
    assert '"note": "kept locally: the text belongs to its publisher"' in text
    assert '"body": [\n   "One.",\n   "Two."\n  ]' in text


def test_a_golden_page_expects_nothing_that_lists_alone_say() -> None:
    read = {"date_published": (Reading(value="2026-11-20", evidence="feed"),)}
    article = Article(headline="A", date_published="2026-11-20", body="One.", evidence=read)
    assert "2026" not in golden_page(article, "gazette", None)
    assert "2026" in golden_page(replace(article, evidence={}), "gazette", None)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.worldtrademarkreview.com", "worldtrademarkreview"),
        ("ipkat.blogspot.com", "ipkat"),
        ("spicy-ip.example", "spicyip"),
        ("127.0.0.1", "site"),
        ("blog.gazette.co.uk", "gazette"),
        ("class.example", "classnews"),
        ("43ip.example", "ip"),
    ],
)
def test_a_name_is_made_of_the_host(host: str, name: str) -> None:
    assert name_of(host) == name


def test_a_file_is_named_by_the_end_of_an_address() -> None:
    assert slug_of("/news/Lantern_case-4711.html") == "lantern-case-4711-html"
    assert slug_of("/") == "story"
