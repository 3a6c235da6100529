"""Formats for corpus tools and graphs: valid, and read back by programs that are not ours."""

import csv
import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import unescape

import networkx
import pandas
import pytest
from exported import NASTY, a_story, as_xml, in_folder, nasty_stories, unguarded
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tradepress.archive.stories.story_record import RelatedLink, Story
from tradepress.research.export.concordance_files import write_texts
from tradepress.research.export.link_graph import write_graph
from tradepress.research.export.tei_files import NAMESPACE
from tradepress.research.export.vertical_file import write_vertical
from tradepress.research.export.withheld_text import export_rows
from tradepress.research.export.xml_text import xml_attribute, xml_text

TEI = {"tei": NAMESPACE}


texts = st.text(max_size=60) | st.text("商標のกค้ាក្ a-", max_size=30) | st.sampled_from(NASTY)


@given(st.text() | st.sampled_from(NASTY))
@settings(deadline=None)
def test_any_text_comes_back_out_of_xml(text: str) -> None:
    element = etree.fromstring(f'<a b="{xml_attribute(text)}">{xml_text(text)}</a>')
    assert (element.text or "", element.get("b")) == (as_xml(text), as_xml(text))


def test_texts_stand_in_a_file_a_story_beside_a_table(tmp_path: Path) -> None:
    stories = [*nasty_stories(), a_story(ref="gazette-x", headline="The lantern")]
    folder = in_folder(write_texts, stories, tmp_path / "press")
    frame = pandas.read_csv(folder / "metadata.csv", keep_default_na=False)
    assert list(frame["ref"]) == [story.ref for story in stories]
    for story, file in zip(stories, frame["file"], strict=True):
        if story.body:
            text = (folder / file).read_bytes().decode()
            assert text == f"{story.headline}\n\n{story.body}\n"
        else:
            assert file == ""
    assert len(list((folder / "texts").iterdir())) == sum(1 for one in stories if one.body)


def test_no_ref_leads_out_of_the_folder(tmp_path: Path) -> None:
    """An archive may be anybody's."""
    for ref in ("../../lamp", "/lamp", "..", "a/b"):
        folder = in_folder(write_texts, [a_story(ref=ref)], tmp_path / f"of {len(ref)}")
        (file,) = pandas.read_csv(folder / "metadata.csv")["file"]
        assert [one.name for one in (folder / "texts").iterdir()] == [Path(file).name]
    assert not [*tmp_path.glob("*lamp*")]


def vertical_of(stories: Iterable[Story]) -> bytes:
    stream = io.BytesIO()
    write_vertical(export_rows(stories, texts="all"), stream)
    return stream.getvalue()


def words_of(lines: Iterable[str]) -> str:
    """Tokens as they are read: with a space between them, or glue."""
    text, is_glued = "", True
    for line in lines:
        if line == "<g/>":
            is_glued = True
        else:
            text += ("" if is_glued else " ") + unescape(line)
            is_glued = False
    return text


def test_vertical_text_is_a_token_a_line_between_tags() -> None:
    story = a_story(headline="Orrin & Vale's <lamp>", body='So-called "lamp", 1,000 lux.\n\nEnd.')
    lines = vertical_of([story]).decode().splitlines()
    assert lines[0].startswith('<doc ref="gazette-1" version="2" source="gazette" ')
    assert """authors="Petra Holm|Ishmael O'Dowd\"""" in lines[0]
    assert lines[1:9] == ["<head>", "Orrin", "&amp;", "Vale's", "&lt;", "<g/>", "lamp", "<g/>"]
    assert lines[-6:] == ["<p>", "End", "<g/>", ".", "</p>", "</doc>"]
    assert "1,000" in lines
    assert lines.count("<p>") == 2


UNSPACED = [
    (
        "特許庁はCOVID-19と商標を",
        "特許|庁|は|COVID-19|と|商標|を",
        "特|許|庁|は|COVID-19|と|商|標|を",
    ),
    ("ศาลว่าโคมไฟ", "ศาล|ว่า|โคม|ไฟ", "ศ|า|ล|ว่|า|โ|ค|ม|ไ|ฟ"),
    ("កម្ពុជា", "កម្ពុជា", "ក|ម្ពុ|ជា"),
    ("주연의 표", "주연의|표", "주연의|표"),
    ("हिन्दी مُحَمَّد", "हिन्दी|مُحَمَّد", "हिन्दी|مُحَمَّد"),
]


@pytest.mark.parametrize(("text", "words", "letters"), UNSPACED)
@pytest.mark.parametrize("has_icu", [True, False])
def test_what_has_no_spaces_is_parted_into_words_or_letters(
    monkeypatch: pytest.MonkeyPatch, text: str, words: str, letters: str, has_icu: bool
) -> None:
    if not has_icu:
        monkeypatch.setitem(sys.modules, "icu4py.breakers", None)
    lines = vertical_of([a_story(headline=text, body=None)]).decode().splitlines()[2:-2]
    assert words_of(lines) == text
    tokens = "|".join(line for line in lines if line != "<g/>")
    assert tokens == (words if has_icu else letters)


@given(st.builds(a_story, headline=texts, body=texts, section=texts))
@settings(max_examples=60, deadline=None)
def test_vertical_text_is_xml_and_holds_every_word(story: Story) -> None:
    data = vertical_of([story]).decode()
    (doc,) = etree.fromstring(f"<corpus>{data}</corpus>", etree.XMLParser(huge_tree=True))
    assert doc.get("section", "") == as_xml(" ".join((story.section or "").split()))
    for line in data.split("\n")[1:-2]:
        assert re.fullmatch(r"</?(head|p)>|<g/>|[^<>\s]+", line)
    heads = re.findall(r"<head>\n(.*?)\n</head>", data, re.DOTALL)
    found = words_of("\n".join(heads).split("\n")) if heads else ""
    assert found == as_xml(" ".join(story.headline.split()))
    paragraphs = re.findall(r"<p>\n(.*?)\n</p>", data, re.DOTALL)
    told = " ".join(words_of(one.split("\n")) for one in paragraphs)
    assert told == as_xml(" ".join((story.body or "").split()))


def linked(ref: str, *targets: str | None, **changes: object) -> Story:
    links = tuple(
        RelatedLink(kind="in_text", position=place, text="=a & <b>", url=None, target=target)
        for place, target in enumerate(targets)
    )
    return a_story(ref=ref, links=links, **changes)


def test_a_graph_has_the_stories_and_the_links_between_them(tmp_path: Path) -> None:
    stories = [
        linked("gazette-1", "gazette-2", "gazette-2", "elsewhere-9", None, headline=NASTY[-3][:99]),
        linked("gazette-2", "gazette-1", headline='He said "no" & <went>', published_day=None),
        linked("gazette-3", headline="علامة 🏮\x0b"),
    ]
    folder = in_folder(write_graph, stories, tmp_path / "press")
    graph = networkx.read_graphml(folder / "links.graphml")
    assert {node: facts["headline"] for node, facts in graph.nodes(data=True)} == {
        story.ref: as_xml(story.headline) for story in stories
    }
    assert sorted(graph.edges()) == [
        ("gazette-1", "gazette-2"),
        ("gazette-1", "gazette-2"),
        ("gazette-2", "gazette-1"),
    ]
    _, _, facts = next(iter(graph.edges(data=True)))
    assert (facts["kind"], facts["position"], facts["text"]) == ("in_text", 0, "=a & <b>")
    assert "published_day" not in graph.nodes["gazette-2"]
    nodes = pandas.read_csv(folder / "nodes.csv", keep_default_na=False)
    edges = pandas.read_csv(folder / "edges.csv")
    of_csv = networkx.from_pandas_edgelist(
        edges, "from_ref", "to_ref", True, networkx.MultiDiGraph()
    )
    assert sorted(of_csv.edges()) == sorted(graph.edges())
    assert [unguarded(one) for one in nodes["headline"]] == [one.headline for one in stories]
    with (folder / "edges.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["text"] for row in csv.DictReader(stream)] == ["'=a & <b>"] * 3
