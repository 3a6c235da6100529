"""Shows ``/check``: a manuscript is pasted, and its citations and quotations are checked."""
# mypy: disable-error-code="import-untyped"

from dataclasses import dataclass
from functools import partial

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request, Response

from tradepress.archive.database import Database
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.serving.posting import read_form
from tradepress.research.checking.check_manuscript import (
    WRONG,
    CheckedManuscript,
    Label,
    check_manuscript,
)
from tradepress.research.checking.read_manuscript import UnreadableManuscript, read_content

KINDS = {".txt": "text", ".md": "Markdown", ".tex": "LaTeX", ".bib": "BibTeX"}
TOO_LONG = "That takes longer than a page may: paste less at once, or use tradepress check FILE."
AGAIN = "This page stood open from before the archive was opened: press the button once more."


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckPage:
    """Holds what the template shows."""

    text: str = ""
    kind: str = ".txt"
    checked: CheckedManuscript | None = None
    wrong: str = ""
    """Says why nothing was checked."""

    @property
    def kinds(self) -> dict[str, str]:
        return KINDS

    @property
    def labels_wrong(self) -> frozenset[Label]:
        return WRONG


async def check_page(datasette: Datasette, request: Request) -> Response:
    """Checks what was pasted; strangers are told of citations alone."""
    visit = PageVisit(datasette=datasette, request=request)
    if request.method != "POST":
        return await visit.show("check.html", CheckPage())
    form = await read_form(request)
    kind = form.value("kind") if form.value("kind") in KINDS else ".txt"
    asked = partial(CheckPage, text=form.value("text"), kind=kind)
    if not form.is_current:
        return await visit.show("check.html", asked(wrong=AGAIN), status=400)
    try:
        content, of_texts = form.value("text").encode(), not visit.is_public
        checked = await visit.ask(_checked, content, kind, of_texts)
    except UnreadableManuscript as error:
        return await visit.show("check.html", asked(wrong=f"{error}."), status=400)
    except QueryInterrupted:
        return await visit.show("check.html", asked(wrong=TOO_LONG), status=400)
    return await visit.show("check.html", asked(checked=checked))


def _checked(db: Database, content: bytes, kind: str, of_texts: bool) -> CheckedManuscript:
    """Reads and checks it, where no other visitor waits for that."""
    return check_manuscript(db, read_content(content, kind), of_texts=of_texts)
