"""Papers that a script draws are crawled by what their pages load, under the same conduct."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Answer, Site, Tradepress, declare
from recorded import of_story
from sites.lantern_paper import PAPER, LanternStory
from sites.script_paper import SHELL, STORIES, SYSTEMS, System, by_section

CRAWL = ("--contact", "archive@library.example", "--no-trial")
REST = SYSTEMS[0]
STORY = STORIES[0]
SECRET = STORY.paragraphs[-1][-60:]


def rows(archive: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        found = db.execute(query).fetchall()
        db.commit()
        return found


def apart(system: System, number: int) -> System:
    """The system with pages and data of its own on a site that it shares with others."""
    start = f"/p{number}"
    return replace(
        system,
        page=lambda story: start + by_section(story),
        template=start + system.template,
        article_url=start + system.article_url,
    )


def as_sent(path: str) -> str:
    return path.replace("[", "%5B").replace("]", "%5D")


def serve(site: Site, system: System, stories: Sequence[LanternStory] = STORIES) -> None:
    for path, (kind, text) in system.pages(site.home, stories).items():
        validators = {"ETag": f'"{len(text)}"'}
        site.pages[as_sent(path)] = Answer(text, headers={"Content-Type": kind, **validators})


def bodies(archive: Path, source: str) -> dict[str, str]:
    found = rows(archive, f"SELECT headline, body FROM articles WHERE source = '{source}'")
    return dict(found)


WHOLE = {one.headline: "\n\n".join(one.paragraphs) for one in STORIES}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


@pytest.mark.slow
def test_six_systems_are_crawled_asked_again_and_read_again(
    site: Site, spiders: Path, tradepress: Tradepress, archive: Path
) -> None:
    names = []
    for number, system in enumerate(SYSTEMS, 1):
        own = apart(system, number)
        sitemap = f"{site.home}/p{number}.xml"
        serve(site, own)
        site.pages[f"/p{number}.xml"] = site.pages.pop("/sitemap.xml")
        names.append(f"paper{'abcdef'[number - 1]}")
        declare(
            spiders, names[-1], site.home, **{**own.declared(site.home), "sitemaps": (sitemap,)}
        )
    done = tradepress("crawl", *names, *CRAWL)
    assert done.returncode == 0, done.stderr
    for name in names:
        assert bodies(archive, name) == WHOLE
    asked = Counter(site.paths())
    assert all(asked[path] == 1 for path in asked if path.startswith("/p"))
    assert rows(archive, "SELECT count(*) FROM captures") == [(18,)]
    kinds = "SELECT kind, count(*) FROM capture_records GROUP BY kind ORDER BY kind"
    assert rows(archive, kinds) == [("data", 18), ("request", 18)]

    rows(archive, "UPDATE urls SET next_due = '2026-01-01T00:00:00Z' WHERE state = 'due'")
    changed = apart(REST, 1).address(STORY)
    text = str(site.pages[changed].body).replace("</p>", " It was so.</p>", 1)
    headers = {"Content-Type": "application/json", "ETag": '"x"'}
    site.pages[changed] = Answer(text, headers=headers)
    site.requests.clear()
    done = tradepress("crawl", *names, *CRAWL)
    assert done.returncode == 0, done.stderr
    pages = {apart(one, at).page(story) for at, one in enumerate(SYSTEMS, 1) for story in STORIES}
    asked = Counter(path for path in site.paths() if path.startswith("/p"))
    assert pages <= asked.keys()
    assert pages.isdisjoint(site.conditional)
    assert asked.keys() - pages == {*site.conditional}
    assert set(asked.values()) == {1}
    assert rows(archive, "SELECT max(version), count(*) FROM versions") == [(2, 19)]
    sums = "SELECT stored, unchanged, rejected, failed FROM runs WHERE id = 2"
    assert rows(archive, sums) == [(1, 17, 0, 0)]
    assert rows(archive, kinds)[-1] == ("revisit", 17)

    for story in STORIES:  # the data have moved, and the stories have not gone
        del site.pages[apart(SYSTEMS[1], 2).address(story)]
    rows(archive, "UPDATE urls SET next_due = '2026-01-01T00:00:00Z' WHERE state = 'due'")
    assert tradepress("crawl", "paperb", *CRAWL).returncode == 1
    ends = "SELECT DISTINCT outcome, reason FROM fetches WHERE run_id = 3 AND url_id IS NOT NULL"
    assert rows(archive, ends) == [("rejected", "story_data_http_404")]
    assert rows(archive, "SELECT count(*) FROM articles WHERE gone_at IS NOT NULL") == [(0,)]

    site.requests.clear()
    again = tradepress("reextract", "--again")
    assert again.returncode == 0, again.stderr
    assert again.stdout.count("3 of 3 read again: 3 stay as they are") == 6
    assert site.requests == []
    verified = tradepress("verify", "--history")
    assert verified.returncode == 0, verified.stdout


def refused(archive: Path) -> dict[str, str]:
    """Reasons by the path of the story."""
    found = rows(archive, "SELECT url, reason FROM fetches WHERE outcome IN ('rejected', 'failed')")
    return {url.rpartition("/")[2]: reason for url, reason in found}


@pytest.mark.slow
def test_each_way_to_have_no_data_has_its_name(
    site: Site, spiders: Path, tradepress: Tradepress, archive: Path
) -> None:
    """And what is reserved, or for subscribers, is in no file."""
    cases: dict[str, Answer] = {
        "story_data_http_404": Answer("{}", 404),
        "story_data_http_304": Answer("", 304),  # to who asked without a condition
        "story_data_no_json": Answer("<p>Not found"),
        "story_data_no_story": Answer(json.dumps({"articles": []})),
        "story_data_robots": Answer(json.dumps(REST.data(STORY))),
        "story_data_offsite": Answer("", 302, headers={"Location": "https://elsewhere.example/a"}),
    }
    premium = REST.data(STORY)
    premium["article"]["isPremium"] = True
    closed = {"premium": Answer(json.dumps(premium))}
    reserved = {
        "header": Answer(json.dumps(REST.data(STORY)), headers={"X-Robots-Tag": "noarchive"}),
        "page": Answer(json.dumps(REST.data(STORY))),
    }
    paths = {}
    for number, (name, answer) in enumerate({**cases, **closed, **reserved}.items(), 10001):
        page = f"/marks/{name.replace('_', '-')}-{number}"
        paths[name] = page
        head = "<meta name=robots content=noarchive>" if name == "page" else ""
        site.pages[page] = Answer(SHELL.format(head=head))
        site.pages[f"/api/articles/{number}"] = answer
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /api/articles/10005\n")
    locs = "".join(f"<url><loc>{site.home}{path}</loc></url>" for path in paths.values())
    site.pages["/sitemap.xml"] = Answer(
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{locs}</urlset>"
    )
    declare(spiders, "lantern", site.home, **REST.declared(site.home))
    done = tradepress("crawl", "lantern", *CRAWL)
    expected = {path.rpartition("/")[2]: name for name, path in paths.items() if name in cases}
    expected[paths["premium"].rpartition("/")[2]] = "story_data_no_story"
    assert refused(archive) == expected, done.stderr
    assert "/api/articles/10005" not in site.paths()
    kept = rows(archive, "SELECT headline, body, policy FROM articles")
    assert kept == [(STORY.headline, None, "metadata-only")] * 2
    assert [*archive.parent.rglob("*.warc.gz")] == []
    assert SECRET.encode() not in archive.read_bytes()
    assert rows(archive, "SELECT count(*) FROM capture_records WHERE kind = 'data'") == [(0,)]
    told = tradepress("runs", "1").stdout
    for words in (
        "what the page loads: the page is not there (HTTP 404)",
        "what the page loads is no JSON",
        "what the page loads holds no story to be read",
        "what the page loads: robots.txt forbids it",
    ):
        assert words in told


@pytest.mark.slow
def test_a_recording_declares_a_source_that_a_check_and_a_crawl_prove(
    site: Site, spiders: Path, tradepress: Tradepress, archive: Path, tmp_path: Path
) -> None:
    serve(site, REST, PAPER)
    site.pages["/"] = Answer(SHELL.format(head=""))
    site.pages["/robots.txt"] = Answer(f"Sitemap: {site.home}/sitemap.xml\n")
    entries = [one for story in PAPER[:2] for one in of_story(site.home, REST, story)]
    (tmp_path / "visit.har").write_text(json.dumps({"log": {"entries": entries}}))
    contact = ("--contact", "archive@library.example")
    own = {"TRADEPRESS_SOURCES_FOLDER": "sources"}
    home = f"{site.home}/"

    without = tradepress("sources", "new", home, *contact, **own)
    assert without.returncode == 1
    assert "story_data" in without.stderr

    done = tradepress("sources", "new", home, "--har", "visit.har", "--yes", *contact, **own)
    assert done.returncode == 0, done.stderr
    template = f"{site.home}/api/articles/{{id}}"
    assert f"visit.har: story_data is {template} (2 stories prove it).\n" in done.stderr
    (file,) = (tmp_path / "sources").glob("*.py")
    assert f'story_data="{template}"' in file.read_text()
    golden = json.loads(next((tmp_path / "sources" / "pages").glob("*.json")).read_text())
    assert golden["expected"]["headline"] in {one.headline for one in PAPER}

    name = file.stem
    check = tradepress("sources", "check", name, *contact, **own)
    assert "All is well." in check.stdout, check.stdout
    assert tradepress("crawl", name, *CRAWL, **own).returncode == 0
    assert bodies(archive, name) == {one.headline: "\n\n".join(one.paragraphs) for one in PAPER}
