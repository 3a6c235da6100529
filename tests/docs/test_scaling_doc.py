"""scaling.md can't lie: options are known, its plan is reckoned again, workers come up."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import preloaded
import pytest
import yaml
from conftest import ROOT
from dask_processes import until
from distributed.cli.dask_scheduler import main as scheduler
from distributed.cli.dask_ssh import main as ssh
from distributed.cli.dask_worker import main as worker
from documents import FENCE
from needs import require_program

from tradepress.cluster.dask_cluster import NoCluster
from tradepress.command_line import EXIT_FAILURES, EXIT_NOT_NOW, EXIT_USAGE, cli, failure
from tradepress.configuration import load_configuration
from tradepress.crawling.page_workers import MEMORY

DOCUMENT = (ROOT / "docs" / "operator" / "scaling.md").read_text()
BLOCKS = FENCE.findall(DOCUMENT)
PYTHON = [text for kind, text in BLOCKS if kind == "python"]
OF_DASK = {"scheduler": scheduler, "worker": worker, "ssh": ssh}


def require_options(command: click.Command, words: list[str]) -> None:
    known = {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    given = {word for word in words if word.startswith("--")}
    assert given <= known, given - known


def typed(program: str) -> list[list[str]]:
    """What follows a program's name wherever the page has it as code."""
    indented = re.findall(r"^    (.+)$", FENCE.sub("", DOCUMENT), re.MULTILINE)
    inline = re.findall(r"`([^`]+)`", FENCE.sub("", DOCUMENT))
    lines = [*indented, *inline]
    return [shlex.split(one)[1:] for one in lines if one.startswith(f"{program} ")]


def test_every_option_is_one() -> None:
    commands = typed("tradepress")
    assert len(commands) > 4
    for name, *words in commands:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        if isinstance(command, click.Group) and words:
            command = command.commands[words[0]]
        require_options(command, words)
    of_dask = typed("dask")
    assert {words[0] for words in of_dask} == {"scheduler", "worker", "ssh"}
    for name, *words in of_dask:
        require_options(OF_DASK[name], words)


@pytest.mark.slow
def test_the_plan_is_reckoned_right() -> None:
    (plan,) = [text for text in PYTHON if "pages, sources" in text]
    (told,) = [text for kind, text in BLOCKS if kind == "text"]
    assert preloaded.run(["-c", plan], cwd=ROOT).stdout == told


HERE = "127.0.0.1"
# Slurm, as dask-jobqueue sees it: a job runs at once, on this machine. It is a copy of the script,
# which goes as soon as it is submitted.
SBATCH = """#!/bin/sh
cp "$1" "$JOBS/job"
sh "$JOBS/job" >"$JOBS/log" 2>&1 &
echo Submitted batch job 7
"""


def with_certificates(home: Path) -> None:
    """As the page has them made, in another home."""
    require_program("openssl")
    (made,) = [text for _, text in BLOCKS if "openssl req" in text]
    subprocess.run(
        made, shell=True, env={**os.environ, "HOME": str(home)}, check=True, capture_output=True
    )
    (settings,) = [text for kind, text in BLOCKS if kind == "yaml"]
    assert "/home/press/" in settings
    file = home / ".config" / "dask" / "press.yaml"
    file.write_text(settings.replace("/home/press/", f"{home}/"))


@pytest.mark.slow
def test_jobs_of_slurm_are_workers(tmp_path: Path) -> None:
    (script,) = [text for text in PYTHON if "SLURMCluster" in text]
    for old, new in (
        ("/opt/tradepress/.venv/bin/python", sys.executable),
        ('{"port": 8786}', f"{{'port': 0, 'host': {HERE!r}, 'dashboard_address': '{HERE}:0'}}"),
        ("jobs=64", "jobs=1"),
    ):
        assert old in script
        script = script.replace(old, new)
    (tmp_path / "workers.py").write_text(script)
    with_certificates(tmp_path)
    for name, text in (("sbatch", SBATCH), ("scancel", "#!/bin/sh\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "JOBS": str(tmp_path),
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        [sys.executable, "workers.py"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as workers:
        try:
            assert workers.stdout is not None
            address = workers.stdout.readline().strip()
            assert address.startswith(f"tls://{HERE}:")
            demo = preloaded.run(["-m", "tradepress", "demo"], cwd=tmp_path)
            assert demo.returncode == 0, demo.stderr
            words = ["ingest", "archive.captures", "--archive", "again.db"]
            words += ["--scheduler", address, "--shards", str(tmp_path / "shards")]
            log = tmp_path / "log"
            until(lambda: log.exists() and "Registered to" in log.read_text())
            outside = preloaded.run(["-m", "tradepress", *words], cwd=tmp_path)
            assert outside.returncode == EXIT_NOT_NOW
            assert "and here it names none" in outside.stderr
            done = subprocess.run(
                [sys.executable, "-m", "tradepress", *words],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            said = done.stdout + done.stderr
            assert re.search(r"pages: stored \d", done.stdout), said + log.read_text()
        finally:
            os.killpg(workers.pid, signal.SIGTERM)  # the job and its worker, too


# Kubernetes. There is none in the tests: the manifests are held against its schemas, and against
# the image and each other.

FOLDER = ROOT / "docs" / "operator" / "kubernetes"
DOCUMENTS: list[dict[str, Any]] = [
    document
    for file in sorted(FOLDER.glob("*.yaml"))
    for document in yaml.safe_load_all(file.read_text())
]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SIZES = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}


def named(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in DOCUMENTS if one["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """The specification of each kind of pod, with its labels."""
    owners = {**named("Deployment"), **named("Job")}
    return {name: owner["spec"]["template"] for name, owner in owners.items()}


def container(pod: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def size(text: str) -> int:
    found = re.fullmatch(r"(\d+)([KMG]i)B?", text)
    assert found is not None, text
    return int(found[1]) * SIZES[found[2]]


@pytest.mark.parametrize("version", ["1.31", kubernetes_validate.latest_version()])
def test_manifests_are_what_kubernetes_takes(version: str) -> None:
    assert len(DOCUMENTS) > 6
    for document in DOCUMENTS:
        kubernetes_validate.validate(document, version, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**DOCUMENTS[0], "replica": 1}, version, strict=True)


def test_pods_run_as_the_image_does_and_write_where_they_may() -> None:
    user = re.search(r"useradd --uid (\d+)", DOCKERFILE)
    assert user is not None
    assert len(pods()) == 3
    for name, pod in pods().items():
        spec, only = pod["spec"], container(pod)
        assert spec["securityContext"]["runAsUser"] == int(user[1]), name
        assert spec["automountServiceAccountToken"] is False
        assert spec["serviceAccountName"] in named("ServiceAccount")
        locked = only["securityContext"]
        assert locked["readOnlyRootFilesystem"] is True
        assert (locked["allowPrivilegeEscalation"], locked["capabilities"]) == (
            False,
            {"drop": ["ALL"]},
        )
        places = {one["name"]: one["mountPath"] for one in only["volumeMounts"]}
        assert places.keys() == {one["name"] for one in spec["volumes"]}
        written = {one["value"] for one in only["env"] if one["name"] in ("HOME", "TMPDIR")}
        assert {*written, only["workingDir"]} <= {*places.values()}
        for volume in spec["volumes"]:
            if "persistentVolumeClaim" in volume:
                claim = named("PersistentVolumeClaim")[volume["persistentVolumeClaim"]["claimName"]]
                assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    (image,) = {container(pod)["image"] for pod in pods().values()}
    built = shlex.split(re.findall(r"^docker build (.+)$", DOCUMENT, re.MULTILINE)[0])
    assert built[built.index("-t") + 1] == image
    assert "REQUIREMENTS=cluster" in built
    assert "ARG REQUIREMENTS=run" in DOCKERFILE
    assert "-r requirements/$REQUIREMENTS.txt" in DOCKERFILE


def test_pods_find_each_other_and_nobody_else_does() -> None:
    (service,) = named("Service").values()
    ports = {one["port"] for one in service["spec"]["ports"]}
    labels = pods()["press-scheduler"]["metadata"]["labels"]
    assert service["spec"]["selector"].items() <= labels.items()
    assert ports == {one["containerPort"] for one in container(pods()["press-scheduler"])["ports"]}
    address = f"tcp://{service['metadata']['name']}:8786"
    assert "--insecure" in container(pods()["press-ingest"])["args"]  # the policy below is for that
    for name in ("press-worker", "press-ingest"):
        only = container(pods()[name])
        assert address in [*only.get("command", []), *only["args"]]
    (policy,) = named("NetworkPolicy").values()
    (rule,) = policy["spec"]["ingress"]
    assert rule == {"from": [{"podSelector": policy["spec"]["podSelector"]}]}
    ours = policy["spec"]["podSelector"]["matchLabels"].items()
    assert all(ours <= pod["metadata"]["labels"].items() for pod in pods().values())
    for deployment in named("Deployment").values():
        chosen = deployment["spec"]["selector"]["matchLabels"]
        assert chosen == deployment["spec"]["template"]["metadata"]["labels"]


def test_a_job_is_tried_again_but_where_nothing_is_gained() -> None:
    (job,) = named("Job").values()
    (_, for_good) = job["spec"]["podFailurePolicy"]["rules"]
    assert for_good["action"] == "FailJob"
    assert for_good["onExitCodes"]["containerName"] == container(job["spec"]["template"])["name"]
    assert for_good["onExitCodes"]["values"] == [EXIT_FAILURES, EXIT_USAGE]
    assert failure(NoCluster("no worker yet"))[0] == EXIT_NOT_NOW
    assert job["spec"]["backoffLimit"] > 3  # so long an image may take


def test_pods_type_what_the_programs_take(tmp_path: Path) -> None:
    for name in ("press-scheduler", "press-worker"):
        only = container(pods()[name])
        program, command, *words = [*only["command"], *only.get("args", [])]
        assert program == "dask"
        OF_DASK[command].make_context(command, words)  # what is wrong is raised
    words = container(pods()["press-worker"])
    given = [*words["command"], *words["args"]]
    assert given[given.index("--nthreads") + 1] == "1"
    limit = size(given[given.index("--memory-limit") + 1])
    assert limit + MEMORY < size(words["resources"]["limits"]["memory"])
    only = container(pods()["press-ingest"])
    assert "command" not in only  # the image's own: tradepress
    name, *rest = only["args"]
    command_typed = cli.get_command(click.Context(cli), name)
    assert command_typed is not None
    command_typed.make_context(name, [*rest])
    (archive,) = [one for one in rest if one.endswith(".db")]
    places = {one["name"]: one["mountPath"] for one in only["volumeMounts"]}
    assert Path(archive).parent == Path(places["archive"])
    given_by = {one["name"]: one["value"] for one in only["env"]}
    file = Path(given_by["TRADEPRESS_CONFIG"])
    assert file.parent == Path(places["configuration"])
    (tmp_path / file.name).write_text(named("ConfigMap")["press"]["data"][file.name])
    folder = load_configuration(tmp_path / file.name).sources.folder
    for pod in ("press-worker", "press-ingest"):
        mounted = {one["mountPath"] for one in container(pods()[pod])["volumeMounts"]}
        assert str(folder) in mounted  # sources under one path
