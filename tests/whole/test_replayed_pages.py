"""Pages as a real pywb rewrites them: read like the pages that were captured."""

import json
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from captured import Captured, write_warc
from conftest import Tradepress, a_story
from replay import add_files, pywb, require_tool

from tradepress.extraction import extract_article

pytestmark = pytest.mark.slow
URL = "https://www.worldipreview.com/trademark/lantern-case-15002"
HEAD = (
    f"<link rel=canonical href={URL}><meta property='og:image' content='/media/lantern.jpg'>"
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Lantern case", '
    f'"url": "{URL}", "datePublished": "2017-08-04"}}</script></head>'
)
LINKS = (
    "<p>A court <a href='/trademark/kettle-case-15001'>in Marlowe</a> has said of lanterns what "
    "another had said <a href='https://registry.example/9921?a=1&amp;b=2'>of kettles</a>.</p>"
    "<p>The shape of a handle tells nobody who made it, the judges found, however often it was "
    "seen in shops, in advertisements and in the hands of those who walk home at night.</p>"
)


def test_a_replayed_page_is_read_like_the_captured_one(here: Tradepress, tmp_path: Path) -> None:
    require_tool("wayback")
    page = a_story("Lantern case", words=LINKS).replace("</head>", HEAD).encode()
    captured = Captured(url=URL, at="2019-03-14T09:15:00", page=page)
    add_files(tmp_path / "pywb", [write_warc(tmp_path / "crawl.warc.gz", [captured])])
    with pywb(tmp_path / "pywb") as collection:
        address = f"{collection}/20190314091500mp_/{URL}"
        with urllib.request.urlopen(address) as answer:
            replayed = answer.read()
    assert b"wombat" in replayed
    assert b"mp_/https://www.worldipreview.com/trademark/kettle-case-15001" in replayed
    own = extract_article(page, URL, content_type="text/html; charset=utf-8")
    read = extract_article(replayed, address, content_type="text/html; charset=utf-8")
    assert len(own.related_links) == 2
    assert replace(read, evidence={}) == replace(own, evidence={})

    (tmp_path / "page.html").write_bytes(replayed)
    assert here("ingest", "page.html").returncode == 0
    shown = json.loads(here("show", "wipr-15002", "--json").stdout)
    assert (shown["url"], shown["date_captured"]) == (URL, "2019-03-14T09:15:00Z")
