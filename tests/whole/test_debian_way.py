"""What stands around Tradepress where it is operated: deploy/, the image, the units of a machine.

`tools/debian_trial.py` follows docs/operator/operating.md in an empty Debian; that takes minutes.
"""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from browsing import browsing
from conftest import ROOT
from machine import machine
from needs import reason, require_program
from own_nginx import nginx
from room_browser import Room

DEPLOY = ROOT / "deploy"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
NAME = "press.library.example"


# The image. There is no builder in the tests; buildah has built it, and podman has run it.


def test_the_image_takes_from_the_checkout_what_is_there() -> None:
    lines = re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
    copied = {source for line in lines for source in line.split()[:-1]}
    wheel = "dist/tradepress-*.whl"
    assert wheel in copied
    for source in copied - {wheel}:
        assert "--hash=sha256:" in (ROOT / source).read_text()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    assert {line.removeprefix("!") for line in ignored[1:]} == copied


def test_the_image_has_nothing_whose_hash_is_unknown() -> None:
    installs = re.findall(r"pip install .*?(?=&&|\n\n)", DOCKERFILE, re.DOTALL)
    assert len(installs) == 2
    assert [("--require-hashes" in one) != ("--no-index" in one) for one in installs] == [True] * 2


def test_the_image_runs_as_nobody_special() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    user = re.search(r"^USER (\w+)$", final, re.MULTILINE)
    assert user
    assert user[1] != "root"
    assert f"--home-dir /srv/press {user[1]}\n" in final
    assert "\nVOLUME /srv/press\n" in final
    assert final.index("useradd") < final.index("\nUSER") < final.index("\nVOLUME")


def test_the_image_says_whether_the_room_answers(room: Room) -> None:
    (check,) = re.findall(r'^    \["python3", "-c", "(.*)"\]$', DOCKERFILE, re.MULTILINE)

    def is_healthy(home: str) -> bool:
        asked = check.replace("http://127.0.0.1:8001", home)
        return subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0

    with browsing(room.archive, "--public", "--public-host", NAME) as served:
        assert is_healthy(served.home)
    assert not is_healthy(served.home)


@pytest.mark.slow
def test_the_wheel_has_all_that_runs_and_what_stands_around_it(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason=reason("hatchling"))
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, ROOT]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("tradepress-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    assert {
        "tradepress/spiders/declared/wipr.py",
        "tradepress/browse/metadata.yml",
        "tradepress/sample/editions/later/pages.json",
        "tradepress/mentions/names/firms.toml",
        "tradepress/schedule/templates/tradepress-browse.service",
    } <= names
    around = {name.partition(".data/data/share/tradepress/")[2] for name in names} - {""}
    there = {str(path.relative_to(DEPLOY)) for path in DEPLOY.rglob("*") if path.is_file()}
    assert around == there
    tops = {name.partition("/")[0] for name in names}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert tops == {
        "tradepress",
        f"tradepress-{version}.dist-info",
        f"tradepress-{version}.data",
    }


# Containers


def test_the_compose_file_is_one() -> None:
    pytest.importorskip("check_jsonschema", reason=reason("check-jsonschema"))
    schema = ["--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema, DEPLOY / "compose.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_container_can_write_but_into_its_volume() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    for name in ("tradepress", "night", "room"):
        volumes = SERVICES[name]["volumes"]
        assert [one for one in volumes if not one.endswith(":ro")] == ["archive:/srv/press"]
        assert "cap_add" not in SERVICES[name]
    # The room listens on a loopback that the web server shares.
    assert SERVICES["web"]["network_mode"] == "service:room"


@pytest.mark.slow
def test_a_night_of_the_container(tmp_path: Path) -> None:
    """By its own shell, with a clock that does not wait; the second is stopped in mid-crawl."""
    (shell, option), (script,) = SERVICES["night"]["entrypoint"], SERVICES["night"]["command"]
    said = tmp_path / "said"
    os.mkfifo(said)
    (tmp_path / "sleep").write_text('#!/bin/sh\n[ "$1" -gt 0 ] && [ "$1" -le 180000 ]\n')
    (tmp_path / "tradepress").write_text(
        f"""#!/bin/sh
trap 'echo "$1 was stopped" >>{said}; exit' TERM
echo "$*" >{said}
[ "$1" != crawl ] || [ ! -e {tmp_path}/first ] || while :; do /bin/sleep 0.01; done
[ "$1" != backup ] || : >{tmp_path}/first
"""
    )
    for program in ("sleep", "tradepress"):
        (tmp_path / program).chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "AT": SERVICES["night"]["environment"]["AT"],
    }
    # Open for both, it never ends: what is said by two at once is two lines, too.
    with (
        said.open("r+b", buffering=0) as pipe,
        subprocess.Popen([shell, option, script.replace("$$", "$")], env=environment) as night,
    ):
        try:
            heard = [pipe.readline().decode().strip() for _ in range(5)]
            night.terminate()
            heard.append(pipe.readline().decode().strip())
        finally:
            night.kill()
    assert heard == [
        "crawl --scheduled",
        "query run --all --scheduled",
        "health --scheduled",
        "backup",
        "crawl --scheduled",
        "crawl was stopped",
    ]


# nginx


@pytest.mark.slow
def test_readers_come_through_nginx_as_it_is_configured(room: Room, tmp_path: Path) -> None:
    configuration = (DEPLOY / "nginx.conf").read_text()
    assert "\n    listen 80;\n" in configuration
    with browsing(room.archive, "--public", "--public-host", NAME) as served:
        server = configuration.replace("listen 80;", "listen PORT;")
        server = server.replace("http://127.0.0.1:8001", served.home)
        with nginx(tmp_path, server) as home, httpx.Client(headers={"Host": NAME}) as reader:
            found = reader.get(f"{home}/stories.atom?q=lantern")
            refused = reader.get(f"{home}/", headers={"Host": "elsewhere.example"})
    assert found.status_code == 200
    assert f'href="http://{NAME}/stories?q=lantern"' in found.text
    assert refused.status_code >= 400


# A machine


@pytest.mark.slow
def test_root_runs_none_of_the_sources_that_its_schedule_is_for(tmp_path: Path) -> None:
    """They are programs of whoever owns the archive."""
    require_program("runuser")
    with machine("system", tmp_path / "machine") as running:
        owner = "runuser -u daemon -- "
        running.do(f"{owner}mkdir sources")
        home = running.folder / "press"
        (home / "tradepress.toml").write_text('contact = "archive@library.example"\n')
        source = (ROOT / "crawler" / "spiders" / "wipr.py").read_text()
        noting = (
            '\nimport os\nopen("/srv/press/ran", "a").write(f"{os.getuid()} {os.getgroups()}\\n")\n'
        )
        (home / "sources" / "wipr.py").write_text(source + noting)
        (home / "tradepress.toml").write_text(
            'contact = "archive@library.example"\n[sources]\nnames = ["wipr"]\n'
        )
        running.do(f"{owner}tradepress --config tradepress.toml ingest --help")
        running.do(f"{owner}tradepress demo --archive archive.db")
        running.do("rm -f ran")
        install = "tradepress --config tradepress.toml schedule install --system"
        assert running.do(install).startswith("Installed: system units of systemd.\n")
        assert {line.split()[0] for line in running.do("cat ran").splitlines()} == {
            running.do("id -u daemon").strip()
        }
        (home / "sources" / "wipr.py").write_text("SOURCE = None\n")
        refused = running.do(install, code=2)
    assert refused.count("/srv/press/sources/wipr.py states no source") == 1
