"""Knows what languages are called."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def language_names() -> Mapping[str, str]:
    """Maps codes of ISO 639-1 to English names: ``de`` to German."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
