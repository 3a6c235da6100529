"""Tells people what is wrong: what is new, what is over, and once a week what lasts.

What each service was told lies beside the archive, not in it: it must work when that is damaged.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from tradepress.archive.clock import utc_text
from tradepress.archive.disk import written_whole
from tradepress.archive.health import Finding
from tradepress.configuration import MAIL_EXAMPLE

if TYPE_CHECKING:
    from apprise import Apprise

REMINDER = timedelta(days=6, hours=12)
"""Is a week for nightly checks, which come some hours sooner or later."""
PING_TIMEOUT = 10.0
"""Is in seconds."""
NO_PING_ADDRESS = "the address for pings must begin with https:// or http://"
# apprise logs addresses with their passwords.
logging.getLogger("apprise").addHandler(logging.NullHandler())
logging.getLogger("apprise").propagate = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """Holds what one service is about to be told."""

    title: str
    kind: Literal["failure", "warning", "success", "info"]
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """Is one address that apprise knows."""

    name: str
    """Is a name without secrets: ``mailto: (address 1)``."""
    digest: str
    """Is the digest by which a service is known in the state."""
    apprise: "Apprise"

    def take(self, message: Message) -> bool:
        """Is it delivered? A path may have bytes that are no letters: they are told as ``?``."""
        body = message.body.encode("utf-8", "replace").decode()
        # The format is said so that a mail in HTML keeps its lines.
        return bool(
            self.apprise.notify(
                body, title=message.title, notify_type=message.kind, body_format="text"
            )
        )


def open_services(urls: Sequence[str]) -> tuple[list[Service], list[str]]:
    """Opens the services at these addresses, as apprise knows them.

    :returns: the services, and a line without secrets for each address that apprise does not know
    """
    if not urls:
        return [], []
    # Only here: it takes a quarter of a second, which no other command should wait for.
    from apprise import Apprise, NotifyBase

    services, unknown = [], []
    for number, url in enumerate(dict.fromkeys(urls), 1):
        scheme, mark, _ = url.partition("://")
        is_named = mark and scheme.isalnum()  # else it may hold a password
        name = f"{scheme}: (address {number})" if is_named else f"address {number}"
        plugin = Apprise.instantiate(url, suppress_exceptions=True)
        if not isinstance(plugin, NotifyBase):
            unknown.append(
                f"{name} is no address that notifications can go to; write {MAIL_EXAMPLE}, or "
                "another of https://appriseit.com/services/"
            )
            continue
        digest = hashlib.sha256(url.encode()).hexdigest()[:16]
        services.append(Service(name=name, digest=digest, apprise=Apprise(plugin)))
    return services, unknown


def tell(
    services: Sequence[Service],
    findings: Sequence[Finding],
    *,
    state_file: Path,
    archive: Path,
    now: datetime,
    examined: Collection[str | None] | None,
) -> list[str]:
    """Tells each service what is news for it.

    :param examined: the sources that were looked at (with None: the archive as a whole); what was
        told of others is not taken for over. None: everything was looked at
    :returns: what could not be delivered or remembered, a line each; it is tried again next time
    """
    state = _read_state(state_file)
    found = {finding.key: _entry(finding) for finding in findings}
    failures = []
    for service in services:
        known = state.get(service.digest, {})
        told, told_at = known.get("told", {}), known.get("told_at")
        over = {
            key: entry
            for key, entry in told.items()
            if key not in found and (examined is None or entry["source"] in examined)
        }
        message = compose(findings, told, over, told_at, archive=archive, now=now)
        if message is None:
            continue
        if not service.take(message):
            failures.append(f"{service.name} took no message; it is tried again at the next check")
            continue
        kept = {key: entry for key, entry in told.items() if key not in over}
        state[service.digest] = {"told_at": utc_text(now), "told": {**kept, **found}}
        try:
            _write_state(state_file, state)
        except OSError as error:
            failures.append(
                f"{state_file} can't be written ({error.strerror}): the same will be told again"
            )
    return failures


def compose(
    findings: Sequence[Finding],
    told: dict[str, Any],
    over: dict[str, Any],
    told_at: str | None,
    *,
    archive: Path,
    now: datetime,
) -> Message | None:
    """Composes what is to be said to somebody who knows what was told; None: nothing is new."""
    new = [
        finding
        for finding in findings
        if finding.key not in told
        or (finding.level == "problem" and told[finding.key]["level"] == "warning")
    ]
    is_reminder = bool(findings and told_at and now - datetime.fromisoformat(told_at) >= REMINDER)
    if not (new or over or is_reminder):
        return None
    parts = {
        "New": [_line(finding) for finding in new],
        "Over": [entry["line"] for entry in over.values()],
        "Still": [_line(finding) for finding in findings if finding not in new],
    }
    counts = [
        f"{count} {level}{'s' if count > 1 else ''}"
        for level in ("problem", "warning")
        if (count := sum(finding.level == level for finding in findings))
    ]
    levels = {finding.level for finding in findings}
    return Message(
        kind="failure" if "problem" in levels else "warning" if levels else "success",
        title=f"Tradepress: {', '.join(counts) or 'all is well again'}",
        body="\n\n".join(
            [f"{name}:\n" + "\n".join(lines) for name, lines in parts.items() if lines]
            + [f"Archive: {archive}"]
        ),
    )


def _line(finding: Finding) -> str:
    return f"{finding.level}: {finding.source or 'archive'}: {finding.line}"


def _entry(finding: Finding) -> dict[str, str | None]:
    return {"source": finding.source, "level": finding.level, "line": _line(finding)}


def state_beside(archive: Path) -> Path:
    """Returns where it is remembered what was told."""
    return archive.with_name(f"{archive.name}.health.json")


def _read_state(path: Path) -> dict[str, Any]:
    """Reads what each service was told; nothing, if that can't be read: then all is told anew."""
    try:
        state = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    known = state.items() if isinstance(state, dict) else ()
    return {digest: of_service for digest, of_service in known if _is_whole(of_service)}


def _is_whole(of_service: Any) -> bool:
    """Is it as :func:`tell` writes it? A person may have edited the file."""
    try:
        told = of_service["told"].values()
        return datetime.fromisoformat(of_service["told_at"]).tzinfo is not None and all(
            {"source", "level"} <= entry.keys() and isinstance(entry["line"], str) for entry in told
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def _write_state(path: Path, state: dict[str, Any]) -> None:
    """Writes the state whole or not at all.

    :raises OSError: it can't be written
    """
    text = json.dumps(state, ensure_ascii=False, indent=1) + "\n"
    with written_whole(path) as part:
        part.write_bytes(text.encode("utf-8", "surrogatepass"))
        part.chmod(0o600)


def is_ping_address(url: str) -> bool:
    """Is it one of the web?"""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def ping(url: str, lines: Sequence[str], *, is_well: bool) -> list[str]:
    """Lets a service that waits for us know that the check ran, and how it ended.

    As healthchecks.io takes it: a GET if all is well, else the lines to the address with ``/fail``.

    :param url: an :func:`is_ping_address`
    :returns: why it failed, without secrets
    """
    # Here, as they load all of email and ssl.
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    parts = urlsplit(url)
    if is_well:
        request = Request(url, method="GET")
    else:
        fail = urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/fail"))
        request = Request(fail, data="\n".join(lines).encode("utf-8", "replace"), method="POST")
        request.add_header("Content-Type", "text/plain; charset=utf-8")
    failed = f"the ping to {parts.hostname} failed"
    try:
        with urlopen(request, timeout=PING_TIMEOUT):
            return []
    except HTTPError as error:
        with error:
            return [f"{failed}: it answered {error.code}; look at the address in tradepress.toml"]
    except (OSError, HTTPException, ValueError) as error:
        return [f"{failed} ({type(error).__name__}): look whether the network is up"]
