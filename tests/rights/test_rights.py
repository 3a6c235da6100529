"""What a publisher reserves: read, recorded, and obeyed in every table and file."""

import gzip
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from archive_rows import (
    PAPER,
    Clock,
    Page,
    Pages,
    Writer,
    clock,
    find,
    open_writer,
    rows,
    save,
    story,
    value,
    writer,
)
from conftest import Answer, Site, Tradepress, a_story, declare, quick_first
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from withdrawn_story import bytes_of, require_sound

from tradepress.archive.stories.identity import TEXT_STAYS, WITHOUT_TEXT
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.stories.versions import list_versions
from tradepress.conduct.robots_rules import parse_robots
from tradepress.extraction import extract_article
from tradepress.rights.ai_agents import forbidden_agents
from tradepress.rights.asked_policy import as_asked, asked_policy
from tradepress.rights.header_reservations import header_reservations
from tradepress.rights.tdmrep import PATH, NotTdmrep, file_reservations, read_rules
from tradepress.source import Source
from tradepress.steps.apply_policy import apply_policy, judge_policy
from tradepress.steps.dropped import Dropped
from tradepress.story import Article, Link, Reading, Reservation

__all__ = ["clock", "writer"]

CONTACT = ("--contact", "archive@library.example")
SITE = "https://gazette.example"
STORY = f"{SITE}/news/lantern-case-1001"
SECRETS = (b"zorblatt", b"quixnelberry", b"krummelpike", b"vermiljoon")
"""Words of the body, the correction and the text's link that stand nowhere else."""
PAGE = a_story(
    "Lantern case decided",
    words=(
        "<p>A maker of lanterns called Zorblatt has lost its appeal over the shape of a handle, "
        "the Quixnelberry court said on Friday in a short and clear decision.</p>"
        "<p>Judges found that buyers would see the curve as a useful grip and not as a sign of "
        'origin, and <a href="/news/krummelpike-case-1009">their Krummelpike ruling</a> stands.'
        "</p><p>The company said it would study the ruling before it decides about a further "
        "step, while its rival welcomed a result that keeps ordinary handles free.</p>"
        "<p>Correction: an earlier version of this story called the rival Vermiljoon.</p>"
    ),
).replace("</title>", "</title><meta name=description content='What a handle may be.'>")


def with_meta(name: str, content: str, page: str = PAGE) -> str:
    return page.replace("<title>", f'<meta name="{name}" content="{content}"><title>')


def told(reservations: Iterable[Reservation]) -> list[tuple[str, str, str]]:
    return [(one.term, one.evidence, one.value) for one in reservations]


# Read


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("robots", "noindex, NoArchive", ["noindex", "noarchive"]),
        ("ROBOTS", "none", ["noindex"]),
        ("robots", "noai,noimageai", ["noai", "noimageai"]),
        ("Tradepress", "nosnippet", ["nosnippet"]),
        ("robots", "index, follow, max-snippet:-1", []),
        ("robots", "index, max-snippet: 0", ["max-snippet"]),
        ("googlebot", "noarchive", []),
        ("robots", "", []),
        ("tdm-reservation", "1", ["tdm-reservation"]),
        ("tdm-reservation", " 0 ", ["tdm-reservation"]),
        ("tdm-reservation", "2", []),
        ("tdm-policy", "https://gazette.example/tdm.json", []),
    ],
)
def test_a_page_reserves_in_its_meta_elements(name: str, content: str, found: list[str]) -> None:
    article = extract_article(with_meta(name, content), STORY)
    assert [one.term for one in article.reservations] == found
    assert {one.evidence for one in article.reservations} <= {f"meta {name.lower()}", "meta"}


def test_a_policy_is_noted_beside_a_reservation_and_not_beside_a_release() -> None:
    policy = "https://gazette.example/tdm.json"
    for said, terms in (("1", ["tdm-reservation", "tdm-policy"]), ("0", ["tdm-reservation"])):
        page = with_meta("tdm-policy", policy, with_meta("tdm-reservation", said))
        assert [one.term for one in extract_article(page, STORY).reservations] == terms


def test_how_much_may_be_quoted_is_noted_as_a_number() -> None:
    article = extract_article(with_meta("robots", "max-snippet:80, Max-Snippet : 9"), STORY)
    assert [one.value for one in article.reservations] == ["80", "9"]


def test_a_meta_element_in_the_body_counts() -> None:
    page = PAGE.replace("<nav>", '<meta name="robots" content="noarchive"><nav>')
    assert told(extract_article(page, STORY).reservations) == [
        ("noarchive", "meta robots", "noarchive")
    ]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([("X-Robots-Tag", "noarchive, noai")], ["noarchive", "noai"]),
        ([("x-robots-tag", "noindex"), ("X-Robots-Tag", "noarchive")], ["noindex", "noarchive"]),
        ([("X-Robots-Tag", "otherbot: noarchive, nosnippet")], []),
        ([("X-Robots-Tag", "max-snippet:80, otherbot: max-snippet:7")], ["max-snippet"]),
        (
            [("X-Robots-Tag", "otherbot: noindex, tradepress: noarchive, noai")],
            ["noarchive", "noai"],
        ),
        (
            [("X-Robots-Tag", "unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive")],
            ["noarchive"],
        ),
        ([("TDM-Reservation", "1"), ("TDM-Policy", SITE)], ["tdm-reservation", "tdm-policy"]),
        ([("tdm-reservation", "yes")], []),
        ([("Content-Type", "text/html")], []),
    ],
)
def test_an_answer_reserves_in_its_headers(
    headers: list[tuple[str, str]], found: list[str]
) -> None:
    assert [one.term for one in header_reservations(headers)] == found


def test_headers_that_reserve_by_both_ways_are_told_in_their_order() -> None:
    answer = [
        ("TDM-Reservation", "1"),
        ("tdm-policy", f"{SITE}/tdm.json"),
        ("TDM-Policy", f"{SITE}/other.json"),
        ("tdm-reservation", "0"),
        ("X-Robots-Tag", "noai,  max-image-preview:none"),
        ("x-robots-tag", "noai, max-image-preview:none"),
    ]
    assert told(header_reservations(answer))[-3:] == [
        ("noai", "header x-robots-tag", "noai, max-image-preview:none"),
        ("tdm-reservation", "header", "1"),
        ("tdm-policy", "header", f"{SITE}/tdm.json"),
    ]


TDMREP = json.dumps(
    [
        {"location": "/news/free/", "tdm-reservation": 0},
        {"location": "/news/", "tdm-reservation": 1, "tdm-policy": f"{SITE}/tdm.json"},
        {"location": "/*.pdf$", "tdm-reservation": "1"},
        {"location": "/100%25-#/", "tdm-reservation": 1},
        {"tdm-reservation": 1},
        "/",
        {"location": " /on line/ ", "tdm-reservation": "1", "tdm-policy": 7},
    ]
)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/news/lantern-case-1001", ["1", f"{SITE}/tdm.json"]),
        ("/news/free/lantern", ["0"]),
        ("/News/lantern", []),
        ("/papers/lantern.pdf", ["1"]),
        ("/papers/lantern.pdf?page=2", []),
        ("/100%25-%23/lantern", ["1"]),
        ("/100%25-x/lantern", []),
        ("/online/lantern", ["1"]),
        ("/", []),
    ],
)
def test_the_first_rule_of_tdmrep_that_matches_counts(path: str, values: list[str]) -> None:
    found = file_reservations(TDMREP, SITE + path)
    assert [one.value for one in found] == values
    assert all(one.evidence.startswith("/.well-known/tdmrep.json /") for one in found)


def test_rules_of_tdmrep_are_those_with_both_properties() -> None:
    rules = [
        "/",
        {"location": " /on line/#", "tdm-reservation": "1", "tdm-policy": 7},
        {"location": "/a/", "tdm-reservation": 0, "tdm-policy": "p"},
        {"location": " ", "tdm-reservation": 1},
        {"location": 7, "tdm-reservation": 1},
        {"location": "/b/"},
    ]
    found = [(path, value, policy) for path, _, value, policy in read_rules(json.dumps(rules))]
    assert found == [("/online/%23", "1", None), ("/a/", "0", "p")]


def test_half_a_letter_in_tdmrep_hinders_no_other_rule() -> None:
    rules = (
        r'[{"location": "/\ud800*", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 0}]'
    )
    assert [one.value for one in file_reservations(rules, STORY)] == ["0"]


@pytest.mark.parametrize("text", ["", "<!doctype html><h1>Not found</h1>", "{}", "[" * 100_000])
def test_what_is_no_tdmrep_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotTdmrep):
        file_reservations(text, STORY)


ROBOTS = """
User-agent: *
Disallow: /members/

User-agent: GPTBot
User-agent: ccbot
Disallow: /news/
Allow: /news/free/

User-agent: ClaudeBot
Disallow:
"""


@pytest.mark.parametrize(
    ("path", "agents"),
    [
        ("/news/lantern", ["CCBot", "GPTBot"]),
        ("/news/free/lantern", []),
        ("/members/lantern", []),
    ],
)
def test_robots_may_forbid_a_story_to_those_who_collect_for_ai(
    path: str, agents: list[str]
) -> None:
    assert forbidden_agents(parse_robots(ROBOTS), SITE + path) == agents


# Decided


def reserved(*pairs: tuple[str, str]) -> tuple[Reservation, ...]:
    return tuple(Reservation(term=term, evidence="test", value=value) for term, value in pairs)


@pytest.mark.parametrize(
    ("asked", "pairs", "policy"),
    [
        (None, [], "store"),
        ("store", [("noindex", ""), ("nosnippet", ""), ("noai", ""), ("ai-agents", "")], "store"),
        ("store", [("noarchive", "noarchive")], "metadata-only"),
        ("store", [("tdm-reservation", "1")], "metadata-only"),
        ("store", [("tdm-reservation", "unknown")], "metadata-only"),
        ("store", [("tdm-reservation", "0"), ("tdm-reservation", "1")], "store"),
        ("store", [("tdm-reservation", "1"), ("tdm-reservation", "0")], "metadata-only"),
        ("metadata-only", [("tdm-reservation", "0")], "metadata-only"),
        ("skip", [("tdm-reservation", "1")], "skip"),
    ],
)
def test_the_strictest_word_counts(
    asked: str | None, pairs: list[tuple[str, str]], policy: str
) -> None:
    assert judge_policy(Article(policy=asked, reservations=reserved(*pairs))) == policy


@pytest.mark.parametrize(
    ("source", "all_sources", "this_source", "policy"),
    [
        ("store", None, None, "store"),
        ("store", "metadata-only", None, "metadata-only"),
        ("store", "metadata-only", "store", "metadata-only"),
        ("store", None, "skip", "skip"),
        ("metadata-only", "store", "store", "metadata-only"),
    ],
)
def test_an_operator_can_tighten_and_never_loosen(
    source: str, all_sources: str | None, this_source: str | None, policy: str
) -> None:
    settings = Settings({"TRADEPRESS_POLICY": all_sources})
    if this_source:
        settings.set("TRADEPRESS_POLICIES", {"gazette": this_source})
    assert asked_policy(settings, a_source(policy=source)) == policy


def test_a_source_is_taken_as_the_operator_asks() -> None:
    source = a_source(policy="store")
    asked = as_asked(Settings({"TRADEPRESS_POLICY": "metadata-only"}), source)
    assert asked == replace(source, policy="metadata-only")


def test_a_word_that_is_no_policy_is_refused() -> None:
    asked: dict[str, dict[str, object]] = {
        "TRADEPRESS_POLICIES for gazette": {"TRADEPRESS_POLICIES": {"gazette": "keep"}},
        "TRADEPRESS_POLICY": {"TRADEPRESS_POLICY": "keep"},
    }
    for name, values in asked.items():
        words = rf"^{name} is 'keep'; give store, metadata-only, skip\.$"
        with pytest.raises(UsageError, match=words):
            asked_policy(Settings(values), a_source())


def a_source(**fields: object) -> Source:
    return Source(
        name="gazette",
        publisher="The Gazette",
        domains=("gazette.example",),
        language="en",
        timezone="Europe/London",
        article_url="/.*",
        **fields,
    )


def test_metadata_only_leaves_nothing_of_the_text() -> None:
    summary = "A maker of lanterns has lost its appeal over the shape"
    story = Article(
        headline="Lantern case",
        description=f"{summary}…",
        body=f"{summary} of a handle, the court said.",
        confidence=0.99,
        corrections=("Correction: it was Friday.",),
        related_links=(
            Link(kind="in_text", text="the court", position=0),
            Link(kind="related", text="Kettle case", position=1),
        ),
        reservations=reserved(("noarchive", "noarchive")),
        evidence={
            "body": (Reading(value=60, evidence="element"),),
            "confidence": (Reading(value={}, evidence="agreement"),),
            "description": (
                Reading(value=f"{summary}…", evidence="og:description"),
                Reading(value="What a handle may be.", evidence="meta description"),
            ),
            "headline": (Reading(value="Lantern case", evidence="h1"),),
        },
    )
    kept = apply_policy(story)
    assert (kept.policy, kept.headline) == ("metadata-only", "Lantern case")
    assert (kept.body, kept.description, kept.confidence, kept.corrections) == (
        None,
        None,
        None,
        (),
    )
    assert [link.text for link in kept.related_links] == ["Kettle case"]
    assert {name: [one.value for one in read] for name, read in kept.evidence.items()} == {
        "description": ["What a handle may be."],
        "headline": ["Lantern case"],
    }


def test_skip_drops_the_story_and_no_log_shows_it() -> None:
    story = Article(headline="Lantern case", body="Zorblatt.", policy="skip", url=STORY)
    with pytest.raises(Dropped, match=r"^policy$"):
        apply_policy(story)
    assert str(story) == f"story {STORY} (None)"


# Kept: in the archive


NOARCHIVE = Reservation(term="noarchive", evidence="meta robots", value="noarchive")
BARE = {"policy": "metadata-only", "reservations": [asdict(NOARCHIVE)], "body": None}


def shown(writer: Writer) -> tuple[Any, ...]:
    (row,) = rows(writer, "SELECT version, policy, headline, body IS NULL AS bare FROM articles")
    return tuple(row.values())


def test_a_text_that_was_kept_stays_when_the_site_reserves_it(writer: Writer) -> None:
    save(writer, story(policy="store"))
    bare = story(**BARE, corrections=[])
    assert save(writer, bare).outcome == "unchanged"
    headline = story()["headline"]
    assert shown(writer) == (1, "store", headline, 0)
    # The row tells what is reserved by now, the version what was when it was read.
    assert load_story(writer.db, "signet-1").reservations == (NOARCHIVE,)
    assert load_story(writer.db, "signet-1@1").reservations == ()


def test_a_changed_headline_is_kept_beside_a_text_that_stays(writer: Writer) -> None:
    save(writer, story(policy="store"))
    changed = story(**BARE, headline="Orrin Vale wins after all")
    first = save(writer, changed)
    assert (first.outcome, first.version, first.reason) == ("stored", 2, TEXT_STAYS)
    assert save(writer, changed).outcome == "unchanged"
    assert shown(writer) == (1, "store", story()["headline"], 0)
    assert load_story(writer.db, "signet-1@2").headline == "Orrin Vale wins after all"
    described = list_versions(writer.db, "signet-1")[1]
    assert (described.changed, described.words_removed) == (("headline",), 0)
    assert not described.is_silent
    writer.commit()
    require_sound(writer.path)
    hits = find(writer.db, "orrin", as_of="2026-11-24")
    assert [(hit.ref, hit.version) for hit in hits] == [("signet-1", 1)]


def test_a_text_that_may_be_kept_again_is(writer: Writer) -> None:
    save(writer, story(**BARE))
    assert shown(writer) == (1, "metadata-only", story()["headline"], 1)
    assert save(writer, story(**BARE)).outcome == "unchanged"
    freed = save(writer, story(policy="store"))
    assert (freed.outcome, freed.version) == ("stored", 2)
    assert shown(writer) == (2, "store", story()["headline"], 0)
    assert save(writer, story(policy="store")).outcome == "unchanged"


@pytest.mark.parametrize("is_truncated", [True, False, None])
def test_a_teaser_is_told_by_a_text_alone(writer: Writer, is_truncated: bool | None) -> None:
    save(writer, story(**BARE, is_truncated=False))
    bare = story(**BARE, is_truncated=is_truncated, headline="Orrin Vale wins after all")
    assert save(writer, bare).outcome == "stored"
    assert save(writer, story(policy="store", is_truncated=is_truncated)).outcome == "stored"
    assert shown(writer) == (3, "store", story()["headline"], 0)


def test_no_signature_and_no_page_is_kept_without_the_text(tmp_path: Path, clock: Clock) -> None:
    pages = Pages()
    with open_writer(tmp_path / "archive.db", command="tests", captures=pages) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        saved = save(writer, story(**BARE), capture=Page())
        writer.commit()
        assert (saved.outcome, saved.reason) == ("stored", WITHOUT_TEXT)
        assert "append" not in pages.calls
        for table in ("captures", "fingerprints", "fingerprint_bands", "near_duplicates"):
            assert value(writer, f"SELECT count(*) FROM {table}") == 0
        assert value(writer, "SELECT word_count FROM articles") == 0


def test_a_body_that_may_not_be_kept_is_refused_before_anything_is_written(writer: Writer) -> None:
    with pytest.raises(ValueError, match="has a body"):
        save(writer, story(policy="metadata-only"))
    assert value(writer, "SELECT count(*) FROM urls") == 0


# Kept: by every way in


def a_paper(site: Site, pages: dict[int, Answer], **files: Answer) -> None:
    links = ""
    for number, answer in pages.items():
        path = f"/news/lantern-case-{number}"
        site.pages[path] = answer
        links += f'<li><a href="{path}">Lantern case {number}</a></li>'
    site.pages["/trademark/"] = Answer(f"<h1>Trademarks</h1><ul>{links}</ul>")
    site.pages["/robots.txt"] = Answer(ROBOTS)
    site.pages |= files


def a_page(
    number: int, secret: str, head: str = "", headers: dict[str, str] | None = None
) -> Answer:
    page = PAGE.replace("Lantern case decided", f"Lantern case {number}")
    for word in map(bytes.decode, SECRETS):
        page = page.replace(word.title(), f"{word.title()}{secret}").replace(
            word, f"{word}{secret}"
        )
    return Answer(page.replace("<title>", f"{head}<title>"), 200, headers or {})


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(folder / "archive.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def left_of(folder: Path, secret: str) -> set[bytes]:
    """The words of a story's text that stand in any file of the archive, packed or not."""
    held = bytes_of(folder)
    return {word for word in SECRETS if word + secret.encode() in held}


def archived(folder: Path) -> Path:
    """The archive's files alone: the test's own spiders and pages stand beside them."""
    kept = folder / "kept"
    kept.mkdir(exist_ok=True)
    for path in (*folder.glob("archive.db*"), folder / "archive.captures"):
        if path.exists():
            path.rename(kept / path.name)
    return kept


@pytest.mark.slow
def test_a_crawl_keeps_no_more_than_it_may(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_paper(
        site,
        {
            1001: a_page(1001, "free"),
            1002: a_page(1002, "meta", '<meta name="robots" content="noarchive">'),
            1003: a_page(1003, "head", headers={"TDM-Reservation": "1"}),
            1004: a_page(1004, "file"),
            1005: a_page(1005, "outdone", '<meta name="tdm-reservation" content="0">'),
        },
    )
    rules = [{"location": f"/news/*{end}$", "tdm-reservation": 1} for end in (1004, 1005)]
    site.pages[PATH] = Answer(json.dumps(rules), 200, {"Content-Type": "application/json"})
    declare(spiders, "gazette", site.home)
    first = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert first.returncode == 0, first.stderr
    assert "its text may not be kept: 3\n" in first.stdout
    assert site.paths().count(PATH) == 1
    assert site.paths().index(PATH) < min(
        place for place, path in enumerate(site.paths()) if path.startswith("/news/")
    )
    assert query(tmp_path, "SELECT site_id, policy, body IS NULL FROM articles ORDER BY 1") == [
        ("1001", "store", 0),
        ("1002", "metadata-only", 1),
        ("1003", "metadata-only", 1),
        ("1004", "metadata-only", 1),
        ("1005", "store", 0),
    ]
    of_all = ("ai-agents", "/robots.txt", "CCBot, GPTBot")
    recorded = [
        [tuple(one.values()) for one in json.loads(reservations)]
        for (reservations,) in query(tmp_path, "SELECT reservations FROM articles ORDER BY site_id")
    ]
    assert recorded == [
        [of_all],
        [("noarchive", "meta robots", "noarchive"), of_all],
        [("tdm-reservation", "header", "1"), of_all],
        [("tdm-reservation", f"{PATH} /news/*1004$", "1"), of_all],
        [
            ("tdm-reservation", "meta", "0"),
            ("tdm-reservation", f"{PATH} /news/*1005$", "1"),
            of_all,
        ],
    ]
    assert query(tmp_path, "SELECT url FROM captures ORDER BY url") == [
        (f"{site.home}/news/lantern-case-{number}",) for number in (1001, 1005)
    ]
    assert query(tmp_path, "SELECT path, status FROM site_files ORDER BY path") == [
        (PATH, 200),
        ("/robots.txt", 200),
    ]
    assert query(tmp_path, "SELECT outcome, status FROM fetches WHERE kind = 'tdmrep'") == [
        ("read", 200)
    ]
    # Whatever is due is asked for in full: "not modified" would hide that the text is free now.
    validated = "SELECT count(*) FROM urls WHERE etag IS NOT NULL OR last_modified IS NOT NULL"
    assert query(tmp_path, validated) == [(0,)]
    shown = tradepress("show", "gazette-1002").stdout
    assert "No text is kept: the publisher asks that it not be archived." in shown
    assert "reserved: noarchive (meta robots); ai-agents CCBot, GPTBot (/robots.txt)" in shown
    (hit,) = json.loads(tradepress("search", '"case 1004"', "--json").stdout)["stories"]
    assert (hit["ref"], hit["policy"]) == ("gazette-1004", "metadata-only")
    assert hit["reservations"][0]["term"] == "tdm-reservation"
    kept = archived(tmp_path)
    for secret, words in {"free": SECRETS, "outdone": SECRETS}.items():
        assert left_of(kept, secret) == set(words)
    for secret in ("meta", "head", "file"):
        assert left_of(kept, secret) == set()


@pytest.mark.slow
def test_a_reservation_that_cannot_be_asked_for_is_no_permission(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_paper(site, {1001: a_page(1001, "late")})
    site.pages[PATH] = Answer("out of order", 503)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    sql = "SELECT version, policy, body IS NULL FROM articles"
    assert query(tmp_path, sql) == [(1, "metadata-only", 1)]
    assert query(tmp_path, "SELECT outcome, reason FROM fetches WHERE kind = 'tdmrep'") == [
        ("deferred", "http_503")
    ]
    assert "the site did not say" in tradepress("show", "gazette-1001").stdout
    del site.pages[PATH]
    make_due(tmp_path)
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    assert query(tmp_path, sql) == [(2, "store", 0)]
    # Once it has said that there is none, that counts while it is out of order.
    site.pages[PATH] = Answer("out of order", 500)
    make_due(tmp_path)
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    assert query(tmp_path, sql) == [(2, "store", 0)]
    assert query(tmp_path, "SELECT count(*) FROM versions") == [(2,)]


@pytest.mark.slow
def test_what_a_site_begins_to_reserve_is_seen_behind_not_modified(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_paper(site, {1001: a_page(1001, "once", headers={"ETag": '"1"'})})
    declare(spiders, "gazette", site.home)
    path, sql = "/news/lantern-case-1001", "SELECT version, policy, reservations FROM articles"

    def visit() -> tuple[list[str], list[tuple[str, str]]]:
        """The requests for the story, and what is reserved of it then."""
        make_due(tmp_path)
        site.requests.clear()
        assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
        ((version, policy, reservations),) = query(tmp_path, sql)
        assert version == 1
        assert policy == "store"
        return [one for one in site.paths() if one == path], [
            (one["evidence"], one["value"]) for one in json.loads(reservations)
        ]

    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    agents = ("/robots.txt", "CCBot, GPTBot")
    assert visit() == ([path], [agents])
    rule = [{"location": "/news/*", "tdm-reservation": 1}]
    site.pages[PATH] = Answer(json.dumps(rule), 200, {"Content-Type": "application/json"})
    assert visit() == ([path, path], [(f"{PATH} /news/*", "1"), agents])
    # Asked for in full from now on, as whatever may not be kept.
    assert visit() == ([path], [(f"{PATH} /news/*", "1"), agents])
    del site.pages[PATH]
    assert visit() == ([path], [agents])
    site.pages[path].headers["X-Robots-Tag"] = "noai"
    assert visit() == ([path, path], [("header x-robots-tag", "noai"), agents])
    assert visit() == ([path], [("header x-robots-tag", "noai"), agents])


def make_due(folder: Path) -> None:
    db = sqlite3.connect(folder / "archive.db")
    with db:
        db.execute("UPDATE urls SET next_due = '2020-01-01T00:00:00Z'")
    db.close()


@pytest.mark.slow
def test_of_a_source_that_is_skipped_the_outcome_alone_is_kept(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_paper(site, {1001: a_page(1001, "skip")})
    declare(spiders, "gazette", site.home)
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial", TRADEPRESS_POLICY="skip")
    assert result.returncode == 0, result.stderr
    assert site.paths() == ["/robots.txt", "/trademark/"]
    assert query(tmp_path, "SELECT outcome, reason, date_listed FROM urls") == [
        ("rejected", "policy", None)
    ]
    assert query(tmp_path, "SELECT count(*) FROM articles") == [(0,)]
    kept = archived(tmp_path)
    assert left_of(kept, "skip") == set()
    assert b"lantern case 1001" not in bytes_of(kept)


def a_warc(url: str, page: bytes, *headers: str) -> bytes:
    head = "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", ""))
    block = head.encode() + page
    start = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2019-03-14T09:15:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(start.encode() + block + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("header", "born", "environment", "outcome", "policy"),
    quick_first(
        [
            ("X-Robots-Tag: noarchive", "store", {}, "stored", "metadata-only"),
            ("Server: x", "metadata-only", {}, "stored", "metadata-only"),
            (
                "Server: x",
                "store",
                {"TRADEPRESS_POLICY": "metadata-only"},
                "stored",
                "metadata-only",
            ),
            ("Server: x", "skip", {"TRADEPRESS_POLICY": "store"}, "rejected", None),
        ],
        2,
    ),
)
def test_a_page_from_a_file_is_held_to_the_same(
    spiders: Path,
    tradepress: Tradepress,
    tmp_path: Path,
    header: str,
    born: str,
    environment: dict[str, str],
    outcome: str,
    policy: str | None,
) -> None:
    home = "http://127.0.0.1:8"
    declare(spiders, "gazette", home, policy=born)
    page = str(a_page(1001, "x").body).encode()
    (tmp_path / "page.warc.gz").write_bytes(a_warc(f"{home}/news/lantern-case-1001", page, header))
    result = tradepress("ingest", "page.warc.gz", "--json", **environment)
    assert result.returncode == (outcome == "rejected"), result.stderr
    assert json.loads(result.stdout)["outcome"] == outcome
    if policy is None:
        assert not (tmp_path / "archive.db").exists()
        return
    assert query(tmp_path, "SELECT policy, headline, body FROM articles") == [
        (policy, "Lantern case 1001", None)
    ]
    assert left_of(archived(tmp_path), "x") == set()
