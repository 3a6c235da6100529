"""A port of loopback for a program that has to be told one."""

import secrets
import socket
from contextlib import suppress


def free_port() -> int:
    """A port that nothing holds, below those that the system hands out by itself.

    Of 32768 and above (Linux, ip_local_port_range), another test's connection could take the port
    before the program does.
    """
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
