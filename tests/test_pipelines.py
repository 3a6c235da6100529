"""Article -> Article, or DropItem; and every field reaches a column."""

from dataclasses import asdict, fields

import pytest
from scrapy.exceptions import DropItem

import crawler.settings
from archive.fields import ARTICLE_FIELDS
from crawler.items import Article, Link
from pipelines.normalize_text import NormalizeText
from pipelines.require_fields import RequireFields
from pipelines.save_to_archive import article_row, link_row

STORY = Article(headline="Lantern case", body="One paragraph.")


def test_a_whole_story_passes() -> None:
    assert RequireFields().process_item(STORY) is STORY


@pytest.mark.parametrize("missing", ["headline", "body"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_without_headline_or_body_it_is_dropped_with_the_reason(
    missing: str, nothing: str | None
) -> None:
    story = Article(**{"headline": "Lantern case", "body": "One.", missing: nothing})
    with pytest.raises(DropItem, match=f"no_{missing}"):
        RequireFields().process_item(story)


def test_text_gets_one_spelling() -> None:
    story = Article(
        headline="  Lantern\u00a0case \n in  Marlowe\u200b ",
        body="First\u00ad para\ngraph.\n \n\n\nSecond\u202e one.\n\n \u200b \n\n",
        authors=(" Petra  Holm ", "\u200b"),
        keywords=("Cafe\u0301",),
        related_links=(Link(kind="related", text=" Kettle \n case", position=0),),
    )
    normal = NormalizeText().process_item(story)
    assert normal.headline == "Lantern case in Marlowe"
    assert normal.body == "First para graph.\n\nSecond one."
    assert normal.authors == ("Petra Holm",)
    assert normal.keywords == ("Café",)
    assert normal.related_links[0].text == "Kettle case"
    assert NormalizeText().process_item(normal) == normal


def test_nothing_visible_is_unknown() -> None:
    normal = NormalizeText().process_item(Article(headline=" \u200b ", body="\n\n \n"))
    assert normal.headline is None
    assert normal.body is None


def test_every_field_of_an_article_reaches_a_column() -> None:
    elsewhere = {"related_links", "evidence", "capture"}
    assert {field.name for field in fields(Article)} - elsewhere == set(ARTICLE_FIELDS)
    assert article_row(STORY)["headline"] == "Lantern case"


def test_a_link_that_is_no_web_address_keeps_its_words() -> None:
    link = Link(kind="related", text="Mail us", url="mailto:x@y.example", position=0)
    assert link_row(link) == {**asdict(link), "url": None, "url_key": None}


def test_ingest_runs_the_pipelines_of_the_settings_in_their_order() -> None:
    paths = sorted(crawler.settings.ITEM_PIPELINES, key=crawler.settings.ITEM_PIPELINES.__getitem__)
    assert paths == [
        "pipelines.require_fields.RequireFields",
        "pipelines.normalize_text.NormalizeText",
        "pipelines.apply_policy.ApplyPolicy",
        "pipelines.save_to_archive.SaveToArchive",
    ]
