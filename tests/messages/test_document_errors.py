"""Errors of documents: what the file is, the command that takes it, and where the fault is."""

from __future__ import annotations

import pytest

import superlicense as sl
from superlicense import testing
from superlicense.testing.issuing import Vendor


def refused_package(document: bytes) -> sl.SuperlicenseError:
    with pytest.raises(sl.SuperlicenseError) as refused:
        testing.licensing().packages.preview(document)
    return refused.value


def test_a_trust_root_names_the_command_that_installs_it() -> None:
    error = refused_package(Vendor().root)
    assert sl.message(error).endswith("superlicense install-root FILE")
    assert sl.message(error, "da").startswith("Dokumentet er en tillidsrod, ikke en licenspakke.")


def test_a_package_in_the_place_of_a_root_names_the_command_that_activates_it() -> None:
    with pytest.raises(sl.WrongPayloadTypeError) as refused:
        testing.licensing().packages.install_root(Vendor().issue(testing.package()), by="admin")
    assert sl.message(refused.value).endswith("superlicense activate FILE")
    assert "application/" not in sl.message(refused.value, "da")


def test_any_other_type_is_shown_as_it_is() -> None:
    error = sl.WrongPayloadTypeError("application/pdf", "application/vnd.superlicense.package.v1+json")
    assert "(application/pdf)" in sl.message(error)


def test_the_place_of_a_fault_is_named_where_there_is_one() -> None:
    assert "(payload: must be a string)" in sl.message(refused_package(b"{}"))
    assert "JSON (must be an object)." in sl.message(refused_package(b"[]"))


def test_sizes_have_separators() -> None:
    assert "600,000 bytes, and 524,288 are" in sl.message(refused_package(b"x" * 600_000))


def test_what_is_not_json_is_said_to_be_that_once() -> None:
    assert sl.message(refused_package(b"<x/>")) == (
        "The file is not valid JSON (Expecting value at character 0). Check that it is the right file and complete."
    )
