"""The decision log's tables, and scenarios. Rows are only ever added: triggers (migrations/) hold that."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Double, Integer, MetaData, String, Table, Text

metadata = MetaData()


def _chained() -> list[Column[object]]:
    """What makes a row part of the chain: its place in it, the hash of the row before, the hash of this one."""
    return [
        Column("position", Integer, nullable=False, unique=True, comment="place in the chain, over both tables"),
        Column("token", Text, nullable=False, unique=True, comment="of the form, so that sending twice records once"),
        Column("form", Integer, nullable=False, comment="which fields the hash is made of (record/chain.py)"),
        Column("previous_hash", String(64), nullable=False, unique=True, comment="SHA-256 of the row before"),
        Column("hash", String(64), nullable=False, unique=True, comment="SHA-256 of this row's content"),
    ]


decision = Table(
    "decision",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False, comment="as people cite it"),
    Column("kind", Text, nullable=False, comment="question or decision"),
    Column("text", Text, nullable=False, comment="plain text"),
    Column("follows", Integer, nullable=True, comment="number of the closed item that it goes on from"),
    Column("metric_id", Text, nullable=False, comment="figure of the catalogue"),
    Column("metric_version", Integer, nullable=False, comment="version of its definition"),
    Column("service_id", Text, nullable=True, comment="application or component, where the selection names one"),
    Column("selection", Text, nullable=False, comment="query of the selection, its period written out"),
    Column("view", Text, nullable=False, comment="path of the page it was recorded from"),
    Column("run_id", Integer, nullable=True, comment="run as of which the figure was seen"),
    Column("snapshot", Text, nullable=False, comment="published state that it was measured in"),
    Column("value", Double, nullable=True, comment="the figure; null where undefined"),
    Column("numerator", Double, nullable=True, comment="null where nothing was counted"),
    Column("denominator", Double, nullable=True, comment="null where nothing was counted"),
    Column("n", BigInteger, nullable=False, comment="rows behind the figure"),
    Column("variation", Text, nullable=True, comment="what its control chart said; null without one"),
    Column("assurance", Text, nullable=True, comment="against the target; null without a chart"),
    Column("target", Double, nullable=True, comment="target in force"),
    Column("target_low", Double, nullable=True, comment="lower end of a band"),
    Column("target_high", Double, nullable=True, comment="upper end of a band"),
    Column("accountable_id", Text, nullable=False, comment="accountable actor at the end of the period"),
    Column("responsible_id", Text, nullable=False, comment="actor asked to answer"),
    Column("due_on", Date, nullable=False, comment="day to answer by, in Budapest"),
    Column("author_name", Text, nullable=False, comment="who recorded it, as given"),
    Column("author_role", Text, nullable=False, comment="in what role, as given"),
    Column("created_at", DateTime, nullable=False, comment="UTC"),
    *_chained(),
)

decision_entry = Table(
    "decision_entry",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False, comment="of all entries"),
    Column("decision", Integer, nullable=False, index=True, comment="number of the item"),
    Column("kind", Text, nullable=False, comment="answer, outcome, comment or due_changed"),
    Column("text", Text, nullable=False, comment="plain text"),
    Column("due_on", Date, nullable=True, comment="new day to answer by"),
    Column("author_name", Text, nullable=False, comment="who recorded it, as given"),
    Column("author_role", Text, nullable=False, comment="in what role, as given"),
    Column("created_at", DateTime, nullable=False, comment="UTC"),
    *_chained(),
)

scenario = Table(
    "scenario",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False, comment="of all revisions, as links name it"),
    Column("first", Integer, nullable=False, index=True, comment="number of the scenario's first revision"),
    Column("parent", Integer, nullable=True, comment="number of the revision it was made from; null of a first one"),
    Column("name", Text, nullable=False, comment="plain text"),
    Column("note", Text, nullable=False, comment="plain text; empty where nothing was noted"),
    Column("base_month", Date, nullable=False, comment="first day of the last month of the base"),
    Column("months", Integer, nullable=False, comment="months of the base"),
    Column("run_id", Integer, nullable=False, comment="run as of which the base is taken"),
    Column("changes", Text, nullable=False, comment="JSON, as data/cost/scenario.py writes it"),
    Column("archived", Integer, nullable=False, comment="1: this revision puts the scenario aside"),
    Column("author_name", Text, nullable=False, comment="who recorded it, as given"),
    Column("author_role", Text, nullable=False, comment="in what role, as given"),
    Column("created_at", DateTime, nullable=False, comment="UTC"),
    Column("token", Text, nullable=False, unique=True, comment="of the form, so that sending twice records once"),
    Column("form", Integer, nullable=False, comment="which fields the hash is made of"),
    Column("previous_hash", String(64), nullable=False, unique=True, comment="SHA-256 of the revision before"),
    Column("hash", String(64), nullable=False, unique=True, comment="SHA-256 of this row's content"),
)

TABLES = (decision, decision_entry)
"""The tables of the log's chain; scenarios have one of their own."""
