"""Pages are read without a process, which takes a second to start."""

from collections.abc import Callable
from typing import Any

from tradepress.crawling.page_workers import PageWorkers


class Here(PageWorkers):
    """Takes the place of the workers where no page is hostile."""

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)
