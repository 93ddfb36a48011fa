"""The FastAPI example on a database, which counts what the gate's part of its work is."""

from __future__ import annotations

import os
from time import process_time_ns, thread_time_ns
from typing import Any

from fastapi import FastAPI
from sqlalchemy import create_engine

import superlicense as sl
from docs.examples.fastapi_app import create_app
from superlicense.adapters.sqlalchemy import SqlStore
from tests.stress.storages import customer

__all__ = ["PREFIX", "URL", "app"]

URL, PREFIX = "SUPERLICENSE_LOAD_URL", "SUPERLICENSE_LOAD_PREFIX"


class GateTime:
    """A hook that adds up the CPU time of the threads that ask the gate.

    Attributes:
        spent: Nanoseconds of each call.
    """

    def __init__(self) -> None:
        self.spent: list[int] = []
        self._began: dict[sl.Call, int] = {}

    def before(self, call: sl.Call) -> None:
        self._began[call] = thread_time_ns()

    def after(self, call: sl.Call, result: object) -> None:
        del result
        self.spent.append(thread_time_ns() - self._began.pop(call))

    def error(self, call: sl.Call, error: BaseException) -> None:
        self.after(call, error)


def app() -> FastAPI:
    """Make the example, with one page more that says what was counted."""
    hook = GateTime()
    store = SqlStore(create_engine(os.environ[URL]), prefix=os.environ[PREFIX])
    example = create_app(sl.Licensing(store, customer(), trust=None, hooks=[hook]))
    began = process_time_ns()

    @example.get("/counted")
    def counted() -> dict[str, Any]:
        return {"calls": len(hook.spent), "gate_ns": sum(hook.spent), "process_ns": process_time_ns() - began}

    return example
