"""What visitors of a service see, the same in every framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import superlicense as sl
from superlicense.errors import StoreUnavailableError
from superlicense.problem import MEDIA_TYPE
from tests.installation import SALES, SERVICE, STOPS_AT, Clock, furnish, open_licensing, person
from tests.licensing.outages import ManagedStore

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
GRACE = timedelta(seconds=60)
# Asked for by name in a response, and never the name of anything else.
HOLDERS = ("anna-holder", "cy-holder")


@dataclass
class Service:
    """An installation whose store can be taken away."""

    licensing: sl.Licensing
    store: ManagedStore
    clock: Clock

    def take_the_store_away(self) -> None:
        self.store.error = StoreUnavailableError("connection to 10.0.0.7 refused")

    def let_the_grace_pass(self) -> None:
        self.clock.forward(seconds=GRACE.total_seconds() + 1)


@dataclass
class Seen:
    """A response."""

    status: int
    headers: Mapping[str, str]
    data: Any


Visit = Callable[..., Seen]


def make_service(clock: Clock, **options: Any) -> Service:  # noqa: ANN401 - the arguments of Licensing
    """Open a service with all seats taken: two by holders, none by bo; ada may administer."""
    store = ManagedStore(sl.MemoryStore())
    policy = sl.Policy(max_staleness=timedelta(0), stale_grace=GRACE)
    licensing = open_licensing(store, clock=clock, policy=policy, **options)
    furnish(
        licensing,
        *HOLDERS,
        "bo",
        person("ada", administrator=True),
        seats=1,
        holders={HOLDERS[0]: SALES, HOLDERS[1]: SERVICE},
    )
    return Service(licensing, store, clock)


def lines_of_glue(example: str) -> int:
    """Count the lines of *example* that licensing needs: marked ones, and imports of the library."""
    count, inside = 0, False
    for line in (EXAMPLES / example).read_text("utf-8").splitlines():
        text = line.strip()
        if text in {"# >>> licensing", "# <<< licensing"}:
            inside = ">>>" in text
        elif text and (inside or text.endswith("# licensing") or "superlicense" in text.partition("import")[0]):
            count += not text.startswith("#")
    return count


class WhatVisitorsSee:
    """The tests of one framework; a subclass has the fixture `visit`."""

    @pytest.fixture
    def service(self, clock: Clock) -> Service:
        return make_service(clock)

    def test_a_holder_enters(self, visit: Visit) -> None:
        seen = visit("GET", "/", user="anna-holder")
        assert (seen.status, seen.data) == (200, {"page": "home", "read_only": False, "notes": []})

    def test_a_holder_edits_what_the_plan_includes(self, visit: Visit) -> None:
        seen = visit("POST", "/quotes", user="anna-holder")
        assert (seen.status, seen.data) == (200, {"saved": "quote"})

    def test_who_has_no_seat_sees_why_and_what_helps(self, visit: Visit) -> None:
        seen = visit("GET", "/", user="bo")
        assert seen.status == 403
        assert seen.headers["content-type"] == MEDIA_TYPE
        assert seen.data["type"] == "urn:superlicense:problem:denied"
        assert seen.data["instance"] == "/"
        assert {"license_missing"} <= {reason["code"] for reason in seen.data["reasons"]}
        assert seen.data["remedies"][0] == {
            "code": "licenses_short",
            "text": sl.message(sl.UserRemedyCode.LICENSES_SHORT),
        }

    def test_who_has_no_seat_is_told_nothing_of_those_who_have(self, visit: Visit) -> None:
        seen = visit("GET", "/", user="bo")
        assert not any(name in str(seen.data) for name in (*HOLDERS, "holder", "place", "price"))

    def test_an_administrator_is_told_what_to_buy(self, visit: Visit) -> None:
        seen = visit("GET", "/", user="ada")
        assert seen.status == 403
        assert {one["code"] for one in seen.data["remedies"][0]["instructions"]} == {"assign", "buy"}

    def test_the_words_are_in_the_language_of_the_visitor(self, visit: Visit) -> None:
        seen = visit("GET", "/", user="bo", language="da-DK, en;q=0.5")
        assert seen.data["title"] == "Adgang nægtet"

    def test_a_feature_that_is_not_held_is_denied(self, visit: Visit) -> None:
        seen = visit("POST", "/quotes", user="cy-holder")
        assert (seen.status, seen.data["code"]) == (403, "license_missing")

    def test_after_the_grace_period_visitors_read_and_do_not_edit(self, visit: Visit, service: Service) -> None:
        service.clock.now = STOPS_AT
        seen = visit("GET", "/", user="anna-holder")
        assert (seen.status, seen.data["read_only"]) == (200, True)
        seen = visit("POST", "/quotes", user="anna-holder")
        assert (seen.status, seen.data["code"]) == (403, "package_stopped")

    def test_while_the_store_is_down_the_last_known_facts_are_used(self, visit: Visit, service: Service) -> None:
        service.take_the_store_away()
        seen = visit("GET", "/", user="anna-holder")
        assert (seen.status, seen.data["read_only"]) == (200, False)
        assert "not been refreshed" in seen.data["notes"][0]
        assert visit("GET", "/", user="bo").status == 403
        assert visit("GET", "/ready").status == 200

    def test_when_the_grace_is_over_visitors_are_asked_to_try_again(self, visit: Visit, service: Service) -> None:
        service.take_the_store_away()
        service.let_the_grace_pass()
        seen = visit("GET", "/", user="anna-holder", language="da")
        assert (seen.status, seen.headers["retry-after"]) == (503, "5")
        assert seen.data["title"] == "Licenser kan ikke kontrolleres i øjeblikket"
        assert "10.0.0.7" not in str(seen.data)
        assert visit("GET", "/ready").status == 503

    def test_visitors_enter_again_when_the_store_is_back(self, visit: Visit, service: Service) -> None:
        service.take_the_store_away()
        service.let_the_grace_pass()
        assert visit("GET", "/", user="anna-holder").status == 503
        service.store.error = None
        service.clock.forward(seconds=5)
        assert visit("GET", "/", user="anna-holder").status == 200

    def test_a_frontend_is_told_the_whole_decision(self, visit: Visit, service: Service) -> None:
        seen = visit("GET", "/why", user="bo")
        assert seen.status == 200
        assert seen.data == service.licensing.gate.login("bo", sl.Client.WEB).to_dict(sl.message)
