"""What selecting adds to *What needs you*, to a vacancy's page and to an application's page."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.core import clock
from apps.core.clock import LONDON
from apps.core.dates import day, moment
from apps.core.models import FirstPress
from apps.core.needs import DISCREET, Need, needs_you, permitted
from apps.core.plain import known
from apps.core.sections import Section, section
from apps.core.working_days import add_working_days

from ..vacancies.models.panel import PanelMember
from ..vacancies.models.vacancy import Criterion, Vacancy
from ..vacancies.promises import TELLING
from .models.blind import counts, may_handle, may_join
from .models.interview import Interview
from .models.outcome import Outcome, leads_panel, may_tell, round_of, standing_of
from .models.scoring import Round
from .models.sheet import with_standing

STATE = Vacancy.State
Stage = Criterion.Stage


# --- the panel ----------------------------------------------------------------------------------
def undeclared(user=None):
    """Seats whose member has made no statement though the vacancy has closed."""
    seats = PanelMember.objects.serving().filter(declaration__isnull=True)
    past = Vacancy.objects.past_closing().values("pk")
    scoring = [STATE.CLOSED, STATE.SHORTLISTING, STATE.INTERVIEWING]
    waits = Q(vacancy__state__in=scoring) | Q(vacancy__in=past)
    seats = seats.filter(waits)
    return seats if user is None else seats.filter(user=user)


@needs_you(
    lambda user: undeclared(user).select_related("vacancy"), may=known("on_panels"), kind="Panel"
)
def declarations(seats, user):
    for seat in seats:
        yield Need(
            "Say whether you have a conflict of interest",
            reverse("panel_declare", args=[seat.vacancy.reference]),
            detail=f"Panel for {seat.vacancy.title}, {seat.vacancy.reference}",
        )


def _running(user):
    """Rounds of scoring in which this person serves and has declared, and how they stand."""
    seats = PanelMember.objects.serving().filter(user=user, declaration__isnull=False)
    running = Round.objects.filter(
        closed_at__isnull=True,
        vacancy__in=seats.values("vacancy"),
        vacancy__state__in=[STATE.SHORTLISTING, STATE.INTERVIEWING],
    )
    return with_standing(running.select_related("vacancy"), user).order_by("due", "pk")


def _said_by_the_chair(rounds, user):
    """Ids of the vacancies of which somebody else said what the panel decided."""
    rounds = [one for one in rounds if one.scores and not (one.owes or one.late or one.leads)]
    if not rounds:
        return set()
    first = (
        FirstPress.objects.waiting()
        .filter(
            subject_type=ContentType.objects.get_for_model(Vacancy),
            subject_id__in=[str(one.vacancy_id) for one in rounds],
            name__in=Vacancy.OF_THE_PANEL,
        )
        .exclude(by=user)
    )
    said = {(int(pk), stands) for pk, stands in first.values_list("subject_id", "stands")}
    ours = (one.vacancy for one in rounds)
    return {one.pk for one in ours if (one.pk, one.stands) in said}


@needs_you(_running, may=known("on_panels"), kind="Panel", deadline=DISCREET)
def scoring(rounds, user):
    """One's own sheets, and what a chair records once everything is in: no number of anybody's."""
    rounds = [one for one in rounds if one.is_running]
    said = _said_by_the_chair(rounds, user)
    for round_ in rounds:
        url = reverse("panel", args=[round_.vacancy.reference])
        panel = f"Panel for {round_.vacancy.title}, {round_.vacancy.reference}"
        if round_.owes:
            yield Need("Score and lock your sheets", url, due=round_.due, detail=panel)
        elif round_.vacancy_id in said:
            yield Need("Confirm what the panel decided", url, due=round_.due, detail=panel)
        elif round_.scores and not round_.late:
            text = (
                "Record what the panel decided"
                if round_.leads
                else ("Compare the scores, and talk about them")
            )
            yield Need(text, url, due=round_.due, detail=panel)


def _taken_back(user):
    """Decided posts of one's panels of which something was taken back, and is not decided anew."""
    seats = PanelMember.objects.serving().filter(user=user)
    agreed = Q(recorded_at__lte=Coalesce("round__agreed_at", "round__closed_at"))
    holds = Outcome.objects.current().filter(agreed | Q(released_at__isnull=False))
    holds = holds.filter(round=OuterRef("round"), blind=OuterRef("blind"))
    ended = Outcome.objects.filter(
        ~Exists(holds), round=OuterRef("pk"), ended_at__isnull=False, blind__gone=False
    )
    rounds = Round.objects.filter(
        Exists(ended),
        stage=Stage.INTERVIEW,
        vacancy__state=STATE.DECIDED,
        vacancy__in=seats.values("vacancy"),
    )
    return rounds.select_related("vacancy").order_by("pk")


@needs_you(_taken_back, may=known("on_panels"), kind="Panel")
def anew(rounds, user):
    """What Human Resources took back: the chair records it anew, another member confirms it."""
    for round_ in rounds:
        first = round_.vacancy.first_press("decide_again")
        if leads_panel(user, round_.vacancy) if first is None else first.by_id != user.pk:
            yield Need(
                f"{'Confirm' if first else 'Record'} what the panel decided anew",
                reverse("panel", args=[round_.vacancy.reference]),
                detail=f"Panel for {round_.vacancy.title}, {round_.vacancy.reference}",
            )


def owes_feedback(user):
    """Decided rounds of one's panels in which somebody not chosen has no feedback yet."""
    seats = PanelMember.objects.serving().filter(user=user)
    silent = Outcome.objects.standing().filter(
        round=OuterRef("pk"), result="no", feedback="", released_at__isnull=True
    )
    return Round.objects.filter(
        Exists(silent),
        stage=Stage.INTERVIEW,
        closed_at__isnull=False,
        vacancy__in=seats.values("vacancy"),
    )


@needs_you(
    lambda user: owes_feedback(user).select_related("vacancy"), may=known("on_panels"), kind="Panel"
)
def feedback(rounds, user):
    for round_ in rounds:
        yield Need(
            "Write the feedback that is missing",
            reverse("comparison", args=[round_.vacancy.reference, round_.stage]),
            detail=f"Panel for {round_.vacancy.title}, {round_.vacancy.reference}. Nothing can be "
            "sent without it.",
        )


# --- Human Resources ----------------------------------------------------------------------------
def to_tell():
    """Rounds that the panel has finished and of which somebody has not been told."""
    untold = Outcome.objects.standing().filter(round=OuterRef("pk"), sent_at__isnull=True)
    return Round.objects.filter(Exists(untold), closed_at__isnull=False)


def _mine_to_tell(user):
    if not user.has_perm("recruitment.handle_application"):
        return Round.objects.none()
    mine = to_tell().filter(vacancy__in=Vacancy.objects.where(user, "run_vacancy"))
    return mine.select_related("vacancy").order_by("closed_at")


@needs_you(
    _mine_to_tell,
    may=permitted("recruitment.handle_application"),
    kind="Vacancy",
    deadline=DISCREET,
)
def outcomes(rounds, user):
    for round_ in rounds:
        if may_tell(user, round_):
            due = add_working_days(round_.closed_at.astimezone(LONDON).date(), TELLING)
            yield Need(
                "Tell everybody",
                reverse("outcomes", args=[round_.vacancy.reference, round_.stage]),
                thing=round_.vacancy.title,
                due=due,
                detail=f"{round_.name}, locked on {day(round_.closed_at)}",
            )


# --- candidates ---------------------------------------------------------------------------------
def _to_choose(user):
    return (
        Interview.objects.counting()
        .filter(
            application__candidate=user,
            application__paused_at__isnull=True,
            state="invited",
            releases__isnull=False,
            wish="",
        )
        .select_related("application")
        .distinct()
    )


@needs_you(_to_choose, may=known("has_applied"), kind="Interview")
def times(interviews, user):
    for interview in interviews:
        yield Need("Choose a time that suits you", interview.get_absolute_url())


def _booked(user):
    mine = Interview.objects.counting().filter(application__candidate=user, state="booked")
    return mine.select_related("application", "slot")


@needs_you(_booked, may=known("has_applied"), kind="Interview")
def booked(interviews, user):
    for interview in interviews:
        starts_at = interview.slot.starts_at
        if starts_at + timedelta(hours=1) > clock.now():
            yield Need(
                "Go to your appointment",
                interview.get_absolute_url(),
                due=starts_at,
                detail=moment(starts_at),
            )


# --- parts of other pages -----------------------------------------------------------------------
@section("vacancy")
def on_vacancy_page(user, vacancy):
    """The ways to redacting, telling, interviews and the panel: for each what they may open."""
    links, late, lacking = [], [], []
    if vacancy.is_judged_by(user):
        links.append(_link("Your page as a member of the panel", "panel", vacancy))
    if vacancy.has_opened and may_handle(user, vacancy) and vacancy.phase != STATE.OPEN:
        if may_join(user, vacancy):
            found = counts(vacancy)
            note = f"{found['signed']} of {found['sent']} signed off"
            links.append(_link("Redacted copies", "redactions", vacancy, note=note))
        for stage in Stage:
            round_ = round_of(vacancy, stage)
            if round_ is not None and round_.is_closed and may_tell(user, round_):
                links.append(_link(f"Outcomes: {round_.name.lower()}", "outcomes", vacancy, stage))
            if round_ is not None and round_.is_running:
                standing = standing_of(vacancy, stage)
                late = [member.user.name for member in standing.unfinished()]
                lacking = list(standing.lacking(user))
        if vacancy.may(user, "plan_interviews"):
            links.append(_link("Interviews", "interviews", vacancy))
    if not links:
        return None
    # Who has something to lock, and who lacks whom: for Human Resources, who chase and appoint.
    content = {"links": links, "late": late, "lacking": lacking}
    return Section("recruitment/selection/vacancy_section.html", content)


def _link(text, name, vacancy, *args, note=""):
    return {"text": text, "url": reverse(name, args=[vacancy.reference, *args]), "note": note}


@section("vacancy_lock_shortlist")
def before_the_lock(user, vacancy):
    return _what_to_compare(user, vacancy, Stage.SHORTLISTING)


@section("vacancy_decide")
def before_the_decision(user, vacancy):
    return _what_to_compare(user, vacancy, Stage.INTERVIEW)


def _what_to_compare(user, vacancy, stage):
    """The way to the scores side by side, for those for whom that page opens."""
    round_ = round_of(vacancy, stage)
    if round_ is None or not vacancy.may(user, f"read_{stage}"):
        return None
    if not standing_of(vacancy, stage).all_in:
        return None
    url = reverse("comparison", args=[vacancy.reference, stage])
    return Section("recruitment/selection/compare.html", {"url": url})


@section("application")
def on_application_page(user, application):
    """What its candidate was told, with the feedback; the same for Human Resources."""
    every = Outcome.objects.filter(
        blind__redaction__application=application, sent_at__isnull=False
    ).select_related("round")
    told = []
    taken_back = []
    for outcome in every.order_by("pk"):
        if outcome.taken_back_why:
            taken_back.append(outcome)
        elif outcome.ended_at is None:
            outcome.shown = application.moves[outcome.move_name].target.label
            told.append(outcome)
    interview = Interview.objects.filter(application=application).first()
    mine = user.pk == application.candidate_id and not application.closed_at
    url = interview.get_absolute_url() if interview and mine else ""
    if not (told or taken_back or url):
        return None
    return Section(
        "recruitment/selection/application_section.html",
        {"outcomes": told, "taken_back": taken_back, "interview": url},
    )
