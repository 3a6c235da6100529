"""Golden pages: invented HTML pages and text captures, each beside what has to come out of it.

``tests/pages/<form>/<name>.json`` says how the page is asked for (url, source, content_type) and,
under ``expected``, the fields that are not empty, with the evidence of each.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction import extract_article
from crawler.items import Article
from crawler.spiders.lsipr import LsiprSpider
from crawler.spiders.tbo import TboSpider
from crawler.spiders.wipr import WiprSpider

PAGES = Path(__file__).parent / "pages"
CASES = sorted(path for path in PAGES.glob("*/*") if path.suffix in (".html", ".txt"))
SOURCES = {spider.source.name: spider.source for spider in (WiprSpider, TboSpider, LsiprSpider)} | {
    None: None
}


def as_json(article: Article) -> dict[str, Any]:
    """The fields that say something; body as a list of paragraphs, evidence as one line a field."""
    found = {
        field.name: getattr(article, field.name)
        for field in dataclasses.fields(article)
        if field.name not in ("evidence", "capture", "url", "related_links", "body")
    }
    found["body"] = (article.body or "").split("\n\n")
    found["related_links"] = [[link.kind, link.text, link.url] for link in article.related_links]
    found["evidence"] = {
        name: "; ".join(f"{reading.evidence}={reading.value}" for reading in readings)
        for name, readings in article.evidence.items()
    }
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in found.items()
        if value not in (None, (), [])
    }


def extract_case(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    case = json.loads(path.with_suffix(".json").read_text("utf-8"))
    article = extract_article(
        path.read_bytes(),
        case.get("url"),
        SOURCES[case.get("source")],
        content_type=case.get("content_type"),
    )
    return as_json(article), case["expected"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_golden_page(path: Path) -> None:
    found, expected = extract_case(path)
    assert found == expected


def test_every_trap_has_its_page() -> None:
    assert len([path for path in CASES if path.suffix == ".txt"]) >= 10
    assert len([path for path in CASES if path.suffix == ".html"]) >= 10
