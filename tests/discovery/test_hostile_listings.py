"""A feed or sitemap that would read our files, or fill our memory."""

import time
from pathlib import Path

import pytest
from test_discovery import SOURCE

from tradepress.discovery.candidates import NotAListing
from tradepress.discovery.feed import read_feed
from tradepress.discovery.sitemap import read_sitemap

STORY = "http://gazette.example/news/"
SITEMAP = "{}<urlset><url><loc>" + STORY + "one-1234</loc></url><url><loc>{}</loc></url></urlset>"
FEED = (
    '{}<rss version="2.0"><channel><item><title>One</title><link>'
    + STORY
    + "one-1234</link></item>"
    "<item><title>{}</title><link>" + STORY + "two-1235</link></item></channel></rss>"
)
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY a0 "lantern">{LAUGHS}]>', "&a9;"


@pytest.fixture
def secret(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "secret.txt").write_text(f"{STORY}hunter-4321")
    return f'<!DOCTYPE x [<!ENTITY s SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>', "&s;"


def found(form: str, page: bytes) -> str:
    try:
        read = read_sitemap(page, SOURCE) if form == SITEMAP else read_feed(page, SOURCE)
    except NotAListing as error:
        return str(error)
    return repr(read)


@pytest.mark.parametrize("form", [SITEMAP, FEED], ids=["sitemap", "feed"])
def test_no_entity_reads_a_file_of_ours(form: str, secret: tuple[str, str]) -> None:
    said = found(form, form.format(*secret).encode())
    assert "one-1234" in said
    assert "hunter" not in said


@pytest.mark.parametrize("form", [SITEMAP, FEED], ids=["sitemap", "feed"])
def test_no_entity_grows_to_gigabytes(form: str) -> None:
    """Seven thousand million letters, of a thousand."""
    began = time.process_time()
    assert len(found(form, form.format(*BOMB).encode())) < 100_000
    assert time.process_time() - began < 5
