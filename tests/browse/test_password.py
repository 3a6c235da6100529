"""A room with a password: nobody else gets anything."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import a_run, opened, path, save
from conftest import Tradepress
from lxml import html

from browse import capture_app
from browse.serving.password import LONGEST_PAUSE, Doorkeeper, TooManyGuesses, hash_of, pause

__all__ = ["path"]

HASH = hash_of("seven quiet lanterns")
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
        for address in ("/", "/stories?q=lantern", "/story/signet-1", "/archive", "/saved", "/-/x"):
            answer = await browser.get(address)
            assert (answer.status_code, answer.text) == (302, "")
            assert answer.headers["location"].startswith("/-/login?next=%2F")
        for address in ("/stories.csv", "/stories.atom", "/archive.json?sql=select+1"):
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
        let_in = await log_in(browser, "seven quiet lanterns", turned_away.headers["location"])
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
        let_in = await log_in(browser, "seven quiet lanterns", evil)
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


def test_guesses_are_slowed_whoever_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def guess() -> None:
        keeper = Doorkeeper(password_hash=HASH)
        assert not await keeper.opens("x")
        assert not await keeper.opens("y")
        assert await keeper.opens("seven quiet lanterns")
        assert not await keeper.opens("x")

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(guess())
    assert slept == [0, 0.5, 1, 0]
    assert [pause(n) for n in (3, 100, 10**9)] == [2, LONGEST_PAUSE, LONGEST_PAUSE]


def test_of_very_many_guesses_at_once_most_are_not_looked_at() -> None:
    async def guess() -> list[Any]:
        keeper = Doorkeeper(password_hash=HASH)
        keeper._waiting = 20
        return await asyncio.gather(keeper.opens("x"), return_exceptions=True)

    [refused] = asyncio.run(guess())
    assert isinstance(refused, TooManyGuesses)


@pytest.mark.parametrize("option", ["--password", "--save-queries"])
def test_what_is_not_for_everybody_is_refused_beside_public(here: Tradepress, option: str) -> None:
    done = here("browse", "--public", option)
    assert (done.returncode, "--public is for everybody" in done.stderr) == (2, True)


@pytest.mark.parametrize("prefix", ["press", "/press", "//", "/a b/", "/../"])
def test_what_is_no_prefix_is_refused(here: Tradepress, prefix: str) -> None:
    done = here("browse", "--prefix", prefix)
    assert (done.returncode, "no path prefix" in done.stderr) == (2, True)
