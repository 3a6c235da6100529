"""Why a story is not stored. Steps run where pages are read, and Scrapy is not loaded there."""


class Dropped(Exception):
    """The story is not to be stored; ``reason`` says why, for the ledger."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
