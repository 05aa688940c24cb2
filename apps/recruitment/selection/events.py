"""Who is told when something happens in selection; the words are in messages.py."""

from apps.core import clock
from apps.core.moves import effect
from apps.notifications.ahead import knowing
from apps.notifications.kinds import ask, notify, others, void

OF_CANDIDATE = ("recruitment.booked", "recruitment.interview")
CANDIDATE_ENDS = ("recruitment.interview_off",)
OF_PANEL = ("recruitment.interview_panel",)
PANEL_ENDS = ("recruitment.interview_panel_left", "recruitment.interview_panel_off")
MEETS, MEETING_ENDS = ("recruitment.panel_meeting",), ("recruitment.panel_meeting_left",)


def _candidate(application):
    """The candidate, where they have an account; else Human Resources telephone."""
    return [application.candidate] if application.candidate_id else []


def panel(vacancy):
    return [member.user for member in vacancy.panel.serving().select_related("user")]


def officers(vacancy):
    """Whoever in Human Resources looks after this vacancy."""
    return {person for person in (vacancy.created_by, vacancy.organiser) if person is not None}


# --- the panel ----------------------------------------------------------------------------------
def shortlisting_begins(vacancy):
    notify("recruitment.shortlisting", vacancy, panel(vacancy))


def joined_to_score(vacancy, member):
    """Somebody new reads and scores what the others do."""
    notify("recruitment.joined_to_score", vacancy, [member.user], version=member.pk)


def somebody_must_score(round_):
    """A candidate lacks a peer, or a second person, who scores them."""
    version = int(clock.now().timestamp())
    notify("recruitment.somebody_must_score", round_, officers(round_.vacancy), version=version)


def all_in(round_):
    """Every sheet is locked: the others can be read now."""
    version = round_.sheets.filter(state="locked").count()
    notify("recruitment.all_in", round_, panel(round_.vacancy), version=version)


@effect
def panel_is_asked(vacancy, entry):
    """The chair says what the panel decided; another member confirms it."""
    people = others(panel(vacancy), entry.by)
    ask("recruitment.panel_is_asked", vacancy, people)


def shortlist_locked(vacancy):
    notify("recruitment.outcomes_wait", vacancy, officers(vacancy), version=1)


def decided(vacancy):
    notify("recruitment.outcomes_wait", vacancy, officers(vacancy), version=2)


def panel_meeting(meeting):
    notify("recruitment.panel_meeting", meeting, panel(meeting.vacancy))


# --- candidates ---------------------------------------------------------------------------------
def outcome(application, outcome):
    notify("recruitment.outcome", application, _candidate(application), version=outcome.pk)


def apology(application, outcome):
    void(application, kinds=["recruitment.outcome"])
    notify("recruitment.apology", outcome, _candidate(application))


def released(release, applications):
    people = [application.candidate for application in applications if application.candidate_id]
    notify("recruitment.interviews_released", release, people)


def booked(interview, was=None):
    """A time was taken; ``was`` is the one given up for it, whose place in calendars goes."""
    if was is None:
        void(interview)
    else:
        freed(interview, was, tell_candidate=False)  # their entry moves with the new one
    notify(
        "recruitment.booked",
        interview,
        _candidate(interview.application),
        version=interview.sequence,
    )


def time_of(interview, slot):
    """A time that somebody had in a calendar, for the message that takes it out."""
    return {
        "pk": slot.pk,
        "sequence": interview.sequence,
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
    }


def freed(interview, slot, *, tell_candidate=True):
    """A time was given up: who had it in a calendar gets the end of that entry, nobody else.

    ``slot`` is the time that was; the interview has no time now, or another one.
    """
    void(interview)
    data = time_of(interview, slot)
    notify(
        "recruitment.interview_panel_off",
        interview,
        knowing(interview, OF_PANEL, PANEL_ENDS),
        version=interview.sequence,
        data=data,
    )
    if tell_candidate:
        notify(
            "recruitment.interview_off",
            interview,
            knowing(interview, OF_CANDIDATE, CANDIDATE_ENDS),
            version=interview.sequence,
            data=data,
        )


@effect
def asked_for_time(interview, entry):
    notify(
        "recruitment.time_asked", interview, officers(interview.vacancy), version=interview.sequence
    )
