"""Declares The TTABlog, of one author, who signs no post; the day stands above the day's posts."""

import re

from tradepress.families import blogger
from tradepress.source import Furniture, Source


def drop_invitation(page: str, _url: str | None) -> str:
    """Removes the line above the author's comment, which ended the text of a capture."""
    return re.sub(r"(?m)^[ \t]*Read comments and post your comments? here\.?[ \t]*$", "", page)


SOURCE = Source(
    name="ttablog",
    publisher="The TTABlog",
    cited_as="blog",
    domains=blogger.hosts("thettablog"),
    language="en",
    timezone="America/New_York",
    day_first=False,
    sections=("https://thettablog.blogspot.com/",),
    feeds=("https://thettablog.blogspot.com/feeds/posts/default",),
    article_url=blogger.ARTICLE_URL,
    article_id=blogger.ARTICLE_ID,
    furniture=(
        *blogger.FURNITURE,
        Furniture(pattern=r"the ttablog®?|keeping tabs on the ttab®?|jlw articles"),
        Furniture(pattern=r"text(?: and \w+)? copyright .*|©\s?john l\. welch.*", cut="rest"),
        Furniture(pattern=r"e-?mail subscriptions to the ttablog are available\b.*"),
    ),
    prepare_page=drop_invitation,
    coverage="Decisions of the Trademark Trial and Appeal Board since November 2004, about one a "
    "working day.",
    rights="Free, no wall. Each post ends “Text Copyright John L. Welch” with the year; no licence "
    "is stated.",
    unverified="The feed, which is the platform's usual one, and the mark-up of posts.",
)
