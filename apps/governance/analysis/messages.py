"""What coders, owners and those who responded are told about what came of a consultation."""

from datetime import timedelta

from django.conf import settings

from apps.core.dates import DAY, day
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from ..consultations.models.consultation import Consultation
from .events import runners


def overdue_at(consultation):
    return consultation.closes_at + settings.CONSULTATION_OUTCOME_DAYS * DAY


class AnalysisKind(Kind):
    """Something about an analysis, to those who work on it."""

    topic = Topic.CONSULTATIONS
    lines = ()
    action = "Go to the answers"

    def context(self, occurrence, user):
        consultation = occurrence.subject.consultation
        return {
            "title": f"{self.label}: {consultation.title}",
            "facts": [("From", consultation.group.name)],
            "lines": list(self.lines),
            "url": occurrence.subject.get_absolute_url(),
            "action": self.action,
        }


@register
class CodingAsked(AnalysisKind):
    name = "governance.coding"
    label = "You are asked to sort what people said"
    lines = (
        "Give every answer its themes. You and the other person do not see one another's "
        "until both of you have finished.",
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
    news = True
    lines = ("Look at where the two differ, and answer each theme.",)

    def wanted(self, rule, analysis, user):
        return not analysis.is_published


@register
class OutcomePublished(Kind):
    """To everybody with an account who responded. It says that they did; not what."""

    name = "governance.outcome"
    label = "What came of what people said"
    news = True
    topic = Topic.CONSULTATIONS

    def wanted(self, rule, consultation, user):
        return consultation.state == Consultation.State.PUBLISHED

    def context(self, occurrence, user):
        consultation = occurrence.subject
        return {
            "title": f"You said, we did: {consultation.title}",
            "facts": [("From", consultation.group.name)],
            "lines": ["Thank you for taking part.", consultation.analysis.summary],
            "url": f"{consultation.get_absolute_url()}outcome/",
            "action": "Read what came of it",
        }


@register
class OutcomeOverdue(Kind):
    """Twelve weeks after a consultation closed people still wait for an answer."""

    name = "governance.outcome_overdue"
    label = "People wait for an answer"
    topic = Topic.CONSULTATIONS
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

    def context(self, occurrence, user):
        consultation = occurrence.subject
        return {
            "title": f"{self.label}: {consultation.title}",
            "facts": [
                ("Closed", day(consultation.closes_at)),
                ("To be answered by", day(overdue_at(consultation))),
            ],
            "lines": ["Say what you did, or did not do, and why."],
            "url": f"{consultation.get_absolute_url()}analysis/",
            "action": "Go to the answers",
        }
