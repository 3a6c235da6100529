"""Keeps the bytes of a response as received, before Scrapy decompresses them."""

from scrapy.http import Request, Response


class RawResponse:
    """Downloader middleware below HttpCompression: ``request.meta["raw_response"]``."""

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta["raw_response"] = response
        return response
