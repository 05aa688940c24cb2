"""What people are told about documents, at once and by the clock."""

from django.db.models import OuterRef, Subquery

from apps.core import clock
from apps.core.dates import DAY, day, morning_of
from apps.core.models import AuditEntry
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .events import keepers
from .models.document import Document, DocumentVersion
from .models.formats import DocumentFormat


@register
class DocumentReview(Kind):
    """A document in force is to be looked at again: 90 and 30 days before, and the day after."""

    name = "governance.document_review"
    label = "A document is to be reviewed"
    topic = Topic.GOVERNANCE
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

    def context(self, occurrence, user):
        document = occurrence.subject
        return {
            "title": f"To be reviewed: {document.title}",
            "facts": [("Review by", day(document.review_on)), ("Owner", document.owner.name)],
            "lines": [
                "Does it still say what is right? Record that it stays as it is, or start "
                "the next version."
            ],
            "url": document.get_absolute_url(),
            "action": "Go to the document",
        }


class VersionKind(Kind):
    """Something about one version, to the group that owns the document."""

    topic = Topic.GOVERNANCE

    def wanted(self, rule, version, user):
        return DocumentVersion.objects.visible_to(user).filter(pk=version.pk).exists()

    def facts(self, version):
        return [("Owner", version.document.owner.name)]

    def context(self, occurrence, user):
        version = occurrence.subject
        return {
            "title": f"{self.label}: {version.document.title}",
            "facts": self.facts(version),
            "url": version.document.get_absolute_url(),
            "action": "See the document",
        }


@register
class DocumentApproved(VersionKind):
    name = "governance.document_approved"
    label = "A document was approved"
    news = True

    def wanted(self, rule, version, user):
        return version.state == DocumentVersion.State.APPROVED and super().wanted(
            rule, version, user
        )

    def facts(self, version):
        return [
            *super().facts(version),
            ("In force from", day(version.in_force_from)),
            ("Decision", version.decision.reference),
        ]


@register
class DocumentWithdrawn(VersionKind):
    name = "governance.document_withdrawn"
    label = "A document was withdrawn"
    news = True

    def facts(self, version):
        return [*super().facts(version), ("Withdrawn", day(version.withdrawn_on))]


@register
class DocumentToEnd(VersionKind):
    name = "governance.document_to_end"
    label = "A document waits for you to confirm that it is withdrawn"

    def wanted(self, rule, version, user):
        first = version.open_to("end") and version.first_press("end")
        return bool(first and first.by_id != user.pk)


class FormatKind(Kind):
    """Something about a document in another format: who needs one can tell of their health."""

    withheld = True
    topic = Topic.GOVERNANCE

    def context(self, occurrence, user):
        one = occurrence.subject
        return {
            "title": f"{self.label}: {one.version.document.title}",
            "facts": [("Format", one.label)],
            "url": one.get_absolute_url(),
            "action": "See the document",
        }


@register
class FormatAsked(FormatKind):
    name = "governance.format_asked"
    label = "A document is asked for in another format"

    def wanted(self, rule, one, user):
        open_ = one.state in (DocumentFormat.State.ASKED, DocumentFormat.State.MAKING)
        return open_ and user.has_perm("groups.keep_documents", one.scope)


@register
class FormatSettled(FormatKind):
    """To whoever asked: it is there, or it is not made and why."""

    name = "governance.format_settled"
    label = "The format that you asked for"

    def subject_line(self, occurrence, user):
        return "What you asked for"  # a format can tell of somebody's health

    def context(self, occurrence, user):
        one = occurrence.subject
        if one.state == DocumentFormat.State.AVAILABLE:
            lines = ["It is there now."]
        else:
            last = AuditEntry.objects.about(one).filter(action="drop").first()
            lines = ["It could not be made.", *([last.note] if last and last.note else [])]
        return super().context(occurrence, user) | {"lines": lines}
