"""Lint: what is wrong or doubtful in a package that is about to be issued.

Source: documents.md, "Package"; design section 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.plain_data import Phrase, PlainNoun, Words

__all__ = ["LintCode", "LintFinding", "finding"]


class LintCode(StrEnum):
    """What is found in a package."""

    TOO_MANY_LICENSES = "too_many_licenses"  # maximum
    TOO_MANY_GRANTS = "too_many_grants"  # maximum
    GRANTS_A_PLAN = "grants_a_plan"  # license
    GRANTS_NO_USER_LICENSE = "grants_no_user_license"  # license
    LICENSE_NOT_IN_PACKAGE = "license_not_in_package"  # license
    CIRCULAR_PREREQUISITE = "circular_prerequisite"
    REPLACES_ITSELF = "replaces_itself"
    ONLY_FOR_SUPEROFFICE = "only_for_superoffice"
    NOTHING_TO_EDIT = "nothing_to_edit"  # license
    NO_LOGIN = "no_login"
    NOT_THE_SUM_OF_PLANS = "not_the_sum_of_plans"  # quantity, total
    LOOKS_LIKE_ANOTHER = "looks_like_another"  # other
    NOT_IN_CATALOG = "not_in_catalog"  # name
    MISSPELLED = "misspelled"  # name, other


_ENGLISH: Final[Mapping[LintCode, str]] = MappingProxyType(
    {
        LintCode.TOO_MANY_LICENSES: "has more than {maximum} rows",
        LintCode.TOO_MANY_GRANTS: "has more than {maximum} names",
        LintCode.GRANTS_A_PLAN: "{license} is a plan; a plan cannot grant another plan",
        LintCode.GRANTS_NO_USER_LICENSE: "{license} is not a user license",
        LintCode.LICENSE_NOT_IN_PACKAGE: "the package has no {license}",
        LintCode.CIRCULAR_PREREQUISITE: "is circular",
        LintCode.REPLACES_ITSELF: "is the serial number of the package itself",
        LintCode.ONLY_FOR_SUPEROFFICE: "has no effect except in a package of SUPEROFFICE",
        LintCode.NOTHING_TO_EDIT: "the package has no system license {license} to edit",
        LintCode.NO_LOGIN: "its holders cannot log in with any client",
        LintCode.NOT_THE_SUM_OF_PLANS: "is {quantity}, and its plans are {total}",
        LintCode.LOOKS_LIKE_ANOTHER: "looks like {other}",
        LintCode.NOT_IN_CATALOG: "{name} is not in the catalog",
        LintCode.MISSPELLED: "{name} is not in the catalog; it looks like {other}",
    }
)


@frozen(kw_only=True)
class LintFinding(PlainNoun):
    """An error or warning about a package.

    Attributes:
        path: Path of the field in the package.
        code: What is wrong.
        params: The details; see `LintCode`.
    """

    has_words: ClassVar[bool] = True

    path: str
    code: LintCode
    params: FrozenMap[Any] = field(factory=FrozenMap, converter=fields.mapping)

    @property
    def problem(self) -> str:
        """What is wrong, in English, to be read after the path."""
        return _ENGLISH[self.code].format(**self.params)

    def in_words(self, words: Words | None) -> str:
        """Return what is wrong as a sentence; `problem` without *words*."""
        return self.problem if words is None else str(words(Phrase(code=self.code, params=self.params)))


def finding(path: str, code: LintCode, **params: object) -> LintFinding:
    """Return what is found at *path*."""
    return LintFinding(path=path, code=code, params=params)
