"""E-mails about accounts: written once as text, kept as text and HTML until they are carried."""

from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from .models.letters import Letter

NOTICE = timedelta(days=7)  # how long it is worth telling what was done to an account
CODE = timedelta(seconds=settings.CODE_SECONDS)


def common():
    """What every e-mail's template knows."""
    return {
        "site_name": settings.SITE_NAME,
        "trust_name": settings.TRUST_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "sign_in_url": settings.SITE_URL + reverse("account_login"),
    }


def as_html(subject, text, code=""):
    """The same text in the design's colours; a code stands out."""
    context = common() | {"title": subject, "paragraphs": text.split("\n\n"), "code": code}
    return render_to_string("account/email/frame.html", context)


def send(template, to, context):
    """Write ``<template>_subject.txt`` and ``<template>_message.txt`` to somebody; it leaves once
    the transaction commits."""
    context = common() | context
    subject = render_to_string(f"{template}_subject.txt", context).strip()
    text = render_to_string(f"{template}_message.txt", context).strip()
    Letter.write(to=to, subject=subject, text=text, html=as_html(subject, text), lasts=NOTICE)


def post(message, lasts):
    """Write what somebody else rendered, as ``send``."""
    [(html, _)] = message.alternatives
    for to in message.to:
        Letter.write(to=to, subject=message.subject, text=message.body, html=html, lasts=lasts)
