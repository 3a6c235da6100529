"""Golden pages: invented HTML pages and text captures, each beside what has to come out of it.

``tests/pages/<folder>/<name>.json`` says how the page is asked for (url, source, content_type) and,
under ``expected``, the fields that are not empty, or under ``refused`` why it is no story. Where a
story stands as ``.html`` and as ``.txt``, both must give what is expected; fields that only one
form can show are under ``html`` or ``text`` (null: this form shows none). Evidence and the raw
dates are compared where they are given. ``site`` names the publisher whose furniture the page has.
"""

import dataclasses
import doctest
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import tradepress.extraction
from tradepress.declared_sources import all_sources
from tradepress.extraction import NotAnArticle, extract_article
from tradepress.story import Article

PAGES = ROOT / "tests" / "pages"
CASES = sorted(path for path in PAGES.glob("*/*") if path.suffix in (".html", ".txt"))
SOURCES = {source.name: source for source in all_sources()} | {None: None}
SHOWN_OTHERWISE = ("evidence", "capture", "url", "related_links", "body", "paragraph_odds")
ONLY_IF_EXPECTED = ("evidence", "date_published_raw", "date_modified_raw", "confidence")
FORMS = {".html": "html", ".txt": "text"}
SITES = (
    *("WIPR", "TBO", "LSIPR", "INTA Daily News", "World Trademark Review", "IAM", "Managing IP"),
    *("Law360", "Bloomberg Law", "IPWatchdog", "Trademark Lawyer Magazine", "IPPro"),
    *("Intellectual Property Magazine", "Asia IP", "China IPR", "Global Legal Post"),
    *("SecuringIndustry", "JUVE Patent", "Lexology", "JD Supra", "Mondaq"),
    *("National Law Review", "LexBlog", "IPKat", "TTABlog", "Class 46", "Kluwer Trademark Blog"),
    *("SpicyIP", "DuetsBlog", "Trademarkology", "The Fashion Law", "Likelihood of Confusion"),
    *("WIPO press room", "WIPO UDRP decisions", "WIPO Magazine", "Forum", "USPTO", "EUIPO"),
    *("UKIPO", "INTA", "CIPO", "IP Australia", "DPMA", "JPO", "CNIPA", "Marks IP Law"),
)


def as_json(article: Article) -> dict[str, Any]:
    """The fields that say something; body as a list of paragraphs, evidence as one line a field."""
    found = {
        field.name: getattr(article, field.name)
        for field in dataclasses.fields(article)
        if field.name not in SHOWN_OTHERWISE
    }
    found["body"] = article.body.split("\n\n") if article.body else None
    if article.completeness == "body":
        del found["completeness"]
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


def read_case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return case


def extract_case(path: Path) -> Article:
    case = read_case(path)
    return extract_article(
        path.read_bytes(),
        case.get("url"),
        SOURCES[case.get("source")],
        content_type=case.get("content_type"),
    )


def ids(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}{path.suffix}"


@pytest.mark.parametrize("path", [path for path in CASES if "expected" in read_case(path)], ids=ids)
def test_golden_page(path: Path) -> None:
    case = read_case(path)
    wanted = case["expected"] | case.get(FORMS[path.suffix], {})
    found = as_json(extract_case(path))
    for name in ONLY_IF_EXPECTED:
        if name not in wanted:
            found.pop(name, None)
    if "evidence" in wanted:
        found["evidence"] = {name: found["evidence"].get(name) for name in wanted["evidence"]}
    assert found == {name: value for name, value in wanted.items() if value is not None}


@pytest.mark.parametrize("path", [path for path in CASES if "refused" in read_case(path)], ids=ids)
def test_page_without_a_story_is_refused_with_its_reason(path: Path) -> None:
    with pytest.raises(NotAnArticle) as refused:
        extract_case(path)
    assert refused.value.reason == read_case(path)["refused"]


def test_every_listed_site_has_its_page() -> None:
    assert {read_case(path).get("site") for path in CASES} >= set(SITES)


def test_stories_stand_in_both_forms() -> None:
    pairs = [path for path in CASES if path.suffix == ".txt" and path.with_suffix(".html") in CASES]
    assert len(pairs) >= 25


def test_the_example_in_the_reference_works() -> None:
    results = doctest.testmod(tradepress.extraction)
    assert results.attempted > 0
    assert results.failed == 0
