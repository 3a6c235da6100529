"""Stories about the same thing as one, found by rare words and names; to strangers by headlines.

Measured on real pages of one event from several sites (tests/search/same_events.toml).
"""

import json
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import needs
import pytest
from archive_rows import save, story
from asked_questions import known_pages
from browsing import a_run, ask, page, words
from conftest import SHARED, Tradepress
from lxml import html

from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.like_this import LikeStory, like_this
from tradepress.archive.search.public_words import PublicArchive
from tradepress.research.press_archive import PressArchive
from tradepress.story import Mention

EVENTS = tomllib.loads((Path(__file__).parent / "same_events.toml").read_text("utf8"))["event"]
OF_CHANCE = 1
"""So many of all events may be told apart by more than ten others."""
DULL = "The office said on Tuesday that the parties had come to terms about the costs again"
SEIZED = (
    "Customs officers at Quillhaven found crates of Zephrane lanterns in a barge. "
    "The Zephrane lanterns had been declared as bricks, said inspector Oduya."
)
RETOLD = (
    "A barge with forged goods was stopped last night. Inspector Oduya showed Zephrane wares to "
    "reporters in Quillhaven, who counted nine crates before it rained."
)
RUN_TWICE = (
    f"{SEIZED} Nobody has been charged so far, and the barge is under guard in the old port, where "
    "three tugs lie before its bow. Divers looked below the keel until darkness fell, without "
    "finding further cargo; a skipper from upriver swore he never knew what his holds carried. "
    "Insurers refused any comment, while neighbours recalled similar boats mooring every spring."
)
LIKE = {1: SEIZED, 2: RETOLD, 3: RUN_TWICE}


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three stories of one barge, one of them at two papers, and thirty of other things."""
    path = tmp_path_factory.mktemp("press") / "archive.db"
    with a_run(path) as writer:
        for number, body in LIKE.items():
            save(writer, story(number, headline=f"Barge report {number}", body=body))
        copy = {"source": "makers", "url": "http://makers.example/4", "headline": "Barge, again"}
        save(writer, story(4, **copy, body=RUN_TWICE))
        save(writer, story(5, headline="首届空间合作论坛开幕", body="中拉航天技术合作深化。"))
        save(writer, story(6, headline="航天技术更好惠及人民", body="论坛致贺。"))
        for number in range(10, 40):
            save(writer, story(number, headline=f"Costs {number}", body=f"{DULL} {number}."))
    return path


@pytest.fixture
def db(press: Path) -> Iterator[Database]:
    with closing(read_archive(press)) as opened:
        yield opened


def refs(found: Sequence[LikeStory]) -> list[str]:
    return [one.ref for one in found]


def test_stories_of_the_same_thing_are_found_and_no_others(db: Database) -> None:
    found = like_this(db, "signet-1")
    assert sorted(refs(found)) == ["signet-2", "signet-3"]
    (retold,) = (one for one in found if one.ref == "signet-2")
    assert {"Zephrane", "Quillhaven", "Oduya", "crates"} <= {*retold.shared}
    assert not {"Tuesday", "the", "office"} & {*retold.shared}


def test_copies_are_one_and_counted_and_of_the_story_itself_left_out(db: Database) -> None:
    assert {one.ref: one.copies for one in like_this(db, "signet-2")} == {
        "signet-1": 0,
        "signet-3": 1,
    }
    assert sorted(refs(like_this(db, "makers-4"))) == ["signet-1", "signet-2"]


def test_letters_that_are_words_are_told_by_twos(db: Database) -> None:
    (found,) = like_this(db, "signet-5")
    assert found.ref == "signet-6"
    assert {*found.shared} == {"论坛", "航天", "天技", "技术"}


def test_what_is_remembered_of_common_words_changes_no_answer(db: Database) -> None:
    common: set[str] = set()
    first = like_this(db, "signet-10", common=common)
    assert {'"tuesday"', '"costs"'} <= common
    assert like_this(db, "signet-10", common=common) == first
    assert like_this(db, "signet-1", common=common) == like_this(db, "signet-1")


def test_a_version_and_a_limit_and_what_is_no_ref(press: Path) -> None:
    with PressArchive(press) as archive:
        assert archive.like("signet-1@1", limit=1) == archive.like("signet-1")[:1]
        with pytest.raises(NoSuchArticle, match="no story has the ref signet-99"):
            archive.like("signet-99")


def test_a_name_counts_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with a_run(path) as writer:
        for number, text in enumerate(("It was Vale v Holm.", "Vale v Holm was lost."), start=1):
            at = text.index("Vale")
            case = Mention(field="body", start=at, end=at + 11, kind="case", value="Vale v Holm")
            save(writer, story(number, headline=f"No. {number}", body=text, mentions=(case,)))
        for number in range(10, 20):
            save(writer, story(number, headline=f"Costs {number}", body=f"{DULL} {number}."))
    with closing(read_archive(path)) as db:
        (found,) = like_this(db, "signet-1")
    assert found.shared == ("Vale v Holm", "was")


def test_strangers_are_told_of_headlines_alone(press: Path) -> None:
    with closing(read_archive(press)) as opened:
        strange = PublicArchive(opened.conn, lambda *_: ())
        assert {*refs(like_this(strange, "signet-1"))} == {"signet-2", "signet-3"}
        told = [one.shared for one in like_this(strange, "signet-1")]
        assert told == [("report", "Barge")] * 2
    (shown,) = ask(press, ("GET", "/story/signet-1", {}), is_public=True)
    listed = html.fromstring(shown.text).xpath("//section[@aria-labelledby='like-title']//li/span")
    assert [words(one).partition("Both have: ")[2] for one in listed] == ["report, Barge"] * 2


def test_strangers_are_told_the_same_whatever_the_texts_say(press: Path, tmp_path: Path) -> None:
    other = tmp_path / "archive.db"
    with a_run(other) as writer:
        for number in LIKE:
            save(writer, story(number, headline=f"Barge report {number}", body=DULL))
        copy = {"source": "makers", "url": "http://makers.example/4", "headline": "Barge, again"}
        save(writer, story(4, **copy, body="Barge report of barges, report."))
        save(writer, story(5, headline="首届空间合作论坛开幕", body=DULL))
        save(writer, story(6, headline="航天技术更好惠及人民", body=DULL))
        for number in range(10, 40):
            save(writer, story(number, headline=f"Costs {number}", body="Barge report, barge."))
    told = []
    for path in (press, other):
        with closing(read_archive(path)) as opened:
            strange = PublicArchive(opened.conn, lambda *_: ())
            found = (like_this(strange, f"signet-{number}") for number in (1, 2, 3, 5, 10))
            told.append([[(one.ref, one.shared) for one in some] for some in found])
    assert told[0] == told[1]
    assert any(told[0])


def test_a_page_lists_them_with_what_they_share(press: Path) -> None:
    tree = page(press, "/story/signet-2")
    listed = tree.xpath("//section[@aria-labelledby='like-title']//li")
    assert [one.xpath("a/@href") for one in listed] == [["/story/signet-3"], ["/story/signet-1"]]
    assert "and 1 copy. Both have: " in words(listed[0])
    assert "2017. Both have: " in words(listed[1])
    assert not page(press, "/story/signet-2@1").xpath("//h2[@id='like-title']")[1:]


def test_the_terminal_lists_them(press: Path, here: Tradepress) -> None:
    told = here("show", "signet-2", "--like", f"--archive={press}")
    first, why, *_ = told.stdout.splitlines()
    assert first == "2017-08-04  signet-3  Barge report 3"
    assert why.startswith("            The Signet Gazette: ")
    assert why.endswith("; and 1 copy")
    as_json = here("show", "signet-2", "--like", "--json", f"--archive={press}")
    assert [one["ref"] for one in json.loads(as_json.stdout)] == ["signet-3", "signet-1"]
    none = here("show", "signet-10", "--like", f"--archive={press}")
    assert (none.returncode, none.stdout) == (0, "")
    assert none.stderr == "No other story here shares enough rare words or names with it.\n"


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason=needs.reason("../shared"))
def test_stories_of_one_event_are_among_the_first_ten(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    pages = known_pages(SHARED, english=10_000)
    with a_run(path) as writer:
        for number, one in enumerate(pages, start=1):
            texts = {"headline": one.headline, "body": one.body, "language": None}
            save(writer, story(number, **texts))
    with closing(connect(path)) as stored:
        (count,) = stored.execute("SELECT count(*) FROM articles").fetchone()
    assert count == len(pages)
    refs_of = {one.url: f"signet-{number}" for number, one in enumerate(pages, start=1)}
    with PressArchive(path) as archive:
        missed = {
            event["about"]
            for event in EVENTS
            for url in event["pages"]
            if not {refs_of[other] for other in event["pages"] if other != url}
            <= {*refs(archive.like(refs_of[url]))}
        }
    assert len(EVENTS) == 34
    assert len(missed) <= OF_CHANCE, missed
