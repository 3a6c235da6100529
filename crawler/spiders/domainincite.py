"""Declares Domain Incite: one line below the headline names author, day and category."""

from tradepress.source import Furniture, Source

SOURCE = Source(
    name="domainincite",
    publisher="Domain Incite",
    cited_as="blog",
    domains=("domainincite.com",),
    language="en",
    timezone="Europe/London",
    day_first=False,
    sections=("https://domainincite.com/",),
    feeds=("https://domainincite.com/feed",),
    article_url=r"/\d+-[\w%-]+/?",
    article_id=r"^/(\d+)-",
    section_names=(
        *("Domain Policy", "Domain Registries", "Domain Registrars", "Domain Services"),
        *("Domain Sales", "Domain Tech", "Gossip"),
    ),
    furniture=(
        Furniture(pattern=r"(?:(?:latest news of the domain name industry|recent posts)\.? ?)+"),
    ),
    coverage="ICANN, registries and new top-level domains since February 2010; one author.",
    rights="Free, no wall. No licence or terms were seen.",
    unverified="The page of a story: only lists of whole stories were seen.",
)
