"""OpenFeature: flags that the gate answers, and the example."""

from __future__ import annotations

import asyncio

import pytest
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode, ProviderNotReadyError
from openfeature.flag_evaluation import FlagEvaluationDetails, Reason

import superlicense as sl
from docs.examples import openfeature_flags
from superlicense.contrib.openfeature import LicensingProvider
from superlicense.errors import InvalidValueError
from tests.contrib.visits import Service, make_service
from tests.installation import STOPS_AT, Clock

ANNA = EvaluationContext(targeting_key="anna-holder")
BO = EvaluationContext(targeting_key="bo")


@pytest.fixture
def service(clock: Clock) -> Service:
    return make_service(clock)


@pytest.fixture
def client(service: Service) -> OpenFeatureClient:
    return openfeature_flags.client_of(service.licensing)


def ask(client: OpenFeatureClient, key: str, context: EvaluationContext | None = ANNA) -> FlagEvaluationDetails[bool]:
    return client.get_boolean_details(key, default_value=False, evaluation_context=context)


@pytest.mark.parametrize(
    ("key", "anna", "bo"),
    [("login:web", True, False), ("quote", True, True), ("quote:view", True, True), ("quote:edit", True, False)],
)
def test_a_flag_is_a_question_to_the_gate(client: OpenFeatureClient, key: str, anna: bool, bo: bool) -> None:  # noqa: FBT001
    details = ask(client, key)
    assert (details.value, ask(client, key, BO).value) == (anna, bo)
    assert (details.error_code, details.reason) == (None, Reason.TARGETING_MATCH)


def test_the_variant_is_the_outcome_and_the_metadata_are_codes(client: OpenFeatureClient) -> None:
    details = ask(client, "login:web", BO)
    assert details.variant == "denied"
    assert details.flag_metadata["reasons"] == "license_missing license_missing one_license_of"
    assert details.flag_metadata["valid_until"] == "2027-02-27T00:00:00Z"
    assert "holder" not in str(details)


def test_a_string_is_the_outcome(client: OpenFeatureClient, service: Service) -> None:
    service.clock.now = STOPS_AT
    assert client.get_string_value("login:web", "denied", ANNA) == "read_only"


def test_an_object_is_the_decision(client: OpenFeatureClient, service: Service) -> None:
    decision = service.licensing.gate.login("bo", sl.Client.WEB)
    assert client.get_object_value("login:web", {}, BO) == decision.to_dict()


@pytest.mark.parametrize("key", ["no-such-feature", "login:telnet", "quote:own", "", ":"])
def test_what_is_not_known_is_no_flag(client: OpenFeatureClient, key: str) -> None:
    assert ask(client, key).error_code is ErrorCode.FLAG_NOT_FOUND


@pytest.mark.parametrize("context", [None, EvaluationContext(), EvaluationContext(targeting_key="")])
def test_a_flag_is_about_a_user(client: OpenFeatureClient, context: EvaluationContext | None) -> None:
    assert ask(client, "quote", context).error_code is ErrorCode.TARGETING_KEY_MISSING


def test_no_flag_is_a_number(client: OpenFeatureClient) -> None:
    assert client.get_integer_details("quote", 3, ANNA).error_code is ErrorCode.TYPE_MISMATCH
    assert client.get_float_details("quote", 3, ANNA).error_code is ErrorCode.TYPE_MISMATCH


def test_whom_the_installation_does_not_know_is_denied(client: OpenFeatureClient) -> None:
    details = ask(client, "quote", EvaluationContext(targeting_key="nobody"))
    assert (details.value, details.error_code, details.flag_metadata["reasons"]) == (False, None, "unknown_user")


def test_another_error_is_its_code_and_the_default_counts(
    client: OpenFeatureClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise InvalidValueError("user", "secret", "must be a string")

    monkeypatch.setattr("superlicense.licensing.gate.Gate.feature", fail)
    details = ask(client, "quote")
    assert (details.value, details.error_code, details.error_message) == (False, ErrorCode.GENERAL, "invalid_value")


def test_while_the_store_is_down_flags_are_stale_and_then_the_default_counts(
    client: OpenFeatureClient, service: Service
) -> None:
    service.take_the_store_away()
    details = ask(client, "login:web")
    assert (details.value, details.reason) == (True, Reason.STALE)
    assert details.flag_metadata["warnings"] == "facts_not_refreshed"
    service.let_the_grace_pass()
    details = ask(client, "login:web")
    assert (details.value, details.error_code) == (False, ErrorCode.PROVIDER_NOT_READY)
    assert "10.0.0.7" not in str(details)


def test_a_provider_is_not_ready_where_no_question_is_answered(service: Service) -> None:
    service.take_the_store_away()
    service.let_the_grace_pass()
    with pytest.raises(sl.StoreUnavailableError):
        service.licensing.gate.login("bo", sl.Client.WEB)
    with pytest.raises(ProviderNotReadyError):
        LicensingProvider(service.licensing).initialize(EvaluationContext())


def test_awaited_flags_are_the_same(client: OpenFeatureClient, service: Service) -> None:
    async def everything() -> tuple[object, ...]:
        return (
            await client.get_boolean_value_async("login:web", default_value=False, evaluation_context=ANNA),
            await client.get_string_value_async("login:web", "", BO),
            await client.get_object_value_async("quote", {}, BO),
        )

    decision = service.licensing.gate.feature("bo", "quote")
    assert asyncio.run(everything()) == (True, "denied", decision.to_dict())


def test_the_example_shows_each_visitor_their_page(client: OpenFeatureClient, service: Service) -> None:
    assert openfeature_flags.page_for(client, "anna-holder") == ["quotes", "edit quotes"]
    assert openfeature_flags.page_for(client, "bo") == ["no access"]
    service.take_the_store_away()  # the last known facts count, and then the defaults
    assert openfeature_flags.page_for(client, "anna-holder") == ["quotes", "edit quotes"]
    service.let_the_grace_pass()
    assert openfeature_flags.page_for(client, "anna-holder") == ["no access"]
    service.store.error = None
    service.clock.now = STOPS_AT
    assert openfeature_flags.page_for(client, "anna-holder") == ["read-only", "quotes"]
