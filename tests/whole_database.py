"""Everything that the database holds, to look for what must not be there."""

from __future__ import annotations

from django.db import connection

from chorsu_articles.models import ProtectedIdentity


def everything_but_the_names() -> str:
    """Return every row of every table but that of the protected names, as text in lower case."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != ProtectedIdentity._meta.db_table:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                texts += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(texts).lower()
