"""operating.md can't lie: what it shows is done on a machine with systemd, in order."""

import re
import shlex
from pathlib import Path

import click
import httpx
import pytest
from conftest import ROOT, Answer, Site, a_story
from documents import normal, steps
from free_port import free_port
from machine import PROGRAM, machine

from tradepress.command_line import cli
from tradepress.configuration import load_configuration
from tradepress.jobs.notify import open_services

DOCUMENT = (ROOT / "docs" / "operator" / "operating.md").read_text()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = FENCE.findall(DOCUMENT)
# Kinds of files that are shown, and that other tests below read.
STEPS = steps(re.sub(r"^```(?:toml|ini|yaml|systemd|nginx)$", "```", DOCUMENT, flags=re.MULTILINE))

# World IP Review's rules, for a paper on this machine.
ELSEWHERE = """
from dataclasses import replace
from tradepress.spiders import wipr
wipr.SOURCE = replace(
    wipr.SOURCE, domains=("127.0.0.1",), sections=("{home}/trademark/",), feeds=()
)
"""


def block(kind: str, *, having: str = "") -> str:
    """The only such block."""
    (text,) = [text for name, text in BLOCKS if name == kind and having in text]
    return text


HEADLINES = (
    "Lantern mark lost",
    "Medlar mark stays",
    "Tandem bell is no mark",
    "Kettle shape goes to appeal",
    "Orchard name is free again",
)


def publish(site: Site, count: int) -> None:
    """A paper with so many stories, each with a text of its own."""
    paths = [
        f"/news/{headline.lower().replace(' ', '-')}-{19801 + number}"
        for number, headline in enumerate(HEADLINES[:count])
    ]
    links = "".join(f'<p><a href="{path}">Read</a></p>' for path in paths)
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")
    site.pages["/trademark/"] = Answer(f"<html><body>{links}<a href=/about>About</a></body></html>")
    for path, headline in zip(paths, HEADLINES, strict=False):
        words = "".join(
            f"<p>{headline}, said the {court} after a hearing about the {headline.lower()} and "
            f"what buyers of such goods see in it; the {court} will give its reasons next week.</p>"
            for court in ("registry", "board", "general court")
        )
        site.pages[path] = Answer(a_story(headline, "12-05-2020", words=words))


def plain(printed: str, site: Site | None = None) -> list[str]:
    """What does not differ from machine to machine, or from day to day."""
    if site is not None:
        printed = printed.replace(site.home, "https://www.worldipreview.com")
    for pattern, word in (
        (r"\d+\.\d seconds", "N seconds"),
        (r"\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w+", "TIME"),
        (r"/srv/venv", "/opt/tradepress"),
        (r"ID \d+", "ID N"),
    ):
        printed = re.sub(pattern, word, printed)
    return normal(printed)


@pytest.mark.slow
def test_a_stranger_can_follow_it(tmp_path: Path, site: Site) -> None:
    """From the user to the reading room, as root on a machine with systemd."""
    publish(site, 3)
    port = free_port()
    start = PROGRAM.replace("if __name__", f"{ELSEWHERE.format(home=site.home)}if __name__")
    configuration = 'allow_addresses = ["127.0.0.1"]\n' + block("toml", having="contact")
    with machine("system", tmp_path / "machine", start) as running:
        for step in STEPS:
            if step.text.endswith(" wipr"):
                line = shlex.quote(configuration.replace("\n", "\\n"))
                running.do(f"printf %b {line} >/etc/tradepress/tradepress.toml")
            if step.text.endswith("--no-trial"):
                publish(site, len(HEADLINES))
            typed = step.text.replace("--public ", f"--public --port {port} ", 1)
            printed = running.do(f"PATH=/usr/local/bin:$PATH; {typed}")
            assert plain(printed, site) == plain(step.printed), step.text
        owned = running.do("find /var/lib/tradepress /etc/tradepress -printf '%u %m %p\\n' | sort")
        answer = in_the_room(port, "/stories?q=lantern")
    assert answer.status_code == 200
    assert "Lantern mark lost" in answer.text
    lines = owned.splitlines()
    assert "root 750 /etc/tradepress" in lines
    assert "tradepress 750 /var/lib/tradepress" in lines
    assert {line.split()[0] for line in lines if "/var/lib/" in line} == {"tradepress"}


def in_the_room(port: int, address: str) -> httpx.Response:
    """What the room answers to the name that its unit's options have, as soon as it listens."""
    host = {"Host": "press.library.example"}
    with httpx.Client(transport=httpx.HTTPTransport(retries=8), headers=host) as client:
        return client.get(f"http://127.0.0.1:{port}{address}", timeout=60)


def test_every_command_is_one() -> None:
    """Also those that only root or the network can run."""
    found = 0
    words = r"(?<![/=\w])tradepress (?:--config \S+ )?([a-z]+\b[^\n`|]*)"
    for line in re.findall(words, code()):
        name, *options = shlex.split(line, comments=True)
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, line
        if isinstance(command, click.Group):
            command = command.commands[options[0]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known, line
        found += 1
    assert found > 20


def code() -> str:
    """What can be typed: commands, files, inline code."""
    blocks = [text for kind, text in BLOCKS if kind != "console"]
    inline = [text.replace("\n", " ") for text in re.findall(r"`([^`]+)`", FENCE.sub("", DOCUMENT))]
    return "\n".join([*(step.text for step in STEPS), *blocks, *inline])


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_the_configuration_is_one(tmp_path: Path) -> None:
    file = tmp_path / "tradepress.toml"
    file.write_text(block("toml", having="contact"))
    configuration = load_configuration(file)
    assert configuration.contact
    assert configuration.sources.names == ("wipr",)
    services, unknown = open_services(configuration.notify.urls)
    assert services
    assert not unknown


def test_every_message_is_said_somewhere() -> None:
    """By the program, or by systemd."""
    sources = " ".join(
        re.sub(r'"\s*f?"', "", path.read_text())
        for folder in ("crawler", "tradepress")
        for path in (ROOT / folder).rglob("*.py")
    )
    (table,) = re.findall(r"^\| it says \| do \|\n\|.*\n((?:\|.*\n)+)", DOCUMENT, re.MULTILINE)
    for line in table.splitlines():
        words = line.split("|")[1].strip()
        assert words in sources or words.startswith("Failed to connect to"), words
