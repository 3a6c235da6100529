"""Keeps the archive: one SQLite file, its schema, one writer, the ledger, search."""

import sys

# sqlite-utils 4.2 loads pandas and numpy where they are installed, to know the types of their
# columns: half a second of CPU whenever a command starts or a page worker does, and we have none.
_UNWANTED = [name for name in ("pandas", "numpy") if name not in sys.modules]
for _name in _UNWANTED:
    sys.modules[_name] = None  # type: ignore[assignment]
import sqlite_utils  # noqa: E402, F401

for _name in _UNWANTED:
    del sys.modules[_name]
