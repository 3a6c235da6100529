"""A story is asked for by its address as well as by its ref."""

import pytest
from archive_rows import SITE, Writer, clock, find, save, story, withdraw, writer

from tradepress.archive.errors import NoSuchArticle, WithdrawnArticle
from tradepress.archive.stories.ref import is_address
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.stories.versions import list_versions
from tradepress.archive.withdrawal.request import tombstone_for

__all__ = ["clock", "writer"]

PAGE = f"{SITE}/trademark/orrin-vale-1"
HOST = SITE.removeprefix("http://")


@pytest.fixture
def kept(writer: Writer) -> Writer:
    save(writer, story(1))
    save(writer, story(2, url=f"{SITE}/@desk/orrin-vale-2"))
    writer.commit()
    return writer


@pytest.mark.parametrize(
    "address",
    [
        PAGE,
        f" {PAGE}\n",
        PAGE.replace("http:", "https:"),
        PAGE.replace("//", "//www."),
        PAGE.upper().replace("/TRADEMARK/ORRIN-VALE-1", "/trademark/orrin-vale-1"),
        f"{PAGE}/?utm_source=mail#top",
        f"https://web.archive.org/web/20170804120000/{PAGE}",
        f"https://web.archive.org/web/2017/{PAGE}?fbclid=x",
        f"https://web.archive.org/web/20170804120000id_/{HOST}/trademark/orrin-vale-1",
    ],
)
def test_an_address_leads_to_its_story(kept: Writer, address: str) -> None:
    assert load_story(kept.db, address).ref == "signet-1"
    assert load_story(kept.db, address).ref == "signet-1"
    assert len(list_versions(kept.db, address)) == 1
    (hit,) = find(kept.db, address)
    assert hit.ref == "signet-1"
    assert hit.passage.startswith("Case 1.")


def test_a_sign_of_versions_in_an_address_is_part_of_it(kept: Writer) -> None:
    assert load_story(kept.db, f"{SITE}/@desk/orrin-vale-2").ref == "signet-2"
    assert list_versions(kept.db, f"{SITE}/@desk/orrin-vale-2")[0].version == 1


def test_an_address_is_narrowed_like_any_words(kept: Writer) -> None:
    assert find(kept.db, PAGE, source="signet", as_of="2026-11-24") != []
    assert find(kept.db, PAGE, until="2016") == []
    assert find(kept.db, f"{PAGE} lantern") == []  # words, of which one looks like an address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{SITE}/nowhere", f"no story is kept from {SITE}/nowhere"),
        ("http://a..b/", "not a host name"),
        (
            f"https://web.archive.org/web/2017/{SITE}/no",
            "no story is kept from https://web.archive",
        ),
    ],
)
def test_an_address_of_no_story_is_told(kept: Writer, address: str, words: str) -> None:
    with pytest.raises(NoSuchArticle, match=words):
        load_story(kept.db, address)


def test_an_address_of_a_withdrawn_story_is_told(kept: Writer) -> None:
    (number,) = kept.db.execute("SELECT id FROM articles WHERE ref = 'signet-1'").fetchone()
    withdraw(kept, None, [tombstone_for(kept.db, number, reason="asked for")])
    with pytest.raises(WithdrawnArticle, match=f"{PAGE} was withdrawn on .*: asked for"):
        load_story(kept.db, PAGE)


def test_what_is_an_address() -> None:
    assert is_address("HTTPS://press.example/a b".replace(" ", "%20"))
    assert not is_address("https://press.example/a and words")
    assert not is_address("signet-1")
    assert not is_address("headline:https://press.example/")
