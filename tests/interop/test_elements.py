from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

import pytest

from superlicense.errors import MalformedPackageError
from superlicense.interop.superoffice import elements, read_package_xml
from superlicense.model.package import LicensePackage
from tests.interop.defects import FILES

VALID = (FILES / "valid.xml").read_bytes()
HEAD = b"<SerialNr>1010000014</SerialNr><CompanyName>Fjord</CompanyName><OwnerName>SUPEROFFICE</OwnerName>"


def bare(inner: str) -> LicensePackage:
    return read_package_xml(b"<L>" + HEAD + inner.encode() + b"</L>")


class TestNothingIsLost:
    """Whatever a document says beside what we model stays readable by its path."""

    def test_of_attributes_that_carry_data(self) -> None:
        package = read_package_xml(
            b'<L version="3" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="LicenseInfo">'
            + HEAD.replace(b"<CompanyName>", b'<CompanyName lang="da" i:type="string">')
            + b'<ModuleLicenses count="1"><ModuleLicense id="7"><ModuleName checked="1">server</ModuleName>'
            b"<LicenseType>1</LicenseType></ModuleLicense></ModuleLicenses></L>"
        )
        assert dict(package.unmodeled) == {"@version": "3", "CompanyName@lang": "da", "ModuleLicenses@count": "1"}
        assert dict(package.licenses[0].unmodeled) == {"@id": "7", "ModuleName@checked": "1"}

    def test_of_elements_among_the_modules(self) -> None:
        package = bare("<ModuleLicenses><Total>3</Total><Hint><Text>a</Text></Hint></ModuleLicenses>")
        assert dict(package.unmodeled) == {"ModuleLicenses.Total": "3", "ModuleLicenses.Hint.Text": "a"}

    def test_of_text_between_elements(self) -> None:
        package = bare("stray <Note>one <b>two</b> three</Note><ModuleLicenses>loose</ModuleLicenses>")
        assert dict(package.unmodeled) == {
            "text()": "stray",
            "Note": "one  three",
            "Note.b": "two",
            "ModuleLicenses.text()": "loose",
        }

    def test_of_elements_that_have_one_path(self) -> None:
        package = bare('<A.b>1</A.b><A><b>2</b></A><C xmlns:x="x" d="3" x:d="4" />')
        assert dict(package.unmodeled) == {"A.b": "1", "A.b[1]": "2", "C@d": "3", "C@d[1]": "4", "C": ""}

    def test_but_what_is_nil_says_nothing(self) -> None:
        nil = '<Hint xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true" />'
        assert dict(bare(nil).unmodeled) == {}


def test_two_mebibytes_are_read_and_one_byte_more_is_not() -> None:
    limit = 2 * 1024 * 1024
    padded = VALID + b" " * (limit - len(VALID))
    assert isinstance(read_package_xml(padded), LicensePackage)
    with pytest.raises(MalformedPackageError, match="more than 2097152 bytes"):
        read_package_xml(padded + b" ")


def test_deep_nesting_is_refused_before_anybody_recurses() -> None:
    with pytest.raises(MalformedPackageError, match="nests deeper"):
        read_package_xml(b"<a>" * 100_000 + b"</a>" * 100_000)


def test_thirty_two_levels_are_read() -> None:
    assert "x.x" in next(iter(bare("<x>" * 31 + "</x>" * 31).unmodeled))
    with pytest.raises(MalformedPackageError, match="nests deeper than 32"):
        bare("<x>" * 32 + "</x>" * 32)


@pytest.mark.parametrize("most", [1_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_so_many_elements_are_read_and_one_more_is_not(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert elements._MOST_ELEMENTS == 100_000  # noqa: SLF001 - the limit itself, which takes a second to read
    monkeypatch.setattr(elements, "_MOST_ELEMENTS", most)
    known = 1 + HEAD.count(b"</")
    assert len(bare("<x/>" * (most - known)).unmodeled) == most - known
    with pytest.raises(MalformedPackageError, match=f"more than {most} elements"):
        bare("<x/>" * (most + 1 - known))


@pytest.mark.parametrize("inner", ["<{0}/>", "<a><{1}/></a>", '<{1} a=""/>'])
def test_a_path_of_254_characters_is_read_and_one_more_is_not(inner: str) -> None:
    # The root and the dots behind it and behind the attribute's or element's parent are part of the path.
    names = ("x" * 252, "x" * 250) if "a=" not in inner else ("", "x" * 251)
    assert bare(inner.format(*names)).unmodeled
    with pytest.raises(MalformedPackageError, match="path of more than 254 characters") as refused:
        bare(inner.format(*(f"{name}x" for name in names)))
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_document_is_read_in_its_encoding(encoding: str) -> None:
    declared = VALID.decode().replace("utf-8", encoding.removesuffix("-sig"))
    assert read_package_xml(declared.encode(encoding)).company == "Fjordglimt Ærø A/S"


@pytest.mark.parametrize("encoding", ["", "hex", "idna", "undefined", "unicode_escape", "utf-7", "zlib"])
def test_no_foreign_error_comes_of_an_encoding(encoding: str) -> None:
    with suppress(MalformedPackageError):
        read_package_xml(VALID.replace(b'encoding="utf-8"', f'encoding="{encoding}"'.encode()))


def test_without_its_extra_the_reader_says_which_one_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "defusedxml.common", None)
    with pytest.raises(ImportError, match=r"superlicense\[xml\]"):
        read_package_xml(VALID)


def test_to_import_the_readers_loads_no_xml() -> None:
    script = (
        "import sys, superlicense.interop.superoffice as s;"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('defusedxml', 'xml', 'dateutil', 'zoneinfo')))"
    )
    # Whoever measures coverage loads more.
    alone = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, env=alone)  # noqa: S603 - our own words
    assert ran.stdout.strip() == "[]"


def test_a_list_that_is_empty_nil_or_left_out_has_no_licenses() -> None:
    assert bare("").licenses == bare("<ModuleLicenses />").licenses == ()
    nil = '<ModuleLicenses xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true" />'
    assert bare(nil).licenses == ()
