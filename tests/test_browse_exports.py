"""What leaves the archive as a file: whole, or said not to be, and inert in a spreadsheet."""

import pytest

from browse.rendering import inert_csv_cell


@pytest.mark.parametrize(
    "value",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1"),
        *("＝1+1", "＋1+1", "－1+1", "＠SUM(1)"),  # full width, as Japanese and Chinese type them
        *("﹦1+1", "﹢1+1", "﹣1+1", "﹫SUM(1)", "−1+1", "⁼1+1", "₊1+1"),
        *(
            " =1+1",
            "\u00a0=1+1",
            "\u3000＝1+1",
            "\ufeff=1+1",
            "\u200b=1+1",
            "\x00=1+1",
            "\n\n\t @x",
        ),
        *("+１", "-1e", "--1", "- a list\n- of two"),
    ],
)
def test_a_cell_that_a_spreadsheet_may_run_is_text(value: str) -> None:
    assert inert_csv_cell(value) == "'" + value


@pytest.mark.parametrize(
    "value", ["", "a=b", "a-b", "-1", "+1.5", "-2e-3", "x@y.example", "’tis", "1−2", " plain", "\n"]
)
def test_numbers_and_words_stay_as_they_are(value: str) -> None:
    assert inert_csv_cell(value) == value
