"""Writes BibTeX, and BibLaTeX, which has words for what BibTeX has none for."""

import re
from collections.abc import Iterator

from tradepress.research.citation.author_names import AuthorName
from tradepress.research.citation.cited_story import Citation

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LATEX = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        **{sign: f"${sign}$" for sign in "<>|"},
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "\\": r"{\textbackslash}",
        "{": r"\{\vphantom{\}}",
        "}": r"\vphantom{\{}\}",
    }
)
"""Escapes what LaTeX reads; BibTeX counts braces, escaped or not: each has a partner that is not
printed."""
Fields = Iterator[tuple[str, str | None]]


def bibtex_entry(citation: Citation) -> str:
    """Returns an ``@article`` of the paper; of a blog, for which BibTeX has no type, ``@misc``."""
    kind = "misc" if citation.cited_as == "blog" else "article"
    return _entry(kind, citation, _bibtex_fields(citation))


def biblatex_entry(citation: Citation) -> str:
    """Returns an ``@article`` with the subtype newspaper; of a blog ``@online``."""
    kind = "online" if citation.cited_as == "blog" else "article"
    return _entry(kind, citation, _biblatex_fields(citation))


def _bibtex_fields(citation: Citation) -> Fields:
    if citation.cited_as == "blog":
        yield "howpublished", _braced(f"{citation.publication} (blog)")
    else:
        yield "journal", _braced(citation.publication)
    year, month, day, *_ = [*(citation.issued or "n.d.").split("-"), "", ""]
    yield "year", _braced(year)
    yield "month", dict(enumerate(MONTHS, 1)).get(int(month or 0))
    yield "day", _braced(day.lstrip("0"))


def _biblatex_fields(citation: Citation) -> Fields:
    if citation.cited_as == "blog":
        yield "organization", _braced(citation.publication)
    else:
        yield "entrysubtype", "{newspaper}"
        yield "journaltitle", _braced(citation.publication)
    yield "date", _braced(citation.issued)


def _entry(kind: str, citation: Citation, fields: Fields) -> str:
    everything = [
        ("author", _braced(" and ".join(map(_bib_name, citation.authors)), is_latex=True)),
        ("title", f"{{{_braced(citation.headline)}}}"),
        *fields,
        ("chapter", _braced(citation.section)),
        ("language", _braced(citation.language)),
        ("abstract", _braced(citation.abstract)),
        ("url", _braced(_bib_url(citation.url), is_latex=True)),
        ("urldate", _braced(citation.accessed)),
        ("note", _braced(citation.archived)),
    ]
    lines = (f"  {name} = {value},\n" for name, value in everything if value)
    return f"@{kind}{{{citation.key},\n{''.join(lines)}}}\n\n"


def _braced(text: str | None, *, is_latex: bool = False) -> str | None:
    """Returns the value of a field; None of what is unknown."""
    return f"{{{text if is_latex else text.translate(LATEX)}}}" if text else None


def _bib_name(name: AuthorName) -> str:
    """Returns ``von Last, Jr, First``; in braces what else would be parted by other rules."""
    if name.family is None:
        return f"{{{name.whole.translate(LATEX)}}}"
    family = name.family.translate(LATEX)
    last = f"{{{family}}}" if " " in family and family[0].isupper() else family
    return ", ".join(filter(None, (last, name.suffix, name.given)))


def _bib_url(url: str) -> str:
    r"""Leaves an address as it is, for ``\url``, but for the signs that BibTeX itself counts."""
    return re.sub(r"[{}\\]", lambda sign: f"%{ord(sign[0]):02X}", url)
