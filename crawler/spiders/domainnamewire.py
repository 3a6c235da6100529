"""Declares Domain Name Wire: captures have lost the text's domain names; lists cut each story."""

import re

from tradepress.families.wordpress import DATED_POST
from tradepress.source import Furniture, Source


def mend_capture(page: str, _url: str | None) -> str:
    """Returns the page without what captures add: the numbers of the lines below the headline, and
    the words of a picture, run into the text (``Lantern BankLantern Bank has lost``)."""
    page = re.sub(r"(?m)^[ \t]*\d\. (?=BY\b|Policy & Law|\d+ Comments?[ \t]*$)", "", page)
    return re.sub(r"(?m)^([ \t]*)([A-Z][\w .&'’-]{2,40})(?=\2)", r"\1", page)


SOURCE = Source(
    name="domainnamewire",
    publisher="Domain Name Wire",
    domains=("domainnamewire.com",),
    language="en",
    timezone="America/Los_Angeles",
    day_first=False,
    sections=("https://domainnamewire.com/category/policy-law/",),
    feeds=("https://domainnamewire.com/feed/",),
    article_url=DATED_POST,
    section_names=("Policy & Law",),
    furniture=(
        Furniture(pattern=r"domain name wire|click here to continue reading.{0,3}"),
        Furniture(pattern=r"© domainnamewire\.com \d{4}\b.*|latest domain news at dnw\.com\b.*"),
        Furniture(pattern=r"the post .{3,200} appeared first on domain name wire\b.*", cut="rest"),
    ),
    prepare_page=mend_capture,
    coverage="The trade in domain names and the disputes over them (UDRP, lawsuits) since 2005.",
    rights="Free, no wall. Copyrighted; its feed is for personal use only and may not be published "
    "on any site without permission (note below the stories of the feed, 2016).",
    unverified="The mark-up of stories: only lists and the feed's text were seen; where the clock "
    "of its dates stands.",
)
