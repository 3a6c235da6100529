"""Writes the HTML of a dossier as a document of Word: styles, links, highlights. Whatever a story
says is text in it; the only field is the number of the page. Needs the extra ``docx``."""

import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.run import Run
from lxml import html

from tradepress.research.counting.count_png import NoPainter, paint_counts
from tradepress.research.counting.count_stories import StoryCounts

FONTS = {
    **{"b": "bold", "th": "bold", "i": "italic", "dt": "italic", "u": "underline"},
    **{"sup": "superscript", "sub": "subscript", "span": "small_caps", "a": "underline"},
}
"""Maps elements to what they make of letters; a span is in small capitals."""
STYLES = {"h1": "Title", "h2": "Heading1", "dd": "Fact", "li": "Entry"}
STYLES |= {"kind": "Kind", "note": "Note", "cite": "Note"}
"""Maps elements and classes to styles of paragraphs."""
COLUMNS = (2.8, 10.2, 4.0)
"""Are the widths of a table's columns, in centimetres."""
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def docx_form(page: bytes, counts: StoryCounts | None) -> Iterator[bytes]:
    """Yields the file.

    :param counts: are painted where resvg is installed
    """
    form, file = _Form(), BytesIO()
    tree = html.document_fromstring(page.decode())
    form.document.core_properties.title = (tree.findtext(".//title") or "")[:255]
    for block in tree.iter("h1", "h2", "p", "dd", "li", "tr", "table", "svg"):
        form.write(block, counts)
    form.document.save(file)
    yield file.getvalue()


class _Form:
    """Is a document that is written from its beginning to its end."""

    def __init__(self) -> None:
        self.document: Any = docx.Document()
        self._table: Any = None
        self._end, self._marks = self.document.element.body.sectPr, 0
        section, styles = self.document.sections[0], self.document.styles
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2.2)
        for name, size in (("Normal", 11.0), ("Title", 26.0), ("Heading 1", 16.0)):
            styles[name].font.size, styles[name].font.name = Pt(size), "Liberation Serif"
            styles[name].font.color.rgb = RGBColor(0, 0, 0)
            fonts = styles[name].element.rPr.rFonts
            for theme in [one for one in fonts.attrib if one.endswith("Theme")]:
                del fonts.attrib[theme]  # it would count for more
        styles["Heading 1"].paragraph_format.page_break_before = True
        for name, before, after in (("Normal", 5, 5), ("Heading 1", 0, 8)):
            shape = styles[name].paragraph_format
            shape.space_before, shape.space_after = Pt(before), Pt(after)
        for name, size, left, first, before, after in (
            ("Kind", 11, 0, 0, 120, 0),
            ("Fact", 9.5, 3.2, -3.2, 0, 1),
            ("Entry", 10, 0.9, -0.9, 0, 4),
            ("Note", 10, 0.8, 0, 8, 8),
            ("Cell", 10, 0, 0, 2, 2),
        ):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.font.size, shape = Pt(size), style.paragraph_format
            shape.left_indent, shape.first_line_indent = Cm(left), Cm(first)
            shape.space_before, shape.space_after = Pt(before), Pt(after)
        self.document.core_properties.author = "Tradepress"
        self.document.core_properties.comments = ""
        footer = section.footer.paragraphs[0]
        footer.alignment = 1
        self._inside(footer._p, "w:fldSimple", "w:instr", "PAGE")

    def write(self, block: Any, counts: StoryCounts | None) -> None:
        """Writes a block of the page at the end of the document."""
        if block.tag == "svg":
            self._paint(counts)
        elif block.tag == "table":
            self._table = self.document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
            for column, width in zip(self._table.columns, COLUMNS, strict=True):
                column.width = Cm(width)
        elif block.tag == "tr":
            row = self._table.add_row()
            self._inside(row._tr.get_or_add_trPr(), "w:cantSplit")
            if block[0].tag == "th":
                self._inside(row._tr.get_or_add_trPr(), "w:tblHeader")
            for cell, content in zip(row.cells, block, strict=True):
                cell._tc.p_lst[0].style = "Cell"
                self._fill(cell._tc.p_lst[0], content)
        else:
            paragraph: Any = OxmlElement("w:p")
            self._end.addprevious(paragraph)
            paragraph.style = STYLES.get(block.get("class") or block.tag)
            own = block.xpath(".//text()[not(ancestor::bdi)]")
            if block.get("dir") and _is_leftward("".join(own)):
                self._inside(paragraph.get_or_add_pPr(), "w:bidi")
            if anchor := block.get("id"):
                self._marks += 1
                place = str(self._marks)
                mark = self._inside(paragraph, "w:bookmarkStart", "w:id", place)
                mark.set(qn("w:name"), anchor)
                self._inside(paragraph, "w:bookmarkEnd", "w:id", place)
            if block.tag == "dd":
                before = block.getprevious()
                if before.tag == "dt":
                    self._fill(paragraph, before)
                self._add(paragraph, "\t", block)
            self._fill(paragraph, block)

    def _paint(self, counts: StoryCounts | None) -> None:
        try:
            painted = paint_counts(counts) if counts else b""
        except NoPainter:  # the table says the same
            return
        shape = self.document.add_picture(BytesIO(painted), width=Cm(17))
        shape._inline.docPr.set("descr", "The stories by time, as in the table below")

    def _inside(self, parent: Any, tag: str, name: str = "", value: str = "") -> Any:
        parent.append(made := OxmlElement(tag))
        if name:
            made.set(qn(name), value)
        return made

    def _fill(self, paragraph: Any, content: Any) -> None:
        """Writes what is within an element."""
        before, after = ("\n", "") if content.tag == "br" else ("", "")
        if content.tag == "bdi" and _is_leftward(content.text_content()):
            before, after = "\u2068", "\u2069"  # Word has no other sign for it within a line
        self._add(paragraph, before + (content.text or ""), content)
        for inner in content:
            self._fill(paragraph, inner)
            self._add(paragraph, inner.tail, content)
        self._add(paragraph, after, content)

    def _add(self, paragraph: Any, text: str | None, within: Any) -> None:
        """Adds text as the elements around it set it."""
        if not text:
            return
        run = paragraph.add_r()
        run.text = text
        font, language = Run(run, self.document).font, None
        for outer in (within, *within.iterancestors()):
            language = language or outer.get("lang")
            if outer.tag in FONTS:
                setattr(font, FONTS[outer.tag], True)
            if outer.tag == "mark":
                font.highlight_color = WD_COLOR_INDEX.YELLOW
            if outer.tag == "a":
                self._link(paragraph, run, outer.get("href"))
        if _is_leftward(text):
            font.rtl = True
        if language and language != "en":
            told = self._inside(run.get_or_add_rPr(), "w:lang", "w:val", language)
            told.set(qn("w:eastAsia"), language)
            told.set(qn("w:bidi"), language)

    def _link(self, paragraph: Any, run: Any, address: str) -> None:
        if address.startswith("#"):
            link = self._inside(paragraph, "w:hyperlink", "w:anchor", address[1:])
        else:
            known = self.document.part.relate_to(address, HYPERLINK, is_external=True)
            link = self._inside(paragraph, "w:hyperlink", "r:id", known)
        link.append(run)


def _is_leftward(text: str) -> bool:
    """Is its first letter of a script that is written from the right?"""
    sides = (unicodedata.bidirectional(sign) for sign in text)
    return next((side for side in sides if side in ("L", "R", "AL")), "L") != "L"
