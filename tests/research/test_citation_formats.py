"""RIS, BibTeX, BibLaTeX and CSL-JSON, as parsers that aren't ours read them."""

import json
import re
from dataclasses import replace
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from citations import EVERY, MEMENTO, PLAIN

from tradepress.research.citation.cited_story import Citation
from tradepress.research.citation.styled_text import AT_ONCE
from tradepress.research.citation.write_citations import (
    CITATION_FORMATS,
    CitationFormat,
    write_citations,
)


def ris(citation: Citation) -> dict[str, Any]:
    (record,) = rispy.loads("".join(write_citations([citation], "ris")))
    return dict(record)


def bib(citation: Citation, form: Any) -> Any:
    """An entry, its LaTeX read; the address, which is none, and mathematics as they stand."""
    text = "".join(write_citations([citation], form))
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (entry,) = library.entries
    entry.fields_dict["url"].value = bibtexparser.parse_string(text).entries[0]["url"]
    return entry


def test_a_record_of_ris() -> None:
    assert "".join(write_citations([EVERY["plain"]], "ris")).split("\r\n") == [
        "TY  - NEWS",
        "ID  - makers-1-5eed0f1a3c",
        "AU  - O’Dell, Rory",
        "TI  - Panel returns skate maker’s name",
        "T2  - Marks & Makers",
        "PY  - 2018",
        "DA  - 2018/11/29",
        "SE  - Domains",
        "LA  - en",
        f"UR  - {PLAIN.url}",
        "Y2  - 2026/11/27",
        "DB  - Tradepress",
        "AN  - makers-1@5eed0f1a3c",
        "N1  - Archived 2026-11-24T09:15:00Z, Tradepress makers-1@5eed0f1a3c",
        "ER  - ",
        "",
        "",
    ]


@pytest.mark.parametrize("name", EVERY)
def test_ris_holds_what_is_cited(name: str) -> None:
    citation = EVERY[name]
    record = ris(citation)
    assert record["type_of_reference"] == ("BLOG" if name == "blog" else "NEWS")
    assert record["title"] == citation.headline
    assert record["secondary_title"] == citation.publication
    assert record.get("year") == (citation.issued[:4] if citation.issued else None)
    assert record.get("date", "").replace("/", "-") == (citation.issued or "")
    assert record.get("section") == citation.section
    assert record.get("language") == citation.language
    assert record["urls"] == [citation.url]
    assert record["access_date"] == "2026/11/27"
    assert record["name_of_database"] == citation.archive
    assert record["accession_number"] == citation.archive_location
    assert record["notes"] == [citation.archived]
    for told, author in zip(record.get("authors", ()), citation.authors, strict=True):
        whole = author.whole.replace(",", "")
        assert told == (f"{author.family}, {author.given}" if author.family else whole)


def test_many_records_of_ris() -> None:
    assert len(rispy.loads("".join(write_citations(EVERY.values(), "ris")))) == len(EVERY)


@pytest.mark.parametrize("form", CITATION_FORMATS)
def test_what_has_one_name_is_cited_once(form: CitationFormat) -> None:
    """Versions of the same words have one name, and BibTeX takes no key twice."""
    other = EVERY["plain"]
    once = "".join(write_citations([PLAIN, other], form))
    assert "".join(write_citations([PLAIN, other, PLAIN], form)) == once


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
@pytest.mark.parametrize("name", EVERY)
def test_bibtex_holds_what_is_cited(name: str, form: str) -> None:
    citation = EVERY[name]
    entry = bib(citation, form)
    fields = {field.key: field.value for field in entry.fields}
    assert entry.key == citation.key
    title = fields["title"].replace("ˆ", "^")  # as that parser reads a circumflex of its own
    assert title.replace("$", "") == citation.headline.replace("$", "")
    assert fields["url"] == citation.url
    assert fields["urldate"] == "2026-11-27"
    assert fields.get("chapter") == citation.section
    assert fields.get("language") == citation.language
    assert fields["note"] == citation.archived
    told = fields.get("author")
    authors = [
        f"{one.family}, {one.given}" if one.family else one.whole for one in citation.authors
    ]
    assert told == (" and ".join(authors) or None)


def test_an_entry_of_bibtex() -> None:
    assert "".join(write_citations([EVERY["signs of HTML"]], "bibtex")) == (
        "@article{makers-12-5eed0f1a3c,\n"
        "  author = {O’Dell, Rory},\n"
        r"  title = {{Orrin \& Vale $<$b$>$wins$<$/b$>$ where 2 $<$ 3 \&amp; 5 $>$ 4}},"
        "\n"
        r"  journal = {Marks \& Makers},"
        "\n"
        "  year = {2018},\n  month = nov,\n  day = {29},\n"
        "  chapter = {Domains},\n  language = {en},\n"
        f"  url = {{{PLAIN.url}}},\n  urldate = {{2026-11-27}},\n"
        "  note = {Archived 2026-11-24T09:15:00Z, Tradepress makers-12@5eed0f1a3c},\n"
        "}\n\n"
    )


def test_dates_of_bibtex() -> None:
    def dates(name: str) -> list[tuple[str, str]]:
        fields = bib(EVERY[name], "bibtex").fields
        return [(one.key, one.value) for one in fields if one.key in ("year", "month", "day")]

    assert dates("month") == [("year", "2018"), ("month", "nov")]
    assert dates("year") == [("year", "2018")]
    assert dates("undated") == [("year", "n.d.")]


@pytest.mark.parametrize(
    ("name", "form", "kind", "fields"),
    [
        ("blog", "bibtex", "misc", {"howpublished": "The Lantern Post (blog)"}),
        ("blog", "biblatex", "online", {"organization": "The Lantern Post", "date": "2018-11-29"}),
        ("month", "biblatex", "article", {"entrysubtype": "newspaper", "date": "2018-11"}),
        ("year", "biblatex", "article", {"journaltitle": "Marks & Makers", "date": "2018"}),
    ],
)
def test_what_differs_in_bibtex(name: str, form: str, kind: str, fields: dict[str, str]) -> None:
    entry = bib(EVERY[name], form)
    assert entry.entry_type == kind
    assert {key: entry.fields_dict[key].value for key in fields} == fields


def test_an_undated_entry_of_biblatex_leaves_the_words_to_its_style() -> None:
    assert "date" not in bib(EVERY["undated"], "biblatex").fields_dict


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_braces_are_balanced_and_names_of_organisations_whole(form: Any) -> None:
    text = "".join(write_citations(EVERY.values(), form))
    assert text.count("{") == text.count("}")
    assert r"author = {{The Lantern, Brass \& Bell Company}}" in text
    keys = re.findall(r"^@\w+\{(.*),$", text, re.MULTILINE)
    assert keys == [citation.key for citation in EVERY.values()]
    assert len({*keys}) == len(EVERY)


def test_csl_json_holds_what_is_cited() -> None:
    items = json.loads("".join(write_citations(EVERY.values(), "csl-json")))
    for item, citation in zip(items, EVERY.values(), strict=True):
        assert item["id"] == citation.key
        assert item["title"] == citation.headline
        assert item["container-title"] == citation.publication
        assert item.get("section") == citation.section
        assert item["note"] == citation.archived
    by_name = dict(zip(EVERY, items, strict=True))
    assert by_name["plain"] == {
        "id": "makers-1-5eed0f1a3c",
        "type": "article-newspaper",
        "author": [{"family": "O’Dell", "given": "Rory"}],
        "title": "Panel returns skate maker’s name",
        "container-title": "Marks & Makers",
        "issued": {"date-parts": [[2018, 11, 29]]},
        "section": "Domains",
        "language": "en",
        "URL": PLAIN.url,
        "accessed": {"date-parts": [[2026, 11, 27]]},
        "archive": "Tradepress",
        "archive_location": "makers-1@5eed0f1a3c",
        "note": "Archived 2026-11-24T09:15:00Z, Tradepress makers-1@5eed0f1a3c",
    }
    assert by_name["organisation"]["author"] == [{"literal": "The Lantern, Brass & Bell Company"}]
    assert "author" not in by_name["unsigned"]
    assert "issued" not in by_name["undated"]
    assert by_name["month"]["issued"] == {"date-parts": [[2018, 11]]}
    assert by_name["blog"]["type"] == "post-weblog"
    assert by_name["blog"]["archive_location"] == MEMENTO


def test_citations_are_streamed() -> None:
    taken = []

    def stories() -> Any:
        for number in range(AT_ONCE + 1):
            citation = replace(PLAIN, ref=f"makers-{number}@5eed0f1a3c")
            taken.append(citation)
            yield citation

    # Footnotes are written some at once; a list is sorted when all of it is known.
    for form, taken_first in (("ris", 1), ("bibtex", 1), ("csl-json", 1), ("text", AT_ONCE)):
        taken.clear()
        parts = write_citations(stories(), form)  # type: ignore[arg-type]
        assert taken == []
        next(parts)
        assert len(taken) == taken_first
