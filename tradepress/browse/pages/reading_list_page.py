"""Shows ``/reading-list``: the stories a reader ticked; with ``?ref=…``: those of the address."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.text_forms import counted
from tradepress.browse.addresses.kept_refs import KEPT_SECONDS, REF, KeptRefs, cookie_name, refs_in
from tradepress.browse.datasette_settings import DATABASE
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.queries.reading_list import ListedRef, by_day, list_refs
from tradepress.browse.serving.posting import PostedForm, read_form

PAGE = "reading-list"
MOST_GIVEN = 500
"""Limits the refs of an address that are shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingListPage:
    """Holds what the template shows."""

    stories: Sequence[ListedRef]
    is_own: bool
    """Is the list the reader's own, kept in the browser? Else it is that of the address."""
    left_out: int
    """Counts refs of the address that are too many."""

    @property
    def there(self) -> list[ListedRef]:
        """Lists the stories without those that are no more."""
        return [one for one in self.stories if one.ref]

    @property
    def taken(self) -> int:
        """Counts the stories that its files hold: one that stands there twice once."""
        return len({one.version_id for one in self.there})

    @property
    def parameters(self) -> str:
        """Returns the query string that holds the list."""
        return urlencode([("ref", one.ref or one.kept) for one in self.stories])


async def reading_list_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    if request.method == "POST":
        return await change_list(visit)
    refs = given_refs(visit)
    is_own = not request.args.getlist("ref")
    page = ReadingListPage(
        stories=await visit.ask(
            list_refs, kept_refs(datasette, request).refs if is_own else refs[:MOST_GIVEN]
        ),
        is_own=is_own,
        left_out=len(refs[MOST_GIVEN:]),
    )
    return await visit.show("reading_list.html", page)


def given_refs(visit: PageVisit) -> list[str]:
    """Lists the refs of the address, each once; what can't be a ref counts for nothing."""
    refs = dict.fromkeys(value for name, value in visit.arguments if name == "ref")
    return [ref for ref in refs if REF.fullmatch(ref)]


def kept_refs(datasette: Datasette, request: Request) -> KeptRefs:
    """Returns what this reader's browser keeps."""
    return refs_in(request.cookies.get(_name(datasette), ""))


async def change_list(visit: PageVisit) -> Response:
    """Adds, removes, moves, sorts or empties; then goes back to the page one was on."""
    form = await read_form(visit.request)
    if not form.is_current:
        return await visit.show("form_again.html", form, status=400)
    before = kept_refs(visit.datasette, visit.request)
    after = before
    if form.value("do") == "add":
        after = before.adding(form.values("ref"))
        visit.datasette.add_message(visit.request, _added(before, after, form))
    elif ref := form.value("remove"):
        after = before.without([ref])
    elif ref := form.value("up"):
        after = before.moved(ref, -1)
    elif ref := form.value("down"):
        after = before.moved(ref, 1)
    elif form.value("do") == "sort":
        after = KeptRefs(refs=tuple(by_day(await visit.ask(list_refs, before.refs))))
    elif form.value("do") == "empty":
        after = KeptRefs()
    own = str(visit.datasette.urls.path(PAGE))
    moved = next((ref for ref in after.refs if ref in (form.value("up"), form.value("down"))), None)
    page = f"{own}#{moved}" if moved else form.back(own)
    answer = Response.redirect(page, status=303)
    answer.set_cookie(
        _name(visit.datasette),
        after.as_cookie(),
        max_age=KEPT_SECONDS if after.refs else 0,
        path=str(visit.datasette.urls.path("")),
        secure=visit.request.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def _added(before: KeptRefs, after: KeptRefs, form: PostedForm) -> str:
    ticked = set(form.values("ref"))
    if not ticked:
        return "No story was ticked: tick some, and press the button again."
    new = len(after.refs) - len(before.refs)
    words = f"{counted(new, 'story', 'stories')} added to your reading list"
    if there := len(ticked.intersection(before.refs)):
        words += f", {there:,} on it already"
    if left := len(ticked.difference(after.refs)):
        words += f"; {left:,} not added, as the list is at capacity: take it away and empty it"
    return f"{words}. It holds {counted(len(after.refs), 'story', 'stories')}."


def _name(datasette: Datasette) -> str:
    return cookie_name(Path(datasette.get_database(DATABASE).path))
