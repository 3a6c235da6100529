"""What people type by habit of other systems is told; what texts have finds itself."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from archive_rows import PAPER, find, open_writer, save, story
from sqlite_utils import Database

from tradepress.archive.errors import QueryError
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.other_habits import HABITS, IN_A_PHRASE, Habit
from tradepress.archive.search.query_language import parse_query, remarks

REFUSED = [
    ("lantern!", "lantern! (character 1) is a sign of Lexis and Westlaw: write lantern*"),
    ("oil headline:lantern!", "write headline:lantern*"),
    ("Yahoo!", 'the word itself is "Yahoo!"'),
    ("court /s mark", "/s (character 7) is a sign of Lexis and Westlaw: write court NEAR/25 mark"),
    ('court +s "bad faith"', 'write court NEAR/25 "bad faith"'),
    ("court /p (mark OR sign)", "write court NEAR/75 (mark OR sign)"),
    ("court w/5 mark", "write court NEAR/5 mark"),
    ("court W/05 mark", "write court NEAR/5 mark"),
    ("court n/5 mark", "write court NEAR/5 mark"),
    ("court near/5 mark", "write court NEAR/5 mark"),
    ("court NEAR5 mark", "write court NEAR/5 mark"),
    ("court /5 mark", "write court NEAR/5 mark"),
    ("/5 mark", "write lamp NEAR/5 mark"),
    ("court pre/3 mark", "write court NEAR/3 mark, in either order"),
    ("court ADJ3 mark", "write court NEAR/3 mark"),
    ("court ADJ mark", "write court NEAR/0 mark"),
    ("lamp AROUND(5) oil", "write lamp NEAR/5 oil"),
    ('"lamp oil wax"~5', "write lamp NEAR/5 oil AND oil NEAR/5 wax"),
    ("lamp * oil", "write lamp NEAR/5 oil"),
    ("HEADLINE(lamp oil)", "write headline:(lamp oil)"),
    ("hl=lamp", "write headline:lamp"),
    ("TI=(lamp)", "write headline:(lamp)"),
    ("-intitle:lamp", "write headline:lamp"),
    ('allintitle:"lamp oil"', 'write headline:"lamp oil"'),
    ("au:holm", "write author:holm"),
    ("atleast3(lamp)", "how often a word stands there can't be asked"),
    ("site:paper.example lamp", "chosen by the filter source"),
    ("-inurl:lamp", "chosen by the filter source"),
    ("lamp date:2015", "days are chosen by the filters since and until"),
    ("date=2015", "days are chosen by the filters since and until"),
    ("DATE(AFT 2015)", "days are chosen by the filters since and until"),
    ("lamp 2015..2018", "days are chosen by the filters since and until"),
    ("[2015 TO 2018]", "days are chosen by the filters since and until"),
    ("su:lamp", "write lamp: no list of subjects"),
    ("kw=lamp", "write lamp: no list of subjects"),
    ("TITLE-ABS-KEY(lamp)", "TITLE-ABS-KEY (character 1) is a sign of Scopus: write (lamp)"),
    ("filetype:pdf", "leave it out"),
    ("lamp[ti]", "write headline:lamp"),
    ("lamp.ti.", "write headline:lamp"),
    ("lamp[Title/Abstract]", "write lamp, which is looked for in all fields"),
    ("domain BUT NOT panel", "write domain NOT panel"),
    ("domain % panel", "% (character 8) is a sign of Westlaw: write domain NOT panel"),
    ("!panel", "write -panel"),
    ("+lamp +oil", "write lamp: all words"),
    ("wom?n", "write wom*, or each spelling, as in (woman OR women)"),
    ("oil colo?r?", "write colo*"),
    ("wom#n", "write wom*"),
    ("lamp#", "write lamp*"),
    ("lamp$", "write lamp*"),
    ("lamp%", "write lamp*"),
    ("lamp~", "write lamp: other spellings"),
    ("lamp~0.8", "write lamp: other spellings"),
    ("~lamp", "write lamp: the switch variants"),
    ("lamp^3", "write lamp: no word counts more"),
    ('"trade mark*"', 'write "trade mark"*'),
    ('"trade * law"', "write trade NEAR/1 law"),
    ("（lantern!）", "lantern! (character 2) is a sign of Lexis"),
]
TOLD = [
    ("domain not panel", "write domain NOT panel"),
    ("lamp Or oil", "write lamp OR oil"),
    ("lamp  and  oil", "write lamp AND oil"),
    ("lamp near oil", "write lamp NEAR/5 oil"),
    ("court +3 mark", "write court NEAR/3 mark"),
    ("court N5 mark", "write court NEAR/5 mark"),
    ("lamp SAME oil", "write lamp NEAR/75 oil"),
    ("lamp | oil", "write lamp OR oil"),
    ("lamp||oil", "write lamp OR oil"),
    ("TI lamp", "write headline:lamp"),
    ("lamp? oil", "write lamp*"),
    ("'lamp oil'", 'write "lamp oil"'),
    ("«lamp oil»", 'write "lamp oil"'),
]
PLAIN = (
    *("not", "or", "not guilty", "and/or", "w/o", "S/S", "US", "U.S.", "US$ 5", "50 % of", "50%"),
    *("R&D", "H&M", "Marks & Spencer", "C++", "C#", ".com", "§ 43(a)", "headline(s)", "author(s)"),
    *("10:30", "re:", "C-449/18", "No. 91/2019", "~50", "+44", "10^6", "Disney+", "#lamp", "& Co"),
    *("rock 'n' roll", "kids' toys", "'lamp'", "l'huile d'or", "https://press.example/a?b=1"),
    *('"lantern!"', '"court /s mark"', '"wom?n"', '"domain not panel"', '"title:lamp"', '"|"a'),
    *("2015-2018", "1...", "[sic]", "title: lamp", "lamp / oil", "hide-title:x"),
)

# Each text with what is looked for in it; a search by the letters is the truth.
TEXTS = {
    1: "A licence for C++ was bought",
    2: "The U.S. court heard of it",
    3: "Money for R&D at home",
    4: "AT&T owns the sign",
    5: "He sold lamp.com to her",
    6: "Under § 43(a) nobody is free",
    7: "Goods in Class 25 alone",
    8: "It is No. 91/2019 of the list",
    9: "Only 50% of them, or 50 % of us",
    10: "An H&M shop, a M&A firm, and/or a S/S line, w/o delay",
    11: "Decoys: R and D, AT the T, 43 (b), Class 26, No. 91/2018, H or M, or and, C-449/18, c",
    12: "A shop of Marks & Spencer; Yahoo! bought wom?n",
}
THEMSELVES = (
    *(
        "C++",
        '"C++ was bought"',
        "U.S.",
        "R&D",
        "AT&T",
        ".com",
        "lamp.com",
        "§ 43(a)",
        "§43(a)",
        "Class 25",
    ),
    *("No. 91/2019", "91/2019", "50%", "50 %", "H&M", "M&A", "and/or", "S/S", "w/o"),
    *("Marks & Spencer", '"Yahoo!"', '"wom?n"'),
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("habits") / "archive.db"
    with open_writer(path, command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", [], "0")
        for number, body in TEXTS.items():
            save(writer, story(number, headline=f"Story {number}", body=f"{body}."))
        writer.end_run("done", 0)
    with closing(read_archive(path)) as db:
        yield db


@pytest.mark.parametrize("typed", THEMSELVES)
def test_what_texts_have_finds_itself(texts: Database, typed: str) -> None:
    letters = re.escape(typed.strip('"').replace(" ", "")).lower()
    truth = {
        f"signet-{number}"
        for number, body in TEXTS.items()
        if re.search(letters, body.replace(" ", "").lower())
    }
    assert truth
    assert {hit.ref for hit in find(texts, typed, fold=False)} == truth
    assert remarks(typed) == []


@pytest.mark.parametrize("habit", [*HABITS, *IN_A_PHRASE], ids=lambda habit: habit.typed)
def test_every_habit_is_answered(habit: Habit) -> None:
    if habit.taken == "refused":
        with pytest.raises(QueryError, match=re.escape(f"is a sign of {habit.of}: ")):
            parse_query(habit.typed)
        assert remarks(habit.typed) == []
    elif habit.taken == "told":
        (told,) = remarks(habit.typed)
        assert f"stands for itself; for what it is in {habit.of}, write " in told
    else:
        assert parse_query(habit.typed) == parse_query(habit.answer)
        assert remarks(habit.typed) == []


@pytest.mark.parametrize(("typed", "words"), REFUSED)
def test_what_can_mean_nothing_here_is_refused_with_our_form(typed: str, words: str) -> None:
    with pytest.raises(QueryError, match=re.escape(words)):
        parse_query(typed)


@pytest.mark.parametrize(("typed", "words"), TOLD)
def test_what_texts_have_too_is_searched_for_and_told(typed: str, words: str) -> None:
    assert parse_query(typed)
    assert [one for one in remarks(typed) if words in one] == remarks(typed) != []


@pytest.mark.parametrize("typed", PLAIN)
def test_what_has_a_plain_meaning_is_no_habit(typed: str) -> None:
    assert parse_query(typed)
    assert remarks(typed) == []


@pytest.mark.parametrize("typed", [typed for typed, _ in REFUSED])
def test_the_form_that_is_told_can_be_read(typed: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(typed)
    told = re.search(
        r": write (.*?)(?:, in either|, which|, or each|: |; the word|$)", str(refused.value)
    )
    assert told is None or parse_query(told[1])


def test_what_is_refused_is_told_alone() -> None:
    assert remarks("lamp not lantern!") == []
