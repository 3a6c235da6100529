"""Which backups stay: of days, weeks and months, whatever pauses there were."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from tradepress.archive.care.rotation import DAILY, MONTHLY, WEEKLY, is_clock_doubtful, kept

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ats(texts: Iterable[str]) -> set[datetime]:
    return {at(text) for text in texts}


def test_few_backups_are_all_kept() -> None:
    assert kept([]) == set()
    days = [NOON - timedelta(days=number) for number in range(DAILY)]
    assert kept(days) == set(days)


def test_a_year_of_days() -> None:
    days = [at("2026-12-31T03:00") - timedelta(days=number) for number in range(730)]
    assert kept(days) == ats(
        [
            *(f"2026-12-{day}T03:00" for day in range(25, 32)),  # daily
            "2026-12-27T03:00",  # weekly: Sundays, and this week's newest
            "2026-12-20T03:00",
            "2026-12-13T03:00",
            "2026-11-30T03:00",  # monthly: ends of months
            "2026-10-31T03:00",
            "2026-09-30T03:00",
            "2026-08-31T03:00",
            "2026-07-31T03:00",
            "2026-06-30T03:00",
            "2026-05-31T03:00",
            "2026-04-30T03:00",
            "2026-03-31T03:00",
            "2026-02-28T03:00",
            "2026-01-31T03:00",
        ]
    )


@pytest.mark.parametrize(
    ("newest", "month_ends"),
    [
        ("2024-03-01T00:00", ["2024-02-29T00:00", "2024-01-31T00:00", "2023-12-31T00:00"]),
        ("2023-03-01T23:59", ["2023-02-28T23:59", "2023-01-31T23:59", "2022-12-31T23:59"]),
        ("2025-01-01T12:00", ["2024-12-31T12:00", "2024-11-30T12:00", "2024-02-29T12:00"]),
    ],
)
def test_the_last_day_of_a_month_is_its_monthly_one(newest: str, month_ends: list[str]) -> None:
    days = [at(newest) - timedelta(days=number) for number in range(400)]
    assert ats(month_ends) <= kept(days)


def test_all_of_the_last_days_are_kept_and_the_newest_of_a_former_one() -> None:
    days = [at("2026-11-24T23:00") - timedelta(days=number) for number in range(9)]
    every = {day - timedelta(hours=number) for day in days for number in range(3)}
    held = kept(every)
    assert {moment for moment in every if moment >= at("2026-11-18T00:00")} <= held
    assert at("2026-11-17T23:00") not in held  # neither of its week nor of its month the newest
    assert [moment for moment in held if moment < at("2026-11-17T00:00")] == []


@pytest.mark.parametrize(
    ("moments", "now", "is_doubtful"),
    [
        ([], "2026-11-24T23:00", False),
        (["2026-11-23T23:00", "2026-11-24T23:00"], "2026-11-24T23:00", False),
        (["2025-12-01T23:00"], "2026-11-24T23:00", False),  # a long pause
        (["2026-11-25T11:00"], "2026-11-24T23:00", False),  # set right by some hours
        (["2026-11-24T23:00", "2031-01-01T00:00"], "2026-11-25T23:00", True),
        (["2026-11-24T23:00"], "2031-01-01T00:00", True),
        (["2026-11-24T23:00", "2031-01-01T00:00"], "2031-01-02T00:00", True),
        (["1970-01-01T00:00", "2026-11-24T23:00"], "2026-11-25T23:00", True),
    ],
)
def test_a_wrong_clock_is_noticed(moments: list[str], now: str, is_doubtful: bool) -> None:
    assert is_clock_doubtful(ats(moments), at(now)) is is_doubtful


def test_a_pause_costs_no_backup() -> None:
    old = ats(f"2019-05-{day:02}T03:00" for day in range(1, 8))
    new = at("2026-11-24T03:00")
    assert kept({*old, new}) >= {new, *sorted(old)[1:]}


def test_the_week_over_the_new_year_is_one() -> None:
    week = ats(f"2026-12-{day}T03:00" for day in (28, 29, 30, 31)) | ats(
        f"2027-01-0{day}T03:00" for day in (1, 2, 3)
    )
    later = {at("2027-02-01T03:00") + timedelta(days=number) for number in range(14)}
    assert week & kept(week | later) == ats(["2026-12-31T03:00", "2027-01-03T03:00"])


def test_days_that_come_one_by_one_end_as_when_seen_together() -> None:
    """Rotation after every backup must not eat what a later one would have kept."""
    held: set[datetime] = set()
    day = at("2024-01-01T03:00")
    for _ in range(1000):
        held = kept(held | {day})
        day += timedelta(days=1)
    months = {(moment.year, moment.month) for moment in held}
    assert len(months) == MONTHLY
    assert len(held) <= DAILY + WEEKLY + MONTHLY
    assert {day - timedelta(days=number) for number in range(1, DAILY + 1)} <= held
