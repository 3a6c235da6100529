"""Writes TEI P5 (tei-c.org): a document a story, with where it is from and how it was read."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tradepress.archive.stories.story_record import Story
from tradepress.research.export.about_export import RIGHTS
from tradepress.research.export.concordance_files import write_story_files
from tradepress.research.export.withheld_text import ExportRow
from tradepress.research.export.xml_text import xml_attribute, xml_text

NAMESPACE = "http://www.tei-c.org/ns/1.0"
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
"""Matches BCP 47, as far as a schema asks."""
PARAGRAPHS = re.compile(r"\n{2,}")


def write_tei(rows: Iterable[ExportRow], folder: Path) -> None:
    """Writes ``texts/REF.xml`` of each story whose body is there."""
    # TEI has numbers alone in a version: not those of a release to come.
    program = re.match(r"[0-9.]*[0-9]", version("tradepress"))
    number = program[0] if program else "0"
    write_story_files(rows, folder, ".xml", lambda row: tei_document(row.story, number))


def tei_document(story: Story, program: str) -> str:
    """Returns one story as a TEI document.

    :param program: our version, digits and points alone
    """
    language = f' xml:lang="{story.language}"' if is_language(story.language) else ""
    paragraphs = _all("p", PARAGRAPHS.split(story.body or "")) or "<p/>\n"
    back = _all("p", story.corrections)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<TEI xmlns="{NAMESPACE}"{language}>\n<teiHeader>\n'
        f"{''.join(_header(story, program))}</teiHeader>\n<text>\n<body>\n"
        f"{_one('head', story.headline)}{paragraphs}</body>\n"
        + (f'<back>\n<div type="corrections">\n{back}</div>\n</back>\n' if back else "")
        + "</text>\n</TEI>\n"
    )


def _header(story: Story, program: str) -> Iterator[str]:
    reserved = "; ".join(f"{one.term} {one.value} ({one.evidence})" for one in story.reservations)
    authors = _all("author", story.authors or story.credit)
    title = f"<title>{xml_text(story.headline)}</title>"  # which must be there
    yield f"<fileDesc>\n<titleStmt>\n{title}\n{authors}</titleStmt>\n"
    yield "<publicationStmt>\n"
    yield _one("distributor", "A research archive made with Tradepress")
    yield _one("idno", f"{story.ref}@{story.version}", ' type="ref"')
    yield f'<availability status="restricted">\n{_one("p", RIGHTS)}'
    yield _one("p", reserved and f"The publisher reserves: {reserved}")
    yield "</availability>\n</publicationStmt>\n<sourceDesc>\n<bibl>\n"
    yield _one("title", story.headline, ' level="a"')
    yield "".join(_one("title", one, ' level="a" type="alt"') for one in story.also_titled)
    yield authors
    yield _one("title", story.publisher, ' level="j"')
    yield _one("publisher", story.publisher)
    yield _one("date", story.date_published, f' type="published"{_when(story.published_day)}')
    yield _one("date", story.date_modified, ' type="modified"')
    yield _one("note", story.section, ' type="section"')
    yield _one("idno", story.url, ' type="url"')
    yield _one("idno", story.canonical_url, ' type="canonical_url"')
    yield _one("date", story.date_captured, ' type="captured"')
    yield _one("date", story.date_archived, ' type="archived"')
    yield _one("idno", story.retrieved_from, ' type="retrieved_from"')
    yield "</bibl>\n</sourceDesc>\n</fileDesc>\n<encodingDesc>\n<appInfo>\n"
    yield f'<application ident="tradepress" version="{xml_attribute(program)}">\n'
    confidence = "unknown" if story.confidence is None else f"{story.confidence:.2f}"
    how = f"read by {story.extractor}, confidence {confidence}, access {story.access or 'unknown'}"
    yield f"{_one('label', 'Tradepress')}{_one('desc', how)}"
    yield "</application>\n</appInfo>\n</encodingDesc>\n<profileDesc>\n"
    if story.description:
        yield f"<abstract>\n{_one('p', story.description)}</abstract>\n"
    if is_language(story.language):
        ident = f' ident="{story.language}"'
        yield f"<langUsage>\n{_one('language', story.language, ident)}</langUsage>\n"
    if terms := _all("term", story.keywords):
        yield f"<textClass>\n<keywords>\n{terms}</keywords>\n</textClass>\n"
    yield "</profileDesc>\n"


def is_language(code: str | None) -> bool:
    """Can it be told as one in XML?"""
    return bool(LANGUAGE.fullmatch(code or ""))


def _one(element: str, text: str | None, attributes: str = "") -> str:
    """Returns an element; nothing where nothing is known."""
    return f"<{element}{attributes}>{xml_text(text)}</{element}>\n" if text else ""


def _all(element: str, texts: Iterable[str]) -> str:
    return "".join(_one(element, text) for text in texts)


def _when(day: str | None) -> str:
    """Returns the attribute for a day that is one; a page may print any."""
    try:
        return f' when="{date.fromisoformat(day or "").isoformat()}"'
    except ValueError:
        return ""
