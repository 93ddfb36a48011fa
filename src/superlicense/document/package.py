"""The package document: the bytes of a `LicensePackage`.

Source: documents.md, "Package"; design section 8.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from attrs import field, frozen

from superlicense.codec.codecs import Codec, DecodeError, each, maybe, parsed, word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.values import (
    DOCUMENT_INSTANT,
    DOCUMENT_INSTANT_OR_NONE,
    FLAG,
    INTEGER,
    INTEGER_OR_NONE,
    TEXT,
    TEXT_OR_NONE,
    TEXTS,
)
from superlicense.document import envelope
from superlicense.document.keys import SigningKey
from superlicense.document.payload import read_payload, refusals, write_payload
from superlicense.document.root import Root
from superlicense.errors import (
    InvalidValueError,
    MalformedPackageError,
    ModuleOutOfScopeError,
    OwnerThresholdError,
    UnknownOwnerError,
)
from superlicense.model import fields
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.lint import LintFinding
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.user import UserType
from superlicense.rules.packages.advice import advice
from superlicense.rules.packages.lint import errors, missing_grants, warnings

__all__ = ["PAYLOAD_TYPE", "PackageDraft", "VerifiedPackage", "digest", "open_package", "read", "write"]

PAYLOAD_TYPE: Final = "application/vnd.superlicense.package.v1+json"

_TYPE: Final = "package"


_DATES: Final = ("warns_at", "expires_at", "grace_until", "maintenance_until", "next_check_at")


def _package(**found: Any) -> LicensePackage:  # noqa: ANN401 - fields of the package, dates by their path
    dates = {name: found.pop(f"validity.{name}") for name in _DATES}
    return LicensePackage(validity=Validity(**dates), **found)


def _decode_user_types(value: object) -> tuple[UserType, ...]:
    listed = TEXTS.decode(value)
    known = {str(kind) for kind in UserType}
    if list(listed) != sorted(set(listed)) or not known.issuperset(listed):
        raise DecodeError(f"must be some of {', '.join(sorted(known))}, sorted, each once")
    return tuple(map(UserType, listed))


@lru_cache(maxsize=64)
def _package_codec(owner: str) -> Codec:
    """Return the codec of packages of *owner* (lower case), whose names are written without it."""
    module = parsed(lambda text: LicenseName(owner, text), lambda name: name.module)

    def prerequisite(name: LicenseName) -> str:
        # A module with a dot is named in full, because its first part would be read as an owner.
        return name.module if name.owner == owner and "." not in name.module else str(name)

    row = noun_codec(
        ModuleLicense,
        (module, "name:module"),
        (word(LicenseScope), "scope"),
        (word(LicenseKind), "kind"),
        (INTEGER, "quantity sort_order"),
        (FLAG, "unrestricted hidden"),
        (TEXT, "description tooltip version extra_info"),
        (each(module), "grants"),
        (maybe(parsed(lambda text: LicenseName.parse(text, owner=owner), prerequisite)), "prerequisite"),
        (Codec(sorted, _decode_user_types), "allowed_user_types:user_types"),
        sparse=False,
    )
    return noun_codec(
        _package,
        (TEXT, "owner owner_description company serial_number"),
        (TEXT, "license_version product_type product_description license_url"),
        (TEXT_OR_NONE, "database_id replaces"),
        (FLAG, "resets_clock"),
        # A draft may lack both, but no document does.
        (INTEGER, "issue"),
        (DOCUMENT_INSTANT_OR_NONE._replace(decode=DOCUMENT_INSTANT.decode), "issued_at"),
        (INTEGER_OR_NONE, "deployment_type"),
        (DOCUMENT_INSTANT_OR_NONE, " ".join(f"validity.{name}:{name}" for name in _DATES)),
        (each(row), "licenses"),
        sparse=False,
    )


def write(package: LicensePackage) -> bytes:
    """Return the canonical payload of *package*.

    Raises:
        MalformedPackageError: a date that the format cannot hold; it has whole
            seconds of the years 2000 to 2199.
    """
    with refusals(MalformedPackageError):
        return write_payload(_TYPE, _package_codec(package.owner_key).encode(package))


def read(payload: bytes) -> LicensePackage:
    """Read the payload of a signed package, strictly.

    Args:
        payload: The bytes that were verified.

    Raises:
        MalformedJsonError: it is not strict JSON.
        NotCanonicalError: other bytes than the writer's.
        MalformedPackageError: another type or version, a field that is missing,
            unknown or out of range, or contents that no package may have.
    """
    found = read_payload(_TYPE, payload, MalformedPackageError)
    try:
        owner = LicenseName(found.get("owner"), "any").owner  # type: ignore[arg-type]  # it refuses what is not a string
    except InvalidValueError as error:
        raise MalformedPackageError("owner", error.problem) from error
    with refusals(MalformedPackageError):
        package: LicensePackage = _package_codec(owner).decode(found)
    if package.database_id != found["database_id"]:
        raise MalformedPackageError("database_id", "must be a lower-case UUID or null")
    for finding in errors(package):
        raise MalformedPackageError(finding.path, finding.problem)
    return package


def digest(payload: bytes) -> str:
    """Return the identity of a package: SHA-256 of its payload, in hex."""
    return hashlib.sha256(payload).hexdigest()


@frozen(kw_only=True)
class VerifiedPackage:
    """A package whose signatures are valid and whose signers may license its contents.

    Attributes:
        package: Its contents.
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
        MalformedJsonError: it is not strict JSON.
        MalformedEnvelopeError: it is not an envelope.
        WrongPayloadTypeError: it is not a package document.
        TooManyVerificationsError: signatures and keys make more than 256 trials.
        UntrustedKeyError: no key of the root has signed it.
        NotCanonicalError: other bytes than the writer's.
        MalformedPackageError: its contents are not those of a package.
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
        package: Its contents; ``issue`` and ``issued_at`` are required.
    """

    package: LicensePackage = field(validator=fields.instance_of(LicensePackage))

    def lint(self) -> tuple[LintFinding, ...]:
        """Return the errors and warnings of the package, errors first, and what is hardly ever meant last."""
        return (*errors(self.package), *warnings(self.package), *advice(self.package))

    def issue(self, signers: Sequence[SigningKey]) -> bytes:
        """Sign the package: the same package and keys give the same bytes.

        Returns:
            The document, an envelope signed by every one of *signers*.

        Raises:
            MalformedPackageError: `read` would refuse it, or it grants a license that
                it does not contain.
            DocumentTooLargeError: its payload is longer than 384 KiB.
            InvalidValueError: no signers, or duplicate ones.
        """
        payload = write(self.package)
        read(payload)
        for finding in missing_grants(self.package):
            raise MalformedPackageError(finding.path, finding.problem)
        return envelope.sign(payload, payload_type=PAYLOAD_TYPE, signers=signers)
