"""Plain data: nouns and rows of screens as JSON has them, for programs that read what we write.

Rule 1: a field has its own name, a code stays a code, and order is kept; sets
are sorted.

Rule 2: an error is its code. Words come from a function that is handed in,
because this floor knows no language.

Rule 3: instants have the form of documents unless another is asked for, dates
are ``YYYY-MM-DD`` and months ``YYYY-MM``. Decimal numbers are strings, so that
nothing is lost. Bytes are left out of nouns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Final

from attrs import field, fields, frozen, has

from superlicense.errors import SuperlicenseError
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.instants import document_instant
from superlicense.model.month import Month

__all__ = ["Phrase", "PlainNoun", "Words", "plain_data", "worded"]

Words = Callable[[Any], object]
"""Returns the text of a reason, an error or a phrase: `sl.message`, or the `Localizer` of `Licensing.words`.

It is called with one argument that has a ``code``, and what it returns is written as a string.
"""

_PLAIN: Final = frozenset({type(None), bool, int, str})


def _frozen(params: Mapping[str, Any]) -> FrozenMap[Any]:
    return FrozenMap(params)


@frozen(kw_only=True)
class Phrase:
    """A code with parameters that stands for a text and is not a reason.

    Attributes:
        code: An enum member, or the name of a label.
        params: Values for its placeholders.
    """

    code: str
    params: FrozenMap[Any] = field(factory=dict, converter=_frozen)


def _nothing(value: object) -> Mapping[str, object]:
    del value
    return {}


def plain_data(
    value: object,
    *,
    extra: Callable[[object], Mapping[str, object]] = _nothing,
    instant: Callable[[datetime], str] = document_instant,
) -> Any:  # noqa: ANN401 - what JSON holds
    """Return *value* as objects, lists, strings, integers, truth values and `None`.

    >>> from superlicense.model.user import User
    >>> plain_data({"user": User(id="anna", groups=("sales",))})["user"]["groups"]
    ['sales']

    Args:
        value: A noun, a row of a screen, or a collection of such.
        extra: Returns fields to add to those of a noun, such as its words.
        instant: Writes instants.
    """

    def plain(one: Any) -> Any:  # noqa: ANN401 - as above
        kind: Any = type(one)  # a class is hashable, whatever its metaclass says
        if kind in _PLAIN:
            return one
        names = _names(kind)
        if names is not None:
            held = {name: plain(value) for name in names if not isinstance(value := getattr(one, name), bytes)}
            return {**held, **extra(one)}
        if isinstance(one, SuperlicenseError):
            return {"code": one.code, **extra(one)}
        if isinstance(one, Mapping):
            return {str(key): plain(item) for key, item in one.items()}
        if isinstance(one, Iterable) and not isinstance(one, str):
            return [plain(item) for item in (sorted(one) if isinstance(one, frozenset) else one)]
        return _text(one, instant)

    return plain(value)


def worded(words: Words | None) -> Callable[[object], Mapping[str, object]]:
    """Return what adds the text of each reason and each error to its code; nothing without *words*.

    A noun whose text is made of more than itself has a method ``in_words``.
    """

    def text_of(one: object) -> Mapping[str, object]:
        in_words = getattr(type(one), "in_words", None)
        if words is not None and in_words is not None:
            return {"text": str(in_words(one, words))}
        has_words = isinstance(one, SuperlicenseError) or getattr(type(one), "has_words", False)
        return {"text": str(words(one))} if words is not None and has_words else {}

    return text_of


class PlainNoun:
    """A noun that can be written as plain data.

    Attributes:
        has_words: Whether *words* has a text for the noun itself.
        derived_names: Properties that are written beside the fields.
    """

    __slots__ = ()

    has_words: ClassVar[bool] = False
    derived_names: ClassVar[tuple[str, ...]] = ()

    def to_dict(self, words: Words | None = None) -> dict[str, Any]:
        """Return plain data for JSON.

        Args:
            words: Returns the text of a reason or an error, which is written beside
                its code: `sl.message`, or ``licensing.words("da")``. `None` writes
                codes only.

        Returns:
            A new dict of strings, integers, truth values, `None`, lists and dicts.
            Instants are ``2026-11-28T18:40:00Z``, amounts are strings.
        """
        data: dict[str, Any] = plain_data(self, extra=worded(words))
        return data


def _text(value: object, instant: Callable[[datetime], str]) -> str:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@cache
def _names(kind: type[object]) -> tuple[str, ...] | None:
    """Return the fields of a noun with what is derived from them, or of a dataclass; `None` for any other class."""
    if kind is Month:
        return None
    if has(kind):
        held = (one.name for one in fields(kind) if one.metadata.get("is_data", True))
        return (*held, *getattr(kind, "derived_names", ()))
    return tuple(kind.__dataclass_fields__) if hasattr(kind, "__dataclass_fields__") else None
