"""Terms set by a decision: an open month is billed on today's terms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import START, Clock
from tests.licensing.metered import DECEMBER, DISK, MAILS, MICROSECOND, NOVEMBER, Open, sent, stored, used
from tests.licensing.test_terms import CHAT, DEAR, DECEMBER_STARTS, agree, thresholds


class TestSetTerms:
    """An open month is put on today's terms by a decision that the journal records."""

    def test_bills_the_month_on_them(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        firm.meters.record([sent(60), stored(90), stored(7, START + MICROSECOND)])
        peak = evolve(DISK, aggregation=sl.Aggregation.PEAK)
        new = opened(meters=[DEAR, peak, CHAT], policy=sl.Policy(user_count=sl.UserCount.AT_CLOSE))
        assert new.meters.set_terms(NOVEMBER, by="signe") == (CHAT, DEAR, peak)
        for one in (firm, new):
            assert used(one) == {"chat_sessions": 0, "mailings": 60, "storage": 90}
            assert thresholds(one) == {"chat_sessions": 1, "mailings": 10, "storage": 1000}
            agree(one, NOVEMBER)
        crossing = new.meters.crossings()[-1]
        assert (crossing.id, crossing.cause) == ("mailings/2026-11/120", sl.CrossingCause.THRESHOLD)
        entry = new.journal.entries()[-1]
        assert (entry.kind, entry.month, entry.by) == (sl.EntryKind.SET_TERMS, NOVEMBER, "signe")
        assert (new.meters.terms_differ(), new.verify_store().findings) == ((), ())
        clock.now = DECEMBER_STARTS
        assert new.meters.close(NOVEMBER, by="billing").total == Decimal(175)
        assert new.verify_store().findings == ()

    def test_a_reading_is_carried_into_a_month_that_this_opened_ahead(self, firm: sl.Licensing) -> None:
        firm.meters.record([stored(1)])
        firm.meters.set_terms(DECEMBER, by="signe")
        firm.meters.record([stored(70, START + MICROSECOND)])
        assert [used(firm, month)["storage"] for month in (NOVEMBER, DECEMBER)] == [70, 70]

    def test_a_meter_that_is_not_listed_keeps_its_own(self, firm: sl.Licensing, opened: Open) -> None:
        firm.meters.record([sent(1)])
        assert opened(meters=[CHAT]).meters.set_terms("2026-11", by="signe") == (CHAT, MAILS, DISK)

    def test_a_closed_month_keeps_its_terms(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        clock.now = DECEMBER_STARTS
        firm.meters.close(NOVEMBER, by="billing")
        with pytest.raises(sl.RefusedError) as refused:
            firm.meters.set_terms(NOVEMBER, by="signe")
        assert refused.value.code == "month_closed"
        with pytest.raises(sl.RefusedError) as refused:
            opened(meters=None).meters.set_terms(DECEMBER, by="signe")
        assert refused.value.code == "terms_missing"
