"""Settings: what a host opens an installation with, checked before anything is read.

Rule 1: an argument of a wrong type is an `InvalidValueError` that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import Parameter, signature
from typing import TypeVar

from superlicense.errors import InvalidValueError
from superlicense.model.policy import Policy
from superlicense.model.site import Installation

__all__ = ["check_callable", "check_store", "checked_installation", "checked_policy", "parameters_of", "several"]

T = TypeVar("T")


def check_store(store: object) -> None:
    """Require that *store* can be read; what else a store of a host can do is its business until it is asked.

    >>> check_store("licenses.db")
    Traceback (most recent call last):
    ...
    superlicense.errors.values.InvalidValueError: store: must be a store, got 'str'

    Raises:
        InvalidValueError: it cannot, or it is a class.
    """
    if isinstance(store, type) or not callable(getattr(store, "reading", None)):
        # Its type alone: the URL of a database has a password.
        found = store.__name__ if isinstance(store, type) else type(store).__name__
        raise InvalidValueError("store", found, "must be a store")


def check_callable(path: str, value: object) -> None:
    """Require that *value* can be called.

    Raises:
        InvalidValueError: it cannot.
    """
    if not callable(value):
        raise InvalidValueError(path, value, "must be callable")


def parameters_of(path: str, value: object) -> Mapping[str, Parameter]:
    """Return the parameters of a function of the host; none of one that does not tell them.

    Raises:
        InvalidValueError: it cannot be called.
    """
    if not callable(value):
        raise InvalidValueError(path, value, "must be callable")
    try:
        return signature(value).parameters
    except ValueError:
        return {}  # it is written in C


def checked_installation(installation: object) -> Installation:
    """Return *installation*.

    Raises:
        InvalidValueError: it is not one.
    """
    if not isinstance(installation, Installation):
        raise InvalidValueError("installation", installation, "must be an Installation")
    return installation


def checked_policy(policy: object) -> Policy:
    """Return *policy*, the default one if it is `None`.

    Raises:
        InvalidValueError: it is not one.
    """
    chosen = Policy() if policy is None else policy
    if not isinstance(chosen, Policy):
        raise InvalidValueError("policy", policy, "must be a Policy")
    return chosen


def several(path: str, values: Iterable[T]) -> tuple[T, ...]:
    """Return *values* as a tuple.

    Raises:
        InvalidValueError: they cannot be iterated over.
    """
    if isinstance(values, type) or not isinstance(values, Iterable):
        raise InvalidValueError(path, values, "must be iterable")
    return tuple(values)
