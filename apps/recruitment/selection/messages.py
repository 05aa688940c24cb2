"""What people are told about selection, at once and by the clock."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.dates import DAY, day, morning_of, weekday_near
from apps.core.working_days import add_working_days
from apps.notifications.calendar import as_part, part
from apps.notifications.kinds import Default, Due, register
from apps.notifications.wording import BY_DAY, Case, Placeholder

from ..applications.models.application import Application
from ..vacancies.messages import (
    A_DATE,
    A_TIME,
    A_VACANCY,
    ANSWER,
    RecruitmentKind,
    VacancyKind,
    at,
)
from ..vacancies.models.vacancy import Vacancy
from ..vacancies.promises import TELLING, Promises
from .calendar import cancelled, of_candidate, of_meeting, of_panel
from .events import officers, panel
from .models.blind import may_handle
from .models.interview import Interview
from .models.scoring import Round
from .needs import owes_feedback, to_tell, undeclared

State = Vacancy.State
PUT_IN = "You are asked to be there. The file with this message puts it into your calendar."
TAKEN_OUT = "If you have it in a calendar, the file with this message takes it out."
CANCELLED = f"It does not take place at that time. {TAKEN_OUT}"


class PanelKind(VacancyKind):
    """To those who serve on the panel now; whoever left it gets no more."""

    action = "Go to your page"

    def vacancy_of(self, subject):
        return subject if isinstance(subject, Vacancy) else subject.vacancy

    def wanted(self, rule, subject, user):
        return self.vacancy_of(subject).is_judged_by(type(user).objects.get(pk=user.pk))

    def url(self, occurrence, reader):
        return reverse("panel", args=[self.vacancy_of(occurrence.subject).reference])


# --- the panel scores ---------------------------------------------------------------------------
@register
class DeclarationDue(PanelKind):
    """From the day after closing: who has made no statement about conflicts of interest."""

    name = "recruitment.declaration"
    label = "Your statement about conflicts of interest is missing"
    to_whom = "members of the panel who have made no statement about conflicts of interest"
    subject_line = "One thing is missing from you: please add it"
    text = (
        "Please make your statement. Shortlisting begins once every member of the panel has made "
        "theirs."
    )
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
    to_whom = "the panel, when it can read the applications"
    subject_line = "You can begin to read now"
    text = (
        "You read each without knowing whose it is, and score by yourself. Nobody sees your "
        "scores before everybody has finished."
    )


@register
class JoinedToScore(PanelKind):
    """To somebody who joins a panel that is scoring already."""

    name = "recruitment.joined_to_score"
    label = "The panel that you have joined is scoring"
    to_whom = "whoever joins a panel that is scoring already"
    subject_line = "Please start here: your first step"
    text = (
        "First say whether you have a conflict of interest. Then you see what the others saw, and "
        "score by yourself. Nobody's scores are shown before yours are in."
    )


@register
class SheetsDue(PanelKind):
    """A day before a member's sheets are due, on the day, and after: to who has some open."""

    name = "recruitment.sheets_due"
    label = "Your sheets wait to be locked"
    to_whom = "members of the panel who have a sheet to lock"
    subject_line = "Please finish by {by}"
    text = "Please score what is still open, then lock your sheets."
    facts = (*PanelKind.facts, ("Please finish by", "{due}"))
    placeholders = PanelKind.placeholders | {"due": A_DATE, "by": BY_DAY}
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

    def values(self, occurrence, reader):
        due = occurrence.subject.due
        dates_of_it = {"due": day(due), "by": weekday_near(due)}
        return super().values(occurrence, reader) | dates_of_it


@register
class AllIn(PanelKind):
    name = "recruitment.all_in"
    label = "Every sheet is locked"
    to_whom = "the panel, when every sheet is locked"
    subject_line = "Everybody has finished: you can go on together"
    text = "You can compare the scores now, and talk about them."

    def wanted(self, rule, round_, user):
        return round_.is_running and round_.all_in and super().wanted(rule, round_, user)


@register
class PanelIsAsked(PanelKind):
    name = "recruitment.panel_is_asked"
    label = "The chair asks you to confirm what the panel decided"
    to_whom = "the others on the panel, when the chair has recorded what it decided"
    subject_line = "Please confirm what you decided together"
    text = (
        "The chair has recorded it. It counts once another member of the panel confirms it.\n\n"
        "Look at it first. If it is not what you decided together, do nothing, and talk to the "
        "chair."
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
    to_whom = "members of the panel, while feedback for somebody who is not chosen is missing"
    subject_line = "Please finish what you have to write"
    text = (
        "Please write what is missing. Nothing is sent to anybody before everybody who is not "
        "chosen has feedback."
    )
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
    to_whom = "the panel, when it is to meet"
    subject_line = "You meet on {day}, {time}"
    preview = "Open it to see where. It fits into your calendar."
    announces = True
    text = PUT_IN
    facts = (("What", "{what}"), ("When", "{when}"), ("Where", "{place}"))
    placeholders = (
        PanelKind.placeholders
        | A_TIME
        | {
            "what": Placeholder("what the panel meets for", "Shortlisting"),
            "place": Placeholder("where, if that is known", "Room 2, the Pinewood centre"),
        }
    )

    def values(self, occurrence, reader):
        meeting = occurrence.subject
        said = super().values(occurrence, reader) | at(meeting.starts_at)
        return said | {"what": meeting.get_kind_display(), "place": meeting.place}

    def attachments(self, occurrence, user):
        return appointment(of_meeting(occurrence.subject))


class PartedKind(PanelKind):
    """To somebody who was to be there, and is not on the panel any more or does not judge that
    candidate: their entry goes. It says nothing of the vacancy."""

    label = "An appointment is no longer yours"
    announces = parting = urgent = essential = after = True
    because = "since you were to be there"
    title = "{label}"
    preview = "It leaves your calendar. You do not need to do anything more."
    text = f"You need not be there. {TAKEN_OUT}"
    facts = (("When", "{when}"),)
    placeholders = A_TIME

    def values(self, occurrence, reader):
        return at(self.entry(occurrence).starts_at)

    def url(self, occurrence, reader):
        return ""

    def attachments(self, occurrence, user):
        return appointment(self.entry(occurrence))

    def entry(self, occurrence):
        """What ends."""
        raise NotImplementedError


@register
class MeetingLeft(PartedKind):
    name = "recruitment.panel_meeting_left"
    to_whom = "whoever was told of a meeting of the panel, when they need not come any more"
    subject_line = "You need not come: {day}, {time}"

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
    to_whom = (
        "whoever began the vacancy or arranges its adjustments, while applications are not redacted"
    )
    subject_line = "Please get it ready to read: due on {by}"
    text = "Please redact what is left. The panel can read them once every copy is signed off."
    placeholders = OfficerKind.placeholders | {"by": BY_DAY}
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

    def values(self, occurrence, reader):
        by = Promises.of(occurrence.subject).redacted_by
        return super().values(occurrence, reader) | {"by": weekday_near(by)}


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
    to_whom = (
        "whoever began the vacancy or arranges its adjustments, "
        "when too few people score a candidate"
    )
    subject_line = "Somebody else is needed: please find them"
    text = (
        "At least one peer and two people score each candidate. The page of the vacancy says "
        "who is needed. You can add them to the panel."
    )

    def wanted(self, rule, round_, user):
        lacks = round_.is_running and any(round_.standing().lacking(user))
        return lacks and may_handle(user, round_.vacancy) and super().wanted(rule, round_, user)


@register
class OutcomesWait(OfficerKind):
    name = "recruitment.outcomes_wait"
    label = "The panel has decided"
    to_whom = "whoever began the vacancy or arranges its adjustments, when the panel has decided"
    subject_line = "Please tell everybody within 2 working days"
    text = "Tell everybody within 2 working days: good news and bad together."


@register
class OutcomesDue(OfficerKind):
    """When the two working days are over and somebody has not been told."""

    name = "recruitment.outcomes_due"
    label = "People wait to be told what the panel decided"
    to_whom = (
        "whoever began the vacancy or arranges its adjustments, "
        "while people are not told what the panel decided"
    )
    subject_line = "Please tell everybody by {by}"
    text = "Please tell them now: good news and bad go together, each with its feedback."
    placeholders = OfficerKind.placeholders | {"by": BY_DAY}
    audiences = {"officers": "Who looks after the vacancy"}
    defaults = (
        Default(1 * DAY, "officers"),
        Default(timedelta(0), "officers"),
        Default(-1 * DAY, "officers"),
    )

    def due(self, rule, now):
        for round_ in to_tell().select_related("vacancy"):
            due_at = rule.due_at(morning_of(self.last_day(round_)))
            if round_.closed_at < due_at <= now:
                yield Due(round_, due_at)

    def last_day(self, round_):
        return add_working_days(round_.closed_at.astimezone(LONDON).date(), TELLING)

    def values(self, occurrence, reader):
        by = self.last_day(occurrence.subject)
        return super().values(occurrence, reader) | {"by": weekday_near(by)}

    def audience(self, rule, round_):
        return officers(round_.vacancy)

    def wanted(self, rule, round_, user):
        return to_tell().filter(pk=round_.pk).exists() and super().wanted(rule, round_, user)


@register
class TimeAsked(OfficerKind):
    name = "recruitment.time_asked"
    label = "A candidate asks for another time"
    to_whom = (
        "whoever began the vacancy or arranges its adjustments, "
        "when a candidate asks for another time"
    )
    subject_line = "Somebody asks for another time"
    text = "Please read what they ask for, and find a time that suits them."
    action = "See the interviews"

    def url(self, occurrence, reader):
        return reverse("interviews", args=[occurrence.subject.vacancy.reference])

    def wanted(self, rule, interview, user):
        return bool(interview.wish) and super().wanted(rule, interview, user)


# --- candidates ---------------------------------------------------------------------------------
class CandidateKind(RecruitmentKind):
    """To a candidate: nothing in it says what it is about; the page does.

    No step of one's candidacy can be stopped: whoever misses one loses the post.
    """

    essential = True
    action = "Read it"

    def application_of(self, subject):
        return subject

    def wanted(self, rule, subject, user):
        application = self.application_of(subject)
        return application.candidate_id == user.pk and application.state != "withdrawn"

    def url(self, occurrence, reader):
        return self.application_of(occurrence.subject).get_absolute_url()


@register
class OutcomeSent(CandidateKind):
    """The result is on the page alone: whoever else reads the e-mail learns nothing."""

    name = "recruitment.outcome"
    alike = True
    label = "There is news for you"
    to_whom = "the candidate, when the outcome is sent: good news and bad alike"
    subject_line = ANSWER
    text = "Sign in to read it. You may like to have somebody with you. Take your time."


@register
class Apology(CandidateKind):
    name = "recruitment.apology"
    label = "We told you something that was wrong, and we are sorry"
    to_whom = "the candidate, when an outcome that they were told is taken back"
    subject_line = "We have to put something right"
    text = (
        "We have taken back what we last told you. It was our mistake, and not yours.\n\n"
        "Sign in to read why. We tell you what is right as soon as we can."
    )
    urgent = True

    def application_of(self, outcome):
        return outcome.blind.redaction.application


@register
class Released(CandidateKind):
    name = "recruitment.interviews_released"
    label = "You can choose a time now"
    to_whom = (
        "candidates who are invited to an interview, when they can choose a time or "
        "something changes"
    )
    subject_line = "Please choose a time"
    text = (
        "Please choose a time that suits you. Everything that you need to know before the day is "
        "there, and everybody sees it at the same moment."
    )
    action = "See it"
    cases = {
        "again": Case(
            when="something has changed since the first time",
            subject_line="Something has changed: please look again",
            title="Please look at this again",
            text="Something has changed. Please look at it again. Everybody sees the change at the "
            "same moment.",
        )
    }

    def wanted(self, rule, release, user):
        return (
            Interview.objects.counting()
            .filter(releases__release=release, application__candidate=user)
            .exists()
        )

    def case(self, occurrence, reader):
        return "again" if occurrence.subject.number > 1 else ""

    def url(self, occurrence, reader):
        interview = Interview.objects.select_related("application").get(
            releases__release=occurrence.subject, application__candidate=reader
        )
        return interview.get_absolute_url()


class AppointmentKind(CandidateKind):
    """With the time, and an entry for the calendar that tells nothing."""

    preview = "Open it to see where, and whom you meet."
    text = (
        "You have an appointment with us on {day} at {time}.\n\n"
        "Where it is, whom you meet and what to expect is on the page. If it no longer suits "
        "you, say so there or write to us."
    )
    action = "See it"
    facts = (("When", "{when}"),)
    placeholders = A_TIME

    def application_of(self, interview):
        return interview.application

    def wanted(self, rule, interview, user):
        return (
            interview.state == Interview.State.BOOKED
            and interview.slot.starts_at > clock.now()
            and super().wanted(rule, interview, user)
        )

    def values(self, occurrence, reader):
        return at(occurrence.subject.slot.starts_at)

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def attachments(self, occurrence, user):
        return appointment(of_candidate(occurrence.subject))


@register
class Booked(AppointmentKind):
    name = "recruitment.booked"
    label = "Your time is booked"
    to_whom = "the candidate, when the time of their interview is booked"
    subject_line = "Your time: {day}, {time}"
    announces = True
    urgent = True  # they have just chosen it


@register
class Off(CandidateKind):
    """To a candidate who had been told of the time: it is given up, and leaves their calendar."""

    name = "recruitment.interview_off"
    label = "Your appointment is cancelled"
    to_whom = "the candidate who was told of the time of an interview, when it is given up"
    subject_line = "Cancelled: your time on {day}, {time}"
    preview = "It leaves your calendar. Open it to see where you stand."
    text = CANCELLED
    facts = (("When it was", "{when}"),)
    placeholders = A_TIME
    urgent = parting = announces = True

    def application_of(self, interview):
        return interview.application

    def wanted(self, rule, interview, user):
        theirs = user.pk is None or interview.application.candidate_id == user.pk
        return theirs and interview.state == Interview.State.INVITED

    def values(self, occurrence, reader):
        return at(datetime.fromisoformat(occurrence.data["starts_at"]))

    def attachments(self, occurrence, user):
        return appointment(cancelled(occurrence.subject, occurrence.data, of_panel=False))


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
    to_whom = "the candidate whose interview it is"
    subject_line = "Coming up: your time on {day}, {time}"
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
    to_whom = "members of the panel who judge the candidate, before an interview"
    subject_line = "You are needed on {day}, {time}"
    preview = "Open it to see what it is. It fits into your calendar."
    text = PUT_IN
    facts = (*PanelKind.facts, ("When", "{when}"))
    placeholders = PanelKind.placeholders | A_TIME
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

    def values(self, occurrence, reader):
        return super().values(occurrence, reader) | at(occurrence.subject.slot.starts_at)

    def attachments(self, occurrence, user):
        return appointment(of_panel(occurrence.subject))


@register
class InterviewLeft(PartedKind):
    name = "recruitment.interview_panel_left"
    to_whom = "whoever was told of an interview, when they no longer take part in it for the panel"
    subject_line = "No longer yours: {day}, {time}"

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
    to_whom = "members of the panel who were told of an interview, when its time is given up"
    subject_line = "Not taking place: {day}, {time}"
    text = CANCELLED
    facts = (("Vacancy", "{vacancy}"), ("When it was", "{when}"))
    placeholders = A_TIME | {
        "vacancy": Placeholder(
            "the title of the vacancy, for those on the panel alone", A_VACANCY.example
        )
    }

    def entry(self, occurrence):
        return cancelled(occurrence.subject, occurrence.data, of_panel=True)

    def wanted(self, rule, interview, user):
        return True

    def values(self, occurrence, reader):
        """Only who is on the panel reads of which vacancy, and can follow a link."""
        vacancy = occurrence.subject.vacancy.title if self.judges(occurrence, reader) else ""
        return super().values(occurrence, reader) | {"vacancy": vacancy}

    def url(self, occurrence, reader):
        return PanelKind.url(self, occurrence, reader) if self.judges(occurrence, reader) else ""

    def judges(self, occurrence, reader):
        """Asked once for both."""
        known = vars(occurrence).setdefault("_judges", {})
        if reader.pk not in known:
            known[reader.pk] = reader.pk is not None and PanelKind.wanted(
                self, None, occurrence.subject, reader
            )
        return known[reader.pk]


@register
class PackReady(PanelKind):
    """One working day before the first interview: questions, times and arrangements to read."""

    name = "recruitment.pack"
    label = "Read before the interviews"
    to_whom = "the panel, before its first interview"
    subject_line = "Please read this before you meet"
    text = "Please read the questions, the times and what is arranged. They are on your page."
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
