"""Runs all finders over the texts of a story."""

from tradepress.mentions.cases import find_cases
from tradepress.mentions.eu_numbers import find_cjeu_numbers, find_euipo_numbers
from tradepress.mentions.find_names import find_names
from tradepress.mentions.mark_numbers import find_mark_numbers
from tradepress.mentions.named_people import find_people
from tradepress.mentions.neutral_citations import find_neutral_citations
from tradepress.mentions.nice_classes import find_nice_classes
from tradepress.mentions.spot import Finder
from tradepress.mentions.statutes import find_statutes
from tradepress.mentions.ttab_numbers import find_ttab_numbers
from tradepress.mentions.udrp_numbers import find_udrp_numbers
from tradepress.mentions.us_dockets import find_us_dockets
from tradepress.mentions.us_reports import find_us_reports
from tradepress.mentions.whole_story import told_together
from tradepress.story import Mention, TextField

FINDERS: tuple[Finder, ...] = (
    find_cases,
    find_names,
    find_us_dockets,
    find_ttab_numbers,
    find_us_reports,
    find_cjeu_numbers,
    find_euipo_numbers,
    find_neutral_citations,
    find_udrp_numbers,
    find_mark_numbers,
    find_nice_classes,
    find_statutes,
)
"""Lists the finders: one a kind, or one for kinds that are told by one look."""
FINDERS_OF_PEOPLE: tuple[Finder, ...] = (find_people,)
"""Lists the finders that run only where the operator asks for them."""


def find_mentions(
    texts: dict[TextField, str | None], *, people: bool = False
) -> tuple[Mention, ...]:
    """Returns what these texts name, field by field, each in the order of its text.

    :param texts: as they are stored
    :param people: too; their names are personal data
    """
    finders = (*FINDERS, *FINDERS_OF_PEOPLE) if people else FINDERS
    kept = {field: text for field, text in texts.items() if text}
    spots = [[one for finder in finders for one in finder(text)] for text in kept.values()]
    return tuple(
        Mention(field=field, start=one.start, end=one.end, kind=one.kind, value=one.value)
        for field, of_text in zip(kept, told_together(kept.values(), spots), strict=True)
        for one in sorted(of_text, key=lambda one: (one.start, -one.end, one.kind))
    )
