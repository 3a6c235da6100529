"""Holds the head of a log, as people keep it."""

import re
from dataclasses import dataclass

HASH = 32
"""Counts the bytes of a hash."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """Is the head of the log when it had so many leaves; whoever keeps it can prove the rest."""

    size: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.size}:{self.hash.hex()}"

    @classmethod
    def read(cls, text: str) -> "Root":
        """Reads a root as it is written: how many leaves, a colon, 64 hex digits.

        :raises ValueError: it is none
        """
        found = re.fullmatch(r"([1-9][0-9]{0,17}):([0-9a-fA-F]{64})", text.strip())
        if found is None:
            raise ValueError(f"{text!r} is no root: give SIZE:HEX as `tradepress runs` shows it")
        return cls(size=int(found[1]), hash=bytes.fromhex(found[2]))
