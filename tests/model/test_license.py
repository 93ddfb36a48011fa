from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superlicense.errors import InvalidValueError
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import UserType
from tests.for_each import for_each

PART = st.from_regex(r"[a-z0-9]([a-z0-9 -]{0,8}[a-z0-9])?", fullmatch=True)


class TestALicenseName:
    """Its text in lower case, made through its checks only."""

    def test_has_an_owner_and_a_module(self) -> None:
        name = LicenseName("SUPEROFFICE", "superlicense-ej-customer centre")
        assert (name.owner, name.module) == ("superoffice", "superlicense-ej-customer centre")
        assert str(name) == "superoffice.superlicense-ej-customer centre"

    def test_compares_without_case(self) -> None:
        assert LicenseName.parse("SuperOffice.User") == LicenseName("superoffice", "USER") == "superoffice.user"
        assert {LicenseName.parse("user")} == {LicenseName.parse("SUPEROFFICE.user")}

    def test_is_one_of_superoffice_without_an_owner(self) -> None:
        assert LicenseName.parse("web").owner == "superoffice"
        assert LicenseName.parse("web", owner="acme").owner == "acme"

    def test_parts_at_the_first_dot(self) -> None:
        assert LicenseName.parse("acme.routes.pro").module == "routes.pro"

    def test_shows_owner_and_module(self) -> None:
        assert repr(LicenseName.parse("web")) == "LicenseName('superoffice', 'web')"

    def test_is_copied_and_pickled(self) -> None:
        name = LicenseName("acme", "routes.pro")
        pickled = [pickle.dumps(name, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        for again in (copy.copy(name), copy.deepcopy(name), *map(pickle.loads, pickled)):
            assert (type(again), again, again.owner, again.module) == (LicenseName, name, "acme", "routes.pro")

    def test_sorts_by_its_text_and_is_a_key_for_it(self) -> None:
        names = [LicenseName.parse(text) for text in ("web", "acme.x", "User", "T1")]
        assert sorted(names) == ["acme.x", "superoffice.t1", "superoffice.user", "superoffice.web"]
        rows: dict[str, int] = {names[0]: 1}
        assert rows["superoffice.web"] == 1

    def test_is_read_once(self) -> None:
        name = LicenseName("acme", "routes")
        assert LicenseName.parse(name, owner="other") is name

    def test_of_the_greatest_length_is_kept(self) -> None:
        assert LicenseName("a" * 239, "b" * 239).module == "b" * 239

    @pytest.mark.parametrize("lookalike", ["\u212aurt", "us\u0435r", "\uff55ser", "\u0130d", "stra\u00dfe", "\u0661"])
    def test_of_letters_that_only_look_like_ours_is_refused(self, lookalike: str) -> None:
        for owner, module, path in ((lookalike, "x", "owner"), ("x", lookalike, "module")):
            with pytest.raises(InvalidValueError) as refused:
                LicenseName(owner, module)
            assert refused.value.path == path

    @for_each("text", ["", ".", "a.", ".a", "a_b", "a b ", " a", "æ", "a\n", "-a", "a" * 240])
    def test_of_other_characters_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            LicenseName.parse(text)
        assert refused.value.path == "license"

    @pytest.mark.parametrize(
        ("owner", "module", "path"), [("", "a", "owner"), ("a", "", "module"), ("a.b", "c", "owner")]
    )
    def test_says_which_part_is_wrong(self, owner: str, module: str, path: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            LicenseName(owner, module)
        assert refused.value.path == path

    def test_is_no_number(self) -> None:
        with pytest.raises(InvalidValueError, match="must be a string"):
            LicenseName.parse(7)  # type: ignore[arg-type]  # the defect

    @given(owner=PART, module=PART)
    def test_reads_what_it_prints(self, owner: str, module: str) -> None:
        name = LicenseName(owner, module)
        assert LicenseName.parse(str(name)) == name
        assert LicenseName.parse(str(name).upper()) == name


class TestAModuleLicense:
    """One row of a package."""

    def test_grants_names_of_its_own_owner(self) -> None:
        row = ModuleLicense(
            name="acme.basic", scope=LicenseScope.USER, kind=LicenseKind.PLAN, grants=("routes", "acme.maps")
        )
        assert row.grants == (LicenseName("acme", "routes"), LicenseName("acme", "maps"))

    @pytest.mark.parametrize(
        ("scope", "unrestricted", "restricted"),
        [
            (LicenseScope.USER, False, True),
            (LicenseScope.SITE, False, True),
            (LicenseScope.USER, True, False),
            (LicenseScope.SYSTEM, False, False),
        ],
    )
    def test_is_restricted_where_its_quantity_counts(
        self, scope: LicenseScope, *, unrestricted: bool, restricted: bool
    ) -> None:
        assert ModuleLicense(name="x", scope=scope, unrestricted=unrestricted).restricted is restricted

    @for_each(
        ("fields", "path"),
        [
            ({"name": "a_b"}, "name"),
            ({"scope": "user"}, "scope"),
            ({"quantity": 0}, "quantity"),
            ({"quantity": 10**9 + 1}, "quantity"),
            ({"quantity": True}, "quantity"),
            ({"quantity": "1"}, "quantity"),
            ({"unrestricted": 1}, "unrestricted"),
            ({"hidden": None}, "hidden"),
            ({"description": 7}, "description"),
            ({"tooltip": "x" * 4000}, "tooltip"),
            ({"version": "\ud800"}, "version"),
            ({"sort_order": 10**10}, "sort_order"),
            ({"prerequisite": "a_b"}, "prerequisite"),
            ({"allowed_user_types": ("internal",)}, "allowed_user_types"),
            ({"kind": "plan"}, "kind"),
            ({"kind": LicenseKind.PLAN, "scope": LicenseScope.SYSTEM}, "kind"),
            ({"kind": LicenseKind.MARKER}, "kind"),
            ({"grants": ("web",)}, "grants"),
            ({"kind": LicenseKind.PLAN, "grants": (7,)}, "grants"),
            ({"extra_info": "x" * 4000}, "extra_info"),
            ({"sort_order": "1"}, "sort_order"),
            ({"prerequisite": 7}, "prerequisite"),
            ({"allowed_user_types": "internal"}, "allowed_user_types"),
            ({"unmodeled": {"Signature": b"abc"}}, "unmodeled"),
            ({"kind": LicenseKind.PLAN, "grants": ("a_b",)}, "grants"),
            ({"kind": LicenseKind.PLAN, "grants": ("acme.web",)}, "grants"),
            ({"kind": LicenseKind.PLAN, "grants": ("web", "superoffice.WEB")}, "grants"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, fields: dict[str, object], path: str) -> None:
        with pytest.raises(InvalidValueError) as refused:
            ModuleLicense(**{"name": "x", "scope": LicenseScope.USER, **fields})  # type: ignore[arg-type]  # the defects
        assert refused.value.path == path

    def test_keeps_the_greatest_quantity_and_the_longest_text(self) -> None:
        row = ModuleLicense(name="x", scope=LicenseScope.USER, quantity=10**9, tooltip="ø" * 3999)
        assert (row.quantity, len(row.tooltip)) == (10**9, 3999)

    def test_equals_another_whatever_an_import_said_besides(self) -> None:
        one = ModuleLicense(name="x", scope=LicenseScope.USER, unmodeled={"Signature": "abc"})
        other = ModuleLicense(name="x", scope=LicenseScope.USER)
        assert one == other
        assert hash(one) == hash(other)
        assert one.unmodeled["Signature"] == "abc"

    def test_takes_a_lone_text_as_one_grant(self) -> None:
        row = ModuleLicense(name="x", scope=LicenseScope.USER, kind=LicenseKind.PLAN, grants="web")
        assert row.grants == (LicenseName.parse("web"),)

    def test_may_be_for_some_types_of_users(self) -> None:
        row = ModuleLicense(name="x", scope=LicenseScope.USER, allowed_user_types=[UserType.INTERNAL])
        assert row.allowed_user_types == {UserType.INTERNAL}
