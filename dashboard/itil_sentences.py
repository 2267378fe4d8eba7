"""Sentences about single rows of service management. Pure; no word's ending depends on a name or a figure."""

import pandas as pd

from dashboard import formats, words
from dashboard.figures.readiness import row_name, stage_names
from dashboard.locale import translate as _

SOON_DAYS = 60
SAID_AT_MOST = 3


def incidents_sentence(rows: pd.DataFrame, language: str) -> str:
    """How many major incidents, how many declared, how many late, where most of them, how many hours were lost."""
    if rows.empty:
        return _("There was no major incident in this period.", language)
    late = int((rows["resolved_in_sla"].eq(False) | rows["ends_at"].isna()).sum())
    counts = rows["service_id"].value_counts()
    most = max(counts.index, key=lambda one: (counts[one], str(one)))
    lost = rows["lost_hours"].sum(min_count=1)
    parts = [
        _(
            "Major incidents: {count}, of them declared major: {declared}, resolved late or still open: {late}.",
            language,
            count=formats.number(len(rows), language),
            declared=formats.number(int(rows["is_declared"].sum()), language),
            late=formats.number(late, language),
        ),
        _(
            "Most of them: {name} ({count}).",
            language,
            name=words.label("service", most, language),
            count=formats.number(int(counts[most]), language),
        ),
    ]
    if not formats.missing(lost):
        parts.append(_("User hours lost: {hours}.", language, hours=formats.number(float(lost), language)))
    return " ".join(parts)


def problems_sentence(rows: pd.DataFrame, language: str) -> str:
    """How many problems are open, the oldest, and how many incidents they have caused."""
    if rows.empty:
        return _("No problem is open.", language)
    oldest = rows.iloc[0]
    return _(
        "Open problems: {count}; the oldest: {id} ({name}), open for {days}. Incidents linked with them in the last 30 "
        "days: {incidents}.",
        language,
        count=formats.number(len(rows), language),
        id=oldest["ticket_id"],
        name=words.label("service", oldest["service_id"], language),
        days=formats.value(int(oldest["age_days"]), "days", language),
        incidents=formats.number(int(rows["recent_incidents"].sum()), language),
    )


def readiness_sentence(rows: pd.DataFrame, language: str) -> str:
    """What takes effect soon and is not ready, what is overdue, and how the past year went."""
    if rows.empty:
        return _("No change of law takes effect in this selection.", language)
    ahead = rows[rows["is_ahead"].astype(bool)]
    unready = ahead[ahead["missing"].map(len) > 0]
    overdue = rows[~rows["is_ahead"].astype(bool) & (rows["missing"].map(len) > 0)]
    parts = [
        _(
            "Changes of law ahead: {count}, of them not yet ready: {unready}.",
            language,
            count=formats.number(len(ahead), language),
            unready=formats.number(len(unready), language),
        )
    ]
    if len(unready):
        first = unready.iloc[0]
        parts.append(
            _(
                "The nearest: {name}; missing: {stages}; days left: {days}.",
                language,
                name=row_name(first.to_dict(), language),
                stages=stage_names(first["missing"], language),
                days=formats.number(int(first["days_left"]), language),
            )
        )
    if len(overdue):
        names = "; ".join(row_name(row, language) for row in overdue.head(SAID_AT_MOST).to_dict("records"))
        parts.append(
            _(
                "In force but not in production: {count} ({names}).",
                language,
                count=formats.number(len(overdue), language),
                names=names,
            )
        )
    return " ".join(parts)


def findings_sentence(rows: pd.DataFrame, language: str) -> str:
    """How many findings are overdue, how many of them critical, and which the longest."""
    if rows.empty:
        return _("No security finding is overdue.", language)
    critical = int((rows["priority"] == "P1").sum())
    first = rows.iloc[0]
    return _(
        "Overdue findings: {count}, of them critical: {critical}; the longest: {id}, {days}; has to close it: {actor}.",
        language,
        count=formats.number(len(rows), language),
        critical=formats.number(critical, language),
        id=first["ticket_id"],
        days=formats.value(int(first["overdue_days"]), "days", language),
        actor=words.label("actor", first["actor_id"], language),
    )


def exercises_sentence(rows: pd.DataFrame, language: str) -> str:
    """How many applications were exercised successfully within a year, and which were not."""
    if rows.empty:
        return ""
    covered = rows["is_covered"].astype(bool)
    said = _(
        "Applications with a successful continuity exercise within a year: {covered} of {count}.",
        language,
        covered=formats.number(int(covered.sum()), language),
        count=formats.number(len(rows), language),
    )
    if covered.all():
        return said
    names = ", ".join(words.label("service", one, language) for one in rows.loc[~covered, "service_id"])
    return f"{said} {_('Without one: {names}.', language, names=names)}"
