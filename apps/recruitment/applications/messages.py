"""What candidates are told about their applications, and the organiser about adjustments."""

from apps.core.dates import DAY, day, moment
from apps.notifications.kinds import Default, Due, register

from ..vacancies.messages import NEWS, RecruitmentKind
from ..vacancies.models.vacancy import Vacancy
from ..vacancies.promises import Promises
from .models.application import Application


@register
class Sent(RecruitmentKind):
    name = "recruitment.application_sent"
    label = "Your application has arrived"
    subject = NEWS
    urgent = essential = True  # they wait for it

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


@register
class ClosingForCandidates(RecruitmentKind):
    """To those with an unfinished application: three days before, and the day before."""

    name = "recruitment.closing_draft"
    label = "An unfinished application closes soon"
    essential = True
    audiences = {"drafts": "Those who have begun and not sent one"}
    defaults = (Default(3 * DAY, "drafts"), Default(1 * DAY, "drafts"))

    def due(self, rule, now):
        drafts = Application.objects.filter(
            state=Application.State.DRAFT,
            candidate__isnull=False,
            vacancy__in=Vacancy.objects.advertised(now),
        )
        for application in drafts.select_related("vacancy", "candidate"):
            due_at = rule.due_at(application.vacancy.closes_at)
            if application.created_at < due_at <= now:
                yield Due(application, due_at)

    def version(self, application):
        return application.vacancy.schedule_version

    def audience(self, rule, application):
        return [application.candidate]

    def wanted(self, rule, application, user):
        unsent = application.state == Application.State.DRAFT and not application.paused_at
        return unsent and application.vacancy.is_open

    def context(self, occurrence, user):
        application = occurrence.subject
        return {
            "title": "What you have begun is not sent yet",
            "facts": [("Send it by", moment(application.vacancy.closes_at))],
            "lines": [
                "What you wrote is saved. If it is too much to write, call us: there is "
                "another way to apply."
            ],
            "url": application.get_absolute_url(),
            "action": "Go on with it",
        }
