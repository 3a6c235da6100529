"""Follows operating.md in an empty Debian that was just booted, and times each step.

    make dist && sudo python tools/debian_trial.py FOLDER

It wants root, debootstrap and systemd-nspawn, and some minutes. The machine shares this one's
network: ports 80, 8001 and 8099 must be free. FOLDER is made, and stays to be looked at.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "operator" / "operating.md").read_text()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONFIGURATION = "/etc/tradepress/tradepress.toml"
HERE = 'allow_addresses = ["127.0.0.1"]\n'
# World IP Review's rules, for a paper on this machine.
SOURCE = """
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from tradepress.spiders import OURS
spec = spec_from_file_location("ours", OURS / "wipr.py")
ours = module_from_spec(spec)
spec.loader.exec_module(ours)
SOURCE = replace(
    ours.SOURCE, domains=("127.0.0.1",), sections=("http://127.0.0.1:8099/trademark/",), feeds=()
)
"""
STORY = """<html><head><script type="application/ld+json">{{"@context": "https://schema.org",
"@type": "NewsArticle", "headline": "{0}", "datePublished": "2026-05-12T09:00:00Z"}}</script>
<title>{0}</title></head><body><h1>{0}</h1><div class="field--name-body">{1}</div></body></html>"""
# As an ordinary user, before anything else is there.
FIRST_STEPS = (
    "python3 -m venv ~/venv",
    "~/venv/bin/pip install --quiet /root/dist/tradepress-*.whl",
    "mkdir ~/press",
    "cd ~/press && ~/venv/bin/tradepress init --yes --contact reader@library.example",
    "cd ~/press && ~/venv/bin/tradepress demo",
    "cd ~/press && ~/venv/bin/tradepress search lantern",
    "cd ~/press && ~/venv/bin/tradepress show signet-12107 | head -5",
    "cd ~/press && ~/venv/bin/tradepress docs operating | head -5",
    "cd ~/press && (~/venv/bin/tradepress browse >room.log 2>&1 & echo $! >room.pid); "
    "curl -s --retry 30 --retry-delay 1 --retry-connrefused -o page -w '%{http_code}\\n' "
    "http://127.0.0.1:8001/stories?q=lantern; kill $(cat room.pid); grep -c lantern page",
)
LAST_STEPS = (
    "curl -sf --retry 30 --retry-delay 1 --retry-all-errors -o /dev/null -w '%{http_code}\\n' "
    "-H 'Host: press.library.example' 'http://127.0.0.1/stories?q=lantern'",
    # A night's crawl, with all that its unit forbids.
    f"sed -i '1i every = \"1s\"' {CONFIGURATION}; rm -r /srv/paper/news/bell*",
    "systemctl start tradepress-crawl.service",
    "tradepress runs",
    "systemctl start tradepress-backup.service",
    "tradepress schedule show",
    "systemctl --failed --no-legend",
    "for one in crawl queries health backup browse; do "
    "systemd-analyze security --no-pager tradepress-$one.service | tail -1; done",
    "journalctl --no-pager -o cat -u 'tradepress-*' | tail -40",
    "ls -l /etc/tradepress /var/lib/tradepress",
)


def commands(text: str) -> Iterator[str]:
    """Returns what an operator types, in order; the configuration is written where it stands."""
    for kind, block in FENCE.findall(text):
        if kind == "toml":
            yield f"cat >{CONFIGURATION} <<'END'\n{HERE}{block}END"
        elif kind == "console":
            yield from re.findall(r"^\$ (.+)$", block, re.MULTILINE)
        elif (
            kind == "" and not block.startswith("[") and not re.search("docker|scrapyd|6800", block)
        ):
            yield from block.splitlines()


def furnish(machine: Path) -> None:
    """Puts a paper there, what a release gives the operator, and this machine's way to packages."""
    home = machine / "root"
    shutil.copytree(ROOT / "dist", home / "dist")
    (machine / "etc/apt/apt.conf.d/90yes").write_text('APT::Get::Assume-Yes "true";\n')
    shutil.copy("/etc/resolv.conf", machine / "etc/resolv.conf")
    for own in Path("/usr/local/share/ca-certificates").glob("*.crt"):
        shutil.copy(own, machine / "usr/local/share/ca-certificates")
    paper = machine / "srv/paper"
    for folder in (paper / "trademark", paper / "news"):
        folder.mkdir(parents=True)
    (paper / "robots.txt").write_text("User-agent: *\nAllow: /\n")
    links = ""
    for number, name in enumerate(("Lantern mark lost", "Medlar mark stays", "Bell is no mark")):
        path = f"news/{name.lower().replace(' ', '-')}-{19801 + number}"
        words = "".join(
            f"<p>{name}, said the {one}. {name} again.</p>" * 9 for one in ("board", "court")
        )
        (paper / path).mkdir()
        (paper / path / "index.html").write_text(STORY.format(name, words))
        links += f'<p><a href="/{path}">{name}</a></p>'
    (paper / "trademark" / "index.html").write_text(f"<html><body>{links}</body></html>")


@contextmanager
def booted(machine: Path) -> Iterator[int]:
    """Boots a machine, and tells the process that holds it until the block ends."""
    boot = (
        f"umount -R /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec systemd-nspawn \
        --quiet --register=no --keep-unit --resolv-conf=off --console=pipe --boot -D {machine}"
    )
    with subprocess.Popen(
        ["unshare", "--mount", "--propagation", "slave", "sh", "-c", boot],
        stdin=subprocess.DEVNULL,
        stdout=(machine.parent / "console.log").open("wb"),
        stderr=subprocess.STDOUT,
    ) as nspawn:
        try:
            yield nspawn.pid
        finally:
            nspawn.terminate()


def inside(process: int, command: str, user: str = "root") -> tuple[int, str]:
    """Runs a command in a clean shell, and returns its exit code and what it printed."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    spaces = ("--mount", "--uts", "--ipc", "--pid", "--root", "--wd")
    enter = ["nsenter", f"--target={children[0] if children else process}", *spaces]
    clean = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    pip = [f"{name}={value}" for name, value in os.environ.items() if name.startswith("PIP_CERT")]
    typed = ["runuser", "-u", user, "--", "env", f"HOME={home(user)}", "bash", "-c", command]
    result = subprocess.run(
        [*enter, *clean, *pip, "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *typed],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout


def home(user: str) -> str:
    return "/root" if user == "root" else f"/home/{user}"


def do(process: int, command: str, user: str = "root") -> None:
    """Does a step, and prints it with its time and the end of what it said."""
    began = time.monotonic()
    code, printed = inside(process, f"cd {home(user)} && {{ {command}\n}}", user)
    took = time.monotonic() - began
    print(f"{took:6.1f} s  {'' if code == 0 else f'[exit code {code}] '}{command.splitlines()[0]}")
    for line in printed.splitlines()[
        -45 if code or "show" in command or "ctl" in command else -6 :
    ]:
        print(f"            {line[:150]}")
    sys.stdout.flush()


def main(folder: Path) -> None:
    machine = folder / "machine"
    folder.mkdir(parents=True)
    began = time.monotonic()
    packages = "--include=ca-certificates,systemd-sysv,dbus"
    subprocess.run(
        ["debootstrap", "--variant=minbase", packages, "trixie", machine],
        check=True,
        stdout=(folder / "debootstrap.log").open("wb"),
    )
    print(f"{time.monotonic() - began:6.1f} s  an empty Debian")
    furnish(machine)
    with booted(machine) as process:
        # In the meantime it is another process, which may have ended.
        is_up = "test -d /srv/paper && systemctl is-system-running | grep -E 'running|degraded'"
        while inside(process, is_up)[0]:
            time.sleep(0.5)
        do(process, "update-ca-certificates >/dev/null && apt-get -q update")
        typed = list(commands(DOCUMENT))
        do(process, f"{typed[0]} curl")
        do(process, "useradd --create-home reader && chmod 755 /root")
        for command in FIRST_STEPS:
            do(process, command, "reader")
        for command in typed[1:]:
            if command.endswith("crawl wipr"):
                sources = "/var/lib/tradepress/sources"
                do(process, f"mkdir {sources}; cat >{sources}/wipr.py <<'END'\n{SOURCE}END")
                paper = "python3 -m http.server --bind 127.0.0.1 -d /srv/paper 8099"
                do(process, f"systemd-run --quiet {paper}")
            do(process, command)
        for command in LAST_STEPS:
            do(process, command)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
