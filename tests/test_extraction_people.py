"""Bylines and author fields: people alone, in several languages; and the story's own headline."""

import pytest

from crawler.extraction import extract_article
from crawler.extraction.headline import rank_headlines
from crawler.extraction.people import is_names, rank_names, read_names
from crawler.items import Reading


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Petra Holm", ("Petra Holm",)),
        ("By Mara O'Dell and Jon de Witt, Staff Writers", ("Mara O'Dell", "Jon de Witt")),
        ("Von Gundula Öllerer", ("Gundula Öllerer",)),
        ("Por Inés Ortuño y Raúl Vidal", ("Inés Ortuño", "Raúl Vidal")),
        ("Par Maëlle Guivarc’h et Loïc Kerné", ("Maëlle Guivarc’h", "Loïc Kerné")),
        ("Door Joke van Bolsward", ("Joke van Bolsward",)),
        ("Przez Żaneta Łąk", ("Żaneta Łąk",)),
        ("Reporter: Barnaby Dixcott", ("Barnaby Dixcott",)),
        ("Síle O’Neill; Síle O’Neill", ("Síle O’Neill",)),
        ("PETRA HOLM", ("PETRA HOLM",)),
        ("Petra Holm For The Signet Gazette", ("Petra Holm",)),
        ("Petra Holm\nCulture correspondent\nCopy Link", ("Petra Holm",)),
        ("The Signet Gazette", ()),
        ("Staff Reporter", ()),
        ("Associated Press", ()),
        ("Privacy Policy", ()),
        ("By", ()),
        ("https://a.example/authors/petra", ()),
    ],
)
def test_names_in_a_byline(line: str, names: tuple[str, ...]) -> None:
    assert read_names([line], publishers=["The Signet Gazette"]) == names


def test_one_word_is_a_declared_name_but_not_beside_a_full_one() -> None:
    assert read_names(["Mirabelle"], declared=True) == ("Mirabelle",)
    assert read_names(["Vantar - Isidora Fenn"], declared=True) == ("Isidora Fenn",)
    assert read_names(["Mirabelle"]) == ()


def test_line_of_names_alone() -> None:
    assert is_names("Yevgenia Strand and Matthias O’Dargan")
    assert not is_names("Lantern makers settle over shade")


def authors(*readings: tuple[str, str]) -> tuple[object, str]:
    """The chosen of (names, evidence)."""
    first, *_ = rank_names(
        [Reading(value=tuple(names.split(", ")), evidence=evidence) for names, evidence in readings]
    )
    return first.value, first.evidence


def test_two_witnesses_outvote_the_first_on_who_else_wrote_it() -> None:
    one, both = "Petra Holm", "Petra Holm, Jon de Witt"
    assert authors(("Petra Holm", "json-ld author")) == (("Petra Holm",), "json-ld author")
    assert (
        authors((both, "json-ld author"), (one, "meta author"), (one, "byline"))[1] == "meta author"
    )
    assert (
        authors((one, "json-ld author"), (both, "meta author"), (both, "byline"))[1]
        == "meta author"
    )
    assert (
        authors((one, "json-ld author"), (both, "byline"), (both, "dateline"))[1]
        == "json-ld author"
    )
    other = "Barnaby Dixcott"
    assert authors((one, "json-ld author"), (other, "meta author"), (other, "byline"))[0] == (one,)


def headline(title: str, *h1s: str, declared: str = "", site: str = "") -> object:
    said = [(declared, "og:title")] if declared else []
    return rank_headlines(said, h1s, title, [site] if site else [])[0].value


def test_headline_is_the_h1_that_the_page_confirms() -> None:
    assert headline("Lamp wins | Gazette", "Gazette", "Lamp wins case", site="Gazette") == (
        "Lamp wins case"
    )
    assert headline("Lamp wins - Gazette", declared="Lamp wins", site="Gazette") == "Lamp wins"


def test_name_of_a_blog_in_its_h1_is_not_the_headline() -> None:
    assert headline("The Lampcat: Fawn dispute without merit", "The Lampcat") == (
        "Fawn dispute without merit"
    )
    assert headline("Lamp: a history of light", "Lamp: a history of light") == (
        "Lamp: a history of light"
    )


def test_class_that_names_a_title_counts_where_nothing_is_declared() -> None:
    story = "<p>A court has ruled that a lantern may be green, and that is the whole story.</p>" * 3
    page = f'<title>The Lampcat</title><div class="postTitle">Lantern may be green</div>{story}'
    assert extract_article(page).headline == "Lantern may be green"
    told = '<meta property="og:title" content="Lanterns go green">'
    assert extract_article(told + page).headline == "Lanterns go green"
