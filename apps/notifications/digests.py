"""The digest: what a person asked to have once a day or once a week, in one e-mail."""

from django.utils import timezone

from apps.core import dates

from .kinds import KINDS, Kind
from .models import Delivery, Status


class Digest(Kind):
    """Sent like any message, through an occurrence about the person and one delivery.

    Its items are deliveries kept for it. They leave with it, and stay kept if it fails.
    """

    name = "notifications.digest"
    label = "Digest"
    template = "digest"
    essential = True  # its items are what the person chose; each was judged already

    def subject_line(self, occurrence, user):
        return f"Your messages for {dates.weekday(timezone.localdate())}"

    def context(self, occurrence, user):
        """The items by the thing they are about, what is newest first."""
        items = (
            Delivery.objects.filter(digest=occurrence, status=Status.SENDING)
            .select_related("occurrence__rule")
            .prefetch_related("occurrence__subject")
            .order_by("-occurrence__made_at", "-pk")
        )
        groups, topics = {}, []
        for item in items:
            kind = KINDS[item.occurrence.rule.kind]
            key = (item.occurrence.subject_type_id, item.occurrence.subject_id)
            message = {"at": item.occurrence.made_at, **kind.context(item.occurrence, user)}
            groups.setdefault(key, []).append(message)
            if kind.topic not in topics:
                topics.append(kind.topic)
        return {
            "title": self.subject_line(occurrence, user),
            "groups": list(groups.values()),
            "topics": topics,
        }
