"""The record of checks that were all well."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tradepress.configuration import ConfigurationError
from tradepress.declared_sources import source_named
from tradepress.source import Furniture
from tradepress.verified import FILE_NAME, note_verified, verified_day

DAY, LATER = date(2026, 11, 27), date(2026, 12, 4)


def test_the_last_day_of_each_source_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    wipr, tbo = source_named("wipr"), source_named("tbo")
    assert verified_day(folder, wipr) is None
    note_verified(folder, wipr, DAY)
    note_verified(folder, tbo, DAY)
    note_verified(folder, wipr, LATER)
    assert (verified_day(folder, tbo), verified_day(folder, wipr)) == (DAY, LATER)
    assert [file.name for file in folder.iterdir()] == [FILE_NAME]


def test_it_holds_for_the_rules_that_were_checked(tmp_path: Path) -> None:
    source = source_named("wipr")
    note_verified(tmp_path, source, DAY)
    assert verified_day(tmp_path, source) == DAY
    assert verified_day(tmp_path, replace(source, rights="All rights reserved.")) == DAY
    assert verified_day(tmp_path, source_named("tbo")) is None
    rule = Furniture(pattern="order this issue")
    for changed in (
        replace(source, furniture=(*source.furniture, rule)),
        replace(source, sections=("https://www.worldipreview.com/news/",)),
        replace(source, prepare_page=lambda page, _: page),
    ):
        assert verified_day(tmp_path, changed) is None


@pytest.mark.parametrize("text", ["[wipr]\n", "wipr = 3\n", "[wipr", '[wipr]\nday = "x"\nrules=1'])
def test_a_damaged_record_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(ConfigurationError, match=r"is damaged .*delete it"):
        verified_day(tmp_path, source_named("wipr"))


@pytest.mark.parametrize(
    ("text", "words"),
    [("a." * 100_000 + "a = 1", "has a line of over"), (f"a = {'[' * 9_000}", "nested too deeply")],
)
@pytest.mark.timeout(60)
def test_a_record_made_to_break_its_reader_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(ConfigurationError, match=words):
        verified_day(tmp_path, source_named("wipr"))
