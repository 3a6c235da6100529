"""Stories of all kinds at once, by chance, for tests that compare ways of counting them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from archive_rows import PAPER, SISTER, asked, open_writer, save, story
from hypothesis import strategies as st
from sqlite_utils import Database

from tradepress.story import Mention

WORDS = ("lantern", "beacon", "pewter", "brass", "handle", "goodwill", "lamp", "appeal")
AUTHORS = ("Petra Holm", "Anselm Pryce", "PETRA HOLM", "Petra Hólm")
SECTIONS = ("Trademarks", "trademarks", "Designs", None)
MENTIONS = (
    ("court", "Harbour Court"),
    ("court", "Hill Court"),
    ("cjeu", "C-1/17"),
    ("cjeu", "C‑1/17"),
    ("ttab", "91234567"),
    ("registration", "1,234,567"),
    ("registration", "91234567"),
    ("application", "1234567"),
    ("case", "Vale v Holm"),
    ("case", "Orrin Vale v Holm"),
    ("case", "Vale v. Hólm"),
    ("office", "EUIPO"),
    ("office", "WIPO"),
    ("firm", "Q&V"),
    ("firm", "Núñez & Vale"),
    ("firm", "Nunez & Vale"),
    ("statute", "Article 8(1)(b)"),
    ("nice-class", "11"),
)
COPIED = (
    "Orrin Vale brought forty lanterns before judges yesterday, arguing that curved brass handles "
    "identify makers rather than merely helping anybody carry lamps through draughty corridors. "
    "Opponents answered that every workshop along this coast bends metal alike, because straight "
    "handles break during winter, while curved ones survive until spring without repair. "
)


def random_story(rng: random.Random, number: int) -> dict[str, Any]:
    is_copied = rng.random() < 0.3
    source = rng.choice(("signet", "makers"))
    words = " ".join(rng.choices(WORDS, k=9))
    body = f"{COPIED if is_copied else ''}{words} case {number}."
    return story(
        number,
        source=source,
        url=f"http://{source}.example/news/story-{number}",
        headline=f"Story {number} on the {rng.choice(WORDS)}",
        body=body,
        date_published=rng.choice(("2015-11-30", "2016-02-29", "2016-02", "2019-01-01", None)),
        authors=rng.sample(AUTHORS, rng.randrange(4)),
        section=rng.choice(SECTIONS),
        language=rng.choice(("en", "de", None)),
        access=rng.choice(("open", "subscription", None)),
        confidence=rng.choice((None, 0.5, 0.99)),
        mentions=[
            Mention(field="body", start=place, end=place + 1, kind=kind, value=value)
            for place in range(3)
            for kind, value in rng.sample(MENTIONS, rng.randrange(3))
        ],
    )


@contextmanager
def random_archive(path: Path) -> Iterator[Database]:
    """Sixty stories at two papers, every third changed a year later, while the block lasts."""
    with pytest.MonkeyPatch.context() as patch, open_writer(path) as writer:
        for paper in (PAPER, SISTER):
            writer.save_source(paper)
        writer.start_run("tests", ["signet", "makers"], "0")
        for year in (2020, 2021):
            now = datetime(year, 1, 1, 9, tzinfo=UTC)
            patch.setattr(
                "tradepress.archive.clock.datetime", SimpleNamespace(now=lambda _, now=now: now)
            )
            for number in range(0, 60, 1 if year == 2020 else 3):
                save(writer, random_story(random.Random(number + year), number))
        writer.commit()
        yield writer.db


some = st.sampled_from
TERMS = some(
    [
        *(*WORDS, "lamp*", '"brass handle"', "(lamp OR pewter)", "lamp NEAR/3 handle"),
        *("headline:pewter", "body:brass", "author:holm", "section:designs"),
    ]
)
QUERIES = st.builds(
    asked,
    st.none()
    | TERMS
    | TERMS.map("-({})".format)
    | st.tuples(TERMS, some([" ", " OR ", " -"]), some(WORDS)).map("".join),
    source=some([(), "signet", ("signet", "makers")]),
    section=some([(), "trademarks"]),
    language=some([(), "en"]),
    access=some([(), "open", "unknown", ("open", "unknown")]),
    since=some([None, "2015", "2016-02", "2016-02-29"]),
    until=some([None, "2016", "2016-02", "2018-12-31"]),
    as_of=some([None, None, "2020-06-01", "2022-01-01"]),
    author=some([(), (), "Anselm Pryce"]),
    court=some([(), (), "Hill Court", ("Harbour Court", "Hill Court")]),
    office=some([(), (), "WIPO"]),
    firm=some([(), (), "Q&V"]),
    case=some([(), (), "Vale v Holm", "Orrin Vale"]),
    number=some([(), (), "C-1/17", ("C-1/17", "1234567")]),
    mentions=some([(), (), "court", ("firm", "cjeu")]),
    undated=some([False, False, False, True]),
    doubtful=some([False, False, True]),
    stemmed=st.booleans(),
    variants=st.booleans(),
)
PAST = st.builds(
    replace, QUERIES, as_of=st.none(), seen_on=some([None, "2020-06-01", "2022-01-01"])
)
"""Also by what the papers showed."""
