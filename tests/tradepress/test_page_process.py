"""What a Dask worker has beside its tasks, from one client to the next."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from distributed import Status, Worker

from tradepress.cluster.page_process import PageProcess
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import source_names

RUNNING = cast("Worker", SimpleNamespace(status=Status.running))
CLOSING = cast("Worker", SimpleNamespace(status=Status.closing))


@pytest.mark.usefixtures("same_sources")
def test_a_worker_knows_the_sources_of_its_client_alone(tmp_path: Path) -> None:
    ours = source_names()
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}_paper.py").touch()
        PageProcess(tmp_path / name).setup(RUNNING)
        assert source_names() == sorted([*ours, f"{name}_paper"])
    PageProcess(None).setup(RUNNING)
    assert source_names() == ours


def test_of_a_client_that_is_gone_no_process_stays() -> None:
    """Also not that of the task that was under way as the next one came."""
    before = PageProcess(None)
    with before.borrowed() as first:
        pass
    with before.borrowed() as again, before.borrowed() as other:
        assert again is first
        before.teardown(RUNNING)
        assert [is_closed(again), is_closed(other)] == [False, False]
    assert before.idle == []
    assert [is_closed(again), is_closed(other)] == [True, True]


def test_a_worker_that_ends_waits_for_no_page() -> None:
    plugin = PageProcess(None)
    with plugin.borrowed() as workers:
        plugin.teardown(CLOSING)
        assert is_closed(workers)


def is_closed(workers: PageWorkers) -> bool:
    return workers._is_closed
