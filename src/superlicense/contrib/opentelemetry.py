"""OpenTelemetry: a hook with span events and a histogram (extra ``opentelemetry``).

Rule 1: telemetry has codes, clients and features. It has no ids of users, no holders, places,
prices, comments or texts of errors.

Rule 2: a call adds an event to the span that is current, and opens none of its own: a decision
takes microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter_ns
from typing import Final

from opentelemetry import metrics, trace

from superlicense.errors import RefusedError, SuperlicenseError
from superlicense.model.call import Call
from superlicense.model.decision import Access, Client, Decision

__all__ = ["TelemetryHook"]

_NAME: Final = "superlicense"
_DURATION: Final = "superlicense.call.duration"
_MICROSECOND: Final = 1_000  # nanoseconds

# The arguments that say what was asked, and about nobody.
_SHOWN: Final = {"client": Client, "access": Access, "feature": str}
_LONGEST: Final = 64


class TelemetryHook:
    """A hook for ``Licensing(hooks=[TelemetryHook()])``.

    Every decision and command is an event ``superlicense.gate.login``, … of the
    current span, and a value of the histogram ``superlicense.call.duration`` in
    microseconds, with the attributes ``superlicense.call`` and ``superlicense.outcome``.
    """

    def __init__(self, meter_provider: metrics.MeterProvider | None = None) -> None:
        """Record with *meter_provider*, by default the global one."""
        meter = metrics.get_meter(_NAME, meter_provider=meter_provider)
        self._duration = meter.create_histogram(
            _DURATION, unit="us", description="How long a decision or a command takes."
        )
        self._started: dict[Call, int] = {}

    def before(self, call: Call) -> None:
        """Note when *call* began."""
        self._started[call] = perf_counter_ns()

    def after(self, call: Call, result: object) -> None:
        """Record the outcome of *call*."""
        if isinstance(result, Decision):
            reasons = [str(reason.code) for reason in result.reasons]
            self._record(call, result.outcome.value, reasons, [str(warning.code) for warning in result.warnings])
        elif isinstance(result, bool):
            self._record(call, "yes" if result else "no")
        else:
            self._record(call, "done")

    def error(self, call: Call, error: BaseException) -> None:
        """Record the code of *error*, and the codes of its reasons."""
        if isinstance(error, RefusedError):
            self._record(call, "refused", [str(reason.code) for reason in error.reasons])
        elif isinstance(error, SuperlicenseError):
            self._record(call, error.code)
        else:
            self._record(call, type(error).__name__)

    def _record(self, call: Call, outcome: str, reasons: Sequence[str] = (), warnings: Sequence[str] = ()) -> None:
        ended = perf_counter_ns()
        duration = (ended - self._started.pop(call, ended)) // _MICROSECOND
        common = {"superlicense.call": call.name, "superlicense.outcome": outcome}
        self._duration.record(duration, common)
        span = trace.get_current_span()
        if not span.is_recording():
            return
        attributes: dict[str, str | Sequence[str] | int] = {**common, "superlicense.duration_us": duration}
        for name, kind in _SHOWN.items():
            value = call.arguments.get(name)
            if isinstance(value, kind):
                attributes[f"superlicense.{name}"] = str(value)[:_LONGEST]
        if reasons:
            attributes["superlicense.reasons"] = reasons
        if warnings:
            attributes["superlicense.warnings"] = warnings
        span.add_event(f"superlicense.{call.name}", attributes)
