"""Another user of the machine, and what he can do with a cluster of `--local N`: nothing."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import needs
import psutil
import pytest
from distributed import Client
from without_rights import NOBODY

from tradepress.cluster.dask_cluster import ClusterPlace, connected

pytestmark = pytest.mark.slow
# Everything is loaded before he is somebody else: nobody may read where Python is installed.
STRANGER = """
import asyncio, json, os, sys
import cloudpickle, cryptography.x509, dask, distributed.comm.tcp
from distributed import Client
from distributed.core import rpc
from distributed.security import Security

user, *addresses = json.loads(sys.argv[1])
own = Security.temporary()
own.get_connection_args("client")
if user is not None:
    os.setgroups([]), os.setgid(user), os.setuid(user)

async def ask(address, security):
    if address["kind"] == "scheduler":
        async with Client(
            address["at"], security=security, timeout=2, asynchronous=True, set_as_default=False
        ) as client:
            return await client.run_on_scheduler(os.getuid)
    arguments = security.get_connection_args("client")
    async with rpc(address["at"], connection_args=arguments, timeout=2) as worker:
        call = map(cloudpickle.dumps, (os.getuid, (), {}))
        answer = await worker.run(**dict(zip(("function", "args", "kwargs"), call)))
        return answer["result"]

async def main():
    dask.config.set({"distributed.comm.timeouts.connect": 2, "distributed.comm.retry.count": 0})
    for address in addresses:
        for scheme, security in (("tcp", Security()), ("tls", own)):
            asked = {**address, "at": f"{scheme}://{address['at']}"}
            try:
                done = await asyncio.wait_for(ask(asked, security), 20)
            except Exception as error:
                done = f"refused: {error!r}"
            print(json.dumps([address["kind"], scheme, done]), flush=True)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder for temporary files, here and in all that is started."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as here:
        here.setenv("TMPDIR", str(folder))
        here.setattr(tempfile, "tempdir", None)
        yield folder


@pytest.fixture(scope="module")
def before(temporary: Path) -> set[str]:
    """Where somebody listened before that, as tests beside this one have servers."""
    return listening()


@pytest.fixture(scope="module")
def local(before: set[str]) -> Iterator[Client]:
    """Of two workers, as `--local 2` has them."""
    with connected(ClusterPlace(local=2, shards="memory://none")) as client:
        client.wait_for_workers(2)
        yield client


def listeners(client: Client) -> list[dict[str, str]]:
    """The scheduler, the workers and their nannies."""
    assert client.scheduler is not None
    about = client.scheduler_info(n_workers=-1)["workers"]
    found = [("scheduler", client.scheduler.address)]
    for address, worker in about.items():
        found += [("worker", address), ("nanny", worker["nanny"])]
    return [{"kind": kind, "at": address.partition("://")[2]} for kind, address in found]


def listening() -> set[str]:
    return {
        f"{place.laddr.ip}:{place.laddr.port}"
        for process in ours()
        for place in process.net_connections("inet")
        if place.status == psutil.CONN_LISTEN
    }


def ours() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def test_another_user_runs_nothing_on_any_of_its_processes(local: Client) -> None:
    if os.geteuid() != 0:
        needs.skip("root (a right)")
    assert local.run_on_scheduler(os.getuid) == 0
    assert set(local.run(os.getuid).values()) == {0}
    asked = listeners(local)
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, json.dumps([NOBODY, *asked])],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 2 * len(asked) == 10, done.stderr
    assert [answer for answer in answers if not str(answer[2]).startswith("refused: ")] == []


def test_it_has_no_pages_and_listens_to_nobody_elsewhere(local: Client, before: set[str]) -> None:
    """What a task reads, and where, is for no other user to see."""
    known = {one["at"] for one in listeners(local)}
    found = listening() - before
    assert known < found
    assert [place for place in found if not place.startswith("127.0.0.1:")] == []
    assert len(found - known) == 3
    for place in found - known:
        for page in ("", "info/main/workers.html", "json/counts.json", "metrics", "statics/x"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(f"http://{place}/{page}")


def test_its_key_is_in_no_file_and_on_no_command_line(local: Client, temporary: Path) -> None:
    key = local.security.tls_client_key
    assert "PRIVATE KEY" in key
    shown = [part for process in ours() for part in process.cmdline()]
    shown += [value for process in ours() for value in process.environ().values()]
    assert not any("PRIVATE KEY" in part for part in shown)
    files = [file for file in temporary.rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if b"PRIVATE KEY" in file.read_bytes()] == []


def test_what_its_workers_write_is_for_their_owner_alone(local: Client, temporary: Path) -> None:
    folders = local.run(lambda dask_worker: dask_worker.local_directory)
    assert len(folders) == 2
    assert all(Path(folder).is_relative_to(temporary) for folder in folders.values())
    abouts = [entry.stat() for entry in temporary.iterdir()]
    assert {(about.st_mode & 0o777, about.st_uid) for about in abouts} == {(0o700, os.getuid())}
