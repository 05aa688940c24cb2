"""What coders, owners and those who responded are told about what came of a consultation."""

from datetime import timedelta

from django.conf import settings

from apps.core.dates import DAY, day, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import A_GROUP, BY_DAY, Placeholder

from ..consultations.models.consultation import Consultation
from .events import runners


def overdue_at(consultation):
    return consultation.closes_at + settings.CONSULTATION_OUTCOME_DAYS * DAY


CONSULTATION = Placeholder("the title of the consultation", "How we meet new colleagues")
UNTIL = Placeholder("the day it closed", "Thursday 10 December", discreet=True)


class AnalysisKind(Kind):
    """Something about an analysis, to those who work on it."""

    topic = Topic.CONSULTATIONS
    title = "{label}: {consultation}"
    action = "Go to the answers"
    facts = (("From", "{group}"),)
    placeholders = {"consultation": CONSULTATION, "group": A_GROUP, "closed": UNTIL}

    def values(self, occurrence, reader):
        consultation = occurrence.subject.consultation
        return {
            "consultation": consultation.title,
            "group": consultation.group.name,
            "closed": weekday_near(consultation.closes_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class CodingAsked(AnalysisKind):
    name = "governance.coding"
    label = "You are asked to sort what people said"
    to_whom = "the two people who sort what was said in a consultation, when they are named"
    subject_line = "What people said until {closed}: please sort it"
    preview = "Give every answer its themes."
    text = (
        "Give every answer its themes. You and the other person do not see one another's until "
        "both of you have finished."
    )

    def wanted(self, rule, analysis, user):
        return (
            not analysis.is_published
            and bool(analysis.place_of(user))
            and not (analysis.done(user))
        )


@register
class Coded(AnalysisKind):
    name = "governance.coded"
    label = "Every answer is sorted into themes"
    to_whom = (
        "the two who sorted what was said, and the group's co-leads and secretaries, "
        "when both have finished"
    )
    subject_line = "What people said until {closed}: all of it is sorted"
    preview = "Look at where the two differ, and answer each theme."
    text = "Look at where the two differ, and answer each theme."

    def wanted(self, rule, analysis, user):
        return not analysis.is_published


@register
class OutcomePublished(Kind):
    """To everybody with an account who responded. It says that they did; not what."""

    name = "governance.outcome"
    label = "What came of what people said"
    to_whom = (
        "everybody with an account who responded, when it is published what came of a consultation"
    )
    news = True
    topic = Topic.CONSULTATIONS
    subject_line = "What came of what people said until {closed}"
    preview = "Thank you for taking part."
    title = "You said, we did: {consultation}"
    text = "Thank you for taking part. You can read now what came of it.\n\n{summary}"
    action = "Read what came of it"
    facts = (("From", "{group}"),)
    placeholders = {
        "consultation": CONSULTATION,
        "group": A_GROUP,
        "closed": UNTIL,
        "summary": Placeholder("what came of it, in short", "A peer meets everybody who starts."),
    }

    def wanted(self, rule, consultation, user):
        return consultation.state == Consultation.State.PUBLISHED

    def values(self, occurrence, reader):
        consultation = occurrence.subject
        return {
            "consultation": consultation.title,
            "group": consultation.group.name,
            "closed": weekday_near(consultation.closes_at),
            "summary": consultation.analysis.summary,
        }

    def url(self, occurrence, reader):
        return f"{occurrence.subject.get_absolute_url()}outcome/"


@register
class OutcomeOverdue(Kind):
    """Twelve weeks after a consultation closed people still wait for an answer."""

    name = "governance.outcome_overdue"
    label = "People wait for an answer"
    to_whom = (
        "the group's co-leads and secretaries, while nobody has said what came of a consultation"
    )
    topic = Topic.CONSULTATIONS
    subject_line = "{label}: due {by}"
    preview = "Say what you did, or did not do, and why."
    title = "{label}: {consultation}"
    text = "Say what you did, or did not do, and why."
    action = "Go to the answers"
    facts = (("Closed", "{closed}"), ("To be answered by", "{due}"))
    placeholders = {
        "consultation": CONSULTATION,
        "closed": Placeholder("the day it closed, with the year", "17 September 2026"),
        "by": BY_DAY,
        "due": Placeholder("the last day for it, with the year", "10 December 2026"),
    }
    audiences = {"runners": "Those who run the group's consultations"}
    defaults = (
        Default(14 * DAY, "runners"),
        Default(timedelta(), "runners"),
        Default(-14 * DAY, "runners"),
    )

    def due(self, rule, now):
        latest = now + rule.offset - settings.CONSULTATION_OUTCOME_DAYS * DAY
        waiting = Consultation.objects.over(now).exclude(state=Consultation.State.PUBLISHED)
        for consultation in waiting.filter(closes_at__lte=latest):
            yield Due(consultation, rule.due_at(overdue_at(consultation)))

    def audience(self, rule, consultation):
        return runners(consultation.group)

    def wanted(self, rule, consultation, user):
        return consultation.phase == Consultation.State.CLOSED

    def values(self, occurrence, reader):
        consultation = occurrence.subject
        due = overdue_at(consultation)
        return {
            "consultation": consultation.title,
            "closed": day(consultation.closes_at),
            "by": weekday_near(due),
            "due": day(due),
        }

    def url(self, occurrence, reader):
        return f"{occurrence.subject.get_absolute_url()}analysis/"
