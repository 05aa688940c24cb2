"""What people are told about vacancies, at once and by the clock.

Subject lines say nothing of jobs: whoever looks over a candidate's shoulder learns nothing.
"""

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.dates import DAY, day, moment, span
from apps.core.working_days import add_working_days
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .events import human_resources, preparers
from .models.approval import Approval, authorisers_waiting
from .models.vacancy import Vacancy
from .models.visit import Visit

State = Vacancy.State
NEUTRAL = "Something on Oxleas Peer needs you"
NEWS = "News for you on Oxleas Peer"


class RecruitmentKind(Kind):
    """A message about a vacancy or an application: its subject line tells neither."""

    topic = Topic.RECRUITMENT
    withheld = True
    subject = NEUTRAL
    because = "since it is a step of something that you began"  # no word of jobs

    def subject_line(self, occurrence, user):
        return self.subject


class VacancyKind(RecruitmentKind):
    """To those on the working side: they must still see it when it is sent."""

    lines = ()
    action = "See the vacancy"

    def vacancy_of(self, subject):
        return subject

    def wanted(self, rule, subject, user):
        vacancy = self.vacancy_of(subject)
        return Vacancy.objects.visible_to(user).filter(pk=vacancy.pk).exists()

    def facts(self, vacancy):
        return [("Team", vacancy.team)] if vacancy.team else []

    def context(self, occurrence, user):
        vacancy = self.vacancy_of(occurrence.subject)
        return {
            "title": f"{self.label}: {vacancy.title}",
            "facts": self.facts(vacancy),
            "lines": list(self.lines),
            "url": vacancy.get_absolute_url(),
            "action": self.action,
        }


@register
class StaleDraft(VacancyKind):
    """A draft or a readiness list that nobody moved on for two weeks."""

    name = "recruitment.stale_draft"
    label = "A vacancy waits to be got ready"
    lines = ("Go on with it together, or tell Human Resources what holds it up.",)
    audiences = {"preparers": "The manager and the peer lead"}
    defaults = (Default(-14 * DAY, "preparers"),)

    def due(self, rule, now):
        for vacancy in Vacancy.objects.filter(state__in=(State.DRAFT, State.READINESS)):
            due_at = rule.due_at(vacancy.since)
            if due_at <= now:
                yield Due(vacancy, due_at)

    def version(self, vacancy):
        return int(vacancy.since.timestamp())

    def facts(self, vacancy):
        return [*super().facts(vacancy), ("Nobody has moved it on since", day(vacancy.since))]

    def audience(self, rule, vacancy):
        return preparers(vacancy)

    def wanted(self, rule, vacancy, user):
        unfinished = vacancy.state in (State.DRAFT, State.READINESS)
        return unfinished and super().wanted(rule, vacancy, user)


class ApprovalKind(VacancyKind):
    """To the authoriser whose turn it is."""

    lines = ["Read it, then approve it or send it back with a reason."]
    action = "Read the vacancy"

    def vacancy_of(self, step):
        return step.vacancy

    def wanted(self, rule, step, user):
        return authorisers_waiting(user).filter(pk=step.pk).exists()


@register
class ApprovalAsked(ApprovalKind):
    name = "recruitment.approval_asked"
    label = "A vacancy waits for your approval"


@register
class ApprovalChase(ApprovalKind):
    name = "recruitment.approval_chase"
    label = "A vacancy still waits for your approval"
    audiences = {"authoriser": "Whose turn it is"}
    defaults = (Default(-3 * DAY, "authoriser"), Default(-7 * DAY, "authoriser"))

    def due(self, rule, now):
        waiting = Approval.objects.filter(
            answer=Approval.Answer.WAITING, asked_at__isnull=False, vacancy__state=State.APPROVAL
        )
        for step in waiting.select_related("vacancy"):
            due_at = rule.due_at(step.asked_at)
            if due_at <= now:
                yield Due(step, due_at)

    def version(self, step):
        return int(step.asked_at.timestamp()) if step.asked_at else 0

    def context(self, occurrence, user):
        context = super().context(occurrence, user)
        context["facts"].append(("Asked on", day(occurrence.subject.asked_at)))
        return context

    def audience(self, rule, step):
        return step.people()


@register
class DeputyNamed(VacancyKind):
    """To the deputy, and to who holds the office: who stands in, and when."""

    name = "recruitment.deputy_named"
    label = "A deputy is named for an approval"
    lines = ["Whoever holds the office can still answer themselves, and can end this."]

    def vacancy_of(self, deputy):
        return deputy.step.vacancy

    def wanted(self, rule, deputy, user):
        return not deputy.is_over and super().wanted(rule, deputy, user)

    def context(self, occurrence, user):
        deputy, context = occurrence.subject, super().context(occurrence, user)
        office = deputy.step.get_office_display()
        is_deputy = user.pk == deputy.user_id
        context["facts"] += [
            ("Office", office),
            ("Deputy", "You" if is_deputy else deputy.user.name),
            ("From", day(deputy.from_on)),
            ("Until", day(deputy.until_on)),
        ]
        return context


@register
class Returned(VacancyKind):
    name = "recruitment.vacancy_return_it"
    label = "A vacancy was sent back"

    lines = ["The reason stands on its page. Change what is needed, then ask for approval again."]


@register
class Approved(VacancyKind):
    name = "recruitment.vacancy_approve"
    label = "A vacancy was approved"
    news = True

    lines = ["It can be opened once its panel is complete and its dates are set."]


@register
class Opened(VacancyKind):
    name = "recruitment.vacancy_open"
    label = "A vacancy has opened"
    news = announces = True
    subject = NEWS

    def facts(self, vacancy):
        return [*super().facts(vacancy), ("Closes", moment(vacancy.closes_at))]


@register
class Closing(VacancyKind):
    """To Human Resources: tomorrow it closes, and the next working day redaction begins."""

    name = "recruitment.closing"
    label = "A vacancy closes soon"
    audiences = {"hr": "Human Resources"}
    defaults = (Default(1 * DAY, "hr"),)

    def due(self, rule, now):
        for vacancy in Vacancy.objects.advertised(now):
            due_at = rule.due_at(vacancy.closes_at)
            if vacancy.opened_at < due_at <= now:
                yield Due(vacancy, due_at)

    def audience(self, rule, vacancy):
        return human_resources()

    def wanted(self, rule, vacancy, user):
        return vacancy.is_open and super().wanted(rule, vacancy, user)

    def facts(self, vacancy):
        closes_on = clock.date_of(vacancy.closes_at)
        return [
            *super().facts(vacancy),
            ("Closes", moment(vacancy.closes_at)),
            ("Finish redacting by", day(add_working_days(closes_on, 1))),
        ]


@register
class Longer(RecruitmentKind):
    """The closing time is later: to candidates and to the panel."""

    name = "recruitment.longer"
    label = "More time to apply"
    news = True
    subject = NEWS

    def is_essential_to(self, vacancy, user):
        return vacancy.applications.filter(candidate=user).exists()

    def wanted(self, rule, vacancy, user):
        return vacancy.is_open

    def context(self, occurrence, user):
        vacancy = occurrence.subject
        return {
            "title": f"More time: {vacancy.title}",
            "facts": [("Closes now", moment(vacancy.closes_at))],
            "url": vacancy.get_job_url(),
            "action": "See the advert",
        }


class Stopped(RecruitmentKind):
    subject = NEWS

    def context(self, occurrence, user):
        vacancy = occurrence.subject
        reason = (occurrence.data or {}).get("reason", "")
        return {
            "title": f"{vacancy.title}: this vacancy was withdrawn",
            "lines": [self.says[0], *([f"The reason: {reason}"] if reason else []), *self.says[1:]],
            "url": vacancy.get_job_url() if self.for_candidates else vacancy.get_absolute_url(),
            "action": "See more",
        }


@register
class WithdrawnForCandidates(Stopped):
    name = "recruitment.vacancy_withdrawn"
    label = "A vacancy was withdrawn"
    essential = True  # they wait for an answer
    for_candidates = True
    says = [
        "We are sorry. Nobody will be appointed, and your application has ended. It says nothing "
        "about you.",
        "You can apply for other posts at any time.",
    ]


@register
class WithdrawnInside(Stopped):
    name = "recruitment.vacancy_stopped"
    label = "A vacancy that you work on was withdrawn"
    for_candidates = False
    says = ["Candidates have been told."]

    def wanted(self, rule, vacancy, user):
        return Vacancy.objects.visible_to(user).filter(pk=vacancy.pk).exists()


class VisitKind(RecruitmentKind):
    lines = ()

    def context(self, occurrence, user):
        visit = occurrence.subject
        return {
            "title": self.title,
            "facts": [("When", span(visit.starts_at, visit.ends_at)), ("Where", visit.place)],
            "lines": list(self.lines),
            "url": visit.vacancy.get_job_url(),
            "action": "See the page",
        }


@register
class VisitCancelled(VisitKind):
    name = "recruitment.visit_cancelled"
    label = "A visit is cancelled"
    title = "The visit that you booked is cancelled"
    lines = ("We are sorry. If there is another visit, it stands on the page.",)
    urgent = essential = True
    because = "since you booked it"
    subject = NEWS


@register
class VisitTomorrow(VisitKind):
    name = "recruitment.visit"
    label = "A visit is tomorrow"
    title = "The visit that you booked is soon"
    audiences = {"visitors": "Those who booked"}
    defaults = (Default(1 * DAY, "visitors"),)

    def due(self, rule, now):
        for visit in Visit.objects.to_come().select_related("vacancy"):
            due_at = rule.due_at(visit.starts_at)
            if due_at <= now:
                yield Due(visit, due_at)

    def audience(self, rule, visit):
        return User.objects.filter(visit_bookings__visit=visit)

    def wanted(self, rule, visit, user):
        return visit.is_to_come and visit.bookings.filter(user=user).exists()


@register
class SomebodyLeft(VacancyKind):
    """To Human Resources: a part in a vacancy has nobody any more."""

    name = "recruitment.somebody_left"
    label = "Somebody who worked on a vacancy has left"

    lines = ["Name somebody else, so that it does not stand still."]
