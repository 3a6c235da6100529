"""Holds first lines of docstrings to be sentences: an editor shows each without its neighbours."""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

HELD = ("bench", "crawler", "docs", "pipelines", "tools", "tradepress")
"""Names the folders whose docstrings are sentences, all of them."""


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = words(
    """
    accepts adds allows appends applies asks asserts assigns awaits bears becomes begins belongs
    binds brings builds calculates carries catches chooses cites closes collects combines comes
    commits compares compiles composes computes configures connects consists contains converts
    covers crawls creates decides declares decodes defines deletes delivers denies depends derives
    describes determines differs discards enters erases estimates excludes executes expects
    expires explains extracts fails falls fetches fills finds finishes follows forbids forgets
    gathers generates gets gives goes grants happens hashes hides holds ignores includes inserts
    installs interrupts iterates joins judges keeps knows launches lays leads leaves lends lets
    lies listens loads looks loses maintains makes manages mends merges migrates moves normalizes
    obeys observes omits overwrites owns parses picks prepares prevents proposes proves provides
    prunes publishes puts raised raises reaches reads rebuilds receives recognizes reduces refers
    refuses registers rejects remains remembers removes renames renders repairs repeats replaces
    represents requires reserves resolves restores returns reverses rewrites rotates saves says
    seeks sees selects sends serves shortens skips speaks spells splits stands stays steers strips
    subtracts takes tells translates truncates undoes unites unlocks unpacks validates verifies
    warns withdraws withholds wraps writes yields
    re-extracts
    """
)
"""Holds what is a verb wherever it stands."""

ALSO_NOUNS = words(
    """
    answers bounds calls cares changes charts checks cleans clears colours completes copies counts
    cuts dates downloads draws drops empties encodes ends escapes exports feeds filters fits folds
    forces formats frees groups guards hooks imports indexes limits links lists lives locks logs
    maps marks matches means measures names needs notes numbers offers opens orders packs paints
    pairs parts passes pauses places plans points posts prints queries ranks records relates
    releases reports results rolls runs scans schedules scores searches separates sets shares
    shows signs sorts starts states stops stores streams sums tests tracks transfers tries turns
    types updates uses values visits waits walks watches weighs works
    """
)
"""Holds what is a verb only at the beginning, and before an object: not ``Names that it has``."""

FINITE = words(
    """
    is are was were has have had does do did can could may might must shall should will would
    isn't aren't wasn't hasn't haven't doesn't don't didn't can't couldn't mustn't won't
    """
)
SUBORDINATE = words(
    """
    after although as because before how if once since than that though unless until what whatever
    when where whether which while who whoever whom whose why
    """
)
BEHIND_NOUNS = words(
    """
    about after among and are around as at before behind below beside between but by can for from
    has have in is it its may not of off on or over than that they to under was we were where
    which who whose with within without
    """
)
"""Follow a noun, where ``Names``, ``Counts`` or ``Matches`` is one."""

OBJECTS = words(
    """
    a all an any both each either every its no one some such the their these this those what
    whether
    """
)
"""Follow an order, where ``Name``, ``Count`` or ``Match`` is one."""


def is_order(word: str, verbs: frozenset[str]) -> bool:
    """Is a word one of these verbs in its imperative: ``Fetch``, ``Apply``?"""
    return bool({f"{word}s", f"{word}es", f"{word[:-1]}ies"} & verbs)


def is_sentence(docstring: str) -> bool:
    """Is there a verb in the main clause that a docstring begins with?

    The clause ends where the first sentence does, and before a word that opens another clause.
    No part of speech is guessed: a verb is a word of the lists above.
    """
    first = re.split(r"[.:;?!](?:\s|$)|\n\s*\n", docstring.strip(), maxsplit=1)[0]
    spoken = re.findall(r"`+[^`]*`+|[^\s,`(]+|,", first.lower().replace("’", "'"))
    opening, following = [*spoken, "", ""][:2]
    if docstring.strip().startswith(":"):
        return False
    if opening in ALSO_NOUNS:
        return following not in BEHIND_NOUNS | {",", ""}
    if (is_order(opening, VERBS) and following != "of") or (
        is_order(opening, ALSO_NOUNS) and following in OBJECTS
    ):
        return True
    main = itertools.takewhile(lambda word: word not in SUBORDINATE, spoken)
    return any(word in FINITE or word in VERBS for word in main)


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yields the line and the text of each docstring of a file, those under fields too."""
    for node in ast.walk(ast.parse(path.read_text())):
        for position, line in enumerate(getattr(node, "body", []) if has_names(node) else []):
            if not isinstance(line, ast.Expr) or not isinstance(line.value, ast.Constant):
                continue
            above = node.body[position - 1] if position else None
            is_one = position == 0 or isinstance(above, (ast.Assign, ast.AnnAssign))
            if is_one and isinstance(line.value.value, str):
                yield line.lineno, line.value.value


def has_names(node: ast.AST) -> bool:
    return isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))


@pytest.mark.parametrize("folder", HELD)
def test_a_docstring_begins_with_a_sentence(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    fragments = [
        f"{file.relative_to(ROOT)}:{line}: {text.strip()[:100]}"
        for file in files
        for line, text in docstrings(file)
        if not is_sentence(text)
    ]
    assert fragments == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Returns the source of that name.",
        "Fetch the page again.",
        "Raised where no source has this name: it says so.",
        "Is the crawl ending?",
        "Names the folders of an archive.",
        "Lists ``urls``, the oldest first.",
        "Counts bytes of an answer.",
        "Another program listens on the port.",
        "A story is withdrawn if its source asks.",
        "Reads one answer,\n    line by line.",
        "It wasn't crawled.",
    ],
)
def test_a_sentence_is_one(sentence: str) -> None:
    assert is_sentence(sentence)


@pytest.mark.parametrize(
    "fragment",
    [
        "",
        "Of what no crawl could run with.",
        "Those beside the archive.",
        "Names that stories have, and those that somebody means.",
        "Matches, newest first.",
        "Link targets of a story.",
        "Number of tries.",
        "What an address at a web archive says.",
        "A story that has no text.",
        "None: it is the current one.",
        "Bytes. The archive holds no others.",
        "As it was printed.",
        "names/courts.toml",
        ":raises ValueError: the name is unknown",
    ],
)
def test_a_fragment_is_none(fragment: str) -> None:
    assert not is_sentence(fragment)
