"""Any text as XML 1.0 can hold it."""

import html
import re

ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may have, not even escaped."""
REPLACEMENT = "\ufffd"


def xml_text(text: str) -> str:
    """For the content of an element or, in double quotes, of an attribute: a reader gets back every
    character, but U+FFFD for one that XML can't hold."""
    escaped = html.escape(text)
    if not escaped.isprintable():
        escaped = ILLEGAL.sub(REPLACEMENT, escaped)
        for blank in "\t\n\r":  # an attribute's would be read as spaces, a \r anywhere as \n
            escaped = escaped.replace(blank, f"&#{ord(blank)};")
    return escaped
