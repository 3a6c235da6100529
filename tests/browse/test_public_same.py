"""Whatever a withheld text says, a stranger is told the same: two archives, all answers alike."""

import itertools
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from archive_rows import article_of, story
from browsing import a_run, ask, save

from tradepress.archive.stories.clean_story import COLUMNS
from tradepress.archive.stories.content_hash import content_hash
from tradepress.archive.stories.ref import cited_name
from tradepress.story import StoredArticle

pytestmark = pytest.mark.slow  # hundreds of pages
RESERVED = [{"term": "nosnippet", "evidence": "meta", "value": "nosnippet"}]
VARYING = r"""\d{4}-\d\d-\d\d[T ][\d:.]+Z?|\d\d:\d\d UTC|csrftoken" value="[^"]+"""
FILES = ("", ".csv", ".jsonl", ".ris", ".atom", "/cite.txt", "/counts.csv", "/dossier.html")
"""Are the ways in which a result is told."""
ENGLISH = ("quilted lantern brackets", "brackets lantern quilted")
LETTERS = {
    "ja": ("商標拒絶", "絶拒標商"),
    "ko": ("상표거절", "절거표상"),
    "th": ("ตราสินค", "คนิสาตร"),
}


def fill(
    path: Path, hidden: str, *, language: str = "en", policy: str = "store", **how: Any
) -> None:
    """A story with a withheld text, between others that everybody may ask."""
    with a_run(path) as writer:
        for number, word in enumerate(("lanterns", "bracket", "bracket", "velvet")):
            save(writer, f"Story {number} of {word}", site_id=f"9{number}")
        body = "\n\n".join([hidden, f"{hidden} " * 30])
        kept = {"site_id": "1", "date_published": "2017-08-04", "language": language}
        save(writer, "The withheld story", body, description=hidden, **kept, **how)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        ref = "SELECT version_id FROM articles WHERE ref = 'signet-1'"
        db.execute(f"UPDATE version_rows SET policy = ? WHERE id = ({ref})", [policy])
        db.execute("UPDATE articles SET policy = ? WHERE ref = 'signet-1'", [policy])


def questions(words: Sequence[str]) -> list[str]:
    """All ways to ask, and what lies around: suggestions, ways out, numbers, likeness."""
    asked = [quote(one) for one in words]
    found = [
        f"/stories{ending}?q={one}{more}"
        for one in asked
        for ending in FILES
        for more in ("", "&forms=1", "&variants=1", "&as_of=2040-01-01")
    ]
    found += [f"/stories?q=withheld+{exclude}{one}" for one in asked for exclude in ("-", "NOT+")]
    found += [f"/stories?q=velvet+bracket+-{one}" for one in asked]
    found += [f"/stories?q={one}&since=1999&until=2001" for one in asked]
    found += [
        f"/stories/{page}?by=year&q=story&compare={one}"
        for one in asked
        for page in ("picture", "counts.csv")
    ]
    found += [f"/stories/values?facet=source&q={one}" for one in asked]
    found += [
        f"/stories?sort={sort}&q=story+OR+{one}"
        for one in asked
        for sort in ("relevance", "oldest", "body")
    ]
    return [
        *found,
        "/story/signet-1",
        "/story/signet-90",
        "/data/searched_texts",
        "/data/searched_articles.csv?_facet=body&_sort=body",
        "/data.json?sql=select+body+from+searched_texts",
    ]


def traced(words: Sequence[str]) -> list[str]:
    """What the pages of addresses and of sentences say, whatever is guessed."""
    url = quote("http://signet.example/news/the-withheld-story")
    return [
        *(f"/trace?text={quote(one)}" for one in words),
        *(f"/resolve?url={url}{more}" for more in ("", "/amp", "s", "&date=2017-01-01")),
        f"/resolve?url={quote('https://web.archive.org/web/2020/')}{url}&date=2040-01-01",
    ]


def explained(words: Sequence[str]) -> list[str]:
    """What is said of why a story has what it has, of each field and of a version."""
    return [f"/story/signet-1{at}/explain/{name}" for at in ("", "@1") for name in COLUMNS]


def told(path: Path, addresses: Sequence[str]) -> dict[str, str]:
    found = {}
    answers = ask(path, *(("GET", address, {}) for address in addresses), is_public=True)
    for address, answer in zip(addresses, answers, strict=True):
        assert answer.status_code < 500, address
        # When it was saved, a form's key, and its name in citations: of that see the last test.
        found[address] = f"{answer.status_code} {re.sub(VARYING, '', answer.text)}"
    return found


def told_apart(
    tmp_path: Path,
    texts: Sequence[str],
    words: Sequence[str],
    *,
    asks: Callable[[Sequence[str]], list[str]] = questions,
    **how: Any,
) -> list[str]:
    """The addresses whose answers differ by what the withheld text says."""
    answers = []
    for number, text in enumerate(texts):
        place = tmp_path / str(number)
        place.mkdir()
        fill(place / "archive.db", text, **how)
        answers.append(told(place / "archive.db", asks(words)))
    one, other = answers
    return [address for address in one if one[address] != other[address]]


def test_of_texts_held_for_the_archive_alone_no_word_is_told(tmp_path: Path) -> None:
    texts = ("quilted lantern brackets", "knitted napkins standing")
    words = ("quilted", "quiltde", "lantern", "lantrn", "brackets", "bracke*", "body:quilted")
    assert told_apart(tmp_path, texts, words, policy="archive-only") == []


def test_of_reserved_texts_no_order_is_told(tmp_path: Path) -> None:
    words = (
        "quilted lantern",
        '"quilted lantern"',
        "quilted NEAR/0 lantern",
        "quilted-lantern",
        "quiltde",
        '"lantern brackets"',
        "“quilted’lantern”*",
        "brackets NEAR/1 lantern",
    )
    assert told_apart(tmp_path, ENGLISH, words, reservations=RESERVED) == []


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("policy", ["store", "archive-only"])
def test_letters_side_by_side_are_not_told(tmp_path: Path, language: str, policy: str) -> None:
    one, _ = texts = LETTERS[language]
    words = (
        one,
        one[:1],
        one[:2],
        f'"{one[1:3]}"',
        f"{one[:2]}*",
        f"{one[0]} NEAR/0 {one[1]}",
        f"{one[0]} {one[1]}",
        f"body:{one[:2]}",
    )
    how = {"language": language, "policy": policy, "reservations": RESERVED}
    assert told_apart(tmp_path, texts, words, **how) == []


def test_one_letter_is_not_told_of_a_reserved_text(tmp_path: Path) -> None:
    words = ("商", "標", "商*", "body:商", "商 OR velvet")
    how = {"language": "ja", "reservations": RESERVED}
    assert told_apart(tmp_path, ("商標拒絶", "権利消滅"), words, **how) == []


def test_what_may_be_told_is_told_apart(tmp_path: Path) -> None:
    """The attack sees something: a word of a text that strangers may ask."""
    texts = ("quilted lantern brackets", "knitted napkins standing")
    assert told_apart(tmp_path, texts, ("quilted",)) != []


@pytest.mark.parametrize("language", ["de", "en"])
def test_letters_taken_for_others_tell_no_order(tmp_path: Path, language: str) -> None:
    texts = ("Straße Løkken C++ Œuvre", "Œuvre C++ Løkken Straße")
    words = ('"strasse løkken"', "C++", "C#", '"straße"', '"Lokken c plusplus"', "straße*")
    assert told_apart(tmp_path, texts, words, language=language, reservations=RESERVED) == []


GUESSED = ("quilted lantern brackets fall from the shelf", "knitted napkins stand all alone today")


@pytest.mark.parametrize(
    "how",
    [
        {"policy": "archive-only"},
        {"policy": "metadata-only"},
        {"reservations": RESERVED},
        {"policy": "archive-only", "reservations": RESERVED},
    ],
    ids=["archive-only", "metadata-only", "reserved", "both"],
)
def test_neither_an_address_nor_a_sentence_tells_of_a_withheld_text(
    tmp_path: Path, how: dict[str, Any]
) -> None:
    one, _ = GUESSED
    words = (
        *(one, one.upper(), one.replace("lantern", "lamp"), f"“{one}”", " ".join(one.split()[:4])),
        *(
            " ".join(reversed(one.split())),
            one.replace(" ", "-"),
            f"{one} {one}",
            "quilted lantern",
        ),
        f'{one}" OR "quilted',
    )
    assert told_apart(tmp_path, GUESSED, words, asks=traced, **how) == []


@pytest.mark.parametrize(
    "how",
    [{"policy": "archive-only"}, {"policy": "metadata-only"}, {"reservations": RESERVED}, {}],
    ids=["archive-only", "metadata-only", "reserved", "undecided"],
)
def test_no_explanation_tells_of_a_withheld_text(tmp_path: Path, how: dict[str, Any]) -> None:
    assert told_apart(tmp_path, GUESSED, (), asks=explained, **how) == []


@pytest.mark.parametrize("language", LETTERS)
def test_a_sentence_of_letters_tells_nothing_either(tmp_path: Path, language: str) -> None:
    texts = tuple(one * 3 for one in LETTERS[language])
    words = (texts[0], texts[0][:8], texts[1][:9])
    how = {"language": language, "reservations": RESERVED}
    assert told_apart(tmp_path, texts, words, asks=traced, **how) == []


def test_a_sentence_that_may_be_told_is_told_apart(tmp_path: Path) -> None:
    """This attack, too, sees something: a passage of a text of which some may be shown."""
    texts = tuple(f"{one} {'and so on ' * 30}" for one in GUESSED)
    assert told_apart(tmp_path, texts, (" ".join(GUESSED[0].split()[:5]),), asks=traced) != []


def guessed(body: str) -> StoredArticle:
    fields = {"headline": "A headline", "date_published": "2017-08-04", "source": "signet"}
    return article_of(story(1, **fields, body=body, authors=[], corrections=[]))


@pytest.mark.parametrize("address", ["", ".ris", ".bib", ".csl.json"])
def test_no_citation_tells_which_order_was_guessed(tmp_path: Path, address: str) -> None:
    """Of a short text somebody tries all orders, and sees by the name in citations which is it."""
    path = tmp_path / "archive.db"
    with a_run(path) as writer:
        kept = {"site_id": "1", "date_published": "2017-08-04", "reservations": RESERVED}
        save(writer, "A headline", "quilted lantern brackets fall", **kept)
    [answer] = ask(path, ("GET", f"/story/signet-1{address}", {}), is_public=True)
    guesses = itertools.permutations(["brackets", "fall", "lantern", "quilted"])
    names = {cited_name("signet-1", content_hash(guessed(" ".join(guess)))) for guess in guesses}
    assert not any(name.partition("@")[2] in answer.text for name in names)
    assert "signet-1@1" in answer.text
