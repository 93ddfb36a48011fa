"""Hooks: what a host may listen with."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from superlicense.model.call import Call

__all__ = ["Hook"]


@runtime_checkable
class Hook(Protocol):
    """Whoever wants to be told of decisions and commands: metrics, an audit, traces.

    Hooks are told in the thread of the call and outside the transaction, in
    their order before, in the opposite order after. What they do changes no
    answer: an error that they raise is logged. `InvalidValueError` and other
    mistakes of the caller are errors, a "no" of the gate is an answer.
    """

    def before(self, call: Call) -> None:
        """Take note of *call* before anything else happens."""

    def after(self, call: Call, result: object) -> None:
        """Take note of what *call* gave: a `Decision`, a bool, or what its command returns."""

    def error(self, call: Call, error: BaseException) -> None:
        """Take note that *call* raised *error*, which goes on to the caller: `RefusedError` for a refused command."""
