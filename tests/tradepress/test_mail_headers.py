"""What goes by mail, by a real mail server of this machine: no path, name or headline becomes a
header, another recipient or a tag."""

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from tradepress.archive.health import Finding
from tradepress.jobs.notify import open_services, ping, tell

# apprise's mail plug-in looks for a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
LINES = (
    "two\nlines",
    "\r\nBcc: others@library.example\r\n\r\n",
    "\r\n.\r\nMAIL FROM:<x@library.example>\r\n",
    "100%s %(x)s %",
    "<script>alert('x')</script> & \"quotes\" '",
    "Prèss 文字 \u202e \x00 \x1b[2J \udce9",
    "=?utf-8?q?Bcc:_x?=",
    "x" * 5000,
)


class MailServer(ThreadingTCPServer):
    """Takes all; who sent, to whom, and what."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Mailing)
        self.commands: list[str] = []
        self.mails: list[bytes] = []


class Mailing(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            words = line.decode().strip()
            self.server.commands.append(words)
            if words.upper() == "DATA":
                self.wfile.write(b"354 go on\r\n")
                mail = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    mail += line.removeprefix(b".") if line.startswith(b"..") else line
                self.server.mails.append(mail)
            self.wfile.write(b"221 bye\r\n" if words.upper() == "QUIT" else b"250 yes\r\n")


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.slow  # each closes a server
@pytest.mark.parametrize("words", LINES)
def test_a_mail_is_one_mail_whatever_it_tells(
    mails: MailServer, tmp_path: Path, words: str
) -> None:
    """Of an archive, a source and a site that are called so."""
    port = mails.server_address[1]
    url = f"mailto://127.0.0.1:{port}?from=press@library.example&to=desk@library.example"
    services, unknown = open_services([url])
    assert unknown == []
    finding = Finding(source=words, check="seeds", level="problem", what=words)
    for _ in range(2):  # of what was told it is remembered that it was
        failures = tell(
            services,
            [finding],
            state_file=tmp_path / "told.json",
            archive=Path("/srv") / words / "archive.db",
            now=datetime(2026, 11, 30, tzinfo=UTC),
            examined=None,
        )
        assert failures == []
    (mail,) = mails.mails
    named = [line for line in mails.commands if line.upper().startswith(("MAIL", "RCPT"))]
    assert len(named) == 2
    assert "desk@library.example" in named[1]
    read = email.message_from_bytes(mail, policy=email.policy.default)
    assert (read["Subject"], read["To"], read["Bcc"]) == (
        "Tradepress: 1 problem",
        "desk@library.example",
        None,
    )
    body = read.get_body(("html", "plain"))
    assert body is not None
    assert body.get_content_type() == "text/plain" or "<script>" not in body.get_content()
    assert "archive.db" in body.get_content()


def test_a_ping_says_what_is_wrong_of_any_path(mails: MailServer) -> None:
    (failed,) = ping(
        f"http://127.0.0.1:{mails.server_address[1]}/x", ["/srv/\udce9: wrong"], is_well=False
    )
    assert failed.startswith("the ping to 127.0.0.1 failed (BadStatusLine)")
