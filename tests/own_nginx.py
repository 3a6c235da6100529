"""A real nginx of one test's own, on loopback."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from free_port import free_port
from needs import require_program

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""


@contextmanager
def nginx(folder: Path, servers: str) -> Iterator[str]:
    """Its address, while the block lasts.

    :param servers: what its `http` has; PORT stands for where it listens
    """
    program = require_program("nginx", "/usr/sbin/nginx")
    port = free_port()
    file = folder / "nginx.conf"
    servers = servers.replace("PORT", f"127.0.0.1:{port}")
    file.write_text(CONFIGURATION.format(folder=folder, servers=servers))
    command = [program, "-p", folder, "-c", file, "-e", folder / "error.log"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
                client.get(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
