"""What candidates are told about their applications, and the organiser about adjustments."""

from apps.core.dates import DAY, day, moment
from apps.notifications.kinds import Default, Due, register
from apps.notifications.wording import BY_MOMENT, Placeholder

from ..vacancies.messages import A_DATE, A_MOMENT, A_VACANCY, RecruitmentKind, until
from ..vacancies.models.vacancy import Vacancy
from ..vacancies.promises import Promises
from .models.application import Application


@register
class Sent(RecruitmentKind):
    name = "recruitment.application_sent"
    label = "Your application has arrived"
    to_whom = "the candidate, when they have sent their application"
    urgent = essential = True  # they wait for it
    subject_line = "We have received what you sent"
    preview = "You do not need to do anything now. Open it to see what comes next."
    title = "We have your application: {vacancy}"
    text = (
        "You do not need to do anything now. You can see where it stands at any time, change "
        "what adjustments "
        "you need, pause, or withdraw it without a reason."
    )
    action = "See where it stands"
    facts = (("Reference", "{reference}"), ("You hear from us by", "{told}"))
    placeholders = {
        "vacancy": A_VACANCY,
        "reference": Placeholder("the reference of the application", "7KMR2XW9T"),
        "told": A_DATE,
    }

    def values(self, occurrence, reader):
        application = occurrence.subject
        promises = Promises.of(application.vacancy)
        return {
            "vacancy": application.vacancy.title,
            "reference": application.reference,
            "told": promises and day(promises.told_by),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class Adjustments(RecruitmentKind):
    """To the one person who arranges them. What is asked for stands on the page alone."""

    name = "recruitment.adjustments"
    label = "Adjustments are asked for"
    to_whom = (
        "whoever arranges adjustments for the vacancy, when a candidate asks for some or "
        "changes them"
    )
    subject_line = "Please arrange what somebody asks for"
    preview = "Only you read what it is. Open it where nobody reads along."
    title = "A candidate asks for adjustments"
    text = "Please read what they need, and arrange it. Nobody else reads it."
    action = "Read what is asked for"
    facts = (("Vacancy", "{vacancy}"),)
    placeholders = {"vacancy": A_VACANCY}

    def wanted(self, rule, application, user):
        return not application.has_ended and user.has_perm(
            "recruitment.arrange_adjustments", application
        )

    def values(self, occurrence, reader):
        return {"vacancy": str(occurrence.subject.vacancy)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_adjustments_url()


@register
class ClosingForCandidates(RecruitmentKind):
    """To those with an unfinished application: three days before, and the day before."""

    name = "recruitment.closing_draft"
    label = "An unfinished application closes soon"
    to_whom = "those who have begun an application and not sent it"
    essential = True
    subject_line = "Please send what you began by {by}"
    preview = "What you wrote is saved. You can also call us."
    title = "What you have begun is not sent yet"
    text = (
        "What you wrote is saved: go on with it, and send it in time. If it is too much to write, "
        "call us: there is another way to apply."
    )
    action = "Go on with it"
    facts = (("Send it by", "{closes}"),)
    placeholders = {"closes": A_MOMENT, "by": BY_MOMENT}
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

    def values(self, occurrence, reader):
        closes_at = occurrence.subject.vacancy.closes_at
        return {"closes": moment(closes_at), "by": until(closes_at)}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()
