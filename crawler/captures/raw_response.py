"""Keeps the bytes of a response as received, before Scrapy decompresses them."""

import zlib

from scrapy.http import Request, Response


class RawResponse:
    """Downloader middleware below HttpCompression: ``request.meta["raw_response"]``."""

    def process_response(self, request: Request, response: Response) -> Response:
        # A copy: HttpCompression takes Content-Encoding out of the headers of this very object.
        request.meta["raw_response"] = response.copy()
        return response


def is_whole(raw: Response) -> bool:
    """Did all of the body arrive? Scrapy takes half a gzip stream for a page."""
    if "partial" in raw.flags:
        return False
    encoding = (raw.headers.get("Content-Encoding") or b"").strip().lower()
    if encoding not in (b"gzip", b"x-gzip") or not raw.body:
        return True
    stream = zlib.decompressobj(wbits=31)
    try:
        stream.decompress(raw.body)
    except zlib.error:
        return False
    return stream.eof
