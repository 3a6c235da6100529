"""docs/researcher/browsing.md: its day in the reading room, done as it stands there."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import rispy
from browsing import a_run, browsing, save
from conftest import ROOT
from room_browser import Room, Visitor, room, visiting

from tradepress.story import Mention

__all__ = ["room"]

pytestmark = pytest.mark.slow

DAY = (
    (ROOT / "docs/researcher/browsing.md").read_text().partition("## A day in the reading room")[2]
)
TASKS = {
    title: [" ".join(step.split()) for step in re.findall(r"^\d\. (.*(?:\n   .*)*)", steps, re.M)]
    for title, steps in re.findall(r"^### (.*)\n((?:(?!##).*\n)*)", DAY, re.M)
}
SAID = re.compile(
    r"\*\*(?P<file>RIS|the page as a file)\*\*|\*\*(?P<click>[^*]+)\*\*|`(?P<type>[^`]+)`"
    r"|(?P<tick>tick two stories)|(?P<back>Back at the story)|(?P<later>On another day)"
)
MOST_CLICKS = 7
"""For which, and for reading what stands there, a minute is enough: both files and citations."""


@pytest.fixture(scope="module")
def served_room(room: Room, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The demo, and what the document asks for of larger archives."""
    folder = tmp_path_factory.mktemp("day") / "room"
    shutil.copytree(room.archive.parent, folder)
    path = folder / "archive.db"
    cjeu = Mention(field="body", start=0, end=1, kind="court", value="CJEU")
    mark = Mention(field="body", start=2, end=3, kind="registration", value="EUTM 17930517")
    with a_run(path) as writer:
        days = ("2016-03-04", "2016-03-09", "2016-11-01", "2017-01-01", "2005-05-05")
        for number, day in enumerate(days):
            mentions = [cjeu, mark] if number == 2 else [cjeu]
            save(writer, f"Lantern case {number}", date_published=day, mentions=mentions)
    with browsing(path) as served:
        yield Room(home=served.home, archive=path)


class Newcomer:
    """Somebody who does what the document says, and nothing else."""

    def __init__(self, visitor: Visitor, archive: Path) -> None:
        self.visitor, self.page, self.archive = visitor, visitor.page, archive
        self.clicks = 0
        self.files: list[str] = []

    def follow(self, title: str) -> None:
        self.page.goto(self.visitor.home)
        for step in TASKS[title]:
            for said in SAID.finditer(step):
                self.do(said)

    def do(self, said: re.Match[str]) -> None:
        if said["file"]:
            with self.page.expect_download() as sent:
                self.click(said["file"])
            self.files.append(Path(sent.value.path()).read_text())
        elif said["click"]:
            self.click(said["click"])
        elif said["type"]:
            fields = self.page.locator("#q"), self.page.locator("#quick-q")
            next(field for field in fields if field.count()).fill(said["type"])
        elif said["tick"]:
            for place in range(2):
                self.page.locator("input.tick").nth(place).check()
        elif said["back"]:
            self.page.go_back()
        else:
            with a_run(self.archive) as writer:
                save(writer, "Lantern of another day", date_published="2020-01-01")

    def click(self, words: str) -> None:
        """On what is called so, or else on what has these words in its name."""
        self.clicks += 1
        page = self.page
        for exact in (True, False):
            for place in (
                page.get_by_role("button", name=words, exact=exact),
                page.locator("svg a", has=page.locator("title", has_text=f"{words}: ")),
                page.locator("summary", has_text=words),
                page.get_by_role("link", name=words, exact=exact),
            ):
                if place.count():
                    place.first.click()
                    page.wait_for_load_state()
                    return
        pytest.fail(f"{page.url} has nothing to click that is called {words!r}")

    def sees(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()


def cites_the_court(newcomer: Newcomer) -> None:
    assert newcomer.clicks <= MOST_CLICKS
    assert "OSCOLA" in newcomer.page.locator("main nav [aria-current]").inner_text()
    assert newcomer.page.locator("ol.citations li").count() == 3
    [file] = newcomer.files
    assert [one["title"] for one in rispy.loads(file)] == [f"Lantern case {n}" for n in range(3)]


def sees_the_mark(newcomer: Newcomer) -> None:
    assert newcomer.page.locator("h1").inner_text() == "EUTM 17930517"
    assert newcomer.sees("Lantern case 2")


def sees_the_author(newcomer: Newcomer) -> None:
    assert newcomer.page.locator("h1").inner_text() == "Petra Holm"
    assert newcomer.page.locator("ol.cards li").count()


def sees_the_version(newcomer: Newcomer) -> None:
    assert newcomer.page.url.endswith("@1")
    assert newcomer.sees("Version 1 of 2")


def sees_the_capture(newcomer: Newcomer) -> None:
    [file] = newcomer.files
    assert "Anyone who signed up" in file


def sees_what_is_new(newcomer: Newcomer) -> None:
    assert newcomer.sees("Lantern of another day")


def has_a_list(newcomer: Newcomer) -> None:
    [file] = newcomer.files
    assert [one["type_of_reference"] for one in rispy.loads(file)] == ["NEWS", "NEWS"]


DONE: Mapping[str, Callable[[Newcomer], None]] = {
    "All stories on one court in 2016": cites_the_court,
    "A mark, by its number": sees_the_mark,
    "Who wrote it": sees_the_author,
    "What changed in a story": sees_the_version,
    "The page as the paper served it": sees_the_capture,
    "What is new on a question": sees_what_is_new,
    "A reading list, taken to Zotero": has_a_list,
}
"""What is there at the end of a task."""


@pytest.fixture
def newcomer(served_room: Room) -> Iterator[Newcomer]:
    with visiting(served_room.home) as visitor:
        yield Newcomer(visitor, served_room.archive)


def test_each_task_is_done() -> None:
    assert [*TASKS] == [*DONE]


@pytest.mark.parametrize("title", DONE)
def test_a_task_is_done_by_what_is_written(newcomer: Newcomer, title: str) -> None:
    newcomer.follow(title)
    DONE[title](newcomer)
