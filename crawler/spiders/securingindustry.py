"""Declares SecuringIndustry: sector and story as numbers end addresses; a fixed tail of lines."""

from tradepress.source import Furniture, Source

HOME = "https://www.securingindustry.com/"

SOURCE = Source(
    name="securingindustry",
    publisher="SecuringIndustry",
    domains=("securingindustry.com",),
    language="en",
    timezone="Europe/London",
    sections=(
        HOME,
        *(
            f"{HOME}{sector}/"
            for sector in (
                "pharmaceuticals/s40",
                "electronics-and-industrial/s105",
                "cosmetics-and-personal-care/s106",
                "clothing-and-accessories/s107",
            )
        ),
    ),
    furniture=(Furniture(pattern=r"menu|(?:© ?)?securingindustry\.com|yes please\b.*"),),
    article_url=r"/(?:[a-z0-9-]+/)?[a-z0-9-]+/s\d+/a\d+/?",
    article_id=r"/a(\d+)/?$",
    coverage="Counterfeits, product security and supply chains, since about 2009.",
    rights="Free; no terms were seen.",
    unverified="The sectors' pages were seen as parts of stories' addresses alone.",
)
