"""Declares WordPress addresses (kluwertrademark, trademarklawyer, ipwatchdog, domainnamewire)."""

DATED_POST = r"/\d{4}/\d\d/\d\d/[\w%-]+/?"
"""Matches ``/2020/09/23/slug/``.
No two posts of a site share a slug, whatever their days: it is an id."""

ROOT_POST = (
    r"/(?!(?:about|advertise|back|contact|cookies?|current|editorial|meet|our|privacy|subscri\w+"
    r"|terms|thank|wp)-)[a-z0-9%]+(?:-[a-z0-9%]+){2,}/?"
)
"""Matches ``/three-words-or-more/``, but none of the pages that sites keep beside their posts."""
