"""Runs work in Twisted's reactor, as often as a process likes.

Twisted starts its reactor once and for good. Here it is started once and runs while there is work,
in asyncio's loop.
"""

import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.misc import build_from_crawler, load_object
from scrapy.utils.reactor import install_reactor, is_reactor_installed

from tradepress.conduct.private_parts import end_threads, event_loop_of

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
T = TypeVar("T")


def run_in_reactor(
    runner: AsyncCrawlerRunner,
    work: Coroutine[Any, Any, T],
    *,
    on_signal: Callable[[str], None] | None = None,
) -> T | None:
    """Runs the work to its end.

    :param on_signal: is told the name of the first signal to stop, after which the work is to come
        to its end; None: signals are left alone
    :returns: what the work returns; None: a second signal ended it at once
    """
    reactor = _start(runner)
    loop = event_loop_of(reactor)
    task = loop.create_task(work)
    heard = _heard() if on_signal is not None else []
    signals: list[str] = []

    def stop(name: str) -> None:
        signals.append(name)
        if len(signals) == 1 and on_signal is not None:
            on_signal(name)
        else:
            loop.stop()

    for number in heard:
        loop.add_signal_handler(number, stop, signal.Signals(number).name)
    try:
        return loop.run_until_complete(task)
    except RuntimeError:  # the loop was stopped before
        if len(signals) < 2:
            raise
        return None
    finally:
        for number in heard:
            loop.remove_signal_handler(number)
        end_threads(reactor)


def _heard() -> list[signal.Signals]:
    """Returns the signals to hear: what whoever started us ignores, as nohup does, stays
    ignored."""
    return [number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]


def _start(runner: AsyncCrawlerRunner) -> Any:
    if not is_reactor_installed():
        install_reactor(runner.settings["TWISTED_REACTOR"])
    from twisted.internet import reactor

    installed = cast("Any", reactor)
    if not installed.running:
        installed.startRunning(installSignalHandlers=False)
    # As Scrapy's process does before it runs the reactor.
    resolver = load_object(runner.settings["TWISTED_DNS_RESOLVER"])
    build_from_crawler(resolver, cast("Any", runner), reactor=installed).install_on_reactor()
    installed.suggestThreadPoolSize(runner.settings.getint("REACTOR_THREADPOOL_MAXSIZE"))
    return installed
