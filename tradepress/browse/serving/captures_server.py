"""Serves captured pages of one archive, on an origin of their own: a page from the web, whatever
it holds, runs nothing, loads nothing and reaches nothing, Datasette's pages least of all."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from sqlite3 import DatabaseError
from threading import Thread

from jinja2 import Environment, FileSystemLoader

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page, read_member
from tradepress.archive.errors import ArchiveError, NoSuchArticle, WithdrawnArticle
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.captured_version import captured_version
from tradepress.archive.stories.ref import VERSION_NAME
from tradepress.browse.serving.gate import (
    METHODS,
    SECURITY_HEADERS,
    App,
    Receive,
    Scope,
    Send,
    refusal,
)
from tradepress.browse.serving.inert_page import inert_text, is_html
from tradepress.browse.serving.listening import PortTaken, listen
from tradepress.browse.serving.password import Doorkeeper
from tradepress.browse.words import rendering

HERE = Path(__file__).resolve().parent.parent
STYLESHEET = "/tradepress.css"
FRAME = "/page"
"""Follows the address of a captured page where the page itself is."""
FILE, RECORD = "/file", "/warc"
"""Follow it where it is to be taken away: as the paper sent it, and as it is kept."""
_ADDRESS = re.compile(
    rf"/(?P<ref>[A-Za-z0-9._-]+(?:@(?:{VERSION_NAME}))?)(?P<part>{FRAME}|{FILE}|{RECORD})?",
    re.ASCII,
)

FRAME_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""Forbids scripts, forms, windows, an origin, and anything from anywhere (CSP level 3)."""
OWN_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src {frame}; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    **SECURITY_HEADERS,
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",  # what is withdrawn must not be shown from a cache
    b"cross-origin-opener-policy": b"same-origin",
    b"x-dns-prefetch-control": b"off",
}
UNREADABLE = "The captured page can't be read: run `tradepress verify`."
LOG_IN = "This archive asks for a password: log in there, and reload this page."
OTHER_HOST = "Captured pages are shown on this machine alone."

PLAIN, PAGE, CSS = (f"text/{kind}; charset=utf-8".encode() for kind in ("plain", "html", "css"))


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Is an answer to a browser."""

    status: int = 200
    body: str | bytes
    media_type: bytes = PAGE
    policy: str = OWN_POLICY.format(frame="'none'")
    headers: dict[bytes, bytes] = field(default_factory=dict)


def capture_app(
    archive: Path, *, reading_room: str | None = None, doorkeeper: Doorkeeper | None = None
) -> App:
    """Makes an ASGI app: ``/wipr-14415@2`` is the captured page of that version in a frame that can
    do nothing, below who, when and where from.

    For this machine alone (loopback names), GET and HEAD. Reads the archive at each request.

    :param reading_room: address of Datasette on the same archive; None: there is none
    :param doorkeeper: that of the reading room: its cookie comes here, for cookies don't know ports
    """
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
    templates.filters |= {"in_minutes": rendering.in_minutes, "web_link": rendering.web_link}
    template = templates.get_template("captured.html")

    def page(**words: object) -> str:
        return template.render(reading_room=reading_room, stylesheet=STYLESHEET, **words)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        refused = refusal(scope, public_hosts=(), other_host=OTHER_HOST)
        if refused is not None:
            status, words = refused
            allowed = {b"allow": ", ".join(METHODS).encode()} if status == 405 else {}
            shown = Shown(status=status, body=f"{words}\n", media_type=PLAIN, headers=allowed)
        elif scope["path"] == STYLESHEET:
            css = (HERE / "static" / "tradepress.css").read_text("utf-8")
            shown = Shown(body=css, media_type=CSS)
        elif doorkeeper and not doorkeeper.knows(scope):
            shown = Shown(status=401, body=page(said=LOG_IN))
        else:
            shown = _captured(archive, scope, page)
        body = shown.body
        if isinstance(body, str):
            body = body.encode("utf-8", "replace")  # half a pair of surrogates
        own = {b"content-type": shown.media_type, b"content-length": b"%d" % len(body)}
        headers = {**HEADERS, b"content-security-policy": shown.policy.encode(), **own}
        if shown.policy == FRAME_POLICY:
            del headers[b"x-frame-options"]  # frame-ancestors says by whom
        headers |= shown.headers
        start = {"type": "http.response.start", "status": shown.status}
        await send(start | {"headers": [*headers.items()]})
        given = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": given})

    return app


@contextmanager
def serve_captures(
    archive: Path,
    *,
    port: int = 0,
    reading_room: str | None = None,
    doorkeeper: Doorkeeper | None = None,
) -> Iterator[str]:
    """Serves :func:`capture_app` on 127.0.0.1 while the block lasts, in a thread; gives its
    address, to which ``/wipr-14415@2`` is added.

    :param port: 0, or one that is in use: any that is free
    :raises archive.errors.ArchiveError: missing, not ours, newer, older or damaged
    """
    # Takes a while: only who serves pays for it.
    import uvicorn

    read_archive(archive).close()
    try:
        seed, address = listen(port)
    except PortTaken:
        seed, address = listen(0)
    app = capture_app(archive, reading_room=reading_room, doorkeeper=doorkeeper)
    server = uvicorn.Server(
        # Logs as Datasette's server has set it up, or not at all.
        uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run, kwargs={"sockets": [seed]}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join()
        seed.close()


def _captured(archive: Path, scope: Scope, page: Callable[..., str]) -> Shown:
    match = _ADDRESS.fullmatch(scope["path"])
    if match is None:
        return Shown(status=404, body=page(said="There is no such page."))
    try:
        with read_archive(archive) as db:
            version = captured_version(db, match["ref"])
        part, place = match["part"], asdict(version)
        body = read_kept_page(capture_folder(archive), place)
        if part == RECORD:
            body = read_member(capture_folder(archive), place)
    except NoSuchArticle as error:
        status = 410 if isinstance(error, WithdrawnArticle) else 404
        return Shown(status=status, body=page(said=f"{error}."))
    except UnreadablePage:
        return Shown(status=500, body=page(said=UNREADABLE))
    except (ArchiveError, DatabaseError):
        return Shown(status=503, body=page(said="The archive can't be read; is it being moved?"))
    name = f"{version.ref}-v{version.version}"
    if part == RECORD:
        return _to_take_away(body, f"{name}.warc.gz", b"application/warc")
    if part == FILE:
        ending = "html" if is_html(version.content_type) else "txt"
        return _to_take_away(body, f"{name}.{ending}", b"application/octet-stream")
    if part == FRAME:
        kind = PAGE if is_html(version.content_type) else PLAIN
        text = inert_text(body, version.content_type)
        return Shown(body=text, media_type=kind, policy=FRAME_POLICY)
    # That path alone: nothing may put another page into the frame.
    host = next(value.decode("ascii") for name, value in scope["headers"] if name == b"host")
    ref = f"{version.ref}@{version.version}"
    frame = f"/{ref}{FRAME}"
    policy = OWN_POLICY.format(frame=f"{scope.get('scheme', 'http')}://{host}{frame}")
    return Shown(body=page(captured=version, ref=ref, frame=frame), policy=policy)


def _to_take_away(body: bytes, name: str, media_type: bytes) -> Shown:
    """Makes an answer a file that no browser shows, whatever is in it."""
    disposition = {b"content-disposition": f'attachment; filename="{name}"'.encode("ascii")}
    return Shown(body=body, media_type=media_type, policy=FRAME_POLICY, headers=disposition)
