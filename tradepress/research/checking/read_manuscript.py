"""Reads manuscripts of people: Word, Markdown, LaTeX, BibTeX and plain text.

A file is that of a stranger: it is read within limits, nothing in it is carried out, and no address
in it is asked for.
"""

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tradepress.archive.text_forms import composed

if TYPE_CHECKING:
    from lxml import etree

ENDINGS = (".docx", ".md", ".tex", ".bib", ".txt")
MOST_BYTES = 20_000_000
"""Limits a file, and each part of a Word document when it is unpacked."""
MOST_LETTERS, LONGEST_PARAGRAPH = 4_000_000, 200_000
"""Limit the text of a manuscript, and of a paragraph or an entry with its notes."""
NOTE, END_OF_NOTE, FILLER = "\ufdd0", "\ufdd1", "\ufdd2"
"""Stand around a note within the text that it belongs to, and before each further entry of a list;
no text has such signs."""
UNTAKEN = dict.fromkeys(map(ord, f"\0{NOTE}{END_OF_NOTE}{FILLER}"))
_ITEM = r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]"
DAMAGED = (
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error),
    *(ValueError, OSError, struct.error, OverflowError),
)
"""Lists what a damaged package fails by."""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DEEPEST = 9
"""Counts the braces within which quotes are looked for that stand around others."""
_PARAGRAPHS = re.compile(r"\n[ \t]*\n|\f")
_COMBINING = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303"}
_COMBINING |= {"c": "\u0327", "v": "\u030c", "=": "\u0304", ".": "\u0307", "u": "\u0306"}
_SIGNS = {"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "i": "i"}
_SIGNS |= {"aa": "å", "AA": "Å", "oe": "œ", "glqq": "„", "grqq": "“", "ldots": "…", "dots": "…"}
_SIGNS |= {"flqq": "«", "frqq": "»", "lq": "‘", "rq": "’", "par": "\n\n", "textquoteright": "’"}
_SIGNS |= {"``": "“", "''": "”", ",,": "„", "~": " ", "---": "—", "--": "–"}
_OF_BIB = re.compile(r'\\.|[{}",\n]', re.DOTALL)
_EMPHASIS = re.compile(r"(?P<link>https?://\S+)|(?<![\w*])[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")
_INDENTED = re.compile(r"(?=[^.!?]*\w{2}[.!?])(?!\s*\(?\w{1,3}[.)]\s)(?:(?: {4}|\t)[^\n]*\n?)+")
"""Matches what typewriters set in for a quotation: sentences, and no entry of a list."""
_NO_TEXT = re.compile(
    r"\A\s*^---\n\w[\w-]*:.*\n(?:(?!---$).*\n)*---$"
    r"|^(`{3,9}(?!`)|~{3,9}(?!~)).*\n(?:(?!\1).*\n)*?\1`*~*[ \t]*$",
    re.MULTILINE,
)
"""Matches a listing, and what stands before a text for programs."""
_ARGUMENT = r"(?:\[(?:[^\[\]]|\[[^\[\]]*\])*\])*"
_CSQUOTES = re.compile(
    rf"\\(?:enquote|textquote|blockquote)\*?{_ARGUMENT}\{{"
    rf"|\\(?:text|block)cquote\*?{_ARGUMENT}\{{[^{{}}]*\}}{_ARGUMENT}\{{"
    rf"|\\(?:foreign|hyphen)(?:text|block)?quote\*?\{{[a-z]+\}}{_ARGUMENT}\{{"
)
_BLOCK = r"\{(?:quote|quotation|displayquote)\}"
_TEX = re.compile(
    r"\\(?P<accent>['`^\"~=.]|[cvu](?![a-zA-Z]))\s*(?:\{\\?(?P<braced>[a-zA-Z])\}|\\?(?P<bare>[a-zA-Z]))"
    r"|\\(?P<letter>[a-zA-Z]+)(?![a-zA-Z])(?:\s*\{\})?[ ]?|\\(?P<sign>[&%$#_{}\s,;/@-])"
    r"|(?P<quote>``|''|,,|---?|~)|(?P<brace>[{}])"
)


class UnreadableManuscript(ValueError):
    """Says why a manuscript can't be read, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ManuscriptPassage:
    """Is a paragraph of a manuscript, with its notes within it; or an entry of BibTeX."""

    place: str
    """Says where it stands: ``paragraph 3``, ``line 12``."""
    text: str
    is_block: bool = False
    """Is all of it a quotation?"""
    fields: Mapping[str, str] | None = None
    """Holds the fields of an entry, by name."""


def read_manuscript(path: Path) -> list[ManuscriptPassage]:
    """Reads a manuscript.

    :raises UnreadableManuscript: of no known kind, damaged, too long or not to be trusted
    """
    if path.suffix.lower() not in ENDINGS:
        raise UnreadableManuscript(f"{path} is not of a kind that is read: {', '.join(ENDINGS)}")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableManuscript(f"{path} can't be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise UnreadableManuscript(f"{path} has more than {MOST_BYTES:,} bytes: check it in parts")
    return read_content(content, path.suffix.lower())


def read_content(content: bytes, ending: str) -> list[ManuscriptPassage]:
    """Reads what a manuscript of that ending holds.

    :raises UnreadableManuscript: damaged, too long or not to be trusted
    """
    passages: list[ManuscriptPassage] = []
    for passage in _docx(content) if ending == ".docx" else _text(content, ending):
        if len(passage.text) > LONGEST_PARAGRAPH:
            raise UnreadableManuscript(
                f"{passage.place} has more than {LONGEST_PARAGRAPH:,} letters: "
                "part it by blank lines"
            )
        passages.append(passage)
    return passages


def _text(content: bytes, ending: str) -> Iterator[ManuscriptPassage]:
    text = composed(content.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    text = text.translate(UNTAKEN)
    if len(text) > MOST_LETTERS:
        raise UnreadableManuscript(f"it has more than {MOST_LETTERS:,} letters: check it in parts")
    if ending == ".bib":
        return _bib(text)
    if ending == ".tex":
        text = re.sub(rf"(?=\\begin{_BLOCK})|(?<=\\end)({_BLOCK})", r"\1\f", text)
        text = _tex_notes(re.sub(r"(?<!\\)%.*", "", text))
        return _paragraphs(text, _tex)
    return _paragraphs(_markdown_notes(text) if ending == ".md" else text, _plain)


def _paragraphs(text: str, read: Callable[[str], tuple[str, bool]]) -> Iterator[ManuscriptPassage]:
    line, start = 1, 0
    for end in [*(found.end() for found in _PARAGRAPHS.finditer(text)), len(text)]:
        piece = text[start:end]
        told, is_block = read(piece)
        if told.strip():
            first = line + piece[: len(piece) - len(piece.lstrip())].count("\n")
            yield ManuscriptPassage(place=f"line {first}", text=_line(told), is_block=is_block)
        line, start = line + piece.count("\n"), end


def _line(text: str) -> str:
    return " ".join(text.split())


def _markdown_notes(text: str) -> str:
    """Brings footnotes to where they are called, and takes out what is no text; the lines
    keep their numbers."""
    text = _NO_TEXT.sub(lambda found: "\n" * found[0].count("\n"), text)
    notes: dict[str, str] = {}

    def kept(found: re.Match[str]) -> str:
        notes[found[1]] = found[2]
        return "\n" * found[0].count("\n")

    definition = r"^\[\^([^\]\s]+)\]:(.*(?:\n(?:[ \t]+\S.*|(?!\[\^)\S.*))*)"
    text = re.sub(definition, kept, text, flags=re.MULTILINE)
    links = dict(re.findall(r"^\[([^\]^\s][^\]]*)\]:\s*<?(\S+?)>?(?:\s.*)?$", text, re.MULTILINE))
    text = re.sub(r"^\[[^\]^\s][^\]]*\]:\s*\S+.*$", "", text, flags=re.MULTILINE)
    text = re.sub(
        r"\[([^\[\]]+)\]\[([^\[\]]+)\]",
        lambda link: f"{link[1]} <{links[link[2]]}>" if link[2] in links else link[0],
        text,
    )

    def note(found: re.Match[str]) -> str:
        told = notes.pop(found[1], None)  # one that is called again and again stands once
        return found[0] if told is None else NOTE + _line(told) + END_OF_NOTE

    text = re.sub(r"\[\^([^\]\s]+)\]", note, text)
    others = [f"{NOTE}{_line(told)}{END_OF_NOTE}" for told in notes.values()]
    return "\n\n".join([text, *others])


def _plain(piece: str) -> tuple[str, bool]:
    """Reads a paragraph of Markdown, or of plain text that has some of its signs."""
    if re.match(rf"\s*{_ITEM}", piece):
        piece = re.sub(rf"\n(?={_ITEM})", f"\n{FILLER} ", piece)
    lines = piece.strip("\n").splitlines()
    is_block = bool(lines) and lines[0].startswith(">") and not lines[0].startswith(">>")
    text = "\n".join(line.removeprefix(">") for line in lines) if is_block else piece
    if text.lstrip().startswith("<blockquote") or _INDENTED.fullmatch(piece.strip("\n")):
        is_block = True
    text = re.sub(r"\[([^\[\]]+)\]\((\S{1,2000}?)\)", r"\1 <\2>", text)
    text = re.sub(r"<a\b[^<>]*href=[\"']?([^\"'<> ]+)[^<>]*>([^<>]*)</a>", r"\2 <\1>", text)
    text = re.sub(r"</?(?!https?:|www\.)[a-zA-Z][^<>]*>", "", text)
    text = _EMPHASIS.sub(lambda found: found["link"] or "", text)
    for sign, meant in ((">>", "»"), ("<<", "«"), ("``", "“"), ("''", "”")):
        text = text.replace(sign, meant)
    return text, is_block


def _tex_notes(text: str) -> str:
    """Marks footnotes and quotations: their braces are the only ones whose partner counts."""
    text = _CSQUOTES.sub(lambda _: "\\enquote{", text)
    found: list[str] = []
    ends: list[str] = []
    at = 0
    for sign in re.finditer(
        r"\\(?:footnote|footnotetext|endnote)\{|\\enquote\*?\{|\\.|[{}]", text, re.DOTALL
    ):
        kind = begin = sign[0]
        end = "}"
        if kind.startswith("\\enquote"):
            begin, end = "‘’" if "”" in ends[-DEEPEST:] else "“”"
        elif len(kind) > len("\\."):
            begin, end = NOTE, END_OF_NOTE
        elif kind == "}" and ends:
            begin = ends.pop()
        found += text[at : sign.start()], begin
        at = sign.end()
        if kind.endswith("{") and kind != "\\{":
            ends.append(end)
    return "".join([*found, text[at:]])


def _tex(piece: str) -> tuple[str, bool]:
    is_block = bool(re.search(rf"\\begin{_BLOCK}", piece))
    piece = re.sub(r"\\(?:begin|end|documentclass|usepackage)(?:\[[^\]]*\])?\{[^{}]*\}", "", piece)
    return _tex_letters(piece), is_block


def _tex_letters(text: str) -> str:
    text = re.sub(r"\\href\{([^{}]*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"<\1> \2", text)
    text = re.sub(r"\\url\{([^{}]*)\}", r"<\1>", text)

    def told(found: re.Match[str]) -> str:
        if found["accent"]:
            return composed((found["braced"] or found["bare"]) + _COMBINING[found["accent"]])
        return found["sign"] or _SIGNS.get(found["letter"] or found["quote"] or "", "")

    return _TEX.sub(told, text).replace("`", "‘")


def _bib(text: str) -> Iterator[ManuscriptPassage]:
    """Reads the entries, by braces and quotes."""
    line = 1
    before = 0
    for entry in re.finditer(r"@(\w+)\s*\{\s*([^,\s]*)\s*,", text):
        fields: dict[str, str] = {}
        at = entry.end()
        while (field := re.compile(r"\s*,?\s*([\w-]+)\s*=\s*").match(text, at)) is not None:
            value, at = _bib_value(text, field.end())
            fields[field[1].lower()] = _line(_tex_letters(value))
        line += text.count("\n", before, entry.start())
        before = entry.start()
        raw = _line(_tex_letters(text[entry.start() : at]))
        yield ManuscriptPassage(place=f"line {line} ({entry[2]})", text=raw, fields=fields)


def _bib_value(text: str, at: int) -> tuple[str, int]:
    """Returns the value that begins at a place, and where it ends."""
    depth, end, quoted = 0, len(text), text.startswith('"', at)
    for sign in _OF_BIB.finditer(text, at + quoted):
        if not depth and sign[0] in ('"' if quoted else "},\n"):
            end = sign.start() + quoted
            break
        depth += (sign[0] == "{") - (sign[0] == "}" and depth > 0)
    value = text[at:end].strip('" ')
    return (value[1:-1] if value.startswith("{") and value.endswith("}") else value), end


def _docx(content: bytes) -> Iterator[ManuscriptPassage]:
    """Reads the paragraphs of a Word document, its notes where they are called, its links."""
    try:
        packed = zipfile.ZipFile(BytesIO(content))
        parts = {name: _part(packed, name) for name in ("document", "footnotes", "endnotes")}
        links = {name: _links(packed, name) for name in parts}
    except UnreadableManuscript:
        raise
    except DAMAGED as error:
        raise UnreadableManuscript("it is no Word document, or a damaged one") from error
    body = parts["document"]
    if body is None:
        raise UnreadableManuscript("it is no Word document: it has no text")
    notes: dict[tuple[str, str], str] = {}
    for name in ("footnote", "endnote"):
        root = parts[f"{name}s"]
        for note in root.iter(f"{W}{name}") if root is not None else ():
            told = " ".join(_words(one, {}, links[f"{name}s"]) for one in note.iter(f"{W}p"))
            notes[name, str(note.get(f"{W}id"))] = told
    letters = 0
    for number, paragraph in enumerate(body.iter(f"{W}p"), 1):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        is_block = style is not None and "quot" in str(style.get(f"{W}val")).lower()
        text = _line(_words(paragraph, notes, links["document"]))
        letters += len(text)
        if letters > MOST_LETTERS:
            raise UnreadableManuscript(f"it has more than {MOST_LETTERS:,} letters")
        if text:
            yield ManuscriptPassage(place=f"paragraph {number}", text=text, is_block=is_block)


def _part(packed: zipfile.ZipFile, name: str) -> "etree._Element | None":
    from lxml import etree  # for Word documents alone: it takes a while to load

    content = _unpacked(packed, f"word/{name}.xml")
    if content is None:
        return None
    parser = etree.XMLParser(no_network=True, resolve_entities=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableManuscript(f"its part {name} is no XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableManuscript(f"its part {name} declares a document type, which none does")
    return root


def _unpacked(packed: zipfile.ZipFile, name: str) -> bytes | None:
    if name not in packed.namelist():
        return None
    with packed.open(name) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableManuscript(f"its part {name} unpacks to more than {MOST_BYTES:,} bytes")
    return content


def _links(packed: zipfile.ZipFile, name: str) -> dict[str, str]:
    content = _unpacked(packed, f"word/_rels/{name}.xml.rels") or b""
    found = re.findall(rb"<Relationship\b[^>]*>", content)
    links = {}
    for one in found:
        named = dict(re.findall(r'(Id|Target)="([^"]*)"', one.decode("utf-8", "replace")))
        links[named.get("Id", "")] = html.unescape(named.get("Target", ""))
    return links


def _words(
    paragraph: "etree._Element", notes: dict[tuple[str, str], str], links: Mapping[str, str]
) -> str:
    found: list[str] = []
    shown: set[etree._Element] = set()
    for node in paragraph.iter("*"):
        kind = str(node.tag).removeprefix(W)
        if node in shown:
            continue
        if kind == "t":
            found.append(composed(node.text or "").translate(UNTAKEN))
        elif kind in ("tab", "br"):
            found.append(" ")
        elif kind in ("footnoteReference", "endnoteReference"):
            told = notes.pop((kind.removesuffix("Reference"), str(node.get(f"{W}id"))), "")
            found.append(f"{NOTE}{told}{END_OF_NOTE}" if told else "")
        elif kind == "hyperlink" and (address := links.get(str(node.get(f"{R}id")))):
            words = [*node.iter(f"{W}t")]
            shown.update(words)
            text = "".join(str(one.text or "") for one in words)
            found.append(text if text.strip() == address else f"{text} <{address}>")
    return "".join(found)
