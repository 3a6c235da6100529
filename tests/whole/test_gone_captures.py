"""The folder of raw pages that somebody deletes while a crawl writes into it."""

import shutil
from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story
from conftest import Answer, Site, Tradepress, a_story, declare, inject
from withdrawn_story import a_page, folder_of

from tradepress.archive.errors import ArchiveGone

DELETES = """
import shutil
from tradepress.archive.captures.warc import WarcCaptures

append, count = WarcCaptures.append, 0

def appended(captures, capture):
    global count
    count += 1
    if count == 4:
        shutil.rmtree(captures.folder)
    return append(captures, capture)

WarcCaptures.append = appended
"""
CRAWL = ("crawl", "gazette", "--no-trial", "--contact", "archive@library.example")


@pytest.mark.parametrize("what", ["the file", "the folder", "moved", "another"])
def test_no_story_is_stored_whose_page_is_gone(tmp_path: Path, what: str) -> None:
    captures = folder_of(tmp_path / "archive.db")
    with open_writer(tmp_path / "archive.db", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(1), capture=a_page(story(1)["url"], "one"))
        writer.commit()
        (file,) = captures.folder.iterdir()
        if what == "the folder":
            shutil.rmtree(captures.folder)
        elif what == "moved":
            captures.folder.rename(tmp_path / "elsewhere")
        else:
            file.unlink()
        if what == "another":
            file.write_bytes(b"")
        save(writer, story(2), capture=a_page(story(2)["url"], "two"))
        with pytest.raises(ArchiveGone, match=r"signet-.*\.warc\.gz was deleted or moved while"):
            writer.commit()
        refs = [ref for (ref,) in writer.db.execute("SELECT ref FROM articles")]
        assert refs == ["signet-1"]


@pytest.mark.slow
def test_a_crawl_whose_captures_are_deleted_is_told(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")
    links = ""
    for number in range(1001, 1011):
        path = f"/trademark/lantern-case-{number}"
        site.pages[path] = Answer(a_story(f"Lantern case {number}"))
        links += f'<a href="{path}">Lantern case {number}</a>'
    site.pages["/trademark/"] = Answer(links)
    declare(spiders, "gazette", site.home)
    inject(spiders, "gazette", DELETES)
    broken = tradepress(*CRAWL)
    assert broken.returncode == 3, broken.stderr
    assert "warc.gz was deleted or moved while captured pages were written into it" in broken.stderr
    assert len(broken.stderr.strip().splitlines()) == 1
    inject(spiders, "gazette", "")
    again = tradepress(*CRAWL)
    assert again.returncode == 0, again.stderr
    stories = tradepress("search", "lantern", "--limit", "20").stdout
    assert all(f"gazette-{number}" in stories for number in range(1001, 1011))


@pytest.mark.slow
def test_health_and_verify_name_raw_pages_that_are_gone(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(a_story("Lantern mark falls"))
    url = "http://signetgazette.example/trademark/lantern-mark-falls-12011"
    assert here("ingest", "page.html", "--url", url).returncode == 0
    (file,) = (tmp_path / "archive.captures").iterdir()
    assert "captured pages" not in here("health").stdout
    shutil.rmtree(tmp_path / "archive.captures")
    told = here("health")
    assert told.returncode == 1
    assert f"files of captured pages are missing or cut ({file.name}, 1 in all)" in told.stdout
    assert here("verify").returncode == 1
