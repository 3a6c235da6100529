"""Mentions stay with the text that names them, whatever becomes of its story; of people who were
withdrawn none is kept."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_rows import (
    SITE,
    Writer,
    clock,
    open_writer,
    rows,
    save,
    story,
    value,
    withdraw,
    writer,
)

from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.integrity import broken_references
from tradepress.archive.care.verify import verify
from tradepress.archive.errors import ArchiveError
from tradepress.archive.kept_texts import count_texts, load_texts, texts_due
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.mentions_store import replace_mentions
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.archive.withdrawal.tombstone_file import (
    read_tombstone_file,
    require_nothing_withdrawn,
    tombstone_path,
)
from tradepress.archive.withdrawal.tombstones import load_withdrawn_people
from tradepress.archive.withdrawal.withdrawn_people import (
    count_mentions,
    person_key,
    withdraw_person,
)
from tradepress.story import Mention

__all__ = ["clock", "writer"]

BOARD = Mention(field="body", start=0, end=4, kind="court", value="Board of Appeal")
LAMP = Mention(field="headline", start=0, end=10, kind="case", value="Vale v Lamp")
PETRA = Mention(field="body", start=0, end=4, kind="person", value="Petra Holm")


def named(*mentions: Mention, rules: str | None = "rules 1") -> dict[str, Any]:
    return {"mentions": mentions, "mention_rules": rules}


def mentions_of(writer: Writer, ref: str) -> list[Mention]:
    return [*load_story(writer.db, ref).mentions]


def people(writer: Writer) -> list[str]:
    sql = "SELECT DISTINCT value FROM mentions WHERE kind = 'person' ORDER BY value"
    return [row["value"] for row in rows(writer, sql)]


def test_they_are_stored_with_the_rules_that_found_them(writer: Writer) -> None:
    save(writer, story(1, **named(LAMP, BOARD)))
    save(writer, story(2))
    assert mentions_of(writer, "signet-1") == [BOARD, LAMP]
    assert rows(writer, "SELECT * FROM mention_readings") == [{"version_id": 1, "rules": "rules 1"}]


def test_what_names_one_thing_twice_at_one_place_costs_no_story(writer: Writer) -> None:
    save(writer, story(1, **named(BOARD, replace(BOARD, end=5))))
    assert mentions_of(writer, "signet-1") == [BOARD]


def test_each_version_has_its_own(writer: Writer) -> None:
    save(writer, story(1, **named(BOARD)))
    save(writer, story(1, body="Another text of the lamp.", **named(LAMP)))
    assert mentions_of(writer, "signet-1@1") == [BOARD]
    assert mentions_of(writer, "signet-1") == [LAMP]


def test_a_text_that_is_due_is_one_that_other_rules_read(writer: Writer) -> None:
    save(writer, story(1, **named(BOARD)))
    save(writer, story(1, body="Another text of the lamp.", **named(LAMP, rules="rules 2")))
    save(writer, story(2))
    assert count_texts(writer.db) == count_texts(writer.db, "signet") == 3
    assert count_texts(writer.db, "makers") == 0
    assert texts_due(writer.db, "rules 2") == [1, 3]
    assert texts_due(writer.db, "rules 2", "makers") == []
    assert texts_due(writer.db, "rules 2", again=True) == [1, 2, 3]
    texts = load_texts(writer.db, [3, 1])
    assert [kept.name for kept in texts] == ["signet-2@1", "signet-1@1"]
    assert texts[0].texts["headline"] == "Orrin Vale loses appeal 2"
    assert (texts[0].source, texts[0].texts["description"]) == ("signet", None)


def test_they_are_replaced_in_place(writer: Writer) -> None:
    save(writer, story(1, **named(BOARD)))
    before = rows(writer, "SELECT * FROM versions"), rows(writer, "SELECT * FROM articles")
    replace_mentions(writer.transaction, 1, [LAMP], "rules 2")
    assert mentions_of(writer, "signet-1") == [LAMP]
    assert texts_due(writer.db, "rules 2") == []
    assert (
        rows(writer, "SELECT * FROM versions"),
        rows(writer, "SELECT * FROM articles"),
    ) == before


def test_they_go_along_when_two_articles_prove_to_be_one(writer: Writer) -> None:
    body = story(1)["body"] + "\n\nBoth sides had brought surveys of what lamp buyers think."
    first = story(1, site_id=None, body=body)
    https = first["url"].replace("http://", "https://www.")
    later = {**first, "url": https, "headline": "Orrin Vale loses lantern"}
    older, younger = save(writer, first | named(BOARD)), save(writer, later | named(LAMP))
    save(writer, {**later, **named(LAMP), "canonical_url": first["url"]})
    assert value(writer, "SELECT count(*) FROM articles") == 1
    assert mentions_of(writer, f"{older.ref}@1") == [BOARD]
    assert mentions_of(writer, f"{younger.ref}@1") == [LAMP]
    writer.commit()
    assert broken_references(writer.db) == []


def test_they_go_with_a_story_that_is_withdrawn(writer: Writer) -> None:
    save(writer, story(1, **named(BOARD)))
    save(writer, story(2, **named(LAMP)))
    writer.end_run("done", 0)
    withdraw(writer, None, [tombstone_for(writer.db, 1, reason="court order")])
    assert rows(writer, "SELECT version_id, value FROM mentions") == [
        {"version_id": 2, "value": "Vale v Lamp"}
    ]
    assert rows(writer, "SELECT version_id FROM mention_readings") == [{"version_id": 2}]


def test_a_backup_has_them(writer: Writer, tmp_path: Path) -> None:
    save(writer, story(1, **named(BOARD)))
    writer.commit()
    made = make_backup(writer.path, tmp_path / "b", captures=tmp_path / "archive.captures")
    with read_archive(made.path) as db:
        assert load_story(db, "signet-1").mentions == (BOARD,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('UPDATE mentions SET "end" = 9999', "signet-1@1: a mention lies outside its text"),
        ("UPDATE mentions SET field = 'description'", "a mention lies outside its text"),
        ('UPDATE mentions SET "start" = -1', "a mention lies outside its text"),
        ('UPDATE mentions SET "end" = "start"', "a mention lies outside its text"),
        ("UPDATE mentions SET version_id = 99", "mentions"),
        ("UPDATE mention_readings SET version_id = 99", "mention_readings"),
    ],
)
def test_verify_names_one_that_is_nowhere(
    writer: Writer, tmp_path: Path, change: str, words: str
) -> None:
    save(writer, story(1, **named(BOARD)))
    writer.end_run("done", 0)
    folder = tmp_path / "archive.captures"
    assert verify(writer.path, captures=folder, history=True).findings == []
    writer.db.execute("PRAGMA foreign_keys=OFF")
    writer.write(change)
    writer.commit()
    (fault,) = verify(writer.path, captures=folder).findings
    assert words in fault.words
    assert fault.check == ("mentions" if "outside" in words else "references")


# People


@pytest.mark.parametrize("name", ["petra holm", "PETRA HOLM", "Petra  Hólm", "Petra Holm."])
def test_a_name_is_one_in_any_case_with_accents_or_without(name: str) -> None:
    assert person_key(name) == person_key("Petra Holm")
    assert person_key(name) != person_key("Petra Holms")


def test_a_person_is_taken_out_and_stays_out(writer: Writer) -> None:
    other = replace(PETRA, start=6, end=9, value="Odo Brand")
    save(writer, story(1, **named(PETRA, BOARD, other)))
    save(writer, story(2, **named(replace(PETRA, value="PETRA HOLM"))))
    writer.end_run("done", 0)
    assert count_mentions(writer.db, "petra holm") == (2, 2)
    done = withdraw_person(writer.transaction, "Petra Hólm", "asked for, 3 May")
    assert (done.mentions, done.stories, done.was_withdrawn) == (2, 2, False)
    assert people(writer) == ["Odo Brand"]
    assert BOARD in mentions_of(writer, "signet-1")
    assert "Petra" not in json.dumps(rows(writer, "SELECT * FROM withdrawn_people"))
    writer.start_run("crawl signet", ["signet"], "0")
    save(writer, story(3, **named(PETRA, LAMP)))
    assert mentions_of(writer, "signet-3") == [LAMP]
    replace_mentions(writer.transaction, 1, [PETRA, other], "rules 2")
    assert people(writer) == ["Odo Brand"]
    assert withdraw_person(writer.transaction, "petra holm").was_withdrawn
    (kept,) = load_withdrawn_people(writer.db).values()
    assert kept.reason == "asked for, 3 May"


def test_only_people_go_by_that_name(writer: Writer) -> None:
    firm = replace(PETRA, kind="firm")
    save(writer, story(1, **named(PETRA, firm)))
    writer.commit()
    withdraw_person(writer.transaction, "Petra Holm")
    assert mentions_of(writer, "signet-1") == [firm]


def test_an_older_copy_that_is_put_back_obeys(writer: Writer, tmp_path: Path) -> None:
    save(writer, story(1, **named(PETRA)))
    writer.end_run("done", 0)
    captures = tmp_path / "archive.captures"
    older = make_backup(writer.path, tmp_path / "b", captures=captures).path
    withdraw_person(writer.transaction, "Petra Holm", "asked for")
    writer.close()
    shutil.copy(older, writer.path)
    with read_archive(writer.path) as db, pytest.raises(ArchiveError, match="holds again"):
        require_nothing_withdrawn(db, writer.path)
    (fault,) = verify(writer.path, captures=captures).findings
    assert fault.words.startswith("people withdrawn since this copy of the archive was made: 1")
    with open_writer(writer.path) as again:
        assert people(again) == []
        (person,) = load_withdrawn_people(again.db).values()
        assert (person.name_hash, person.reason) == (person_key("Petra Holm"), "asked for")
    assert verify(writer.path, captures=captures, history=True).findings == []


def test_a_lost_file_is_made_anew_from_the_archive(writer: Writer) -> None:
    withdraw_person(writer.transaction, "Petra Holm")
    writer.close()
    tombstone_path(writer.path).unlink()
    open_writer(writer.path).close()
    assert list(read_tombstone_file(writer.path).people) == [person_key("Petra Holm")]


def test_a_withdrawn_story_forgets_no_person(writer: Writer) -> None:
    save(writer, story(1))
    writer.end_run("done", 0)
    withdraw_person(writer.transaction, "Petra Holm")
    withdraw(writer, None, [tombstone_for(writer.db, 1, reason="court order")])
    content = read_tombstone_file(writer.path)
    assert (list(content.tombstones), len(content.people)) == (["signet-1"], 1)


def test_they_stay_where_a_story_moves_or_its_text_is_seen_again(writer: Writer) -> None:
    save(writer, story(1, **named(BOARD)))
    moved = story(1, url=f"{SITE}/news/orrin-vale-1", **named(LAMP, rules="rules 2"))
    save(writer, moved)
    save(writer, story(1, **named(LAMP, rules="rules 2")))
    assert value(writer, "SELECT count(*) FROM versions") == 1
    assert mentions_of(writer, "signet-1") == [BOARD]
    assert texts_due(writer.db, "rules 1") == []
