"""What an application's page tells its candidate: where they are, what comes next, what to do now.

It says no more than the candidate has been told: it reads the state of the application, their own
interview, offer and post, and the dates that were promised; never what waits to be sent.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from apps.core import clock
from apps.core.dates import day, span, weekday
from apps.core.models import AuditEntry
from apps.core.sections import section
from apps.core.working_days import add_working_days

from ..applications.models.application import Application
from ..selection.models.interview import CHANGE_DAYS, Interview, Slot
from ..selection.models.outcome import Outcome
from ..selection.models.scoring import SCORE_DAYS
from ..vacancies.promises import INTERVIEW_NOTICE, TELLING, Promises
from .models.appointment import Appointment
from .models.offer import Offer

STATE = Application.State
NOTHING = "You need do nothing now. We send you a message when there is news."
LATE = (
    "We meant to tell you by {}. It is taking longer, and we are sorry. It says nothing about you."
)
LAST = "Nothing more happens with this application."


@dataclass(frozen=True)
class Whereabouts:
    """Sentences for the page; ``button`` is the one main thing to do: (text, address)."""

    here: str
    then: tuple = ()
    do: str = NOTHING
    button: tuple = ()


def of(application):
    """Where a sent application stands for its candidate."""
    return WORDS[application.state](application)


@section("progress")
def on_status_page(user, application):
    return of(application)


def _jobs(here, then=LAST):
    return Whereabouts(
        here,
        (then,),
        "You can apply for other jobs at any time.",
        ("See other jobs", reverse("jobs")),
    )


def _by(date, words):
    """The sentence with the date, or that it is late and we are sorry."""
    return words.format(day(date)) if date >= clock.today() else LATE.format(day(date))


# --- before the interview -----------------------------------------------------------------------
def _submitted(application):
    promises = Promises.of(application.vacancy)
    here = "We have your application."
    if promises is None:
        return Whereabouts(here)
    today = clock.today()
    if promises.told_by < today:
        return Whereabouts(here, (LATE.format(day(promises.told_by)),))
    steps = (
        (promises.closes_on, f"On {day(promises.closes_on)} the job closes."),
        (
            promises.redacted_by,
            f"By {day(promises.redacted_by)} Human Resources take out whatever tells who you are.",
        ),
        (
            promises.scored_by,
            f"By {day(promises.scored_by)} at least two people, one of them a "
            "peer, have each read and scored your answers on their own.",
        ),
        (promises.told_by, f"By {day(promises.told_by)} we tell you the outcome, with feedback."),
    )
    then = [words for date, words in steps if date >= today]
    if promises.interviews_on and promises.interviews_on >= today:
        then.append(
            f"Interviews are from {day(promises.interviews_on)}. You choose a time, and "
            "get the questions beforehand."
        )
    return Whereabouts(
        f"{here} You hear from us by {day(promises.told_by)}, whatever the outcome.", tuple(then)
    )


def _invited(application):
    """Told of the invitation: waiting for the times, choosing one, or it did not take place."""
    here = "You are invited to an interview."
    interview = Interview.objects.filter(application=application).first()
    if interview is not None and interview.was_missed:
        return _missed(application)
    if interview is None or not interview.releases.exists():
        soon = [
            "Soon we show you the times to choose from, the place, whom you meet, and the "
            f"questions: at least {INTERVIEW_NOTICE} days before the first interview."
        ]
        on = application.vacancy.interviews_on
        if on and on >= clock.today():
            soon.append(f"Interviews are from {day(on)}.")
        return Whereabouts(here, tuple(soon))
    page = interview.get_absolute_url()
    then = ("Once you have a time, it is yours. You can change it until two working days before.",)
    if interview.wish:
        return Whereabouts(
            f"{here} You have asked for another time.",
            ("We call or write to you about it.",),
            NOTHING,
            ("See the times", page),
        )
    free = Slot.objects.free().filter(plan__vacancy=application.vacancy_id)
    last = free.order_by("starts_at").values_list("starts_at", flat=True).last()
    if last is None:
        return Whereabouts(
            here,
            ("There is no time to choose at the moment. We agree one with you.",),
            "Tell us which days and times would suit you.",
            ("Say when suits you", page),
        )
    return Whereabouts(
        here,
        then,
        f"Choose a time by {_changes_until(last)}. Sooner is better: each goes to one person.",
        ("Choose a time", page),
    )


def _booked(application):
    interview = Interview.objects.filter(application=application).select_related("slot").first()
    if interview is None or interview.slot is None:
        return _missed(application)
    slot, page = interview.slot, interview.get_absolute_url()
    if interview.was_missed:
        return _missed(application)
    if slot.ends_at < clock.now():
        return _waiting(application, f"Your interview was on {day(slot.starts_at)}.")
    if interview.may_change:
        do = f"If it no longer suits you, change it by {_changes_until(slot.starts_at)}."
    else:
        do = "If you cannot come, call or write to us."
    return Whereabouts(
        f"Your interview is on {span(slot.starts_at, slot.ends_at)}.",
        _told_after(application),
        f"Look at where it is, whom you meet and what you are asked. {do}",
        ("See where and what to expect", page),
    )


def _changes_until(starts_at):
    """The last working day on which a time can be chosen or changed (``changeable_from``)."""
    after = clock.date_of(starts_at) + timedelta(days=1)
    return day(add_working_days(after, -CHANGE_DAYS - 1))


def _missed(application):
    return Whereabouts(
        "Your interview did not take place.",
        _told_after(application),
        "If you would still like one, call or write to us.",
    )


def _told_after(application):
    """When the panel's decision should reach everybody, counted from the last interview."""
    vacancy = application.vacancy
    last = Slot.objects.filter(interview__vacancy=vacancy).order_by("starts_at").last()
    if last is None:
        return ("The panel decides after the last interview, and we tell you, with feedback.",)
    decided = add_working_days(clock.date_of(last.starts_at), SCORE_DAYS)
    told = add_working_days(decided, TELLING)
    words = "The panel decides after the last interview. By {} we tell you, with feedback."
    return (_by(told, words),)


def _waiting(application, here):
    return Whereabouts(here, _told_after(application))


def _reserve(application):
    return Whereabouts(
        "You are on the reserve list for an interview.",
        (
            "If somebody else cannot come, we invite you.",
            "If not, we tell you before anybody hears who gets the post.",
        ),
    )


# --- after it -----------------------------------------------------------------------------------
def _interviewed(application):
    return _waiting(application, "You have had your interview. Thank you for coming.")


def _in_reserve(application):
    outcome = (
        Outcome.objects.current()
        .filter(blind__redaction__application=application, result="reserve", sent_at__isnull=False)
        .order_by("-pk")
        .first()
    )
    until = outcome.reserve_until if outcome else None
    here = "You are on the reserve list for the post."
    then = "If whoever was offered it does not take it, we offer it to you."
    if until is None:
        return Whereabouts(here, (then,))
    if until < clock.today():
        return _jobs(f"The reserve list that you were on ended on {day(until)}.")
    return Whereabouts(here, (then, f"The list ends on {day(until)}."))


def _offered(application):
    offer = getattr(application, "offer", None)
    if offer is None:
        return Whereabouts(
            "The panel would like you for the post.",
            (
                "Human Resources send you the offer. It says what it depends on, and by when to "
                "answer.",
            ),
        )
    return OFFER[offer.state](offer)


def _conditional(offer):
    late = offer.answer_by < clock.today()
    asked = f"We asked you to answer by {day(offer.answer_by)}. You still can."
    return Whereabouts(
        "We have offered you the post.",
        (
            "If you accept, six checks begin. Most of them we do.",
            "Then we agree your first day with you.",
        ),
        asked if late else f"Please answer by {day(offer.answer_by)}. If you need longer, tell us.",
        ("Read the offer and answer", offer.get_absolute_url()),
    )


def _checks(offer):
    checks = list(offer.employment_checks.all())
    left = [check for check in checks if not check.is_settled]
    talk = [check.get_kind_display().lower() for check in left if check.state == "problem"]
    done = len(checks) - len(left)
    then = f"{done} of {len(checks)} checks {'is' if done == 1 else 'are'} done. " + (
        _first_day(offer) or "When all are in, we agree your first day with you."
    )
    do = "You need do nothing until we ask."
    if talk:
        do = f"We need to talk with you about: {', '.join(talk)}. Please call or write to us."
    return Whereabouts(
        "You have accepted the offer. The checks are under way.",
        (then,),
        do,
        ("See how the checks stand", offer.get_absolute_url()),
    )


def _first_day(offer):
    return f"Your first day is {weekday(offer.start_on)}." if offer.start_on else ""


def _cleared(offer):
    adjustments = reverse("application_adjustments", args=[offer.application.reference])
    return Whereabouts(
        "All checks are in. You are ready to start.",
        (_first_day(offer) or "We call or write to you to agree your first day.",),
        "If something would help you at work, say so before your first day.",
        ("Say what helps you at work", adjustments),
    )


def _started(offer):
    application = offer.application
    post = (
        Appointment.objects.filter(vacancy=application.vacancy_id, user=application.candidate_id)
        .order_by("-pk")
        .first()
    )
    if post is None:
        return Whereabouts("You have started. Welcome.", (LAST,), "")
    if post.is_over:
        return _jobs(f"You were in post until {day(post.left_on)}. Thank you for your work.")
    review = post.reviews.filter(held_on=None, in_post=None).first()
    then = f"The next talk about how it goes is due on {day(review.due_on)}." if review else LAST
    return Whereabouts(
        f"You have been in post since {day(post.started_on)}.",
        (then,),
        "If something is hard, talk to your peer supervisor"
        f"{f', {post.peer_supervisor}' if post.peer_supervisor else ''}.",
        ("See your post", post.get_absolute_url()),
    )


def _declined(offer):
    return _jobs("The offer was declined. Thank you for telling us.")


def _taken_back(offer):
    entry = AuditEntry.objects.about(offer).filter(action="take_back").order_by("-pk").first()
    why = f" The reason: {entry.note}" if entry and entry.note else ""
    return _jobs(
        f"We took the offer back, and we are sorry.{why}",
        "If you would like to talk about it, call or write to us.",
    )


OFFER = {
    Offer.State.CONDITIONAL: _conditional,
    Offer.State.ACCEPTED: _checks,
    Offer.State.CHECKS: _checks,
    Offer.State.CLEARED: _cleared,
    Offer.State.STARTED: _started,
    Offer.State.DECLINED: _declined,
    Offer.State.TAKEN_BACK: _taken_back,
}
WORDS = {
    STATE.SUBMITTED: _submitted,
    STATE.SHORTLISTED: _invited,
    STATE.RESERVE: _reserve,
    STATE.NOT_SHORTLISTED: lambda _: _jobs("This time we did not invite you to an interview."),
    STATE.BOOKED: _booked,
    STATE.INTERVIEWED: _interviewed,
    STATE.OFFERED: _offered,
    STATE.INTERVIEW_RESERVE: _in_reserve,
    STATE.UNSUCCESSFUL: lambda _: _jobs("This time the post was not offered to you."),
    STATE.WITHDRAWN: lambda _: _jobs("You withdrew it."),
    STATE.ENDED: lambda _: _jobs("It ended because the vacancy did. It says nothing about you."),
}
