"""Takes pictures of the reading room's pages: the demo's archive, in Chromium."""

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tools.demo_archive import COMMAND, environment

FLAGS = (
    *("--disable-quic", "--disable-component-update", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-lcd-text", "--force-color-profile=srgb"),
    *("--font-render-hinting=none", "--hide-scrollbars"),
)
HEIGHTS = {1280: 900, 390: 844}
"""Maps the widths of windows to their heights."""
COLOURS = 96
"""Is how many colours a picture has: a third of the size of all, and letters look the same."""
STORY = "/story/makers-6497"
PASSWORD = "for a picture"
QUOTING = (
    "A panel closed eleven sites (makers-6497@1). It held that “phishing can never amount to a "
    "legitimate interest”. The twelve registrations, “made through two resellers over a single "
    "night”, were consolidated."
)
OF_ONE_RUN = ("Ended", "Cost", "Root of the log", "By")
"""Names the facts of a run that no other has: process, seconds, salted hashes."""
LEFT_OUT = """names => {
    for (const term of document.querySelectorAll("dt"))
        if (names.includes(term.textContent.trim())) {
            term.nextElementSibling.remove();
            term.remove();
        }
}"""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """Says what one picture shows."""

    name: str
    """Is the file's name, without its ending."""
    address: str
    alt: str
    """Says in a sentence what is to be seen, for who doesn't see it."""
    width: int = 1280
    height: int | None = None
    """Is where the picture ends; None: where the page does, or else the window."""
    colours: Literal["light", "dark"] = "light"
    prepare: Callable[[Page], object] | None = None
    """Does what a reader does on the page before the picture is taken."""
    asks_password: bool = False


def paste_manuscript(page: Page) -> None:
    """Has a manuscript of three sentences checked."""
    page.fill("#text", QUOTING)
    page.click("form.search button")
    page.wait_for_selector("#findings")


def leave_out_machine(page: Page) -> None:
    """Takes out what differs from run to run, and means nothing to who looks at a picture."""
    page.evaluate(LEFT_OUT, [*OF_ONE_RUN])


def open_captured(page: Page) -> None:
    """Goes on to the captured page of a story."""
    page.click("text=The captured page")
    page.frame_locator("iframe").locator("h1").wait_for()  # the frame comes after its page
    for frame in page.frames:
        frame.wait_for_load_state("load")
    page.screenshot()  # has the frame painted: the next one shows it


SHOTS: Sequence[Shot] = (
    Shot(
        name="front",
        address="/",
        alt="The first page of the reading room: a field to search in, the archive’s two papers, "
        "how many stories each year has, and the latest stories.",
    ),
    Shot(
        name="front-dark",
        address="/",
        colours="dark",
        alt="The first page of the reading room in dark colours.",
    ),
    Shot(
        name="result",
        address="/stories?q=mark",
        alt="A search for “mark” in the reading room: hits with the passage that matched, and "
        "beside them filters by year, source and court.",
    ),
    Shot(
        name="result-narrow",
        address="/stories?q=mark",
        width=390,
        alt="A search in the reading room on a telephone: the hits stand below one another.",
    ),
    Shot(
        name="values",
        address="/stories/values?facet=author&q=mark",
        alt="All authors of the stories that a search finds, each with a number of stories.",
    ),
    Shot(
        name="story",
        address=STORY,
        alt="A story in the reading room: headline, day, author and text, beside it the original,"
        " the captured page, what is known of it, and its versions.",
    ),
    Shot(
        name="story-narrow",
        address=STORY,
        width=390,
        alt="A story in the reading room on a telephone: headline, day, author and text.",
    ),
    Shot(
        name="story-dark",
        address=STORY,
        colours="dark",
        alt="A story in the reading room in dark colours, beside it what is known of it and its "
        "versions.",
    ),
    Shot(
        name="changes",
        address=f"{STORY}/changes/1/2",
        alt="What changed between two versions of a story: in the headline “eleven” is struck "
        "out, and “twelve” underlined.",
    ),
    Shot(
        name="explain",
        address=f"{STORY}/explain/headline",
        alt="Why a story has this headline: what was read, where it stands in the captured page, "
        "and what decided.",
    ),
    Shot(
        name="captured",
        address=STORY,
        prepare=open_captured,
        height=900,
        alt="The captured page of a story, as the paper served it, below a line that says whose "
        "page it is and when it was captured.",
    ),
    Shot(
        name="help",
        address="/help/searching",
        height=760,
        alt="The help on searching: words, phrases, and what narrows a search, with examples.",
    ),
    Shot(
        name="documentation",
        address="/help?q=silent+edits",
        alt="The documentation in the reading room: a search for “silent edits” finds sections of "
        "its pages, each with the passage that has the words.",
    ),
    Shot(
        name="cite",
        address="/stories/cite?q=appeal",
        alt="The citations of all stories that a search finds, in a style of one’s choice.",
    ),
    Shot(
        name="picture",
        address="/stories/picture?by=year&q=mark",
        alt="A chart: how many stories with the word “mark” each year has.",
    ),
    Shot(
        name="resolve",
        address="/resolve?url=http%3A%2F%2Fmarksandmakers.example%2Fnews%2F"
        "panel-closes-sites-posing-as-cookware-newsletter-6497",
        alt="An address is asked for, and the archive has the story that stood there: its "
        "version, the live page and the captured page.",
    ),
    Shot(
        name="trace",
        address="/trace?text=Slate+is+a+color+and+wet+is+what+paint+is+before+it+dries",
        alt="Where a sentence stands: two papers have it, and the one that had it first comes "
        "first.",
    ),
    Shot(
        name="check",
        address="/check",
        prepare=paste_manuscript,
        height=1080,
        alt="A manuscript was checked: the cited story has changed since, one quotation stands so "
        "in it, and one does not: the words that differ are marked.",
    ),
    Shot(
        name="sources",
        address="/sources",
        alt="The sources of the archive, each with its number of stories and its years.",
    ),
    Shot(
        name="source",
        address="/source/signet",
        alt="One source: its stories by month, the months without one, its sections, and what it "
        "reserves.",
    ),
    Shot(
        name="coverage",
        address="/coverage/signet",
        alt="How much of a source the archive holds: known and held stories by month, and why the"
        " rest is missing.",
    ),
    Shot(
        name="courts",
        address="/courts",
        alt="The courts that stories name, each with its number of stories.",
    ),
    Shot(
        name="court",
        address="/court/EUIPO%20Boards%20of%20Appeal",
        alt="One court: its other names, the stories that name it by year, and the newest of them.",
    ),
    Shot(
        name="saved",
        address="/saved",
        alt="The saved queries, each with the number of its stories and the day of its last run.",
    ),
    Shot(
        name="saved-query",
        address="/saved/oppositions",
        alt="A saved query: what is new and what has changed since it was last run.",
    ),
    Shot(
        name="reading-list",
        address="/reading-list?ref=makers-6497&ref=signet-12107&ref=makers-5431",
        alt="A reading list of three stories, which can be cited or taken away as files.",
    ),
    Shot(
        name="cite-list",
        address="/reading-list/cite?ref=makers-6497&ref=signet-12107&ref=makers-5431",
        alt="The three stories of a reading list as citations.",
    ),
    Shot(
        name="changed",
        address="/changed",
        alt="The stories that have more than one version: what was changed, and when.",
    ),
    Shot(
        name="health",
        address="/health",
        alt="The health of the archive: nothing is wrong, and both sources are well.",
    ),
    Shot(
        name="runs",
        address="/runs",
        alt="The runs of the crawler: when each began, how it ended, and what came of it.",
    ),
    Shot(
        name="run",
        address="/run/2",
        prepare=leave_out_machine,
        alt="One run of the crawler: what came of each source, and why pages were rejected.",
    ),
    Shot(
        name="tables",
        address="/data",
        alt="The tables of the archive, each with its number of rows and what they are.",
    ),
    Shot(
        name="table",
        address="/data/sources",
        alt="One table of the archive, row by row: its sources.",
    ),
    Shot(
        name="sql",
        address="/data?sql=select+value+as+court%2C+count%28distinct+version_id%29+as+versions%0A"
        "from+mentions+where+kind+%3D+%27court%27%0Agroup+by+value+order+by+versions+desc%2C+court",
        alt="A question in SQL, and its answer as a table: how many versions name each court.",
    ),
    Shot(
        name="login",
        address="/-/login",
        asks_password=True,
        alt="The page that asks for the readers’ password.",
    ),
)
NO_PICTURE: Mapping[str, str] = {
    "/stories.csv": "a file",
    "/help/result.png": "a file",
    "/stories.atom?q=mark": "a feed",
    "/stories/cite.txt?q=mark": "a file",
    "/stories/dossier.html?q=mark": "a file",
    "/stories/counts.svg?by=year": "a file",
    "/story/makers-6497.ris": "a file",
    "/reading-list.csv": "a file",
    "/reading-list/cite.txt": "a file",
    "/court/TTAB.atom": "a feed",
    "/saved/oppositions.atom": "a feed",
    "/saved/oppositions/run": "a button",
    "/unapi": "is for programs",
    "/robots.txt": "is for programs",
    "/archive/articles/1": "leads to the story",
    "/archive/search": "leads to the result",
    "/archive/articles": "leads to the table",
    "/-/versions": "is not there",
    "/-/logout": "leads to the login",
}
"""Says of addresses why they have no picture."""


def take_shots(folder: Path, pictures: Path, shots: Sequence[Shot]) -> None:
    """Takes pictures of the archive in a folder.

    :param folder: what ``demo_archive`` made
    :param pictures: where they are written
    """
    program = which("chromium") or which("chromium-browser")
    if program is None:
        sys.exit("Chromium takes the pictures, and there is none: install it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        for asks_password in sorted({shot.asks_password for shot in shots}):
            with served(folder, asks_password=asks_password) as home:
                for shot in shots:
                    if shot.asks_password is asks_password:
                        (pictures / f"{shot.name}.png").write_bytes(taken(browser, home, shot))
        browser.close()


@contextmanager
def served(folder: Path, *, asks_password: bool) -> Iterator[str]:
    """Serves an archive, and yields ``http://127.0.0.1:PORT``."""
    program = subprocess.Popen(
        [*COMMAND, "browse", "--port=0", *(["--password"] if asks_password else [])],
        cwd=folder,
        env={**environment(HOME=str(folder), TRADEPRESS_PASSWORD=PASSWORD)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert program.stdout is not None
        told = iter(program.stdout)
        found = next(filter(None, (re.search(r"http://[\d.]+:\d+", line) for line in told)), None)
        if found is None:
            sys.exit("`tradepress browse` ended: no pictures of its pages")
        yield found[0]
    finally:
        program.terminate()
        program.communicate()


def taken(browser: Browser, home: str, shot: Shot) -> bytes:
    """Returns one picture as PNG: the page from its top, no taller than a window.

    :param home: ``http://127.0.0.1:PORT``
    """
    size = ViewportSize(width=shot.width, height=shot.height or HEIGHTS[shot.width])
    context = browser.new_context(
        viewport=size, color_scheme=shot.colours, reduced_motion="reduce", locale="en-GB"
    )
    page = context.new_page()
    answer = page.goto(home + shot.address)
    assert answer is not None
    assert answer.status == 200, f"{shot.address}: {answer.status}"
    if shot.prepare is not None:
        shot.prepare(page)
    page.evaluate("document.activeElement?.blur()")
    if shot.height is None:  # else a frame within would have to be painted anew
        page.set_viewport_size({**size, "height": 1})
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({**size, "height": min(size["height"], tall)})
    page.evaluate("() => { scrollTo(0, 0); }")
    picture = packed(page.screenshot())
    context.close()
    return picture


def packed(png: bytes) -> bytes:
    """Returns a PNG with a palette in place of one with all colours."""
    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(out := io.BytesIO(), "PNG", optimize=True)
    return out.getvalue()
