"""Processes for pages, and workers of Dask, that are forked from one that has loaded what they run.

To load it takes a second of CPU, more than most tests take that read a page. Tests of the workers
themselves start them as a crawl does.
"""

import os
from importlib import import_module
from multiprocessing import forkserver, set_forkserver_preload
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

import dask

from tradepress.crawling.worker_process import WorkerProcess
from tradepress.mentions.known_names import find_known

for name in (
    "tradepress.extraction.article",
    "tradepress.spiders.wipr",
    "tradepress.jobs.stored_page",
):
    import_module(name)
find_known("")  # makes its table of names


class ForkedWorker(WorkerProcess):
    _Popen = staticmethod(ForkServerProcess._Popen)  # type: ignore[attr-defined]


def load_workers() -> None:
    """Start the process that workers are forked from, if it isn't there."""
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    set_forkserver_preload([__name__, "distributed"])
    with patch.dict(os.environ, PYTHONPATH=str(Path(__file__).parent)):
        forkserver.ensure_running()
