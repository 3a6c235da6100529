"""Shows ``/help``: the documentation that comes with the program, and where it tells of words."""
# mypy: disable-error-code="import-untyped"

import re
from collections.abc import Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from markdown import Markdown
from markdown.extensions.tables import TableExtension
from markupsafe import Markup

from tradepress.browse.page_visit import PageVisit
from tradepress.documentation import (
    DocPage,
    DocSection,
    documentation_folder,
    find_sections,
    read_pages,
)

LINK = re.compile(r' (href|src)="(?![a-z]+:|#|/)(?:[\w-]+/|\.\./)*([\w.-]+?)(\.md)?(?=["#])')
"""Matches the file that a page of the documentation leads to; its folder is of no interest."""
TYPES = {".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentationPage:
    """Holds what the template shows."""

    asked: str
    found: Sequence[DocSection]
    shown: DocPage
    html: Markup


async def documentation_page(datasette: Datasette, request: Request) -> Response:
    """Shows a page, that of all pages, or which pages have the words of ``?q=``."""
    visit = PageVisit(datasette=datasette, request=request)
    pages, asked = read_pages(), (request.args.get("q") or "").strip()
    name = request.url_vars["name"] or "index"
    if name not in pages:
        raise NotFound(f"There is no page {name!r} of the documentation")
    html = as_html(pages[name], str(datasette.urls.path("help")))
    found = find_sections(asked) if asked else []
    page = DocumentationPage(asked=asked, found=found, shown=pages[name], html=html)
    return await visit.show("documentation.html", page)


async def documentation_file(request: Request) -> Response:
    """Sends a picture of a page, or a file that it offers."""
    files = {
        path.name: path for path in documentation_folder().rglob("*.*") if path.suffix != ".md"
    }
    path = files.get(request.url_vars["file"])
    if path is None:
        raise NotFound("There is no such file of the documentation")
    content_type = TYPES.get(path.suffix, "text/plain; charset=utf-8")
    return Response(path.read_bytes(), content_type=content_type)


def as_html(page: DocPage, root: str) -> Markup:
    """Returns a page of ours as HTML whose links lead to others below ``root``."""
    reader = Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            "fenced_code",
            "toc",
            "admonition",
            "attr_list",
        ]
    )
    html = reader.convert(page.text)
    wide = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    return Markup(LINK.sub(rf' \1="{root}/\2', wide.replace("</table>", "</table></div>")))
