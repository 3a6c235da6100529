"""What dates, addresses and small words tell of a site's place."""

import pytest

from tradepress.survey.time_and_place import guess_language, guess_timezone, is_month_first


@pytest.mark.parametrize(
    ("host", "language", "dates", "place"),
    [
        ("gazette.co.uk", "en", ["2024-07-01T10:00:00+01:00"], "Europe/London"),
        ("zeitung.de", "de", ["2024-07-01T10:00:00+02:00"], "Europe/Berlin"),
        ("gazette.com", "en", ["2024-07-01T10:00:00-04:00"], "America/New_York"),
        ("gazette.com", "en", ["2024-07-01T10:00:00+05:30", "2024-01-05"], "Asia/Kolkata"),
        ("gazette.de", "en", ["2024-07-01T10:00:00-04:00"], "America/New_York"),
        ("gazette.co.uk", "en", ["2024-07-01T09:00:00+00:00"], "Europe/London"),
        ("gazette.com", "ja", ["2024-07-01"], "Asia/Tokyo"),
        ("gazette.com", "en", [], "UTC"),
        (
            "gazette.co.uk",
            "en",
            [*["2024-07-01T10:00:00+01:00"] * 9, "2024-07-02T00:00:00+00:00"],
            "Europe/London",
        ),
        ("gazette.com", "en", ["2024-07-01T10:00:00-04:00", "2024-07-01T10:00:00+09:00"], "UTC"),
    ],
)
def test_time_zone(host: str, language: str, dates: list[str], place: str) -> None:
    assert guess_timezone(host, language, dates).value == place


def test_two_seasons_are_surer_than_one() -> None:
    summer, winter = "2024-07-01T10:00:00+02:00", "2024-01-01T10:00:00+01:00"
    one = guess_timezone("gazette.com", "en", [summer])
    both = guess_timezone("gazette.com", "en", [summer, winter])
    at_home = guess_timezone("gazette.fr", "fr", [summer, winter])
    assert one.sureness < both.sureness < at_home.sureness


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("the owner of the mark and the board spoke to the press with care " * 4, "en"),
        ("der Inhaber und die Kammer sprachen nicht mit der Presse, die das sah " * 4, "de"),
        ("le titulaire et la chambre des recours dans une affaire et les mots " * 4, "fr"),
        ("商標", "en"),
    ],
)
def test_language(words: str, language: str) -> None:
    assert guess_language([words]).value == language


def test_months_come_first_where_no_day_could() -> None:
    assert is_month_first(["03/24/2024", "04/05/2024"])
    assert not is_month_first(["24/03/2024", "04/05/2024"])
    assert not is_month_first(["04/05/2024", "24 March 2024"])
