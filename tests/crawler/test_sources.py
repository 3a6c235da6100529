"""The declared sources: one short file each, named alike, with the address forms they have."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

import crawler.spiders
from crawler.configuration import ConfigurationError
from crawler.declared_sources import NoSuchSource, all_sources, source_named
from crawler.news_spider import NewsSpider

FILES = sorted(
    path for path in Path(crawler.spiders.__path__[0]).glob("*.py") if path.stem != "__init__"
)
SOURCES = {source.name: source for source in all_sources()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_short_file_a_source(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 40
    assert SOURCES[path.stem].name == path.stem
    module = import_module(f"crawler.spiders.{path.stem}")
    assert module.__doc__
    assert SOURCES[path.stem] == module.SOURCE


@pytest.mark.parametrize("name", SOURCES)
def test_seeds_are_on_the_sources_own_site(name: str) -> None:
    source = SOURCES[name]
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
    source = SOURCES["wipr"]
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
    assert not SOURCES["wipr"].is_article_url(url)


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
    source = SOURCES[name]
    assert source.is_article_url(url)
    assert source.site_id(url) == site_id


@pytest.mark.parametrize("name", ["wipr", "tbo", "lsipr"])
def test_what_was_never_seen_to_work_does_not_claim_it(name: str) -> None:
    assert SOURCES[name].verified is None


def test_scrapy_finds_the_sources() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    loader = get_spider_loader(settings)
    assert loader.list() == [*SOURCES]
    wipr = loader.load("wipr")
    assert (wipr.name, wipr.__name__) == ("wipr", "WiprSpider")
    assert issubclass(wipr, NewsSpider)
    assert wipr.source == SOURCES["wipr"]
    assert loader.find_by_request(Request("https://www.worldipreview.com/rss")) == ["wipr"]
    assert loader.find_by_request(Request("https://elsewhere.example/")) == []
    with pytest.raises(KeyError, match="nobody"):
        loader.load("nobody")


@pytest.mark.parametrize("name", ["nobody", "", "../wipr", "__init__", "wipr.SOURCE"])
def test_what_is_no_source_is_told_those_there_are(name: str) -> None:
    with pytest.raises(NoSuchSource, match=", ".join(SOURCES)):
        source_named(name)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "odd_paper.py states no source: write SOURCE = Source"),
        ("SOURCE = 7", "odd_paper.py states no source"),
        (
            "from crawler.spiders.wipr import SOURCE",
            "odd_paper.py states the source 'wipr': give both the same name",
        ),
    ],
)
def test_a_file_that_states_no_source_of_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, told: str
) -> None:
    (tmp_path / "odd_paper.py").write_text(words)
    monkeypatch.setattr(
        crawler.spiders, "__path__", [*crawler.spiders.__path__, str(tmp_path)], raising=False
    )
    monkeypatch.delitem(sys.modules, "crawler.spiders.odd_paper", raising=False)
    with pytest.raises(ConfigurationError, match=told):
        source_named("odd_paper")
