"""What tasks read of stored pages goes through a file unchanged, and is looked over."""

import gzip
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.stories.clean_story import clean_story
from tradepress.cluster.kept_readings import (
    looked_over,
    mentions_of,
    page_line,
    read_lines,
    story_of,
    text_line,
)
from tradepress.cluster.shards import DamagedShard
from tradepress.jobs.reextract_report import Problem
from tradepress.story import Link, Mention, Reading, Reservation, StoredArticle, TextField

TEXTS: dict[TextField, str | None] = {"headline": None, "description": None, "body": "One.\n\nTwo."}
MENTION = Mention(field="body", start=2, end=9, kind="court", value="Harbour Court")
STORY = clean_story(
    StoredArticle(
        source="signet",
        url="https://signet.example/1",
        headline="Marke “Lantern” gelöscht\u2028",
        body="One.\n\nTwo.",
        date_published="2017-08-04",
        authors=("Petra Hólm", "Anselm Pryce"),
        keywords=("lamps",),
        corrections=("It was Friday.",),
        is_truncated=False,
        confidence=0.25,
        paragraph_odds=(4.5, -0.5),
        policy="store",
        related_links=(Link(kind="related", text="x", url="https://signet.example/2", position=0),),
        reservations=(Reservation(term="noai", evidence="meta", value="noai"),),
        mentions=(MENTION,),
        mention_rules="rules",
        evidence={"body": (Reading(value=3, evidence="element"),), "authors": ()},
    )
)
PROBLEM = Problem(
    ref="signet-1@1", source="signet", outcome=Outcome.FAILED, reason="capture", words="“gone”"
)


def test_a_story_comes_back_as_it_was() -> None:
    line = json.loads(page_line(7, "sha1:X", STORY))
    assert (line["version_id"], line["of"]) == (7, "sha1:X")
    assert story_of(line) == STORY


def test_so_do_mentions_and_what_could_not_be_read() -> None:
    assert mentions_of(json.loads(text_line(7, "hash", (MENTION,))), TEXTS) == (MENTION,)
    assert mentions_of(json.loads(text_line(7, "hash", PROBLEM)), TEXTS) == PROBLEM
    assert story_of(json.loads(page_line(7, "sha1:X", PROBLEM))) == PROBLEM


def test_a_line_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "pages.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.write(page_line(1, "a", STORY) + "\n" + page_line(2, "b", PROBLEM) + "\n")
    assert [line["version_id"] for line in read_lines(file)] == [1, 2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[
            ("headline", 7),
            ("body", ["x"]),
            ("authors", [7]),
            ("authors", "Holm"),
            ("title", "none"),
            ("source", None),
            ("url", None),
        ],
        ("paragraph_odds", [None]),
        *[("confidence", "much"), ("evidence", None), ("evidence", {"body": [["element"]]})],
        *[
            ("related_links", [{"text": "x"}]),
            ("reservations", 7),
            ("mentions", [{"kind": "court"}]),
        ],
        ("mentions", [{**asdict(MENTION), "end": 11}]),  # the body has ten characters
        ("mentions", [{**asdict(MENTION), "field": "authors"}]),
        ("mentions", [{**asdict(MENTION), "start": 2.5}]),
        ("mentions", [{**asdict(MENTION), "kind": 7}]),
        ("mentions", [{**asdict(MENTION), "value": "\ud800"}]),
    ],
)
def test_what_no_story_can_have_is_refused(field: str, value: object) -> None:
    line = json.loads(page_line(7, "sha1:X", STORY))
    line["story"][field] = value
    told = "a line of a task is none that a worker writes"
    with pytest.raises(DamagedShard, match=told), looked_over("a task"):
        story_of(line)
    if field == "mentions":
        with pytest.raises(DamagedShard), looked_over("a task"):
            mentions_of({"mentions": value}, TEXTS)


@pytest.mark.parametrize("line", [{}, [], {"story": 7}, {"problem": {"ref": "x"}}, {"problem": 7}])
def test_nor_is_what_is_no_line(line: Any) -> None:
    with pytest.raises(DamagedShard), looked_over("a task"):
        story_of(line)


@pytest.mark.parametrize(
    ("name", "value"), [("outcome", "good"), ("reason", 7), ("words", "\ud800"), ("more", "x")]
)
def test_nor_a_problem_that_is_none(name: str, value: object) -> None:
    line = {"problem": {**asdict(PROBLEM), name: value}}
    with pytest.raises(DamagedShard), looked_over("a task"):
        mentions_of(line, TEXTS)


@pytest.mark.parametrize(
    "content", [b"none", gzip.compress(b"{", mtime=0)[:-9], gzip.compress(b"\xff", mtime=0)]
)
def test_nor_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "pages.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(DamagedShard), looked_over("a task"):
        [*read_lines(file)]
