"""Which licenses each client asks of each type of user (design 6, table; dossier of the field, section 6)."""

from __future__ import annotations

from datetime import datetime

import superlicense as sl
from tests.model_of_the_rules.facts import SUPEROFFICE, Facts, Reason, rule_set
from tests.model_of_the_rules.holding import has_site, has_system, holds

CLIENTS_OF: dict[str, frozenset[str]] = {
    "internal": frozenset(
        {"web", "windows", "mobile", "service", "travel", "remote_travel", "reporter_studio", "api"},
    ),
    "external": frozenset({"audience", "customer_centre", "api"}),
    "anonymous": frozenset({"audience", "api"}),
    "system": frozenset({"api"}),
    "resource": frozenset(),
    "database_only": frozenset(),
}

Need = tuple[str, tuple[str, ...]]
"""Where a license is looked for (system, user or site), and the modules of which one is enough."""

_WEB: tuple[Need, ...] = (("system", ("online-webservices",)), ("user", ("web",)))
_EXPANDER = ("expander-services", "superlicense-expander-for-collaboration")
_EXTERNAL: tuple[Need, ...] = (("system", ("extern-user",)), ("user", ("extern-user-cal",)))
_ANONYMOUS: tuple[Need, ...] = (
    ("system", ("anonymous-user",)),
    ("system", _EXPANDER),
    ("user", ("anonymous-user-cal",)),
)
_AUDIENCE: Need = ("site", ("audience",))

# What a client asks for besides `server`, and of an internal user besides `user`.
NEEDS: dict[tuple[str, str], tuple[Need, ...]] = {
    ("internal", "web"): _WEB,
    ("internal", "api"): _WEB,
    ("internal", "windows"): (("user", ("windows",)),),
    ("internal", "mobile"): (("user", ("pocket-crm-cal",)),),
    ("internal", "service"): (),
    ("internal", "travel"): (("user", ("windows",)), ("user", ("travel",))),
    ("internal", "remote_travel"): (("user", ("windows",)), ("user", ("travel",)), ("user", ("remote-travel",))),
    ("internal", "reporter_studio"): (("user", ("reporter-studio-user",)), ("site", ("reporter-studio",))),
    ("external", "api"): _EXTERNAL,
    ("external", "audience"): (*_EXTERNAL, _AUDIENCE),
    ("external", "customer_centre"): (("system", ("ej-mod-customer", "cep", "engagement")),),
    ("anonymous", "api"): _ANONYMOUS,
    ("anonymous", "audience"): (*_ANONYMOUS, _AUDIENCE),
    ("system", "api"): (
        ("system", ("system-user",)),
        ("system", ("expander-services",)),
        ("user", ("system-user-cal",)),
    ),
}

# What a license model asks for on top of that.
BY_RULE_SET: dict[tuple[str, str], Need] = {
    ("module_based", "web"): ("user", ("t1", "t2")),
    ("module_based", "api"): ("user", ("t1", "t2")),
    ("suite", "web"): ("user", ("suite-user",)),
    ("suite", "api"): ("user", ("suite-user",)),
    ("legacy", "mobile"): ("system", ("pocket-crm-server",)),
}


def owned(module: str) -> str:
    return f"{SUPEROFFICE}.{module}"


def missing(modules: tuple[str, ...]) -> Reason:
    """Return the reason that none of *modules* is there."""
    code = "license_missing" if len(modules) == 1 else "one_license_of"
    return code, "+".join(sorted(map(owned, modules)))


def missing_licenses(facts: Facts, user: sl.User, client: str, at: datetime) -> set[Reason]:
    """Return the licenses that *user* lacks for *client*; how far the Service client opens is another question."""
    kind = str(user.type)
    needs: list[Need] = [("system", ("server",)), *NEEDS[kind, client]]
    if kind == "internal":
        needs.append(("user", ("user",)))
        needs += [need for (rules, asked), need in BY_RULE_SET.items() if (rules, asked) == (rule_set(facts), client)]
    if facts.policy.on_site:
        needs = [need for need in needs if need[1] != ("online-webservices",)]
    return {missing(modules) for where, modules in needs if not any(_has(facts, user, where, m, at) for m in modules)}


def _has(facts: Facts, user: sl.User, where: str, module: str, at: datetime) -> bool:
    if where == "system":
        return has_system(facts, owned(module), at)
    if where == "site":
        return has_site(facts, user.site, owned(module), at)
    return holds(facts, user.id, owned(module), at)
