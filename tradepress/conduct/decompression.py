"""Decodes answers and keeps the bytes as received; a broken answer is asked for once more."""

import re

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Request, Response
from scrapy.responsetypes import responsetypes

from tradepress.archive.captures.content_encoding import CutOff, TooLarge, Undecodable, decode
from tradepress.conduct.middleware import ConductMiddleware

MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
DOCUMENT = re.compile(rb"<!doctype\s+html|<html[\s>]", re.I)
END = re.compile(rb"</(?:html|body|rss|feed|rdf:rdf|urlset|sitemapindex)\s*>", re.I)
WITHIN = 4096
"""Counts the bytes at either end in which a document says what it is, and that it is over."""


class Decompression(ConductMiddleware):
    """Undoes Content-Encoding and keeps the answer as received in ``meta["raw_response"]``.

    In place of Scrapy's HttpCompressionMiddleware, which takes half a stream for a page, and
    guesses a charset from the compressed bytes while it makes the new response.
    """

    def process_response(self, request: Request, response: Response) -> Response | Request:
        request.meta["raw_response"] = response
        encoding = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        limit = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        most = request.meta.get("download_maxsize", limit)
        try:
            if response.status == 206 and "Range" not in request.headers:
                raise CutOff("it is a part of the page (206)")
            body = decode(response.body, encoding, most)
            is_vouched_for = bool(encoding) or "partial" not in response.flags
            # A capture may be of a page that broke off: then there is no more of it.
            is_looked_at = response.status < 300 and not (
                is_vouched_for and request.meta.get("kind") == "memento"
            )
            if is_looked_at and is_broken_off(body, is_vouched_for=is_vouched_for):
                raise CutOff("the document breaks off")
        except TooLarge:
            raise
        except Undecodable as error:
            if response.status >= 300:
                return response  # what counts is its status
            return self.second_try(request, error)
        if not encoding:
            return response
        facts = {name: getattr(response, name) for name in Response.attributes}
        facts["headers"] = response.headers.copy()
        del facts["headers"]["Content-Encoding"]
        facts["body"] = body
        kind = responsetypes.from_args(headers=facts["headers"], url=response.url, body=body)
        return kind(**facts)

    def second_try(self, request: Request, error: Undecodable) -> Request:
        """Returns the request once more, without an encoding that might be at fault.

        :raises Undecodable: this was the second try
        """
        assert self.crawler.spider is not None
        again = get_retry_request(request, spider=self.crawler.spider, reason=error)
        if again is None:
            raise error
        again.headers["Accept-Encoding"] = "identity"
        again.meta["failure"] = error
        return again


def is_broken_off(body: bytes, *, is_vouched_for: bool) -> bool:
    """Does a page, feed or sitemap end before its end?

    :param is_vouched_for: a length or a checksum says that all of the body is there. Then a
        document without an end tag is taken for whole unless it stops in mid-text, as it does
        where its server broke down, or named too small a length
    """
    tail = body[-WITHIN:].rstrip()
    if not MARKUP.match(body) or END.search(tail):
        return False
    stops = not tail.endswith(b">")
    return not is_vouched_for or (stops and bool(DOCUMENT.search(body[:WITHIN])))
