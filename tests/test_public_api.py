"""The public names: a change of this list is a change of the library."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import superlicense as sl
from tests.for_each import for_each
from tests.lazy_names import resolved_on_first_use, seen_by_type_checkers

# What costs time to import, or is no business of a service that asks the gate.
HEAVY = (
    "alembic",
    "babel",
    "click",
    "cryptography",
    "dateutil",
    "defusedxml",
    "hypothesis",
    "importlib.metadata",
    "pytest",
    "rich",
    "sqlalchemy",
    "sqlite3",
    "xml",
    "_pytest",
)

ASK_ONCE = """
licensing = superlicense.Licensing(
    superlicense.MemoryStore(),
    superlicense.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
    trust=None,
)
assert not licensing.gate.login("anna", superlicense.Client.WEB)
"""

NAMES = """
Access ActivatePackage Activation ActivationPreview Aggregation Assign Assignment Blocker Call Change ChangePlan
Clause ClauseKind Client ClockRolledBackError ConflictError Contract Crossing CrossingCause Decision DeniedError
Derivation DocumentTooLargeError EndEvent EventKind EventScope FeatureOutage Finding FindingCode Hook InstallRoot
Installation InstalledPackage InvalidValueError IssuedInFutureError JobKind JournalEntry KeepPackageWaiting
LicenseDiff LicenseKind LicenseName LicensePackage LicenseScope Licensing Limit LimitDecision LimitState LineKind
MalformedEnvelopeError MalformedJsonError MalformedKeyError MalformedPackageError MalformedPrincipalError
MalformedRootError MemoryStore Meter MeterEffect MeterKind MeterUsage ModuleLicense ModuleOutOfScopeError Month
MonthNotOverError MonthOutOfOrderError NoTrustRootError NotCanonicalError OtherInstallationError Outcome
OwnerThresholdError PackageBlockedError PackageConflictError PackageRollbackError PackageSource PackageStoppedError
Period Phase PlanMove Policy PreviewOutdatedError Projection Question Reason ReasonCode Receipt ReceiptCode
ReceiptStatus RefusedError Release RemovePackage Retire Revision RevokedError RootExpiredError RootThresholdError
RootVersionError RuleSet SaveSite SaveUser SeatUsage SeatVeto Site StartEvent Statement StatementLine Store
StoreBusyError StoreError StoreFullError StoreReport StoreUnavailableError SuperlicenseError SystemEvent
SystemFeature TamperedStoreError TooManyVerificationsError Topic TrustRoot UnknownLicenseError UnknownOwnerError
UnknownTimeZoneError UnpinnedRootError UntrustedKeyError UsageEvent User UserCount UserEffect UserTally UserType
Validity WeakKeyError World WriteOutOfOrderError WrongPayloadTypeError __version__ catalog is_demo_serial message
utc_now
"""


def test_the_public_names_are_these() -> None:
    assert sorted(sl.__all__) == sorted(NAMES.split())


def test_they_are_in_order_and_once() -> None:
    assert len(set(sl.__all__)) == len(sl.__all__)


@for_each("name", sl.__all__)
def test_every_name_resolves(name: str) -> None:
    assert getattr(sl, name) is not None


def test_dir_lists_them() -> None:
    assert sorted(dir(sl)) == sorted(sl.__all__)


def test_a_name_is_resolved_once() -> None:
    assert sl.Licensing is sl.__getattr__("Licensing")
    assert vars(sl)["Licensing"] is sl.Licensing


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'superlicense' has no attribute 'Licence'"):
        getattr(sl, "Licence")  # noqa: B009 - it would not type-check


def test_what_type_checkers_see_is_what_is_there() -> None:
    seen = seen_by_type_checkers(sl)
    assert seen == resolved_on_first_use(sl) | {("superlicense", "catalog")}
    assert {name for _, name in seen} | {"__version__"} == set(sl.__all__)


def test_every_public_class_says_what_it_is() -> None:
    for name in sl.__all__:
        thing = getattr(sl, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert inspect.getdoc(thing), name


def loaded_by(code: str) -> set[str]:
    """Run *code* in a process of its own, and give the modules that are loaded then."""
    source = Path(sl.__file__).parents[1]
    program = f"import sys; sys.path.insert(0, {str(source)!r}); import superlicense; {code}\nprint(*sys.modules)"
    # Isolated and without an environment, so that nothing is loaded on the side.
    run = subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True, env={})  # noqa: S603 - our own program
    return set(run.stdout.split())


@pytest.mark.parametrize("code", ["", ASK_ONCE], ids=["imported", "asked once"])
def test_nothing_heavy_is_loaded(code: str) -> None:
    loaded = loaded_by(code)
    assert "superlicense" in loaded
    assert [name for name in loaded if name.partition(".")[0] in HEAVY or name in HEAVY] == []


def test_importing_loads_nothing_else_of_ours() -> None:
    assert [name for name in loaded_by("") if name.partition(".")[0] in {"superlicense", "attr", "attrs"}] == [
        "superlicense"
    ]
