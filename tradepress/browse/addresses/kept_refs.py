"""Reads the reading list as a reader's own browser keeps it: refs in a cookie."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tradepress.archive.stories.ref import VERSION_NAME

MOST_LETTERS = 3800
"""Limits the letters: browsers keep 4,096 bytes of a cookie with its name: some 250 refs."""
KEPT_SECONDS = 365 * 24 * 60 * 60

REF = re.compile(rf"[A-Za-z0-9._-]{{1,200}}(?:@(?:{VERSION_NAME}))?")
# Neither is in a ref, and no cookie has to quote them.
_BETWEEN, _AT = ":", "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptRefs:
    """Lists refs of stories (``wipr-14415``) or versions (``wipr-14415@2``), as the reader does."""

    refs: tuple[str, ...] = ()

    def as_cookie(self) -> str:
        return _BETWEEN.join(self.refs).replace("@", _AT)

    def adding(self, refs: Iterable[str]) -> "KeptRefs":
        """Returns the list with as many of these as there is room for, behind the others."""
        kept = self
        for ref in dict.fromkeys(refs):
            more = KeptRefs(refs=(*kept.refs, ref))
            is_new = REF.fullmatch(ref) and ref not in kept.refs
            if is_new and len(more.as_cookie()) <= MOST_LETTERS:
                kept = more
        return kept

    def without(self, refs: Sequence[str]) -> "KeptRefs":
        return KeptRefs(refs=tuple(ref for ref in self.refs if ref not in refs))

    def moved(self, ref: str, by: int) -> "KeptRefs":
        """Returns the list with a ref moved to another place.

        :param by: places, down; up if it is less than 0
        """
        if ref not in self.refs:
            return self
        others = [one for one in self.refs if one != ref]
        others.insert(max(self.refs.index(ref) + by, 0), ref)
        return KeptRefs(refs=tuple(others))


def refs_in(cookie: str) -> KeptRefs:
    """Reads what :meth:`KeptRefs.as_cookie` wrote; whatever else stands there counts for
    nothing."""
    refs = cookie.replace(_AT, "@").split(_BETWEEN)
    return KeptRefs(refs=tuple(dict.fromkeys(ref for ref in refs if REF.fullmatch(ref))))


def cookie_name(archive: Path) -> str:
    """Names the cookie of one archive: cookies don't know ports; a machine may serve several."""
    return f"reading-list-{hashlib.sha256(bytes(archive.resolve())).hexdigest()[:8]}"
