"""The package document: the bytes that stand for a `LicensePackage`.

Source: documents.md, "Package"; design section 8.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from attrs import field, frozen

from superlicense.document import envelope
from superlicense.document.fields import Fields, instant_text
from superlicense.document.keys import SigningKey
from superlicense.document.root import Root
from superlicense.document.strict_json import decode_canonical, encode
from superlicense.errors import (
    InvalidValueError,
    MalformedPackageError,
    ModuleOutOfScopeError,
    OwnerThresholdError,
    UnknownOwnerError,
)
from superlicense.model import fields
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.user import UserType
from superlicense.rules.packages.lint import LintFinding, errors, warnings

__all__ = ["PAYLOAD_TYPE", "PackageDraft", "VerifiedPackage", "digest", "open_package", "read", "read_stored", "write"]

PAYLOAD_TYPE: Final = "application/vnd.superlicense.package.v1+json"

_VERSION: Final = 1
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def write(package: LicensePackage) -> bytes:
    """Write the canonical payload of *package*.

    Raises:
        MalformedPackageError: a date that the format cannot hold; it has whole
            seconds of the years 2000 to 2199.
    """
    validity = package.validity
    return encode(
        {
            "_type": "package",
            "v": _VERSION,
            "owner": package.owner,
            "owner_description": package.owner_description,
            "company": package.company,
            "serial_number": package.serial_number,
            "database_id": package.database_id,
            "issue": package.issue,
            "issued_at": instant_text("issued_at", package.issued_at, MalformedPackageError),
            "warns_at": instant_text("warns_at", validity.warns_at, MalformedPackageError),
            "expires_at": instant_text("expires_at", validity.expires_at, MalformedPackageError),
            "grace_until": instant_text("grace_until", validity.grace_until, MalformedPackageError),
            "maintenance_until": instant_text("maintenance_until", validity.maintenance_until, MalformedPackageError),
            "next_check_at": instant_text("next_check_at", validity.next_check_at, MalformedPackageError),
            "license_version": package.license_version,
            "deployment_type": package.deployment_type,
            "product_type": package.product_type,
            "product_description": package.product_description,
            "license_url": package.license_url,
            "licenses": [_license_fields(row) for row in package.licenses],
        }
    )


def _license_fields(row: ModuleLicense) -> dict[str, object]:
    return {
        "module": row.name.module,
        "scope": row.scope,
        "quantity": row.quantity,
        "unrestricted": row.unrestricted,
        "hidden": row.hidden,
        "kind": row.kind,
        "grants": [grant.module for grant in row.grants],
        "prerequisite": _prerequisite_text(row),
        "user_types": sorted(row.allowed_user_types),
        "description": row.description,
        "tooltip": row.tooltip,
        "version": row.version,
        "sort_order": row.sort_order,
        "extra_info": row.extra_info,
    }


def _prerequisite_text(row: ModuleLicense) -> str | None:
    """Name a prerequisite of the same owner by its module alone, any other in full.

    A module with a dot is named in full, too, because its first part would be
    read as an owner.
    """
    name = row.prerequisite
    if name is None:
        return None
    return name.module if name.owner == row.name.owner and "." not in name.module else str(name)


def read(payload: bytes) -> LicensePackage:
    """Read the payload of a signed package, strictly.

    Args:
        payload: The bytes that were verified.

    Raises:
        MalformedJsonError: no strict JSON.
        NotCanonicalError: other bytes than the writer's.
        MalformedPackageError: another type or version, a field that is missing,
            unknown or out of range, or contents that no package may have.
    """
    package = read_stored(payload)
    if package.database_id is not None and not _UUID.fullmatch(package.database_id):
        raise MalformedPackageError("database_id", "must be a lower-case UUID or null")
    return package


def read_stored(payload: bytes) -> LicensePackage:
    """Read a payload that an installation wrote itself, whose database ids may be of any form."""
    fields = Fields(decode_canonical(payload), "", MalformedPackageError)
    fields.expect("_type", "package")
    fields.expect("v", _VERSION)
    owner = fields.text("owner")
    try:
        name_of_owner = LicenseName(owner, "any").owner
    except InvalidValueError as error:
        raise MalformedPackageError("owner", error.problem) from error
    rows = tuple(
        _read_license(Fields(one, f"licenses[{place}]", MalformedPackageError), name_of_owner)
        for place, one in enumerate(fields.items("licenses"))
    )
    validity = fields.build(
        lambda: Validity(
            warns_at=fields.instant_or_none("warns_at"),
            expires_at=fields.instant_or_none("expires_at"),
            grace_until=fields.instant_or_none("grace_until"),
            maintenance_until=fields.instant_or_none("maintenance_until"),
            next_check_at=fields.instant_or_none("next_check_at"),
        )
    )
    package = fields.build(
        lambda: LicensePackage(
            owner=owner,
            owner_description=fields.text("owner_description"),
            company=fields.text("company"),
            serial_number=fields.text("serial_number"),
            database_id=fields.text_or_none("database_id"),
            issue=fields.integer("issue"),
            issued_at=fields.instant("issued_at"),
            validity=validity,
            licenses=rows,
            license_version=fields.text("license_version"),
            deployment_type=fields.integer_or_none("deployment_type"),
            product_type=fields.text("product_type"),
            product_description=fields.text("product_description"),
            license_url=fields.text("license_url"),
        )
    )
    fields.end()
    for mistake in errors(package):
        raise MalformedPackageError(mistake.path, mistake.problem)
    return package


def _read_license(fields: Fields, owner: str) -> ModuleLicense:
    module = fields.text("module")
    prerequisite = fields.text_or_none("prerequisite")
    row = fields.build(
        lambda: ModuleLicense(
            name=LicenseName(owner, module),
            scope=fields.word("scope", LicenseScope),
            quantity=fields.integer("quantity"),
            unrestricted=fields.boolean("unrestricted"),
            hidden=fields.boolean("hidden"),
            kind=fields.word("kind", LicenseKind),
            grants=tuple(LicenseName(owner, grant) for grant in fields.texts("grants")),
            prerequisite=None if prerequisite is None else LicenseName.parse(prerequisite, owner=owner),
            allowed_user_types=_user_types(fields),
            description=fields.text("description"),
            tooltip=fields.text("tooltip"),
            version=fields.text("version"),
            sort_order=fields.integer("sort_order"),
            extra_info=fields.text("extra_info"),
        )
    )
    fields.end()
    return row


def _user_types(fields: Fields) -> frozenset[UserType]:
    words = fields.texts("user_types")
    known = {str(kind) for kind in UserType}
    if list(words) != sorted(set(words)) or not known.issuperset(words):
        fields.refuse("user_types", f"must be some of {', '.join(sorted(known))}, sorted, each once")
    return frozenset(map(UserType, words))


def digest(payload: bytes) -> str:
    """Give the identity of a package: SHA-256 of its payload, in hex."""
    return hashlib.sha256(payload).hexdigest()


@frozen(kw_only=True)
class VerifiedPackage:
    """A package whose signatures are good and whose signers may say what it says.

    Attributes:
        package: What it says.
        payload: The bytes that were signed.
        digest: SHA-256 of the payload, in hex.
        signed_by: Ids of the owner's keys that signed it, in order.
    """

    package: LicensePackage
    payload: bytes
    digest: str
    signed_by: tuple[str, ...]


def open_package(document: bytes, root: Root) -> VerifiedPackage:
    """Verify and read a package document: steps 1 to 10 of documents.md.

    Raises:
        DocumentTooLargeError: more than 512 KiB, or a payload of more than 384.
        MalformedJsonError: no strict JSON.
        MalformedEnvelopeError: no envelope.
        WrongPayloadTypeError: no package document.
        TooManyVerificationsError: signatures and keys make more than 256 trials.
        UntrustedKeyError: no key of the root has signed it.
        NotCanonicalError: other bytes than the writer's.
        MalformedPackageError: not what a package says.
        UnknownOwnerError: the root has no such owner.
        OwnerThresholdError: too few of the owner's keys have signed it.
        ModuleOutOfScopeError: a module that the owner may not license.
    """
    opened = envelope.open_envelope(document, payload_type=PAYLOAD_TYPE, keys=root.owner_keys)
    package = read(opened.payload)
    owner = root.owners.get(package.owner_key)
    if owner is None:
        raise UnknownOwnerError(package.owner_key)
    signed_by = [key.key_id for key in opened.signed_by if key in owner.keys]
    if len(signed_by) < owner.threshold:
        raise OwnerThresholdError(package.owner_key, len(signed_by), owner.threshold)
    for place, row in enumerate(package.licenses):
        if not owner.covers(row.name.module):
            raise ModuleOutOfScopeError(f"licenses[{place}].module", str(row.name))
    return VerifiedPackage(
        package=package, payload=opened.payload, digest=digest(opened.payload), signed_by=tuple(signed_by)
    )


@frozen
class PackageDraft:
    """A package that is about to be issued.

    Attributes:
        package: What it is to say; ``issue`` and ``issued_at`` are required.
    """

    package: LicensePackage = field(validator=fields.instance_of(LicensePackage))

    def lint(self) -> tuple[LintFinding, ...]:
        """Find what is worth a look before issuing, mistakes first."""
        return (*errors(self.package), *warnings(self.package))

    def issue(self, signers: Sequence[SigningKey]) -> bytes:
        """Sign the package: the same package and keys give the same bytes.

        Returns:
            The document, an envelope signed by every one of *signers*.

        Raises:
            MalformedPackageError: `read` would refuse it, or it grants what it
                has no row for.
            DocumentTooLargeError: its payload is longer than 384 KiB.
            InvalidValueError: no signers, or one of them twice.
        """
        payload = write(self.package)
        read(payload)
        for finding in self.lint():
            raise MalformedPackageError(finding.path, finding.problem)
        return envelope.sign(payload, payload_type=PAYLOAD_TYPE, signers=signers)
