"""The public names of the library, each written here and nowhere else.

`superlicense` exports exactly what these statements import. Type checkers and
editors follow them; at run time `superlicense._lazy` reads them without
importing anything. Do not import this module: it would load the whole library.
"""

# Imported only to be exported again. Type checkers accept that from the `import *` in `__init__.py`; mypy also
# needs the next line.
# mypy: implicit-reexport
# ruff: noqa: F401 - as above

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
    PackageSourceError,
    PackageStoppedError,
    PreviewOutdatedError,
    RefusedError,
    RevokedError,
    RootExpiredError,
    RootIssuedInFutureError,
    RootPreviousError,
    RootThresholdError,
    RootVersionError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreNewerError,
    StoreOutdatedError,
    StoreUnavailableError,
    StoreUnusableError,
    SuperlicenseError,
    TamperedStoreError,
    TooManyVerificationsError,
    UnknownLicenseError,
    UnknownOwnerError,
    UnknownTimeZoneError,
    UnpinnedRootError,
    UnreachableRootError,
    UntrustedKeyError,
    WeakKeyError,
    WriteOutOfOrderError,
    WrongPayloadTypeError,
)
from superlicense.licensing.clock import utc_now
from superlicense.licensing.fleet import Fleet
from superlicense.licensing.front import Licensing
from superlicense.licensing.what_if import Hypothesis
from superlicense.messages import message
from superlicense.model.call import Call
from superlicense.model.change import (
    ActivatePackage,
    Assign,
    Change,
    ChangeInstallation,
    ChangePlan,
    EditEvent,
    EndEvent,
    ForgetUser,
    InstallRoot,
    KeepPackageWaiting,
    PlanMove,
    Release,
    RemovePackage,
    Retire,
    SaveSite,
    SaveUser,
    StartEvent,
    Unchanged,
)
from superlicense.model.comparison import (
    Comparison,
    Loss,
    LossKind,
    Witness,
)
from superlicense.model.decision import Access, Clause, ClauseKind, Client, Decision, Outcome, Question, RuleSet, Topic
from superlicense.model.event import (
    EventKind,
    EventScope,
    FeatureOutage,
    JobKind,
    SystemEvent,
    SystemFeature,
)
from superlicense.model.explained import Explained
from superlicense.model.forecast import (
    Cause,
    DeniedLogins,
    FirstDenial,
    Turn,
)
from superlicense.model.health import Health
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
from superlicense.model.lint import LintCode, LintFinding
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
from superlicense.model.package_dates import (
    PackageDate,
    PackageDateKind,
)
from superlicense.model.policy import (
    Policy,
    UserCount,
)
from superlicense.model.preview import (
    Activation,
    ActivationPreview,
    Blocker,
    FetchOutcome,
    LicenseDiff,
    MeterEffect,
    UserEffect,
)
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.reason import Reason, ReasonCode
from superlicense.model.rehearsal import (
    FleetDate,
    FleetDates,
    FleetFailure,
    HurtUser,
    Rehearsal,
)
from superlicense.model.remedy import (
    AdministratorRemedy,
    Instruction,
    InstructionCode,
    Remedy,
    UserRemedy,
    UserRemedyCode,
)
from superlicense.model.seat import (
    Assignment,
    SeatUsage,
)
from superlicense.model.seat_use import (
    IdleUser,
    LowLicense,
    RedundantSeat,
    SeatState,
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
    Severity,
    StoreReport,
)
from superlicense.model.trust import TrustRoot
from superlicense.model.usage import (
    Crossing,
    CrossingCause,
    DayUsage,
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
    ForgetReceipt,
    SaveReceipt,
    SaveStatus,
    User,
    UserType,
)
from superlicense.model.who import (
    Abilities,
    Who,
    WhoGroup,
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
