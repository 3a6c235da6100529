"""The pages in a real browser: nothing scrolls sideways on a phone."""

from collections.abc import Iterator
from pathlib import Path

import chromium
import pytest
from browsing import a_run, browsing, path, save

__all__ = ["path"]

pytestmark = pytest.mark.slow  # one process and one browser for all of it

PAGES = [
    *("/", "/archive", "/archive?sql=select+*+from+articles", "/archive?sql=selct", "/nowhere"),
    *("/archive/articles", "/archive/articles?_search=lantern&source=signet&section=Designs"),
    *("/archive/search", "/archive/search?q=lantern", "/archive/search?q=lantern&section=Designs"),
    *("/archive/search?q=nothing", "/story/signet-1", "/story/signet-1@1", "/story/signet-9"),
    *("/story/signet-1/changes/1/2", "/archive/runs", "/archive/runs/1", "/archive/by_year"),
    *("/archive/changed", "/archive/doubtful", "/archive/links", "/archive/links/1"),
    *(
        "/archive/locations/1",
        "/archive/versions",
        "/archive/versions/1",
        "/archive/sources/signet",
    ),
]


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[chromium.Tab]:
    with chromium.opened(tmp_path / "profile") as tab:
        yield tab


def test_no_page_scrolls_sideways_on_a_phone(path: Path, tab: chromium.Tab) -> None:
    long = "a" * 150
    story = {
        "site_id": "1",
        "url": f"http://signet.example/news/{long}",
        "section": "Designs",
        "authors": [f"{long} Holm"],
        "keywords": [long],
        "confidence": 0.5,
        "access": "registration",
        "links": [{"kind": "in_text", "text": long, "url": f"http://rulings.example/{long}"}],
    }
    with a_run(path, reason=f"robots.txt forbids /{long}", state="failed") as writer:
        save(writer, f"Lantern {long} refused", f"It was {long}.", **story)
        save(writer, f"Lantern {long} upheld", f"It was not {long}.", **story)
    with browsing(path) as served:
        widths = {}
        for address in PAGES:
            tab.open(served.home + address, width=390)
            widths[address] = tab.measure("document.documentElement.scrollWidth")
    assert {address: width for address, width in widths.items() if width > 390} == {}
