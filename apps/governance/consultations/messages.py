"""What those who are asked are told, and reminded of while they have not responded."""

from datetime import timedelta

from apps.core.dates import DAY, clock, moment, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import A_GROUP, BY_MOMENT, Placeholder

from .models.consultation import Consultation


class AskedKind(Kind):
    """Something about a consultation, to those who are asked."""

    topic = Topic.CONSULTATIONS
    preview = "It takes a few minutes. You can save it and go on later."
    title = "{label}: {consultation}"
    text = "Please say what you think by {by}.\n\n{summary}"
    action = "Read it and respond"
    facts = (("From", "{group}"), ("Closes", "{closes}"))
    placeholders = {
        "consultation": Placeholder("the title of the consultation", "How we meet new colleagues"),
        "group": A_GROUP,
        "summary": Placeholder("what it is about", "We want the first day to be a kind one."),
        "closes": Placeholder("when it closes, with the year", "Thursday 10 December 2026, 10am"),
        "by": BY_MOMENT,
        "day": Placeholder("the day it closes", "Thursday 10 December", discreet=True),
    }

    def values(self, occurrence, reader):
        consultation = occurrence.subject
        closes_at = consultation.closes_at
        return {
            "consultation": consultation.title,
            "group": consultation.group.name,
            "summary": consultation.summary,
            "closes": moment(closes_at),
            "by": f"{clock(closes_at)} on {weekday_near(closes_at)}",
            "day": weekday_near(closes_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


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
    to_whom = "everybody who is asked, when a consultation opens or they are asked later"
    subject_line = "{label}: until {by}"
    announces = True
    audiences = Kind.audiences


@register
class HalfWay(UnansweredKind):
    """Half of the time that it was opened for is over; once, however often it is extended."""

    name = "governance.half_way"
    label = "Half of the time to respond is over"
    to_whom = "those who are asked and have not responded, when half of the time is over"
    defaults = (Default(timedelta(0), "silent"),)
    subject_line = "Half of the time is over: respond by {by}"
    text = (
        "You have not responded yet. It takes a few minutes, and you can save it and go on "
        "later.\n\n{summary}"
    )

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


@register
class Closing(UnansweredKind):
    name = "governance.closing"
    label = "A consultation closes soon"
    to_whom = "those who are asked in a consultation and have not responded"
    defaults = (Default(7 * DAY, "silent"), Default(1 * DAY, "silent"))
    subject_line = "{label}: {by}"
    text = "You have not responded yet. If you would like to, this is the time."

    def due(self, rule, now):
        closing = Consultation.objects.running(now).filter(closes_at__lte=now + rule.offset)
        for consultation in closing:
            due_at = rule.due_at(consultation.closes_at)
            if due_at > consultation.opens_at:
                yield Due(consultation, due_at)


@register
class Extended(AskedKind):
    name = "governance.extended"
    label = "There is more time to respond"
    to_whom = "everybody who is asked, when a consultation is given more time"
    news = announces = True
    subject_line = "{label}: until {by}"
    preview = "Have you responded already? Then you do not need to do anything."
    text = "You can respond until {by}. It was to close on {was}.\n\n{reason}"
    action = "See the consultation"
    placeholders = AskedKind.placeholders | {
        "was": Placeholder("when it was to close before", "Thursday 3 December 2026, 10am"),
        "reason": Placeholder("why there is more time", "Many asked for an easy-read version."),
    }

    def values(self, occurrence, reader):
        last = occurrence.subject.extensions.last()
        return super().values(occurrence, reader) | {
            "was": moment(last.was),
            "reason": last.reason,
        }

    def wanted(self, rule, consultation, user):
        return consultation.is_running and consultation.asked().filter(pk=user.pk).exists()


@register
class Withdrawn(AskedKind):
    name = "governance.withdrawn"
    label = "A consultation was withdrawn"
    to_whom = "everybody who is asked and was told of the consultation, when it is withdrawn"
    news = True
    after = True
    subject_line = "{label}: it was to close on {day}"
    preview = "You do not need to do anything."
    text = "Nobody can respond any more. You do not need to do anything."
    action = "See the consultation"
    facts = (("From", "{group}"),)
