"""From a delivery to an e-mail: text and HTML, headers, further parts."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

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


def content(kind, occurrence, user):
    """What a message says, complete: the kind's context with everything optional filled in."""
    said = {"url": "", "action": "Open", "facts": (), "lines": ()}
    said |= kind.context(occurrence, user)
    return said | {"address": said["url"] and absolute(said["url"])}


def compose(kind, delivery):
    """The e-mail of one delivery."""
    occurrence, user = delivery.occurrence, delivery.recipient
    context = content(kind, occurrence, user)
    topics = context.get("topics", () if kind.essential else (kind.topic,))
    context |= {
        "recipient": user,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "trust_name": settings.TRUST_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "preferences_url": absolute(reverse("notification_preferences")),
    }
    headers = {"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"}
    if topics:
        stop = absolute(reverse("unsubscribe", args=[unsubscribe_token(user, topics)]))
        context["unsubscribe_url"] = stop
        headers |= {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = EmailMultiAlternatives(
        subject=" ".join(kind.subject_line(occurrence, user).split()),
        body=render_to_string(f"email/{kind.template}.txt", context),
        to=[user.email],
        headers=headers,
    )
    message.attach_alternative(
        render_to_string(f"email/{kind.template}.html", context), "text/html"
    )
    for part in kind.attachments(occurrence, user):
        if part.filename:
            message.attach(part.filename, _text(part), _bare(part.mimetype))
        else:
            message.attach_alternative(_text(part), _bare(part.mimetype))
    return message


def _text(part):
    """Text as text: Django encodes it, and refuses bytes there."""
    is_bytes = isinstance(part.content, bytes) and part.mimetype.startswith("text/")
    return part.content.decode() if is_bytes else part.content


def _bare(mimetype):
    """Without a charset, which Django adds by itself."""
    return ";".join(
        piece for piece in mimetype.split(";") if not piece.strip().startswith("charset")
    )
