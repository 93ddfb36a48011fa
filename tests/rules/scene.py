"""A scene: a world built of rows, whatever a hand may assign; for rules that only look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from superlicense.model.event import EventScope, SystemEvent
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.row import Noun, Row, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.world_update import build_world, empty_world
from tests.installation import INSTALLATION as OURS
from tests.installation import VALIDITY, person

NOW = datetime(2026, 11, 24, 9, 13, tzinfo=UTC)
INSTALLATION = evolve(OURS, database_id="6f1f6a54-3c52-4b0e-9b52-0d6f3f0a8a11")
ANNA = person("anna")


_SCOPES = {"system": LicenseScope.SYSTEM, "marker": LicenseScope.SYSTEM, "site": LicenseScope.SITE}
_KINDS = {"plan": LicenseKind.PLAN, "marker": LicenseKind.MARKER}


def rows(*texts: str, owner: str = "superoffice", quantity: int = 2) -> list[ModuleLicense]:
    """Write rows: ``web``, ``free:web`` (unrestricted), ``plan:x=a,b``; ``system:server``; ``marker:x``; ``site:x``."""
    written = []
    for text in texts:
        kind, _, rest = text.rpartition(":")
        module, _, grants = rest.partition("=")
        scope = _SCOPES.get(kind, LicenseScope.USER)
        written.append(
            ModuleLicense(
                name=LicenseName(owner, module),
                scope=scope,
                quantity=quantity,
                unrestricted=kind == "free",
                kind=_KINDS.get(kind, LicenseKind.MODULE),
                grants=tuple(filter(None, grants.split(","))),
            )
        )
    return written


class Scene:
    """Rows that run now, gathered one by one."""

    def __init__(self, *, policy: Policy | None = None, installation: Installation = INSTALLATION) -> None:
        self._policy = policy or Policy()
        self._installation = installation
        self._rows: list[Row[Any]] = []
        self._tampered: frozenset[tuple[Table | str, str]] = frozenset()

    def _start(self, table: Table, key: str, noun: Noun) -> Scene:
        row = Row(table=table, key=key, noun=noun, start=NOW, started_by="admin", sequence=len(self._rows) + 1)
        self._rows.append(row)
        return self

    def sells(self, *texts: str, owner: str = "superoffice", quantity: int = 2, **fields: Any) -> Scene:  # noqa: ANN401 - fields of the nouns
        """Put a package in force."""
        package = LicensePackage(
            owner=owner,
            licenses=rows(*texts, owner=owner, quantity=quantity),
            **{
                "company": self._installation.company,
                "serial_number": self._installation.serial_number,
                **{name: value for name, value in fields.items() if name in _PACKAGE_FIELDS},
            },
        )
        installed = InstalledPackage(
            package=package,
            digest="a" * 64,
            installed_at=NOW,
            installed_by="admin",
            **{name: value for name, value in fields.items() if name not in _PACKAGE_FIELDS},
        )
        return self._start(Table.PACKAGES, owner, installed)

    def knows(self, *users: User) -> Scene:
        """Save users."""
        for user in users:
            self._start(Table.USERS, user.id, user)
        return self

    def gives(self, holder: str, *names: str) -> Scene:
        """Assign licenses."""
        for name in names:
            parsed = LicenseName.parse(name)
            noun = Assignment(license=parsed, holder=holder, start=NOW)
            self._start(Table.ASSIGNMENTS, assignment_key(parsed, holder), noun)
        return self

    def runs(self, kind: str, scope: EventScope = EventScope.ALL_DATABASES, target: str | None = None) -> Scene:
        """Start an event."""
        event_id = f"event-{len(self._rows)}"
        noun = SystemEvent(id=event_id, kind=kind, scope=scope, target=target, message="Moving", started_at=NOW)
        return self._start(Table.EVENTS, event_id, noun)

    def accepts(self, *roots: TrustRoot) -> Scene:
        """Accept trust roots."""
        for root in roots:
            self._start(Table.ROOTS, str(root.version), root)
        return self

    def tampered(self, *records: tuple[Table | str, str]) -> Scene:
        """Let somebody else have written some records."""
        self._tampered |= set(records)
        return self

    @property
    def world(self) -> World:
        """What all that makes."""
        in_order = [row for table in Table for row in self._rows if row.table is table]
        bare = evolve(empty_world(self._installation, self._policy), tampered=self._tampered)
        return build_world(bare, in_order, (row for row in in_order if row.table is Table.PACKAGES))


_PACKAGE_FIELDS = frozenset({"company", "serial_number", "database_id", "validity", "issue", "issued_at"})

WEB_USER: Mapping[str, tuple[str, ...]] = {
    "sells": (
        "system:server",
        "system:online-webservices",
        "system:quote",
        "plan:ten-sales=user,web,t2,quote-cal",
        "user",
        "web",
        "t2",
        "quote-cal",
    ),
    "gives": ("ten-sales",),
}


def web_scene(**options: Any) -> Scene:  # noqa: ANN401 - a policy, or fields of the package
    """Let Anna have all that the web client asks, with dates, and the policy in *options*."""
    fields = {"validity": VALIDITY, **{name: value for name, value in options.items() if name != "policy"}}
    return (
        Scene(policy=options.get("policy"))
        .sells(*WEB_USER["sells"], **fields)
        .knows(ANNA)
        .gives("anna", *WEB_USER["gives"])
    )
