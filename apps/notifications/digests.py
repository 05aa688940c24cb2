"""The digest: what a person asked to have once a day or once a week, in one e-mail."""

import logging
from datetime import datetime, time, timedelta

from apps.core import clock, dates
from apps.core.clock import LONDON

from .gallery.models import attach
from .kinds import KINDS, Kind, Topic
from .mail import content
from .models import Delivery, Frequency, Status
from .wording import Placeholder

logger = logging.getLogger(__name__)

HOUR = 8  # in the morning; the weekly digest goes on Mondays


class EmptyDigest(Exception):  # noqa: N818
    """Nothing is left to say; the digest is not sent."""


class Digest(Kind):
    """Sent like any message, through an occurrence about the person and one delivery.

    Its items are deliveries kept for it. They leave with it, and stay kept if it fails.
    """

    name = "notifications.digest"
    label = "Digest"
    to_whom = "everybody who asked to have their messages once a day or once a week"
    template = "digest"
    essential = True  # its items are what the person chose; each was judged already

    subject_line = title = "Your messages for {day}"
    preview = "All in one e-mail, as you chose."
    placeholders = {"day": Placeholder("the day", "Thursday 10 December 2026", discreet=True)}

    def beside_sample(self, case=""):
        message = {
            "title": "Coming up: Peers on the wards",
            "facts": [("When", "Thursday 10 December 2026, 10am to midday")],
            "lines": ["It is on Thursday 10 December at 10am."],
        }
        return {"groups": [[message]]}

    def values(self, occurrence, reader):
        return {"day": dates.weekday(clock.today())}

    def beside(self, occurrence, user):
        """The items by the thing they are about, what is newest first."""
        items = list(
            Delivery.objects.filter(digest=occurrence, status=Status.SENDING)
            .select_related("occurrence__rule")
            .prefetch_related("occurrence__subject")
            .order_by("-occurrence__made_at", "-pk")
        )
        attach([item.occurrence for item in items])
        groups, topics = {}, set()
        for item in items:
            said = self._say(item, user)
            if said:
                key = (item.occurrence.subject_type_id, item.occurrence.subject_id)
                groups.setdefault(key, []).append(said)
                topics.add(KINDS[item.occurrence.rule.kind].topic)
        if not groups:
            raise EmptyDigest
        return {
            "groups": list(groups.values()),
            "topics": [topic for topic in Topic if topic in topics],
        }

    def _say(self, item, user):
        """The text of one item; one that cannot be said fails alone."""
        try:
            return content(KINDS[item.occurrence.rule.kind], item.occurrence, user)
        except Exception as error:
            logger.exception("Message %s did not fit into the digest", item.pk)
            name = type(error).__name__[:80]
            Delivery.objects.filter(pk=item.pk).update(status=Status.FAILED, error=name)
            return None


def digest_slot(frequency, now):
    """The next moment at which a digest of this frequency goes out."""
    local = now.astimezone(LONDON)
    slot = datetime.combine(local.date(), time(HOUR), tzinfo=LONDON)
    days = (slot <= local) if frequency == Frequency.DAILY else -local.weekday() % 7
    if frequency == Frequency.WEEKLY and days == 0 and slot <= local:
        days = 7
    return datetime.combine(local.date() + timedelta(days=days), slot.time(), tzinfo=LONDON)
