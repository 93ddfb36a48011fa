"""What a scenario asks, and what it expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from attrs import frozen

from superlicense.errors import InvalidValueError
from superlicense.model.decision import Access, Client
from superlicense.scenarios.steps import Activate, Packages, Step, read_activation, read_step
from superlicense.scenarios.tables import Table

__all__ = [
    "Administer",
    "Feature",
    "HasSystem",
    "Holds",
    "Login",
    "Preview",
    "Question",
    "Try",
    "Usage",
    "read_expected",
    "read_question",
]


@frozen(kw_only=True)
class Login:
    """May *user* enter with *client*?"""

    user: str
    client: Client
    at: datetime | None = None
    open_sessions: int | None = None


@frozen(kw_only=True)
class Feature:
    """May *user* go as far as *access* with *feature*?"""

    user: str
    feature: str
    access: Access = Access.VIEW
    at: datetime | None = None


@frozen(kw_only=True)
class Administer:
    """May *user* reach activation and repair?"""

    user: str
    at: datetime | None = None


@frozen(kw_only=True)
class Holds:
    """Is *user* granted the user license *license*?"""

    user: str
    license: str
    at: datetime | None = None


@frozen(kw_only=True)
class HasSystem:
    """Is the installation granted the system license *license*?"""

    license: str
    at: datetime | None = None


@frozen(kw_only=True)
class Usage:
    """How many of *license* are in use, and by whom?"""

    license: str
    at: datetime | None = None


@frozen(kw_only=True)
class Try:
    """Is *step* carried out, or why not?"""

    step: Step


@frozen(kw_only=True)
class Preview:
    """What would *activation* do?"""

    activation: Activate


Question = Login | Feature | Administer | Holds | HasSystem | Usage | Try | Preview


def _login(ask: Table, _packages: Packages) -> Question:
    client = ask.required("client", ask.member("client", Client))
    return ask.build(
        Login, user=ask.text("login"), client=client, at=ask.instant("at"), open_sessions=ask.number("open_sessions")
    )


def _feature(ask: Table, _packages: Packages) -> Question:
    user = ask.required("user", ask.text("user"))
    return ask.build(
        Feature, user=user, feature=ask.text("feature"), access=ask.member("access", Access), at=ask.instant("at")
    )


def _administer(ask: Table, _packages: Packages) -> Question:
    return ask.build(Administer, user=ask.text("administer"), at=ask.instant("at"))


def _holds(ask: Table, _packages: Packages) -> Question:
    user = ask.required("user", ask.text("user"))
    return ask.build(Holds, user=user, license=ask.text("holds"), at=ask.instant("at"))


def _has_system(ask: Table, _packages: Packages) -> Question:
    return ask.build(HasSystem, license=ask.text("has_system"), at=ask.instant("at"))


def _usage(ask: Table, _packages: Packages) -> Question:
    return ask.build(Usage, license=ask.text("usage"), at=ask.instant("at"))


def _try(ask: Table, packages: Packages) -> Question:
    step = read_step(ask.required("try", ask.table("try")), packages)
    return ask.build(Try, step=step)


def _preview(ask: Table, packages: Packages) -> Question:
    return Preview(activation=read_activation(ask, packages, "preview"))


_QUESTIONS: Final[Mapping[str, Callable[[Table, Packages], Question]]] = MappingProxyType(
    {
        "login": _login,
        "feature": _feature,
        "administer": _administer,
        "holds": _holds,
        "has_system": _has_system,
        "usage": _usage,
        "try": _try,
        "preview": _preview,
    }
)

_DECISION: Final = frozenset({"outcome", "allowed", "reasons", "warnings", "notices", "valid_until", "rule_set"})
# What may be expected of the answer to each kind of question.
_EXPECTED: Final[Mapping[type, frozenset[str]]] = MappingProxyType(
    {
        Login: _DECISION,
        Feature: _DECISION,
        Administer: _DECISION,
        Holds: frozenset({"answer"}),
        HasSystem: frozenset({"answer"}),
        Usage: frozenset({"in_use", "total", "free", "holders", "refused"}),
        Try: frozenset({"done", "refused"}),
        Preview: frozenset(
            {"can_be_activated", "safe_unattended", "is_new", "blockers", "gained", "lost", "numbers", "refused"}
            | {"loses_login", "proposed_moves", "proposed_releases"}
        ),
    }
)


def read_question(ask: Table, packages: Packages) -> Question:
    """Read what is asked.

    Raises:
        InvalidValueError: it is not a question, or a field is invalid.
    """
    for kind, read in _QUESTIONS.items():
        if kind in ask:
            return read(ask, packages)
    raise InvalidValueError(ask.path, None, f"must have one of {', '.join(_QUESTIONS)}")


def read_expected(expect: Table, question: Question) -> dict[str, object]:
    """Read what is expected of the answer to *question*.

    Raises:
        InvalidValueError: nothing is, or something that such an answer does not have.
    """
    known = _EXPECTED[type(question)]
    expected = expect.rest()
    for name, value in expected.items():
        if name not in known:
            raise InvalidValueError(expect.at(name), value, f"must be one of {', '.join(sorted(known))}")
    if not expected:
        raise InvalidValueError(expect.path, None, "must expect something")
    return expected
