"""Health: each planted break is reported on the first run after it, and quiet times are quiet."""

import importlib.util
import random
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from calm_paper import HOME, Page, Paper, Seen, now_and_then, three_a_week, working_days
from conftest import ROOT

from tradepress.archive.clock import utc_text
from tradepress.archive.health import (
    CHECKS,
    Finding,
    Surroundings,
    check_health,
    examine,
    history,
    pause_checks,
    shift,
    site_checks,
    story_checks,
    whole_checks,
)
from tradepress.jobs.health_report import MISCONFIGURED, UNREADABLE

LEAK = "Members of the Hallmark Circle read this briefing an hour before everybody else."
WALL = "Please sign in to read on. This briefing is open to members of the Hallmark Circle."


def no_body(page: Page, _: random.Random) -> Page:
    return replace(page, outcome="rejected", reason="no_body")


def no_date(page: Page, _: random.Random) -> Page:
    return replace(page, date=None)


def short(page: Page, _: random.Random) -> Page:
    return replace(page, body=page.body[:60])


def alike(page: Page, _: random.Random) -> Page:
    return replace(page, body=WALL)


def leaking(page: Page, _: random.Random) -> Page:
    return replace(page, body=f"{page.body[:300]}.\n\n{LEAK}\n\n{page.body[300:]}")


def unsure(page: Page, _: random.Random) -> Page:
    return replace(page, confidence=0.71)


def unreachable(page: Page, _: random.Random) -> Page:
    return replace(page, outcome="failed", reason="timeout")


def teased(page: Page, _: random.Random) -> Page:
    return replace(page, is_truncated=1)


def moved(page: Page, _: random.Random) -> Page:
    return replace(page, places=page.places.replace("div.story > div.text", "main > section"))


BREAKS: dict[str, tuple[Seen, str]] = {
    "unreadable": (no_body, "problem"),
    "date": (no_date, "problem"),
    "short": (short, "problem"),
    "alike": (alike, "problem"),
    "furniture": (leaking, "problem"),
    "confidence": (unsure, "warning"),
    "errors": (unreachable, "problem"),
    "teasers": (teased, "warning"),
}
PAPERS = {"working days": working_days, "three a week": three_a_week}


def checks(paper: Paper, **facts: Any) -> dict[str, Finding]:
    return {finding.check: finding for finding in check_health(paper.db, paper.now, **facts)}


@pytest.fixture(scope="module", params=PAPERS)
def rhythm(request: pytest.FixtureRequest) -> Any:
    return PAPERS[request.param]


@pytest.mark.parametrize("check", BREAKS)
def test_a_broken_layout_is_reported_the_same_day(rhythm: Any, check: str) -> None:
    paper = Paper(rhythm=rhythm)
    paper.live(61)
    assert checks(paper) == {}
    seen, level = BREAKS[check]
    paper.next_day(seen)
    assert checks(paper), "nothing at all on the first run"
    if check in ("alike", "furniture") and rhythm is three_a_week:
        paper.live(2, seen)  # on a Saturday two pages are read: that they share words is chance
    found = checks(paper)
    assert check in found
    assert found[check].level == level
    assert found[check].since is not None
    assert found[check].since >= utc_text(paper.now - timedelta(days=2, hours=1))
    assert "sources check signet" in found[check].step or check == "errors"


@pytest.mark.slow
@pytest.mark.parametrize("check", ["unreadable", "date", "short", "furniture"])
def test_a_break_that_nobody_mends_stays_reported_and_ends_when_it_is_mended(check: str) -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    seen, _ = BREAKS[check]
    since = set()
    for _ in range(10):
        paper.live(5, seen)
        since.add(checks(paper)[check].since)
    assert since == {utc_text(paper.now - timedelta(days=49, minutes=59))}
    paper.next_day()
    assert check not in checks(paper)


@pytest.mark.parametrize("check", ["unreadable", "date", "short", "confidence"])
def test_a_break_of_new_pages_alone_is_reported_within_two_days(check: str) -> None:
    """The paper's old pages keep their layout, and more of them are visited than new ones."""
    paper = Paper(rhythm=working_days)
    paper.live(63)
    seen, _ = BREAKS[check]
    newest = len(paper.stories)

    def seen_of_new(page: Page, random_: random.Random) -> Page:
        is_old = any(story.page == page for story in paper.stories[:newest])
        return page if is_old else seen(page, random_)

    paper.live(2, seen_of_new)
    assert check in checks(paper)


def test_of_sentences_in_as_many_bodies_the_first_is_named() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(61)
    notice = f"{WALL} {LEAK}"
    paper.next_day(lambda page, _: replace(page, body=f"{page.body}\n\n{notice}"))
    assert WALL.partition(".")[0] in checks(paper)["furniture"].what


def test_a_new_layout_is_told_by_two_or_three_stories(rhythm: Any) -> None:
    """By three, where fewer than a hundred stood elsewhere before."""
    paper = Paper(rhythm=rhythm)
    paper.live(61)
    first, since = len(paper.stories), ""
    while len(paper.stories) < first + (3 if rhythm is three_a_week else 2):
        paper.next_day(moved)
        since = since or utc_text(paper.now - timedelta(minutes=59)) * (len(paper.stories) > first)
    found = checks(paper)
    assert found.keys() == {"layout"}
    assert found["layout"].since == since
    assert "div.story > div.text is main > section" in found["layout"].figures
    assert f"signet-{10000 + len(paper.stories)}" in found["layout"].step


def test_a_new_layout_is_told_until_it_is_the_usual_one() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    told = []
    for _ in range(21):
        paper.next_day(moved)
        found = checks(paper)
        told.append(found.keys() <= {"layout"} and "layout" in found)
    assert told[0]
    assert not told[-1]
    assert told == sorted(told, reverse=True)


def test_some_stories_of_another_form_are_no_new_layout() -> None:
    paper = Paper(rhythm=working_days)
    for _ in range(120):
        paper.next_day(lambda page, lot: moved(page, lot) if lot.random() < 0.2 else page)
        assert "layout" not in checks(paper)


def test_stories_rewritten_by_the_paper_all_at_once_are_told() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    paper.next_day(rewrite=True)
    finding = checks(paper)["changed"]
    assert "`tradepress show signet-" in finding.step
    assert "--diff 1 2" in finding.step
    assert "our rules" not in finding.figures
    paper.db.execute("UPDATE version_rows SET extractor = 'tests 2' WHERE version > 1")
    assert checks(paper)["changed"].figures.endswith("; our rules were changed, too")


def test_stories_that_go_back_to_a_former_text_are_no_news() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    paper.live(3, leaking)
    assert "changed" in checks(paper)
    paper.next_day()
    assert checks(paper) == {}


def test_texts_that_may_be_kept_by_now_are_no_change_of_the_paper() -> None:
    """As after a night on which tdmrep.json could not be had."""
    paper = Paper(rhythm=working_days)
    paper.live(60, lambda page, _: replace(page, policy="metadata-only"))
    paper.live(3)
    assert checks(paper) == {}


def withheld(tdm: str) -> Seen:
    return lambda page, _: replace(page, policy="metadata-only", tdm=tdm)


def test_texts_that_are_kept_out_are_told_the_same_day_and_till_the_site_lets_them_in(
    rhythm: Any,
) -> None:
    paper = Paper(rhythm=rhythm)
    paper.live(61)
    paper.next_day(withheld("unknown"))
    found = checks(paper)["withheld"]
    assert (found.level, found.what) == ("problem", "no text may be kept of the stories read")
    assert "the site did not say whether it reserves text and data mining" in found.figures
    assert found.since == utc_text(paper.now - timedelta(minutes=59))
    assert "asked again at each visit" in found.step
    assert "withheld" not in checks(paper, policies={"signet": "metadata-only"})
    paper.live(2)
    assert "withheld" not in checks(paper)


def test_a_paper_that_reserves_all_from_the_first_is_told_until_the_operator_agrees() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(1, withheld("1"))
    first = checks(paper)["withheld"]
    assert (first.level, first.figures) == (
        "warning",
        "30 of 30: the publisher reserves text and data mining, "
        "tdm-reservation 1 (/.well-known/tdmrep.json)",
    )
    paper.live(40, withheld("1"))
    found = checks(paper)["withheld"]
    assert (found.since, found.step) == (first.since, first.step)
    assert 'policy = "metadata-only"' in found.step
    assert checks(paper, policies={"signet": "metadata-only"}) == {}
    assert checks(paper, policies={"other": "metadata-only"}) != {}


def test_a_paper_that_reserves_some_pages_is_not_told() -> None:
    paper = Paper(rhythm=working_days)

    def some(page: Page, _: random.Random) -> Page:
        is_reserved = len(page.body) % 2
        return replace(page, policy="metadata-only", tdm="1") if is_reserved else page

    for _ in range(60):
        paper.next_day(some)
        assert "withheld" not in checks(paper)


def test_metadata_alone_is_no_missing_body() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    paper.next_day(lambda page, _: replace(page, policy="metadata-only"))
    assert {"body", "short", "alike"}.isdisjoint(checks(paper))


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.02])
@pytest.mark.parametrize("rhythm", [working_days, three_a_week, now_and_then])
def test_quiet_times_alarm_nobody(rhythm: Any, noise: float) -> None:
    """A year with weekends, a quiet week in August, Easter and Christmas."""
    paper = Paper(rhythm=rhythm, noise=noise, seed=7)
    for day in range(365):
        is_quiet = day in range(81, 85) or day in range(217, 224) or day >= 354
        paper.next_day(publish=not is_quiet)
        if day % 3 == 0 or is_quiet:
            assert checks(paper) == {}, day


@pytest.mark.parametrize("reason", ["robots", "offsite"])
def test_stories_that_are_forbidden_or_lead_elsewhere_are_told_until_that_ends(reason: str) -> None:
    """Their listings may still be read: a log-in at another site, a robots.txt with a new line."""
    paper = Paper(rhythm=working_days)
    paper.live(60)
    for days in (1, 8):
        paper.live(days, lambda page, _: replace(page, outcome="rejected", reason=reason))
        found = checks(paper)
        assert list(found) == ["errors"]
        assert f"last run: {reason}" in found["errors"].figures
    paper.next_day()
    assert checks(paper) == {}


def edited(page: Page, random_: random.Random) -> Page:
    return replace(page, body=f"{page.body} Updated {random_.randint(1, 10**9)} times.")


@pytest.mark.slow
@pytest.mark.parametrize("seen", [no_date, short, unsure, teased, unreachable, edited])
def test_one_story_is_no_break_however_often_it_is_visited(seen: Seen) -> None:
    paper = Paper(rhythm=lambda day, _: int(day % 14 == 3))
    paper.live(129)
    newest = len(paper.stories)
    for _ in range(12):
        paper.next_day(
            lambda page, random_: (
                seen(page, random_)
                if page in [one.page for one in paper.stories[newest:]]
                else page
            )
        )
        assert checks(paper) == {}, paper.day


def test_a_source_that_is_skipped_is_not_silent() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(61)
    paper.live(30, lambda page, _: replace(page, outcome="rejected", reason="policy"))
    assert checks(paper) == {}


@pytest.mark.slow
@pytest.mark.parametrize("stories", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_a_monthly_is_never_silent(stories: int) -> None:
    paper = Paper(rhythm=lambda day, _: stories * (day % 31 == 3))
    for _ in range(200):
        paper.next_day()
        assert checks(paper) == {}, paper.day


@pytest.mark.parametrize("reason", ["login", "robots"])
def test_pages_that_never_were_stories_may_be_asked_again_after_half_a_year(reason: str) -> None:
    paper = Paper(rhythm=three_a_week)
    paper.next_day()
    at = paper.now - timedelta(minutes=30)
    ids = [paper.add_address(f"{HOME}/members/{number}") for number in range(4)]
    for url_id in ids:
        paper.add_fetch(1, at, "article", HOME, "rejected", reason, url_id=url_id)
    paper.live(179)
    paper.next_day(publish=False)
    last = paper.db.execute("SELECT max(id) FROM runs").fetchone()[0]
    paper.db.execute("DELETE FROM fetches WHERE run_id = ? AND kind = 'article'", [last])
    for url_id in ids:
        paper.add_fetch(last, paper.now, "article", HOME, "rejected", reason, url_id=url_id)
    assert checks(paper) == {}


# The site, the runs, the archive


def test_a_site_that_is_down_for_a_day_is_reported_and_over_the_next() -> None:
    paper = Paper(rhythm=three_a_week)
    paper.live(60)
    paper.next_day(listing="failed", reason="timeout")
    found = checks(paper)
    assert list(found) == ["seeds"]
    assert found["seeds"].level == "problem"
    assert "timeout" in found["seeds"].figures
    paper.next_day()
    assert checks(paper) == {}


def test_a_site_that_is_down_is_reported_without_a_history() -> None:
    paper = Paper(rhythm=three_a_week)
    paper.next_day(listing="failed", reason="http_503")
    assert list(checks(paper)) == ["seeds"]


def test_one_listing_that_fails_once_alarms_nobody_and_one_that_fails_twice_does() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    for expected in ([], ["seed lost"]):
        paper.next_day()
        last = "(SELECT max(run_id) FROM fetches)"
        paper.db.execute(
            "UPDATE fetches SET outcome = 'failed', reason = 'timeout', found = NULL "
            f"WHERE kind = 'section' AND url LIKE '%domains/' AND run_id = {last}"
        )
        assert list(checks(paper)) == expected


def test_a_section_that_is_gone_for_good_is_reported_at_once() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    paper.next_day()
    paper.db.execute(
        "UPDATE fetches SET outcome = 'rejected', reason = 'http_404', found = NULL "
        "WHERE id = (SELECT max(id) FROM fetches WHERE kind = 'section')"
    )
    finding = checks(paper)["seed lost"]
    assert f"{HOME}/domains/" in finding.what
    assert finding.level == "warning"


@pytest.mark.parametrize("days", [1, 60])
def test_listings_without_a_story_are_reported_at_once(days: int) -> None:
    paper = Paper(rhythm=three_a_week)
    paper.live(days)
    paper.live(2, found=0)
    found = checks(paper)["seeds"]
    assert "article_url" in found.step
    assert found.since == utc_text(paper.now - timedelta(days=1, minutes=59))


def test_a_listing_that_keeps_only_a_box_of_links_is_reported() -> None:
    paper = Paper(rhythm=three_a_week)
    paper.live(60)
    paper.next_day(found=3)
    (finding,) = check_health(paper.db, paper.now)
    assert finding.check == "seed empty"
    assert (
        finding.what == f"the section {HOME}/domains/ leads to far fewer stories (1 more like it)"
    )
    assert finding.figures.endswith("before 12 or more")


def test_what_a_feed_lists_and_article_url_refuses_is_told_until_it_is_read_without() -> None:
    paper = Paper(rhythm=three_a_week, sections=(f"{HOME}/rss",))

    def note(refused: int | None) -> None:
        last = "(SELECT max(id) FROM fetches WHERE kind = 'section')"
        paper.db.execute(f"UPDATE fetches SET refused = ? WHERE id = {last}", [refused])

    for refused in (0, 1, None, 2):
        paper.next_day(found=12)
        note(refused)
        told = checks(paper).get("refused")
        assert (told is None) == (refused == 0)
    assert told is not None
    assert told.what == f"article_url refuses entries of the feed {HOME}/rss"
    assert told.figures == "2 of 14"
    assert told.since == utc_text(paper.now - timedelta(days=2, minutes=59))
    paper.next_day(listing="unchanged", found=None)
    assert "refused" in checks(paper)
    paper.next_day(found=14)
    note(0)
    assert "refused" not in checks(paper)


def test_a_host_that_turns_us_away_is_one_problem() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    paper.next_day(listing="deferred", reason="host_paused")
    paper.db["hosts"].insert(
        {
            "host": "signetgazette.example",
            "paused_until": utc_text(paper.now + timedelta(hours=20)),
            "reason": "http_403",
            "blocks": 1,
            "blocked_at": utc_text(paper.now),
        }
    )
    found = checks(paper)
    assert list(found) == ["blocked"]
    assert "http_403" in found["blocked"].figures


def test_a_host_that_is_merely_busy_is_no_finding() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    until = utc_text(paper.now + timedelta(minutes=50))
    paper.db["hosts"].insert({"host": "signetgazette.example", "paused_until": until})
    assert checks(paper) == {}


def test_a_changed_robots_txt_is_news_for_a_day() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    file = {"origin": HOME, "path": "/robots.txt", "status": 200, "last_seen": utc_text(paper.now)}
    old = {**file, "last_seen": utc_text(paper.now - timedelta(days=1))}
    rows = [
        {**old, "digest": "a", "body": "", "first_seen": utc_text(paper.now - timedelta(days=60))},
        {**file, "digest": "b", "body": "", "first_seen": utc_text(paper.now)},
    ]
    paper.db["site_files"].insert(rows[0])
    assert checks(paper) == {}
    paper.db["site_files"].insert(rows[1])
    assert f"{HOME}/robots.txt" in checks(paper)["site file"].what
    paper.live(1)
    assert checks(paper) == {}
    blocked = {**file, "status": 403, "digest": "c", "body": "", "first_seen": utc_text(paper.now)}
    paper.db["site_files"].insert({**blocked, "last_seen": utc_text(paper.now)})
    assert checks(paper) == {}
    paper.live(1)
    back = {**rows[0], "first_seen": utc_text(paper.now), "last_seen": utc_text(paper.now)}
    paper.db["site_files"].insert(back)
    assert checks(paper) == {}


def test_stories_that_no_crawl_asks_for_any_more_are_told() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    for number in range(12):
        facts = {"state": "done", "outcome": "stored", "article_id": 1}
        url = f"{HOME}/old-{number}"
        row = {"source": "signet", "url": url, "url_key": url, "found_at": utc_text(paper.now)}
        paper.db["urls"].insert({**row, **facts, "reason": None if number else "gone"})
    assert checks(paper) == {}  # the next crawl says when
    paper.live(1)
    (found,) = checks(paper).values()
    assert (found.check, found.level, found.figures) == ("no visit", "warning", "11")
    assert "`tradepress crawl signet` takes them up" in found.step


@pytest.mark.parametrize(("rhythm", "longest"), [(working_days, 11), (three_a_week, 11)])
def test_silence_is_told_when_it_is_unusually_long(rhythm: Any, longest: int) -> None:
    paper = Paper(rhythm=rhythm)
    paper.live(61)
    silent = 0
    last = max(story.found for story in paper.stories)
    while paper.day - last <= longest:
        assert checks(paper) == {}, paper.day - last
        paper.next_day(publish=False)
        silent += 1
    assert silent > 7
    found = checks(paper)["silence"]
    assert found.level == "warning"
    assert found.figures.startswith(f"{longest + 1} days; its usual longest pause is 3 days")


def test_the_rhythm_is_not_judged_within_the_first_four_weeks() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(5)
    paper.live(20, publish=False)
    assert checks(paper) == {}
    _, (state,) = examine(paper.db, paper.now)
    assert state.learning_day == 25


def test_a_crawl_that_no_longer_runs_is_reported() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    assert check_health(paper.db, paper.now + timedelta(days=1, hours=20)) == []
    (finding,) = check_health(paper.db, paper.now + timedelta(days=2, hours=1))
    assert (finding.check, finding.level) == ("late", "problem")
    assert "schedule show" in finding.step
    (finding,) = check_health(paper.db, paper.now + timedelta(days=200))
    assert finding.check == "late"


def test_a_crawl_on_working_days_alone_is_not_late_on_sunday() -> None:
    paper = Paper(rhythm=working_days)
    for day in range(60):
        paper.next_day(crawl=day % 7 < 5)
    paper.live(5)
    assert check_health(paper.db, paper.now + timedelta(days=3)) == []


def test_a_crawl_that_its_deadline_ends_night_by_night_stays_a_warning() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(3, state="interrupted")
    assert checks(paper)["run"].level == "problem"
    paper.db.execute("UPDATE runs SET stopped_by = 'deadline'")
    assert checks(paper)["run"].level == "warning"


def test_a_source_tried_out_in_one_afternoon_is_not_late_before_its_weekly_timer() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(3)
    minutes = [utc_text(paper.now - timedelta(minutes=minute)) for minute in (30, 20, 10)]
    for run, started in enumerate(minutes, 1):
        paper.db.execute("UPDATE runs SET started = ? WHERE id = ?", [started, run])
    assert check_health(paper.db, paper.now + timedelta(days=6)) == []


def test_a_killed_run_is_a_warning_two_are_a_problem_and_a_good_one_ends_it() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)
    paper.next_day(state="running")
    going_on = Surroundings(newest_backup=paper.now, room=None, is_being_written=True)
    assert checks(paper, surroundings=going_on) == {}
    assert checks(paper)["run"].level == "warning"
    paper.db.execute("UPDATE runs SET state = 'interrupted' WHERE state = 'running'")
    paper.next_day(state="interrupted")
    assert checks(paper)["run"].level == "problem"
    paper.next_day()
    assert checks(paper) == {}


def test_a_source_that_waits_after_its_trial_is_left_alone_unless_it_is_asked_for() -> None:
    paper = Paper(rhythm=three_a_week)
    paper.live(3, listing="failed", reason="timeout")
    paper.db.execute("UPDATE sources SET verified = NULL")
    assert checks(paper) == {}
    asked = check_health(paper.db, paper.now, sources=["signet", "makers"])
    assert [(finding.source, finding.check) for finding in asked] == [
        ("signet", "not crawled"),
        ("makers", "not crawled"),
    ]


def test_backups_are_asked_for_after_a_week_and_get_old_after_another() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(6)

    def found(age: timedelta | None) -> list[str]:
        newest = None if age is None else paper.now - age
        return list(
            checks(
                paper,
                surroundings=Surroundings(newest_backup=newest, room=None, is_being_written=False),
            )
        )

    assert found(None) == []
    paper.live(2)
    assert found(None) == ["backup"]
    assert found(timedelta(days=7)) == []
    assert found(timedelta(days=9)) == ["backup"]


def test_the_days_until_the_disk_is_full_are_counted() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(60)

    def disk(room: int) -> Finding | None:
        around = Surroundings(newest_backup=paper.now, room=room, is_being_written=False)
        return checks(paper, surroundings=around).get("disk")

    size = paper.db.execute(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ).fetchone()[0]
    assert disk(100 * size) is None
    soon = disk(size // 2)
    assert soon is not None
    assert soon.level == "warning"
    full = disk(-5_000_000)
    assert full is not None
    assert (full.level, full.figures) == ("problem", "5 MB short")


def test_rows_in_quarantine_are_reported() -> None:
    paper = Paper(rhythm=working_days)
    paper.live(30)
    paper.db["quarantine"].insert(
        {"url": f"{HOME}/x", "at": utc_text(paper.now), "error": "no", "article": "{}"}
    )
    assert checks(paper)["quarantine"].figures == "1 in the table quarantine"


DOCUMENT = (ROOT / "docs" / "operator" / "health.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def table() -> ModuleType:
    """The script that writes the table of checks."""
    spec = importlib.util.spec_from_file_location("docs_checks", ROOT / "tools" / "checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_checks_is_that_of_the_code(table: ModuleType) -> None:
    assert table.with_table(DOCUMENT) == DOCUMENT, "run `make docs`"


def test_the_documented_thresholds_are_those_of_the_code() -> None:
    words = " ".join(DOCUMENT.split())
    for phrase in (
        f"*learning* for {history.LEARNING.days} days",
        f"there are {shift.FEWEST_FORMER} stories or visits",
        f"its own last {history.WINDOW.days} days",
        f"at least {shift.FEWEST_BAD}, and at least a third",
        f"less often than once in {1 / shift.UNLIKELY:,.0f}",
        f"{site_checks.FAILED_TWICE} times in a row",
        f"after {site_checks.FEWEST_LISTINGS} readings",
        f"a sitemap only after {site_checks.QUIET_SITEMAP.days} days",
        f"all of {shift.FEWEST_ALONE} or more",
        f"share {story_checks.ALIKE:.0%} of".replace("%", " %"),
        f"one sentence ({story_checks.LONG_SENTENCE} words or more) in "
        f"{story_checks.FEWEST_ALIKE} bodies",
        f"more than {site_checks.LONG_PAUSE.seconds // 3600} hours",
        f"for {site_checks.ROBOTS_NEWS.days * 24} hours; not if it changed more than "
        f"{site_checks.MOST_ROBOTS_VERSIONS} times",
        f"{pause_checks.SILENCE} times the usual longest pause and "
        f"{pause_checks.LEAST_SILENCE} days; where fewer than {pause_checks.FEWEST_PAUSES} pauses "
        f"are known, {pause_checks.UNKNOWN_SILENCE} days",
        f"more than {pause_checks.LATE} times the usual longest interval and "
        f"{pause_checks.LEAST_LATE.total_seconds() / 3600:.0f} hours",
        f"none {whole_checks.FIRST_BACKUP.days} days after the first run, or the newest is older "
        f"than {whole_checks.OLD_BACKUP.days} days",
        f"less than {whole_checks.FULL_SOON} days at the rate of the last four weeks; less than "
        f"{whole_checks.FULL_NOW}",
        f"under {story_checks.LESS_SURE:.0%} of the usual one".replace("%", " %"),
        f"what {shift.USUAL:.0%} of".replace("%", " %"),
    ):
        assert phrase in words, phrase


def test_every_check_is_documented() -> None:
    named = {check.name for check in (*CHECKS, MISCONFIGURED, UNREADABLE)}
    assert len(named) == len(CHECKS) + 2 == 39
    for check in named:
        assert f"| `{check}` | " in DOCUMENT, check


def test_a_check_gives_way_to_those_before_it_alone() -> None:
    names = [check.name for check in CHECKS]
    for at, check in enumerate(CHECKS):
        assert set(check.unless) <= set(names[:at]), check.name
