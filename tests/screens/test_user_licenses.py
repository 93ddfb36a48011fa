"""Which users use which licenses, and what one of them can tick."""

from __future__ import annotations

import pytest

import superlicense as sl
from superlicense.screens import Choice, HeldRow, LocalizedText, OwnerChoices, UserRow
from tests.installation import Clock, furnish, open_licensing
from tests.installation import module as user_license
from tests.installation import plan as user_plan
from tests.screens.golden import assert_golden
from tests.screens.tenant import ALL_THREE, INSTALLATION, NOW, SALES, SERVICE, package, partner_package, staffed

LANGUAGES = ("en", "da")
PLAN, MODULE = LocalizedText(code="plan", text="User plan"), LocalizedText(code="module", text="Module")
THREE = "Sales Premium + Service Premium + Marketing Premium"


def listed(licensing: sl.Licensing, license: str | None = None) -> list[str]:
    return [row.id for row in licensing.screens.user_licenses(license).users]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_looks_like_this(tenant: sl.Licensing, language: str) -> None:
    assert_golden("user_licenses", language, tenant.screens.user_licenses(ALL_THREE, language=language).to_dict())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_looks_like_this(tenant: sl.Licensing, language: str) -> None:
    assert_golden("user", language, tenant.screens.user("anna", language=language).to_dict())


# Who uses what


def test_a_user_is_shown_with_plans_and_licenses(tenant: sl.Licensing) -> None:
    anna = tenant.screens.user_licenses().users[0]
    assert anna == UserRow(
        id="anna",
        name="Anna Nordvik",
        type=LocalizedText(code="internal", text="Internal user"),
        site="central",
        groups=("sales",),
        may_log_in=True,
        awaiting_approval=False,
        administrator=False,
        tampered=False,
        looks_like=(),
        plans=("Sales Premium",),
        licenses=(
            HeldRow(license="superoffice.ten-sales", title="Sales Premium", kind=PLAN, through=()),
            HeldRow(license="superoffice.visible-for", title="Confidential activities", kind=MODULE, through=()),
        ),
    )


def test_hidden_licenses_are_shown_on_request_with_the_plan_they_come_through(tenant: sl.Licensing) -> None:
    bo = tenant.screens.user_licenses(hidden=True).users[1]
    held = {row.license: row.through for row in bo.licenses}
    assert held["superoffice.ten-service"] == ()
    assert held["superoffice.ej-client"] == ("Service Premium",)
    assert "superoffice.quote-cal" not in held


def test_everybody_is_listed_but_former_employees(tenant: sl.Licensing) -> None:
    assert listed(tenant) == ["anna", "bo", "cy", "dorthe", "erik", "root"]
    tenant.seats.retire("cy", by="root")
    assert listed(tenant) == ["anna", "bo", "dorthe", "erik", "root"]


@pytest.mark.parametrize(
    ("license", "users"),
    [
        (SALES, ["anna"]),
        ("quote-cal", ["anna", "cy", "dorthe"]),  # hidden, through two plans
        ("ej-client", ["bo", "cy", "dorthe"]),
        ("user", ["anna", "bo", "cy", "dorthe", "erik"]),
        ("visible-for", ["anna"]),
        ("server", []),
    ],
)
def test_the_users_of_one_license(tenant: sl.Licensing, license: str, users: list[str]) -> None:
    screen = tenant.screens.user_licenses(license)
    assert [row.id for row in screen.users] == users
    assert screen.filter == tenant.screens.license(license).row
    if license != "server":
        assert list(tenant.seats.usage(license).holders) == users


def test_nobody_uses_what_nobody_sells(tenant: sl.Licensing) -> None:
    with pytest.raises(sl.UnknownLicenseError):
        tenant.screens.user_licenses("windows")


def test_the_licenses_are_those_of_every_owner(tenant: sl.Licensing) -> None:
    tenant.packages.adopt_unsigned(partner_package(), by="vendor")
    rows = tenant.screens.user_licenses().licenses
    assert [row.license for row in rows[-2:]] == ["superoffice.visible-for", "nordvik.driver"]
    assert rows[:-1] == tenant.screens.owner().user_licenses
    assert len(tenant.screens.user_licenses(hidden=True).licenses) > len(rows)


def test_a_site_with_the_id_of_a_user_gives_the_user_nothing(tenant: sl.Licensing) -> None:
    tenant.packages.adopt_unsigned(partner_package(), by="vendor")
    tenant.sites.save(sl.Site(id="root", name="Root's site"))
    tenant.seats.assign("root", "nordvik.depot", by="root")
    assert tenant.screens.user_licenses().users[-1].licenses == ()
    assert listed(tenant, "nordvik.depot") == []


def test_the_past_shows_who_used_what_then(tenant: sl.Licensing, clock: Clock) -> None:
    clock.forward(days=1)
    tenant.seats.change_plan("anna", SERVICE, by="root")
    assert listed(tenant, SALES) == []
    assert [row.id for row in tenant.screens.user_licenses(SALES, at=NOW).users] == ["anna"]


# What can be ticked


def choices(licensing: sl.Licensing, user: str) -> dict[str, tuple[bool, bool, list[str]]]:
    """Give for each license whether it is ticked, whether that can be changed, and why not."""

    def flat(found: tuple[Choice, ...]) -> list[Choice]:
        return [one for choice in found for one in (choice, *flat(choice.children))]

    return {
        choice.row.license.removeprefix("superoffice."): (
            choice.ticked,
            choice.can_change,
            [reason.code for reason in choice.reasons],
        )
        for owner in licensing.screens.user(user).owners
        for choice in flat((*owner.plans, *owner.licenses))
    }


def test_plans_are_radio_buttons_and_the_rest_are_boxes(tenant: sl.Licensing) -> None:
    tenant.packages.adopt_unsigned(partner_package(), by="vendor")
    ours, theirs = tenant.screens.user("anna").owners
    assert (ours.owner, ours.title, theirs.owner, theirs.title) == (
        "superoffice",
        "SuperOffice",
        "nordvik",
        "Nordvik Apps",
    )
    assert [(plan.row.title, plan.ticked) for plan in ours.plans] == [
        ("Sales Premium", True), ("Service Premium", False), (THREE, False), ("Marketing Premium", False),
    ]  # fmt: skip
    assert [box.row.title for box in ours.licenses] == ["Confidential activities"]
    assert theirs == OwnerChoices(
        owner="nordvik",
        title="Nordvik Apps",
        warnings=(),
        plans=(),
        licenses=(
            Choice(
                row=tenant.screens.license("nordvik.driver").row,
                ticked=False,
                through=(),
                can_change=True,
                reasons=(),
                children=(),
            ),
        ),
    )


def test_a_plan_that_something_depends_on_is_changed_and_not_cleared(tenant: sl.Licensing) -> None:
    assert choices(tenant, "anna") == {
        "ten-sales": (True, False, ["prerequisite_of"]),  # visible-for needs `user`
        "ten-service": (False, True, []),
        "ten-salesservicemarketing": (False, True, []),
        "ten-marketing": (False, True, []),
        "visible-for": (True, True, []),
    }


def test_whoever_has_no_plan_can_take_one_and_nothing_that_needs_one(tenant: sl.Licensing) -> None:
    assert choices(tenant, "root") == {
        "ten-sales": (False, True, []),
        "ten-service": (False, True, []),
        "ten-salesservicemarketing": (False, True, []),
        "ten-marketing": (False, True, []),
        "visible-for": (False, False, ["prerequisite_missing"]),
    }
    reason = tenant.screens.user("root", language="da").owners[0].licenses[0].reasons[0]
    assert reason.text == "Licensen Confidential activities kræver licensen User login (superoffice.user)."


@pytest.mark.parametrize("user", ["anna", "bo", "root", "nobody"])
def test_the_card_says_what_the_command_would(tenant: sl.Licensing, clock: Clock, user: str) -> None:
    for license, (ticked, can_change, codes) in choices(tenant, user).items():
        fresh = staffed(open_licensing(installation=INSTALLATION, clock=clock))
        choose = fresh.seats.change_plan if license.startswith("ten-") else fresh.seats.assign
        refused: list[str] = []
        try:
            (fresh.seats.release if ticked else choose)(user, license, by="root")
        except sl.RefusedError as error:
            refused = [str(reason.code) for reason in error.reasons]
        assert (can_change, codes) == (not refused, refused)


def test_a_used_up_license_says_so(empty: sl.Licensing) -> None:
    rows = (user_plan(SALES, 1, "user"), user_plan(SERVICE, 5, "user", "ej-client"), user_license("user"))
    empty.packages.adopt_unsigned(package(licenses=(*rows, user_license("ej-client", 1))), by="vendor")
    empty.users.sync([sl.User(id="anna"), sl.User(id="bo"), sl.User(id="cy")])
    empty.seats.assign("anna", SALES, by="root")
    empty.seats.assign("bo", SERVICE, by="root")
    found = choices(empty, "cy")
    assert found["ten-sales"] == (False, False, ["no_seat_left"])
    assert found["ten-service"] == (False, False, ["no_seat_left"])  # its `ej-client` is used up
    assert found["user"] == (False, True, [])


def test_what_comes_with_a_plan_is_ticked_and_cannot_be_cleared(empty: sl.Licensing) -> None:
    rows = (user_plan(SALES, 5, "user"), user_license("user"))
    empty.packages.adopt_unsigned(package(licenses=rows), by="vendor")
    empty.users.save(sl.User(id="anna"))
    empty.seats.assign("anna", SALES, by="root")
    (box,) = empty.screens.user("anna", language="da").owners[0].licenses
    assert (box.ticked, box.can_change, box.through) == (True, False, ("ten-sales",))
    assert box.reasons == (LocalizedText(code="comes_with_plan", text="Følger med planen ten-sales"),)


def test_a_license_stands_below_the_one_it_needs(empty: sl.Licensing) -> None:
    rows = (
        user_license("remote-travel", prerequisite="travel"),
        user_license("travel", prerequisite="windows"),
        user_license("windows", prerequisite="user"),
        user_license("user"),
        user_license("pocket-crm-cal", prerequisite="user"),
    )
    empty.packages.adopt_unsigned(package(licenses=rows), by="vendor")
    empty.users.save(sl.User(id="anna"))
    empty.seats.assign("anna", "user", by="root")
    empty.seats.assign("anna", "windows", by="root")

    def tree(found: tuple[Choice, ...]) -> dict[str, object]:
        return {choice.row.license.removeprefix("superoffice."): tree(choice.children) for choice in found}

    assert tree(empty.screens.user("anna").owners[0].licenses) == {
        "user": {"windows": {"travel": {"remote-travel": {}}}, "pocket-crm-cal": {}}
    }
    assert choices(empty, "anna") == {
        "user": (True, False, ["prerequisite_of"]),
        "windows": (True, True, []),
        "travel": (False, True, []),
        "remote-travel": (False, False, ["prerequisite_missing"]),
        "pocket-crm-cal": (False, True, []),
    }


def test_licenses_of_two_owners_that_need_each_other_are_shown_all_the_same(empty: sl.Licensing) -> None:
    empty.packages.adopt_unsigned(
        package(licenses=(user_license("windows", prerequisite="nordvik.driver"),)), by="vendor"
    )
    theirs = user_license("nordvik.driver", prerequisite="windows")
    empty.packages.adopt_unsigned(partner_package(licenses=(theirs,)), by="vendor")
    empty.users.save(sl.User(id="anna"))
    assert choices(empty, "anna") == {
        "windows": (False, False, ["prerequisite_missing"]),
        "nordvik.driver": (False, False, ["prerequisite_missing"]),
    }


def test_the_seat_of_a_suite_follows_the_right_to_log_in(empty: sl.Licensing) -> None:
    seat = user_plan("suite-user", 20, "user", "web")
    system = sl.ModuleLicense(name="suite2", scope=sl.LicenseScope.SYSTEM)
    empty.packages.adopt_unsigned(package(licenses=(system, seat, user_license("user"))), by="vendor")
    empty.users.sync([sl.User(id="anna", may_log_in=True), sl.User(id="bo")])
    assert choices(empty, "anna")["suite-user"] == (True, False, ["follows_login_right"])
    assert choices(empty, "bo")["suite-user"] == (False, False, ["follows_login_right"])
    assert empty.screens.user("anna").user.plans == ("Core",)


def test_the_hosts_veto_is_shown_and_not_asked_about_the_past(
    tenant: sl.Licensing, store: sl.Store, clock: Clock
) -> None:
    assert tenant.users.find("bo")
    asked: list[str] = []

    def has_requests(holder: str, license: sl.LicenseName) -> str | None:
        asked.append(f"{holder} {license.module}")
        return "has 3 open requests" if holder == "bo" else None

    licensing = open_licensing(store, INSTALLATION, clock=clock, seat_veto=has_requests)
    (plan,) = [plan for plan in licensing.screens.user("bo").owners[0].plans if plan.ticked]
    assert [reason.text for reason in plan.reasons] == [
        "The license Service Premium cannot be released now: “has 3 open requests”."
    ]
    assert set(asked) == {"bo ten-service"}
    asked.clear()
    (plan,) = [plan for plan in licensing.screens.user("bo", at=NOW).owners[0].plans if plan.ticked]
    assert (plan.can_change, asked) == (True, [])


def test_a_stranger_may_hold_nothing(tenant: sl.Licensing) -> None:
    card = tenant.screens.user("nobody")
    assert (card.known, card.user.id, card.user.name, card.user.licenses) == (False, "nobody", "nobody", ())
    assert {tuple(codes) for _, _, codes in choices(tenant, "nobody").values()} == {
        ("unknown_user",),
        ("unknown_user", "prerequisite_missing"),
    }


def test_looking_changes_nothing(tenant: sl.Licensing) -> None:
    before = (tenant.revision(), tenant.seats.held_by("anna"))
    tenant.screens.user("anna")
    assert (tenant.revision(), tenant.seats.held_by("anna")) == before


def test_an_id_is_an_id(tenant: sl.Licensing) -> None:
    with pytest.raises(sl.InvalidValueError):
        tenant.screens.user("")


def test_a_box_says_once_why_it_is_closed_and_counts_the_hidden_licenses() -> None:
    licensing = furnish(
        open_licensing(), "anna", "bo", "cy", seats=2, holders={"anna": "ten-service", "bo": "ten-service"}
    )
    (owner,) = licensing.screens.user("cy").owners
    (closed,) = [choice for choice in owner.plans if not choice.can_change]
    assert [reason.text for reason in closed.reasons] == [
        "No seats left for Service Essentials: 2 of 2 are in use (and 1 hidden license that comes with it)."
    ]
