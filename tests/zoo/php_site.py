"""A paper's software in PHP, on loopback: behind nginx, with a database, and with the stories."""

import getpass
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import needs
from zoo.stories import ZONE, Story

PHP_FPM = """
[global]
error_log = {folder}/fpm.log
[www]
user = {user}
group = {user}
listen = {folder}/fpm.sock
pm = static
pm.max_children = 2
php_admin_value[date.timezone] = {zone}
"""
NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        index index.php;
        location / {{ try_files $uri $uri/ /index.php?$args; }}
        location ~ \\.php$ {{
            include /etc/nginx/fastcgi_params;
            fastcgi_param HTTP_HOST $http_host;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_pass unix:{folder}/fpm.sock;
        }}
    }}
}}
"""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Is a site as its software serves it."""

    address: str
    stories: Mapping[str, str]
    """Addresses by slugs."""
    requests: Callable[[], int]


def require_folder(path: str, package: str) -> Path:
    __tracebackhide__ = True
    return Path(path) if Path(path).is_dir() else needs.skip(package)


class NotServed(Exception):
    """A program has ended, or does not answer."""


@contextmanager
def running(
    command: Sequence[str | Path], is_there: Callable[[], bool], log: Path
) -> Iterator[None]:
    with log.open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as program:
        try:
            for _ in range(1200):
                if is_there() or program.poll() is not None:
                    break
                time.sleep(0.1)
            if program.poll() is not None or not is_there():
                raise NotServed(log.read_text(errors="replace"))
            yield
        finally:
            program.terminate()


@contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """An empty MariaDB; gives its socket."""
    install = needs.require_program("mariadb-install-db")
    program = needs.require_program("mariadbd", "/usr/sbin/mariadbd")
    client = needs.require_program("mariadb")
    user, data, file = f"--user={getpass.getuser()}", folder / "data", folder / "mariadb.sock"
    subprocess.run(
        [install, "--no-defaults", user, f"--datadir={data}", "--skip-test-db"],
        check=True,
        capture_output=True,
    )
    command = [
        *(program, "--no-defaults", user, f"--datadir={data}", f"--socket={file}"),
        *("--skip-networking", "--skip-grant-tables", "--innodb-flush-log-at-trx-commit=0"),
    ]
    with running(command, file.exists, folder / "mariadb.log"):
        subprocess.run(
            [client, "--no-defaults", f"--socket={file}", "-e", "CREATE DATABASE paper"], check=True
        )
        yield file


@contextmanager
def php_behind_nginx(folder: Path, root: Path, port: int) -> Iterator[Callable[[], int]]:
    """Serves a folder's PHP as most hosts do: what is no file goes to /index.php."""
    versions = sorted(path.name for path in Path("/usr/sbin").glob("php-fpm*"))
    fpm = needs.require_program("php-fpm", *(f"/usr/sbin/{name}" for name in versions))
    nginx = needs.require_program("nginx", "/usr/sbin/nginx")
    for name, text in {"fpm.conf": PHP_FPM, "nginx.conf": NGINX}.items():
        (folder / name).write_text(
            text.format(folder=folder, root=root, port=port, user=getpass.getuser(), zone=ZONE.key)
        )
    log = folder / "access.log"

    def answers() -> bool:
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", port)) == 0

    with (
        running(
            [fpm, "-F", "-R", "-y", folder / "fpm.conf"],
            (folder / "fpm.sock").exists,
            folder / "fpm.out",
        ),
        running(
            [nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx.log"],
            answers,
            folder / "nginx.out",
        ),
    ):
        yield lambda: len(log.read_bytes().splitlines())


def run_php(*arguments: str | Path) -> Mapping[str, str]:
    """What a script says, as JSON."""
    php = needs.require_program("php")
    said = subprocess.run([php, *arguments], check=False, capture_output=True, text=True)
    if not said.stdout.startswith("{"):
        raise NotServed(said.stdout + said.stderr)
    return json.loads(said.stdout)  # type: ignore[no-any-return]


def paper_of(
    stories: Sequence[Story], content: Callable[[Story], str], **settings: str | int
) -> str:
    """A paper as the PHP scripts read it, the oldest story first. Two stories have comments.

    :param content: a story's text as the software stores it, with links to ``story:SLUG``
    """
    comments = {3: ["We had expected as much at our office."], 8: ["First!", "And what of costs?"]}
    return json.dumps(
        {
            "name": "The Lantern Gazette",
            "description": "News of marks and designs",
            "zone": ZONE.key,
            "first_id": 70,
            **settings,
            "stories": [
                {
                    "slug": story.slug,
                    "headline": story.headline,
                    "date": f"{story.published:%Y-%m-%d %H:%M:%S}",
                    "authors": story.authors,
                    "section": story.section,
                    "tags": story.tags,
                    "comments": comments.get(number, []),
                    "content": content(story),
                }
                for number, story in reversed(list(enumerate(stories)))
            ],
        }
    )
