"""Alerts by e-mail (SMTP). The message is plain text; the server's certificate is always checked."""

import logging
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from etl.service.alerts import Notice
from etl.service.alerts.words import KIND, SEVERITY, moment, phrase
from etl.service.operation import Smtp

LOGGER = logging.getLogger("asp-etl")
SECONDS = 15


def send(settings: Smtp, password: str | None, trust: ssl.SSLContext, mail: EmailMessage) -> None:
    """Hand a message to the server. Raises OSError (smtplib's errors are among them) when nobody can get it."""
    with _connected(settings, trust) as server:
        if settings.security == "starttls":
            server.starttls(context=trust)
        if settings.user and password:
            server.login(settings.user, password)
        if refused := server.send_message(mail):
            # The others have it: sending it again would only repeat it to them.
            LOGGER.error("%s refused %d of %d recipients", settings.host, len(refused), len(settings.to))


def _connected(settings: Smtp, trust: ssl.SSLContext) -> smtplib.SMTP:
    host, port = settings.host, settings.port_or_default
    if settings.security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=trust)
    return smtplib.SMTP(host, port, timeout=SECONDS)


def message(settings: Smtp, notices: Sequence[Notice], language: str) -> EmailMessage:
    """One message that tells all of the notices."""
    mail = EmailMessage()
    mail["From"] = settings.sender
    mail["To"] = ", ".join(settings.to)
    mail["Subject"] = " ".join(subject(notices, language).split())
    mail["Date"] = format_datetime(notices[-1].at)
    mail["Message-ID"] = f"<{notices[0].id}-{len(notices)}@{settings.sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = language
    told = "\n\n".join(_told(notice, language) for notice in notices)
    mail.set_content(f"{told}\n\n-- \n{phrase('footer', language)}\n")
    return mail


def subject(notices: Sequence[Notice], language: str) -> str:
    """What it is about, in a line."""
    if len(notices) > 1:
        return phrase("subject_many", language, count=len(notices))
    alert = notices[0].alert
    about = alert.source or phrase("everything", language)
    name = "subject_over" if notices[0].over else "subject_one"
    return phrase(name, language, kind=KIND[alert.kind][language], about=about)


def _told(notice: Notice, language: str) -> str:
    alert = notice.alert
    state = phrase("over" if notice.over else "raised", language)
    heading = [state, SEVERITY[alert.severity][language], KIND[alert.kind][language], moment(notice.at, language)]
    if alert.run is not None:
        heading.append(phrase("run", language, run=str(alert.run)))
    text = alert.text[language]
    return f"{' · '.join(heading)}\n{phrase('over_text', language, text=text) if notice.over else text}"
