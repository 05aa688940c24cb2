"""What people are told about vacancies, at once and by the clock.

Subject lines and previews say nothing of jobs: whoever sees a candidate's telephone learns nothing.
"""

import re

from apps.accounts.models.people import User
from apps.core import clock, dates
from apps.core.dates import DAY, day, moment, span, weekday_near
from apps.core.working_days import add_working_days
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import (
    AT_TIME,
    BY_DAY,
    BY_MOMENT,
    FROM_TO,
    ON_DAY,
    Placeholder,
)

from .events import human_resources, preparers
from .models.approval import Approval, authorisers_waiting
from .models.vacancy import Vacancy
from .models.visit import Visit

State = Vacancy.State
# Good news and bad begin alike: from a telephone nobody can tell which it is.
ANSWER = "We have an answer for you"

A_VACANCY = Placeholder("the title of the vacancy", "Peer worker, Pinewood ward")
A_TEAM = Placeholder("the team, if it is known", "Pinewood ward")
A_DATE = Placeholder("the day, with its year", "10 December 2026")
A_MOMENT = Placeholder("day and time", "Thursday 10 December 2026, 10am")
SINCE = Placeholder("since which day", "Thursday 10 December", discreet=True)
REASON = Placeholder("the reason, if there is one", "The money for it is not there this year.")
A_TIME = {"when": A_MOMENT, "day": ON_DAY, "time": AT_TIME}


def at(starts_at):
    """The values of ``A_TIME``."""
    return {
        "when": moment(starts_at),
        "day": weekday_near(starts_at),
        "time": dates.clock(starts_at),
    }


def until(closes_at):
    """The value of ``BY_MOMENT``."""
    return f"{dates.clock(closes_at)} on {weekday_near(closes_at)}"


# What a colleague or a neighbour must not read on somebody's telephone.
OF_JOBS = re.compile(
    r"health|illness|diagnos|treatment|medic|disab|support need|support worker|disclos|jobs?|"
    r"vacanc|posts?\b|appl(y|ied|ic)|candida|interview|panel|shortlist|offer|reference|dbs|check|"
    r"employ|recruit|\bhir(e|ed|ing)\b|\bhr\b|human resources|conflict|probation|contract|"
    r"redact|salar",
    re.IGNORECASE,
)


class RecruitmentKind(Kind):
    """A message about a vacancy or an application: from outside it tells neither."""

    betrays = OF_JOBS

    topic = Topic.RECRUITMENT
    withheld = True
    preview = "Open it when you have a quiet moment."
    because = "since it is a step of something that you began"  # no word of jobs


class VacancyKind(RecruitmentKind):
    """To those on the working side: they must still see it when it is sent."""

    preview = "Please open it, and see what comes next."
    title = "{label}: {vacancy}"
    action = "See the vacancy"
    facts: tuple[tuple[str, str], ...] = (("Team", "{team}"),)
    placeholders = {"vacancy": A_VACANCY, "team": A_TEAM}

    def vacancy_of(self, subject):
        return subject

    def wanted(self, rule, subject, user):
        vacancy = self.vacancy_of(subject)
        return Vacancy.objects.visible_to(user).filter(pk=vacancy.pk).exists()

    def values(self, occurrence, reader):
        vacancy = self.vacancy_of(occurrence.subject)
        return {"vacancy": vacancy.title, "team": vacancy.team}

    def url(self, occurrence, reader):
        return self.vacancy_of(occurrence.subject).get_absolute_url()


@register
class StaleDraft(VacancyKind):
    """A draft or a readiness list that nobody moved on for two weeks."""

    name = "recruitment.stale_draft"
    label = "A vacancy waits to be got ready"
    to_whom = "the manager and the peer lead, when a vacancy that they get ready stands still"
    subject_line = "Nothing has moved since {since}: please go on with it"
    text = "Please go on with it together, or tell Human Resources what holds it up."
    facts = (*VacancyKind.facts, ("Nobody has moved it on since", "{moved}"))
    placeholders = VacancyKind.placeholders | {"moved": A_DATE, "since": SINCE}
    audiences = {"preparers": "The manager and the peer lead"}
    defaults = (Default(-14 * DAY, "preparers"),)

    def due(self, rule, now):
        for vacancy in Vacancy.objects.filter(state__in=(State.DRAFT, State.READINESS)):
            due_at = rule.due_at(vacancy.since)
            if due_at <= now:
                yield Due(vacancy, due_at)

    def version(self, vacancy):
        return int(vacancy.since.timestamp())

    def values(self, occurrence, reader):
        since = occurrence.subject.since
        dates_of_it = {"moved": day(since), "since": weekday_near(since)}
        return super().values(occurrence, reader) | dates_of_it

    def audience(self, rule, vacancy):
        return preparers(vacancy)

    def wanted(self, rule, vacancy, user):
        unfinished = vacancy.state in (State.DRAFT, State.READINESS)
        return unfinished and super().wanted(rule, vacancy, user)


class ApprovalKind(VacancyKind):
    """To the authoriser whose turn it is."""

    text = "Read it, then approve it or send it back with a reason."
    action = "Read the vacancy"

    def vacancy_of(self, step):
        return step.vacancy

    def wanted(self, rule, step, user):
        return authorisers_waiting(user).filter(pk=step.pk).exists()


@register
class ApprovalAsked(ApprovalKind):
    name = "recruitment.approval_asked"
    label = "A vacancy waits for your approval"
    to_whom = "whoever approves next and their deputy, when a vacancy waits for them"
    subject_line = "It is your turn: please read and answer"


@register
class ApprovalChase(ApprovalKind):
    name = "recruitment.approval_chase"
    label = "A vacancy still waits for your approval"
    to_whom = "whoever approves next and their deputy, while they have not answered"
    subject_line = "Your turn since {since}: please read and answer"
    facts = (*ApprovalKind.facts, ("Asked on", "{asked}"))
    placeholders = ApprovalKind.placeholders | {"asked": A_DATE, "since": SINCE}
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

    def values(self, occurrence, reader):
        asked_at = occurrence.subject.asked_at
        dates_of_it = {"asked": day(asked_at), "since": weekday_near(asked_at)}
        return super().values(occurrence, reader) | dates_of_it

    def audience(self, rule, step):
        return step.people()


@register
class DeputyNamed(VacancyKind):
    """To the deputy, and to who holds the office: who stands in, and when."""

    name = "recruitment.deputy_named"
    label = "A deputy is named for an approval"
    to_whom = "the deputy and the person they stand in for, when a deputy is named"
    subject_line = "Standing in: {first} until {last}"
    preview = "Open it to see who stands in, and for what."
    text = (
        "A deputy answers for this office on the days below. Whoever holds the office can still "
        "answer themselves, and can end this."
    )
    facts = (
        *VacancyKind.facts,
        ("Office", "{office}"),
        ("Deputy", "{deputy}"),
        ("From", "{from}"),
        ("Until", "{until}"),
    )
    placeholders = VacancyKind.placeholders | {
        "office": Placeholder("which office the deputy answers for", "Finance"),
        "deputy": Placeholder("the name of the deputy, or *You*", "Kim Winter"),
        "from": Placeholder("the first day, with its year", "10 December 2026"),
        "until": Placeholder("the last day, with its year", "17 December 2026"),
        "first": Placeholder("the first day", "Thursday 10 December", discreet=True),
        "last": Placeholder("the last day", "Thursday 17 December", discreet=True),
    }

    def vacancy_of(self, deputy):
        return deputy.step.vacancy

    def wanted(self, rule, deputy, user):
        return not deputy.is_over and super().wanted(rule, deputy, user)

    def values(self, occurrence, reader):
        deputy = occurrence.subject
        return super().values(occurrence, reader) | {
            "office": deputy.step.get_office_display(),
            "deputy": "You" if reader.pk == deputy.user_id else deputy.user.name,
            "from": day(deputy.from_on),
            "until": day(deputy.until_on),
            "first": weekday_near(deputy.from_on),
            "last": weekday_near(deputy.until_on),
        }


@register
class Returned(VacancyKind):
    name = "recruitment.vacancy_return_it"
    label = "A vacancy was sent back"
    to_whom = "the manager, the peer lead and Human Resources, when a vacancy is sent back"
    subject_line = "It came back to you: please make a change"
    text = "The reason stands on its page. Change what is needed, then ask for approval again."


@register
class Approved(VacancyKind):
    name = "recruitment.vacancy_approve"
    label = "A vacancy was approved"
    to_whom = "the manager, the peer lead and Human Resources, when a vacancy is approved"
    news = True
    subject_line = "All have agreed: you can go on"
    text = "It can be opened once its panel is complete and its dates are set."


@register
class Opened(VacancyKind):
    name = "recruitment.vacancy_open"
    label = "A vacancy has opened"
    to_whom = "the panel, the manager and the peer lead, when a vacancy opens or they join later"
    news = announces = True
    subject_line = "Open until {by}"
    text = "People can apply from now on. Its page says what comes next, and when."
    facts = (*VacancyKind.facts, ("Closes", "{closes}"))
    placeholders = VacancyKind.placeholders | {"closes": A_MOMENT, "by": BY_MOMENT}

    def values(self, occurrence, reader):
        closes_at = occurrence.subject.closes_at
        dates_of_it = {"closes": moment(closes_at), "by": until(closes_at)}
        return super().values(occurrence, reader) | dates_of_it


@register
class Closing(VacancyKind):
    """To Human Resources: tomorrow it closes, and the next working day redaction begins."""

    name = "recruitment.closing"
    label = "A vacancy closes soon"
    to_whom = "everybody in Human Resources, before a vacancy closes"
    subject_line = "Your part comes next: please finish by {by}"
    text = "When it has closed, every copy has to be redacted: then the panel can begin to read."
    facts = (*VacancyKind.facts, ("Closes", "{closes}"), ("Finish redacting by", "{redacted}"))
    placeholders = VacancyKind.placeholders | {
        "closes": A_MOMENT,
        "redacted": Placeholder("the last day to redact, with its year", "10 December 2026"),
        "by": BY_DAY,
    }
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

    def values(self, occurrence, reader):
        closes_at = occurrence.subject.closes_at
        redacted_by = add_working_days(clock.date_of(closes_at), 1)
        return super().values(occurrence, reader) | {
            "closes": moment(closes_at),
            "redacted": day(redacted_by),
            "by": weekday_near(redacted_by),
        }


@register
class Longer(RecruitmentKind):
    """The closing time is later: to candidates and to the panel."""

    name = "recruitment.longer"
    label = "More time to apply"
    to_whom = (
        "the panel, and those who have begun or sent an application, when a vacancy closes later"
    )
    news = True
    subject_line = "There is more time: until {by}"
    title = "More time: {vacancy}"
    text = (
        "It closes later than was said. If you have applied already, you do not need to do "
        "anything."
    )
    action = "See the advert"
    facts = (("Closes now", "{closes}"),)
    placeholders = {"vacancy": A_VACANCY, "closes": A_MOMENT, "by": BY_MOMENT}

    def is_essential_to(self, vacancy, user):
        return vacancy.applications.filter(candidate=user).exists()

    def wanted(self, rule, vacancy, user):
        return vacancy.is_open

    def values(self, occurrence, reader):
        vacancy = occurrence.subject
        return {
            "vacancy": vacancy.title,
            "closes": moment(vacancy.closes_at),
            "by": until(vacancy.closes_at),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_job_url()


class Stopped(RecruitmentKind):
    title = "{vacancy}: this vacancy was withdrawn"
    action = "See more"
    placeholders = {"vacancy": A_VACANCY, "reason": REASON}

    def values(self, occurrence, reader):
        reason = (occurrence.data or {}).get("reason", "")
        return {"vacancy": occurrence.subject.title, "reason": reason}


@register
class WithdrawnForCandidates(Stopped):
    name = "recruitment.vacancy_withdrawn"
    alike = True
    label = "A vacancy was withdrawn"
    to_whom = "those who have begun or sent an application, when the vacancy is withdrawn"
    essential = True  # they wait for an answer
    subject_line = ANSWER
    preview = RecruitmentKind.preview
    text = (
        "We are sorry. Nobody will be appointed, and your application has ended. It says nothing "
        "about you.\n\n"
        "The reason: {reason}\n\n"
        "You can apply for other posts at any time."
    )

    def url(self, occurrence, reader):
        return occurrence.subject.get_job_url()


@register
class WithdrawnInside(Stopped):
    name = "recruitment.vacancy_stopped"
    label = "A vacancy that you work on was withdrawn"
    to_whom = "the panel, the manager and the peer lead, when a vacancy is withdrawn"
    subject_line = "Something that you work on has ended"
    text = (
        "You do not need to do anything more for it. Candidates have been told.\n\nThe reason: "
        "{reason}"
    )

    def wanted(self, rule, vacancy, user):
        return Vacancy.objects.visible_to(user).filter(pk=vacancy.pk).exists()

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


class VisitKind(RecruitmentKind):
    action = "See the page"
    facts = (("When", "{when}"), ("Where", "{place}"))
    placeholders = {
        "when": FROM_TO,
        "day": ON_DAY,
        "time": AT_TIME,
        "place": Placeholder("where it is", "Room 2, the Pinewood centre"),
    }

    def values(self, occurrence, reader):
        visit = occurrence.subject
        when = {"when": span(visit.starts_at, visit.ends_at), "place": visit.place}
        return at(visit.starts_at) | when

    def url(self, occurrence, reader):
        return occurrence.subject.vacancy.get_job_url()


@register
class VisitCancelled(VisitKind):
    name = "recruitment.visit_cancelled"
    label = "A visit is cancelled"
    to_whom = "everybody who booked a visit, when it is cancelled"
    urgent = essential = True
    because = "since you booked it"
    subject_line = "Please do not come on {day}, {time}"
    preview = "We are sorry. You can open it to see whether there is another time."
    title = "The visit that you booked is cancelled"
    text = "We are sorry. Please do not come. If there is another visit, it stands on the page."


@register
class VisitTomorrow(VisitKind):
    name = "recruitment.visit"
    label = "Your visit is soon"
    to_whom = "everybody who booked the visit"
    subject_line = "You are expected on {day}, {time}"
    preview = "Open it to see where."
    title = "The visit that you booked is soon"
    text = "We look forward to meeting you. If you cannot come, please write to {support}."
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
    to_whom = (
        "everybody in Human Resources, when somebody who had a part in a vacancy leaves the site"
    )
    subject_line = "A part needs somebody new: please name them"
    text = "Please name somebody else, so that it does not stand still."
