"""Contrib: glue for the frameworks that services are built with.

| module | extra | for |
|---|---|---|
| `superlicense.contrib.fastapi` | `fastapi` | dependencies and exception handlers; Starlette as well |
| `superlicense.contrib.flask` | `flask` | decorators, also of async views |
| `superlicense.contrib.django` | `django` | middleware, login backend, command, transactions |
| `superlicense.contrib.openfeature` | `openfeature` | a provider of feature flags |
| `superlicense.contrib.opentelemetry` | `opentelemetry` | a hook: span events and a histogram |

Each imports its framework when it is imported, and none imports another.
"""
