from datetime import date, datetime

import pandas as pd
import pytest
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Double, MetaData, Table, Text, select

table = Table(
    "arrivals",
    MetaData(),
    Column("text", Text),
    Column("whole", BigInteger),
    Column("number", Double),
    Column("flag", Boolean),
    Column("at", DateTime),
    Column("day", Date),
    Column("kind", Text),
)

ROWS = [
    (
        'Őrült "idézett",\nkét sor',
        9_007_199_254_740_993,
        0.1,
        True,
        datetime(2026, 3, 29, 1, 30),
        date(2026, 3, 29),
        "a",
    ),
    ("", -1, -2.5, False, datetime(1999, 12, 31, 23, 59, 59, 123456), date(1999, 12, 31), "b"),
    (None, None, None, None, None, None, None),
    ("\\N", 0, 0.0, False, datetime(2000, 1, 1), date(2000, 1, 1), "a"),
]


def test_a_frame_arrives_as_it_is(store):
    frame = pd.DataFrame(ROWS, columns=[column.name for column in table.c], dtype="object")
    frame = frame.astype({"whole": "Int64", "flag": "boolean", "at": "datetime64[us]", "kind": "category"})

    with store.writing() as session:
        table.create(session.connection)
        session.load_frame("arrivals", frame)
        found = [tuple(row) for row in session.connection.execute(select(table))]

    assert sorted(found, key=str) == sorted(ROWS, key=str)


def test_an_empty_frame_adds_nothing(store):
    with store.writing() as session:
        table.create(session.connection)
        session.load_frame("arrivals", pd.DataFrame({"text": pd.Series(dtype="str")}))
        assert session.connection.execute(select(table)).all() == []


def test_a_column_that_the_table_lacks_is_refused(store):
    with pytest.raises(Exception, match="no_such"), store.writing() as session:
        table.create(session.connection)
        session.load_frame("arrivals", pd.DataFrame({"no_such": [1]}))
