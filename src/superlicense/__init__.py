"""superlicense: licenses and entitlements for CRM services.

Import it as ``sl``. The public names are resolved on first use (PEP 562), so
that importing the library costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from superlicense import catalog
    from superlicense.adapters.memory import MemoryStore
    from superlicense.errors import (
        ClockRolledBackError,
        ConflictError,
        DeniedError,
        DocumentTooLargeError,
        InvalidValueError,
        IssuedInFutureError,
        MalformedEnvelopeError,
        MalformedJsonError,
        MalformedKeyError,
        MalformedPackageError,
        MalformedPrincipalError,
        MalformedRootError,
        ModuleOutOfScopeError,
        MonthNotOverError,
        MonthOutOfOrderError,
        NotCanonicalError,
        NoTrustRootError,
        OtherInstallationError,
        OwnerThresholdError,
        PackageBlockedError,
        PackageConflictError,
        PackageRollbackError,
        PackageStoppedError,
        PreviewOutdatedError,
        RefusedError,
        RevokedError,
        RootExpiredError,
        RootThresholdError,
        RootVersionError,
        StoreBusyError,
        StoreError,
        StoreFullError,
        StoreUnavailableError,
        SuperlicenseError,
        TamperedStoreError,
        TooManyVerificationsError,
        UnknownLicenseError,
        UnknownOwnerError,
        UnknownTimeZoneError,
        UnpinnedRootError,
        UntrustedKeyError,
        WeakKeyError,
        WriteOutOfOrderError,
        WrongPayloadTypeError,
    )
    from superlicense.licensing.clock import utc_now
    from superlicense.licensing.front import Licensing
    from superlicense.messages import message
    from superlicense.model.call import Call
    from superlicense.model.change import (
        ActivatePackage,
        Assign,
        Change,
        ChangePlan,
        EndEvent,
        InstallRoot,
        KeepPackageWaiting,
        PlanMove,
        Release,
        RemovePackage,
        Retire,
        SaveSite,
        SaveUser,
        StartEvent,
    )
    from superlicense.model.decision import (
        Access,
        Clause,
        ClauseKind,
        Client,
        Decision,
        Outcome,
        Question,
        Reason,
        ReasonCode,
        RuleSet,
        Topic,
    )
    from superlicense.model.event import (
        EventKind,
        EventScope,
        FeatureOutage,
        JobKind,
        SystemEvent,
        SystemFeature,
    )
    from superlicense.model.journal import (
        EntryKind,
        JournalEntry,
    )
    from superlicense.model.license import (
        LicenseKind,
        LicenseName,
        LicenseScope,
        ModuleLicense,
    )
    from superlicense.model.limit import (
        Limit,
        LimitDecision,
        LimitState,
    )
    from superlicense.model.meter import (
        Aggregation,
        Meter,
        MeterKind,
    )
    from superlicense.model.month import Month
    from superlicense.model.package import (
        InstalledPackage,
        LicensePackage,
        Phase,
        Validity,
    )
    from superlicense.model.policy import (
        Policy,
        UserCount,
    )
    from superlicense.model.preview import (
        Activation,
        ActivationPreview,
        Blocker,
        LicenseDiff,
        MeterEffect,
        UserEffect,
    )
    from superlicense.model.seat import (
        Assignment,
        SeatUsage,
    )
    from superlicense.model.site import (
        Installation,
        Site,
        is_demo_serial,
    )
    from superlicense.model.statement import (
        LineKind,
        Statement,
        StatementLine,
    )
    from superlicense.model.store_report import (
        Finding,
        FindingCode,
        StoreReport,
    )
    from superlicense.model.trust import TrustRoot
    from superlicense.model.usage import (
        Crossing,
        CrossingCause,
        Derivation,
        MeterUsage,
        Projection,
        Receipt,
        ReceiptCode,
        ReceiptStatus,
        UsageEvent,
        UserTally,
    )
    from superlicense.model.user import (
        User,
        UserType,
    )
    from superlicense.model.world import World
    from superlicense.ports import (
        Hook,
        PackageSource,
        Revision,
        SeatVeto,
        Store,
    )
    from superlicense.rules.metering.contract import (
        Contract,
        Period,
    )

__version__ = "0.1.0"

__all__ = [
    "Access",
    "ActivatePackage",
    "Activation",
    "ActivationPreview",
    "Aggregation",
    "Assign",
    "Assignment",
    "Blocker",
    "Call",
    "Change",
    "ChangePlan",
    "Clause",
    "ClauseKind",
    "Client",
    "ClockRolledBackError",
    "ConflictError",
    "Contract",
    "Crossing",
    "CrossingCause",
    "Decision",
    "DeniedError",
    "Derivation",
    "DocumentTooLargeError",
    "EndEvent",
    "EntryKind",
    "EventKind",
    "EventScope",
    "FeatureOutage",
    "Finding",
    "FindingCode",
    "Hook",
    "InstallRoot",
    "Installation",
    "InstalledPackage",
    "InvalidValueError",
    "IssuedInFutureError",
    "JobKind",
    "JournalEntry",
    "KeepPackageWaiting",
    "LicenseDiff",
    "LicenseKind",
    "LicenseName",
    "LicensePackage",
    "LicenseScope",
    "Licensing",
    "Limit",
    "LimitDecision",
    "LimitState",
    "LineKind",
    "MalformedEnvelopeError",
    "MalformedJsonError",
    "MalformedKeyError",
    "MalformedPackageError",
    "MalformedPrincipalError",
    "MalformedRootError",
    "MemoryStore",
    "Meter",
    "MeterEffect",
    "MeterKind",
    "MeterUsage",
    "ModuleLicense",
    "ModuleOutOfScopeError",
    "Month",
    "MonthNotOverError",
    "MonthOutOfOrderError",
    "NoTrustRootError",
    "NotCanonicalError",
    "OtherInstallationError",
    "Outcome",
    "OwnerThresholdError",
    "PackageBlockedError",
    "PackageConflictError",
    "PackageRollbackError",
    "PackageSource",
    "PackageStoppedError",
    "Period",
    "Phase",
    "PlanMove",
    "Policy",
    "PreviewOutdatedError",
    "Projection",
    "Question",
    "Reason",
    "ReasonCode",
    "Receipt",
    "ReceiptCode",
    "ReceiptStatus",
    "RefusedError",
    "Release",
    "RemovePackage",
    "Retire",
    "Revision",
    "RevokedError",
    "RootExpiredError",
    "RootThresholdError",
    "RootVersionError",
    "RuleSet",
    "SaveSite",
    "SaveUser",
    "SeatUsage",
    "SeatVeto",
    "Site",
    "StartEvent",
    "Statement",
    "StatementLine",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreFullError",
    "StoreReport",
    "StoreUnavailableError",
    "SuperlicenseError",
    "SystemEvent",
    "SystemFeature",
    "TamperedStoreError",
    "TooManyVerificationsError",
    "Topic",
    "TrustRoot",
    "UnknownLicenseError",
    "UnknownOwnerError",
    "UnknownTimeZoneError",
    "UnpinnedRootError",
    "UntrustedKeyError",
    "UsageEvent",
    "User",
    "UserCount",
    "UserEffect",
    "UserTally",
    "UserType",
    "Validity",
    "WeakKeyError",
    "World",
    "WriteOutOfOrderError",
    "WrongPayloadTypeError",
    "__version__",
    "catalog",
    "is_demo_serial",
    "message",
    "utc_now",
]

_HOMES = {
    "adapters.memory": ("MemoryStore",),
    "errors": (
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
        "PackageStoppedError",
        "PreviewOutdatedError",
        "RefusedError",
        "RevokedError",
        "RootExpiredError",
        "RootThresholdError",
        "RootVersionError",
        "StoreBusyError",
        "StoreError",
        "StoreFullError",
        "StoreUnavailableError",
        "SuperlicenseError",
        "TamperedStoreError",
        "TooManyVerificationsError",
        "UnknownLicenseError",
        "UnknownOwnerError",
        "UnknownTimeZoneError",
        "UnpinnedRootError",
        "UntrustedKeyError",
        "WeakKeyError",
        "WriteOutOfOrderError",
        "WrongPayloadTypeError",
    ),
    "licensing.clock": ("utc_now",),
    "licensing.front": ("Licensing",),
    "messages": ("message",),
    "model.call": ("Call",),
    "model.change": (
        "ActivatePackage",
        "Assign",
        "Change",
        "ChangePlan",
        "EndEvent",
        "InstallRoot",
        "KeepPackageWaiting",
        "PlanMove",
        "Release",
        "RemovePackage",
        "Retire",
        "SaveSite",
        "SaveUser",
        "StartEvent",
    ),
    "model.decision": (
        "Access",
        "Clause",
        "ClauseKind",
        "Client",
        "Decision",
        "Outcome",
        "Question",
        "Reason",
        "ReasonCode",
        "RuleSet",
        "Topic",
    ),
    "model.event": (
        "EventKind",
        "EventScope",
        "FeatureOutage",
        "JobKind",
        "SystemEvent",
        "SystemFeature",
    ),
    "model.journal": (
        "EntryKind",
        "JournalEntry",
    ),
    "model.license": (
        "LicenseKind",
        "LicenseName",
        "LicenseScope",
        "ModuleLicense",
    ),
    "model.limit": (
        "Limit",
        "LimitDecision",
        "LimitState",
    ),
    "model.meter": (
        "Aggregation",
        "Meter",
        "MeterKind",
    ),
    "model.month": ("Month",),
    "model.package": (
        "InstalledPackage",
        "LicensePackage",
        "Phase",
        "Validity",
    ),
    "model.policy": (
        "Policy",
        "UserCount",
    ),
    "model.store_report": (
        "Finding",
        "FindingCode",
        "StoreReport",
    ),
    "model.preview": (
        "Activation",
        "ActivationPreview",
        "Blocker",
        "LicenseDiff",
        "MeterEffect",
        "UserEffect",
    ),
    "model.seat": (
        "Assignment",
        "SeatUsage",
    ),
    "model.site": (
        "Installation",
        "Site",
        "is_demo_serial",
    ),
    "model.statement": (
        "LineKind",
        "Statement",
        "StatementLine",
    ),
    "model.trust": ("TrustRoot",),
    "model.usage": (
        "Crossing",
        "CrossingCause",
        "Derivation",
        "MeterUsage",
        "Projection",
        "Receipt",
        "ReceiptCode",
        "ReceiptStatus",
        "UsageEvent",
        "UserTally",
    ),
    "model.user": (
        "User",
        "UserType",
    ),
    "model.world": ("World",),
    "ports": (
        "Hook",
        "PackageSource",
        "Revision",
        "SeatVeto",
        "Store",
    ),
    "rules.metering.contract": (
        "Contract",
        "Period",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:
    # Hidden from type checkers, which would take every misspelled name for a public one.
    def __getattr__(name: str) -> object:
        """Resolve a public name on its first use."""
        if name == "catalog":
            return import_module("superlicense.catalog")
        home = _HOME_OF.get(name)
        if home is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value: object = getattr(import_module(f"superlicense.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
