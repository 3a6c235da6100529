"""Writes any text as XML 1.0 can hold it."""

import html
import re

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Matches characters that no XML document may have, not even escaped."""
REPLACEMENT = "\ufffd"


def xml_text(text: str) -> str:
    """Escapes the content of an element: a reader gets back every character, but U+FFFD for one
    that XML can't hold."""
    escaped = html.escape(text, quote=False)
    if not escaped.isprintable():
        escaped = ILLEGAL.sub(REPLACEMENT, escaped).replace("\r", "&#13;")
    return escaped


def xml_attribute(text: str) -> str:
    """Escapes an attribute in double quotes."""
    escaped = xml_text(text).replace('"', "&quot;")
    return escaped.replace("\t", "&#9;").replace("\n", "&#10;")
