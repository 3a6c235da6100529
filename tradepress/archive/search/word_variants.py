"""Knows other spellings and old names of words, for a search that asks for them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from tradepress.archive.search.named_values import tokens_of
from tradepress.archive.search.query_language import (
    AllOf,
    EitherOf,
    Expression,
    Near,
    Not,
    Words,
    join,
)

_Tokens = tuple[str, ...]

VARIANTS = (
    # American and British, and how either writes the pair of words.
    "trademark | trade mark",
    "trademarks | trade marks",
    "trademarked | trade marked",
    "license | licence",
    "licenses | licences",
    "licensed | licenced",
    "licensing | licencing",
    "color | colour",
    "colors | colours",
    "organization | organisation",
    "organizations | organisations",
    "harmonization | harmonisation",
    "authorization | authorisation",
    "infringement | infringment",  # a slip that the press itself makes
    "judgment | judgement",
    "judgments | judgements",
    "defense | defence",
    "offense | offence",
    "catalog | catalogue",
    "flavor | flavour",
    "labeled | labelled",
    "counterfeits | counterfeit goods | counterfeit products",
    "anti counterfeiting | anticounterfeiting",
    "cybersquatting | cyber squatting | domain squatting",
    "cybersquatter | cyber squatter | domain squatter",
    "tradedress | trade dress",
    "geographical indication | GI",
    "geographical indications | GIs",
    "US | U.S.",
    "USA | U.S.A.",
    "UK | U.K.",
    "EU | E.U.",
    # Renamed by Regulation (EU) 2015/2424, on 23 March 2016.
    "EUIPO | OHIM | European Union Intellectual Property Office "
    "| Office for Harmonization in the Internal Market "
    "| Office for Harmonisation in the Internal Market",
    "European Union trade mark | Community trade mark | EU trade mark | EUTM | CTM "
    "| European Union trademark | Community trademark | EU trademark",
    "European Union trade marks | Community trade marks | EU trade marks | EUTMs | CTMs "
    "| European Union trademarks | Community trademarks | EU trademarks",
    "EUTMR | CTMR",
    # SIPO became CNIPA on 28 August 2018 and took trademarks over from SAIC's CTMO.
    "CNIPA | SIPO | SAIC | CTMO | China National Intellectual Property Administration "
    "| State Intellectual Property Office | State Administration for Industry and Commerce",
    # Since the Treaty of Lisbon, 1 December 2009.
    "General Court | Court of First Instance",
    "CJEU | ECJ | European Court of Justice | Court of Justice of the European Union",
    "INPI | Institut national de la propriété industrielle",
    "USPTO | PTO | United States Patent and Trademark Office | US Patent and Trademark Office "
    "| Patent and Trademark Office | U.S. Patent and Trademark Office",
    "TTAB | Trademark Trial and Appeal Board",
    "UKIPO | UK IPO | UK Intellectual Property Office",
    "UDRP | Uniform Domain Name Dispute Resolution Policy",
)
"""Lists words that stand for one another, one group a line: spellings, names of the same thing,
and names that it had before. What merely means much the same is not here."""
MOST_VARIANTS = 24
"""Limits the variants of one word or phrase."""
MOST_WORDS = 8
"""Limits the words of one spelling or name."""


def with_variants(expression: Expression) -> Expression:
    """Returns an expression with all spellings and names beside each word or phrase with others.

    ``trade mark`` without quotation marks is taken for the pair, too: a story may have both words,
    or ``trademark``.
    """
    match expression:
        case Words():
            return join(EitherOf, [*_variants(expression)])
        case Near(these=these, those=those):
            near = [
                tuple(one for words in side for one in _variants(words)) for side in (these, those)
            ]
            return replace(expression, these=near[0], those=near[1])
        case Not(part=part):
            return Not(part=with_variants(part))
        case EitherOf(parts=parts):
            return join(EitherOf, [with_variants(part) for part in parts])
        case AllOf(parts=parts):
            return join(AllOf, [*_of_pairs(parts)])
    return expression


def _variants(words: Words) -> Iterator[Words]:
    """Yields the words themselves first, then their variants."""
    yield words
    typed = tuple(tokens_of(words.text))
    for tokens in _spellings(typed):
        if tokens != typed:
            yield replace(words, text=" ".join(tokens))


def _spellings(typed: _Tokens) -> list[_Tokens]:
    found: list[_Tokens] = [()]
    place = 0
    while place < len(typed):
        member = _longest(typed[place:]) or typed[place : place + 1]
        others = [one for one in _groups().get(member, ()) if one != member]
        found = [(*before, *one) for before in found for one in (member, *others)][:MOST_VARIANTS]
        place += len(member)
    return found


def _of_pairs(parts: Sequence[Expression]) -> Iterator[Expression]:
    """Yields all parts with their variants; words that are one name have those of the name."""
    place = 0
    while place < len(parts):
        run: list[Words] = []
        for part in parts[place:]:
            is_plain = isinstance(part, Words) and not part.is_prefix
            if not is_plain or (run and part.field != run[0].field):  # type: ignore[union-attr]
                break
            run.append(part)  # type: ignore[arg-type]
        tokens = [tokens_of(words.text) for words in run]
        singles = next((n for n, one in enumerate(tokens) if len(one) != 1), len(tokens))
        name = _longest(tuple(one[0] for one in tokens[:singles]))
        if len(name) < 2:
            yield with_variants(parts[place])
            place += 1
            continue
        others = [
            Words(text=" ".join(one), field=run[0].field) for one in _groups()[name] if one != name
        ]
        yield join(EitherOf, [AllOf(parts=tuple(run[: len(name)])), *others])
        place += len(name)


def _longest(tokens: _Tokens) -> _Tokens:
    """Returns the longest name or spelling that they begin with; empty if there is none."""
    lengths = range(min(len(tokens), MOST_WORDS), 0, -1)
    return next((tokens[:length] for length in lengths if tokens[:length] in _groups()), ())


@cache
def _groups() -> dict[_Tokens, tuple[_Tokens, ...]]:
    """Maps each member of a group, in folded words, to all of its group."""
    groups = [tuple(tuple(tokens_of(one)) for one in line.split("|")) for line in VARIANTS]
    return {member: group for group in groups for member in group}
