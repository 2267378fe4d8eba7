"""[[schedule]] and [alerts] of sources.toml: when jobs run, and who is told what when something is wrong."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from etl.config import ConfigError, Job, Source, Strings, did_you_mean, read_document
from etl.connections import Variable, is_loopback
from etl.service.schedule import BadExpression, Task, check_expression

ALL: Literal["all"] = "all"
OTHERS = "*"  # the source names of a table that are not listed
# In the order that lets later jobs build on earlier ones.
EVERY_JOB: tuple[Job, ...] = ("contracts", "training", "budget", "usage", "tickets")
Name = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _per_source(value: Any) -> Any:
    """A number alone is that of every source."""
    return {OTHERS: value} if isinstance(value, int | float) and not isinstance(value, bool) else value


T = TypeVar("T", bound=_Model)


class Entry(_Model):
    """One [[schedule]]: which job runs when, in Budapest time. sources: only these of the job; all of them if none."""

    job: Job | Literal["all"]
    cron: Name
    sources: Strings = ()

    @model_validator(mode="after")
    def _names_a_time(self) -> Self:
        try:
            check_expression(self.cron)
        except BadExpression as error:
            raise ValueError(str(error)) from error
        return self


class Smtp(_Model):
    """[alerts.smtp]: a mail server. ca_file: certificates to trust besides the system's, relative to sources.toml."""

    host: Name
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password_env: Variable | None = None
    sender: Annotated[str, Field(alias="from", min_length=3)]
    to: Annotated[Strings, Field(min_length=1)]
    ca_file: str | None = None

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if (self.user is None) != (self.password_env is None):
            raise ValueError("give both user and password_env, or neither")
        if self.user and self.security == "none" and not is_loopback(self.host):
            raise ValueError("a password may not be sent without encryption; set security to 'starttls' or 'tls'")
        for address in (self.sender, *self.to):
            if "@" not in address or any(sign.isspace() for sign in address):
                raise ValueError(f"'{address}' is not an e-mail address")
        return self

    @property
    def port_or_default(self) -> int:
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class Webhook(_Model):
    """[alerts.webhook]: an address that takes JSON by POST. secret_env: signs what is sent (HMAC-SHA256)."""

    url: str | None = None
    url_env: Variable | None = None
    secret_env: Variable | None = None
    ca_file: str | None = None
    allow_http: bool = False

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.url is None) == (self.url_env is None):
            raise ValueError("give exactly one of url, url_env")
        if self.url is not None:
            check_address(self.url, self.allow_http)
        return self


class AlertSettings(_Model):
    """[alerts]: limits by source, channels, and the language of what is told."""

    language: Literal["hu", "en"] = "hu"
    quarantine_rate: Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]], BeforeValidator(_per_source)] = {}
    late_hours: Annotated[dict[str, Annotated[float, Field(gt=0)]], BeforeValidator(_per_source)] = {}
    volume: bool = True
    smtp: Smtp | None = None
    webhook: Webhook | None = None

    def rate_limit(self, source: str) -> float:
        """Largest share of rows that may be set aside without an alert."""
        return _limit(self.quarantine_rate, source, 0.05) or 0.0

    def hours(self, source: str) -> float | None:
        """How old the newest row of a source may be; None: it is not watched."""
        return _limit(self.late_hours, source, None)


class Operation(_Model):
    """What sources.toml says beside its sources. folder: where relative paths start from."""

    schedule: tuple[Entry, ...] = ()
    alerts: AlertSettings = AlertSettings()
    folder: Path = Path()

    def tasks(self, sources: Sequence[Source], cron: str) -> list[Task]:
        """What is to run, in the order of the file; every job at `cron` when the file has no [[schedule]]."""
        entries = self.schedule or (Entry(job=ALL, cron=cron),)
        found = (task for entry in entries for task in _tasks(entry, sources))
        return list(dict.fromkeys(found))


def load_operation(path: Path, sources: Sequence[Source]) -> Operation:
    """The schedule and the alerts of sources.toml. Raises ConfigError, as load_sources does."""
    document = read_document(path)
    schedule = document.get("schedule", [])
    if not isinstance(schedule, list):
        raise ConfigError(f"{path}: write [[schedule]], in two pairs of brackets; there may be several.")
    entries = tuple(_checked(path, f"schedule no. {place}", Entry, one) for place, one in enumerate(schedule, start=1))
    alerts = _checked(path, "alerts", AlertSettings, document.get("alerts", {}))
    _check_names(path, entries, alerts, sources)
    return Operation(schedule=entries, alerts=alerts, folder=path.parent)


def _checked(path: Path, where: str, model: type[T], value: Any) -> T:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        told = "\n".join(f"{path}: {where}: {_said(problem, model)}" for problem in error.errors())
        raise ConfigError(told) from error


def _said(problem: Any, model: type[_Model]) -> str:
    """One problem of pydantic's as `setting: what is wrong`; what was written is not repeated, it may be a secret."""
    place = [str(part) for part in problem["loc"]]
    if problem["type"] == "extra_forbidden":
        tables: dict[str, type[BaseModel]] = {"smtp": Smtp, "webhook": Webhook}
        table = tables.get(place[0], model) if len(place) > 1 else model
        known = [field.alias or name for name, field in table.model_fields.items()]
        return f"'{'.'.join(place)}' is not a known setting{did_you_mean(place[-1], known)}."
    if problem["type"] == "missing":
        return f"'{'.'.join(place)}' is missing."
    reason = problem["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{'.'.join(place)}: {reason}." if place else f"{reason}."


def _check_names(path: Path, entries: Sequence[Entry], alerts: AlertSettings, sources: Sequence[Source]) -> None:
    """Every source that the schedule and the limits name is described, and belongs to the entry's job."""
    jobs = {source.name: source.job for source in sources}
    for place, entry in enumerate(entries, start=1):
        for name in entry.sources:
            _check_known(f"{path}: schedule no. {place}", name, jobs)
            if entry.job not in (ALL, jobs[name]):
                raise ConfigError(
                    f"{path}: schedule no. {place}: source '{name}' belongs to job '{jobs[name]}', not '{entry.job}'."
                )
        if entry.job != ALL and entry.job not in jobs.values():
            raise ConfigError(f"{path}: schedule no. {place}: no source of job '{entry.job}' is described.")
    for setting, limits in (("quarantine_rate", alerts.quarantine_rate), ("late_hours", alerts.late_hours)):
        for name in limits:
            if name != OTHERS:
                _check_known(f"{path}: alerts.{setting}", name, jobs)


def _check_known(where: str, name: str, jobs: Mapping[str, str]) -> None:
    if name not in jobs:
        raise ConfigError(f"{where}: no source is named '{name}'{did_you_mean(name, list(jobs))}.")


def _tasks(entry: Entry, sources: Sequence[Source]) -> list[Task]:
    wanted = [source for source in sources if not entry.sources or source.name in entry.sources]
    jobs = EVERY_JOB if entry.job == ALL else (entry.job,)
    chosen = {job: tuple(source.name for source in wanted if source.job == job) for job in jobs}
    return [Task(job, names, entry.cron) for job, names in chosen.items() if names]


def _limit(limits: Mapping[str, float], source: str, otherwise: float | None) -> float | None:
    return limits.get(source, limits.get(OTHERS, otherwise))


def check_address(url: str, allow_http: bool = False) -> None:
    """Raises ValueError unless it is an https address, or http on this machine. The address is not repeated."""
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise ValueError("a webhook's address may hold no password; name the variable that holds it with url_env")
    plain = parts.scheme == "http" and (allow_http or is_loopback(parts.hostname or ""))
    if not parts.hostname or not (parts.scheme == "https" or plain):
        raise ValueError("a webhook's address begins with https://; http:// needs allow_http = true")
