"""From a delivery to an e-mail: text and HTML, headers, further parts."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from .gallery.models import edited, words_of
from .inbound.addresses import bounce_address
from .kinds import Written
from .wording import put_in

PURPOSE = "notifications.unsubscribe"
LIFE = timedelta(days=730)  # for as long as people may come back to an old e-mail


def absolute(url):
    """An address of this site for use outside it."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def unsubscribe_token(user, topics):
    """Lets its holder stop e-mail about these topics to this person, and nothing else."""
    return signing.dumps([user.pk, [str(topic) for topic in topics]], salt=PURPOSE)


def read_unsubscribe_token(token):
    """(user id, topics) of a token; raises BadSignature for what we did not sign, or long ago."""
    user_id, topics = signing.loads(token, salt=PURPOSE, max_age=LIFE)
    return user_id, topics


def content(kind, occurrence, reader):
    """What a message says, complete: its words, put in, and where its button leads."""
    texts = getattr(occurrence, "edited", None)  # the sender asks for a batch at once
    if texts is None:
        texts = edited([kind.name])[kind.name]
    case = kind.case(occurrence, reader)
    words = words_of(kind, case, texts.get(case, {}))
    values = kind.values(occurrence, reader)
    if values.keys() != kind.placeholders.keys():  # words may name any of them
        raise TypeError(f"{kind.name} has values for {[*values]}, not {[*kind.placeholders]}")
    said = put_in(words, kind.facts, values)
    return _with_link(said, kind.url(occurrence, reader)) | kind.beside(occurrence, reader)


def sample(kind, case="", texts=None):
    """The same of examples, without anybody's data; ``texts`` are what the office changed."""
    said = put_in(words_of(kind, case, texts or {}), kind.facts, kind.examples())
    return _with_link(said, reverse("home")) | kind.beside_sample(case)


def _with_link(said, url):
    return said | {"url": url, "address": url and absolute(url)}


def compose(kind, delivery):
    """The e-mail of one delivery."""
    occurrence, reader = delivery.occurrence, delivery.reader
    headers = {"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"}
    written = kind.written(occurrence, reader)
    if written is None:
        written, stop = _render(kind, occurrence, reader)
        if stop:
            headers |= {
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
    back = bounce_address(delivery.pk, reader.email)
    if back:  # the envelope's sender; what people see as the sender stays
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    message = EmailMultiAlternatives(
        written.subject,
        written.text,
        from_email=back or settings.DEFAULT_FROM_EMAIL,
        to=[reader.email],
        headers=headers,
        reply_to=[settings.SUPPORT_EMAIL],  # people press Reply: somebody reads it
    )
    message.attach_alternative(written.html, "text/html")
    for part in kind.attachments(occurrence, reader):
        if part.filename:
            message.attach(part.filename, _text(part), _bare(part.mimetype))
        else:
            message.attach_alternative(_text(part), _bare(part.mimetype))
    return message


def _render(kind, occurrence, reader):
    """What the kind says in its template, and the address that stops e-mail like it, if any."""
    said = content(kind, occurrence, reader)
    essential = kind.is_essential_to(occurrence.subject, reader)
    topics = said.get("topics", () if essential else (kind.topic,))
    stop = ""
    if topics and reader.pk is not None:  # somebody without an account chose nothing
        stop = absolute(reverse("unsubscribe", args=[unsubscribe_token(reader, topics)]))
    return letter(kind, said, reader, essential, stop), stop


def letter(kind, said, reader, essential, stop=""):
    """The e-mail of what a message says, ready but for its headers."""
    context = said | {
        "recipient": reader,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "trust_name": settings.TRUST_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "preferences_url": absolute(reverse("notification_preferences")),
        "unsubscribe_url": stop,
        "for_you_alone": reader.pk is None,  # nothing else says who may follow it
        "because": kind.because if essential and reader.pk is not None else "",
    }
    text = render_to_string(f"email/{kind.template}.txt", context)
    made = render_to_string(f"email/{kind.template}.html", context)
    return Written(said["subject_line"], text, made)


def _text(part):
    """Text as text: Django encodes it, and refuses bytes there."""
    is_bytes = isinstance(part.content, bytes) and part.mimetype.startswith("text/")
    return part.content.decode() if is_bytes else part.content


def _bare(mimetype):
    """Without a charset, which Django adds by itself."""
    return ";".join(
        piece for piece in mimetype.split(";") if not piece.strip().startswith("charset")
    )
