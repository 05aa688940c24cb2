"""What candidates are told about their applications, and the organiser about adjustments."""

from apps.core.dates import day
from apps.notifications.kinds import register

from .promises import Promises
from .vacancy_reminders import NEWS, RecruitmentKind


@register
class Sent(RecruitmentKind):
    name = "recruitment.application_sent"
    label = "Your application has arrived"
    subject = NEWS
    essential = True

    def context(self, occurrence, user):
        application = occurrence.subject
        promises = Promises.of(application.vacancy)
        facts = [("Reference", application.reference)]
        if promises:
            facts.append(("You hear from us by", day(promises.told_by)))
        return {
            "title": f"We have your application: {application.vacancy.title}",
            "facts": facts,
            "lines": [
                "You can see where it stands at any time, change what adjustments you need, "
                "pause, or withdraw it without a reason."
            ],
            "url": application.get_absolute_url(),
            "action": "See where it stands",
        }


@register
class Adjustments(RecruitmentKind):
    """To the one person who arranges them. What is asked for stands on the page alone."""

    name = "recruitment.adjustments"
    label = "Adjustments are asked for"

    def wanted(self, rule, application, user):
        return not application.has_ended and user.has_perm(
            "recruitment.arrange_adjustments", application
        )

    def context(self, occurrence, user):
        return {
            "title": "A candidate asks for adjustments",
            "facts": [("Vacancy", str(occurrence.subject.vacancy))],
            "lines": ["Only you read what they are."],
            "url": occurrence.subject.get_adjustments_url(),
            "action": "Read what is asked for",
        }
