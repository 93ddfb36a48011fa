"""PgBouncer for the tests, in front of a PostgreSQL server of ours: the program of the Debian package."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.stores.postgres_server import ThrowAwayServer, demotion

REQUIRED_VARIABLE = "SUPERLICENSE_REQUIRE_PGBOUNCER"

SETTINGS = """
[databases]
postgres = host={server} user=tester
[pgbouncer]
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
listen_addr =
unix_socket_dir = {folder}
auth_type = any
logfile = {folder}/log
pidfile = {folder}/pid
"""


def program_or_skip() -> str:
    """Give the program; skip with the reason where there is none, unless it is required."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        message = "there is no pgbouncer on this machine"
        assert os.environ.get(REQUIRED_VARIABLE) != "1", message
        pytest.skip(message)
    return found


@contextmanager
def pgbouncer(server: ThrowAwayServer, *, connections: int) -> Iterator[str]:
    """Give the URL of a PgBouncer in transaction mode that has *connections* to *server*, and stop it afterwards."""
    program = program_or_skip()
    folder = Path(tempfile.mkdtemp(prefix="sl-pb-", dir="/tmp"))
    try:
        demoted = demotion(folder)
        settings = folder / "settings.ini"
        settings.write_text(SETTINGS.format(server=server.folder, folder=folder, connections=connections))
        settings.chmod(0o644)
        running = subprocess.Popen(  # noqa: S603 - the program found above
            [program, str(settings)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            extra_groups=[] if demoted else None,
            user=demoted.get("user"),
            group=demoted.get("group"),
        )
        try:
            until = monotonic() + 20
            while not (folder / ".s.PGSQL.6432").exists():
                assert running.poll() is None, (folder / "log").read_text()
                assert monotonic() < until, "it does not listen"
                sleep(0.02)
            yield f"postgresql+psycopg://tester@/postgres?host={folder}&port=6432"
        finally:
            running.terminate()
            running.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
