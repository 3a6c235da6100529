"""Listens where this machine alone is answered."""

import os
import socket

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Says that another program listens on the port."""


def listen(port: int) -> tuple[socket.socket, str]:
    """Opens a socket on loopback that listens; returns it and its address,
    ``http://127.0.0.1:8001``.

    :param port: 0: any that is free
    :raises PortTaken: ``port`` is in use
    """
    try:
        seed = socket.create_server((HOST, port))
    except OSError as error:
        # create_server adds the address to what the system said.
        said = os.strerror(error.errno) if error.errno else str(error)
        raise PortTaken(
            f"port {port} on {HOST} can't be used ({said}): choose another with --port"
        ) from error
    return seed, f"http://{HOST}:{seed.getsockname()[1]}"
