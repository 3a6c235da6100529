"""Takes out what web archives put into the pages that they show, before anything is read.

By the look of pages of the Wayback Machine and of pywb, as served and as browsers saved them.
"""

import re

from tradepress.archive.archived_address import unwrap

INSERTS = (
    ("<!-- BEGIN WAYBACK TOOLBAR INSERT -->", "<!-- END WAYBACK TOOLBAR INSERT -->"),
    ("<!-- WB Insert -->", "<!-- End WB Insert -->"),
)
HEAD_INSERT = "<!-- End Wayback Rewrite JS Include -->"
"""Ends the scripts that stand first in the head."""
TOOLBAR = re.compile(r"<div\b[^<>]{0,200}?\bid\s*=\s*[\"']?(?:wm-ipp|donato\b)", re.IGNORECASE)
TOOLBAR_ELEMENTS = ("wm-ipp-base", "wm-ipp-print", "donato")
"""Names the toolbar, what is printed in its stead, and a call for donations, in or beside it."""
DIV = re.compile(r"<(/?)div\b", re.IGNORECASE)
REWRITTEN = ("/http:/", "/https:/")
"""One of them stands in each address of a capture."""
OPENING = "/http"
"""Begins both of them: most pages have it nowhere, and are gone through once."""
ESCAPED = (r"\/http:\/", r"\/https:\/")
"""Is REWRITTEN as JSON may write it."""
HOLDERS = re.compile(
    r"<script\b[^<>]{0,200}ld\+json(?:[^<]++|<(?!/?script))*+|<[a-z][^<>]*", re.IGNORECASE
)
"""Matches tags, and data for machines: what a reader sees stays as written."""
CAPTURED = r"/\d{4,14}(?:[a-z]{2}_)?\\?/https?:\\?/"
"""Matches what stands in each address of a capture, and in few of image proxies."""
CAPTURE = re.compile(CAPTURED)
ADDRESS = re.compile(rf"(?<![\w./:%\\-])[\w./:%\\-]{{0,300}}?{CAPTURED}[^\"'\s<>]*")


def remove_marks(page: str) -> str:
    """Returns the page without a web archive's toolbar and scripts, its links as once written.

    Other pages come back as they are, except that links of theirs to captures of a web archive
    lead to what was captured.
    """
    if OPENING not in page or not CAPTURE.search(page):
        return page
    for begin, end in INSERTS:
        page = _without(page, begin, end)
    end_of_head = page.find(HEAD_INSERT)
    start = page.find(">", page.find("<head")) + 1
    if 0 < start < end_of_head:
        page = page[:start] + page[end_of_head + len(HEAD_INSERT) :]
    for _ in TOOLBAR_ELEMENTS:
        whole, page = page, _without_toolbar(page)
        if page is whole:
            break
    return HOLDERS.sub(_unwrapped, page)


def _without(page: str, begin: str, end: str) -> str:
    start = page.find(begin)
    stop = page.find(end, start)
    return page[:start] + page[stop + len(end) :] if 0 <= start < stop else page


def _without_toolbar(page: str) -> str:
    """Removes an element of the toolbar, where a browser that saved the page kept no comments."""
    toolbar = TOOLBAR.search(page)
    if toolbar is None:
        return page
    depth = 0
    for div in DIV.finditer(page, toolbar.start()):
        depth += -1 if div[1] else 1
        if depth == 0:
            return page[: toolbar.start()] + page[page.find(">", div.end()) + 1 :]
    return page


def _unwrapped(holder: re.Match[str]) -> str:
    words = holder[0]
    is_led_back = any(sign in words for sign in (*REWRITTEN, *ESCAPED))
    return ADDRESS.sub(_original, words) if is_led_back else words


def _original(written: re.Match[str]) -> str:
    found = unwrap(written[0].replace("\\/", "/"))
    return found.url if found else written[0]
