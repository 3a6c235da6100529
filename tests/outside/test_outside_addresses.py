"""The web platform tests' cases of addresses, and Unicode's of names, through ours.

They are those that Debian's librust-url-dev and librust-idna-dev hold: urltestdata.json and
IdnaTestV2.txt. No file of them is part of this repository.
"""

import json
import re
from pathlib import Path

import needs

from tradepress.archive.web_address import web_address

REGISTRY = Path("/usr/share/cargo/registry")


def of_package(package: str, pattern: str) -> str:
    """A file that a package of Debian holds."""
    found = sorted(REGISTRY.glob(pattern))
    return found[-1].read_text("utf-8") if found else needs.skip(package)


def given_address(words: str, base: str | None) -> str | None:
    try:
        return web_address(words, base)
    except ValueError:
        return None


def test_the_url_cases_of_the_web_platform_tests() -> None:
    """What they say is no http(s) address is None to us. Names in punycode that IDNA refuses are
    taken as they stand: Ada 4 does, as no server is known by one."""
    cases = json.loads(of_package("librust-url-dev", "url-*/tests/urltestdata.json"))
    wrong = []
    for case in cases:
        if isinstance(case, str):
            continue
        wanted = None if case.get("failure") else case["href"]
        if wanted is not None and not wanted.startswith(("http://", "https://")):
            wanted = None
        got = given_address(case["input"], case["base"])
        if got != wanted:
            wrong.append((case["input"], wanted, got))
    assert [one for one in wrong if one[1] is not None or "xn--" not in str(one[2])] == []
    assert len(wrong) < 10


STATUS_LEFT_OUT = {"V2", "V3", "U1", "A4_1", "A4_2", "X3", "X4_2"}
"""Of hyphens, ASCII signs and lengths, which the URL standard does not ask for."""
ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[\da-f]*)\.?$", re.IGNORECASE)
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x\{([0-9A-Fa-f]+)\}")


def unescaped(words: str) -> str:
    plain = ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), words)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def test_the_names_of_unicode_s_idna_suite() -> None:
    """Each name that is valid is spelt as it says, unless it ends in a number: by the URL standard
    that is an IPv4 address or none. Of the others many are let through, as no server has them."""
    lines = of_package("librust-idna-dev", "idna-*/tests/IdnaTestV2.txt").splitlines()
    valid, refused, wrong = 0, 0, []
    for line in lines:
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) < 5:
            continue
        source, to_unicode, status, to_ascii, status_ascii = fields[:5]
        name = unescaped(source.replace('""', ""))
        wanted = unescaped(to_ascii or to_unicode) or name
        codes = set(re.findall(r"\w+", status_ascii or status)) - STATUS_LEFT_OUT
        address = given_address(f"http://{name}/", None)
        if codes or not name or ENDS_IN_A_NUMBER.search(wanted):
            refused += address is None
            continue
        valid += 1
        if address != f"http://{wanted}/":
            wrong.append((name, wanted, address))
    assert wrong == []
    assert valid > 500
    assert refused > 3000
