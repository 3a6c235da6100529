"""Citations of invented stories, each with something that formats and styles trip over."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import load_story
from tradepress.research.citation.author_names import author_name
from tradepress.research.citation.cited_story import Citation

PLAIN = Citation(
    ref="makers-5431@5eed0f1a3c",
    cited_as="newspaper",
    authors=(author_name("Rory O’Dell"),),
    headline="Panel returns skate maker’s name",
    publication="Marks & Makers",
    issued="2018-11-29",
    section="Domains",
    language="en",
    url="http://marksandmakers.example/news/skates_5431?a=1&b=%20#top",
    captured_at="2026-11-24T09:15:00Z",
    kept_on="2026-11-25",
    memento=None,
    accessed="2026-11-27",
)
MEMENTO = "https://web.archive.org/web/20190203040506id_/http://lanternpost.example/2018/11/skates"


def names(*whole: str) -> dict[str, object]:
    return {"authors": tuple(map(author_name, whole))}


CHANGES: dict[str, dict[str, object]] = {
    "plain": {},
    "unsigned": names(),
    "two": names("Rory O’Dell", "Teo Adeyo-Clarke"),
    "many": names("Jan van der Berg", "A. B. Smith", "Mary Anne Smith", "Ida Bo", "Ole Lund"),
    "organisation": names("The Lantern, Brass & Bell Company"),
    "undated": {"issued": None},
    "undated and unsigned": {"issued": None, **names()},
    "month": {"issued": "2018-11"},
    "year": {"issued": "2018"},
    "no section": {"section": None},
    "no language": {"language": None},
    "signs of HTML": {"headline": "Orrin & Vale <b>wins</b> where 2 < 3 &amp; 5 > 4"},
    "question": {"headline": "Who owns the name?", **names()},
    "abbreviation": {"headline": "Board sides with Vale Inc."},
    "double quotes": {"headline": 'Board finds “Lantern” and "Lamp" alike'},
    "single quotes": {"headline": "‘Lantern’s glow’ is no mark, ‘maker’s guild’ says"},
    "signs of LaTeX": {"headline": "50% of $5_000 #1 ~ a^b \\ c | d & {e}"},
    "lone brace": {"headline": "A } and no more"},
    "Hebrew": {"headline": "בית המשפט פסק", "language": "he", **names("דנה כהן")},
    "Chinese": {"headline": "商标 案 裁决", "language": "zh", **names("王小明")},
    "German": {"headline": "Schwerer schlag für die fälschung", "language": "de"},
    "emoji": {"headline": "🏮 mark refused"},
    "long": {"headline": "Lantern mark " * 24 + "refused"},
    "no time": {"captured_at": None},
    "blog": {"cited_as": "blog", "publication": "The Lantern Post", "memento": MEMENTO},
}


def cited(name: str) -> Citation:
    number = 1 + list(CHANGES).index(name)
    return replace(PLAIN, ref=f"makers-{number}@5eed0f1a3c", **CHANGES[name])  # type: ignore[arg-type]


EVERY = {name: cited(name) for name in CHANGES}


def cited_names(archive: Path, refs: Iterable[str]) -> list[str]:
    """What versions are called by what they say."""
    with read_archive(archive) as db:
        return [load_story(db, ref).cited_name for ref in refs]
