"""What is left in a copy of some stories that is given away."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exported import an_article, make_archive
from sqlite_utils import Database

from tradepress.archive.care.frozen_copy import LEFT_OUT, freeze, whole_copy
from tradepress.archive.errors import ArchiveError, DamagedArchive
from tradepress.archive.read_only import read_archive
from tradepress.steps.apply_policy import without_text
from tradepress.story import Link, Mention, Reading

OTHERS = "https://gazette.example/news"
SECRET = "Nobody had foreseen the thimblerig clause of the treaty, as the registrar wrote."
MENTIONS = tuple(
    Mention(field=field, start=0, end=5, kind="firm", value="Quill")  # type: ignore[arg-type]
    for field in ("headline", "body")
)
LINKS = (
    Link(kind="in_text", text="the clause", url=f"{OTHERS}/lantern-9", position=0),
    Link(kind="related", text="Without an address", position=1),
    Link(kind="related", text="The opening of 3", url=f"{OTHERS}/lantern-3", position=2),
    Link(kind="related", text="The opening of 1", url=f"{OTHERS}/lantern-1", position=3),
)
READINGS = {"body": (Reading(value=80, evidence="element"),)}
TEXTLESS = an_article(
    2,
    headline="Quill let go",
    body=SECRET,
    description=SECRET,
    section="Trademarks",
    keywords=("kestrel",),
    is_truncated=False,
    mentions=MENTIONS,
    related_links=LINKS,
    evidence=READINGS,
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Story 1 is free, 2 goes without its text, 3 is not chosen."""
    stories = [
        an_article(1, mentions=MENTIONS, related_links=LINKS, evidence=READINGS),
        TEXTLESS,
        replace(TEXTLESS, body=f"{SECRET} Changed since."),
        an_article(3, headline="Kettle whistle"),
    ]
    path = make_archive(tmp_path_factory.mktemp("frozen") / "press.db", stories)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"""
            INSERT INTO sources (name, publisher, home_url, language, timezone, is_sample)
            VALUES ('empty', 'Empty', 'https://empty.example/', 'en', 'UTC', 0);
            UPDATE sources SET trial_passed_at = '2026';
            INSERT INTO captures (id, run_id, url, origin, retrieved_from, digest, file, "offset",
                length) VALUES
                (1, 1, '{OTHERS}/1', 'wayback', 'https://web.example/1', 'x', 'a.warc.gz', 7, 9),
                (2, 1, '{OTHERS}/2', 'crawl', NULL, 'y', 'a.warc.gz', 16, 9),
                (3, 1, '{OTHERS}/3', 'wayback', 'https://web.example/3', 'z', 'a.warc.gz', 25, 9);
            UPDATE version_rows SET capture_id = article_id;
            INSERT INTO near_duplicates VALUES (1, 2, 1, 'update', 'x'), (1, 3, 1, 'update', 'x'),
                (2, 3, 1, 'update', 'x');
            INSERT INTO aliases VALUES ('gazette-x', 1, 1, 1, 'x'), ('gazette-y', 3, 1, 1, 'x');
            INSERT INTO mention_readings SELECT id, 'by rules' FROM versions
                WHERE id NOT IN (SELECT version_id FROM mention_readings);
            ANALYZE;
        """)
        db.commit()
    return path


@pytest.fixture
def frozen(archive: Path, tmp_path: Path) -> Iterator[Database]:
    with read_archive(frozen_as(tmp_path / "given.db", archive, tmp_path)) as db:
        yield db


def frozen_as(target: Path, archive: Path, folder: Path, *care: str) -> Path:
    with read_archive(archive) as db, whole_copy(db, folder) as copy:
        for statement in care:
            copy.execute(statement)
        freeze(
            copy,
            target,
            chosen=[1, 2],
            textless=[2, 2],
            headlined=iter([1, 2, 3]),
            without_text=without_text,
        )
    return target


def ask(db: Database, sql: str, *parameters: Any) -> Sequence[Any]:
    return [row[0] if len(row) == 1 else row for row in db.execute(sql, parameters).fetchall()]


def test_nothing_tells_how_it_was_had(frozen: Database, archive: Path) -> None:
    assert {table for table in LEFT_OUT if ask(frozen, f"SELECT 1 FROM {table}")} == set()
    assert ask(frozen, "SELECT name, trial_passed_at FROM sources") == [("gazette", None)]
    assert ask(frozen, "SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'") == []
    assert ask(frozen, "SELECT DISTINCT run_id FROM versions") == [None]
    columns = 'id, run_id, retrieved_from, file, "offset", length'
    assert ask(frozen, f"SELECT {columns} FROM captures") == [
        (1, None, "https://web.example/1", "", 1, 0)
    ]
    assert ask(frozen, "SELECT capture_id FROM versions ORDER BY id") == [1, None, None]


def test_only_what_is_chosen_is_there(frozen: Database) -> None:
    assert ask(frozen, "SELECT ref FROM articles ORDER BY id") == ["gazette-1", "gazette-2"]
    assert ask(frozen, "SELECT article_id, version FROM versions") == [(1, 1), (2, 1), (2, 2)]
    for table in ("locations", "sightings", "holdings"):
        assert set(ask(frozen, f"SELECT article_id FROM {table}")) <= {1, 2}, table
    assert ask(frozen, "SELECT ref FROM aliases") == ["gazette-x"]
    assert ask(frozen, "SELECT article_id, other_id FROM near_duplicates") == [(1, 2)]
    assert ask(frozen, "SELECT version_id FROM mention_readings ORDER BY 1") == [1, 2, 3]
    assert set(ask(frozen, "SELECT target_id FROM links")) == {1, None}


def test_the_free_story_is_whole(frozen: Database, archive: Path) -> None:
    with read_archive(archive) as db:
        for table in ("articles", "versions"):
            names = ask(db, "SELECT name FROM pragma_table_info(?)", table)
            kept = ", ".join(f'"{name}"' for name in names if name not in ("run_id", "capture_id"))
            sql = f"SELECT {kept} FROM {table} WHERE id = 1"
            assert ask(frozen, sql) == ask(db, sql)
    assert ask(frozen, "SELECT field FROM mentions WHERE version_id = 1") == ["body", "headline"]
    assert ask(frozen, "SELECT text FROM links WHERE version_id = 1 ORDER BY position") == [
        "the clause",
        "Without an address",
        "Kettle whistle",
        an_article(1).headline,
    ]


@pytest.mark.parametrize("table", ["articles", "versions"])
def test_of_the_other_no_text_is_left_and_no_hash_of_one(
    frozen: Database, archive: Path, table: str
) -> None:
    key = "id" if table == "articles" else "article_id"
    sql = f"SELECT * FROM {table} WHERE {key} = 2"
    with read_archive(archive) as db:
        before = list(db.query(sql))
    after = list(frozen.query(sql))
    assert len(before) == len(after) == (1 if table == "articles" else 2)
    for old, new in zip(before, after, strict=True):
        assert "thimblerig" not in str(new)
        assert (new["body"], new["description"], new["policy"]) == (None, None, "metadata-only")
        assert (new["headline"], new["section"]) == ("Quill let go", "Trademarks")
        assert (new["keywords"], new["is_truncated"]) == ('["kestrel"]', old["is_truncated"])
        assert new["content_hash"] != old["content_hash"]
        assert new["date_published"] == old["date_published"] is not None
        if table == "versions":
            assert new["evidence"] == "{}"
    assert len({new["content_hash"] for new in after}) == 1


def test_its_links_and_mentions_are_those_of_no_text(frozen: Database) -> None:
    links = ask(frozen, "SELECT version_id, text FROM links WHERE version_id > 1 ORDER BY 1, 2")
    headline = an_article(1).headline
    assert links == [(id, text) for id in (2, 3) for text in sorted(("Kettle whistle", headline))]
    fields = ask(frozen, "SELECT version_id, field FROM mentions WHERE version_id > 1")
    assert fields == [(2, "headline"), (3, "headline")]


@pytest.mark.parametrize("index", ["articles_fts", "articles_stems", "versions_fts"])
def test_words_are_found_of_what_is_given(frozen: Database, archive: Path, index: str) -> None:
    def found(db: Database, word: str) -> int:
        return len(ask(db, f"SELECT 1 FROM {index} WHERE {index} MATCH ?", word))

    assert found(frozen, "thimblerig") == 0
    if index != "versions_fts":
        assert found(frozen, "quill") == 1
        with read_archive(archive) as db:
            assert found(db, "thimblerig") == 1


def test_it_is_an_archive_as_any_other(frozen: Database, archive: Path) -> None:
    with read_archive(archive) as db:
        sql = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
        assert sorted(ask(frozen, sql)) == sorted(ask(db, sql))


def test_twice_it_has_the_same_bytes_whatever_care_was_taken_between(
    archive: Path, tmp_path: Path
) -> None:
    one = frozen_as(tmp_path / "a.db", archive, tmp_path)
    other = frozen_as(tmp_path / "b.db", archive, tmp_path, "VACUUM", "ANALYZE")
    assert one.read_bytes() == other.read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.db", "b.db"]


def test_a_column_that_nobody_decided_on_is_emptied(archive: Path, tmp_path: Path) -> None:
    with read_archive(archive) as db, whole_copy(db, tmp_path) as copy:
        copy.execute("ALTER TABLE version_rows ADD COLUMN first_words TEXT")
        copy.execute("ALTER TABLE articles ADD COLUMN last_words TEXT NOT NULL DEFAULT '[]'")
        copy.execute("UPDATE version_rows SET first_words = 'secret'")
        copy.execute("UPDATE articles SET last_words = 'secret'")
        evidence = '{"headline":[{"value":"x","evidence":"h1"}],"first_words":[{"value":"secret"}]}'
        copy.execute("UPDATE version_rows SET evidence = ?", [evidence])
        freeze(
            copy,
            tmp_path / "given.db",
            chosen=[1],
            textless=[],
            headlined=[],
            without_text=without_text,
        )
    with closing(sqlite3.connect(tmp_path / "given.db")) as given:
        assert given.execute("SELECT first_words FROM version_rows").fetchall() == [(None,)]
        assert given.execute("SELECT last_words FROM articles").fetchall() == [("[]",)]
        ((left,),) = given.execute("SELECT evidence FROM versions").fetchall()
    assert left == '{"headline":[{"value":"x","evidence":"h1"}]}'


def test_what_can_not_be_written_and_what_is_damaged_is_said(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ArchiveError, match="nowhere"):
        frozen_as(tmp_path / "nowhere" / "given.db", archive, tmp_path)
    monkeypatch.setattr(
        "tradepress.archive.care.frozen_copy.integrity_problems", lambda _: ["row 7"]
    )
    words = r"^the copy has faults \(row 7\): see `tradepress verify`$"
    with pytest.raises(DamagedArchive, match=words):
        frozen_as(tmp_path / "given.db", archive, tmp_path)
    assert [*tmp_path.iterdir()] == []
