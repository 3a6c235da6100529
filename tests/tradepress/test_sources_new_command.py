"""`tradepress sources new` without a network: saved pages, files that are there, and mistakes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import Answer, Site, Tradepress
from sites.drupal_paper import drupal_paper
from sites.invented import PaperSite

from tradepress.commands import sources_new
from tradepress.jobs.site_visit import unknown_source
from tradepress.survey.site_page import SeenPage, SitePage
from tradepress.survey.site_survey import SiteSurvey

HOME = "https://www.guild.example"


@pytest.fixture
def saved(tmp_path: Path) -> list[str]:
    """A list and six stories of it, as a browser saves them."""
    paper = drupal_paper(HOME)
    folder = tmp_path / "saved"
    folder.mkdir()
    options = ["--pages"]
    for at, page in enumerate([listing(paper), *story_pages(paper)]):
        (folder / f"{at}.html").write_text(str(page))
        options.append(f"saved/{at}.html")
    return options


def listing(paper: PaperSite) -> str:
    canonical = f'<link rel="canonical" href="{HOME}/news">'
    return str(paper.pages["/news"].body).replace("<head>", f"<head>{canonical}")


def story_pages(paper: PaperSite) -> list[str]:
    return [str(paper.pages[story.path].body) for story in paper.stories[:6]]


def test_saved_pages_are_enough(here: Tradepress, saved: list[str], tmp_path: Path) -> None:
    done = here("sources", "new", *saved, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    source = told["source"]
    assert (source["name"], source["publisher"]) == ("guild", "Guild of Mark Keepers")
    assert source["domains"] == ["guild.example"]
    assert source["sections"] == [f"{HOME}/news"]
    assert source["article_url"].startswith("/news/")
    assert len(source["furniture"]) == 1
    assert told["file"] == "sources/guild.py"
    golden = json.loads((tmp_path / told["golden"]).with_suffix(".json").read_text())
    assert golden["source"] == "guild"
    assert golden["expected"]["headline"] == drupal_paper(HOME).stories[0].headline


def test_each_finding_is_shown_with_its_evidence(here: Tradepress, saved: list[str]) -> None:
    done = here("sources", "new", *saved)
    assert "title of 7 pages" in done.stdout
    assert "10 stories; 1 of them with further pages" in done.stdout
    assert "3 of 6 bodies end with “" in done.stdout
    assert "6 of 6 stories read by these rules:" in done.stdout
    assert "tradepress sources check guild" in done.stdout


def test_three_stories_are_shown_as_they_were_read_and_asked_about(
    here: Tradepress, saved: list[str]
) -> None:
    printed = here("sources", "new", *saved).stdout
    assert printed.count("    begins   ") == printed.count("    ends     ") == 3
    assert "The same command asks with --force at a terminal" in printed
    silent = here("sources", "new", *saved, "--force", "--yes").stdout
    assert "Is that right?" not in silent


@pytest.mark.parametrize(
    ("typed", "unverified"),
    [
        ("\n", "timezone (a guess)"),
        ("n\nDay, body\n", "seen to be wrong: day, body; timezone (a guess)"),
        ("n\neverything\n\nauthors\n", "seen to be wrong: authors; timezone (a guess)"),
    ],
)
def test_what_is_denied_at_a_terminal_is_unverified(
    typed: str, unverified: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_new, "is_terminal", lambda stream: True)
    page = SeenPage(page=SitePage(url=f"{HOME}/a", body=b""))
    source = replace(unknown_source(HOME), unverified="timezone (a guess)")
    survey = SiteSurvey(source=source, findings=(), stories=(page,))
    with CliRunner().isolation(input=typed):
        assert sources_new.asked(survey).source.unverified == unverified


def test_a_file_that_is_there_is_replaced_by_force_alone(
    here: Tradepress, saved: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "sources" / "guild.py"
    file.parent.mkdir()
    file.write_text("# mine\n")
    refused = here("sources", "new", *saved, "--url", HOME)
    assert refused.returncode == 2
    assert "sources/guild.py is there already: give another --name, or --force." in refused.stderr
    assert file.read_text() == "# mine\n"
    assert here("sources", "new", *saved, "--force").returncode == 0
    assert "SOURCE = Source(" in file.read_text()


def test_a_name_of_ours_is_not_taken(here: Tradepress, saved: list[str]) -> None:
    refused = here("sources", "new", *saved, "--name", "wipr")
    assert refused.returncode == 2
    assert "There is a source wipr already" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Give the address of one site, or saved pages with --pages."),
        (("https://p.example", "--name", "My Paper"), "'My Paper' is no name"),
        (("--pages", "nothing.html"), "there is no such file"),
        (("https://p.example", "https://q.example"), "Give the address of one site"),
        (("paper",), "is not a web address"),
        (("https://p.example",), "must say who runs it"),
    ],
)
def test_mistakes(here: Tradepress, arguments: tuple[str, ...], words: str) -> None:
    done = here("sources", "new", *arguments)
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_site_without_stories_is_told_so(site: Site, tradepress: Tradepress) -> None:
    site.pages["/"] = Answer("<html><body><h1>Bakery</h1><p>We bake.</p></body></html>")
    done = tradepress("sources", "new", site.home, "--contact", "t@library.example")
    assert done.returncode == 1
    assert "give the address of its list of stories or of its feed" in done.stderr


def test_a_site_that_wants_no_visit_is_left_alone(site: Site, tradepress: Tradepress) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /\n")
    site.pages["/"] = Answer(listing(drupal_paper(site.home)))
    done = tradepress("sources", "new", site.home, "--contact", "t@library.example")
    assert done.returncode == 1
    assert "robots.txt" in done.stderr
    assert set(site.paths()) == {"/robots.txt"}


def test_stories_that_can_not_be_had_are_named_for_it(site: Site, tradepress: Tradepress) -> None:
    paper = drupal_paper(site.home)
    site.pages["/rss.xml"] = paper.pages["/rss.xml"]
    address = f"{site.home}/rss.xml"
    done = tradepress(
        "sources", "new", address, "--name", "guild", "--contact", "t@library.example"
    )
    assert done.returncode == 0, done.stderr
    assert "none was read" in done.stdout
    assert "404" in done.stdout


def test_a_site_that_is_down_is_told_so(tradepress: Tradepress) -> None:
    done = tradepress("sources", "new", "http://127.0.0.1:9/", "--contact", "t@library.example")
    assert done.returncode == 1
    assert "can't be read" in done.stderr
