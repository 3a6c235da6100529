"""Asks one password for the whole room: whoever has given it has a cookie that says so."""
# mypy: disable-error-code="import-untyped"

import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

LOGIN, LOGOUT = "/-/login", "/-/logout"
COOKIE = "tradepress_reader"
GOOD_FOR = 7 * 24 * 3600
"""Is how many seconds a cookie is good for."""
KEPT_FOR = 90 * 24 * 3600
"""Is how many seconds a browser has the cookie, which tells who was let in once."""
LONGEST_PAUSE = 8.0
"""Is the longest pause of somebody who guesses, in seconds."""
LONGEST_REST = 1.0
"""Limits the seconds after a wrong one, whoever gave it: addresses of guessers cost nothing."""
KNOWN, NEW, WRONG_BEFORE = range(3)
"""Say whose password is looked at first: of a browser that was let in once, of an address that
gave no wrong one, of one that did."""
MOST_WAITING = 100
"""Limits those of each rank who wait."""
MOST_OF_ONE = 3
MOST_ADDRESSES = 10_000
"""Limits the addresses of guessers that are remembered; then the first is forgotten."""
MOST_LOGGED_OUT = 10_000


class TooManyGuesses(Exception):
    """Says that so many passwords wait to be looked at that this one is not."""


def hash_of(password: str) -> str:
    """Hashes a password.

    :raises ImportError: the package for it is not installed
    """
    from datasette_auth_passwords.utils import hash_password

    hashed: str = hash_password(password)
    return hashed


def pause(failed: int) -> float:
    """Counts the seconds before the next password is looked at, after so many wrong ones in a
    row."""
    return min(2.0 ** min(failed, 10) / 4, LONGEST_PAUSE) if failed else 0.0


def network_of(scope: Mapping[str, Any]) -> str:
    """Says where a request comes from, of IPv6 the /64, which one person has whole.

    A web server's word for it is taken by the server that we run (``forwarded_allow_ips``).
    """
    try:
        address = ip_address((scope.get("client") or ("",))[0].partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))


def new_signer() -> URLSafeTimedSerializer:
    """Makes a signer with a key that nobody has, and that is nowhere kept."""
    return URLSafeTimedSerializer(secrets.token_hex(32), COOKIE)


@dataclass(kw_only=True)
class Doorkeeper:
    """Knows who is let in while the room is served; after a restart everybody gives the password
    anew."""

    password_hash: str = field(repr=False)
    _signer: URLSafeTimedSerializer = field(default_factory=new_signer, repr=False)
    _doors: tuple[asyncio.Lock, ...] = field(
        default_factory=lambda: tuple(asyncio.Lock() for _ in range(3)), repr=False
    )
    """Stand one behind the other: before each stands one at most of those who come after."""
    _waiting: Counter[int | str] = field(default_factory=Counter, repr=False)
    """Holds how many are waiting, by rank and by address."""
    _failed: dict[str, int] = field(default_factory=dict, repr=False)
    """Counts wrong ones in a row of each, the last one last."""
    _failed_in_a_row: int = 0
    _logged_out: set[str] = field(default_factory=set, repr=False)

    async def opens(self, password: str, scope: Mapping[str, Any]) -> bool:
        """Is it the password? One after the other, the more slowly the more were wrong.

        :param scope: of the request
        :raises TooManyGuesses: more wait than anybody's readers are
        """
        from datasette_auth_passwords.utils import verify_password

        known = self._reader(scope, max_age=None)
        who = known or network_of(scope)
        failed = self._failed.get(who, 0)
        rank = KNOWN if known else WRONG_BEFORE if failed else NEW
        if self._waiting[rank] >= MOST_WAITING or self._waiting[who] >= MOST_OF_ONE:
            raise TooManyGuesses
        places: Counter[int | str] = Counter((rank, who))
        self._waiting += places
        try:
            await asyncio.sleep(pause(failed))
            async with AsyncExitStack() as stack:
                for door in self._doors[rank::-1]:
                    await stack.enter_async_context(door)
                if rank != KNOWN:
                    await asyncio.sleep(min(pause(self._failed_in_a_row), LONGEST_REST))
                right: bool = await asyncio.to_thread(verify_password, password, self.password_hash)
                self._note(who, right=right)
                return right
        finally:
            self._waiting -= places

    def _note(self, who: str, *, right: bool) -> None:
        failed = self._failed.pop(who, 0)
        self._failed_in_a_row = 0 if right else self._failed_in_a_row + 1
        if not right:
            self._failed[who] = failed + 1
            if len(self._failed) > MOST_ADDRESSES:
                del self._failed[next(iter(self._failed))]

    def token(self) -> str:
        """Returns what the cookie of somebody who was let in holds."""
        return str(self._signer.dumps(secrets.token_hex(16)))

    def knows(self, scope: Mapping[str, Any]) -> bool:
        """Has whoever asks been let in, and not gone since?"""
        reader = self._reader(scope, max_age=GOOD_FOR)
        return reader is not None and reader not in self._logged_out

    def log_out(self, scope: Mapping[str, Any]) -> None:
        """Makes the cookie of whoever asks open nothing from now on, whoever has a copy."""
        reader = self._reader(scope, max_age=GOOD_FOR)
        if reader is not None:
            self._logged_out.add(reader)
        if len(self._logged_out) > MOST_LOGGED_OUT:  # then everybody gives the password anew
            self._signer = new_signer()
            self._logged_out.clear()

    def _reader(self, scope: Mapping[str, Any], *, max_age: int | None) -> str | None:
        """Returns what we called whoever asks as he was let in.

        :param max_age: seconds since then; None: however long it is
        """
        cookies = (value for name, value in scope["headers"] if name == b"cookie")
        # A browser may have several of this name, of other paths.
        for pair in b";".join(cookies).split(b";"):
            name, _, token = pair.strip().partition(b"=")
            if name == COOKIE.encode():
                with suppress(BadSignature):
                    return str(self._signer.loads(token, max_age=max_age))
        return None
