"""In development, mail goes to a folder; this shows it, so that a newcomer can read what was sent.

Not a page of the real site: without DEBUG and the file back end it does not exist.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
BETWEEN = re.compile(rb"^-{79}\n", re.MULTILINE)
NEWEST = 500  # no more than this many are listed


@dataclass(frozen=True)
class Mail:
    """One e-mail in the folder: ``key`` is its file's name and its place in the file."""

    key: str
    raw: bytes

    @cached_property
    def message(self):
        return email.message_from_bytes(self.raw.strip() + b"\n", policy=email.policy.default)

    @property
    def subject(self):
        return self.message["Subject"]

    @property
    def to(self):
        return self.message["To"]

    @property
    def sent_at(self):
        return self.message["Date"].datetime

    def _part(self, kind):
        for part in self.message.walk():
            if part.get_content_type() == kind:
                return part.get_content()
        return None

    @property
    def text(self):
        return self._part("text/plain")

    @property
    def html(self):
        return self._part("text/html")

    @property
    def calendar(self):
        return self._part("text/calendar")

    @property
    def files(self):
        """The names of what is attached."""
        return [name for part in self.message.walk() if (name := part.get_filename())]


def mails():
    """The mails in the folder, newest first."""
    folder = Path(settings.MAILBOX_DIR)
    found = []
    for file in sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True):
        parts = [part for part in BETWEEN.split(file.read_bytes()) if part.strip()]
        found += [Mail(f"{file.stem}-{place}", part) for place, part in enumerate(parts)][::-1]
        if len(found) >= NEWEST:
            break
    return found[:NEWEST]


def _find(key):
    for mail in mails():
        if mail.key == key:
            return mail
    raise Http404


def development_only(view):
    """404 wherever mail goes to real people."""

    def shown(request, *args, **kwargs):
        if not (settings.DEBUG and settings.EMAIL_BACKEND == FILE_BACKEND):
            raise Http404
        return view(request, *args, **kwargs)

    return login_not_required(never_cache(shown))


@development_only
def mailbox(request):
    page = Paginator(mails(), 25).get_page(request.GET.get("page"))
    return render(request, "notifications/mailbox.html", {"page_obj": page})


@development_only
def mail(request, key):
    return render(request, "notifications/mail.html", {"mail": _find(key)})


@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "sandbox": True})
@development_only
def mail_html(request, key):
    """The HTML of a mail as a document of its own that may run and load nothing."""
    html = _find(key).html
    if html is None:
        raise Http404
    return HttpResponse(html)
