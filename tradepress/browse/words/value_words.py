"""Names values of the archive that have words of their own, as all pages call them."""

from collections.abc import Mapping

from tradepress.story import MentionKind

MENTION_WORDS: Mapping[MentionKind, str] = {
    "case": "cases",
    "court": "courts",
    "office": "offices",
    "firm": "law firms",
    "person": "people",
    "statute": "statutes",
    "nice-class": "classes of goods and services",
    "us-docket": "US docket numbers",
    "us-appeal": "US appeal numbers",
    "us-report": "US law reports",
    "ttab": "TTAB proceedings",
    "cjeu": "EU case numbers",
    "euipo": "EUIPO decision numbers",
    "uk-neutral": "UK neutral citations",
    "udrp": "domain name case numbers",
    "registration": "registration numbers",
    "application": "application numbers",
}
"""Lists kinds of mentions, in the order in which they are told."""
ACCESS_WORDS: Mapping[str, str] = {
    "open": "open to all",
    "registration": "for registered readers",
    "subscription": "for subscribers",
    "unknown": "not said",
}
