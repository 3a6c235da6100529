"""The operator's own sources: a folder beside tradepress.toml, and what a faulty file is told."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Site, Tradepress, a_story

import tradepress.spiders
from tradepress.configuration import ConfigurationError
from tradepress.declaration_faults import faults
from tradepress.declared_sources import OURS, all_sources, look_in, source_file, source_named
from tradepress.source import Source
from tradepress.verified import note_verified

SOUND = """from tradepress.source import Furniture, Selectors, Source

SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    sections=("https://gazette.example/news/",),
    article_url=r"/news/[a-z0-9-]+-\\d+",
    article_id=r"-(\\d+)$",
)
"""
STATED: dict[str, Any] = {
    "name": "gazette",
    "publisher": "The Gazette",
    "domains": ("gazette.example",),
    "language": "en",
    "timezone": "Europe/London",
    "sections": ("https://gazette.example/news/",),
    "article_url": r"/news/[a-z0-9-]+-\d+",
}


@pytest.fixture
def folder(tmp_path: Path, same_sources: None) -> Path:
    """An operator's folder that counts while the test lasts."""
    folder = tmp_path / "sources"
    folder.mkdir()
    look_in(folder)
    return folder


def test_an_own_source_stands_beside_ours(folder: Path) -> None:
    (folder / "gazette.py").write_text(SOUND)
    (folder / "pages").mkdir()
    assert source_named("gazette").publisher == "The Gazette"
    assert source_file("gazette") == folder / "gazette.py"
    assert {"gazette", "wipr"} <= {source.name for source in all_sources()}


def test_an_own_source_goes_before_ours_of_that_name(folder: Path) -> None:
    assert source_named("wipr").publisher == "World IP Review"
    assert source_file("wipr") == OURS / "wipr.py"
    (folder / "wipr.py").write_text(SOUND.replace('"gazette"', '"wipr"'))
    look_in(folder)
    assert source_named("wipr").publisher == "The Gazette"
    assert [source.publisher for source in all_sources() if source.name == "wipr"] == [
        "The Gazette"
    ]


def test_own_sources_share_what_stands_in_the_file_of_one(folder: Path) -> None:
    (folder / "gazette.py").write_text(f'{SOUND}FURNITURE = (Furniture(pattern="more"),)\n')
    herald = SOUND.replace("gazette", "herald").replace(
        "    article_id", "    furniture=FURNITURE,\n    article_id"
    )
    (folder / "herald.py").write_text(f"from tradepress.spiders.gazette import FURNITURE\n{herald}")
    assert [one.pattern for one in source_named("herald").furniture] == ["more"]


def test_a_folder_that_is_not_there_holds_no_sources(tmp_path: Path) -> None:
    before = [*tradepress.spiders.__path__]
    look_in(tmp_path / "nowhere")
    assert source_named("wipr").name == "wipr"
    tradepress.spiders.__path__[:] = before


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "Source(\n",
            "Source(\n    artcle_id=3,\n",
            "has no field artcle_id; did you mean article_id?",
        ),
        ('    timezone="Europe/London",\n', "", "it does not state timezone"),
        ('name="gazette"', "name=gazette", "line 4: NameError(\"name 'gazette' is not defined\")"),
        ('"The Gazette",', '"The Gazette"', "line 5: "),
        ("SOURCE =", "SOURCES =", "states no source: write SOURCE = Source"),
        ('("gazette.example",)', '("gazette.example")', "domains is 'gazette.example'; write ("),
        ("import Furniture", "import Furnitures", "cannot import name 'Furnitures'"),
    ],
)
def test_a_faulty_file_is_told_with_its_mend(
    folder: Path, before: str, after: str, told: str
) -> None:
    assert before in SOUND
    (folder / "gazette.py").write_text(SOUND.replace(before, after))
    with pytest.raises(ConfigurationError) as error:
        source_named("gazette")
    assert str(folder / "gazette.py") in str(error.value)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "My-Paper"}, "name is 'My-Paper'; it must be small letters and digits"),
        ({"domains": ("https://gazette.example",)}, "write the host alone, without https://"),
        ({"domains": ()}, "domains is empty"),
        ({"language": "english"}, "language is 'english'; it must be two letters"),
        ({"timezone": "London"}, "timezone is 'London'; it must be an IANA name"),
        ({"policy": "keep"}, "policy is 'keep'; it must be one of store, metadata-only, skip"),
        (
            {"completeness": "all"},
            "completeness is 'all'; it must be one of body, tea",
        ),
        ({"cited_as": "magazine"}, "cited_as is 'magazine'; it must be one of newspaper, blog"),
        ({"verified": "2026-11-27"}, "verified is '2026-11-27'; write date("),
        ({"article_url": "/news/("}, "article_url is '/news/(', which is not a regular expression"),
        ({"article_id": r"-\d+$"}, "put the id itself in brackets"),
        ({"sections": ("https://other.example/",)}, "other.example is none of its domains"),
        ({"sections": ("https://gazette.example/news/a-1",)}, "article_url takes for a story's"),
        ({"sections": ()}, "it has no sections, feeds or sitemaps"),
        ({"dated_ids": ((1, "2024"),)}, "dated_ids has (1, '2024')"),
        ({"furniture": ("advert",)}, "furniture has 'advert'; write Furniture(pattern=…)"),
        (
            {"from_listings": ("body",)},
            "from_listings has 'body'; there are date_publ",
        ),
        ({"prepare_page": lambda page, url: page}, "prepare_page must be a function of the file"),
    ],
)
def test_what_is_wrong_with_a_declaration(changed: dict[str, Any], told: str) -> None:
    (words, *_) = faults(Source(**{**STATED, **changed}))
    assert told in words


@pytest.mark.parametrize("source", all_sources(), ids=lambda source: source.name)
def test_nothing_is_wrong_with_ours(source: Source) -> None:
    assert [*faults(source)] == []


HOOK = """

def prepare(page, url):
    return page.replace("ADVERTISEMENT", "")


"""


@pytest.mark.slow
def test_a_crawl_and_its_workers_know_the_folder(
    tmp_path: Path, site: Site, tradepress: Tradepress
) -> None:
    """By the command, in a folder with a tradepress.toml; the source's own function runs in the
    page workers."""
    sources = tmp_path / "sources"
    sources.mkdir()
    declared = SOUND.replace("gazette.example", "127.0.0.1").replace("https://127.0.0.1", site.home)
    declared = declared.replace("SOURCE =", f"{HOOK}SOURCE =").replace(
        "    article_url", "    prepare_page=prepare,\n    article_url"
    )
    (sources / "gazette.py").write_text(declared)
    (tmp_path / "tradepress.toml").write_text("")
    site.pages["/news/"] = Answer('<a href="/news/lantern-case-4711">Lantern case</a>')
    story = a_story("Lantern case").replace("court said.", "court said. ADVERTISEMENT")
    site.pages["/news/lantern-case-4711"] = Answer(story)
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /")
    result = tradepress("crawl", "gazette", "--no-trial", "--contact", "a@library.example")
    assert result.returncode == 0, result.stderr
    shown = tradepress("search", "lantern", "--json").stdout
    assert "Lantern case" in shown
    body = json.loads(tradepress("show", json.loads(shown)["stories"][0]["ref"], "--json").stdout)
    assert "court said." in body["body"]
    assert "ADVERTISEMENT" not in body["body"]
    assert "1 stay as they are" in tradepress("reextract", "--again").stdout
    (tmp_path / "page.html").write_text(story)
    page = ("page.html", "--url", f"{site.home}/news/lantern-case-4711")
    assert "ADVERTISEMENT" not in tradepress("extract", *page).stdout
    assert tradepress("ingest", *page, "--archive", "other.db").returncode == 0
    shown = tradepress("show", "gazette-4711", "--archive", "other.db").stdout
    assert "court said." in shown
    assert "ADVERTISEMENT" not in shown


def test_the_day_of_the_last_good_check_counts(folder: Path) -> None:
    (folder / "gazette.py").write_text(SOUND)
    day = date(2026, 11, 27)
    for name in ("gazette", "wipr"):
        note_verified(folder, source_named(name), day)
    assert source_named("gazette").verified == day
    assert {s.name: s.verified for s in all_sources() if s.verified} == {
        "gazette": day,
        "wipr": day,
    }


def test_an_address_that_is_none_is_told_with_its_file(folder: Path) -> None:
    (folder / "gazette.py").write_text(SOUND.replace("https://gazette.example/news/", "http://["))
    with pytest.raises(ConfigurationError, match=r"gazette\.py: .*Invalid IPv6"):
        source_named("gazette")
