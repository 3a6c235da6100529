"""Brings the database of sqlite-utils, without what that loads beside itself."""

import sys

# sqlite-utils 4.2 loads pandas and numpy where they are installed, to know the types of their
# columns: half a second of CPU whenever a command starts, and we have none.
_UNWANTED = [name for name in ("pandas", "numpy") if name not in sys.modules]
for _name in _UNWANTED:
    sys.modules[_name] = None  # type: ignore[assignment]
from sqlite_utils import Database  # noqa: E402

for _name in _UNWANTED:
    del sys.modules[_name]

__all__ = ["Database"]
