"""A value of one story that can't be read: its page says so, and all others are as they were."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from browsing import a_run, answers, path, save, words
from lxml import html

__all__ = ["path"]

HERE = "/story/signet-1"
LISTS = ("/", "/stories?q=lantern", "/stories?author=Petra+Holm", "/authors", "/stories.atom")
TABLES = ("/archive/articles", "/archive/versions/1")
BAD = ("{bad", "null", "[1]", "[[]]", '{"a":1}', '["\\ud800"]', "[" * 5000)
"""JSON or none, and nothing that a writer of ours stores in any of the columns."""


def damage(path: Path, column: str, value: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", "Lantern text.", site_id="1", authors=["Petra Holm"])
        url = "http://signet.example/news/lantern-mark-refused"
        links = [{"kind": "in_text", "text": "what was refused", "url": url}]
        save(writer, "Lantern mark", "Another.", site_id="2", authors=["Petra Holm"], links=links)
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"UPDATE versions SET {column} = ? WHERE article_id = 1", [value])
        if column != "evidence":
            file.execute(f"UPDATE articles SET {column} = ? WHERE id = 1", [value])
        file.commit()


@pytest.mark.parametrize("value", [*BAD, '{"a":[1]}', '{"a":[{"value":1,"evidence":null}]}'])
def test_a_story_whose_evidence_is_damaged_is_shown_and_says_so(path: Path, value: str) -> None:
    damage(path, "evidence", value)
    asked = [HERE, f"{HERE}.ris", "/stories.jsonl", "/stories/cite", *LISTS, *TABLES]
    answered = answers(path, asked)
    assert {one.status_code for one in answered} == {200}
    shown = html.fromstring(answered[0].text)
    assert "Lantern text." in words(shown, "//article")
    assert "what is stored here can’t be read" in words(shown, "//details[@class='evidence']")
    assert "can’t be read" in answered[2].text


@pytest.mark.parametrize("value", [*BAD, '[{"term":1}]', '[{"term":"noai"}]'])
def test_reservations_that_are_damaged_are_no_permission(path: Path, value: str) -> None:
    damage(path, "reservations", value)
    asked = [HERE, "/stories.jsonl", "/source/signet", "/story/signet-2", *LISTS, *TABLES]
    answered = answers(path, asked)
    assert {one.status_code for one in answered} == {200}
    assert "could not be learnt" in answered[0].text
    assert "Lantern text." not in answered[1].text
    assert "Another." in answered[1].text


@pytest.mark.parametrize("column", ["authors", "keywords", "corrections"])
@pytest.mark.parametrize("value", BAD)
def test_what_would_be_cited_wrongly_is_not_given_and_all_else_is(
    path: Path, column: str, value: str
) -> None:
    damage(path, column, value)
    asked = [HERE, f"{HERE}.ris", "/stories.csv", "/story/signet-2", *LISTS, *TABLES]
    story, reference, file, *others = answers(path, asked)
    for one in (story, reference, file):
        assert one.status_code == 503
        assert f"The {column} of signet-1@1 can’t be read" in one.text
    assert {one.status_code for one in others} == {200}
