"""The forms in which texts are kept and compared."""

import pytest

from tradepress.archive.text_forms import (
    begins_with,
    composed,
    cut_off,
    folded,
    joined,
    one_line,
    paragraphs,
    plain_type,
    storable,
    straighten,
    without_markup,
    words_key,
)


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("a\x00b", "ab"),
        ("a\x1b[31mb\x07", "a[31mb"),
        ("a\x9bb\x7f", "ab"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\tb\x0bc\x0cd", "a b c d"),
        ("\ud800", "\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("a\n\nb’“é\ufeff", "a\n\nb’“é\ufeff"),
    ],
)
def test_what_a_column_can_hold(dirty: str, cleaned: str) -> None:
    assert storable(dirty) == cleaned


@pytest.mark.parametrize(
    ("set_so", "line"),
    [
        ("  Vale\u00a0and\n\tPike  ", "Vale and Pike"),
        ("a\x00b\x1fc\ud800d", "ab cd"),
        ("trade\u00admark\u200b \u2060\ufeff", "trademark"),
        ("\u202eVale\u202c \u2066Pike\u2069", "Vale Pike"),
        ("Va\u200dle", "Vale"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner is part of the spelling
        ("\u200b", ""),
    ],
)
def test_one_line(set_so: str, line: str) -> None:
    assert one_line(set_so) == line


def test_paragraphs_are_lines_with_a_blank_one_between() -> None:
    assert paragraphs("One\nstory.\n \n\u200b\n\n Two  words.\n") == "One story.\n\nTwo words."


def test_declared_words_lose_entities_and_tags() -> None:
    assert without_markup("Vale &amp;amp; <b>Pike</b>") == "Vale & Pike"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Vale’s” lamp — nothing…", '"Vale\'s" lamp-nothing...'),
        ("Vale`s mark", "Vale's mark"),
        ("Cafe\u0301", "Café"),
        ("a\u200db\ufe0f", "ab"),
    ],
)
def test_texts_that_read_the_same_are_equal_in_plain_type(one: str, other: str) -> None:
    assert plain_type(one) == plain_type(other)


@pytest.mark.parametrize("other", ["VALE wins", "Vale wins 105", "Vale wins 10⁵"])
def test_texts_that_say_something_else_are_not(other: str) -> None:
    assert plain_type("Vale wins") != plain_type(other)


def test_forms_for_comparing_leave_out_more_and_more() -> None:
    words = composed("“Vale’s Café” – No. 5")
    assert straighten(words) == '"Vale\'s Café" – No. 5'
    assert folded(words) == '"vale\'s café"-no. 5'
    assert words_key(words) == "vales café no 5"
    assert joined(words) == "valescaféno5"
    assert folded(None) == ""


def test_words_in_ascii_are_parted_as_all_others_are() -> None:
    for sign in map(chr, range(128)):
        assert f"{words_key(f'Vale{sign}9')} é" == words_key(f"Vale{sign}9 É")


TEXT = (
    "Leeds, Friday: A potter’s mark was refused.\n\nThe office took three years.\n\n商標局拒絕了。"
)


@pytest.mark.parametrize(
    ("summary", "is_begin"),
    [
        ("Leeds, Friday: A potter's mark was refused. The office to…", True),
        ("Leeds, Friday: A potter’s mark was refused. The office [...]", True),
        ("Leeds, Friday: A potter’s mark was refused. The office […]", True),
        ("A potter’s mark was refused...", True),
        ("A potter’s mark was refused. The office was slow.", False),
        ("The office took three years.", False),
        ("…", True),
    ],
)
def test_a_summary_that_only_begins_the_text_is_known(summary: str, is_begin: bool) -> None:
    assert begins_with(TEXT, summary) is is_begin
    assert begins_with("商標局拒絕了。理由很多。", "商標局拒絕了…")
    assert not begins_with("", "A potter’s mark")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the pot", "the pot…"),
        ("the pot.", "the pot. …"),
        ("the “pot.”", "the “pot.” …"),
        ("the pot,", "the pot, …"),
        ("鍋", "鍋…"),
        ("鍋。", "鍋。…"),
        ("鍋」", "鍋」…"),
        ("แม่", "แม่…"),
    ],
)
def test_that_a_text_goes_on_is_said_behind_its_last_stop(text: str, shown: str) -> None:
    assert cut_off(text) == shown
