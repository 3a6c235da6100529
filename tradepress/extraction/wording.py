"""Loads wording.toml: the words, by language, by which furniture, walls and dates are known."""

import re
import tomllib
from pathlib import Path
from typing import Any


def _joined(value: Any) -> Any:
    """Joins patterns written over several lines; a line's indentation is not part of it."""
    if isinstance(value, str):
        return "".join(line.strip() for line in value.splitlines())
    if isinstance(value, dict):
        return {name: _joined(inner) for name, inner in value.items()}
    return [_joined(inner) for inner in value] if isinstance(value, list) else value


WORDING: dict[str, Any] = _joined(
    tomllib.loads(Path(__file__).with_name("wording.toml").read_text(encoding="utf-8"))
)


def pattern(name: str, table: str = "patterns") -> re.Pattern[str]:
    """Returns the regular expression under that table; case does not count, a dot matches all."""
    return re.compile(WORDING[table][name], re.I | re.S)
