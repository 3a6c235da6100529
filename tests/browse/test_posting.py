"""Forms of the reading room: whose are taken, and what becomes of one that is out of date."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from browsing import a_run, path, save
from forms import OURS, reading
from lxml import html

from tradepress.browse.serving.posting import (
    MOST_BYTES,
    NOT_FROM_HERE,
    PostedForm,
    takes_form,
    why_no_form,
)

__all__ = ["path"]

KIND = [b"content-type", b"application/x-www-form-urlencoded"]


def judged(**headers: str) -> int | None:
    """The status of a refusal."""
    given = {"host": "press.example", "content-type": KIND[1].decode(), "content-length": "9"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    refused = why_no_form({name.encode(): [value] for name, value in given.items()})
    return refused[0] if refused else None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "same-origin"}, None),
        ({"sec_fetch_site": "same-origin", "origin": "null"}, None),
        ({"sec_fetch_site": "same-site", "origin": "http://press.example"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "none"}, 403),
        ({"origin": "http://press.example"}, None),
        ({"origin": "https://Press.example"}, None),
        ({"origin": "http://press.example:8002"}, 403),  # another port of the same machine
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[press.example"}, 403),
        ({"origin": ""}, 403),
        ({}, 403),
    ],
)
def test_a_form_comes_from_our_own_pages(headers: dict[str, str], status: int | None) -> None:
    assert judged(**headers) == status


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("content_type", "application/x-www-form-urlencoded; charset=UTF-8", None),
        ("content_type", "multipart/form-data; boundary=x", 415),
        ("content_type", "text/plain", 415),
        ("content_length", str(MOST_BYTES), None),
        ("content_length", str(MOST_BYTES + 1), 413),
        ("content_length", "", 413),
        ("content_length", "9" * 40, 413),
        ("transfer_encoding", "chunked", 413),  # its length counts, then, and not the one told
    ],
)
def test_a_form_is_one_and_short(header: str, value: str, status: int | None) -> None:
    assert judged(sec_fetch_site="same-origin", **{header: value}) == status


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("/saved", True),
        ("/press/saved", True),
        ("/saved/lanterns/run", True),
        ("/saved/lanterns/remove", True),
        ("/reading-list", True),
        ("/", False),
        ("/stories", False),
        ("/saved/lanterns", False),
        ("/saved/lanterns/run/", False),
        ("/saved/../x/run", False),
        ("/-/messages", False),
        ("/data/articles", False),
    ],
)
def test_forms_go_to_three_kinds_of_page(address: str, is_one: bool) -> None:
    assert takes_form(address) is is_one


@pytest.mark.parametrize(
    ("back", "page"),
    [
        ("/stories?q=lantern&page=2", "/stories?q=lantern&page=2"),
        ("/", "/"),
        ("//evil.example/", "/saved"),
        ("/\\evil.example/", "/saved"),
        ("http://evil.example/", "/saved"),
        ("/x\r\nSet-Cookie: a=b", "/saved"),
        ("javascript:alert(1)", "/saved"),
        ("", "/saved"),
    ],
)
def test_a_form_leads_back_to_our_own_pages_alone(back: str, page: str) -> None:
    assert PostedForm(fields=(("back", back),), is_current=True).back("/saved") == page


def test_other_sites_can_send_nothing(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    with reading(path) as reader:
        tree = reader.page("/stories?q=lantern")
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
            for address in ("/reading-list", "/saved", "/saved/lanterns/remove"):
                answer = reader.ask("POST", address, "do=add&ref=signet-1", headers)
                assert answer.status_code == 403
                assert answer.text == f"{NOT_FROM_HERE}\n"
        assert reader.press(tree, "Save").status_code == 303
    assert len([*(path.parent / "queries").iterdir()]) == 1


def test_a_form_from_before_a_restart_is_offered_again(path: Path) -> None:
    """The token of a browser is known to the room that gave it alone."""
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused")
    with reading(path) as before:
        tree = before.page("/stories?q=lantern")
        cookies = before.cookies
    with reading(path) as after:
        after.cookies = cookies
        add = "Add ticked stories to the reading list"
        answer = after.press(tree, add, ref=[ref])
        assert answer.status_code == 400
        again = html.fromstring(answer.text)
        assert "was opened before" in again.xpath("string(//main)")
        shown = after.follow(after.press(again, "Go on"))
        assert "1 story added to your reading list" in shown.xpath("string(//main)")
        assert shown.xpath("//li[contains(@class, 'card')]")  # the page one was on


def test_a_form_without_any_cookie_needs_its_token(path: Path) -> None:
    with a_run(path):
        pass
    with reading(path) as reader:
        answer = reader.ask("POST", "/reading-list", "do=empty", OURS)
        assert answer.status_code == 400
        assert "Press once more" in answer.text


def test_forms_hold_under_a_path_of_another_web_server(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Lantern mark refused")
    with reading(path, prefix="/press/") as reader:
        tree = reader.page("/press/stories?q=lantern")
        answer = reader.press(tree, "Add ticked stories to the reading list", ref=[ref])
        assert answer.headers["location"] == "/press/stories?q=lantern"
        [cookie] = [one for one in reader.set_cookies if one.startswith("reading-list-")]
        assert "Path=/press/" in cookie
        assert reader.page("/press/reading-list").xpath("//ol[@class='listed']/li")
        answer = reader.press(reader.page("/press/stories?q=lantern"), "Save")
        assert answer.headers["location"] == "/press/saved/lantern"
        answer = reader.press(reader.follow(answer), "Run now")
        assert answer.headers["location"] == "/press/saved/lantern?since=1"
        again = reader.ask("POST", "/press/reading-list", "do=empty", OURS)
        assert 'action="/press/reading-list"' in again.text


def test_where_a_moved_story_is_shown_is_no_header_of_somebodys(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    with reading(path) as reader:
        token = reader.page("/stories?q=lantern").xpath("string(//input[@name='csrftoken']/@value)")
        form = urlencode({"csrftoken": token, "up": "x\r\nSet-Cookie: a=b\u20ac"})
        answer = reader.ask("POST", "/reading-list", form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/reading-list")
