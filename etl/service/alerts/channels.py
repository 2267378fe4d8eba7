"""The channels that sources.toml names, and the delivery of what waits for them."""

import logging
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from data.errors import AspError
from etl.service.alerts import Notice, mail, webhook
from etl.service.alerts.box import Box
from etl.service.operation import AlertSettings, Operation, Smtp, Webhook, check_address
from etl.settings import Settings

LOGGER = logging.getLogger("asp-etl")
SMTP, WEBHOOK = CHANNELS = ("smtp", "webhook")
MOST_AT_ONCE = 50
Channel = Callable[[Sequence[Notice]], None]
"""Delivers notices in one message; raises Undelivered."""


class Undelivered(AspError):
    """A channel did not take a message. Says why, with no secret in it."""


def channels(operation: Operation, settings: Settings) -> dict[str, Channel]:
    """The channels that are set up, by name."""
    alerts = operation.alerts
    found: dict[str, Channel] = {}
    if alerts.smtp is not None:
        found[SMTP] = _by_mail(alerts, alerts.smtp, operation.folder, settings)
    if alerts.webhook is not None:
        found[WEBHOOK] = _by_webhook(alerts, alerts.webhook, operation.folder, settings)
    return found


def deliver(box: Box, working: Mapping[str, Channel]) -> None:
    """Send what waits. A channel that fails is logged, and its messages go on waiting; nothing is raised for it."""
    with box.delivering() as free:
        if not free:
            return
        for name in CHANNELS:
            waiting = [one.notice for one in box.state().waiting if name in one.channels]
            if waiting and name not in working:
                _note(box, name, waiting)
            for first in range(0, len(waiting) if name in working else 0, MOST_AT_ONCE):
                part = waiting[first : first + MOST_AT_ONCE]
                if not _sent(name, working[name], part):
                    break
                _note(box, name, part)


def _sent(name: str, channel: Channel, notices: Sequence[Notice]) -> bool:
    try:
        channel(notices)
    except Undelivered as error:
        LOGGER.error("%d alert(s) wait for %s: %s", len(notices), name, error)
        return False
    LOGGER.info("%d alert(s) delivered by %s", len(notices), name)
    return True


def _note(box: Box, name: str, notices: Sequence[Notice]) -> None:
    with box.changing() as state:
        state.deliver(name, {notice.id for notice in notices})


def _by_mail(alerts: AlertSettings, smtp: Smtp, folder: Path, settings: Settings) -> Channel:
    def send(notices: Sequence[Notice]) -> None:
        password = _secret(settings, smtp.password_env, "smtp.password_env") if smtp.password_env else None
        try:
            mail.send(smtp, password, _trust(smtp.ca_file, folder), mail.message(smtp, notices, alerts.language))
        except OSError as error:
            raise Undelivered(f"{smtp.host}:{smtp.port_or_default}: {_reason(error)}") from None

    return send


def _by_webhook(alerts: AlertSettings, hook: Webhook, folder: Path, settings: Settings) -> Channel:
    def send(notices: Sequence[Notice]) -> None:
        url = hook.url or _secret(settings, hook.url_env, "webhook.url_env")
        secret = _secret(settings, hook.secret_env, "webhook.secret_env") if hook.secret_env else None
        try:
            check_address(url, hook.allow_http)
            webhook.send(url, secret, _trust(hook.ca_file, folder), webhook.body(notices, alerts.language))
        except (ValueError, webhook.Refused) as error:
            raise Undelivered(f"webhook: {error}") from None

    return send


def _secret(settings: Settings, variable: str | None, setting: str) -> str:
    value = settings.secret(variable) if variable else None
    if not value:
        raise Undelivered(f"alerts.{setting}: {variable} is not set. Put it into the environment or into .env.")
    return value


def _trust(ca_file: str | None, folder: Path) -> ssl.SSLContext:
    """The system's certificates, and those of ca_file. Raises Undelivered when that cannot be read."""
    context = ssl.create_default_context()
    if ca_file:
        path = folder / ca_file
        try:
            context.load_verify_locations(cafile=path)
        except OSError as error:
            raise Undelivered(f"{path}: holds no certificates that can be read (ca_file).") from error
    return context


def _reason(error: OSError) -> str:
    """Why a mail server did not take a message: its code where it gave one. Its words may repeat what was sent."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"a recipient was refused ({', '.join(str(code) for code, _ in error.recipients.values())})"
        case smtplib.SMTPResponseException():
            return f"{type(error).__name__} {error.smtp_code}"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})"
        case _:
            return error.strerror or type(error).__name__
