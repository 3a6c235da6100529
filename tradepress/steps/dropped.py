"""Says why a story is not stored, without Scrapy: steps run where pages are read."""


class Dropped(Exception):
    """The story is not to be stored; ``reason`` says why, for the ledger."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
