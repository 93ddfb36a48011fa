"""What a holder consumes, and what of it may refuse an assignment."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import superlicense as sl
from superlicense.model.consumed import NOTHING_CONSUMED, Consumed

WEB = sl.ModuleLicense(name="web", scope=sl.LicenseScope.USER, quantity=3)
SALES = sl.ModuleLicense(
    name="ten-sales",
    scope=sl.LicenseScope.USER,
    unrestricted=True,
    kind=sl.LicenseKind.PLAN,
    grants=("web",),
    prerequisite="server",
    allowed_user_types=[sl.UserType.INTERNAL],
)
SERVER = sl.ModuleLicense(name="server", scope=sl.LicenseScope.SYSTEM, quantity=2)


def rows(*licenses: sl.ModuleLicense) -> dict[str, sl.ModuleLicense | None]:
    return {one.name: one for one in licenses}


def test_lists_what_may_refuse_by_itself() -> None:
    found = Consumed.of({**rows(SALES, WEB, SERVER), "superoffice.gone": None})
    assert list(found.rows) == ["superoffice.ten-sales", "superoffice.web", "superoffice.server", "superoffice.gone"]
    assert found.quantities == {"superoffice.web": 3}
    assert found.user_types == {"superoffice.ten-sales": {sl.UserType.INTERNAL}}
    assert found.prerequisites == {"superoffice.ten-sales": "superoffice.server"}


def test_of_several_licenses_has_each_once_where_it_comes_first() -> None:
    together = Consumed.together([Consumed.of(rows(SALES, WEB)), Consumed.of(rows(SERVER, WEB))])
    assert together == Consumed.of(rows(SALES, WEB, SERVER))
    assert list(together.rows.values()) == [SALES, WEB, SERVER]


def test_of_nothing_is_empty() -> None:
    assert Consumed.together([]) == NOTHING_CONSUMED
    assert NOTHING_CONSUMED.rows == {}


@pytest.mark.parametrize("field", ["rows", "quantities", "user_types", "prerequisites"])
def test_is_frozen_all_the_way_down(field: str) -> None:
    given = rows(SALES, WEB)
    found = Consumed.of(given)
    given.clear()
    for one in (found, Consumed.together([found])):
        mapping: Mapping[str, object] = getattr(one, field)
        assert mapping
        with pytest.raises(TypeError):
            mapping["superoffice.web"] = None  # type: ignore[index]  # what is to fail
