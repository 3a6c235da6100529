"""Decides who is answered at all, and what every answer has: a layer around Datasette."""

import csv
import io
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from tradepress.browse.serving.cookies import with_readable_cookies
from tradepress.browse.serving.exports import LAST_GIVEN, asked_whole, name_of_part
from tradepress.browse.serving.parameters import what_is_wrong
from tradepress.browse.serving.password import LOGIN, Doorkeeper
from tradepress.browse.serving.posting import takes_form, why_no_form
from tradepress.browse.words.rendering import inert_csv_cell
from tradepress.research.export.csv_file import BOM

Message = dict[str, Any]
Scope = Mapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SECURITY_HEADERS = {
    # No page of ours needs a script, a frame or anything from another host.
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    # To our own pages alone: without it a form would come from the origin "null".
    b"referrer-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-robots-tag": b"noindex, nofollow",
}
METHODS = ("GET", "HEAD")
OTHER_HOST = (
    "This archive is not served under that host name; "
    "start `tradepress browse` with --public-host to allow it."
)

LOG_IN = "This archive asks for a password: open its front page in a browser and log in."
OPEN_TO_ALL = frozenset({LOGIN, "/static/tradepress.css", "/favicon.ico", "/robots.txt"})
"""Lists what is answered before the password was given."""

NO_PAGE = "There is no such page."

CSV_FAILED = b"The query could not be run; open it as a page to read why.\r\n"
CSV_CUT = b"The list ends here and is not whole: "

_OF_DATASETTE = re.compile(r"/data(/.*)?\.csv$")
_NO_PAGE = re.compile(r"/(?:[/\\]|[^/]*~)")
"""Matches beginnings that no address of ours has: Datasette would find the archive at
``/~64ata``, too, and lead from ``/\\evil.example/`` to another host."""
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.ASCII)


def guarded(
    app: App,
    public_hosts: Collection[str],
    doorkeeper: Doorkeeper | None = None,
    prefix: str = "/",
) -> App:
    """Lets ``app`` answer whom it may, with safe headers and without formulas in CSV.

    :param public_hosts: names under which others reach it, beside those of this machine
    :param doorkeeper: who knows whom to let in; None: there is no password
    :param prefix: of the paths of requests, ``/press/``; those without it are answered, too
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        scope = {**scope, "headers": with_readable_cookies(scope["headers"])}
        path = scope["path"]
        if path.startswith(prefix):
            path = "/" + path[len(prefix) :]
        query = asked_whole(path, scope["query_string"].decode("latin-1"))
        safely = _safely(path, query, _leading_under(prefix, send))
        refused = refusal({**scope, "path": path}, public_hosts, has_forms=True)
        if refused is None and _NO_PAGE.match(path):
            refused = 404, NO_PAGE
        if refused is None and doorkeeper and not (path in OPEN_TO_ALL or doorkeeper.knows(scope)):
            if "." in path.rpartition("/")[2] or scope["method"] == "POST":
                refused = 401, LOG_IN
            else:
                back = scope["path"] + (f"?{query}" if query else "")
                login = f"{prefix.rstrip('/')}{LOGIN}?{urlencode({'next': back})}"
                headers = [(b"location", login.encode()), (b"cache-control", b"no-store")]
                start = {"type": "http.response.start", "status": 302, "headers": headers}
                await safely(start)
                await safely({"type": "http.response.body", "body": b""})
                return
        if refused is None:
            LAST_GIVEN.set(None)
            await app(
                {
                    **scope,
                    # Datasette puts the prefix before what was asked for, be it there or not.
                    "path": path,
                    "raw_path": _without(prefix, scope),
                    "query_string": query.encode("latin-1"),
                },
                receive,
                safely,
            )
            return
        status, words = refused
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        if status == 405:
            headers.append((b"allow", ", ".join(METHODS).encode()))
        await safely({"type": "http.response.start", "status": status, "headers": headers})
        await safely({"type": "http.response.body", "body": f"{words}\n".encode()})

    return wrapped


def _without(prefix: str, scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    start = prefix.encode()
    return b"/" + raw[len(start) :] if raw.startswith(start) else raw


def _leading_under(prefix: str, send: Send) -> Send:
    """Sends on; a redirect to a path without the prefix gets it."""

    async def send_under(message: Message) -> None:
        if message["type"] == "http.response.start" and prefix != "/":
            root, start = b"/", prefix.encode()
            message = message | {
                "headers": [
                    (name, start + value[1:])
                    if name.lower() == b"location"
                    and value.startswith(root)
                    and not value.startswith((start, b"//"))
                    else (name, value)
                    for name, value in message.get("headers", [])
                ]
            }
        await send(message)

    return send_under


def is_known_host(host: str, public_hosts: Collection[str]) -> bool:
    """Is it a ``Host`` header that names this machine, or one of ``public_hosts``?

    Any other name may be one that a page made to point here, so as to read the archive.
    """
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return False
    name = match[1]
    if name == "localhost" or name in {public.lower() for public in public_hosts}:
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def refusal(
    scope: Scope,
    public_hosts: Collection[str],
    other_host: str = OTHER_HOST,
    *,
    has_forms: bool = False,
) -> tuple[int, str] | None:
    """Returns status and words, if this request gets no answer.

    :param other_host: the words for a host that is not known
    :param has_forms: may forms be sent to the addresses of :func:`takes_form`?
    """
    given: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        given.setdefault(name, []).append(value.decode("latin-1"))
    hosts = given.get(b"host", [""])
    if not all(is_known_host(host, public_hosts) for host in hosts):
        return 400, other_host
    is_form = has_forms and scope["method"] == "POST" and takes_form(scope["path"])
    if is_form and (refused := why_no_form(given)):
        return refused
    if scope["method"] not in METHODS and not is_form:
        return 405, "This archive can only be read: ask with GET."
    if wrong := what_is_wrong(scope["path"], scope["query_string"].decode("latin-1")):
        return 400, wrong
    # Another site's page may lead here by a link; what it loads by itself is an attack.
    if given.get(b"sec-fetch-site", [""])[0] in ("cross-site", "same-site") and (
        given.get(b"sec-fetch-dest") != ["document"]
    ):
        return 403, "Pages of other sites can't load anything from this archive."
    return None


def _safely(path: str, query: str, send: Send) -> Send:
    """Sends on with safe headers; CSV without formulas, and none for a query that failed.

    A file that is not whole has a name that says so.
    """
    held: Message | None = None
    is_csv = False

    async def send_safely(message: Message) -> None:
        nonlocal held, is_csv
        if message["type"] == "http.response.start":
            is_good = message["status"] == 200
            ours = dict(SECURITY_HEADERS)
            part = name_of_part(path, query, LAST_GIVEN.get())
            if part and is_good:
                named = f'attachment; filename="{part}"'
                ours[b"content-disposition"] = named.encode("latin-1")
            given = [(name.lower(), value) for name, value in message.get("headers", [])]
            kept = [(name, value) for name, value in given if name not in ours]
            message = message | {"headers": [*kept, *ours.items()]}
            kind = dict(kept).get(b"content-type", b"")
            is_text = kind.startswith((b"text/plain", b"text/csv"))
            # Ours are inert already, and the mark of UTF-8 is no part of a table.
            is_csv = is_good and is_text and bool(_OF_DATASETTE.search(path))
            if is_csv:
                held = message
                return
        elif is_csv and message["type"] == "http.response.body":
            body, mark = message.get("body", b""), b""
            if held is not None:
                # A failed query is to Datasette a table without columns.
                if body == b"\r\n":
                    body = CSV_FAILED
                    await send(held | {"status": 400})
                else:
                    mark = BOM
                    await send(as_file(held, path))
                held = None
            elif body and not body.endswith(b"\r\n"):
                body = CSV_CUT + body  # what Datasette writes when it fails on the way
            message = message | {"body": mark + without_formulas(body)}
        await send(message)

    return send_safely


def as_file(start: Message, path: str) -> Message:
    """Returns the start of a CSV that a browser keeps as a file, under a name of its own."""
    name = path.rpartition("/")[2] if path.count("/") > 1 else "query.csv"
    headers = dict(start["headers"])
    headers[b"content-type"] = b"text/csv; charset=utf-8"
    headers.setdefault(b"content-disposition", f'attachment; filename="{name}"'.encode("latin-1"))
    return start | {"headers": [*headers.items()]}


def without_formulas(lines: bytes) -> bytes:
    """Makes the cells of whole CSV lines inert (Datasette sends each row as one message)."""
    csv.field_size_limit(2**31 - 1)
    inert = io.StringIO()
    writer = csv.writer(inert)
    for row in csv.reader(io.StringIO(lines.decode(), newline="")):
        writer.writerow([inert_csv_cell(value) for value in row])
    return inert.getvalue().encode()
