"""Months in the life of an archive: nightly crawls, quiet days, and what breaks on the way.

120 nights, in which everything happens once; ``--nights 365`` is a year.
"""

import datetime as dt
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import preloaded
import pytest
from conftest import ROOT
from living_papers import LEAK, Trouble
from simulated_year import SILENCES, START, TROUBLES

from tradepress.archive.care.verify import verify
from tradepress.archive.read_only import read_archive
from tradepress.sample.manifest import load_manifest

# The suite's own limit would end a year on a busy machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
TOLD_BY: dict[Trouble, set[str]] = {
    "redesigned": {"unreadable"},
    "down": {"seeds"},
    "blocked": {"blocked"},
    "leaking": {"furniture"},
    "unlisted": {"seeds", "seed empty"},
    # A robots.txt that was known before is no news; that it forbids the lists is told as well.
    "forbidden": {"site file", "seed lost"},
    "unsaid": {"withheld"},
    "drifting": {"refused"},
    "redated": {"redated", "changed"},  # two stories may be the paper’s own doing
    "login": {"unreadable"},
}
"""What is wrong with a paper's site, and the checks of which one must tell it; nothing is wrong
where a site has a page for every path ("never 404")."""
FOLLOWS = {"site file": 8, "changed": 4}
"""Checks that go on telling a change for some days, and how many."""
Year = tuple[list[dict[str, Any]], dict[str, Any], Path]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Year:
    """What was told of each day, what stood at the end, and the archive."""
    folder = tmp_path_factory.mktemp("year")
    nights = request.config.getoption("nights")
    result = preloaded.run(
        [ROOT / "tests" / "simulated_year.py", "archive.db", str(nights)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=1700,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert result.stderr == ""
    *days, end = map(json.loads, result.stdout.splitlines())
    assert len(days) == nights
    return days, end, folder / "archive.db"


def found(day: dict[str, Any], source: str) -> set[str]:
    """Names what was found but "cost": that is CPU time, which is the machine's as well."""
    found = {one["check"] for one in day["findings"] if one["source"] in (source, None)}
    return found - {"cost"}


def test_nothing_is_said_of_what_nobody_changed(year: Year) -> None:
    days, _, archive = year
    found = verify(archive, history=True)
    assert found.findings == []
    with read_archive(archive) as db:
        (roots,) = db.execute("SELECT count(*) FROM log_roots WHERE event = 'run'").fetchone()
        (runs,) = db.execute("SELECT count(*) FROM runs").fetchone()
    assert roots == runs >= len(days)


def test_no_story_is_lost_or_kept_twice(year: Year) -> None:
    days, end, archive = year
    stories = end["stories"]
    assert sum(len(day["new"]) for day in days) > len(days)
    assert all(sum(len(day[what]) for day in days) >= 3 for what in ("corrected", "moved", "gone"))
    db = read_archive(archive)
    kept = {row["ref"]: row for row in db.query("SELECT * FROM articles WHERE source <> 'sapling'")}
    bodies: dict[str, list[str]] = {}
    for row in db.query(
        "SELECT ref, versions.body FROM versions JOIN articles ON articles.id = article_id"
    ):
        bodies.setdefault(row["ref"], []).append(row["body"])
    db.close()
    sample = {one["ref"]: one for one in load_manifest()["stories"] if not one["disallowed"]}
    assert sorted(kept) == sorted([*sample, *(story["ref"] for story in stories)])
    for ref, entry in sample.items():
        body = kept[ref]["body"].replace(f"{LEAK}\n\n", "")
        assert hashlib.sha256(body.encode()).hexdigest() == entry["sha256"], ref
    for story in stories:
        row = kept[story["ref"]]
        assert row["headline"] == story["headline"]
        # Some pages show a sentence above the text, which is the body's first paragraph.
        whole = {story["body"], f"{story['lead']}\n\n{story['body']}"}
        assert whole & set(bodies[story["ref"]])
        # What leaked stands there until the story is visited again.
        assert row["body"].replace(f"{LEAK}\n\n", "") in whole
        assert (row["gone_at"] is not None) == story["is_gone"]
        assert bool(json.loads(row["corrections"])) >= story["is_corrected"]


def test_addresses_that_grow_and_drift_lose_no_story(year: Year) -> None:
    """Numbers pass 99 and 999, and from a day on one story in ten has another form: the evening's
    check mends that for good."""
    _, end, archive = year
    db = read_archive(archive)
    rows = db.query("SELECT url, version FROM articles WHERE source = 'sapling'")
    kept = {row["url"]: row["version"] for row in rows}
    db.close()
    assert {url for url in kept if "?p=1" in url and len(url.partition("=")[2]) == 4}
    assert sum("/analysis/" in url for url in kept) > 3
    assert sorted(kept) == sorted(end["sapling"])
    assert set(kept.values()) == {1}


def test_every_day_ends_with_sums_that_add_up(year: Year) -> None:
    days, _, _ = year
    outcomes = ("stored", "unchanged", "duplicate", "rejected", "failed", "deferred")
    for day in days:
        sums = day["sums"]
        assert sums["urls"] == sum(sums[outcome] for outcome in outcomes), day["day"]
        expected = "failed" if "down" in TROUBLES.get(at(day), {}).values() else "done"
        assert sums["state"] == expected, day["day"]


def test_each_break_is_told_on_its_day_and_quiet_days_are_quiet(year: Year) -> None:
    days, _, _ = year
    told_until: dict[tuple[str, str], dt.date] = {}
    for day in days:
        here = TROUBLES.get(at(day), {})
        for source in ("signet", "makers", "sapling"):
            checks = found(day, source)
            trouble = here.get(source)
            if trouble in TOLD_BY:
                assert checks & TOLD_BY[trouble], (day["day"], trouble, checks)
                for check, further in FOLLOWS.items():
                    told_until[source, check] = at(day) + dt.timedelta(further)
            elif any(is_within(at(day), silence, further=1) for silence in SILENCES):
                assert checks <= {"silence"}, (day["day"], checks)
            else:
                late = {
                    check for check in checks if at(day) <= told_until.get((source, check), START)
                }
                assert checks == late, (day["day"], source, checks)
    for silence in SILENCES:
        told = [found(day, "signet") for day in days if is_within(at(day), silence)]
        assert any("silence" in checks for checks in told) or len(told) < len(silence)
    assert any("silence" in found(day, "signet") for day in days)


def test_a_page_for_every_path_costs_no_text_and_an_unsaid_reservation_all(year: Year) -> None:
    days, _, archive = year
    lived = {at(day): TROUBLES.get(at(day), {}).get("makers") for day in days}
    db = read_archive(archive)
    stored = [
        (lived[dt.date.fromisoformat(day)], policy, bool(body))
        for day, policy, body in db.execute(
            "SELECT substr(v.date_archived, 1, 10), v.policy, v.body FROM versions AS v "
            "JOIN articles ON articles.id = v.article_id WHERE source = 'makers'"
        ).fetchall()
    ]
    (without,) = db.execute("SELECT count(*) FROM articles WHERE policy <> 'store'").fetchone()
    asked = db.execute(
        "SELECT DISTINCT outcome FROM fetches WHERE kind = 'tdmrep' AND reason LIKE '%path%'"
    ).fetchall()
    db.close()
    assert {one[1:] for one in stored if one[0] == "never 404"} == {("store", True)}
    assert {one[1:] for one in stored if one[0] == "unsaid"} == {("metadata-only", False)}
    assert without == 0  # each got its text when the site had spoken again
    assert asked == [("read",)]


def test_a_broken_layout_leaves_what_is_kept_as_it_was(year: Year) -> None:
    _, _, archive = year
    broken = [day for day, here in TROUBLES.items() if "redesigned" in here.values()]
    db = read_archive(archive)
    shorter = db.execute(
        """
        SELECT ref, v.version FROM versions AS v JOIN articles ON articles.id = v.article_id
        WHERE source = 'signet' AND v.version > 1
            AND substr(v.date_archived, 1, 10) IN (SELECT value FROM json_each(?))
        AND length(v.body) < (SELECT length(body) FROM versions AS former
            WHERE former.article_id = v.article_id AND former.version = v.version - 1)
        """,
        [json.dumps([day.isoformat() for day in broken])],
    ).fetchall()
    db.close()
    assert shorter == []


def is_within(day: dt.date, days: list[dt.date], *, further: int = 0) -> bool:
    return days[0] <= day <= days[-1] + dt.timedelta(further)


def at(day: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(day["day"])
