"""Passages that strangers may read: fixed ones, a fifth of a text, none of who forbids it."""

import asyncio
import itertools
import random
import re
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import browsing
import pytest
from browsing import a_run, ask, path, save, words
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from room_browser import Room
from sqlite_utils import Database

from tradepress.archive.search.public_words import for_strangers
from tradepress.archive.search.query_language import parse_query
from tradepress.archive.search.small_index import TOKENIZERS, tokens
from tradepress.browse.facets import kept_index
from tradepress.browse.passages.kept_passages import KeptPassages, PassageIndex
from tradepress.browse.passages.shown_passages import most_quoted
from tradepress.browse.passages.windows import GAP, LONGEST, Family
from tradepress.story import Reservation

__all__ = ["path"]

BODY = "\n\n".join(
    f"The {one} office has let the {one} mark pass after a long day before the {one} panel of "
    f"judges, who asked the {one} maker what a {one} handle is for and heard no good answer."
    for one in ("amber", "brazen", "copper", "dull", "enamel", "flaxen", "golden")
)
HIDDEN = '"asked the dull maker"'


def saved(path: Path, **fields: Any) -> None:
    with a_run(path) as writer:
        kept = {"site_id": "1", "url": "http://signet.example/1", "date_published": "2017-08-04"}
        save(writer, **{"headline": "Mark of a lamp", "body": BODY, **kept, **fields})


def public(path: Path, *asked: str, **options: Any) -> list[Any]:
    """The pages of these results."""
    answers = ask(
        path,
        *(("GET", f"/stories?q={quote(one)}", {}) for one in asked),
        is_public=True,
        **options,
    )
    return [html.fromstring(answer.text) for answer in answers]


def found(page: Any) -> str:
    return words(page, "//ol[@class='cards']//h2")


def passage(page: Any) -> str:
    return words(page, "//*[@class='passage']")


# Windows


def edited(rng: random.Random, paragraphs: list[str]) -> list[str]:
    """The next version: a word more, one less, a paragraph new, moved or gone."""
    parts = [part.split() for part in paragraphs]
    for _ in range(rng.randrange(1, 4)):
        part = rng.choice(parts)
        at = rng.randrange(len(part))
        what = rng.randrange(5)
        if what == 0:
            part.insert(at, f"y{rng.randrange(10**9)}")
        elif what == 1 and len(part) > 1:
            del part[at]
        elif what == 2:
            parts.insert(rng.randrange(len(parts)), [f"x{rng.randrange(10**9)}" for _ in range(50)])
        elif what == 3 and len(parts) > 1:
            parts.remove(part)
        else:
            rng.shuffle(parts)
    return [" ".join(part) for part in parts]


@given(st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_all_versions_show_a_fifth_together_and_none_two_runs_that_meet(seed: int) -> None:
    rng = random.Random(seed)
    numbers = iter(range(10**6))
    parts = [
        " ".join(f"w{next(numbers)}" for _ in range(rng.randrange(3, 150)))
        for _ in range(rng.randrange(1, 12))
    ]
    family, every, shown = Family(), set[str](), set[str]()
    for _ in range(6):
        text = "\n\n".join(parts)
        windows = family.windows(text)
        every |= {*text.split()}
        runs = [text[start:end].split() for start, end in windows]
        shown |= {word for run in runs for word in run}
        assert sum(map(len, runs)) <= len(text.split()) / 5
        for (_, end), (start, _) in itertools.pairwise(windows):
            assert len(text[end:start].split()) >= GAP
        parts = edited(rng, parts)
    assert len(shown) <= len(every) / 5
    again = [text[start:end].split() for start, end in family.windows(text)]
    assert shown.issuperset(itertools.chain(*again))  # saved again, it shows nothing else


def test_an_edited_paragraph_and_a_copy_show_what_was_shown() -> None:
    family = Family()
    before = family.windows(BODY)
    changed = BODY.replace("long day before the copper", "very long day before the copper")
    after = family.windows(f"A new line.\n\n{changed}")
    assert [BODY[start:end] for start, end in before] == [
        f"A new line.\n\n{changed}"[start:end] for start, end in after
    ]
    assert len(before) > 1
    assert max(len(BODY[start:end].split()) for start, end in before) <= LONGEST


def test_a_paragraph_that_is_added_shows_its_beginning() -> None:
    one, added, other = (" ".join(f"{name}{n}" for n in range(60)) for name in ("a", "added", "b"))
    family = Family()
    family.windows(f"{one}\n\n{other}")
    text = f"{one}\n\n{added}\n\n{other}"
    assert any(text[start:end].startswith("added0") for start, end in family.windows(text))


def test_an_unknown_story_with_the_same_paragraph_opens_it_at_the_same_place() -> None:
    one, other = (
        text[start:end]
        for text in (BODY, BODY.partition("\n")[0] * 1 + "\n\n" + BODY[::-1])
        for start, end in Family().windows(text)[:1]
    )
    assert one == other


def test_hyphens_and_signs_without_spaces_make_no_window_longer() -> None:
    hyphened = " ".join(f"a{n}-b{n}-c{n}" for n in range(100))
    chinese = "".join(chr(0x4E00 + n) for n in range(100))
    for text, most in ((hyphened, 100 / 5), (chinese, 100 / 5)):
        windows = [text[start:end] for start, end in Family().windows(text)]
        assert 0 < sum(len(re.findall(r"[\u4e00-\u9fff]|\S+", one)) for one in windows) <= most


# What is asked


@pytest.mark.parametrize(
    ("typed", "is_asked_of_all"),
    [
        ("lamp", True),
        ('"lamp"', True),
        ("lamp*", True),
        ("lamp oil -copper", True),
        ("Лампа", True),
        ("headline:lamp", True),
        ("body:lamp", False),
        ("lamp-oil", False),
        ("o’neill", False),
        ("43(a)", False),
        ('"lamp oil"*', False),
        ("lamp NEAR/3 oil", False),
        ("-(lamp OR body:oil-can)", False),
        ("商標*", False),
        ("เครื่องหมาย", False),
        ("x" * 41, False),
    ],
)
def test_order_is_asked_of_headlines_and_passages_alone(typed: str, is_asked_of_all: bool) -> None:
    expression = parse_query(typed)
    assert (for_strangers(expression) == expression) is is_asked_of_all


def test_an_order_in_headlines_stays_as_it_is() -> None:
    for typed in ('headline:"lamp oil"', "headline:(lamp NEAR/2 oil)"):
        assert for_strangers(parse_query(typed)) == parse_query(typed)


def test_what_nobody_thought_of_is_not_asked_for_strangers() -> None:
    with pytest.raises(AssertionError):
        for_strangers("lamp")  # type: ignore[arg-type]


def test_words_are_those_of_the_archives_indexes(path: Path) -> None:
    saved(path)
    with closing(sqlite3.connect(path)) as file:
        made = dict(file.execute("SELECT name, sql FROM sqlite_schema WHERE sql LIKE '%fts5%'"))
    for name, tokenizer in (
        ("articles_fts", TOKENIZERS[False]),
        ("articles_stems", TOKENIZERS[True]),
    ):
        assert f"tokenize='{tokenizer}'" in made[name]
    assert tokens("O’Neill, naïve") == ("o", "neill", "naive")


# What is told


def test_a_phrase_is_found_in_headlines_and_passages_and_a_word_in_all_of_a_text(
    path: Path,
) -> None:
    saved(path)
    asked = ("dull", HIDDEN, '"mark of a lamp"', '"amber office has let"', 'body:"mark of a lamp"')
    dull, hidden, headline, opening, body = public(path, *asked)
    assert found(dull) == found(headline) == found(opening) == "Mark of a lamp"
    assert found(hidden) == found(body) == ""
    assert "amber office has let the amber mark" in passage(opening)
    assert passage(headline) == ""
    assert "order or place, as in a phrase, in headlines and in passages" in words(hidden)


def test_of_a_text_whose_passages_lack_the_words_their_places_are_counted(path: Path) -> None:
    saved(path, body=f"{BODY}\n\nBe it so: zinc and zinc-plate.")
    (page,) = public(path, "zinc plate")
    assert passage(page) == ""
    assert "3 places in the text." in words(page, "//ol[@class='cards']")


def test_the_texts_of_an_open_source_are_searched_whole(path: Path) -> None:
    saved(path)
    (page,) = public(path, HIDDEN, open_sources=["signet"])
    assert "who asked the dull maker what" in passage(page)


def test_until_passages_are_gathered_phrases_are_looked_for_in_headlines(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(path)
    monkeypatch.setattr(KeptPassages, "current", lambda _: (None, False))
    headline, opening = public(path, '"mark of a lamp"', '"amber office has let"')
    assert found(headline) == "Mark of a lamp"
    assert found(opening) == ""
    assert "which are still being gathered" in words(opening)


def test_what_was_found_before_passages_were_gathered_is_looked_for_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(path)
    monkeypatch.setattr(kept_index, "_IS_SMALL", "SELECT 0")
    may_gather, gather = threading.Event(), KeptPassages.build

    def gather_later(kept: KeptPassages, db: Database) -> PassageIndex:
        assert may_gather.wait(60)
        return gather(kept, db)

    monkeypatch.setattr(KeptPassages, "build", gather_later)
    served = browsing.opened(path, is_public=True)
    asked = "/stories?q=" + quote('"amber office has let"')

    async def counted() -> list[bool]:
        await served.invoke_startup()
        archive = served.get_database("data")
        archive.facets.current()
        archive.facets.wait()
        before = (await served.client.get(asked)).text
        may_gather.set()
        archive.passages.wait()
        return ["1 story" in page for page in (before, (await served.client.get(asked)).text)]

    try:
        assert asyncio.run(counted()) == [False, True]
    finally:
        served.executor.shutdown()
        for database in served.databases.values():
            database.close()


def test_what_a_text_links_to_is_not_told_in_its_order(path: Path) -> None:
    links = []
    with a_run(path) as writer:
        for name in ("Zinc", "Amber"):
            url = f"http://signet.example/{name}"
            save(writer, name, url=url)
            links.append({"kind": "in_text", "text": "see here", "url": url})
    saved(path, links=links)
    (answer,) = ask(path, ("GET", "/story/signet-1", {}), is_public=True)
    listed = words(html.fromstring(answer.text), "//*[@class='links']//li")
    assert listed.index("Amber") < listed.index("Zinc")


# What publishers forbid


def saying(term: str, value: str = "") -> dict[str, str]:
    return {"term": term, "evidence": "meta robots", "value": value or term}


@pytest.mark.parametrize(
    ("said", "most"),
    [
        ([], None),
        ([("noai", "noai"), ("noimageai", ""), ("ai-agents", "GPTBot")], None),
        ([("tdm-reservation", "0")], None),
        ([("tdm-reservation", "0"), ("tdm-reservation", "1")], None),
        ([("tdm-reservation", "1"), ("tdm-policy", "https://x.example/")], 0),
        ([("tdm-reservation", "unknown")], 0),
        ([("nosnippet", "nosnippet")], 0),
        ([("noarchive", "noarchive")], 0),
        ([("noindex", "noindex")], 0),
        ([("max-snippet", "0")], 0),
        ([("max-snippet", "160"), ("max-snippet", "80")], 80),
        ([("max-snippet", "some")], 0),
        ([("max-snippet", "80"), ("tdm-reservation", "1")], 0),
        ([("a term of tomorrow", "1")], 0),
        ([("max-snippet", "9" * 5000)], 0),
    ],
)
def test_only_what_nobody_forbids_is_quoted(said: list[tuple[str, str]], most: int | None) -> None:
    reservations = [Reservation(**saying(*one)) for one in said]
    assert most_quoted(reservations) == most


@dataclass(frozen=True)
class Forbidding:
    """A way to forbid a quotation."""

    fields: dict[str, Any]
    options: dict[str, Any]


@pytest.mark.parametrize(
    "forbidding",
    [
        Forbidding({"reservations": [saying("nosnippet")]}, {}),
        Forbidding({"reservations": [saying("max-snippet", "0")]}, {}),
        Forbidding({}, {"policies": {"signet": "metadata-only"}}),
    ],
)
def test_nothing_is_quoted_of_who_forbids_it_and_phrases_are_those_of_the_headline(
    path: Path, forbidding: Forbidding
) -> None:
    saved(path, **forbidding.fields)
    asked = ("amber", '"amber office has let"', '"mark of a lamp"')
    amber, opening, headline = public(path, *asked, **forbidding.options)
    assert found(amber) == found(headline) == "Mark of a lamp"
    assert passage(amber) == found(opening) == ""


def test_what_is_said_by_now_counts_for_a_former_version(path: Path) -> None:
    saved(path)
    saved(
        path,
        body=BODY.replace("golden", "gilded"),
        reservations=[saying("nosnippet")],
    )
    with closing(sqlite3.connect(path)) as file:
        (former,) = file.execute("SELECT reservations FROM versions WHERE version = 1").fetchone()
        assert former == "[]"
        file.execute("UPDATE holdings SET held_until = '2030-01-01T00:00:00Z'")
        file.execute(
            "UPDATE version_rows SET date_archived = '2019-01-01T00:00:00Z' WHERE version = 1"
        )
        file.commit()
    page = ask(path, ("GET", "/stories?q=amber&as_of=2020-01-01", {}), is_public=True)[0].text
    assert "Mark of a lamp" in page
    assert passage(html.fromstring(page)) == ""


def test_a_quotation_is_as_long_as_its_publisher_allows(path: Path) -> None:
    saved(path, reservations=[saying("max-snippet", "24")])
    amber, within, beyond = public(path, "amber", '"amber office"', '"let the amber mark"')
    assert 0 < len(passage(amber)) <= 24
    assert found(within)
    assert not found(beyond)


# What is left


@pytest.mark.slow  # the demo's stories
def test_most_questions_of_two_words_still_have_passages(room: Room) -> None:
    """Two words out of one text, 600 times."""
    with closing(sqlite3.connect(room.archive)) as file:
        bodies = [
            body
            for (body,) in file.execute("SELECT body FROM articles WHERE body <> '' ORDER BY ref")
        ]
    rng = random.Random(31)
    asked = []
    while len(asked) < 600:
        of_text = sorted({*re.findall("[a-z]{4,}", rng.choice(bodies).lower())})
        asked.append(" ".join(rng.sample(of_text, 2)))
    pages = public(room.archive, *asked)
    hits = sum(len(page.xpath("//ol[@class='cards']/li")) for page in pages)
    quoted = sum(len(page.xpath("//*[@class='passage']")) for page in pages)
    assert hits > 600
    assert quoted / hits >= 0.4
