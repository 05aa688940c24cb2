"""What people are told about documents, at once and by the clock."""

from django.db.models import OuterRef, Subquery

from apps.core import clock
from apps.core.dates import DAY, day, morning_of, weekday_near
from apps.core.models import AuditEntry
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import A_GROUP, BY_DAY, ON_DAY, Case, Placeholder

from .events import keepers
from .models.document import Document, DocumentVersion
from .models.formats import DocumentFormat

DOCUMENT = Placeholder("the title of the document", "How we pay for travel")


@register
class DocumentReview(Kind):
    """A document in force is to be looked at again: 90 and 30 days before, and the day after."""

    name = "governance.document_review"
    label = "A document is to be reviewed"
    to_whom = (
        "the co-leads and secretaries of the group that owns a document, as its review comes up"
    )
    topic = Topic.GOVERNANCE
    subject_line = "{label} by {by}"
    preview = "Does it still say what is right?"
    title = "To be reviewed: {document}"
    text = (
        "Does it still say what is right? Record that it stays as it is, or start the next version."
    )
    action = "Go to the document"
    facts = (("Review by", "{due}"), ("Owner", "{group}"))
    placeholders = {
        "document": DOCUMENT,
        "group": A_GROUP,
        "by": BY_DAY,
        "due": Placeholder("the last day for it, with the year", "10 December 2026"),
    }
    audiences = {"keepers": "Those who keep the group's documents"}
    defaults = (
        Default(90 * DAY, "keepers"),
        Default(30 * DAY, "keepers"),
        Default(-1 * DAY, "keepers"),
    )

    def due(self, rule, now):
        today = clock.date_of(now)
        effective = DocumentVersion.objects.effective(today).filter(document=OuterRef("pk"))
        newest = effective.order_by("-number", "pk").values("approved_at")[:1]
        coming = Document.objects.to_review(today + rule.offset).annotate(
            approved_at=Subquery(newest)
        )
        for document in coming.select_related("owner"):
            due_at = rule.due_at(morning_of(document.review_on))
            if document.approved_at < due_at <= now:
                yield Due(document, due_at)

    def audience(self, rule, document):
        return keepers(document.owner)

    def wanted(self, rule, document, user):
        return (
            document.review_on is not None
            and user.has_perm("groups.keep_documents", document.owner)
            and Document.objects.to_review(document.review_on).filter(pk=document.pk).exists()
        )

    def values(self, occurrence, reader):
        document = occurrence.subject
        return {
            "document": document.title,
            "group": document.owner.name,
            "by": weekday_near(document.review_on),
            "due": day(document.review_on),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


class VersionKind(Kind):
    """Something about one version, to the group that owns the document."""

    topic = Topic.GOVERNANCE
    title = "{label}: {document}"
    action = "See the document"
    facts = (("Owner", "{group}"),)
    placeholders = {"document": DOCUMENT, "group": A_GROUP}

    def wanted(self, rule, version, user):
        return DocumentVersion.objects.visible_to(user).filter(pk=version.pk).exists()

    def values(self, occurrence, reader):
        document = occurrence.subject.document
        return {"document": document.title, "group": document.owner.name}

    def url(self, occurrence, reader):
        return occurrence.subject.document.get_absolute_url()


@register
class DocumentApproved(VersionKind):
    name = "governance.document_approved"
    label = "A document was approved"
    to_whom = "everybody in the group that owns the document, when a version is approved"
    news = True
    subject_line = "{label}: in force from {day}"
    preview = "You can read it. You do not need to do anything."
    text = "It holds from {day}. You can read it; you do not need to do anything."
    facts = (
        *VersionKind.facts,
        ("In force from", "{begins}"),
        ("Decision", "{decision}"),
    )
    placeholders = VersionKind.placeholders | {
        "day": Placeholder("the day from which it holds", "Thursday 10 December", discreet=True),
        "begins": Placeholder("the same, with the year", "10 December 2026"),
        "decision": Placeholder("the reference of the decision", "peers-on-the-wards/2026/7"),
    }

    def wanted(self, rule, version, user):
        return version.state == DocumentVersion.State.APPROVED and super().wanted(
            rule, version, user
        )

    def values(self, occurrence, reader):
        version = occurrence.subject
        return super().values(occurrence, reader) | {
            "day": weekday_near(version.in_force_from),
            "begins": day(version.in_force_from),
            "decision": version.decision.reference,
        }


@register
class DocumentWithdrawn(VersionKind):
    name = "governance.document_withdrawn"
    label = "A document was withdrawn"
    to_whom = "everybody in the group that owns the document, when an approved version is withdrawn"
    news = True
    subject_line = "A document was withdrawn on {day}"
    preview = "It was withdrawn. You do not need to do anything."
    text = (
        "It no longer holds. You can still read it, marked as withdrawn; you do not need to do "
        "anything."
    )
    facts = (*VersionKind.facts, ("Withdrawn", "{ended}"))
    placeholders = VersionKind.placeholders | {
        "day": Placeholder("the day it was withdrawn", "Thursday 10 December", discreet=True),
        "ended": Placeholder("the same, with the year", "10 December 2026"),
    }

    def values(self, occurrence, reader):
        ended = occurrence.subject.withdrawn_on
        return super().values(occurrence, reader) | {
            "day": weekday_near(ended),
            "ended": day(ended),
        }


@register
class DocumentToEnd(VersionKind):
    name = "governance.document_to_end"
    label = "A document waits for you to confirm that it is withdrawn"
    to_whom = "the other co-lead of the group that owns the document, when one asks to withdraw it"
    subject_line = "Please say whether a document is to be withdrawn"
    preview = "Your yes or no is needed too."
    text = (
        "The other co-lead says that this document is to be withdrawn. It is withdrawn once you "
        "say so too."
    )

    def wanted(self, rule, version, user):
        first = version.open_to("end") and version.first_press("end")
        return bool(first and first.by_id != user.pk)


class FormatKind(Kind):
    """Something about a document in another format: who needs one can tell of their health."""

    withheld = True
    topic = Topic.GOVERNANCE
    title = "{label}: {document}"
    action = "See the document"
    facts = (("Format", "{format}"),)
    placeholders = {
        "document": DOCUMENT,
        "format": Placeholder("which format, and of which kind", "Translation: Polish"),
        "day": ON_DAY,
    }

    def values(self, occurrence, reader):
        one = occurrence.subject
        return {
            "document": one.version.document.title,
            "format": one.label,
            "day": weekday_near(self.at(one)),
        }

    def at(self, one):
        """Of which day it is."""
        return one.asked_at

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class FormatAsked(FormatKind):
    name = "governance.format_asked"
    label = "A document is asked for in another format"
    to_whom = (
        "the co-leads and secretaries of the group that owns it, when another format is asked for"
    )
    subject_line = "Please answer: a document asked for on {day}"
    preview = "Open it to see which document it is."
    text = "Please make it, or say why it cannot be made."

    def wanted(self, rule, one, user):
        open_ = one.state in (DocumentFormat.State.ASKED, DocumentFormat.State.MAKING)
        return open_ and user.has_perm("groups.keep_documents", one.scope)


@register
class FormatSettled(FormatKind):
    """To whoever asked: it is there, or it is not made and why. Both look alike from outside."""

    name = "governance.format_settled"
    label = "The format that you asked for"
    to_whom = "everybody who asked for the format, when it is there or cannot be made"
    alike = True
    subject_line = "What you asked for: our answer of {day}"  # no format: it can tell of health
    preview = "Open it when you have a quiet moment."
    text = "It is there now. You can find it on the page of the document."
    cases = {"dropped": Case(when="it could not be made", text="It could not be made.\n\n{reason}")}
    placeholders = FormatKind.placeholders | {
        "reason": Placeholder("why it could not be made, if that was said", "It is out of print.")
    }

    def at(self, one):
        return one.changed_at or one.asked_at

    def case(self, occurrence, reader):
        is_there = occurrence.subject.state == DocumentFormat.State.AVAILABLE
        return "" if is_there else "dropped"

    def values(self, occurrence, reader):
        dropped = AuditEntry.objects.about(occurrence.subject).filter(action="drop")
        last = dropped.first() if self.case(occurrence, reader) else None
        return super().values(occurrence, reader) | {"reason": last.note if last else ""}
