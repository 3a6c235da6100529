"""The declared sources: one short file each, named alike, with the address forms they have."""

from pathlib import Path

import pytest

import crawler.spiders
from tradepress.jobs.spiders import all_spiders

FILES = sorted(
    path for path in Path(crawler.spiders.__path__[0]).glob("*.py") if path.stem != "__init__"
)
SPIDERS = all_spiders()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_short_file_a_source(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 40
    spider = SPIDERS[path.stem]
    assert spider.__module__ == f"crawler.spiders.{path.stem}"
    assert spider.__name__ == f"{path.stem.title()}Spider"
    assert spider.name == spider.source.name == path.stem
    assert spider.__doc__ is None or spider.__doc__
    own = set(vars(spider)) - {"__module__", "__qualname__", "__doc__", "source", "name"}
    assert own <= {"allowed_domains", "__annotations__", "__static_attributes__", "__firstlineno__"}


@pytest.mark.parametrize("name", SPIDERS)
def test_seeds_are_on_the_sources_own_site(name: str) -> None:
    source = SPIDERS[name].source
    seeds = (*source.sections, *source.feeds, *source.sitemaps)
    assert seeds
    assert all(source.owns(url) for url in seeds)
    assert not any(source.is_article_url(url) for url in seeds)


@pytest.mark.parametrize(
    ("url", "site_id"),
    [
        ("http://www.worldipreview.com/news/lantern-maker-loses-14415", "14415"),
        ("https://www.worldipreview.com/lantern-maker-loses-14415", "14415"),
        ("https://worldipreview.com/trademark/lantern-maker-loses-14415", "14415"),
        ("https://worldipreview.com/trademark/lantern-maker-loses-14415/", "14415"),
        ("https://worldipreview.com/patent/lantern-maker-faces-suits", None),
        ("https://www.worldipreview.com/article/where-to-draw-the-line", None),
        ("https://www.worldipreview.com/contributed-article/a-new-system", None),
    ],
)
def test_story_addresses_of_wipr(url: str, site_id: str | None) -> None:
    source = SPIDERS["wipr"].source
    assert source.is_article_url(url)
    assert source.site_id(url) == site_id


@pytest.mark.parametrize(
    "url",
    [
        "https://www.worldipreview.com/trademark/",
        "https://www.worldipreview.com/magazines/wipr-issue-2-2024",
        "https://www.worldipreview.com/page/privacy-policy",
        "https://www.worldipreview.com/listing/news?offset=10",
        "https://www.worldipreview.com/channel/europe",
        "https://www.worldipreview.com/latest",
        "https://cdn.worldipreview.com/files/2024/05/report.pdf",
        "https://worldipreview.com.example/news/lantern-maker-loses-14415",
        "https://example.com/news/lantern-maker-loses-14415",
        "ftp://worldipreview.com/news/lantern-maker-loses-14415",
        "http://[::1",
    ],
)
def test_other_addresses_are_no_stories_of_wipr(url: str) -> None:
    assert not SPIDERS["wipr"].source.is_article_url(url)


@pytest.mark.parametrize(
    ("name", "url", "site_id"),
    [
        ("tbo", "https://www.trademarksandbrandsonline.com/news/club-leaves-body-4704", "4704"),
        ("tbo", "https://www.trademarksandbrandsonline.com/article/fakes-online", None),
        ("lsipr", "https://www.lifesciencesipreview.com/news/gene-patent-upheld-3151", "3151"),
        ("lsipr", "https://lifesciencesipreview.com/news/gene-patent-upheld", None),
        ("lsipr", "https://www.lifesciencesipreview.com/asia/do-not-panic", None),
    ],
)
def test_story_addresses_of_the_sister_papers(name: str, url: str, site_id: str | None) -> None:
    source = SPIDERS[name].source
    assert source.is_article_url(url)
    assert source.site_id(url) == site_id


@pytest.mark.parametrize("name", ["wipr", "tbo", "lsipr"])
def test_what_was_never_seen_to_work_does_not_claim_it(name: str) -> None:
    assert SPIDERS[name].source.verified is None
