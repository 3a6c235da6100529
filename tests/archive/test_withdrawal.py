"""Withdrawal: the words are in no file any more, and nothing brings them back."""

import asyncio
import gzip
import json
import random
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import pytest
from archive_rows import PAPER, SITE, Writer, open_writer, save, story, value, withdraw
from browsing import opened
from withdrawn_story import (
    OLD_TITLE,
    TITLE,
    URL,
    WORDS,
    a_page,
    bytes_of,
    folder_of,
    path,
    require_sound,
    the_story,
    words_in,
)

from tradepress.archive.captures.warc import read_capture
from tradepress.archive.care.verify import verify
from tradepress.archive.errors import ArchiveError, ArchiveFull, DamagedArchive, WithdrawnArticle
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.other_pages import pages_of_others
from tradepress.archive.withdrawal.request import tombstone_for, tombstones_for_source
from tradepress.archive.withdrawal.targets import Traces, find_targets
from tradepress.archive.withdrawal.tombstone_file import tombstone_path
from tradepress.archive.withdrawal.tombstones import list_tombstones

__all__ = ["path"]


def withdraw_story(path: Path, *, keep_headline: bool = False, everywhere: bool = True) -> Erased:
    captures = folder_of(path)
    with open_writer(path, command="withdraw", captures=captures) as writer:
        article_id, _ = resolve_ref(writer.db, "signet-7")
        stone = tombstone_for(
            writer.db, article_id, reason="court order", keep_headline=keep_headline
        )
        return withdraw(writer, captures, [stone.everywhere() if everywhere else stone])


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


def test_the_words_are_not_in_pages_that_were_free_or_split_before(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA secure_delete=OFF")
        db.execute("CREATE TABLE former (id INTEGER PRIMARY KEY, body TEXT)")
        db.execute("CREATE INDEX former_body ON former (body)")
        numbers = random.Random(7).sample(range(2000), 2000)
        rows = [(number, f"{number % 13} {' '.join(WORDS)} {number}") for number in numbers]
        db.executemany("INSERT INTO former VALUES (?, ?)", rows)
        db.execute("UPDATE former SET body = 'another'")
        db.execute("DELETE FROM former WHERE id % 3")
        db.execute("DROP TABLE former")
        db.commit()
    assert path.read_bytes().count(WORDS[0].encode()) > 1000
    withdraw_story(path)
    assert not [word for word in WORDS if word.encode() in path.read_bytes()]
    require_sound(path)


@pytest.mark.slow
def test_the_words_are_gone_while_a_reading_room_has_the_archive_open(path: Path) -> None:
    served = opened(path)

    async def visit() -> list[int]:
        await served.invoke_startup()
        addresses = ("/story/signet-7", "/stories?q=lantern", "/data/articles", "/health", "/")
        return [(await served.client.get(address)).status_code for address in addresses]

    async def visits() -> list[int]:
        before = await visit()
        assert before[0] == 200
        erased = await asyncio.to_thread(withdraw_story, path)
        assert erased.is_log_empty
        assert words_in(path.parent) == set()
        return await visit()

    assert asyncio.run(visits())[0] == 410
    served.executor.shutdown()
    assert words_in(path.parent) == set()
    require_sound(path)


def test_without_room_for_the_copy_nothing_is_begun(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path / "small"))
    (tmp_path / "small").mkdir()
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(
        "tradepress.archive.care.snapshot.shutil.disk_usage",
        lambda folder: usage(1000 if Path(folder).name == "small" else 10**12),
    )
    with pytest.raises(ArchiveFull, match=r"on the disk of .*small"):
        withdraw_story(path)
    assert not tombstone_path(path).exists()


def test_the_words_are_not_in_the_log_while_the_archive_is_open(path: Path) -> None:
    with open_writer(path, command="withdraw", captures=folder_of(path)) as writer:
        article_id, _ = resolve_ref(writer.db, "signet-7")
        stone = tombstone_for(writer.db, article_id, reason="court order")
        withdraw(writer, folder_of(path), [stone.everywhere()])
        assert words_in(path.parent) == set()


def test_all_else_stays(path: Path) -> None:
    db = read_archive(path)
    kept = "SELECT ref, headline, body FROM articles WHERE ref <> 'signet-7' ORDER BY id"
    sums = "SELECT urls, stored, rejected FROM runs"
    before = [db.execute(sql).fetchall() for sql in (kept, sums)]
    db.close()
    withdraw_story(path)
    db = read_archive(path)
    assert [db.execute(sql).fetchall() for sql in (kept, sums)] == before
    links = list(db.query("SELECT text, url FROM links ORDER BY version_id, position"))
    assert links == [
        {"text": "(withdrawn)", "url": None},
        {"text": "Another", "url": f"{SITE}/about"},
        {"text": "(withdrawn)", "url": None},
    ]
    places = list(db.query('SELECT id, url, file, "offset", length FROM captures ORDER BY id'))
    assert [row["url"] for row in places] == [story(1)["url"], story(5)["url"]]
    assert db.execute("SELECT kind, capture_id FROM capture_records").fetchall() == [
        ("request", row["id"]) for row in places
    ]
    for row, words in zip(places, (b"Orrin Vale loses", b"Case 5 stays"), strict=True):
        record = read_capture(
            path.parent / "archive.captures", row["file"], row["offset"], row["length"]
        )
        assert words in gzip.decompress(record.reader.read())
    hits = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'orrin'"
    assert db.execute(hits).fetchone() == (len(before[0]),)
    db.close()


def test_a_former_version_is_found_until_then(path: Path) -> None:
    hits = "SELECT count(*) FROM versions_stems WHERE versions_stems MATCH 'quixnelberry'"
    db = read_archive(path)
    assert db.execute(hits).fetchone() == (1,)
    db.close()
    withdraw_story(path)
    db = read_archive(path)
    assert db.execute(hits).fetchone() == (0,)
    db.close()


def test_the_tombstone_says_who_when_and_why_and_names_nothing(path: Path) -> None:
    withdraw_story(path)
    db = read_archive(path)
    (stone,) = list_tombstones(db)
    assert stone.ref == "signet-7"
    assert stone.source == "signet"
    assert stone.published_day == "2017-08-04"
    assert stone.headline is None
    assert stone.reason == "court order"
    with pytest.raises(WithdrawnArticle, match=r"signet-7 was withdrawn on .*: court order"):
        resolve_ref(db, "signet-7@2")
    db.close()


def test_a_kept_headline_stands_in_the_tombstone_alone(path: Path) -> None:
    erased = withdraw_story(path, keep_headline=True)
    # Raw pages of other stories may show it.
    assert erased.other_captures == 0
    assert words_in(path.parent) == {"zorblatt", "sidebarix", "krummelpike"}
    shutil.rmtree(path.parent / "archive.captures")
    assert words_in(path.parent) == {"zorblatt"}
    db = read_archive(path)
    assert [row.headline for row in list_tombstones(db)] == [TITLE]
    assert db.execute("SELECT count(*) FROM links WHERE text = ?", [TITLE]).fetchone() == (0,)
    db.close()


def damage(path: Path, url: str) -> None:
    """The raw page of an address, so that nobody can read it."""
    db = read_archive(path)
    (row,) = db.query("SELECT * FROM captures WHERE url = ? ORDER BY id DESC LIMIT 1", [url])
    db.close()
    with (path.parent / "archive.captures" / row["file"]).open("r+b") as stream:
        stream.seek(row["offset"] + row["length"] - 12)  # all but its end can still be seen
        stream.write(bytes(12))


def test_a_damaged_page_of_its_own_is_overwritten(path: Path) -> None:
    damage(path, URL)
    erased = withdraw_story(path)
    assert (erased.captures, erased.missing, erased.unreadable) == (5, [], [])
    assert words_in(path.parent) == set()


def test_a_damaged_page_of_another_story_is_named_and_not_overwritten(path: Path) -> None:
    with open_writer(path, command="withdraw", captures=folder_of(path)) as writer:
        damage(path, story(5)["url"])
        article_id, _ = resolve_ref(writer.db, "signet-7")
        stone = tombstone_for(writer.db, article_id, reason="court order")
        pages = pages_of_others(writer.db, folder_of(path), find_targets(writer.db, [stone]))
        assert [page.ref for page in pages if not page.is_readable] == ["signet-5"]
        erased = withdraw(writer, folder_of(path), [stone.everywhere()])
    assert (erased.captures, erased.other_captures) == (5, 2)
    db = read_archive(path)
    assert db.execute(
        "SELECT count(*) FROM captures WHERE url = ?", [story(5)["url"]]
    ).fetchone() == (1,)
    db.close()


def test_what_cannot_be_read_and_belongs_to_nobody_is_named(path: Path) -> None:
    captures = folder_of(path)
    row = captures.append(a_page(URL, "glimmerfax"))
    captures.append(a_page(f"{SITE}/trademark/orrin-vale-9", "The end"))
    captures.close()
    with (path.parent / "archive.captures" / row["file"]).open("r+b") as stream:
        stream.seek(row["offset"] + row["length"] // 2)
        stream.write(bytes(12))
    assert withdraw_story(path).unreadable == [
        {name: row[name] for name in ("file", "offset", "length")}
    ]


SHOWN = {"zorblatt", "sidebarix", "krummelpike"}
"""What raw pages of other stories show of it."""


def test_raw_pages_of_other_stories_stay_unless_it_is_withdrawn_everywhere(path: Path) -> None:
    sql = "SELECT ref, capture_id FROM versions JOIN articles ON articles.id = article_id"
    others = f"{sql} WHERE ref <> 'signet-7' ORDER BY ref"
    db = read_archive(path)
    before = db.execute(others).fetchall()
    db.close()
    erased = withdraw_story(path, everywhere=False)
    assert (erased.articles, erased.captures, erased.other_captures) == (1, 3, 0)
    assert words_in(path.parent) == SHOWN
    assert words_in_pages(path) == SHOWN
    db = read_archive(path)
    assert db.execute(others).fetchall() == before
    assert [text for (text,) in db.execute("SELECT text FROM links ORDER BY id")] == [
        *("(withdrawn)", "Another", "(withdrawn)")
    ]
    db.close()
    require_sound(path)


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_page_that_gave_no_story_and_shows_it_goes_only_everywhere(
    path: Path, everywhere: bool
) -> None:
    with (
        closing(folder_of(path)) as captures,
        open_writer(path, command="crawl", captures=captures) as writer,
    ):
        writer.start_run("crawl", ["signet"], "1")
        for name, words in (("latest", TITLE), ("about", "Who we are")):
            writer.keep_page(a_page(f"{SITE}/{name}", words))
        writer.end_run("done", 0)
    withdraw_story(path, everywhere=everywhere)
    db = read_archive(path)
    sql = "SELECT url FROM captures WHERE url IN (?, ?) ORDER BY id"
    left = [f"{SITE}/about"] if everywhere else [f"{SITE}/latest", f"{SITE}/about"]
    assert [url for (url,) in db.execute(sql, [f"{SITE}/latest", f"{SITE}/about"])] == left
    db.close()
    require_sound(path)


def words_in_pages(path: Path) -> set[str]:
    """Of the raw pages alone."""
    return words_in(path.parent / "archive.captures")


def test_a_new_page_that_shows_it_is_kept_as_another_storys(path: Path) -> None:
    withdraw_story(path, everywhere=False)
    other = story(8)
    link = {"kind": "related", "text": TITLE, "url": None, "position": 0}
    captures = folder_of(path)
    with open_writer(path, command="again", captures=captures) as writer:
        writer.start_run("again", ["signet"], "0")
        save(writer, other, links=[link], capture=a_page(other["url"], f"Read: {TITLE}"))
        writer.end_run("done", 0)
        assert value(writer, "SELECT count(*) FROM links WHERE text = ?", TITLE) == 0
        assert value(writer, "SELECT count(*) FROM captures WHERE url = ?", other["url"]) == 1
    captures.close()
    require_sound(path)


def test_a_page_that_no_row_names_is_overwritten_if_it_is_the_storys_own(path: Path) -> None:
    captures = folder_of(path)
    captures.append(a_page(f"{SITE}/trademark/orrin-vale-9", f"{TITLE} glimmerfax"))
    captures.close()
    withdraw_story(path, everywhere=False)
    assert words_in(path.parent) == SHOWN | {"glimmerfax"}


def test_pages_of_other_stories_are_found_beforehand(path: Path) -> None:
    with open_writer(path, command="withdraw", captures=folder_of(path)) as writer:
        article_id, _ = resolve_ref(writer.db, "signet-7")
        stone = tombstone_for(writer.db, article_id, reason="court order")
        pages = pages_of_others(writer.db, folder_of(path), find_targets(writer.db, [stone]))
        kept = tombstone_for(writer.db, article_id, reason="x", keep_headline=True)
        assert not pages_of_others(writer.db, folder_of(path), find_targets(writer.db, [kept]))
    assert [(page.ref, page.is_readable) for page in pages] == [
        ("signet-2", True),
        ("signet-3", True),
    ]
    assert all((path.parent / "archive.captures" / page.file).exists() for page in pages)


def test_near_copies_are_named_and_left(path: Path) -> None:
    erased = withdraw_story(path)
    assert [(row["ref"], row["copy_of"]) for row in erased.near_copies] == [
        ("makers-4", "signet-7")
    ]
    db = read_archive(path)
    assert resolve_ref(db, "makers-4")
    assert db.execute("SELECT count(*) FROM near_duplicates").fetchone() == (0,)
    db.close()


def test_an_alias_is_withdrawn_with_its_article(path: Path) -> None:
    with open_writer(path, command="tests") as writer:
        writer.db.execute(
            "INSERT INTO aliases SELECT 'signet-krummelpike', id, 2, 2, '2026-11-24T09:00:00Z' "
            "FROM articles WHERE ref = 'signet-7'"
        )
    withdraw_story(path)
    assert words_in(path.parent) == set()
    db = read_archive(path)
    with pytest.raises(WithdrawnArticle):
        resolve_ref(db, "signet-krummelpike")
    db.close()


def test_an_address_that_shows_another_story_by_now_is_that_ones(path: Path) -> None:
    former = f"{SITE}/trademark/of-the-day"
    with open_writer(path, command="tests") as writer:
        writer.start_run("tests", ["signet"], "0")
        other = story(8, url=former, headline="A new story here", body="New. " * 40)
        writer.db.execute(
            "UPDATE version_rows SET url = ? WHERE version = 1 AND article_id = "
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


def test_raw_pages_that_were_moved_away_are_named(path: Path) -> None:
    (file,) = (path.parent / "archive.captures").iterdir()
    file.rename(path.parent / "moved")
    assert {row["file"] for row in withdraw_story(path).missing} == {file.name}


def test_no_other_page_is_overwritten_where_the_index_is_wrong(path: Path) -> None:
    with open_writer(path, command="tests") as writer:
        (row,) = writer.db.query("SELECT * FROM captures WHERE url LIKE '%orrin-vale-5'")
        writer.db.execute(
            "UPDATE version_rows SET capture_id = NULL WHERE capture_id = ?", [row["id"]]
        )
        writer.db.execute("DELETE FROM capture_records WHERE capture_id = ?", [row["id"]])
        writer.db.execute("DELETE FROM captures WHERE id = ?", [row["id"]])
        writer.db.execute(
            'UPDATE captures SET "offset" = ?, length = ? WHERE id = 1',
            [row["offset"], row["length"]],
        )
    (missing,) = withdraw_story(path).missing
    content = (path.parent / "archive.captures" / missing["file"]).read_bytes()
    member = content[missing["offset"] : missing["offset"] + missing["length"]]
    assert b"/trademark/orrin-vale-5" in gzip.decompress(member)


def test_a_reader_that_keeps_the_log_is_told_and_the_rest_is_done_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradepress.archive.open.WRITER_TIMEOUT", 0.1)
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM articles").fetchone()
    assert not withdraw_story(path).is_log_empty
    reader.close()
    open_writer(path, command="next", captures=folder_of(path)).close()
    assert words_in(path.parent) == set()
    assert json.loads(tombstone_path(path).read_text())["tombstones"][0]["is_erased"] is True


def test_without_room_to_write_the_database_anew_nothing_is_begun(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = namedtuple("Usage", "total used free")(10**9, 10**9, 4096)
    monkeypatch.setattr("tradepress.archive.care.snapshot.shutil.disk_usage", lambda folder: full)
    with pytest.raises(ArchiveFull, match="a withdrawal needs"):
        withdraw_story(path)
    assert not tombstone_path(path).exists()
    assert words_in(path.parent) == set(WORDS)


PAGE = "<p>…</p><a href='{}'>Read</a>"


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (PAGE.format(URL), True),
        (PAGE.format(URL.replace("http://", "https://www.") + "/"), True),
        (PAGE.format("/trademark/krummelpike-lantern-7?utm_source=x"), True),
        (PAGE.format("/trademark/krummelpike-lantern-70"), False),
        (PAGE.format("/trademark/krummelpike-lantern-7/comments"), False),
        ('{"url": "http:\\/\\/signetgazette.example\\/trademark\\/krummelpike-lantern-7"}', True),
        ("<li>ZORBLATT loses&nbsp;its lan\u00adtern mark!", True),
        ("<li>Zorblatt &ldquo;loses&rdquo; its lantern—mark", True),
        ("<li>Zorblatt loses its lantern", False),
        ("<li>Zorblatt. The mark its lantern loses", False),
    ],
)
def test_by_what_a_page_shows_the_story(page: str, shown: bool) -> None:
    traces = Traces([URL, "no address"], [TITLE, "News in brief"])
    assert traces.are_in_page(page.encode()) is shown


def test_a_page_in_an_old_encoding_shows_the_story() -> None:
    traces = Traces([], ["Zürich verliert die Laterne"])
    assert traces.are_in_page("<li>Zürich verliert die Laterne".encode("cp1252"))
    assert not traces.are_in_page("<li>Zürich gewinnt die Laterne".encode("cp1252"))


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


@pytest.mark.parametrize("with_captures", [False, True])
def test_an_older_copy_put_back_loses_the_story_again(path: Path, with_captures: bool) -> None:
    folder, copies = (
        path.parent / "archive.captures",
        path.parent.parent / f"{path.parent.name}-copies",
    )
    copies.mkdir()
    shutil.copytree(folder, copies / "archive.captures")
    shutil.copy(path, copies)
    withdraw_story(path)
    shutil.copy(copies / path.name, path)
    if with_captures:
        shutil.rmtree(folder)
        shutil.copytree(copies / "archive.captures", folder)
    assert words_in(path.parent)
    with pytest.raises(ArchiveError, match="run `tradepress withdraw`"):
        open_writer(path, command="next")
    open_writer(path, command="next", captures=folder_of(path)).close()
    assert words_in(path.parent) == set()
    require_sound(path)
    db = read_archive(path)
    assert [row.reason for row in list_tombstones(db)] == ["court order"]
    db.close()


def test_a_new_archive_beside_the_tombstones_knows_them(path: Path) -> None:
    withdraw_story(path)
    path.unlink()
    shutil.rmtree(path.parent / "archive.captures")
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


@pytest.mark.parametrize(
    "content",
    ["", "{}", '{"tombstones": [{"ref": 1}], "sources": []}', "[" * 100_000],
    ids=["nothing", "no tombstones", "no tombstone", "nested"],
)
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
        # What is found later is withdrawn by the same once more.
        writer.add_urls("signet", [(f"{SITE}/trademark/found-later", None)])
        writer.commit()
        stones = tombstones_for_source(writer.db, "signet", reason="their wish")
        assert [stone.ref for stone in stones] == ["signet"]
        withdraw(writer, captures, stones)
        for name in ("never-read", "found-later"):
            assert writer.add_urls("signet", [(f"{SITE}/trademark/{name}", None)]) == []
        assert tombstones_for_source(writer.db, "signet", reason="their wish") == []
    (rest,) = [
        stone
        for stone in json.loads(tombstone_path(path).read_text())["tombstones"]
        if stone["ref"] == "signet"
    ]
    assert (len(rest["keys"]), rest["is_erased"]) == (3, True)
    assert words_in(path.parent) == set()
    assert b"orrin-vale" not in bytes_of(path.parent)
    assert b"never-read" not in bytes_of(path.parent)
    assert b"found-later" not in bytes_of(path.parent)
    require_sound(path)


# Killed


class Killed(BaseException):
    """As by a signal."""


def killed(*args: object) -> None:
    raise Killed


def killed_in_the_midst(stream: IO[bytes], member: bytes) -> None:
    stream.write(member[: len(member) // 2])
    raise Killed


UNFINISHED = "the withdrawal of signet-7 is not finished: `tradepress withdraw` finishes it"


@pytest.mark.parametrize(
    ("step", "kill", "is_marked"),
    [
        ("tradepress.archive.withdrawal.erasing.erase_rows", killed, False),
        ("tradepress.archive.withdrawal.erasing.erase_marked_pages", killed, True),
        ("tradepress.archive.captures.warc._write", killed_in_the_midst, True),
        ("tradepress.archive.withdrawal.erasing.write_anew", killed, False),
    ],
)
def test_verify_names_a_withdrawal_that_was_killed_and_how_to_go_on(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    kill: Callable[..., None],
    is_marked: bool,
) -> None:
    captures = folder_of(path).folder
    with monkeypatch.context() as patch:
        patch.setattr(step, kill)
        with pytest.raises(Killed):
            withdraw_story(path)
    for quick in (False, True):
        findings = verify(path, captures=captures, quick=quick).findings
        assert [(found.check, found.words) for found in findings] == [("withdrawn", UNFINISHED)]
    tombstone_path(path).rename(path.parent / "lost")
    # Without that file the pages that are marked tell of it.
    lost = [found.words for found in verify(path, captures=captures).findings]
    assert lost == [UNFINISHED] * is_marked
    (path.parent / "lost").rename(tombstone_path(path))
    open_writer(path, command="withdraw", captures=folder_of(path)).close()
    assert words_in(path.parent) == set()
    require_sound(path)
