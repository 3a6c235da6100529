"""Where a source says that the data of its stories are: the address, its faults, its digests."""

from dataclasses import replace

import pytest

from tradepress.declaration_faults import faults
from tradepress.extraction.rules import extractor
from tradepress.source import DataFields, Source
from tradepress.verified import rules_digest

HOME = "https://gazette.example"
STORY = f"{HOME}/news/lantern-lost-4713"
SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    sections=(f"{HOME}/news/",),
    article_url=r"/news/[^/]+/?",
    article_id=r"-([0-9A-Za-z]+)/?$",
)


@pytest.mark.parametrize(
    ("template", "url", "data"),
    [
        ("/api/{id}", STORY, "/api/4713"),
        ("/api/{id}", f"{HOME}/news/lantern-5KsDb", "/api/5KsDb"),
        ("/api?s={slug}&n=1", f"{STORY}/?utm=x", "/api?s=lantern-lost-4713&n=1"),
        ("/data{path}/page.json", f"{STORY}/", "/data/news/lantern-lost-4713/page.json"),
        ('/graphql?v={"slug":"{slug}"}', STORY, '/graphql?v={"slug":"lantern-lost-4713"}'),
        ("/api?s={slug}", f"{HOME}/news/a&admin=1-b", "/api?s=a%26admin%3D1-b"),
        ("/api?s={slug}", f"{HOME}/news/%C3%A9t%C3%A9", "/api?s=%C3%A9t%C3%A9"),
    ],
)
def test_the_address_of_the_data_is_made_from_the_storys(
    template: str, url: str, data: str
) -> None:
    assert replace(SOURCE, story_data=HOME + template).data_url(url) == HOME + data


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("/api/{id}", f"{HOME}/news/lantern"),
        ("/api/{slug}", f"{HOME}/about"),
        ("/api/{slug}", "https://elsewhere.example/news/lantern-1"),
    ],
)
def test_an_address_that_lacks_what_it_is_made_of_gives_none(template: str, url: str) -> None:
    assert replace(SOURCE, story_data=HOME + template).data_url(url) is None


def test_a_source_that_declares_none_has_none() -> None:
    assert SOURCE.data_url(STORY) is None


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"story_data": f"{HOME}/api/{{ID}}"}, "story_data has {ID}; there are"),
        ({"story_data": f"{HOME}/api/latest"}, "it must have {id}, {slug} or {path}"),
        ({"story_data": f"{HOME}/api/{{id}}", "article_id": None}, "no article_id that finds it"),
        ({"story_data": "https://api.example/{slug}"}, "one of its domains (gazette.example)"),
        ({"story_data": "https://{slug}.gazette.example/"}, "one of its domains"),
        ({"story_data": "/api/{slug}"}, "one of its domains"),
        ({"data_fields": DataFields(body="data.body")}, "story_data, the address, is missing"),
        (
            {"story_data": f"{HOME}/{{slug}}", "data_fields": DataFields(body="data..body")},
            "data_fields.body is 'data..body'; write names joined by dots",
        ),
    ],
)
def test_what_is_wrong_with_it_is_said(stated: dict[str, object], words: str) -> None:
    assert words in next(faults(replace(SOURCE, **stated)))  # type: ignore[arg-type]


def test_a_sound_one_is_not_complained_of() -> None:
    fields = DataFields(body="data.0.body", authors="data.*.name")
    sound = replace(SOURCE, story_data=f"{HOME}/api/{{id}}", data_fields=fields)
    assert list(faults(sound)) == []


def test_other_data_are_other_rules() -> None:
    declared = replace(SOURCE, story_data=f"{HOME}/api/{{id}}")
    fields = replace(declared, data_fields=DataFields(body="data.text"))
    for digest in (extractor, rules_digest):
        assert len({digest(SOURCE), digest(declared), digest(fields)}) == 3


def test_a_source_without_data_has_the_digest_that_it_always_had() -> None:
    assert "story_data" not in repr(SOURCE.rules)
    assert SOURCE.own_code == b""
