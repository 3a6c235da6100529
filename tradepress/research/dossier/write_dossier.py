"""Writes a dossier as one HTML file, made for paper as for a screen; the other forms follow it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from tradepress.archive.searched_form import MARK_END, MARK_START
from tradepress.archive.text_forms import UNWANTED, counted
from tradepress.archive.web_address import web_address
from tradepress.research.citation.style_names import STYLES
from tradepress.research.citation.styled_runs import Runs, as_html
from tradepress.research.counting.count_svg import draw_counts
from tradepress.research.dossier.dossier import MOST_STORIES, Dossier, clean
from tradepress.research.export.tei_files import is_language
from tradepress.research.export.xml_text import ILLEGAL, REPLACEMENT
from tradepress.story import NUMBER_KINDS


class DocxMissing(ImportError):
    """Says that python-docx isn't there, and what to do."""


def html_form(dossier: Dossier) -> Iterator[bytes]:
    """Yields the parts of the file: no script, nothing loaded, every sign of a story text."""
    files = FileSystemLoader(Path(__file__).parent)
    pages = Environment(
        loader=files, autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_finished
    )
    pages.filters.update(counted=counted, marked=_marked, moment=_moment, styled=_styled, web=_web)
    pages.tests["language"] = is_language
    style = dossier.style
    page = pages.get_template("dossier.html").generate(
        dossier=dossier,
        most=MOST_STORIES,
        numbers=NUMBER_KINDS,
        style=style.name if isinstance(style, Path) else STYLES[style].title,
        picture=Markup(draw_counts(dossier.counts)) if dossier.counts else None,
    )
    return (part.encode() for part in page)


def _docx_form(dossier: Dossier) -> Iterator[bytes]:
    from tradepress.research.dossier.docx_form import docx_form

    return docx_form(b"".join(html_form(dossier)), dossier.counts)


FORMS: Mapping[str, tuple[str, Callable[[Dossier], Iterator[bytes]]]] = {
    "html": ("text/html; charset=utf-8", html_form),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _docx_form,
    ),
}
"""Maps the ending of a file to its type, and to what yields its parts."""


def require_form(ending: str) -> None:
    """Refuses an ending that no form has.

    :raises ValueError: it is none
    :raises DocxMissing: it is docx, and python-docx isn't installed
    """
    if ending not in FORMS:
        raise ValueError(f"a dossier is a file that ends in .{' or .'.join(FORMS)}")
    if ending == "docx" and find_spec("docx") is None:
        raise DocxMissing("a docx needs python-docx: install tradepress[docx], or make HTML")


def docx_of(page: Iterable[str]) -> Iterator[bytes]:
    """Yields a page of citations (:func:`write_citations`) as a document of Word.

    :raises DocxMissing: python-docx isn't installed
    """
    require_form("docx")
    from tradepress.research.dossier.docx_form import docx_form

    return docx_form(ILLEGAL.sub(REPLACEMENT, UNWANTED.sub("", "".join(page))).encode(), None)


def _finished(value: object) -> object:
    return clean(value) if type(value) is str else value


def _marked(text: str) -> Markup:
    inert = str(escape(text)).replace(MARK_START, "<mark>")
    return Markup(inert.replace(MARK_END, "</mark>"))


def _styled(citation: Runs) -> Markup:
    texts = {run: ILLEGAL.sub(REPLACEMENT, UNWANTED.sub("", run.text)) for run in citation}
    return Markup(as_html([replace(run, text=texts[run]) for run in citation]))


def _moment(moment: str | None) -> str | None:
    """Returns ``2017-08-04T09:15:00Z`` as ``2017-08-04, 09:15 UTC``; a day as it is."""
    found = re.fullmatch(r"(.{10})T(\d\d:\d\d)[\d:.]*(Z|[+-]\d\d:\d\d)?", moment or "")
    return f"{found[1]}, {found[2]} {(found[3] or '').replace('Z', 'UTC')}" if found else moment


def _web(address: str) -> str | None:
    try:
        return web_address(address)
    except ValueError:
        return None
