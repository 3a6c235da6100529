"""The inside of a machine for one test: its first programs, in namespaces of their own.

``python machine_inside.py KIND FOLDER`` runs in new mount, process, cgroup and other namespaces. It
shows what is in FOLDER below /srv, starts a scheduler, and answers each line of shell on its
standard input with a line of JSON. With ``systemd`` (a manager of the user ``daemon``) and ``cron``
the lines are run as that user, with ``system`` (a systemd as process 1) as root.
"""

import json
import os
import pwd
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER = pwd.getpwnam("daemon")
SYSTEMD = "/usr/lib/systemd/systemd"
SYSTEM_UNITS = Path("/usr/lib/systemd/system")
BASIC = ("basic", "sysinit", "timers")
CRONTABS = Path("/var/spool/cron/crontabs")
RUNTIME = Path("/run/user") / str(USER.pw_uid)
ENVIRONMENT = {
    "HOME": "/srv/press",
    "PATH": "/srv/venv/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def hide(folder: Path, mode: int = 0o755) -> None:
    mount("-t", "tmpfs", "-o", f"mode={mode:o}", "tmpfs", str(folder))


def give(path: Path) -> None:
    os.chown(path, USER.pw_uid, USER.pw_gid)


def show(folder: Path) -> None:
    """All that is in the folder, below /srv; and this Python, if it stands in a closed home."""
    hide(Path("/srv"))
    for source in folder.iterdir():
        target = Path("/srv") / source.name
        target.mkdir()
        mount("--rbind", str(source.resolve()), str(target))
    base = Path(sys.base_prefix)
    closed = [parent for parent in base.parents if not parent.stat().st_mode & 0o001]
    if closed:
        aside = Path("/srv/python")
        aside.mkdir()
        mount("--rbind", str(base), str(aside))
        hide(closed[-1])
        base.mkdir(parents=True)
        mount("--move", str(aside), str(base))


def lay_over(*folders: str) -> None:
    """What is written in these folders from now on is gone with the machine."""
    for number, folder in enumerate(folders):
        above, aside = Path(f"/srv/above/{number}"), Path(f"/srv/aside/{number}")
        for path in (above, aside):
            path.mkdir(parents=True)
        layers = f"lowerdir={folder},upperdir={above},workdir={aside}"
        mount("-t", "overlay", "-o", layers, "overlay", folder)


def prepare_systemd() -> None:
    """What a system has had ready before a user's manager starts."""
    if not Path(os.devnull).is_char_device():  # a job of root's may have written a file there
        Path("/srv/dev").mkdir()
        hide(Path("/srv/dev"))
        os.mknod("/srv/dev/null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        Path("/srv/dev/null").chmod(0o666)
        mount("--bind", "/srv/dev/null", os.devnull)
    mount("-t", "cgroup2", "cgroup2", "/sys/fs/cgroup")
    for name in ("system", "mount-rootfs"):  # sd_booted(3), and where services get their view
        Path("/run/systemd", name).mkdir(parents=True)
    hide(Path("/var/lib/systemd"))
    Path("/var/lib/systemd/linger").mkdir()  # where logind has a file for each user who lingers


def start_manager() -> None:
    """The user's own."""
    prepare_systemd()
    for path in (Path("/sys/fs/cgroup"), *Path("/sys/fs/cgroup").glob("cgroup.*")):
        give(path)
    give(Path("/var/lib/systemd/linger"))
    RUNTIME.mkdir(parents=True, mode=0o700)
    give(RUNTIME)
    with told_when_ready(RUNTIME / "ready") as address:
        give(RUNTIME / "ready")
        subprocess.Popen(
            [SYSTEMD, "--user"],
            env={**ENVIRONMENT, "XDG_RUNTIME_DIR": str(RUNTIME), "NOTIFY_SOCKET": address},
            user=USER.pw_uid,
            group=USER.pw_gid,
            extra_groups=[],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


def become_system() -> None:
    """Process 1 turns into a systemd that knows no unit but a few targets; a child goes on here.

    The program is where operating.md has it.
    """
    lay_over("/etc", "/opt", "/usr/local", "/var/lib")
    Path("/opt/tradepress").mkdir(exist_ok=True)
    mount("--rbind", "/srv/venv", "/opt/tradepress")
    prepare_systemd()
    targets = {path.name: path.read_text() for path in SYSTEM_UNITS.glob("*.target")}
    hide(SYSTEM_UNITS)
    for name in (*BASIC, "multi-user", "shutdown", "exit", "final", "umount"):
        (SYSTEM_UNITS / f"{name}.target").write_text(targets[f"{name}.target"])
    hide(SYSTEM_UNITS.with_name("system-generators"))
    hide(Path("/etc/systemd"))
    Path("/etc/systemd/system").mkdir()
    with told_when_ready(Path("/run/ready")) as address:
        if os.fork() != 0:
            options = ["--unit=basic.target", "--log-target=null", "--show-status=no"]
            environment = {"container": "test", "NOTIFY_SOCKET": address}
            os.execve(SYSTEMD, [SYSTEMD, "--system", *options], environment)


@contextmanager
def told_when_ready(path: Path) -> Iterator[str]:
    """Wait in the end for what sd_notify(3) says to this address."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
        ready.bind(str(path))
        ready.settimeout(30)
        yield str(path)
        while "READY=1" not in ready.recv(4096).decode().splitlines():
            pass


def start_cron() -> None:
    """A cron that knows no job yet."""
    spool = CRONTABS.stat()
    hide(CRONTABS, 0o1730)
    os.chown(CRONTABS, spool.st_uid, spool.st_gid)
    hide(Path("/etc/cron.d"))
    if Path("/etc/crontab").exists():
        mount("--bind", "/dev/null", "/etc/crontab")
    subprocess.Popen(["cron", "-f"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def answer(command: str, *, as_root: bool) -> dict[str, Any]:
    """Run a line of shell."""
    owner = {} if as_root else {"user": USER.pw_uid, "group": USER.pw_gid, "extra_groups": []}
    result = subprocess.run(
        command,
        shell=True,
        cwd="/srv/press",
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=100,
        check=False,
        **owner,  # type: ignore[call-overload]
    )
    return {"code": result.returncode, "printed": result.stdout + result.stderr}


def main(kind: str, folder: Path) -> None:
    hide(Path("/run"))
    show(folder)
    {"systemd": start_manager, "system": become_system, "cron": start_cron}[kind]()
    print(json.dumps({"ready": True}), flush=True)
    for command in sys.stdin:
        print(json.dumps(answer(command, as_root=kind == "system")), flush=True)
    if kind == "system":
        subprocess.run(["systemctl", "exit", "--force", "0"], check=False)
    # Else this is process 1: whatever was started ends with it.


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
