"""What is said when a crawl has ended, in the words that `tradepress runs` has for it."""

from collections import Counter

import pytest

from tradepress.archive.ledger.outcomes import OUTCOMES, Outcome, RunState
from tradepress.archive.ledger.run_report import RunSums
from tradepress.commands.crawl_summary import print_sums, print_trial, trial_warnings
from tradepress.crawling.source_report import SourceReport


def test_sums_say_why_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    print_sums(
        RunSums(
            id=1,
            state=RunState.DONE,
            exit_code=0,
            reason=None,
            urls=8,
            outcomes={**dict.fromkeys(OUTCOMES, 0), Outcome.STORED: 2, Outcome.REJECTED: 6},
            reasons={(Outcome.REJECTED, "login"): 1, (Outcome.REJECTED, "robots"): 5},
            by_source={},
            new_versions=2,
        )
    )
    assert capsys.readouterr().out.splitlines() == [
        "  stored        2   new version of a known story: 2",
        "  unchanged     0",
        "  duplicate     0",
        "  rejected      6   robots.txt forbids it: 5",
        "                    the page asks for a login: 1",
        "  failed        0",
        "  deferred      0",
    ]


def test_a_trial_without_a_story_says_why_in_words() -> None:
    report = SourceReport(
        source="signet",
        matching={"http://signet.example/1": None},
        rejections=Counter(robots=1),
        failures=Counter(http_503=2),
    )
    words = "no story could be read (the site is busy (HTTP 503): 2; robots.txt forbids it: 1)."
    assert words in trial_warnings(report)


def test_one_story_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    report = SourceReport(
        source="signet", matching={"http://signet.example/1": None}, others=Counter(home=1), read=1
    )
    print_trial(report)
    told = capsys.readouterr().out
    for words in ("  1 link has the form of a story\n", "  1 other link; ", "  1 story read\n"):
        assert words in told
