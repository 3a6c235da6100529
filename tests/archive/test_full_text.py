"""The full-text indexes: written at the commit, whole after anything that comes between."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import Writer, clock, find, open_writer, save, story, writer

from tradepress.archive.care.integrity import full_text_problems
from tradepress.archive.file.full_text import INDEXES

__all__ = ["clock", "writer"]


def found(writer: Writer, query: str) -> list[str]:
    return [hit.ref for hit in find(writer.db, query)]


def test_a_text_is_found_from_the_commit_on(writer: Writer) -> None:
    save(writer, story(1, headline="Zirkon wins"))
    assert found(writer, "zirkon") == []
    writer.commit()
    assert found(writer, "zirkon") == ["signet-1"]


def test_a_text_that_changes_twice_before_the_commit_is_there_once(writer: Writer) -> None:
    save(writer, story(1, headline="Zirkon wins"))
    save(writer, story(1, headline="Beryl wins"))
    writer.commit()
    save(writer, story(1, headline="Topaz wins"))
    save(writer, story(1, headline="Zirkon loses"))
    writer.commit()
    assert [found(writer, word) for word in ("zirkon", "beryl", "topaz")] == [["signet-1"], [], []]
    assert full_text_problems(writer.db) == {}


def test_a_commit_that_is_interrupted_leaves_nothing_half_indexed(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO articles_fts (rowid, headline, description, body) "
            "SELECT id, headline, description, body FROM articles"
        )
        raise KeyboardInterrupt

    save(writer, story(1))
    with monkeypatch.context() as patch:
        patch.setattr("tradepress.archive.file.transaction.index_texts", interrupted)
        with pytest.raises(KeyboardInterrupt):
            writer.commit()
    assert writer.rollbacks == 1
    save(writer, story(2, headline="Zirkon wins"))
    writer.commit()
    assert writer.db["articles"].count == 1
    assert found(writer, "zirkon") == ["signet-2"]
    assert full_text_problems(writer.db) == {}


@pytest.mark.parametrize("rebuilt", [(), INDEXES[:1], INDEXES])
def test_what_another_program_changed_is_indexed_when_the_archive_is_opened(
    writer: Writer, caplog: pytest.LogCaptureFixture, rebuilt: tuple[str, ...]
) -> None:
    save(writer, story(1, headline="Zirkon wins"))
    save(writer, story(2, headline="Beryl wins"))
    writer.commit()
    path: Path = writer.path
    writer.close()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE articles SET headline = 'Topaz wins' WHERE ref = 'signet-1'")
        for index in rebuilt:
            other.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
    with open_writer(path, command="tests") as again:
        assert "made anew" in caplog.text
        again.start_run("tests", ["signet"], "0")
        save(again, story(3, headline="Opal wins"))
        again.commit()
        words = ("zirkon", "topaz", "beryl", "opal")
        assert [found(again, word) for word in words] == [
            [],
            ["signet-1"],
            ["signet-2"],
            ["signet-3"],
        ]
        assert full_text_problems(again.db) == {}
    caplog.clear()
    open_writer(path, command="tests").close()
    assert caplog.text == ""
