"""Screens at the shell: the same rows that frontends show, for people and for programs."""

from __future__ import annotations

import os

import pytest

import superlicense as sl
from superlicense.testing import Clock
from tests.cli.shop import OPENED, VENDOR, Shop, sold
from tests.installation import package, person, plan, system


class TestStatus:
    """The state of the system, and what runs."""

    def test_nothing_runs(self, shop: Shop) -> None:
        assert shop.told("status", "--user", "signe") == [
            "  Database owner   Nordvik Handel A/S",
            "  Serial number    1010000014",
            "  Type             Central database",
            "  Site             central",
            "  User logged in   signe",
            "",
            "System notifications",
            "  No system events are running.",
        ]

    def test_programs_get_the_screen(self, shop: Shop) -> None:
        screen = shop.open().screens.status("anna", language="da")
        assert shop.json("status", "--user", "anna", "--lang", "da") == screen.to_dict()

    def test_that_nobody_may_administer_is_told(self, shop: Shop) -> None:
        shop.told("retire", "signe", "--force")
        told = "  ✗ No user can administer this installation. Save a user who can log in as an administrator."
        assert told in shop.told("status")
        assert told not in shop.told("status", "--at", "2026-01-03")

    def test_what_is_wrong_is_told(self, shop: Shop) -> None:
        lines = shop.told("status", "--at", "2025-01-01", "--lang", "da")
        assert "  ✗ Der er ikke installeret nogen licenspakke fra SuperOffice." in lines

    @pytest.mark.skipif(not hasattr(os, "getuid"), reason="only where users have numbers")
    def test_whoever_looks_is_the_one_the_system_knows(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("getpass.getuser", lambda: "birgit")
        assert shop.json("status")["user"]["id"] == "birgit"
        assert not any("birgit" in line for line in shop.told("status"))
        assert "  User logged in   birgit (not saved here)" in shop.told("status", "--user", "birgit")
        asked = shop.told("status", "--user", "birgit", "--lang", "da")
        assert "  Bruger, der er logget på   birgit (ikke gemt her)" in asked

        def nobody() -> str:
            raise OSError

        monkeypatch.setattr("getpass.getuser", nobody)
        assert shop.json("status")["user"] == {"id": "", "name": "", "known": False, "administrator": False}


class TestEvents:
    """Started and ended by hand, told with their columns."""

    def test_an_event_runs_until_it_is_ended(self, shop: Shop) -> None:
        told = ("--message", "Upgrade", "--scope", "group", "--target", "sales", "--expected-end", "2126-01-02")
        event = shop.json("start-event", "no_login", *told)
        (running,) = shop.open().notices.running()
        assert event["id"] == running.id
        assert (running.kind, running.scope, running.target) == ("no_login", sl.EventScope.GROUP, "sales")
        assert event["expected_end"] == "2126-01-01T23:00:00Z"
        lines = shop.told("events")
        assert lines[0].split() == [
            *["Event", "Status", "Message", "Activated"],
            "Activated",
            "by",
            "Finished",
            "Type",
            *["Blocks", "now"],
            "ID",
        ]
        cells = [cell.strip() for cell in lines[1].split("   ") if cell.strip()]
        assert cells == [
            "No Login",
            "Running",
            "Upgrade",
            shop.open().words().instant(running.started_at),
            "signe",
            "1 January 2126",
            "Group: sales",
            "Login",
            running.id,
        ]
        assert shop.told("end-event", running.id, "--lang", "da") == [f"  ✓ Hændelsen {running.id} er afsluttet"]
        assert shop.told("events") == ["  No system events are running."]
        assert shop.json("end-event", running.id, code=1)["error"]["code"] == "unknown_event"

    def test_programs_get_the_rows(self, shop: Shop) -> None:
        assert shop.json("events") == []
        (line,) = shop.told("start-event", "message_of_the_day", "--message", "God morgen", "--lang", "da")
        assert line.startswith("  ✓ Hændelsen ")
        tab = shop.open().screens.status("signe", language="da")
        assert shop.json("events", "--lang", "da") == [row.to_dict() for row in tab.notifications]
        assert shop.json("events", "--at", "2026-01-03") == []

    def test_what_is_no_event_is_a_mistake(self, shop: Shop) -> None:
        assert shop.run("start-event", "import").exit_code == 2
        assert shop.json("start-event", "no_login", "--scope", "user", code=3)["error"]["code"] == "invalid_value"

    def test_its_texts_and_expected_end_are_edited(self, shop: Shop) -> None:
        event = shop.json("start-event", "no_login", "--message", "Upgrade", "--expected-end", "2126-01-02")
        assert shop.told("edit-event", event["id"], "--message", "Back soon") == [f"  ✓ Event {event['id']} updated"]
        edited = shop.json("edit-event", event["id"], "--description", "Disks", "--expected-end", "2126-01-03")
        assert edited == {
            **event,
            "message": "Back soon",
            "description": "Disks",
            "expected_end": "2126-01-02T23:00:00Z",
        }
        bare = shop.json("edit-event", event["id"], "--message", "", "--no-expected-end")
        assert bare == {**edited, "message": "", "expected_end": None}
        (line,) = shop.told("edit-event", event["id"], "--message", "Snart", "--lang", "da")
        assert line == f"  ✓ Hændelsen {event['id']} er opdateret"

    def test_an_edit_of_nothing_is_a_mistake(self, shop: Shop) -> None:
        event = shop.json("start-event", "no_login")
        assert shop.json("edit-event", "e9", "--message", "x", code=1)["error"]["code"] == "unknown_event"
        nothing = shop.run("edit-event", event["id"])
        both = shop.run("edit-event", event["id"], "--expected-end", "2126-01-02", "--no-expected-end")
        assert [done.exit_code for done in (nothing, both)] == [2, 2]
        assert "nothing to change" in nothing.output
        assert "exclude each other" in both.output

    def test_what_a_job_reports_is_ended_by_force(self, shop: Shop) -> None:
        report = shop.open().notices.report(sl.JobKind.IMPORT, by="night job")
        assert shop.run("end-event", report.event.id).exit_code == 1
        assert shop.told("end-event", report.event.id, "--force") == [f"  ✓ Event {report.event.id} ended"]


class TestLicenses:
    """Licenses with their numbers, owner by owner."""

    def test_they_are_listed_with_their_numbers(self, shop: Shop) -> None:
        lines = shop.told("licenses", "superoffice")
        screen = shop.open().screens.owner("superoffice")
        assert lines[:4] == [
            "SuperOffice",
            "  Company name    Nordvik Handel A/S",
            "  Serial number   1010000014",
            "  Status          Your license is up to date",
        ]
        titles = {row.license: row.title for row in screen.user_licenses}
        sales = next(line for line in lines if titles["superoffice.ten-sales"] in line)
        assert sales.split()[-3:] == ["1", "1", "2"]
        assert next(line for line in lines if titles["superoffice.windows"] in line).split()[-2:] == ["0", "Unlimited"]
        assert [line.split()[-1] for line in lines if line.strip().startswith("SuperOffice Server")] == ["✓"]

    def test_programs_get_the_screens(self, shop: Shop) -> None:
        screens = shop.open().screens
        assert shop.json("licenses") == [tab.to_dict() for tab in screens.owners()]
        hidden = [screens.owner("superoffice", hidden=True, language="da").to_dict()]
        assert shop.json("licenses", "SuperOffice", "--hidden", "--lang", "da") == hidden

    def test_what_is_nearly_used_up_or_waits_is_told(self, shop: Shop) -> None:
        shop.told("assign", "bo", "ten-sales")
        (sales,) = [line for line in shop.told("licenses") if line.strip().startswith("Sales Premium")]
        assert " ".join(sales.split()) == "Sales Premium 2 0 2 Used up"
        assert shop.told("licenses", "--license", "ten-sales", "--lang", "da")[1].endswith("Opbrugt")
        (shop.folder / "fewer.json").write_bytes(sold(seats=1))
        shop.told("activate", "fewer.json", "--unattended", code=1)
        for command in ("status", "licenses"):
            assert any(
                line.startswith("  ✗ A new SuperOffice license package is waiting") for line in shop.told(command)
            )

    def test_an_owner_without_licenses_has_an_empty_tab(self, shop: Shop) -> None:
        assert shop.told("licenses", "acme")[-2:] == [
            "  Status          No license is activated",
            "  ✗ No acme license package is installed.",
        ]

    def test_one_license_tells_who_holds_it(self, shop: Shop) -> None:
        lines = shop.told("licenses", "--license", "user")
        detail = shop.open().screens.license("user")
        assert lines[0].split() == ["License", "In", "use", "Available", "Total"]
        assert lines[2].startswith("  anna   anna   (through ")
        assert shop.json("licenses", "--license", "user") == detail.to_dict()
        assert shop.told("licenses", "--license", "ten-sales")[2:] == ["  anna   anna"]
        assert shop.json("licenses", "--license", "nothing", code=1)["error"]["code"] == "unknown_license"
        assert shop.run("licenses", "superoffice", "--license", "user").exit_code == 2


class TestUsers:
    """Which users use which licenses."""

    def test_they_are_listed_with_what_they_hold(self, shop: Shop) -> None:
        lines = shop.told("users", "--lang", "da")
        screen = shop.open().screens.user_licenses(language="da")
        assert lines[0].split() == ["Bruger-id", "Navn", "Type", "Kan", "logge", "på", "Brugerlicenser"]
        assert [line.split()[0] for line in lines[1:]] == ["anna", "bo", "signe"]
        assert lines[1].endswith(", ".join(held.title for held in screen.users[0].licenses))
        assert shop.json("users", "--lang", "da") == screen.to_dict()

    def test_ids_that_look_alike_are_told(self, shop: Shop) -> None:
        shop.open().users.save(person("Anna"), by="signe")
        assert shop.told("users")[-1] == "These user ids look alike, and each takes its own seats: Anna, anna."

    def test_only_those_who_use_one_license(self, shop: Shop) -> None:
        assert [line.split()[0] for line in shop.told("users", "--license", "user")[1:]] == ["anna"]
        assert shop.told("users", "--license", "visible-for") == ["  No users."]
        assert shop.json("users", "--license", "user", "--hidden") == (
            shop.open().screens.user_licenses("user", hidden=True).to_dict()
        )

    def test_former_employees_are_in_the_past_only(self, shop: Shop) -> None:
        shop.told("retire", "anna")
        assert [line.split()[0] for line in shop.told("users")[1:]] == ["bo", "signe"]
        assert [line.split()[0] for line in shop.told("users", "--at", "2026-01-03")[1:]] == ["anna", "bo", "signe"]


class TestLimits:
    """What the plan of a Suite has room for; the count is the host's."""

    @pytest.fixture(autouse=True)
    def suite(self, shop: Shop) -> None:
        clock = Clock(OPENED)
        licensing = shop.open(clock)
        rows = (system("server"), system("online-webservices"), system("suite2"), plan("suite-user", 9, "user", "web"))
        bought = VENDOR.issue(package(licenses=(*rows, *map(user_module, ("user", "web"))), validity=sl.Validity()))
        licensing.seats.release("anna", "ten-sales", by="signe")
        licensing.packages.activate(licensing.packages.preview(bought), by="signe")

    def test_the_plan_says_how_many(self, shop: Shop) -> None:
        lines = [line.split() for line in shop.told("limits")]
        decisions = [shop.open().limits.check(limit, in_use=0) for limit in sl.Limit]
        assert [line[-1] for line in lines[1:]] == [
            "Unlimited" if one.maximum is None else str(one.maximum) for one in decisions
        ]
        assert any(one.maximum for one in decisions)

    def test_whoever_counts_learns_whether_there_is_room(self, shop: Shop) -> None:
        limit, maximum = next(
            (one, found)
            for one in sl.Limit
            if (found := shop.open().limits.check(one, in_use=0).maximum) is not None and found > 0
        )
        assert shop.run("limits", "--count", f"{limit}={maximum - 1}").exit_code == 0
        done = shop.run("limits", "--count", f"{limit}={maximum}", "--lang", "da")
        assert done.exit_code == 1
        decision = shop.open().limits.check(limit, in_use=maximum)
        assert f"  {sl.message(decision.reasons[0], 'da')}" in done.stdout.splitlines()
        told = shop.json("limits", "--count", f"{limit}={maximum}", code=1)
        assert [one["allowed"] for one in told if one["limit"] == limit] == [False]

    @pytest.mark.parametrize(
        "count",
        ["projects=1", "active_projects", "active_projects=-1", "active_projects=²", "dashboards=" + "9" * 5000],
    )
    def test_what_is_no_count_is_a_mistake_of_usage(self, shop: Shop, count: str) -> None:
        done = shop.run("limits", "--count", count)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "must be like active_projects=97" in done.stderr


def user_module(name: str) -> sl.ModuleLicense:
    return sl.ModuleLicense(name=name, scope=sl.LicenseScope.USER, unrestricted=True, hidden=True)
