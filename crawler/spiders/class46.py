"""Declares MARQUES Class 46: every page is a stream of the latest posts, whatever is asked for."""

import re

from tradepress.extraction import NotAnArticle
from tradepress.source import Furniture, Source

DAY = re.compile(r"([A-Z]{3,6}DAY, \d{1,2} [A-Z]+ \d{4})")
LINK = re.compile(r"(?is)Perm-A-Link:.{,99}?XID=(BHA\d+)(?:\">[^<]*)?(?:.{,300}?Post a Comment)?")


def cut_post(page: str, url: str | None) -> str:
    """Returns the post of the permalink asked for, with the day, which stands once a day."""
    start, day = 0, ""
    for link in LINK.finditer(page):
        (*_, day, post), start = (day, *DAY.split(page[start : link.start()])), link.end()
        if re.search(rf"XID={link[1]}\b", url or "", re.I):
            new_line = "<p>" if "</" in page else "\n"
            post = re.sub(r"(?=Tags:|Sharing on Social)", new_line, post)
            titled = re.sub(r">\s*([^<\s][^<]*)<", r"><h1>\1</h1><", post, count=1)
            return new_line + day + (titled if day else post)
    raise NotAnArticle("index", "no post of the page has the permalink that the address is")


SOURCE = Source(
    name="class46",
    publisher="MARQUES Class 46",
    cited_as="blog",
    domains=("marques.org",),
    language="en",
    timezone="Europe/London",
    sections=("https://www.marques.org/blogs/class46/",),
    article_url=r"(?i:/blogs/class46/?|/class46/(?:default\.asp)?)\?(?:.*&)?XID=BHA\d+(?:&.*)?",
    article_id=r"XID=(BHA\d+)",
    furniture=(Furniture(pattern=r"now in its \w+ year\b.*|click here sub.*|who we all.*"),),
    prepare_page=cut_post,
    coverage="European trade mark law since 2008 or before; only what is among the latest posts.",
    rights="Free, no wall; Log in is for members of the association. No terms were seen.",
    unverified="Mark-up; the feed /class46/default.asp?XMLRequest=RSS; older posts.",
)
