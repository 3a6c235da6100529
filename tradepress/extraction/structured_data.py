"""Reads what a page says of itself to machines: JSON-LD, microdata, OpenGraph and other meta."""

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from lxml import etree

from tradepress.archive.text_forms import one_line, without_markup
from tradepress.extraction.links import same_page_key
from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.extraction.tree import Element
from tradepress.extraction.wording import WORDING, pattern

MOST_SCRIPTS = 1000
MOST_BLOCKS = 50
MOST_CHARACTERS = 1_000_000
MOST_NODES = 20_000
WITH_PROPERTY = etree.XPath("descendant-or-self::*[@itemprop]")
MOST_PROPERTIES = 5000
MOST_PIECES, LONGEST_PROPERTY = 200, 5000
LONGEST_LIST = 50
ARTICLE_TYPE = re.compile(r"Article$|BlogPosting$|^(?:Report|Review|NewsItem)$", re.I)
PAGE_TYPE = re.compile(r"Page$|^(?:Recipe|HowTo|CreativeWork)$")
WRAPPING = re.compile(
    r"^(?:(?://|/\*)\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?"
    r"|(?:(?://|/\*)\s*)?(?:-->|\]\]>)(?:\s*\*/)?$|;$"
)
"""Is around a script that is stripped; no white space without a mark before it, which would be
tried again from each of its characters."""
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")

BETWEEN_WORDS = str.maketrans("", "", "-_.: ")
META_FIELDS: dict[str, list[str]] = {
    field: [name.translate(BETWEEN_WORDS) for name in names] if "date" in field else names
    for field, names in WORDING["meta_fields"].items()
}
"""Holds the names, those of dates without what stands between their words: ``pub-date`` is
``pubdate``."""
LAST_FIRST = re.compile(r"^([^,]+), ([^,]+)$")
LABELLED = ("twitter:label1", "twitter:data1", "twitter:label2", "twitter:data2")
META_NAMES = frozenset((*LABELLED, *(name for names in META_FIELDS.values() for name in names)))
WRITTEN_BY = pattern("written_by", "people")
IDS = frozenset(("url", "mainEntityOfPage"))
SCHEMA_FIELDS: dict[str, str] = WORDING["schema_fields"]
STORY_TYPE = re.compile(r"(?:Article|BlogPosting|NewsItem)$")
"""Matches those of ARTICLE_TYPE that no page of a shop declares, as it does reviews."""
TELLING = ("headline", "name", "datePublished", "articleBody", "author")
"""Names what makes an article that says none of it a mere reference."""
IMAGE = "json-ld image"
IMAGE_FIELDS = {
    "contentUrl": "image_url",
    "url": "image_url",
    "caption": "image_caption",
    "license": "image_license",
}
AS_DECLARED = ("description", "image_url", "image_caption", "image_license")
"""Names fields that are taken as they are declared."""
PROPERTIES = frozenset((*SCHEMA_FIELDS, *IDS, "author", "isAccessibleForFree"))


@dataclass(slots=True)
class Declared:
    """Holds for each field the (value, evidence) pairs, strongest first; values are cleaned
    strings, or lists of them for ``authors`` and ``keywords``."""

    readings: dict[str, list[tuple[Any, str]]] = field(default_factory=dict)
    canonical: str | None = None
    """Is ``rel=canonical`` as written."""
    has_article_type: bool = False
    types: frozenset[str] = frozenset()
    """Are all schema.org types that are named, in JSON-LD or microdata."""
    events: frozenset[str] = frozenset()
    """Holds the names of the events that JSON-LD announces."""

    @property
    def is_dated_story(self) -> bool:
        """Does it say in schema.org's words that it is a story, with headline and day?"""
        return any(map(STORY_TYPE.search, self.types)) and all(
            any(evidence.endswith(f" {key}") for _, evidence in self.get(SCHEMA_FIELDS[key]))
            for key in ("headline", "datePublished")
        )

    def add(self, name: str, value: Any, evidence: str) -> None:
        if value:
            self.readings.setdefault(name, []).append((value, evidence))

    def get(self, name: str) -> list[tuple[Any, str]]:
        return self.readings.get(name, [])

    def first(self, name: str) -> str | None:
        found = self.get(name)
        return found[0][0] if found else None


def read_declared(
    root: Element,
    telling: Mapping[str, Sequence[Element]],
    typed: Sequence[Element],
    url: str | None,
) -> Declared:
    """Reads everything declared, from a tree that still holds its scripts; ``telling`` are its
    elements for machines, ``typed`` those with an ``itemtype`` that the page shows.

    :raises NotAnArticle: there are more blocks of JSON-LD than any paper has
    """
    links = (link.get("href") for link in telling["link"] if link.get("rel") == "canonical")
    declared = Declared(canonical=next(filter(None, links), None))
    own = {same_page_key(address) for address in (url, declared.canonical) if address}
    own |= {key.partition("?")[0] for key in own}
    scripts = [s for s in telling["script"] if "ld+json" in s.get("type", "").lower()]
    if len(scripts) > MOST_SCRIPTS:
        raise NotAnArticle("too_complex", f"there are over {MOST_SCRIPTS} blocks of JSON-LD")
    nodes = _json_ld_nodes(script.text or "" for script in scripts[:MOST_BLOCKS])
    article = _article_node(nodes, own)
    _read_article(declared, article, nodes, "json-ld")
    marked = _microdata_nodes(root, typed)
    _read_article(declared, _article_node(marked, own), marked, "microdata")
    declared.has_article_type = bool(article or marked)
    named = (*map(_type, nodes), *map(_schema_type, typed))
    declared.types = frozenset(kind for kinds in named for kind in kinds.split())
    declared.events = frozenset(
        without_markup(str(node["name"]))
        for node in nodes
        if _type(node).endswith("Event") and "name" in node
    )
    _read_meta(declared, telling["meta"])
    for node in () if declared.get("date_published") and article else nodes:
        if PAGE_TYPE.search(_type(node)):
            for key in ("datePublished", "dateModified"):
                words = without_markup(str(node.get(key) or ""))
                declared.add(SCHEMA_FIELDS[key], words, f"json-ld WebPage {key}")
    crumbs = next((node for node in nodes if _type(node) == "BreadcrumbList"), {})
    declared.add("breadcrumb", _crumbs(crumbs), "json-ld breadcrumb")
    if language := root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"):
        declared.readings.setdefault("language", []).insert(0, (one_line(language), "html lang"))
    return declared


def parse_json_ld(script: str) -> list[Any]:
    """Returns the values of one JSON-LD block; a broken one is read as far as it can be."""
    text = script.replace("\ufeff", "").strip()
    if not text.startswith(("{", "[")):
        for _ in range(2):
            text = WRAPPING.sub("", text).strip()
    for mend in (str, _mend, html.unescape):
        if values := _decode_all(mend(text)):
            return values
    return []


def _mend(text: str) -> str:
    return TRAILING_COMMA.sub(r"\1", BAD_ESCAPE.sub(r"\\\\", text))


def _decode_all(text: str) -> list[Any]:
    """Returns the values written one after the other, up to the first that is broken."""
    decoder = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
    values: list[Any] = []
    at = 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1
    return values


def _json_ld_nodes(scripts: Iterable[str]) -> list[dict[str, Any]]:
    """Yields all objects of the page's JSON-LD, breadth first, within bounds."""
    queue: list[Any] = []
    nodes: list[dict[str, Any]] = []
    left = MOST_CHARACTERS
    for script in scripts:
        left -= len(script)
        queue += parse_json_ld(script) if left >= 0 else ()
    for value in queue:
        if len(queue) > MOST_NODES:
            break
        if isinstance(value, dict):
            nodes.append(value)
            value = [item for item in value.values() if isinstance(item, (dict, list))]
        queue += value if isinstance(value, list) else ()
    return nodes


def _type(node: Mapping[str, Any]) -> str:
    kind = node.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def _article_node(nodes: Iterable[dict[str, Any]], own: Set[str]) -> dict[str, Any] | None:
    """Returns the article that names the page's own address, else one that names none, else the
    first; of several the first with a headline. One that says hardly anything comes last: it is
    named as what the page is a part of."""
    articles = [
        node
        for node in nodes
        if any(ARTICLE_TYPE.search(kind) for kind in _type(node).split())
        and any(node.get(key) for key in (TELLING if _type(node) != "Review" else TELLING[:3]))
    ]

    def rank(node: Mapping[str, Any]) -> tuple[bool, int, bool]:
        found = _addresses(node)
        is_empty = not any(node.get(key) for key in ("headline", "datePublished", "articleBody"))
        return is_empty, (0 if found & own else 2 if found else 1), not node.get("headline")

    return min(articles, key=rank, default=None)


def _addresses(node: Mapping[str, Any]) -> set[str]:
    main = node.get("mainEntityOfPage")
    named = [node.get("url"), node.get("@id"), main]
    named += [main.get("@id"), main.get("url")] if isinstance(main, dict) else []
    return {same_page_key(n) for n in named if isinstance(n, str) and "://" in n}


def _read_article(
    declared: Declared,
    article: Mapping[str, Any] | None,
    nodes: Iterable[Mapping[str, Any]],
    how: str,
) -> None:
    if article is None:
        return
    for key, name in (*SCHEMA_FIELDS.items(), ("name", "headline")):
        most = LONGEST_LIST if name == "section" else 1
        for value in _strings(article.get(key))[:most]:
            declared.add(name, without_markup(value), f"{how} {key}")
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    people, organisations = _authors(article.get("author"), by_id)
    others, _ = _authors(article.get("contributor"), by_id) if people else ([], [])
    if others:
        declared.add("authors", [*people, *others], f"{how} author and contributor")
    declared.add("authors", people, f"{how} author")
    declared.add("organisations", organisations, f"{how} author")
    _read_image(declared, article, nodes)
    keywords = [
        k for line in _strings(article.get("keywords")) for k in without_markup(line).split(",")
    ]
    declared.add("keywords", [k.strip() for k in keywords if k.strip()], f"{how} keywords")
    for publisher in _strings(article.get("publisher")):
        declared.add("site_name", without_markup(publisher), f"{how} publisher")
    if (free := article.get("isAccessibleForFree")) is not None:
        declared.add("access", str(free).casefold(), f"{how} isAccessibleForFree")
    count = str(article.get("wordCount") or "")
    if count.isdecimal() and len(count) < 7:
        declared.add("word_count", int(count), f"{how} wordCount")


def _read_image(
    declared: Declared, article: Mapping[str, Any], nodes: Iterable[Mapping[str, Any]]
) -> None:
    """Adds the first of its images: an address, an ImageObject, or the ``@id`` of one."""
    images = article.get("image")
    image = next(iter(images), None) if isinstance(images, list) else images
    if isinstance(image, str):
        declared.add("image_url", image, IMAGE)
    elif isinstance(image, dict):
        told = (node for node in nodes if node.get("@id") == image.get("@id") is not None)
        for node in (image, *told):
            for key, name in IMAGE_FIELDS.items():
                for words in _strings(node.get(key))[:1]:
                    declared.add(name, without_markup(words), f"{IMAGE} {key}")


def _crumbs(node: Mapping[str, Any]) -> list[str]:
    """Returns the names of the steps that lead to the page."""
    steps = node.get("itemListElement")
    listed = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    named = (step if "name" in step else step.get("item") for step in listed[:LONGEST_LIST])
    return [without_markup(words) for step in named for words in _strings(step)[:1]]


def _strings(value: Any, depth: int = 4) -> list[str]:
    """Returns the words in a string, an object with a name, or a list of either."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict) and depth:
        named = value.get("name") or value.get("alternateName") or value.get("@value")
        return _strings(named, depth - 1)
    if isinstance(value, list) and depth:
        return [words for item in value[:LONGEST_LIST] for words in _strings(item, depth - 1)]
    return []


def _authors(value: Any, by_id: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Returns names of the authors, and of those of them that are called organisations."""
    people: list[str] = []
    organisations: list[str] = []
    for item in value[:LONGEST_LIST] if isinstance(value, list) else [value]:
        names = people
        if isinstance(item, dict):
            item = item if "name" in item else by_id.get(str(item.get("@id")), item)
            names = organisations if "Organization" in _type(item) else people
        names += filter(None, map(without_markup, _strings(item)))
    return people, organisations


def _microdata_nodes(root: Element, typed: Iterable[Element]) -> list[dict[str, Any]]:
    """Returns each ``itemtype`` that is an article, as JSON-LD has it; marks its body in the
    layout."""
    scopes = [scope for scope in typed if ARTICLE_TYPE.search(_schema_type(scope))]
    if len(scopes) > 1 and next(root.iter("h1"), None) is not None:  # most are teasers
        scopes = [scope for scope in scopes if next(scope.iter("h1"), None) is not None]
    nodes: dict[Element, dict[str, list[Any]]] = {scope: {} for scope in scopes}
    properties = cast("list[Element]", WITH_PROPERTY(root) if nodes else [])
    for element in properties[:MOST_PROPERTIES]:
        scope = next((above for above in element.iterancestors() if above.get("itemtype")), root)
        for name in PROPERTIES.intersection((element.get("itemprop") or "").split()):
            if scope in nodes and len(nodes[scope].get(name, ())) < LONGEST_LIST:
                nodes[scope].setdefault(name, []).append(_property(element, name))
    return [
        {"@type": _schema_type(scope)} | {n: v[0] if len(v) == 1 else v for n, v in node.items()}
        for scope, node in nodes.items()
        if node
    ]


def _schema_type(scope: Element) -> str:
    return (scope.get("itemtype") or "").rpartition("/")[2]


def _property(element: Element, name: str) -> Any:
    if name == "author" and any("comment" in a.get("class", "") for a in element.iterancestors()):
        return ""
    named = element.find(".//*[@itemprop='name']") if name == "author" else None
    teller = element if named is None else named
    told = teller.get("content") or teller.get("href" if name in IDS else "datetime")
    pieces = map(str, islice(teller.itertext(), MOST_PIECES))
    words = told or one_line(" ".join(pieces)[:LONGEST_PROPERTY])
    return {"@type": element.get("itemtype") or "", "name": words} if name == "author" else words


@lru_cache(maxsize=4096)
def _meta_key(name: str) -> str | None:
    """Returns the name of a meta element that tells something, as META_FIELDS has it."""
    name = name.casefold()
    key = name if name in META_NAMES else name.translate(BETWEEN_WORDS)
    return key if key in META_NAMES else None


def _read_meta(declared: Declared, metas: Iterable[Element]) -> None:
    found: dict[str, list[str]] = {}
    written: dict[str, str] = {}
    for element in metas:
        get = element.get
        name = get("property") or get("name") or get("itemprop") or get("http-equiv") or ""
        if (key := _meta_key(name)) and (words := without_markup(get("content", ""))):
            found.setdefault(key, []).append(words)
            written.setdefault(key, name.casefold())
    for number in "12":  # as plug-ins of blogs tell who wrote a post
        label, name = (found.get(f"twitter:{key}{number}", [""])[0] for key in ("label", "data"))
        if WRITTEN_BY.fullmatch(label):
            found.setdefault("twitter:written by", []).append(name)
    for field_name, names in META_FIELDS.items():
        for key in names:
            if key not in found:
                continue
            name = written.get(key, key)
            values: Any = found[key][0]
            if field_name == "authors":
                values = [value for value in found[key] if "://" not in value]
                if key == "citation_author":
                    values = [LAST_FIRST.sub(r"\2 \1", value) for value in values]
            elif field_name == "keywords":
                listed = [word.strip() for line in found[key] for word in line.split(",")]
                values = [word for word in listed if word]
            is_told = ":" in name and field_name != "authors"
            declared.add(field_name, values, name if is_told else f"meta {name}")
