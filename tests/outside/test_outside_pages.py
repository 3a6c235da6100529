"""html5lib's own pages through our reader: nothing fails, and what browsers show is not lost."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Sequence

import pytest
import suites
from conftest import a_story

from tradepress.extraction import extract_article
from tradepress.extraction.encoding import decode
from tradepress.extraction.not_an_article import NotAnArticle

pytestmark = pytest.mark.slow

DATA = "html5lib/tests/testdata/"
TREES, TOKENS, ENCODINGS = 1704, 6808, 83
DIFFERENT = 8313
"""Inputs of trees and tokens."""

URL = "http://gazette.example/news/lantern-1234"
ABOVE = (
    "A maker of lanterns has lost its appeal over the shape of a handle, the court has said.",
    "Judges found that buyers would see the curve as a useful grip and not as a sign of origin, "
    "and they ordered the applicant to bear the costs of both instances.",
    "The company said it would study the ruling before it decides about a further step, while "
    "its rival welcomed a result that keeps ordinary handles free for everybody.",
)
BELOW = (
    "An office that had refused the mark four years ago told the court that grips of this kind "
    "are sold by eleven makers in the region, and have been for decades."
)

# Which pages show these words, by html5lib: as browsers build their trees.
SHOWN = """
import json, sys, html5lib
UNSEEN = {*"script style title textarea noscript template iframe noembed noframes select".split(),
          *"plaintext xmp object button frameset".split()}
def shows(element):
    if not isinstance(element.tag, str) or element.tag in UNSEEN:  # or a comment
        return False
    told = [element.text, *(child.tail for child in element)]
    return any(words in (one or "") for one in told) or any(map(shows, element))
words, pages = json.load(sys.stdin)
trees = (html5lib.parse(page, namespaceHTMLElements=False) for page in pages)
print(json.dumps([shows(tree) for tree in trees]))
"""
LOST = {"svg": 18, "select": 13, "template": 6, "form": 7, "ruby": 6, "furniture": 8}
"""What browsers show below an element that nothing closes, of which we take it for a part
(docs/developer/testing.md)."""


@pytest.fixture(scope="module")
def inputs() -> list[bytes]:
    files = suites.source_files("html5lib")
    trees, tokens = [], []
    for name, words in files.items():
        if name.startswith(f"{DATA}tree-construction/") and name.endswith(".dat"):
            trees += [case.partition(b"\n#errors")[0] for case in cases(words)]
        elif name.startswith(f"{DATA}tokenizer/") and name.endswith(".test"):
            tests = json.loads(words)
            tokens += map(token, tests.get("tests") or tests["xmlViolationTests"])
    assert (len(trees), len(tokens)) == (TREES, TOKENS)
    return [*dict.fromkeys(trees + tokens)]


def cases(words: bytes) -> list[bytes]:
    return re.split(rb"(?:\A|(?<=\n))#data\n", words)[1:]


def token(test: dict[str, str]) -> bytes:
    words = test["input"]
    if test.get("doubleEscaped"):
        words = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), words)
    return words.encode("utf-8", "surrogatepass")


def test_no_input_ends_an_extraction(inputs: Sequence[bytes]) -> None:
    outcomes = Counter(outcome(page) for page in inputs)
    assert outcomes.total() == DIFFERENT
    assert set(outcomes) <= {"no_headline", "no_body", "empty", "not_html", "junk"}


def outcome(page: bytes) -> str:
    try:
        extract_article(page, URL)
    except NotAnArticle as error:
        return error.reason
    return "a story"


def test_no_input_keeps_back_what_browsers_show_beside_it(inputs: Sequence[bytes]) -> None:
    before, after = a_story("Lantern cleared", words="HERE").split("HERE")
    before += "".join(f"<p>{words}</p>" for words in ABOVE)
    after = f"<p>{BELOW}</p>{after}"
    silent = []
    for one in inputs:
        page = before.encode() + one + after.encode()
        body = extract_article(page, URL).body or ""
        assert all(words in body for words in ABOVE), one
        if BELOW not in body:
            silent.append((one, page.decode("utf-8", "replace")))
    told = subprocess.run(
        [suites.FOLDER / "bin" / "python", "-c", SHOWN],
        input=json.dumps([BELOW, [page for _, page in silent]]),
        capture_output=True,
        text=True,
        check=True,
    )
    shown = json.loads(told.stdout)
    assert shown.count(False) > 300  # in a comment, a script, a text field
    lost = [one for (one, _), is_shown in zip(silent, shown, strict=True) if is_shown]
    assert Counter(map(why_lost, lost)) == LOST, lost


def why_lost(one: bytes) -> str:
    kinds = {
        "svg": rb"<svg",
        "template": rb"<template",
        "select": rb"<select",
        "form": rb"<form",
        "ruby": rb"<r[pt]\b",
        "furniture": rb"<(?:aside|nav|footer|dialog|figure|figcaption|button)\b",
    }
    return next((kind for kind, named in kinds.items() if re.search(named, one)), "unknown")


# Letters that differ in all encodings, as far as they have them.
OF_TWO = b'<!DOCTYPE HTML>\n<meta charset="iso8859-2">\n<meta charset="ISO-8859-1">'
PROBE = b"\n" + bytes(range(0xA0, 0x100)) * 2
BY_SCRIPT = (
    b"""<!DOCTYPE HTML>\n<script>document.write('<meta charset="ISO-8859-' + '2">')</script>"""
)
KINDER = 22


def test_encodings_are_those_that_browsers_take() -> None:
    files = suites.source_files("html5lib")
    said = [
        case.partition(b"\n#encoding\n")
        for name, words in files.items()
        if name.startswith(f"{DATA}encoding/") and name.endswith(".dat")
        for case in cases(words)
    ]
    assert len(said) == ENCODINGS
    others = {
        page: encoding
        for page, _, named in said
        if (encoding := named.split()[0].decode().lower())
        and decode(page + PROBE) != (page + PROBE).decode(encoding, "replace").lstrip("\ufeff")
    }
    assert others.pop(BY_SCRIPT) == "iso-8859-2"  # no script is run
    assert others.pop(OF_TWO) == "iso-8859-2"  # we take the one that gives likelier letters
    # A page of UTF-8 that calls itself Japanese: browsers show it garbled.
    (utf8,) = (page for page, encoding in others.items() if encoding == "euc-jp")
    assert others.pop(utf8)
    assert utf8.decode()
    # There browsers see no declaration, for want of a quote or of http-equiv: we take it.
    assert set(others.values()) == {"windows-1252"}
    assert all(re.search(rb"<meta [^>]*charset ?= ?", page) for page in others)
    assert len(others) == KINDER
