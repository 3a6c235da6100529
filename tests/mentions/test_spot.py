"""Spots that lie over one another, and those that only touch."""

from tradepress.mentions.spot import Spot, beside, longest


def spot(start: int, end: int) -> Spot:
    return Spot(start=start, end=end, kind="office", value=f"{start} to {end}")


def test_of_spots_over_one_another_the_longer_stays() -> None:
    assert longest([spot(3, 6), spot(0, 4)]) == [spot(0, 4)]
    assert longest([spot(0, 3), spot(2, 6)]) == [spot(2, 6)]
    assert longest([spot(0, 4), spot(2, 6)]) == [spot(0, 4)]


def test_spots_that_touch_are_both_there() -> None:
    assert longest([spot(3, 9), spot(0, 3)]) == [spot(0, 3), spot(3, 9)]


def test_beside_surer_spots_are_those_that_touch_them_or_begin_with_one() -> None:
    surer = [spot(5, 10), spot(20, 25)]
    touching = [spot(0, 5), spot(10, 20), spot(25, 30)]
    longer = [spot(5, 12)]
    over = [spot(0, 6), spot(9, 12), spot(15, 21), spot(6, 8)]
    assert beside([*touching, *longer, *over], surer) == [*touching, *longer]
