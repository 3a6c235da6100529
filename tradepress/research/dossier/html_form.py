"""Writes a dossier as one HTML file: no script, nothing loaded, made for paper as for a screen."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from tradepress.research.citation.styled_runs import Runs, as_html
from tradepress.research.counting.count_svg import draw_counts
from tradepress.research.dossier.dossier import Dossier


def html_form(dossier: Dossier) -> Iterator[bytes]:
    """Yields the parts of the file. Every sign of a story is text in it."""
    files = FileSystemLoader(Path(__file__).parent)
    pages = Environment(loader=files, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    pages.filters["styled"] = _styled
    picture = Markup(draw_counts(dossier.counts)) if dossier.counts else None
    template = pages.get_template("dossier.html")
    return (part.encode() for part in template.generate(dossier=dossier, picture=picture))


def _styled(citation: Runs) -> Markup:
    return Markup(as_html(citation))
