"""Lists what has a page of its own because stories name it: courts, offices, cases, numbers,
firms; and who wrote them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tradepress.browse.facets.name_counts import NameList

Named = Literal["court", "office", "case", "number", "firm", "author"]
"""Is a filter of a query, and the first step of the page's address: ``/court/CJEU``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KindOfName:
    """Is one list of names."""

    names: NameList
    path: str
    """Is the path of the list: ``courts``."""
    named: Named
    """Names the pages that it leads to."""
    words: str
    about: str
    """Says where the names are from."""


KINDS: Sequence[KindOfName] = (
    KindOfName(
        names="court",
        path="courts",
        named="court",
        words="Courts",
        about="Courts and tribunals that stories name, each under its name of today.",
    ),
    KindOfName(
        names="office",
        path="offices",
        named="office",
        words="Offices",
        about="Offices that register marks, designs and patents, each under its name of today.",
    ),
    KindOfName(
        names="case",
        path="cases",
        named="case",
        words="Cases",
        about="Cases that stories name by their parties. A case counts where a story names it at "
        "greater length, too.",
    ),
    KindOfName(
        names="number",
        path="numbers",
        named="number",
        words="Case numbers",
        about="Numbers of cases and decisions, as courts and offices give them.",
    ),
    KindOfName(
        names="mark",
        path="marks",
        named="number",
        words="Marks",
        about="Marks whose registration or application number a story prints. Marks that are only "
        "named in words are found by searching for the words.",
    ),
    KindOfName(
        names="firm",
        path="firms",
        named="firm",
        words="Law firms",
        about="Firms of lawyers and attorneys that stories name.",
    ),
    KindOfName(
        names="author",
        path="authors",
        named="author",
        words="Authors",
        about="Who wrote the stories, as the papers print it.",
    ),
)


def list_of(named: Named) -> KindOfName:
    """Returns the list that leads to such a page; to that of a number, the one of case numbers."""
    return next(kind for kind in KINDS if kind.named == named)


NUMBER_WORDS: Mapping[str, str] = {
    "us-docket": "Number at a district court of the United States",
    "us-appeal": "Number at a court of appeals or the Supreme Court of the United States",
    "us-report": "Decision of a court of the United States, by its reporter",
    "ttab": "Proceeding at the TTAB",
    "cjeu": "Case at the courts of the European Union",
    "euipo": "Decision of the EUIPO",
    "uk-neutral": "Decision by its neutral citation",
    "udrp": "Decision on a domain name",
    "registration": "Registration of a mark",
    "application": "Application for a mark",
}
"""Says what the kinds of numbers are, see `tradepress docs mentions`."""
