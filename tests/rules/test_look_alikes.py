"""Ids that people cannot tell apart."""

from __future__ import annotations

import pytest

from superlicense.rules.look_alikes import look_alikes
from tests.rules.office import Office, person

COMPOSED, DECOMPOSED = "\u00c5se", "A\u030ase"


@pytest.mark.parametrize(
    ("ids", "groups"),
    [
        ((), ()),
        (("anna", "bo"), ()),
        (("anna@x", "Anna@x"), (("Anna@x", "anna@x"),)),
        ((COMPOSED, DECOMPOSED), ((DECOMPOSED, COMPOSED),)),
        ((COMPOSED.lower(), DECOMPOSED.upper()), ((DECOMPOSED.upper(), COMPOSED.lower()),)),
        (("stra\u00dfe", "STRASSE"), (("STRASSE", "stra\u00dfe"),)),
        (("k", "K", "bo", "\u212a", "BO"), (("BO", "bo"), ("K", "k", "\u212a"))),
        (("\u00e5se", "ase"), ()),
        (("0", "O"), ()),
    ],
)
def test_which_look_alike(ids: tuple[str, ...], groups: tuple[tuple[str, ...], ...]) -> None:
    assert look_alikes(Office(*map(person, ids)).world) == groups


def test_a_former_employee_takes_no_seat() -> None:
    assert look_alikes(Office(person("anna"), person("Anna", retired=True)).world) == ()
