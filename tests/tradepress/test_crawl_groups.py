"""Which sources go to one crawl process."""

from tradepress.cluster.crawl_groups import group_sources
from tradepress.configuration import Configuration, SourceConfiguration
from tradepress.source import Source


def source(name: str, *domains: str) -> Source:
    return Source(
        name=name,
        publisher=name,
        domains=domains,
        language="en",
        timezone="UTC",
        article_url=r"/.+",
    )


def groups(*sources: Source, **named: str) -> list[str]:
    configuration = Configuration(
        source={name: SourceConfiguration(group=group) for name, group in named.items()}
    )
    return [" ".join(one.name for one in group) for group in group_sources(sources, configuration)]


def test_each_site_is_a_group() -> None:
    assert groups(source("a", "a.com"), source("b", "b.com")) == ["a", "b"]


def test_hosts_of_one_registered_name_are_one_site() -> None:
    assert groups(
        source("a", "www.a.co.uk"), source("b", "b.co.uk"), source("c", "news.a.co.uk")
    ) == ["a c", "b"]


def test_a_domain_may_be_above_registered_names() -> None:
    offices = source("office", "ipo.gov.uk")
    assert groups(source("all", "gov.uk"), source("b", "b.co.uk"), offices) == ["all office", "b"]
    assert groups(offices, source("all", "gov.uk")) == ["office all"]


def test_what_the_operator_groups_goes_together() -> None:
    papers = source("a", "a.com"), source("b", "b.com"), source("c", "c.com")
    assert groups(*papers, a="one host", c="one host", b="another") == ["a c", "b"]


def test_who_shares_with_two_joins_them() -> None:
    papers = source("a", "a.com"), source("b", "b.com"), source("c", "c.com", "b.com")
    assert groups(*papers, a="g", c="g") == ["a b c"]
    assert groups(source("d", "d.com"), *papers) == ["d", "a", "b c"]
    both = source("e", "a.com", "d.com")
    assert groups(source("d", "d.com"), *papers, both) == ["d a e", "b c"]


def test_a_group_is_no_site() -> None:
    assert groups(source("a", "a.com"), source("b", "b.com"), b="a.com") == ["a", "b"]
