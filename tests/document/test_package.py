from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from superlicense.document import envelope, package
from superlicense.document.root import Owner, open_pinned
from superlicense.errors import (
    MalformedPackageError,
    ModuleOutOfScopeError,
    OwnerThresholdError,
    SuperlicenseError,
)
from superlicense.model.license import LicenseKind, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.rules.packages.advice import advice
from tests.document.corpus import (
    DEFECTS,
    FILES,
    PACKAGE,
    PARTNER_KEY,
    PAYLOAD,
    ROOT,
    ROOT_KEY,
    SECOND_VENDOR_KEY,
    VALID,
    VENDOR_KEY,
    root_draft,
    sealed,
)
from tests.for_each import for_each


class TestTheCorpus:
    """One file a defect, one defect a file."""

    def test_has_a_valid_document(self) -> None:
        kept = (FILES / "valid.json").read_bytes()
        assert kept == VALID
        verified = package.open_package(kept, ROOT)
        assert (verified.package, verified.payload) == (PACKAGE, PAYLOAD)
        assert (verified.digest, verified.signed_by) == (package.digest(PAYLOAD), (VENDOR_KEY.public.key_id,))

    @for_each("defect", DEFECTS)
    def test_is_refused_for_its_defect(self, defect: str) -> None:
        document, error, path = DEFECTS[defect]
        kept = (FILES / f"{defect}.json").read_bytes()
        assert kept == document
        with pytest.raises(SuperlicenseError) as refused:
            package.open_package(kept, ROOT)
        assert type(refused.value) is error
        assert getattr(refused.value, "path", "") == path
        assert refused.value.code == error.code

    def test_is_complete(self) -> None:
        assert {Path(file).stem for file in FILES.glob("*.json")} == {"valid", *DEFECTS}


class TestLimits:
    """Each is tested at the limit and one above."""

    @staticmethod
    def of(count: int, grants: int = 0) -> LicensePackage:
        rows = [ModuleLicense(name=f"m{number}", scope=LicenseScope.USER) for number in range(count - bool(grants))]
        if grants:
            names = tuple(f"m{number}" for number in range(grants))
            rows.append(ModuleLicense(name="plan", scope=LicenseScope.USER, kind=LicenseKind.PLAN, grants=names))
        return evolve(PACKAGE, licenses=rows)

    def test_two_thousand_licenses_are_read_and_one_more_is_not(self) -> None:
        assert len(package.read(package.write(self.of(2000))).licenses) == 2000
        with pytest.raises(MalformedPackageError, match="more than 2000 rows"):
            package.read(package.write(self.of(2001)))

    def test_sixty_four_grants_are_read(self) -> None:
        assert len(package.read(package.write(self.of(70, 64))).licenses[-1].grants) == 64


def wrong(draft: package.PackageDraft) -> list[str]:
    """Give where the linter finds more than advice; the package of these tests is no price list."""
    usual = list(advice(draft.package))
    return [finding.path for finding in draft.lint() if finding not in usual]


class TestSigning:
    """The same package and keys give the same bytes, and nothing is issued that would not be read."""

    def test_is_deterministic(self) -> None:
        draft = package.PackageDraft(PACKAGE)
        both = [VENDOR_KEY, SECOND_VENDOR_KEY]
        assert draft.issue(both) == draft.issue(both[::-1])

    def test_refuses_a_grant_that_the_package_lacks_which_reading_keeps(self) -> None:
        rows = [evolve(row, grants=("user", "not-sold")) if row.grants else row for row in PACKAGE.licenses]
        lacking = evolve(PACKAGE, licenses=rows)
        draft = package.PackageDraft(lacking)
        assert wrong(draft) == ["licenses[1].grants"]
        with pytest.raises(MalformedPackageError, match="not-sold"):
            draft.issue([VENDOR_KEY])
        assert package.read(package.write(lacking)) == lacking

    @pytest.mark.parametrize(
        ("fields", "paths"),
        [
            ({}, []),
            ({"replaces": None, "resets_clock": False}, []),
            ({"replaces": PACKAGE.serial_number}, ["replaces"]),
            ({"owner": "ACME", "licenses": ()}, ["replaces", "resets_clock"]),
        ],
    )
    def test_warns_of_fields_without_effect_and_signs_them(self, fields: dict[str, Any], paths: list[str]) -> None:
        draft = package.PackageDraft(evolve(PACKAGE, **fields))
        assert wrong(draft) == paths
        envelope.verify(draft.issue([VENDOR_KEY]), payload_type=package.PAYLOAD_TYPE, keys=[VENDOR_KEY.public])

    @pytest.mark.parametrize("fields", [{"issue": None}, {"issued_at": None}])
    def test_refuses_what_reading_would_refuse(self, fields: dict[str, Any]) -> None:
        with pytest.raises(MalformedPackageError):
            package.PackageDraft(evolve(PACKAGE, **fields)).issue([VENDOR_KEY])

    def test_refuses_instants_that_the_format_cannot_hold(self) -> None:
        fractional = evolve(PACKAGE, issued_at=PACKAGE.issued_at.replace(microsecond=1))  # type: ignore[union-attr]  # it has one
        with pytest.raises(MalformedPackageError) as refused:
            package.write(fractional)
        assert refused.value.path == "issued_at"

    def test_leaves_out_what_an_import_said_besides(self) -> None:
        assert package.write(evolve(PACKAGE, unmodeled={"Signature": "abc"})) == PAYLOAD

    def test_names_prerequisites_so_that_they_are_read_back(self) -> None:
        rows = [
            ModuleLicense(name="a.b", scope=LicenseScope.USER),
            ModuleLicense(name="c", scope=LicenseScope.USER, prerequisite="superoffice.a.b"),
        ]
        dotted = evolve(PACKAGE, licenses=[evolve(rows[0], name="superoffice.a.b"), rows[1]])
        assert package.read(package.write(dotted)) == dotted


class TestWhoMaySign:
    """Keys of the owner, as many as it says, for the modules in its scope."""

    def test_two_where_two_are_needed(self) -> None:
        owners = {"SuperOffice": Owner(keys=[VENDOR_KEY.public, SECOND_VENDOR_KEY.public], threshold=2)}
        strict = open_pinned(root_draft(owners=owners).sign([ROOT_KEY]))
        with pytest.raises(OwnerThresholdError) as refused:
            package.open_package(VALID, strict)
        assert (refused.value.found, refused.value.needed, refused.value.owner) == (1, 2, "superoffice")
        both = sealed(PAYLOAD, VENDOR_KEY, SECOND_VENDOR_KEY)
        assert len(package.open_package(both, strict).signed_by) == 2

    def test_another_owners_signature_beside_a_good_one_does_not_count_and_does_not_hurt(self) -> None:
        assert package.open_package(sealed(PAYLOAD, VENDOR_KEY, PARTNER_KEY), ROOT).signed_by == (
            VENDOR_KEY.public.key_id,
        )

    @pytest.mark.parametrize(
        ("module", "covered"),
        [("maps", True), ("maps-pro", False), ("route-plan", True), ("route", False), ("router-x", False)],
    )
    def test_a_partner_licenses_what_is_in_its_scope(self, module: str, *, covered: bool) -> None:
        partner = evolve(
            PACKAGE, owner="acme", licenses=[ModuleLicense(name=f"acme.{module}", scope=LicenseScope.USER)]
        )
        document = package.PackageDraft(partner).issue([PARTNER_KEY])
        if covered:
            assert package.open_package(document, ROOT).package == partner
            return
        with pytest.raises(ModuleOutOfScopeError) as refused:
            package.open_package(document, ROOT)
        assert (refused.value.path, refused.value.module) == ("licenses[0].module", f"acme.{module}")


def test_a_database_id_is_written_in_lower_case() -> None:
    database = "7d9f2a52-3f0c-4a44-9d0e-6b1d9b9ad001"
    assert package.write(evolve(PACKAGE, database_id=database.upper())) == package.write(
        evolve(PACKAGE, database_id=database)
    )


def test_the_envelope_of_a_package_is_itself_canonical_json() -> None:
    assert json.dumps(json.loads(VALID), sort_keys=True, separators=(",", ":")).encode() == VALID
    assert envelope.verify(VALID, payload_type=package.PAYLOAD_TYPE, keys=[VENDOR_KEY.public]) == PAYLOAD
