"""What other stories of a site show is left out of the next one, and of those read with less."""

import random
import shutil
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from captured import Captured, write_warc
from quill_pages import APPEAL, FOOTER, HOST, PEOPLE, SITE, WORDS, note, page, story

import tradepress
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.read_only import read_archive
from tradepress.archive.site_memory import LEAST, SIZE, SiteMemory, pack, remember, unpack
from tradepress.archive.stories.articles import doubtful_paragraphs
from tradepress.archive.stories.site_marks import agreed_places
from tradepress.configuration import Configuration
from tradepress.extraction import extract_article
from tradepress.jobs.reextract import settle_memory

pytestmark = pytest.mark.timeout(120)

KEY = b"a key of this test"


def write(folder: Path, pages: dict[int, str]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for number, words in pages.items():
        (folder / f"{number:03}.html").write_text(words)
    return [folder / f"{number:03}.html" for number in pages]


def ask(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute(sql).fetchall()


def stories(archive: Path) -> dict[int, tuple[Any, ...]]:
    rows = ask(archive, "SELECT url, headline, authors, body, version FROM articles")
    return {int(url.split("/")[-1].split("-")[0]): rest for url, *rest in rows}


NOTES = {number: page(number, [note(number)]) for number in range(1, 41)}


def test_notes_under_a_prose_footer_and_the_name_of_a_blog(tmp_path: Path) -> None:
    tradepress.ingest(write(tmp_path / "in", NOTES), archive=tmp_path / "a.db")
    found = stories(tmp_path / "a.db")
    assert len(found) == 40
    for number, (headline, authors, body, _) in found.items():
        assert body == note(number)
        assert headline == f"{WORDS[number % len(WORDS)].title()} case {number} decided"
        assert authors == f'["{PEOPLE[number % len(PEOPLE)]}"]'
    ((average,),) = ask(
        tmp_path / "a.db",
        "SELECT avg(length(hashes) + length(told) + length(places)) FROM site_marks",
    )
    assert average < 300
    with read_archive(tmp_path / "a.db") as db:
        told = [*agreed_places(db, HOST)]
    found_in = "would find it in 20 of the 20 newest stories in the archive"
    assert told == [
        f"selectors: body='div.note' {found_in}",
        f"selectors: headline='div.note > h2' {found_in}",
        f"selectors: authors='p.byline' {found_in}",
        f"selectors: date_published='div.note' {found_in}",
    ]


def test_the_third_story_is_read_right_at_once_and_the_first_two_anew(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    files = write(tmp_path / "in", {number: NOTES[number] for number in range(1, 5)})
    for file in files[:2]:
        tradepress.ingest(file, archive=archive)
    assert all(FOOTER[0] in body for _, _, body, _ in stories(archive).values())
    for file in files[2:]:
        tradepress.ingest(file, archive=archive)
    found = stories(archive)
    assert {number: body for number, (_, _, body, _) in found.items()} == {
        number: note(number) for number in range(1, 5)
    }
    assert [found[number][3] for number in range(1, 5)] == [2, 2, 1, 1]
    assert [kind for (kind,) in ask(archive, "SELECT kind FROM runs")] == [
        *("ingest", "ingest", "ingest", "reextract", "ingest"),
    ]
    ((said,),) = ask(
        archive,
        "SELECT evidence FROM articles JOIN versions "
        "ON versions.id = version_id WHERE versions.version = 2 LIMIT 1",
    )
    assert "it stands on 2 other stories" in said


def test_a_reading_with_less_memory_does_not_come_back_by_a_merge(tmp_path: Path) -> None:
    files = write(tmp_path / "in", {number: NOTES[number] for number in range(1, 4)})
    here, other = tmp_path / "here.db", tmp_path / "other.db"
    tradepress.ingest(files, archive=here)
    tradepress.ingest(files[0], archive=other)
    assert FOOTER[0] in stories(other)[1][2]
    before = stories(here)
    assert before[1][2] == note(1)
    tradepress.merge([other], archive=here)
    assert stories(here) == before
    tradepress.merge([here], archive=other)
    assert {number: found[:3] for number, found in stories(other).items()} == {
        number: found[:3] for number, found in before.items()
    }


def test_a_standing_appeal_amid_the_text_is_left_out(tmp_path: Path) -> None:
    pages = {number: page(number, story(number), appeal=APPEAL) for number in range(1, 5)}
    tradepress.ingest(write(tmp_path / "in", pages), archive=tmp_path / "a.db")
    for number, (_, _, body, _) in stories(tmp_path / "a.db").items():
        assert body == "\n\n".join(story(number))


def test_what_few_stories_show_amid_their_text_is_theirs() -> None:
    question = "What would you advise a small maker who is asked to change the shape of a handle?"
    pages = [page(n, story(n), appeal=question if n % 5 == 0 else "") for n in range(1, 31)]
    read = [
        extract_article(one, f"{SITE}/notes/{number}-case.html", site=SiteMemory(key=KEY))
        for number, one in enumerate(pages, 1)
    ]
    hashes = [bytes.fromhex(one.site_marks.hashes) for one in read if one.site_marks]
    memory = remember(KEY, hashes)
    own = memory.without(unpack(hashes[4]))
    read_anew = extract_article(pages[4], f"{SITE}/notes/5-case.html", site=own)
    body = read_anew.body
    assert body == "\n\n".join([story(5)[0], question, *story(5)[1:]])
    doubts = doubtful_paragraphs(body, read_anew.evidence)
    assert doubts[1] == "stands on 5 other stories"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_same_pages_give_the_same_texts_whatever_the_order_and_the_way(
    tmp_path: Path,
) -> None:
    pages = {n: NOTES[n] for n in range(1, 5)}
    pages |= {n: page(n, story(n), appeal=APPEAL if n % 2 else "") for n in range(41, 46)}
    files = write(tmp_path / "in", pages)
    number = count()
    results = set()
    for seed in range(2):
        order = random.Random(seed).sample(files, len(files))
        archive = tmp_path / f"{next(number)}.db"
        for at in range(0, len(order), 4 + seed):
            tradepress.ingest(order[at : at + 4 + seed], archive=archive)
        halves = [tmp_path / f"{next(number)}.db" for _ in range(2)]
        for half, some in zip(halves, (order[:5], order[5:]), strict=True):
            tradepress.ingest(some, archive=half)
        merged = tmp_path / f"{next(number)}.db"
        tradepress.merge(halves, archive=merged)
        for one in (archive, merged):
            texts = {key: found[:3] for key, found in stories(one).items()}
            results.add(repr(sorted(texts.items())))
    assert len(results) == 1


def captured(folder: Path, pages: dict[int, str], day: int) -> Path:
    """A WARC file of pages as they stood on one day."""
    folder.mkdir(exist_ok=True)
    at = f"2021-05-{day:02}T12:00:00"
    return write_warc(
        folder / f"{day}.warc.gz",
        [Captured(url=f"{SITE}/notes/{n}-case.html", at=at, page=one) for n, one in pages.items()],
    )


def marks_of_one(archive: Path, number: int) -> set[bytes]:
    """The hashes that a story alone has, in any of its versions, without the bits of their kind."""
    found: dict[int, set[bytes]] = {}
    for url, hashes in ask(
        archive,
        "SELECT articles.url, hashes FROM site_marks JOIN versions "
        "ON versions.id = site_marks.version_id JOIN articles ON articles.id = article_id",
    ):
        of = found.setdefault(int(url.split("/")[-1].split("-")[0]), set())
        of |= {pack([mark])[:-1] for mark in unpack(hashes)}
    own = found.pop(number, set())
    return own.difference(*found.values())


def left(folder: Path) -> bytes:
    """All that lies there but what was given in: the file, its log, pages, lists, backups."""
    files = [file for file in folder.rglob("*") if file.is_file() and "in" not in file.parts]
    return b"".join(map(Path.read_bytes, files))


def test_nothing_of_a_withdrawn_story_stays(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    pages = {number: NOTES[number] for number in range(1, 5)}
    tradepress.ingest(captured(tmp_path / "in", pages, 1), archive=archive)
    later = {3: page(3, ["What was said of the inkwell was wrong, the office has told us."])}
    tradepress.ingest(captured(tmp_path / "in", later, 2), archive=archive)
    tradepress.merge([archive], archive=tmp_path / "other.db")
    marks = marks_of_one(archive, 3)
    assert len(marks) >= 3  # two texts and a headline, at least
    with sqlite3.connect(archive) as db:
        ((ref,),) = db.execute(f"SELECT ref FROM articles WHERE url LIKE '{SITE}/notes/3-%'")
        for one in marks:
            assert one in left(tmp_path)
    db.close()
    (tmp_path / "in" / "other.db").write_bytes((tmp_path / "other.db").read_bytes())
    for file in tmp_path.glob("other.db*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    tradepress.withdraw(archive, ref, reason="order")
    tradepress.ingest(captured(tmp_path / "in", {**pages, **later}, 3), archive=archive)
    tradepress.merge([tmp_path / "in" / "other.db"], archive=archive)
    assert ask(archive, "SELECT count(*) FROM articles") == [(3,)]
    assert not [one for one in marks if one in left(tmp_path)]


@pytest.mark.parametrize("basis", [None, "§ 60d UrhG"])
def test_of_a_reserved_story_nothing_is_remembered(tmp_path: Path, basis: str | None) -> None:
    """Nor of one that is reserved since."""
    archive = tmp_path / "a.db"
    pages = {n: NOTES[n] for n in range(1, 4)} | {4: reserved(NOTES[4])}
    tradepress.ingest(captured(tmp_path / "in", pages, 1), archive=archive, basis=basis)
    key = ask(archive, "SELECT key FROM site_key")[0][0]
    text = pack([SiteMemory(key=key).mark("paragraph", note(4))])[:-1]
    held = "metadata-only" if basis is None else "archive-only"
    assert ask(archive, f"SELECT count(*) FROM articles WHERE policy = '{held}'") == [(1,)]
    assert text not in left(tmp_path)
    since = marks_of_one(archive, 3)
    assert len(since) >= 2
    later = captured(tmp_path / "in", {3: reserved(NOTES[3])}, 2)
    tradepress.ingest(later, archive=archive, basis=basis)
    tradepress.reextract(archive, apply=True, again=True)
    assert not [one for one in since if one in left(tmp_path)]
    assert len(marks_of_one(archive, 2)) >= 2


def reserved(words: str) -> str:
    return words.replace("</head>", '<meta name="tdm-reservation" content="1"></head>')


def test_of_stories_that_are_metadata_only_nothing_is_remembered(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    pages = {n: reserved(NOTES[n]) for n in range(1, 5)}
    tradepress.ingest(write(tmp_path / "in", pages), archive=archive)
    assert ask(archive, "SELECT count(*) FROM articles") == [(4,)]
    assert ask(archive, "SELECT hashes, told, places FROM site_marks") == []


def test_a_story_without_its_page_keeps_its_text(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    files = write(tmp_path / "in", {number: NOTES[number] for number in range(1, 4)})
    for file in files[:2]:
        tradepress.ingest(file, archive=archive)
    for file in capture_folder(archive).rglob("*.warc.gz"):
        file.unlink()
    tradepress.ingest(files[2], archive=archive)
    found = stories(archive)
    assert found[3][2] == note(3)
    assert FOOTER[0] in found[1][2]
    runs = len(ask(archive, "SELECT 1 FROM runs"))
    settle_memory(archive, Configuration(archive=archive), ["quill.example"])
    assert len(ask(archive, "SELECT 1 FROM runs")) == runs


def test_copies_of_one_story_count_once() -> None:
    page_of = page(1, story(1), h1="Kettle case decided")
    read = extract_article(page_of, f"{SITE}/notes/1-case.html", site=SiteMemory(key=KEY))
    assert read.site_marks is not None
    hashes = bytes.fromhex(read.site_marks.hashes)
    marks = unpack(hashes)
    paragraph = next(mark for mark in marks if mark >> 1 & 3 == 0)
    changed = pack([*(mark for mark in marks if mark != paragraph), 8 << 20])
    memory = remember(KEY, [hashes, hashes, changed])
    assert (memory.stories, memory.counts) == (1, {})
    others = [pack([mark + (n << 8) for mark in unpack(hashes)[1:]]) for n in range(3)]
    assert remember(KEY, [hashes, *others[1:]]).stories == 3
    assert remember(KEY, [*others, hashes]) == remember(KEY, [hashes, *reversed(others)])
    assert len(hashes) % SIZE == 0
    assert LEAST == 2


def test_a_story_at_another_address_is_no_witness_against_itself() -> None:
    """Two stories end alike. Met again elsewhere the first reads as it did, the third without."""
    end = "The board's decision in this case can be had at the registry, in both languages."
    pages = [
        page(number, [*story(number), end]).split('<div class="below">')[0] for number in (1, 2, 3)
    ]
    nothing_known = SiteMemory(key=KEY)
    marks = [extract_article(words, site=nothing_known).site_marks for words in pages[:2]]
    memory = remember(KEY, [bytes.fromhex(one.hashes) for one in marks if one])
    read = [extract_article(words, f"{SITE}/again", site=memory).body or "" for words in pages]
    assert [body.endswith(end) for body in read] == [True, True, False]


def test_what_a_stopped_run_left_is_read_anew_behind_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "a.db"
    files = write(tmp_path / "in", {number: NOTES[number] for number in range(1, 4)})
    with monkeypatch.context() as stopped:
        stopped.setattr("tradepress.jobs.ingest.settle_memory", lambda *_, **__: None)
        tradepress.ingest(files, archive=archive)
    assert all(FOOTER[0] in body for _, _, body, _ in stories(archive).values())
    other = write(tmp_path / "other", {9: NOTES[9].replace(HOST, "other.example")})
    tradepress.ingest(other, archive=archive)
    found = ask(archive, f"SELECT body FROM articles WHERE url LIKE '{SITE}%'")
    assert sorted(found) == sorted((note(number),) for number in range(1, 4))
