"""What is shown is plain data, all the way down, for any web framework."""

from __future__ import annotations

import inspect
import json
import pickle
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, asdict, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

import pytest

import superlicense as sl
from superlicense import screens
from superlicense.messages import Localizer, message
from superlicense.screens import Expiry, LocalizedText, ViewModel
from tests.for_each import for_each
from tests.screens.golden import FILES
from tests.screens.tenant import NOW

ROWS: list[Any] = [
    row
    for name in screens.__all__
    if inspect.isclass(row := getattr(screens, name)) and issubclass(row, ViewModel) and row is not ViewModel
]
PLAIN = {str, int, bool, date, datetime, NoneType}
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "screens.md"


def kinds(hint: Any) -> Iterator[Any]:  # noqa: ANN401  # a type as annotations spell it
    if isinstance(hint, UnionType):
        for one in get_args(hint):
            yield from kinds(one)
    elif get_origin(hint) is tuple:
        one, rest = get_args(hint)
        assert rest is Ellipsis
        yield from kinds(one)
    else:
        yield hint


@for_each("row", ROWS)
def test_a_row_is_a_frozen_dataclass_of_plain_fields(row: Any) -> None:  # noqa: ANN401  # a class
    slots = row.__slots__
    assert is_dataclass(row)
    assert slots == tuple(field.name for field in fields(row))
    found = {kind for hint in get_type_hints(row).values() for kind in kinds(hint)}
    assert {kind for kind in found if kind not in PLAIN and not issubclass(kind, ViewModel | LocalizedText)} == set()


@for_each("row", ROWS)
def test_the_reference_lists_every_field(row: Any) -> None:  # noqa: ANN401  # a class
    _, _, section = REFERENCE.read_text("utf-8").partition(f"\n### `{row.__name__}`\n")
    listed = [line.split("|")[1].strip(" `") for line in section.split("\n#")[0].splitlines() if line.startswith("| `")]
    assert listed == [field.name for field in fields(row)]


def test_nothing_of_a_screen_can_be_changed(tenant: sl.Licensing) -> None:
    tab = tenant.screens.owner()
    with pytest.raises(FrozenInstanceError):
        tab.company = "Sydvik"  # type: ignore[misc]  # what nobody may do
    hash(tab)


def test_a_screen_is_the_same_to_every_way_of_writing_it_down(tenant: sl.Licensing) -> None:
    tenant.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, "Kage", by="root")
    for screen in (
        *tenant.screens.owners(),
        tenant.screens.status("root"),
        tenant.screens.license("user"),
        tenant.screens.user_licenses(hidden=True),
        tenant.screens.user("anna"),
    ):
        plain = screen.to_dict()
        assert json.loads(json.dumps(plain, allow_nan=False)) == plain
        assert pickle.loads(pickle.dumps(screen)) == screen  # noqa: S301  # our own bytes
        assert set(asdict(cast("Any", screen))) == set(plain)  # what FastAPI's encoder asks for
        assert screen.to_dict() is not plain


LOOKS: dict[str, Callable[[sl.Licensing, datetime], object]] = {
    "owner": lambda licensing, at: licensing.screens.owner(at=at),
    "owners": lambda licensing, at: licensing.screens.owners(at=at),
    "license": lambda licensing, at: licensing.screens.license("user", at=at),
    "status": lambda licensing, at: licensing.screens.status("root", at=at),
    "user licenses": lambda licensing, at: licensing.screens.user_licenses(at=at),
    "user": lambda licensing, at: licensing.screens.user("anna", at=at),
    "metered services": lambda licensing, at: licensing.screens.metered_services("2026-11", at=at),
    "active features": lambda licensing, at: licensing.notices.active_features(at=at),
}


@pytest.mark.parametrize("name", LOOKS)
def test_every_screen_takes_an_aware_instant_and_no_other(tenant: sl.Licensing, name: str) -> None:
    assert LOOKS[name](tenant, NOW) is not None
    with pytest.raises(sl.InvalidValueError):
        LOOKS[name](tenant, NOW.replace(tzinfo=None))


def test_instants_have_whole_seconds_and_dates_are_iso_8601() -> None:
    at = datetime(2027, 3, 27, 1, 30, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    row = Expiry(at=at, on=date(2027, 3, 27), days_left=-3, text="…")
    assert row.to_dict() == {"at": "2027-03-27T00:30:00Z", "on": "2027-03-27", "days_left": -3, "text": "…"}
    assert Expiry(at=datetime(2027, 3, 27, tzinfo=UTC), on=date(2027, 3, 27), days_left=0, text="").to_dict()["at"] == (
        "2027-03-27T00:00:00Z"
    )


def test_texts_lose_whatever_else_they_were() -> None:
    plain = LocalizedText(code=sl.LicenseName.parse("user"), text=sl.Client.WEB).to_dict()
    assert {type(value) for value in plain.values()} == {str}


def test_a_voice_says_the_same_word_once() -> None:
    localizer = Localizer("da")
    assert localizer.of("user") is localizer.of("user")
    # A label and a member of an enum may have one code, and say different things.
    assert localizer.of(sl.LicenseScope.USER) == LocalizedText(code="user", text="Brugerlicens")
    assert localizer.of(sl.EventScope.USER) == LocalizedText(code="user", text="Bruger")


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_label_of_a_screen_has_words(tenant: sl.Licensing, language: str) -> None:
    for screen in (
        tenant.screens.owner(language=language),
        tenant.screens.status("root", language=language),
        tenant.screens.license("user", language=language),
        tenant.screens.user_licenses(language=language),
        tenant.screens.user("anna", language=language),
    ):
        codes = [label.code for label in screen.labels]
        assert len(set(codes)) == len(codes)
        for label in screen.labels:
            # A word that is missing would be its code, "in_use".
            assert "_" not in label.text
            assert label.text == message(label.code, language)


def words_in(plain: object) -> Iterator[tuple[str, str]]:
    if isinstance(plain, dict):
        if {"code", "text"} <= plain.keys():
            yield plain["code"], plain["text"]
        for value in plain.values():
            yield from words_in(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from words_in(value)


@for_each("file", sorted(FILES.iterdir()), ids=lambda file: str(file.name))
def test_no_golden_screen_lacks_a_word(file: Path) -> None:
    found = set(words_in(json.loads(file.read_text("utf-8"))))
    assert found
    # What has no words is said by its code; only a host's own names are, and units that are the same in Danish.
    assert {code for code, text in found if text == code and "." not in code} <= {
        "byte",
        "e-mail",
        "session",
        "route",
        "login",
        "submission",
    }
