"""Bringing users in line with a directory: what is saved, what is lost, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from superlicense.model.change import Retire, SaveUser
from superlicense.model.decision import RuleSet
from superlicense.model.policy import Policy
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.user import SaveReceipt, SaveStatus, User, UserType
from superlicense.rules.synchronizing import Synchronization, loss_refusals, receipts, sync_changes
from tests.for_each import for_each
from tests.rules import tables
from tests.rules.office import Office, activation, hidden, package, person, plan, system

_, LOSSES = tables.read("losses.toml")


def card(user_id: str, **fields: Any) -> User:  # noqa: ANN401 - fields of the noun
    return person(user_id, **fields).user


def asking(*users: User, **choices: bool) -> Synchronization:
    return Synchronization(wanted={user.id: user for user in users}, **choices)


def synchronize(office: Office, asked: Synchronization) -> list[tuple[str, str]]:
    """Synchronize, and return whom the receipts are about."""
    before = office.world
    applied = office.do(*sync_changes(before, asked))
    return [(one.user.id, str(one.status)) for one in receipts(before, applied, asked)]


@for_each("case", LOSSES, ids=[case["it"] for case in LOSSES])
def test_how_many_may_be_lost(case: dict[str, Any]) -> None:
    users = [f"user{number}" for number in range(case["users"])]
    others = [person(f"other{number}", may_log_in=False) for number in range(case.get("others", 0))]
    office = Office(*map(person, users), *others, policy=Policy(retire_limit=case.get("limit", "0.2")))
    locked = case.get("locked", 0)
    wanted = [card(user, may_log_in=place >= locked) for place, user in enumerate(users[: case["kept"]])]
    asked = asking(*wanted, retire_missing=case.get("retire_missing", True))
    found = list(loss_refusals(office.world, asked, case.get("expect_losses")))
    expected = []
    if "refused" in case:
        losses, total = case["refused"]
        expected = [because(ReasonCode.TOO_MANY_LOSSES, losses=losses, users=total, hint="expect_losses")]
    assert found == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"may_log_in": False},
        {"retired": True},
        {"awaiting_approval": True},
        {"type": UserType.RESOURCE},
        {"type": UserType.DATABASE_ONLY},
    ],
)
def test_what_takes_the_login_is_a_loss(fields: dict[str, Any]) -> None:
    office = Office(person("anna"))
    (reason,) = loss_refusals(office.world, asking(card("anna", **fields)), None)
    assert reason.params["losses"] == 1


def test_each_receipt_says_what_was_done() -> None:
    office = Office(*map(person, ("anna", "bo", "cy", "dora", "eve")), Retire(user="dora"), Retire(user="eve"))
    asked = asking(card("anna"), card("bo", name="Bo Bech"), card("dora"), card("flo"), retire_missing=True)
    assert synchronize(office, asked) == [
        ("cy", "retired"),
        ("bo", "updated"),
        ("flo", "created"),
        ("dora", "still_retired"),
    ]
    assert office.world.users["dora"].noun.retired
    assert synchronize(office, asked) == [("dora", "still_retired")]
    assert synchronize(office, evolve(asked, rehire=True)) == [("dora", "rehired")]
    assert synchronize(office, evolve(asked, rehire=True)) == []


def test_a_former_employee_who_is_listed_as_one_is_saved_like_others() -> None:
    office = Office(person("dora"), Retire(user="dora"))
    assert synchronize(office, asking(card("dora", retired=True, name="Dora D."))) == [("dora", "updated")]


def test_a_receipt_holds_the_user_as_stored() -> None:
    office = Office(person("dora"), Retire(user="dora"))
    before, asked = office.world, asking(card("dora", name="Dora D."))
    (receipt,) = receipts(before, office.do(*sync_changes(before, asked)), asked)
    assert receipt == SaveReceipt(user=card("dora", retired=True), status=SaveStatus.STILL_RETIRED)


def test_a_tampered_record_is_saved_again() -> None:
    office = Office(person("anna"))
    office.world = evolve(office.world, tampered=frozenset({(Table.USERS, "anna")}))
    assert [*sync_changes(office.world, asking(card("anna")))] == [SaveUser(user=card("anna"))]


def test_everybody_gets_the_seats_that_another_rule_set_kept_back() -> None:
    rows = (system("suite2"), hidden("user"), plan("suite-user", "user"))
    office = Office(
        activation(package(*rows)),
        person("anna"),
        person("bo", may_log_in=False),
        policy=Policy(rule_set=RuleSet.MODULE_BASED),
    )
    asked = asking(card("anna"), card("bo", may_log_in=False))
    assert synchronize(office, asked) == []
    office.world = evolve(office.world, policy=Policy())
    assert synchronize(office, asked) == [("anna", "updated")]
    assert office.holdings() == {"anna": ["suite-user"]}
    assert synchronize(office, asked) == []


def test_who_gives_up_a_seat_comes_before_who_needs_one() -> None:
    rows = (system("suite2"), hidden("user"), plan("suite-user", "user", quantity=2))
    office = Office(activation(package(*rows)), person("anna"), person("bo"))
    asked = asking(card("cy"), card("dora"), card("bo", may_log_in=False), retire_missing=True)
    assert synchronize(office, asked) == [
        ("anna", "retired"),
        ("bo", "updated"),
        ("cy", "created"),
        ("dora", "created"),
    ]


def test_the_choices_of_the_caller_are_those_of_every_change() -> None:
    office = Office(person("anna"), person("bo"), Retire(user="bo"))
    asked = asking(card("bo"), retire_missing=True, rehire=True, force=True)
    assert [*sync_changes(office.world, asked)] == [
        Retire(user="anna", force=True),
        SaveUser(user=card("bo"), force=True, rehire=True),
    ]
