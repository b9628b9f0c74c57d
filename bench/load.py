"""Closed load on one unary method: so many calls in flight, each followed by the next.

With h2load (Debian package nghttp2-client) the client costs little; without it an asyncio client of grpcio is used,
which takes about as much of a core as the server.
"""

import asyncio
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import grpc

MOST_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Load:
    """What a load gave: calls a second, and latencies in milliseconds."""

    rate: float
    p50_ms: float
    p99_ms: float


def closed_load(port: int, method: str, message: bytes, in_flight: int, seconds: float) -> Load:
    """Call `method` (`/package.Service/Method`) on 127.0.0.1 for so long.

    Raises:
        RuntimeError: when any call fails.
    """
    if shutil.which("h2load"):
        return _h2load(port, method, message, in_flight, seconds)
    return asyncio.run(_asyncio_load(port, method, message, in_flight, seconds))


def client_name() -> str:
    """Return which client is used."""
    return "h2load" if shutil.which("h2load") else "grpcio asyncio client"


def _h2load(port: int, method: str, message: bytes, in_flight: int, seconds: float) -> Load:
    connections = min(in_flight, MOST_CONNECTIONS)
    with tempfile.TemporaryDirectory() as folder:
        body, log = Path(folder) / "body", Path(folder) / "log"
        body.write_bytes(b"\0" + len(message).to_bytes(4) + message)  # a gRPC frame: uncompressed, its length
        command = ["h2load", "-D", f"{round(seconds * 1000)}ms", "--warm-up-time", "1", "-c", str(connections)]
        command += ["-m", str(in_flight // connections), "-d", str(body), "--log-file", str(log)]
        command += ["-H", "content-type: application/grpc", "-H", "te: trailers", f"http://127.0.0.1:{port}{method}"]
        finished = subprocess.run(command, capture_output=True, text=True, check=True)
        latencies = [int(line.split("\t")[2]) / 1000 for line in log.read_text().splitlines()]
    if "0 failed, 0 errored" not in finished.stdout:
        raise RuntimeError(f"calls failed:\n{finished.stdout}")
    return _load(latencies, seconds)


async def _asyncio_load(port: int, method: str, message: bytes, in_flight: int, seconds: float) -> Load:
    channels = [grpc.aio.insecure_channel(f"127.0.0.1:{port}", [("n", n)]) for n in range(min(in_flight, 4))]
    calls = [channel.unary_unary(method) for channel in channels]
    latencies: list[float] = []
    end = time.perf_counter() + 1 + seconds
    measured_from = time.perf_counter() + 1

    async def caller(number: int) -> None:
        call = calls[number % len(calls)]
        while (start := time.perf_counter()) < end:
            await call(message)
            if start >= measured_from:
                latencies.append((time.perf_counter() - start) * 1000)

    await asyncio.gather(*(caller(number) for number in range(in_flight)))
    for channel in channels:
        await channel.close()
    return _load(latencies, seconds)


def _load(latencies_ms: list[float], seconds: float) -> Load:
    cuts = quantiles(latencies_ms, n=100)
    return Load(len(latencies_ms) / seconds, cuts[49], cuts[98])
