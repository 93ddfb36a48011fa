"""The Status tab, field by field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.messages import Localizer
from superlicense.model.row import Table
from superlicense.model.world import TamperedRecord, World
from superlicense.rules.apply import apply
from superlicense.rules.world_update import empty_world
from superlicense.screens import ActivatedBy, Expiry, LocalizedText, NextExpiry, NotificationRow, UserShown
from superlicense.screens.context import ScreenContext
from superlicense.screens.owner_tab import owner_tab
from superlicense.screens.status_tab import status_tab
from superlicense.screens.user_licenses import user_rows
from tests.installation import EXPIRES_AT, Clock, open_licensing
from tests.screens.golden import assert_golden
from tests.screens.tenant import INSTALLATION, NOW, package, partner_package

LANGUAGES = ("en", "da")


def portrait(user: str) -> str | None:
    return {"root": "https://portraits.example/root.jpg"}.get(user)


@pytest.fixture
def busy(tenant: sl.Licensing, clock: Clock) -> sl.Licensing:
    """Something of everything is running."""
    tenant.sites.save(sl.Site(id="aarhus", name="Aarhus"))

    def event(number: int, kind: str, **fields: object) -> sl.StartEvent:
        return sl.StartEvent(event=sl.SystemEvent(id=f"e{number}", kind=kind, started_at=NOW, **fields))  # type: ignore[arg-type]  # fields of the noun

    tenant.apply(
        [
            event(
                1,
                sl.EventKind.NO_LOGIN,
                message="Vi opdaterer",
                description="Version 10.5 kommer på serveren.",
                scope=sl.EventScope.GROUP,
                target="sales",
                expected_end=NOW + timedelta(hours=2),
            ),
            event(2, sl.EventKind.MESSAGE_OF_THE_DAY, message="Kage kl. 15"),
        ],
        by="root",
    )
    clock.forward(hours=1)
    tenant.apply(
        [
            event(3, sl.JobKind.FREETEXT_REBUILD, scope=sl.EventScope.DATABASE, expected_end=NOW + timedelta(hours=3)),
            event(4, sl.JobKind.UDEF_REBUILD, scope=sl.EventScope.DATABASE, target="aarhus"),
            event(5, "nordvik.route-import", message="2 of 3", scope=sl.EventScope.USER, target="anna"),
        ],
        by="nightly",
    )
    clock.forward(hours=1, minutes=30)
    return tenant


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tab_looks_like_this(busy: sl.Licensing, language: str) -> None:
    busy.packages.adopt_unsigned(
        partner_package(validity=sl.Validity(expires_at=NOW + timedelta(days=30))), by="vendor"
    )
    screen = busy.screens.status("root", portrait=portrait, language=language)
    assert_golden("status", language, screen.to_dict())


# The database


def test_the_database_block_of_a_central_database(tenant: sl.Licensing) -> None:
    tab = tenant.screens.status("anna")
    assert (tab.database_owner, tab.serial_number) == ("Nordvik Handel A/S", "1010000014")
    assert (tab.type, tab.site) == (LocalizedText(code="central_database", text="Central database"), "central")
    assert (tab.subscription, tab.plan, tab.metered_services) == ("SuperOffice Online", None, True)
    assert tab.user == UserShown(id="anna", name="Anna Nordvik", known=True, administrator=False)
    assert (tab.warnings, tab.notifications) == ((), ())


def test_a_satellite_says_which_it_is_and_who_owns_it(store: sl.Store, clock: Clock) -> None:
    aarhus = evolve(INSTALLATION, site="aarhus", database_owner="Nordvik Aarhus ApS", product_type="On-premise")
    satellite = open_licensing(store, aarhus, clock=clock)
    satellite.sites.save(sl.Site(id="aarhus", name="Aarhus"))
    tab = satellite.screens.status("root", language="da")
    assert (tab.database_owner, tab.site, tab.subscription) == ("Nordvik Aarhus ApS", "Aarhus", "On-premise")
    assert tab.type == LocalizedText(code="satellite_database", text="Satellitdatabase")
    assert tab.user == UserShown(id="root", name="root", known=False, administrator=False)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (("SuperOffice Online", "online", "other"), "SuperOffice Online"),
        (("", "online", "other"), "online"),
        (("", "", "other"), "other"),
        (("", "", ""), ""),
    ],
)
def test_the_subscription_is_what_the_package_says_else_the_installation(
    store: sl.Store, clock: Clock, said: tuple[str, str, str], shown: str
) -> None:
    described, typed, installed = said
    licensing = open_licensing(store, evolve(INSTALLATION, product_type=installed), clock=clock)
    licensing.packages.adopt_unsigned(package(product_description=described, product_type=typed), by="vendor")
    assert licensing.screens.status("root").subscription == shown


@pytest.mark.parametrize(
    ("modules", "plan", "seat"),
    [
        (("suite", "suite2", "suite-user"), "Core", "Core"),
        (("suite", "suite4", "suite-user"), "Plus", "Plus"),
        (("suite", "suite-user"), None, "CRM Suite seat"),
    ],
)
def test_a_suite_shows_its_plan(empty: sl.Licensing, modules: tuple[str, ...], plan: str | None, seat: str) -> None:
    rows = [
        sl.ModuleLicense(
            name=name,
            scope=sl.LicenseScope.USER if name == "suite-user" else sl.LicenseScope.SYSTEM,
            kind=sl.LicenseKind.PLAN if name == "suite-user" else sl.LicenseKind.MODULE,
            hidden=name == "suite",
            quantity=20,
        )
        for name in modules
    ]
    empty.packages.adopt_unsigned(
        package(licenses=tuple(rows), product_description="SuperOffice CRM Suite"), by="vendor"
    )
    empty.users.save(sl.User(id="anna", may_log_in=True))
    tab = empty.screens.status("anna")
    assert (tab.subscription, tab.plan, tab.metered_services) == ("SuperOffice CRM Suite", plan, False)
    # The seat is shown under the name of the plan: "Core 1 / 20".
    (row,) = empty.screens.owner().user_licenses
    assert (row.title, row.in_use, row.total) == (seat, 1, 20)


# Restrictions of a Suite


def suite(empty: sl.Licensing, *modules: str) -> sl.Licensing:
    system = sl.LicenseScope.SYSTEM
    rows = tuple(sl.ModuleLicense(name=name, scope=system) for name in ("server", "suite", *modules))
    empty.packages.adopt_unsigned(package(licenses=rows), by="vendor")
    empty.users.sync([sl.User(id="root", administrator=True), sl.User(id="anna")])
    return empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_restrictions_look_like_this(empty: sl.Licensing, language: str) -> None:
    counts = {"active_flows": 0, "custom_objects": 14, "active_projects": 4_000, "dashboards": 7}
    tab = suite(empty, "suite3").screens.status("root", counts=counts, language=language)
    assert tab.plan == "Growth"
    assert_golden("restrictions", language, {"restrictions": tab.to_dict()["restrictions"]})


@pytest.mark.parametrize(
    ("in_use", "state", "allowed", "may_upgrade"),
    [
        (84, "normal", True, False),
        (85, "near", True, True),
        (97, "near", True, True),
        (100, "reached", False, True),
        (140, "reached", False, True),
    ],
)
def test_ninety_seven_of_a_hundred_active_projects(
    empty: sl.Licensing, in_use: int, state: str, *, allowed: bool, may_upgrade: bool
) -> None:
    screens = suite(empty, "suite2").screens
    (row,) = screens.status("root", counts={sl.Limit.ACTIVE_PROJECTS: in_use}).restrictions
    assert (row.limit.code, row.text) == ("active_projects", f"{in_use} of 100 active projects")
    assert (row.in_use, row.maximum, row.state.code, row.allowed) == (in_use, 100, state, allowed)
    assert (row.next_plan, row.may_upgrade) == ("Growth", may_upgrade)
    assert (row.message is None) is (state == "normal")
    assert row.free_up == (None if state == "normal" else "Mark projects as completed to make room.")
    # Only administrators can do something about it.
    (row,) = screens.status("anna", counts={"active_projects": in_use}).restrictions
    assert row.may_upgrade is False


def test_what_is_not_limited_or_not_counted_is_no_restriction(empty: sl.Licensing) -> None:
    screens = suite(empty, "suite5").screens
    assert screens.status("root", counts=dict.fromkeys(sl.Limit, 1_000)).restrictions == ()
    assert screens.status("root").restrictions == ()


def test_plans_for_users_restrict_nothing(tenant: sl.Licensing) -> None:
    tab = tenant.screens.status("root", counts={"active_projects": 1_000})
    assert (tab.plan, tab.restrictions) == (None, ())


@pytest.mark.parametrize("counts", [{"chairs": 1}, {"dashboards": -1}, {"dashboards": None}])
def test_only_what_can_be_counted_has_a_limit(tenant: sl.Licensing, counts: dict[str, int]) -> None:
    with pytest.raises(sl.InvalidValueError):
        tenant.screens.status("root", counts=counts)


# The next expiry


def test_the_next_expiry_is_the_earliest_of_all_owners_that_lies_ahead(tenant: sl.Licensing, clock: Clock) -> None:
    soon = NOW + timedelta(days=30)
    tenant.packages.adopt_unsigned(partner_package(validity=sl.Validity(expires_at=soon)), by="vendor")
    tenant.packages.adopt_unsigned(evolve(partner_package(), owner="Acme", licenses=()), by="vendor")
    found = tenant.screens.status("root").next_expiry
    assert found == NextExpiry(
        owner="nordvik",
        title="Nordvik Apps",
        phase=LocalizedText(code="valid", text="Valid"),
        expiry=Expiry(at=soon, on=soon.date(), days_left=30, text="Expires on 24 December 2026 (30 days left)"),
    )
    # Once it has expired it is a warning, and the next one is next.
    clock.forward(days=30)
    tab = tenant.screens.status("root")
    assert tab.next_expiry is not None
    assert (tab.next_expiry.owner, tab.next_expiry.expiry.at) == ("superoffice", EXPIRES_AT)
    assert [one.code for one in tab.warnings] == ["package_stopped"]


def test_what_never_expires_has_no_next_expiry(empty: sl.Licensing) -> None:
    assert empty.screens.status("root").next_expiry is None
    empty.packages.adopt_unsigned(package(validity=sl.Validity()), by="vendor")
    assert empty.screens.status("root").next_expiry is None


# System notifications


def test_a_notification_has_the_columns_of_the_list(busy: sl.Licensing) -> None:
    first, *_ = busy.screens.status("anna", portrait=portrait).notifications
    assert first == NotificationRow(
        id="e1",
        event=LocalizedText(code="no_login", text="No Login"),
        status=LocalizedText(code="late", text="Running late"),
        message="Vi opdaterer",
        activated=NOW,
        activated_by=ActivatedBy(user_id="root", name="Root", portrait="https://portraits.example/root.jpg"),
        finished=NOW + timedelta(hours=2),
        finished_on=(NOW + timedelta(hours=2)).date(),
        type=LocalizedText(code="group", text="Group"),
        whole_system=False,
        target="sales",
        description="Version 10.5 kommer på serveren.",
        effects=(LocalizedText(code="login", text="Login"),),
        ending=LocalizedText(code="ends_by_hand", text="Ended by an administrator"),
        reaches_user=True,
    )


def test_the_list_shows_whatever_runs_in_the_order_it_started(busy: sl.Licensing) -> None:
    rows = busy.screens.status("bo", language="da").notifications
    assert [(row.event.text, row.status.text, row.target, row.whole_system, row.reaches_user) for row in rows] == [
        ("Ingen logon", "Forsinket", "sales", False, True),
        ("Dagens meddelelse", "Aktiv", None, True, True),
        ("Genopbygning af fritekst", "Aktiv", "central", False, True),
        ("Genopbygning af brugerdefinerede felter", "Aktiv", "Aarhus", False, False),
        ("nordvik.route-import", "Aktiv", "Anna Nordvik", False, False),
    ]
    assert [row.ending.code for row in rows] == [
        "ends_by_hand", "ends_by_hand", "ends_forced", "ends_by_job", "ends_forced",
    ]  # fmt: skip
    assert rows[1].description == "Kage kl. 15"  # nothing more was said
    assert rows[2].activated_by == ActivatedBy(user_id="nightly", name="nightly", portrait=None)


def test_an_administrator_is_not_reached_by_no_login(busy: sl.Licensing) -> None:
    busy.users.save(sl.User(id="root", may_log_in=True, administrator=True, groups=("sales",)))
    assert busy.screens.status("root").notifications[0].reaches_user is False


def test_an_event_is_late_only_after_its_expected_end(busy: sl.Licensing) -> None:
    expected = NOW + timedelta(hours=2)
    for at, status in ((expected, "running"), (expected + timedelta(microseconds=1), "late")):
        assert busy.screens.status("anna", at=at).notifications[0].status.code == status


def test_the_past_shows_what_ran_then(busy: sl.Licensing) -> None:
    busy.notices.end("e1", by="root")
    assert [row.id for row in busy.screens.status("anna").notifications] == ["e2", "e3", "e4", "e5"]
    assert [row.id for row in busy.screens.status("anna", at=NOW).notifications] == ["e1", "e2"]


def test_a_user_may_be_given_as_the_host_knows_them(tenant: sl.Licensing) -> None:
    stranger = sl.User(id="zoe", name="Zoe", administrator=True)
    assert tenant.screens.status(stranger).user == UserShown(id="zoe", name="Zoe", known=True, administrator=True)
    with pytest.raises(sl.InvalidValueError):
        tenant.screens.status(7)  # type: ignore[arg-type]  # what a host may get wrong


# What is wrong


def looked_at(world: World, language: str = "en") -> ScreenContext:
    return ScreenContext(world=world, at=NOW, zone=sl.utc_now().tzinfo, localizer=Localizer(language))  # type: ignore[arg-type]  # aware


@pytest.mark.parametrize(
    ("record", "text", "tampered_users"),
    [
        (
            (Table.PACKAGES, "superoffice"),
            "Den gemte post packages/superoffice er blevet ændret uden om systemet.",
            [False, False],
        ),
        ((Table.USERS, "anna"), "Den gemte post users er blevet ændret uden om systemet.", [True, False]),
        (("installation", ""), "Den gemte post installation er blevet ændret uden om systemet.", [True, True]),
    ],
)
def test_tampered_records_are_told(record: TamperedRecord, text: str, tampered_users: list[bool]) -> None:
    installed = sl.ActivatePackage(package=evolve(package(), issue=1, issued_at=NOW), unsigned=True)
    world = apply(empty_world(INSTALLATION, sl.Policy()), [installed], NOW).world
    view = looked_at(evolve(world, tampered=frozenset({record})), "da")
    tab = status_tab(view, None, "root", {}, None)
    assert tab.warnings == (LocalizedText(code="tampered", text=text),)
    everything = {row.ticked for row in owner_tab(view, "superoffice", hidden=True).system_licenses}
    assert everything == {record[0] is Table.USERS}
    rows = user_rows(view, [sl.User(id="anna"), sl.User(id="bo")])
    assert [row.tampered for row in rows] == tampered_users


def test_a_clock_that_was_turned_back_is_told(tenant: sl.Licensing, clock: Clock) -> None:
    clock.forward(days=-2)
    assert [one.code for one in tenant.screens.status("root").warnings] == ["clock_rolled_back"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "These user ids look alike, and each takes its own seats: Anna, anna."),
        ("da", "Disse bruger-id'er ligner hinanden og optager hver sine pladser: Anna, anna."),
    ],
)
def test_ids_that_look_alike_are_told(tenant: sl.Licensing, language: str, text: str) -> None:
    tenant.users.save(sl.User(id="Anna"))
    told = [
        one.text for one in tenant.screens.status("root", language=language).warnings if one.code == "ids_look_alike"
    ]
    assert told == [text]
