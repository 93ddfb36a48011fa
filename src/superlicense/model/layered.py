"""A map whose next version costs the same however large it is.

Rule 1: a `Layered` never changes; `with_items` gives a new one that shares every
layer it does not have to merge.

Rule 2: layers shrink geometrically from the bottom up, so a look-up touches
at most a handful, and each item is copied a bounded number of times per
tenfold growth (the shape of a log-structured merge tree).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Generic, TypeVar, cast

__all__ = ["Layered"]

K = TypeVar("K")
V = TypeVar("V")

# What a layer says of a key that was taken out, and what is said of one that it does not know.
_ABSENT: Final = object()
_UNKNOWN: Final = object()
# A layer is merged into the one below once it is an eighth of it: with 8, a
# million items make at most seven layers.
_RATIO: Final = 8


class Layered(Mapping[K, V], Generic[K, V]):
    """An immutable mapping with cheap new versions.

    >>> one = Layered({"a": 1})
    >>> two = one.with_items({"b": 2}, without=("a",))
    >>> dict(one), dict(two)
    ({'a': 1}, {'b': 2})

    The mapping handed to the constructor is not copied; its owner gives it up.
    """

    __slots__ = ("_layers", "_length")

    def __init__(self, items: dict[K, V] | None = None) -> None:
        """Take over *items* as the lowest layer."""
        base = {} if items is None else items
        self._layers: tuple[dict[K, V], ...] = (base,)
        self._length = len(base)

    def with_items(self, items: Mapping[K, V], *, without: tuple[K, ...] = ()) -> Layered[K, V]:
        """Give a version with *items* set, and the keys of *without* gone."""
        if not items and not without:
            return self
        top = cast("dict[K, V]", dict.fromkeys(without, _ABSENT))
        top.update(items)
        length = self._length
        for key, value in top.items():
            length += (value is not _ABSENT) - (self.get(key, _ABSENT) is not _ABSENT)
        layers = list(self._layers)
        while layers and len(layers[-1]) < _RATIO * len(top):
            below = layers.pop()
            top = {**below, **top}
        if not layers:
            top = {key: value for key, value in top.items() if value is not _ABSENT}
        new = Layered[K, V].__new__(Layered)
        new._layers = (*layers, top)  # noqa: SLF001 - its own class
        new._length = length  # noqa: SLF001 - its own class
        return new

    def get(self, key: object, default: Any = None) -> Any:  # noqa: ANN401 - as `Mapping.get`, whose errors cost more
        """Give the value of *key*, *default* if it has none."""
        for layer in reversed(self._layers):
            value = layer.get(cast("K", key), _UNKNOWN)
            if value is not _UNKNOWN:
                return default if value is _ABSENT else value
        return default

    def __getitem__(self, key: K) -> V:
        """Give the value of *key*."""
        value = self.get(key, _ABSENT)
        if value is _ABSENT:
            raise KeyError(key)
        return cast("V", value)

    def __contains__(self, key: object) -> bool:
        """Say whether *key* has a value."""
        return self.get(key, _ABSENT) is not _ABSENT

    def __iter__(self) -> Iterator[K]:
        """Go through the keys: as the lowest layer has them, then what came later."""
        if len(self._layers) == 1:
            yield from self._layers[0]
            return
        merged: dict[K, V] = {}
        for layer in self._layers:
            merged.update(layer)
        yield from (key for key, value in merged.items() if value is not _ABSENT)

    def __len__(self) -> int:
        """Count the keys."""
        return self._length

    def __reduce__(self) -> tuple[type[Layered[K, V]], tuple[dict[K, V]]]:
        """Pickle and copy by contents, in one layer."""
        return (Layered, (dict(self),))

    def __repr__(self) -> str:
        """Show size rather than contents, which may be a million."""
        return f"<Layered of {self._length}>"
