"""Measure how far a call travels: the files it enters, and how often it calls into another one.

.. code-block:: console

    .venv/bin/uv run python tools/hops.py

Each call is traced after one like it has been made. A *hop* is a call of a function in another file
of the library than the one that called it; frames of other packages are skipped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import superlicense as sl
from superlicense.testing import START, licensing, package, price_list, user, vendor

SOURCE = f"{Path(sl.__file__).parent}"
SEAL_KEY = bytes(32)
Call = Callable[[], object]


class Trace:
    """The files of the library that a call enters, and its hops between them."""

    def __init__(self) -> None:
        """Begin outside the library."""
        self.files: set[str] = set()
        self.hops = 0

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Note a function of the library that is called, and whether that is a hop."""
        entered = frame.f_code.co_filename
        if event == "call" and entered.startswith(SOURCE):
            self.files.add(entered)
            self.hops += entered != caller_of(frame)


def caller_of(frame: FrameType) -> str:
    """Return the file of the nearest function of the library that *frame* was called from; empty if there is none."""
    caller = frame.f_back
    while caller is not None and not caller.f_code.co_filename.startswith(SOURCE):
        caller = caller.f_back
    return "" if caller is None else caller.f_code.co_filename


def measure(call: Call) -> tuple[int, int]:
    """Return how many files *call* enters, and how many hops it makes between them."""
    trace = Trace()
    sys.setprofile(trace)
    try:
        call()
    finally:
        sys.setprofile(None)
    return len(trace.files), trace.hops


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
