"""The declared sources: one short file each, named alike, with the address forms they have."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

import tradepress.spiders
from tradepress.configuration import ConfigurationError
from tradepress.crawling.news_spider import NewsSpider
from tradepress.declared_sources import NoSuchSource, all_sources, source_named

FILES = sorted(
    path for path in Path(tradepress.spiders.__path__[0]).glob("*.py") if path.stem != "__init__"
)
SOURCES = {source.name: source for source in all_sources()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_short_file_a_source(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 40
    assert SOURCES[path.stem].name == path.stem
    module = import_module(f"tradepress.spiders.{path.stem}")
    assert module.__doc__
    assert SOURCES[path.stem] == module.SOURCE


@pytest.mark.parametrize("name", SOURCES)
def test_seeds_are_on_the_sources_own_site(name: str) -> None:
    source = SOURCES[name]
    seeds = (*source.sections, *source.feeds, *source.sitemaps)
    assert seeds
    assert all(source.owns(url) for url in seeds)
    assert not any(source.is_article_url(url) for url in seeds)


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if not source.sample])
def test_what_was_never_seen_to_work_does_not_claim_it(name: str) -> None:
    assert SOURCES[name].verified is None


def test_scrapy_finds_the_sources() -> None:
    settings = Settings()
    settings.setmodule("tradepress.crawling.scrapy_settings", priority="project")
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
            "from tradepress.spiders.wipr import SOURCE",
            "odd_paper.py states the source 'wipr': give both the same name",
        ),
    ],
)
def test_a_file_that_states_no_source_of_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, told: str
) -> None:
    (tmp_path / "odd_paper.py").write_text(words)
    monkeypatch.setattr(
        tradepress.spiders, "__path__", [*tradepress.spiders.__path__, str(tmp_path)], raising=False
    )
    monkeypatch.delitem(sys.modules, "tradepress.spiders.odd_paper", raising=False)
    with pytest.raises(ConfigurationError, match=told):
        source_named("odd_paper")
