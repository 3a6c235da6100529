"""Has citations written by pandoc, where it is installed."""

import json
import re
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from lxml import etree, html

from tradepress.research.citation.csl_items import CslItem
from tradepress.research.citation.mended_style import MendedStyle
from tradepress.research.citation.style_names import UnusableStyle
from tradepress.research.citation.styled_runs import Face, Runs, StyledRun, joined

SECONDS, MOST_HEAP = 120, "1g"
_FACES: dict[str, Face] = {
    "em": "italic",
    "strong": "bold",
    "u": "underline",
    "sup": "superscript",
    "sub": "subscript",
}


class PandocStyle:
    """Is one style; see :class:`tradepress.research.citation.mended_style.MendedStyle`."""

    def __init__(self, file: bytes) -> None:
        """Reads the style.

        :raises UnusableStyle: pandoc is not installed
        """
        self.is_note = MendedStyle(file).is_note
        self._file = _each_alone(file) if self.is_note else file
        if which("pandoc") is None:
            raise UnusableStyle("pandoc is not installed here: leave out --processor pandoc")

    def write(self, items: Sequence[CslItem]) -> Iterator[tuple[str, Runs]]:
        """Yields ids and what the style says of them, as pandoc has it.

        :raises UnusableStyle: pandoc can't carry it out; says what it says
        """
        page = html.fromstring(f"<div>{self._page(items)}</div>")
        if self.is_note:
            notes = page.cssselect("section[role=doc-endnotes] li > p")
            for item, note in zip(items, notes, strict=True):
                yield item["id"], joined(_runs(note))
            return
        for entry in page.cssselect("div.csl-entry"):
            runs = deque(_runs(entry))
            while not runs[0].text.strip():
                runs.popleft()
            while not runs[-1].text.strip():
                runs.pop()
            runs.appendleft(replace(first := runs.popleft(), text=first.text.lstrip()))
            runs.append(replace(last := runs.pop(), text=last.text.rstrip()))
            yield str(entry.get("id")).removeprefix("ref-"), joined(runs)

    def _page(self, items: Sequence[CslItem]) -> str:
        with TemporaryDirectory(prefix="tradepress-") as folder:
            rules, facts = Path(folder, "style.csl"), Path(folder, "items.json")
            rules.write_bytes(self._file)
            facts.write_text(json.dumps(items))
            asked = "\n\n".join(f"[@{item['id']}]" for item in items)
            if not self.is_note:
                asked = "---\nnocite: '@*'\n---\n"
            command = ["pandoc", "+RTS", f"-M{MOST_HEAP}", "-RTS", "--citeproc"]
            command += [f"--csl={rules}", f"--bibliography={facts}", "--from=markdown"]
            command += ["--to=html", "--wrap=none"]
            try:
                done = subprocess.run(
                    command, input=asked, capture_output=True, text=True, timeout=SECONDS
                )
            except subprocess.TimeoutExpired as error:
                raise UnusableStyle(f"pandoc took more than {SECONDS} seconds") from error
        if done.returncode:
            raise UnusableStyle(f"pandoc: {' '.join(done.stderr.split())[:300]}")
        return done.stdout


def _each_alone(file: bytes) -> bytes:
    """Takes out of a style of notes what tells authors apart by more of their names where others
    are cited, too."""
    root = etree.fromstring(file)
    for name in ("disambiguate-add-names", "disambiguate-add-givenname"):
        for node in root.iter("{http://purl.org/net/xbiblio/csl}citation"):
            if name in node.attrib:
                del node.attrib[name]
    return etree.tostring(root)


def _runs(node: html.HtmlElement, faces: tuple[Face, ...] = ()) -> list[StyledRun]:
    found = [StyledRun(text=_line(node.text), faces=faces)] if node.text else []
    for child in node:
        if child.get("role") != "doc-backlink":
            face = _FACES.get(str(child.tag))
            if child.get("class") == "smallcaps":
                face = "small-caps"
            found += _runs(child, (*faces, face) if face else faces)
        if child.tail:
            found.append(StyledRun(text=_line(child.tail), faces=faces))
    return found


def _line(text: str) -> str:
    return re.sub(r"\s", " ", text)
