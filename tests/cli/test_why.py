"""Why: the whole tree of conditions, for people in two languages and for programs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import superlicense as sl
from superlicense.cli.json_output import to_plain_data
from tests.cli.shop import OPENED, VENDOR, Shop
from tests.installation import package

ALLOWED = """\
  ✓ anna · Login · Web client · Allowed
    License model: Module-based

Conditions
  ✓ A license package is installed
  ✓ The package was issued to this company
  ✓ The package was issued for this serial number
  ✓ The package was issued for this database
  ✓ The package is signed, or unsigned packages are accepted
  ✓ Stored records are unmodified
  ✓ The package has not stopped working
  ✓ The user exists
  ✓ The user is not a former employee
  ✓ “Can log in” is on
  ✓ The user is approved
  ✓ The client is available to users of this type
  ✓ No system event “No Login” blocks the user
  ✓ The user belongs to this database
  ✓ The user does not work in a Travel database
  ✓ All of
    ✓ System license SuperOffice Server (SuperOffice package)
    ✓ User license User login (through Sales Premium, SuperOffice package)
    ✓ User license Web login (through Sales Premium, SuperOffice package)
    ✓ System license Online Web Services (SuperOffice package)
    ✓ At least one of
      ✗ User license Essentials Tier
      ✓ User license Premium Tier (through Sales Premium, SuperOffice package)
"""

DENIED = """\
  ✗ bo · Funktion · Håndtering af salgstilbud · Rediger · Kun læseadgang
    Brugerlicensen Sale Quote Access mangler.
    Licensmodel: Modulbaseret

Hvad der ville hjælpe
  1. Tildel Sale Quote Access til bo.
       superlicense assign bo superoffice.quote-cal
  2. Tildel Sales Premium til bo.
       superlicense assign bo superoffice.ten-sales

Betingelser
  ✓ Der er installeret en licenspakke
  ✓ Pakken er udstedt til dette firma
  ✓ Pakken er udstedt til dette serienummer
  ✓ Pakken er udstedt til denne database
  ✓ Pakken er signeret, eller usignerede pakker accepteres
  ✓ De gemte poster er uændrede
  ✓ Pakken er ikke holdt op med at virke
  ✓ Brugeren findes
  ✓ Brugeren er ikke fratrådt
  ✓ Systemlicens Håndtering af salgstilbud (pakke fra SuperOffice)
  ✗ Brugerlicens Sale Quote Access
"""


def test_a_yes_shows_every_condition_and_where_licenses_come_from(shop: Shop) -> None:
    done = shop.run("why", "anna", "web")
    assert (done.exit_code, done.stdout, done.stderr) == (0, ALLOWED, "")


def test_a_no_says_why_in_danish(shop: Shop) -> None:
    done = shop.run("why", "bo", "quote", "--edit", "--lang", "da")
    assert (done.exit_code, done.stdout, done.stderr) == (1, DENIED, "")


def test_looking_is_asked_for_without_edit(shop: Shop) -> None:
    assert shop.told("why", "bo", "quote")[0] == "  ✓ bo · Feature · Sales Quote Management · View · Read-only"


def test_programs_get_the_whole_decision(shop: Shop) -> None:
    told = shop.json("why", "bo", "web", code=1)
    decision = shop.open().gate.login("bo", sl.Client.WEB)
    assert (told["user"], told["at"]) == ("bo", None)
    assert told["decision"] == to_plain_data(decision, shop.open().words())
    assert told["decision"]["outcome"] == "denied"
    assert [reason["message"] for reason in told["decision"]["reasons"]] == [
        shop.open().words()(one) for one in decision.reasons
    ]


def test_the_administration_is_asked_about_by_its_name(shop: Shop) -> None:
    assert shop.told("why", "signe", "administer")[0] == "  ✓ signe · Administration · Allowed"
    assert shop.told("why", "anna", "administer", code=1)[1] == "    The user is not an administrator."


@pytest.mark.parametrize("client", [str(client) for client in sl.Client])
def test_every_client_is_a_login(shop: Shop, client: str) -> None:
    assert shop.json("why", "nobody", client, code=1)["decision"]["asked"] == {
        "topic": "login",
        "subject": client,
        "access": "view",
    }


@pytest.mark.parametrize(("asked", "topic"), [("Web", "login"), ("WEB", "login"), ("Administer", "administer")])
def test_case_does_not_matter(shop: Shop, asked: str, topic: str) -> None:
    assert shop.json("why", "signe", asked, code=int(topic == "login"))["decision"]["asked"]["topic"] == topic


def test_what_is_no_name_is_no_feature(shop: Shop) -> None:
    assert shop.told("why", "anna", "a/b", "--lang", "da", code=1)[-1] == "  ✗ Funktionen findes"


def test_open_sessions_are_counted_by_whoever_asks(shop: Shop) -> None:
    shop.told("assign", "bo", "ten-service")
    assert shop.json("why", "bo", "service")["decision"]["warnings"][0]["code"] == "sessions_not_counted"
    assert shop.json("why", "bo", "service", "--open-sessions", 2, code=1)["decision"]["reasons"][0]["code"] == (
        "sessions_in_use"
    )


class TestAt:
    """`--at` asks about another instant; without an offset it is meant in the installation's zone."""

    @pytest.mark.parametrize("at", ["2026-01-02T08:59:59Z", "2026-01-02T09:59:59", "2026-01-01", "1999-12-31"])
    def test_before_the_shop_was_opened_nothing_is_known(self, shop: Shop, at: str) -> None:
        assert [one["code"] for one in shop.json("why", "anna", "web", "--at", at, code=1)["decision"]["reasons"]] == [
            "no_package",
            "unknown_user",
        ]

    @pytest.mark.parametrize("at", ["2026-01-02T09:00:00Z", "2026-01-02T10:00", "2126-01-02"])
    def test_afterwards_anna_may_come_in(self, shop: Shop, at: str) -> None:
        assert shop.json("why", "anna", "web", "--at", at)["decision"]["allowed"] is True

    def test_it_is_told_in_utc(self, shop: Shop) -> None:
        assert shop.json("why", "anna", "web", "--at", "2026-07-01T12:00")["at"] == "2026-07-01T10:00:00Z"

    def test_what_is_no_instant_is_a_mistake_of_usage(self, shop: Shop) -> None:
        done = shop.run("why", "anna", "web", "--at", "tomorrow")
        assert (done.exit_code, done.stdout) == (2, "")
        assert "'tomorrow' is not an instant like 2026-11-24T09:00Z" in done.stderr


def test_until_when_it_holds_is_told(shop: Shop) -> None:
    ends = sl.Validity(warns_at=OPENED.replace(year=2125), expires_at=OPENED.replace(year=2126))
    (shop.folder / "package.json").write_bytes(VENDOR.issue(package(validity=ends)))
    shop.told("activate", "package.json")
    lines = shop.told("why", "anna", "web")
    assert lines[2] == "    Valid until 2 January 2125 at 10:00 CET unless something changes"
    late = shop.told("why", "anna", "web", "--at", "2125-06-01", "--lang", "da")
    assert late[1] == "    Licenspakken fra SuperOffice udløber 2. januar 2126 kl. 10.00 CET."


def test_the_last_day_that_it_holds_is_told_where_it_ends_at_midnight(shop: Shop) -> None:
    midnight = datetime(2125, 1, 1, 23, tzinfo=UTC)  # the beginning of 2 January in Copenhagen
    ends = sl.Validity(warns_at=midnight, expires_at=midnight.replace(year=2126))
    (shop.folder / "package.json").write_bytes(VENDOR.issue(package(validity=ends)))
    shop.told("activate", "package.json")
    assert shop.told("why", "anna", "web")[2] == "    Valid until 1 January 2125 unless something changes"
    assert shop.json("why", "anna", "web")["decision"]["valid_until"] == "2125-01-01T23:00:00Z"
