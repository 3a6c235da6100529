"""A room with a password: nobody else gets anything."""

import asyncio
from collections import Counter
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
import time_machine
from browsing import a_run, opened, path, save
from conftest import Tradepress
from lxml import html

from tradepress.browse import capture_app
from tradepress.browse.serve_archive import server_of
from tradepress.browse.serving.password import (
    LONGEST_PAUSE,
    MOST_WAITING,
    Doorkeeper,
    TooManyGuesses,
    hash_of,
    network_of,
    pause,
)

__all__ = ["path"]

PASSWORD = "seven quiet lanterns"
HASH = hash_of(PASSWORD)
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


async def with_room(path: Path, visit: Any, **options: Any) -> None:
    """A browser in front of such a room."""
    keeper = Doorkeeper(password_hash=HASH)
    served = opened(path, doorkeeper=keeper, **options)
    await served.invoke_startup()
    try:
        transport = httpx.ASGITransport(app=served.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            await visit(browser, keeper)
    finally:
        served.executor.shutdown()
        for database in served.databases.values():
            database.close()


async def log_in(browser: httpx.AsyncClient, password: str, login: str) -> httpx.Response:
    form = html.fromstring((await browser.get(login)).text).xpath("//form[@class='login']")[0]
    fields = {**dict(form.form_values()), "password": password}
    return await browser.post(form.get("action"), data=fields, headers=FROM_HERE)


@pytest.fixture
def archive(path: Path) -> Path:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", site_id="1")
    return path


def test_nothing_is_shown_before_the_password_was_given(archive: Path) -> None:
    async def visit(browser: httpx.AsyncClient, _: Doorkeeper) -> None:
        for address in ("/", "/stories?q=lantern", "/story/signet-1", "/data", "/saved", "/-/x"):
            answer = await browser.get(address)
            assert (answer.status_code, answer.text) == (302, "")
            assert answer.headers["location"].startswith("/-/login?next=%2F")
        for address in ("/stories.csv", "/stories.atom", "/data.json?sql=select+1"):
            answer = await browser.get(address)
            assert (answer.status_code, "password" in answer.text) == (401, True)
        assert (await browser.post("/saved", headers=FROM_HERE)).status_code in (401, 415)
        shown = await browser.get("/-/login")
        assert "Lantern" not in shown.text
        assert "Log out" not in shown.text
        for link in html.fromstring(shown.text).xpath("//@href[starts-with(., '/')]"):
            assert (await browser.get(link)).status_code == 200, link

    asyncio.run(with_room(archive, visit))


@pytest.mark.parametrize("prefix", ["/", "/press/"])
def test_who_has_it_reads_until_logging_out(archive: Path, prefix: str) -> None:
    async def visit(browser: httpx.AsyncClient, _: Doorkeeper) -> None:
        turned_away = await browser.get(f"{prefix}stories?q=lantern")
        refused = await log_in(browser, "seven lanterns", turned_away.headers["location"])
        assert (refused.status_code, "not the password" in refused.text) == (403, True)
        let_in = await log_in(browser, PASSWORD, turned_away.headers["location"])
        assert let_in.status_code == 302
        assert let_in.headers["location"] == f"{prefix}stories?q=lantern"
        cookie = let_in.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        read = await browser.get(let_in.headers["location"])
        assert (read.status_code, "Lantern" in read.text) == (200, True)
        assert "Log out" in read.text
        assert (await browser.get(f"{prefix}-/logout")).status_code in (302, 405)
        await browser.post(f"{prefix}-/logout", headers={**FROM_HERE, **FORM})
        assert (await browser.get(prefix)).status_code == 302

    asyncio.run(with_room(archive, visit, prefix=prefix))


FORM = {"content-type": "application/x-www-form-urlencoded", "content-length": "0"}


def test_nobody_is_led_elsewhere_by_a_login(archive: Path) -> None:
    async def visit(browser: httpx.AsyncClient, _: Doorkeeper) -> None:
        evil = "/-/login?next=https%3A%2F%2Fevil.example%2F"
        let_in = await log_in(browser, PASSWORD, evil)
        assert let_in.headers["location"] == "/"

    asyncio.run(with_room(archive, visit))


def test_captured_pages_know_the_same_reader(archive: Path) -> None:
    keeper = Doorkeeper(password_hash=HASH)

    async def asked(cookie: str) -> int:
        transport = httpx.ASGITransport(app=capture_app(archive, doorkeeper=keeper))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            answer = await browser.get("/signet-9", headers={"Cookie": cookie})
            return answer.status_code

    other = Doorkeeper(password_hash=HASH)
    assert asyncio.run(asked("")) == 401
    assert asyncio.run(asked(f"tradepress_reader={other.token()}")) == 401
    assert asyncio.run(asked(f"tradepress_reader={keeper.token()}")) == 404


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody sleeps and hashes: the seconds that were to be slept."""
    slept: list[float] = []
    pass_on = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await pass_on(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(
        "datasette_auth_passwords.utils.verify_password", lambda given, _: given == PASSWORD
    )
    return slept


def asked_by(address: str, *tokens: str) -> dict[str, Any]:
    """What is asked from there, by a browser with these cookies."""
    cookies = [f"tradepress_reader={token}".encode() for token in tokens]
    return {"client": (address, 4711), "headers": [(b"cookie", b"; ".join(cookies))]}


def test_guesses_are_slowed_by_who_makes_them_and_a_little_for_all(quick: list[float]) -> None:
    async def guess() -> None:
        keeper = Doorkeeper(password_hash=HASH)
        here, there = asked_by("192.0.2.1"), asked_by("192.0.2.2")
        for _ in range(4):
            assert not await keeper.opens("x", here)
        assert quick == [0, 0, 0.5, 0.5, 1, 1, 2, 1]
        quick.clear()
        assert await keeper.opens(PASSWORD, there)
        assert not await keeper.opens("x", here)
        assert await keeper.opens(PASSWORD, here)
        assert not await keeper.opens("x", here)
        assert quick == [0, 1, 4, 0, 8, 0.5, 0, 0]

    asyncio.run(guess())
    assert [pause(n) for n in (3, 100, 10**9)] == [2, LONGEST_PAUSE, LONGEST_PAUSE]


class Door:
    """Passwords are looked at once it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = Event()
        self.looked_at: list[str] = []
        monkeypatch.setattr("datasette_auth_passwords.utils.verify_password", self.look)

    def look(self, given: str, _: str) -> bool:
        self.looked_at.append(given)
        assert self.opened.wait(60)
        return given == PASSWORD


async def waiting(keeper: Doorkeeper, passwords: int) -> None:
    """Until so many wait to be looked at."""
    while sum(number for rank, number in keeper._waiting.items() if rank in range(3)) < passwords:
        await asyncio.sleep(0)


def test_guessers_lock_nobody_out_who_did_not_guess(
    archive: Path, quick: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While 25 of them wait in as many places as they get."""
    guessers = [asked_by(f"198.51.100.{number}") for number in range(25)]

    async def visit(browser: httpx.AsyncClient, keeper: Doorkeeper) -> None:
        assert not any([await keeper.opens("x", one) for one in guessers])
        door = Door(monkeypatch)
        guesses = [asyncio.create_task(keeper.opens("x", one)) for one in 5 * guessers]
        await waiting(keeper, 75)
        rightful = asyncio.create_task(log_in(browser, PASSWORD, "/-/login"))
        await waiting(keeper, 76)
        door.opened.set()
        assert (await rightful).status_code == 302
        assert door.looked_at[:3].count(PASSWORD) == 1  # of 76
        outcomes = await asyncio.gather(*guesses, return_exceptions=True)
        assert Counter(map(repr, outcomes)) == {"False": 75, "TooManyGuesses()": 50}

    asyncio.run(with_room(archive, visit))


def test_a_browser_that_was_let_in_before_goes_first_and_new_addresses_before_guessers(
    quick: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where all come from one address."""

    async def come() -> list[str]:
        keeper = Doorkeeper(password_hash=HASH)
        gone = keeper.token()
        keeper.log_out(asked_by("192.0.2.1", gone))
        for _ in range(9):
            await keeper.opens("x", asked_by("192.0.2.1"))
        door = Door(monkeypatch)
        scopes = {
            "first": asked_by("192.0.2.1"),
            "guess 1": asked_by("192.0.2.1"),
            "guess 2": asked_by("192.0.2.1"),
            "new": asked_by("192.0.2.2"),
            "known": asked_by("192.0.2.1", gone),
        }
        asked = []
        for number, (name, scope) in enumerate(scopes.items(), 1):
            asked.append(asyncio.create_task(keeper.opens(name, scope)))
            await waiting(keeper, number)
            for _ in range(20):
                await asyncio.sleep(0)  # it goes to its place
        with pytest.raises(TooManyGuesses):
            await keeper.opens("guess 3", asked_by("192.0.2.1"))
        door.opened.set()
        await asyncio.gather(*asked)
        return door.looked_at

    assert asyncio.run(come()) == ["first", "known", "new", "guess 1", "guess 2"]


def test_of_very_many_guesses_at_once_most_are_not_looked_at(quick: list[float]) -> None:
    async def guess() -> list[Any]:
        keeper = Doorkeeper(password_hash=HASH)
        scopes = [asked_by(f"198.51.{number}.1") for number in range(MOST_WAITING + 1)]
        asked = (keeper.opens("x", scope) for scope in scopes)
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert not +keeper._waiting
        return outcomes

    *looked_at, refused = asyncio.run(guess())
    assert set(looked_at) == {False}
    assert isinstance(refused, TooManyGuesses)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unknown"),
        ("9" * 5000, "unknown"),
    ],
)
def test_guesses_are_counted_by_network(address: str, network: str) -> None:
    assert network_of(asked_by(address)) == network
    assert network_of({"client": None}) == "unknown"


def test_guessers_fill_no_memory(quick: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradepress.browse.serving.password.MOST_ADDRESSES", 3)

    async def guess() -> dict[str, int]:
        keeper = Doorkeeper(password_hash=HASH)
        for number in (1, 2, 1, 3, 4):
            await keeper.opens("x", asked_by(f"2001:db8::{number}:0:0:0:0"))
        return keeper._failed

    assert asyncio.run(guess()) == {
        "2001:db8:0:1::/64": 2,
        "2001:db8:0:3::/64": 1,
        "2001:db8:0:4::/64": 1,
    }


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
    ],
)
def test_a_web_server_of_this_machine_says_who_asks(
    peer: str, forwarded: str, network: str
) -> None:
    """The last that it names: what stands before that, the guesser may have written."""
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(network_of(scope))

    headers = [(b"x-forwarded-for", forwarded.encode())]
    scope: Any = {"type": "http", "client": (peer, 4711), "headers": headers}
    config = server_of(app).config
    config.load()
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == [network]


# Logging out


def test_a_login_that_ended_opens_nothing_to_who_has_a_copy(archive: Path) -> None:
    async def visit(browser: httpx.AsyncClient, keeper: Doorkeeper) -> None:
        await log_in(browser, PASSWORD, "/-/login")
        copy, other = {**browser.cookies}, {"tradepress_reader": keeper.token()}
        assert (await browser.get("/")).status_code == 200
        await browser.post("/-/logout", headers={**FROM_HERE, **FORM})
        assert "tradepress_reader" not in browser.cookies
        for cookies, status in ((copy, 302), (other, 200)):
            browser.cookies = httpx.Cookies(cookies)
            assert (await browser.get("/")).status_code == status
        captures = httpx.ASGITransport(app=capture_app(archive, doorkeeper=keeper))
        async with httpx.AsyncClient(
            transport=captures, base_url="http://127.0.0.1", cookies=copy
        ) as reader:
            assert (await reader.get("/signet-9")).status_code == 401

    asyncio.run(with_room(archive, visit))


def test_of_more_who_logged_out_than_are_remembered_none_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tradepress.browse.serving.password.MOST_LOGGED_OUT", 3)
    keeper = Doorkeeper(password_hash=HASH)
    readers = [asked_by("192.0.2.1", keeper.token()) for _ in range(5)]
    for reader in readers[:4]:
        assert keeper.knows(reader)
        keeper.log_out(reader)
    assert not any(map(keeper.knows, readers))
    assert keeper.knows(asked_by("192.0.2.1", keeper.token()))


def test_a_login_ends_after_a_week_and_its_browser_is_known_still() -> None:
    keeper = Doorkeeper(password_hash=HASH)
    with time_machine.travel(0, tick=False) as clock:
        reader = asked_by("192.0.2.1", keeper.token())
        clock.shift(7 * 24 * 3600)
        assert keeper.knows(reader)
        clock.shift(1)
        assert not keeper.knows(reader)
        assert keeper._reader(reader, max_age=None) is not None
        assert keeper._reader(asked_by("192.0.2.1", "x"), max_age=None) is None


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_cookies_one_that_opens_is_enough(order: int) -> None:
    """A browser has another one of a room beside this, or of one that was started anew."""
    keeper, other = Doorkeeper(password_hash=HASH), Doorkeeper(password_hash=HASH)
    tokens = [keeper.token(), other.token()][::order]
    assert keeper.knows(asked_by("192.0.2.1", *tokens))
    assert not keeper.knows(asked_by("192.0.2.1", other.token(), "", "é"))


@pytest.mark.parametrize(
    ("options", "path_of_cookie"),
    [
        ({}, "/"),
        ({"prefix": "/press/"}, "/press/"),
        ({"prefix": "/press/", "captures": "http://127.0.0.1:8002"}, "/"),
    ],
)
def test_the_cookie_goes_to_the_room_alone(
    archive: Path, options: dict[str, str], path_of_cookie: str
) -> None:
    """And to captured pages, where they are shown."""

    async def visit(browser: httpx.AsyncClient, _: Doorkeeper) -> None:
        prefix = options.get("prefix", "/")
        let_in = await log_in(browser, PASSWORD, f"{prefix}-/login")
        left = await browser.post(f"{prefix}-/logout", headers={**FROM_HERE, **FORM})
        for answer in (let_in, left):
            cookie = SimpleCookie(answer.headers["set-cookie"])["tradepress_reader"]
            assert cookie["path"] == path_of_cookie

    asyncio.run(with_room(archive, visit, **options))


def test_no_script_and_no_other_site_has_the_cookie(archive: Path) -> None:
    async def visit(browser: httpx.AsyncClient, _: Doorkeeper) -> None:
        for scheme in ("http", "https"):
            browser.base_url = httpx.URL(f"{scheme}://localhost")
            let_in = await log_in(browser, PASSWORD, "/-/login")
            cookie = SimpleCookie(let_in.headers["set-cookie"])["tradepress_reader"]
            assert (cookie["httponly"], cookie["samesite"].lower()) == (True, "lax")
            assert bool(cookie["secure"]) == (scheme == "https")

    asyncio.run(with_room(archive, visit))


@pytest.mark.parametrize("option", ["--password", "--save-queries"])
def test_what_is_not_for_everybody_is_refused_beside_public(here: Tradepress, option: str) -> None:
    done = here("browse", "--public", option)
    assert (done.returncode, "--public is for everybody" in done.stderr) == (2, True)


@pytest.mark.parametrize("prefix", ["press", "/press", "//", "/a b/", "/../"])
def test_what_is_no_prefix_is_refused(here: Tradepress, prefix: str) -> None:
    done = here("browse", "--prefix", prefix)
    assert (done.returncode, "no path prefix" in done.stderr) == (2, True)
