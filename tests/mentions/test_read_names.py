"""The files of names that a librarian mends: names/*.toml."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

from tradepress.mentions.courts import court_names
from tradepress.mentions.firms import firm_names
from tradepress.mentions.offices import office_names
from tradepress.mentions.place_names import places
from tradepress.mentions.read_names import FOLDER, Names, Pairs, Rows, Words, WrongNames, read_names
from tradepress.mentions.us_courts import us_courts

RIGHT = {
    "rows": '"A" = ["B", "C"]',
    "pairs": '"A" = "B"',
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mended:
    names: Names
    words: Words
    rows: Rows
    pairs: Pairs


def read(folder: Path, top: str = 'names = ["A"]\nwords = "B"', **tables: str) -> Mended:
    told = "\n".join(f"[{key}]\n{lines}" for key, lines in {**RIGHT, **tables}.items() if lines)
    (folder / "some.toml").write_text(f"{top}\n{told}\n", "utf-8")
    return read_names("some", Mended, folder=folder)


def test_a_file_is_read_as_its_columns_say(tmp_path: Path) -> None:
    mended = read(tmp_path, 'names = ["A B", "Ç"]\nwords = """\none two\nthree"""')
    assert mended == Mended(
        names=("A B", "Ç"),
        words=frozenset(("one", "two", "three")),
        rows={"A": ("B", "C")},
        pairs={"A": "B"},
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"more": '"A" = "B"'}, "more: unknown key"),
        ({"rows": ""}, "rows: missing"),
        ({"rows": '"A" = "B"'}, "rows: A: 'B' is no list of names"),
        ({"rows": '"A" = ["B", "C", "B"]'}, "rows: A: 'B' stands there twice"),
        ({"rows": '"A" = ["B", ""]'}, "rows: A: '' is no name in quotes"),
        ({"rows": '"A" = ["B", 3]'}, "rows: A: 3 is no name in quotes"),
        ({"rows": '"A" = ["B"]\n"A" = ["C"]'}, "Cannot overwrite a value (at line 5, column 12)"),
        ({"rows": '"" = ["B"]'}, "rows: '' is no name in quotes"),
        ({"pairs": '"A" = ["B"]'}, "pairs: A: ['B'] is no name in quotes"),
        ({"top": 'names = ["A"]\nwords = "B C B"'}, "words: 'B' stands there twice"),
        ({"top": 'names = ["A"]\nwords = "B"\nrows = 3', "rows": ""}, "rows: 3 is no table"),
        ({"top": 'names = ["A"\nwords = "B"'}, "Unclosed array (at line 2, column 1)"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_entry(
    tmp_path: Path, wrong: dict[str, str], message: str
) -> None:
    told = f"tradepress/mentions/names/some.toml: {message}"
    with pytest.raises(WrongNames, match=re.escape(told)):
        read(tmp_path, **wrong)


@pytest.mark.parametrize(
    "table",
    [
        *(places().countries, places().cities, us_courts().circuits, office_names().offices),
        *(court_names().courts, court_names().kinds),
        {**firm_names().firms, **dict.fromkeys(firm_names().of_one_name, ())},
    ],
)
def test_no_name_leads_to_two(table: Mapping[str, Names]) -> None:
    forms = Counter(form for value, others in table.items() for form in {value, *others})
    assert {form for form, times in forms.items() if times > 1} == set()


def test_each_file_says_how_it_is_mended() -> None:
    for file in FOLDER.glob("*.toml"):
        text = file.read_text("utf-8")
        said = re.match(r"(?:#.*\n)+", text)
        assert said, file
        for key in re.findall(r"^(\w+(?= = )|\[\w+\])", text, re.MULTILINE):
            assert f"# {key} " in said[0], (file, key)


def test_no_file_is_read_before_a_text_is() -> None:
    program = """
import sys
read = []
sys.addaudithook(lambda event, found: event == "open" and read.append(str(found[0])))
from tradepress.mentions.find_mentions import find_mentions
for text in (None, "In the High Court."):
    find_mentions({"body": text}, people=True)
    print(sum(file.endswith(".toml") for file in read))
"""
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before, behind = map(int, result.stdout.split())
    assert before == 0
    assert behind > 5
