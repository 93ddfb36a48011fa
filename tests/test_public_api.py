"""The public names: a change of this list is a change of the library."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import assert_type

import pytest

import superlicense as sl
from superlicense.model import user
from tests.public_names import listed, modules_of

# Slow to import, or not needed by a service that asks the gate.
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

# As in a program compiled to machine code.
NO_BYTECODE = (
    "superlicense._lazy.PathFinder = type(sys)('none'); superlicense._lazy.PathFinder.find_spec = lambda *_: None"
)

NAMES = """
Abilities Access ActivatePackage Activation ActivationPreview AdministratorRemedy Aggregation Assign Assignment
Blocker Call Cause Change ChangeInstallation ChangePlan Clause ClauseKind Client ClockRolledBackError Comparison
ConflictError Contract Crossing CrossingCause DayUsage Decision DeniedError DeniedLogins Derivation
DocumentTooLargeError EditEvent EndEvent EntryKind EventKind EventScope Explained FeatureOutage FetchOutcome Finding
FindingCode FirstDenial Fleet FleetDate FleetDates FleetFailure ForgetReceipt ForgetUser Health Hook HurtUser
Hypothesis IdleUser Installation InstalledPackage InstallRoot Instruction InstructionCode InvalidValueError
IssuedInFutureError JobKind JournalEntry KeepPackageWaiting LicenseDiff LicenseKind LicenseName LicensePackage
LicenseScope Licensing Limit LimitDecision LimitState LineKind LintCode LintFinding Loss LossKind LowLicense
MalformedEnvelopeError MalformedJsonError MalformedKeyError MalformedPackageError MalformedPrincipalError
MalformedRootError MemoryStore Meter MeterEffect MeterKind MeterUsage ModuleLicense ModuleOutOfScopeError Month
MonthNotOverError MonthOutOfOrderError NotCanonicalError NoTrustRootError OtherInstallationError Outcome
OwnerThresholdError PackageBlockedError PackageConflictError PackageDate PackageDateKind PackageRollbackError
PackageSource PackageSourceError PackageStoppedError Period Phase PlanMove Policy PreviewOutdatedError Projection
Purchase Question Reason ReasonCode Receipt ReceiptCode ReceiptStatus RedundantSeat RefusedError Rehearsal Release
Remedy RemovePackage Renewal Retire Revision RevokedError RootExpiredError RootIssuedInFutureError RootPreviousError
RootThresholdError RootVersionError RuleSet SaveReceipt SaveSite SaveStatus SaveUser SeatState SeatUsage SeatVeto
Severity Site StartEvent Statement StatementLine Store StoreBusyError StoreError StoreFullError StoreNewerError
StoreOutdatedError StoreReport StoreUnavailableError StoreUnusableError SuperlicenseError SystemEvent SystemFeature
TamperedStoreError TooManyVerificationsError Topic TrustRoot Turn Unchanged UnknownLicenseError UnknownOwnerError
UnknownTimeZoneError UnpinnedRootError UnreachableRootError UntrustedKeyError UsageEvent User UserCount UserEffect
UserRemedy UserRemedyCode UserTally UserType Validity WeakKeyError Who WhoGroup Witness World WriteOutOfOrderError
WrongPayloadTypeError __version__ catalog is_demo_serial message utc_now
"""


def test_the_public_names_are_these() -> None:
    assert dir(sl) == sorted(NAMES.split())


def test_every_name_is_written_once() -> None:
    names = [name for _, name in listed(sl)]
    assert sorted([*names, "__version__"]) == dir(sl)
    assert not set(names) & set(re.findall(r"\w+", inspect.getsource(sl).replace(str(sl.__doc__), "")))


def test_every_name_comes_from_its_module() -> None:
    for home, name in listed(sl):
        assert getattr(sl, name) is getattr(sys.modules[home], name)


def test_a_star_import_brings_all_of_them() -> None:
    into: dict[str, object] = {}
    exec("from superlicense import *", into)  # noqa: S102 - functions allow no star
    assert into.keys() - {"__builtins__"} == set(dir(sl))
    assert into["Licensing"] is sl.Licensing


def test_type_checkers_see_the_types() -> None:
    assert_type(sl.User(id="anna"), user.User)
    assert_type(sl.is_demo_serial("1010000014"), bool)


def test_a_name_is_imported_once() -> None:
    assert sl.User is user.User
    assert vars(sl)["User"] is user.User


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'superlicense' has no attribute 'Licence'"):
        sl.Licence  # type: ignore[attr-defined] # noqa: B018 - type checkers see only the public names


def test_no_module_takes_the_place_of_a_name() -> None:
    # Importing a module sets it as an attribute of its package, and hides a name that is spelled alike.
    assert modules_of(sl) & set(dir(sl)) == {"catalog"}


def test_every_public_name_has_a_docstring() -> None:
    for name in dir(sl):
        thing = getattr(sl, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert inspect.getdoc(thing), name


def loaded_by(code: str) -> set[str]:
    """Run *code* in a process of its own, and return the modules loaded by then."""
    source = Path(sl.__file__).parents[1]
    program = f"import sys; sys.path.insert(0, {str(source)!r}); import superlicense; {code}\nprint(*sys.modules)"
    # Isolated and without an environment, so that nothing is loaded on the side.
    run = subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True, env={})  # noqa: S603 - our own program
    return set(run.stdout.split())


def of_ours(loaded: set[str]) -> set[str]:
    return {name for name in loaded if name.partition(".")[0] in {"superlicense", "attr", "attrs"}}


def test_nothing_heavy_is_loaded() -> None:
    for code in ("", ASK_ONCE):
        loaded = loaded_by(code)
        assert "superlicense" in loaded
        assert [name for name in loaded if name.partition(".")[0] in HEAVY or name in HEAVY] == []


def test_importing_loads_nothing_else_of_ours() -> None:
    assert of_ours(loaded_by("")) == {"superlicense", "superlicense._lazy"}


def test_listing_the_names_imports_none_of_them() -> None:
    assert of_ours(loaded_by("dir(superlicense)")) == {"superlicense", "superlicense._lazy"}


def test_a_name_loads_only_what_its_module_needs() -> None:
    loaded = of_ours(loaded_by("superlicense.Month"))
    assert "superlicense.model.month" in loaded
    assert not {"superlicense._public", "superlicense.licensing.front"} & loaded


def test_without_bytecode_the_list_is_imported_as_a_whole() -> None:
    loaded = of_ours(loaded_by(f"{NO_BYTECODE}; superlicense.catalog; superlicense.Month(2026, 11)"))
    assert {"superlicense._public", "superlicense.licensing.front"} <= loaded
    assert loaded_by(f"{NO_BYTECODE}; names = dir(superlicense); assert names == {dir(sl)}")
