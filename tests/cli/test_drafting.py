"""Drafting a package: all that plans need, ready to be signed and activated."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

import superlicense as sl
from superlicense.catalog import plans
from superlicense.catalog.features import EDITING
from superlicense.cli.drafting import licenses_of
from superlicense.rules.packages.lint import errors
from tests.cli.shop import VENDOR, Shop
from tests.for_each import for_each

NAMED = ("--serial-number", "1010000014", "--company", "Nordvik Handel A/S")


def test_a_draft_is_signed_and_activated(shop: Shop) -> None:
    words = ("--plan", "Sales Premium=21", "--issue", "9999", "--expires-on", "2127-06-30", "--out", "draft.json")
    done = shop.run("draft-package", *words, "--time-zone", "Europe/Copenhagen", *NAMED)
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert done.stderr == "wrote draft.json; sign it: superlicense issue draft.json --key KEY\n"
    payload = json.loads((shop.folder / "draft.json").read_bytes())
    assert payload["expires_at"] == "2127-06-30T22:00:00Z"
    (shop.folder / "key.pem").write_bytes(VENDOR.keys["superoffice"].to_pem())
    assert shop.run("issue", "draft.json", "--key", "key.pem", "--out", "package.json").exit_code == 0
    shop.told("activate", "package.json")
    (sales,) = [row for tab in shop.json("licenses") for row in tab["user_licenses"]]
    assert (sales["title"], sales["total"]) == ("Sales Premium", 21)
    assert shop.run("why", "anna", "web").exit_code == 0
    assert shop.run("why", "anna", "quote", "--edit").exit_code == 0


def test_it_goes_to_standard_output_and_names_what_is_doubtful(nowhere: Shop) -> None:
    done = nowhere.run("draft-package", "--plan", "ten-salesservicemarketing-x=1", *NAMED)
    assert done.exit_code == 2
    done = nowhere.run("draft-package", "--plan", "Service Essentials=3", *NAMED)
    assert json.loads(done.stdout)["company"] == "Nordvik Handel A/S"
    assert "Service Essentials: what it grants was not published in full; check it" in done.stderr


@for_each("title", [plan.title for plan in plans.PLANS if plan.title != "CRM Suite seat"])
def test_every_plan_can_be_drafted_without_an_error(title: str) -> None:
    rows = licenses_of({title: 3})
    package = sl.LicensePackage(owner="SUPEROFFICE", company="N", serial_number="1010000014", licenses=rows)
    names = {row.name for row in package.licenses}
    assert list(errors(package)) == []
    assert all(set(row.grants) <= names for row in package.licenses)


def test_what_is_granted_is_hidden_and_the_sum_of_its_plans() -> None:
    rows = {row.name.module: row for row in licenses_of({"Sales Premium": 21, "Service Essentials": 4})}
    assert (rows["user"].quantity, rows["user"].hidden) == (25, True)
    assert (rows["quote-cal"].quantity, rows["ten-sales"].quantity, rows["ten-sales"].hidden) == (21, 21, False)


def test_a_license_that_edits_comes_with_its_feature() -> None:
    rows = licenses_of({"Sales Premium": 1})
    names = {row.name for row in rows}
    edits = {row.name for row in rows} & {found.license for found in EDITING.values()}
    assert edits
    for feature, found in EDITING.items():
        if found.license in names and feature.module == found.license.module.removesuffix("-cal"):
            assert feature in names


def test_the_suite_is_called_by_its_plan() -> None:
    rows = {row.name.module: row for row in licenses_of({"Core": 5})}
    assert (rows["suite-user"].quantity, rows["suite-user"].description) == (5, "Core")
    assert {"suite", "suite2"} <= rows.keys()


def test_one_plan_named_twice_is_added_up(nowhere: Shop) -> None:
    done = nowhere.run("draft-package", "--plan", "sales premium=2", "--plan", "Sales Premium=3", *NAMED)
    rows = {row["module"]: row for row in json.loads(done.stdout)["licenses"]}
    assert rows["ten-sales"]["quantity"] == 5


def test_a_code_of_one_plan_names_it(nowhere: Shop) -> None:
    done = nowhere.run("draft-package", "--plan", "superlicense-complete=2", *NAMED)
    assert done.exit_code in {0, 2}
    code = str(next(plan.name for plan in plans.PLANS if plan.title == "Complete CRM User"))
    assert nowhere.run("draft-package", "--plan", f"{code}=2", *NAMED).exit_code == 0


@for_each(
    ("words", "said"),
    [
        (("--plan", "ten-sales=2"), "use one of: Sales Essentials, Sales Premium"),
        (("--plan", "Sales=2"), "'Sales' is not a plan"),
        (("--plan", "Sales Premium"), "must be like 'Sales Premium=21'"),
        (("--plan", "Sales Premium=0"), "must be like 'Sales Premium=21'"),
        (("--plan", "Sales Premium=1e3"), "must be like 'Sales Premium=21'"),
        (("--plan", "Sales Premium=1", "--plan", "Sales Essentials=1"), "are both superoffice.ten-sales"),
    ],
)
def test_what_cannot_be_drafted_is_told(nowhere: Shop, words: Sequence[str], said: str) -> None:
    done = nowhere.run("draft-package", *words, *NAMED, variables={"COLUMNS": "400"})
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize("zone", ["UTC", "Europe/Copenhagen"])
def test_the_last_day_counts(nowhere: Shop, zone: str) -> None:
    words = ("--plan", "Core=1", "--expires-on", "2027-06-30", "--time-zone", zone)
    found = json.loads(nowhere.run("draft-package", *words, *NAMED).stdout)
    assert found["expires_at"] == {"UTC": "2027-07-01T00:00:00Z", "Europe/Copenhagen": "2027-06-30T22:00:00Z"}[zone]
    assert found["warns_at"] < found["expires_at"]
