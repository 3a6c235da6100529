"""Dossiers read back: what stands in their files, whichever form they have."""

import re
import zipfile
from io import BytesIO
from typing import Any

from lxml import etree, html

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section"),
    *("article", "h1", "h2", "p", "div", "ul", "li", "dl", "dt", "dd", "table", "thead", "tbody"),
    *("tr", "th", "td", "a", "b", "i", "small", "span", "bdi", "br", "mark"),
    *("svg", "desc", "rect", "path", "text"),
}
"""What a dossier is made of."""


def unpacked(file: bytes) -> dict[str, bytes]:
    """The parts of a file by name: those of a docx, or an HTML file as it is."""
    if not file.startswith(b"PK"):
        return {"dossier.html": file}
    with zipfile.ZipFile(BytesIO(file)) as parts:
        assert parts.testzip() is None
        return {name: parts.read(name) for name in parts.namelist()}


def everything(file: bytes) -> str:
    """All that any part of a file says."""
    return "\n".join(part.decode("utf-8", "replace") for part in unpacked(file).values())


def written(file: bytes) -> str:
    """All that its parts say that are text."""
    parts = unpacked(file).items()
    return "\n".join(part.decode() for name, part in parts if name.endswith(("ml", ".rels")))


def page_of(file: bytes) -> Any:
    """The page, which is made of nothing but what we put there."""
    tree = html.document_fromstring(file.decode())
    assert {node.tag for node in tree.iter(etree.Element)} <= ELEMENTS
    for node in tree.iter(etree.Element):
        assert not [name for name in node.attrib if name.startswith("on") or name == "src"]
        assert re.match(r"#|https?://", node.get("href", "#"))
    return tree


def document_of(file: bytes) -> Any:
    """The document, which has no field but the number of the page, and asks nothing of outside."""
    parts = unpacked(file)
    trees = {name: etree.fromstring(part) for name, part in parts.items() if name.endswith("ml")}
    for name, tree in trees.items():
        fields = [field.get(f"{W}instr") for field in tree.iter(f"{W}fldSimple")]
        assert fields == (["PAGE"] if "footer" in name else []), name
        assert not [
            *tree.iter(f"{W}instrText"),
            *tree.iter(f"{W}fldChar"),
            *tree.iter(f"{W}object"),
        ]
    for name, part in parts.items():
        if name.endswith(".rels"):
            for link in etree.fromstring(part):
                if link.get("TargetMode") == "External":
                    assert link.get("Type").endswith("/hyperlink")
                    assert link.get("Target").startswith(("http://", "https://"))
    return trees["word/document.xml"]


def paragraphs_of(document: Any, style: str | None = None) -> list[str]:
    """The texts of a document's paragraphs, of one style or of all."""
    found = []
    for paragraph in document.iter(f"{W}p"):
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is None or (named is not None and named.get(f"{W}val") == style):
            text = "".join(node.text or "" for node in paragraph.iter(f"{W}t"))
            assert text.count("\u2068") == text.count("\u2069")
            found.append(re.sub("[\u2068\u2069]", "", text))
    return found
