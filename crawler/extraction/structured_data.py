"""What a page says of itself to machines: JSON-LD, microdata, OpenGraph and other meta."""

import html
import json
import re
from collections.abc import Collection, Iterable, Mapping
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
TAG = re.compile(r"<[^<>]{1,300}>")

META_FIELDS: Mapping[str, tuple[str, ...]] = {
    "headline": ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title"),
    "description": ("og:description", "description", "twitter:description"),
    "date_published": (
        "article:published_time",
        "og:published_time",
        "datepublished",
        "article:published",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "article.published",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "date",
        "cxenseparse:recs:publishtime",
        "cxenseparse:publishtime",
        "analytics-publisheddate",
        "citation_publication_date",
    ),
    "date_modified": ("article:modified_time", "og:updated_time", "datemodified", "last-modified"),
    "authors": (
        "author",
        "article:author",
        "article:author_name",
        "parsely-author",
        "sailthru.author",
        "byl",
        "dc.creator",
        "cxenseparse:author",
    ),
    "section": ("article:section", "parsely-section", "section"),
    "keywords": ("news_keywords", "keywords"),
    "language": ("og:locale", "content-language", "language"),
    "site_name": ("og:site_name", "application-name", "publisher"),
    "type": ("og:type",),
    "url": ("og:url",),
    "access": ("article:content_tier", "cxenseparse:accesslevel"),
}


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
    for link in root.iterfind(".//link[@rel='canonical']"):
        declared.canonical = declared.canonical or link.get("href")
    own = {same_page_key(address) for address in (url, declared.canonical) if address}
    own |= {key.partition("?")[0] for key in own}
    nodes = _json_ld_nodes(root)
    if article := _article_node(nodes, own):
        declared.has_article_type = True
        _read_article(declared, article, nodes)
    _read_microdata(declared, root)
    _read_meta(declared, root)
    if language := root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"):
        declared.readings.setdefault("language", []).insert(0, (clean(language), "html lang"))
    return declared


def parse_json_ld(script: str) -> list[Any]:
    """The values of one JSON-LD block; a broken one is read as far as it can be."""
    text = script.replace("\ufeff", "")
    for _ in range(2):
        text = WRAPPING.sub("", text).strip()
    for attempt in (text, TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        if values := _decode_all(attempt):
            return values
    return []


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


def _json_ld_nodes(root: Element) -> list[dict[str, Any]]:
    """All objects of the page's JSON-LD, breadth first, within bounds."""
    queue: list[Any] = []
    characters = 0
    scripts = [s for s in root.iter("script") if "ld+json" in s.get("type", "").lower()]
    for number, script in enumerate(scripts):
        text = script.text or ""
        characters += len(text)
        if number >= MOST_BLOCKS or characters > MOST_CHARACTERS:
            break
        queue += parse_json_ld(text)
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


def _article_node(nodes: Iterable[dict[str, Any]], own: Collection[str]) -> dict[str, Any] | None:
    """The article that names the page's own address, else one that names none, else the first."""
    articles = [
        node
        for node in nodes
        if any(ARTICLE_TYPE.search(kind) for kind in _type(node).split())
        and any(node.get(key) for key in ("headline", "name", "datePublished", "articleBody"))
    ]
    addresses = [_addresses(node) for node in articles]
    for wanted in (lambda found: found & set(own), lambda found: not found, lambda _: True):
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
    texts = {
        "headline": ("headline", "name"),
        "description": ("description",),
        "date_published": ("datePublished",),
        "date_modified": ("dateModified",),
        "language": ("inLanguage",),
        "section": ("articleSection",),
        "body": ("articleBody",),
    }
    for name, keys in texts.items():
        for key in keys:
            for value in _strings(article.get(key))[:1]:
                words = value if name == "body" else plain(value)
                declared.add(name, words, f"json-ld {key}")
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


def _read_microdata(declared: Declared, root: Element) -> None:
    """Properties of an ``itemtype`` that is an article; its body is marked in the layout."""
    fields = {
        "headline": "headline",
        "datePublished": "date_published",
        "dateModified": "date_modified",
        "articleSection": "section",
        "description": "description",
        "inLanguage": "language",
        "isAccessibleForFree": "access",
    }
    authors: list[str] = []
    for element in find_all(root, "//*[@itemprop][ancestor::*[@itemtype]]"):
        names = (element.get("itemprop") or "").split()
        scope = next(a for a in element.iterancestors() if a.get("itemtype"))
        if not ARTICLE_TYPE.search((scope.get("itemtype") or "").rpartition("/")[2]):
            continue
        declared.has_article_type = True
        value = element.get("content") or element.get("datetime")
        for name in names:
            if name in fields:
                words = plain(value or words_of(element))
                declared.add(fields[name], words, f"microdata {name}")
            elif name == "author" and "Organization" not in (element.get("itemtype") or ""):
                inner = find_all(element, ".//*[@itemprop='name']")
                named = inner[0] if inner else element
                authors.append(plain(named.get("content") or words_of(named)))
    declared.add("authors", [name for name in authors if name], "microdata author")


def _read_meta(declared: Declared, root: Element) -> None:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = element.get("content")
        name = element.get("property") or element.get("name") or element.get("itemprop")
        name = name or element.get("http-equiv")
        if content and name and (words := plain(content)):
            found.setdefault(name.casefold(), []).append(words)
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
