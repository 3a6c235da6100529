"""What a researcher's Zotero makes of our files."""

from dataclasses import replace
from typing import Any

import pytest
from citations import EVERY, MEMENTO, PLAIN
from zotero_server import Import, zotero, zotero_import

from tradepress.research.citation.author_names import author_name
from tradepress.research.citation.write_citations import write_citations

__all__ = ["zotero", "zotero_import"]

pytestmark = pytest.mark.slow


def imported(zotero_import: Import, form: Any, *names: str) -> dict[str, dict[str, Any]]:
    """Items by the name of their case, without their notes."""
    cited = [EVERY[name] for name in names or EVERY]
    found = zotero_import("".join(write_citations(cited, form)))
    items = [item for item in found if item["itemType"] != "note"]
    return dict(zip(names or EVERY, items, strict=True))


def creators(name: str) -> list[dict[str, str]]:
    """Parted names in two fields, others in one."""
    return [
        {"creatorType": "author", "firstName": one.given, "lastName": one.family}
        if one.given and one.family
        else {"creatorType": "author", "name": one.whole}
        for one in EVERY[name].authors
    ]


ISSUED = {"plain": "November 29, 2018", "month": "November 2018", "year": "2018"}
"""As Zotero writes dates that came in parts."""


@pytest.mark.parametrize("form", ["ris", "csl-json"])
def test_papers_become_newspaper_articles(zotero_import: Import, form: str) -> None:
    items = imported(zotero_import, form)
    blog = items.pop("blog")
    for name, item in items.items():
        citation = EVERY[name]
        title = citation.headline
        author = creators(name)
        if form == "ris":  # Zotero reads it as HTML, and a comma parts names
            title = title.replace("<b>", "").replace("</b>", "").replace("&amp;", "&")
            author = [
                {**one, "name": one["name"].replace(",", "")} if "name" in one else one
                for one in author
            ]
        assert item["itemType"] == "newspaperArticle"
        assert item["title"] == title
        assert item.get("creators", []) == author
        assert item["publicationTitle"] == "Marks & Makers"
        assert item["url"] == PLAIN.url
        assert item["accessDate"] == "2026-11-27"
        assert item["archive"] == "Tradepress"
        assert item["archiveLocation"] == citation.ref
        assert item.get("section") == citation.section
        assert item.get("language") == citation.language
    assert blog["itemType"] == "blogPost"
    assert blog["blogTitle"] == "The Lantern Post"
    dates = {name: items[name].get("date") for name in ("plain", "month", "year", "undated")}
    known = {name: EVERY[name].issued for name in ISSUED} if form == "ris" else ISSUED
    assert dates == {**known, "undated": None}


def test_the_capture_of_a_blog_goes_where_zotero_has_a_place(zotero_import: Import) -> None:
    assert MEMENTO in imported(zotero_import, "csl-json", "blog")["blog"]["extra"]
    _, note = zotero_import("".join(write_citations([EVERY["blog"]], "ris")))
    assert note == {"itemType": "note", "note": f"<p>{EVERY['blog'].archived}</p>"}


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_bibtex_loses_the_kind_alone(zotero_import: Import, form: str) -> None:
    """Zotero's import of BibTeX has no newspaper article at all: @article is a journal's."""
    items = imported(zotero_import, form, "plain", "organisation", "month", "undated", "blog")
    blog = items.pop("blog")
    for name, item in items.items():
        assert item["itemType"] == "journalArticle"
        assert item["title"] == PLAIN.headline
        assert item["creators"] == creators(name)
        assert item["publicationTitle"] == "Marks & Makers"
        assert item["section"] == "Domains"
        assert item["url"] == PLAIN.url
        assert item["accessDate"] == "2026-11-27"
        assert item["language"] == "en"
        assert item.get("date") == EVERY[name].issued
    assert blog["itemType"] == ("document" if form == "bibtex" else "webpage")
    assert blog["date"] == "2018-11-29"


@pytest.mark.parametrize(("form", "given"), [("ris", "Petra, Jr."), ("csl-json", "Petra")])
def test_a_suffix_stands_where_zotero_looks_for_it(
    zotero_import: Import, form: Any, given: str
) -> None:
    """Its import of CSL-JSON takes no suffix at all."""
    junior = replace(PLAIN, authors=(author_name("Petra Holm Jr."),))
    item, *_ = zotero_import("".join(write_citations([junior], form)))
    assert item["creators"] == [{"creatorType": "author", "firstName": given, "lastName": "Holm"}]
