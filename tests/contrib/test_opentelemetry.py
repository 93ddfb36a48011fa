"""OpenTelemetry: span events, a histogram, and nothing about people; and the example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

import superlicense as sl
from docs.examples import opentelemetry_service
from superlicense.contrib.opentelemetry import TelemetryHook
from superlicense.errors import InvalidValueError, RefusedError
from superlicense.ports import Hook
from tests.contrib.visits import HOLDERS, make_service
from tests.installation import INSTALLATION, Clock


class Telemetry:
    """What was recorded."""

    def __init__(self) -> None:
        self.spans = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader])
        self._traces = TracerProvider()
        self._traces.add_span_processor(SimpleSpanProcessor(self.spans))

    @property
    def tracer(self) -> Tracer:
        return self._traces.get_tracer("tests")

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        spans = self.spans.get_finished_spans()
        return [(event.name, dict(event.attributes or {})) for span in spans for event in span.events]

    def counts(self) -> dict[tuple[str, str], int]:
        data = self.reader.get_metrics_data()
        points = [
            point
            for resource in (data.resource_metrics if data else [])
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if (metric.name, metric.unit) == ("superlicense.call.duration", "us")
            for point in metric.data.data_points
        ]
        found: dict[tuple[str, str], int] = {}
        for point in points:
            attributes = dict(point.attributes or {})
            assert set(attributes) == {"superlicense.call", "superlicense.outcome"}
            key = (str(attributes["superlicense.call"]), str(attributes["superlicense.outcome"]))
            found[key] = getattr(point, "count", 0)
        return found

    def stop(self) -> None:
        self.meters.shutdown()
        self._traces.shutdown()


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    made = Telemetry()
    yield made
    made.stop()


@pytest.fixture
def licensing(telemetry: Telemetry, clock: Clock) -> sl.Licensing:
    return make_service(clock, hooks=[TelemetryHook(telemetry.meters)]).licensing


def test_it_is_a_hook(telemetry: Telemetry) -> None:
    assert isinstance(TelemetryHook(telemetry.meters), Hook)
    assert isinstance(TelemetryHook(), Hook)


def test_a_decision_is_an_event_of_the_current_span(licensing: sl.Licensing, telemetry: Telemetry) -> None:
    with telemetry.tracer.start_as_current_span("GET /"):
        licensing.gate.login("bo", sl.Client.WEB)
        licensing.gate.feature("bo", "quote", sl.Access.EDIT)
    (login, first), (feature, second) = telemetry.events()
    assert (login, feature) == ("superlicense.gate.login", "superlicense.gate.feature")
    duration = first.pop("superlicense.duration_us")
    assert isinstance(duration, int)
    assert first == {
        "superlicense.call": "gate.login",
        "superlicense.outcome": "denied",
        "superlicense.client": "web",
        "superlicense.reasons": ("license_missing", "license_missing", "one_license_of"),
    }
    assert (second["superlicense.feature"], second["superlicense.access"]) == ("quote", "edit")


def test_calls_are_counted_by_their_outcome(licensing: sl.Licensing, telemetry: Telemetry) -> None:
    before = telemetry.counts()
    for user in (*HOLDERS, "bo"):
        licensing.gate.login(user, sl.Client.WEB)
    licensing.gate.holds("bo", "web")
    licensing.gate.holds(HOLDERS[0], "web")
    licensing.seats.release(HOLDERS[0], "ten-sales", by="ada")
    with pytest.raises(RefusedError):
        licensing.seats.assign("nobody", "ten-sales", by="ada")
    with pytest.raises(InvalidValueError):
        licensing.gate.login("bo", "telnet")  # type: ignore[arg-type]  # what is tested
    after = telemetry.counts()
    assert {key: count - before.get(key, 0) for key, count in after.items() if count != before.get(key, 0)} == {
        ("gate.login", "allowed"): 2,
        ("gate.login", "denied"): 1,
        ("gate.login", "invalid_value"): 1,
        ("gate.holds", "yes"): 1,
        ("gate.holds", "no"): 1,
        ("seats.release", "done"): 1,
        ("seats.assign", "refused"): 1,
    }


def test_telemetry_has_nothing_about_people(licensing: sl.Licensing, telemetry: Telemetry) -> None:
    with telemetry.tracer.start_as_current_span("GET /"):
        licensing.gate.login("secret-user", sl.Client.WEB)
        licensing.users.save(sl.User(id="secret-id", name="secret-name", may_log_in=True), by="secret-by")
        licensing.seats.release(HOLDERS[0], "ten-sales", by="secret-by")
        licensing.seats.assign("secret-id", "ten-sales", by="secret-by", comment="secret-comment")
        with pytest.raises(RefusedError):
            licensing.seats.assign("bo", "ten-sales", by="secret-by")
        licensing.gate.remedies("bo", sl.Client.WEB)
    recorded = str(telemetry.events()) + str(telemetry.reader.get_metrics_data())
    assert len(telemetry.events()) >= 5
    assert not [word for word in ("secret", *HOLDERS, "holder", "place", "price", "'bo'") if word in recorded]


def test_an_outage_is_a_code_without_the_words_of_the_driver(telemetry: Telemetry, clock: Clock) -> None:
    service = make_service(clock, hooks=[TelemetryHook(telemetry.meters)])
    service.take_the_store_away()
    with telemetry.tracer.start_as_current_span("GET /"):
        service.licensing.gate.login("bo", sl.Client.WEB)
        service.let_the_grace_pass()
        with pytest.raises(sl.StoreUnavailableError):
            service.licensing.gate.login("bo", sl.Client.WEB)
    (_, stale), (_, down) = telemetry.events()
    assert stale["superlicense.warnings"] == ("facts_not_refreshed",)
    assert down["superlicense.outcome"] == "store_unavailable"
    assert "10.0.0.7" not in str(telemetry.events())


def test_an_error_of_another_family_is_told_by_its_class(telemetry: Telemetry, clock: Clock) -> None:
    hook = TelemetryHook(telemetry.meters)
    call = sl.Call(name="gate.login", writes=False, installation=INSTALLATION, called_at=clock.now)
    hook.error(call, KeyboardInterrupt("secret"))
    assert telemetry.counts() == {("gate.login", "KeyboardInterrupt"): 1}


def test_without_a_span_the_histogram_is_enough(licensing: sl.Licensing, telemetry: Telemetry) -> None:
    licensing.gate.login("bo", sl.Client.WEB)
    assert telemetry.events() == []
    assert telemetry.counts()["gate.login", "denied"] == 1


def test_the_example_traces_a_visit(telemetry: Telemetry) -> None:
    licensing = opentelemetry_service.open_licensing(sl.MemoryStore(), INSTALLATION, telemetry.meters)
    assert not opentelemetry_service.visit(licensing, telemetry.tracer, "anna")
    assert [name for name, _ in telemetry.events()] == ["superlicense.gate.login"]
