"""The Big List of Naughty Strings in every field: out by every file, citation and question, as it
went in."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bibtexparser
import pyarrow.parquet
import pytest
import rispy
from conftest import Tradepress
from exported import as_xml, unguarded
from lxml import etree
from naughty_stories import STORIES, runs, save_naughty_stories

from tradepress.archive.clean import clean
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.citation.author_names import is_label
from tradepress.research.citation.style_names import STYLE_NAMES
from tradepress.research.export.tei_files import NAMESPACE
from tradepress.research.press_archive import PressArchive
from tradepress.story import Article

pytestmark = pytest.mark.slow

WORDLESS = 39
"""Strings without a letter or a figure: nobody can ask for them."""
TEI = {"tei": NAMESPACE}
TEXTS = ("headline", "description", "body", "section", "image_caption")
LISTS = ("authors", "credit", "keywords", "also_titled", "corrections")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("naughty") / "press.db"


@pytest.fixture(scope="module")
def saved(path: Path) -> Mapping[str, Article]:
    return save_naughty_stories(path)


@pytest.fixture(scope="module")
def archive(path: Path, saved: Mapping[str, Article]) -> Iterator[PressArchive]:
    with PressArchive(path) as opened:
        yield opened


def test_every_field_comes_back(archive: PressArchive, saved: Mapping[str, Article]) -> None:
    assert len(saved) == STORIES
    for ref, article in saved.items():
        story = archive.story(ref)
        for name in (*TEXTS, *LISTS, "date_published_raw", "date_modified_raw", "image_license"):
            assert getattr(story, name) == clean(getattr(article, name)), (ref, name)
        assert story.url == article.url
        assert [link.text for link in story.links] == [link.text for link in article.related_links]
        assert [one.value for one in story.mentions] == [article.headline]
        (reading,) = story.evidence["headline"]
        assert reading.value == clean(article.evidence["headline"][0].value), ref


def test_every_export_holds_them(
    archive: PressArchive, saved: Mapping[str, Article], tmp_path: Path
) -> None:
    for form, name in (("csv", "a.csv"), ("jsonl", "a.jsonl"), ("parquet", "a.parquet")):
        archive.export(path=tmp_path / name, format=form, texts="all")  # type: ignore[arg-type]
    lines = (tmp_path / "a.jsonl").read_text().split("\n")[:-1]
    tables: dict[str, list[dict[str, Any]]] = {
        "jsonl": [json.loads(line) for line in lines],
        "parquet": pyarrow.parquet.read_table(tmp_path / "a.parquet").to_pylist(),
        "csv": [],
    }
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.DictReader(file, strict=True):
            assert not [cell for cell in cells.values() if runs(cell)]
            row: dict[str, Any] = {name: unguarded(cells[name]) for name in TEXTS if name in cells}
            tables["csv"].append(
                {**cells, **row, **{name: json.loads(cells[name]) for name in LISTS}}
            )
    for form, rows in tables.items():
        assert {row["ref"] for row in rows} == {*saved}, form
        for row in rows:
            article = saved[row["ref"]]
            for name in (*TEXTS, *LISTS):
                assert as_list(row[name]) == as_list(getattr(article, name) or ""), (form, name)


def as_list(value: Any) -> Any:
    return [*value] if isinstance(value, list | tuple) else value or ""


def test_folders_of_texts_hold_them(
    archive: PressArchive, saved: Mapping[str, Article], tmp_path: Path
) -> None:
    for form in ("txt", "tei", "graph"):
        archive.export(path=tmp_path / form, format=form, texts="all")  # type: ignore[arg-type]
    for ref, article in saved.items():
        text = (tmp_path / "txt" / "texts" / f"{ref}.txt").read_bytes().decode()
        assert text == f"{article.headline}\n\n{article.body}\n"
        root = etree.parse(str(tmp_path / "tei" / "texts" / f"{ref}.xml")).getroot()
        told = root.findtext(".//tei:titleStmt/tei:title", None, TEI)
        assert told == as_xml(article.headline or "")
        paragraphs = [one.text for one in root.iterfind(".//tei:body/tei:p", TEI)]
        assert "\n\n".join(map(str, paragraphs)) == as_xml(article.body or "")
    for folder in ("txt", "tei", "graph"):
        for table in (tmp_path / folder).glob("*.csv"):
            rows = [*csv.reader(io.StringIO(table.read_text("utf-8-sig"), newline=""), strict=True)]
            assert not [cell for row in rows for cell in row if runs(cell)], table


def test_vertical_text_holds_them(
    archive: PressArchive, saved: Mapping[str, Article], tmp_path: Path
) -> None:
    archive.export(path=tmp_path / "a.vert", format="vertical", texts="all")
    words = (tmp_path / "a.vert").read_text("utf-8")
    root = etree.fromstring(f"<corpus>{words}</corpus>", etree.XMLParser(huge_tree=True))
    told = {doc.get("ref"): doc for doc in root}
    assert {*told} == {*saved}
    for ref, article in saved.items():
        tokens = "".join("".join(told[ref].itertext()).split())
        assert tokens == as_xml("".join(f"{article.headline}{article.body}".split())), ref


def test_every_citation_holds_them(archive: PressArchive, saved: Mapping[str, Article]) -> None:
    refs = [*saved]
    ris = rispy.loads("".join(archive.cite(refs, format="ris")))
    csl = json.loads("".join(archive.cite(refs, format="csl-json")))
    cited = dict(zip(refs, [one["accession_number"] for one in ris], strict=True))
    assert [cited[ref].partition("@")[0] for ref in refs] == refs
    for record, item, ref in zip(ris, csl, refs, strict=True):
        article = saved[ref]
        assert record["title"] == item["title"] == article.headline
        assert record.get("section") == item.get("section") == article.section
        # A comma parts a name; what is certainly none is no author.
        names = [
            name
            for name in article.authors
            if name.strip(", ") and not is_label(name, "The Gazette")
        ]
        assert len(record.get("authors", ())) == len(names), ref
    for form in ("bibtex", "biblatex"):
        library = bibtexparser.parse_string("".join(archive.cite(refs, format=form)))  # type: ignore[arg-type]
        assert not library.failed_blocks
        assert [entry.key for entry in library.entries] == [
            cited[ref].replace("@", "-") for ref in refs
        ]
    refs = refs[::4]  # a style takes its time
    for style in STYLE_NAMES:
        lines = [*archive.cite(refs, style=style)]
        assert len(lines) == len(refs)
        ends = {line.rpartition("Tradepress ")[2] for line in lines}  # a list is sorted
        assert ends == {f"{cited[ref]}]\n" for ref in refs}
        for line in lines:
            assert line.count("\n") == 1, line
            assert not CONTROLS.search(line), line


def test_each_can_be_asked_for(archive: PressArchive, saved: Mapping[str, Article]) -> None:
    """As it stands, as a phrase, as a name and in brackets: answered, or told what is wrong."""
    silent, wrong = [], []
    for ref, article in saved.items():
        text = article.headline or ""
        for asked in (text, f'"{text}"', f"author:{text}", f"headline:({text}) -x"):
            try:
                archive.search(asked, fold=False, limit=1)
            except ValueError as error:
                wrong.append(str(error))
        phrase = 'headline:"{}"'.format(text.replace('"', " "))
        try:
            hits = archive.search(phrase, fold=False, limit=50)
        except ValueError:
            hits = []
        if ref not in [hit.ref for hit in hits]:
            silent.append(text)
    assert not [words for words in wrong if not words or CONTROLS.search(words)]
    assert not [text for text in silent if any(map(str.isalnum, text))]
    assert len(silent) == WORDLESS


def test_each_can_be_saved_as_a_query(archive: PressArchive, saved: Mapping[str, Article]) -> None:
    kept = archive.queries
    refused = 0
    for number, article in enumerate(saved.values()):
        if number % 10:
            continue
        try:
            kept.save(f"query-{number}", StoryQuery(words=article.headline))
        except ValueError:
            refused += 1
        else:
            assert kept.load(f"query-{number}").query.words == article.headline
    assert refused < len(saved) / 40


def test_a_terminal_gets_no_signs_that_steer_it(
    here: Tradepress, path: Path, saved: Mapping[str, Article]
) -> None:
    told = [here("search", "Orrin Vale", "--limit", "500", "--archive", str(path))]
    told += [here("show", ref, "--archive", str(path)) for ref in [*saved][::6]]
    told += [here("cite", *[*saved][::6], "--archive", str(path))]
    told += [here("count", "--by", by, "--archive", str(path)) for by in ("author", "section")]
    for one in told:
        assert one.returncode == 0, one
        assert not CONTROLS.search(one.stdout + one.stderr), one.args
