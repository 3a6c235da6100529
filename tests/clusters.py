"""A Dask cluster of processes, once for the tests of a file."""

import logging
from collections.abc import Iterator

import dask
import pytest
from distributed import Client, LocalCluster
from forked_workers import load_workers

from tradepress.cluster.dask_cluster import OF_THIS_MACHINE, TRIES, ClusterPlace, connected


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Of two workers with nannies and a scheduler with pages, which others can ask, too."""
    load_workers()
    as_ours = {name: value for name, value in OF_THIS_MACHINE.items() if "routes" not in name}
    with (
        dask.config.set(as_ours),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            scheduler_kwargs={"allowed_failures": TRIES - 1},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        connected(ClusterPlace(scheduler=cluster.scheduler_address, shards="memory://n")) as client,
    ):
        yield client
