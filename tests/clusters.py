"""A Dask cluster of processes, once for the tests of a file."""

from collections.abc import Iterator

import pytest
from distributed import Client

from tradepress.cluster.dask_cluster import ClusterPlace, connected


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Of two workers with nannies."""
    with connected(ClusterPlace(local=2, shards="memory://none")) as client:
        yield client
