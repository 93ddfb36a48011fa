"""The errors of the library: one family, one stable code each.

Rule 1: every error caused by bad data derives from `SuperlicenseError`; no
`KeyError`, `ValueError` or driver error escapes a public call.

Rule 2: the facts are attributes, the class writes the message, and ``path``
names the invalid field. Messages escape control characters and quote at most
64 characters of the input (documents.md, "Errors").

Rule 3: a `RefusedError` is a business "no" to a command and carries the same
reasons as a `Decision`; every other class reports invalid input or a store
failure.
"""

from superlicense.errors.base import (
    SuperlicenseError,
    quoted,
)
from superlicense.errors.malformed import (
    DocumentTooLargeError,
    MalformedEnvelopeError,
    MalformedJsonError,
    MalformedKeyError,
    MalformedPackageError,
    MalformedPrincipalError,
    MalformedRootError,
    NotCanonicalError,
    TooManyVerificationsError,
    WeakKeyError,
    WrongPayloadTypeError,
)
from superlicense.errors.refusals import (
    DeniedError,
    IssuedInFutureError,
    MonthNotOverError,
    MonthOutOfOrderError,
    OtherInstallationError,
    PackageBlockedError,
    PackageConflictError,
    PackageRollbackError,
    PackageStoppedError,
    PreviewOutdatedError,
    RefusedError,
    RevokedError,
    UnknownLicenseError,
    refusal,
)
from superlicense.errors.stores import (
    ConflictError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreNewerError,
    StoreOutdatedError,
    StoreUnavailableError,
    StoreUnusableError,
    TamperedStoreError,
)
from superlicense.errors.trust import (
    ClockRolledBackError,
    ModuleOutOfScopeError,
    NoTrustRootError,
    OwnerThresholdError,
    PackageSourceError,
    RootExpiredError,
    RootIssuedInFutureError,
    RootPreviousError,
    RootThresholdError,
    RootVersionError,
    UnknownOwnerError,
    UnpinnedRootError,
    UnreachableRootError,
    UntrustedKeyError,
)
from superlicense.errors.values import (
    InvalidValueError,
    UnknownTimeZoneError,
    WriteOutOfOrderError,
)

__all__ = [
    "ClockRolledBackError",
    "ConflictError",
    "DeniedError",
    "DocumentTooLargeError",
    "InvalidValueError",
    "IssuedInFutureError",
    "MalformedEnvelopeError",
    "MalformedJsonError",
    "MalformedKeyError",
    "MalformedPackageError",
    "MalformedPrincipalError",
    "MalformedRootError",
    "ModuleOutOfScopeError",
    "MonthNotOverError",
    "MonthOutOfOrderError",
    "NoTrustRootError",
    "NotCanonicalError",
    "OtherInstallationError",
    "OwnerThresholdError",
    "PackageBlockedError",
    "PackageConflictError",
    "PackageRollbackError",
    "PackageSourceError",
    "PackageStoppedError",
    "PreviewOutdatedError",
    "RefusedError",
    "RevokedError",
    "RootExpiredError",
    "RootIssuedInFutureError",
    "RootPreviousError",
    "RootThresholdError",
    "RootVersionError",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreNewerError",
    "StoreOutdatedError",
    "StoreUnavailableError",
    "StoreUnusableError",
    "SuperlicenseError",
    "TamperedStoreError",
    "TooManyVerificationsError",
    "UnknownLicenseError",
    "UnknownOwnerError",
    "UnknownTimeZoneError",
    "UnpinnedRootError",
    "UnreachableRootError",
    "UntrustedKeyError",
    "WeakKeyError",
    "WriteOutOfOrderError",
    "WrongPayloadTypeError",
    "quoted",
    "refusal",
]
