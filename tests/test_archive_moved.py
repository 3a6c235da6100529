"""The file is deleted, moved or replaced while a run writes into it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from archive_rows import Clock, clock, save, story, value, writer
from conftest import Answer
from timed_paper import Paper, serve

from archive.errors import ArchiveError
from archive.writer import Writer

__all__ = ["clock", "writer"]


def replace(path: Path) -> None:
    other = path.with_name("other.db")
    other.write_bytes(path.read_bytes())
    other.rename(path)


@pytest.mark.parametrize("befall", [Path.unlink, replace])
def test_nothing_is_saved_into_a_file_that_is_gone(
    writer: Writer, clock: Clock, befall: Callable[[Path], None]
) -> None:
    save(writer, story())
    writer.commit()
    befall(writer.path)
    save(writer, story(site_id="2", url="https://signet.example/news/two-2", headline="Two"))
    with pytest.raises(ArchiveError, match=f"{writer.path} is gone, or another file stands"):
        writer.commit()
    assert value(writer, "SELECT count(*) FROM articles") == 1


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    paper = Paper(tmp_path)
    with serve(paper):
        yield paper


@pytest.mark.slow
def test_a_crawl_whose_archive_is_deleted_stops_and_says_so(paper: Paper) -> None:
    paper.publish(5)
    paper.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.5\n")
    path = "/trademark/lantern-case-number-1003"
    page = paper.pages[path]
    assert isinstance(page, Answer)

    def delete(_: int) -> Answer:
        (paper.folder / "archive.db").unlink()
        return page

    paper.pages[path] = delete
    paper.declare("gazette")
    result = paper.crawl("gazette")
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1
    assert "archive.db is gone, or another file stands in its place" in result.stderr
