"""Hooks: how a host observes decisions and commands."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from superlicense.model.call import Call

__all__ = ["Hook"]


@runtime_checkable
class Hook(Protocol):
    """An observer of decisions and commands: metrics, an audit, traces.

    Hooks are called in the thread of the call and outside the transaction, in
    their order before, in the opposite order after. They cannot change an
    answer: an error that they raise is logged. `InvalidValueError` and other
    mistakes of the caller are errors, a "no" of the gate is an answer.
    """

    def before(self, call: Call) -> None:
        """Observe *call* before anything else happens."""

    def after(self, call: Call, result: object) -> None:
        """Observe the result of *call*: a `Decision`, a bool, or what its command returns."""

    def error(self, call: Call, error: BaseException) -> None:
        """Observe that *call* raised *error*, which is raised to the caller: `RefusedError` for a refused command."""
