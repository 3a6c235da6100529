"""Lets every program of a picture read one date, so that the picture is the same tomorrow.

Python loads this module at its start where the folder is in ``PYTHONPATH``, in child processes too.
Only the date stands still: timeouts, pauses and durations go by the monotonic clock.
"""

import datetime
import os

REAL = datetime.datetime


class _IsReal(type(REAL)):  # type: ignore[misc]
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, REAL)


class FixedDate(REAL, metaclass=_IsReal):
    """Has a now that doesn't pass."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "FixedDate":
        moment = cls.fromisoformat(os.environ["FIXED_CLOCK"])
        return moment.astimezone(tz) if tz is not None else moment.replace(tzinfo=None)


if "FIXED_CLOCK" in os.environ:
    datetime.datetime = FixedDate  # type: ignore[misc]
