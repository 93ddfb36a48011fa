"""Remedies, who may, abilities, claims, and seats that are held for nothing, as a host asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.model.trust import TrustRoot
from superlicense.rules.answers.remedies import remedies
from superlicense.rules.gate.login import login
from superlicense.testing import issuing
from tests.installation import (
    EDIT,
    EXPIRES_AT,
    SALES,
    SERVICE,
    START,
    STOPS_AT,
    WARNS_AT,
    WEB,
    Clock,
    furnish,
    module,
    open_licensing,
    package,
    person,
    plan,
    price_list,
    system,
)
from tests.rules.scene import NOW, web_scene

DAY = timedelta(days=1)


@pytest.fixture
def full(clock: Clock) -> sl.Licensing:
    """Two plans of one seat each, both taken; the licenses that they grant are not sold alone."""
    licensing = open_licensing(clock=clock)
    rows = (
        system("server"),
        system("online-webservices"),
        plan(SALES, 1, "user", "web", "t2"),
        plan(SERVICE, 1, "user", "web", "t1"),
        *(module(name, 2, hidden=True) for name in ("user", "web", "t1", "t2")),
    )
    licensing.packages.adopt_unsigned(evolve(package(), licenses=rows), by="admin")
    licensing.users.sync([person("anna"), person("bo"), person("cy", name="Cy Young")])
    licensing.seats.assign("anna", SALES, by="admin")
    licensing.seats.assign("bo", SERVICE, by="admin")
    return licensing


def told(remedies: tuple[sl.Remedy, ...]) -> list[list[str]]:
    return [list(remedy.for_administrator.texts) for remedy in remedies]


class TestRemedies:
    def test_are_none_where_the_answer_is_yes_or_nothing_helps(self, full: sl.Licensing) -> None:
        assert full.gate.remedies("anna", WEB) == ()
        assert full.gate.remedies("nobody", WEB) == ()
        assert full.gate.remedies(person("room", type=sl.UserType.RESOURCE), WEB) == ()
        assert full.gate.remedies("anna", "no-such-feature") == ()

    def test_name_a_purchase_with_the_least_that_helps(self, full: sl.Licensing) -> None:
        cheap, dear = full.gate.remedies("cy", WEB, prices={SALES: Decimal(300), "ten-service": Decimal("99.5")})
        assert cheap.steps == (sl.Purchase(SERVICE, 1), sl.Assign(license=SERVICE, holder="cy"))
        assert (cheap.price, dear.price) == (Decimal("99.5"), Decimal(300))
        assert cheap.purchases == (sl.Purchase(SERVICE, 1),)
        assert not cheap.applicable
        assert cheap.for_user.code is sl.UserRemedyCode.LICENSES_SHORT
        assert full.what_if(cheap.changes, cheap.purchases).gate.login("cy", WEB)

    def test_are_carried_out_by_applying_their_changes(self, licensing: sl.Licensing) -> None:
        licensing.users.save(person("anna", may_log_in=False, awaiting_approval=True))
        first = licensing.gate.remedies("anna", WEB)[0]
        assert first.applicable
        assert first.for_administrator.texts == (
            "Turn on “Can log in” for anna.",
            "Approve anna.",
            "Assign Sales Premium to anna.",
        )
        assert len(first.steps) == 2
        assert first.for_user.code is sl.UserRemedyCode.ACCESS_CLOSED
        licensing.apply(first.for_administrator.changes, by="admin")
        assert licensing.gate.login("anna", WEB)

    def test_rehire_and_end_an_event_and_change_a_plan(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("bo", SERVICE, by="admin")
        assert told(licensing.gate.remedies("bo", "quote", limit=1)) == [["Assign Sale Quote Access to bo."]]
        assert ["Change the user plan of bo to Sales Premium."] in told(licensing.gate.remedies("bo", "quote"))
        for user in ("anna", "cy"):
            licensing.seats.retire(user, by="admin")
        event = licensing.notices.start(sl.EventKind.NO_LOGIN, "Moving", by="admin")
        ended, *_ = licensing.gate.remedies("bo", WEB)
        assert ended.changes == (sl.EndEvent(event_id=event.id),)
        assert (ended.people, ended.for_user.code) == (3, "system_closed")
        assert ended.for_administrator.texts == ("End the system event “No Login”: “Moving”.",)
        again, *_ = licensing.gate.remedies("anna", WEB, language="da")
        assert again.for_administrator.texts == (
            "Afslut systemhændelsen »Ingen logon«: »Moving«.",
            "Gør den fratrådte bruger anna aktiv igen.",
            "Tildel Sales Premium til anna.",
        )
        assert (
            again.for_user.text == "Systemet er lukket i øjeblikket. Prøv igen senere, eller spørg din administrator."
        )
        licensing.apply(again.changes, by="admin")
        assert licensing.gate.login("anna", WEB)

    @pytest.mark.parametrize(
        ("scope", "target", "people"),
        [(sl.EventScope.USER, "anna", 1), (sl.EventScope.GROUP, "sales", 2), (sl.EventScope.DATABASE, None, 3)],
    )
    def test_count_whom_they_concern(
        self, licensing: sl.Licensing, scope: sl.EventScope, target: str | None, people: int
    ) -> None:
        licensing.users.sync([person("anna", groups=("sales",)), person("bo", groups=("sales",))])
        licensing.seats.assign("anna", SALES, by="admin")
        licensing.notices.start(sl.EventKind.NO_LOGIN, scope=scope, target=target, by="admin")
        assert [one.people for one in licensing.gate.remedies("anna", WEB)] == [people]

    def test_renew_a_stopped_package_by_whole_years(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        clock.now = STOPS_AT + 400 * DAY
        (remedy,) = licensing.gate.remedies("anna", WEB)
        assert remedy.steps == (sl.Renewal("superoffice", EXPIRES_AT.replace(year=2029)),)
        assert (remedy.price, remedy.people, remedy.applicable) == (None, 3, False)
        assert remedy.for_user.code is sl.UserRemedyCode.LICENSES_EXPIRED
        assert told((remedy,)) == [["Renew the SuperOffice license package until 26 March 2029."]]
        assert licensing.gate.remedies("anna", WEB, sl.Access.VIEW) == ()

    @pytest.mark.parametrize(
        ("ended", "now", "until"),
        [
            ((2024, 2, 29), (2025, 1, 1), (2025, 2, 28)),
            ((2024, 2, 29), (2027, 6, 1), (2028, 2, 29)),
            ((2025, 1, 1), (9999, 6, 1), None),
        ],
    )
    def test_renew_on_a_day_that_there_is(
        self, clock: Clock, ended: tuple[int, int, int], now: tuple[int, int, int], until: tuple[int, int, int] | None
    ) -> None:
        def at(day: tuple[int, int, int]) -> Any:  # noqa: ANN401 - an instant
            return START.replace(year=day[0], month=day[1], day=day[2])

        clock.now = at(ended) - DAY
        licensing = open_licensing(clock=clock)
        validity = sl.Validity(expires_at=at(ended))
        licensing.packages.adopt_unsigned(evolve(package(), validity=validity), by="admin")
        licensing.users.save(person("anna"))
        licensing.seats.assign("anna", SALES, by="admin")
        clock.now = at(now)
        steps = [one.steps for one in licensing.gate.remedies("anna", WEB)]
        assert steps == ([] if until is None else [(sl.Renewal("superoffice", at(until)),)])

    def test_activate_what_waits_and_buy_what_it_lacks(self, clock: Clock) -> None:
        vendor = issuing.Vendor()
        licensing = open_licensing(clock=clock, trust=vendor.root)
        first = evolve(package(seats=2), issue=1, issued_at=START)
        licensing.packages.activate(licensing.packages.preview(vendor.issue(first)), by="admin")
        licensing.users.sync([person(name) for name in ("anna", "bo", "cy")])
        for name in ("anna", "bo"):
            licensing.seats.assign(name, SALES, by="admin")
        rows = [row for row in package(seats=1).licenses if row.name.module not in {"user", SERVICE}]
        smaller = evolve(first, issue=2, licenses=(*rows, system("sale"), module("sale-cal"), module("user", 9)))
        assert licensing.packages.offer(vendor.issue(smaller), by="cron").waiting
        (both,) = licensing.gate.remedies("cy", "sale", sl.Access.VIEW, limit=1)
        assert told((both,)) == [["Buy 1 more license Sale Functionality (superoffice.sale)."]]
        found = licensing.gate.remedies("cy", "sale", sl.Access.VIEW)
        assert told(found)[1] == [
            "Buy 1 more license Sales Premium.",
            "Activate the SuperOffice license package that is waiting.",
        ]
        assert found[1].for_user.code is sl.UserRemedyCode.LICENSES_SHORT
        assert licensing.what_if(found[1].changes, found[1].purchases).gate.feature("cy", "sale")
        licensing.seats.release("bo", SALES, by="admin")
        waits, *_ = licensing.gate.remedies("cy", "sale", sl.Access.VIEW)
        assert (waits.applicable, waits.for_user.code, waits.people) == (True, "renewal_waits", 3)
        licensing.apply(waits.changes, by="admin")
        assert licensing.gate.feature("cy", "sale")

    def test_activate_a_renewal_of_what_has_stopped(self, clock: Clock) -> None:
        vendor = issuing.Vendor()
        licensing = open_licensing(clock=clock, trust=vendor.root)
        first = evolve(package(), issue=1, issued_at=START)
        licensing.packages.activate(licensing.packages.preview(vendor.issue(first)), by="admin")
        licensing.users.sync([person("anna"), person("bo")])
        for name, license in (("anna", SALES), ("bo", SERVICE)):
            licensing.seats.assign(name, license, by="admin")
        renewed = evolve(first, issue=2, issued_at=START + DAY, validity=sl.Validity())
        assert licensing.packages.offer(vendor.issue(renewed), by="cron").waiting
        clock.now = STOPS_AT
        activate = ["Activate the SuperOffice license package that is waiting."]
        assert activate in told(licensing.gate.remedies("anna", "quote"))

    @pytest.mark.parametrize(
        ("turned", "error"),
        [
            (lambda clock: setattr(clock, "now", datetime(2126, 1, 1, tzinfo=UTC)), sl.RootExpiredError),
            (lambda clock: setattr(clock, "now", START - 2 * DAY), sl.ClockRolledBackError),
        ],
        ids=["the root has expired", "the clock was turned back"],
    )
    def test_activate_nothing_that_cannot_be_put_in_force(
        self, clock: Clock, turned: Callable[[Clock], None], error: type[sl.SuperlicenseError]
    ) -> None:
        vendor = issuing.Vendor()
        licensing = open_licensing(clock=clock, trust=vendor.root)
        first = evolve(package(), issue=1, issued_at=START, validity=sl.Validity())
        licensing.packages.activate(licensing.packages.preview(vendor.issue(first)), by="admin")
        licensing.users.sync([person("anna"), person("bo")])
        licensing.seats.assign("anna", SALES, by="admin")
        smaller = evolve(first, issue=2, licenses=(*price_list(1)[:4], system("sale"), *price_list(1)[6:]))
        waits = vendor.issue(smaller)
        assert licensing.packages.offer(waits, by="cron").waiting
        licensing.seats.release("anna", SALES, by="admin")
        activate = ["Activate the SuperOffice license package that is waiting."]
        assert activate in told(licensing.gate.remedies("anna", "sale", sl.Access.VIEW))
        turned(clock)
        assert activate not in told(licensing.gate.remedies("anna", "sale", sl.Access.VIEW))
        with pytest.raises(error):
            licensing.packages.offer(waits, by="cron")

    @pytest.mark.parametrize(("seats", "helps"), [(3, False), (4, True)])
    def test_activate_what_waits_only_where_it_has_more(self, clock: Clock, seats: int, helps: bool) -> None:  # noqa: FBT001 - a case
        vendor = issuing.Vendor()
        licensing = open_licensing(clock=clock, trust=vendor.root)
        first = evolve(package(seats=3), issue=1, issued_at=START)
        licensing.packages.activate(licensing.packages.preview(vendor.issue(first)), by="admin")
        licensing.users.sync([person(name) for name in ("anna", "bo", "cy", "dora")])
        for name in ("anna", "bo", "cy"):
            licensing.seats.assign(name, SALES, by="admin")
        renewed = evolve(first, issue=2, issued_at=START + DAY, licenses=price_list(seats))
        assert licensing.packages.offer(vendor.issue(renewed), by="cron").waiting
        clock.forward(days=2)
        found = told(licensing.gate.remedies("dora", WEB, limit=100))
        activate = "Activate the SuperOffice license package that is waiting."
        assert ([activate, "Assign Sales Premium to dora."] in found) is helps
        assert any(activate in texts for texts in found) is helps

    def test_change_a_plan_so_that_what_waits_can_be_activated(self, clock: Clock) -> None:
        vendor = issuing.Vendor()
        licensing = open_licensing(clock=clock, trust=vendor.root)
        first = evolve(package(seats=2), issue=1, issued_at=START)
        licensing.packages.activate(licensing.packages.preview(vendor.issue(first)), by="admin")
        licensing.users.sync([person("anna"), person("bo")])
        for name in ("anna", "bo"):
            licensing.seats.assign(name, SALES, by="admin")
        rows = [evolve(row, quantity=1) if row.name.module == SALES else row for row in first.licenses]
        waits = evolve(first, issue=2, licenses=(*rows, system("sale")))
        assert licensing.packages.offer(vendor.issue(waits), by="cron").waiting
        found = told(licensing.gate.remedies("anna", "sale", sl.Access.VIEW))
        activate = "Activate the SuperOffice license package that is waiting."
        assert ["Change the user plan of anna to Service Essentials.", activate] in found
        assert ["Buy 1 more license Sales Premium.", activate] in found

    def test_buy_the_least_of_two_that_bring_the_same(self, clock: Clock) -> None:
        licensing = open_licensing(clock=clock)
        rows = (
            system("server"),
            system("online-webservices"),
            plan(SALES, 2, "user", "web", "t2"),
            plan(SERVICE, 1, "user", "web", "t1"),
            module("user", 1),
            *(module(name, 3) for name in ("t1", "t2")),
        )
        licensing.packages.adopt_unsigned(evolve(package(), licenses=rows), by="admin")
        licensing.users.sync([person("anna"), person("zoe")])
        licensing.seats.assign("zoe", SALES, by="admin")
        # `user` has too few seats, and `web` has none: a plan brings seats of what its package has.
        bought = {tuple(map(str, one.purchases)) for one in licensing.gate.remedies("anna", WEB, limit=100)}
        assert bought == {
            tuple(str(sl.Purchase(name, quantity)) for name, quantity in purchases)
            for purchases in ((("user", 1), ("web", 2)), ((SALES, 1), ("web", 1)), ((SERVICE, 1), ("web", 1)))
        }

    def test_buy_as_many_as_hold_a_license_that_the_package_lacks(self, clock: Clock) -> None:
        licensing = open_licensing(clock=clock)
        rows = [row for row in package().licenses if row.name.module != "web"]
        licensing.packages.adopt_unsigned(evolve(package(), licenses=rows), by="admin")
        licensing.users.sync([person("anna"), person("bo")])
        for name in ("anna", "bo"):
            licensing.seats.assign(name, SALES, by="admin")
        (remedy,) = licensing.gate.remedies("anna", WEB)
        assert remedy.steps == (sl.Purchase("web", 2),)

    def test_do_not_renew_what_is_revoked(self) -> None:
        revoked = TrustRoot(version=1, expires_at=NOW + DAY, revoked_keys=("key-1",), accepted_at=NOW - 100 * DAY)
        world = web_scene(signed_by=("key-1",), validity=sl.Validity()).accepts(revoked).world
        user = world.users["anna"].noun
        assert remedies(world, user, lambda then, who: login(then, who, WEB, NOW), NOW) == ()
        assert login(world, user, WEB, NOW).reasons[0].code == "package_stopped"

    def test_respect_the_hosts_veto(self, clock: Clock) -> None:
        licensing = open_licensing(clock=clock, seat_veto=lambda *_: "open requests")
        furnish(licensing, "anna", holders={"anna": SERVICE})
        steps = [step for one in licensing.gate.remedies("anna", "quote") for step in one.steps]
        assert steps == [sl.Assign(license="quote-cal", holder="anna")]

    def test_of_a_user_as_the_host_knows_them(self, licensing: sl.Licensing) -> None:
        (first, *_) = licensing.gate.remedies(person("new", may_log_in=False), WEB)
        assert isinstance(first.steps[0], sl.SaveUser)
        licensing.apply(first.changes, by="admin")
        assert licensing.gate.login("new", WEB)

    def test_tell_the_person_nothing_about_others(self, full: sl.Licensing) -> None:
        for remedy in full.gate.remedies("cy", WEB, prices={SALES: Decimal(1), SERVICE: Decimal(2)}):
            mine = remedy.for_user.to_dict(language="da")
            assert mine.keys() == {"code", "text"}
            assert not any(name in json.dumps(mine) for name in ("anna", "bo", "cy", "ten-"))

    def test_are_plain_data_with_words(self, full: sl.Licensing) -> None:
        remedy = full.gate.remedies("cy", WEB, prices={SALES: 5, SERVICE: "6"}, limit=1)[0]  # type: ignore[dict-item]  # also exact
        expected = {
            "instructions": [
                {
                    "code": "buy",
                    "params": {"license": "superoffice.ten-sales", "quantity": 1},
                    "text": "Buy 1 more license Sales Premium.",
                },
                {
                    "code": "assign",
                    "params": {"license": "superoffice.ten-sales", "user": "cy"},
                    "text": "Assign Sales Premium to cy.",
                },
            ],
            "price": "5",
            "people": 1,
            "applicable": False,
            "for_user": {
                "code": "licenses_short",
                "text": "Your company has too few licenses. Ask your administrator.",
            },
        }
        assert json.loads(json.dumps(remedy.to_dict())) == expected
        assert remedy.to_dict(words=full.words("en")) == expected
        coded = remedy.to_dict(words=sl.message)["instructions"][1]["text"]
        assert coded == "Assign Sales Premium (superoffice.ten-sales) to cy."
        assert remedy.for_administrator.to_dict() == {
            key: value for key, value in expected.items() if key != "for_user"
        }
        assert remedy.to_dict(language="da")["for_user"]["text"].startswith("Firmaet har for få licenser.")
        silent = evolve(remedy, words_in=None, for_user=evolve(remedy.for_user, words_in=None))
        assert silent.for_user.text == silent.for_user.to_dict()["code"] == "licenses_short"
        assert silent.for_administrator.texts == ("buy", "assign")
        assert "text" not in silent.to_dict()["instructions"][0]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"access": "write"},
            {"limit": -1},
            {"limit": True},
            {"prices": {SALES: 0.5}},
            {"prices": {SALES: "dear"}},
            {"prices": {SALES: Decimal(-1)}},
            {"prices": {SALES: Decimal("NaN")}},
            {"language": "xx"},
            {"client_or_feature": 7},
            {"user": 7},
        ],
    )
    def test_of_a_wrong_question_are_an_error_of_ours(self, full: sl.Licensing, wrong: dict[str, Any]) -> None:
        with pytest.raises(sl.InvalidValueError):
            full.gate.remedies(**{"user": "cy", "client_or_feature": WEB, **wrong})


class TestWho:
    def test_groups_everybody_by_the_same_reasons(self, full: sl.Licensing) -> None:
        full.seats.retire("bo", by="admin")
        found = full.gate.who(WEB)
        assert (found.allowed, found.read_only, found.denied) == (("anna",), (), ("bo", "cy"))
        assert [(str(one.outcome), one.users) for one in found.groups] == [
            ("allowed", ("anna",)),
            ("denied", ("bo",)),
            ("denied", ("cy",)),
        ]
        assert found.groups[1].reasons == full.gate.login("bo", WEB).reasons
        assert found.to_dict(language="da")["groups"][2]["reasons"][0]["text"] == (
            "Brugerlicensen User login (superoffice.user) mangler."
        )

    def test_asks_about_features_and_other_instants(self, licensing: sl.Licensing, clock: Clock) -> None:
        clock.forward(days=1)
        licensing.seats.assign("anna", SALES, by="admin")
        found = licensing.gate.who("quote", EDIT)
        assert (found.asked.subject, found.asked.access) == ("superoffice.quote", EDIT)
        assert (found.allowed, found.read_only) == (("anna",), ("bo", "cy"))
        assert licensing.gate.who("quote", at=START).allowed == ()
        assert licensing.gate.who("no license name!").groups[0].reasons[0].code == "unknown_feature"


class TestAbilities:
    def test_are_every_client_and_every_licensed_feature(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        found = licensing.gate.abilities("anna")
        assert found.clients["web"] is sl.Outcome.ALLOWED
        assert set(found.clients) == set(sl.Client)
        assert found.features["superoffice.quote"] is sl.Outcome.ALLOWED
        assert set(found.features) == {
            f"superoffice.{name}" for name in ("server", "online-webservices", "quote", "reporter-studio")
        }
        assert found.valid_until == WARNS_AT
        assert licensing.gate.abilities("anna", STOPS_AT).features["superoffice.quote"] is sl.Outcome.READ_ONLY
        assert found.to_dict()["features"]["superoffice.quote"] == "allowed"
        assert licensing.gate.abilities(person("nobody")).user == "nobody"


class TestClaims:
    def test_are_a_token_until_the_earlier_of_ttl_and_the_next_change(
        self, licensing: sl.Licensing, clock: Clock
    ) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        abilities = licensing.gate.abilities("anna")
        for _ in range(2):
            claims = licensing.gate.claims("anna", ttl=timedelta(minutes=5))
            assert json.loads(json.dumps(claims)) == claims
            assert claims == {
                "sub": "anna",
                "exp": int(START.timestamp()) + 300,
                "clients": {client: str(outcome) for client, outcome in abilities.clients.items()},
                "features": {name: str(outcome) for name, outcome in abilities.features.items()},
            }
            assert type(claims["exp"]) is int
            claims["clients"].clear()
            claims["features"].clear()
        clock.now = WARNS_AT - timedelta(seconds=10)
        assert licensing.gate.claims("anna", ttl=3600)["exp"] == int(WARNS_AT.timestamp())
        assert licensing.gate.claims("anna", 5)["exp"] == int(WARNS_AT.timestamp()) - 5

    def test_follow_what_is_written(self, licensing: sl.Licensing) -> None:
        assert licensing.gate.claims("anna")["clients"]["web"] == "denied"
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.claims("anna")["clients"]["web"] == "allowed"
        assert licensing.gate.claims(person("anna", may_log_in=False))["clients"]["web"] == "denied"
        assert licensing.gate.claims("nobody")["sub"] == "nobody"
        alike = licensing.gate.claims("bo")
        assert licensing.gate.claims("cy") == {**alike, "sub": "cy"}

    @pytest.mark.parametrize("ttl", [0, -1, 1.5, True, "5", timedelta(0), timedelta(milliseconds=1), None])
    def test_hold_for_a_second_or_more(self, licensing: sl.Licensing, ttl: Any) -> None:  # noqa: ANN401 - the test
        for gate in (licensing.gate, licensing.what_if().gate):
            with pytest.raises(sl.InvalidValueError, match="ttl"):
                gate.claims("anna", ttl)


class TestSeats:
    def test_are_idle_by_what_the_host_knows(self, licensing: sl.Licensing) -> None:
        for user in ("anna", "bo", "cy"):
            licensing.seats.assign(user, SALES, by="admin")
        logins = {"anna": START - 90 * DAY, "bo": START - 89 * DAY}
        found = licensing.seats.idle(logins)
        assert [(one.user, one.last_login) for one in found] == [("cy", None), ("anna", START - 90 * DAY)]
        assert found[0].licenses == (sl.LicenseName("superoffice", SALES),)
        assert found[1].to_dict() == {
            "user": "anna",
            "last_login": "2026-08-26T09:00:00Z",
            "licenses": ["superoffice.ten-sales"],
            "text": "anna has not logged in since 26 August 2026 at 09:00 UTC and holds Sales Premium.",
        }
        assert [one.user for one in licensing.seats.idle(logins, after=timedelta(0))] == ["cy", "anna", "bo"]
        assert [one.user for one in licensing.seats.idle(logins, at=START - DAY)] == []

    @pytest.mark.parametrize(
        "wrong", [{"last_login": ["anna"]}, {"last_login": {"anna": None}}, {"after": 5}, {"after": timedelta(-1)}]
    )
    def test_are_not_idle_by_anything_else(self, licensing: sl.Licensing, wrong: dict[str, Any]) -> None:
        with pytest.raises(sl.InvalidValueError):
            licensing.seats.idle(**{"last_login": {}, **wrong})

    def test_are_redundant_where_a_plan_covers_them(self, licensing: sl.Licensing) -> None:
        for license in (SALES, "web", "windows", "visible-for", "user"):
            licensing.seats.assign("anna", license, by="admin")
        found = licensing.seats.redundant()
        assert [(one.holder, one.license.module, one.covered_by) for one in found] == [
            ("anna", "web", (sl.LicenseName("superoffice", SALES),)),
            ("anna", "user", (sl.LicenseName("superoffice", SALES),)),
        ]
        licensing.apply([sl.Release(license=one.license, holder=one.holder) for one in found], by="admin")
        assert licensing.gate.login("anna", WEB)
        assert licensing.seats.redundant() == ()
        assert found[0].to_dict()["covered_by"] == ["superoffice.ten-sales"]

    def test_are_low_by_their_share(self, licensing: sl.Licensing) -> None:
        for user in ("anna", "bo", "cy"):
            licensing.seats.assign(user, SALES, by="admin")
        assert [(one.license.module, one.in_use, one.total, one.free) for one in licensing.seats.low()] == [
            (SALES, 3, 3, 0)
        ]
        assert licensing.seats.low(share=0.1) == licensing.seats.low("0.1") == licensing.seats.low(Decimal("0.1"))
        assert [one.license.module for one in licensing.seats.low(1)][:1] == [SALES]
        assert len(licensing.seats.low(1, hidden=True)) == len(licensing.seats.low(1))
        assert licensing.seats.low()[0].to_dict()["free"] == 0

    @pytest.mark.parametrize("share", ["2", -1, True, None, float("nan"), float("inf"), 1.5])
    def test_are_low_by_a_share_from_0_to_1(self, licensing: sl.Licensing, share: Any) -> None:  # noqa: ANN401 - the test
        with pytest.raises(sl.InvalidValueError, match="share"):
            licensing.seats.low(share)

    def test_have_a_state_on_screens(self, clock: Clock) -> None:
        licensing = furnish(open_licensing(clock=clock), "anna", seats=10, holders={"anna": SALES})
        rows = {row.license: row.state for row in licensing.screens.owner(language="da").user_licenses}
        assert rows["superoffice.windows"] is None
        states = [rows[f"superoffice.{SALES}"]]
        for number in range(2, 11):
            licensing.users.save(person(f"user-{number}"))
            licensing.seats.assign(f"user-{number}", SALES, by="admin")
            rows = {row.license: row.state for row in licensing.screens.owner(language="da").user_licenses}
            states.append(rows[f"superoffice.{SALES}"])
        assert [one and one.code for one in states] == ["available"] * 8 + ["low", "used_up"]
        assert states[-2] is not None
        assert states[-2].text == "Næsten opbrugt"
