"""Checks a form that changes something: no page of another site may send it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from datasette.utils.asgi import Request  # type: ignore[import-untyped]

MOST_BYTES = 200_000
"""Limits the bytes of a form: a reading list and the longest query stay far below."""
FORM_TYPE = "application/x-www-form-urlencoded"
NOT_FROM_HERE = (
    "Forms of this archive are taken from its own pages alone: open the page here and press the "
    "button there."
)

_FORMS = re.compile(
    r"(?:/.*)?/(?:saved|saved/[a-z0-9-]+/(?:run|remove)|reading-list|check|-/log(?:in|out))"
)
"""Matches the addresses of forms; before them stands the path prefix, if there is one."""
_LOCAL = re.compile(r"/(?![/\\])[!-~]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class PostedForm:
    """Is a form as it was sent."""

    fields: tuple[tuple[str, str], ...]
    """Lists names and values, without the token; a name may come several times."""
    is_current: bool
    """Has it the token of this reader's browser? None is known from before the room was started."""

    def values(self, name: str) -> list[str]:
        return [value for given, value in self.fields if given == name]

    def value(self, name: str) -> str:
        """Returns the first value of that name; "" if there is none."""
        return next(iter(self.values(name)), "")

    def back(self, otherwise: str) -> str:
        """Returns the address of the page that the form stood on.

        :param otherwise: where to go if it is no page of ours
        """
        page = self.value("back")
        return page if is_local(page) else otherwise


def is_local(page: str) -> bool:
    """Is it the address of a page of this room, so that nobody is led elsewhere?"""
    return _LOCAL.fullmatch(page) is not None


def takes_form(path: str) -> bool:
    """Is it one of the addresses to which a form may be sent?"""
    return _FORMS.fullmatch(path) is not None


def why_no_form(headers: Mapping[bytes, Sequence[str]]) -> tuple[int, str] | None:
    """Returns status and words, if what was sent is no form of our own pages.

    Browsers say where it comes from: ``Sec-Fetch-Site`` (https and this machine), else ``Origin``.
    """
    sites, origins = headers.get(b"sec-fetch-site", []), headers.get(b"origin", [])
    if sites:
        is_ours = all(site == "same-origin" for site in sites)
    else:
        hosts = {host.lower() for host in headers.get(b"host", [])}
        is_ours = bool(origins) and {_host_of(origin) for origin in origins} == hosts
    if not is_ours:
        return 403, NOT_FROM_HERE
    kind = "".join(headers.get(b"content-type", [])).partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        return 415, f"A form is sent as {FORM_TYPE}."
    length = "".join(headers.get(b"content-length", []))
    is_told = re.fullmatch("[0-9]{1,9}", length) and b"transfer-encoding" not in headers
    if not is_told or int(length) > MOST_BYTES:
        return 413, f"A form of this archive has {MOST_BYTES:,} bytes at most."
    return None


async def read_form(request: "Request") -> PostedForm:
    """Reads what was sent, once :func:`why_no_form` found nothing."""
    body = (await request.post_body()).decode("utf-8", "replace")
    given = parse_qsl(body, keep_blank_values=True)
    token = dict(given).get("csrftoken")
    return PostedForm(
        fields=tuple((name, value) for name, value in given if name != "csrftoken"),
        is_current=token == request.scope["csrftoken"](),
    )


def _host_of(origin: str) -> str | None:
    """Returns ``press.example:8001`` of ``http://press.example:8001``; None of ``null``."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in ("http", "https") else None
