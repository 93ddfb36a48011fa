"""A vendor with keys and a trust root, and a partner, for the tests of signed packages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

import superlicense as sl
from superlicense.document import package as packages
from superlicense.document import root as roots
from superlicense.document.keys import SigningKey
from tests.installation import INSTALLATION, START, package, partner_package

ROOT_KEY = SigningKey.from_seed(b"r" * 32)
NEXT_ROOT_KEY = SigningKey.from_seed(b"n" * 32)
VENDOR_KEY = SigningKey.from_seed(b"v" * 32)
PARTNER_KEY = SigningKey.from_seed(b"p" * 32)
STRANGER_KEY = SigningKey.from_seed(b"s" * 32)
ISSUED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def root(version: int = 1, **fields: Any) -> bytes:  # noqa: ANN401 - fields of the draft
    """Sign a root: the vendor signs everything of SUPEROFFICE, the partner ``nordvik.route-*``.

    By default, it follows the root of the version before that this function returns.
    """
    draft = roots.RootDraft(
        **{
            "version": version,
            "previous": roots.digest(root(version - 1)) if version > 1 and "previous" not in fields else None,
            "issued_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=version - 1),
            "expires_at": datetime(2028, 1, 1, tzinfo=UTC),
            "root_keys": [ROOT_KEY.public],
            "owners": {
                "SUPEROFFICE": roots.Owner(keys=[VENDOR_KEY.public]),
                "NORDVIK": roots.Owner(keys=[PARTNER_KEY.public], modules=("route-*",)),
            },
            **fields,
        }
    )
    signers = {key.public.key_id: key for key in (ROOT_KEY, NEXT_ROOT_KEY) if key.public in draft.root_keys}
    return draft.sign([*{ROOT_KEY.public.key_id: ROOT_KEY, **signers}.values()])


def issued(issue: int = 1, *signers: SigningKey, **fields: Any) -> bytes:  # noqa: ANN401 - fields of the package
    """Issue a package of SUPEROFFICE; *seats* or *licenses* say what is in it."""
    seats = {name: fields.pop(name) for name in ("seats", "licenses", "validity") if name in fields}
    drafted = evolve(package(issue=issue, issued_at=fields.pop("issued_at", ISSUED_AT), **seats), **fields)
    return packages.PackageDraft(drafted).issue(signers or [VENDOR_KEY])


def partner_issued(issue: int, *licenses: sl.ModuleLicense, **fields: Any) -> bytes:  # noqa: ANN401 - fields of the package
    """Issue a package of the partner."""
    drafted = evolve(partner_package(*licenses), issue=issue, issued_at=ISSUED_AT, **fields)
    return packages.PackageDraft(drafted).issue([PARTNER_KEY])


__all__ = ["INSTALLATION", "START", "issued", "partner_issued", "root", "timedelta"]
