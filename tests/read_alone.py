"""What docs/reference/read_archive.py gives of an archive, which knows nothing of ours."""

import hashlib
import importlib.util
import io
from collections.abc import Mapping
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

from conftest import ROOT

READER = ROOT / "docs" / "reference" / "read_archive.py"
_spec = importlib.util.spec_from_file_location("read_archive_alone", READER)
assert _spec is not None
assert _spec.loader is not None
_program = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_program)

Read = dict[str, tuple[str, str | None]]
"""Maps versions to the text as it is printed, and SHA-256 of the page."""


def printed(*arguments: str) -> bytes:
    """What the program writes to standard output."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        _program.main(*arguments)
    out.flush()
    written = out.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue()


def read_alone(path: Path) -> Read:
    """All texts and pages of an archive as the program gives them."""
    read: Read = {}
    for line in printed(str(path)).decode().splitlines():
        name = line.partition(" ")[0].rstrip("*")
        page = None
        with suppress(SystemExit):
            page = hashlib.sha256(printed(str(path), "page", name)).hexdigest()
        read[name] = printed(str(path), "text", name).decode(), page
    return read


def as_read(texts: Mapping[str, Mapping[str, Any]]) -> Read:
    """The same of what the library gives (past_archive.what_stands)."""
    return {
        name: (
            f"{one['headline']}\n{', '.join(one['authors']) or '-'}\n"
            f"{one['date_published'] or '-'}\n\n{one['body'] or ''}\n",
            one["page"],
        )
        for name, one in texts.items()
    }
