"""Free ports on the loopback address."""

import socket

LOOPBACK = "127.0.0.1"


def free_port(*wanted: int) -> int:
    """The first wanted port that nobody has, else one that the system says is free."""
    for port in (*wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on the loopback address")
