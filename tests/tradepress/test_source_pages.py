"""What is known of each declared source, shown on pages written by us.

* ``tests/pages/addresses/NAME.json``: ``stories``, address to the site's own id or null, and
  ``others``, addresses of its site that are no story's.
* ``tests/pages/furniture/NAME.json``: ``above``, ``inside`` and ``below`` a story's text, the lines
  that its site puts there, each tried alone and together (each ``inside`` one also as an item of
  a list and as a heading); ``walls``: the ``lines`` of one wall below a teaser, with the ``access``
  and ``is_truncated`` that follow; ``standing`` ones leave a whole story whole. An ``only`` of
  ``html`` or ``text`` names the form in which a site shows it so.
* ``tests/pages/sites/``: golden pages with ``"source": NAME``, stories in both forms and pages that
  are none; ``test_pages.py`` reads them.

A source that is new is found by itself, and fails without these.
"""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from tradepress.declared_sources import all_sources
from tradepress.extraction import extract_article
from tradepress.source import Source
from tradepress.story import Article

PAGES = ROOT / "tests" / "pages"
SOURCES = {source.name: source for source in all_sources() if not source.sample}
HEADLINE = "Lantern maker loses its mark over six sides"
STORY = (
    "A maker of green lanterns has lost its trade mark in Vessby, after a court found that six "
    "sides are what any lantern has.",
    "Vale & Holm had registered the shape in 1911. A rival from across the river asked the office "
    "to strike it off, and the office agreed.",
    "“Nobody buys a lantern for its corners,” wrote the judge, who has owned four of them and "
    "broken two.",
    "The firm said that it would appeal, and that its lamps would stay green until then, whatever "
    "the register says about them.",
    "An earlier dispute over the handle ended in a settlement, of which both sides say that the "
    "other one paid for it.",
)
PLACES = ("above", "inside", "below")
MOST_INSIDE = 3
"""So many lines of furniture may stand in one place between the paragraphs of a story."""


def known(folder: str, name: str) -> dict[str, Any]:
    path = PAGES / folder / f"{name}.json"
    assert path.exists(), f"{name} is declared and has no {path.relative_to(ROOT)}"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def files(folder: str) -> dict[str, Any]:
    return {path.stem: known(folder, path.stem) for path in sorted((PAGES / folder).glob("*.json"))}


ADDRESSES, FURNITURE = files("addresses"), files("furniture")


def story_address(name: str) -> str:
    return next(iter(ADDRESSES[name]["stories"]))


def as_html(above: list[str], text: list[str], below: list[str]) -> str:
    def paragraphs(lines: list[str]) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in lines)

    return (
        f"<html><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1>"
        f"{paragraphs(above)}{paragraphs(text)}{paragraphs(below)}</article></body></html>"
    )


def as_text(above: list[str], text: list[str], below: list[str]) -> str:
    return "\n".join([HEADLINE, *above, *text, *below])


FORMS = {"html": as_html, "text": as_text}


def read(source: Source, form: str, **lines: list[str]) -> Article:
    """A page of the source with these lines above, inside or below its story."""
    inside = [*STORY[:2], *lines.get("inside", []), *STORY[2:]]
    page = FORMS[form](lines.get("above", []), inside, lines.get("below", []))
    return extract_article(page, story_address(source.name), source)


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_its_pages(name: str) -> None:
    addresses, furniture = known("addresses", name), known("furniture", name)
    assert addresses["stories"]
    assert addresses["others"]
    assert any(furniture.get(kind) for kind in (*PLACES, "walls", "standing", "none"))
    cases = [path for path in (PAGES / "sites").glob("*.json") if of_source(path, name)]
    told = [path for path in cases if "expected" in json.loads(path.read_text("utf-8"))]
    forms = {form for path in told for form in (".html", ".txt") if path.with_suffix(form).exists()}
    assert forms == {".html", ".txt"}, f"{name} has golden stories as {forms or 'nothing'}"
    assert len(told) < len(cases), f"{name} has no golden page that is no story"


def of_source(path: Path, name: str) -> bool:
    return json.loads(path.read_text("utf-8")).get("source") == name


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses(name: str) -> None:
    source, told = SOURCES[name], ADDRESSES[name]
    taken = {url: source.site_id(url) for url in told["stories"] if source.is_article_url(url)}
    assert taken == told["stories"]
    assert [url for url in told["others"] if source.is_article_url(url)] == []


def furniture_cases(name: str, form: str) -> Iterator[dict[str, list[str]]]:
    """Each line alone, and then all together."""
    every: dict[str, list[str]] = {}
    for place in PLACES:
        for one in FURNITURE[name].get(place, ()):
            line, only = (one, form) if isinstance(one, str) else (one["line"], one["only"])
            if only == form:
                if place != "inside" or len(every.get(place, ())) < MOST_INSIDE:
                    every.setdefault(place, []).append(line)
                yield {place: [line]}
    yield every


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", FURNITURE)
def test_furniture_leaves_the_body(name: str, form: str) -> None:
    for lines in furniture_cases(name, form):
        article = read(SOURCES[name], form, **lines)
        assert article.headline == HEADLINE, lines
        assert (article.body or "").split("\n\n") == list(STORY), lines


@pytest.mark.parametrize("tag", ["li", "h3"])
@pytest.mark.parametrize("name", FURNITURE)
def test_furniture_between_paragraphs_may_be_an_item_or_a_heading(name: str, tag: str) -> None:
    for line in FURNITURE[name].get("inside", ()):
        page = as_html([], [*STORY[:2], "HERE", *STORY[2:]], [])
        page = page.replace("<p>HERE</p>", f"<{tag}>{escape(line)}</{tag}>")
        article = extract_article(page, story_address(name), SOURCES[name])
        assert (article.body or "").split("\n\n") == list(STORY), line


def wall_cases(kind: str) -> list[Any]:
    return [
        pytest.param(name, form, wall, id=f"{name}-{form}-{number}")
        for name, told in FURNITURE.items()
        for number, wall in enumerate(told.get(kind, ()))
        for form in FORMS
        if wall.get("only", form) == form
    ]


@pytest.mark.parametrize(("name", "form", "wall"), wall_cases("walls"))
def test_walls_below_a_teaser(name: str, form: str, wall: dict[str, Any]) -> None:
    page = FORMS[form](wall.get("above", []), [*STORY[:1]], wall["lines"])
    article = extract_article(page, story_address(name), SOURCES[name])
    assert article.headline == HEADLINE
    assert article.body == STORY[0]
    assert (article.access, article.is_truncated) == (wall["access"], wall["is_truncated"])


@pytest.mark.parametrize(("name", "form", "wall"), wall_cases("standing"))
def test_walls_below_a_whole_story(name: str, form: str, wall: dict[str, Any]) -> None:
    article = read(SOURCES[name], form, below=wall["lines"])
    assert (article.body or "").split("\n\n") == list(STORY)
    assert article.is_truncated == wall["is_truncated"]
    assert article.access == wall["access"]
