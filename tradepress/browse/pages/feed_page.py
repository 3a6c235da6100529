"""Serves ``/stories.atom``: a result to be followed."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from tradepress.archive.search.story_query import query_in_words
from tradepress.browse.addresses.result_address import ResultAddress, read_address
from tradepress.browse.page_visit import UNREAD, PageVisit, result_path, story_path
from tradepress.research.queries.query_feed import FeedPlace, feed_of_result


async def result_feed(datasette: Datasette, request: Request) -> Response:
    """Serves the feed of a result.

    :raises BadRequest: the query can't be read
    """
    visit = PageVisit(datasette=datasette, request=request)
    try:
        address = read_address(visit.arguments)
        return await feed_page(visit, address, query_in_words(address.typed))
    except ValueError as error:
        raise BadRequest(UNREAD.format(error)) from error


async def feed_page(
    visit: PageVisit, address: ResultAddress, title: str, *, path: str | None = None
) -> Response:
    """Serves the latest versions of a result's stories, whatever its page and order.

    :param path: of the feed, and what its id is made of; None: that of the result
    :raises ValueError: the query can't be read
    """
    datasette, result = visit.datasette, address.whole

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(visit.request, path))

    feed = await visit.ask(
        feed_of_result,
        result.query,
        fold=result.fold,
        title=title,
        place=FeedPlace(
            feed=absolute(path or result_path(datasette, result, ".atom")),
            result=absolute(result_path(datasette, result)),
            story=lambda ref: absolute(story_path(datasette, ref)),
        ),
    )
    return Response(feed, content_type="application/atom+xml; charset=utf-8")
