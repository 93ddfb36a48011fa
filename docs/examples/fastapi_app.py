"""A small service with FastAPI: who may enter, read and edit, and what visitors see if they may not.

`create_app(licensing)` is the whole application. Run it with demo data:

    uvicorn --factory docs.examples.fastapi_app:demo
    curl -H "X-User: anna" localhost:8000/
"""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

import superlicense as sl
from superlicense.contrib.fastapi import init_app, require_feature, require_login

# >>> licensing
Visit = Annotated[sl.Decision, Depends(require_login())]
EDITS_QUOTES = Depends(require_feature("quote", sl.Access.EDIT))


def current_user(request: Request) -> str | None:
    """Return who is logged in; a real service asks its session."""
    return request.headers.get("X-User")


# <<< licensing


def create_app(licensing: sl.Licensing) -> FastAPI:
    """Return the application on *licensing*."""
    app = FastAPI()
    # >>> licensing
    init_app(app, licensing, who=current_user)
    # <<< licensing

    @app.get("/")
    def home(visit: Visit) -> dict[str, Any]:
        return {
            "page": "home",
            # After the grace period of a package, visitors enter and read, and this hides the buttons.
            "read_only": visit.outcome is sl.Outcome.READ_ONLY,
            # While the store is down, the last known facts are used, and this says so.
            "notes": [sl.message(warning) for warning in visit.warnings],
        }

    @app.post("/quotes", dependencies=[EDITS_QUOTES])
    def save_quote() -> dict[str, str]:
        return {"saved": "quote"}

    @app.get("/why")
    def why(request: Request) -> JSONResponse:
        """Show what a frontend gets to know about a login, granted or not."""
        decision = licensing.gate.login(current_user(request) or "", sl.Client.WEB)
        return JSONResponse(decision.to_dict(sl.message))

    @app.get("/ready")
    def ready() -> JSONResponse:
        health = licensing.health()
        return JSONResponse(health.to_dict(), 200 if health.ready else 503)

    return app


def demo() -> FastAPI:
    """Return the application with one user, in memory."""
    from superlicense.testing import licensing, user  # noqa: PLC0415 - only the demo needs it

    furnished = licensing()
    furnished.users.save(user("anna"))
    furnished.seats.assign("anna", "superoffice.ten-sales", by="demo")
    return create_app(furnished)
