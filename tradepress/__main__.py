"""Starts the command: Ctrl-C ends it in one line, from its first import on."""

import signal
import sys

from tradepress.interrupt import held, told


def main() -> None:
    """Runs the command line and leaves with its exit code."""
    with told():
        with held():
            from tradepress.command_line import run_and_flush
            from tradepress.commands.inert_output import print_inert

            print_inert()
        code = run_and_flush(sys.argv[1:])
        # Nothing is left but Python's own end, in which nobody could tell it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(code)


if __name__ == "__main__":
    main()
