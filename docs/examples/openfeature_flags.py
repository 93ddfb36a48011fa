"""Feature flags of OpenFeature that the gate answers.

python docs/examples/openfeature_flags.py
"""

from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext

import superlicense as sl
from superlicense.contrib.openfeature import LicensingProvider


def client_of(licensing: sl.Licensing, domain: str = "crm") -> OpenFeatureClient:
    """Return a client of OpenFeature whose flags are the licenses of *licensing*."""
    # Without waiting, the first questions would get their defaults.
    api.set_provider_and_wait(LicensingProvider(licensing), domain)
    return api.get_client(domain)


def page_for(client: OpenFeatureClient, user: str) -> list[str]:
    """Return what the page of *user* consists of."""
    visitor = EvaluationContext(targeting_key=user)
    outcome = client.get_string_value("login:web", "denied", visitor)
    if outcome == "denied":
        return ["no access"]
    # While the store is down, flags are based on the last known facts; after the grace, the defaults count.
    page = ["read-only"] if outcome == "read_only" else []
    if client.get_boolean_value("quote", default_value=False, evaluation_context=visitor):
        page.append("quotes")
    if client.get_boolean_value("quote:edit", default_value=False, evaluation_context=visitor):
        page.append("edit quotes")
    return page


if __name__ == "__main__":
    from superlicense import testing

    installed = testing.licensing()
    installed.users.save(testing.user("anna"))
    installed.seats.assign("anna", "superoffice.ten-sales", by="demo")
    flags = client_of(installed)
    for visitor_id in ("anna", "bo"):
        print(visitor_id, page_for(flags, visitor_id))
