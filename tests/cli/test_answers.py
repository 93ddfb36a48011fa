"""Answers in the shell: what would help, who may, what will change, what has changed, what would be lost."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from shlex import split

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.cli.remedy_text import commands_of
from superlicense.document import package as packages
from superlicense.model.remedy import Instruction, InstructionCode, UserRemedy, UserRemedyCode
from superlicense.testing import Clock
from tests.cli.shop import OPENED, VENDOR, Shop, sold
from tests.installation import package, person, plan

SOON = sl.utc_now().replace(microsecond=0) + timedelta(days=100)
ENDS = sl.Validity(warns_at=SOON, expires_at=SOON + timedelta(days=30), grace_until=SOON + timedelta(days=40))
DENIED = '[policy]\nafter_grace = "denied"\n'


def renew(shop: Shop, validity: sl.Validity = ENDS) -> None:
    licensing = shop.open(Clock(OPENED + timedelta(days=1)))
    document = VENDOR.issue(package(seats=2, validity=validity))
    licensing.packages.activate(licensing.packages.preview(document), by="signe")


class TestWhyNot:
    """A no comes with what would help, and the commands that carry it out."""

    @pytest.mark.parametrize(
        "user",
        [
            person("cy", may_log_in=False),
            person("cy", awaiting_approval=True),
            person("cy", may_log_in=False, awaiting_approval=True),
            person("cy"),
        ],
    )
    def test_the_commands_of_the_first_remedy_turn_it_into_a_yes(self, shop: Shop, user: sl.User) -> None:
        licensing = shop.open()
        licensing.users.save(user)
        licensing.notices.start(sl.EventKind.NO_LOGIN, by="signe")
        (remedy, *_) = shop.json("why", "cy", "web", code=1)["remedies"]
        assert remedy["applicable"] is True
        assert remedy["commands"]
        for command in remedy["commands"]:
            shop.told(*split(command)[1:])
        assert shop.json("why", "cy", "web")["decision"]["outcome"] == "allowed"
        assert shop.json("why", "cy", "web")["remedies"] == []

    def test_a_former_employee_is_rehired(self, shop: Shop) -> None:
        shop.told("retire", "anna")
        (remedy, *_) = shop.json("why", "anna", "web", code=1)["remedies"]
        assert "superlicense save-user anna --rehire" in remedy["commands"]

    def test_numbers_and_instructions_are_told(self, shop: Shop) -> None:
        lines = shop.told("why", "bo", "web", code=1)
        start = lines.index("What would help")
        assert lines[start + 1 : start + 3] == [
            "  1. Assign Sales Premium to bo.",
            "       superlicense assign bo superoffice.ten-sales",
        ]
        assert lines.index("Conditions") > start

    def test_the_past_and_the_administration_are_not_helped(self, shop: Shop) -> None:
        assert shop.json("why", "bo", "web", "--at", "2026-01-03", code=1)["remedies"] == []
        assert shop.json("why", "bo", "administer", code=1)["remedies"] == []
        assert shop.json("why", "bo", "quote")["remedies"] == []

    def test_every_step_has_its_command(self) -> None:
        steps: tuple[sl.Change | sl.Purchase, ...] = (
            sl.Purchase("ten-sales", 2),
            sl.ActivatePackage(package=package(), digest="a" * 64),
            sl.EndEvent(event_id="e 1", force=True),
            sl.EndEvent(event_id="e2"),
            sl.ChangePlan(license="ten-sales", holder="anna"),
        )
        remedy = sl.Remedy(
            steps=steps,  # type: ignore[arg-type]  # each of them is a step
            instructions=tuple(Instruction(code=InstructionCode.BUY) for _ in steps),
            for_user=UserRemedy(code=UserRemedyCode.LICENSES_SHORT),
        )
        assert commands_of(remedy) == (
            "superlicense activate FILE",
            "superlicense end-event 'e 1' --force",
            "superlicense end-event e2",
            "superlicense change-plan anna superoffice.ten-sales",
        )


def test_who_may_log_in_is_grouped_by_reasons(shop: Shop) -> None:
    assert shop.told("who", "web") == [
        "Login · Web client",
        "  ✓ Allowed · 1: anna",
        "  ✗ Denied · 2: bo, signe",
        "    The user has no user plan; an Essentials or Premium user plan is required.",
    ]
    assert shop.told("who", "quote", "--edit", "--lang", "da")[0] == "Funktion · Håndtering af salgstilbud · Rediger"
    assert shop.json("who", "WEB")["groups"][1]["users"] == ["bo", "signe"]
    assert shop.json("who", "web", "--at", "2026-01-01")["groups"] == []


class TestForecasts:
    """When an answer changes, and whose login fails first."""

    def test_nothing_changes_without_dates(self, shop: Shop) -> None:
        assert shop.told("forecast", "anna", "web", "--until", "2030-01-01") == [
            "  ✓ Nothing changes until 31 December 2029."
        ]
        assert shop.told("forecast", "--until", "2030-01-01", "--lang", "da") == [
            "  ✓ Intet logon mislykkes til og med 31. december 2029."
        ]
        assert shop.json("forecast")["first_denial"] is None

    def test_each_date_is_told_with_its_cause(self, shop: Shop) -> None:
        renew(shop)
        told = shop.json("forecast", "anna", "web")["turns"]
        assert [(one["after"]["outcome"], one["cause"]["dates"][0]["kind"]) for one in told] == [
            ("allowed", "warns"),
            ("allowed", "expires"),
            ("read_only", "grace_ends"),
        ]
        lines = shop.told("forecast", "anna", "web")
        assert lines[0].endswith("anna · Login · Web client · Allowed")
        assert lines[1].endswith("Warning begins.")

    def test_the_first_login_that_fails_is_told(self, shop: Shop) -> None:
        renew(shop)
        with (shop.folder / "superlicense.toml").open("a", encoding="utf-8") as settings:
            settings.write(DENIED)
        told = shop.json("forecast", code=1)["first_denial"]
        assert told["users"] == ["anna"]
        lines = shop.told("forecast", code=1)
        assert lines[0].startswith("  ✗ From ")
        assert lines[1].endswith("Grace period ends.")
        assert lines[2] == "    Web client: anna"
        header, row, *_ = shop.told("forecast", "--csv", code=1)
        assert header == "at,client,user,reasons,cause"
        assert row.partition(",")[2] == "web,anna,package_stopped,grace_ends"
        assert shop.told("forecast", "anna", "web", code=1)[-2].endswith("Grace period ends.")

    def test_nothing_is_looked_for_beyond_the_day_a_year_from_now(self, shop: Shop) -> None:
        assert shop.told("forecast", "--at", "2026-02-03T12:34:56") == ["  ✓ No login fails until 3 February 2027."]
        assert shop.told("forecast", "--csv") == ["at,client,user,reasons,cause"]

    def test_the_dates_of_packages_are_told(self, shop: Shop) -> None:
        none = ["  ✓ No package has a date until 3 February 2027."]
        assert shop.told("dates", "--at", "2026-02-03") == none
        renew(shop)
        assert [line.rpartition(": ")[2] for line in shop.told("dates", "--lang", "da")] == [
            "Advarsel begynder.",
            "Udløber.",
            "Henstandsperioden slutter.",
        ]
        assert [one["kind"] for one in shop.json("dates")] == ["warns", "expires", "grace_ends"]
        assert len(shop.told("dates", "--until", SOON.isoformat())) == 1

    def test_a_user_without_a_subject_is_a_mistake_of_usage(self, shop: Shop) -> None:
        assert "CLIENT or FEATURE is missing" in shop.run("forecast", "anna").stderr


class TestExplaining:
    """Who or which date changed an answer."""

    def test_who_did_it(self, shop: Shop) -> None:
        shop.told("release", "anna", "ten-sales", "--by", "carol")
        lines = shop.told("explain", "anna", "web", "2026-01-03")
        assert lines[0].endswith("anna · Login · Web client · Allowed")
        assert lines[lines.index("What changed it") + 1].endswith("carol  Release")
        told = shop.json("explain", "anna", "web", "2026-01-03")
        assert [(one["by"], one["kind"]) for one in told["entries"]] == [("carol", "release")]
        assert (told["user"], told["cause"]) == ("anna", None)

    def test_which_date_or_nothing(self, shop: Shop) -> None:
        assert shop.told("explain", "anna", "web", "2026-01-03")[-1] == "  No condition has changed."
        renew(shop)
        after = (SOON + timedelta(days=50)).isoformat()
        assert shop.told("explain", "anna", "web", SOON.isoformat(), "--at", after, "--lang", "da")[-1].endswith(
            "Henstandsperioden slutter."
        )


class TestComparing:
    """What a new package would take away."""

    def test_nothing(self, shop: Shop) -> None:
        (shop.folder / "old.json").write_bytes(sold())
        (shop.folder / "new.json").write_bytes(sold(9))
        done = shop.run("compare", "old.json", "new.json")
        assert (done.exit_code, done.stdout) == (0, "  ✓ Nobody can lose anything.\n")
        assert "not verified" in done.stderr

    def test_each_loss_and_why(self, shop: Shop) -> None:
        rows = [
            plan("ten-sales", 2, "user", "web", "quote-cal") if row.name.module == "ten-sales" else row
            for row in package(seats=2).licenses
            if row.name.module != "quote"
        ]
        (shop.folder / "old.json").write_bytes(packages.write(package(seats=2, issue=1, issued_at=OPENED)))
        (shop.folder / "new.json").write_bytes(
            VENDOR.issue(evolve(package(seats=2, validity=sl.Validity()), licenses=tuple(rows)))
        )
        lines = shop.told("compare", "old.json", "new.json", code=1)
        assert "  ✗ Login Web client: Sales Premium (Internal user): Allowed → Denied" in lines
        assert "    The user needs an Essentials or Premium user plan." in lines
        assert "  ✗ License Sales Quote Management: everybody (all types of user): Allowed → Denied" in lines
        told = shop.json("compare", "old.json", "new.json", "--lang", "da", code=1)
        assert told["loses_nothing"] is False
        assert told["losses"][0]["witness"]["holds"] == ["superoffice.ten-sales"]

    def test_the_vendors_files(self, shop: Shop) -> None:
        data = files("superlicense.cli").joinpath("demo_package.xml").read_bytes()
        (shop.folder / "old.xml").write_bytes(data)
        assert shop.json("compare", "old.xml", "old.xml")["losses"] == []


class TestIdleSeats:
    """Seats that are held for nothing."""

    def test_last_logins_come_from_a_file(self, shop: Shop) -> None:
        (shop.folder / "logins.csv").write_text("user,last_login\nanna,2026-01-05\n", encoding="utf-8")
        lines = shop.told("idle", "logins.csv")
        assert lines[0] == "Users who have not logged in"
        assert lines[1].split()[0] == "anna"
        assert shop.json("idle", "logins.csv", "--after", 100_000)["idle"] == []
        assert shop.json("idle", "-")["idle"][0]["last_login"] is None

    def test_what_others_cover_and_what_is_nearly_used_up(self, shop: Shop) -> None:
        assert shop.told("idle") == ["  ✓ No seat is held for nothing."]
        shop.told("assign", "anna", "web")
        shop.told("assign", "bo", "ten-sales")
        lines = shop.told("idle", "--lang", "da")
        assert lines[0] == "Licenser, som andre dækker"
        assert lines[1].split()[0] == "anna"
        assert "2 / 2" in lines[-1]
        assert shop.json("idle")["idle"] is None
