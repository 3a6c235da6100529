"""Declares what Blogger blogs (ipkat, ttablog) share: one blog answers on the hosts of several
countries, notices of its team stand above posts of any age, and the readers speak below."""

import re

from tradepress.source import Furniture

ARTICLE_URL = r"/\d{4}/\d\d/[\w%-]+\.html"
"""Matches no archives (``/2004_08_01_archive.html``, ``/2014/07``) and no pages (``/p/…``)."""

ARTICLE_ID = r"^/(\d{4})/(\d\d)/([\w%-]+)\.html"
"""Holds year, month and slug: the same on all hosts, and also with a query."""


def hosts(blog: str) -> tuple[str, ...]:
    """Returns the hosts of one blog, of which the first is its own."""
    return tuple(f"{blog}.blogspot.{country}" for country in ("com", "co.uk", "com.au"))


FURNITURE: tuple[Furniture, ...] = (
    Furniture(pattern=r"(?:no|\d+) comments?:?|.{2,80} said ?(?:\.\.\.|…)", cut="rest"),
    Furniture(
        pattern=r"(?:no comments: ?)?all comments must be moderated by\b.*|powered by blogger\.?",
        cut="rest",
    ),
    Furniture(pattern=r"reviewed by .{2,100}|on|rating:? ?5?|5|(.{4,140}) \1"),
    Furniture(pattern=r"[a-z]{3,6}day, (?:[a-z]{3,9} \d\d?,|\d\d? [a-z]{3,9}) \d{4}"),
    Furniture(
        pattern=r"(?:newer|older) post|(?:<< )?home|(?:reply ?)?(?:reply|delete)|!\[\]\(\) ?\|?"
    ),
)

SIGNATURE = re.compile(r"\bReviewed by\b.{2,150}?\bon\b.{8,250}?\bRating:(?:[ \t]*5\b)?", re.S)


def part_signature(page: str, _url: str | None) -> str:
    """Returns the page with ``Reviewed by NAME on DAY Rating:`` on a line of its own: a theme runs
    it into the headline, captures break it over lines."""

    def part(found: re.Match[str]) -> str:
        words = " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())
        return f"<p>{words}</p>" if "</" in page else f"\n{words}\n"

    return SIGNATURE.sub(part, page)
