"""Ends a command at Ctrl-C with one line and exit code 130, at whatever moment it comes.

Imports next to nothing: it must be there before all that takes its time.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EXIT_INTERRUPTED = 130
INTERRUPTED = "Interrupted. What was committed is kept; run the command again."
AGAIN_AFTER = 0.1
"""Gives the seconds in which Python has surely left a callback."""


@contextmanager
def told() -> Iterator[None]:
    """Prints one line in place of the traceback.

    :raises SystemExit: Ctrl-C came
    """
    sys.unraisablehook = come_again
    try:
        yield
    except KeyboardInterrupt:
        print(INTERRUPTED, file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)


@contextmanager
def held() -> Iterator[None]:
    """Keeps Ctrl-C until the end of the block: in mid-import Python may print it and go on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def come_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Sends Ctrl-C once more where it came in a callback or a finalizer: Python only prints it."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt):
        where = threading.main_thread().ident
        threading.Timer(AGAIN_AFTER, signal.pthread_kill, [where, signal.SIGINT]).start()
    else:
        sys.__unraisablehook__(unraisable)
