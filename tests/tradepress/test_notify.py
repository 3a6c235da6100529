"""`tradepress health` and whom it tells: servers on loopback, and no secret in what it says."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import click
import pytest
import time_machine
from calm_paper import Paper, three_a_week
from conftest import ROOT, Tradepress, quick_first, serving

from tradepress.commands.health_command import health
from tradepress.commands.query_command import run
from tradepress.configuration import MAIL_EXAMPLE
from tradepress.jobs.notify import open_services

# apprise's mail plug-in looks for a module that Python 3.13 no longer has.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@dataclass
class Listener:
    """A server that takes what it is sent."""

    port: int
    status: int = 200
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and body of each."""

    @property
    def url(self) -> str:
        """As a service for notifications; with a secret."""
        return f"json://orrin:hunter2@127.0.0.1:{self.port}/"

    def taken(self) -> list[tuple[str, str]]:
        """Titles and bodies since the last time."""
        told = [json.loads(body) for _, _, body in self.requests]
        self.requests.clear()
        return [(message["title"], message["message"]) for message in told]


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(size).decode()
            state.requests.append((self.command, self.path, body))
            self.send_response(state.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(Handler) as port:
        state = Listener(port=port)
        yield state


@dataclass
class Operator:
    """An archive that grows, and the command over it at the archive's own time."""

    paper: Paper
    folder: Path
    command: Tradepress
    code: int = 0
    out: str = ""
    err: str = ""

    def check(self, *arguments: str, after: timedelta = timedelta()) -> int:
        self.paper.write(self.folder / "archive.db")
        return self.check_as_it_is(*arguments, after=after)

    def check_as_it_is(self, *arguments: str, after: timedelta = timedelta()) -> int:
        backups = self.folder / "backups"
        backups.mkdir(exist_ok=True)
        (backups / f"archive-{self.paper.now:%Y%m%dT%H%M%SZ}.db").touch()
        with time_machine.travel(self.paper.now + after):
            result = self.command("health", *arguments)
        self.code, self.out, self.err = result.returncode, result.stdout, result.stderr
        return self.code


@pytest.fixture
def operator(tmp_path: Path, here: Tradepress) -> Operator:
    paper = Paper(rhythm=three_a_week)
    paper.live(61)
    return Operator(paper=paper, folder=tmp_path, command=here)


def test_a_well_archive_is_a_line_a_source(operator: Operator) -> None:
    assert operator.check() == 0
    assert operator.out == (
        "well      signet    last good run 2027-03-05 20:01, 12 new stories in 28 days\n"
    )
    assert not (operator.folder / "archive.db.health.json").exists()


def test_what_is_wrong_is_a_line_with_the_next_step(operator: Operator) -> None:
    operator.paper.next_day(listing="failed", reason="timeout")
    assert operator.check() == 1
    (line,) = operator.out.splitlines()
    assert line.startswith("problem   signet    no section, feed or sitemap could be read since ")
    assert "2 asked: timeout" in line
    assert "`tradepress runs`" in line
    assert operator.check("--json") == 1
    told = json.loads(operator.out)
    assert told["findings"][0]["check"] == "seeds"
    assert told["sources"][0]["source"] == "signet"
    assert operator.check("--source", "makers") == 1
    assert "never crawled" in operator.out


def test_young_archives_are_learning(tmp_path: Path, here: Tradepress) -> None:
    paper = Paper(rhythm=three_a_week)
    paper.live(3)
    young = Operator(paper=paper, folder=tmp_path, command=here)
    assert young.check() == 0
    assert young.out.startswith("learning  signet    learning, day 3 of 28: ")


def test_services_are_told_news_recoveries_and_once_a_week_what_lasts(
    operator: Operator, listener: Listener
) -> None:
    notify = ("--notify", listener.url)
    assert operator.check(*notify) == 0
    assert listener.requests == []

    operator.paper.next_day(listing="failed", reason="timeout")
    assert operator.check(*notify) == 1
    assert json.loads(listener.requests[0][2])["type"] == "failure"
    ((title, body),) = listener.taken()
    assert title == "Tradepress: 1 problem"
    assert body.startswith("New:\nproblem: signet: no section, feed or sitemap could be read")
    assert f"Archive: {operator.folder / 'archive.db'}" in body

    for _ in range(6):
        operator.paper.next_day(listing="failed", reason="timeout")
        operator.check(*notify)
    assert listener.requests == []
    operator.paper.next_day(listing="failed", reason="timeout")
    operator.check(*notify)
    ((title, body),) = listener.taken()
    assert body.startswith("Still:\nproblem: signet:")

    operator.paper.next_day()
    assert operator.check(*notify) == 0
    ((title, body),) = listener.taken()
    assert title == "Tradepress: all is well again"
    assert body.startswith("Over:\nproblem: signet:")
    operator.paper.next_day()
    operator.check(*notify)
    assert listener.requests == []


def test_what_could_not_be_delivered_is_said_without_secrets_and_told_next_time(
    operator: Operator, listener: Listener
) -> None:
    operator.paper.next_day(found=0)
    listener.status = 500
    assert operator.check("--notify", listener.url) == 1
    assert operator.err == (
        "json: (address 1) took no message; it is tried again at the next check\n"
    )
    assert listener.requests
    listener.requests.clear()
    listener.status = 200
    operator.check("--notify", listener.url)
    assert len(listener.taken()) == 1
    state = operator.folder / "archive.db.health.json"
    assert state.stat().st_mode & 0o077 == 0
    assert "hunter2" not in operator.out + operator.err + state.read_text()
    operator.check("--notify", listener.url, "--notify", f"{listener.url}second")
    assert [request[1] for request in listener.requests] == ["/second"]


def test_an_undelivered_recovery_is_a_failure_of_the_command(
    operator: Operator, listener: Listener
) -> None:
    operator.paper.next_day(found=0)
    operator.check("--notify", listener.url)
    operator.paper.next_day()
    listener.status = 500
    assert operator.check("--notify", listener.url) == 1
    assert operator.out.startswith("well")


def test_another_scope_ends_nothing(operator: Operator, listener: Listener) -> None:
    operator.paper.next_day(found=0)
    operator.check("--notify", listener.url)
    listener.requests.clear()
    operator.check("--source", "makers", "--notify", listener.url)
    ((_, body),) = listener.taken()
    assert "Over" not in body
    assert "makers: it was never crawled" in body


def test_a_damaged_archive_is_told_and_ends_nothing(operator: Operator, listener: Listener) -> None:
    operator.paper.next_day(found=0)
    operator.check("--notify", listener.url)
    listener.requests.clear()
    (operator.folder / "archive.db").unlink()
    (operator.folder / "archive.db").write_bytes(b"SQLite format 3\x00" + b"\0" * 40)
    assert operator.check_as_it_is("--notify", listener.url) == 3
    assert operator.out.startswith("problem   archive ")
    ((_, body),) = listener.taken()
    assert "is cut off; put a backup in its place" in body
    assert "Over" not in body
    (operator.folder / "archive.db").unlink()
    operator.check("--notify", listener.url)
    ((_, body),) = listener.taken()
    assert body.startswith("Over:\nproblem: archive:")


def test_a_missing_archive_is_exit_3(here: Tradepress) -> None:
    result = here("health")
    assert result.returncode == 3
    assert "there is no archive" in result.stdout


@pytest.mark.parametrize(
    ("address", "name"),
    [("orrin://hunter2@lamps", "orrin: (address 1)"), ("lamps.example/hunter2", "address 1")],
)
def test_an_unknown_service_is_a_usage_error_without_the_secret(
    here: Tradepress, address: str, name: str
) -> None:
    result = here("health", "--notify", address)
    assert result.returncode == 2
    assert f"Error: {name} is no address that notifications can go to" in result.stderr
    assert "hunter2" not in result.stderr + result.stdout


@pytest.mark.parametrize("line", ['urls = ["json://hunter2@lamps", 3]', 'ping = ["hunter2"]'])
def test_a_wrong_configuration_is_said_without_the_secret(
    here: Tradepress, tmp_path: Path, line: str
) -> None:
    (tmp_path / "tradepress.toml").write_text(f"[notify]\n{line}\n")
    result = here("health", "--scheduled")
    assert result.returncode == 2
    assert result.stderr.startswith(f"Error: tradepress.toml: notify.{line[:4]} must be text")
    assert "hunter2" not in result.stderr


@pytest.mark.parametrize(
    "state",
    quick_first(
        [
            "{not json",
            "[" * 9999,
            '{"DIGEST": []}',
            '{"DIGEST": {"told": null, "told_at": null}}',
            '{"DIGEST": {"told": {"signet seeds": null}, "told_at": "2027-03-05T21:00:00Z"}}',
            '{"DIGEST": {"told": {"signet late": {"source": "signet"}}, "told_at": "yesterday"}}',
            '{"DIGEST": {"told": {}, "told_at": "2027-03-05T21:00:00"}}',
        ],
        2,
    ),
)
def test_a_state_that_cannot_be_read_tells_all_anew(
    operator: Operator, listener: Listener, state: str
) -> None:
    operator.paper.next_day(found=0)
    digest = hashlib.sha256(listener.url.encode()).hexdigest()[:16]
    file = operator.folder / "archive.db.health.json"
    file.write_text(state.replace("DIGEST", digest))
    assert operator.check("--notify", listener.url) == 1
    assert len(listener.taken()) == 1
    assert list(json.loads(file.read_bytes())) == [digest]


def test_the_weekly_reminder_comes_in_the_seventh_night_although_that_check_is_early(
    operator: Operator, listener: Listener
) -> None:
    operator.paper.next_day(found=0)
    operator.check("--notify", listener.url, after=timedelta(hours=3))
    operator.paper.live(7, found=0)
    listener.requests.clear()
    operator.check("--notify", listener.url)
    assert len(listener.taken()) == 1


# Timers


def configure(operator: Operator, listener: Listener) -> None:
    (operator.folder / "tradepress.toml").write_text(
        'contact = "press@library.example"\n'
        f'[notify]\nurls = ["{listener.url}"]\nping = "http://127.0.0.1:{listener.port}/ping/s3cret"\n'
    )


def test_a_scheduled_check_pings_and_notifies_as_configured(
    operator: Operator, listener: Listener
) -> None:
    configure(operator, listener)
    assert operator.check("--scheduled") == 0
    assert listener.requests == [("GET", "/ping/s3cret", "")]
    listener.requests.clear()
    operator.paper.next_day(listing="failed", reason="timeout")
    assert operator.check("--scheduled") == 1
    told, pinged = listener.requests
    assert json.loads(told[2])["title"] == "Tradepress: 1 problem"
    assert pinged[:2] == ("POST", "/ping/s3cret/fail")
    assert "no section, feed or sitemap could be read" in pinged[2]
    listener.requests.clear()
    assert operator.check() == 1
    assert listener.requests == []


def test_a_ping_that_is_not_taken_is_said_without_the_secret(
    operator: Operator, listener: Listener
) -> None:
    configure(operator, listener)
    listener.status = 404
    assert operator.check("--scheduled") == 1
    assert operator.err == (
        "the ping to 127.0.0.1 failed: it answered 404; look at the address in tradepress.toml\n"
    )


@pytest.mark.parametrize("address", ["file:///etc/passwd", "//hunter2", "http://", "[hunter2"])
def test_a_ping_goes_to_the_web_alone(operator: Operator, address: str) -> None:
    (operator.folder / "tradepress.toml").write_text(f'[notify]\nping = "{address}"\n')
    assert operator.check("--scheduled") == 1
    assert operator.err == "the address for pings must begin with https:// or http://\n"


def test_at_night_a_mistake_in_one_address_keeps_nobody_else_from_being_told(
    operator: Operator, listener: Listener
) -> None:
    (operator.folder / "tradepress.toml").write_text(
        f'[notify]\nurls = ["orrin://hunter2@lamps", "{listener.url}"]\nping = "lamps/hunter2"\n'
    )
    operator.paper.next_day(listing="failed", reason="timeout")
    assert operator.check("--scheduled") == 1
    assert len(listener.taken()) == 1
    assert operator.err.startswith("orrin: (address 1) is no address that notifications can go to")
    assert "must begin with https:// or http://" in operator.err
    assert "hunter2" not in operator.err


TOLD_OF = [
    *(path.read_text() for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]),
    *(
        option.help or ""
        for command in (run, health)
        for option in command.params
        if isinstance(option, click.Option)
    ),
]
EXAMPLES = {
    address for text in TOLD_OF for address in re.findall(r"\b(?:mailtos?|slack):[^\s`'\",]*", text)
}


@pytest.mark.parametrize("address", sorted(EXAMPLES))
def test_an_address_shown_in_help_or_docs_works(address: str) -> None:
    (service,), unknown = open_services([address])
    assert service.apprise.urls()
    assert unknown == []


def test_a_refusal_shows_an_address_that_works() -> None:
    assert MAIL_EXAMPLE in EXAMPLES
    (told,) = open_services(["mailto:a@b.example"])[1]
    assert MAIL_EXAMPLE in told
    assert "a@b" not in told
