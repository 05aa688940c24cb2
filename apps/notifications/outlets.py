"""Where deliveries leave: the mail server, and the Messages page."""

import logging
import smtplib
from contextlib import suppress

from django.conf import settings
from django.core.mail import get_connection

from .kinds import KINDS
from .mail import compose, content
from .models import Channel

logger = logging.getLogger(__name__)

# How a mail server says that it does not take the sender, or perhaps something else.
REFUSALS = (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)


class MailServerDown(Exception):  # noqa: N818 - not an error of ours
    """The mail server does not take a connection: nobody's message is to blame."""


class NotAccepted(Exception):  # noqa: N818
    """The mail back end reports that it sent nothing."""


class Mailer:
    """One connection to the mail server for a batch, made when the first e-mail needs it."""

    def __enter__(self):
        self.connection = None
        return self

    def __exit__(self, *exc):
        self.close()

    def open(self):
        """Be connected, or raise MailServerDown before any message is begun."""
        if self.connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                raise MailServerDown(type(error).__name__) from error
            self.connection = connection

    def send(self, message):
        """Hand over one message. A server may let us be nobody but the usual sender: then it
        leaves, and does not come back to us. Many say so of the recipient (Postfix answers to
        MAIL FROM only there): what becomes of it with the usual sender is what counts."""
        try:
            self._send(message)
        except REFUSALS as error:
            if message.from_email == settings.DEFAULT_FROM_EMAIL:
                raise
            message.from_email = settings.DEFAULT_FROM_EMAIL
            self.open()
            self._send(message)
            logger.warning("The mail server takes no sender of ours (%s)", type(error).__name__)

    def _send(self, message):
        """After an error the connection is not used again."""
        try:
            if self.connection.send_messages([message]) != 1:
                raise NotAccepted
        except Exception:
            self.close()
            raise

    def close(self):
        if self.connection is not None:
            connection, self.connection = self.connection, None
            with suppress(OSError, smtplib.SMTPException):
                connection.close()


def _email(delivery, mailer):
    mailer.send(compose(KINDS[delivery.occurrence.rule.kind], delivery))
    return {}


def _inbox(delivery, mailer):
    kind = KINDS[delivery.occurrence.rule.kind]
    said = content(kind, delivery.occurrence, delivery.reader)
    facts = [f"{label}: {value}" for label, value in said["facts"]]
    text = "\n\n".join(["\n".join(facts), *map(str, said["lines"])]).strip()
    return {
        "title": said["title"][:200],
        "text": text,
        "url": said["url"][:300],
        "action": said["action"][:60],
    }


OUTLETS = {Channel.EMAIL: _email, Channel.IN_APP: _inbox}
