"""E-mails about accounts: written once as text, sent as text and HTML."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse


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
    context = common() | {"subject": subject, "paragraphs": text.split("\n\n"), "code": code}
    return render_to_string("account/email/frame.html", context)


def send(template, to, context):
    """Send ``<template>_subject.txt`` and ``<template>_message.txt``."""
    context = common() | context
    subject = render_to_string(f"{template}_subject.txt", context).strip()
    text = render_to_string(f"{template}_message.txt", context).strip()
    message = EmailMultiAlternatives(subject, text, to=[to])
    message.attach_alternative(as_html(subject, text), "text/html")
    message.send()
