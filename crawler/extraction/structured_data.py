"""What a page says of itself to machines: JSON-LD, microdata, OpenGraph and other meta."""

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from crawler.extraction.blocks import clean
from crawler.extraction.links import same_page_key
from crawler.extraction.tree import Element, find_all, words_of

MOST_BLOCKS = 50
MOST_CHARACTERS = 1_000_000
MOST_NODES = 20_000
LONGEST_LIST = 50
ARTICLE_TYPE = re.compile(r"Article$|BlogPosting$|^(?:Report|Review|NewsItem)$", re.I)
WRAPPING = re.compile(
    r"^\s*(?:(?://|/\*)?\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?"
    r"|(?:(?://|/\*)?\s*)?(?:-->|\]\]>)(?:\s*\*/)?\s*$|;\s*$"
)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
TAG = re.compile(r"<[^<>]{1,300}>")

META_FIELDS: Mapping[str, Sequence[str]] = {
    name: keys.split()
    for name, keys in {
        "headline": "og:title twitter:title parsely-title sailthru.title dc.title",
        "description": "og:description description twitter:description",
        "date_published": "article:published_time og:published_time datepublished article:published"
        " parsely-pub-date sailthru.date pubdate publishdate publish-date publish_date"
        " article.published dc.date.issued dcterms.created dc.date date"
        " cxenseparse:recs:publishtime cxenseparse:publishtime analytics-publisheddate"
        " citation_publication_date",
        "date_modified": "article:modified_time og:updated_time datemodified last-modified",
        "authors": "author article:author article:author_name parsely-author sailthru.author byl"
        " dc.creator cxenseparse:author",
        "section": "article:section parsely-section section",
        "keywords": "news_keywords keywords",
        "language": "og:locale content-language language",
        "site_name": "og:site_name application-name publisher",
        "type": "og:type",
        "url": "og:url",
        "access": "article:content_tier cxenseparse:accesslevel",
    }.items()
}
META_NAMES = frozenset(("article:tag", *(key for keys in META_FIELDS.values() for key in keys)))
SCHEMA_FIELDS = {
    "headline": "headline",
    "description": "description",
    "datePublished": "date_published",
    "dateModified": "date_modified",
    "inLanguage": "language",
    "articleSection": "section",
}
MICRODATA_FIELDS = SCHEMA_FIELDS | {"isAccessibleForFree": "access"}
IDS = frozenset(("url", "mainEntityOfPage"))


@dataclass(slots=True)
class Declared:
    """For each field the (value, evidence) pairs, strongest first; values are cleaned strings,
    or lists of them for ``authors`` and ``keywords``."""

    readings: dict[str, list[tuple[Any, str]]] = field(default_factory=dict)
    canonical: str | None = None
    """``rel=canonical`` as written."""
    has_article_type: bool = False

    def add(self, name: str, value: Any, evidence: str) -> None:
        if value:
            self.readings.setdefault(name, []).append((value, evidence))

    def get(self, name: str) -> list[tuple[Any, str]]:
        return self.readings.get(name, [])

    def first(self, name: str) -> str | None:
        found = self.get(name)
        return found[0][0] if found else None


def read_declared(root: Element, url: str | None) -> Declared:
    """Everything declared, from a tree that still holds its scripts."""
    declared = Declared()
    scripts: list[str] = []
    metas: dict[str, list[str]] = {}
    for element in root.iter("meta", "link", "script"):
        if element.tag == "meta":
            _collect_meta(element, metas)
        elif element.tag == "script":
            if "ld+json" in element.get("type", "").lower():
                scripts.append(element.text or "")
        elif element.get("rel") == "canonical":
            declared.canonical = declared.canonical or element.get("href")
    own = {same_page_key(address) for address in (url, declared.canonical) if address}
    own |= {key.partition("?")[0] for key in own}
    nodes = _json_ld_nodes(scripts)
    if article := _article_node(nodes, own):
        declared.has_article_type = True
        _read_article(declared, article, nodes)
    _read_microdata(declared, root, own)
    _read_meta(declared, metas)
    for node in nodes if article is None else ():
        for key in ("datePublished", "dateModified") if _type(node).endswith("WebPage") else ():
            words = plain(str(node.get(key) or ""))
            declared.add(SCHEMA_FIELDS[key], words, f"json-ld WebPage {key}")
    if language := root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"):
        declared.readings.setdefault("language", []).insert(0, (clean(language), "html lang"))
    return declared


def parse_json_ld(script: str) -> list[Any]:
    """The values of one JSON-LD block; a broken one is read as far as it can be."""
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
    """The values written one after the other, up to the first that is broken."""
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


def _json_ld_nodes(scripts: Sequence[str]) -> list[dict[str, Any]]:
    """All objects of the page's JSON-LD, breadth first, within bounds."""
    queue: list[Any] = []
    characters = 0
    for script in scripts[:MOST_BLOCKS]:
        characters += len(script)
        if characters > MOST_CHARACTERS:
            break
        queue += parse_json_ld(script)
    nodes: list[dict[str, Any]] = []
    for value in queue:
        if len(nodes) >= MOST_NODES or len(queue) > MOST_NODES:
            break
        if isinstance(value, list):
            queue += value
        elif isinstance(value, dict):
            nodes.append(value)
            queue += [item for item in value.values() if isinstance(item, (dict, list))]
    return nodes


def _type(node: Mapping[str, Any]) -> str:
    kind = node.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def _article_node(nodes: Iterable[dict[str, Any]], own: Set[str]) -> dict[str, Any] | None:
    """The article that names the page's own address, else one that names none, else the first."""
    articles = [
        node
        for node in nodes
        if any(ARTICLE_TYPE.search(kind) for kind in _type(node).split())
        and any(node.get(key) for key in ("headline", "name", "datePublished", "articleBody"))
    ]
    addresses = [_addresses(node) for node in articles]
    for wanted in (lambda found: found & own, lambda found: not found, lambda _: True):
        for article, found in zip(articles, addresses, strict=True):
            if wanted(found):
                return article
    return None


def _addresses(node: Mapping[str, Any]) -> set[str]:
    main = node.get("mainEntityOfPage")
    named = [node.get("url"), node.get("@id"), main]
    named += [main.get("@id"), main.get("url")] if isinstance(main, dict) else []
    return {same_page_key(n) for n in named if isinstance(n, str) and "://" in n}


def _read_article(
    declared: Declared, article: Mapping[str, Any], nodes: Iterable[Mapping[str, Any]]
) -> None:
    for key, name in (*SCHEMA_FIELDS.items(), ("name", "headline"), ("articleBody", "body")):
        for value in _strings(article.get(key))[:1]:
            declared.add(name, value if name == "body" else plain(value), f"json-ld {key}")
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    declared.add("authors", _people(article.get("author"), by_id), "json-ld author")
    keywords = [k for line in _strings(article.get("keywords")) for k in plain(line).split(",")]
    declared.add("keywords", [k.strip() for k in keywords if k.strip()], "json-ld keywords")
    for publisher in _strings(article.get("publisher")):
        declared.add("site_name", plain(publisher), "json-ld publisher")
    free = article.get("isAccessibleForFree")
    if free is not None:
        declared.add("access", str(free).casefold(), "json-ld isAccessibleForFree")
    count = str(article.get("wordCount") or "")
    if count.isdecimal() and len(count) < 7:
        declared.add("word_count", int(count), "json-ld wordCount")


def _strings(value: Any, depth: int = 4) -> list[str]:
    """The words in a string, an object with a name, or a list of either."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict) and depth:
        named = value.get("name") or value.get("alternateName") or value.get("@value")
        return _strings(named, depth - 1)
    if isinstance(value, list) and depth:
        return [words for item in value[:LONGEST_LIST] for words in _strings(item, depth - 1)]
    return []


def _people(value: Any, by_id: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Names of the authors that are not called organisations."""
    names: list[str] = []
    for item in value[:LONGEST_LIST] if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = item if "name" in item else by_id.get(str(item.get("@id")), item)
            if "Organization" in _type(item):
                continue
        names += map(plain, _strings(item))
    return [name for name in names if name]


def plain(value: str) -> str:
    """Declared words without entities and tags."""
    if "&" in value:
        value = html.unescape(html.unescape(value))
    return clean(TAG.sub(" ", value) if "<" in value else value)


def _read_microdata(declared: Declared, root: Element, own: Set[str]) -> None:
    """Properties of each ``itemtype`` that is an article, the page's own before the first that has
    a headline; its body is marked in the layout."""
    scopes: dict[Element, list[tuple[str, Element]]] = {}
    for element in find_all(root, "//*[@itemprop]"):
        scope = next((a for a in element.iterancestors() if a.get("itemtype")), None)
        if scope is not None and ARTICLE_TYPE.search(scope.get("itemtype", "").rpartition("/")[2]):
            names = (element.get("itemprop") or "").split()
            scopes.setdefault(scope, []).extend((name, element) for name in names)
    if not scopes:
        return
    declared.has_article_type = True

    def rank(items: list[tuple[str, Element]]) -> tuple[bool, bool]:
        named = {e.get("href") or e.get("content") or "" for n, e in items if n in IDS}
        return own.isdisjoint(map(same_page_key, named)), all(n != "headline" for n, _ in items)

    for items in sorted(scopes.values(), key=rank):
        authors: list[str] = []
        for name, element in items:
            if name in MICRODATA_FIELDS:
                value = element.get("content") or element.get("datetime") or words_of(element)
                declared.add(MICRODATA_FIELDS[name], plain(value), f"microdata {name}")
            elif name == "author" and "Organization" not in (element.get("itemtype") or ""):
                inner = find_all(element, ".//*[@itemprop='name']")
                named = inner[0] if inner else element
                authors.append(plain(named.get("content") or words_of(named)))
        declared.add("authors", [name for name in authors if name], "microdata author")


def _collect_meta(element: Element, metas: dict[str, list[str]]) -> None:
    get = element.get
    name = get("property") or get("name") or get("itemprop") or get("http-equiv")
    if name and (name := name.casefold()) in META_NAMES and (words := plain(get("content", ""))):
        metas.setdefault(name, []).append(words)


def _read_meta(declared: Declared, found: Mapping[str, list[str]]) -> None:
    for name, keys in META_FIELDS.items():
        for key in keys:
            if key not in found:
                continue
            if name == "authors":
                declared.add(name, [v for v in found[key] if "://" not in v], f"meta {key}")
            elif name == "keywords":
                listed = [word.strip() for word in found[key][0].split(",")]
                declared.add(name, [word for word in listed if word], f"meta {key}")
            else:
                declared.add(name, found[key][0], key if ":" in key else f"meta {key}")
    if tags := found.get("article:tag"):
        declared.add("keywords", tags, "article:tag")
