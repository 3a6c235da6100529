"""Finds proceedings of the US Trademark Trial and Appeal Board between parties: kind ``ttab``.

Eight digits whose first two name the proceeding (TBMP 106.01; ``91/253,078`` is an older way to
print them). Normal form: ``Opposition 91253078``, ``Cancellation 92067794``,
``Concurrent Use 94002242``.
"""

import re
from collections.abc import Iterator

from tradepress.mentions.printed_numbers import SPACE, begins, digits, joined
from tradepress.mentions.spot import Spot

PROCEEDINGS = {"91": "Opposition", "92": "Cancellation", "94": "Concurrent Use"}
NUMBER = re.compile(
    begins("9", r"\w/$£€+-") + r"[124](?:[0-9]{6}|/[0-9]{3},?[0-9]{3})(?![\w/]|[,.][0-9]|-[0-9])"
)
REACH = 48
LABEL = re.compile(
    rf"(?:(?:opposition|cancell?ation|concurrent{SPACE}use|interference|proceeding|petition)s?"
    rf"|\bopp(?:os)?(?:\.|[’']n\.?)|\bcanc?\.|\bttab|\bt\.t\.a\.b\.|\bboard)"
    rf"(?:{SPACE}proceedings?)?[,:]?{SPACE}?\(?(?:(?:nos?\b\.?|numbers?|#){SPACE}?)?$"
    rf"|\bnos?\b\.?{SPACE}?$",
    re.IGNORECASE,
)


OF_THE_BOARD = ("TTAB", "T.T.A.B.", "Trademark Trial", "pposition", "ancellation", "pposer")
"""Lists words that speak of the Board: in a text that has one, such a number needs no label."""
OTHERS = re.compile(
    r"(?:tel|phone|fax|call|dial|parcel|ref|isbn|serial|mobile|invoice|article|part|order|item|model|batch"
    r"|account|booking|ticket|product|catalogue)\w*[.:]?\s?(?:nos?\b\.?|numbers?)?:?\s?$",
    re.IGNORECASE,
)


def find_ttab_numbers(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``ttab``, each number of a row by itself."""
    last, is_of_the_board = -1, None
    for found in NUMBER.finditer(text):
        start = found.start()
        before = text[max(0, start - REACH) : start]
        if OTHERS.search(before):
            continue
        if is_of_the_board is None:
            is_of_the_board = any(word in text for word in OF_THE_BOARD)
        if is_of_the_board or (last >= 0 and joined(text, last, start)) or LABEL.search(before):
            last = found.end()
            number = digits(found[0])
            yield Spot(
                start=start, end=last, kind="ttab", value=f"{PROCEEDINGS[number[:2]]} {number}"
            )
