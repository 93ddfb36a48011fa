"""Two authorization engines with the very rules of the gate, as far as this world needs them.

Web login: the package runs, the user may log in, `server` and `online-webservices` are licensed,
the user holds `user`, `web`, and `t1` or `t2`. Editing quotes: the package runs, `quote` is
licensed, the user holds `quote-cal`. Plans grant modules, users hold plans. Like the gate, each
reads the clock at every question. All that can be parsed ahead of it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

import casbin
import cedarpy
from casbin.model import FastModel, Model
from casbin.persist import Adapter, load_policy_line

import superlicense as sl
from benchmarks.company import PLANS, SYSTEM_LICENSES, Company

WEB: Final = "web"
EDIT_QUOTES: Final = "edit-quotes"
QUESTIONS: Final = (WEB, EDIT_QUOTES)

May = Callable[[str, str], bool]
"""Says whether the answer to a question is yes for a user."""

# One row of policy a question, which the fast enforcer finds by its name; one graph for all that holds something.
_CASBIN_MODEL = """
[request_definition]
r = question, user, now

[policy_definition]
p = question, stops_at, flag, system_a, system_b, user_a, user_b, tier_a, tier_b

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.question == p.question && r.now < p.stops_at && g(r.user, p.flag) \
&& g("installation", p.system_a) && g("installation", p.system_b) \
&& g(r.user, p.user_a) && g(r.user, p.user_b) && (g(r.user, p.tier_a) || g(r.user, p.tier_b))
"""

_CEDAR_POLICIES = """
permit (principal, action == Action::"web", resource)
when {
  context.now < resource.stops_at && principal.may_log_in &&
  resource in System::"server" && resource in System::"online-webservices" &&
  principal in Module::"user" && principal in Module::"web" &&
  (principal in Module::"t1" || principal in Module::"t2")
};
permit (principal, action == Action::"edit-quotes", resource)
when {
  context.now < resource.stops_at &&
  resource in System::"quote" && principal in Module::"quote-cal"
};
"""


class _Lines(Adapter):  # type: ignore[misc]  # casbin ships no types
    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def load_policy(self, model: Model) -> None:
        for line in self._lines:
            load_policy_line(line, model)


def casbin_of(company: Company) -> May:
    """Give pycasbin's fast enforcer, its policies loaded and found by question."""
    stops_at = company.stops_at.isoformat()
    model = FastModel([0])
    model.load_model_from_text(_CASBIN_MODEL)
    lines = (
        f"p, {WEB}, {stops_at}, may-log-in, server, online-webservices, user, web, t1, t2",
        f"p, {EDIT_QUOTES}, {stops_at}, known, quote, quote, quote-cal, quote-cal, quote-cal, quote-cal",
        *(f"g, installation, {license}" for license in SYSTEM_LICENSES),
        *(f"g, {plan}, {module}" for plan, grants in PLANS.items() for module in grants),
        *(f"g, {user}, {plan}" for user, plan in company.plans.items()),
        *(f"g, {user}, known" for user in company.user_ids),
        *(f"g, {user}, may-log-in" for user in company.user_ids if user not in company.shut_out),
    )
    enforcer = casbin.FastEnforcer(model, _Lines(lines), cache_key_order=[0])

    def may(question: str, user: str) -> bool:
        return bool(enforcer.enforce(question, user, sl.utc_now().isoformat()))

    return may


def cedar_of(company: Company) -> May:
    """Give cedarpy, its policies and all of its entities parsed."""
    policies = cedarpy.PolicySet.from_str(_CEDAR_POLICIES)
    entities = cedarpy.Entities.from_json_str(json.dumps(_entities(company)))
    installation = {"type": "Installation", "id": "nordvik"}

    def may(question: str, user: str) -> bool:
        # Structured, because cedarpy parses texts like `User::"anna"` for longer.
        request = {
            "principal": {"type": "User", "id": user},
            "action": {"type": "Action", "id": question},
            "resource": installation,
            "context": {"now": int(sl.utc_now().timestamp())},
        }
        return cedarpy.is_authorized(request, policies, entities).allowed

    return may


def _entities(company: Company) -> list[dict[str, object]]:
    def entity(type_: str, id_: str, attributes: dict[str, object], *parents: tuple[str, str]) -> dict[str, object]:
        return {
            "uid": {"type": type_, "id": id_},
            "attrs": attributes,
            "parents": [{"type": parent_type, "id": parent_id} for parent_type, parent_id in parents],
        }

    stops_at: dict[str, object] = {"stops_at": int(company.stops_at.timestamp())}
    return [
        entity("Installation", "nordvik", stops_at, *(("System", license) for license in SYSTEM_LICENSES)),
        *(entity("Plan", plan, {}, *(("Module", module) for module in grants)) for plan, grants in PLANS.items()),
        *(
            entity(
                "User",
                user,
                {"may_log_in": user not in company.shut_out},
                *((("Plan", company.plans[user]),) if user in company.plans else ()),
            )
            for user in company.user_ids
        ),
    ]
