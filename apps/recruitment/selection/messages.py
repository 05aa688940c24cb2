"""What people are told about selection, at once and by the clock."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.dates import DAY, day, moment, morning_of
from apps.core.working_days import add_working_days
from apps.notifications.calendar import as_part, part
from apps.notifications.kinds import Default, Due, register

from ..applications.models.application import Application
from ..vacancies.messages import NEWS, RecruitmentKind, VacancyKind
from ..vacancies.models.vacancy import Vacancy
from ..vacancies.promises import TELLING, Promises
from .calendar import cancelled, of_candidate, of_meeting, of_panel
from .events import officers, panel
from .models.blind import may_handle
from .models.interview import Interview
from .models.scoring import Round
from .needs import owes_feedback, to_tell, undeclared

State = Vacancy.State
TAKEN_OUT = "If you have it in a calendar, the file with this message takes it out."


class PanelKind(VacancyKind):
    """To those who serve on the panel now; whoever left it gets no more."""

    action = "Go to your page"

    def vacancy_of(self, subject):
        return subject if isinstance(subject, Vacancy) else subject.vacancy

    def wanted(self, rule, subject, user):
        return self.vacancy_of(subject).is_judged_by(type(user).objects.get(pk=user.pk))

    def context(self, occurrence, user):
        vacancy = self.vacancy_of(occurrence.subject)
        url = reverse("panel", args=[vacancy.reference])
        return super().context(occurrence, user) | {"url": url}


# --- the panel scores ---------------------------------------------------------------------------
@register
class DeclarationDue(PanelKind):
    """From the day after closing: who has made no statement about conflicts of interest."""

    name = "recruitment.declaration"
    label = "Your statement about conflicts of interest is missing"
    lines = ("Shortlisting begins once every member of the panel has made theirs.",)
    audiences = {"member": "The member"}
    defaults = (Default(timedelta(0), "member"), Default(-2 * DAY, "member"))

    def due(self, rule, now):
        for seat in undeclared().select_related("vacancy", "user"):
            closed = clock.date_of(seat.vacancy.closes_at)
            due_at = rule.due_at(morning_of(closed + DAY))
            if due_at <= now:
                yield Due(seat, due_at)

    def audience(self, rule, seat):
        return [seat.user]

    def wanted(self, rule, seat, user):
        return undeclared(user).filter(pk=seat.pk).exists()


@register
class Shortlisting(PanelKind):
    name = "recruitment.shortlisting"
    label = "The applications can be read now"
    lines = (
        "You read each without knowing whose it is, and score by yourself. Nobody sees your "
        "scores before everybody has finished.",
    )


@register
class JoinedToScore(PanelKind):
    """To somebody who joins a panel that is scoring already."""

    name = "recruitment.joined_to_score"
    label = "The panel that you have joined is scoring"
    lines = (
        "First say whether you have a conflict of interest. Then you see what the others saw, and "
        "score by yourself. Nobody's scores are shown before yours are in.",
    )


@register
class SheetsDue(PanelKind):
    """A day before a member's sheets are due, on the day, and after: to who has some open."""

    name = "recruitment.sheets_due"
    label = "Your sheets wait to be locked"
    audiences = {"unfinished": "Members with a sheet to lock"}
    defaults = (
        Default(1 * DAY, "unfinished"),
        Default(timedelta(0), "unfinished"),
        Default(-1 * DAY, "unfinished"),
    )

    def due(self, rule, now):
        rounds = Round.objects.filter(
            closed_at__isnull=True,
            due__isnull=False,
            vacancy__state__in=[State.SHORTLISTING, State.INTERVIEWING],
        ).select_related("vacancy")
        for round_ in rounds:
            due_at = rule.due_at(morning_of(round_.due))
            if round_.opened_at < due_at <= now and round_.is_running:
                yield Due(round_, due_at)

    def audience(self, rule, round_):
        return [member.user for member in round_.standing().unfinished()]

    def wanted(self, rule, round_, user):
        unfinished = {member.user_id for member in round_.standing().unfinished()}
        return round_.is_running and user.pk in unfinished

    def context(self, occurrence, user):
        context = super().context(occurrence, user)
        context["facts"].append(("Please finish by", day(occurrence.subject.due)))
        return context


@register
class AllIn(PanelKind):
    name = "recruitment.all_in"
    label = "Every sheet is locked"
    lines = ("You can compare the scores now, and talk about them.",)

    def wanted(self, rule, round_, user):
        return round_.is_running and round_.all_in and super().wanted(rule, round_, user)


@register
class PanelIsAsked(PanelKind):
    name = "recruitment.panel_is_asked"
    label = "The chair asks you to confirm what the panel decided"
    lines = (
        "The chair has recorded it. It counts once another member of the panel confirms it.",
        "Look at it first. If it is not what you decided together, do nothing, and talk to the "
        "chair.",
    )

    def wanted(self, rule, vacancy, user):
        names = (name for name in Vacancy.OF_THE_PANEL if vacancy.open_to(name))
        waits = any(vacancy.first_press(name) for name in names)
        return waits and super().wanted(rule, vacancy, user)


@register
class FeedbackDue(PanelKind):
    """The day after the panel decided: somebody not chosen has no feedback, so nothing is sent.

    Of the shortlist it says nothing: once that is locked, feedback is Human Resources' to add.
    """

    name = "recruitment.feedback_due"
    label = "Feedback is missing"
    lines = ("Nothing is sent to anybody before everybody who is not chosen has feedback.",)
    audiences = {"panel": "The panel"}
    defaults = (Default(-1 * DAY, "panel"), Default(-2 * DAY, "panel"))

    def due(self, rule, now):
        for round_ in to_tell().select_related("vacancy"):
            due_at = rule.due_at(round_.closed_at)
            if due_at <= now:
                yield Due(round_, due_at)

    def audience(self, rule, round_):
        return panel(round_.vacancy)

    def wanted(self, rule, round_, user):
        return owes_feedback(user).filter(pk=round_.pk).exists()


@register
class PanelMeets(PanelKind):
    name = "recruitment.panel_meeting"
    label = "The panel meets"
    announces = True

    def context(self, occurrence, user):
        meeting = occurrence.subject
        facts = [("What", meeting.get_kind_display()), ("When", moment(meeting.starts_at))]
        if meeting.place:
            facts.append(("Where", meeting.place))
        return super().context(occurrence, user) | {"facts": facts}

    def attachments(self, occurrence, user):
        return appointment(of_meeting(occurrence.subject))


class PartedKind(PanelKind):
    """To somebody who was to be there, and is not on the panel any more or does not judge that
    candidate: their entry goes. It says nothing of the vacancy."""

    label = "An appointment is no longer yours"
    announces = parting = urgent = essential = after = True
    because = "since you were to be there"

    def context(self, occurrence, user):
        starts_at = self.entry(occurrence).starts_at
        return {
            "title": self.label,
            "facts": [("When", moment(starts_at))],
            "lines": [TAKEN_OUT],
        }

    def attachments(self, occurrence, user):
        return appointment(self.entry(occurrence))

    def entry(self, occurrence):
        """What ends."""
        raise NotImplementedError


@register
class MeetingLeft(PartedKind):
    name = "recruitment.panel_meeting_left"

    def entry(self, occurrence):
        return replace(of_meeting(occurrence.subject), cancelled=True)

    def wanted(self, rule, meeting, user):
        if user.pk is None or meeting.vacancy.is_over:
            return True
        return not super().wanted(rule, meeting, user)


# --- Human Resources tell -----------------------------------------------------------------------
class OfficerKind(VacancyKind):
    """To whoever in Human Resources looks after the vacancy."""

    def vacancy_of(self, subject):
        return subject if isinstance(subject, Vacancy) else subject.vacancy


@register
class RedactionDue(OfficerKind):
    """On the working day after closing, and after: shortlisting has not begun."""

    name = "recruitment.redaction_due"
    label = "Applications wait to be redacted"
    lines = ("The panel can read them once every copy is signed off.",)
    audiences = {"officers": "Who looks after the vacancy"}
    defaults = (Default(timedelta(0), "officers"), Default(-1 * DAY, "officers"))

    def due(self, rule, now):
        for vacancy in to_redact():
            promised = Promises.of(vacancy).redacted_by
            due_at = rule.due_at(morning_of(promised))
            if vacancy.closes_at < due_at <= now:
                yield Due(vacancy, due_at)

    def audience(self, rule, vacancy):
        return officers(vacancy)

    def wanted(self, rule, vacancy, user):
        return to_redact().filter(pk=vacancy.pk).exists() and super().wanted(rule, vacancy, user)


def to_redact():
    """Vacancies that have closed with applications, and whose shortlisting has not begun."""
    return Vacancy.objects.to_shortlist().filter(
        pk__in=Application.objects.sent().values("vacancy")
    )


@register
class SomebodyMustScore(OfficerKind):
    """A member stepped back from a candidate, or left: too few score somebody now."""

    name = "recruitment.somebody_must_score"
    label = "A candidate needs somebody else to score them"
    lines = (
        "At least one peer and two people score each candidate. The page of the vacancy says "
        "whom it takes. You can add them to the panel.",
    )

    def wanted(self, rule, round_, user):
        lacks = round_.is_running and any(round_.standing().lacking(user))
        return lacks and may_handle(user, round_.vacancy) and super().wanted(rule, round_, user)


@register
class OutcomesWait(OfficerKind):
    name = "recruitment.outcomes_wait"
    label = "The panel has decided"
    lines = ("Tell everybody within 2 working days: good news and bad together.",)


@register
class OutcomesDue(OfficerKind):
    """When the two working days are over and somebody has not been told."""

    name = "recruitment.outcomes_due"
    label = "People wait to be told what the panel decided"
    lines = ("Good news and bad go together, each with its feedback.",)
    audiences = {"officers": "Who looks after the vacancy"}
    defaults = (
        Default(1 * DAY, "officers"),
        Default(timedelta(0), "officers"),
        Default(-1 * DAY, "officers"),
    )

    def due(self, rule, now):
        for round_ in to_tell().select_related("vacancy"):
            locked = round_.closed_at.astimezone(LONDON).date()
            due_at = rule.due_at(morning_of(add_working_days(locked, TELLING)))
            if round_.closed_at < due_at <= now:
                yield Due(round_, due_at)

    def audience(self, rule, round_):
        return officers(round_.vacancy)

    def wanted(self, rule, round_, user):
        return to_tell().filter(pk=round_.pk).exists() and super().wanted(rule, round_, user)


@register
class TimeAsked(OfficerKind):
    name = "recruitment.time_asked"
    label = "A candidate asks for another time"

    def context(self, occurrence, user):
        url = reverse("interviews", args=[occurrence.subject.vacancy.reference])
        return super().context(occurrence, user) | {"url": url, "action": "See the interviews"}

    def wanted(self, rule, interview, user):
        return bool(interview.wish) and super().wanted(rule, interview, user)


# --- candidates ---------------------------------------------------------------------------------
class CandidateKind(RecruitmentKind):
    """To a candidate: nothing in it says what it is about; the page does.

    No step of one's candidacy can be stopped: whoever misses one loses the post.
    """

    subject = NEWS
    essential = True
    lines = ()

    def application_of(self, subject):
        return subject

    def wanted(self, rule, subject, user):
        application = self.application_of(subject)
        return application.candidate_id == user.pk and application.state != "withdrawn"

    def context(self, occurrence, user):
        application = self.application_of(occurrence.subject)
        return {
            "title": self.label,
            "lines": list(self.lines),
            "action": "Read it",
            "url": application.get_absolute_url(),
        }


@register
class OutcomeSent(CandidateKind):
    """The result is on the page alone: whoever else reads the e-mail learns nothing."""

    name = "recruitment.outcome"
    label = "There is news for you"
    lines = (
        "Sign in to read it. If you would like somebody with you when you do, take your time.",
    )


@register
class Apology(CandidateKind):
    name = "recruitment.apology"
    label = "We told you something that was wrong, and we are sorry"
    urgent = True

    def application_of(self, outcome):
        return outcome.blind.redaction.application

    def context(self, occurrence, user):
        lines = [
            "We have taken back what we last told you. It was our mistake, and not yours.",
            "Sign in to read why. We tell you what is right as soon as we can.",
        ]
        return super().context(occurrence, user) | {"lines": lines}


@register
class Released(CandidateKind):
    name = "recruitment.interviews_released"
    label = "You can choose a time now"

    def wanted(self, rule, release, user):
        return (
            Interview.objects.counting()
            .filter(releases__release=release, application__candidate=user)
            .exists()
        )

    def context(self, occurrence, user):
        release = occurrence.subject
        interview = Interview.objects.select_related("application").get(
            releases__release=release, application__candidate=user
        )
        lines = [
            "Everything that you need to know before the day is there, and everybody sees it "
            "at the same moment."
        ]
        if release.number > 1:
            lines = [
                "Something has changed. Please look at it again. Everybody sees the change at "
                "the same moment."
            ]
        title = self.label if release.number == 1 else "Please look at this again"
        url = interview.get_absolute_url()
        return {"title": title, "lines": lines, "url": url, "action": "See it"}


class AppointmentKind(CandidateKind):
    """With the time, and an entry for the calendar that tells nothing."""

    def application_of(self, interview):
        return interview.application

    def wanted(self, rule, interview, user):
        return (
            interview.state == Interview.State.BOOKED
            and interview.slot.starts_at > clock.now()
            and super().wanted(rule, interview, user)
        )

    def context(self, occurrence, user):
        interview = occurrence.subject
        return {
            "title": self.label,
            "facts": [("When", moment(interview.slot.starts_at))],
            "lines": [
                "Where it is, whom you meet and what to expect stands on the page. If it "
                "no longer suits you, say so there or write to us."
            ],
            "url": interview.get_absolute_url(),
            "action": "See it",
        }

    def attachments(self, occurrence, user):
        return appointment(of_candidate(occurrence.subject))


@register
class Booked(AppointmentKind):
    name = "recruitment.booked"
    label = "Your time is booked"
    announces = True
    urgent = True  # they have just chosen it


@register
class Off(CandidateKind):
    """To a candidate who had been told of the time: it is given up, and leaves their calendar."""

    name = "recruitment.interview_off"
    label = "Your appointment is cancelled"
    urgent = parting = announces = True

    def application_of(self, interview):
        return interview.application

    def wanted(self, rule, interview, user):
        theirs = user.pk is None or interview.application.candidate_id == user.pk
        return theirs and interview.state == Interview.State.INVITED

    def context(self, occurrence, user):
        return super().context(occurrence, user) | cancelled_context(occurrence)

    def attachments(self, occurrence, user):
        return appointment(cancelled(occurrence.subject, occurrence.data, of_panel=False))


def cancelled_context(occurrence):
    starts_at = datetime.fromisoformat(occurrence.data["starts_at"])
    return {
        "facts": [("When it was", moment(starts_at))],
        "lines": [f"It does not take place at that time. {TAKEN_OUT}"],
    }


def appointment(entry):
    """The entry as a file of the message."""
    return (as_part(part(entry), "appointment.ics"),)


def booked_before(now, offset):
    return (
        Interview.objects.counting()
        .filter(
            state=Interview.State.BOOKED, slot__starts_at__gt=now, slot__starts_at__lte=now + offset
        )
        .select_related("slot", "vacancy", "application")
        .order_by("slot__starts_at", "label")
    )


@register
class InterviewReminder(AppointmentKind):
    name = "recruitment.interview"
    label = "Your appointment"
    announces = True
    audiences = {"candidate": "The candidate"}
    defaults = (Default(7 * DAY, "candidate"), Default(1 * DAY, "candidate"))

    def due(self, rule, now):
        for interview in booked_before(now, rule.offset):
            due_at = rule.due_at(interview.slot.starts_at)
            if interview.changed_at < due_at <= now:
                yield Due(interview, due_at)

    def audience(self, rule, interview):
        candidate = interview.application.candidate
        return [candidate] if candidate is not None else []


@register
class InterviewForPanel(PanelKind):
    """To the panel, without a name."""

    name = "recruitment.interview_panel"
    label = "The panel holds an interview"
    announces = True
    audiences = {"panel": "The panel"}
    defaults = (Default(7 * DAY, "panel"), Default(1 * DAY, "panel"))

    due = InterviewReminder.due

    def audience(self, rule, interview):
        return panel(interview.vacancy)

    def wanted(self, rule, interview, user):
        return (
            interview.state == Interview.State.BOOKED
            and not interview.blind.recusals.filter(member__user=user).exists()
            and super().wanted(rule, interview, user)
        )

    def context(self, occurrence, user):
        context = super().context(occurrence, user)
        context["facts"].append(("When", moment(occurrence.subject.slot.starts_at)))
        return context

    def attachments(self, occurrence, user):
        return appointment(of_panel(occurrence.subject))


@register
class InterviewLeft(PartedKind):
    name = "recruitment.interview_panel_left"

    def entry(self, occurrence):
        """At the time that it was then: it may have another one by now."""
        return cancelled(occurrence.subject, occurrence.data, of_panel=True)

    def wanted(self, rule, interview, user):
        if user.pk is None or interview.state != Interview.State.BOOKED:
            return True
        recused = interview.blind.recusals.filter(member__user=user).exists()
        return recused or not super().wanted(rule, interview, user)


@register
class OffForPanel(PartedKind):
    """To members who had been told of the time, without a name; who left the panel just before
    has it in a calendar as well."""

    name = "recruitment.interview_panel_off"
    label = "An interview is no longer at this time"

    def entry(self, occurrence):
        return cancelled(occurrence.subject, occurrence.data, of_panel=True)

    def wanted(self, rule, interview, user):
        return True

    def context(self, occurrence, user):
        """Only who is on the panel reads of which vacancy."""
        judges = user.pk is not None and PanelKind.wanted(self, None, occurrence.subject, user)
        said = (PanelKind if judges else PartedKind).context(self, occurrence, user)
        return said | cancelled_context(occurrence)


@register
class PackReady(PanelKind):
    """One working day before the first interview: questions, times and arrangements to read."""

    name = "recruitment.pack"
    label = "Read before the interviews"
    lines = ("The questions, the times and what is arranged are on your page.",)
    audiences = {"panel": "The panel"}
    defaults = (Default(timedelta(0), "panel"),)

    def due(self, rule, now):
        booked = booked_before(now, timedelta(days=30)).filter(
            vacancy__state__in=[State.SHORTLISTED, State.INTERVIEWING]
        )
        first = {}  # of each vacancy
        for interview in booked.order_by("slot__starts_at"):
            first.setdefault(interview.vacancy_id, interview)
        for interview in first.values():
            on = add_working_days(clock.date_of(interview.slot.starts_at), -1)
            due_at = rule.due_at(morning_of(on))
            if interview.changed_at < due_at <= now:
                yield Due(interview.vacancy, due_at)

    def audience(self, rule, vacancy):
        return panel(vacancy)
