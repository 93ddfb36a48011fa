"""Activation from the shell: what a package would do, what it does, and what stands in its way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.document.root import Owner, RootDraft, digest
from superlicense.testing import Clock, Vendor
from tests.cli.shop import OPENED, OURS, VENDOR, Shop, lasting, sold
from tests.installation import package, person, plan, price_list, system

DEMO = Path(sl.__file__).parent / "cli" / "demo_package.xml"


@pytest.fixture
def file(shop: Shop) -> Path:
    """A package with four seats of each plan."""
    path = shop.folder / "package.json"
    path.write_bytes(sold(seats=4))
    return path


def without(shop: Shop, gone: str) -> Path:
    """Sign a package that lacks the plan *gone* and has `ten-all` instead."""
    rows = [row for row in price_list(2) if row.name.module != gone]
    path = shop.folder / "package.json"
    licenses = (*rows, plan("ten-all", 2, "user", "web", "t2", "quote-cal"))
    path.write_bytes(VENDOR.issue(package(licenses=licenses, validity=sl.Validity())))
    return path


class TestPreview:
    """`--dry-run` says what a package would do, and changes nothing."""

    def test_it_shows_the_numbers_of_what_differs(self, shop: Shop, file: Path) -> None:
        before = shop.open().revision()
        issue = shop.json("activate", file, "--dry-run")["preview"]["issue"]
        assert shop.told("activate", file, "--dry-run") == [
            f"SuperOffice package, issue {issue}, for Nordvik Handel A/S",
            "  License              In use   Total   New total   New free",
            "  Sales Premium             1       2           4          3",
            "  Service Essentials        0       2           4          4",
        ]
        assert shop.open().revision() == before

    def test_programs_get_it_all(self, shop: Shop, file: Path) -> None:
        told = shop.json("activate", file, "--dry-run")
        assert (told["activated"], told["waiting"]) == (False, False)
        assert told["preview"]["changes"][0] == {
            "license": "superoffice.ten-sales",
            "total": 2,
            "in_use": 1,
            "free": 1,
            "added": 2,
            "new_total": 4,
            "new_free": 3,
        }
        assert told["preview"]["can_be_activated"] is True
        assert told["preview"]["safe_unattended"] is True
        assert (told["preview"]["blockers"], told["preview"]["effects"]) == ([], [])

    def test_what_would_be_refused_says_who_is_in_the_way(self, shop: Shop) -> None:
        lines = shop.told("activate", without(shop, "ten-sales"), "--dry-run", code=1)
        assert "  ✗ The new license package does not include the license Sales Premium; 1 is in use." in lines
        assert "anna" not in "".join(line for line in lines if "Proposed" not in line)
        assert "  Proposed: change anna from Sales Premium (superoffice.ten-sales) to superoffice.ten-all" in lines


class TestActivation:
    """A package is put in force, or refused as a whole."""

    def test_it_is_put_in_force(self, shop: Shop, file: Path) -> None:
        assert shop.told("activate", file)[-1] == "  ✓ Activated."
        assert shop.open().seats.usage("ten-sales").total == 4
        assert shop.open().journal.entries()[-1].by == "signe"

    def test_again_it_changes_nothing(self, shop: Shop, file: Path) -> None:
        shop.told("activate", file)
        before = shop.open().revision()
        assert shop.told("activate", file)[1:] == ["  This package is already in force."]
        assert shop.json("activate", file)["activated"] is False
        assert shop.open().revision() == before

    def test_with_too_few_of_something_it_is_refused(self, shop: Shop) -> None:
        done = shop.run("activate", without(shop, "ten-sales"))
        assert done.exit_code == 1
        assert done.stderr == "superlicense: The package was not activated; nothing has changed.\n"
        assert done.stdout.count("does not include the license Sales Premium; 1 is in use.") == 1
        assert shop.open().gate.holds("anna", "ten-sales")

    def test_figures_are_those_after_the_moves(self, shop: Shop) -> None:
        lines = shop.told("activate", without(shop, "ten-sales"), "--move-as-proposed")
        assert [line.split()[-4:] for line in lines if line.startswith("  ten-all ")] == [["0", "0", "2", "1"]]

    def test_plans_are_moved_as_proposed(self, shop: Shop) -> None:
        told = shop.json("activate", without(shop, "ten-sales"), "--move-as-proposed")
        assert told["activated"] is True
        assert shop.open().gate.holds("anna", "ten-all")

    def test_where_a_suite_comes_in_the_plans_of_others_are_released(self, shop: Shop) -> None:
        shop.told("assign", "bo", "ten-sales")
        shop.told("save-user", "bo", "--type", "external")
        modules = [row for row in price_list(2) if row.kind is not sl.LicenseKind.PLAN]
        licenses = (*modules, system("suite2"), plan("suite-user", 9, "user", "web"))
        file = shop.folder / "suite.json"
        file.write_bytes(VENDOR.issue(package(licenses=licenses, validity=sl.Validity())))
        lines = shop.told("activate", file, "--dry-run", code=1)
        assert "  Proposed: change anna from Sales Premium (superoffice.ten-sales) to superoffice.suite-user" in lines
        assert "  Proposed: release Sales Premium (superoffice.ten-sales) of bo" in lines
        told = shop.json("activate", file, "--move-as-proposed")
        assert told["activated"] is True
        assert told["preview"]["releases"] == [{"license": "superoffice.ten-sales", "holder": "bo", "cascade": False}]
        assert shop.open().seats.held_by("bo") == ()

    def test_plans_are_moved_and_released_as_told(self, shop: Shop) -> None:
        file = without(shop, "ten-sales")
        shop.told("assign", "bo", "ten-sales")
        move, release = ("--move", "anna", "ten-sales", "ten-all"), ("--release", "bo", "ten-sales")
        assert shop.json("activate", file, *move, code=1)["error"]["code"] == "held_license_gone"
        assert shop.told("activate", file, *move, *release)[-1] == "  ✓ Activated."
        assert [shop.open().seats.usage(name).holders for name in ("ten-all", "ten-service")] == [("anna",), ()]

    def test_unattended_it_is_kept_waiting_where_somebody_would_lose(self, shop: Shop, file: Path) -> None:
        assert shop.told("activate", file, "--unattended")[-1] == "  ✓ Activated."
        waiting = without(shop, "ten-sales")
        assert shop.told("activate", waiting, "--unattended", code=1)[-1] == "  ✓ Waiting for an administrator."
        told = shop.json("activate", waiting, "--unattended", code=1)
        assert (told["activated"], told["waiting"]) == (False, True)
        assert shop.open().packages.waiting() is not None

    def test_a_preview_is_of_now(self, shop: Shop, file: Path) -> None:
        assert shop.run("activate", file, "--dry-run", "--at", "2026-01-03").exit_code == 2
        assert shop.run("verify-store", "--at", "2026-01-03").exit_code == 2

    def test_unattended_takes_the_package_as_it_is(self, shop: Shop, file: Path) -> None:
        assert shop.run("activate", file, "--unattended", "--dry-run").exit_code == 2

    @pytest.mark.parametrize("defect", ["nobody's", "no document"])
    def test_what_is_not_signed_as_it_should_be_is_invalid(self, shop: Shop, defect: str) -> None:
        path = shop.folder / "bad.json"
        path.write_bytes(Vendor().issue(package()) if defect == "nobody's" else b"{}")
        done = shop.run("activate", path)
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr.startswith("superlicense: ")

    def test_of_another_company_it_is_refused(self, shop: Shop) -> None:
        path = shop.folder / "other.json"
        other = sl.LicensePackage(
            owner="SUPEROFFICE", company="Sydvik Handel A/S", serial_number=OURS.serial_number, licenses=price_list()
        )
        path.write_bytes(VENDOR.issue(other))
        assert shop.json("activate", path, code=1)["error"]["code"] == "other_company"


class TestUnsigned:
    """The vendor's XML is taken without a signature, by its unsafe name, and the log says so."""

    @pytest.fixture(autouse=True)
    def legacy(self, shop: Shop) -> None:
        (shop.folder / "superlicense.toml").write_text(
            '[installation]\nserial_number = "1010000006"\ncompany = "Fjordglimt A/S"\n', encoding="utf-8"
        )
        (shop.folder / "legacy.xml").write_bytes(lasting(DEMO.read_bytes()))

    def test_it_is_looked_at_and_put_in_force(self, shop: Shop) -> None:
        seen = shop.json("activate", "legacy.xml", "--unsigned", "--dry-run")
        assert seen["activated"] is False
        assert seen["preview"]["can_be_activated"] is True
        done = shop.run("activate", "legacy.xml", "--unsigned")
        assert done.exit_code == 0
        assert done.stdout.splitlines()[-1] == "  ✓ Activated."
        assert "superlicense: WARNING: adopted an unsigned package of superoffice, by signe\n" in done.stderr
        assert "SuperOffice Server                                  ✗           ✓" in done.stdout
        again = shop.run("activate", "legacy.xml", "--unsigned", "--json")
        assert '"activated": false' in again.stdout
        assert again.stderr == "superlicense: WARNING: an unsigned package of superoffice is in force\n"

    def test_it_corrects_a_clock_that_has_been_wrong(self, shop: Shop) -> None:
        store = SqlStore(create_engine(f"sqlite:///{shop.folder / 'superlicense.db'}"))
        ours = sl.Installation(serial_number="1010000006", company="Fjordglimt A/S")
        wrong = sl.Licensing(store, ours, trust=None, clock=Clock(datetime(2199, 1, 1, tzinfo=UTC)))
        wrong.users.save(person("zoe"))
        shop.told("activate", "legacy.xml", "--unsigned", "--resets-clock")
        assert [entry["kind"] for entry in shop.json("journal")][-2:] == ["clock_rebased", "activate_package"]
        assert any("+ clock correction 1" in line for line in shop.told("journal"))
        assert shop.run("verify-store").exit_code == 0
        assert shop.run("activate", "legacy.xml", "--resets-clock").exit_code == 2

    def test_without_that_word_it_is_no_document(self, shop: Shop) -> None:
        assert shop.run("activate", "legacy.xml").exit_code == 3

    def test_a_signed_package_is_no_xml(self, shop: Shop) -> None:
        (shop.folder / "signed.json").write_bytes(sold())
        assert shop.json("activate", "signed.json", "--unsigned", code=3)["error"]["code"] == "wrong_file"


class TestRoots:
    """The next trust root is accepted under the one before."""

    def test_the_next_root_is_installed(self, shop: Shop) -> None:
        key = VENDOR.keys["superoffice"].public
        following = RootDraft(
            version=2,
            previous=digest(VENDOR.root),
            issued_at=OPENED,
            expires_at=OPENED.replace(year=2126),
            root_keys=[VENDOR.root_key.public],
            owners={"SUPEROFFICE": Owner(keys=[key])},
        ).sign([VENDOR.root_key])
        (shop.folder / "next.json").write_bytes(following)
        assert shop.told("install-root", "next.json") == ["  ✓ Trust root 2 installed."]
        assert shop.json("install-root", "next.json", code=3)["error"]["code"] == "root_version"
