"""The versions of a story: what each changed, two of them word by word, and how both are shown."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from archive_rows import (
    PAPER,
    SITE,
    Clock,
    Page,
    Pages,
    Writer,
    article_of,
    clock,
    open_writer,
    save,
    story,
    writer,
)
from click.testing import CliRunner

from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.rereading import FIELDS, load_rereads, save_rereading
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.stories.versions import (
    COMPARED,
    MOST_PAIRS,
    PILCROW,
    Piece,
    diff_text,
    diff_versions,
    list_versions,
)
from tradepress.commands.show_command import show
from tradepress.commands.versions_words import show_versions

__all__ = ["clock", "writer"]

DAYS = [datetime(2020, month, 1, 9, 15, tzinfo=UTC) for month in (1, 2, 3)]
BODY = story()["body"]


def changes(writer: Writer, ref: str = "signet-1") -> list[tuple[int, int | None, list[str]]]:
    return [
        (row.version, row.compared_with, [*row.changed]) for row in list_versions(writer.db, ref)
    ]


# Two texts word by word


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        ("One lamp.", "One lamp.", [[("equal", "One lamp.")]]),
        ("", "New.", [[("insert", "New.")]]),
        ("Old.", "", [[("delete", "Old.")]]),
        ("", "", []),
        (
            "The old lamp fell.",
            "The lamp fell. Twice.",
            [[("equal", "The"), ("delete", "old"), ("equal", "lamp fell."), ("insert", "Twice.")]],
        ),
        (
            "First.\n\nSecond.\n\nThird.",
            "First.\n\nThird.",
            [[("equal", "First.")], [("delete", "Second.")], [("equal", "Third.")]],
        ),
        ("One.\n\nTwo.", "One. Two.", [[("equal", "One."), ("delete", "¶"), ("equal", "Two.")]]),
        ("One. Two.", "One.\n\nTwo.", [[("equal", "One."), ("insert", "¶")], [("equal", "Two.")]]),
        # Only set in other type: the newer text stands, and nothing is marked.
        (
            '"Vale\'s" lamp -- again',
            "“Vale’s” lamp – again",
            [[("equal", "“Vale’s” lamp – again")]],
        ),
        # One equal word amid longer changes would only break them up.
        (
            "He saw three big lamps.",
            "He heard no one at lamps.",
            [
                [
                    ("equal", "He"),
                    ("delete", "saw three big"),
                    ("insert", "heard no one at"),
                    ("equal", "lamps."),
                ]
            ],
        ),
    ],
)
def test_words_that_came_and_went(older: str, newer: str, expected: list[list[Piece]]) -> None:
    assert diff_text(older, newer) == expected


def joined(paragraphs: list[list[Piece]], *kinds: str) -> list[str]:
    texts = (text for pieces in paragraphs for kind, text in pieces if kind in kinds)
    return " ".join(texts).replace(PILCROW, "").split()


def test_both_texts_can_be_read_from_the_difference() -> None:
    older = "\n\n".join(f"In case {n} the lamp {n * 7 % 5} was a mark." for n in range(40))
    newer = "\n\n".join(f"In case {n} the lamp {n * 3 % 5} was no mark." for n in range(2, 44))
    difference = diff_text(older, newer)
    assert joined(difference, "equal", "delete") == older.split()
    assert joined(difference, "equal", "insert") == newer.split()


def test_a_passage_too_long_to_compare_is_one_change() -> None:
    side = int(MOST_PAIRS**0.5) + 10
    older, newer = ("Start. " + " ".join(f"{sign}{n}" for n in range(side)) for sign in "ab")
    (pieces,) = diff_text(older, newer)
    assert [kind for kind, _ in pieces] == ["equal", "delete", "insert"]
    assert pieces[0] == ("equal", "Start.")


# The versions of a story


def test_each_version_says_what_it_changed(writer: Writer) -> None:
    save(writer, story())
    save(writer, story(body=BODY.replace("descriptive", "very deceptive")))
    save(writer, story(body=BODY, authors=["Mira Osei"], corrections=["It was a lamp."]))
    first, second, third = list_versions(writer.db, "signet-1@2")
    assert (first.compared_with, first.changed) == (None, ())
    assert (second.compared_with, second.changed) == (1, ("body",))
    assert (second.words_added, second.words_removed) == (2, 1)
    assert third.changed == ("authors", "corrections", "body")
    assert [row.is_current for row in (first, second, third)] == [False, False, True]


@pytest.mark.parametrize(
    ("beside", "is_silent"),
    [
        ({}, True),
        ({"body": BODY + "\n\nMore."}, True),
        ({"date_modified": "2017-08-05"}, False),
        ({"corrections": ["The headline was wrong."]}, False),
    ],
)
def test_a_headline_that_changed_without_a_word_is_silent(
    writer: Writer, beside: dict[str, Any], is_silent: bool
) -> None:
    save(writer, story())
    save(writer, story(headline="Orrin Vale wins appeal", **beside))
    assert [row.is_silent for row in list_versions(writer.db, "signet-1")] == [False, is_silent]


def test_other_type_is_no_change_of_a_headline(writer: Writer) -> None:
    save(writer, story(headline="Vale's lamp"))
    save(writer, story(headline="Vale’s lamp", body=BODY + "\n\nMore."))
    assert list_versions(writer.db, "signet-1")[1].changed == ("body",)


def test_versions_are_in_the_order_in_which_the_page_stood_so(writer: Writer) -> None:
    for place in (1, 0, 2):
        headline = f"Of day {place}"
        save(writer, story(headline=headline), date_captured=DAYS[place], kind="file")
    assert changes(writer) == [(2, None, []), (1, 2, ["headline"]), (3, 1, ["headline"])]


def test_a_page_read_again_is_told_apart_from_a_change_of_the_paper(tmp_path: Path) -> None:
    with open_writer(tmp_path / "archive.db", command="tests", captures=Pages()) as writer:
        save_a_rereading(writer)
        first, again, changed = list_versions(writer.db, "signet-1")
    assert (again.is_reread, again.compared_with, again.changed) == (True, 1, ("headline",))
    assert not again.is_silent
    assert (changed.is_reread, changed.compared_with, changed.changed) == (
        False,
        2,
        ("body",),
    )
    assert (first.extractor, again.extractor) == ("tests 1", "tests 2")


def save_a_rereading(writer: Writer) -> None:
    """Two pages, the first of them read by two rules."""
    writer.save_source(PAPER)
    writer.start_run("tests", ["signet"], "0")
    save(writer, story(headline="Wrong"), capture=Page(date_captured=DAYS[0]))
    (read,) = load_rereads(writer.db, [1])
    fields = {name: read.fields[name] for name in FIELDS if name != "related_links"}
    fields |= {"source": "signet", "url": read.url, "site_id": "1", "headline": "Right"}
    save_rereading(writer.run, read, article_of(fields), extractor="tests 2")
    page = Page(date_captured=DAYS[1])
    later = story(headline="Right", body=BODY + "\n\nMore.")
    save(writer, later, capture=page, extractor="tests 2")


def test_two_versions_are_compared_field_by_field(writer: Writer) -> None:
    save(writer, story(authors=["Petra Holm", "Jo Quill"]))
    save(writer, story(headline="Orrin Vale wins appeal 1", authors=["Petra Holm"]))
    difference = diff_versions(writer.db, "signet-1", 1, 2)
    assert (difference.older, difference.newer) == (1, 2)
    assert difference.changed == ("headline", "authors")
    assert difference.fields["headline"] == [
        [
            ("equal", "Orrin Vale"),
            ("delete", "loses"),
            ("insert", "wins"),
            ("equal", "appeal 1"),
        ]
    ]
    assert difference.fields["authors"] == [[("equal", "Petra Holm")], [("delete", "Jo Quill")]]
    backwards = diff_versions(writer.db, "signet-1", 2, 1)
    assert backwards.fields["authors"] == [[("equal", "Petra Holm")], [("insert", "Jo Quill")]]
    assert diff_versions(writer.db, "signet-1", 2, 2).changed == ()


def test_a_version_that_is_not_there(writer: Writer) -> None:
    save(writer, story())
    with pytest.raises(NoSuchArticle, match=r"no version '2'; it has 1 version$"):
        diff_versions(writer.db, "signet-1", 1, 2)
    with pytest.raises(NoSuchArticle, match="signet-2"):
        list_versions(writer.db, "signet-2")


# As they are printed


@pytest.fixture
def archive(writer: Writer, clock: Clock, tmp_path: Path) -> Path:
    save(writer, story(), date_captured=DAYS[0])
    save(writer, story(headline="Orrin Vale wins appeal 1"), date_captured=DAYS[1])
    writer.commit()
    return tmp_path / "archive.db"


def test_silent_edits_stand_out(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_versions("signet-1", None, False, archive) == 0
    assert capsys.readouterr().out.splitlines() == [
        "signet-1@1   2020-01-01 09:15  first · archived 2026-11-24 · tests 1",
        "    Orrin Vale loses appeal 1",
        "signet-1@2   2020-02-01 09:15  headline · archived 2026-11-24 · current · tests 1"
        "  SILENT HEADLINE EDIT",
        "    Orrin Vale wins appeal 1",
        "Silent: the headline changed, but no date of modification and no notice says so.",
        "2 versions",
    ]


def test_for_a_program_they_have_these_keys(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_versions("signet-1", None, True, archive)
    first, second = json.loads(capsys.readouterr().out)
    assert [*second.items()] == [
        ("version", 2),
        ("is_current", True),
        ("url", story()["url"]),
        ("date_captured", "2020-02-01T09:15:00Z"),
        ("date_archived", first["date_archived"]),
        ("is_reread", False),
        ("extractor", "tests 1"),
        ("policy", None),
        ("spans", [["2020-02-01T09:15:00Z", "2020-02-01T09:15:00Z"]]),
        ("headline", "Orrin Vale wins appeal 1"),
        ("compared_with", 1),
        ("changed", ["headline"]),
        ("words_added", 0),
        ("words_removed", 0),
        ("is_silent", True),
    ]
    show_versions("signet-1", (1, 2), True, archive)
    difference = json.loads(capsys.readouterr().out)
    assert [*difference] == ["ref", "older", "newer", "changed", *COMPARED]
    assert difference["headline"][0][1] == ["delete", "loses"]


def test_without_colours_signs_stand_around_the_words(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_versions("signet-1", (1, 2), False, archive)
    assert capsys.readouterr().out.splitlines() == [
        "signet-1@1 → signet-1@2",
        "",
        "headline",
        "  Orrin Vale [-loses-] {+wins+} appeal 1",
    ]
    show_versions("signet-1", (2, 2), False, archive)
    assert capsys.readouterr().out.splitlines()[-1] == "They read the same."


@pytest.mark.parametrize("no_color", [None, "1"])
def test_a_terminal_shows_colours_unless_asked_not_to(
    archive: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    no_color: str | None,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    show_versions("signet-1", (1, 2), False, archive)
    line = capsys.readouterr().out.splitlines()[-1]
    assert ("[-loses-] {+wins+}" in line) == bool(no_color)
    assert ("\x1b[9;31mloses\x1b[0m \x1b[32mwins\x1b[0m" in line) == (not no_color)


def test_what_is_not_changed_is_only_counted(
    writer: Writer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paragraphs = [f"Paragraph {number} of the ruling on lamps." for number in range(6)]
    save(writer, story(body="\n\n".join(paragraphs)))
    save(writer, story(body="\n\n".join(paragraphs).replace("3 of", "3 and last of")))
    writer.commit()
    show_versions("signet-1", (1, 2), False, tmp_path / "archive.db")
    assert capsys.readouterr().out.splitlines()[3:] == [
        "  (3 paragraphs unchanged)",
        "  Paragraph 3 {+and last+} of the ruling on lamps.",
        "  (2 paragraphs unchanged)",
    ]


def test_what_a_page_says_reaches_the_terminal_as_words(
    writer: Writer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(writer, story(headline="[red]Vale[/red] loses"))
    save(writer, story(headline="[red]Vale[/red] wins \x1b[31m"))
    writer.commit()
    show_versions("signet-1", None, False, tmp_path / "archive.db")
    show_versions("signet-1", (1, 2), False, tmp_path / "archive.db")
    printed = capsys.readouterr().out
    assert printed.count("[red]Vale[/red]") == 3
    assert "\x1b" not in printed


def run(archive: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        show, [*arguments, "--archive", str(archive)], standalone_mode=False
    )
    if isinstance(result.exception, click.UsageError):
        return 2, result.exception.message
    assert result.exception is None or isinstance(result.exception, NoSuchArticle)
    return result.exit_code, str(result.exception or result.output)


def test_the_command_for_programs(archive: Path) -> None:
    _, output = run(archive, "signet-1", "--versions", "--json")
    assert [row["version"] for row in json.loads(output)] == [1, 2]
    _, output = run(archive, "signet-1", "--diff", "1", "2", "--json")
    assert json.loads(output)["changed"] == ["headline"]


def test_the_command_refuses_what_makes_no_sense(archive: Path) -> None:
    assert run(archive, "signet-1", "--versions", "--diff", "1", "2")[0] == 2
    assert run(archive, "signet-1", "--diff", "0", "2")[0] == 2
    assert "no version '9'" in run(archive, "signet-1", "--diff", "1", "9")[1]


def test_a_version_and_an_alias_say_what_they_are(writer: Writer, archive: Path) -> None:
    assert "(An earlier version; the current one is signet-1@2.)" in run(archive, "signet-1@1")[1]
    body = BODY + "\n\nBoth sides had brought surveys of what buyers think of when they see it."
    https = f"https://www.{SITE[7:]}/a"
    save(writer, story(2, site_id=None, url=f"{SITE}/a", body=body))
    young = save(writer, story(2, site_id=None, url=https, body=body, headline="Vale fails"))
    page = story(2, site_id=None, url=https, body=body, canonical_url=f"{SITE}/a")
    save(writer, {**page, "headline": "Vale fails"})
    writer.commit()
    old = load_story(writer.db, young.ref).ref
    assert old != young.ref
    assert f"({young.ref} was merged into this story.)" in run(archive, young.ref)[1]
    assert f"{old}@2" in run(archive, young.ref, "--versions")[1]
