"""Declares Asia IP: slugs hold what is left of entities (ldquo); section and sector may lead on."""

from tradepress.source import Source

SOURCE = Source(
    name="asiaip",
    publisher="Asia IP",
    domains=("asiaiplaw.com",),
    language="en",
    timezone="Asia/Hong_Kong",
    sections=(
        "https://www.asiaiplaw.com/",
        "https://www.asiaiplaw.com/section/in-depth",
        "https://www.asiaiplaw.com/section/cover-story",
        "https://www.asiaiplaw.com/sector/copyright",
    ),
    article_url=r"/(?:(?:section|sector)/[a-z0-9-]+|article)/[a-z0-9-]+/?",
    coverage="Intellectual property in Asia; stories since about 2010.",
    rights="Free as far as seen; no terms were seen.",
    unverified="The pages of sections, built from stories' addresses. One story may stand under "
    "its section, its sector and /article/ alike.",
)
