"""Measure how far a call travels: the files it enters, and how often execution moves to another file.

.. code-block:: console

    .venv/bin/uv run python tools/hops.py

Each call is traced after one like it has been made. A *hop* is a call into, or a return to, another
file of the library; frames of other packages do not count.
"""
# ruff: noqa: INP001  # a command, run by its path

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import superlicense as sl
from superlicense.testing import START, licensing, package, price_list, user, vendor

SOURCE = Path(sl.__file__).parent
SEAL_KEY = bytes(32)
Call = Callable[[], object]


class Trace:
    """The files of the library that execution was in, one after the other."""

    def __init__(self) -> None:
        """Begin outside the library."""
        self.files: list[str] = []

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Note the file of the function that is called or returned to."""
        current = {"call": frame, "return": frame.f_back}.get(event)
        name = "" if current is None else current.f_code.co_filename
        if name.startswith(f"{SOURCE}") and self.files[-1:] != [name]:
            self.files.append(name)


def measure(call: Call) -> tuple[int, int]:
    """Return how many files *call* enters, and how many hops it makes between them."""
    trace = Trace()
    sys.setprofile(trace)
    try:
        call()
    finally:
        sys.setprofile(None)
    return len(set(trace.files)), len(trace.files) - 1


def calls(seal_key: bytes | None) -> Iterator[tuple[str, Call, Call]]:
    """Yield the calls to trace by name, each after the one that prepares it."""
    acme = vendor()
    ours = licensing(vendor=acme, users=[user("anna"), user("bo"), user("cy")], seal_key=seal_key)
    gate, seats, meters, packages = ours.gate, ours.seats, ours.meters, ours.packages
    yield (
        "seats.assign",
        lambda: seats.assign("anna", "ten-sales", by="admin"),
        lambda: seats.assign("bo", "ten-sales", by="admin"),
    )
    yield "gate.login", lambda: gate.login("anna", sl.Client.WEB), lambda: gate.login("anna", sl.Client.WEB)
    events = [
        sl.UsageEvent(source="mailer", id=id_, meter="mailings", quantity=1, at=START) for id_ in ("first", "second")
    ]
    yield "meters.record", lambda: meters.record(events[:1]), lambda: meters.record(events[1:])
    document = acme.issue(package(licenses=price_list(20)))
    yield "packages.preview", lambda: packages.preview(document), lambda: packages.preview(document)


def main() -> None:
    """Print a table of all calls, without and with a seal key."""
    print(f"{'':18}{'unsealed':>14}{'sealed':>14}")
    print(f"{'':18}{'files':>7}{'hops':>7}{'files':>7}{'hops':>7}")
    found: dict[str, list[int]] = {}
    for seal_key in (None, SEAL_KEY):
        for name, prepare, call in calls(seal_key):
            prepare()
            found.setdefault(name, []).extend(measure(call))
    for name, numbers in found.items():
        print(f"{name:18}" + "".join(f"{number:7}" for number in numbers))


if __name__ == "__main__":
    main()
