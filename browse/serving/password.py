"""One password for the whole room: whoever has given it has a cookie that says so."""
# mypy: disable-error-code="import-untyped"

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

LOGIN, LOGOUT = "/-/login", "/-/logout"
COOKIE = "tradepress_reader"
GOOD_FOR = 7 * 24 * 3600
"""Seconds."""
LONGEST_PAUSE = 8.0
MOST_WAITING = 20


class TooManyGuesses(Exception):
    """So many passwords wait to be looked at that this one is not."""


def hash_of(password: str) -> str:
    """
    :raises ImportError: the package for it is not installed
    """
    from datasette_auth_passwords.utils import hash_password

    hashed: str = hash_password(password)
    return hashed


def pause(failed: int) -> float:
    """Seconds before the next password is looked at, after so many wrong ones in a row."""
    return min(2.0 ** min(failed, 10) / 4, LONGEST_PAUSE) if failed else 0.0


@dataclass(kw_only=True)
class Doorkeeper:
    """Who is let in while the room is served; after a restart everybody gives the password anew."""

    password_hash: str = field(repr=False)
    _signer: URLSafeTimedSerializer = field(
        default_factory=lambda: URLSafeTimedSerializer(secrets.token_hex(32), COOKIE), repr=False
    )
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _waiting: int = 0
    _failed: int = 0
    """Wrong ones in a row, whoever gave them: addresses of guessers cost nothing."""

    async def opens(self, password: str) -> bool:
        """Is it the password? One after the other, the more slowly the more were wrong.

        :raises TooManyGuesses: more wait than anybody's readers are
        """
        from datasette_auth_passwords.utils import verify_password

        if self._waiting >= MOST_WAITING:
            raise TooManyGuesses
        self._waiting += 1
        try:
            async with self._one_by_one:
                await asyncio.sleep(pause(self._failed))
                right: bool = await asyncio.to_thread(verify_password, password, self.password_hash)
                self._failed = 0 if right else self._failed + 1
                return right
        finally:
            self._waiting -= 1

    def token(self) -> str:
        """What the cookie of somebody who was let in holds."""
        return str(self._signer.dumps("reader"))

    def knows(self, scope: Mapping[str, Any]) -> bool:
        """Has whoever asks been let in?"""
        for name, value in scope["headers"]:
            if name == b"cookie":
                try:
                    cookie = SimpleCookie(value.decode("latin-1")).get(COOKIE)
                    if cookie is not None and self._signer.loads(cookie.value, max_age=GOOD_FOR):
                        return True
                except (CookieError, BadSignature):
                    continue
        return False
