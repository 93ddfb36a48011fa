"""Metered services: cards with charts, the statement of a month, and the same as CSV."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from starlette.responses import Response

from superlicense.errors import InvalidValueError
from superlicense.model.month import Month
from superlicense.web.pages.charts import chart_of
from superlicense.web.visit import Page, Visit

__all__ = ["cell", "meters", "statement", "statement_csv"]

_COLUMNS: Final = "kind meter unit month used threshold overage blocks block_size price_per_block amount currency"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def meters(visit: Visit) -> Page:
    """Show the usage of a month, and of those before it."""
    screen = visit.licensing.screens.metered_services(visit.get("month") or None, language=visit.language)
    month = Month.parse(screen.month)
    return Page(
        template="meters.html",
        tab="meters",
        title=visit.words.text("metered_services"),
        screen=screen,
        values={
            "charts": {row.service.code: chart_of(row, screen.month) for row in screen.services},
            "quantity": lambda value, unit: _quantity(visit, value, unit),
            "previous": str(month.plus(-1)),
            "following": str(month.plus(1)),
            "runs": screen.starts_at <= visit.now < screen.ends_at,
        },
    )


def _quantity(visit: Visit, value: int, unit: str) -> str:
    return visit.words.size(value) if unit == "byte" else visit.words.number(value)


def statement(visit: Visit) -> Page:
    """Show the statement of a month: a draft, or final once it is closed."""
    found = visit.licensing.meters.statement(_month(visit))
    return Page(
        template="statement.html",
        tab="meters",
        title=visit.words.text("web_statement", month=str(found.month)),
        screen=found,
        values={"quantity": lambda value, unit: _quantity(visit, value, unit)},
    )


def statement_csv(visit: Visit) -> Response:
    """Return the lines of a statement as CSV; no cell is a formula."""
    found = visit.licensing.meters.statement(_month(visit))
    text = StringIO()
    rows = csv.writer(text)
    names = _COLUMNS.split()
    rows.writerow(names)
    for line in found.lines:
        rows.writerow([cell(getattr(line, name)) for name in names])
    headers = {"Content-Disposition": f'attachment; filename="statement-{found.month}.csv"'}
    return Response(text.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")


def cell(value: object) -> str:
    """Return *value* as the text of a cell that no program takes for a formula."""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def _month(visit: Visit) -> Month:
    given = visit.get("month")
    if not given:
        raise InvalidValueError("month", given, "must be a month: YYYY-MM")
    return Month.parse(given)
