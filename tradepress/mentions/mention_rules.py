"""Names the rules that find mentions, by a name that changes whenever they do."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path


@cache
def mention_rules(*, people: bool = False) -> str:
    """Returns a name like ``tradepress 0.1.0+1a2b3c4d``: eight digits for the code and tables of
    this folder, so that nobody has to remember to count a number up.

    :param people: are they looked for, too?
    """
    folder, digest = Path(__file__).parent, hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".py", ".toml") and file.name != Path(__file__).name:
            name = file.relative_to(folder).as_posix()
            digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    name = f"tradepress {version('tradepress')}+{digest.hexdigest()[:8]}"
    return f"{name} with people" if people else name
