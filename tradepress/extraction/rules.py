"""Makes the name of the rules that read a page; it changes whenever they do."""

import hashlib
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path

from tradepress.source import Source


def extractor(source: Source) -> str:
    """Returns ``tradepress 0.1.0+1a2b3c4d``: eight digits for the code and words of this folder and
    what the source declares of its pages.

    Nobody has to remember to count a number up. Where its pages are found does not matter, nor what
    is said for people. All sites that nobody declared have one.
    """
    return _extractor(source if source.is_declared else None)


@cache
def _extractor(source: Source | None) -> str:
    code = _code()
    if source is not None:
        declared = replace(source.rules, sections=(), feeds=(), sitemaps=())
        code += source.own_code + repr(declared).encode()
    digest = hashlib.sha256(code).hexdigest()
    return f"tradepress {version('tradepress')}+{digest[:8]}"


@cache
def _code() -> bytes:
    files = sorted(
        path
        for path in Path(__file__).parent.iterdir()
        if path.suffix in (".py", ".toml", ".json") and path.name != Path(__file__).name
    )
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.digest()
