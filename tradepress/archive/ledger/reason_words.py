"""Says in words why addresses ended as they did, for a reader of the ledger's codes."""

import re
from collections.abc import Mapping

from tradepress.archive.ledger.outcomes import OF_DATA

_WORDS: Mapping[str, str] = {
    "another_page": "the web archive gave another page than was asked for",
    "browser": "the browser that is to draw the page failed, or did not start",
    "challenge": "the page wants a proof that no program asks for it",
    "consent": "the page shows a question for consent alone",
    "empty": "the page is empty",
    "event": "the announcement of an event, no story",
    "forum": "a thread of a forum, no story",
    "index": "a list, no story",
    "junk": "too little text to be a story",
    "login": "the page asks for a login",
    "no_body": "the page has no text of a story",
    "no_headline": "the page has no headline",
    "not_html": "no web page",
    "other_publisher": "another publisher’s story",
    "prepare_page": "the rules of this source failed on the page",
    "product": "a product of a shop, no story",
    "script": "a script draws the page, and its data hold no story for everybody",
    "search": "a page of search results, no story",
    "service": "what a firm says of itself, no story",
    "story_data_no_json": "what the page loads is no JSON",
    "story_data_no_story": "what the page loads holds no story to be read",
    "soft_404": "the page says that it is not there",
    "too_complex": "the page is too tangled to be read",
    "too_large": "larger than anything that is read",
    "video": "a video without a story",
    "data_loss": "the answer broke off",
    "dns": "no address was found for the host",
    "encoding": "the answer could not be unpacked",
    "host_blocked": "left alone: the host had turned us away",
    "host_down": "left alone: the host had given no good answer several times in a row",
    "host_paused": "left alone: the host had asked for fewer requests",
    "html": "a web page came in its place",
    "ignored": "it was passed over",
    "in_circles": "the list of a web archive’s pages goes in circles, or names nothing more",
    "network": "the connection broke off",
    "no_answer": "no answer",
    "no_memento": "the web archive did not give the page",
    "no_sitemap": "the site names no sitemap",
    "not_an_index": "what the web archive sent is no list of its pages",
    "not_followed": "it leads on to where we don’t follow",
    "offsite": "it leads to another site",
    "private_address": "its host has no public address",
    "protocol": "the answer was no HTTP",
    "redirects": "too many redirects",
    "refused": "the host refused the connection",
    "revisit_of_no_page_here": "the page that it repeats is not here",
    "robots": "robots.txt forbids it",
    "robots_unavailable": "robots.txt could not be had",
    "timeout": "the host did not answer in time",
    "to_come": "captured at a time that has not come",
    "tls": "the host’s certificate or TLS can’t be trusted",
    "unreadable": "no listing that can be read",
    "defect": "a defect of Tradepress",
    "dropped": "the request was dropped",
    "gone": "the page is gone; the story is kept",
    "interrupted": "the run was stopped before",
    "moved": "it moved to another address",
    "no outcome": "how it ended was not noted",
    "policy": "its text may not be kept",
    "quarantined": "it could not be stored, and lies in quarantine",
    "trial": "left for later: the first crawl of a source is a trial",
    "withdrawn": "it was withdrawn",
}
_STATUS: Mapping[str, str] = {
    **dict.fromkeys(("401", "403", "451", "999"), "the site turned us away"),
    **dict.fromkeys(("404", "410"), "the page is not there"),
    **dict.fromkeys(("429", "503"), "the site is busy"),
}

SCRIPT_STEP = (
    "What helps where a script draws the pages: `story_data` of the source, the address of the "
    "data that they load (`tradepress sources new --har FILE` finds it); `rendered = True`, for "
    "which a browser draws them; or `tradepress ingest` of pages that a browser has saved."
)


def reason_in_words(reason: str) -> str:
    """Returns ``robots.txt forbids it`` for ``robots``, ``the site is busy (HTTP 429)`` for
    ``http_429``; what is in words already stays.
    """
    if reason not in _WORDS and reason.startswith(OF_DATA):
        return f"what the page loads: {reason_in_words(reason.removeprefix(OF_DATA))}"
    if (found := re.fullmatch("http_([0-9]{3})", reason)) is None:
        return _WORDS.get(reason, reason)
    said = "the site failed" if found[1].startswith("5") else "the site gave no page"
    return f"{_STATUS.get(found[1], said)} (HTTP {found[1]})"


def reasons_in_words(counts: Mapping[str, int]) -> list[str]:
    """Lists ``robots.txt forbids it: 5``, the most frequent first."""
    in_order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [f"{reason_in_words(reason)}: {count:,}" for reason, count in in_order]
