"""Declares IPKat: a blog under several hosts; date and author stand in a line below the post."""

from tradepress.families import blogger
from tradepress.source import Furniture, Source

SOURCE = Source(
    name="ipkat",
    publisher="The IPKat",
    cited_as="blog",
    domains=blogger.hosts("ipkitten"),
    language="en",
    timezone="Europe/London",
    sections=("https://ipkitten.blogspot.com/",),
    feeds=("https://ipkitten.blogspot.com/feeds/posts/default",),
    article_url=blogger.ARTICLE_URL,
    article_id=blogger.ARTICLE_ID,
    furniture=(
        *blogger.FURNITURE,
        Furniture(pattern=r"the team is joined by (?:guest|intern)kats?\b.*"),
        Furniture(pattern=r"(?:subscribe to the ipkat's posts|just pop your e-?mail address)\b.*"),
        Furniture(pattern=r"it is also the ipkat policy that comments\b.*", cut="rest"),
    ),
    prepare_page=blogger.part_signature,
    coverage="Trade marks, copyright, patents and designs, mostly of Europe, since June 2003; "
    "nearly 9,300 posts by April 2015.",
    rights="Free, no wall. No licence is stated; the authors' copyright. The policies (/p/want-to-"
    "complain.html) speak of submissions and comments, not of copies.",
    unverified="The mark-up of today's template; the address forms of posts before 2005.",
)
