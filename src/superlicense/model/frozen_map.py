"""An immutable, hashable mapping for the fields of nouns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar, overload

__all__ = ["FrozenMap"]


V_co = TypeVar("V_co", covariant=True)
D = TypeVar("D")


class FrozenMap(Mapping[str, V_co], Generic[V_co]):
    """An immutable mapping of strings to immutable values, in insertion order.

    >>> FrozenMap({"license": "superoffice.web"})["license"]
    'superoffice.web'
    """

    __slots__ = ("_items",)

    _items: dict[str, V_co]

    def __init__(self, items: Mapping[str, V_co] | None = None) -> None:
        """Copy *items*."""
        object.__setattr__(self, "_items", dict(items or {}))

    def __setattr__(self, name: str, value: object) -> None:
        """Raise `AttributeError`; a frozen map cannot be changed."""
        message = f"{type(self).__name__} is frozen"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        """Raise `AttributeError`; a frozen map cannot be changed."""
        self.__setattr__(name, None)

    def __getitem__(self, key: str) -> V_co:
        """Return the value of *key*."""
        return self._items[key]

    @overload
    def get(self, key: str, /) -> V_co | None: ...

    @overload
    def get(self, key: str, /, default: V_co | D) -> V_co | D: ...

    def get(self, key: str, /, default: object = None) -> object:
        """Return the value of *key*, or *default* if it is missing, at a quarter of the cost of `Mapping.get`."""
        return self._items.get(key, default)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys in insertion order."""
        return iter(self._items)

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self._items)

    def __hash__(self) -> int:
        """Return a hash of the contents, independent of their order."""
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        """Return the constructor call."""
        return f"FrozenMap({self._items!r})"

    def __reduce__(self) -> tuple[type[FrozenMap[V_co]], tuple[dict[str, V_co]]]:
        """Pickle and copy by contents."""
        return (FrozenMap, (dict(self._items),))
