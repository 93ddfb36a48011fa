"""What a refusal says whatever is refused: whom it is about, where it stands, and whether another order would do."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import evolve

from superlicense.messages import message
from superlicense.model.change import (
    ActivatePackage,
    Change,
    ChangePlan,
    Refusal,
    Release,
    Retire,
    SaveSite,
    SaveUser,
)
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.site import Site
from superlicense.rules.refusing import subject_of
from superlicense.rules.step import about
from tests.rules.office import Office, activation, assign, hidden, module, package, person, plan, site, system


@pytest.fixture
def office() -> Office:
    """There is one seat of each license, and Anna has a plan."""
    return Office(
        activation(
            package(hidden("user"), plan("ten-sales", "user", quantity=1), module("audience-user"), site("audience", 1))
        ),
        *map(person, ("anna", "bo", "cy")),
        SaveSite(site=Site(id="oslo", name="Oslo")),
        assign("anna", "ten-sales"),
    )


def refusals(office: Office, *changes: Change) -> Sequence[Refusal]:
    applied = office.attempt(*changes)
    assert applied.refusals
    return applied.refusals


NO_SEATS = "No seats left for Sales Premium (superoffice.ten-sales): 1 of 1 are in use."


class TestWhom:
    """Every reason names a user or a site."""

    @pytest.mark.parametrize(
        ("change", "subject"),
        [
            (assign("bo", "ten-sales"), {"holder": "bo"}),
            (assign("oslo", "audience"), {"site": "oslo"}),
            (assign("bo", "missing"), {"holder": "bo"}),
            (Release(license="ten-sales", holder="bo"), {"holder": "bo"}),
            (Release(license="audience", holder="oslo"), {"site": "oslo"}),
            (ChangePlan(license="ten-sales", holder="bo"), {"holder": "bo"}),
            (person("bo"), {"holder": "bo"}),
            (Retire(user="bo"), {"holder": "bo"}),
            (SaveSite(site=Site(id="oslo", name="Oslo")), {"site": "oslo"}),
            (activation(package()), {}),
        ],
    )
    def test_whom_a_change_is_about(self, office: Office, change: Change, subject: dict[str, str]) -> None:
        assert subject_of(office.world, change) == subject

    def test_three_refusals_name_three_users(self, office: Office) -> None:
        found = refusals(office, *(assign(user, "ten-sales") for user in ("bo", "cy", "zoe")))
        assert [(one.place, *one.reasons[-1].params.items())[-2:] for one in found] == [
            (("holder", "bo"), ("place", 0)),
            (("holder", "cy"), ("place", 1)),
            (("holder", "zoe"), ("place", 2)),
        ]
        assert message(found[0].reasons[0]) == f"bo: {NO_SEATS}"
        assert message(found[2].reasons[0]) == "There is no user zoe."

    def test_a_change_alone_has_no_place(self, office: Office) -> None:
        ((reason,),) = [one.reasons for one in refusals(office, assign("bo", "ten-sales"))]
        assert "place" not in reason.params

    def test_a_reason_about_another_holder_keeps_it(self) -> None:
        given = because(ReasonCode.RELEASE_VETOED, license="superoffice.web", holder="anna")
        assert about([given], {"holder": "bo"}) == (given,)
        assert about([given], {"site": "oslo", "place": 1}) == (evolve(given, params={**given.params, "place": 1}),)

    def test_a_site_is_named_in_words(self) -> None:
        reason = because(ReasonCode.NO_SEAT_LEFT, license="superoffice.audience", total=1, in_use=1, site="oslo")
        assert message(reason) == "oslo: No seats left for Audience (superoffice.audience): 1 of 1 are in use."
        unknown = because(ReasonCode.UNKNOWN_SITE, site="oslo")
        assert message(unknown, "da") == "Databasen oslo findes ikke."


class TestReleasesFirst:
    """A batch that is only in the wrong order says so."""

    @pytest.mark.parametrize(
        "release",
        [Release(license="ten-sales", holder="anna"), Retire(user="anna"), person("anna", retired=True)],
    )
    def test_a_seat_that_is_given_up_too_late(self, office: Office, release: Change) -> None:
        (found,) = refusals(office, assign("bo", "ten-sales"), release)
        (reason,) = found.reasons
        assert reason.params["hint"] == "releases_first"
        assert message(reason) == (f"bo: {NO_SEATS} It would succeed with the releases first.")
        assert message(reason, "da").endswith("Det ville lykkes med frigivelserne først.")
        assert not office.attempt(release, assign("bo", "ten-sales")).refusals

    def test_a_smaller_package_before_the_release(self, office: Office) -> None:
        smaller = activation(package(hidden("user"), issue=2))
        (found,) = refusals(office, smaller, Release(license="ten-sales", holder="anna"))
        assert [reason.params.get("hint") for reason in found.reasons] == ["releases_first"]

    @pytest.mark.parametrize(
        "changes",
        [
            [assign("bo", "ten-sales")],
            [assign("bo", "ten-sales"), assign("cy", "audience-user")],
            [assign("bo", "ten-sales"), assign("cy", "ten-sales"), Release(license="ten-sales", holder="anna")],
            [Release(license="audience-user", holder="anna"), assign("bo", "ten-sales")],
        ],
    )
    def test_where_the_order_is_not_to_blame_nothing_is_said(self, office: Office, changes: list[Change]) -> None:
        assert all("hint" not in reason.params for one in refusals(office, *changes) for reason in one.reasons)


BOSS = person("root", administrator=True)


class TestLastAdministrator:
    """Somebody may administer, unless the change that takes the last one is forced."""

    @pytest.mark.parametrize(
        "change",
        [
            Retire(user="root"),
            person("root", administrator=True, retired=True),
            person("root"),
            person("root", administrator=True, may_log_in=False),
        ],
    )
    def test_the_last_one_stays(self, change: SaveUser | Retire) -> None:
        office = Office(BOSS, person("anna"))
        (found,) = refusals(office, change)
        assert found.reasons == (because(ReasonCode.LAST_ADMINISTRATOR, user="root", hint="force", holder="root"),)
        office.do(evolve(change, force=True))

    def test_another_one_is_enough_whatever_the_order(self) -> None:
        other = person("eve", administrator=True)
        Office(BOSS, person("anna")).do(Retire(user="root"), other)
        Office(BOSS, person("anna")).do(other, Retire(user="root"))

    def test_the_change_that_takes_the_last_of_several_is_refused(self) -> None:
        office = Office(BOSS, person("eve", administrator=True))
        (found,) = refusals(office, Retire(user="eve"), person("anna"), Retire(user="root"))
        assert (found.place, found.reasons[0].params["holder"]) == (2, "root")
        office.do(Retire(user="eve"), Retire(user="root", force=True))

    def test_who_may_not_administer_does_not_count(self) -> None:
        idle = [
            person("bo", administrator=True, may_log_in=False),
            person("cy", administrator=True, retired=True),
        ]
        assert refusals(Office(BOSS, *idle), Retire(user="root"))

    def test_where_there_was_nobody_nothing_is_lost(self) -> None:
        Office(person("anna")).do(Retire(user="anna"))
        Office().do(BOSS, Retire(user="root"))

    def test_nor_is_a_tampered_administrator(self) -> None:
        office = Office(BOSS)
        office.world = evolve(office.world, tampered=frozenset({(Table.USERS, "root")}))
        assert not office.attempt(Retire(user="root")).refusals

    def test_what_was_refused_is_not_in_the_world(self) -> None:
        office = Office(BOSS, person("anna"))
        applied = office.attempt(person("bo"), Retire(user="root"), person("cy"))
        assert [row.key for row in applied.rows] == ["bo", "cy"]
        assert not applied.world.users["root"].noun.retired
        assert applied.world.entries == office.world.entries + 2


class TestRehire:
    """Nobody is rehired by accident."""

    def test_a_former_employee_stays_one(self) -> None:
        office = Office(person("anna"), Retire(user="anna"))
        assert office.refuses(person("anna")) == (because(ReasonCode.USER_IS_RETIRED, user="anna", hint="rehire"),)
        office.do(person("anna", retired=True, name="Anna A."))
        office.do(evolve(person("anna"), rehire=True))
        assert office.world.user("anna") == person("anna").user

    def test_it_is_said_beside_a_seat_that_is_missing(self) -> None:
        rows = (system("suite2"), hidden("user"), plan("suite-user", "user", quantity=1))
        office = Office(activation(package(*rows)), person("anna"), Retire(user="anna"), person("bo"))
        assert [reason.code for reason in office.refuses(person("anna"))] == [
            ReasonCode.USER_IS_RETIRED,
            ReasonCode.NO_SEAT_LEFT,
        ]

    def test_a_new_user_needs_no_word(self) -> None:
        Office().do(evolve(person("anna"), rehire=True))


def test_an_activation_names_whom_a_veto_is_about(office: Office) -> None:
    office.do(Release(license="ten-sales", holder="anna"), assign("bo", "ten-sales"))
    asked: ActivatePackage = activation(
        package(hidden("user"), plan("ten-sales", "user"), issue=2),
        releases=[Release(license="ten-sales", holder="bo")],
    )
    vetoes = {("bo", "superoffice.ten-sales"): "has 3 open requests"}
    (refusal,) = office.attempt(asked, vetoes=vetoes).refusals
    assert message(refusal.reasons[0]) == (
        "bo: The license Sales Premium (superoffice.ten-sales) cannot be released now: “has 3 open requests”."
    )
