"""The reader of the golden set."""

from pathlib import Path

import pytest
from golden_score import read_parts, score_texts
from golden_text import parse_marked, read_marked

from tradepress.mentions.spot import Spot
from tradepress.story import MENTION_KINDS


def test_a_mark_gives_its_place_and_the_text_loses_it() -> None:
    item = parse_marked("In {{court|CJEU|Court of Justice}} today.")
    assert item.text == "In Court of Justice today."
    assert item.marks == (Spot(start=3, end=19, kind="court", value="CJEU"),)


def test_without_a_normal_form_the_value_is_as_printed() -> None:
    (mark,) = parse_marked("{{office|USPTO}} moves").marks
    assert (mark.start, mark.end, mark.value) == (0, 5, "USPTO")


def test_marks_hold_marks_and_open_ones_stand_apart() -> None:
    item = parse_marked("See {{case|Kat v {{office?|EUIPO|OHIM}}}}, {{cjeu|T-1/12}}.")
    assert item.text == "See Kat v OHIM, T-1/12."
    assert [(item.text[one.start : one.end], one.value) for one in item.marks] == [
        ("Kat v OHIM", "Kat v OHIM"),
        ("T-1/12", "T-1/12"),
    ]
    (office,) = item.open_marks
    assert (item.text[office.start : office.end], office.value) == ("OHIM", "EUIPO")


@pytest.mark.parametrize(
    "wrong",
    [
        "{{cuort|CJEU}}",
        "{{court|CJEU",
        "CJEU}} said",
        "{{court}}",
        "{{court|CJEU|}}",
        "{{court| CJEU}}",
    ],
)
def test_what_is_no_mark_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"mention|opened|closed|printed"):
        parse_marked(wrong)


def test_items_stand_apart_by_an_empty_line(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("One line,\nwrapped.\n\n\n{{office|JPO}}\n")
    assert [item.text for item in read_marked(path)] == ["One line, wrapped.", "JPO"]


def test_a_score_counts_places_and_kinds() -> None:
    items = [parse_marked("{{office|JPO}} and {{office|EPO}} and {{office?|X}}, Y")]
    spots = [
        Spot(start=0, end=3, kind="office", value="Japan"),
        Spot(start=16, end=17, kind="office", value="X"),
        Spot(start=19, end=20, kind="office", value="Y"),
        Spot(start=8, end=11, kind="court", value="EPO"),
    ]
    court, office = score_texts(items, [lambda text: iter(spots)])
    assert (office.marked, office.right, office.wrong, office.same_value) == (2, 1, 1, 0)
    assert (office.precision, office.recall) == (0.5, 0.5)
    assert (court.kind, court.marked, court.wrong) == ("court", 0, 1)
    assert len(office.faults) == 2


@pytest.mark.parametrize("half", ["dev", "kept"])
def test_the_golden_set_is_large_enough_and_tempts(half: str) -> None:
    items = read_parts(half)
    marks = [one for item in items for one in item.marks]
    assert {one.kind for one in marks} == set(MENTION_KINDS)
    assert len(marks) >= {"dev": 350, "kept": 550}[half]
    assert sum(not item.marks for item in items) >= 70
