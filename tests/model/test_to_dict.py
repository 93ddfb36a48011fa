"""What the library answers can be returned by any web framework: plain data, with words if they are asked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.errors import RefusedError
from superlicense.model.plain_data import PlainNoun
from superlicense.testing import builders

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def licensing() -> sl.Licensing:
    ours = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S", time_zone="Europe/Copenhagen")
    licensing = sl.Licensing(sl.MemoryStore(), ours, trust=None, clock=lambda: NOW, meters=sl.catalog.meters.STANDARD)
    licensing.packages.adopt_unsigned(builders.package(), by="admin")
    licensing.users.save(sl.User(id="anna", name="Anna Lund", may_log_in=True))
    return licensing


def answers(licensing: sl.Licensing) -> list[PlainNoun | sl.Hypothesis]:
    event = sl.UsageEvent(source="mailer", id="1", meter="mailings", quantity=250, at=NOW)
    receipts = licensing.meters.record([event])
    package = licensing.packages.current()
    assert package is not None
    return [
        licensing.gate.login("anna", sl.Client.WEB),
        licensing.gate.feature("anna", "quote", sl.Access.EDIT),
        licensing.gate.administer("anna"),
        licensing.seats.usage("user"),
        licensing.packages.preview_unsigned(package),
        *receipts,
        *licensing.meters.usage("2026-11"),
        *licensing.meters.projection("2026-11"),
        *licensing.meters.crossings(),
        licensing.meters.statement("2026-11"),
        licensing.limits.check("active_projects", in_use=100),
        licensing.verify_store(),
        *licensing.gate.remedies("anna", sl.Client.WEB),
        *(one.for_user for one in licensing.gate.remedies("anna", sl.Client.WEB)),
        *(one.for_administrator for one in licensing.gate.remedies("anna", sl.Client.WEB)),
        licensing.gate.who(sl.Client.WEB),
        licensing.gate.abilities("anna"),
        *licensing.gate.forecast("anna", sl.Client.WEB, FAR),
        *(one.cause for one in licensing.gate.forecast("anna", sl.Client.WEB, FAR)),
        licensing.gate.explain_change("anna", sl.Client.WEB, NOW),
        licensing.packages.compare(package, evolve(package, licenses=package.licenses[1:])),
        *licensing.seats.idle({}),
        *licensing.seats.redundant(),
        *licensing.seats.low(1),
        licensing.health(),
        licensing.what_if([sl.Assign(license="web", holder="nobody")], [sl.Purchase("partner.maps")]),
        *licensing.packages.dates(FAR),
        *licensing.journal.entries(),
    ]


@pytest.mark.parametrize("language", [None, "en", "da"])
def test_every_answer_is_plain_data(licensing: sl.Licensing, language: str | None) -> None:
    for answer in answers(licensing):
        plain = answer.to_dict(None if language is None else licensing.words(language))
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_a_decision_has_codes_and_if_asked_for_words(licensing: sl.Licensing) -> None:
    decision = licensing.gate.login("anna", sl.Client.WEB)
    plain = decision.to_dict()
    assert (plain["outcome"], plain["allowed"], plain["valid_until"]) == ("denied", False, None)
    assert plain["reasons"][0] == {
        "code": "license_missing",
        "params": {"license": "superoffice.user", "scope": "user"},
    }
    danish = decision.to_dict(licensing.words("da"))["reasons"][0]
    assert danish["text"] == "Brugerlicensen User login (superoffice.user) mangler."
    assert decision.to_dict(sl.message)["reasons"][0]["text"] == sl.message(decision.reasons[0])


def test_a_reason_alone_has_its_words(licensing: sl.Licensing) -> None:
    reason = licensing.gate.login("anna", sl.Client.WEB).reasons[0]
    assert set(reason.to_dict()) == {"code", "params"}
    assert reason.to_dict(sl.message)["text"] == sl.message(reason)


def test_instants_are_to_the_second_in_utc_and_amounts_are_text(licensing: sl.Licensing) -> None:
    licensing.seats.assign("anna", "ten-sales", by="admin")
    assignment = licensing.seats.held_by("anna")[0].to_dict()
    assert (assignment["start"], assignment["license"]) == ("2026-11-24T09:00:00Z", "superoffice.ten-sales")
    statement = licensing.meters.statement("2026-11").to_dict()
    assert {type(line["amount"]) for line in statement["lines"]} == {str}
    assert (statement["month"], statement["closed"]) == ("2026-11", False)


def test_a_preview_says_whether_it_can_be_activated_and_has_no_bytes(licensing: sl.Licensing) -> None:
    package = licensing.packages.current()
    assert package is not None
    plain: dict[str, Any] = licensing.packages.preview_unsigned(package).to_dict()
    assert (plain["can_be_activated"], plain["safe_unattended"], plain["is_new"]) == (True, True, False)
    assert "document" not in plain


def test_an_error_is_its_code_and_its_words() -> None:
    outcome = sl.FetchOutcome(owner="superoffice", error=sl.errors.StoreBusyError("pool"))
    assert outcome.to_dict()["error"] == {"code": "store_busy"}
    assert outcome.to_dict(sl.message)["error"]["text"] == sl.message(sl.errors.StoreBusyError())


def test_a_refusal_is_the_code_of_its_first_reason(licensing: sl.Licensing) -> None:
    with pytest.raises(RefusedError) as refused:
        licensing.seats.assign("nobody", "ten-sales", by="admin")
    outcome = sl.FetchOutcome(owner="superoffice", error=refused.value)
    assert outcome.to_dict()["error"] == {"code": "unknown_user"}
