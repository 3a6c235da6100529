"""What the answer of a Wayback Machine says: which page, of what time, with what headers."""

from datetime import UTC, datetime

import pytest

from tradepress.jobs.backfill.wayback import capture_given, original_headers

PAGE = "http://gazette.example/one"
AT = datetime(2017, 8, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "location", "header"),
    [
        (f"https://web.archive.example/web/20170804120000id_/{PAGE}", None, None),
        (f"https://web.archive.example/web/20170804120000/{PAGE}", None, None),
        (
            f"http://127.0.0.1:80/press/20160101000000id_/{PAGE}?q=1",
            f"/press/20170804120000id_/{PAGE}",
            None,
        ),
        (
            f"http://127.0.0.1:80/press/20160101000000id_/{PAGE}",
            None,
            "Fri, 04 Aug 2017 12:00:00 GMT",
        ),
    ],
)
def test_page_and_time_are_those_that_were_given(
    url: str, location: str | None, header: str | None
) -> None:
    assert capture_given(url, location, header) == (PAGE, AT)


@pytest.mark.parametrize(
    ("url", "location", "header"),
    [
        ("https://web.archive.example/", None, None),
        ("https://web.archive.example/", "/one", "yesterday"),
    ],
)
def test_a_service_may_say_nothing(url: str, location: str | None, header: str | None) -> None:
    assert capture_given(url, location, header) == (None, None)


def test_the_original_headers_are_kept_as_far_as_they_hold_of_the_bytes() -> None:
    assert original_headers(
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", "300"),
            ("Link", "<x>; rel=timegate"),
            ("X-Archive-Orig-Content-Type", "text/html"),
            ("X-Archive-Orig-Content-Encoding", "br"),
            ("X-Archive-Orig-Transfer-Encoding", "chunked"),
            ("X-Archive-Orig-X-Robots-Tag", "noarchive"),
            ("X-Robots-Tag", "noindex"),
        ]
    ) == (
        ("Content-Type", "text/html"),
        ("X-Robots-Tag", "noarchive"),
        ("Content-Encoding", "gzip"),
    )


def test_what_pywb_leaves_under_its_own_name_counts() -> None:
    given = (("Content-Type", "text/html"), ("X-Robots-Tag", "noarchive"), ("Date", "today"))
    assert original_headers(given) == given[:2]
