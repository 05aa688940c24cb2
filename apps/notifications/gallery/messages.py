"""What is sent from the gallery: an e-mail to try, and that somebody changed the words of one."""

from dataclasses import replace

from django.utils.html import format_html

from apps.core.models import AuditEntry

from ..kinds import KINDS, Kind, Topic, register
from ..mail import letter, sample
from ..wording import SOMEBODY, Placeholder
from .models import Wording, edited

ONLY_TO_TRY = "This is only to try: filled with examples, and its buttons lead to the first page."


class GalleryKind(Kind):
    topic = Topic.GOVERNANCE
    urgent = essential = always = fixed = True
    placeholders = {"message": Placeholder("what the message is called", "Meeting reminder")}


@register
class Trial(GalleryKind):
    """A message of examples, to whoever asked to see it."""

    name = "notifications.trial"
    label = "A message to try"
    to_whom = "whoever asked to see a message as it arrives"
    because = "since you asked for it"
    preview = "You asked for it. Nobody else gets it."
    title = "To try: {message}"
    text = "You asked to see this message. It came by e-mail, filled with examples."
    action = "See the message"

    def values(self, occurrence, reader):
        return {"message": KINDS[occurrence.data["kind"]].label}

    def url(self, occurrence, reader):
        return Wording(
            kind=occurrence.data["kind"], case=occurrence.data["case"]
        ).get_absolute_url()

    def wanted(self, rule, subject, user):
        return subject == user and user.has_perm("notifications.change_wording")

    def written(self, occurrence, user):
        kind, case = KINDS[occurrence.data["kind"]], occurrence.data["case"]
        changed = edited([kind.name])[kind.name]
        said = sample(kind, case, changed.get(case))
        said["lines"].insert(0, ONLY_TO_TRY)
        said["body"].insert(0, format_html("<p>{}</p>", ONLY_TO_TRY))
        made = letter(kind, said, user, kind.essential)
        return replace(made, subject=f"To try: {made.subject}")


@register
class WordsChanged(GalleryKind):
    """To everybody else who may: what the trust says, and when, is changed by nobody alone."""

    name = "notifications.words_changed"
    label = "Somebody changed a message of the site"
    to_whom = (
        "the others in the programme office, and administrators, when words or times are changed"
    )
    because = "so that nobody changes by themselves what the trust says"
    preview = "Please read it, and say if it is wrong."
    title = "{who} changed the message “{message}”"
    text = "Please read what it says now, and when it goes out. If it is wrong, change it back."
    action = "Read the message"
    placeholders = GalleryKind.placeholders | {"who": SOMEBODY}

    def values(self, occurrence, reader):
        entry = AuditEntry.objects.filter(pk=occurrence.schedule_version).first()
        kind = occurrence.subject.kind
        return {
            "message": KINDS[kind].label if kind in KINDS else kind,
            "who": entry.by.name if entry and entry.by else "Somebody",
        }

    def url(self, occurrence, reader):
        changed = occurrence.subject
        return Wording(kind=changed.kind, case=getattr(changed, "case", "")).get_absolute_url()

    def wanted(self, rule, changed, user):
        return user.has_perm("notifications.change_wording")
