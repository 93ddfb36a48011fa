"""Login requirements: the licenses that each client requires of each type of user.

Rule 1: for internal users, every client requires the system license ``server``,
the user license ``user``, and the licenses of its row in the table. Only WEB and
API require a tier.

Rule 2: external, anonymous and system users have rows of their own; resource and
database-only users have none and never log in.

Source: design section 6; domain sections 6 and 17.26.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from attrs import frozen

from superlicense.catalog import modules
from superlicense.model.decision import Client, Outcome, RuleSet
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.user import UserType
from superlicense.rules.gate.requirement import Requirement, all_of, any_of, needs

__all__ = ["SERVICE_LICENSES", "ServiceLicense", "requirement_for"]

_SYSTEM: Final = LicenseScope.SYSTEM
_SITE: Final = LicenseScope.SITE

_INTERNAL: Final = (needs(modules.SERVER, _SYSTEM), needs(modules.USER))
_EXPANDER: Final = any_of(
    needs(modules.EXPANDER_SERVICES, _SYSTEM),
    needs(modules.SUPERLICENSE_EXPANDER_FOR_COLLABORATION, _SYSTEM),
)
_EXTERNAL: Final = (
    needs(modules.SERVER, _SYSTEM),
    needs(modules.EXTERN_USER, _SYSTEM),
    needs(modules.EXTERN_USER_CAL),
)
_ANONYMOUS: Final = (
    needs(modules.SERVER, _SYSTEM),
    needs(modules.ANONYMOUS_USER, _SYSTEM),
    _EXPANDER,
    needs(modules.ANONYMOUS_USER_CAL),
)


@frozen(kw_only=True)
class ServiceLicense:
    """One license for the Service client, and the access it gives."""

    license: LicenseName
    simultaneous: bool
    outcome: Outcome


# Best first: a named seat, a free simultaneous session, then the read-only variants.
SERVICE_LICENSES: Final = (
    ServiceLicense(license=modules.EJ_CLIENT, simultaneous=False, outcome=Outcome.ALLOWED),
    ServiceLicense(license=modules.EJ_SIM_CLIENT, simultaneous=True, outcome=Outcome.ALLOWED),
    ServiceLicense(license=modules.EJ_READONLY_CLIENT, simultaneous=False, outcome=Outcome.READ_ONLY),
    ServiceLicense(license=modules.EJ_SIM_READONLY_CLIENT, simultaneous=True, outcome=Outcome.READ_ONLY),
)

# The licenses required by user type and client; a missing pair is denied.
_ADDED: Final = MappingProxyType[tuple[UserType, Client], tuple[Requirement, ...]](
    {
        (UserType.INTERNAL, Client.WEB): (*_INTERNAL, needs(modules.WEB)),
        (UserType.INTERNAL, Client.API): (*_INTERNAL, needs(modules.WEB)),
        (UserType.INTERNAL, Client.WINDOWS): (*_INTERNAL, needs(modules.WINDOWS)),
        (UserType.INTERNAL, Client.MOBILE): (*_INTERNAL, needs(modules.POCKET_CRM_CAL)),
        (UserType.INTERNAL, Client.SERVICE): (
            *_INTERNAL,
            any_of(*(needs(option.license) for option in SERVICE_LICENSES)),
        ),
        (UserType.INTERNAL, Client.TRAVEL): (*_INTERNAL, needs(modules.WINDOWS), needs(modules.TRAVEL)),
        (UserType.INTERNAL, Client.REMOTE_TRAVEL): (
            *_INTERNAL,
            needs(modules.WINDOWS),
            needs(modules.TRAVEL),
            needs(modules.REMOTE_TRAVEL),
        ),
        (UserType.INTERNAL, Client.REPORTER_STUDIO): (
            *_INTERNAL,
            needs(modules.REPORTER_STUDIO_USER),
            needs(modules.REPORTER_STUDIO, _SITE),
        ),
        (UserType.EXTERNAL, Client.API): _EXTERNAL,
        (UserType.EXTERNAL, Client.AUDIENCE): (*_EXTERNAL, needs(modules.AUDIENCE, _SITE)),
        (UserType.EXTERNAL, Client.CUSTOMER_CENTRE): (
            needs(modules.SERVER, _SYSTEM),
            any_of(
                needs(modules.EJ_MOD_CUSTOMER, _SYSTEM),
                needs(modules.CEP, _SYSTEM),
                # The name of `cep` in packages of 2023 (domain 4.F).
                needs(modules.ENGAGEMENT, _SYSTEM),
            ),
        ),
        (UserType.ANONYMOUS, Client.API): _ANONYMOUS,
        (UserType.ANONYMOUS, Client.AUDIENCE): (*_ANONYMOUS, needs(modules.AUDIENCE, _SITE)),
        (UserType.SYSTEM, Client.API): (
            needs(modules.SERVER, _SYSTEM),
            needs(modules.SYSTEM_USER, _SYSTEM),
            needs(modules.EXPANDER_SERVICES, _SYSTEM),
            needs(modules.SYSTEM_USER_CAL),
        ),
    }
)

_WEB_SERVICES: Final = needs(modules.ONLINE_WEBSERVICES, _SYSTEM)
# The licenses that the license model also requires of internal users.
_ADDED_BY_RULE_SET: Final = MappingProxyType[tuple[RuleSet, Client], tuple[Requirement, ...]](
    {
        (RuleSet.MODULE_BASED, Client.WEB): (any_of(needs(modules.T1), needs(modules.T2)),),
        (RuleSet.MODULE_BASED, Client.API): (any_of(needs(modules.T1), needs(modules.T2)),),
        (RuleSet.SUITE, Client.WEB): (needs(modules.SUITE_USER),),
        (RuleSet.SUITE, Client.API): (needs(modules.SUITE_USER),),
        (RuleSet.LEGACY, Client.MOBILE): (needs(modules.POCKET_CRM_SERVER, _SYSTEM),),
    }
)


def requirement_for(
    user_type: UserType,
    client: Client,
    rule_set: RuleSet | None,
    *,
    on_site: bool = False,
    mobile_included: bool = False,
) -> Requirement | None:
    """Return what a user of *user_type* needs to log in with *client*.

    Returns:
        The requirement, or `None` if such users cannot log in with this client.

    Source: design section 6, the table. Mobile is included for everybody under an
    on-site subscription (domain 6).
    """
    added = _ADDED.get((user_type, client))
    if added is None:
        return None
    if user_type is not UserType.INTERNAL:
        return all_of(*added)
    services = () if on_site or client not in (Client.WEB, Client.API) else (_WEB_SERVICES,)
    if mobile_included and client is Client.MOBILE:
        added = _INTERNAL
    model = () if rule_set is None else _ADDED_BY_RULE_SET.get((rule_set, client), ())
    return all_of(*added, *services, *model)
