"""Writes citations in words, by the rules of a citation style (CSL 1.0)."""

import re
from pathlib import Path
from typing import Any

from citeproc import Citation as Cluster
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from tradepress.research.citation.cited_story import Citation
from tradepress.research.citation.csl_items import csl_item
from tradepress.research.citation.style_names import STYLES, StyleName
from tradepress.research.citation.styled_runs import Run, Runs, as_text

FOLDER = Path(__file__).with_name("styles")
ENDS = ("?", "!", ".", "…")
INNER = {
    "“”": (re.compile(r'“([^“”]*)”|"([^"]*)"'), "‘", "’"),
    "‘’": (re.compile(r"‘((?:[^‘’]|’(?=\w))*)’(?!\w)"), "“", "”"),
}
"""Matches what is quoted in a headline that is itself in these quotes, and gives its signs."""


class StyledText:
    """Is one style, read once for many citations."""

    def __init__(self, style: StyleName) -> None:
        self.style = STYLES[style]
        self._rules: Any = CitationStylesStyle(str(FOLDER / self.style.file), validate=False)

    def text(self, citation: Citation) -> str:
        """Writes one line: what the style says, and in brackets where the page is archived.

        The brackets are ours: few styles have a place for a capture, and none for its time.
        """
        return as_text(self.runs(citation))

    def runs(self, citation: Citation) -> Runs:
        """Returns what :meth:`text` writes, with italics and small capitals."""
        return (Run(text=self._styled(citation)), Run(text=f" [{citation.archived}]"))

    def _styled(self, citation: Citation) -> str:
        item = csl_item(citation)
        for name in ("archive", "archive_location", "note"):
            item.pop(name)  # type: ignore[misc]
        item.setdefault("author", [])  # without it, the processor writes some headlines twice
        item["title"] = title = self._title(citation)
        # A processor for each: it would take a second story for one that was cited before.
        processor: Any = CitationStylesBibliography(
            self._rules, CiteProcJSON([item]), formatter.plain
        )
        cluster = Cluster([CitationItem(citation.key)])
        processor.register(cluster)
        if self.style.is_note:
            return self._mended(str(processor.cite(cluster, _missing)), citation, title)
        (entry,) = processor.bibliography()
        return self._mended(str(entry), citation, title)

    def _title(self, citation: Citation) -> str:
        title = citation.headline
        if self.style.is_note and citation.language in ("en", None):
            # These capitalise English headlines; the processor takes the quote for the letter.
            title = re.sub(r"(?<=[“‘\"])[a-z]", lambda letter: letter[0].upper(), title)
        if not self.style.quotes:
            return title
        quoted, opening, closing = INNER[self.style.quotes]
        return quoted.sub(lambda one: f"{opening}{one[one.lastindex or 1]}{closing}", title)

    def _mended(self, text: str, citation: Citation, title: str) -> str:
        """Mends what citeproc-py 0.11 does not do yet of what the styles say."""
        if title.endswith(ENDS):
            text = text.replace(f"{title}.", title)
        if self.style.file == "apa.csl" and not citation.authors:
            # A headline in the place of an author is not said again.
            end = title if title.endswith(ENDS) else f"{title}."
            text = text.replace(f"). {end} ", "). ", 1)
        if self.style.quotes == "“”":  # American: the comma stands inside
            text = re.sub("”([,.])", r"\1”", text)
        return text


def _missing(_item: object) -> None:
    """Takes a citation whose story is unknown; there is none."""
