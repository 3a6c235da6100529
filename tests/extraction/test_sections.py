"""The section by links to categories and by breadcrumbs."""

import pytest

from tradepress.extraction import extract_article

HEADLINE = "Court clears lantern mark after six years"
TEXT = (
    "<p>A court in Vessby has cleared the mark of a lantern maker that had waited six years.</p>"
    "<p>The judges found that the public would read the word as a name and as nothing else.</p>"
)
H1 = f"<h1>{HEADLINE}</h1>"
PATH = '<a href="/">Home</a> / <a href="/d">Designs</a>'
CRUMBS = (
    '<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":['
    '{"@type":"ListItem","position":1,"item":{"name":"Home"}},'
    '{"@type":"ListItem","position":2,"item":{"name":"Case law"}},'
    f'{{"@type":"ListItem","position":3,"name":"{HEADLINE}"}}]}}</script>'
)


@pytest.mark.parametrize(
    ("page", "section"),
    [
        (f'{H1}<a rel="category tag" href="/c/d">Designs</a>{TEXT}', "Designs"),
        (f'<div class="k"><a href="/category/designs/">Designs</a></div>{H1}{TEXT}', "Designs"),
        (f"{H1}<p>Posted in Designs, News</p>{TEXT}", "Designs"),
        (f'<div class="breadcrumb">{PATH}</div>{H1}{TEXT}', "Designs"),
        (f'<nav class="breadcrumbs">{PATH}</nav>{H1}{TEXT}', "Designs"),
        (f'<p class="breadcrumb">Start &gt; Designs &gt; {HEADLINE}</p>{H1}{TEXT}', "Designs"),
        (f"{CRUMBS}{H1}{TEXT}", "Case law"),
        (f'{CRUMBS}{H1}<p>Filed in <a href="/category/m/">Marks</a></p>{TEXT}', "Marks"),
        (f'<nav aria-label="Breadcrumb">{PATH}</nav>{H1}{TEXT}', "Designs"),
        (f'<nav aria-label="breadcrumb">{PATH.replace("Designs", "6/2019")}</nav>{H1}{TEXT}', None),
        (f'<div class="breadcrumb"><a href="/">Home</a></div>{H1}{TEXT}', None),
        (f'{H1}<a rel="category tag" href="/u">Uncategorized</a>{TEXT}', None),
        (f'{H1}<a href="/category/lamps/court-clears-mark">Court clears mark</a>{TEXT}', None),
        (f'<div class="breadcrumb"><a href="/">Lamp Review</a></div>{H1}{TEXT}', None),
        (f'<div class="x">{PATH}</div>{H1}{TEXT}', "Designs"),
        (f"<nav>{PATH}</nav>{H1}{TEXT}", "Designs"),
        (f"<div>{PATH} / Court clears lantern …</div>{H1}{TEXT}", "Designs"),
        (f"<p>Sie sind hier: Lampen &gt; Designrecht</p>{H1}{TEXT}", "Designrecht"),
        (f'<p><a href="/">Home</a> / <a href="/n">News</a></p>{H1}{TEXT}', None),
        (f'<div><a href="/">Home</a> | <a href="/c">Contact</a></div>{H1}{TEXT}', None),
        (f"<p class='k'>Lamps &amp; Oil</p>{H1}{TEXT}", "Lamps & Oil"),
        (f"<ul><li><a href='/lamps-oil/'>Lamps &amp; Oil</a></li></ul>{H1}{TEXT}", None),
        (f"<a class='k' href='/tag/lanterns/'>Lanterns</a>{H1}{TEXT}", "Lanterns"),
        (f"{H1}<p>Posted in <a href='/author/quill/'>quill7</a></p>{TEXT}", None),
        (f"{H1}<p>4 May 2024 · <a href='spip.php?auteur7'>Lampwick</a></p>{TEXT}", None),
        (f"{H1}<p>4 May 2024 · <span class='p-author h-card'>Lampwick</span></p>{TEXT}", None),
        (f"{H1}<p>4 May 2024 · <a href='/lampwick'>Lampwick</a></p>{TEXT}", "Lampwick"),
    ],
)
def test_the_section_where_nothing_declares_one(page: str, section: str | None) -> None:
    title = f"<html><head><title>{HEADLINE} | Lamp Review</title></head><body>"
    assert extract_article(title + page, "https://p.example/lamps-oil/a-1").section == section


def test_a_declared_section_goes_before_the_breadcrumbs() -> None:
    page = f'<meta property="article:section" content="Law">{CRUMBS}{H1}{TEXT}'
    assert extract_article(page, "https://p.example/a-1").section == "Law"
    filed = page.replace('"Law"', '"Uncategorized"')
    assert extract_article(filed, "https://p.example/a-1").section == "Case law"
