"""Holds a TCP port for workers that share it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager


class PortRefused(Exception):
    """The port can't be had. `str()` says why and what to do."""


@contextmanager
def reserved_port(host: str, port: int) -> Iterator[int]:
    """Hold a port, without listening, for the block; each worker then listens on it with SO_REUSEPORT.

    Port 0 picks a free one. The number is what the block gets. Raises PortRefused if another process has the port:
    SO_REUSEPORT alone would let a second server of the same user slip in beside the first.
    """
    with _socket_on(host, port, is_shared=False) as probe:
        number = probe.getsockname()[1]
    with _socket_on(host, number, is_shared=True):
        yield number


def _socket_on(host: str, port: int, *, is_shared: bool) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortRefused(_refusal(host, port, error)) from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT if is_shared else socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise PortRefused(_refusal(host, port, error)) from None
    return bound


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use by another process; stop it, or set another port (--port, 0 for any)"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} needs more rights than this process has; set a port above 1023"
    return f"can't listen on {host}:{port}: {error.strerror}; set host to an address of this machine"
