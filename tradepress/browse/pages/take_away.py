"""Serves ``/stories.csv`` and its like: all of a result as a file, and
``/story/wipr-14415.ris``."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import BadRequest, Request, Response

from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.search_matches import find_matches
from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.archive.stories.story_record import load_stories, load_story
from tradepress.browse.addresses.result_address import ResultAddress, read_address
from tradepress.browse.downloads import Download, file_name
from tradepress.browse.page_visit import UNREAD, PageVisit
from tradepress.browse.pages.mistakes import mistake_page
from tradepress.browse.pages.story_page import as_named, no_story
from tradepress.research.citation.cited_story import Citation, citation_of
from tradepress.research.citation.style_names import StyleName
from tradepress.research.citation.write_citations import (
    DEFAULT_STYLE,
    CitationFormat,
    write_citations,
)
from tradepress.research.export.csv_file import BOM, csv_lines
from tradepress.research.export.jsonl_file import jsonl_lines
from tradepress.research.export.withheld_text import ExportRow, export_rows

BUSY = (
    "Other files are being made just now, as many as this archive makes at once. "
    "Ask for this one again in a minute."
)
Choose = Callable[[Database], Iterable[int]]
"""Chooses ids of versions, in the order of the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenAs:
    """Is a form in which stories are taken away."""

    content_type: str
    parts: Callable[[Iterable[ExportRow]], Iterator[bytes]]


def cited(
    rows: Iterable[ExportRow], form: CitationFormat = "text", style: StyleName | None = None
) -> Iterator[bytes]:
    """Yields citations as on this day."""
    return (part.encode() for part in write_citations(citations(rows), form, style))


def citations(rows: Iterable[ExportRow]) -> Iterator[Citation]:
    today = utc_now()[:10]
    return (citation_of(row.story, today) for row in rows)


def _spreadsheet(rows: Iterable[ExportRow]) -> Iterator[bytes]:
    yield BOM
    yield from csv_lines(rows)


REFERENCES: Mapping[str, TakenAs] = {
    "ris": TakenAs(
        content_type="application/x-research-info-systems; charset=utf-8",
        parts=partial(cited, form="ris"),
    ),
    "bib": TakenAs(
        content_type="application/x-bibtex; charset=utf-8", parts=partial(cited, form="bibtex")
    ),
    "csl.json": TakenAs(
        content_type="application/vnd.citationstyles.csl+json",
        parts=partial(cited, form="csl-json"),
    ),
}
FILES: Mapping[str, TakenAs] = {
    "csv": TakenAs(content_type="text/csv; charset=utf-8", parts=_spreadsheet),
    "jsonl": TakenAs(content_type="application/jsonl; charset=utf-8", parts=jsonl_lines),
    **REFERENCES,
}
"""Lists the forms by their ending."""


async def result_file(datasette: Datasette, request: Request) -> Response | Download:
    """Serves ``/stories.csv?q=lantern``: all that the page counts, in the order of their days."""
    visit = PageVisit(datasette=datasette, request=request)
    ending = request.url_vars["ending"]
    return await _of_result(visit, visit.arguments, FILES[ending], ending)


async def result_in_style(datasette: Datasette, request: Request) -> Response | Download:
    """Serves ``/stories/cite.txt?style=apa``: a citation a line."""
    visit = PageVisit(datasette=datasette, request=request)
    style, others = split_style(visit.arguments)
    text = TakenAs(content_type="text/plain; charset=utf-8", parts=partial(cited, style=style))
    return await _of_result(visit, others, text, f"{style}.txt")


async def _of_result(
    visit: PageVisit, arguments: Iterable[tuple[str, str]], form: TakenAs, ending: str
) -> Response | Download:
    address = await asked_result(visit, arguments)
    return stories_file(visit, chosen_by(address), form, result_name(address, ending))


async def asked_result(visit: PageVisit, arguments: Iterable[tuple[str, str]]) -> ResultAddress:
    """Reads which result is asked for.

    :raises BadRequest: it can't be read
    """
    try:
        address = await visit.meant(read_address(arguments))
        await visit.ask(find_matches, address.query)
    except ValueError as error:
        raise BadRequest(UNREAD.format(error)) from error
    return address


def result_name(address: ResultAddress, ending: str) -> str:
    """Names a file of a result."""
    words = query_in_words(address.query) if address.query != StoryQuery() else "all"
    return file_name(words, ending)


def chosen_by(address: ResultAddress) -> Choose:
    """Chooses all stories of a result, whatever its page and order."""
    return partial(choose_versions, query=address.query, fold=address.fold)


def stories_file(visit: PageVisit, choose: Choose, form: TakenAs, name: str) -> Response | Download:
    """Serves stories as a file; asked by HEAD, what it is called.

    :param name: of the file, ASCII
    """

    def parts(db: Database) -> Iterator[bytes]:
        return form.parts(given(visit, db, choose(db)))

    return made_file(visit, parts, form.content_type, name)


def made_file(
    visit: PageVisit, parts: Callable[[Database], Iterator[bytes]], content_type: str, name: str
) -> Response | Download:
    """Serves a file that is made of the archive; asked by HEAD, what it is called."""
    download = Download(
        visit=visit,
        name=name,
        content_type=content_type,
        parts=parts,
        busy=partial(mistake_page, visit.datasette, visit.request, 503, BUSY),
    )
    return whole_file(b"", content_type, name) if visit.is_head else download


def given(visit: PageVisit, db: Database, versions: Iterable[int]) -> Iterator[ExportRow]:
    """Yields stories as they are given on: with their texts, unless those are reserved."""
    stories = load_stories(db, versions)
    return export_rows(
        (as_named(story, visit) for story in stories),
        texts="none" if visit.is_public else "unreserved",
        policies=visit.policies,
    )


def whole_file(body: bytes, content_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=headers, content_type=content_type)


async def story_reference(datasette: Datasette, request: Request) -> Response:
    """Serves ``/story/wipr-14415.ris``, or of one version, ``/story/wipr-14415@2.ris``."""
    visit = PageVisit(datasette=datasette, request=request)
    ref, ending = tilde_decode(request.url_vars["ref"]), request.url_vars["ending"]
    try:
        row = await visit.ask_of_story(one_given, ref, visit)
    except NoSuchArticle as error:
        return await no_story(visit, ref, error)
    form = REFERENCES[ending]
    (citation,) = citations([row])
    body = b"".join(form.parts([row]))
    return whole_file(body, form.content_type, f"{citation.key}.{ending}")


def one_given(db: Database, ref: str, visit: PageVisit) -> ExportRow:
    """Returns one story as it is given on.

    :param ref: with the number of a version or without
    :raises NoSuchArticle: no such ref or version
    """
    (row,) = export_rows([as_named(load_story(db, ref), visit)], policies=visit.policies)
    return row


def split_style(
    arguments: Iterable[tuple[str, str]],
) -> tuple[StyleName, list[tuple[str, str]]]:
    """Returns the style that is asked for, and the other arguments.

    :raises BadRequest: no such style; says which there are
    """
    asked = DEFAULT_STYLE
    others: list[tuple[str, str]] = []
    for name, value in arguments:
        if name != "style":
            others.append((name, value))
        elif value:
            asked = _style(value)
    return asked, others


def _style(value: Any) -> StyleName:
    names: tuple[StyleName, ...] = get_args(StyleName)
    if value not in names:
        raise BadRequest(f"There is no style {value!r}: give one of {', '.join(names)}.")
    style: StyleName = value
    return style
