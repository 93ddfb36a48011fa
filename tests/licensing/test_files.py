"""What the front door makes of files and names as they come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import superlicense as sl
from superlicense.document import envelope, package
from superlicense.testing import builders
from superlicense.testing.issuing import Vendor
from tests.for_each import for_each

MARK = b"\xef\xbb\xbf"
VENDOR = Vendor()
DOCUMENT = VENDOR.issue(builders.package())


def opened(trust: bytes = VENDOR.root) -> sl.Licensing:
    return sl.Licensing(sl.MemoryStore(), builders.installation(), trust=trust, clock=builders.Clock())


class TestAByteOrderMark:
    """One is removed by what takes files, and refused by what verifies."""

    def test_before_the_pinned_root_is_removed(self) -> None:
        licensing = opened(MARK + VENDOR.root)
        assert licensing.packages.offer(DOCUMENT, by="signe").activated

    def test_before_a_package_is_removed(self) -> None:
        licensing = opened()
        preview = licensing.packages.preview(MARK + DOCUMENT)
        assert preview.document == DOCUMENT
        assert licensing.packages.activate(preview, by="signe").activated
        assert not licensing.packages.offer(MARK + DOCUMENT, by="signe").activated
        assert licensing.gate.has_system("server")

    def test_before_the_next_root_is_removed(self) -> None:
        with pytest.raises(sl.SuperlicenseError) as refused:
            opened().packages.install_root(MARK + VENDOR.root, by="signe")
        assert refused.value.code == "root_version"

    def test_that_comes_twice_is_refused(self) -> None:
        with pytest.raises(sl.MalformedJsonError, match="byte order mark"):
            opened().packages.preview(MARK + MARK + DOCUMENT)

    def test_is_refused_by_verification_and_by_the_reader_of_payloads(self) -> None:
        payload = envelope.unverified_payload(DOCUMENT, payload_type=package.PAYLOAD_TYPE)
        with pytest.raises(sl.MalformedJsonError, match="byte order mark"):
            envelope.verify(
                MARK + DOCUMENT, payload_type=package.PAYLOAD_TYPE, keys=[VENDOR.keys["superoffice"].public]
            )
        with pytest.raises(sl.MalformedJsonError, match="byte order mark"):
            package.read(MARK + payload)


@for_each("document", ["{}", None, 7])
def test_what_is_not_bytes_is_an_invalid_value(document: object) -> None:
    licensing = opened()
    for take in (
        licensing.packages.preview,
        lambda data: licensing.packages.offer(data, by="signe"),
        lambda data: licensing.packages.install_root(data, by="signe"),
    ):
        with pytest.raises(sl.InvalidValueError, match="document: must be bytes"):
            take(document)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize("owner", [None, 7, "", "\ud800", "a.b", "a\x1b[2J", "x" * 10**6, 10**5_000], ids=range(8))
def test_what_cannot_be_an_owner_is_an_invalid_value(owner: object) -> None:
    packages = opened().packages
    reads: tuple[Callable[..., object], ...] = (
        packages.current,
        packages.waiting,
        packages.preview_waiting,
        packages.history,
        lambda name: packages.remove(name, by="signe"),
    )
    for read in reads:
        with pytest.raises(sl.InvalidValueError, match="owner: must be 1 to 239") as refused:
            read(owner)
        assert str(refused.value).isprintable()


@for_each("package", [None, "<LicenseInfo/>", b"<LicenseInfo/>", {}])
def test_what_is_not_a_package_is_an_invalid_value(package: object) -> None:
    packages = opened().packages
    for take in (packages.preview_unsigned, lambda data: packages.adopt_unsigned(data, by="signe")):
        with pytest.raises(sl.InvalidValueError, match="package: must be a LicensePackage"):
            take(package)  # type: ignore[arg-type]  # on purpose
