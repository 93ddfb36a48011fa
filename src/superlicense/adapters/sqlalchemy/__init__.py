"""A store on SQLAlchemy, for SQLite and PostgreSQL. Needs the extra ``sql`` or ``postgres``.

>>> from sqlalchemy import create_engine
>>> SqlStore(create_engine("sqlite://")).create_tables()
"""

from superlicense.adapters.sqlalchemy.store import SqlStore

__all__ = ["SqlStore"]
