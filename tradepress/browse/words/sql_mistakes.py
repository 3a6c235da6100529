"""Says where in somebody's SQL a mistake is, as far as SQLite's words tell."""

import re

_NAMED = re.compile(
    r"near \"(?P<near>.+)\": syntax error|no such (?:column|table|function): (?P<unknown>\S+)"
    r"|ambiguous column name: (?P<twice>\S+)|unrecognized token: \"(?P<token>.+)\""
)


def place_of_mistake(sql: str, said: str) -> str | None:
    """Returns ``line 2, character 8``, both from 1; None if it can't be told: SQLite names the
    word, and it stands there twice, or not as it is named.

    :param said: the message of SQLite
    """
    if said == "incomplete input":
        return "at its end"
    named = _NAMED.fullmatch(said)
    if named is None:
        return None
    word = next(filter(None, named.groups()))
    # A name ends where its letters do; of what is no name all places count.
    bounds = [r"(?<!\w)" if word[0].isalnum() else "", r"(?!\w)" if word[-1].isalnum() else ""]
    places = [one.start() for one in re.finditer(re.escape(word).join(bounds), sql, re.IGNORECASE)]
    if len(places) != 1:
        return None
    before = sql[: places[0]]
    return f"line {before.count(chr(10)) + 1}, character {places[0] - before.rfind(chr(10))}"
