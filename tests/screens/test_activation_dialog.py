"""The activation dialog, in the numbers of the vendor's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.screens import (
    ActivationDialog,
    ChangeRow,
    HolderRow,
    LocalizedText,
    LoginRow,
    LossRow,
    MoveRow,
    SuperfluousRow,
)
from superlicense.testing import site_license
from tests.installation import SALES, SERVICE, plan, price_list, system
from tests.licensing.vendor import ISSUED_AT, issued, partner_issued
from tests.screens.golden import assert_golden

LANGUAGES = ("en", "da")
SYSTEM, USER = LocalizedText(code="system", text="System license"), LocalizedText(code="user", text="User license")


def dialog(licensing: sl.Licensing, document: bytes, *, hidden: bool = False) -> ActivationDialog:
    return licensing.screens.activation(licensing.packages.preview(document), hidden=hidden)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blocked_package_looks_like_this(trusting: sl.Licensing, language: str) -> None:
    preview = trusting.packages.preview(issued(2, seats=1))
    assert_golden("activation", language, trusting.screens.activation(preview, language=language).to_dict())


def test_the_head_says_what_replaces_what(trusting: sl.Licensing) -> None:
    later = sl.Validity(expires_at=datetime(2028, 3, 27, tzinfo=UTC))
    found = dialog(trusting, issued(2, seats=5, validity=later))
    assert (found.owner, found.title, found.company, found.serial_number) == (
        "superoffice", "SuperOffice", "Nordvik Handel A/S", "1010000014",
    )  # fmt: skip
    assert (found.issue, found.issued_at, found.replaces_issue, found.is_new) == (2, ISSUED_AT, 1, True)
    assert found.expiry is not None
    assert found.new_expiry is not None
    assert (found.expiry.on, found.new_expiry.on) == (date(2027, 3, 27), date(2028, 3, 27))
    assert (found.can_be_activated, found.unattended, found.superfluous, found.losses) == (True, True, (), ())


def test_the_first_package_replaces_nothing(trusting: sl.Licensing) -> None:
    found = dialog(trusting, partner_issued(1, system("nordvik.route-planner")))
    assert (found.owner, found.replaces_issue, found.expiry, found.new_expiry) == ("nordvik", None, None, None)
    assert [row.change.code for row in found.changes] == ["license_added"]


def test_the_same_package_again_changes_nothing(trusting: sl.Licensing) -> None:
    found = dialog(trusting, issued(1, seats=3))
    assert (found.is_new, found.changes, found.affected_users) == (False, (), 0)


def test_only_what_differs_is_listed_with_the_numbers_of_the_dialog(trusting: sl.Licensing) -> None:
    rows = [row for row in price_list(5) if row.name.module not in {"quote", SERVICE}]
    found = dialog(trusting, issued(2, licenses=(*rows, system("saint"))))
    assert found.changes == (
        ChangeRow(
            license="superoffice.ten-sales", title="Sales Premium", scope=USER,
            change=LocalizedText(code="license_changed", text="Changed"),
            in_use=2, free=1, total=3, added=2, new_total=5, new_free=3,
            ticked=None, new_ticked=None, hidden=False, blocks=False,
        ),
        ChangeRow(
            license="superoffice.saint", title="Sales Intelligence", scope=SYSTEM,
            change=LocalizedText(code="license_added", text="New"),
            in_use=None, free=None, total=None, added=1, new_total=None, new_free=None,
            ticked=False, new_ticked=True, hidden=False, blocks=False,
        ),
        ChangeRow(
            license="superoffice.quote", title="Sales Quote Management", scope=SYSTEM,
            change=LocalizedText(code="license_gone", text="Removed"),
            in_use=None, free=None, total=None, added=-1, new_total=None, new_free=None,
            ticked=True, new_ticked=False, hidden=False, blocks=False,
        ),
        ChangeRow(
            license="superoffice.ten-service", title="Service Essentials", scope=USER,
            change=LocalizedText(code="license_gone", text="Removed"),
            in_use=0, free=3, total=3, added=-3, new_total=0, new_free=0,
            ticked=None, new_ticked=None, hidden=False, blocks=False,
        ),
    )  # fmt: skip
    # What nobody used is missed by nobody, but the feature is.
    assert found.affected_users == 2
    assert [(row.id, row.features_lost) for row in found.losses] == [
        ("anna", ("superoffice.quote",)),
        ("bo", ("superoffice.quote",)),
    ]


def test_a_system_license_that_says_something_else_is_changed(trusting: sl.Licensing) -> None:
    rows = [evolve(row, tooltip="New words") if row.name.module == "server" else row for row in price_list(3)]
    (row,) = dialog(trusting, issued(2, licenses=tuple(rows))).changes
    assert (row.change.code, row.ticked, row.new_ticked, row.added) == ("license_changed", True, True, 0)


def test_what_blocks_says_how_many_and_who(trusting: sl.Licensing) -> None:
    found = dialog(trusting, issued(2, seats=1))
    assert (found.can_be_activated, found.unattended) == (False, False)
    assert [row.license for row in found.changes if row.blocks] == ["superoffice.ten-sales"]
    assert found.superfluous == (
        SuperfluousRow(
            license="superoffice.ten-sales",
            title="Sales Premium",
            in_use=2,
            available=1,
            must_remove=1,
            through=(),
            holders=(HolderRow(id="anna", name="Anna", through=()), HolderRow(id="bo", name="bo", through=())),
            reason=LocalizedText(
                code="seats_exceed_total",
                text="The new total for the license Sales Premium is 1, but 2 are in use: 1 license must be removed.",
            ),
        ),
    )


def hide(row: sl.ModuleLicense, quantity: int) -> sl.ModuleLicense:
    return evolve(row, hidden=True, unrestricted=False, quantity=quantity)


@pytest.mark.parametrize("asked", [False, True])
def test_a_hidden_license_is_listed_on_request_and_where_it_blocks(trusting: sl.Licensing, *, asked: bool) -> None:
    rows = [
        hide(row, {"web": 1}.get(row.name.module, 9)) if row.name.module in {"web", "user"} else row
        for row in price_list(3)
    ]
    found = dialog(trusting, issued(2, licenses=tuple(rows)), hidden=asked)
    names = ["superoffice.user", "superoffice.web"]
    # Both are hidden from now on; they were not, so they are listed.
    assert [row.license for row in found.changes] == names
    (row,) = found.superfluous
    assert (row.license, row.title, row.through) == ("superoffice.web", "Web login", ("Sales Premium",))
    assert row.holders[0] == HolderRow(id="anna", name="Anna", through=("Sales Premium",))


@pytest.mark.parametrize(("asked", "listed"), [(False, ["web"]), (True, ["user", "web"])])
def test_what_was_hidden_and_stays_so_is_listed_on_request(
    trusting: sl.Licensing, listed: list[str], *, asked: bool
) -> None:
    def rows(user: int, web: int) -> tuple[sl.ModuleLicense, ...]:
        sold = {"user": user, "web": web}
        return tuple(hide(row, sold[row.name.module]) if row.name.module in sold else row for row in price_list(3))

    trusting.packages.activate(trusting.packages.preview(issued(2, licenses=rows(9, 9))), by="admin")
    found = dialog(trusting, issued(3, licenses=rows(8, 1)), hidden=asked)
    assert [row.license for row in found.changes] == [f"superoffice.{name}" for name in listed]
    assert all(row.hidden for row in found.changes)


def test_users_who_lose_something_are_told_by_name(trusting: sl.Licensing) -> None:
    less = plan(SALES, 3, "user", "quote-cal")
    rows = tuple(less if row.name.module == SALES else row for row in price_list(3))
    found = dialog(trusting, issued(2, licenses=rows))
    allowed, denied = LocalizedText(code="allowed", text="Allowed"), LocalizedText(code="denied", text="Denied")
    assert found.losses[0] == LossRow(
        id="anna",
        name="Anna",
        lost=("Premium Tier", "Web login"),
        gained=(),
        features_lost=(),
        logins=(
            LoginRow(client=LocalizedText(code="web", text="Web client"), before=allowed, after=denied),
            LoginRow(client=LocalizedText(code="api", text="API"), before=allowed, after=denied),
        ),
    )
    assert found.affected_users == 2


def test_moves_are_proposed_and_chosen(trusting: sl.Licensing) -> None:
    document = issued(2, licenses=price_list(3)[:4] + tuple(row for row in price_list(3)[5:]))
    preview = trusting.packages.preview(document)
    found = trusting.screens.activation(preview)
    assert found.proposed_moves == (
        MoveRow(id="anna", name="Anna", old="Sales Premium", new="Service Essentials"),
        MoveRow(id="bo", name="bo", old="Sales Premium", new="Service Essentials"),
    )
    again = trusting.packages.preview(document, plan_moves=preview.proposed_moves)
    assert trusting.screens.activation(again).moves == found.proposed_moves
    assert trusting.screens.activation(again).can_be_activated


def test_a_site_that_is_too_many_is_told_by_its_name(trusting: sl.Licensing) -> None:
    trusting.sites.save(sl.Site(id="aarhus", name="Aarhus"))
    for site in ("aarhus", "central"):
        trusting.seats.assign(site, "reporter-studio", by="admin")
    rows = tuple(
        evolve(site_license("reporter-studio"), quantity=1) if row.name.module == "reporter-studio" else row
        for row in price_list(3)
    )
    (row,) = dialog(trusting, issued(2, licenses=rows)).superfluous
    assert [holder.name for holder in row.holders] == ["Aarhus", "central"]


def test_a_suite_that_comes_in_is_called_by_its_new_plan(trusting: sl.Licensing) -> None:
    modules = [row for row in price_list(3) if row.kind is not sl.LicenseKind.PLAN]
    found = dialog(trusting, issued(2, licenses=(*modules, system("suite2"), plan("suite-user", 20, "user", "web"))))
    assert [row.title for row in found.changes] == ["CRM Suite Core", "Core", "Sales Premium", "Service Essentials"]
    assert [(move.old, move.new) for move in found.proposed_moves] == [("Sales Premium", "Core")] * 2


def test_where_a_suite_comes_in_the_plans_of_others_are_released(trusting: sl.Licensing) -> None:
    trusting.users.save(sl.User(id="bo", type=sl.UserType.EXTERNAL))
    modules = [row for row in price_list(3) if row.kind is not sl.LicenseKind.PLAN]
    document = issued(2, licenses=(*modules, system("suite2"), plan("suite-user", 20, "user", "web")))
    found = dialog(trusting, document)
    assert [(move.id, move.old, move.new) for move in found.proposed_moves] == [
        ("anna", "Sales Premium", "Core"),
        ("bo", "Sales Premium", None),
    ]
    preview = trusting.packages.preview(document)
    again = trusting.packages.preview(document, preview.proposed_releases, preview.proposed_moves)
    assert again.can_be_activated
