"""`tradepress search` as a person types it: filters, days, copies, withdrawn stories, mistakes."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SISTER, Clock, clock, open_writer, save, story
from citations import cited_names
from conftest import Tradepress
from rich.console import Console

from tradepress.archive.search.find_stories import MARK_END, MARK_START
from tradepress.commands.search_command import marked

__all__ = ["clock"]

LONG = (
    "Orrin Vale brought forty lanterns before judges yesterday, arguing that curved brass handles "
    "identify makers rather than merely helping anybody carry lamps through draughty corridors. "
    "Opponents answered that every workshop along this coast bends metal alike, because straight "
    "handles break during winter, while curved ones survive until spring without repair. "
)


EVERY = ["makers-3", "signet-2", "signet-4", "signet-1"]
"""The newest first."""


@pytest.fixture
def archive(tmp_path: Path, clock: Clock) -> Path:
    """Two papers, a story in two versions, a copy of another, one that is withdrawn later."""
    clock.now = "2020-01-01T09:00:00Z"
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.save_source(PAPER)
        writer.save_source(SISTER)
        writer.start_run("tests", ["signet", "makers"], "0")
        save(writer, story(1, headline="Lantern mark refused", access="open"))
        save(writer, story(2, headline="Brass ruling", body=LONG, date_published="2018-01-31"))
        save(
            writer,
            story(
                3,
                source="makers",
                url=f"{SISTER['home_url']}news/3",
                headline="Brass lanterns ruling",
                body=LONG,
                date_published="2018-02-01",
                section="Designs",
                language="de",
            ),
        )
        save(writer, story(4, headline="Pewter mark refused", body="Pewter lanterns, it said."))
        clock.now = "2020-03-01T09:00:00Z"
        save(writer, story(1, headline="Beacon mark refused", access="open"))
        writer.end_run("done", 0)
    return tmp_path / "archive.db"


@pytest.mark.usefixtures("archive")
def test_copies_are_named_below_the_best_match(here: Tradepress) -> None:
    assert here("search", "brass").stdout.splitlines()[-3:] == [
        "            also at: Marks & Makers, makers-3, 2018-02-01",
        "1 story",
        "Of stories with much the same text one counts: 1 left out. (--all lists each)",
    ]
    listed = here("search", "brass", "--all").stdout
    assert "also at" not in listed
    assert listed.endswith("2 stories\n")
    answer = json.loads(here("search", "brass", "--json").stdout)
    assert (answer["total"], answer["copies_left_out"]) == (1, 1)
    (hit,) = answer["stories"]
    assert [copy["ref"] for copy in hit["also_at"]] == ["makers-3"]
    assert (hit["date_captured"], hit["date_archived"]) == ("2020-01-01T09:00:00Z",) * 2
    assert hit["retrieved_from"] is None


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--source", "makers"], ["makers-3"]),
        (["--section", "designs"], ["makers-3"]),
        (["--language", "de"], ["makers-3"]),
        (["--access", "open"], ["signet-1"]),
        (["--source", "makers", "--source", "signet", "--all", "--order", "date"], EVERY),
        (["--section", "Designs", "--section", "trademarks", "--all", "--order", "date"], EVERY),
        (["--language", "de", "--language", "EN", "--all", "--order", "date"], EVERY),
        (["--access", "open", "--access", "unknown", "--all", "--order", "date"], EVERY),
        (["--access", "open", "--access", "subscription"], ["signet-1"]),
        (["--access", "unknown", "--until", "2017"], ["signet-4"]),
        (["--order", "date"], ["makers-3", "signet-4", "signet-1"]),
        (["--order", "date", "--limit", "1", "--offset", "1"], ["signet-4"]),
        (["--order", "date", "--all", "--since", "2018"], ["makers-3", "signet-2"]),
        (["--order", "oldest", "--all"], ["signet-1", "signet-4", "signet-2", "makers-3"]),
        (["--order", "oldest"], ["signet-1", "signet-4", "signet-2"]),
        (["--undated"], []),
        (["--mentions", "firm", "--mentions", "court"], []),
    ],
)
def test_filters_and_order(here: Tradepress, arguments: list[str], found: list[str]) -> None:
    result = here("search", "lantern*", *arguments, "--json")
    assert result.returncode == 0, result.stderr
    assert [hit["ref"] for hit in json.loads(result.stdout)["stories"]] == found


@pytest.mark.usefixtures("archive")
def test_as_of_a_day_the_version_of_that_day_is_named(here: Tradepress) -> None:
    then = here("search", '"lantern mark refused"', "--as-of", "2020-02-01").stdout
    assert then.startswith("2017-08-04  signet-1@1  [Lantern mark refused]\n")
    assert then.endswith("1 story\n")
    assert here("search", '"lantern mark refused"').stdout.startswith("0 stories\n")
    assert "signet-1@2  [Beacon]" in here("search", "beacon", "--as-of", "2020-03-01").stdout
    assert here("search", "beacon", "--as-of", "2019-12-31").stdout.startswith("0 stories\n")
    # A story without a page counts as read just then.
    assert "signet-1@2  [Beacon]" in here("search", "beacon", "--seen-on", "2020-03-01").stdout
    assert here("search", "beacon", "--seen-on", "2020-02-29").stdout.startswith("0 stories\n")


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("keep", [[], ["--keep-headline"]])
def test_as_of_a_day_withdrawn_stories_are_told(here: Tradepress, keep: list[str]) -> None:
    reason = "ordered by a court"
    done = here("withdraw", "signet-4", "--reason", reason, "--yes", *keep)
    assert done.returncode == 0, done.stderr
    result = here("search", "beacon or pewter", "--as-of", "2020-02-01")
    count, *_, line = result.stdout.splitlines()
    assert count == "0 stories"
    name = "signet-4 (“Pewter mark refused”)" if keep else "signet-4"
    assert line == f"withdrawn since: {name}, 2020-03-01, {reason}"
    for arguments in (["--as-of", "2019-12-31"], ["--source", "makers", "--as-of", "2020-02-01"]):
        assert here("search", "pewter", *arguments).stdout.startswith("0 stories\n")
    assert here("search", "pewter").stdout.startswith("0 stories\n")
    for_a_program = here("search", "pewter", "--as-of", "2020-02-01", "--json")
    assert json.loads(for_a_program.stdout) == {"total": 0, "copies_left_out": 0, "stories": []}
    assert for_a_program.stderr.endswith(line + "\n")


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "signer"], "no source 'signer': did you mean signet?"),
        (["--source", "SIGNET"], "no source 'SIGNET': did you mean signet?"),
        (["--source", "wipr"], "no source 'wipr': it has makers, signet."),
        (["--section", "Trade marks"], "no section 'Trade marks': did you mean Trademarks?"),
        (["--source", "signet", "--source", "signer"], "no source 'signer': did you mean signet?"),
        (["--souce", "signet"], "No such option '--souce'. (Did you mean"),
        (["--limit", "9" * 400], "is not in the range 1 to 10000"),
        (["--limit", "9" * 5000], "is not in the range 1 to 10000"),
        (["--since", "9" * 400], "is not a date"),
        (["bent handle"], "QUERY is one argument, so put it in quotes: 'lantern bent handle'"),
        (["--section", "Cars"], "no section 'Cars': it has Designs, Trademarks."),
        (["--language", "fr"], "no language 'fr': it has de, en."),
        (["--access", "free"], "'free' is not one of 'open', 'registration'"),
        (["--order", "doubt"], "'doubt' is not one of 'relevance', 'date'"),
        (["--as-of", "2020-02"], "'2020-02' is not a day; write 2017-08-04"),
        (["--as-of", "2020-02-30"], "is not a day"),
        (["--as-of", "20200201"], "is not a day"),
        (["--seen-on", "this year"], "is not a day"),
        (["--as-of", "2020-02-01", "--seen-on", "2020-02-01"], "--as-of or --seen-on, not both"),
    ],
)
def test_mistakes_are_told_with_their_mend(
    here: Tradepress, arguments: list[str], words: str
) -> None:
    result = here("search", "lantern", *arguments)
    assert result.returncode == 2
    assert words in " ".join(result.stderr.split())
    assert len(result.stderr) < 600
    assert result.stdout == ""


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    "arguments",
    [
        ["-pewter lantern*", "--order", "date", "--all"],
        ["--source", "signet", "--source", "makers", "--order=date", "--all", "-pewter lantern*"],
        ["--order", "date", "--all", "--", "-pewter lantern*"],
        ['-"pewter lanterns" lantern*', "--order", "date", "--all"],
    ],
)
def test_a_query_may_begin_with_a_word_that_must_not_occur(
    here: Tradepress, arguments: list[str]
) -> None:
    result = here("search", "--json", *arguments)
    assert result.returncode == 0, result.stderr
    found = [hit["ref"] for hit in json.loads(result.stdout)["stories"]]
    assert found == ["makers-3", "signet-2", "signet-1"]


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("operator", ["OR", "AND", "NOT"])
def test_operators_without_a_side_are_refused_and_may_be_words(
    here: Tradepress, operator: str
) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in operator)
    for written in (f"({operator})", wide, operator):
        result = here("search", f"lantern {written}")
        assert result.returncode == 2
        assert f'the word itself is "{operator}"' in result.stderr
    for word in (f'"{operator}"', operator.lower(), f"-{operator}", f"{operator}*"):
        assert here("search", f"lantern {word}").returncode == 0


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["makers-3", "signet-4", "signet-1"]),
        (["--since", "2018"], ["makers-3"]),
        (["-brass"], ["signet-4", "signet-1"]),
        (["pewter", "OR", "beacon", "--source", "signet"], ["signet-4", "signet-1"]),
        (["-lantern", "OR", "pewter"], ["makers-3", "signet-4"]),
        (["--order", "date", "(brass", "OR", "pewter)", "-beacon"], ["makers-3", "signet-4"]),
        (["author:holm", "-section:designs"], ["signet-2", "signet-4", "signet-1"]),
        (["--author", "petra holm", "--all"], EVERY),
        (["http://signetgazette.example/trademark/orrin-vale-4?utm_source=x"], ["signet-4"]),
    ],
)
def test_the_language_at_the_command_line(
    here: Tradepress, arguments: list[str], found: list[str]
) -> None:
    result = here("search", "--json", *arguments)
    assert result.returncode == 0, result.stderr
    listed = [hit["ref"] for hit in json.loads(result.stdout)["stories"]]
    assert sorted(listed) == sorted(found)
    if "OR" not in arguments:
        assert listed == found


@pytest.mark.usefixtures("archive")
def test_show_and_open_take_an_address(here: Tradepress) -> None:
    address = "https://web.archive.org/web/2018/http://signetgazette.example/trademark/orrin-vale-4"
    assert here("show", address).stdout == here("show", "signet-4").stdout
    assert "signet-4@1" in here("show", address, "--versions").stdout
    missing = here("show", "https://signetgazette.example/none")
    assert missing.returncode == 2
    assert "no story is kept from https://signetgazette.example/none" in missing.stderr


@pytest.mark.usefixtures("archive")
def test_why_nothing_is_found_is_told(here: Tradepress) -> None:
    assert here("search", "pewter", "--since", "2018").stdout.splitlines() == [
        "0 stories",
        "  without since 2018: 1 story",
    ]
    for_a_program = here("search", "zeppelin", "--json")
    assert json.loads(for_a_program.stdout) == {"total": 0, "copies_left_out": 0, "stories": []}
    assert for_a_program.stderr == "  no story has “zeppelin”\n"
    unknown = here("search", "--author", "Petra Halm")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "no author 'Petra Halm': did you mean Petra Holm?" in unknown.stderr


@pytest.mark.usefixtures("archive")
def test_the_habits_of_other_systems_are_told(here: Tradepress) -> None:
    told = "Note: not (character 9) stands for itself; for what it is in Lexis and Westlaw, "
    for command in ("search", "count", "cite"):
        answer = here(command, "lantern not mark")
        assert answer.returncode == 0
        assert f"{told}write lantern NOT mark." in answer.stderr
    refused = here("search", "lantern!")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "a sign of Lexis and Westlaw: write lantern*; the word itself is" in refused.stderr


NAMES = (
    "ref source publisher site_id canonical_url url headline description body date_published "
    "date_published_raw date_modified date_modified_raw authors section language keywords access "
    "completeness is_truncated confidence corrections image_url image_caption image_license policy "
    "reservations version content_hash date_captured date_archived evidence published_day "
    "first_seen last_seen gone_at retrieved_from related_links cited_by mentions locations aliases "
    "near_duplicates credit also_titled cited_name"
)


@pytest.mark.usefixtures("archive")
def test_a_program_is_shown_a_story_under_the_names_of_the_design(here: Tradepress) -> None:
    assert set(json.loads(here("show", "signet-1", "--json").stdout)) == {*NAMES.split()}


def test_show_names_paper_day_and_access(here: Tradepress, archive: Path) -> None:
    lines = here("show", "signet-1").stdout.splitlines()
    assert lines[1].endswith(" · The Signet Gazette")
    (name,) = cited_names(archive, ["signet-1"])
    assert lines[3] == f"captured 2020-03-01T09:00:00Z · access open · cited as {name}"
    assert json.loads(here("show", "signet-1", "--json").stdout)["publisher"] == (
        "The Signet Gazette"
    )
    assert "access unknown" in here("show", "signet-2").stdout


@pytest.mark.usefixtures("archive")
def test_a_program_is_told_how_many_there_are_and_at_which_papers(here: Tradepress) -> None:
    page = ["lantern*", "--all", "--order", "date", "--limit", "2", "--json"]
    answer = json.loads(here("search", *page).stdout)
    assert answer["total"] == 4
    papers = [(hit["source"], hit["publisher"]) for hit in answer["stories"]]
    assert papers == [("makers", "Marks & Makers"), ("signet", "The Signet Gazette")]
    beyond = json.loads(here("search", *page, "--offset", "9").stdout)
    beyond_all = here("search", "--offset", "9").stdout.splitlines()
    assert beyond_all[0] == "3 stories, none from 10 on"
    assert beyond == {"total": 4, "copies_left_out": 0, "stories": []}


@pytest.mark.usefixtures("archive")
def test_doubt_has_no_relevance(here: Tradepress) -> None:
    result = here("search", "--doubtful", "--order", "relevance")
    assert result.returncode == 2
    assert "no words rank these stories" in result.stderr
    assert here("search", "--doubtful", "--order", "date").stdout.startswith("0 stories\n")


@pytest.mark.usefixtures("archive")
def test_a_filter_that_leaves_nothing_over_is_no_mistake(here: Tradepress) -> None:
    for arguments in (["--section", "TRADEMARKS"], ["--language", "EN"], ["--source", "signet"]):
        result = here("search", "zeppelin", *arguments)
        assert (result.returncode, result.stdout) == (
            0,
            "0 stories\n  no story has “zeppelin”\n",
        )


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_phrase_that_goes_on_in_the_next_line_stays_marked(is_terminal: bool) -> None:
    console = Console(file=StringIO(), force_terminal=is_terminal, color_system="standard")
    text = marked(f"The law of {MARK_START}likelihood of confusion{MARK_END} stands.", console)
    lines: list[Any] = list(text.wrap(console, 20))
    for line in lines:
        console.print(line)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert MARK_START not in printed
    assert MARK_END not in printed
    if is_terminal:
        assert printed.count("\x1b[1;33m") == 2
    else:
        assert "".join(printed.split()) == "Thelawof[likelihoodofconfusion]stands."
