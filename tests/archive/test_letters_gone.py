"""Texts that are searched in a form of their own: withdrawn or not given on, no form is left."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from archive_rows import open_writer, withdraw
from browsing import a_run, save
from withdrawn_story import folder_of, require_sound

from tradepress.archive.file.full_text import FORMER_INDEXES, INDEXES
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.research.release.make_release import make_release

HIDDEN = {
    "ja": "鷭鸙麤龘は登録を無効とした",
    "de": "Krößelbarg führt die Straßenlöschung an",
    "ko": "뷁쀍 상표는 무효",
}
GIVEN = "商標を登録する"
RESERVED = [{"term": "noarchive", "evidence": "robots", "value": ""}]


def fill(path: Path, **more: Any) -> None:
    """Each hidden text as a former version, too, beside one that is given on; enough of them that
    pages of the file are split."""
    with a_run(path) as writer:
        for number in range(20):
            url = f"http://signet.example/given/{number}"
            save(
                writer, f"Given {number}", f"{GIVEN} {number} " * 30, site_id=f"9{number}", url=url
            )
        for number, (language, text) in enumerate(HIDDEN.items()):
            url = f"http://signet.example/news/{number}"
            for version in range(2):
                body = f"{text}. {version} " * 40
                kept = {"site_id": str(number), "url": url, "language": language, **more}
                save(writer, "Lantern mark", body, description=text, **kept)


def said(path: Path) -> tuple[bytes, set[str]]:
    """All bytes of the file and what lies beside it, and all words of its full texts."""
    words = set()
    with closing(sqlite3.connect(path)) as db:
        for index in (*INDEXES, *FORMER_INDEXES):
            db.execute(f"CREATE VIRTUAL TABLE temp.{index}_v USING fts5vocab(main, {index}, row)")
            words |= {word for (word,) in db.execute(f"SELECT term FROM temp.{index}_v")}
    files = [one.read_bytes() for one in path.parent.glob(f"{path.name}*")]
    return b"".join(files), words


def traces(path: Path) -> list[str]:
    """What is left of the hidden texts, as they stand or as they are searched."""
    found, words = said(path)
    letters = ["鷭", "鸙", "麤", "龘", "뷁", "쀍"]
    spelled = ["Krößelbarg", "Krosselbarg", "krosselbarg", "Straßenlöschung", "strassenl"]
    left = [one for one in [*letters, *spelled] if one.encode() in found or one in words]
    return left + [f"of the index: {one}" for one in words if one in ("strassenloschung", "는")]


def test_nothing_of_letters_is_left_of_withdrawn_texts(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    fill(path)
    assert {"鷭", "krosselbarg", "뷁"} <= {*traces(path)}
    captures = folder_of(path)
    with open_writer(path, command="withdraw", captures=captures) as writer:
        for number in range(len(HIDDEN)):
            article_id, _ = resolve_ref(writer.db, f"signet-{number}")
            stone = tombstone_for(writer.db, article_id, reason="order", keep_headline=False)
            withdraw(writer, captures, [stone])
    assert traces(path) == []
    require_sound(path)
    assert "商" in said(path)[1]


def test_no_form_of_a_reserved_text_goes_into_a_release(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    fill(path, reservations=RESERVED)
    make_release(path, tmp_path / "out", StoryQuery(), title="Gazette", creators=("A. Ray",))
    frozen = tmp_path / "out" / "archive.db"
    assert traces(frozen) == []
    assert "商" in said(frozen)[1]
