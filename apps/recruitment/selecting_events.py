"""What is told at once when something happens in selecting; the words are in the reminders."""

from apps.notifications.kinds import notify, void

INTERVIEW_REMINDERS = ("recruitment.interview", "recruitment.interview_panel")


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


def all_in(round_):
    """Every sheet is locked: the others can be read now."""
    version = round_.sheets.filter(state="locked").count()
    notify("recruitment.all_in", round_, panel(round_.vacancy), version=version)


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


def booked(interview):
    void(interview)
    notify("recruitment.booked", interview, _candidate(interview.application),
           version=interview.sequence)  # fmt: skip


def freed(interview):
    void(interview, kinds=INTERVIEW_REMINDERS)


def asked_for_time(interview):
    notify("recruitment.time_asked", interview, officers(interview.vacancy),
           version=interview.sequence)  # fmt: skip
