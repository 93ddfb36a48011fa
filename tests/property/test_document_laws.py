from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from superlicense.document import envelope, package
from superlicense.errors import SuperlicenseError
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.user import UserType
from tests.document.corpus import PAYLOAD, ROOT, VALID

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INSTANT = st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31)).map(  # noqa: DTZ001 - the zone comes next
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


@st.composite
def packages(draw: st.DrawFn) -> LicensePackage:
    modules = [f"m{number}" for number in range(draw(st.integers(0, 5)))]
    rows = [
        ModuleLicense(
            name=LicenseName("acme", name),
            scope=draw(st.sampled_from([LicenseScope.USER, LicenseScope.SITE])),
            quantity=draw(st.integers(1, 10**9)),
            unrestricted=draw(st.booleans()),
            hidden=draw(st.booleans()),
            description=draw(TEXT),
            tooltip=draw(TEXT),
            sort_order=draw(st.integers(-5, 5)),
            prerequisite=draw(st.sampled_from([None, "superoffice.user", "other.x.y"])),
            allowed_user_types=draw(st.frozensets(st.sampled_from(UserType))),
        )
        for name in modules
    ]
    grants = tuple(row.name for row in rows if row.scope is LicenseScope.USER)
    rows.append(ModuleLicense(name="acme.plan", scope=LicenseScope.USER, kind=LicenseKind.PLAN, grants=grants))
    warns, expires, grace = sorted(draw(st.tuples(INSTANT, INSTANT, INSTANT)))
    return LicensePackage(
        owner="Acme",
        company="Nordvik Handel A/S",
        serial_number="1010000014",
        owner_description=draw(TEXT),
        issue=draw(st.integers(1, 2**53 - 1)),
        issued_at=draw(INSTANT),
        validity=draw(st.sampled_from([Validity(), Validity(warns_at=warns, expires_at=expires, grace_until=grace)])),
        licenses=rows,
        deployment_type=draw(st.none() | st.integers(-5, 5)),
        license_url=draw(TEXT),
        replaces=draw(st.none() | st.just("1010000022")),
        resets_clock=draw(st.booleans()),
    )


class TestAPackageDocument:
    """What is written is read, and nothing else is."""

    @given(written=packages())
    def test_is_read_as_it_was_written(self, written: LicensePackage) -> None:
        payload = package.write(written)
        assert package.read(payload) == written
        assert package.write(package.read(payload)) == payload

    @given(place=st.integers(0, len(VALID) * 8 - 1))
    def test_with_one_bit_flipped_is_refused_or_says_the_very_same(self, place: int) -> None:
        flipped = bytearray(VALID)
        flipped[place // 8] ^= 1 << place % 8
        try:
            verified = package.open_package(bytes(flipped), ROOT)
        except SuperlicenseError:
            return
        assert verified.payload == PAYLOAD


@given(one=st.tuples(TEXT, st.binary(max_size=20)), other=st.tuples(TEXT, st.binary(max_size=20)))
def test_different_types_and_bodies_are_signed_differently(one: tuple[str, bytes], other: tuple[str, bytes]) -> None:
    assert (envelope.pae(*one) == envelope.pae(*other)) is (one == other)
