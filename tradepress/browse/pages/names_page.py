"""Shows ``/courts``, ``/cases``, ``/authors``: all names that stories of the archive have."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.archive.search.named_values import fold, squeezed
from tradepress.browse.addresses.named_kinds import KINDS, KindOfName
from tradepress.browse.facets.name_counts import NameCount
from tradepress.browse.page_visit import PageVisit
from tradepress.mentions.asked_names import number_as_stored

NAMES_SHOWN = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class NamesAddress:
    """Says which part of a list of names is shown."""

    words: str = ""
    """Is what the names must have; empty: all."""
    by_name: bool = False
    """Is the list in the order of the alphabet? Else the most named come first."""
    page: int = 1

    def __str__(self) -> str:
        """Returns the query string."""
        given = {"q": self.words, "order": "name" if self.by_name else ""}
        given |= {"page": str(self.page) if self.page > 1 else ""}
        return urlencode({name: value for name, value in given.items() if value})

    def at(self, page: int) -> "NamesAddress":
        return replace(self, page=page)


@dataclass(frozen=True, kw_only=True, slots=True)
class NamesPage:
    """Holds what the template shows."""

    kind: KindOfName
    address: NamesAddress
    shown: Sequence[NameCount]
    found: int
    """Counts the names on all pages."""
    all_names: int | None
    """Is None if they are being counted for the first time."""
    is_about: bool
    """May the numbers be a little off, as the archive was written to since?"""

    @property
    def kinds(self) -> Sequence[KindOfName]:
        return KINDS

    @property
    def pages(self) -> int:
        return -(-self.found // NAMES_SHOWN)

    @property
    def first(self) -> int:
        """Returns the number of the first name that is shown, from 1."""
        return NAMES_SHOWN * (self.address.page - 1) + 1


async def names_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    kind = next(kind for kind in KINDS if kind.path == request.url_vars["list"])
    address = NamesAddress(
        words=(request.args.get("q") or "").strip(),
        by_name=request.args.get("order") == "name",
    )
    index, is_true = visit.archive.facets.current()
    names = index.names[kind.names] if index else ()
    found = named_like(names, address, are_numbers=kind.named == "number")
    last = max(1, -(-len(found) // NAMES_SHOWN))
    address = address.at(min(visit.number("page") or 1, last))
    start = NAMES_SHOWN * (address.page - 1)
    page = NamesPage(
        kind=kind,
        address=address,
        shown=found[start : start + NAMES_SHOWN],
        found=len(found),
        all_names=len(names) if index else None,
        is_about=not is_true,
    )
    return await visit.show("names.html", page)


def named_like(
    names: Sequence[NameCount], address: NamesAddress, *, are_numbers: bool = False
) -> Sequence[NameCount]:
    """Lists the names that are asked for, in their order; without regard to case and accents, of
    numbers to zeros before them and what stands between letters and digits."""
    form = squeezed if are_numbers else fold
    wanted = form(number_as_stored(address.words) if are_numbers else address.words)
    found = [one for one in names if wanted in form(one.name)] if wanted else names
    return sorted(found, key=lambda one: (fold(one.name), one.name)) if address.by_name else found
