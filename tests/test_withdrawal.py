"""Withdrawal: the words are in no file any more, and nothing brings them back."""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SISTER, SITE, Child, child, save, story, value
from conftest import Answer, Site, Tradepress, a_story, declare
from warcio.archiveiterator import ArchiveIterator

from archive.errors import ArchiveError, DamagedArchive, WithdrawnArticle
from archive.open import open_archive, open_writer
from archive.ref import resolve_ref
from archive.tombstones import list_tombstones, tombstone_path
from archive.verify import verify
from archive.withdrawal import Erased, tombstone_for, tombstones_for_source, withdraw
from archive.writer import Quarantined, Writer
from crawler.captures.checking import WarcReader
from crawler.captures.warc import WarcCaptures, read_capture
from crawler.items import Capture

__all__ = ["child"]

MOMENT = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
URL = f"{SITE}/trademark/krummelpike-lantern-7"
CONTACT = ("--contact", "archive@library.example")

TITLE = "Zorblatt loses its lantern mark"
OLD_TITLE = "Quixnelberry may lose its lantern mark"
COMMON = " ".join(
    f"The {place} court said that buyers see the curve of a handle as a grip, not as a mark."
    for place in ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
)
WORDS = (
    "zorblatt",  # headline
    "quixnelberry",  # former headline
    "vermiljoon",  # body
    "plumquat",  # description
    "franzhuber",  # author
    "schnorpfel",  # keyword
    "hubbelgratz",  # correction
    "glimmerfax",  # evidence
    "krummelpike",  # address
    "wobbelstein",  # words of a link to it
    "etagulon",  # validator
    "sidebarix",  # beside the link to it, in the raw page of another story
    "drosselkind",  # of the row in quarantine
    "orphanulus",  # of a raw page that a killed run left
    "filenamius",  # of the file it was found in
)
"""Each stands in one place of the story; in lower case."""


def the_story(**changes: Any) -> dict[str, Any]:
    return story(
        7,
        url=URL,
        headline=TITLE,
        body=f"{COMMON}\n\nThe vermiljoon handle was held to be descriptive.",
        description="A plumquat summary.",
        authors=["Odelka Franzhuber"],
        keywords=["schnorpfel"],
        corrections=["The hubbelgratz was mended."],
        **changes,
    )


def a_page(url: str, words: str) -> Capture:
    return Capture(
        url=url,
        body=gzip.compress(f"<html><p>{words}</p></html>".encode()),
        content_type="text/html",
        status=200,
        http_headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
        date_captured=MOMENT,
        source="signet",
    )


def folder_of(path: Path) -> WarcCaptures:
    return WarcCaptures(path.parent / "captures")


def fill(path: Path) -> None:
    """The story in two versions, one that links to it, one that names it, others beside."""
    captures = folder_of(path)
    with open_writer(path, command="fill", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.save_source(SISTER)
        writer.start_run("fill", ["signet", "makers"], "0")
        old = the_story() | {"headline": OLD_TITLE}
        writer.add_urls("signet", [(URL, "filenamius.html")])
        save(writer, old, capture=a_page(URL, f"{OLD_TITLE} {old['body']}"))
        before = story(1)
        save(writer, before, capture=a_page(before["url"], "Orrin Vale loses"))
        save(
            writer,
            the_story(),
            capture=a_page(URL, f"{TITLE} {the_story()['body']} Odelka Franzhuber"),
            evidence={"headline": [{"value": "glimmerfax", "evidence": "h1"}]},
            etag="etagulon",
        )
        linking = story(2)
        link = {"kind": "related", "text": "Read of wobbelstein", "url": URL, "position": 0}
        save(
            writer,
            linking,
            links=[link, {**link, "text": "Another", "url": f"{SITE}/about", "position": 1}],
            capture=a_page(linking["url"], f"<a href='{URL}'>sidebarix</a>"),
        )
        naming = {"kind": "top_stories", "text": TITLE, "url": None, "position": 0}
        save(writer, story(3), links=[naming], capture=a_page(story(3)["url"], f"A: {TITLE}"))
        save(
            writer,
            story(4, source="makers", url=f"{SISTER['home_url']}news/4", body=COMMON),
        )
        last = story(5)
        save(writer, last, capture=a_page(last["url"], "Case 5 stays"))
        with pytest.raises(Quarantined):
            save(writer, the_story() | {"body": "drosselkind", "language": 2**70})
        writer.end_run("done", 0)
    captures.append(a_page(URL, "orphanulus"))
    captures.close()


def bytes_of(folder: Path) -> bytes:
    """All files, in lower case; those that are compressed unpacked as well."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            found.append(path.read_bytes())
        if path.name.endswith(".warc.gz"):
            found.append(gzip.decompress(found[-1]))
            with path.open("rb") as stream:
                for record in ArchiveIterator(stream):
                    found.append(record.content_stream().read())
    return b"\n".join(found).lower()


def words_in(folder: Path) -> set[str]:
    content = bytes_of(folder)
    return {word for word in WORDS if word.encode() in content}


def withdraw_story(path: Path, *, keep_headline: bool = False) -> Erased:
    captures = folder_of(path)
    with open_writer(path, command="withdraw", captures=captures) as writer:
        article_id, _ = resolve_ref(writer.db, "signet-7")
        stone = tombstone_for(
            writer.db, article_id, reason="court order", keep_headline=keep_headline
        )
        return withdraw(writer, captures, [stone])


def require_sound(path: Path) -> None:
    folder = path.parent / "captures"
    assert verify(path, captures=folder, reader=WarcReader()).findings == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    fill(path)
    return path


def test_the_words_are_in_no_file(path: Path) -> None:
    assert words_in(path.parent) == set(WORDS)
    erased = withdraw_story(path)
    assert words_in(path.parent) == set()
    assert (erased.articles, erased.versions, erased.links) == (1, 2, 2)
    # Two of its own, one that nobody named, and those of the two stories that show it.
    assert (erased.captures, erased.other_captures) == (5, 2)
    assert erased.missing == []
    assert erased.is_log_empty
    require_sound(path)


def test_the_words_are_not_in_the_log_while_the_archive_is_open(path: Path) -> None:
    with open_writer(path, command="withdraw", captures=folder_of(path)) as writer:
        article_id, _ = resolve_ref(writer.db, "signet-7")
        stone = tombstone_for(writer.db, article_id, reason="court order")
        withdraw(writer, folder_of(path), [stone])
        assert words_in(path.parent) == set()


def test_all_else_stays(path: Path) -> None:
    db = open_archive(path)
    kept = "SELECT ref, headline, body FROM articles WHERE ref <> 'signet-7' ORDER BY id"
    sums = "SELECT urls, stored, rejected FROM runs"
    before = [db.execute(sql).fetchall() for sql in (kept, sums)]
    db.close()
    withdraw_story(path)
    db = open_archive(path)
    assert [db.execute(sql).fetchall() for sql in (kept, sums)] == before
    links = list(db.query("SELECT text, url FROM links ORDER BY version_id, position"))
    assert links == [
        {"text": "(withdrawn)", "url": None},
        {"text": "Another", "url": f"{SITE}/about"},
        {"text": "(withdrawn)", "url": None},
    ]
    places = list(db.query('SELECT url, file, "offset", length FROM captures ORDER BY id'))
    assert [row["url"] for row in places] == [story(1)["url"], story(5)["url"]]
    for row, words in zip(places, (b"Orrin Vale loses", b"Case 5 stays"), strict=True):
        record = read_capture(path.parent / "captures", row["file"], row["offset"], row["length"])
        assert words in gzip.decompress(record.reader.read())
    hits = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'orrin'"
    assert db.execute(hits).fetchone() == (len(before[0]),)
    db.close()


def test_a_former_version_is_found_until_then(path: Path) -> None:
    hits = "SELECT count(*) FROM versions_stems WHERE versions_stems MATCH 'quixnelberry'"
    db = open_archive(path)
    assert db.execute(hits).fetchone() == (1,)
    db.close()
    withdraw_story(path)
    db = open_archive(path)
    assert db.execute(hits).fetchone() == (0,)
    db.close()


def test_the_tombstone_says_who_when_and_why_and_names_nothing(path: Path) -> None:
    withdraw_story(path)
    db = open_archive(path)
    (stone,) = list_tombstones(db)
    assert stone["ref"] == "signet-7"
    assert stone["source"] == "signet"
    assert stone["published_day"] == "2017-08-04"
    assert stone["headline"] is None
    assert stone["reason"] == "court order"
    with pytest.raises(WithdrawnArticle, match=r"signet-7 was withdrawn on .*: court order"):
        resolve_ref(db, "signet-7@2")
    db.close()


def test_a_kept_headline_stands_in_the_tombstone_alone(path: Path) -> None:
    erased = withdraw_story(path, keep_headline=True)
    # Raw pages of other stories may show it.
    assert erased.other_captures == 0
    assert words_in(path.parent) == {"zorblatt", "sidebarix", "krummelpike"}
    shutil.rmtree(path.parent / "captures")
    assert words_in(path.parent) == {"zorblatt"}
    db = open_archive(path)
    assert [row["headline"] for row in list_tombstones(db)] == [TITLE]
    assert db.execute("SELECT count(*) FROM links WHERE text = ?", [TITLE]).fetchone() == (0,)
    db.close()


def test_near_copies_are_named_and_left(path: Path) -> None:
    erased = withdraw_story(path)
    assert [(row["ref"], row["copy_of"]) for row in erased.near_copies] == [
        ("makers-4", "signet-7")
    ]
    db = open_archive(path)
    assert resolve_ref(db, "makers-4")
    assert db.execute("SELECT count(*) FROM near_duplicates").fetchone() == (0,)
    db.close()


def test_an_alias_is_withdrawn_with_its_article(path: Path) -> None:
    with open_writer(path, command="tests") as writer:
        writer.db.execute(
            "INSERT INTO aliases SELECT 'signet-krummelpike', id, 2, '2026-11-24T09:00:00Z' "
            "FROM articles WHERE ref = 'signet-7'"
        )
    withdraw_story(path)
    assert words_in(path.parent) == set()
    db = open_archive(path)
    with pytest.raises(WithdrawnArticle):
        resolve_ref(db, "signet-krummelpike")
    db.close()


def test_an_address_that_shows_another_story_by_now_is_that_ones(path: Path) -> None:
    former = f"{SITE}/trademark/of-the-day"
    with open_writer(path, command="tests") as writer:
        writer.start_run("tests", ["signet"], "0")
        other = story(8, url=former, headline="A new story here", body="New. " * 40)
        writer.db.execute(
            "UPDATE versions SET url = ? WHERE version = 1 AND article_id = "
            "(SELECT id FROM articles WHERE ref = 'signet-7')",
            [former],
        )
        assert save(writer, other).ref == "signet-8"
        writer.end_run("done", 0)
    withdraw_story(path)
    with open_writer(path, command="tests", captures=folder_of(path)) as writer:
        writer.start_run("tests", ["signet"], "0")
        assert save(writer, other).outcome == "unchanged"
        assert [row["url"] for row in writer.add_urls("signet", [(former, None)])] == [former]
        writer.end_run("done", 0)
    require_sound(path)


def test_raw_pages_of_another_archive_in_the_folder_stay(path: Path) -> None:
    other = path.with_name("other.db")
    captures = folder_of(path)
    with open_writer(other, command="tests", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, the_story(), capture=a_page(URL, "vermiljoon"))
        writer.end_run("done", 0)
    captures.close()
    withdraw_story(path)
    require_sound(other)
    db = open_archive(other)
    assert db.execute("SELECT count(*) FROM captures").fetchone() == (1,)
    db.close()


def test_raw_pages_that_were_moved_away_are_named(path: Path) -> None:
    (file,) = (path.parent / "captures").iterdir()
    file.rename(path.parent / "moved")
    assert {row["file"] for row in withdraw_story(path).missing} == {file.name}


def test_no_other_page_is_overwritten_where_the_index_is_wrong(path: Path) -> None:
    with open_writer(path, command="tests") as writer:
        (row,) = writer.db.query("SELECT * FROM captures WHERE url LIKE '%orrin-vale-5'")
        writer.db.execute("UPDATE versions SET capture_id = NULL WHERE capture_id = ?", [row["id"]])
        writer.db.execute("DELETE FROM captures WHERE id = ?", [row["id"]])
        writer.db.execute(
            'UPDATE captures SET "offset" = ?, length = ? WHERE id = 1',
            [row["offset"], row["length"]],
        )
    (missing,) = withdraw_story(path).missing
    content = (path.parent / "captures" / missing["file"]).read_bytes()
    member = content[missing["offset"] : missing["offset"] + missing["length"]]
    assert b"/trademark/orrin-vale-5" in gzip.decompress(member)


def test_a_reader_that_keeps_the_log_is_told_and_the_rest_is_done_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.open.WRITER_TIMEOUT", 0.1)
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM articles").fetchone()
    assert not withdraw_story(path).is_log_empty
    reader.close()
    open_writer(path, command="next", captures=folder_of(path)).close()
    assert words_in(path.parent) == set()
    assert json.loads(tombstone_path(path).read_text())["tombstones"][0]["is_erased"] is True


# Kept out


@pytest.fixture
def run(path: Path) -> Any:
    """A writer with an open run, after the withdrawal."""
    withdraw_story(path)
    with open_writer(path, command="again", captures=folder_of(path)) as writer:
        writer.save_source(PAPER)
        writer.start_run("again", ["signet"], "0")
        yield writer


ELSEWHERE = f"{SITE}/other/wobbelstein-9"
SPELLING = URL.replace("http://", "https://www.") + "/?utm_id=1"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"site_id": "9", "body": "Another text."},
        {
            "site_id": "9",
            "body": None,
            "url": SPELLING,
        },
        {"url": ELSEWHERE},
        {"url": ELSEWHERE, "site_id": None},
        {"url": ELSEWHERE, "site_id": "9", "body": "Other text.", "canonical_url": URL},
        {"url": ELSEWHERE, "site_id": "9", "headline": OLD_TITLE},
        {"language": 2**70},
    ],
    ids=["all", "address", "spelling", "id", "text", "canonical", "former text", "bad row"],
)
def test_no_page_of_it_comes_in(run: Writer, path: Path, changes: dict[str, Any]) -> None:
    again = the_story() | changes
    found = run.add_urls("signet", [(again["url"], "filenamius.html")])
    run.schedule([row["id"] for row in found])
    capture = a_page(again["url"], "vermiljoon")
    saved = save(run, again, capture=capture)
    assert (saved.outcome, saved.ref, saved.reason) == ("rejected", "signet-7", "withdrawn")
    sums = run.end_run("done", 0)
    assert sums["urls"] == sums["rejected"] == len(found)
    assert sums["state"] == "done"
    run.close()
    assert words_in(path.parent) == set()
    require_sound(path)


def test_its_addresses_are_not_asked_for(run: Writer) -> None:
    urls = [(URL, None), (f"{URL}?utm_source=x", None), (f"{SITE}/trademark/new", None)]
    assert [row["url"] for row in run.add_urls("signet", urls)] == [f"{SITE}/trademark/new"]


def test_an_address_that_led_to_it_is_not_asked_for_again(run: Writer, path: Path) -> None:
    (row,) = run.add_urls("signet", [(ELSEWHERE, None)])
    run.schedule([row["id"]])
    save(run, the_story(), requested_url=ELSEWHERE)
    assert run.add_urls("signet", [(ELSEWHERE, None)]) == []
    run.end_run("done", 0)
    run.close()
    # The file beside the archive learns it, too.
    keys = json.loads(tombstone_path(path).read_text())["tombstones"][0]["keys"]
    open_writer(path, command="next", captures=folder_of(path)).close()
    more = json.loads(tombstone_path(path).read_text())["tombstones"][0]["keys"]
    assert len(more) == len(keys) + 1


def test_a_lying_page_blocks_no_address_of_another_story(run: Writer) -> None:
    other = story(1)
    lying = other | {"canonical_url": URL, "body": "Changed. " * 30}
    assert save(run, lying).outcome == "rejected"
    assert [row["url"] for row in run.add_urls("signet", [(other["url"], None)])] == [other["url"]]


def test_links_to_it_come_in_without_words_and_their_page_not_at_all(
    run: Writer, path: Path
) -> None:
    links = [
        {"kind": "related", "text": "Read of wobbelstein", "url": URL, "position": 0},
        {"kind": "related", "text": TITLE, "url": None, "position": 1},
        {"kind": "related", "text": "About us", "url": f"{SITE}/about", "position": 2},
    ]
    new = story(9)
    capture = a_page(new["url"], f"<a href='{URL}'>sidebarix</a>")
    assert save(run, new, links=links, capture=capture).outcome == "stored"
    run.end_run("done", 0)
    texts = run.db.execute("SELECT text FROM links ORDER BY id DESC LIMIT 3").fetchall()
    assert [text for (text,) in reversed(texts)] == ["(withdrawn)", "(withdrawn)", "About us"]
    run.close()
    assert words_in(path.parent) == set()


# Killed, restored, lost

STOPS = """
import sys
from pathlib import Path
from crawler.captures import warc
from archive import withdrawal
from test_withdrawal import withdraw_story

def stop_at(step):
    print(step, flush=True)
    sys.stdin.readline()

def around(owner, name):
    before = getattr(owner, name)
    def stopped(*arguments):
        stop_at(f"before {name}")
        result = before(*arguments)
        stop_at(f"after {name}")
        return result
    setattr(owner, name, stopped)

class HalfWritten(bytes):
    pass

filler = warc._filler
def half_a_filler(length):
    # The first half reaches the disk, then the process stops.
    for path in Path(sys.argv[1]).parent.glob("captures/*.warc.gz"):
        stream = path.open("r+b", buffering=0)
    position = places.pop(0)
    stream.seek(position)
    stream.write(filler(length)[: length // 2])
    stream.close()
    stop_at("half overwritten")
    return filler(length)

places = []
erase = warc.WarcCaptures.erase
def remember_places(self, marked):
    marked = list(marked)
    places.extend(row["offset"] for row in marked)
    return erase(self, marked)

warc._filler = half_a_filler
warc.WarcCaptures.erase = remember_places
around(withdrawal, "write_tombstone_file")
around(withdrawal, "_erase_marked_captures")
around(withdrawal, "_write_anew")
withdraw_story(Path(sys.argv[1]))
stop_at("done")
"""

STEPS = [
    "before write_tombstone_file",
    "after write_tombstone_file",
    "before _erase_marked_captures",
    *["half overwritten"] * 5,
    "after _erase_marked_captures",
    "before _write_anew",
    "after _write_anew",
    "before write_tombstone_file",
    "after write_tombstone_file",
    "done",
]


@pytest.mark.parametrize("stop", range(1, len(STEPS)))
def test_a_kill_at_any_step_is_finished_at_the_next_opening(
    path: Path, child: Callable[..., Child], stop: int
) -> None:
    process = child(STOPS, path)
    for step in STEPS[:stop]:
        assert process.line() == step
        process.go_on()
    assert process.line() == STEPS[stop]
    process.kill()
    open_writer(path, command="next", captures=folder_of(path)).close()
    assert words_in(path.parent) == set()
    require_sound(path)
    db = open_archive(path)
    assert [row["ref"] for row in list_tombstones(db)] == ["signet-7"]
    db.close()


def test_a_kill_before_the_file_stands_leaves_all_as_it_was(
    path: Path, child: Callable[..., Child]
) -> None:
    process = child(STOPS, path)
    assert process.line() == STEPS[0]
    process.kill()
    open_writer(path, command="next", captures=folder_of(path)).close()
    assert words_in(path.parent) == set(WORDS)
    db = open_archive(path)
    assert list_tombstones(db) == []
    db.close()


@pytest.mark.parametrize("with_captures", [False, True])
def test_an_older_copy_put_back_loses_the_story_again(path: Path, with_captures: bool) -> None:
    folder, copies = path.parent / "captures", path.parent.parent / f"{path.parent.name}-copies"
    copies.mkdir()
    shutil.copytree(folder, copies / "captures")
    shutil.copy(path, copies)
    withdraw_story(path)
    shutil.copy(copies / path.name, path)
    if with_captures:
        shutil.rmtree(folder)
        shutil.copytree(copies / "captures", folder)
    assert words_in(path.parent)
    with pytest.raises(ArchiveError, match="run `tradepress withdraw`"):
        open_writer(path, command="next")
    open_writer(path, command="next", captures=folder_of(path)).close()
    assert words_in(path.parent) == set()
    require_sound(path)
    db = open_archive(path)
    assert [row["reason"] for row in list_tombstones(db)] == ["court order"]
    db.close()


def test_a_new_archive_beside_the_tombstones_knows_them(path: Path) -> None:
    withdraw_story(path)
    path.unlink()
    shutil.rmtree(path.parent / "captures")
    with open_writer(path, command="next") as writer:
        writer.save_source(PAPER)
        writer.start_run("next", ["signet"], "0")
        assert save(writer, the_story()).outcome == "rejected"
        writer.end_run("done", 0)
    assert words_in(path.parent) == set()


def test_tombstones_without_their_file_make_it_anew(path: Path) -> None:
    withdraw_story(path)
    before = json.loads(tombstone_path(path).read_text())
    tombstone_path(path).unlink()
    open_writer(path, command="next", captures=folder_of(path)).close()
    assert json.loads(tombstone_path(path).read_text()) == before


@pytest.mark.parametrize("content", ["", "{}", '{"tombstones": [{"ref": 1}], "sources": []}'])
def test_a_damaged_file_of_tombstones_is_refused(path: Path, content: str) -> None:
    withdraw_story(path)
    tombstone_path(path).write_text(content)
    with pytest.raises(DamagedArchive, match="put a copy of it in its place"):
        open_writer(path, command="next", captures=folder_of(path))
    assert tombstone_path(path).read_text() == content


def test_a_whole_source(path: Path) -> None:
    captures = folder_of(path)
    with open_writer(path, command="withdraw", captures=captures) as writer:
        writer.add_urls("signet", [(f"{SITE}/trademark/never-read", None)])
        writer.commit()
        stones = tombstones_for_source(writer.db, "signet", reason="their wish")
        withdraw(writer, captures, stones)
        assert value(writer, "SELECT count(*) FROM articles WHERE source = 'signet'") == 0
        assert value(writer, "SELECT count(*) FROM articles") == 1
        assert writer.add_urls("signet", [(f"{SITE}/trademark/never-read", None)]) == []
    assert words_in(path.parent) == set()
    assert b"orrin-vale" not in bytes_of(path.parent)
    assert b"never-read" not in bytes_of(path.parent)
    require_sound(path)


# The command line

PAGE_URL = "http://www.worldipreview.com/news/krummelpike-lantern-15001"


def ingest_page(here: Tradepress, folder: Path) -> Any:
    page = a_story("Zorblatt loses its lantern mark")
    (folder / "page.html").write_text(page.replace("A maker", "A vermiljoon maker"))
    result = here("ingest", "page.html", "--url", PAGE_URL)
    (folder / "page.html").unlink()
    return result


def test_withdrawn_pages_are_not_ingested_again(here: Tradepress, tmp_path: Path) -> None:
    assert "stored    wipr-15001" in ingest_page(here, tmp_path).stdout
    here("backup")
    assert {"zorblatt", "vermiljoon", "krummelpike"} <= words_in(tmp_path)
    result = here("withdraw", "wipr-15001", "--reason", "court  order")
    assert result.returncode == 0, result.stderr
    (backup,) = (tmp_path / "backups").glob("*.db")
    assert f"  {backup}\n" in result.stdout
    again = ingest_page(here, tmp_path)
    assert again.returncode == 0, again.stderr
    assert "rejected  withdrawn" in again.stdout
    shutil.rmtree(tmp_path / "backups")
    assert words_in(tmp_path) == set()
    shown = here("show", "wipr-15001")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "was withdrawn on" in shown.stderr
    assert "court order" in shown.stderr
    listed = json.loads(here("withdraw", "--list", "--json").stdout)
    assert [(row["ref"], row["reason"]) for row in listed] == [("wipr-15001", "court order")]
    assert "wipr-15001  court order" in here("withdraw", "--list").stdout
    repeated = here("withdraw", "wipr-15001", "--reason", "again")
    assert (repeated.returncode, repeated.stdout) == (0, "")
    assert "was withdrawn on" in repeated.stderr
    assert here("verify").returncode == 0


def test_a_backup_made_after_it_holds_nothing_and_is_not_named(
    here: Tradepress, tmp_path: Path
) -> None:
    ingest_page(here, tmp_path)
    here("backup")
    here("withdraw", "wipr-15001", "--reason", "court order")
    (before,) = (tmp_path / "backups").glob("*.db")
    before.rename(before.with_name("archive-20200101T000000Z.db"))
    assert here("backup").returncode == 0
    named = here("withdraw", "--list").stdout
    assert "archive-20200101T000000Z.db" in named
    (tmp_path / "backups" / "archive-20200101T000000Z.db").unlink()
    assert words_in(tmp_path) == set()


def test_an_address_may_be_withdrawn_in_advance(here: Tradepress, tmp_path: Path) -> None:
    ingest_page(here, tmp_path)
    other = PAGE_URL.replace("15001", "15002")
    result = here("withdraw", other, "--reason", "asked by mail", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert [row["ref"] for row in told["withdrawn"]] == ["wipr-15002"]
    assert told["articles"] == 0
    (tmp_path / "page.html").write_text(a_story("Another story here"))
    assert "withdrawn" in here("ingest", "page.html", "--url", other).stdout
    assert here("show", "wipr-15001").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["wipr-9", "--reason", "x"], "no article has the ref wipr-9"),
        (["http://elsewhere.example/a", "--reason", "x"], "on no source's site"),
        (["http://[", "--reason", "x"], "no http(s) address"),
        (["wipr-15001@1", "--reason", "x"], "give wipr-15001"),
        (["wipr-15001"], "--reason"),
        (["wipr-15001", "--reason", " "], "--reason"),
        (["--source", "nobody", "--reason", "x"], "it has: wipr"),
        (["wipr-15001", "--source", "wipr", "--reason", "x"], "either"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_erased(
    here: Tradepress, tmp_path: Path, arguments: list[str], words: str
) -> None:
    ingest_page(here, tmp_path)
    result = here("withdraw", *arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert here("show", "wipr-15001").returncode == 0
    assert not tombstone_path(tmp_path / "archive.db").exists()


def test_a_crawl_does_not_ask_for_it(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    (tmp_path / "library").mkdir()
    archive = ("--archive", "library/archive.db")
    path = "/trademark/krummelpike-lantern-1001"
    site.pages[path] = Answer(a_story("Zorblatt loses its lantern mark"))
    other = "/trademark/another-story-1002"
    site.pages[other] = Answer(a_story("Another story", words=f"<p>{COMMON}</p>"))
    links = f"<a href={path}>Zorblatt</a> <a href={other}>Another story</a>"
    site.pages["/trademark/"] = Answer(f"<h1>Trademarks</h1>{links}")
    declare(spiders, "gazette", site.home)
    crawled = tradepress("crawl", "gazette", *CONTACT, "--no-trial", *archive)
    assert "stored        2" in crawled.stdout, crawled.stderr
    assert {"zorblatt", "krummelpike"} <= words_in(tmp_path / "library")
    url = f"{site.home}{path}"
    result = tradepress("withdraw", url, "--reason", "court order", *archive)
    assert result.returncode == 0, result.stderr
    asked = len(site.requests)
    again = tradepress("crawl", "gazette", *CONTACT, *archive)
    assert again.returncode == 0, again.stderr
    assert path not in site.paths()[asked:]
    assert words_in(tmp_path / "library") == set()
