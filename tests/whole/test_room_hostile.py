"""An archive salted with hostile and endless values: every page stays inert and in layout."""

from pathlib import Path
from typing import Any

import pytest
from browsing import a_run, browsing, path, save
from room_browser import Visitor, follow_links, visiting

__all__ = ["path"]

pytestmark = pytest.mark.slow

SCRIPT = """<script>document.title='RUN'</script><img src=x onerror="document.title='RUN'">"""
BROKEN = """"><svg onload="document.title='RUN'">{{ 7*7 }}{% raw %}</title></textarea>"""
SIGNS = "\u202e\u2066\ufeff' OR 1=1 -- \x1b[31m &lt;b&gt; é" + "\u0301" * 40
LONG = "a" * 100_000
HOSTILE = (SCRIPT, BROKEN, SIGNS, LONG, "javascript:alert(1)", "../../../etc/passwd", "=cmd|x!A1")


def salt(path: Path) -> None:
    with a_run(path, reason=f"robots.txt forbids /{SCRIPT}{LONG[:500]}", state="failed") as writer:
        for number, evil in enumerate(HOSTILE):
            story: dict[str, Any] = {
                "site_id": str(number),
                "url": f"http://signet.example/news/{number}?{evil[:1500]}",
                "description": evil,
                "section": evil[:300],
                "authors": [f"{evil[:300]} Holm"],
                "keywords": [evil],
                "corrections": [evil],
                "date_published": f"2017-08-0{number + 1}",
                "confidence": 0.5,
                "access": "registration",
                "image_url": "javascript:document.title='RUN'",
                "image_caption": evil,
                "links": [
                    {
                        "kind": "in_text",
                        "text": evil,
                        "url": f"http://rulings.example/{evil[:900]}",
                    },
                    {"kind": "related", "text": evil, "url": "javascript:document.title='RUN'"},
                ],
            }
            save(writer, f"Lantern {evil}", f"It was {evil}.", **story)
            save(writer, f"Lantern {evil} upheld", f"It was not {evil}.", **story)


def stays_inert(visitor: Visitor, address: str) -> None:
    answer = visitor.page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    for width in (1280, 390):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert visitor.page.title() != "RUN", address
    data = "script[type='application/ld+json']"
    visitor.page.evaluate(f"""document.querySelectorAll("{data}").forEach(
        one => JSON.parse(one.textContent))""")
    hostile = (
        f"script:not({data}), [onerror], [onload], [href^='javascript:'], [src^='javascript:']"
    )
    assert visitor.page.locator(hostile).count() == 0, address
    visitor.check()


def test_every_page_stays_inert_and_in_layout(path: Path) -> None:
    salt(path)
    with browsing(path) as served:
        followed = follow_links(served.home)
        assert followed.broken == []
        with visiting(served.home) as visitor:
            for address in followed.pages:
                stays_inert(visitor, address)
