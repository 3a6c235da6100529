"""Declares WIPO's press room: a mega-menu stands as one line above the text, and in text captures
often alone; stories of a year count up from 1 in their address, releases to 2006 by number."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="wipo",
    publisher="World Intellectual Property Organization",
    domains=("wipo.int", "wipo.org"),
    language="en",
    timezone="Europe/Zurich",
    sections=(
        "https://www.wipo.int/pressroom/en/",
        "https://www.wipo.int/pressroom/en/archive.jsp?cat=marks",
    ),
    feeds=("https://www.wipo.int/pressroom/en/rss.xml",),
    article_url=r"/pressroom/en/articles/\d{4}/article_\d{4}\.html"
    r"|/pressroom/en/prdocs/\d{4}/wipo_[a-z]+_\d{4}_\d+\.html",
    article_id=r"/(\d{4})/article_(\d{4})\.html$|/wipo_([a-z]+)_(\d{4})_(\d+)\.html$",
    furniture=(Furniture(pattern=r"about intellectual property ip training ip outreach\b.*"),),
    coverage="Press releases in English since 2000. Neither the decisions on domain names nor "
    "the magazine, whose terms are others.",
    rights="Free. Publications of WIPO state CC BY 3.0 IGO (Madrid Yearly Review 2018); the terms "
    "of the press room were not seen.",
    unverified="The feed and the two lists were seen as links alone; of the pages themselves only "
    "the menu, so that all below it is to be looked at first.",
)
