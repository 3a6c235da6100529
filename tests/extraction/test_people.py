"""Bylines and author fields: people alone, in several languages; and the story's own headline."""

import pytest

from tradepress.extraction import extract_article
from tradepress.extraction.headline import rank_headlines
from tradepress.extraction.people import is_names, rank_names, read_credit, read_names
from tradepress.story import Reading


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
        ("執筆者：森野 灯", ("森野 灯",)),
        ("بقلم: سلمى الحارثي", ("سلمى الحارثي",)),
        ("लेखक: अनन्या जोशी", ("अनन्या जोशी",)),
        ("โดย สุดา เรืองแสง", ("สุดา เรืองแสง",)),
        ("한가람 기자", ("한가람",)),
        ("Texto de Rui Valadares", ("Rui Valadares",)),
        ("The Signet Gazette", ()),
        ("Petra Holm RDN and Jon de Witt Ph.D.", ("Petra Holm", "Jon de Witt")),
        ("Petra Holm The Associated Press", ("Petra Holm",)),
        ("Petra Holm on behalf of the Lantern Guild", ("Petra Holm",)),
        ("Petra Holm, Signet Gazette Online", ("Petra Holm",)),
        ("This post was written by Petra Holm, Head of Glass and Development", ("Petra Holm",)),
        ("Dec. 19, 2025 · Petra Holm on behalf of\nGuild group", ("Petra Holm",)),
        ("Erstellt von", ()),
        ("Staff Reporter", ()),
        ("Graphics Journalist", ()),
        ("By Al Root", ("Al Root",)),
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


@pytest.mark.parametrize(
    "line",
    [
        "By A Refined Timeline",
        "Text Size",
        "Trial Attorney",
        "Von Der Spendenteddy",
        "Super User",
        "Guild Weekly",
        "Eastmarsh Guild Agency, Holm, Norland",
        "The Signet Gazette, Holm, Norland",
    ],
)
def test_labels_accounts_and_addresses_are_no_names(line: str) -> None:
    assert read_names([line], publishers=["The Signet Gazette"]) == ()


def test_initials_are_part_of_a_name() -> None:
    assert read_names(["By A. J. Holm and Miguel A. Strand"]) == ("A. J. Holm", "Miguel A. Strand")


def test_owner_of_a_blog_may_have_its_name_but_no_paper_has_one() -> None:
    for own, names in (
        ("Petra Holm", ("Petra Holm",)),
        ("Signet Gazette", ()),
        ("Les Marques", ()),
        ("Holm Sons Engravers", ()),
    ):
        assert read_names([f"By {own}"], publishers=[own]) == names
    assert read_names(["By Petra Holm"], publishers=["Petra Holm"], is_known=True) == ()


SITE = "Signet Gazette"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By The Eastmarsh Press", ("The Eastmarsh Press",)),
        ("by University of Holm", ("University of Holm",)),
        ("dpa", ("dpa",)),
        ("Le Signet et AFP", ("AFP",)),
        ("Press Desk", ("Press Desk",)),
        ("By Gazette Newsroom", ("Gazette Newsroom",)),
        ("The Signet Gazette", ("The Signet Gazette",)),
        ("文：ともしび編集部", ("ともしび編集部",)),
        ("来源：新华社 编辑：何青", ()),
        ("Lantern makers settle", ()),
        ("Petra Holm", ()),
        ("admin", ()),
        ("Guest", ()),
        ("-", ()),
    ],
)
def test_whom_a_line_credits_where_nobody_signed(line: str, names: tuple[str, ...]) -> None:
    assert read_credit([line], publishers=[SITE], is_signed=False) == names


def test_beside_a_name_agencies_alone_are_credited() -> None:
    lines = ["By Petra Holm, Associated Press", "The Signet Gazette", "Petra Holm | Press Desk"]
    assert read_credit(lines, publishers=[SITE], is_signed=True) == ("Associated Press",)


def test_what_a_page_calls_an_organisation_is_one() -> None:
    lamps = ["Sixsides 24"]
    assert read_credit(lamps, is_signed=False, is_typed=True) == ("Sixsides 24",)
    assert read_credit(lamps, is_signed=False) == ()


STORY = "<p>A court has ruled that a lantern may be green, and this is the whole of it.</p>"


def authors_of(before: str = "", after: str = "", head: str = "") -> tuple[str, ...]:
    page = f"<head>{head}</head><h1>Lantern may be green</h1>{before}{STORY * 4}{after}"
    return extract_article(f"<html>{page}</html>", "https://p.example/1").authors


def test_author_in_a_pair_of_label_and_name() -> None:
    label = (
        '<meta name="twitter:label1" content="%s"><meta name="twitter:data1" content="Petra Holm">'
    )
    assert authors_of(head=label % "Verfasst von") == ("Petra Holm",)
    assert authors_of(head=label % "Reading time") == ()


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("pholm", ("pholm",)),
        ("petra.holm", ("petra.holm",)),
        ("webadmin", ()),
        ("lanternteam", ()),
        ("undefined", ()),
        ("signet", ()),
        ("lanterns.it", ()),
        ("q7_x", ()),
    ],
)
def test_account_is_the_author_where_nobody_is_named(name: str, names: tuple[str, ...]) -> None:
    meta = f"<meta name=author content={name}><meta property='og:site_name' content='Signet Post'>"
    assert authors_of(head=meta) == names
    assert authors_of("<p>By Petra Holm</p>", head=meta) == ("Petra Holm",)


def test_scholars_are_named_first_name_first() -> None:
    meta = '<meta name="citation_author" content="Holm, Petra">'
    assert authors_of(head=meta) == ("Petra Holm",)


ORGANISATION = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Lantern
    may be green", "author": [{"@type": "Organization", "name": "%s"}]%s}</script>"""


def test_organisation_is_credited_and_is_no_author() -> None:
    for name in ("dpa", "Signet Gazette"):
        page = f"{ORGANISATION % (name, '')}<h1>Lantern may be green</h1>{STORY * 4}"
        article = extract_article(page, "https://p.example/1")
        assert (article.authors, article.credit) == ((), (name,))
    page = f"<h1>Lantern may be green</h1><p>By The Eastmarsh Press</p>{STORY * 4}"
    article = extract_article(page, "https://p.example/1")
    assert (article.authors, article.credit) == ((), ("The Eastmarsh Press",))


def test_line_that_names_more_than_are_declared_goes_before() -> None:
    head = "<meta name=author content='Petra Holm'>"
    line = "<p class=byline>By <b>Petra Holm</b>, <b>Mo Strand</b> and <b>Jon de Witt</b></p>"
    assert authors_of(line, head=head) == ("Petra Holm", "Mo Strand", "Jon de Witt")
    line = "<p>By Petra Holm</p><p>Edited by Jon de Witt</p>"
    assert authors_of(line, head=head) == ("Petra Holm",)


def test_byline_in_a_box_that_holds_the_headline_is_read() -> None:
    box = "<h1>Lantern may be green</h1><p>By Petra Holm</p>"
    page = f"<title>Lantern may be green</title><div class=overlay>{box}</div>{STORY * 4}"
    assert extract_article(page).authors == ("Petra Holm",)


@pytest.mark.parametrize(
    "line",
    [
        "<ul><li><a href=/fair>Fair Lanterns</a></li></ul>",
        "<p><a href=/c/glass>Glass Works</a> <a href=/c/light>Light Houses</a></p>",
        "<p><a href='javascript:void(0)'>Font Size</a></p>",
        "<p>Photos: <a href=/author/mo>Mo Strand</a></p>",
        "<div><span>Petra</span><span>Lantern Fair</span></div>",
    ],
)
def test_menus_buttons_and_credits_are_no_bylines(line: str) -> None:
    assert authors_of(line) == ()


def test_desk_of_the_site_behind_a_name_is_no_author() -> None:
    assert read_names(["von Petra Holm, ESM Küste"], publishers=["esm.example", "esm"]) == (
        "Petra Holm",
    )
    assert read_names(["von Petra Holm, Mo Strand"], publishers=["esm"]) == (
        "Petra Holm",
        "Mo Strand",
    )


def test_account_that_a_system_fills_in_is_no_author() -> None:
    assert authors_of(head="<meta name=dcterms.creator content=pholm>") == ()
    assert authors_of(head="<meta name=author content=pholm>") == ("pholm",)


def test_books_of_a_list_have_other_authors() -> None:
    book = "<li>Author: Mo Strand Released: June 17, 2025 by Lantern House Genre: Historical</li>"
    line = "<p>by <a href='/author/kev/'>Kev</a></p>"
    assert authors_of(f"{line}<ul>{book}</ul>") == ("Kev",)


def test_byline_outranks_a_declared_name_that_the_page_does_not_print() -> None:
    meta = '<meta name="author" content="Katie Strand">'
    assert authors_of("<p>By Petra Holm</p>", head=meta) == ("Petra Holm",)
    shown = "<p>Katie Strand</p>"
    assert authors_of("<p>By Petra Holm</p>", shown, head=meta) == ("Katie Strand",)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("<p>Petra Holm/Jon de Witt</p>", "", ("Petra Holm", "Jon de Witt")),
        ("<p><a href='/author/kev/'>Kev</a></p>", "", ("Kev",)),
        ("", "<h3>Written by Petra Holm</h3><p>Petra is a writer.</p>", ("Petra Holm",)),
        (
            "",
            "<div class='bio'><div>Petra Holm</div><p>Petra Holm is kind.</p></div>",
            ("Petra Holm",),
        ),
        ("", "<p>— Petra Holm</p>", ("Petra Holm",)),
        ("<p>Written by</p><p>Petra Holm</p>", "", ("Petra Holm",)),
        ("<p>By</p><p>Kev</p>", "", ("Kev",)),
        ("", "<h3>Author</h3><p>Petra Holm</p>", ("Petra Holm",)),
        (
            "<p><a href='/author/1/'>Kev</a> &amp; <a href='/author/2/'>Mo</a></p>",
            "",
            ("Kev", "Mo"),
        ),
        ("<div>Petra Holm</div>", "", ("Petra Holm",)),
        ("<h2>Petra Holm</h2>", "", ()),
        ("<p>By the Lantern Team</p><p><a href='/topic/'>Petra Holm</a></p>", "", ()),
        ("", "<div class='post-footer'>posted by Petra Holm at 6:30 AM</div>", ("Petra Holm",)),
        ("", "<p>Petra Holm</p>", ()),
        ("", "<p>Von Holm nach Strand führt ein neuer Weg.</p>", ()),
        ("", "<div class='related-posts'><p>By Petra Holm</p></div>", ()),
    ],
)
def test_author_who_is_not_named_beside_the_headline(
    before: str, after: str, names: tuple[str, ...]
) -> None:
    assert authors_of(before, after) == names


def test_readers_who_comment_are_no_authors() -> None:
    name = "<span itemprop='author'>%s</span>"
    page = f"""<div itemscope itemtype="https://schema.org/Article"><h1>Lantern may be green</h1>
        {name % "Petra Holm"}{STORY * 4}<div class="comments">{name % "Jon de Witt"}</div></div>"""
    assert extract_article(page).authors == ("Petra Holm",)
