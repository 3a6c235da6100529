"""What the head of a story's page says to reference managers and other programs."""

import json
from pathlib import Path
from typing import Any

from archive_rows import SISTER
from browsing import a_run, ask, get, page, path, save
from citations import cited_names
from lxml import html

__all__ = ["path"]

HOSTILE = "</script><script>alert(1)</script><!-- \u2028 \"'& <script"


def names(tree: Any) -> list[tuple[str, str]]:
    found = tree.xpath("/html/head/meta[starts-with(@name, 'citation_')]")
    return [(one.get("name").removeprefix("citation_"), one.get("content")) for one in found]


def linked(tree: Any) -> dict[str, Any]:
    (data,) = tree.xpath("//script")
    assert data.get("type") == "application/ld+json"
    assert data.getparent().tag == "head"
    told: dict[str, Any] = json.loads(data.text)
    return told


def test_the_head_says_what_is_cited(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(
            writer,
            "Lantern mark refused",
            authors=["Petra Holm Jr.", "Jan van der Berg", "Mary Anne Lund", "Holm & Vale LLP"],
            date_published="2017-08-04T10:00:00+01:00",
            date_modified="2017-08-05",
            section="Designs",
            language="en",
            keywords=["lanterns", "marks"],
            description="The office said no.",
        )
    tree = page(path, f"/story/{ref}")
    (name,) = cited_names(path, [ref])
    assert names(tree) == [
        ("title", "Lantern mark refused"),
        ("author", "Holm, Petra, Jr."),
        ("author", "van der Berg, Jan"),
        ("author", "Mary Anne Lund"),
        ("author", "Holm & Vale LLP"),
        ("publication_date", "2017-08-04"),
        ("journal_title", "The Signet Gazette"),
        ("language", "en"),
        ("public_url", "http://signet.example/news/lantern-mark-refused"),
        ("keywords", "lanterns"),
        ("keywords", "marks"),
    ]
    assert linked(tree) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Lantern mark refused",
        "author": [
            {"@type": "Person", "name": "Petra Holm Jr."},
            {"@type": "Person", "name": "Jan van der Berg"},
            {"@type": "Person", "name": "Mary Anne Lund"},
            {"@type": "Organization", "name": "Holm & Vale LLP"},
        ],
        "datePublished": "2017-08-04",
        "dateModified": "2017-08-05",
        "isPartOf": {"@type": "Newspaper", "name": "The Signet Gazette"},
        "publisher": {"@type": "Organization", "name": "The Signet Gazette"},
        "articleSection": "Designs",
        "inLanguage": "en",
        "url": "http://signet.example/news/lantern-mark-refused",
        "archivedAt": f"/story/{ref}@1",
        "identifier": name,
    }


def test_what_is_unknown_is_left_out(path: Path) -> None:
    with a_run(path) as writer:
        writer.save_source({**SISTER, "cited_as": "blog"})
        ref = save(writer, "A post", source="makers", authors=["MS, & RD."])
    tree = page(path, f"/story/{ref}")
    assert [name for name, _ in names(tree)] == ["title", "journal_title", "public_url"]
    told = linked(tree)
    assert (told["@type"], told["isPartOf"]["@type"]) == ("BlogPosting", "Blog")
    assert not {"author", "datePublished", "dateModified", "inLanguage"}.intersection(told)


def test_a_hostile_headline_is_inert(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, HOSTILE, authors=[HOSTILE], section=HOSTILE, keywords=[HOSTILE])
    answer = get(path, f"/story/{ref}")
    tree = html.fromstring(answer.text)
    assert linked(tree)["headline"] == " ".join(HOSTILE.split())
    assert dict(names(tree))["title"] == " ".join(HOSTILE.split())
    assert answer.text.count("<script") == answer.text.count("</script") == 1
    data = answer.text.partition('ld+json">')[2].partition("</script>")[0]
    assert not set("<>&'\u2028").intersection(data)
    assert "script-src" not in answer.headers["content-security-policy"]  # it is no script


def test_strangers_are_told_what_a_catalogue_says(path: Path) -> None:
    with a_run(path) as writer:
        fields = {
            "authors": ["Petra Holm"],
            "keywords": ["lanterns"],
            "description": "No, it said.",
        }
        ref = save(writer, "Lantern mark refused", "A text of a body.", **fields)
    (answer,) = ask(path, ("GET", f"/story/{ref}", {}), is_public=True)
    tree = html.fromstring(answer.text)
    assert [name for name, _ in names(tree)] == ["title", "journal_title", "public_url"]
    told = linked(tree)
    assert told["identifier"] == f"{ref}@1"
    assert "author" not in told
    for withheld in ("Petra", "lanterns", "said", "body", *(cited_names(path, [ref]))):
        assert withheld not in answer.text.partition("</head>")[0]


def test_a_version_is_told_of_as_it_stood(path: Path) -> None:
    at = {"url": "http://signet.example/x"}
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", "One text.", **at)
        ref = save(writer, "Beacon mark refused", "Other text.", **at)
    first = page(path, f"/story/{ref}@1")
    assert dict(names(first))["title"] == "Lantern mark refused"
    assert linked(first)["archivedAt"] == f"/story/{ref}@1"
    assert linked(page(path, f"/story/{ref}"))["archivedAt"] == f"/story/{ref}@2"
