"""A persistent map: the cost of a new version does not depend on the map's size.

Rule 1: a `Layered` never changes; `with_items` returns a new one that shares
every layer it does not have to merge.

Rule 2: layers shrink geometrically from the bottom up, so a lookup touches only
a few of them, and each item is copied a bounded number of times per tenfold
growth, as in a log-structured merge tree.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import Any, Final, Generic, TypeVar

__all__ = ["Layered"]

K = TypeVar("K")
V = TypeVar("V")

# Marks a key that a layer removes.
_ABSENT: Final = object()
# A layer is merged into the one below once it is an eighth of its size, so a
# million items are kept in at most seven layers.
_RATIO: Final = 8


class Layered(Mapping[K, V], Generic[K, V]):
    """An immutable mapping with cheap updated versions.

    >>> one = Layered({"a": 1})
    >>> two = one.with_items({"b": 2}, without=("a",))
    >>> dict(one), dict(two)
    ({'a': 1}, {'b': 2})

    The mapping passed to the constructor is not copied and must not be changed
    afterwards.
    """

    __slots__ = ("_layers", "_length")

    _layers: tuple[dict[Any, Any], ...]  # newest first
    _length: int

    def __init__(self, items: dict[K, V] | None = None) -> None:
        """Use *items*, which is not copied, as the lowest layer."""
        base = {} if items is None else items
        self._layers = (base,)
        self._length = len(base)

    def with_items(self, items: Mapping[K, V], *, without: tuple[K, ...] = ()) -> Layered[K, V]:
        """Return a version with *items* set and the keys in *without* removed."""
        if not items and not without:
            return self
        top = {**dict.fromkeys(without, _ABSENT), **items}
        length = self._length
        for key, value in top.items():
            length += (value is not _ABSENT) - (self.get(key, _ABSENT) is not _ABSENT)
        layers, merged = self._layers, 0
        while merged < len(layers) and len(layers[merged]) < _RATIO * len(top):
            top = {**layers[merged], **top}
            merged += 1
        if merged == len(layers):
            top = {key: value for key, value in top.items() if value is not _ABSENT}
        new: Layered[K, V] = Layered.__new__(Layered)
        new._layers = (top, *layers[merged:])
        new._length = length
        return new

    def get(self, key: object, default: Any = None) -> Any:  # noqa: ANN401 - as `Mapping.get`, whose errors cost more
        """Return the value of *key*, or *default* if it is missing."""
        for layer in self._layers:
            if key in layer:
                value = layer[key]
                return default if value is _ABSENT else value
        return default

    def __getitem__(self, key: K) -> V:
        """Return the value of *key*."""
        value: V = self.get(key, _ABSENT)
        if value is _ABSENT:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        """Return whether *key* has a value."""
        return self.get(key, _ABSENT) is not _ABSENT

    def __iter__(self) -> Iterator[K]:
        """Iterate over the keys, those of lower layers first."""
        return iter(self._flat())

    def items(self) -> ItemsView[K, V]:
        """Return the items, in the same order."""
        return self._flat().items()

    def values(self) -> ValuesView[V]:
        """Return the values, in the same order."""
        return self._flat().values()

    def _flat(self) -> dict[K, V]:
        """Return all items as one dict, which must not be changed: it may be the lowest layer."""
        *upper, lowest = self._layers
        if not upper:
            return lowest
        merged = {**lowest}
        for layer in reversed(upper):
            merged.update(layer)
        return {key: value for key, value in merged.items() if value is not _ABSENT}

    def __len__(self) -> int:
        """Return the number of keys."""
        return self._length

    def __reduce__(self) -> tuple[type[Layered[K, V]], tuple[dict[K, V]]]:
        """Pickle and copy by contents, in one layer."""
        return (Layered, (dict(self.items()),))

    def __repr__(self) -> str:
        """Return the size rather than the contents, of which there may be a million."""
        return f"<Layered of {self._length}>"
