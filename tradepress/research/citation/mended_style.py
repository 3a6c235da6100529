"""Mends what citeproc-py 0.11 does not do, or does otherwise than CSL 1.0.2 says.

Each mend is a class of its own elements with a method written anew, so that its project could take
it as it stands. What is set in another face, and what is quoted, is marked with signs that no text
has (Unicode's noncharacters); the runs are made of them when all is known.
"""
# mypy: disable-error-code="misc, no-any-return"

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any, BinaryIO

from citeproc import Citation as Cluster
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, model
from citeproc.source import VariableError
from citeproc.source.json import CiteProcJSON
from lxml import etree

from tradepress.research.citation.csl_items import CslItem
from tradepress.research.citation.letter_case import (
    capitalised_first,
    capitalised_words,
    sentence_case,
    title_case,
)
from tradepress.research.citation.style_names import UnusableStyle
from tradepress.research.citation.styled_runs import FACES, Face, Runs, StyledRun, joined

BEGIN = {face: chr(0xFDD0 + 2 * number) for number, face in enumerate(FACES)}
END = {face: chr(ord(sign) + 1) for face, sign in BEGIN.items()}
OPEN_QUOTE, CLOSE_QUOTE = "\ufdde", "\ufddf"
SIGNS = dict.fromkeys(range(0xFDD0, 0xFDE0))
"""Takes such signs out of what others wrote."""
BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError),
    *(ValueError, VariableError, model.ConditionFailed),
)
"""Lists what citeproc-py fails by where a style is other than it thinks."""
MOST_MACROS = 20_000
"""Limits the macros that one citation calls: they can call each other to any number."""
_M = "[\ufdd0-\ufddd]*"
_PARTS = re.compile("([\ufdd0-\ufddf])")
_CLOSERS = re.compile("((?:[\ufdd0-\ufddc])*\ufddf[\ufdd0-\ufddf]*)([.,])")
_SEAMS = (
    (re.compile(rf"(?<![.])([.!?…])({_M}\ufddf?{_M})\.(?=[\s\ufdd0-\ufddf]|$)"), r"\1\2"),
    (re.compile(rf"([,;:])({_M})\1"), r"\1\2"),
    (re.compile(rf"( )({_M}) "), r"\1\2"),
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+|[^\W\d_]")
_CASES: dict[str, Callable[[str], str]] = {
    "lowercase": str.lower,
    "uppercase": str.upper,
    "capitalize-first": capitalised_first,
    "capitalize-all": capitalised_words,
    "sentence": sentence_case,
    "title": title_case,
}


class _Cased(etree.ElementBase):
    def case(self, text: Any, language: str | None = None) -> Any:
        """Sets letters as CSL 1.0.2 says, across faces: citeproc-py splits at each of them."""
        case = self.get("text-case")
        is_name = self.get("variable") == "container-title"  # of a paper, as the paper writes it
        if case is None or is_name or not text or (case == "title" and language != "en"):
            return text
        return _CASES[case](str(text))


class MendedDatePart(_Cased, model.Date_Part):
    def process(self, date: Any, context: Any = None) -> Any:
        """Writes behind a year what tells it from the same one (CSL 1.0.2, Disambiguation)."""
        text = super().process(date, context)
        return f"{text}{date.pop('suffix', '')}" if self.get("name") == "year" else text


class MendedNamePart(_Cased, model.Name_Part):
    def format_part(self, given: str | None, family: str | None) -> Any:
        """Formats a part that the name has: citeproc-py writes *None* for none."""
        has_part = given if self.get("name") == "given" else family
        return super().format_part(given, family) if has_part else (given, family)


class MendedNumber(_Cased, model.Number):
    pass


class MendedText(_Cased, model.Text):
    def get_macro(self, name: str) -> Any:
        """Returns a macro from a table: citeproc-py searches the whole file for each."""
        root = self.get_root()
        root.calls_left -= 1
        if root.calls_left < 0:
            raise UnusableStyle(f"its macros call each other more than {MOST_MACROS:,} times")
        return root.macros[name]

    def quote(self, text: Any) -> Any:
        is_quoted = self.get("quotes", "false").lower() == "true"
        return f"{OPEN_QUOTE}{text}{CLOSE_QUOTE}" if is_quoted else text

    def _variable(self, item: Any, context: Any) -> Any:
        """Remembers what is rendered, so that what substitutes names is not said again."""
        text = super()._variable(item, context)
        if text:
            _rendered(context).append(str(self.get("variable")))
        return text


class MendedLabel(_Cased, model.Label):
    def process(self, item: Any, variable: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Writes labels of what the item has: citeproc-py writes *Edition* where there is none."""
        own = str(self.get("variable"))
        if variable is None and own != "locator" and own.replace("-", "_") not in item.reference:
            raise VariableError
        return super().process(item, variable, *args, **kwargs)


class MendedSubstitute(model.Substitute):
    def render(self, item: Any, context: Any = None, **kwargs: Any) -> Any:
        self._before = len(_rendered(context))
        return super().render(item, context=context, **kwargs)

    def add_to_repressed_list(self, child: Any, context: Any) -> None:
        """Holds back all variables that took the place of names, in macros, too (CSL 1.0.2)."""
        super().add_to_repressed_list(child, context)
        texts = context.get_layout().repressed.setdefault(f"{{{self.nsmap['cs']}}}text", [])
        texts.extend(_rendered(context)[self._before :])


class MendedKey(model.Key):
    def sort_keys(self, items: Any, context: Any) -> list[Any]:
        """Sorts accented letters with those that they are made of."""
        keys = super().sort_keys(items, context)
        return [key if key is None else _sorted_as(str(key)) for key in keys]

    def get_macro(self, name: str) -> Any:
        return self.get_root().macros[name]


class MendedName(model.Name):
    def initialize(self, given: str, mark: str, context: Any) -> str:
        """Shortens given names unless ``initialize`` is false: then initials alone are set with
        the style's mark (CSL 1.0.2, Name)."""
        root = self.get_root()
        holders = (self, context, root) if context is not None else (self, root)
        said = [value for one in holders if (value := one.get("initialize")) is not None]
        if not said or said[0] != "false":
            return super().initialize(given, mark, context)
        groups = groupby(given.split(), key=lambda word: bool(_INITIALS.fullmatch(word)))
        words = ((are_initials, " ".join(group)) for are_initials, group in groups)
        shorten = super().initialize
        return " ".join(shorten(part, mark, context) if short else part for short, part in words)


def _sorted_as(key: str) -> str:
    letters = unicodedata.normalize("NFKD", key.translate(SIGNS)).casefold()
    return "".join(letter for letter in letters if letter.isalnum() or letter == " ")


def _rendered(context: Any) -> list[str]:
    return context.get_layout().repressed.setdefault("rendered", [])


def _tell_years_apart(references: Sequence[Any], has_place: bool) -> None:
    """Gives a letter to each of the references, in their order, that share authors and year.

    :param has_place: the style has a place for it; else it stands behind the year
    """
    alike: dict[str, list[Any]] = {}
    for one in references:
        issued = one.get("issued")
        # As a text cites them: by family names, with initials where these are the same.
        authors = [
            (name.get("family", name.get("literal")), [w[0] for w in name.get("given", "").split()])
            for name in one.get("author") or ()
        ]
        whose = authors or one.get("title")
        alike.setdefault(f"{whose} {issued and issued.get('year')}", []).append(one)
    for group in alike.values():
        for number, one in enumerate(group if len(group) > 1 else ()):
            letters, number = "", number + 1
            while number:
                number, rest = divmod(number - 1, 26)
                letters = chr(ord("a") + rest) + letters
            if has_place:
                one["year_suffix"] = letters
            elif one.get("issued"):
                one["issued"]["suffix"] = letters


class _Marks:
    """Marks what is set in another face; its names are those of ``citeproc.formatter``."""

    preformat = staticmethod(str)
    Light = staticmethod(str)

    def __getattr__(self, name: str) -> Callable[[object], str]:
        face: Face = _OF_CITEPROC[name]
        return lambda text: f"{BEGIN[face]}{text}{END[face]}"


_OF_CITEPROC: dict[str, Face] = {
    "Italic": "italic",
    "Oblique": "italic",
    "Bold": "bold",
    "Underline": "underline",
    "Superscript": "superscript",
    "Subscript": "subscript",
    "SmallCaps": "small-caps",
}


MENDED = {
    "date-part": MendedDatePart,
    "key": MendedKey,
    "label": MendedLabel,
    "name": MendedName,
    "name-part": MendedNamePart,
    "number": MendedNumber,
    "substitute": MendedSubstitute,
    "text": MendedText,
}


class _Style(CitationStylesStyle):
    """Is read by a parser that asks nobody and expands nothing."""

    def __init__(self, file: BinaryIO) -> None:
        lookup = etree.ElementNamespaceClassLookup()
        elements = lookup.get_namespace(model.CitationStylesElement.nsmap["cs"])
        elements[None] = model.CitationStylesElement
        for one in model.CitationStylesElement.__subclasses__():
            name = one.__name__.replace("_", "-").lower()
            elements[name] = MENDED.get(name, one)
        parser = etree.XMLParser(remove_comments=True, no_network=True, resolve_entities=False)
        parser.set_element_class_lookup(lookup)
        root: Any = etree.parse(file, parser).getroot()
        root.set_locale_list(root.get("default-locale", "en-US"), validate=False)
        for number, one in enumerate(root.locales):
            if path := one.getroottree().docinfo.URL:  # not of the style: of citeproc-py
                mended: Any = etree.parse(path, parser).getroot()
                root.locales[number], mended.style = mended, root
        self.root = root


class MendedStyle:
    """Is one style, read once for many citations."""

    def __init__(self, file: bytes) -> None:
        self._style = _Style(BytesIO(file))
        self._root = root = self._style.root
        root.formatter = _Marks()
        root.macros = {one.get("name"): one for one in root.findall("cs:macro", root.nsmap)}
        self.is_note = root.get("class") == "note" or not self._style.has_bibliography()
        self._in_quotes = root.get_locale_option("punctuation-in-quote") == "true"
        self._quotes = tuple(
            str(root.get_single_term(name=f"{end}-{depth}quote"))
            for depth in ("", "inner-")
            for end in ("open", "close")
        )

    def write(self, items: Sequence[CslItem]) -> Iterator[tuple[str, Runs]]:
        """Yields ids and what the style says of them: footnotes in the order given, each as if
        nothing had been cited before; or the entries of one list in the style's order.

        :raises UnusableStyle: the style calls for too much, or for what it doesn't have
        """
        if not self.is_note:
            yield from self._rendered(items).items()
            return
        for item in items:
            yield from self._rendered([item]).items()

    def _rendered(self, items: Sequence[CslItem]) -> dict[str, Runs]:
        root: Any = self._root
        root.calls_left = MOST_MACROS * len(items)
        processor = CitationStylesBibliography(self._style, CiteProcJSON(items), root.formatter)
        cluster = Cluster([CitationItem(item["id"]) for item in items])
        processor.register(cluster)
        try:
            if self.is_note:
                texts = [processor.cite(cluster, lambda _: None)]
            else:
                processor.sort()
                if root.citation.get("disambiguate-add-year-suffix") == "true":
                    has_place = bool(root.xpath_search("//cs:text[@variable='year-suffix']"))
                    _tell_years_apart([one.reference for one in processor.items], has_place)
                texts = [
                    "".join(map(str, root.bibliography.render([one]))) for one in processor.items
                ]
        except UnusableStyle:
            raise
        except BROKEN as error:
            raise UnusableStyle(f"this style can't be carried out: {error!r}") from error
        except RecursionError as error:
            raise UnusableStyle("the macros of this style call themselves") from error
        written = {}
        for one, text in zip(processor.items, map(str, texts), strict=True):
            if not text.strip():
                raise UnusableStyle(
                    f"this style has no words for {one.key}, a {one.reference.type}"
                )
            written[one.key] = self._finished(text)
        return written

    def _finished(self, text: str) -> Runs:
        """Says which quotes stand within others, brings signs together where two parts meet, and
        cuts the text where the face changes."""
        if self._in_quotes:
            text = _CLOSERS.sub(r"\2\1", text)
        for seam, mended in _SEAMS:
            text = seam.sub(mended, text)
        runs: list[StyledRun] = []
        faces: list[Face] = []
        depth = 0
        for part in filter(None, _PARTS.split(text)):
            sign = ord(part[0]) - 0xFDD0
            if part == OPEN_QUOTE:
                part = self._quotes[0 if depth % 2 == 0 else 2]
                depth += 1
            elif part == CLOSE_QUOTE:
                depth -= 1
                part = self._quotes[1 if depth % 2 == 0 else 3]
            elif 0 <= sign < 2 * len(FACES):
                if sign % 2 == 0:
                    faces.append(FACES[sign // 2])
                else:
                    faces.pop()
                continue
            runs.append(StyledRun(text=part, faces=tuple(faces)))
        return joined(runs)
