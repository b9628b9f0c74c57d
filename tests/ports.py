"""TCP ports for servers that are not there all the time."""

import socket
from pathlib import Path
from random import SystemRandom

_LOCAL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST = 10_000


def lasting_port() -> int:
    """Return a port of the loopback that is free, and stays so while nobody asks for it by its number.

    One of the system's local range does not: it goes to whoever connects to anything or asks for any port, even to a
    client that tries to connect to the server which is away.
    """
    end = int(_LOCAL_RANGE.read_text().split()[0])
    while True:
        port = SystemRandom().randrange(_FIRST, max(end, 2 * _FIRST))
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
