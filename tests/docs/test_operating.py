"""operating.md can't lie: what it shows is done on a machine with systemd, in order."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import click
import pytest
import yaml
from conftest import ROOT, Answer, Site, a_story
from documents import normal, steps
from machine import PROGRAM, machine
from needs import reason, require_program

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
        (r"/srv/venv", "/opt/tradepress/.venv"),
        ("daemon", "press"),
    ):
        printed = re.sub(pattern, word, printed)
    return normal(printed)


@pytest.mark.slow
def test_a_stranger_can_follow_it(tmp_path: Path, site: Site) -> None:
    """From the configuration to the backup, on a machine with systemd."""
    publish(site, 3)
    start = PROGRAM.replace("if __name__", f"{ELSEWHERE.format(home=site.home)}if __name__")
    with machine("systemd", tmp_path / "machine", start) as running:
        configuration = 'allow_addresses = ["127.0.0.1"]\n' + block("toml")
        (running.folder / "press" / "tradepress.toml").write_text(configuration)
        running.do("touch /var/lib/systemd/linger/daemon")  # loginctl enable-linger
        for step in STEPS:
            if step.text.endswith("--no-trial"):
                publish(site, len(HEADLINES))
            assert plain(running.do(step.text), site) == plain(step.printed), step.text


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
    file.write_text(block("toml"))
    configuration = load_configuration(file)
    assert configuration.contact
    assert configuration.sources.names == ("wipr",)
    services, unknown = open_services(configuration.notify.urls)
    assert services
    assert not unknown


def test_the_browsers_unit_is_one(tmp_path: Path) -> None:
    require_program("systemd-analyze")
    unit = tmp_path / "press-browse.service"
    assert f"~/.config/systemd/user/{unit.name}" in DOCUMENT
    text = block("systemd")
    assert "ExecStart=/usr/local/bin/tradepress browse" in text
    unit.write_text(text.replace("/usr/local/bin/tradepress", sys.executable))
    checked = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", unit],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_workflow_runs_what_a_night_runs() -> None:
    workflow = yaml.safe_load(block("yaml"))
    job = workflow["jobs"]["crawl"]
    commands = [step["run"] for step in job["steps"]]
    assert [command.split()[3:] for command in commands] == [
        ["crawl", "--scheduled"],
        ["health", "--scheduled"],
        ["backup"],
    ]
    # Whatever became of the crawl, and never from a pool.
    assert [step.get("if") for step in job["steps"]] == [None, "always()", "always()"]
    assert job["runs-on"] == "self-hosted"


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


# The image. There is no Docker in the tests: its parts are looked at, and the build's own commands.

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def copied() -> list[str]:
    """What the build takes from the checkout."""
    lines = re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_the_image_has_all_that_the_wheel_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    licences = project["project"]["license-files"]
    wanted = {
        "pyproject.toml",
        "requirements/run.txt",
        "requirements/cluster.txt",
        project["project"]["readme"],
        *(name for name in licences if name.partition("/")[0] not in packages),
        *packages,
    }
    assert set(copied()) == wanted
    for source in copied():
        assert (ROOT / source).exists(), source
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == wanted


def test_the_image_runs_as_nobody_special() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    user = re.search(r"^USER (\w+)$", final, re.MULTILINE)
    assert user
    assert user[1] != "root"
    assert f"--home-dir /srv/press {user[1]}\n" in final
    assert "\nVOLUME /srv/press\n" in final
    assert final.index("useradd") < final.index("\nUSER") < final.index("\nVOLUME")


@pytest.mark.slow
def test_the_image_builds_without_docker(tmp_path: Path) -> None:
    """Its last build step, on what it copies and nothing else."""
    pytest.importorskip("hatchling", reason=reason("hatchling"))
    for source in copied():
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target)
        else:
            shutil.copy(ROOT / source, target)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "."],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("tradepress-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    information = f"tradepress-{project['version']}.dist-info"
    assert {name.partition("/")[0] for name in names} == {"tradepress", information}
    assert "tradepress/spiders/declared/wipr.py" in names
    assert "tradepress/browse/metadata.yml" in names
    assert {
        "tradepress/sample/editions/later/pages.json",
        "tradepress/mentions/names/firms.toml",
    } <= {*names}
    assert "tradepress/schedule/templates/tradepress-crawl.service" in names
