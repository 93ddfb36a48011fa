"""Traces and metrics of licensing with OpenTelemetry.

python docs/examples/opentelemetry_service.py
"""

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.trace import Tracer

import superlicense as sl
from superlicense.contrib.opentelemetry import TelemetryHook


def open_licensing(store: sl.Store, installation: sl.Installation, meters: MeterProvider) -> sl.Licensing:
    """Open an installation whose calls are measured by *meters*."""
    return sl.Licensing(store, installation, trust=None, hooks=[TelemetryHook(meters)])


def visit(licensing: sl.Licensing, tracer: Tracer, user: str) -> bool:
    """Serve one request in a span of its own, and return whether the login was granted."""
    with tracer.start_as_current_span("GET /"):
        return licensing.gate.login(user, sl.Client.WEB).allowed


if __name__ == "__main__":
    from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    measured = MeterProvider([PeriodicExportingMetricReader(ConsoleMetricExporter())])
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    ours = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    visit(open_licensing(sl.MemoryStore(), ours, measured), traces.get_tracer("crm"), "anna")
    measured.shutdown()
