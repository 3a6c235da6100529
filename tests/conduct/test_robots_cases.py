"""What Google's parser of robots.txt makes of a file, as facts: written anew in our words, after
its tests (google/robotstxt, robots_test.cc) and the examples of Google's documentation.

Each is a group of lines for one agent, what it allows and what it forbids. The two in which we
do otherwise stand at the end.
"""

import pytest

from tradepress.conduct.robots_rules import RobotsRules, decode_robots

SITE = "http://paper.example"
ALL_BUT = "Disallow: /\nAllow: "
OURS = "User-agent: tradepress\n"


def allows(robots: str, path: str, agent: str = "tradepress") -> bool:
    return RobotsRules(robots, agent).allows(f"{SITE}{path}")


@pytest.mark.parametrize(
    ("lines", "allowed", "forbidden"),
    [
        ("Disallow: /", "", "/x/y"),
        ("disallow /", "", "/x/y"),
        ("Foo: bar\nBar: /", "/x/y", ""),
        ("ALLOW: /x/\nDISALLOW: /", "/x/y", "/a/b"),
        ("aLlOw: /x/\ndIsAlLoW: /", "/x/y", "/a/b"),
        ("Disallow: /x/", "/X/y", "/x/y"),
        ("Disallow: /X/", "/x/y", "/X/y"),
        # The longest pattern counts; of two as long, what allows.
        ("Disallow: /x/page.html\nAllow: /x/", "/x/y", "/x/page.html"),
        ("Allow: /x/page.html\nDisallow: /x/", "/x/page.html", "/x/"),
        ("Disallow:\nAllow:", "/x/page.html", ""),
        ("Disallow: /\nAllow: /", "/x/page.html", ""),
        ("Disallow: /x\nAllow: /x/", "/x/", "/x"),
        ("Disallow: /x/page.html\nAllow: /x/page.html", "/x/page.html", ""),
        ("Allow: /page\nDisallow: /*.html", "/page", "/page.html"),
        ("Allow: /x/page.\nDisallow: /*.html", "/x/page.html", "/x/y.html"),
        ("Allow: /p\nDisallow: /", "/page", "/other"),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", ""),
        ("Allow: /$\nDisallow: /", "/", "/page.htm"),
        ("Allow: /a/index.html\nDisallow: /", "/a/index.html /a/", "/a/index.htm /other"),
        # Signs beyond ASCII are as their bytes in UTF-8, encoded.
        (f"{ALL_BUT}/lamp/ツ", "/lamp/%E3%83%84", "/lamp/%E3%83%85"),
        (f"{ALL_BUT}/lamp/%E3%83%84", "/lamp/%E3%83%84", "/lamp/%E3%83%85"),
        (f"{ALL_BUT}/a?q=t&b=http://x.example?t&p", "/a?q=t&b=http://x.example?t&p", "/a"),
        (f"{ALL_BUT}/lamp/%62%61%7A", "/lamp/%62%61%7A", "/lamp/bar"),
        # * is any signs, $ the end, # begins a comment.
        ("Disallow: /a/b/quz\nAllow: /a/*/qux", "/a/quz /a//quz /a/c/quz", "/a/b/quz"),
        ("Disallow: /a/b$\nAllow: /a/b/qux", "/a/b/qux /a/b/ /a/b/baz", "/a/b"),
        ("# Disallow: /\nDisallow: /a/quz#qux\nAllow: /", "/a/bar", "/a/quz"),
        (f"{ALL_BUT}/fish", "/fish /fish.html /fish/salmon.html /fishheads", "/bar /Fish.asp"),
        (f"{ALL_BUT}/fish", "/fishheads/yummy.html /fish.html?id=x", "/catfish /?id=fish"),
        (f"{ALL_BUT}/fish*", "/fish /fish.html /fish/salmon.html /fishheads", "/bar /Fish.asp"),
        (f"{ALL_BUT}/fish*", "/fishheads/yummy.html /fish.html?id=x", "/catfish /?id=fish"),
        (f"{ALL_BUT}/fish/", "/fish/ /fish/salmon /fish/?salmon", "/fish /fish.html"),
        (f"{ALL_BUT}/fish/", "/fish/salmon.html /fish/?id=x", "/Fish/Salmon.html /bar"),
        (f"{ALL_BUT}/*.php", "/name.php /folder/name.php?p //folder/any.php.html", "/php/ /bar"),
        (f"{ALL_BUT}/*.php", "/name.php/ /index?f=name.php/", "/index?php /windows.PHP"),
        (f"{ALL_BUT}/*.php$", "/name.php /folder/name.php", "/name.php?p /name.php/ /name.php5"),
        (f"{ALL_BUT}/*.php$", "/a/b.php", "/php/ /name?php /aaaphpaaa //windows.PHP /bar"),
        (f"{ALL_BUT}/fish*.php", "/fish.php /fishheads/catfish.php?p", "/Fish.PHP /bar"),
    ],
)
def test_paths(lines: str, allowed: str, forbidden: str) -> None:
    robots = OURS + lines
    assert [path for path in allowed.split() if not allows(robots, path)] == []
    assert [path for path in forbidden.split() if allows(robots, path)] == []


GROUPS = """
Allow: /a/b/

User-agent: FooBot
Disallow: /
Allow: /x/
User-agent: BarBot
Disallow: /
Allow: /y/


Allow: /w/
User-agent: BazBot

User-agent: FooBot
Allow: /z/
Disallow: /
"""
SPACED = "User-Agent: *\nDisallow: /\nUser-Agent: {}\nAllow: /x/\nDisallow: /\n"
OTHERS = "User-agent: FooBot\nAllow: /\nUser-agent: BarBot\nDisallow: /\n"


@pytest.mark.parametrize(
    ("robots", "agent", "allowed", "forbidden"),
    [
        ("", "FooBot", "/x/y", ""),
        # Groups of one agent are one; lines before all groups are nobody's.
        (GROUPS, "FooBot", "/x/b /z/d", "/y/c /a/b/"),
        (GROUPS, "BarBot", "/y/c /w/a", "/z/d /a/b/"),
        (GROUPS, "BazBot", "/z/d", "/a/b/"),
        (SPACED.format("FOO BAR"), "Foo", "/x/y", "/a/b"),
        (SPACED.format("foo bar"), "foo", "/x/y", "/a/b"),
        (SPACED.format("FoO bAr"), "Foo", "/x/y", "/a/b"),
        (SPACED.format("Foo Bar"), "Other", "", "/x/y"),
        # Whom no group names goes by that of all, whom one names by that alone.
        ("User-agent: *\nAllow: /\nUser-agent: FooBot\nDisallow: /", "FooBot", "", "/x/y"),
        ("User-agent: *\nAllow: /\nUser-agent: FooBot\nDisallow: /", "BarBot", "/x/y", ""),
        (OTHERS, "QuxBot", "/x/y", ""),
        (OTHERS, "BarBot", "", "/x/y"),
        (
            "User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/",
            "FooBot",
            "/x/page",
            "/y/page",
        ),
    ],
)
def test_groups(robots: str, agent: str, allowed: str, forbidden: str) -> None:
    assert [path for path in allowed.split() if not allows(robots, path, agent)] == []
    assert [path for path in forbidden.split() if allows(robots, path, agent)] == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_ends_of_lines_and_the_mark_of_utf_8(end: str, mark: bytes) -> None:
    lines = ("User-Agent: foo", "Allow: /some/path", "User-Agent: bar", "", "", "Disallow: /")
    robots = decode_robots(mark + end.join(lines).encode())
    assert allows(robots, "/some/path", "foo")
    assert not allows(robots, "/some/path", "bar")


@pytest.mark.parametrize("line", ["Sitemap: {}", "site-map: {}", "SITEMAP:{}"])
def test_sitemaps_are_of_no_group(line: str) -> None:
    url = f"{SITE}/sitemap.xml"
    robots = f"User-agent: foo\n{line.format(url)}\nDisallow: /\n"
    assert RobotsRules(robots, "foo").sitemaps == (url,)
    assert not allows(robots, "/x", "foo")


def test_where_google_s_parser_does_otherwise() -> None:
    """It cuts a line after 16,664 bytes, and compares encoded letters as they stand. RFC 9309 knows
    nothing of the first, and of the second says that they are decoded before (2.2.2)."""
    long = "/x/" + "a" * 17_000
    assert allows(f"{OURS}Disallow: {long}/qux", f"{long}/fux")
    assert not allows(f"{OURS}Disallow: {long}/qux", f"{long}/qux")
    assert allows(f"{OURS}{ALL_BUT}/lamp/%62%61%7A", "/lamp/baz")


@pytest.mark.parametrize("rule", ["/private/", "/x/../private/", "/%2e%2e/private/", "/./private/"])
@pytest.mark.parametrize("path", ["/private/a", "/%70rivate/a", "/private/%61"])
def test_dots_of_a_rule_and_letters_of_an_address_in_other_spellings(rule: str, path: str) -> None:
    assert not allows(f"{OURS}Disallow: {rule}", path)
