"""Declares The Trademark Lawyer Magazine: posts at the site's root, some of them from offices."""

from tradepress.families.wordpress import ROOT_POST
from tradepress.source import Source

SOURCE = Source(
    name="trademarklawyer",
    publisher="The Trademark Lawyer Magazine",
    domains=("trademarklawyermagazine.com",),
    language="en",
    timezone="Europe/London",
    sections=("https://trademarklawyermagazine.com/",),
    feeds=("https://trademarklawyermagazine.com/feed/",),
    article_url=ROOT_POST,
    coverage="News and features on trade marks in all countries since about 2017; releases of "
    "offices and of associations stand nearly word for word.",
    rights="Free, no wall. No licence or terms were seen.",
    unverified="The feed, which is the platform's usual one; the names of pages that are no story.",
)
