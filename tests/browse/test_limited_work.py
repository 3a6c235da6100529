"""What a question of a page may take: work, and not the time that others took meanwhile."""

import sqlite3
from itertools import count
from types import SimpleNamespace

import pytest

from tradepress.browse.asking import limits
from tradepress.browse.asking.limits import limited_work

COUNTING = (
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {}) "
    "SELECT max(n) FROM c"
)


def clock(monkeypatch: pytest.MonkeyPatch, *, work: float, wall: float) -> None:
    """At each look so many seconds more have passed, of the thread and by the clock."""
    looks = count()
    monkeypatch.setattr(
        limits,
        "time",
        SimpleNamespace(
            thread_time=lambda: next(looks) * work, monotonic=lambda: next(looks) * wall
        ),
    )


def asked(rows: int) -> int:
    with limited_work(connection := sqlite3.connect(":memory:")):
        (number,) = connection.execute(COUNTING.format(rows)).fetchone()
    return int(number)


def test_a_busy_machine_is_slow_and_not_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, work=0.001, wall=1.0)  # ten seconds, of which it worked for a hundredth
    assert asked(10_000) == 10_000


@pytest.mark.parametrize(("work", "wall"), [(0.3, 0.3), (0, 10)])
def test_what_works_too_long_or_hangs_is_stopped(
    monkeypatch: pytest.MonkeyPatch, work: float, wall: float
) -> None:
    clock(monkeypatch, work=work, wall=wall)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        asked(1_000_000)


def test_what_is_asked_later_is_not_limited() -> None:
    connection = sqlite3.connect(":memory:")
    with limited_work(connection):
        pass
    assert connection.execute(COUNTING.format(100_000)).fetchone() == (100_000,)
