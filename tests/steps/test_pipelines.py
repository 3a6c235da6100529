"""Article -> Article, or Dropped; and every field reaches a column."""

import asyncio
from dataclasses import fields, replace
from pathlib import Path

import pytest
from archive_rows import PAPER
from scrapy.exceptions import DropItem

from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.stories.clean_story import COLUMNS, OF_ARTICLE, stored_link
from tradepress.crawling.save_to_archive import SaveToArchive
from tradepress.crawling.source_report import SourceReport
from tradepress.steps.apply_policy import apply_policy
from tradepress.steps.dropped import Dropped
from tradepress.steps.normalize_text import normalize_text
from tradepress.steps.prepare import STEPS, prepare
from tradepress.steps.require_fields import require_fields
from tradepress.story import Article, Link, Reservation

STORY = Article(headline="Lantern case", body="One paragraph.")


def test_a_whole_story_passes() -> None:
    assert require_fields(STORY) is STORY


@pytest.mark.parametrize("missing", ["headline", "body"])
@pytest.mark.parametrize("nothing", [None, "", "\u200b", "\u3000"])
def test_without_headline_or_body_it_is_dropped_with_the_reason(
    missing: str, nothing: str | None
) -> None:
    story = Article(**{"headline": "Lantern case", "body": "One.", missing: nothing})
    with pytest.raises(Dropped, match=f"no_{missing}"):
        prepare(story)


def test_text_gets_one_spelling() -> None:
    story = Article(
        headline="  Lantern\u00a0case \n in  Marlowe\u200b ",
        body="First\u00ad para\ngraph.\n \n\n\nSecond\u202e one.\n\n \u200b \n\n",
        authors=(" Petra  Holm ", "\u200b"),
        keywords=("Cafe\u0301",),
        related_links=(Link(kind="related", text=" Kettle \n case", position=0),),
    )
    normal = normalize_text(story)
    assert normal.headline == "Lantern case in Marlowe"
    assert normal.body == "First para graph.\n\nSecond one."
    assert normal.authors == ("Petra Holm",)
    assert normal.keywords == ("Café",)
    assert normal.related_links[0].text == "Kettle case"
    assert normalize_text(normal) == normal


def test_nothing_visible_is_unknown() -> None:
    normal = normalize_text(Article(headline=" \u200b ", body="\n\n \n"))
    assert normal.headline is None
    assert normal.body is None


def test_every_field_of_an_article_is_a_column(tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive.db", command="tests") as archive:
        for table, others in (("articles", ()), ("versions", OF_ARTICLE)):
            columns = {column.name for column in archive.db[table].columns}
            assert set(COLUMNS) - set(others) <= columns
    elsewhere = {"related_links", "mentions", "mention_rules", "evidence", "capture", "site_marks"}
    elsewhere |= {"paragraph_odds"}
    assert {field.name for field in fields(Article)} - elsewhere == set(COLUMNS)


def test_a_link_that_is_no_web_address_keeps_its_words() -> None:
    link = stored_link(Link(kind="related", text="Mail us", url="mailto:x@y.example", position=0))
    assert (link.text, link.url, link.url_key) == ("Mail us", None, None)


def test_the_steps_stand_in_their_order() -> None:
    assert (normalize_text, require_fields, apply_policy) == STEPS
    prepared = prepare(STORY)
    assert prepared == replace(STORY, policy="store", mention_rules=prepared.mention_rules)


def test_what_a_spider_of_ones_own_yields_takes_the_steps_too(tmp_path: Path) -> None:
    story = Article(
        source="signet",
        url="http://signetgazette.example/a",
        headline=" Lantern  case",
        body="One paragraph.",
        reservations=(Reservation(term="noarchive", evidence="meta robots", value="noarchive"),),
    )
    with (
        open_archive(tmp_path / "archive.db", command="tests") as archive,
        archive.run(RunKind.CRAWL, sources=[SourceRow(**PAPER)]) as run,
    ):
        pipeline = SaveToArchive(run, SourceReport(source="signet"), "by hand")
        asyncio.run(pipeline.process_item(story))
        with pytest.raises(DropItem, match="no_body"):
            asyncio.run(pipeline.process_item(replace(story, body=None)))
        with pytest.raises(ValueError, match="belongs to a source"):
            asyncio.run(pipeline.process_item(replace(story, source=None)))
        kept = archive.db.query("SELECT headline, body, policy FROM articles")
        assert list(kept) == [{"headline": "Lantern case", "body": None, "policy": "metadata-only"}]
