"""Hooks: the host is called before and after every decision and every command.

Rule 1: a hook never changes an answer. An error that it raises is logged, and
the next hook is called all the same.

Rule 2: hooks are called outside the transaction: before a command takes the
lock, and after it has released it. Only a transaction of the host is around them.

Rule 3: every command is logged, with hooks and without: its author and its
outcome, in codes that no text from outside can forge.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, MutableSequence, MutableSet
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from superlicense.errors import InvalidValueError, RefusedError, SuperlicenseError
from superlicense.licensing.clock import from_nanoseconds
from superlicense.licensing.settings import several
from superlicense.logs import logger
from superlicense.model.call import Call
from superlicense.ports import Hook

if TYPE_CHECKING:
    from superlicense.licensing.engine.engine import Engine

__all__ = ["audited", "checked_hooks"]

_log: Final = logger("hooks")
_commands: Final = logger("commands")

P = ParamSpec("P")
R = TypeVar("R")


class _Audited(Protocol):
    """A part of the facade, on one engine."""

    _engine: Engine


S = TypeVar("S", bound=_Audited)
Method = Callable[Concatenate[S, P], R]


def checked_hooks(hooks: Iterable[Hook]) -> tuple[Hook, ...]:
    """Return *hooks* in their order.

    Raises:
        InvalidValueError: they cannot be iterated over, or one of them lacks
            ``before``, ``after`` or ``error``.
    """
    every = several("hooks", hooks)
    for place, hook in enumerate(every):
        if not isinstance(hook, Hook):
            raise InvalidValueError(f"hooks[{place}]", hook, "must have before, after and error")
    return every


def audited(name: str, *, writes: bool = False) -> Callable[[Method[S, P, R]], Method[S, P, R]]:
    """Return a decorator that calls the hooks before and after each call of a method.

    Args:
        name: The name of the method in every `Call`.
        writes: Whether it is a command, which is logged, too.
    """

    def decorate(method: Method[S, P, R]) -> Method[S, P, R]:
        carry_out = _logged(name, method) if writes else method

        @wraps(method)
        def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not self._engine.hooks:
                return carry_out(self, *args, **kwargs)
            bound = _signature(method).bind(self, *args, **kwargs)
            bound.apply_defaults()
            for argument, value in bound.arguments.items():
                bound.arguments[argument] = _settled(value)
            call = _call(name, self._engine, bound.arguments, writes=writes)
            return _around(call, self._engine.hooks, lambda: carry_out(*bound.args, **bound.kwargs))

        return run

    return decorate


def _logged(name: str, method: Method[S, P, R]) -> Method[S, P, R]:
    """Make a command log its outcome."""

    def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        by = kwargs.get("by", "host")
        try:
            result = method(self, *args, **kwargs)
        except RefusedError as refused:
            _commands.info("%s by %s: refused: %s", name, by, ", ".join(reason.code for reason in refused.reasons))
            raise
        except InvalidValueError:
            raise  # a mistake of the caller, perhaps in its author
        except SuperlicenseError as error:
            _commands.warning("%s by %s: failed: %s", name, by, error.code)
            raise
        _commands.info("%s by %s: done", name, by)
        return result

    return run


def _around(call: Call, hooks: tuple[Hook, ...], carry_out: Callable[[], R]) -> R:
    """Call *hooks* before and after *call* is carried out."""
    for hook in hooks:
        _notify(hook.before, call)
    try:
        result = carry_out()
    except BaseException as error:
        for hook in reversed(hooks):
            _notify(hook.error, call, error)
        raise
    for hook in reversed(hooks):
        _notify(hook.after, call, result)
    return result


@cache
def _signature(method: Callable[..., object]) -> inspect.Signature:
    return inspect.signature(method)


def _settled(value: object) -> object:
    """Return *value* in a form that a hook can read without consuming or changing it."""
    return tuple(value) if isinstance(value, Iterator | MutableSequence | MutableSet) else value


def _call(name: str, engine: Engine, arguments: dict[str, Any], *, writes: bool) -> Call:
    _, *given = arguments.items()
    return Call(
        name=name,
        writes=writes,
        installation=engine.installation,
        arguments={argument: value for argument, value in given if argument not in {"at", "by"}},
        by=arguments.get("by", ""),
        at=arguments.get("at"),
        called_at=from_nanoseconds(engine.clock.ticks()),
    )


def _notify(hook: Callable[..., None], *what: object) -> None:
    try:
        hook(*what)
    except Exception:  # noqa: BLE001 - a hook may raise anything, and must not change an answer
        _log.exception("a hook failed: %r", hook)
