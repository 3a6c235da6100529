"""Writes a dossier as a document of Word: styles, links and highlights. Whatever a story says is
text in it; the only field is the number of the page."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from tradepress.research.citation.styled_runs import Face, Runs
from tradepress.research.counting.count_png import NoPainter, paint_counts
from tradepress.research.counting.count_stories import StoryCounts
from tradepress.research.dossier.dossier import Dossier, DossierStory, Pieces

_FONT: dict[Face, str] = {
    "italic": "italic",
    "bold": "bold",
    "small-caps": "small_caps",
    "underline": "underline",
    "superscript": "superscript",
    "subscript": "subscript",
}
LONGEST_TITLE = 255
"""Limits the letters of a title among the properties of a document."""
SECTIONS = ("Chronology", "Bibliography", "What is not in it")
COLUMNS = (2.8, 10.2, 4.0)
"""Are the widths of the chronology's columns, in centimetres."""


class DocxMissing(ImportError):
    """Says that python-docx isn't there, and what to do."""


def require_docx() -> None:
    """Refuses where nothing writes a docx.

    :raises DocxMissing: python-docx isn't installed
    """
    try:
        import docx  # noqa: F401
    except ImportError:
        raise DocxMissing(
            "a docx needs python-docx: install tradepress[docx], or make an html"
        ) from None


def docx_form(dossier: Dossier) -> Iterator[bytes]:
    """Yields the file. The chronology has a picture where resvg is installed.

    :raises DocxMissing: python-docx isn't installed
    """
    require_docx()
    form = _Form(dossier)
    form.write_front()
    for story in dossier.stories:
        form.write_story(story)
    form.write_end()
    yield form.saved()


class _Form:
    """Is a document that is being written, from its beginning to its end."""

    def __init__(self, dossier: Dossier) -> None:
        import docx
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml import OxmlElement
        from docx.shared import Cm, Pt, RGBColor

        self.dossier, self._element = dossier, OxmlElement
        self.document: Any = docx.Document()
        self._bookmarks = 0
        section, styles = self.document.sections[0], self.document.styles
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2.2)
        for name, size in (("Normal", 11.0), ("Title", 26.0), ("Heading 1", 16.0)):
            styles[name].font.size = Pt(size)
            styles[name].font.name = "Liberation Serif"
            fonts = styles[name].element.rPr.rFonts
            for theme in [one for one in fonts.attrib if one.endswith("Theme")]:
                del fonts.attrib[theme]  # it would count for more
            styles[name].font.color.rgb = RGBColor(0, 0, 0)
        styles["Heading 1"].paragraph_format.page_break_before = True
        styles["Heading 1"].paragraph_format.space_after = Pt(8)
        for name, size, left, first, before, after in (
            ("Kind", 11, 0, 0, 120, 0),
            ("Fact", 9.5, 3.2, -3.2, 0, 1),
            ("Entry", 10, 0.9, -0.9, 0, 4),
            ("Note", 10, 0.8, 0, 4, 8),
            ("Cell", 10, 0, 0, 2, 2),
        ):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.font.size, style.quick_style = Pt(size), True
            shape = style.paragraph_format
            shape.left_indent, shape.first_line_indent = Cm(left), Cm(first)
            shape.space_before, shape.space_after = Pt(before), Pt(after)
        properties = self.document.core_properties
        properties.title = f"Dossier: {dossier.question}"[:LONGEST_TITLE]
        properties.author, properties.comments = "Tradepress", ""
        properties.created = properties.modified = datetime.fromisoformat(dossier.made)
        page = OxmlElement("w:fldSimple")
        page.set(_qn("w:instr"), "PAGE")
        footer = section.footer.paragraphs[0]
        footer.alignment = 1
        footer._p.append(page)

    def write_front(self) -> None:
        """Writes title page, contents and chronology."""
        dossier = self.dossier
        self._add(self._paragraph("Kind"), "DOSSIER")
        self._add(self._paragraph("Title", dossier.question), dossier.question)
        self._facts(dossier.facts)
        self._heading("Contents")
        for story in dossier.stories:
            entry = self._paragraph("Entry")
            self._add(entry, f"{story.number}.\t")
            link = f"#story_{story.number}"
            self._add(entry, story.title, language=story.language, link=link)
            self._add(entry, f"\n{story.paper}, {story.day or 'undated'}. {story.name}")
        for section in SECTIONS:
            self._add(self._paragraph("Entry"), section, link=f"#{section.split()[0]}")
        self._section("Chronology")
        if dossier.counts:
            self._picture(dossier.counts)
        table = self.document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, COLUMNS, strict=True):
            column.width = int(width * 360_000)
        self._row(table, "Day", "Story", "Paper")
        for one in dossier.by_day:
            self._row(table, one.day or "undated", f"{one.number}. ", one.paper, story=one)

    def write_story(self, story: DossierStory) -> None:
        heading = self._heading(f"{story.number}. ", f"story_{story.number}", story.title)
        self._pieces(heading, story.headline, story)
        self._facts(story.facts)
        for note in story.notes:
            self._add(self._paragraph("Note", note), note, ("bold",))
        for pieces, faces in ((story.summary, ("bold",)), *((one, ()) for one in story.paragraphs)):
            if pieces:
                text = "".join(piece.text for piece in pieces)
                self._pieces(self._paragraph("", text), pieces, story, faces)
        self._citation(story.citation, "Note")

    def write_end(self) -> None:
        """Writes bibliography, and what is not in it."""
        self._section("Bibliography")
        for citation in self.dossier.bibliography:
            self._citation(citation, "Entry")
        self._section("What is not in it")
        for left in self.dossier.left_out:
            self._add(self._paragraph(""), left.why)
            for name, number in left.stories:
                link = f"#story_{number}" if number else None
                self._add(self._paragraph("Entry"), name, link=link)
            if left.more:
                self._add(self._paragraph("Entry"), f"and {left.more:,} more")
        if not self.dossier.left_out:
            self._add(self._paragraph(""), "Nothing was left out.")

    def saved(self) -> bytes:
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()

    def _section(self, words: str) -> None:
        self._heading(words, words.split()[0])

    def _heading(self, words: str, name: str | None = None, title: str = "") -> Any:
        heading = self._paragraph("Heading1", title)
        if name:
            for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
                mark = self._element(kind)
                mark.set(_qn("w:id"), str(self._bookmarks))
                if kind == "w:bookmarkStart":
                    mark.set(_qn("w:name"), name)
                heading.append(mark)
            self._bookmarks += 1
        self._add(heading, words)
        return heading

    def _facts(self, facts: Any) -> None:
        for fact in facts:
            for place, line in enumerate(fact.lines):
                paragraph = self._paragraph("Fact")
                self._add(paragraph, "" if place else fact.name, ("italic",))
                self._add(paragraph, "\t")
                self._add(paragraph, line, link=fact.address)
        self._paragraph("")

    def _citation(self, citation: Runs, style: str) -> None:
        paragraph = self._paragraph(style, "".join(run.text for run in citation))
        for run in citation:
            self._add(paragraph, run.text, run.faces)

    def _pieces(self, paragraph: Any, pieces: Pieces, story: DossierStory, faces: Any = ()) -> None:
        for piece in pieces:
            self._add(paragraph, piece.text, faces, story.language, is_found=piece.is_found)

    def _row(self, table: Any, day: str, words: str, paper: str, *, story: Any = None) -> None:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(self._element("w:cantSplit"))
        cells = [cell._tc.p_lst[0] for cell in row.cells]
        for cell, text in zip(cells, (day, words, paper), strict=True):
            cell.style = "Cell"
            self._add(cell, text, () if story else ("bold",))
        if story:
            link = f"#story_{story.number}"
            self._add(cells[1], story.title, language=story.language, link=link)
        else:
            row._tr.get_or_add_trPr().append(self._element("w:tblHeader"))

    def _picture(self, counts: StoryCounts) -> None:
        try:
            painted = paint_counts(counts)
        except NoPainter:  # the table says the same
            return
        shape = self.document.add_picture(BytesIO(painted), width=17 * 360_000)
        shape._inline.docPr.set("descr", "The stories by time; the table below lists them.")

    def _paragraph(self, style: str, text: str = "") -> Any:
        """Begins a paragraph at the end of the document.

        :param style: the id of one; "": the usual one
        :param text: by whose first letter it runs from the left or from the right
        """
        paragraph = self.document.add_paragraph()._p
        if style:
            paragraph.style = style
        if _is_leftward(text):
            paragraph.get_or_add_pPr().append(self._element("w:bidi"))
        return paragraph

    def _add(
        self,
        paragraph: Any,
        text: str,
        faces: Any = (),
        language: str | None = None,
        *,
        is_found: bool = False,
        link: str | None = None,
    ) -> None:
        """Adds text that is set in one way.

        :param link: an address, or # and the name of a bookmark
        """
        from docx.enum.text import WD_COLOR_INDEX
        from docx.text.run import Run as Font

        run = paragraph.add_r()
        run.text = text
        font = Font(run, self.document).font
        for face in faces:
            setattr(font, _FONT[face], True)
        if is_found:
            font.highlight_color = WD_COLOR_INDEX.YELLOW
        if link:
            font.underline = True
            run.getparent().replace(run, outer := self._element("w:hyperlink"))
            outer.append(run)
            if link.startswith("#"):
                outer.set(_qn("w:anchor"), link[1:])
            else:
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
                rel = self.document.part.relate_to(link, f"{kind}/hyperlink", is_external=True)
                outer.set(_qn("r:id"), rel)
        if _is_leftward(text):
            font.rtl = True
        if language and language != "en":
            told = self._element("w:lang")
            for script in ("val", "eastAsia", "bidi"):
                told.set(_qn(f"w:{script}"), language)
            run.get_or_add_rPr().append(told)


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _is_leftward(text: str) -> bool:
    """Is its first letter of a script that is written from the right?"""
    sides = (unicodedata.bidirectional(sign) for sign in text)
    return next((side for side in sides if side in ("L", "R", "AL")), "L") != "L"
