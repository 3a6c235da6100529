"""The page this project started from gives exactly what has to come out of it."""

import json

import pytest
from conftest import ROOT
from needs import reason

from tradepress.extraction import extract_article
from tradepress.spiders import wipr

SEEDS = ROOT.parent / "shared" / "seeds"
PAGE = SEEDS / "000_39a47a78eee2be31.txt"
EXPECTED = SEEDS / "000_39a47a78eee2be31.expected.json"


@pytest.mark.skipif(not PAGE.exists(), reason=reason("../shared/seeds"))
def test_seed_equals_its_expected_answer_field_for_field() -> None:
    expected = json.loads(EXPECTED.read_text("utf-8"))
    article = extract_article(PAGE.read_bytes(), expected["url"], wipr.SOURCE)
    found = {name: getattr(article, name) for name in expected if name != "ref"}
    found["ref"] = f"{article.source}-{article.site_id}"
    found["related_links"] = [
        {"kind": link.kind, "text": link.text, "url": link.url} for link in article.related_links
    ]
    assert found == expected
    assert (article.authors, article.description, article.access) == ((), None, None)
