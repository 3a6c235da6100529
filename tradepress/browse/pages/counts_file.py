"""Serves ``/stories/counts.csv|svg|png?by=month&q=…``: numbers and picture of a result, as
files."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Callable, Mapping
from dataclasses import replace

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from tradepress.archive.search.story_query import query_in_words
from tradepress.browse.addresses.counts_address import read_counts_address
from tradepress.browse.downloads import file_name
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages.picture_page import counts_at
from tradepress.browse.pages.take_away import whole_file
from tradepress.research.counting.count_csv import csv_of_counts
from tradepress.research.counting.count_png import NoPainter, paint_counts
from tradepress.research.counting.count_stories import StoryCounts
from tradepress.research.counting.count_svg import draw_counts
from tradepress.research.export.csv_file import BOM


def csv_bytes(counts: StoryCounts) -> bytes:
    return BOM + b"".join(csv_of_counts(counts))


def svg_bytes(counts: StoryCounts) -> bytes:
    return draw_counts(counts).encode()


FORMATS: Mapping[str, tuple[str, Callable[[StoryCounts], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", csv_bytes),
    "svg": ("image/svg+xml", svg_bytes),
    "png": ("image/png", paint_counts),
}


async def counts_file(datasette: Datasette, request: Request) -> Response:
    """Serves the numbers of a result as a file.

    :raises NotFound: nothing here paints a PNG
    """
    visit = PageVisit(datasette=datasette, request=request)
    ending = request.url_vars["format"]
    content_type, made_of = FORMATS[ending]
    try:
        address = read_counts_address(visit.arguments)
        address = replace(address, result=await visit.meant(address.result))
        counts = await visit.ask(counts_at, address, visit.archive.facets)
        body = made_of(counts)
    except NoPainter as error:
        raise NotFound(f"There is no picture as PNG here: {error}.") from error
    except ValueError as error:
        return Response.text(f"{error}\n", status=400)
    asked = query_in_words(address.result.query)
    name = file_name(f"by {' '.join(address.by)} {asked}", ending)
    return whole_file(body, content_type, name)
