"""Lists the citation styles that come with the program, and reads those that people have."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

StyleName = Literal["apa", "bluebook", "chicago", "oscola"]
STYLE_NAMES: tuple[StyleName, ...] = get_args(StyleName)
ProcessorName = Literal["citeproc", "pandoc"]
PROCESSORS: tuple[ProcessorName, ...] = get_args(ProcessorName)
FOLDER = Path(__file__).with_name("styles")
MOST_BYTES = 1_000_000
"""Limits a style file; the longest of some ten thousand has a quarter of that."""
LONGEST_VALUE = 2000
"""Limits the letters of one value of it."""
NAMESPACE = "{http://purl.org/net/xbiblio/csl}"

TERMS = {f"{NAMESPACE}{name}" for name in ("term", "single", "multiple")}


class UnusableStyle(ValueError):
    """Says that a citation style can't be carried out, and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CitationStyle:
    """Is one file of ``styles/``."""

    title: str
    file: str
    type: str | None = None
    """Is what all stories are to it (a type of CSL); None: what they are cited as."""


STYLES: dict[StyleName, CitationStyle] = {
    "apa": CitationStyle(title="APA, 7th edition", file="apa.csl"),
    # Online stories have their day in parentheses (rules 16.6(f), 18.2.2); to this file, those of
    # papers are print.
    "bluebook": CitationStyle(
        title="Bluebook, law reviews", file="bluebook-law-review.csl", type="post-weblog"
    ),
    "chicago": CitationStyle(
        title="Chicago, 18th edition, notes", file="chicago-notes-bibliography.csl"
    ),
    "oscola": CitationStyle(title="OSCOLA, 4th edition", file="oscola.csl"),
}


def style_file(style: StyleName | Path) -> bytes:
    """Returns the file of a style, which its processor can read.

    :raises UnusableStyle: a file from elsewhere is no style, or one that points to another
    """
    if not isinstance(style, Path):
        return (FOLDER / STYLES[style].file).read_bytes()
    try:
        with style.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnusableStyle(f"{style} can't be read: {error.strerror}") from error
    if fault := _fault(content):
        raise UnusableStyle(f"{style} is no citation style that can be used here: {fault}")
    return content


def _fault(content: bytes) -> str | None:
    from lxml import etree  # for files from elsewhere alone: it takes a while to load

    if len(content) > MOST_BYTES:
        return f"it has more than {MOST_BYTES:,} bytes"
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    try:
        tree = etree.parse(BytesIO(content), parser)
    except etree.XMLSyntaxError as error:
        return f"it is no XML ({' '.join(error.msg.split())[:200]})"
    if tree.docinfo.internalDTD is not None:
        return "it declares a document type, which no style does"
    for link in tree.iter(f"{NAMESPACE}link"):
        if link.get("rel") == "independent-parent":
            return f"it has no rules of its own: give the file of {str(link.get('href'))[:200]}"
    root = tree.getroot()
    if (
        root.tag != f"{NAMESPACE}style"
        or root.find(f"{NAMESPACE}citation/{NAMESPACE}layout") is None
    ):
        return "it has no layout of a citation"
    macros = {macro.get("name") for macro in root.iter(f"{NAMESPACE}macro")}
    for node in tree.iter(etree.Element):
        if "macro" in node.attrib and node.get("macro") not in macros:
            return (
                f"line {node.sourceline} calls {str(node.get('macro'))[:200]!r}, which it has not"
            )
        said = [*node.attrib.values(), "" if node.tag not in TERMS else node.text or ""]
        if any(len(value) > LONGEST_VALUE for value in said):
            return f"line {node.sourceline} says more than {LONGEST_VALUE:,} letters at once"
    return None
