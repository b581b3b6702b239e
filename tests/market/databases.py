"""Databases asked past the store, as whoever made them could."""

import sqlalchemy as sa


def run(url, *statements):
    """The rows that statements answer, each SQL as it stands or an expression, in one transaction."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    with engine.begin() as connection:
        found = [
            connection.exec_driver_sql(each) if isinstance(each, str) else connection.execute(each)
            for each in statements
        ]
        rows = [list(result) for result in found if result.returns_rows]
    engine.dispose()
    return rows
