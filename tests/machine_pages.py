"""Pages for the archive's state machine: a few stories in many editions at many addresses."""

from typing import Any

from archive_rows import LEAD, story

Identity = tuple[str, int]
"""Source and number of a story: what the archive must find out by itself."""

SITES = {
    "signet": "http://signetgazette.example",
    "makers": "http://marksandmakers.example",
}
SITE_IDS = {1: "1", 2: "2", 3: None, 4: "1"}
"""What a page says is its id; the fourth story's lies."""
FOLDED = 2
"""The one story that is known by its id and slug alone, whatever becomes of its text."""
WITHDRAWABLE = (2, 3)
"""Not the first and the fourth, of which one id would keep out both."""
ALIKE = {4: 1}
"""The fourth story has most words of the first one, too: reports on two cases of one kind."""

EDITIONS = (
    "first",
    "body",
    "more",
    "headline",
    "date",
    "teaser",
    "cut",
    "spaces",
    "corrected",
    "opened",
)
OWN_ADDRESSES = ("main", "mobile", "print", "moved")
"""Joined by a redirect or a canonical link."""
LIES = ("home", "foreign", "section")
"""The main address, with a canonical link that isn't the story's."""
UNPROVEN = "secure"
"""The main address with https and www. Nothing joins them but an id or the same text ..."""
PROVEN = "linked"
"""... until the page there declares the main address canonical."""
ADDRESSES = (*OWN_ADDRESSES, *LIES, UNPROVEN, PROVEN)


def page_of(identity: Identity, edition: str, address: str) -> tuple[dict[str, Any], str]:
    """The fields of a page, and the address that was asked for."""
    source, number = identity
    home = SITES[source]
    main = main_address(identity)
    url = {
        "mobile": f"{home}/m/orrin-vale-{number}",
        "print": f"{home}/print/orrin-vale-{number}?from=mail",
        "moved": f"{home}/2018/orrin-vale-{number}",
        UNPROVEN: main.replace("http://", "https://www."),
        PROVEN: main.replace("http://", "https://www."),
    }.get(address, main)
    canonical = {
        "mobile": main,
        "print": main,
        "home": f"{home}/",
        "foreign": next(main_address((other, number)) for other in SITES if other != source),
        # Not of those that are withdrawn: what one declared would keep out all that declare it.
        "section": f"{home}/trademark" if number not in WITHDRAWABLE else None,
        PROVEN: main,
    }.get(address)
    body = text_of(number)
    changes: dict[str, dict[str, Any]] = {
        "first": {},
        "body": {"body": body.replace("descriptive", "deceptive")},
        "more": {"body": f"{body}\n\nAn appeal is open until May."},
        "headline": {"headline": f"Orrin Vale wins appeal {number}"},
        "date": {"date_published": "2017-08-05"},
        "teaser": {"body": body.split("\n\n")[0], "is_truncated": True},
        "cut": {"body": body[:150], "is_truncated": None},
        "spaces": {"body": body.replace("\n\n", " \n\n"), "section": "Designs"},
        "corrected": {"corrections": ["Correction: it was a lamp."]},
        "opened": {"body": body.replace("lantern mark", "lamp mark")},
        "rewritten": {"body": f"Anew. A kettle may whistle, {number} judges found at last. " * 3},
    }
    fields = story(number, source=source, site_id=SITE_IDS[number], url=url, body=body)
    fields |= {"canonical_url": canonical, **changes[edition]}
    return fields, main if address == "moved" else url


def main_address(identity: Identity) -> str:
    source, number = identity
    return f"{SITES[source]}/trademark/orrin-vale-{number}"


def text_of(number: int) -> str:
    case = ALIKE.get(number, number)
    paragraphs = [
        f"Case {number}. {LEAD}",
        f"The lantern {number} was held to be descriptive of lamps.",
        " ".join(f"lantern{place * case % 41}" for place in range(1, 41)) + ".",
        "The decision is available here.",
    ]
    return "\n\n".join(paragraphs)
