"""What a preview says of itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import superlicense as sl
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.preview import Activation, ActivationPreview, Blocker, LicenseDiff, UserEffect

ALLOWED, READ_ONLY, DENIED = sl.Outcome.ALLOWED, sl.Outcome.READ_ONLY, sl.Outcome.DENIED
NAME = sl.LicenseName("superoffice", "user")
ROW = sl.ModuleLicense(name=NAME, scope=sl.LicenseScope.USER, quantity=5)
PACKAGE = sl.LicensePackage(owner="SUPEROFFICE", company="Nordvik Handel A/S", serial_number="1010000014")
BLOCKER = Blocker(reason=sl.Reason(code=sl.ReasonCode.HELD_LICENSE_GONE), license=NAME, in_use=1, new_total=0, remove=1)


def diff(current: sl.ModuleLicense | None, new: sl.ModuleLicense | None) -> LicenseDiff:
    numbers: dict[str, Any] = {"total": 5, "in_use": 1, "free": 4, "added": 0, "new_total": 5, "new_free": 4}
    return LicenseDiff(license=NAME, current=current, new=new, new_in_use=1, **numbers)


def effect(
    user: str = "anna",
    *,
    before: sl.Outcome = ALLOWED,
    after: sl.Outcome = ALLOWED,
    **fields: Any,  # noqa: ANN401 - fields of the noun
) -> UserEffect:
    web = sl.Client.WEB
    return UserEffect(user=user, login_before=FrozenMap({web: before}), login_after=FrozenMap({web: after}), **fields)


def preview(**fields: Any) -> ActivationPreview:  # noqa: ANN401 - fields of the noun
    defaults: dict[str, Any] = {"in_force": None, "is_new": True, "licenses": (), "blockers": (), "effects": ()}
    return ActivationPreview(package=PACKAGE, digest="a" * 64, **{**defaults, **fields})


def test_the_changes_are_the_licenses_that_differ() -> None:
    new, gone, same = diff(None, ROW), diff(ROW, None), diff(ROW, ROW)
    assert [one.changed for one in (new, gone, same)] == [True, True, False]
    assert preview(licenses=(new, same, gone)).changes == (new, gone)


@pytest.mark.parametrize(
    ("before", "after", "loses"),
    [
        (ALLOWED, ALLOWED, False),
        (ALLOWED, READ_ONLY, True),
        (ALLOWED, DENIED, True),
        (READ_ONLY, ALLOWED, False),
        (READ_ONLY, DENIED, True),
        (DENIED, ALLOWED, False),
        (DENIED, DENIED, False),
    ],
)
def test_a_login_is_lost_where_a_client_lets_in_less(before: sl.Outcome, after: sl.Outcome, *, loses: bool) -> None:
    assert effect(before=before, after=after).loses_login is loses
    assert effect(before=before, after=after).loses_something is loses


def test_a_lost_license_or_feature_is_something_and_a_gain_is_not() -> None:
    assert effect(lost=("superoffice.web",)).loses_something
    assert effect(features_lost=("superoffice.quote",)).loses_something
    assert not effect(gained=("superoffice.web",), features_gained=("superoffice.quote",)).loses_something


def test_it_is_safe_unattended_where_nothing_blocks_and_nobody_loses() -> None:
    assert preview(effects=(effect(gained=("superoffice.web",)),)).safe_unattended
    assert not preview(effects=(effect(lost=("superoffice.web",)),)).safe_unattended
    blocked = preview(blockers=(BLOCKER,))
    assert (blocked.can_be_activated, blocked.safe_unattended) == (False, False)
    assert preview().can_be_activated


def test_consequences_are_what_somebody_loses_or_whose_login_changes() -> None:
    gains = effect("bo", gained=("superoffice.web",))
    enters = effect("cia", before=DENIED)
    loses = effect("anna", lost=("superoffice.web",))
    told = preview(effects=(loses, gains, enters)).consequences
    assert told == preview(effects=(loses, enters), licenses=(diff(None, ROW),)).consequences
    assert told != preview(effects=(loses, gains)).consequences
    assert told != preview(effects=(enters,)).consequences


def test_an_activation_waits_as_long_as_its_package_does() -> None:
    for waiting in (True, False):
        installed = sl.InstalledPackage(
            package=PACKAGE,
            digest="a" * 64,
            installed_at=datetime(2026, 11, 24, tzinfo=UTC),
            installed_by="admin",
            waiting=waiting,
        )
        assert Activation(installed=installed, activated=not waiting, preview=preview()).waiting is waiting
