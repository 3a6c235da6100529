"""`tradepress ingest` of pages that say themselves where they stood: one story, one ref."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from conftest import Tradepress, a_story, quick_first

from tradepress.crawling.page_workers import PageWorkers

WIPR = "https://www.worldipreview.com"
ADDRESS = f"{WIPR}/trademark/lantern-case-15002"
TBO_ADDRESS = "https://www.trademarksandbrandsonline.com/article/lantern-case"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def run(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(PageWorkers, "run", run)


def a_page(path: Path, canonical: str, headline: str = "Lantern case", words: str = "") -> None:
    """A page that declares its address."""
    link = f"<link rel=canonical href='{canonical}'></head>"
    path.write_text(a_story(headline, words=words).replace("</head>", link))


@pytest.mark.parametrize("options", [[], ["--source", "wipr"]])
def test_the_address_that_a_page_declares_is_its_own(
    here: Tradepress, tmp_path: Path, options: list[str]
) -> None:
    a_page(tmp_path / "page.html", f"{ADDRESS}?utm_source=feed")
    shown = json.loads(here("extract", "page.html", *options, "--json").stdout)
    assert here("ingest", "page.html", *options).returncode == 0
    kept = json.loads(here("show", "wipr-15002", "--json").stdout)
    for story in (shown, kept):
        assert (story["source"], story["site_id"], story["url"]) == ("wipr", "15002", ADDRESS)
    assert shown["ref"] == "wipr-15002"


@pytest.mark.parametrize(
    ("declared", "ref", "given"),
    quick_first(
        [
            (ADDRESS, "wipr-15002", ADDRESS),
            (ADDRESS, "wipr-15002", f"{ADDRESS}/?utm_source=feed#top"),
            (ADDRESS, "wipr-15002", "http://worldipreview.com/news/lantern-case-15002"),
            (TBO_ADDRESS, None, TBO_ADDRESS),
            (TBO_ADDRESS, None, TBO_ADDRESS.replace("https://www.", "http://") + "/"),
        ],
        2,
    ),
)
def test_with_and_without_its_address_a_page_is_one_story(
    here: Tradepress, tmp_path: Path, declared: str, ref: str | None, given: str
) -> None:
    a_page(tmp_path / "page.html", declared)
    ways = ([], ["--url", given], ["--url", declared])
    for number, order in enumerate(permutations(ways)):
        archive = ["--archive", f"{number}.db"]
        told = [
            json.loads(here("ingest", "page.html", *way, "--json", *archive).stdout)
            for way in order
        ]
        assert [one["outcome"] == "stored" for one in told] == [True, False, False], told
        hits = json.loads(here("search", "lantern", "--all", "--json", *archive).stdout)["stories"]
        assert len(hits) == 1
        assert ref in (None, hits[0]["ref"])
        if order[0] == []:
            assert hits[0]["url"] == declared


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (f"{WIPR}/", "not that of a story"),
        (f"{WIPR}/trademark/", "not that of a story"),
        (f"{WIPR}/page/privacy-policy", "not that of a story"),
        ("https://elsewhere.example/trademark/lantern-case-15002", "no source has this site"),
        ("file:///etc/lantern-case-15002", "no address"),
    ],
)
@pytest.mark.parametrize("options", [[], ["--source", "wipr"]])
def test_an_address_that_is_none_of_a_story_is_not_taken(
    here: Tradepress, tmp_path: Path, declared: str, words: str, options: list[str]
) -> None:
    a_page(tmp_path / "page.html", declared)
    result = here("ingest", "page.html", "--only-sources", *options)
    assert result.returncode == 1
    assert result.stdout.startswith("skipped")
    assert words in result.stdout
    assert not (tmp_path / "archive.db").exists()


@pytest.mark.parametrize("address", [ADDRESS, f"{WIPR}/news/other-slug-15002"])
def test_a_page_that_says_it_is_another_story_is_not_taken_for_it(
    here: Tradepress, tmp_path: Path, address: str
) -> None:
    a_page(tmp_path / "page.html", ADDRESS)
    otter = "".join(
        f"<p>The otter on the label number {number} belongs to a brewer of Marlowe, who told the "
        "registry that nobody else had ever drawn such an animal.</p>"
        for number in range(4)
    )
    a_page(tmp_path / "other.html", address, "Otter on a label", otter)
    assert here("ingest", "page.html").returncode == 0
    result = here("ingest", "other.html")
    assert result.returncode == 1
    assert "it says that it is another story, which is kept" in result.stdout
    kept = json.loads(here("show", "wipr-15002", "--json").stdout)
    assert (kept["headline"], kept["version"]) == ("Lantern case", 1)
    own = f"{WIPR}/trademark/otter-on-a-label-15009"
    assert here("ingest", "other.html", "--url", own).returncode == 0
    assert json.loads(here("show", "wipr-15009", "--json").stdout)["headline"] == "Otter on a label"


def test_a_changed_page_without_its_address_is_a_new_version(
    here: Tradepress, tmp_path: Path
) -> None:
    a_page(tmp_path / "page.html", ADDRESS)
    a_page(tmp_path / "later.html", ADDRESS, "Lantern case decided")
    assert here("ingest", "page.html", "--url", ADDRESS).returncode == 0
    assert "stored    wipr-15002@2" in here("ingest", "later.html").stdout
