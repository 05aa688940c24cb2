"""What those who are asked are told, and reminded of while they have not responded."""

from datetime import timedelta

from apps.core.dates import DAY, moment
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .models.consultation import Consultation


class AskedKind(Kind):
    """Something about a consultation, to those who are asked."""

    topic = Topic.CONSULTATIONS
    action = "Read it and respond"

    def lines(self, consultation):
        return [consultation.summary]

    def context(self, occurrence, user):
        consultation = occurrence.subject
        return {
            "title": f"{self.label}: {consultation.title}",
            "facts": [
                ("From", consultation.group.name),
                ("Closes", moment(consultation.closes_at)),
            ],
            "lines": self.lines(consultation),
            "url": consultation.get_absolute_url(),
            "action": self.action,
        }


class UnansweredKind(AskedKind):
    """Only to those who have not responded, asked again as it is sent."""

    withheld = True
    audiences = {"silent": "Those who are asked and have not responded"}

    def audience(self, rule, consultation):
        return consultation.silent()

    def wanted(self, rule, consultation, user):
        return consultation.is_running and consultation.silent().filter(pk=user.pk).exists()


@register
class Opened(UnansweredKind):
    name = "governance.opened"
    label = "You are asked what you think"
    announces = True
    audiences = Kind.audiences


@register
class HalfWay(UnansweredKind):
    """Half of the time that it was opened for is over; once, however often it is extended."""

    name = "governance.half_way"
    label = "Half of the time to respond is over"
    defaults = (Default(timedelta(0), "silent"),)

    def version(self, consultation):
        return 0

    def due(self, rule, now):
        for consultation in Consultation.objects.running(now).prefetch_related("extensions"):
            given = [one.was for one in consultation.extensions.all()]
            first_end = given[0] if given else consultation.closes_at
            middle = consultation.opens_at + (first_end - consultation.opens_at) / 2
            due_at = rule.due_at(middle.replace(microsecond=0))
            if consultation.opens_at < due_at <= now:
                yield Due(consultation, due_at)

    def lines(self, consultation):
        return [
            "You have not responded yet. It takes a few minutes, and you can save it and go on "
            "later.",
            consultation.summary,
        ]


@register
class Closing(UnansweredKind):
    name = "governance.closing"
    label = "A consultation closes soon"
    defaults = (Default(7 * DAY, "silent"), Default(1 * DAY, "silent"))

    def due(self, rule, now):
        closing = Consultation.objects.running(now).filter(closes_at__lte=now + rule.offset)
        for consultation in closing:
            due_at = rule.due_at(consultation.closes_at)
            if due_at > consultation.opens_at:
                yield Due(consultation, due_at)

    def lines(self, consultation):
        return ["You have not responded yet. If you would like to, this is the time."]


@register
class Extended(AskedKind):
    name = "governance.extended"
    label = "There is more time to respond"
    news = announces = True
    action = "See the consultation"

    def wanted(self, rule, consultation, user):
        return consultation.is_running and consultation.asked().filter(pk=user.pk).exists()

    def lines(self, consultation):
        last = consultation.extensions.last()
        return [f"It was to close on {moment(last.was)}.", last.reason]


@register
class Withdrawn(AskedKind):
    name = "governance.withdrawn"
    label = "A consultation was withdrawn"
    news = True
    after = True
    action = "See the consultation"

    def context(self, occurrence, user):
        context = super().context(occurrence, user)
        return context | {"facts": [("From", occurrence.subject.group.name)]}

    def lines(self, consultation):
        return ["Nobody can respond any more. You need not do anything."]
