"""What tasks read of stored pages goes through a file unchanged, and is looked over."""

import gzip
import json
from pathlib import Path

import pytest

from archive.clean import ArticleRowError
from archive.ledger.outcomes import Outcome
from archive.stories.clean_story import clean_story
from archive.story import Article, Link, Mention, Reading, Reservation
from tradepress.cluster.kept_readings import (
    mentions_of,
    page_line,
    read_lines,
    story_of,
    text_line,
)
from tradepress.jobs.reextract_report import Problem

MENTION = Mention(field="body", start=2, end=9, kind="court", value="Harbour Court")
STORY = clean_story(
    Article(
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
    assert mentions_of(json.loads(text_line(7, "hash", (MENTION,)))) == (MENTION,)
    assert mentions_of(json.loads(text_line(7, "hash", PROBLEM))) == PROBLEM
    assert story_of(json.loads(page_line(7, "sha1:X", PROBLEM))) == PROBLEM


def test_a_line_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "pages.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.write(page_line(1, "a", STORY) + "\n" + page_line(2, "b", PROBLEM) + "\n")
    assert [line["version_id"] for line in read_lines(file)] == [1, 2]


@pytest.mark.parametrize(
    ("field", "value"),
    [("headline", 7), ("body", ["x"]), ("authors", [7]), ("confidence", "much"), ("title", "none")],
)
def test_what_no_story_can_have_is_refused(field: str, value: object) -> None:
    line = json.loads(page_line(7, "sha1:X", STORY))
    line["story"][field] = value
    with pytest.raises((ArticleRowError, TypeError)):
        story_of(line)
