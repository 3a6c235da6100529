"""Frozen data packages: the same bytes, valid to others, and no text where none is given."""

import csv
import hashlib
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from conftest import ROOT, quick_first
from exported import GAZETTE, an_article, make_archive

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.frozen_copy import LEFT_OUT
from tradepress.archive.care.verify import verify
from tradepress.archive.errors import ArchiveError
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.captured_version import NoCapture, captured_version
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.withdrawal.tombstone_file import TombstoneFile, write_tombstone_file
from tradepress.archive.withdrawal.tombstones import Tombstone
from tradepress.browse.queries.around_story import captured_versions
from tradepress.research.export.withheld_text import Texts
from tradepress.research.release.coverage import empty_months
from tradepress.research.release.describing import data_package, spans_of
from tradepress.research.release.files import FILES
from tradepress.research.release.make_release import Release, make_release
from tradepress.story import Capture, Link, Mention, Reservation, StoredArticle

LEAD = "Quill and Sparrow let the kestrel emblem go in return for a barrel of cider"
SECRET = f"{LEAD}, the registrar wrote.\n\nNobody had foreseen the thimblerig clause of the treaty."
RESERVED = Reservation(term="noai", evidence="meta robots", value="noai")
MEMENTO = "https://web.example/20180302000000id_/https://gazette.example/news/lantern-1"
WORD = re.compile(r"[^\W_]{4,}")


def articles() -> Iterator[StoredArticle]:
    yield an_article(1)
    yield an_article(
        2,
        headline="Kestrel emblem let go",
        description=f"{LEAD}.",
        body=SECRET,
        corrections=("An earlier version misnamed the umbrella trust.",),
        image_caption="A kestrel over the orchard",
        reservations=(RESERVED,),
        related_links=(
            Link(kind="in_text", text="thimblerig clause", url="https://x.example/", position=0),
        ),
        mentions=(Mention(field="body", start=0, end=5, kind="firm", value="Quill and Sparrow"),),
    )
    yield an_article(
        3,
        date_published="2017-11-02",
        related_links=(
            Link(
                kind="related",
                text=f"{LEAD}.",
                url="https://gazette.example/news/lantern-2",
                position=0,
            ),
        ),
    )
    yield an_article(
        2,
        headline="Kestrel emblem let go",
        body=f"{SECRET}\n\nChanged since.",
        reservations=(RESERVED,),
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("release") / "press.db", articles())


@pytest.fixture
def captured(tmp_path: Path) -> Path:
    """A story whose page was taken from a web archive, and is kept."""
    path = tmp_path / "captured.db"
    pages = WarcCaptures(capture_folder(path))
    page = Capture(
        url="https://gazette.example/news/lantern-1",
        body=b"<p>Case 1.",
        content_type="text/html",
        status=200,
        date_captured=datetime(2018, 3, 2, tzinfo=UTC),
        origin="wayback",
        retrieved_from=MEMENTO,
    )
    with (
        open_archive(path, near_duplicates=False, captures=pages) as archive,
        archive.run(RunKind.INGEST, sources=[GAZETTE]) as run,
    ):
        run.stories.save(an_article(1, capture=page), extractor="tests 1")
    return path


def released(archive: Path, folder: Path, texts: Texts = "unreserved", **how: object) -> Release:
    query = StoryQuery(**how)  # type: ignore[arg-type]
    return make_release(archive, folder, query, title="Gazette", creators=("A. Ray",), texts=texts)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def told_in(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return [*csv.DictReader(stream)]


def everything_said(folder: Path) -> str:
    """All bytes of all files, and what of Parquet is compressed and of a full text folded."""
    said = [data.decode("utf-8", "replace") for data in contents(folder).values()]
    said.append(
        json.dumps(pyarrow.parquet.read_table(folder / "stories.parquet").to_pylist(), default=str)
    )
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        for index in ("articles_fts", "articles_stems", "versions_fts", "versions_stems"):
            db.execute(f"CREATE VIRTUAL TABLE temp.{index}_v USING fts5vocab(main, {index}, row)")
            said += [term for (term,) in db.execute(f"SELECT term FROM temp.{index}_v")]
    return "\n".join(said).casefold()


def test_the_same_archive_gives_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    one, other = (released(archive, tmp_path / name) for name in ("one", "other"))
    assert contents(one.folder) == contents(other.folder)
    assert {*contents(one.folder)} == {*FILES}
    assert one.result_hash == other.result_hash
    assert one.size == sum(map(len, contents(one.folder).values()))


def test_care_of_the_archive_changes_no_byte(archive: Path, tmp_path: Path) -> None:
    cared_for = tmp_path / "press.db"
    shutil.copy(archive, cared_for)
    with closing(sqlite3.connect(cared_for, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size=10")
        for order in ("rebuild", "optimize"):
            db.execute(f"INSERT INTO articles_fts (articles_fts) VALUES ('{order}')")
        for statement in ("ANALYZE", "VACUUM", "REINDEX", "VACUUM"):
            db.execute(statement)
    one, other = released(archive, tmp_path / "one"), released(cared_for, tmp_path / "other")
    assert contents(one.folder) == contents(other.folder)


def test_the_checksums_are_those_of_the_files(archive: Path, tmp_path: Path) -> None:
    released(archive, tmp_path / "made")
    files = contents(tmp_path / "made")
    lines = files["SHA256SUMS"].decode().splitlines()
    assert len(lines) == len(FILES) - 1
    for line in lines:
        hashed, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == hashed


def test_the_result_hash_can_be_worked_out_by_anyone(archive: Path, tmp_path: Path) -> None:
    made = released(archive, tmp_path / "made")
    with closing(sqlite3.connect(tmp_path / "made/archive.db")) as db:
        found = db.execute("SELECT ref, version, content_hash FROM articles").fetchall()
    lines = sorted(f"{ref}@{version} {hashed}\n" for ref, version, hashed in found)
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == made.result_hash


@pytest.mark.parametrize("texts", ["unreserved", "none", "all"])
def test_the_package_is_valid_to_frictionless(archive: Path, tmp_path: Path, texts: Texts) -> None:
    import frictionless

    released(archive, tmp_path / "made", texts)
    report = frictionless.validate(str(tmp_path / "made/datapackage.json"))
    assert report.valid, report.flatten()
    assert len(report.tasks) == len(FILES) - 2


def test_without_texts_no_word_of_a_text_is_anywhere(archive: Path, tmp_path: Path) -> None:
    made = released(archive, tmp_path / "made", "none")
    assert (made.stories, made.without_text) == (3, 3)
    said = everything_said(tmp_path / "made")
    told = everything_said(released(archive, tmp_path / "all", "all").folder)
    for word in {word.casefold() for word in WORD.findall(SECRET)} - {"kestrel", "emblem"}:
        assert word in told
        if word not in ("nobody", "clause", "return", "changed", "since"):
            assert word not in said, word
    for phrase in ("umbrella", "over the orchard", "it may appeal"):
        assert phrase in told
        assert phrase not in said


def test_a_reserved_text_is_left_out_and_the_others_are_there(
    archive: Path, tmp_path: Path
) -> None:
    made = released(archive, tmp_path / "made")
    assert (made.stories, made.without_text) == (3, 1)
    said = everything_said(tmp_path / "made")
    assert "orrin vale" in said
    for word in ("sparrow", "thimblerig", "umbrella", "orchard"):
        assert word not in said
    with read_archive(tmp_path / "made/archive.db") as db:
        story = load_story(db, "gazette-2")
        assert [version.version for version in story.versions] == [1, 2]
        assert (story.headline, story.body, story.policy) == (
            "Kestrel emblem let go",
            None,
            "metadata-only",
        )
        assert load_story(db, "gazette-3").links[0].text == "Kestrel emblem let go"


def test_a_text_that_was_reserved_once_is_not_given_with_its_versions(tmp_path: Path) -> None:
    """All versions of a story go along, and what was said with one of them counts for it."""
    path = make_archive(
        tmp_path / "press.db",
        [an_article(1, body=SECRET, reservations=(RESERVED,)), an_article(1), an_article(2)],
    )
    made = released(path, tmp_path / "made")
    assert (made.stories, made.without_text) == (2, 1)
    assert "thimblerig" not in everything_said(tmp_path / "made")


def test_an_older_copy_that_was_put_back_is_not_released(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "press.db", [an_article(1)])
    stone = Tombstone(
        ref="gazette-1",
        source="gazette",
        headline=None,
        published_day=None,
        date_archived="2026-11-24T09:00:00Z",
        reason="court order",
        withdrawn_at="2026-11-25T09:00:00Z",
        keys=frozenset(),
    )
    write_tombstone_file(path, TombstoneFile(tombstones={"gazette-1": stone}))
    with pytest.raises(ArchiveError, match="holds again what was withdrawn"):
        released(path, tmp_path / "made")
    assert not [*tmp_path.glob("made*")]


def test_nothing_tells_how_and_where_the_archive_was_made(archive: Path, tmp_path: Path) -> None:
    released(archive, tmp_path / "made", "all")
    with closing(sqlite3.connect(tmp_path / "made/archive.db")) as db:
        for table in LEFT_OUT:
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert str(archive.parent) not in everything_said(tmp_path / "made")


def test_only_the_stories_that_are_meant_go_along(archive: Path, tmp_path: Path) -> None:
    made = released(archive, tmp_path / "made", words="thimblerig")
    assert made.stories == 1
    assert "orrin" not in everything_said(tmp_path / "made")


def test_the_archive_of_a_release_is_sound(archive: Path, tmp_path: Path) -> None:
    released(archive, tmp_path / "made")
    with read_archive(tmp_path / "made/archive.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert verify(tmp_path / "made/archive.db", captures=tmp_path).findings == []


def test_a_release_is_whole_or_not_there(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tradepress.research.release.make_release.data_package", fail)
    with pytest.raises(Exception, match="no room left"):
        released(archive, tmp_path / "made")
    assert [*tmp_path.iterdir()] == []


KILLED = """
import os, signal, sys
from pathlib import Path
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.release import make_release
def kill(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
setattr({holder}, {name!r}, kill)
archive, folder = map(Path, sys.argv[1:])
make_release.make_release(archive, folder, StoryQuery(), title="Gazette", creators=("A. Ray",))
"""


@pytest.mark.parametrize(
    ("holder", "name"),
    quick_first(
        [("make_release", "freeze"), ("make_release", "data_package"), ("Path", "rename")], 1
    ),
)
def test_a_killed_release_leaves_no_folder_of_that_name(
    archive: Path, tmp_path: Path, holder: str, name: str
) -> None:
    """SIGKILL from within, up to the moment before the folder has its name."""
    code = KILLED.format(holder=holder, name=name)
    killed = subprocess.run(
        [sys.executable, "-c", code, archive, tmp_path / "made"], cwd=ROOT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith("made.")
    assert left.name.endswith(".part")
    released(archive, tmp_path / "made")
    assert {*contents(tmp_path / "made")} == {*FILES}
    assert not left.exists()


def test_a_folder_that_looks_like_a_part_is_not_ours_to_delete(
    archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "made.part").mkdir()
    (tmp_path / "made.part/thesis.doc").write_text("years")
    released(archive, tmp_path / "made")
    assert (tmp_path / "made.part/thesis.doc").read_text() == "years"


def test_a_folder_that_was_filled_meanwhile_is_not_replaced(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*how: Any) -> str:
        (tmp_path / "made").mkdir()
        (tmp_path / "made/thesis.doc").write_text("years")
        return data_package(*how)

    monkeypatch.setattr("tradepress.research.release.make_release.data_package", fill)
    with pytest.raises(ArchiveError, match="not empty"):
        released(archive, tmp_path / "made")
    assert [file.name for file in tmp_path.rglob("*")] == ["made", "thesis.doc"]


def test_a_folder_with_files_is_told_before_anything_is_made(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    released(archive, tmp_path / "made")
    with pytest.raises(ArchiveError, match="made is not empty: name a folder"):
        released(archive, tmp_path / "made")


def test_a_former_day_can_not_be_released(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="all versions"):
        released(archive, tmp_path / "made", as_of="2020-01-01")
    assert [*tmp_path.iterdir()] == []


def test_a_release_of_nothing_is_whole_and_valid(archive: Path, tmp_path: Path) -> None:
    import frictionless

    made = released(archive, tmp_path / "made", words="nowhere")
    assert (made.stories, made.without_text) == (0, 0)
    assert {*contents(made.folder)} == {*FILES}
    assert frictionless.validate(str(made.folder / "datapackage.json")).valid
    assert told_in(made.folder, "stories.csv") == []
    assert pyarrow.parquet.read_table(made.folder / "stories.parquet").num_rows == 0
    with read_archive(made.folder / "archive.db") as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (0,)


def test_an_archive_in_which_nothing_happened_has_no_day(tmp_path: Path) -> None:
    with open_archive(tmp_path / "press.db"):
        pass
    with pytest.raises(ArchiveError, match="nothing has been saved"):
        released(tmp_path / "press.db", tmp_path / "made")
    assert not [*tmp_path.glob("made*")]


def test_the_tables_say_why_a_text_is_not_there(archive: Path, tmp_path: Path) -> None:
    """As the archive has it: of what was taken out the release itself knows no more."""
    told = told_in(released(archive, tmp_path / "made").folder, "stories.csv")
    assert [(row["ref"], row["has_text"], row["why_no_text"]) for row in told] == [
        ("gazette-1", "true", ""),
        ("gazette-2", "false", "noai"),
        ("gazette-3", "true", ""),
    ]
    assert told[1]["word_count"] == str(len(SECRET.split()) + 2)
    table = pyarrow.parquet.read_table(tmp_path / "made/stories.parquet").to_pylist()
    assert [row["why_no_text"] for row in table] == [None, "noai", None]
    told = told_in(released(archive, tmp_path / "none", "none").folder, "stories.csv")
    assert {row["why_no_text"] for row in told} == {"not asked for"}


def test_a_text_without_spaces_is_held_and_given(tmp_path: Path) -> None:
    of_japan = (
        an_article(1, body="商標を取り消した。"),
        an_article(2, body="審決。", policy="store"),
    )
    withheld = an_article(3, body="意匠を改めた。", reservations=(RESERVED,))
    archive = make_archive(tmp_path / "press.db", [*of_japan, withheld])
    told = told_in(released(archive, tmp_path / "made").folder, "stories.csv")
    assert [(row["why_no_text"], row["word_count"], row["character_count"]) for row in told] == [
        ("", "", "9"),
        ("", "", "3"),
        ("noai", "", "7"),
    ]


def test_the_words_of_links_are_not_the_opening_of_a_reserved_text_that_is_not_chosen(
    archive: Path, tmp_path: Path
) -> None:
    made = released(archive, tmp_path / "made", since="2017-11")
    with read_archive(made.folder / "archive.db") as db:
        (link,) = load_story(db, "gazette-3").links
    assert (link.text, link.target) == ("Kestrel emblem let go", None)
    assert "sparrow" not in everything_said(made.folder)


def test_a_page_that_only_a_web_archive_has_is_no_capture_of_ours(
    captured: Path, tmp_path: Path
) -> None:
    """Neither is one that we have kept, for a release has no pages."""
    with read_archive(captured) as db:
        assert load_story(db, "gazette-1").has_capture
    made = released(captured, tmp_path / "made")
    (row,) = told_in(made.folder, "stories.csv")
    assert (row["has_capture"], row["retrieved_from"]) == ("false", MEMENTO)
    assert verify(made.folder / "archive.db", captures=made.folder).findings == []
    with read_archive(made.folder / "archive.db") as db:
        assert captured_versions(db, "gazette-1") == frozenset()
        with pytest.raises(NoCapture):
            captured_version(db, "gazette-1")
    with read_archive(captured) as db:
        assert captured_versions(db, "gazette-1") == {1}
        assert captured_version(db, "gazette-1").retrieved_from == MEMENTO


def test_months_without_a_story() -> None:
    months = [*empty_months(["2016-11", "2017-03"])]
    assert months == ["2016-12", "2017-01", "2017-02"]
    assert [*empty_months([])] == []
    assert spans_of([*months, "2018-01"]) == "2016-12 to 2017-02, 2018-01"
