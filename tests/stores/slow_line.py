"""A slow line to a PostgreSQL server: a proxy in a process of its own, which holds back whatever a client sends.

``python -m tests.stores.slow_line SERVER LISTEN MILLISECONDS`` is that process; both
addresses are unix sockets.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

from tests.stores.postgres_server import ThrowAwayServer

_SOCKET = ".s.PGSQL.5432"
_MOST = 65_536


def serve(server: str, listen: str, milliseconds: int) -> None:
    """Accept clients on *listen* until the process is ended."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(listen)
        listening.listen(64)
        while True:
            client, _ = listening.accept()
            upstream = socket.socket(socket.AF_UNIX)
            upstream.connect(server)
            for source, target, pause in ((client, upstream, milliseconds / 1000), (upstream, client, 0)):
                Thread(target=_pump, args=(source, target, pause), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, pause: float) -> None:
    with suppress(OSError):
        while received := source.recv(_MOST):
            sleep(pause)
            target.sendall(received)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def slow_line(server: ThrowAwayServer, *, milliseconds: int) -> Iterator[str]:
    """Give the URL of *server* at the other end of a line that delays each statement, and end it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sl-line-", dir="/tmp"))
    try:
        command = [sys.executable, "-m", __name__, str(server.folder / _SOCKET), str(folder / _SOCKET)]
        running = subprocess.Popen([*command, str(milliseconds)], cwd=Path(__file__).parents[2])  # noqa: S603 - ourselves
        try:
            until = monotonic() + 30
            while not (folder / _SOCKET).exists():
                assert running.poll() is None, "it has ended"
                assert monotonic() < until, "it does not listen"
                sleep(0.02)
            yield f"postgresql+psycopg://tester@/postgres?host={folder}"
        finally:
            running.terminate()
            running.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
