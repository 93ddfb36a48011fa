"""A small service with Flask: who may enter, read and edit, and what visitors see if they may not.

`create_app(licensing)` is the whole application. Run it with demo data:

    flask --app docs.examples.flask_app:demo run
    curl -H "X-User: anna" localhost:5000/
"""

from typing import Any

from flask import Flask, g, request

import superlicense as sl
from superlicense.contrib.flask import init_app, require_feature, require_login


def create_app(licensing: sl.Licensing) -> Flask:
    """Return the application on *licensing*."""
    app = Flask(__name__)
    # >>> licensing
    init_app(app, licensing, who=lambda: request.headers.get("X-User"))
    # <<< licensing

    @app.get("/")
    @require_login()  # licensing
    def home() -> dict[str, Any]:
        visit: sl.Decision = g.license_decision  # licensing
        return {
            "page": "home",
            # After the grace period of a package, visitors enter and read, and this hides the buttons.
            "read_only": visit.outcome is sl.Outcome.READ_ONLY,
            # While the store is down, the last known facts are used, and this says so.
            "notes": [sl.message(warning) for warning in visit.warnings],
        }

    @app.post("/quotes")
    @require_feature("quote", sl.Access.EDIT)  # licensing
    async def save_quote() -> dict[str, str]:
        return {"saved": "quote"}

    @app.get("/why")
    def why() -> dict[str, Any]:
        """Show what a frontend gets to know about a login, granted or not."""
        decision = licensing.gate.login(request.headers.get("X-User", ""), sl.Client.WEB)
        return decision.to_dict(sl.message)

    @app.get("/ready")
    def ready() -> tuple[dict[str, Any], int]:
        health = licensing.health()
        return health.to_dict(), 200 if health.ready else 503

    return app


def demo() -> Flask:
    """Return the application with one user, in memory."""
    from superlicense.testing import licensing, user  # noqa: PLC0415 - only the demo needs it

    furnished = licensing()
    furnished.users.save(user("anna"))
    furnished.seats.assign("anna", "superoffice.ten-sales", by="demo")
    return create_app(furnished)
